//! Where records live: documents in named collections, behind one trait that a backend implements
//! in one place.
//!
//! A document is an envelope of declared, indexed fields around a payload that the store does not
//! look into. What a collection is called, which fields it has and how it may be queried stands in
//! one table, [`indexes`]. Everything typed (a job, a piece, an event) is written over this module
//! by `record`; nothing here knows what a payload means.
//!
//! Read [`Store`] first, then [`Write`] and [`Query`], then an adapter: [`MemoryStore`] is the shortest.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;

use crate::clock::Clock;

mod config;
mod document;
mod error;
pub mod firestore;
pub mod indexes;
mod lock;
mod memory;
mod query;
pub mod sqlite;
mod watch;
mod write;

pub use config::{Backend, Config};
pub use document::{Document, Fields, Value};
pub use error::Error;
pub use firestore::FirestoreStore;
pub use indexes::Collection;
pub use lock::{DataLock, make_data_dir};
pub use memory::MemoryStore;
pub use query::{Cursor, Direction, Page, Query};
pub use sqlite::SqliteStore;
pub use watch::{Change, Changes, Watch};
pub use write::{Precondition, Write};

/// Bytes a payload may have.
pub const MAX_PAYLOAD_BYTES: usize = 16 * 1024 * 1024;
/// Bytes the payloads of one batch may have together, so that a full queue of batches stays payable.
pub const MAX_BATCH_BYTES: usize = 64 * 1024 * 1024;
/// Writes a batch may have. Source: Firestore's limit on a transaction, 2026-11-20.
pub const MAX_BATCH_WRITES: usize = 500;
/// Documents one page of a query may have.
pub const MAX_QUERY_LIMIT: usize = 1000;
/// Bytes a text field may have; below Firestore's 1500 for an indexed value (2026-11-20).
pub const MAX_FIELD_BYTES: usize = 1024;
/// Bytes an id may have.
pub const MAX_ID_BYTES: usize = 256;

/// Keeps documents. All adapters behave alike; the contract tests run over each of them.
///
/// A document whose `expire_at` has come is never returned and counts as absent, whether or not
/// the backend has removed it yet.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Reads one document, `None` where there is none.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Corrupt`] when the backend cannot be read.
    async fn get(&self, collection: Collection, id: &str) -> Result<Option<Document>, Error>;

    /// Reads one page of the documents that match, in the order asked for, ties by id. Documents
    /// that lack the field that orders are left out, and so are damaged ones ([`Page::damaged`]).
    ///
    /// # Errors
    /// [`Error::UndeclaredIndex`] unless [`indexes::INDEXES`] declares exactly this combination of
    /// fields; [`Error::WrongField`] for a value of another type than declared; [`Error::TooLarge`]
    /// beyond [`MAX_QUERY_LIMIT`]; else as [`Store::get`].
    async fn query(&self, query: Query) -> Result<Page, Error>;

    /// Counts the documents that match; where the query begins, its direction and its limit do not
    /// matter. Costs a backend that counts by itself no reading of documents.
    ///
    /// # Errors
    /// As [`Store::query`].
    async fn count(&self, query: Query) -> Result<u64, Error> {
        count_page_by_page(self, query).await
    }

    /// Makes all writes durable, or none. Gives the new version of each document in the order of
    /// the writes, 0 for one that was deleted. An empty batch does nothing.
    ///
    /// # Errors
    /// [`Error::Conflict`] names the first document that is not as its write expects it: nothing
    /// was written. After [`Error::Unavailable`] the outcome is unknown: read before trying again.
    /// [`Error::WrongField`], [`Error::TooLarge`] and [`Error::Invalid`] are faults of the caller.
    ///
    /// # Cancel safety
    /// A dropped future may or may not have written; the batch stays all or nothing.
    async fn commit(&self, writes: Vec<Write>) -> Result<Vec<u64>, Error>;

    /// Follows what is written to a collection from now on, where the backend can tell. A commit
    /// that has been acknowledged is already on its way to every watcher; those of other instances come
    /// within half a second for the collections that instances tell each other of
    /// ([`Collection::is_followed`]), and others cannot be followed on a store that is shared.
    fn watch(&self, collection: Collection) -> Watch;

    /// Tells whether the store can work: reads, and takes the lock that writing needs.
    ///
    /// # Errors
    /// As [`Store::get`].
    async fn ping(&self) -> Result<(), Error>;
}

/// Counts as every backend can: by reading.
async fn count_page_by_page(store: &(impl Store + ?Sized), query: Query) -> Result<u64, Error> {
    let query = query.restarted().limit(MAX_QUERY_LIMIT);
    let mut page = store.query(query.clone()).await?;
    let mut count = page.documents.len();
    while let Some(cursor) = page.next {
        page = store.query(query.clone().after(cursor)).await?;
        count = count.saturating_add(page.documents.len());
    }
    Ok(u64::try_from(count).unwrap_or(u64::MAX))
}

/// Opens the store that the settings name; files lie in `data_dir`, which must exist.
///
/// # Errors
/// As [`SqliteStore::open`] or [`FirestoreStore::open`].
pub async fn open(config: &Config, data_dir: &Path, clock: Clock) -> Result<Arc<dyn Store>, Error> {
    match config.backend {
        Backend::Firestore => Ok(Arc::new(FirestoreStore::open(&config.firestore, clock).await?)),
        Backend::Sqlite => Ok(Arc::new(SqliteStore::open(&data_dir.join(sqlite::FILE_NAME), clock, config)?)),
        Backend::Memory => Ok(Arc::new(MemoryStore::new(clock))),
    }
}
