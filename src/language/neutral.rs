//! Nearly empty tables for a language that has none of its own.

use std::sync::OnceLock;

use crate::content::BloomLevel;

use super::phrases::{Frame, ObjectivePhrase, Phrases, Use};
use super::table::{Articles, Head, Language, Patterns, Standard, Verbs, Words};

/// No language.
pub(super) static NEUTRAL: Language = Language {
    code: "und",
    standard: Standard::Neutral,
    algorithm: None,
    singular: None,
    words: WORDS,
    verb_forms: Vec::new,
    dropping: None,
    patterns: PATTERNS,
    articles: Articles::Quoted("“", "”"),
    head: Head::Last,
    capitalised_nouns: false,
    verbs: VERBS,
    phrases: PHRASES,
    lexicon: OnceLock::new(),
};

const WORDS: Words = Words { ..Words::EMPTY };
const PATTERNS: Patterns = Patterns { ..Patterns::EMPTY };
const VERBS: Verbs = Verbs { by_level: &[], forbidden: &[] };
/// In English, like the labels of a piece in such a language; the terms stand in quotation marks.
const PHRASES: Phrases = Phrases {
    objectives: &[
        objective(BloomLevel::Analyze, "Examine the relationship between {X} and {Y}"),
        objective(BloomLevel::Understand, "Explain {X} and the connection with {Y}"),
        objective(BloomLevel::Remember, "Define {X} in relation to {Y}"),
        objective(BloomLevel::Evaluate, "Assess the importance of {X} for {Y}"),
    ],
    ..Phrases::EMPTY
};

const fn objective(level: BloomLevel, text: &'static str) -> ObjectivePhrase {
    ObjectivePhrase { for_use: Use::Relation, level, frame: Frame::same(text) }
}
