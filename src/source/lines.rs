//! Makes one clean line of a run: joins wrapped lines, undoes hyphenation by the document's own
//! vocabulary, drops citation marks and bracketed addresses, leaves single spaces.

use std::collections::BTreeSet;

use super::citations::Citations;
use super::view::{Fold, Glyph, normalise};

/// First parts that keep their hyphen when a line ends after it.
const PREFIXES: [&str; 30] = [
    "well", "self", "non", "ex", "half", "all", "cross", "high", "low", "long", "short", "so", "anti",
    "semi", "quasi", "multi", "two", "three", "four", "five", "six", "first", "second", "third", "old",
    "new", "full", "post", "pre", "mid",
];

/// Second parts that keep it.
const SUFFIXES: [&str; 24] = [
    "based", "known", "like", "free", "level", "term", "year", "old", "made", "called", "scale", "related",
    "driven", "being", "rich", "poor", "minded", "ranging", "range", "class", "même", "ci", "là", "ce",
];

/// After a hyphen at a line end these leave it hanging: `two- and threefold`, `Vor- und Nachteile`.
const CONJUNCTIONS: [&str; 16] =
    ["and", "or", "to", "und", "oder", "bis", "sowie", "y", "o", "e", "et", "ou", "nor", "but", "than", "as"];

/// The words of a text as they stand inside its lines.
#[derive(Debug, Default)]
pub(super) struct Vocabulary(BTreeSet<String>);

impl Vocabulary {
    /// Collects the words; hyphenated compounds count as one. Empty when no line ends in a hyphen,
    /// because nothing is asked then.
    pub(super) fn of(view: &str) -> Self {
        let is_hyphen = |end: char| matches!(end, '-' | '\u{2010}');
        if !view.lines().any(|line| line.trim_end().ends_with(is_hyphen)) {
            return Vocabulary::default();
        }
        let mut words = BTreeSet::new();
        for line in view.lines() {
            for word in line.split(|mark: char| !mark.is_alphanumeric() && mark != '-') {
                let word = word.trim_start_matches('-');
                if !word.is_empty() && !word.ends_with('-') {
                    words.insert(word.to_lowercase());
                }
            }
        }
        Vocabulary(words)
    }

    fn has(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

/// What becomes of a hyphen at the end of a line.
#[derive(Debug, PartialEq, Eq)]
enum Hyphen {
    /// It was made by the line break.
    Undo,
    /// It belongs to the word.
    Keep,
    /// It stands for a part left out; a space follows.
    Hang,
}

fn judge(before: &str, after: &str, vocabulary: &Vocabulary) -> Hyphen {
    let (before, after) = (before.to_lowercase(), after.to_lowercase());
    let last = before.rsplit('-').next().unwrap_or_default();
    if CONJUNCTIONS.contains(&after.as_str()) {
        return Hyphen::Hang;
    }
    if vocabulary.has(&format!("{before}{after}")) || vocabulary.has(&format!("{last}{after}")) {
        return Hyphen::Undo;
    }
    let is_compound = vocabulary.has(&format!("{before}-{after}"))
        || PREFIXES.contains(&last)
        || SUFFIXES.contains(&after.as_str())
        || (last.chars().count() >= 4
            && after.chars().count() >= 4
            && vocabulary.has(last)
            && vocabulary.has(&after));
    if is_compound { Hyphen::Keep } else { Hyphen::Undo }
}

/// Makes a run readable: visible fold, one line, no citation marks, single spaces, trimmed.
/// `cites` says what the document does with numbers in brackets.
pub(super) fn tidy(run: &[Glyph], vocabulary: &Vocabulary, cites: Citations) -> Vec<Glyph> {
    let run = normalise(&without_soft_breaks(run), Fold::Visible);
    let run = join_lines(&run, vocabulary);
    let run = without_asides(&run, cites);
    collapse(&run)
}

/// A soft hyphen before a line end means that the word goes on.
fn without_soft_breaks(run: &[Glyph]) -> Vec<Glyph> {
    let mut out: Vec<Glyph> = Vec::with_capacity(run.len());
    let mut joining = false;
    for glyph in run {
        if joining && glyph.character.is_whitespace() {
            continue;
        }
        joining = false;
        if glyph.character == '\n' && out.last().is_some_and(|last| last.character == '\u{ad}') {
            out.pop();
            joining = true;
            continue;
        }
        out.push(*glyph);
    }
    out
}

fn join_lines(run: &[Glyph], vocabulary: &Vocabulary) -> Vec<Glyph> {
    let mut out: Vec<Glyph> = Vec::with_capacity(run.len());
    let mut rest = run;
    while let Some((first, after)) = rest.split_first() {
        if first.character != '\n' {
            out.push(*first);
            rest = after;
            continue;
        }
        let blank = after.iter().take_while(|glyph| glyph.character.is_whitespace()).count();
        rest = after.get(blank..).unwrap_or_default();
        while out.last().is_some_and(|last| last.character.is_whitespace()) {
            out.pop();
        }
        if needs_space(&mut out, rest, vocabulary) {
            out.push(Glyph { character: ' ', ..*first });
        }
    }
    out
}

/// Settles a hyphen at the end of `out`; whether a space belongs between it and `rest`.
fn needs_space(out: &mut Vec<Glyph>, rest: &[Glyph], vocabulary: &Vocabulary) -> bool {
    let (Some(last), Some(next)) = (out.last().copied(), rest.first()) else { return false };
    let before_last = out.iter().rev().nth(1).map(|glyph| glyph.character);
    if is_unspaced(last.character) && is_unspaced(next.character) {
        return false;
    }
    if last.character == '—' {
        return before_last.is_none_or(char::is_whitespace);
    }
    let follows_word = before_last.is_some_and(char::is_alphanumeric);
    if last.character != '-' || !follows_word || !next.character.is_alphanumeric() || last.verbatim {
        return true;
    }
    if !next.character.is_lowercase() || !before_last.is_some_and(char::is_alphabetic) {
        return false;
    }
    let mut before: Vec<char> = out
        .iter()
        .rev()
        .skip(1)
        .map(|glyph| glyph.character)
        .take(60)
        .take_while(|character| character.is_alphanumeric() || *character == '-')
        .collect();
    before.reverse();
    let before: String = before.into_iter().collect();
    let after: String = rest
        .iter()
        .map(|glyph| glyph.character)
        .take(60)
        .take_while(|character| character.is_alphanumeric())
        .collect();
    match judge(&before, &after, vocabulary) {
        Hyphen::Hang => true,
        Hyphen::Keep => false,
        Hyphen::Undo => {
            out.pop();
            false
        }
    }
}

/// Scripts that are written without spaces between words.
pub(super) fn is_unspaced(character: char) -> bool {
    matches!(u32::from(character), 0x3000..=0x30ff | 0x3400..=0x9fff | 0xf900..=0xfaff | 0xff00..=0xff60 | 0x20000..=0x3ffff)
}

/// Longest content of brackets that is looked at.
const MAX_ASIDE_CHARACTERS: usize = 300;

fn without_asides(run: &[Glyph], cites: Citations) -> Vec<Glyph> {
    let mut out: Vec<Glyph> = Vec::with_capacity(run.len());
    let mut at = 0;
    let mut misses = 0_usize;
    while let Some(first) = run.get(at) {
        let judged = cites.judge(run, at);
        if let Some(marks) = judged.filter(|judged| !judged.are_references) {
            out.extend(run.iter().skip(at).take(marks.length));
            at += marks.length;
            continue;
        }
        let aside = || run.get(at..).filter(|_| !first.verbatim && misses <= 100).and_then(aside_length);
        let Some(length) = judged.map(|judged| judged.length).or_else(aside) else {
            misses += usize::from(matches!(first.character, '[' | '('));
            out.push(*first);
            at += 1;
            continue;
        };
        while out.last().is_some_and(|last| last.character == ' ') {
            out.pop();
        }
        let mut rest = run.get(at + length..).unwrap_or_default();
        if out.last().is_some_and(|last| ".!?”\"".contains(last.character)) {
            rest = after_page_number(rest);
        }
        at = run.len() - rest.len();
        // "word [3] next" needs the space back, "word [3]." does not.
        let is_word = |next: &&Glyph| next.character.is_alphanumeric() && !is_unspaced(next.character);
        if let Some(next) = rest.first().filter(is_word)
            && !out.is_empty()
        {
            out.push(Glyph::new(' ', super::Span { start: first.span.start, end: next.span.start }));
        }
    }
    out
}

/// Encyclopaedias cite pages as `[3]: 45`.
fn after_page_number(run: &[Glyph]) -> &[Glyph] {
    if run.first().is_none_or(|first| first.character != ':') {
        return run;
    }
    let rest = run.get(1..).unwrap_or_default();
    let marks = rest
        .iter()
        .take(20)
        .take_while(|glyph| !glyph.verbatim && matches!(glyph.character, ' ' | '–' | '-' | ',' | '0'..='9'));
    let (marks, digits) = marks.fold((0, 0), |(marks, digits), glyph| {
        (marks + 1, digits + usize::from(glyph.character.is_ascii_digit()))
    });
    let blanks = rest.iter().take(marks).rev().take_while(|glyph| glyph.character == ' ').count();
    if digits > 0 { rest.get(marks - blanks..).unwrap_or_default() } else { run }
}

/// The length of a bracketed address, a note or an editor's remark.
fn aside_length(run: &[Glyph]) -> Option<usize> {
    let close = match run.first()?.character {
        '[' => ']',
        '(' => ')',
        _ => return None,
    };
    let inside = run.get(1..)?;
    let end = inside.iter().take(MAX_ASIDE_CHARACTERS).position(|glyph| glyph.character == close)?;
    let content: String = inside.iter().take(end).map(|glyph| glyph.character).collect();
    let is_aside = if close == ')' {
        (content.starts_with("http://") || content.starts_with("https://") || content.starts_with("www."))
            && !content.contains(' ')
    } else {
        content.starts_with('^')
            || matches!(content.as_str(), "citation needed" | "edit" | "sic" | "note" | "cita requerida")
    };
    is_aside.then_some(end + 2)
}

fn collapse(run: &[Glyph]) -> Vec<Glyph> {
    let mut out: Vec<Glyph> = Vec::with_capacity(run.len());
    for glyph in run {
        let is_blank = glyph.character.is_whitespace();
        if is_blank && out.last().is_none_or(|last| last.character == ' ') {
            continue;
        }
        out.push(if is_blank { Glyph { character: ' ', ..*glyph } } else { *glyph });
    }
    super::block::trim(out)
}

#[cfg(test)]
mod tests {
    use super::super::block::text;
    use super::super::view::unify_line_ends;
    use super::*;

    fn tidied(run: &str) -> String {
        let glyphs = unify_line_ends(run);
        text(&tidy(&glyphs, &Vocabulary::of(run), Citations::of(std::iter::once(glyphs.as_slice()))))
    }

    #[test]
    fn hyphens_at_line_ends_are_judged_by_the_documents_own_words() {
        for (wrapped, joined) in [
            ("photo-\nsynthesis", "photosynthesis"),
            ("a well-\nknown fact", "a well-known fact"),
            ("Anglo-\nSaxon", "Anglo-Saxon"),
            ("1990-\n1995", "1990-1995"),
            ("two-\nand threefold", "two- and threefold"),
            ("the co-op and a co-\nop", "the co-op and a co-op"),
            ("selfish and self-\nish", "selfish and selfish"),
            ("soft\u{ad}\nhyphen", "softhyphen"),
            ("one -\ntwo", "one - two"),
            ("one—\ntwo", "one—two"),
        ] {
            assert_eq!(tidied(wrapped), joined);
        }
    }

    #[test]
    fn citation_marks_go_and_indices_stay() {
        assert_eq!(tidied("It grows.[12] Next [3] one [5]."), "It grows. Next one.");
        assert_eq!(tidied("It grows.[3]: 45–47  Next."), "It grows. Next.");
        assert_eq!(tidied("Read a[0] before a[1]."), "Read a[0] before a[1].");
        let intervals = "The function f has the domain [1, 5] and the range [2, 10].";
        assert_eq!(tidied(intervals), intervals);
        assert_eq!(tidied("See the page (https://example.org/a?b) now."), "See the page now.");
    }

    #[test]
    fn white_space_is_single_and_trimmed() {
        assert_eq!(tidied("  a \t b\n   c\u{a0}\u{a0}d \n"), "a b c d");
    }
}
