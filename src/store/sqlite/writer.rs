//! Writing: one thread that takes all batches waiting, commits them in one transaction, and
//! acknowledges each after it is synced. A batch whose expectation fails is rolled back alone.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Savepoint, ToSql, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::checksum::Content;
use super::sweep::Sweeper;
use super::{failure, row};
use crate::clock::Clock;
use crate::store::watch::Feeds;
use crate::store::write::{Action, Write};
use crate::store::{Collection, Error};

/// Batches that wait, and batches that share one sync. More would not make a sync cheaper, and
/// would make the first of them wait longer.
const GROUP: usize = 256;

type Outcome = Result<Vec<u64>, Error>;

/// Why a transaction came to nothing.
enum Lost {
    /// One batch made SQLite roll back everything, as it does when the file is full.
    ByABatch(Error),
    /// It could not begin or end.
    AsAWhole(Error),
}

/// The hand that feeds the writing thread. Dropping it waits for the batches that were taken.
#[derive(Debug)]
pub(super) struct Writer {
    sender: Option<mpsc::Sender<Batch>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Batch {
    writes: Vec<Write>,
    reply: oneshot::Sender<Outcome>,
}

impl Writer {
    pub(super) fn start(
        path: Arc<Path>,
        connection: Connection,
        clock: Clock,
        feeds: Feeds,
    ) -> Result<Writer, Error> {
        let (sender, receiver) = mpsc::channel(GROUP);
        let sweeper = Sweeper::new(clock.monotonic());
        let thread = WriterThread { path, connection, clock, feeds, statements: statements(), sweeper };
        let started =
            std::thread::Builder::new().name("store-writer".to_owned()).spawn(|| thread.run(receiver));
        let thread = started.map_err(|error| Error::unavailable("start its writing thread", error))?;
        Ok(Writer { sender: Some(sender), thread: Some(thread) })
    }

    /// Hands a batch over and waits until it is synced or refused.
    pub(super) async fn commit(&self, writes: Vec<Write>) -> Outcome {
        let (reply, outcome) = oneshot::channel();
        let sender = self.sender.as_ref().ok_or(Error::Closed)?;
        sender.send(Batch { writes, reply }).await.map_err(|_| Error::Closed)?;
        outcome.await.map_err(|_| Error::Closed)?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // The thread ends when the channel does.
        self.sender = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's writing thread had panicked");
        }
    }
}

struct WriterThread {
    path: Arc<Path>,
    connection: Connection,
    clock: Clock,
    feeds: Feeds,
    statements: BTreeMap<Collection, Statements>,
    sweeper: Sweeper,
}

impl WriterThread {
    fn run(mut self, mut receiver: mpsc::Receiver<Batch>) {
        while let Some(first) = receiver.blocking_recv() {
            let mut group = vec![first];
            while group.len() < GROUP
                && let Ok(next) = receiver.try_recv()
            {
                group.push(next);
            }
            self.settle(group);
            let now = self.clock.now();
            self.sweeper.sweep(&mut self.connection, &self.statements, self.clock.monotonic(), now);
        }
    }

    /// Commits a group and answers each of its batches.
    fn settle(&mut self, group: Vec<Batch>) {
        let outcomes = match self.commit(&group) {
            Ok(outcomes) => outcomes,
            // One of them does not fit, alone they show which.
            Err(Lost::ByABatch(_)) if group.len() > 1 => {
                group.iter().map(|batch| self.commit_alone(batch)).collect()
            }
            Err(Lost::ByABatch(error) | Lost::AsAWhole(error)) => vec![Err(error); group.len()],
        };
        let failed =
            |outcome: &&Outcome| matches!(outcome, Err(Error::Unavailable { .. } | Error::Corrupt { .. }));
        if let Some(Err(error)) = outcomes.iter().find(failed) {
            let batches = outcomes.iter().filter(failed).count();
            tracing::error!(%error, cause = ?std::error::Error::source(error), batches, "commit failed");
        }
        for (batch, outcome) in group.into_iter().zip(outcomes) {
            if let Ok(versions) = &outcome {
                self.sweeper.written(&batch.writes);
                self.feeds.publish(&batch.writes, versions);
            }
            // Nobody waits any more when the committing future was dropped.
            let _ = batch.reply.send(outcome);
        }
    }

    fn commit_alone(&mut self, batch: &Batch) -> Outcome {
        match self.commit(std::slice::from_ref(batch)) {
            Ok(outcomes) => outcomes.into_iter().next().unwrap_or(Err(Error::Closed)),
            Err(Lost::ByABatch(error) | Lost::AsAWhole(error)) => Err(error),
        }
    }

    /// Commits a group in one transaction and gives the outcome of each batch.
    fn commit(&mut self, group: &[Batch]) -> Result<Vec<Outcome>, Lost> {
        let failed = |error| Lost::AsAWhole(failure(&self.path, "commit to its file", error));
        let now = self.clock.now();
        let behavior = TransactionBehavior::Immediate;
        let mut transaction = self.connection.transaction_with_behavior(behavior).map_err(failed)?;
        let mut outcomes = Vec::with_capacity(group.len());
        for batch in group {
            let savepoint = transaction.savepoint().map_err(failed)?;
            let outcome = apply(&self.path, &savepoint, &self.statements, &batch.writes, now);
            let transaction_is_lost = savepoint.is_autocommit();
            match outcome {
                Err(error) if transaction_is_lost => return Err(Lost::ByABatch(error)),
                // Dropping the savepoint takes back what the batch had written.
                Err(error) => outcomes.push(Err(error)),
                Ok(versions) => {
                    savepoint.commit().map_err(failed)?;
                    outcomes.push(Ok(versions));
                }
            }
        }
        transaction.commit().map_err(failed)?;
        Ok(outcomes)
    }
}

/// Writes a batch within its savepoint and gives the new versions.
fn apply(
    path: &Path,
    savepoint: &Savepoint<'_>,
    statements: &BTreeMap<Collection, Statements>,
    writes: &[Write],
    now: Timestamp,
) -> Outcome {
    let failed = |error| failure(path, "write to its file", error);
    let mut versions = Vec::with_capacity(writes.len());
    for write in writes {
        let Some(statements) = statements.get(&write.collection) else {
            return Err(Error::Invalid("the collection is not in the file"));
        };
        let current = current_version(savepoint, statements, &write.id, now).map_err(failed)?;
        let version = write.next_version(current)?;
        match write.action {
            Action::Put => put(savepoint, statements, write, version),
            Action::Keep if version == 0 => Ok(()),
            Action::Keep => keep(savepoint, statements, write, version),
            Action::Delete => delete(savepoint, statements, &write.id),
        }
        .map_err(failed)?;
        versions.push(version);
    }
    Ok(versions)
}

fn current_version(
    savepoint: &Savepoint<'_>,
    statements: &Statements,
    id: &str,
    now: Timestamp,
) -> rusqlite::Result<Option<u64>> {
    let mut statement = savepoint.prepare_cached(&statements.version)?;
    statement.query_row((id, now.as_microsecond()), |found| row::version(0, found)).optional()
}

fn put(
    savepoint: &Savepoint<'_>,
    statements: &Statements,
    write: &Write,
    version: u64,
) -> rusqlite::Result<()> {
    let content = &write.content;
    let version = i64::try_from(version).unwrap_or(i64::MAX);
    let expire_at = content.expire_at.map(Timestamp::as_microsecond);
    let checksum = Content {
        collection: write.collection,
        id: &write.id,
        version,
        schema_version: content.schema_version,
        expire_at: content.expire_at,
        payload: &content.payload,
        fields: &content.fields,
    }
    .checksum();
    let mut values: Vec<&dyn ToSql> =
        vec![&write.id, &version, &content.schema_version, &expire_at, &content.payload, &checksum];
    let fields: Vec<_> =
        write.collection.fields().iter().map(|field| content.fields.get(field.name)).collect();
    values.extend(fields.iter().map(|field| -> &dyn ToSql { field }));
    savepoint.prepare_cached(&statements.put)?.execute(values.as_slice()).map(drop)
}

/// Changes from when on a row is gone, which its checksum covers.
fn keep(
    savepoint: &Savepoint<'_>,
    statements: &Statements,
    write: &Write,
    version: u64,
) -> rusqlite::Result<()> {
    let mut statement = savepoint.prepare_cached(&statements.row)?;
    let mut rows = statement.query([&write.id])?;
    let Some(row) = rows.next()? else { return Ok(()) };
    // A damaged row stays as it is, so that it is never taken for a whole one.
    let Ok(document) = row::document(write.collection, row) else { return Ok(()) };
    drop(rows);
    let mut whole = Write::replace(document);
    whole.content.expire_at = write.content.expire_at;
    put(savepoint, statements, &whole, version)
}

pub(super) fn delete(connection: &Connection, statements: &Statements, id: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(&statements.delete)?.execute([id]).map(drop)
}

/// The statements of one collection, written once.
pub(super) struct Statements {
    version: String,
    row: String,
    put: String,
    delete: String,
    /// What has expired by ?1, in no order.
    pub(super) expired: String,
}

fn statements() -> BTreeMap<Collection, Statements> {
    let of = |collection| {
        let columns = row::columns(collection);
        let places: Vec<_> = (1..=columns.len()).map(|place| format!("?{place}")).collect();
        let updates: Vec<_> =
            columns.iter().skip(1).map(|column| format!("{column} = excluded.{column}")).collect();
        let (columns, places, updates) = (columns.join(", "), places.join(", "), updates.join(", "));
        let statements = Statements {
            version: format!(
                "SELECT version FROM \"{collection}\" WHERE id = ?1 AND (expire_at IS NULL OR expire_at > ?2)"
            ),
            row: format!("SELECT {columns} FROM \"{collection}\" WHERE id = ?1"),
            put: format!(
                "INSERT INTO \"{collection}\" ({columns}) VALUES ({places}) ON CONFLICT (id) DO UPDATE SET {updates}"
            ),
            delete: format!("DELETE FROM \"{collection}\" WHERE id = ?1"),
            expired: format!("SELECT {columns} FROM \"{collection}\" WHERE expire_at <= ?1"),
        };
        (collection, statements)
    };
    Collection::ALL.into_iter().map(of).collect()
}
