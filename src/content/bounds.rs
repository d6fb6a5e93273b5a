//! Limits that depend on the request. The attributes on the structs hold the widest bound that any
//! request can ask for; the functions here narrow it for one request. Both are pure, so the same
//! numbers are printed into a prompt and checked afterwards.

use std::ops::RangeInclusive;

use super::{Kind, Request, Violation};
use serde_json::Value;

/// Characters of spoken text in a minute: 150 words of about five letters and a space, with the
/// speakers' names and a third more for slow writers.
const PODCAST_CHARACTERS_PER_MINUTE: usize = 1200;
/// Characters of a printed page of reading text, about 500 words, and a third more.
const CHARACTERS_PER_PAGE: usize = 4000;

/// A limit on one field of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// JSON pointer of the field in the piece.
    pub pointer: &'static str,
    /// Code points that it may have.
    pub characters: RangeInclusive<usize>,
}

/// Returns what is narrower for this request than the attributes of the kind say.
#[must_use]
pub fn bounds(kind: Kind, request: &Request) -> Vec<Bound> {
    match kind {
        Kind::PodcastScript => {
            let most = podcast_total(request).end() / 6 * 5;
            vec![Bound { pointer: "/main_content", characters: 800..=most }]
        }
        Kind::Outline
        | Kind::StudyGuide
        | Kind::OnePagerSummary
        | Kind::DetailedReadingMaterial
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
        if let Some(text) = piece.pointer(bound.pointer).and_then(Value::as_str) {
            super::rules::characters_within(
                text.chars().count(),
                bound.characters,
                bound.pointer,
                violations,
            );
        }
    }
}
