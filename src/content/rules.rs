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
    let is_blank = |text: &str| !text.is_empty() && text.trim_start().is_empty();
    find(value, &mut String::new(), &(is_blank, "must not be blank"), violations);
}

/// Requires that no text but a quote holds control characters, line breaks and tabs aside: they are what is left
/// of an escape that was lost. The value is valid by its kind's schema, so that its depth is known.
pub(super) fn no_control_characters(value: &Value, violations: &mut Vec<Violation>) {
    let is_at_fault = |text: &str| {
        let unusual = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
        text.chars().any(unusual) && text.replace("\r\n", "\n").chars().any(unusual)
    };
    find(value, &mut String::new(), &(is_at_fault, "must not hold control characters"), violations);
}

/// Finds the texts that are at fault, quotes aside, and says of each what is wrong.
fn find(
    value: &Value,
    path: &mut String,
    rule: &(impl Fn(&str) -> bool, &'static str),
    violations: &mut Vec<Violation>,
) {
    let length = path.len();
    match value {
        Value::String(text) if (rule.0)(text) => violations.push(Violation::new(path.as_str(), rule.1)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate().filter(|(_, item)| may_hold_text(item)) {
                // Writing to a string does not fail.
                let _ = write!(path, "/{index}");
                find(item, path, rule, violations);
                path.truncate(length);
            }
        }
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(name, field)| *name != "evidence" && may_hold_text(field));
            for (name, field) in fields {
                path.push('/');
                path.push_str(name);
                find(field, path, rule, violations);
                path.truncate(length);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn may_hold_text(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Array(_) | Value::Object(_))
}
