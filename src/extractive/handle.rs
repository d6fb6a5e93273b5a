//! Handles: what a section offers to a reading question (a definition, a contrast, a reason, steps,
//! figures, a statement), with the sentences that answer it.

use super::analysis::{Analysis, Plan, Relation, Sentence, Term, capitalised};
use super::firmness::is_firm;
use super::objectives::{clause, contrasted};
use super::sense::{PassageRole, announces, definition, role, states, whole_terms};
use crate::language::lesson::Need;
use crate::language::speech::speech;

/// Words of a statement that a question quotes.
const CLAIM_WORDS: std::ops::RangeInclusive<usize> = 6..=18;
/// Words of a statement with figures that a question quotes.
const FIGURE_WORDS: std::ops::RangeInclusive<usize> = 6..=24;
/// Fewest words of a statement whose reason is asked for.
const REASONED_WORDS: usize = 5;
/// Fewest sentences of a section that a statement can be seen against.
const BACKGROUND: usize = 4;
/// Expressions of a language's sequences that name a step.
const STEP_EXPRESSIONS: usize = 2;

/// Something that can be asked about a section.
pub(super) struct Handle {
    pub(super) need: Need,
    /// Key terms for the places `x`, `y`, `z`.
    pub(super) terms: Vec<usize>,
    /// Another section, for `other`.
    pub(super) other: Option<usize>,
    /// A statement of the text, for `claim`.
    pub(super) claim: Option<String>,
    /// Where the answer is found.
    pub(super) sentences: Vec<usize>,
}

impl Handle {
    /// What these sentences answer together.
    fn of(need: Need, sentences: Vec<usize>) -> Self {
        Self { need, terms: Vec::new(), other: None, claim: None, sentences }
    }

    /// Key terms that these sentences say something about.
    pub(super) fn about(need: Need, terms: Vec<usize>, sentences: Vec<usize>) -> Self {
        Self { terms, ..Self::of(need, sentences) }
    }

    /// Whether it asks about a term or a statement, which is asked once, and not about a whole section.
    pub(super) fn is_particular(&self) -> bool {
        self.claim.is_some() || !self.terms.is_empty()
    }

    /// A statement of a sentence, or a part of it.
    fn quoting(need: Need, claim: String, sentence: &Sentence) -> Self {
        Self { claim: Some(claim), ..Self::of(need, vec![sentence.index]) }
    }
}

/// Finds what sections offer.
pub(super) struct Handles<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) plan: &'a Plan,
}

impl Handles<'_> {
    /// Everything that a section offers to a question.
    pub(super) fn of(&self, number: usize) -> Vec<Handle> {
        let Some(section) = self.plan.sections.get(number) else { return Vec::new() };
        let sentences: Vec<&Sentence> =
            section.sentences.iter().filter_map(|index| self.analysis.sentences().get(*index)).collect();
        let mut found: Vec<Handle> = sentences.iter().filter_map(|sentence| self.offer(sentence)).collect();
        let defined: Vec<usize> = sentences
            .iter()
            .filter(|found| definition(self.analysis, found).is_some())
            .map(|found| found.index)
            .collect();
        if defined.len() >= 2 {
            found.push(Handle::of(Need::Vocabulary, defined));
        }
        found.extend(self.statement(&sentences));
        let steps = sentences.iter().filter(|found| self.is_step(found)).map(|found| found.index);
        let steps: Vec<usize> = steps.collect();
        if steps.len() >= 2 {
            found.push(Handle::of(Need::Sequence, steps));
        }
        let main = self.analysis.select(3, section.sentences.iter().copied());
        if number + 1 < self.plan.sections.len() {
            let other = Some(number + 1);
            found.push(Handle { other, ..Handle::of(Need::TwoSections, main.clone()) });
        }
        found.push(Handle::of(Need::Section, main));
        found
    }

    /// Whether a sentence is a step by a word that says which ("first", "the next stage"), which the first
    /// two expressions of a language's sequences tell.
    fn is_step(&self, sentence: &Sentence) -> bool {
        let mut expressions = self.analysis.language().lexicon().sequence.iter().take(STEP_EXPRESSIONS);
        expressions.any(|expression| expression.is_match(&sentence.text))
    }

    /// A statement with the reason that the text gives for it, as far as it can be quoted alone. That
    /// something is called so or has such a size calls for no reason.
    fn reasoned(&self, sentence: &Sentence) -> Option<Handle> {
        let effect = sentence.relations.iter().find_map(|relation| match relation {
            Relation::Cause { effect, .. } => Some(effect.as_str()),
            _ => None,
        })?;
        clause(self.analysis, effect)?;
        let measured = effect.contains(|mark: char| mark.is_ascii_digit());
        let short = effect.split_whitespace().count() < REASONED_WORDS;
        if measured || short || announces(self.analysis, effect) || sentence.definitions().next().is_some() {
            return None;
        }
        // Behind its reason, a German clause begins with its verb.
        let inverted =
            self.analysis.language().capitalised_nouns && !sentence.text.trim_start().starts_with(effect);
        let quotable = sentence.stands_alone && !inverted;
        quotable.then(|| Handle::quoting(Need::Cause, capitalised(effect), sentence))
    }

    /// The weightiest statement of a section that says more: general, and of today.
    fn statement(&self, sentences: &[&Sentence]) -> Option<Handle> {
        let lexicon = self.analysis.language().lexicon();
        let claims = |sentence: &&&Sentence| {
            let text = sentence.text.as_str();
            let dated = text.contains(|mark: char| mark.is_ascii_digit() || ":;(„“”«»\"".contains(mark));
            let past = text.split_whitespace().any(|word| lexicon.is_past(&word.to_lowercase()));
            role(self.analysis, sentence) == PassageRole::Plain
                && CLAIM_WORDS.contains(&sentence.words)
                && !dated
                && !past
                && is_firm(self.analysis, sentence)
                && states(self.analysis, sentence, text)
        };
        let claims = sentences.iter().filter(claims).map(|sentence| sentence.index);
        let best = self.analysis.sentence(*self.analysis.select(1, claims).first()?)?;
        let claim = || best.text.trim_end_matches('.').to_owned();
        (sentences.len() >= BACKGROUND).then(|| Handle::quoting(Need::Statement, claim(), best))
    }

    /// What one sentence offers.
    fn offer(&self, sentence: &Sentence) -> Option<Handle> {
        let mut weighty = whole_terms(self.analysis, sentence);
        weighty.retain(|number| self.is_weighty(*number));
        weighty.sort_by_key(|number| {
            self.analysis.terms().get(*number).is_none_or(|term| term.definition.is_none())
        });
        let terms = self.apart(&weighty);
        let handle = |need: Need, terms| Some(Handle::about(need, terms, vec![sentence.index]));
        match role(self.analysis, sentence) {
            PassageRole::Definition => {
                let term = definition(self.analysis, sentence).and_then(|definition| definition.key_term)?;
                handle(Need::Definition, vec![term])
            }
            PassageRole::Contrast if self.contrasted(sentence).is_some() => {
                handle(Need::Contrast, self.contrasted(sentence)?)
            }
            PassageRole::Cause => self.reasoned(sentence),
            PassageRole::Example => {
                let subject = terms.into_iter().find(|term| self.is_explained(*term))?;
                handle(Need::Example, vec![subject])
            }
            PassageRole::Figures => self.figures(sentence),
            PassageRole::Plain | PassageRole::Contrast | PassageRole::Sequence | PassageRole::History => {
                let explained: Vec<usize> =
                    terms.into_iter().filter(|term| self.is_explained(*term)).collect();
                if explained.len() >= 2 { handle(Need::Pair, explained) } else { None }
            }
        }
    }

    /// A statement with figures, as far as it can be quoted alone.
    fn figures(&self, sentence: &Sentence) -> Option<Handle> {
        let text = sentence.text.strip_suffix('.')?;
        let quotable = sentence.stands_alone
            && FIGURE_WORDS.contains(&sentence.words)
            && !text.contains(|mark: char| ":;(„“”«»\"".contains(mark))
            && is_firm(self.analysis, sentence)
            && states(self.analysis, sentence, &sentence.text);
        quotable.then(|| Handle::quoting(Need::Figures, text.to_owned(), sentence))
    }

    /// Whether the text says what a term means.
    pub(super) fn is_explained(&self, number: usize) -> bool {
        self.analysis.terms().get(number).is_some_and(|term| term.definition.is_some() && !term.name)
    }

    /// Whether a term is worth a question: it is explained or comes up again and again, and is no
    /// abbreviation.
    fn is_weighty(&self, number: usize) -> bool {
        let abbreviations =
            speech(self.analysis.language_code()).map_or(&[][..], |speech| speech.abbreviations);
        self.analysis.terms().get(number).is_some_and(|term| {
            let is_sign = abbreviations
                .iter()
                .any(|(sign, _)| sign.trim_end_matches('.') == term.surface.to_lowercase());
            !is_sign && (term.definition.is_some() || term.sentences.len() >= 4)
        })
    }

    /// The two terms that a sentence sets against each other.
    fn contrasted(&self, sentence: &Sentence) -> Option<Vec<usize>> {
        let (left, right) = contrasted(self.analysis, sentence)?;
        let title = self.analysis.source().title().unwrap_or_default().to_lowercase();
        if [left, right].iter().any(|term| title.contains(&term.surface.to_lowercase())) {
            return None;
        }
        let number = |term: &Term| self.analysis.terms().iter().position(|other| other.key == term.key);
        Some(vec![number(left)?, number(right)?])
    }

    /// At most three terms none of which is a part of another.
    pub(super) fn apart(&self, numbers: &[usize]) -> Vec<usize> {
        let mut chosen: Vec<(usize, &Term)> = Vec::new();
        for number in numbers {
            let Some(term) = self.analysis.terms().get(*number) else { continue };
            let overlaps = |other: &Term| {
                let (left, right) = (other.surface.to_lowercase(), term.surface.to_lowercase());
                left.contains(&right) || right.contains(&left)
            };
            if chosen.len() < 3 && !chosen.iter().any(|(_, other)| overlaps(other)) {
                chosen.push((*number, term));
            }
        }
        chosen.into_iter().map(|(number, _)| number).collect()
    }
}
