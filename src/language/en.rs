//! Tables for English.

use super::phrases::Phrases;
use super::table::{Language, Patterns, Standard, Verbs, Words};

/// English.
pub(super) static ENGLISH: Language = Language {
    code: "en",
    standard: Standard::Full,
    algorithm: Some(rust_stemmers::Algorithm::English),
    words: WORDS,
    patterns: PATTERNS,
    verbs: VERBS,
    phrases: PHRASES,
};

const WORDS: Words = Words { ..Words::EMPTY };
const PATTERNS: Patterns = Patterns { ..Patterns::EMPTY };
const VERBS: Verbs = Verbs { by_level: &[], forbidden: &[] };
const PHRASES: Phrases = Phrases { ..Phrases::EMPTY };
