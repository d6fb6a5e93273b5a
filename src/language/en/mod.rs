//! Tables for English.

mod patterns;
mod phrases;
mod verbs;
mod words;

use std::sync::OnceLock;

use crate::language::table::{Articles, Head, Language, Standard};

/// English.
pub(in crate::language) static ENGLISH: Language = Language {
    code: "en",
    standard: Standard::Full,
    algorithm: Some(rust_stemmers::Algorithm::English),
    singular: Some(words::singular),
    words: words::WORDS,
    verb_forms: verbs::forms,
    dropping: None,
    patterns: patterns::PATTERNS,
    articles: Articles::AsWritten,
    head: Head::Last,
    capitalised_nouns: false,
    verbs: phrases::VERBS,
    phrases: phrases::PHRASES,
    lexicon: OnceLock::new(),
};
