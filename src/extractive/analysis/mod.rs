//! Reads a source once and keeps what every writer of a kind asks: sentences with their fitness
//! and relations, key terms in order of weight, topics, and a choice with diversity.
//!
//! Indices are stable: a sentence, a term and a topic are named by their position in
//! [`Analysis::sentences`], [`Analysis::terms`] and [`Analysis::topics`].

mod candidate;
mod noun_phrase;
mod plan;
mod relation;
mod run;
mod select;
mod sentence;
mod stems;
mod term;
mod token;
mod topic;

use std::sync::Arc;

pub(super) use plan::{Plan, PlannedSection};
pub(super) use relation::{Definition, Relation};
pub(super) use sentence::Sentence;
pub(super) use term::Term;
pub(super) use topic::Topic;

use super::Error;
use crate::content::{Evidence, Request};
use crate::language::{self, Language};
use crate::source::Source;

/// Everything known about one source, computed once a job. Owned, so that pieces can be written in
/// parallel over one `Arc`.
pub struct Analysis {
    source: Arc<Source>,
    language: &'static Language,
    language_code: String,
    request: Request,
    sentences: Vec<Sentence>,
    terms: Vec<Term>,
    topics: Vec<Topic>,
}

impl Analysis {
    /// Reads a source for a request.
    ///
    /// # Errors
    /// Returns [`Error::SourceTooThin`] if no outline is possible, [`Error::CannotTranslate`] if the
    /// request wants another language than the text's.
    pub fn of(source: Arc<Source>, request: &Request) -> Result<Analysis, Error> {
        let language_code = source.language().code.clone();
        let language = language::language(&language_code);
        let sentences = sentence::all(&source);
        let terms = Vec::new();
        let topics = topic::all(&source, &sentences);
        Ok(Analysis { source, language, language_code, request: request.clone(), sentences, terms, topics })
    }

    /// The source.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Two-letter code of the language that pieces are written in: the text's.
    #[must_use]
    pub fn language_code(&self) -> &str {
        &self.language_code
    }

    /// Says what a reader of the result should know about it, such as a language without tables.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        Vec::new()
    }

    /// The tables of the language.
    pub(super) fn language(&self) -> &'static Language {
        self.language
    }

    /// What is wanted.
    pub(super) fn request(&self) -> &Request {
        &self.request
    }

    /// All sentences in the text's order.
    pub(super) fn sentences(&self) -> &[Sentence] {
        &self.sentences
    }

    /// Key terms, the weightiest first.
    pub(super) fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The topics in order; our own outline has one section for each.
    pub(super) fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// The passage behind a sentence.
    pub(super) fn evidence(&self, sentence: usize) -> Option<Evidence> {
        self.sentences.get(sentence).map(|sentence| self.source.evidence(sentence.span))
    }

    /// Chooses at most `count` of the candidate sentences, weighty and unlike one another, and
    /// returns them in the text's order.
    pub(super) fn select(&self, count: usize, candidates: impl IntoIterator<Item = usize>) -> Vec<usize> {
        select::diverse(&self.sentences, count, candidates.into_iter().collect())
    }
}
