//! Which sentences of the source each section of an outline covers, whoever wrote the outline.

use super::Analysis;
use super::stems::Stems;
use super::token::tokens;
use crate::content::{Outline, Section};

/// The outline's sections with their sentences.
pub(in crate::extractive) struct Plan {
    /// One entry for each section of the outline, in its order.
    pub(in crate::extractive) sections: Vec<PlannedSection>,
    owner: Vec<usize>,
}

/// One section of the outline and what it covers.
#[derive(Clone, Debug)]
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
    /// Maps an outline onto the source: a topic belongs to the section of its title, else to the
    /// one whose evidence lies in it, else to the one whose words it shares.
    pub(in crate::extractive) fn of(analysis: &Analysis, outline: &Outline) -> Plan {
        let mut sections: Vec<PlannedSection> = outline
            .sections
            .iter()
            .map(|section| PlannedSection {
                title: section.title.clone(),
                sentences: Vec::new(),
                objectives: section.objectives.clone(),
                terms: Vec::new(),
            })
            .collect();
        let likeness = Likeness::of(analysis, outline);
        let mut taken = vec![false; outline.sections.len()];
        for (number, topic) in analysis.topics().iter().enumerate() {
            // Two topics may have the same title ("Summary"): the first takes the first section.
            let mut free = outline.sections.iter().zip(&mut taken).enumerate();
            let same_title = free.find(|(_, (section, taken))| !**taken && section.title == topic.title);
            let place = match same_title {
                Some((place, (_, taken))) => {
                    *taken = true;
                    place
                }
                None => likeness.closest(analysis, number, outline),
            };
            if let Some(section) = sections.get_mut(place) {
                section.sentences.extend(&topic.sentences);
                section.terms.extend(&topic.terms);
            }
        }
        for section in &mut sections {
            section.sentences.sort_unstable();
        }
        let owner = owners(analysis, &sections);
        Plan { sections, owner }
    }

    /// Number of the section that a sentence belongs to; one that no topic holds (the text's lead)
    /// belongs to the section whose key terms it shares most.
    pub(in crate::extractive) fn place_of(&self, sentence: usize) -> usize {
        self.owner.get(sentence).copied().unwrap_or(0)
    }

    /// Where a sentence stands in the outline's order: the text's lead before everything else.
    pub(in crate::extractive) fn order_of(&self, sentence: usize) -> usize {
        let first = self.sections.first().and_then(|section| section.sentences.first());
        if first.is_some_and(|first| sentence < *first) { 0 } else { self.place_of(sentence) + 1 }
    }

    /// The section that a sentence belongs to.
    pub(in crate::extractive) fn section_of(&self, sentence: usize) -> Option<&PlannedSection> {
        self.sections.get(self.place_of(sentence))
    }

    /// The title of the section that a sentence stands in; the text's lead stands in none.
    pub(in crate::extractive) fn title_over(&self, sentence: usize) -> Option<String> {
        let holds = |section: &&PlannedSection| section.sentences.contains(&sentence);
        let title = self.section_of(sentence).filter(holds)?.title.clone();
        (1..=100).contains(&title.chars().count()).then_some(title)
    }

    /// Numbers of the objectives that a sentence serves.
    pub(in crate::extractive) fn objectives_of(&self, sentence: usize) -> Vec<u32> {
        self.section_of(sentence).map(|section| section.objectives.clone()).unwrap_or_default()
    }
}

fn owners(analysis: &Analysis, sections: &[PlannedSection]) -> Vec<usize> {
    let mut owner: Vec<Option<usize>> = vec![None; analysis.sentences().len()];
    for (place, section) in sections.iter().enumerate() {
        for index in &section.sentences {
            if let Some(slot) = owner.get_mut(*index) {
                *slot = Some(place);
            }
        }
    }
    let heads: Vec<Vec<usize>> =
        sections.iter().map(|section| section.terms.iter().copied().take(8).collect()).collect();
    owner
        .into_iter()
        .zip(analysis.sentences())
        .map(|(owner, sentence)| {
            owner.unwrap_or_else(|| {
                let shared =
                    |terms: &Vec<usize>| sentence.terms.iter().filter(|term| terms.contains(term)).count();
                let best =
                    heads.iter().enumerate().max_by_key(|(place, terms)| (shared(terms), usize::MAX - place));
                best.map_or(0, |(place, _)| place)
            })
        })
        .collect()
}

/// Stems of each section's words, for outlines that somebody else wrote.
struct Likeness {
    words: Vec<Vec<String>>,
}

impl Likeness {
    fn of(analysis: &Analysis, outline: &Outline) -> Likeness {
        let mut stems = Stems::of(analysis.language());
        let lexicon = analysis.language().lexicon();
        let mut stemmed = |section: &Section| {
            let points = section.key_points.iter().map(|point| point.text.as_str());
            let texts: Vec<&str> =
                [section.title.as_str(), section.description.as_str()].into_iter().chain(points).collect();
            let words = tokens(&texts.join(" "), lexicon);
            let content = words.iter().filter(|token| lexicon.is_content(&token.lower));
            content.map(|token| stems.singular(&token.lower)).collect()
        };
        Likeness { words: outline.sections.iter().map(&mut stemmed).collect() }
    }

    fn closest(&self, analysis: &Analysis, topic: usize, outline: &Outline) -> usize {
        let Some(topic) = analysis.topics().get(topic) else { return 0 };
        let spans: Vec<_> = topic
            .sentences
            .iter()
            .filter_map(|index| analysis.sentence(*index))
            .map(|sentence| sentence.span)
            .collect();
        let by_evidence = outline.sections.iter().position(|section| {
            let mut evidence = section.evidence.iter().filter(|evidence| evidence.end > evidence.start);
            evidence.any(|evidence| {
                spans.iter().any(|span| span.start <= evidence.start && evidence.start < span.end)
            })
        });
        by_evidence.unwrap_or_else(|| {
            let terms: Vec<&str> = topic
                .terms
                .iter()
                .take(15)
                .filter_map(|number| analysis.terms().get(*number))
                .map(|term| term.key.as_str())
                .collect();
            let shared = |words: &Vec<String>| {
                terms
                    .iter()
                    .filter(|term| term.split(' ').all(|stem| words.iter().any(|word| word == stem)))
                    .count()
            };
            let best = self
                .words
                .iter()
                .enumerate()
                .max_by_key(|(place, words)| (shared(words), usize::MAX - place));
            best.map_or(0, |(place, _)| place)
        })
    }
}
