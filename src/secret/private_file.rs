//! A file that only its owner can read, put in place whole and synced.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Puts a file that nobody else can read in the place of what is there, and syncs it and its folder.
///
/// # Errors
/// What the system said; what was there before is still whole then.
pub fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension("new");
    // A file left by a crash may have any mode: a mode is only given to a file that is created.
    match std::fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    move_private(&beside, path)
}

/// Gives a file another name, in the place of what has it, and syncs the folder.
///
/// # Errors
/// What the system said.
pub fn move_private(from: &Path, path: &Path) -> io::Result<()> {
    std::fs::rename(from, path)?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
