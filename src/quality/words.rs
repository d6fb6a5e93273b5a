//! How checks see words: counted, reduced to stems, cut into trigrams.

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
    let stemmer = tables.stemmer();
    let words = text.unicode_words().map(str::to_lowercase);
    words.filter(|word| !tables.words.stop.contains(&word.as_str())).map(|word| stemmer.stem(&word)).collect()
}

/// Whether a text opens with one of these words or runs of words, whatever the case.
pub(super) fn opens_with(text: &str, openings: &[&str]) -> bool {
    let text = plain(text);
    openings.iter().any(|opening| {
        text.strip_prefix(&plain(opening)).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
}

/// Reduces a text to its lower-case words with single spaces between them.
pub(super) fn plain(text: &str) -> String {
    text.unicode_words().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Returns every run of three characters of the plain text; the whole of a shorter one.
pub(super) fn trigrams(text: &str) -> BTreeSet<Vec<char>> {
    let characters: Vec<char> = plain(text).chars().collect();
    if characters.len() < 3 {
        return BTreeSet::from([characters]);
    }
    characters.windows(3).map(<[char]>::to_vec).collect()
}

/// How alike two sets are: the share of the common among all, from 0 to 1.
pub(super) fn jaccard<T: Ord>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> f64 {
    let common = one.intersection(other).count();
    ratio(common, one.len() + other.len() - common)
}

/// A share from 0 to 1; nothing out of nothing is 0.
pub(super) fn ratio(part: usize, whole: usize) -> f64 {
    let number = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
    if whole == 0 { 0.0 } else { number(part) / number(whole) }
}
