//! Tells whether a string lost its closing quote at a line break.
//!
//! Where the last character of the line may be that quote in another shape, or may have stood behind it, either
//! reading is as good. Strings with a closing quote are in `ending.rs`.

use super::ending::{CLOSER_WINDOW, Extent, Nest};
use super::scan::Scan;

impl Scan<'_> {
    /// Judges the line break at `at` in a string from `from` with `inner` quotes of its kind inside; `None` if the
    /// string goes on behind it.
    pub(super) fn ends_with_line(
        &mut self,
        from: usize,
        at: usize,
        open: &[Nest],
        inner: u32,
    ) -> Option<Extent> {
        if inner % 2 == 1 {
            return None;
        }
        let raw = self.slice(from, at);
        let line = raw.trim_end();
        if line.is_empty() || line == "," {
            return None;
        }
        let next = self.skip(at);
        let (text, to, ends) = if let Some(text) = line.strip_suffix(',') {
            let goes_on = match open.last() {
                Some(Nest::Object) => self.opening_quote(next).is_some() && self.is_key(next, false),
                _ => inner == 0 && self.opening_quote(next).is_some() && self.is_item(next),
            };
            (text, from + text.len(), goes_on && self.byte(next).is_some())
        } else {
            let closes = matches!(self.byte(next), Some(b'}' | b']'));
            (line, from + raw.trim_end_matches('\r').len(), closes && self.rest_closes(next, open))
        };
        if !ends {
            return None;
        }
        if ends_in_doubt(text) {
            return Some(Extent::Unclear);
        }
        Some(Extent::Closed { from, to, next: to, inner, unquoted_end: true })
    }

    /// True if the brackets here fit what is open exactly and then structure goes on or the text ends.
    fn rest_closes(&mut self, at: usize, open: &[Nest]) -> bool {
        let mut here = at;
        for expected in open.iter().rev().take(CLOSER_WINDOW) {
            let closer = match expected {
                Nest::Object => b'}',
                Nest::Array => b']',
            };
            match self.byte(here) {
                Some(byte) if byte == closer => here = self.skip(here + 1),
                Some(b',') if here > at => {
                    let next = self.skip(here + 1);
                    return matches!(self.byte(next), Some(b'{')) || self.is_key(next, false);
                }
                _ => return false,
            }
        }
        self.byte(here).is_none() || self.is_end_mark(here)
    }
}

/// True if a text ends in a bracket that closes none of its own.
pub(super) fn closes_too_much(text: &str) -> bool {
    let count = |bracket: char| text.matches(bracket).count();
    match text.trim_end().chars().next_back() {
        Some(']') => count(']') > count('['),
        Some('}') => count('}') > count('{'),
        _ => false,
    }
}

/// True if the last character of a text may be its closing quote, escaped or of another kind, or a bracket that
/// stood behind it.
fn ends_in_doubt(text: &str) -> bool {
    let Some(last) = text.chars().next_back() else { return false };
    let has = |openers: &[char]| text.contains(openers);
    let is_one_of_odd = |marks: &[char]| text.matches(marks).count() % 2 == 1;
    match last {
        '"' => text.ends_with("\\\""),
        '”' => !has(&['“', '„']) || is_one_of_odd(&['“', '”', '„']),
        '“' => !has(&['„']) || is_one_of_odd(&['“', '”', '„']),
        '’' => !has(&['‘', '‚']) || is_one_of_odd(&['‘', '’', '‚']),
        '‘' => !has(&['‚']) || is_one_of_odd(&['‘', '’', '‚']),
        '»' | '«' => is_one_of_odd(&['«', '»']),
        '\'' | '`' | '＂' => is_one_of_odd(&[last]),
        ']' | '}' => closes_too_much(text),
        // Signs that may stand in the place of the quote.
        '[' | '{' | ',' | ';' | ':' => true,
        _ => false,
    }
}
