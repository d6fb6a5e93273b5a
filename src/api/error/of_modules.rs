//! What the errors of the modules below are to callers: each is mapped to a code here, and nowhere else.

use super::{ApiError, Code};
use crate::content::Violation;
use crate::{audit, auth, jobs, notify, quota, record, store};

impl ApiError {
    /// Names the requests of a batch that cannot be followed, by their place in it. The code is theirs if
    /// they have one in common.
    fn of_batch(refused: Vec<(usize, jobs::Error)>) -> ApiError {
        let mut code = None;
        let mut violations = Vec::new();
        for (number, error) in refused {
            let fault = ApiError::from(error);
            if fault.cause.is_some() {
                return fault;
            }
            let ApiError { code: own, detail, errors, .. } = fault;
            code = Some(if code.is_none_or(|code| code == own) { own } else { Code::InvalidRequest });
            let place = format!("/requests/{number}");
            match errors.is_empty() {
                true => violations.push(Violation::new(place, detail)),
                false => violations.extend(errors.into_iter().map(|error| error.within(&place))),
            }
        }
        ApiError { code: code.unwrap_or(Code::InvalidRequest), ..ApiError::invalid(violations) }
    }
}

impl From<jobs::Error> for ApiError {
    fn from(error: jobs::Error) -> ApiError {
        match error {
            jobs::Error::NotFound => ApiError::no_such_job(),
            jobs::Error::SourceTooThin { .. } => ApiError::new(Code::SourceTooThin, error.to_string()),
            jobs::Error::Unsupported { field, reason } => {
                ApiError::invalid(vec![Violation::new(format!("/{field}"), reason)])
            }
            jobs::Error::InBatch(refused) => ApiError::of_batch(refused),
            jobs::Error::BatchUnfinished => ApiError::new(Code::Conflict, error.to_string()),
            jobs::Error::IdempotencyMismatch => ApiError::new(Code::IdempotencyMismatch, error.to_string()),
            jobs::Error::InvalidCursor => ApiError::invalid_parameter("cursor", error.to_string()),
            jobs::Error::WrongStatus { .. } => ApiError::new(Code::Conflict, error.to_string()),
            jobs::Error::ShuttingDown => ApiError::new(Code::Overloaded, error.to_string()),
            jobs::Error::Quota(error) => error.into(),
            jobs::Error::Reading => ApiError::internal(error),
            jobs::Error::Record(error) => error.into(),
        }
    }
}

impl From<record::Error> for ApiError {
    fn from(error: record::Error) -> ApiError {
        match error {
            record::Error::IdempotencyMismatch => ApiError::new(Code::IdempotencyMismatch, error.to_string()),
            record::Error::InvalidCursor => ApiError::invalid_parameter("cursor", error.to_string()),
            record::Error::BatchUnfinished => ApiError::new(Code::Conflict, error.to_string()),
            record::Error::Fenced => ApiError::overtaken("the job changed meanwhile: try again"),
            record::Error::Store(error) => error.into(),
            record::Error::IllegalTransition { .. }
            | record::Error::Unreadable { .. }
            | record::Error::Closed => ApiError::internal(error),
        }
    }
}

impl From<quota::Error> for ApiError {
    fn from(error: quota::Error) -> ApiError {
        match error {
            quota::Error::Exhausted { retry_in, .. } => {
                let exhausted = ApiError::new(Code::QuotaExceeded, error.to_string());
                ApiError { retry_after: Some(retry_in), ..exhausted }
            }
            quota::Error::Unreadable => ApiError::internal(error),
            quota::Error::Store(error) => error.into(),
        }
    }
}

impl From<store::Error> for ApiError {
    fn from(error: store::Error) -> ApiError {
        let retryable = matches!(error, store::Error::Unavailable { .. } | store::Error::Closed);
        let hidden = ApiError::internal(error);
        if !retryable {
            return hidden;
        }
        ApiError {
            code: Code::Overloaded,
            detail: "the store cannot be reached: try again".to_owned(),
            ..hidden
        }
    }
}

impl From<notify::Error> for ApiError {
    fn from(error: notify::Error) -> ApiError {
        match error {
            notify::Error::NoMessage => ApiError::new(Code::NotFound, error.to_string()),
            notify::Error::Pending | notify::Error::Damaged => {
                ApiError::new(Code::Conflict, error.to_string())
            }
            notify::Error::Contended => ApiError::overtaken(error.to_string()),
            notify::Error::InvalidCursor => ApiError::invalid_parameter("cursor", error.to_string()),
            notify::Error::Store(error) => error.into(),
            notify::Error::Random
            | notify::Error::Unreadable
            | notify::Error::Http(_)
            | notify::Error::Secret(_) => ApiError::internal(error),
        }
    }
}

impl From<audit::Error> for ApiError {
    fn from(error: audit::Error) -> ApiError {
        match error {
            audit::Error::InvalidCursor => ApiError::invalid_parameter("cursor", error.to_string()),
            audit::Error::NoBlock => ApiError::new(Code::NotFound, error.to_string()),
            audit::Error::Full => ApiError::new(Code::Conflict, error.to_string()),
            audit::Error::Store(error) => error.into(),
            audit::Error::Unreadable => ApiError::internal(error),
        }
    }
}

impl From<auth::Error> for ApiError {
    fn from(error: auth::Error) -> ApiError {
        match error {
            auth::Error::Unknown | auth::Error::Ended(_) => {
                ApiError::new(Code::Unauthenticated, error.to_string())
            }
            auth::Error::ForeignAddress(_) => ApiError::new(Code::Forbidden, error.to_string()),
            auth::Error::NoKey => ApiError::new(Code::NotFound, error.to_string()),
            auth::Error::Invalid(faults) => {
                let violation = |(field, message)| Violation::new(format!("/{field}"), message);
                ApiError::invalid(faults.into_iter().map(violation).collect())
            }
            auth::Error::Revoked | auth::Error::Expired | auth::Error::InSettings => {
                ApiError::new(Code::Conflict, error.to_string())
            }
            auth::Error::Contended => ApiError::overtaken(error.to_string()),
            auth::Error::InvalidCursor => ApiError::invalid_parameter("cursor", error.to_string()),
            auth::Error::Store(error) => error.into(),
            auth::Error::Random | auth::Error::KeyFile { .. } | auth::Error::Unreadable => {
                ApiError::internal(error)
            }
        }
    }
}
