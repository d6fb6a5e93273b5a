//! What can go wrong with a record.

use super::Status;
use crate::store;

/// Says why a record could not be read or written.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The job has been written by somebody else since this writer took it: it is no longer its to write.
    #[error("the job was taken over by another writer")]
    Fenced,
    /// The status table does not know this step.
    #[error("a job cannot go from {from} to {to}")]
    IllegalTransition {
        /// Where the job stands.
        from: Status,
        /// Where it was to go.
        to: Status,
    },
    /// A job of a batch with a limit is tried again only when all of them have ended.
    #[error("other jobs of the batch have not ended")]
    BatchUnfinished,
    /// The idempotency key stands for another request.
    #[error("the idempotency key was used with another body")]
    IdempotencyMismatch,
    /// The cursor is none that a list gave out.
    #[error("not a cursor of this list")]
    InvalidCursor,
    /// A stored record is not in the form that this version of the program writes.
    #[error("the stored {what} cannot be read")]
    Unreadable {
        /// What kind of record it is.
        what: &'static str,
    },
    /// The writer's task has ended.
    #[error("the job's writer has ended")]
    Closed,
    /// The store did not do what was asked.
    #[error("the store failed")]
    Store(#[source] store::Error),
}

impl Error {
    /// Tells whether what is stored is damaged: trying again gives the same.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        use store::Error::{Corrupt, Unreadable};
        matches!(self, Error::Unreadable { .. } | Error::Store(Corrupt { .. } | Unreadable { .. }))
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Error {
        match error {
            store::Error::InvalidCursor => Error::InvalidCursor,
            other => Error::Store(other),
        }
    }
}
