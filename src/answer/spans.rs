//! Finds the formulas between dollars in a raw string, and tells what kind of text stands in each.
//!
//! Two prices in a sentence also stand between dollars, so that what holds words is no formula. Who asks is
//! `lost.rs`, once a string.

use super::formula;

/// A formula between dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// Where its first dollar stands behind which it begins, in bytes.
    pub(super) from: usize,
    /// Where the dollar stands that ends it.
    pub(super) to: usize,
    /// How it is set.
    pub(super) set: Set,
}

/// How a formula is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Set {
    /// Between single dollars, within a line.
    Inline,
    /// Between double dollars, on one line.
    Display,
    /// Between double dollars, with line breaks of its own.
    Lines,
}

/// Words that a formula between double dollars may have.
const MOST_WORDS: usize = 6;
/// Words of two letters that tell of a sentence.
const SHORT_WORDS: [&str; 16] =
    ["am", "an", "as", "at", "be", "by", "in", "is", "it", "no", "of", "on", "so", "to", "us", "we"];
/// Names of functions that formulas write without a backslash.
const FUNCTIONS: [&str; 14] =
    ["sin", "cos", "tan", "log", "exp", "max", "min", "lim", "mod", "det", "gcd", "arg", "sup", "inf"];

/// Finds the formulas between dollars, single or double, in a raw string. A single dollar opens one only before
/// a non-blank and closes one only behind a non-blank and before no digit, so that prices are no formulas.
#[must_use]
pub(super) fn between_dollars(raw: &str) -> Vec<Span> {
    let bytes = raw.as_bytes();
    let at = |index: usize| bytes.get(index).copied().unwrap_or(b' ');
    let mut spans = Vec::new();
    let mut opened: Option<(usize, usize)> = None;
    let mut here = 0;
    while let Some(found) = raw.get(here..).and_then(|rest| rest.find('$')) {
        let index = here + found;
        let width = if at(index + 1) == b'$' { 2 } else { 1 };
        let (before, next) = (at(index.saturating_sub(1)), at(index + width));
        here = index + width;
        match opened {
            _ if before == b'\\' => {}
            Some((from, opener))
                if opener == width && (width == 2 || (before != b' ' && !next.is_ascii_digit())) =>
            {
                let inside = raw.get(from + width..index).unwrap_or_default();
                spans.extend(set(inside, width).map(|set| Span { from, to: index, set }));
                opened = None;
            }
            None if width == 2 || !next.is_ascii_whitespace() => opened = Some((index, width)),
            // The dollar before this one was a price.
            Some((_, 1)) if before == b' ' && !next.is_ascii_whitespace() => opened = Some((index, width)),
            _ => {}
        }
    }
    spans
}

/// Tells how a formula is set; `None` if what stands there is a sentence.
fn set(inside: &str, width: usize) -> Option<Set> {
    let contents = Contents::of(inside);
    let most_words = match width {
        1 => usize::from(contents.holds_tex),
        // Nobody writes a price with two dollars.
        _ => MOST_WORDS,
    };
    if contents.words > most_words {
        return None;
    }
    match (width, contents.breaks_lines) {
        (1, false) => Some(Set::Inline),
        (1, true) => None,
        (_, false) => Some(Set::Display),
        (_, true) => Some(Set::Lines),
    }
}

/// What stands in a formula.
#[derive(Default)]
struct Contents {
    /// Words outside of braces that are no commands.
    words: usize,
    /// Whether an escape stands there that is TeX for sure.
    holds_tex: bool,
    /// Whether a line break stands there that is no command.
    breaks_lines: bool,
}

impl Contents {
    fn of(inside: &str) -> Self {
        let mut contents = Self::default();
        let mut depth = 0_usize;
        let mut unsure = 0;
        let mut rest = inside;
        while let Some(character) = rest.chars().next() {
            let behind = rest.get(character.len_utf8()..).unwrap_or_default();
            rest = match character {
                '\\' => contents.escape(behind, &mut unsure),
                '{' | '}' => {
                    depth = if character == '{' { depth + 1 } else { depth.saturating_sub(1) };
                    behind
                }
                '\n' => {
                    contents.breaks_lines = true;
                    behind
                }
                _ if character.is_alphabetic() => {
                    let end = rest.find(|other: char| !other.is_alphabetic()).unwrap_or(rest.len());
                    let word = rest.get(..end).unwrap_or_default();
                    contents.words += usize::from(depth == 0 && is_word(word));
                    rest.get(end..).unwrap_or_default()
                }
                _ => behind,
            };
        }
        if !contents.holds_tex {
            contents.words += unsure;
        }
        contents
    }

    /// Reads on behind a backslash; letters behind an escape that are no known command may be a word.
    fn escape<'t>(&mut self, behind: &'t str, unsure: &mut usize) -> &'t str {
        let Some(&letter) = behind.as_bytes().first() else { return behind };
        let after =
            behind.char_indices().nth(1).map_or("", |(index, _)| behind.get(index..).unwrap_or_default());
        let name = formula::letters(after.as_bytes());
        match letter {
            b'\\' => return after.get(name.len()..).unwrap_or_default(),
            b'n' | b'r' | b't' => {
                let known = formula::command(letter, name, after.as_bytes().get(name.len()).copied());
                self.holds_tex |=
                    known == Some(formula::Certainty::Certain) || (letter == b'r' && !name.is_empty());
                self.breaks_lines |= letter == b'n' && name.is_empty();
                let argument = after.get(name.len()..).is_some_and(|rest| rest.starts_with('{'));
                *unsure += usize::from(letter != b'r' && known.is_none() && name.len() > 1 && !argument);
            }
            b'b' | b'f' => self.holds_tex |= !name.is_empty(),
            b'u' if after.get(..4).is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit())) => {
                return after;
            }
            b'"' | b'/' | b'\'' | b'$' => return after,
            _ => self.holds_tex = true,
        }
        after.get(name.len()..).unwrap_or_default()
    }
}

/// True if letters are a word of a sentence: none of a formula is so long, or written in such letters.
fn is_word(letters: &str) -> bool {
    if letters.is_ascii() {
        return (letters.len() > 2 && !FUNCTIONS.contains(&letters)) || SHORT_WORDS.contains(&letters);
    }
    let is_greek = |character: char| matches!(character, '\u{370}'..='\u{3ff}');
    !letters.chars().all(is_greek) && letters.chars().count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sets(raw: &str) -> Vec<Set> {
        between_dollars(raw).into_iter().map(|span| span.set).collect()
    }

    #[test]
    fn formulas_are_told_from_sentences_between_prices() {
        assert_eq!(sets(r"the $E = h\nu$ of $$x$$ and $$\nx\n$$"), [Set::Inline, Set::Display, Set::Lines]);
        assert_eq!(sets(r"costs $5 in the shop,\nless than 7$ here"), []);
        assert_eq!(sets(r"One costs $3 and\nu is the other at 4$ in shops"), []);
        assert_eq!(sets(r"costs 5$,\nu kunt 3$ sparen"), []);
        assert_eq!(sets(r"$v_{\text{the speed of it}} = 2$ and $\sin x$"), [Set::Inline, Set::Inline]);
    }
}
