//! The files of `prompts/`, embedded, compiled once, and the version that names their content.

use std::sync::LazyLock;

use minijinja::{Environment, UndefinedBehavior, Value};
use sha2::{Digest, Sha256};

use super::Error;
use crate::content::Kind;

pub(super) const SYSTEM: &str = include_str!("../../prompts/system.md");
pub(super) const CONTEXT: &str = "context.md";
pub(super) const PART: &str = "part.md";
pub(super) const FORM: &str = "form.md";
pub(super) const REPAIR: &str = "repair.md";
pub(super) const AGAIN: &str = "again.md";

/// The generation of the files; its folder in `prompts/`.
const GENERATION: &str = "v1";

/// The templates that every kind shares.
const COMMON: [(&str, &str); 5] = [
    (CONTEXT, include_str!("../../prompts/context.md")),
    (PART, include_str!("../../prompts/part.md")),
    (FORM, include_str!("../../prompts/form.md")),
    (REPAIR, include_str!("../../prompts/repair.md")),
    (AGAIN, include_str!("../../prompts/again.md")),
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(environment);
static VERSIONS: LazyLock<[String; 8]> = LazyLock::new(|| Kind::ALL.map(version_of));

const fn of_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Outline => include_str!("../../prompts/v1/outline.md"),
        Kind::PodcastScript => include_str!("../../prompts/v1/podcast_script.md"),
        Kind::StudyGuide => include_str!("../../prompts/v1/study_guide.md"),
        Kind::OnePagerSummary => include_str!("../../prompts/v1/one_pager_summary.md"),
        Kind::DetailedReadingMaterial => include_str!("../../prompts/v1/detailed_reading_material.md"),
        Kind::Faqs => include_str!("../../prompts/v1/faqs.md"),
        Kind::Flashcards => include_str!("../../prompts/v1/flashcards.md"),
        Kind::ReadingGuideQuestions => include_str!("../../prompts/v1/reading_guide_questions.md"),
    }
}

/// Returns the version of the prompts that a kind is made with: the generation and a hash of every
/// file that has a part in them.
#[must_use]
pub fn version(kind: Kind) -> &'static str {
    let versions = Kind::ALL.into_iter().zip(VERSIONS.iter());
    versions.into_iter().find(|(of, _)| *of == kind).map_or(GENERATION, |(_, version)| version.as_str())
}

fn version_of(kind: Kind) -> String {
    let mut hash = Sha256::new();
    for text in COMMON.iter().map(|(_, text)| *text).chain([SYSTEM, of_kind(kind)]) {
        // The length keeps a text from moving over the border of two files unseen.
        hash.update(text.len().to_le_bytes());
        hash.update(text);
    }
    let hex: String = hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("{GENERATION}-{hex}")
}

/// Renders the instruction for a kind.
pub(super) fn render_kind(kind: Kind, values: Value) -> Result<String, Error> {
    render(kind.as_str(), values)
}

/// Renders one of the shared files.
pub(super) fn render(name: &'static str, values: Value) -> Result<String, Error> {
    let rendered = ENVIRONMENT.get_template(name).and_then(|template| template.render(values));
    rendered.map_err(|source| Error { name, source })
}

#[expect(clippy::expect_used, reason = "the templates are constants; a test renders all of them")]
fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    // A misspelt name must fail in a test, not vanish from a prompt.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    let kinds = Kind::ALL.map(|kind| (kind.as_str(), of_kind(kind)));
    for (name, text) in COMMON.into_iter().chain(kinds) {
        environment.add_template(name, text).expect("an embedded template compiles");
    }
    environment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_prompt_file_holds_a_number() {
        let texts = COMMON.iter().map(|(_, text)| *text).chain([SYSTEM]).chain(Kind::ALL.map(of_kind));
        for text in texts {
            let numbered = text.lines().find(|line| line.bytes().any(|byte| byte.is_ascii_digit()));
            assert_eq!(numbered, None, "a limit belongs on the type");
        }
    }

    #[test]
    fn every_kind_has_a_version_of_its_own() {
        let mut versions = Kind::ALL.map(version).to_vec();
        assert!(versions.iter().all(|version| version.starts_with("v1-") && version.len() == 15));
        versions.sort_unstable();
        versions.dedup();
        assert_eq!(versions.len(), 8);
    }
}
