//! The two shapes of each kind as JSON Schema (2020-12), and validation against them.
//!
//! The piece schema comes from the struct. The draft schema, which a writer fills, is derived from
//! it (`draft.rs`); both are put into plain words (`tidy.rs`), and so is what is wrong with a value
//! (`message.rs`). A reduced schema for one provider is that provider's business.

mod draft;
mod message;
mod tidy;

use std::sync::LazyLock;

use jsonschema::Validator;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::{Kind, Violation};
pub(super) use draft::whole_numbers;
pub use tidy::tidy;

/// Longest quote that a model is asked for, in code points.
pub const MAX_QUOTE_CHARACTERS: usize = 200;

/// Most violations that are listed of one value, so that a hostile value cannot ask for an answer
/// larger than itself.
pub const MAX_VIOLATIONS: usize = 100;

struct Shapes {
    piece: Value,
    piece_validator: Validator,
    draft: Value,
    draft_validator: Validator,
}

static SHAPES: LazyLock<[Shapes; 8]> = LazyLock::new(|| Kind::ALL.map(shapes));

/// Returns the JSON Schema of what users get.
#[must_use]
pub fn piece(kind: Kind) -> &'static Value {
    &shapes_of(kind).piece
}

/// Returns the JSON Schema of what a writer fills.
#[must_use]
pub fn draft(kind: Kind) -> &'static Value {
    &shapes_of(kind).draft
}

/// Lists the violations of the piece schema.
#[must_use]
pub fn piece_violations(kind: Kind, value: &Value) -> Vec<Violation> {
    violations(&shapes_of(kind).piece_validator, value)
}

/// Lists the violations of the draft schema.
#[must_use]
pub fn draft_violations(kind: Kind, value: &Value) -> Vec<Violation> {
    violations(&shapes_of(kind).draft_validator, value)
}

/// Lists the violations that a validator finds, each with its JSON pointer, [`MAX_VIOLATIONS`] at most.
pub(super) fn violations(validator: &Validator, value: &Value) -> Vec<Violation> {
    // Most values have none, and to find out just that takes a fraction of the time.
    if validator.is_valid(value) {
        return Vec::new();
    }
    let mut violations: Vec<Violation> = Vec::new();
    for error in validator.iter_errors(value).take(MAX_VIOLATIONS) {
        let violation = Violation::new(error.instance_path().to_string(), message::of(&error));
        match violations.last_mut().filter(|last| last.path == violation.path && message::is_choice(&error)) {
            // A value of the wrong type is also none of a closed list; the list says more.
            Some(last) => *last = violation,
            None => violations.push(violation),
        }
    }
    violations
}

/// Makes the schema of a type as it is serialised: every field that is always written is required.
pub(super) fn of<T: schemars::JsonSchema>() -> Value {
    let mut schema = raw::<T>();
    tidy::tidy(&mut schema);
    schema
}

fn raw<T: schemars::JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>().to_value()
}

#[expect(clippy::expect_used, reason = "our own schemas are constants; a test compiles all of them")]
pub(super) fn compile(schema: &Value) -> Validator {
    jsonschema::validator_for(schema).expect("a schema derived from our own types compiles")
}

fn shapes_of(kind: Kind) -> &'static Shapes {
    let [outline, podcast, guide, one_pager, reading, faqs, flashcards, questions] = &*SHAPES;
    match kind {
        Kind::Outline => outline,
        Kind::PodcastScript => podcast,
        Kind::StudyGuide => guide,
        Kind::OnePagerSummary => one_pager,
        Kind::DetailedReadingMaterial => reading,
        Kind::Faqs => faqs,
        Kind::Flashcards => flashcards,
        Kind::ReadingGuideQuestions => questions,
    }
}

fn shapes(kind: Kind) -> Shapes {
    let mut piece = match kind {
        Kind::Outline => raw::<super::Outline>(),
        Kind::PodcastScript => raw::<super::PodcastScript>(),
        Kind::StudyGuide => raw::<super::StudyGuide>(),
        Kind::OnePagerSummary => raw::<super::OnePagerSummary>(),
        Kind::DetailedReadingMaterial => raw::<super::DetailedReadingMaterial>(),
        Kind::Faqs => raw::<super::Faqs>(),
        Kind::Flashcards => raw::<super::Flashcards>(),
        Kind::ReadingGuideQuestions => raw::<super::ReadingGuideQuestions>(),
    };
    let mut draft = draft::of(&piece);
    tidy::tidy(&mut draft);
    tidy::tidy(&mut piece);
    tidy::without_null(&mut piece);
    Shapes { piece_validator: compile(&piece), draft_validator: compile(&draft), piece, draft }
}

#[cfg(test)]
mod tests;
