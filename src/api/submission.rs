//! What goes with a creating call besides its body: an idempotency key, and how long to wait.

use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::error::ApiError;
use crate::jobs::SubmitOptions;
use crate::quota::Day;
use crate::record::IdempotencyKey;

/// The headers of a creating call.
pub(super) struct Submission(pub(super) SubmitOptions);

/// How long the caller waits for an answer (RFC 7240, section 4.3).
pub(super) struct Wait(pub(super) Duration);

const DEFAULT_WAIT: Duration = Duration::from_secs(120);
/// Proxies and clients rarely hold a request longer.
const MAX_WAIT: Duration = Duration::from_secs(300);

impl<S: Sync> FromRequestParts<S> for Submission {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        // Where nothing is limited there is no such day.
        let day = parts.extensions.get::<Day>().cloned().unwrap_or_default();
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(Submission(SubmitOptions { day, ..SubmitOptions::default() }));
        };
        let key = value.to_str().ok().and_then(IdempotencyKey::new);
        let message = "must have 1 to 255 visible ASCII characters";
        let key = key.ok_or_else(|| ApiError::invalid_parameter("Idempotency-Key", message))?;
        Ok(Submission(SubmitOptions { idempotency_key: Some(key), day }))
    }
}

impl<S: Sync> FromRequestParts<S> for Wait {
    type Rejection = std::convert::Infallible;

    /// A preference that cannot be read is no preference.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let preferences = parts.headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
        let wait = preferences.flat_map(|value| value.split([',', ';'])).find_map(|preference| {
            let (name, value) = preference.split_once('=')?;
            let wait = name.trim().eq_ignore_ascii_case("wait");
            wait.then(|| value.trim().trim_matches('"').parse::<u32>().ok()).flatten()
        });
        let wait = wait.map_or(DEFAULT_WAIT, |seconds| Duration::from_secs(u64::from(seconds)));
        Ok(Wait(wait.min(MAX_WAIT)))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn wait(prefer: &str) -> u64 {
        let (mut parts, ()) = Request::builder().header("prefer", prefer).body(()).unwrap().into_parts();
        let Ok(Wait(wait)) = Wait::from_request_parts(&mut parts, &()).await;
        wait.as_secs()
    }

    #[tokio::test]
    async fn a_caller_waits_as_long_as_it_prefers_within_the_bound() {
        assert_eq!(wait("wait=0").await, 0);
        assert_eq!(wait("respond-async, Wait = 7").await, 7);
        assert_eq!(wait("wait=301").await, 300);
        assert_eq!(wait("wait=soon").await, 120);
        assert_eq!(wait("return=minimal").await, 120);
    }
}
