//! Which sentences of the source each section of an outline covers, whoever wrote the outline.

use super::Analysis;
use crate::content::Outline;

/// The outline's sections with their sentences.
pub(in crate::extractive) struct Plan {
    /// One entry for each section of the outline, in its order.
    pub(in crate::extractive) sections: Vec<PlannedSection>,
}

/// One section of the outline and what it covers.
pub(in crate::extractive) struct PlannedSection {
    /// The section's title.
    pub(in crate::extractive) title: String,
    /// The sentences it covers, ascending.
    pub(in crate::extractive) sentences: Vec<usize>,
    /// Numbers of the objectives it serves.
    pub(in crate::extractive) objectives: Vec<u32>,
    /// Key terms that set it apart, the most telling first.
    pub(in crate::extractive) terms: Vec<usize>,
}

impl Plan {
    /// Maps an outline onto the source.
    pub(in crate::extractive) fn of(analysis: &Analysis, outline: &Outline) -> Plan {
        let topics = analysis.topics().iter().map(Some).chain(std::iter::repeat(None));
        let sections = outline.sections.iter().zip(topics).map(|(section, topic)| PlannedSection {
            title: section.title.clone(),
            sentences: topic.map(|topic| topic.sentences.clone()).unwrap_or_default(),
            objectives: section.objectives.clone(),
            terms: topic.map(|topic| topic.terms.clone()).unwrap_or_default(),
        });
        Plan { sections: sections.collect() }
    }

    /// The section that covers a sentence.
    pub(in crate::extractive) fn section_of(&self, sentence: usize) -> Option<&PlannedSection> {
        self.sections.iter().find(|section| section.sentences.binary_search(&sentence).is_ok())
    }
}
