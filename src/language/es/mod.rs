//! Tables for Spanish.

use std::sync::OnceLock;

use crate::language::phrases::Phrases;
use crate::language::table::{Articles, Head, Language, Patterns, Standard, Verbs, Words};

/// Spanish.
pub(in crate::language) static SPANISH: Language = Language {
    code: "es",
    standard: Standard::Full,
    algorithm: Some(rust_stemmers::Algorithm::Spanish),
    singular: None,
    words: WORDS,
    verb_forms: Vec::new,
    patterns: PATTERNS,
    articles: Articles::Definite(&[("del", "el"), ("al", "el")]),
    head: Head::First,
    capitalised_nouns: false,
    verbs: VERBS,
    phrases: PHRASES,
    lexicon: OnceLock::new(),
};

const WORDS: Words = Words { ..Words::EMPTY };
const PATTERNS: Patterns = Patterns { ..Patterns::EMPTY };
const VERBS: Verbs = Verbs { by_level: &[], forbidden: &[] };
const PHRASES: Phrases = Phrases { ..Phrases::EMPTY };
