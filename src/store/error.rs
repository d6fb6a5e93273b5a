//! What can go wrong with a store, the same for every adapter.

use std::error::Error as StdError;
use std::path::PathBuf;
use std::sync::Arc;

use super::Collection;

/// Says why the store did not do what was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// A document is not as its write expects it; nothing of the batch was written.
    #[error("{collection} {id:?} is not as the write expects it")]
    Conflict {
        /// Where the document lies.
        collection: Collection,
        /// Which document it is.
        id: String,
    },
    /// A query combines fields that no declared index covers.
    #[error("no index of {collection} is declared for {wanted}")]
    UndeclaredIndex {
        /// The collection asked.
        collection: Collection,
        /// The fields asked for, without their values.
        wanted: String,
    },
    /// A field that the collection does not declare, or a value of another type.
    #[error("{collection} declares no field {field:?} of this type")]
    WrongField {
        /// The collection written or asked.
        collection: Collection,
        /// The name of the field.
        field: &'static str,
    },
    /// Something is beyond its bound.
    #[error("{what}: {actual} is more than {most}")]
    TooLarge {
        /// What is too large, with its unit.
        what: &'static str,
        /// How large it is.
        actual: usize,
        /// How large it may be.
        most: usize,
    },
    /// A call that no store can follow.
    #[error("{0}")]
    Invalid(&'static str),
    /// A text that no page gave out as its cursor.
    #[error("not a cursor of this query")]
    InvalidCursor,
    /// The backend cannot be reached, is full, locked or read-only. It may pass.
    #[error("the store could not {attempt}")]
    Unavailable {
        /// What was attempted.
        attempt: &'static str,
        /// What the backend said.
        #[source]
        source: Arc<dyn StdError + Send + Sync>,
    },
    /// The file is damaged or not a database at all. It is left as it is.
    #[error("the store file {} is damaged or no database; it was left as it is: restore a copy or move it away", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What was found.
        #[source]
        source: Arc<dyn StdError + Send + Sync>,
    },
    /// A document of a hosted store has not the form that this program gives it.
    #[error("{name} was not written by this program")]
    Unreadable {
        /// The full name of the document.
        name: String,
    },
    /// The file is a database of some other program. It is left as it is.
    #[error("the file {} is the database of another program; it was left as it is", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a later version of this program. It is left as it is.
    #[error("the store file {} has layout {found}, this program knows up to {known}", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The layout of the file.
        found: u32,
        /// The latest layout this program knows.
        known: u32,
    },
    /// Another process holds the data folder.
    #[error("another process serves from the data folder {}", path.display())]
    Locked {
        /// The data folder.
        path: PathBuf,
    },
    /// The store has been closed.
    #[error("the store is closed")]
    Closed,
}

impl Error {
    /// Makes the error of an attempt that may succeed later.
    pub(super) fn unavailable(attempt: &'static str, source: impl StdError + Send + Sync + 'static) -> Error {
        Error::Unavailable { attempt, source: Arc::new(source) }
    }
}
