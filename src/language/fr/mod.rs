//! Tables for French.

mod patterns;
mod phrases;
mod verbs;
mod words;

use std::sync::OnceLock;

use crate::language::table::{Articles, Head, Language, Standard};

/// French.
pub(in crate::language) static FRENCH: Language = Language {
    code: "fr",
    standard: Standard::Basic,
    algorithm: Some(rust_stemmers::Algorithm::French),
    singular: None,
    words: words::WORDS,
    verb_forms: verbs::forms,
    dropping: None,
    patterns: patterns::PATTERNS,
    articles: Articles::Quoted("« ", " »"),
    head: Head::First,
    capitalised_nouns: false,
    verbs: phrases::VERBS,
    phrases: phrases::PHRASES,
    lexicon: OnceLock::new(),
};
