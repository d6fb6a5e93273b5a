//! The title of the whole: the request's topic, the source's own title, or one made of key terms.

use super::analysis::{Analysis, Term, capitalised, count_words, unshouted};
use crate::language::syllabus::syllabus;

/// Bounds of a title, in characters.
const CHARACTERS: std::ops::RangeInclusive<usize> = 10..=200;
/// Most terms that a title is made of; short ones need several, as in Chinese.
const MOST_TERMS: usize = 8;
/// Most words of a title; more is a sentence.
const MAX_WORDS: usize = 16;

/// Returns the title of a text.
pub(super) fn of(analysis: &Analysis) -> String {
    let topic = analysis.request().topic().map(str::trim).filter(|topic| is_title(analysis, topic));
    let own = analysis.source().title().map(str::trim).filter(|title| is_title(analysis, title));
    match (topic, own) {
        (Some(topic), _) => topic.to_owned(),
        (None, Some(own)) => unshouted(&subject(analysis, own), &|word| analysis.is_name(word)),
        (None, None) => made(analysis),
    }
}

/// "Introductory Statistics" of "Introductory Statistics: Course Syllabus".
fn subject(analysis: &Analysis, title: &str) -> String {
    let Some(words) = syllabus(analysis.language_code()) else { return title.to_owned() };
    for mark in [": ", " – ", " — ", " - "] {
        let Some((before, after)) = title.split_once(mark) else { continue };
        for (part, other) in [(before, after), (after, before)] {
            if words.names_the_document(part) && is_title(analysis, other.trim()) {
                return other.trim().to_owned();
            }
        }
    }
    title.to_owned()
}

fn is_title(analysis: &Analysis, title: &str) -> bool {
    let generic = analysis.language().lexicon().generic_headings.contains(&title.to_lowercase().as_str());
    let lexicon = analysis.language().lexicon();
    let is_header =
        title.split_whitespace().any(|word| lexicon.page_words.contains(word.to_lowercase().as_str()));
    let is_file = !title.contains(' ') && (title.contains('.') || title.contains('_'));
    let is_sentence = title.ends_with(['.', ';', ',']) || count_words(title) > MAX_WORDS;
    CHARACTERS.contains(&title.chars().count()) && !generic && !is_file && !is_header && !is_sentence
}

/// "Volcanoes and magma": the source's short title, if there is one, with key terms.
fn made(analysis: &Analysis) -> String {
    let short = analysis.source().title().map(str::trim).filter(|title| {
        let length = title.chars().count();
        (3..*CHARACTERS.start()).contains(&length)
            && !analysis.language().lexicon().generic_headings.contains(&title.to_lowercase().as_str())
    });
    let mut chosen: Vec<&Term> = Vec::new();
    let nested = |left: &Term, right: &Term| {
        left.key.contains(right.key.as_str()) || right.key.contains(left.key.as_str())
    };
    for term in analysis.terms().iter().filter(|term| !term.name) {
        let in_title = short.is_some_and(|title| title.to_lowercase().contains(&term.surface.to_lowercase()));
        if !in_title && !chosen.iter().any(|other| nested(term, other)) {
            chosen.push(term);
        }
        if chosen.len() == MOST_TERMS {
            break;
        }
    }
    let phrases = &analysis.language().phrases;
    let mut surfaces = short.into_iter().chain(chosen.iter().map(|term| term.surface.as_str()));
    let first = surfaces.next().unwrap_or_default();
    let second = surfaces.next().unwrap_or_default();
    let mut title = capitalised(&phrases.pair(first, second));
    for (place, further) in surfaces.enumerate() {
        if title.chars().count() >= *CHARACTERS.start() {
            break;
        }
        title.push_str(if place == 0 { ": " } else { ", " });
        title.push_str(further);
    }
    title
}
