//! What lies in the file, and how an older or foreign one is met. The tables are made from the
//! declared collections, so a field or an index that is declared later is added when the file is
//! next opened; only changes of another nature need a step in [`STEPS`].

use std::fs::OpenOptions;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::row::{self, CHECKSUM};
use super::{failure, torn};
use crate::store::indexes::FieldType;
use crate::store::{Collection, Error};

/// How long a connection waits for another process that writes, `keys` beside `serve` for example;
/// such writes take milliseconds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Marks the file as ours in SQLite's own header: "CFac".
const APPLICATION_ID: i32 = 0x4346_6163;
const PAGE_BYTES: u64 = 4096;
/// Prepared statements a connection keeps: a handful for each collection.
const STATEMENTS: usize = 64;

type Step = fn(&Transaction<'_>) -> rusqlite::Result<()>;

/// Brings the layout forward, one step a version: the first makes version 1 of an empty file.
const STEPS: &[Step] = &[first_layout, checksums];

/// Opens the file for writing, with all tables in place.
pub(super) fn open(path: &Path, max_file_bytes: u64) -> Result<Connection, Error> {
    make_private(path)?;
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // Looked at before anything is written: a file that is not ours stays as it is.
    identify(path, &connection, STEPS)?;
    check_length(path, &connection)?;
    let failed = |error| failure(path, "open its file for writing", error);
    let max_pages = i64::try_from(max_file_bytes / PAGE_BYTES).unwrap_or(i64::MAX).min(0xFFFF_FFFE);
    let mode: String =
        connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(failed)?;
    tracing::debug!(%mode, "store file opened");
    connection
        .execute_batch(&format!(
            "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; PRAGMA max_page_count = {max_pages};"
        ))
        .map_err(failed)?;
    migrate(path, &mut connection, STEPS)?;
    Ok(connection)
}

/// Opens a connection that only reads.
pub(super) fn open_reader(path: &Path) -> Result<Connection, Error> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let query_only = connection.execute_batch("PRAGMA query_only = ON");
    query_only.map_err(|error| failure(path, "open its file for reading", error))?;
    Ok(connection)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, Error> {
    let failed = |error| failure(path, "open its file", error);
    // No internal mutex: a connection is used by one thread at a time, which the types ensure.
    let connection =
        Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(failed)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Makes the file where it is missing, readable by its owner alone: it holds users' texts.
fn make_private(path: &Path) -> Result<(), Error> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|error| Error::unavailable("open its file for writing", error))
}

/// Gives the layout of the file, 0 for an empty one; refuses files that are not ours.
fn identify(path: &Path, connection: &Connection, steps: &[Step]) -> Result<u32, Error> {
    let failed = |error| failure(path, "read its file", error);
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(failed);
    let application = number("PRAGMA application_id")?;
    let found = u32::try_from(number("PRAGMA user_version")?).unwrap_or(u32::MAX);
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    if (application, found, tables) == (0, 0, 0) {
        return Ok(0);
    }
    if application != i64::from(APPLICATION_ID) {
        return Err(Error::Foreign { path: path.to_owned() });
    }
    let known = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    if found > known { Err(Error::Newer { path: path.to_owned(), found, known }) } else { Ok(found) }
}

/// Refuses a file that lacks its end. SQLite takes the rest of a torn last page for zeros; what it has
/// in its log of writes ahead is no loss and is put in place first.
fn check_length(path: &Path, connection: &Connection) -> Result<(), Error> {
    let failed = |error| failure(path, "read its file", error);
    let pages = connection.query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0)).map_err(failed)?;
    let wanted = u64::try_from(pages).unwrap_or(0).saturating_mul(PAGE_BYTES);
    let length = || {
        let file = std::fs::metadata(path);
        file.map(|file| file.len()).map_err(|error| Error::unavailable("read its file", error))
    };
    if length()? >= wanted {
        return Ok(());
    }
    let checkpoint = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    checkpoint.map_err(failed)?;
    let found = length()?;
    if found >= wanted { Ok(()) } else { Err(torn(path, found, wanted)) }
}

/// Takes the steps that the file has not seen and adds what is declared anew, all or nothing.
fn migrate(path: &Path, connection: &mut Connection, steps: &[Step]) -> Result<(), Error> {
    let failed = |error| failure(path, "bring its file up to date", error);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    // Asked again under the lock: another process may just have taken the steps.
    let found = identify(path, &transaction, steps)?;
    for (version, step) in (1_u32..).zip(steps).filter(|(version, _)| *version > found) {
        step(&transaction).map_err(failed)?;
        transaction.pragma_update(None, "user_version", version).map_err(failed)?;
    }
    add_declared(&transaction).map_err(failed)?;
    transaction.commit().map_err(failed)
}

fn first_layout(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    for collection in Collection::ALL {
        transaction.execute_batch(&envelope_table(collection))?;
    }
    Ok(())
}

/// Gives every row its checksum. Earlier versions wrote none.
fn checksums(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    for collection in Collection::ALL {
        transaction.execute_batch(&envelope_table(collection))?;
        if !transaction.column_exists(None, collection.name(), CHECKSUM)? {
            transaction.execute_batch(&format!("ALTER TABLE \"{collection}\" ADD COLUMN {CHECKSUM} BLOB"))?;
        }
        add_columns(transaction, collection)?;
        let columns = row::columns(collection).join(", ");
        let mut rows = transaction.prepare(&format!("SELECT {columns} FROM \"{collection}\""))?;
        let sql = format!("UPDATE \"{collection}\" SET {CHECKSUM} = ?1 WHERE id = ?2");
        let mut update = transaction.prepare(&sql)?;
        let documents = rows.query_map([], |row| row::unchecked(collection, row))?;
        // Read to the end before anything is written: the rows are read from the table that changes.
        for document in documents.collect::<rusqlite::Result<Vec<_>>>()? {
            update.execute((row::checksum(&document), &document.id))?;
        }
    }
    Ok(())
}

// Rowid tables: `WITHOUT ROWID` keeps the payload inside the key's tree and was five times slower.
fn envelope_table(collection: Collection) -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS \"{collection}\" (id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, \
         schema_version INTEGER NOT NULL, expire_at INTEGER, payload TEXT NOT NULL, {CHECKSUM} BLOB);"
    )
}

/// Adds the collections, columns and indexes that are declared and not there yet.
fn add_declared(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    for collection in Collection::ALL {
        transaction.execute_batch(&envelope_table(collection))?;
        add_columns(transaction, collection)?;
        for index in collection.indexes() {
            // The id makes the order total; documents without the ordering field stay outside.
            let columns: Vec<_> =
                index.equal.iter().chain([&index.order, &"id"]).map(|name| quoted(name)).collect();
            transaction.execute_batch(&format!(
                "CREATE INDEX IF NOT EXISTS \"{}\" ON \"{collection}\" ({}) WHERE \"{}\" IS NOT NULL",
                index.name,
                columns.join(", "),
                index.order
            ))?;
        }
        transaction.execute_batch(&format!(
            "CREATE INDEX IF NOT EXISTS \"{collection}_by_expiry\" ON \"{collection}\" (expire_at) \
             WHERE expire_at IS NOT NULL"
        ))?;
    }
    Ok(())
}

fn add_columns(transaction: &Transaction<'_>, collection: Collection) -> rusqlite::Result<()> {
    for field in collection.fields() {
        if !transaction.column_exists(None, collection.name(), field.name)? {
            let column = column_type(field.field_type);
            let name = quoted(field.name);
            transaction.execute_batch(&format!("ALTER TABLE \"{collection}\" ADD COLUMN {name} {column}"))?;
        }
    }
    Ok(())
}

fn column_type(field_type: FieldType) -> &'static str {
    match field_type {
        FieldType::Text => "TEXT",
        FieldType::Integer | FieldType::Bool | FieldType::Timestamp => "INTEGER",
    }
}

/// Writes a declared name so that SQL takes it for nothing else.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn third_layout(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        transaction.execute_batch("UPDATE jobs SET schema_version = schema_version + 1")
    }

    fn broken_layout(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        transaction.execute_batch("UPDATE jobs SET schema_version = 99; UPDATE nothing SET a = 1")
    }

    fn layout_and_schema(connection: &Connection) -> (u32, u32) {
        let sql = "SELECT (SELECT user_version FROM pragma_user_version), schema_version FROM jobs";
        connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
    }

    #[test]
    fn a_file_of_an_older_layout_is_brought_forward_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite3");
        let mut connection = open(&path, u64::MAX).unwrap();
        connection
            .execute("INSERT INTO jobs (id, version, schema_version, payload) VALUES ('a', 1, 1, '')", [])
            .unwrap();
        for _ in 0..2 {
            migrate(&path, &mut connection, &[first_layout, checksums, third_layout]).unwrap();
            assert_eq!(layout_and_schema(&connection), (3, 2));
        }
        let refused = identify(&path, &connection, STEPS);
        assert!(matches!(refused, Err(Error::Newer { found: 3, known: 2, .. })), "{refused:?}");
    }

    #[test]
    fn a_step_that_fails_leaves_the_file_at_the_layout_it_had() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite3");
        let mut connection = open(&path, u64::MAX).unwrap();
        connection
            .execute("INSERT INTO jobs (id, version, schema_version, payload) VALUES ('a', 1, 1, '')", [])
            .unwrap();
        assert!(
            migrate(&path, &mut connection, &[first_layout, checksums, third_layout, broken_layout]).is_err()
        );
        assert_eq!(layout_and_schema(&connection), (2, 1));
    }

    #[test]
    fn rows_of_a_layout_without_checksums_are_given_theirs() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite3");
        let connection = open(&path, u64::MAX).unwrap();
        connection
            .execute_batch(
                "ALTER TABLE jobs DROP COLUMN checksum; PRAGMA user_version = 1; \
                 INSERT INTO jobs (id, version, schema_version, payload, owner) VALUES ('a', 4, 1, '{}', 'me')",
            )
            .unwrap();
        drop(connection);
        let connection = open(&path, u64::MAX).unwrap();
        let columns = row::columns(Collection::Jobs).join(", ");
        let read = |connection: &Connection| {
            let sql = format!("SELECT {columns} FROM jobs");
            connection.query_row(&sql, [], |found| row::document(Collection::Jobs, found))
        };
        assert_eq!(read(&connection).unwrap().text("owner"), Some("me"));
        connection.execute_batch("UPDATE jobs SET owner = 'you'").unwrap();
        assert!(read(&connection).is_err(), "a row that somebody else changed is none of ours");
    }

    #[test]
    fn a_field_and_an_index_that_are_declared_later_are_added() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite3");
        let connection = open(&path, u64::MAX).unwrap();
        connection
            .execute_batch(
                "DROP INDEX jobs_in_queue; DROP INDEX jobs_in_queue_by_priority; \
                 ALTER TABLE jobs DROP COLUMN queue_key; DROP TABLE keys;",
            )
            .unwrap();
        drop(connection);
        let connection = open(&path, u64::MAX).unwrap();
        assert!(connection.column_exists(None, "jobs", "queue_key").unwrap());
        assert!(connection.table_exists(None, "keys").unwrap());
        let index = "SELECT count(*) FROM sqlite_schema WHERE name = 'jobs_in_queue'";
        assert_eq!(connection.query_row(index, [], |row| row.get::<_, i64>(0)).unwrap(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_readable_by_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite3");
        open(&path, u64::MAX).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
