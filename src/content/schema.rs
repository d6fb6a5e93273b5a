//! The two shapes of each kind as JSON Schema (2020-12), and validation against them.
//!
//! The piece schema comes from the struct. The draft schema, which a writer fills, is the piece
//! schema without what code sets: properties marked `x-set-by: code` go, and `evidence` becomes
//! one short `quote` whose place code looks up.

use std::sync::LazyLock;

use jsonschema::Validator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::{Kind, Violation};

/// Longest quote that a model is asked for, in code points.
pub const MAX_QUOTE_CHARACTERS: usize = 200;

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

/// Lists every violation of the piece schema.
#[must_use]
pub fn piece_violations(kind: Kind, value: &Value) -> Vec<Violation> {
    violations(&shapes_of(kind).piece_validator, value)
}

/// Lists every violation of the draft schema.
#[must_use]
pub fn draft_violations(kind: Kind, value: &Value) -> Vec<Violation> {
    violations(&shapes_of(kind).draft_validator, value)
}

/// Lists every violation that a validator finds, with its JSON pointer.
pub(super) fn violations(validator: &Validator, value: &Value) -> Vec<Violation> {
    let errors = validator.iter_errors(value);
    errors.map(|error| Violation::new(error.instance_path().to_string(), error.to_string())).collect()
}

/// Makes the schema of a type as it is serialised: every field that is always written is required.
pub(super) fn of<T: schemars::JsonSchema>() -> Value {
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
    let piece = match kind {
        Kind::Outline => of::<super::Outline>(),
        Kind::PodcastScript => of::<super::PodcastScript>(),
        Kind::StudyGuide => of::<super::StudyGuide>(),
        Kind::OnePagerSummary => of::<super::OnePagerSummary>(),
        Kind::DetailedReadingMaterial => of::<super::DetailedReadingMaterial>(),
        Kind::Faqs => of::<super::Faqs>(),
        Kind::Flashcards => of::<super::Flashcards>(),
        Kind::ReadingGuideQuestions => of::<super::ReadingGuideQuestions>(),
    };
    let draft = draft_of(&piece);
    Shapes { piece_validator: compile(&piece), draft_validator: compile(&draft), piece, draft }
}

/// Derives the draft schema from the piece schema; see the module's head.
fn draft_of(piece: &Value) -> Value {
    let mut draft = piece.clone();
    reduce(&mut draft);
    if let Some(definitions) = draft.get_mut("$defs").and_then(Value::as_object_mut) {
        definitions.retain(|name, _| name != "Evidence");
        definitions.values_mut().for_each(reduce);
    }
    draft
}

fn reduce(object_schema: &mut Value) {
    let Some(object_schema) = object_schema.as_object_mut() else { return };
    let Some(properties) = object_schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    let removed: Vec<String> = properties
        .iter()
        .filter(|(name, property)| *name == "evidence" || property.get("x-set-by").is_some())
        .map(|(name, _)| name.clone())
        .collect();
    properties.retain(|name, _| !removed.contains(name));
    if removed.iter().any(|name| name == "evidence") {
        properties.insert("quote".to_owned(), quote_schema());
    }
    drop_required(object_schema, &removed);
}

fn quote_schema() -> Value {
    json!({
        "description": "One passage of the source, copied character by character, that this rests on.",
        "type": "string", "minLength": 1, "maxLength": MAX_QUOTE_CHARACTERS,
    })
}

fn drop_required(object_schema: &mut Map<String, Value>, removed: &[String]) {
    if let Some(required) = object_schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| name.as_str().is_none_or(|name| !removed.iter().any(|gone| gone == name)));
    }
}

/// Turns every `quote` of a draft into `evidence` that still has to be anchored. Iterative, because
/// a draft may come from a model.
pub(super) fn quotes_to_evidence(draft: &mut Value) {
    let mut pending = vec![draft];
    while let Some(value) = pending.pop() {
        match value {
            Value::Array(items) => pending.extend(items.iter_mut()),
            Value::Object(fields) => {
                if let Some(quote) = fields.remove("quote") {
                    fields.insert("evidence".to_owned(), json!([{ "quote": quote }]));
                }
                pending.extend(fields.values_mut().filter(|value| value.is_array() || value.is_object()));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}
