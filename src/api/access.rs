//! Who may call what. A layer recognises the caller of every guarded route; a handler then names the
//! scope it needs in its signature, [`Generator`], [`Reader`], [`Administrator`], and gets the caller by no other way.

use std::net::IpAddr;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::client::ClientAddress;
use super::error::{ApiError, Code};
use super::limits;
use super::log::KnownKey;
use super::security::Happened;
use super::{Api, security};
use crate::auth::{Principal, Scope};
use crate::id::KeyId;
use crate::record::{Owner, Viewer};

/// A caller that may create and delete.
pub(super) struct Generator(Principal);

/// A caller that may read what it owns; an administrator reads everything.
pub(super) struct Reader(Principal);

/// A caller that may see and change what concerns the whole service.
pub(super) struct Administrator(KeyId);

/// Lets only recognised callers pass.
pub(super) async fn authenticate(
    State(api): State<Api>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let from = ClientAddress::of(request.extensions());
    let principal = match recognised(&api, request.headers(), from.ip).await {
        Ok(principal) => principal,
        Err((happened, error)) => {
            let error = limits::of_failed_authentication(&api, from, error).await;
            return Ok(security::refused(happened, error));
        }
    };
    let key = KnownKey(principal.key);
    let mut response = if api.blocks.has_key(principal.key) {
        ApiError::new(Code::Blocked, "calls with this api key are blocked").into_response()
    } else {
        request.extensions_mut().insert(principal);
        next.run(request).await
    };
    response.extensions_mut().insert(key);
    Ok(response)
}

/// Finds who calls, or says what is wrong and which security event that is.
async fn recognised(
    api: &Api,
    headers: &HeaderMap,
    address: IpAddr,
) -> Result<Principal, (Option<Happened>, ApiError)> {
    let presented = presented_key(headers).map_err(|error| (None, error))?;
    let recognised = api.keys.recognise(presented, address).await;
    recognised.map_err(|error| (Happened::of_refusal(&error), error.into()))
}

/// Reads what a caller presents as `Authorization: Bearer …`.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

fn presented_key(headers: &HeaderMap) -> Result<&str, ApiError> {
    let key = bearer(headers).or_else(|| headers.get("x-api-key").and_then(|value| value.to_str().ok()));
    let missing = "send an api key as `Authorization: Bearer cf_…` or `X-API-Key: cf_…`";
    key.ok_or_else(|| ApiError::new(Code::Unauthenticated, missing))
}

fn with_scope(parts: &Parts, scope: Scope, name: &str) -> Result<Principal, ApiError> {
    // A route outside the guarded table has no principal: then nobody may.
    let principal = parts.extensions.get::<Principal>().filter(|principal| principal.may(scope));
    principal.cloned().ok_or_else(|| {
        ApiError::new(Code::Forbidden, format!("the api key lacks the scope `{name}` that this needs"))
    })
}

fn viewer(principal: &Principal) -> Viewer {
    match principal.may(Scope::Admin) {
        true => Viewer::Admin,
        false => Viewer::Owner(Owner(principal.key)),
    }
}

impl Generator {
    /// Names whom new records belong to.
    pub(super) fn owner(&self) -> Owner {
        Owner(self.0.key)
    }

    pub(super) fn viewer(&self) -> Viewer {
        viewer(&self.0)
    }
}

impl Administrator {
    /// Names the key that the call is made with.
    pub(super) fn key(&self) -> KeyId {
        self.0
    }
}

impl Reader {
    /// Names the key itself, for what even an administrator sees of its own only.
    pub(super) fn owner(&self) -> Owner {
        Owner(self.0.key)
    }

    pub(super) fn viewer(&self) -> Viewer {
        viewer(&self.0)
    }
}

impl<S: Sync> FromRequestParts<S> for Generator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        with_scope(parts, Scope::Generate, "generate").map(Generator)
    }
}

impl<S: Sync> FromRequestParts<S> for Administrator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        with_scope(parts, Scope::Admin, "admin").map(|principal| Administrator(principal.key))
    }
}

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        with_scope(parts, Scope::Read, "read").map(Reader)
    }
}
