//! Rules that a JSON Schema cannot say, shared by several kinds. Each yields the same
//! [`Violation`] that schema validation yields, so that a caller sees one list.

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
