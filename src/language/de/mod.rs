//! Tables for German.

mod patterns;
mod phrases;
mod words;

use std::sync::OnceLock;

use crate::language::table::{Articles, Head, Language, Standard};

/// German.
pub(in crate::language) static GERMAN: Language = Language {
    code: "de",
    standard: Standard::Basic,
    algorithm: Some(rust_stemmers::Algorithm::German),
    singular: None,
    words: words::WORDS,
    verb_forms: Vec::new,
    dropping: None,
    patterns: patterns::PATTERNS,
    articles: Articles::Quoted("„", "“"),
    head: Head::Last,
    capitalised_nouns: true,
    verbs: phrases::VERBS,
    phrases: phrases::PHRASES,
    lexicon: OnceLock::new(),
};
