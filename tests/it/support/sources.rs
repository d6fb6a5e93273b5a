//! The project's own text files, for the rules that are tests.

use std::path::{Path, PathBuf};

/// A text file of the project.
pub(crate) struct SourceFile {
    /// Its path from the project's root, with `/` between parts.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Reads all files below these folders whose names end in one of `endings`.
pub(crate) fn files(folders: &[&str], endings: &[&str]) -> Vec<SourceFile> {
    let root = root();
    let mut pending: Vec<PathBuf> = folders.iter().map(|folder| root.join(folder)).collect();
    let mut found = Vec::new();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
            let text = std::fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            found.push(SourceFile { path, text });
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(!found.is_empty());
    found
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}
