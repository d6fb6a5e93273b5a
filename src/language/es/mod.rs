//! Tables for Spanish.

mod dropping;
mod patterns;
mod phrases;
mod verbs;
mod words;

use std::sync::OnceLock;

use crate::language::table::{Articles, Head, Language, Standard};

/// Spanish.
pub(in crate::language) static SPANISH: Language = Language {
    code: "es",
    standard: Standard::Full,
    algorithm: Some(rust_stemmers::Algorithm::Spanish),
    singular: Some(words::singular),
    words: words::WORDS,
    verb_forms: verbs::forms,
    dropping: Some(&dropping::DROPPING),
    patterns: patterns::PATTERNS,
    articles: Articles::Definite(&[
        ("del", "el"),
        ("al", "el"),
        ("un", "el"),
        ("una", "la"),
        ("unos", "los"),
        ("unas", "las"),
    ]),
    head: Head::First,
    capitalised_nouns: false,
    verbs: phrases::VERBS,
    phrases: phrases::PHRASES,
    lexicon: OnceLock::new(),
};
