//! Tables for Spanish.

use super::phrases::Phrases;
use super::table::{Language, Patterns, Standard, Verbs, Words};

/// Spanish.
pub(super) static SPANISH: Language = Language {
    code: "es",
    standard: Standard::Full,
    algorithm: Some(rust_stemmers::Algorithm::Spanish),
    words: WORDS,
    patterns: PATTERNS,
    verbs: VERBS,
    phrases: PHRASES,
};

const WORDS: Words = Words { ..Words::EMPTY };
const PATTERNS: Patterns = Patterns { ..Patterns::EMPTY };
const VERBS: Verbs = Verbs { by_level: &[], forbidden: &[] };
const PHRASES: Phrases = Phrases { ..Phrases::EMPTY };
