//! Passages: runs of neighbouring sentences that can be quoted together. A passage begins with a
//! sentence that stands alone; those after it in the same paragraph may lean on it. So no quote
//! begins with a pronoun that nobody can resolve.

use super::analysis::{Analysis, Definition, PlannedSection, Relation, Sentence};
use crate::content::Evidence;
use crate::source::Role;

/// How long passages may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Length {
    /// Most sentences.
    pub(super) sentences: usize,
    /// Most words.
    pub(super) words: usize,
    /// Until it has so many words, a passage takes in the next sentence even if that stands alone.
    pub(super) joined_words: usize,
}

/// A run of neighbouring sentences, ready to be set.
#[derive(Clone, Debug)]
pub(super) struct Passage {
    /// The sentences of the source, ascending and without gaps.
    pub(super) sentences: Vec<usize>,
    /// Their wording as it is set, one for each.
    pub(super) texts: Vec<String>,
    /// What the passage does.
    pub(super) role: PassageRole,
    /// The term that it defines or is about.
    pub(super) term: Option<usize>,
    /// How much it deserves a place, 0 to about 1.
    pub(super) weight: f64,
}

/// What a passage does for its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PassageRole {
    /// Says what something is.
    Definition,
    /// Says anything else.
    Plain,
    /// Gives a reason.
    Cause,
    /// Goes on in a course of events.
    Sequence,
    /// Sets something against something.
    Contrast,
    /// Illustrates.
    Example,
    /// Gives quantities.
    Figures,
    /// Tells what happened in a certain year.
    History,
}

impl Passage {
    /// Its sentences as running text.
    pub(super) fn text(&self) -> String {
        self.texts.join(" ")
    }

    /// Words in it.
    pub(super) fn words(&self) -> usize {
        self.texts.iter().map(|text| text.split_whitespace().count()).sum()
    }

    /// Characters in it.
    pub(super) fn characters(&self) -> usize {
        self.texts.iter().map(|text| text.chars().count() + 1).sum::<usize>().saturating_sub(1)
    }

    /// The source behind it.
    pub(super) fn evidence(&self, analysis: &Analysis) -> Vec<Evidence> {
        self.sentences.iter().filter_map(|sentence| analysis.evidence(*sentence)).collect()
    }
}

/// Cuts a section into passages, leaving out what cannot be set.
pub(super) fn passages(
    analysis: &Analysis,
    section: &PlannedSection,
    length: Length,
    set: &dyn Fn(&Sentence) -> Option<String>,
) -> Vec<Passage> {
    let mut found: Vec<Passage> = Vec::new();
    for sentence in section.sentences.iter().filter_map(|index| analysis.sentences().get(*index)) {
        let usable = sentence.fitness > 0.0 && is_running(sentence.role);
        let Some(text) = usable.then(|| set(sentence)).flatten() else { continue };
        if !extend(&mut found, sentence, &text, length, analysis) && sentence.stands_alone {
            found.push(Passage {
                sentences: vec![sentence.index],
                texts: vec![text],
                role: role(sentence),
                term: term(sentence),
                weight: weight(sentence),
            });
        }
    }
    found
}

/// Lets a sentence that leans on the one before join its passage.
fn extend(
    found: &mut [Passage],
    sentence: &Sentence,
    text: &str,
    length: Length,
    analysis: &Analysis,
) -> bool {
    let Some(last) = found.last_mut() else { return false };
    let Some(before) = last.sentences.last().and_then(|index| analysis.sentences().get(*index)) else {
        return false;
    };
    let follows = before.index + 1 == sentence.index && before.paragraph == sentence.paragraph;
    let fits = last.sentences.len() < length.sentences
        && last.words() + text.split_whitespace().count() <= length.words;
    let joins = follows && fits && (!sentence.stands_alone || last.words() < length.joined_words);
    if joins {
        let count = u32::try_from(last.sentences.len()).map_or(1.0, f64::from);
        last.weight = (last.weight * count + weight(sentence)) / (count + 1.0);
        last.sentences.push(sentence.index);
        last.texts.push(text.to_owned());
    }
    joins
}

/// Whether sentences of that role can be set as running text.
fn is_running(role: Role) -> bool {
    matches!(role, Role::Prose | Role::ListItem { .. })
}

fn weight(sentence: &Sentence) -> f64 {
    let bonus = if definition(sentence).is_some() { 0.15 } else { 0.0 };
    sentence.importance * sentence.fitness + bonus
}

/// The definition that a sentence gives.
pub(super) fn definition(sentence: &Sentence) -> Option<&Definition> {
    sentence.relations.iter().find_map(|relation| match relation {
        Relation::Definition(definition) => Some(definition),
        Relation::Cause { .. }
        | Relation::Contrast
        | Relation::Sequence
        | Relation::Example
        | Relation::Function => None,
    })
}

fn term(sentence: &Sentence) -> Option<usize> {
    definition(sentence)
        .and_then(|definition| definition.key_term)
        .or_else(|| sentence.terms.first().copied())
}

/// What a sentence does.
pub(super) fn role(sentence: &Sentence) -> PassageRole {
    let has = |wanted: fn(&Relation) -> bool| sentence.relations.iter().any(wanted);
    if definition(sentence).is_some() {
        PassageRole::Definition
    } else if has(|relation| matches!(relation, Relation::Example)) {
        PassageRole::Example
    } else if has(|relation| matches!(relation, Relation::Cause { .. })) {
        PassageRole::Cause
    } else if has(|relation| matches!(relation, Relation::Contrast)) {
        PassageRole::Contrast
    } else if has(|relation| matches!(relation, Relation::Sequence)) {
        PassageRole::Sequence
    } else if names_a_year(&sentence.text) {
        PassageRole::History
    } else if gives_figures(&sentence.text) {
        PassageRole::Figures
    } else {
        PassageRole::Plain
    }
}

fn numbers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|mark: char| !(mark.is_alphanumeric() || ".,".contains(mark)))
        .map(|word| word.trim_matches(['.', ',']))
        .filter(|word| word.chars().next().is_some_and(|mark| mark.is_ascii_digit()))
}

fn names_a_year(text: &str) -> bool {
    numbers(text)
        .any(|word| word.len() == 4 && word.parse::<u32>().is_ok_and(|year| (1000..2100).contains(&year)))
}

fn gives_figures(text: &str) -> bool {
    numbers(text).next().is_some()
}
