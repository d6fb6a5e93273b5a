//! Tables for French.

use std::sync::OnceLock;

use super::phrases::Phrases;
use super::table::{Articles, Head, Language, Patterns, Standard, Verbs, Words};

/// French.
pub(super) static FRENCH: Language = Language {
    code: "fr",
    standard: Standard::Basic,
    algorithm: Some(rust_stemmers::Algorithm::French),
    singular: None,
    words: WORDS,
    verb_forms: Vec::new,
    patterns: PATTERNS,
    articles: Articles::Quoted("« ", " »"),
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
