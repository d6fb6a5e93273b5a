//! How answers may be kept by callers. A finished result carries a strong entity tag of its bytes,
//! and a caller that has those already gets no body.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::error::ApiError;
use crate::record::Job;

/// Who may keep an answer.
#[derive(Clone, Copy)]
pub(super) enum Audience {
    /// Nobody: it may be another answer at any moment.
    Nobody,
    /// The caller alone, and it asks each time.
    Caller,
    /// Everybody, for some minutes.
    Everybody,
}

impl Audience {
    /// What belongs to a job may be kept as soon as that has ended.
    pub(super) fn of(job: &Job) -> Audience {
        if job.status.is_ended() { Audience::Caller } else { Audience::Nobody }
    }

    const fn cache_control(self) -> &'static str {
        match self {
            Audience::Nobody => "no-store",
            Audience::Caller => "private, no-cache",
            Audience::Everybody => "public, max-age=300",
        }
    }
}

/// Answers with a JSON value that may be kept.
pub(super) fn json(
    request: &HeaderMap,
    audience: Audience,
    value: &impl Serialize,
) -> Result<Response, ApiError> {
    let body = serde_json::to_vec(value).map_err(ApiError::internal)?;
    Ok(bytes(request, audience, "application/json", body))
}

/// Answers with bytes that may be kept.
pub(super) fn bytes(
    request: &HeaderMap,
    audience: Audience,
    media_type: &'static str,
    body: Vec<u8>,
) -> Response {
    if let Audience::Nobody = audience {
        let caching = (header::CACHE_CONTROL, HeaderValue::from_static(audience.cache_control()));
        return ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type)), caching], body)
            .into_response();
    }
    let digest = Sha256::digest(&body);
    let tag: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    let known = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let is_known = known.flat_map(|value| value.split(',')).any(|candidate| {
        let candidate = candidate.trim();
        candidate == "*" || candidate.strip_prefix("W/").unwrap_or(candidate) == tag
    });
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => ([(header::CONTENT_TYPE, media_type)], body).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(audience.cache_control()));
    if let Audience::Caller = audience {
        headers.insert(header::VARY, HeaderValue::from_static("Authorization, X-API-Key"));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}
