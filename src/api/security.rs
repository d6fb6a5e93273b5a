//! Which answers are security events, and who gets none but a refusal. Handlers do not note events: one layer
//! reads the finished answer, its code and what was put among its extensions. `docs/SECURITY.md` has the table.

use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ipnet::IpNet;

use super::client::ClientAddress;
use super::error::{ApiError, Code};
use super::log::KnownKey;
use super::request_id::HEADER as REQUEST_ID;
use crate::audit::{Audit, Blocks, Event, Kind, Principal};
use crate::auth;
use crate::id::KeyId;

/// Paths that are never blocked: who watches the service is not to be kept out with its neighbours.
const NEVER_BLOCKED: [&str; 3] = ["/healthz", "/readyz", super::routes::METRICS];
/// What a wrong key is called; the only failure that leads to a block.
const WRONG_KEY: &str = "wrong_key";

/// What the layers work with.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    /// Where events are noted.
    pub(super) audit: Audit,
    /// Who is kept out.
    pub(super) blocks: Blocks,
}

/// What happened in a call beyond its code, among the extensions of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Happened {
    kind: Kind,
    detail: &'static str,
    /// The key that it is about, if it is not the caller's.
    about: Option<KeyId>,
}

impl Happened {
    /// A key was made, changed or ended.
    pub(super) fn to_key(detail: &'static str, key: KeyId) -> Happened {
        Happened { kind: Kind::ApiKeyRotation, detail, about: Some(key) }
    }

    /// A presented key was refused; `None` where that says nothing of the caller.
    pub(super) fn of_refusal(error: &auth::Error) -> Option<Happened> {
        let (kind, detail, about) = match error {
            auth::Error::Unknown => (Kind::AuthenticationFailure, WRONG_KEY, None),
            auth::Error::Ended(key) => (Kind::AuthenticationFailure, "ended_key", Some(*key)),
            auth::Error::ForeignAddress(key) => (Kind::AuthorizationFailure, "foreign_address", Some(*key)),
            auth::Error::NoKey
            | auth::Error::Invalid(_)
            | auth::Error::Revoked
            | auth::Error::Expired
            | auth::Error::InSettings
            | auth::Error::Contended
            | auth::Error::InvalidCursor
            | auth::Error::Random
            | auth::Error::KeyFile { .. }
            | auth::Error::Unreadable
            | auth::Error::Store(_) => return None,
        };
        Some(Happened { kind, detail, about })
    }
}

/// Adds to the refusal of a presented key what happened.
pub(super) fn refused(happened: Option<Happened>, error: ApiError) -> Response {
    let mut response = error.into_response();
    if let Some(happened) = happened {
        response.extensions_mut().insert(happened);
    }
    response
}

/// The outer layer: notes what a finished answer tells, and counts wrong keys.
pub(super) async fn note(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let client = ClientAddress::of(request.extensions());
    let response = next.run(request).await;
    let happened = response.extensions().get::<Happened>().copied();
    let event = event_of(&response, happened);
    if let Some((kind, detail)) = event {
        let about = happened.and_then(|happened| happened.about);
        let key = about.or_else(|| response.extensions().get::<KnownKey>().map(|key| key.0));
        let place = IpNet::from(client.prefix());
        let name = response.headers().get(REQUEST_ID).and_then(|name| name.to_str().ok());
        let event = Event {
            kind,
            principal: key.map_or(Principal::Network(place), Principal::Key),
            address: Some(client.ip),
            request_id: name.map(str::to_owned),
            detail,
        };
        guard.audit.note(event.clone());
        let is_wrong_key = happened.is_some_and(|happened| happened.detail == WRONG_KEY);
        if is_wrong_key && guard.blocks.note_failure(place).await {
            let kind = Kind::SuspiciousActivity;
            guard.audit.note(Event { kind, detail: "blocked_automatically", ..event });
        }
    }
    response
}

/// Tells which event an answer is, if it is one.
fn event_of(response: &Response, happened: Option<Happened>) -> Option<(Kind, &'static str)> {
    let code = response.extensions().get::<Code>().copied();
    let name = code.map_or("", Code::as_str);
    match (response.status(), code) {
        (StatusCode::TOO_MANY_REQUESTS, _) => Some((Kind::RateLimitExceeded, name)),
        (_, Some(Code::Blocked)) => Some((Kind::SuspiciousActivity, "call_while_blocked")),
        _ if happened.is_some() => happened.map(|happened| (happened.kind, happened.detail)),
        (_, Some(Code::Unauthenticated)) => Some((Kind::AuthenticationFailure, "missing_key")),
        (_, Some(Code::Forbidden)) => Some((Kind::AuthorizationFailure, "missing_scope")),
        (_, Some(Code::InvalidRequest)) => Some((Kind::InvalidInput, name)),
        (
            StatusCode::BAD_REQUEST
            | StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::UNSUPPORTED_MEDIA_TYPE
            | StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Some(_),
        ) => Some((Kind::InvalidInput, name)),
        _ => None,
    }
}

/// The inner layer: refuses calls from blocked places before anything else is done for them.
pub(super) async fn keep_out(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let is_blocked = guard.blocks.has_address(ClientAddress::of(request.extensions()).ip);
    if is_blocked && !path.is_some_and(|path| NEVER_BLOCKED.contains(&path)) {
        return ApiError::new(Code::Blocked, "calls from this address are blocked").into_response();
    }
    next.run(request).await
}
