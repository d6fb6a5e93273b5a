//! Reading, off the async threads, on a few connections that are opened when first needed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, ToSql};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::schema::{open_reader, quoted};
use super::{failure, row};
use crate::store::document::Document;
use crate::store::indexes::Index;
use crate::store::query::{Direction, Page, Query, Start};
use crate::store::{Collection, Error};

/// The connections that read. Those beyond the permits wait; nothing is opened beyond them.
#[derive(Debug)]
pub(super) struct Readers {
    path: Arc<Path>,
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(path: PathBuf, connections: usize) -> Readers {
        let permits = Arc::new(Semaphore::new(connections.max(1)));
        Readers { path: Arc::from(path), idle: Arc::default(), permits }
    }

    /// Runs `work` on a free connection. A future that is dropped lets the work end by itself.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| Error::Closed)?;
        let (path, idle) = (Arc::clone(&self.path), Arc::clone(&self.idle));
        let task = spawn_blocking(move || {
            // Held until the connection is back: a permit means a connection.
            let _permit = permit;
            let kept = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = kept.map_or_else(|| open_reader(&path), Ok)?;
            let read = work(&connection).map_err(|error| unread(&path, error))?;
            // After a failure the connection is closed instead: the next one starts afresh.
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            Ok(read)
        });
        task.await.map_err(|error| Error::unavailable("read its file", error))?
    }
}

/// Says why something could not be read. Statements are ours and never change, so one that SQLite cannot
/// make sense of means that the tables and indexes are not as we declared them.
fn unread(path: &Path, error: rusqlite::Error) -> Error {
    let is_senseless = |error: &rusqlite::ffi::Error| error.extended_code == rusqlite::ffi::SQLITE_ERROR;
    match error.sqlite_error().is_some_and(is_senseless) {
        true => Error::Corrupt { path: path.to_owned(), source: Arc::new(error) },
        false => failure(path, "read its file", error),
    }
}

/// Reads one document that has not expired.
pub(super) fn get(
    connection: &Connection,
    collection: Collection,
    id: &str,
    now: Timestamp,
) -> rusqlite::Result<Option<Document>> {
    let columns = row::columns(collection).join(", ");
    let sql = format!("SELECT {columns} FROM \"{collection}\" WHERE id = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_row([id], |found| row::document(collection, found)).optional()?;
    if found.as_ref().is_some_and(|found| found.id != id) {
        return Err(row::damaged("an index names another row"));
    }
    Ok(found.filter(|document| !document.is_expired(now)))
}

/// Reads one page by its index.
pub(super) fn query(
    connection: &Connection,
    query: &Query,
    index: &Index,
    now: Timestamp,
) -> rusqlite::Result<Page> {
    let now = now.as_microsecond();
    let mut values: Vec<&dyn ToSql> = vec![&now];
    values.extend(query.equal.values().map(|value| -> &dyn ToSql { value }));
    match &query.start {
        Start::Beginning => {}
        Start::After(cursor) => {
            values.push(&cursor.order);
            values.push(&cursor.id);
        }
        Start::Beyond(value) => values.push(value),
    }
    let mut statement = connection.prepare_cached(&page_sql(query, index))?;
    let mut rows = statement.query(values.as_slice())?;
    let (mut found, mut damaged) = (Vec::new(), Vec::new());
    // One more than a page, to know whether another follows.
    while found.len() <= query.limit
        && let Some(row) = rows.next()?
    {
        match row::document(query.collection, row) {
            Ok(document) => found.push(document),
            Err(_) => damaged.push(row::id(row)?),
        }
    }
    if !answers(query, &found) {
        return Err(row::damaged("an index names other rows"));
    }
    Ok(Page { damaged, ..query.page(found) })
}

/// Tells whether rows that an index named are what was asked for, by their own word.
fn answers(query: &Query, found: &[Document]) -> bool {
    let place = |document: &Document| (document.fields.get(query.order).cloned(), document.id.clone());
    let in_order = found.iter().zip(found.iter().skip(1)).all(|(one, next)| match query.direction {
        Direction::Ascending => place(one) < place(next),
        Direction::Descending => place(one) > place(next),
    });
    let equals = |document: &Document| {
        query.equal.iter().all(|(field, value)| document.fields.get(field) == Some(value))
    };
    in_order && found.iter().all(equals)
}

/// Counts what matches a query, along its index.
pub(super) fn count(
    connection: &Connection,
    query: &Query,
    index: &Index,
    now: Timestamp,
) -> rusqlite::Result<u64> {
    let now = now.as_microsecond();
    let mut values: Vec<&dyn ToSql> = vec![&now];
    values.extend(query.equal.values().map(|value| -> &dyn ToSql { value }));
    let sql = format!("SELECT count(*) FROM {}", matching_sql(query, index, 2));
    connection.prepare_cached(&sql)?.query_row(values.as_slice(), |found| row::version(0, found))
}

/// Writes what a statement reads from: the time is bound as the first value, those that are compared
/// from `place` on.
fn matching_sql(query: &Query, index: &Index, place: usize) -> String {
    let equal: String = (place..)
        .zip(query.equal.keys())
        .map(|(place, field)| format!(" AND {} = ?{place}", quoted(field)))
        .collect();
    // `INDEXED BY` makes a statement that its index cannot serve an error instead of a slow scan.
    format!(
        "\"{}\" INDEXED BY \"{}\" WHERE (expire_at IS NULL OR expire_at > ?1) AND {} IS NOT NULL{equal}",
        query.collection,
        index.name,
        quoted(query.order),
    )
}

/// Writes the statement of a page: its values are bound in the order now, equal, start. It has no limit,
/// because who reads does not know how many rows are damaged: rows are read one by one.
fn page_sql(query: &Query, index: &Index) -> String {
    let (order, after, way) = match query.direction {
        Direction::Ascending => (quoted(query.order), ">", "ASC"),
        Direction::Descending => (quoted(query.order), "<", "DESC"),
    };
    let place = query.equal.len().saturating_add(2);
    let start = match query.start {
        Start::Beginning => String::new(),
        Start::After(_) => format!(" AND ({order}, id) {after} (?{place}, ?{})", place.saturating_add(1)),
        Start::Beyond(_) => format!(" AND {order} {after} ?{place}"),
    };
    format!(
        "SELECT {} FROM {}{start} ORDER BY {order} {way}, id {way}",
        row::columns(query.collection).join(", "),
        matching_sql(query, index, 2),
    )
}

/// Reads something, from the file that stands under its name now.
pub(super) fn probe(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    let path = connection.path().map(Path::new);
    if path.is_some_and(Path::exists) {
        return Ok(());
    }
    Err(rusqlite::Error::InvalidPath(path.map(Path::to_owned).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;
    use crate::store::document::Value;
    use crate::store::indexes::{FieldType, INDEXES};
    use crate::store::query::Cursor;

    fn value(collection: Collection, field: &str) -> Value {
        match collection.field(field).unwrap().field_type {
            FieldType::Text => Value::from("text"),
            FieldType::Integer => Value::from(7_i64),
            FieldType::Bool => Value::from(true),
            FieldType::Timestamp => Value::from(Timestamp::UNIX_EPOCH),
        }
    }

    #[test]
    fn every_page_is_read_along_its_index_without_sorting() {
        let folder = tempfile::tempdir().unwrap();
        let connection = super::super::schema::open(&folder.path().join("a.sqlite3"), u64::MAX).unwrap();
        for index in INDEXES {
            let order = value(index.collection, index.order);
            let cursor = Cursor { order: order.clone(), id: "a".to_owned() };
            for query in [
                Query::ascending(index.collection, index.order),
                Query::descending(index.collection, index.order),
            ] {
                let equal =
                    |query: Query, field: &&'static str| query.equal(field, value(index.collection, field));
                let query = index.equal.iter().fold(query, equal);
                for query in [query.clone(), query.clone().after(cursor.clone()), query.beyond(order.clone())]
                {
                    let mut plan = connection
                        .prepare(&format!("EXPLAIN QUERY PLAN {}", page_sql(&query, index)))
                        .unwrap();
                    let steps: Vec<String> =
                        plan.raw_query().mapped(|row| row.get(3)).collect::<rusqlite::Result<_>>().unwrap();
                    assert_eq!(steps.len(), 1, "{}: {steps:?}", index.name);
                    assert!(steps[0].starts_with("SEARCH") && steps[0].contains(index.name), "{steps:?}");
                }
            }
        }
    }

    #[tokio::test]
    async fn as_many_reads_run_at_once_as_the_settings_say() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite3");
        let _writer = super::super::schema::open(&path, u64::MAX).unwrap();
        for connections in [1, 2] {
            let readers = Readers::new(path.clone(), connections);
            let meet = Arc::new(Barrier::new(connections + 1));
            let work = || {
                let meet = Arc::clone(&meet);
                readers.read(move |_| {
                    meet.wait();
                    Ok(())
                })
            };
            let mut reads: Vec<_> = (0..connections).map(|_| Box::pin(work())).collect();
            for read in &mut reads {
                assert!(futures_util::poll!(read).is_pending());
            }
            assert_eq!(readers.permits.available_permits(), 0, "one more would wait");
            // Ends only when all of them are at work at the same time.
            tokio::task::spawn_blocking(move || meet.wait()).await.unwrap();
            for read in reads {
                read.await.unwrap();
            }
            assert_eq!(readers.idle.lock().unwrap().len(), connections, "connections are kept");
        }
    }
}
