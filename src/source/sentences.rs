//! Finds the sentences of one paragraph: the borders of Unicode Standard Annex 29 and every stop
//! before white space are candidates, a judgement on the words around them decides, and parts of
//! one quotation or bracket are put together again. The words are in `abbreviations.rs`.

use std::collections::BTreeSet;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

use super::abbreviations::{Rules, Stop, is_calendar, is_ordinal, takes_label};
use super::stops::{is_stop, is_unspaced};

/// Parts that are joined at most to close a quotation or bracket, and their bytes together.
const MAX_JOINED_PARTS: usize = 4;
const MAX_JOINED_BYTES: usize = 600;
/// How far back a word is looked for; longer ones are no abbreviations.
const MAX_WORD_CHARACTERS: usize = 40;

const CLOSERS: &[char] = &['"', '\'', ')', ']', '}', '”', '’', '»', '›', '“', '‘', '」', '』', '）'];
const OPENERS: &[char] = &[
    '"', '\'', '(', '[', '{', '“', '‘', '«', '‹', '„', '‚', '¿', '¡', '»', '「', '『', '（', '—', '–', '-',
    '*',
];

/// A sentence of a paragraph by its bytes, without white space around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) range: Range<usize>,
    pub(super) is_complete: bool,
}

/// Splits a paragraph of single spaces into its sentences.
pub(super) fn split(paragraph: &str, rules: &Rules) -> Vec<Found> {
    split_at(candidates(paragraph), paragraph, rules)
}

fn split_at(candidates: BTreeSet<usize>, paragraph: &str, rules: &Rules) -> Vec<Found> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for border in candidates {
        let (Some(part), Some(after)) = (paragraph.get(start..border), paragraph.get(border..)) else {
            continue;
        };
        if ends(part, after, rules) {
            parts.push(start..border);
            start = border;
        }
    }
    parts.push(start..paragraph.len());
    let parts = absorb_fragments(paragraph, parts);
    join_unbalanced(paragraph, &parts).into_iter().filter_map(|range| found(paragraph, range)).collect()
}

fn found(paragraph: &str, range: Range<usize>) -> Option<Found> {
    let text = paragraph.get(range.clone())?;
    let start = range.start + (text.len() - text.trim_start().len());
    let text = text.trim();
    (!text.is_empty()).then(|| Found { range: start..start + text.len(), is_complete: is_complete(text) })
}

/// Byte offsets where a sentence might begin, in order. In visible ASCII the annex knows no border that
/// could be one and is not behind a stop and a space: a property test holds that.
fn candidates(paragraph: &str) -> BTreeSet<usize> {
    if paragraph.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return after_stops(paragraph);
    }
    &after_stops(paragraph) | &borders_of_the_annex(paragraph)
}

fn borders_of_the_annex(paragraph: &str) -> BTreeSet<usize> {
    paragraph.split_sentence_bound_indices().map(|(at, _)| at).filter(|at| *at > 0).collect()
}

/// Byte offsets behind a stop, what closes after it, and a space.
fn after_stops(paragraph: &str) -> BTreeSet<usize> {
    let mut borders = BTreeSet::new();
    let mut after_stop = false;
    for (at, character) in paragraph.char_indices() {
        if character == ' ' && after_stop {
            borders.insert(at + 1);
        }
        after_stop = is_stop(character) || (after_stop && CLOSERS.contains(&character));
    }
    borders.remove(&paragraph.len());
    borders
}

/// Whether a sentence ends between `part`, which begins at the last end, and `after`.
fn ends(part: &str, after: &str, rules: &Rules) -> bool {
    let before = part.trim_end();
    let core = before.trim_end_matches(CLOSERS);
    let Some(stop) = core.chars().next_back() else { return false };
    let is_spaced = before.len() < part.len() || after.starts_with(' ');
    if !is_spaced && !is_unspaced(stop) {
        return false;
    }
    let after = after.trim_start();
    let next = after.trim_start_matches(OPENERS);
    let Some(first) = next.chars().next() else { return true };
    if first.is_lowercase() && !is_mixed_case(next) {
        return false;
    }
    match stop {
        '.' if core.ends_with("..") => !is_english_i(next),
        '…' => !is_english_i(next),
        '.' => stop_ends(core, core.len() < before.len(), next, rules),
        '!' | '?' => !core.get(..core.len() - 1).is_some_and(|bare| bare.ends_with('(')),
        _ => !stop.is_ascii(),
    }
}

/// Whether a full stop ends the sentence. `is_closed` tells that quotes or brackets close after it.
fn stop_ends(core: &str, is_closed: bool, next: &str, rules: &Rules) -> bool {
    let bare = core.strip_suffix('.').unwrap_or(core);
    let (word, earlier) = last_word(bare);
    let (previous, _) = last_word(earlier.trim_end());
    let next_word = first_word(next);
    let is_number_next = next.starts_with(|first: char| first.is_ascii_digit()) || is_roman(next_word);
    if word.is_empty() {
        return true;
    }
    if word.chars().all(|character| character.is_ascii_digit()) {
        let is_day = rules.has_ordinal_stops && word.len() <= 2;
        return !(is_day
            && (next.starts_with(|first: char| first.is_ascii_digit())
                || is_ordinal(previous, next_word, rules)));
    }
    if is_closed {
        return rules.stop(word) != Some(Stop::NeverEnds);
    }
    if word.chars().count() == 1 {
        // "mol/L." is a unit and no initial.
        if earlier.ends_with('/') {
            return true;
        }
        return single_letter_ends(word, previous, next, rules);
    }
    match rules.stop(word) {
        Some(Stop::NeverEnds) => false,
        Some(Stop::JoinsNumber) => !is_number_next,
        Some(Stop::EndsBeforeStarter) if word.ends_with(".m") => !is_calendar(next_word) && !is_number_next,
        Some(Stop::EndsBeforeStarter) => rules.is_starter(next_word),
        Some(Stop::EndsBeforeCapital) => true,
        // "Pol. III", "Vat. II"
        None if is_roman(next_word) && next_word.len() >= 2 && word.len() <= 4 => false,
        None if is_initials(word) => rules.is_starter(next_word),
        None => true,
    }
}

/// Initials, labels (`vitamin C.`), and the letters of `z. B.`, `a. C.`, `p. ej.`
fn single_letter_ends(letter: &str, previous: &str, next: &str, rules: &Rules) -> bool {
    let next_word = first_word(next);
    let next_is_letter = next_word.chars().count() == 1
        && next.get(next_word.len()..).is_some_and(|rest| rest.starts_with('.'));
    let is_lower = letter.chars().all(char::is_lowercase);
    let is_number_next = next.starts_with(|first: char| first.is_ascii_digit());
    if next_is_letter {
        return false;
    }
    if !letter.chars().all(char::is_alphabetic) {
        return true;
    }
    if is_number_next {
        return !matches!(rules.stop(letter), Some(Stop::JoinsNumber)) && !is_lower;
    }
    let previous_bare = previous.trim_end_matches('.');
    let follows_letter = previous.ends_with('.')
        && previous_bare.chars().count() == 1
        && previous_bare.chars().all(char::is_lowercase);
    // "Marbury v. Madison"
    if letter == "v" && previous.starts_with(char::is_uppercase) {
        return false;
    }
    if is_lower && !follows_letter {
        return !matches!(next_word, "Chr" | "UU") && rules.stop(letter) != Some(Stop::NeverEnds);
    }
    if follows_letter {
        return !rules.has_ordinal_stops && rules.is_starter(next_word);
    }
    if takes_label(previous) || (letter == "I" && previous.starts_with(char::is_lowercase)) {
        return true;
    }
    rules.stop(letter) != Some(Stop::NeverEnds) && rules.is_starter(next_word)
}

/// The last word without opening marks, and what stands before it.
fn last_word(text: &str) -> (&str, &str) {
    let length: usize = text
        .chars()
        .rev()
        .take(MAX_WORD_CHARACTERS)
        .take_while(|character| {
            !character.is_whitespace() && !matches!(character, '(' | '[' | '/' | '—' | '–')
        })
        .map(char::len_utf8)
        .sum();
    let (earlier, word) = text.split_at_checked(text.len() - length).unwrap_or(("", text));
    (word.trim_start_matches(OPENERS), earlier)
}

fn first_word(text: &str) -> &str {
    let length: usize = text
        .chars()
        .take(MAX_WORD_CHARACTERS)
        .take_while(|character| character.is_alphabetic())
        .map(char::len_utf8)
        .sum();
    text.get(..length).unwrap_or_default()
}

/// `iPhone`, `mRNA`, `pH`: a sentence may begin with them.
fn is_mixed_case(text: &str) -> bool {
    let word = first_word(text);
    word.chars().take(3).any(char::is_uppercase)
}

/// "Well … I think" goes on.
fn is_english_i(next: &str) -> bool {
    next.starts_with("I ") || next.starts_with("I'") || next.starts_with("I’")
}

fn is_roman(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|letter| matches!(letter, 'I' | 'V' | 'X' | 'L' | 'C'))
}

/// `J.R.R`, `J.-P`.
fn is_initials(word: &str) -> bool {
    word.contains('.')
        && word
            .split(['.', '-'])
            .filter(|letter| !letter.is_empty())
            .all(|letter| letter.chars().count() == 1 && letter.chars().all(char::is_uppercase))
}

/// List markers and stray marks are no sentences: a marker goes to what follows, marks to what
/// precedes.
fn absorb_fragments(paragraph: &str, parts: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::with_capacity(parts.len());
    let mut carried: Option<usize> = None;
    for part in parts {
        let text = paragraph.get(part.clone()).unwrap_or_default().trim();
        let start = carried.take().unwrap_or(part.start);
        let is_marker = text.chars().count() <= 4
            && text.ends_with(['.', ')'])
            && text.trim_matches(['.', ')', '(']).chars().all(|c| c.is_ascii_digit())
            && part.end < paragraph.len();
        if is_marker {
            carried = Some(start);
        } else if !text.chars().any(char::is_alphanumeric) && !out.is_empty() {
            if let Some(last) = out.last_mut() {
                last.end = part.end;
            }
        } else {
            out.push(start..part.end);
        }
    }
    out
}

/// Joins parts of one quotation or bracket when that closes soon; else leaves them apart.
fn join_unbalanced(paragraph: &str, parts: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut out = Vec::with_capacity(parts.len());
    let mut rest = parts;
    while let Some((first, after)) = rest.split_first() {
        let text = |range: Range<usize>| paragraph.get(range).unwrap_or_default();
        let mut taken = 0;
        if !is_balanced(text(first.clone())) {
            let reach = after
                .iter()
                .take(MAX_JOINED_PARTS - 1)
                .take_while(|part| part.end - first.start <= MAX_JOINED_BYTES);
            let closing = reach.enumerate().find(|(_, part)| is_balanced(text(first.start..part.end)));
            taken = closing.map_or(0, |(index, _)| index + 1);
        }
        let end = after.get(..taken).and_then(<[_]>::last).map_or(first.end, |last| last.end);
        out.push(first.start..end);
        rest = after.get(taken..).unwrap_or_default();
    }
    out
}

/// Whether every quotation mark and bracket has its partner; round ones of two widths are a pair.
/// Single quotes are not judged: most of them are apostrophes.
pub(super) fn is_balanced(text: &str) -> bool {
    let mut open: Vec<char> = Vec::new();
    let mut previous = ' ';
    let mut token = 0_usize;
    for character in text.chars() {
        let closes = |open: &[char], marks: &[char]| open.last().is_some_and(|last| marks.contains(last));
        match character {
            '(' | '[' | '（' | '「' | '『' | '„' => open.push(character),
            '“' if closes(&open, &['„']) => {
                open.pop();
            }
            '“' => open.push(character),
            '”' if closes(&open, &['“', '„', '”']) => {
                open.pop();
            }
            '”' => open.push(character),
            '«' if closes(&open, &['»']) => {
                open.pop();
            }
            '»' if closes(&open, &['«']) => {
                open.pop();
            }
            '«' | '»' => open.push(character),
            '"' if closes(&open, &['"']) => {
                open.pop();
            }
            '"' if !previous.is_ascii_digit() => open.push(character),
            ')' | '）' if closes(&open, &['(', '（']) => {
                open.pop();
            }
            ')' if token <= 2 && token > 0 => {} // "a)" in an enumeration
            ']' | '」' | '』' if open.last().is_some_and(|last| is_pair(*last, character)) => {
                open.pop();
            }
            ')' | ']' | '）' | '」' | '』' => return false,
            _ => {}
        }
        token = if character.is_alphanumeric() { token + 1 } else { 0 };
        previous = character;
    }
    open.is_empty()
}

fn is_pair(open: char, close: char) -> bool {
    matches!((open, close), ('[', ']') | ('「', '」') | ('『', '』'))
}

/// Starts like a sentence, ends with a stop, has more than one word, and leaves nothing open.
fn is_complete(text: &str) -> bool {
    let start = text.trim_start_matches(OPENERS);
    let core = text.trim_end_matches(CLOSERS);
    let starts = start.chars().next().is_some_and(|first| {
        first.is_uppercase()
            || first.is_numeric()
            || (first.is_alphabetic() && !first.is_lowercase())
            || is_mixed_case(start)
    });
    let trails_off = core.ends_with('…') || core.ends_with("..");
    let words = text.split(' ').count();
    let is_unspaced = core.ends_with(is_unspaced);
    let is_speakable = !text.contains("://") && !text.contains('\\') && !text.contains("$$");
    starts
        && is_speakable
        && core.ends_with(is_stop)
        && !trails_off
        && (words >= 2 || is_unspaced)
        && is_balanced(text)
}

#[cfg(test)]
#[path = "sentences_tests.rs"]
mod tests;
