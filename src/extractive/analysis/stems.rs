//! Stems of a text's words, each computed once.

use std::collections::HashMap;

use super::token::{Class, Token};
use crate::language::{Language, Stemmer};

/// A stemmer with a memory. Only looked up, never iterated.
pub(in crate::extractive) struct Stems {
    stemmer: Stemmer,
    known: HashMap<String, String>,
    singular: Option<fn(&str) -> String>,
}

impl Stems {
    pub(in crate::extractive) fn of(language: &Language) -> Self {
        Stems { stemmer: language.stemmer(), known: HashMap::new(), singular: language.singular }
    }

    /// The stem of a lower-case word.
    pub(in crate::extractive) fn stem(&mut self, lower: &str) -> &str {
        if !self.known.contains_key(lower) {
            self.known.insert(lower.to_owned(), self.stemmer.stem(lower));
        }
        self.known.get(lower).map_or("", String::as_str)
    }

    /// The form under which singular and plural of a lower-case word count as one.
    pub(in crate::extractive) fn singular(&mut self, lower: &str) -> String {
        match self.singular {
            Some(singular) => singular(lower),
            None => self.stem(lower).to_owned(),
        }
    }

    /// The singulars of the words that carry meaning, parted by spaces.
    pub(in crate::extractive) fn key(&mut self, words: &[Token]) -> String {
        let mut key = String::new();
        for token in words.iter().filter(|token| token.class != Class::Stop || token.is_capitalised()) {
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(&self.singular(&token.lower));
        }
        key
    }
}
