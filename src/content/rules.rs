//! Rules that a JSON Schema cannot say, shared by several kinds. Each yields the same
//! [`Violation`] that schema validation yields, so that a caller sees one list.

use std::fmt::Write as _;

use serde_json::Value;

use super::Violation;

/// Requires that a text ends with a question mark.
pub(super) fn ends_as_question(text: &str, path: &str, violations: &mut Vec<Violation>) {
    if !text.trim_end().ends_with(['?', '？', '؟']) {
        violations.push(Violation::new(path, "must end with a question mark"));
    }
}

/// Requires that every number names one of the `last` objectives, which count from 1.
pub(super) fn known_objectives(numbers: &[u32], last: usize, path: &str, violations: &mut Vec<Violation>) {
    for (index, number) in numbers.iter().enumerate() {
        let known = usize::try_from(*number).is_ok_and(|number| (1..=last).contains(&number));
        if !known {
            violations.push(Violation::new(
                format!("{path}/{index}"),
                format!("names objective {number}, but the outline has {last}"),
            ));
        }
    }
}

/// Requires that a count of characters lies within bounds; for sums that no single field shows.
pub(super) fn characters_within(
    count: usize,
    bounds: std::ops::RangeInclusive<usize>,
    path: &str,
    violations: &mut Vec<Violation>,
) {
    if !bounds.contains(&count) {
        violations.push(Violation::new(
            path,
            format!("has {count} characters, must have {} to {}", bounds.start(), bounds.end()),
        ));
    }
}

/// Requires that every text but a quote says something. The value is one of our own types, whose depth is
/// known.
pub(super) fn no_blank_text(value: &Value, violations: &mut Vec<Violation>) {
    let mut path = String::new();
    find_blank(value, &mut path, violations);
}

fn find_blank(value: &Value, path: &mut String, violations: &mut Vec<Violation>) {
    let length = path.len();
    match value {
        Value::String(text) if !text.is_empty() && text.trim_start().is_empty() => {
            violations.push(Violation::new(path.as_str(), "must not be blank"));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate().filter(|(_, item)| may_hold_text(item)) {
                // Writing to a string does not fail.
                let _ = write!(path, "/{index}");
                find_blank(item, path, violations);
                path.truncate(length);
            }
        }
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(name, field)| *name != "evidence" && may_hold_text(field));
            for (name, field) in fields {
                path.push('/');
                path.push_str(name);
                find_blank(field, path, violations);
                path.truncate(length);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn may_hold_text(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Array(_) | Value::Object(_))
}
