//! Nearly empty tables for a language that has none of its own.

use std::sync::OnceLock;

use super::phrases::Phrases;
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
const PHRASES: Phrases = Phrases { ..Phrases::EMPTY };
