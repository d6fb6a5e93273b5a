//! What is wrong with a value, in words that a person or a model can act on. Never repeats the value.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Fault};
use serde_json::Value;

/// Unknown fields that are named, and characters of each that are shown.
const MAX_NAMES: usize = 10;
const MAX_NAME_CHARACTERS: usize = 60;

/// Says what must change.
pub(super) fn of(error: &ValidationError<'_>) -> String {
    match error.kind() {
        // Of alternatives only "this or null" occurs; what is wrong is what the first one says.
        Fault::AnyOf { context } => match context.first().and_then(|faults| faults.first()) {
            Some(first) => simple(first),
            None => simple(error),
        },
        _ => simple(error),
    }
}

/// Whether the fault is that a value is none of a closed list.
pub(super) fn is_choice(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), Fault::Enum { .. })
}

fn simple(error: &ValidationError<'_>) -> String {
    let size = size(error.instance());
    match error.kind() {
        Fault::MinLength { limit } => format!("has {size} characters, must have at least {limit}"),
        Fault::MaxLength { limit } => format!("has {size} characters, must have at most {limit}"),
        Fault::MinItems { limit } => format!("has {size} items, must have at least {limit}"),
        Fault::MaxItems { limit } => format!("has {size} items, must have at most {limit}"),
        Fault::Minimum { limit } => format!("must be at least {limit}"),
        Fault::Maximum { limit } => format!("must be at most {limit}"),
        Fault::Required { property } => format!("lacks the field {property}"),
        Fault::AdditionalProperties { unexpected } => format!("has unknown fields: {}", names(unexpected)),
        Fault::Type { kind } => format!("must be of type {}", types(kind)),
        Fault::Enum { options } => format!("must be one of {options}"),
        Fault::Pattern { pattern } => format!("must match {pattern}"),
        _ => error.masked().to_string(),
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

fn names(unexpected: &[String]) -> String {
    let shown = unexpected.iter().take(MAX_NAMES);
    let shown = shown.map(|name| name.chars().take(MAX_NAME_CHARACTERS).collect::<String>());
    let more = unexpected.len().saturating_sub(MAX_NAMES);
    let more = (more > 0).then(|| format!("and {more} more"));
    shown.chain(more).collect::<Vec<_>>().join(", ")
}

fn types(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => one.to_string(),
        TypeKind::Multiple(several) => {
            several.iter().map(|one| one.to_string()).collect::<Vec<_>>().join(" or ")
        }
    }
}
