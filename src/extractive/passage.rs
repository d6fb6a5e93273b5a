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

    /// Leaves out a question at the end, whose answer is not part of the passage.
    fn drop_open_question(&mut self) {
        while self.texts.last().is_some_and(|text| text.ends_with('?')) {
            self.texts.pop();
            self.sentences.pop();
        }
    }

    /// Parts a question that the passage itself answers from the answer.
    pub(super) fn question_and_answer(&self) -> Option<(Passage, Passage)> {
        let (question, answer) = self.texts.split_first()?;
        let (asked, answered) = self.sentences.split_first()?;
        if !question.ends_with('?') || answer.is_empty() {
            return None;
        }
        let question = Passage { sentences: vec![*asked], texts: vec![question.clone()], ..self.clone() };
        let answer = Passage { sentences: answered.to_vec(), texts: answer.to_vec(), ..self.clone() };
        Some((question, answer))
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
    found.iter_mut().for_each(Passage::drop_open_question);
    found.retain(|passage| !passage.sentences.is_empty());
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
    let asks = text.ends_with('?');
    let answers = last.texts.last().is_some_and(|before| before.ends_with('?'));
    let wanted = last.words() < length.joined_words && !asks;
    let joins = follows && fits && (!sentence.stands_alone || wanted || answers);
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
        | Relation::Condition { .. }
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

/// Numbers of a text with their place among its words.
fn numbers(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|mark: char| !mark.is_ascii_digit()))
        .enumerate()
        .filter(|(_, number)| !number.is_empty())
}

fn is_year(number: &str) -> bool {
    number.len() == 4 && number.parse::<u32>().is_ok_and(|year| (1000..2100).contains(&year))
}

/// Whether a sentence sets out from a year, and does not just mention one.
fn names_a_year(text: &str) -> bool {
    numbers(text).any(|(place, number)| place < 7 && is_year(number))
}

/// Whether a sentence gives quantities; days of a month and years are none.
fn gives_figures(text: &str) -> bool {
    let quantity = |number: &str| {
        number.contains(['.', ',']) || number.parse::<u32>().is_ok_and(|value| value > 31 && !is_year(number))
    };
    text.contains(['%', '°', '‰']) || numbers(text).any(|(_, number)| quantity(number))
}

#[cfg(test)]
mod tests {
    use super::{gives_figures, names_a_year};

    #[test]
    fn a_date_is_no_figure() {
        assert!(!gives_figures("Le 17 juin 1789, ils se proclamèrent Assemblée nationale."));
        assert!(gives_figures("About 97 % of it is salt water."));
        assert!(gives_figures("The press printed 1,500 sheets."));
    }

    #[test]
    fn history_begins_with_its_year() {
        assert!(names_a_year("In an experiment published in 1648, he grew a willow."));
        assert!(!names_a_year(
            "The equality that was proclaimed at the assembly of the year 1789 was a promise."
        ));
    }
}
