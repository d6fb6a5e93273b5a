//! The layer that counts calls against the limits of their caller and says how the caller stands, and
//! the answer to failed authentication. What is counted how, is `quota`'s business.
//!
//! A call that may make jobs counts as such before anything of its body is read, whatever becomes of it;
//! one whose idempotency key is known counts as a read, as it makes nothing.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Api;
use super::client::ClientAddress;
use super::error::{ApiError, Code};
use super::routes::{Class, Route};
use crate::auth::{Principal, Tier};
use crate::quota::{Caller, Charge, Refusal, Rule, Scale, Standing};
use crate::record::{IdempotencyKey, Owner};

/// Names the limits of a call, with what each of them allows in how many seconds.
/// Source: draft-ietf-httpapi-ratelimit-headers-11, sections 3 and 4, read November 2026.
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// Says what is left of each, and in how many seconds there will be more.
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Marks, among the extensions of an answer, that its call made nothing although it was counted so:
/// another one with the same idempotency key came first by a moment.
#[derive(Clone, Copy)]
pub(super) struct Replayed;

/// Lets calls pass as long as their caller's limits have room.
pub(super) async fn limit(
    State(api): State<Api>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let caller = caller_of(&request).filter(|_| api.quota.is_enabled());
    let Some(caller) = caller else { return Ok(next.run(request).await) };
    let may_create = request.extensions().get::<Route>().is_some_and(|route| route.class == Class::Create);
    let charge = match may_create {
        true => charge_of_creating(&api, &caller, request.headers()).await?,
        false => Charge::Reading,
    };
    let mut standing = api.quota.charge(&caller, charge).await?;
    if let Some(refusal) = standing.refusal() {
        let mut response = ApiError::from(refusal).into_response();
        tell(&standing, response.headers_mut());
        return Ok(response);
    }
    request.extensions_mut().insert(api.quota.day(&caller));
    let mut response = next.run(request).await;
    if charge == Charge::Creating && response.extensions().get::<Replayed>().is_some() {
        api.quota.was_a_replay(&caller).await;
    }
    if response.extensions().get::<ApiError>().is_some_and(|error| error.code == Code::QuotaExceeded) {
        api.metrics.rate_limited(Rule::Day.as_str());
    }
    api.quota.look_at_day_again(&caller, &mut standing);
    tell(&standing, response.headers_mut());
    Ok(response)
}

/// Counts a failed authentication, and makes of it the refusal where there were too many.
pub(super) async fn of_failed_authentication(api: &Api, from: ClientAddress, error: ApiError) -> ApiError {
    if error.code != Code::Unauthenticated {
        return error;
    }
    api.quota.failed_authentication(from.prefix().network()).await.map_or(error, ApiError::from)
}

/// Finds whose limits a request counts against; nobody's where no key is asked for.
pub(super) fn caller_of(request: &Request) -> Option<Caller> {
    let principal = request.extensions().get::<Principal>()?;
    Some(caller(principal, ClientAddress::of(request.extensions())))
}

/// Says whose limits those of a principal are that calls from there.
pub(super) fn caller(principal: &Principal, from: ClientAddress) -> Caller {
    let scale = match principal.tier {
        Tier::Free => Scale::One,
        Tier::Pro => Scale::Ten,
        Tier::Enterprise => Scale::Hundred,
    };
    Caller { key: principal.key, scale, prefix: from.prefix().network() }
}

async fn charge_of_creating(api: &Api, caller: &Caller, headers: &HeaderMap) -> Result<Charge, ApiError> {
    let named = headers.get("idempotency-key").and_then(|name| name.to_str().ok());
    let is_known = match named.and_then(IdempotencyKey::new) {
        Some(name) => api.jobs.is_remembered(Owner(caller.key), &name).await?,
        None => false,
    };
    Ok(if is_known { Charge::Reading } else { Charge::Creating })
}

/// Says how a caller stands, as two lists of structured fields (RFC 9651).
fn tell(standing: &Standing, headers: &mut HeaderMap) {
    let list = |each: &dyn Fn(&crate::quota::Entry) -> String| {
        let members: Vec<String> = standing.entries.iter().map(each).collect();
        HeaderValue::from_str(&members.join(", ")).ok().filter(|value| !value.is_empty())
    };
    let policy =
        list(&|entry| format!("\"{}\";q={};w={}", entry.rule.as_str(), entry.most, entry.per.as_secs()));
    let limit = list(&|entry| {
        format!("\"{}\";r={};t={}", entry.rule.as_str(), entry.left, whole_seconds(entry.more_in))
    });
    for (name, value) in [(POLICY, policy), (LIMIT, limit)] {
        value.map(|value| headers.insert(name, value));
    }
}

/// Counts the seconds after which a time is certainly over.
pub(super) fn whole_seconds(time: Duration) -> u64 {
    time.as_secs().saturating_add(u64::from(time.subsec_nanos() > 0))
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> ApiError {
        let (code, detail) = match refusal.rule {
            Rule::Day => {
                (Code::QuotaExceeded, "the api key has used up its jobs of this day, which is one of UTC")
            }
            Rule::Address => (Code::RateLimited, "too many calls from this address that make jobs"),
            Rule::Key => (Code::RateLimited, "too many calls with this api key that make jobs"),
            Rule::Reads => (Code::RateLimited, "too many calls with this api key"),
            Rule::Failures => (Code::RateLimited, "too many calls from this address without a valid api key"),
        };
        ApiError { retry_after: Some(refusal.retry_in), ..ApiError::new(code, detail) }
    }
}
