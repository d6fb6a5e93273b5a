//! A file that only its owner can read, put in place whole and synced.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Puts a file that nobody else can read in the place of what is there, and syncs it and its folder.
///
/// # Errors
/// What the system said; what was there before is still whole then.
pub fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = Path::new(&beside);
    // A file left by a crash may have any mode: a mode is only given to a file that is created.
    match std::fs::remove_file(beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    move_private(beside, path)
}

/// Puts a file that nobody else can read where none is, as [`write_private`] does. Tells whether it did: of
/// several that try at once one does, and the others find what it wrote.
///
/// # Errors
/// What the system said.
pub(super) fn write_private_first(path: &Path, text: &str) -> io::Result<bool> {
    let own = path.with_extension(uuid::Uuid::now_v7().to_string());
    write_private(&own, text)?;
    let linked = std::fs::hard_link(&own, path);
    std::fs::remove_file(&own)?;
    match linked {
        Ok(()) => sync_folder(path).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        // Not every file system has links; what no other can reach at the same time is put in place all the same.
        Err(_) => write_private(path, text).map(|()| true),
    }
}

/// Gives a file another name, in the place of what has it, and syncs the folder.
///
/// # Errors
/// What the system said.
pub fn move_private(from: &Path, path: &Path) -> io::Result<()> {
    std::fs::rename(from, path)?;
    sync_folder(path)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
