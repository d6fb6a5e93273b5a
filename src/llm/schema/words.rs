//! What a schema says, in plain words: for the description, where a vendor does not take the keyword.

use serde_json::{Map, Value};

/// A pair of keywords that bound the same thing from below and from above.
pub(super) struct Bounds {
    pub(super) least: &'static str,
    pub(super) most: &'static str,
    one: &'static str,
    many: &'static str,
}

/// The pairs that our schemas use.
pub(super) const BOUNDS: [Bounds; 3] = [
    Bounds { least: "minLength", most: "maxLength", one: " character", many: " characters" },
    Bounds { least: "minItems", most: "maxItems", one: " item", many: " items" },
    Bounds { least: "minimum", most: "maximum", one: "", many: "" },
];

impl Bounds {
    /// Writes the bounds as a sentence; none says nothing.
    pub(super) fn in_words(&self, least: Option<&Value>, most: Option<&Value>) -> Option<String> {
        // At least one character goes without saying.
        let is_plain = |least: &&Value| self.least == "minLength" && least.as_u64() <= Some(1);
        match (least.filter(|least| !is_plain(least)), most) {
            (Some(least), Some(most)) if least == most => Some(format!("Exactly {}.", self.count(most))),
            (Some(least), Some(most)) => Some(format!("{least} to {}.", self.count(most))),
            (Some(least), None) => Some(format!("At least {}.", self.count(least))),
            (None, Some(most)) => Some(format!("At most {}.", self.count(most))),
            (None, None) => None,
        }
    }

    fn count(&self, bound: &Value) -> String {
        let unit = if bound.as_u64() == Some(1) { self.one } else { self.many };
        format!("{bound}{unit}")
    }
}

/// Writes what else no family takes.
pub(super) fn others(schema: &Map<String, Value>) -> impl Iterator<Item = String> {
    let pattern = schema.get("pattern").and_then(Value::as_str);
    let unique = schema.get("uniqueItems").and_then(Value::as_bool).unwrap_or_default();
    let pattern = pattern.map(|pattern| format!("Matches {pattern}."));
    pattern.into_iter().chain(unique.then(|| "No item twice.".to_owned()))
}
