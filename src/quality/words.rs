//! How checks see words: counted, and reduced to stems.

use std::collections::BTreeSet;

use unicode_segmentation::UnicodeSegmentation;

use crate::language::{Language, Standard, language};

/// Languages written without spaces between words, where counting words means little.
///
/// Source: Unicode Standard Annex 29, section 4, on scripts that need a dictionary (2026-11).
const UNSPACED: [&str; 6] = ["zh", "ja", "th", "lo", "km", "my"];

/// Whether words of that language can be counted.
pub(super) fn are_spaced(code: &str) -> bool {
    !UNSPACED.contains(&code)
}

pub(super) fn count(text: &str) -> usize {
    text.unicode_words().count()
}

/// Returns the tables of a language, if it has any.
pub(super) fn tables(code: &str) -> Option<&'static Language> {
    Some(language(code)).filter(|tables| tables.standard != Standard::Neutral)
}

/// Returns the stems of the words that carry meaning.
pub(super) fn content_stems(text: &str, tables: &Language) -> BTreeSet<String> {
    let (stemmer, stop) = (tables.stemmer(), &tables.lexicon().stop);
    let words = text.unicode_words().map(str::to_lowercase);
    words.filter(|word| !stop.contains(word.as_str())).map(|word| stemmer.stem(&word)).collect()
}

/// Whether a text opens with a word that points at something said before it. The wider openings of
/// the tables ("the first", "for") are no fault here: a card may well say who was the first.
pub(super) fn leans(text: &str, tables: &Language) -> bool {
    let lexicon = tables.lexicon();
    let first = text.unicode_words().next().map(str::to_lowercase).unwrap_or_default();
    let pointing =
        [&lexicon.pronouns, &lexicon.person_pronouns, &lexicon.demonstratives, &lexicon.leaning_words];
    let words: Vec<&str> =
        text.split_word_bounds().filter(|word| !word.chars().all(char::is_whitespace)).collect();
    pointing.iter().any(|words| words.contains(first.as_str())) || lexicon.opens_with_bare_article(&words)
}

/// Reduces a text to its lower-case words with single spaces between them.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for word in text.unicode_words() {
        if !plain.is_empty() {
            plain.push(' ');
        }
        // Letters of ASCII become small one by one; others may depend on what stands beside them.
        match word.is_ascii() {
            true => plain.extend(word.chars().map(|letter| letter.to_ascii_lowercase())),
            false => plain.push_str(&word.to_lowercase()),
        }
    }
    plain
}

/// Reduces a text to its lower-case words and the signs that are not punctuation, so that "C", "C#" and
/// "C++" stay apart; a text of punctuation alone stays as it is.
#[must_use]
pub fn with_signs(text: &str) -> String {
    let mut reduced = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_alphanumeric() {
            reduced.extend(character.to_lowercase());
        } else if is_sign(character) {
            reduced.push(character);
        } else if !reduced.is_empty() && !reduced.ends_with(' ') {
            reduced.push(' ');
        }
    }
    let reduced = reduced.trim_end();
    if reduced.is_empty() { text.trim().to_owned() } else { reduced.to_owned() }
}

/// Signs of mathematics, currencies and programs, arrows and pictures.
fn is_sign(character: char) -> bool {
    "+#*/=<>&%$@^~|\\¬±×÷°€£¥".contains(character)
        || matches!(u32::from(character), 0x20a0..=0x20cf | 0x2190..=0x2bff | 0x1f000..=0x1faff)
}

/// A share from 0 to 1; nothing out of nothing is 0.
pub(super) fn ratio(part: usize, whole: usize) -> f64 {
    let number = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
    if whole == 0 { 0.0 } else { number(part) / number(whole) }
}
