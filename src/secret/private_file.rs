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
    create_private(beside, text)?;
    move_private(beside, path)
}

/// Writes and syncs a file that nobody else can read, where none is.
fn create_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a text must not be taken for the whole.
        std::fs::remove_file(path).ok();
    }
    written
}

/// Puts a file that nobody else can read where none is, as [`write_private`] does. Tells whether it did: of
/// several that try at once one does, and the others find what it wrote.
///
/// # Errors
/// What the system said.
pub(super) fn write_private_first(path: &Path, text: &str) -> io::Result<bool> {
    let own = path.with_extension(uuid::Uuid::now_v7().to_string());
    write_private(&own, text)?;
    let is_first = first_of(std::fs::hard_link(&own, path), path, text);
    // A file too many harms nobody.
    std::fs::remove_file(&own).ok();
    let is_first = is_first?;
    if is_first {
        sync_folder(path)?;
    }
    Ok(is_first)
}

/// Tells whether the file was put there by a link, or creates it on a file system that has no links, where
/// who comes second may find it while it is still being written.
fn first_of(linked: io::Result<()>, path: &Path, text: &str) -> io::Result<bool> {
    let is_there = |error: &io::Error| error.kind() == io::ErrorKind::AlreadyExists;
    let put = match linked {
        Err(error) if !is_there(&error) => create_private(path, text),
        linked => linked,
    };
    match put {
        Err(error) if is_there(&error) => Ok(false),
        put => put.map(|()| true),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_links_the_first_file_stays_as_well() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let unlinked = || Err(io::Error::from(io::ErrorKind::Unsupported));
        assert!(first_of(unlinked(), &path, "one").unwrap());
        assert!(!first_of(unlinked(), &path, "two").unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one");
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
