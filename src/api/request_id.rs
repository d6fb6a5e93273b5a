//! The layer that names every request, and writes the problem body of a failed one, because a problem bears
//! that name. The cause of a 5xx is logged here, once.

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::error::{ApiError, Code};
use crate::content::Violation;
use crate::id;

/// The header that names a request, in both directions.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// Longest name that is taken over from a caller.
const MAX_CHARACTERS: usize = 128;

/// What went wrong (RFC 9457).
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(super) struct ProblemView<'a> {
    /// Names the code as a URI.
    pub(super) r#type: String,
    /// What the code means, the same for all problems with it.
    pub(super) title: &'a str,
    /// The status of the answer.
    #[schemars(range(min = 400, max = 599))]
    pub(super) status: u16,
    /// What went wrong here, and what to change.
    pub(super) detail: &'a str,
    /// The reason, from a closed list.
    pub(super) code: Code,
    /// Names the request, in the log of the service too.
    pub(super) request_id: &'a str,
    /// Whether the very same request may succeed later.
    pub(super) retryable: bool,
    /// Every single fault of the request, where it has some.
    pub(super) errors: &'a [Violation],
    /// The job that the failure left behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) job_id: Option<id::JobId>,
}

impl<'a> ProblemView<'a> {
    pub(super) fn new(error: &'a ApiError, request_id: &'a str) -> ProblemView<'a> {
        let (name, status, title) = error.code.facts();
        ProblemView {
            r#type: format!("urn:content-factory:error:{name}"),
            title,
            status,
            detail: &error.detail,
            code: error.code,
            request_id,
            retryable: error.is_retryable(),
            errors: &error.errors,
            job_id: error.job_id,
        }
    }
}

pub(super) async fn name_request(request: Request, next: Next) -> Response {
    let given = request.headers().get(HEADER).and_then(|value| value.to_str().ok());
    let name = match given.filter(|name| is_acceptable(name)) {
        Some(name) => name.to_owned(),
        None => id::RequestId::at(Timestamp::now()).to_string(),
    };
    let mut response = next.run(request).await;
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        response = with_problem(response, &error, &name);
    }
    if let Ok(value) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

/// Takes names that are safe in a log and in a header, as proxies and clients make them.
fn is_acceptable(name: &str) -> bool {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=MAX_CHARACTERS).contains(&name.len()) && name.bytes().all(safe)
}

/// Keeps what was answered besides the body, such as `Allow`, and writes the body.
fn with_problem(response: Response, error: &ApiError, request_id: &str) -> Response {
    if let Some(cause) = &error.cause {
        tracing::error!(
            request_id,
            code = error.code.as_str(),
            cause = chain(cause.as_ref()),
            "request failed"
        );
    }
    let view = ProblemView::new(error, request_id);
    let mut problem = (error.code.status(), Json(view)).into_response();
    problem.extensions_mut().extend(response.extensions().clone());
    problem.extensions_mut().insert(error.code);
    let headers = problem.headers_mut();
    for (name, value) in response.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            headers.append(name, value.clone());
        }
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = error.retry_after_seconds() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if error.code == Code::Unauthenticated {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    problem
}

/// Writes an error with everything that led to it.
fn chain(error: &(dyn std::error::Error + Send + Sync)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(deeper) = source {
        text = format!("{text}: {deeper}");
        source = deeper.source();
    }
    text
}
