//! What is known about one sentence.

use super::relation::Relation;
use crate::source::{Role, Source, Span};

/// One sentence with what a writer of a kind asks about it.
#[derive(Clone, Debug)]
pub(in crate::extractive) struct Sentence {
    /// Position among all sentences.
    pub(in crate::extractive) index: usize,
    /// Its text, clean and whole.
    pub(in crate::extractive) text: String,
    /// Where it stands in the submitted text.
    pub(in crate::extractive) span: Span,
    /// The topic it belongs to.
    pub(in crate::extractive) topic: usize,
    /// Number of its paragraph in the source.
    pub(in crate::extractive) paragraph: usize,
    /// Whether its paragraph is prose, a list item, …
    pub(in crate::extractive) role: Role,
    /// Words in it.
    pub(in crate::extractive) words: usize,
    /// Key terms in it, the weightiest first.
    pub(in crate::extractive) terms: Vec<usize>,
    /// How central it is, 0 to 1.
    pub(in crate::extractive) importance: f64,
    /// How fit it is to be quoted alone, 0 to 1; 0 means never.
    pub(in crate::extractive) fitness: f64,
    /// Whether it can be understood without the sentences around it.
    pub(in crate::extractive) stands_alone: bool,
    /// What it says: definitions, causes, contrasts, …
    pub(in crate::extractive) relations: Vec<Relation>,
}

pub(super) fn all(source: &Source) -> Vec<Sentence> {
    let sentences = source.sentences().iter().enumerate();
    sentences
        .map(|(index, sentence)| Sentence {
            index,
            text: sentence.text.clone(),
            span: sentence.span,
            topic: sentence.section,
            paragraph: sentence.paragraph,
            role: source.paragraphs().get(sentence.paragraph).map_or(Role::Prose, |paragraph| paragraph.role),
            words: sentence.text.split_whitespace().count(),
            terms: Vec::new(),
            importance: 0.5,
            fitness: if sentence.complete { 1.0 } else { 0.0 },
            stands_alone: sentence.complete,
            relations: Vec::new(),
        })
        .collect()
}
