//! Tables for German.

use std::sync::OnceLock;

use super::phrases::Phrases;
use super::table::{Articles, Head, Language, Patterns, Standard, Verbs, Words};

/// German.
pub(super) static GERMAN: Language = Language {
    code: "de",
    standard: Standard::Basic,
    algorithm: Some(rust_stemmers::Algorithm::German),
    singular: None,
    words: WORDS,
    verb_forms: Vec::new,
    patterns: PATTERNS,
    articles: Articles::Quoted("„", "“"),
    head: Head::Last,
    capitalised_nouns: true,
    verbs: VERBS,
    phrases: PHRASES,
    lexicon: OnceLock::new(),
};

const WORDS: Words = Words { ..Words::EMPTY };
const PATTERNS: Patterns = Patterns { ..Patterns::EMPTY };
const VERBS: Verbs = Verbs { by_level: &[], forbidden: &[] };
const PHRASES: Phrases = Phrases { ..Phrases::EMPTY };
