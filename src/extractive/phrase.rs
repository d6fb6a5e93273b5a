//! Fills frames with the text's own noun phrases and clauses.

use super::analysis::{Analysis, capitalised};
use crate::language::Frame;

/// What goes into a frame.
#[derive(Clone, Debug, Default)]
pub(super) struct Filling<'a> {
    pub(super) x: &'a str,
    pub(super) y: &'a str,
    pub(super) clause: &'a str,
    /// Whether `x` is a plural.
    pub(super) plural: bool,
}

/// Fills a frame and writes together what the language writes together.
pub(super) fn fill(frame: &Frame, filling: &Filling<'_>, analysis: &Analysis) -> String {
    let text = if filling.plural { frame.plural } else { frame.singular };
    let mut filled =
        String::with_capacity(text.len() + filling.x.len() + filling.y.len() + filling.clause.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (place, after) = after.split_once('}').unwrap_or((after, ""));
        filled.push_str(match place {
            "X" => filling.x,
            "Y" => filling.y,
            "C" => filling.clause,
            _ => "",
        });
        rest = after;
    }
    filled.push_str(rest);
    let filled = analysis.language().phrases.contracted(filled);
    if filled.starts_with('¿') { filled } else { capitalised(&filled) }
}

/// Lists phrases as the language does: "a, b and c".
pub(super) fn list(phrases: &[&str], analysis: &Analysis) -> String {
    let and = analysis.language().phrases.and;
    match phrases {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} {and} {last}", first.join(", ")),
    }
}
