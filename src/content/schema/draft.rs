//! The draft: what a writer fills. Its schema is the piece schema without what code sets:
//! properties marked `x-set-by: code` go, `evidence` becomes one short `quote` whose place code
//! looks up, and what has a default may be missing.

use serde_json::{Value, json};

use super::MAX_QUOTE_CHARACTERS;

/// Derives the draft schema from a piece schema that still shows its defaults.
pub(super) fn of(piece: &Value) -> Value {
    let mut draft = piece.clone();
    reduce(&mut draft);
    if let Some(whole) = draft.as_object_mut() {
        whole.shift_remove("description");
    }
    if let Some(definitions) = draft.get_mut("$defs").and_then(Value::as_object_mut) {
        definitions.retain(|name, _| name != "Evidence");
        definitions.values_mut().for_each(reduce);
    }
    draft
}

fn reduce(object_schema: &mut Value) {
    let Some(object_schema) = object_schema.as_object_mut() else { return };
    let Some(properties) = object_schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    let is_missable = |property: &Value| property.get("default").is_some();
    let missable = properties.iter().filter(|(_, property)| is_missable(property));
    let missable: Vec<String> = missable.map(|(name, _)| name.clone()).collect();
    let bears_evidence = properties.contains_key("evidence");
    properties.retain(|name, property| name != "evidence" && property.get("x-set-by").is_none());
    if bears_evidence {
        properties.insert("quote".to_owned(), quote_schema());
    }
    if let Some(required) = object_schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| name.as_str().is_none_or(|name| !missable.iter().any(|gone| gone == name)));
    }
}

fn quote_schema() -> Value {
    json!({
        "description": "One passage of the source, copied character by character, that this rests on.",
        "type": ["string", "null"], "minLength": 1, "maxLength": MAX_QUOTE_CHARACTERS,
    })
}

/// Writes whole numbers as such: JSON Schema takes 3.0 for an integer, serde does not. Iterative.
pub(in crate::content) fn whole_numbers(value: &mut Value) {
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        match value {
            Value::Number(number) => {
                if let Some(whole) = whole(number) {
                    *number = whole;
                }
            }
            Value::Array(items) => pending.extend(items.iter_mut()),
            Value::Object(fields) => pending.extend(fields.values_mut()),
            Value::Null | Value::Bool(_) | Value::String(_) => {}
        }
    }
}

fn whole(number: &serde_json::Number) -> Option<serde_json::Number> {
    let float = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0)?;
    // The shortest text of a whole number below 2^53 has no fraction and no exponent.
    format!("{float:.0}").parse::<u64>().ok().map(serde_json::Number::from)
}
