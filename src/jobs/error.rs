//! What can go wrong with a job from the outside. Why a piece is missing stands in the job itself.

use crate::quota;
use crate::record;
use crate::record::Status;

/// Says why a job could not be made, read or deleted.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// There is no such job, or not for this viewer.
    #[error("no such job")]
    NotFound,
    /// The text does not carry an outline.
    #[error("no outline can be made from the text: {missing}")]
    SourceTooThin {
        /// What is missing, with numbers.
        missing: String,
    },
    /// The writer at hand cannot do what a field asks for.
    #[error("{field} cannot be followed: {reason}")]
    Unsupported {
        /// The name of the field.
        field: &'static str,
        /// Why not, and what to change.
        reason: String,
    },
    /// The idempotency key stands for another body.
    #[error("the idempotency key was used with another body")]
    IdempotencyMismatch,
    /// The job does not stand where that can be done.
    #[error("a job that is {from} cannot become {to}")]
    WrongStatus {
        /// Where it stands.
        from: Status,
        /// Where it was to go.
        to: Status,
    },
    /// The job shares its money with others of its batch, which have not ended.
    #[error("the job shares its money with others of its batch: it can be retried when all have ended")]
    BatchUnfinished,
    /// Some of the requests of a batch cannot be followed.
    #[error("{} of the requests cannot be followed", .0.len())]
    InBatch(Vec<(usize, Error)>),
    /// The day's quota of the owner is used up, or could not be read.
    #[error(transparent)]
    Quota(#[from] quota::Error),
    /// The cursor is none that a list gave out.
    #[error("not a cursor of this list")]
    InvalidCursor,
    /// The service is shutting down and takes nothing new.
    #[error("no jobs are taken any more: the service is shutting down")]
    ShuttingDown,
    /// Reading the text went wrong: a fault of this program.
    #[error("the text could not be read")]
    Reading,
    /// A record could not be read or written.
    #[error("the job's records could not be read or written")]
    Record(#[source] record::Error),
}

impl From<record::Error> for Error {
    fn from(error: record::Error) -> Error {
        match error {
            record::Error::IdempotencyMismatch => Error::IdempotencyMismatch,
            record::Error::InvalidCursor => Error::InvalidCursor,
            record::Error::BatchUnfinished => Error::BatchUnfinished,
            record::Error::IllegalTransition { from, to } => Error::WrongStatus { from, to },
            other => Error::Record(other),
        }
    }
}
