//! One server for each data folder. The lock is the operating system's: it ends with the process,
//! however that ends, and leaves nothing to clean up.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::Error;

const LOCK_FILE: &str = "lock";

/// Holds a data folder for this process until it is dropped.
#[derive(Debug)]
pub struct DataLock {
    // Closing the file gives the lock back.
    _file: File,
}

/// Makes the data folder where it is missing, without taking it.
///
/// # Errors
/// [`Error::Unavailable`].
pub fn make_data_dir(data_dir: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(data_dir).map_err(|error| Error::unavailable("make the data folder", error))
}

impl DataLock {
    /// Takes the folder, which is made where it is missing.
    ///
    /// # Errors
    /// [`Error::Locked`] when another process holds it, [`Error::Unavailable`] when the folder or
    /// its lock file cannot be made or locked.
    pub fn acquire(data_dir: &Path) -> Result<DataLock, Error> {
        let failed = |error| Error::unavailable("lock the data folder", error);
        make_data_dir(data_dir)?;
        let open = OpenOptions::new().create(true).truncate(false).write(true).open(data_dir.join(LOCK_FILE));
        let file = open.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(DataLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::Locked { path: data_dir.to_owned() }),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_folder_is_held_once_and_freed_by_dropping() {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("made/on/demand");
        let held = DataLock::acquire(&data_dir).unwrap();
        let second = DataLock::acquire(&data_dir);
        assert!(matches!(second, Err(Error::Locked { path }) if path == data_dir));
        drop(held);
        assert!(DataLock::acquire(&data_dir).is_ok());
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(matches!(DataLock::acquire(file.path()), Err(Error::Unavailable { .. })));
    }
}
