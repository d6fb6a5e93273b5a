//! The files: `<kind>.<ext>` for every piece and format, and `package.json`, the whole job. Each is
//! written beside its place and then moved there, so that nobody ever reads half of one.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Stop;
use crate::content::{Kind, Material};
use crate::export::{Format, render};

/// The folder that everything goes to.
#[derive(Debug)]
pub(super) struct Output {
    folder: PathBuf,
    formats: Vec<Format>,
}

impl Output {
    /// Makes the folder.
    pub(super) fn prepare(folder: &Path, formats: Vec<Format>) -> Result<Output, Stop> {
        std::fs::create_dir_all(folder).map_err(|error| {
            Stop::BadInput(format!("cannot make the folder {}: {error}", folder.display()))
        })?;
        Ok(Output { folder: folder.to_owned(), formats })
    }

    pub(super) fn write_piece(&self, kind: Kind, piece: &Material, language: &str) -> Result<(), Stop> {
        self.formats.iter().try_for_each(|format| {
            self.write(&format!("{kind}.{}", format.extension()), &render(*format, piece, language))
        })
    }

    pub(super) fn write_package(&self, package: &Value) -> Result<(), Stop> {
        let mut text = serde_json::to_vec_pretty(package).map_err(|error| Stop::Failed(error.to_string()))?;
        text.push(b'\n');
        self.write("package.json", &text)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Stop> {
        let path = self.folder.join(name);
        replace(&path, bytes)
            .map_err(|error| Stop::Failed(format!("cannot write {}: {error}", path.display())))
    }
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
    std::fs::write(&beside, bytes)?;
    std::fs::rename(&beside, path).inspect_err(|_| {
        // What could not be moved is of no use to anybody.
        let _ = std::fs::remove_file(&beside);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let output = Output::prepare(&folder.path().join("a/b"), vec![]).unwrap();
        output.write("x.md", b"first, and longer").unwrap();
        output.write("x.md", b"second").unwrap();
        assert_eq!(std::fs::read(folder.path().join("a/b/x.md")).unwrap(), b"second");
        assert_eq!(std::fs::read_dir(folder.path().join("a/b")).unwrap().count(), 1);
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_bad_input() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(matches!(Output::prepare(file.path(), vec![]), Err(Stop::BadInput(_))));
    }
}
