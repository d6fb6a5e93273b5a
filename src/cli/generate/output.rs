//! The files: `<kind>.<ext>` for every piece and format, and `package.json`, the whole job. Each is
//! written beside its place and then moved there, so that nobody ever reads half of one. Pieces of an
//! earlier run that this one did not make are removed, so that the folder holds one package.

use std::collections::BTreeSet;
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
    /// Kinds that the run before made here, by its `package.json`.
    earlier: BTreeSet<Kind>,
}

impl Output {
    /// Makes the folder, and tries whether files can be written there before anything is spent.
    pub(super) fn prepare(folder: &Path, formats: Vec<Format>) -> Result<Output, Stop> {
        std::fs::create_dir_all(folder).map_err(|error| {
            Stop::BadInput(format!("cannot make the folder {}: {error}", folder.display()))
        })?;
        let trial = folder.join(format!(".trial.{}", std::process::id()));
        std::fs::write(&trial, b"").and_then(|()| std::fs::remove_file(&trial)).map_err(|error| {
            Stop::BadInput(format!("cannot write to the folder {}: {error}", folder.display()))
        })?;
        Ok(Output { folder: folder.to_owned(), formats, earlier: earlier(folder) })
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

    /// Removes the files of an earlier run's pieces that this run did not write, and names them. A
    /// run that made nothing removes nothing. Files that no run of ours made are left alone.
    pub(super) fn remove_earlier(&self, written: &[Kind]) -> Result<Vec<String>, Stop> {
        let kinds = self.earlier.iter().filter(|_| !written.is_empty());
        let files = kinds.flat_map(|kind| Format::ALL.map(|format| (*kind, format)));
        let stale = files.filter(|(kind, format)| !(written.contains(kind) && self.formats.contains(format)));
        let mut removed = Vec::new();
        for (kind, format) in stale {
            let name = format!("{kind}.{}", format.extension());
            match std::fs::remove_file(self.folder.join(&name)) {
                Ok(()) => removed.push(name),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(Stop::Failed(format!("cannot remove {name} of an earlier run: {error}")));
                }
            }
        }
        Ok(removed)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Stop> {
        let path = self.folder.join(name);
        replace(&path, bytes)
            .map_err(|error| Stop::Failed(format!("cannot write {}: {error}", path.display())))
    }
}

/// The kinds whose pieces a `package.json` of ours holds; none where there is no such file.
fn earlier(folder: &Path) -> BTreeSet<Kind> {
    let package = std::fs::read(folder.join("package.json")).ok();
    let package: Option<Value> = package.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let ours = package.filter(|package| package.get("job_id").is_some());
    let content = ours.as_ref().and_then(|package| package.get("content")?.as_object());
    content.into_iter().flat_map(|content| content.keys()).filter_map(|name| Kind::from_name(name)).collect()
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
    #[cfg(target_os = "linux")]
    fn a_folder_that_takes_no_files_is_bad_input() {
        assert!(matches!(Output::prepare(Path::new("/proc"), vec![]), Err(Stop::BadInput(_))));
    }

    #[test]
    fn what_an_earlier_run_made_and_this_one_did_not_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        put("package.json", r#"{"job_id": "1", "content": {"faqs": {}, "outline": {}, "study_guide": {}}}"#);
        for name in ["faqs.md", "faqs.json", "outline.md", "study_guide.md", "flashcards.md", "notes.md"] {
            put(name, "earlier");
        }
        let output = Output::prepare(folder.path(), vec![Format::Markdown]).unwrap();
        assert_eq!(output.remove_earlier(&[]).unwrap(), Vec::<String>::new());
        let removed = output.remove_earlier(&[Kind::Outline, Kind::Faqs]).unwrap();
        assert_eq!(removed, ["study_guide.md", "faqs.json"]);
        for kept in ["faqs.md", "outline.md", "flashcards.md", "notes.md"] {
            assert!(folder.path().join(kept).exists(), "{kept}");
        }
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_bad_input() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(matches!(Output::prepare(file.path(), vec![]), Err(Stop::BadInput(_))));
    }
}
