//! The store in one SQLite file: what a single machine needs, durable and without a server.
//!
//! One thread writes (`writer`): it takes whatever batches wait, commits them together, and
//! acknowledges after the commit is synced, so that the price of a sync is shared. Reads run beside
//! it on connections of their own (`reader`); write-ahead logging keeps the two out of each
//! other's way. What lies in the file is `schema`'s: one table a collection, a column a declared
//! field, an SQLite index a declared index.
//!
//! A file that was damaged is refused, or tells of it when the damage is met: `schema` looks at its
//! length, `inspection` at its pages and indexes, and every row has a `checksum`. A damaged row fails
//! who asks for it by its id, and is left out of pages (`damaged`).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;

use super::query::{Page, Query};
use super::watch::{Feeds, Watch};
use super::write::{Write, check_batch};
use super::{Collection, Config, Document, Error, Store};
use crate::clock::Clock;

mod checksum;
mod damaged;
mod inspection;
mod reader;
mod row;
mod schema;
mod sweep;
mod writer;

use damaged::Damaged;
use inspection::Inspection;
use reader::Readers;
use writer::Writer;

/// The name of the file in the data folder.
pub const FILE_NAME: &str = "content-factory.sqlite3";

/// Keeps documents in an SQLite file. Dropping it finishes the commits that wait, then closes.
#[derive(Debug)]
pub struct SqliteStore {
    // Declared first, dropped first: the last acknowledged commit is in the file when readers close.
    writer: Writer,
    readers: Readers,
    inspection: Inspection,
    damaged: Damaged,
    clock: Clock,
    feeds: Feeds,
}

impl SqliteStore {
    /// Opens the file, makes it where it is missing, and brings an older layout up to date. Blocks
    /// for a few milliseconds. A second process may open the same file; it sees what is committed,
    /// but watches only its own commits.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::Foreign`] or [`Error::Newer`] for a file that is not ours to
    /// write, which then stays as it is; [`Error::Unavailable`] when it cannot be opened or written.
    pub fn open(path: &Path, clock: Clock, config: &Config) -> Result<SqliteStore, Error> {
        let connection = schema::open(path, config.max_file_bytes)?;
        let (path, feeds): (Arc<Path>, Feeds) = (Arc::from(path), Feeds::new());
        let inspection = Inspection::begin(&path)?;
        let writer = Writer::start(Arc::clone(&path), connection, clock.clone(), feeds.clone())?;
        let readers = Readers::new(path.to_path_buf(), config.read_connections);
        Ok(SqliteStore { writer, readers, inspection, damaged: Damaged::default(), clock, feeds })
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn get(&self, collection: Collection, id: &str) -> Result<Option<Document>, Error> {
        self.inspection.passed()?;
        let (id, now) = (id.to_owned(), self.clock.now());
        self.readers.read(move |connection| reader::get(connection, collection, &id, now)).await
    }

    async fn query(&self, query: Query) -> Result<Page, Error> {
        let index = query.check()?;
        self.inspection.passed()?;
        let (collection, now) = (query.collection, self.clock.now());
        let page = self.readers.read(move |connection| reader::query(connection, &query, index, now)).await;
        // A damaged row is left out: whatever else is damaged is more than a row.
        let page = page.inspect_err(|error| self.inspection.met(error))?;
        self.damaged.tell(collection, &page.damaged);
        Ok(page)
    }

    async fn count(&self, query: Query) -> Result<u64, Error> {
        let query = query.restarted().limit(1);
        let index = query.check()?;
        self.inspection.passed()?;
        let now = self.clock.now();
        self.readers.read(move |connection| reader::count(connection, &query, index, now)).await
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<Vec<u64>, Error> {
        check_batch(&writes)?;
        self.inspection.passed()?;
        if writes.is_empty() { Ok(Vec::new()) } else { self.writer.commit(writes).await }
    }

    fn watch(&self, collection: Collection) -> Watch {
        self.feeds.watch(collection)
    }

    // The empty batch takes the write lock; the file is looked for by name because SQLite would
    // write on into a file that somebody has removed.
    async fn ping(&self) -> Result<(), Error> {
        self.inspection.passed()?;
        self.writer.commit(Vec::new()).await?;
        self.readers.read(reader::probe).await
    }
}

/// The file is shorter than it says itself.
#[derive(Debug, thiserror::Error)]
#[error("the file has {found} bytes of {wanted}")]
struct Torn {
    found: u64,
    wanted: u64,
}

fn torn(path: &Path, found: u64, wanted: u64) -> Error {
    Error::Corrupt { path: PathBuf::from(path), source: Arc::new(Torn { found, wanted }) }
}

/// Says what an SQLite failure means to us.
fn failure(path: &Path, attempt: &'static str, error: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    let damaged = match &error {
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::Utf8Error(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::IntegralValueOutOfRange(..) => true,
        other => matches!(other.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase)),
    };
    if damaged {
        Error::Corrupt { path: PathBuf::from(path), source: Arc::new(error) }
    } else {
        Error::unavailable(attempt, error)
    }
}
