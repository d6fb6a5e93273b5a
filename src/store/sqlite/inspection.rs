//! Looks through the whole file for damage when it is opened: SQLite's own check of all pages, and of
//! every index against its table, which no single read would notice. A small file is looked through
//! before anything is read of it; a large one meanwhile, and the store refuses everything from the
//! moment that damage is found.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use rusqlite::{Connection, InterruptHandle};

use super::failure;
use super::schema::open_reader;
use crate::store::Error;

/// Files up to this size are looked through at once: it takes some milliseconds.
const AT_ONCE_BYTES: u64 = 4 * 1024 * 1024;

/// A look through the file, under way or done. Dropping it breaks it off.
pub(super) struct Inspection {
    found: Arc<OnceLock<Error>>,
    /// The thread that looks, and the way to stop it.
    looking: Option<(InterruptHandle, JoinHandle<()>)>,
}

/// What SQLite found; it names tables and indexes, never what is in them.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Damage(String);

impl Inspection {
    /// Begins.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if a small file is damaged; [`Error::Unavailable`] if it cannot be read.
    pub(super) fn begin(path: &Arc<Path>) -> Result<Inspection, Error> {
        let connection = open_reader(path)?;
        let found = Arc::new(OnceLock::new());
        let length = std::fs::metadata(path).map_or(0, |file| file.len());
        if length <= AT_ONCE_BYTES {
            look(path, &connection)?;
            return Ok(Inspection { found, looking: None });
        }
        let (stop, thread_path, tell) =
            (connection.get_interrupt_handle(), Arc::clone(path), Arc::clone(&found));
        let thread = std::thread::Builder::new().name("store-inspection".to_owned()).spawn(move || {
            if let Err(error @ Error::Corrupt { .. }) = look(&thread_path, &connection) {
                tracing::error!(%error, cause = ?std::error::Error::source(&error), "the store is damaged");
                let _ = tell.set(error);
            }
        });
        let thread = thread.map_err(|error| Error::unavailable("start looking through its file", error))?;
        Ok(Inspection { found, looking: Some((stop, thread)) })
    }

    /// Takes note of an error that somebody met; if it tells of damage, nothing is read or written from now on.
    pub(super) fn met(&self, error: &Error) {
        if matches!(error, Error::Corrupt { .. }) && self.found.set(error.clone()).is_ok() {
            tracing::error!(%error, cause = ?std::error::Error::source(error), "the store is damaged");
        }
    }

    /// Says whether the file is whole, as far as is known by now.
    ///
    /// # Errors
    /// [`Error::Corrupt`] as soon as damage was found.
    pub(super) fn passed(&self) -> Result<(), Error> {
        self.found.get().cloned().map_or(Ok(()), Err)
    }
}

impl Drop for Inspection {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.looking.take() {
            stop.interrupt();
            // It had something to tell only if it panicked, and then the hook has told it.
            let _ = thread.join();
        }
    }
}

impl std::fmt::Debug for Inspection {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Inspection").field("found", &self.found.get()).finish_non_exhaustive()
    }
}

fn look(path: &Path, connection: &Connection) -> Result<(), Error> {
    // The first damage is enough.
    let report = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0));
    match report.map_err(|error| failure(path, "look through its file", error))? {
        report if report == "ok" => Ok(()),
        report => Err(Error::Corrupt { path: path.to_owned(), source: Arc::new(Damage(report)) }),
    }
}
