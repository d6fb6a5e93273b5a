//! Patterns of what must not stand in a text, most of which only a text with certain marks can hold.

use regex::Regex;

/// Patterns with what they find, in the order in which they are looked for.
pub(super) struct Patterns(Vec<Pattern>);

/// One pattern.
struct Pattern {
    regex: Regex,
    /// Bytes of which one at least stands in whatever it finds.
    marks: &'static [u8],
    what: &'static str,
}

impl Patterns {
    /// Compiles patterns: each with the marks of which what it finds has one, and the name of that.
    pub(super) fn new(table: &[(&str, &'static [u8], &'static str)]) -> Patterns {
        // A test compiles every pattern, so that none is lost here.
        let compiled = table.iter().filter_map(|(pattern, marks, what)| {
            Some(Pattern { regex: Regex::new(pattern).ok()?, marks, what })
        });
        Patterns(compiled.collect())
    }

    /// Names the first that stands in a text.
    pub(super) fn first_in(&self, text: &str) -> Option<&'static str> {
        let mut has = [false; 256];
        for byte in text.bytes() {
            if let Some(has) = has.get_mut(usize::from(byte)) {
                *has = true;
            }
        }
        let has = |mark: &u8| has.get(usize::from(*mark)).copied().unwrap_or_default();
        let found = self.0.iter().find(|each| each.marks.iter().any(has) && each.regex.is_match(text));
        found.map(|pattern| pattern.what)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}
