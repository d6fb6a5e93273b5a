//! Rules that a JSON Schema cannot say, shared by several kinds. Each yields the same
//! [`Violation`] that schema validation yields, so that a caller sees one list.

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

/// Requires that every text but a quote says something. Iterative, because a writer made the value.
pub(super) fn no_blank_text(value: &Value, violations: &mut Vec<Violation>) {
    let mut pending = vec![(String::new(), value)];
    while let Some((path, value)) = pending.pop() {
        match value {
            Value::String(text) if !text.is_empty() && text.trim().is_empty() => {
                violations.push(Violation::new(path, "must not be blank"));
            }
            Value::Array(items) => {
                let items = items.iter().enumerate().rev();
                pending.extend(items.map(|(index, item)| (format!("{path}/{index}"), item)));
            }
            Value::Object(fields) => {
                let fields = fields.iter().rev().filter(|(name, _)| *name != "evidence");
                pending.extend(fields.map(|(name, field)| (format!("{path}/{name}"), field)));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}
