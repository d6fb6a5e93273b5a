//! Reads a source once and keeps what every writer of a kind asks: sentences with their fitness
//! and relations, key terms in order of weight, topics, and a choice with diversity.
//!
//! Indices are stable: a sentence, a term and a topic are named by their position in
//! [`Analysis::sentences`], [`Analysis::terms`] and [`Analysis::topics`].

mod body;
mod candidate;
mod clause;
mod definition;
mod dropped_subject;
mod fitness;
mod noun_phrase;
mod person;
mod plan;
mod relation;
mod run;
mod select;
mod sentence;
mod shift;
mod stems;
mod strong_form;
mod syllabus;
mod term;
mod token;
mod topic;

use std::sync::Arc;

pub(super) use clause::is_signpost;
pub(super) use definition::Definition;
pub(super) use dropped_subject::drops_subject;
pub(super) use fitness::{begins_with_pronoun, leans, leans_on_pronoun};
pub(super) use noun_phrase::decapitalised;
pub(super) use plan::{Plan, PlannedSection};
pub(super) use relation::{Manner, Relation};
pub(super) use run::runs;
pub(super) use sentence::Sentence;
pub(super) use stems::Stems;
pub(super) use term::Term;
pub(super) use token::{Class, Token, count_words, tokens};
pub(super) use topic::{Topic, capitalised, unshouted};

use self::syllabus::{Part, Syllabus};
use super::facts::{FactSheet, Facts, Telling};
use super::{Error, unworded};
use crate::content::{Evidence, Request};
use crate::language::cues::cues;
use crate::language::{self, Language, Standard};
use crate::source::Source;

/// Fewest quotable sentences that an outline of three sections can be made of.
const MIN_QUOTABLE: usize = 6;

/// Everything known about one source, computed once a job. Owned, so that pieces can be written in
/// parallel over one `Arc`.
pub struct Analysis {
    source: Arc<Source>,
    language: &'static Language,
    request: Request,
    casing: sentence::Casing,
    sentences: Vec<Sentence>,
    terms: Vec<Term>,
    topics: Vec<Topic>,
    syllabus: Syllabus,
    facts: FactSheet,
}

impl Analysis {
    /// Reads a source for a request.
    ///
    /// # Errors
    /// Returns [`Error::SourceTooThin`] if no outline is possible, [`Error::CannotTranslate`] if the
    /// request wants another language than the text's.
    pub fn of(source: Arc<Source>, request: &Request) -> Result<Analysis, Error> {
        let found = source.language();
        let language = language::language(&found.code);
        if let Some(wanted) = request.language().map(primary)
            && found.reliable
            && wanted != found.code
        {
            return Err(Error::CannotTranslate { text: found.code.clone(), wanted });
        }
        let syllabus = Syllabus::of(&source, language);
        let persons = cues(&source.language().code).persons;
        let named = person::named(&source, persons, language.lexicon());
        let mut tokenised = tokenised(&source, &named, &syllabus, language);
        if language.standard == Standard::Neutral {
            token::mark_frequent_words(&mut tokenised);
        }
        forget_repeated(&source, &mut tokenised);
        let headings = source.sections().iter().filter_map(|section| section.heading.as_deref());
        let units = syllabus.units.iter().map(|unit| unit.title.as_str());
        let setting = term::Setting {
            language,
            headings: source.title().into_iter().chain(headings).chain(units).collect(),
            sections: source.sentences().iter().map(|sentence| sentence.section).collect(),
        };
        let mut terms = term::rank(&tokenised, &setting);
        let casing = sentence::Casing::of(&tokenised);
        let mut sentences = sentence::all(&source, &tokenised, &syllabus, language);
        sentence::name_persons(&mut sentences, named);
        sentence::relate(&mut sentences, &tokenised, &mut terms, language, &casing);
        let quotable = sentences.iter().filter(|sentence| sentence.is_quotable()).count();
        if quotable < MIN_QUOTABLE {
            return Err(Error::SourceTooThin { sentences: quotable, needed: MIN_QUOTABLE });
        }
        let ground = topic::Ground {
            source: &source,
            sentences: &sentences,
            terms: &terms,
            syllabus: &syllabus,
            language,
        };
        let topics = topic::all(&ground, &|word| casing.is_name(word));
        Ok(Analysis {
            facts: FactSheet::of(sentences.len()),
            source,
            language,
            request: request.clone(),
            casing,
            sentences,
            terms,
            topics,
            syllabus,
        })
    }

    /// What a sentence is to its reader, found out at the first asking.
    pub(in crate::extractive) fn facts(&self, sentence: &Sentence) -> Option<&Facts> {
        self.facts.get(self, sentence)
    }

    /// What the text tells of, found out at the first asking.
    pub(in crate::extractive) fn telling(&self) -> Telling {
        self.facts.telling(self)
    }

    /// The source.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Two-letter code of the language that pieces are written in: the text's.
    #[must_use]
    pub fn language_code(&self) -> &str {
        &self.source.language().code
    }

    /// Says what a reader of the result should know about it, such as a language without tables.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        match self.language.standard {
            Standard::Full => Vec::new(),
            Standard::Basic => vec![format!(
                "the extractive writer recognises fewer forms of sentences in '{}' than in English and Spanish",
                self.language_code()
            )],
            Standard::Neutral => vec![unworded::note(self.language_code())],
        }
    }

    /// The tables of the language.
    pub(super) fn language(&self) -> &'static Language {
        self.language
    }

    /// What is wanted.
    pub(super) fn request(&self) -> &Request {
        &self.request
    }

    /// Whether the text writes a word with a capital inside sentences.
    pub(super) fn is_name(&self, word: &str) -> bool {
        self.casing.is_name(word)
    }

    /// Whether a name of the text is made from a word ("Crimea" where the text says "Crimean").
    pub(super) fn begins_a_name(&self, word: &str) -> bool {
        self.casing.begins_a_name(word)
    }

    /// All sentences in the text's order.
    pub(super) fn sentences(&self) -> &[Sentence] {
        &self.sentences
    }

    /// The sentence of that number.
    pub(super) fn sentence(&self, index: usize) -> Option<&Sentence> {
        self.sentences.get(index)
    }

    /// Key terms, the weightiest first.
    pub(super) fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The topics in order; our own outline has one section for each.
    pub(super) fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// Sentences in which the text itself states an objective.
    pub(super) fn stated_objectives(&self) -> &[usize] {
        &self.syllabus.objectives
    }

    /// Whether the text is a course's syllabus.
    pub(super) fn is_syllabus(&self) -> bool {
        self.syllabus.is_one
    }

    /// The passage behind a sentence.
    pub(super) fn evidence(&self, sentence: usize) -> Option<Evidence> {
        self.sentences.get(sentence).map(|sentence| self.source.evidence(sentence.span))
    }

    /// The passages behind some sentences.
    pub(super) fn evidence_of(&self, sentences: &[usize]) -> Vec<Evidence> {
        sentences.iter().filter_map(|sentence| self.evidence(*sentence)).collect()
    }

    /// Chooses at most `count` of the candidate sentences, weighty and unlike one another, and
    /// returns them in the text's order.
    pub(super) fn select(&self, count: usize, candidates: impl IntoIterator<Item = usize>) -> Vec<usize> {
        select::diverse(&self.sentences, count, candidates.into_iter().collect())
    }

    /// A clause as it stands inside a sentence: its first letter lowered unless it begins a name.
    pub(super) fn inside_sentence(&self, clause: &str) -> String {
        let mut words = clause.split_whitespace();
        let first = words.next().unwrap_or_default().trim_matches(|letter: char| !letter.is_alphanumeric());
        let first = first.strip_suffix("'s").or_else(|| first.strip_suffix("’s")).unwrap_or(first);
        let name_follows = words.next().is_some_and(|next| self.is_name(next));
        let known = self.language.lexicon().stop.contains(first.to_lowercase().as_str());
        if !known && (self.is_name(first) || name_follows || self.language.capitalised_nouns) {
            clause.to_owned()
        } else {
            decapitalised(clause)
        }
    }
}

/// The words of each sentence; none where it is about the course, so that no key term comes of it.
fn tokenised(
    source: &Source,
    named: &[Option<String>],
    syllabus: &Syllabus,
    language: &Language,
) -> Vec<Vec<Token>> {
    let lexicon = language.lexicon();
    let mut tokenised: Vec<Vec<Token>> = Vec::with_capacity(source.sentences().len());
    for (index, sentence) in source.sentences().iter().enumerate() {
        tokenised.push(match syllabus.part(index) {
            Part::Matter => {
                let named = named.get(index).and_then(Option::as_ref);
                tokens(named.unwrap_or(&sentence.text), lexicon)
            }
            Part::Label | Part::Objective | Part::Course => Vec::new(),
        });
    }
    for unit in &syllabus.units {
        if let Some(words) = tokenised.get_mut(unit.label) {
            *words = tokens(&unit.title, lexicon);
        }
    }
    tokenised
}

/// Empties the tokens of sentences that repeat an earlier one word for word, so that they count once.
fn forget_repeated(source: &Source, tokenised: &mut [Vec<Token>]) {
    let mut seen = std::collections::HashSet::new();
    for (sentence, tokens) in source.sentences().iter().zip(tokenised) {
        if !seen.insert(sentence.text.as_str()) {
            tokens.clear();
        }
    }
}

/// The primary subtag of a BCP 47 tag, in lower case.
fn primary(tag: &str) -> String {
    tag.split('-').next().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests;
