//! Limits that depend on the request. The attributes on the structs hold the widest bound that any
//! request can ask for; [`bounds`] narrows it for one request. It is pure, so the same numbers are
//! printed into a prompt and checked afterwards.

use std::ops::RangeInclusive;

use super::{Kind, Request, Violation};
use serde_json::Value;

/// Characters of spoken text in a minute: 150 words of about five letters and a space, with the
/// speakers' names and a third more for slow writers.
const PODCAST_CHARACTERS_PER_MINUTE: usize = 1200;
/// Characters of a printed page of reading text, about 500 words, and a third more.
const CHARACTERS_PER_PAGE: usize = 4000;

/// A limit on texts of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// JSON pointer of the field in the piece that a breach is reported at.
    pub pointer: &'static str,
    /// What is counted.
    pub measured: Measured,
    /// Code points that it may have.
    pub characters: RangeInclusive<usize>,
}

/// The texts that a bound counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    /// The text at the pointer.
    Text,
    /// These fields of the piece together.
    Fields(&'static [&'static str]),
    /// This field of each item of the list at the pointer, together.
    Items(&'static str),
}

impl Bound {
    /// Tells whether it counts several texts together.
    #[must_use]
    pub fn is_total(&self) -> bool {
        self.measured != Measured::Text
    }

    /// Counts the code points of a finished piece; nothing where it has no such field.
    fn count(&self, piece: &Value) -> Option<usize> {
        let characters = |value: &Value| value.as_str().map(|text| text.chars().count());
        match self.measured {
            Measured::Text => characters(piece.pointer(self.pointer)?),
            Measured::Fields(names) => names.iter().map(|name| characters(piece.get(name)?)).sum(),
            Measured::Items(name) => {
                piece.pointer(self.pointer)?.as_array()?.iter().map(|item| characters(item.get(name)?)).sum()
            }
        }
    }
}

/// Returns what is narrower for this request than the attributes of the kind say.
#[must_use]
pub fn bounds(kind: Kind, request: &Request) -> Vec<Bound> {
    match kind {
        Kind::PodcastScript => {
            let total = podcast_total(request);
            let main = 800..=total.end() / 6 * 5;
            let parts = Measured::Fields(&["introduction", "main_content", "conclusion"]);
            vec![
                Bound { pointer: "/main_content", measured: Measured::Text, characters: main },
                Bound { pointer: "/turns", measured: parts, characters: total },
            ]
        }
        Kind::DetailedReadingMaterial => {
            let measured = Measured::Items("content");
            vec![Bound { pointer: "/sections", measured, characters: reading_total(request) }]
        }
        Kind::Outline
        | Kind::StudyGuide
        | Kind::OnePagerSummary
        | Kind::Faqs
        | Kind::Flashcards
        | Kind::ReadingGuideQuestions => Vec::new(),
    }
}

/// Returns the characters that the three parts of a podcast may have together.
#[must_use]
pub fn podcast_total(request: &Request) -> RangeInclusive<usize> {
    let minutes = request.target_duration().map(usize::from);
    1000..=minutes.map_or(12_000, |minutes| minutes * PODCAST_CHARACTERS_PER_MINUTE)
}

/// Returns the characters that the sections of a reading may have together.
#[must_use]
pub fn reading_total(request: &Request) -> RangeInclusive<usize> {
    let pages = request.target_pages().map_or(20, usize::from);
    600..=pages * CHARACTERS_PER_PAGE
}

/// Checks a finished piece against the request's own bounds.
pub(super) fn check(kind: Kind, request: &Request, piece: &Value, violations: &mut Vec<Violation>) {
    for bound in bounds(kind, request) {
        // What the schema already found there is not said twice.
        if violations.iter().any(|violation| violation.path == bound.pointer) {
            continue;
        }
        if let Some(count) = bound.count(piece) {
            super::rules::characters_within(count, bound.characters, bound.pointer, violations);
        }
    }
}
