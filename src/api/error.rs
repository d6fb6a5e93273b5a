//! Every way in which a request can fail, with its code, status and problem body (RFC 9457). The one
//! mapping from the errors of the modules below stands in `of_modules`.
//!
//! The codes are a closed list that clients rely on; `docs/errors.md` has a section for each. A 4xx
//! says what to change. A 5xx says nothing but the request id; its cause is logged, once, when the
//! problem is written (`request_id`).

mod of_modules;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use super::limits::whole_seconds;
use crate::content::Violation;
use crate::id::JobId;
use crate::record::{Failure, FailureCode};

/// Names a reason for which a request fails. Codes come with the work that can cause them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "ErrorCode")]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request is understood and cannot be followed as it stands.
    InvalidRequest,
    /// The body is not JSON.
    MalformedJson,
    /// What arrived is no HTTP request, or one that has several meanings.
    MalformedRequest,
    /// The head of the request is larger than the service takes.
    HeadTooLarge,
    /// The text does not carry what was asked for.
    SourceTooThin,
    /// There is no valid API key with the request.
    Unauthenticated,
    /// The API key may not do that.
    Forbidden,
    /// Calls from there, or with that key, are kept out.
    Blocked,
    /// There is no such thing, or not for this caller.
    NotFound,
    /// The path is there, the method is not.
    MethodNotAllowed,
    /// The thing is not in a state for that.
    Conflict,
    /// The idempotency key was used with another body.
    IdempotencyMismatch,
    /// The body is larger than the service takes.
    PayloadTooLarge,
    /// The body is of a kind that the service does not read.
    UnsupportedMediaType,
    /// There were too many calls in a short time.
    RateLimited,
    /// The jobs of the day are used up.
    QuotaExceeded,
    /// The service has too much to do, or is about to stop.
    Overloaded,
    /// It would cost more than it may.
    BudgetExceeded,
    /// No model could be reached, or none had room.
    ProviderUnavailable,
    /// No model's answer could be used.
    ProviderRejected,
    /// A filter of the provider's stopped it.
    ContentBlocked,
    /// It took longer than it may.
    DeadlineExceeded,
    /// A fault of the service.
    Internal,
}

/// A failed request, on its way to becoming a problem body.
#[derive(Clone, Debug)]
pub(super) struct ApiError {
    pub(super) code: Code,
    /// What to change, for the caller.
    pub(super) detail: String,
    /// Every single fault, where there are several.
    pub(super) errors: Vec<Violation>,
    /// The job that the failure left behind.
    pub(super) job_id: Option<JobId>,
    /// Whether the very same request may succeed at once, although others of its code do not.
    pub(super) is_passing: bool,
    /// When to try again, where that is known better than by the code.
    pub(super) retry_after: Option<Duration>,
    /// What is logged and never shown.
    pub(super) cause: Option<Arc<dyn StdError + Send + Sync>>,
}

/// Seconds after which trying again makes sense, for every answer that invites to it.
const RETRY_AFTER_SECONDS: u64 = 2;

impl Code {
    /// All codes, in the order of the documentation.
    pub const ALL: [Code; 23] = [
        Code::InvalidRequest,
        Code::MalformedJson,
        Code::MalformedRequest,
        Code::HeadTooLarge,
        Code::SourceTooThin,
        Code::Unauthenticated,
        Code::Forbidden,
        Code::Blocked,
        Code::NotFound,
        Code::MethodNotAllowed,
        Code::Conflict,
        Code::IdempotencyMismatch,
        Code::PayloadTooLarge,
        Code::UnsupportedMediaType,
        Code::RateLimited,
        Code::QuotaExceeded,
        Code::Overloaded,
        Code::BudgetExceeded,
        Code::ProviderUnavailable,
        Code::ProviderRejected,
        Code::ContentBlocked,
        Code::DeadlineExceeded,
        Code::Internal,
    ];

    /// Returns the name on the wire, the HTTP status and the title of the code.
    #[must_use]
    pub const fn facts(self) -> (&'static str, u16, &'static str) {
        match self {
            Code::InvalidRequest => ("invalid_request", 422, "The request cannot be followed"),
            Code::MalformedJson => ("malformed_json", 400, "The body is not JSON"),
            Code::MalformedRequest => ("malformed_request", 400, "It is no request"),
            Code::HeadTooLarge => ("head_too_large", 431, "The head of the request is too large"),
            Code::SourceTooThin => ("source_too_thin", 422, "The text is too thin"),
            Code::Unauthenticated => ("unauthenticated", 401, "A valid API key is needed"),
            Code::Forbidden => ("forbidden", 403, "The API key may not do that"),
            Code::Blocked => ("blocked", 403, "Calls from there are blocked"),
            Code::NotFound => ("not_found", 404, "There is no such thing"),
            Code::MethodNotAllowed => ("method_not_allowed", 405, "The method is not allowed here"),
            Code::Conflict => ("conflict", 409, "It is not in a state for that"),
            Code::IdempotencyMismatch => {
                ("idempotency_mismatch", 422, "The idempotency key stands for another body")
            }
            Code::PayloadTooLarge => ("payload_too_large", 413, "The body is too large"),
            Code::UnsupportedMediaType => ("unsupported_media_type", 415, "The body must be JSON"),
            Code::RateLimited => ("rate_limited", 429, "There were too many calls"),
            Code::QuotaExceeded => ("quota_exceeded", 429, "The quota is used up"),
            Code::Overloaded => ("overloaded", 503, "The service has too much to do"),
            Code::BudgetExceeded => ("budget_exceeded", 402, "It would cost too much"),
            Code::ProviderUnavailable => ("provider_unavailable", 503, "No model could be reached"),
            Code::ProviderRejected => ("provider_rejected", 502, "No model's answer could be used"),
            Code::ContentBlocked => ("content_blocked", 422, "The provider's filter stopped it"),
            Code::DeadlineExceeded => ("deadline_exceeded", 504, "It took too long"),
            Code::Internal => ("internal", 500, "The service failed"),
        }
    }

    /// Returns the name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.facts().0
    }

    pub(super) fn status(self) -> StatusCode {
        StatusCode::from_u16(self.facts().1).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Tells whether the very same request may succeed later.
    const fn is_retryable(self) -> bool {
        matches!(
            self,
            Code::RateLimited
                | Code::QuotaExceeded
                | Code::Overloaded
                | Code::ProviderUnavailable
                | Code::ProviderRejected
                | Code::DeadlineExceeded
                | Code::Internal
        )
    }

    const fn retry_after_seconds(self) -> Option<u64> {
        match self {
            Code::Overloaded | Code::ProviderUnavailable => Some(RETRY_AFTER_SECONDS),
            _ => None,
        }
    }
}

impl ApiError {
    pub(super) fn new(code: Code, detail: impl Into<String>) -> ApiError {
        let detail = detail.into();
        let (errors, retry_after) = (Vec::new(), None);
        ApiError { code, detail, errors, job_id: None, is_passing: false, retry_after, cause: None }
    }

    /// Names every fault of a request at once.
    pub(super) fn invalid(errors: Vec<Violation>) -> ApiError {
        let detail = match errors.as_slice() {
            [only] if only.path.is_empty() => only.message.clone(),
            [only] => format!("{}: {}", only.path, only.message),
            several => format!("the request has {} faults; errors lists them", several.len()),
        };
        ApiError { errors, ..ApiError::new(Code::InvalidRequest, detail) }
    }

    /// Names a query parameter or header that is at fault.
    pub(super) fn invalid_parameter(name: &str, message: impl Into<String>) -> ApiError {
        ApiError::invalid(vec![Violation::new(name, message)])
    }

    /// Hides a fault of the service and keeps its cause for the log.
    pub(super) fn internal(cause: impl StdError + Send + Sync + 'static) -> ApiError {
        let detail = "the request id names the entry in the log of the service";
        ApiError { cause: Some(Arc::new(cause)), ..ApiError::new(Code::Internal, detail) }
    }

    /// Answers whoever came second to something that others write as well.
    fn overtaken(detail: impl Into<String>) -> ApiError {
        ApiError { is_passing: true, ..ApiError::new(Code::Conflict, detail) }
    }

    pub(super) fn no_such_batch() -> ApiError {
        ApiError::new(Code::NotFound, "there is no such batch")
    }

    pub(super) fn no_such_job() -> ApiError {
        ApiError::new(Code::NotFound, "there is no such job")
    }

    /// Tells whether the very same request may succeed later.
    pub(super) fn is_retryable(&self) -> bool {
        self.is_passing || self.code.is_retryable()
    }

    /// Counts the seconds after which to try again, if that is to be said.
    pub(super) fn retry_after_seconds(&self) -> Option<u64> {
        self.retry_after.map(whole_seconds).or(self.code.retry_after_seconds())
    }

    /// Answers for a job that could not make what was asked.
    pub(super) fn of_failed_job(job_id: JobId, failure: Option<&Failure>) -> ApiError {
        let own = |code, failure: &Failure| (code, failure.detail.clone());
        let (code, detail) = match failure.map(|failure| (failure.code, failure)) {
            Some((FailureCode::SourceTooThin, failure)) => own(Code::SourceTooThin, failure),
            Some((FailureCode::InvalidRequest, failure)) => own(Code::InvalidRequest, failure),
            Some((FailureCode::DeadlineExceeded, failure)) => own(Code::DeadlineExceeded, failure),
            Some((FailureCode::ProviderUnavailable, failure)) => own(Code::ProviderUnavailable, failure),
            Some((FailureCode::ProviderRejected, failure)) => own(Code::ProviderRejected, failure),
            Some((FailureCode::ContentBlocked, failure)) => own(Code::ContentBlocked, failure),
            Some((FailureCode::BudgetExceeded, failure)) => own(Code::BudgetExceeded, failure),
            Some((FailureCode::Internal, _)) | None => {
                (Code::Internal, "the job failed; its id names it in the log of the service".to_owned())
            }
        };
        ApiError { job_id: Some(job_id), ..ApiError::new(code, detail) }
    }
}

impl IntoResponse for ApiError {
    /// Leaves the body to the layer that knows the request id.
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{notify, record};

    #[test]
    fn every_code_has_its_own_name_and_an_error_status() {
        let mut names: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(code.status().is_client_error() || code.status().is_server_error());
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }

    #[test]
    fn only_a_conflict_with_somebody_who_wrote_at_the_same_time_passes_by_itself() {
        assert!(ApiError::from(record::Error::Fenced).is_retryable());
        assert!(ApiError::from(notify::Error::Contended).is_retryable());
        assert!(!ApiError::from(record::Error::BatchUnfinished).is_retryable());
        assert!(ApiError::new(Code::Overloaded, "").is_retryable());
    }

    #[test]
    fn every_code_of_a_failed_piece_is_a_code_of_the_interface() {
        for code in [
            FailureCode::SourceTooThin,
            FailureCode::InvalidRequest,
            FailureCode::DeadlineExceeded,
            FailureCode::ProviderUnavailable,
            FailureCode::ProviderRejected,
            FailureCode::ContentBlocked,
            FailureCode::BudgetExceeded,
            FailureCode::Internal,
        ] {
            assert!(Code::ALL.iter().any(|known| known.as_str() == code.as_str()), "{code:?}");
        }
    }
}
