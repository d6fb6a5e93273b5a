//! Writes questions to read with: what a section offers (a definition, a contrast, causes, steps, …)
//! decides what can be asked about it, and kinds and levels are mixed.

use std::collections::{BTreeMap, BTreeSet};

use super::Error;
use super::analysis::{Analysis, Plan, PlannedSection, Relation, Sentence, Term, capitalised};
use super::firmness::is_firm;
use super::objectives::{clause, contrasted};
use super::sense::{PassageRole, definition, named, role, states, whole_terms};
use super::wording::{fill, quoted};
use crate::content::{BloomLevel, Evidence, Kind, Outline, ReadingGuideQuestions, ReadingQuestion};
use crate::language::lesson::{Lesson, Need, ReadingPhrase, lesson};
use crate::language::speech::speech;

/// Questions that a reading session can hold.
const MOST: usize = 12;
/// Fewest questions of a guide.
const FEWEST: usize = 5;
/// Words of a statement that a question quotes.
const CLAIM_WORDS: std::ops::RangeInclusive<usize> = 6..=18;
/// Fewest sentences of a section that can bear a statement out.
const BORNE_OUT: usize = 4;
/// Expressions of a language's sequences that name a step.
const STEP_EXPRESSIONS: usize = 2;
/// Most passages behind one question.
const MOST_EVIDENCE: usize = 4;

/// Writes the questions.
///
/// # Errors
/// Returns [`Error::NoTables`] if the language has no question phrases, [`Error::Lacking`] if the text
/// gives no handles.
pub(super) fn write(analysis: &Analysis, outline: &Outline) -> Result<ReadingGuideQuestions, Error> {
    let lacking = |what: String| Error::Lacking { kind: Kind::ReadingGuideQuestions, what };
    let language = analysis.language_code();
    let lesson = lesson(language).ok_or_else(|| {
        let what = format!("there are no question phrases for the language `{language}`");
        Error::NoTables { kind: Kind::ReadingGuideQuestions, what }
    })?;
    let plan = Plan::of(analysis, outline);
    let asker = Asker { analysis, lesson, plan: &plan };
    let questions = asker.ask();
    let levels: BTreeSet<BloomLevel> = questions.iter().map(|question| question.level).collect();
    if questions.len() < FEWEST || levels.len() < 3 {
        let (has, levels) = (questions.len(), levels.len());
        return Err(lacking(format!(
            "{FEWEST} questions of 3 levels needed, the text gives {has} of {levels}"
        )));
    }
    Ok(ReadingGuideQuestions { title: String::new(), questions })
}

/// Something that can be asked about a section.
struct Handle {
    need: Need,
    /// Key terms for the places `x`, `y`, `z`.
    terms: Vec<usize>,
    /// Another section, for `other`.
    other: Option<usize>,
    /// A statement of the text, for `claim`.
    claim: Option<String>,
    /// Where the answer is found.
    sentences: Vec<usize>,
}

struct Asker<'a> {
    analysis: &'a Analysis,
    lesson: &'static Lesson,
    plan: &'a Plan,
}

/// What was asked so far, so that no need, phrase or term comes too often.
#[derive(Default)]
struct Asked {
    needs: BTreeMap<Need, usize>,
    levels: BTreeMap<BloomLevel, usize>,
    phrases: BTreeSet<&'static str>,
    terms: BTreeSet<usize>,
    sentences: BTreeSet<usize>,
}

impl Asker<'_> {
    fn ask(&self) -> Vec<ReadingQuestion> {
        let mut asked = Asked::default();
        let mut found: Vec<(usize, ReadingQuestion)> = Vec::new();
        let sections = self.plan.sections.len();
        let rounds = if sections >= MOST { 1 } else { 3 };
        let handles: Vec<Vec<Handle>> = (0..sections).map(|number| self.handles(number)).collect();
        for _ in 0..rounds {
            for (number, offered) in handles.iter().enumerate() {
                if found.len() + 1 < MOST {
                    found.extend(self.best(number, offered, &mut asked).map(|question| (number, question)));
                }
            }
        }
        found.sort_by_key(|(number, _)| *number);
        let mut questions: Vec<ReadingQuestion> = found.into_iter().map(|(_, question)| question).collect();
        questions.extend(self.whole(&mut asked));
        questions
    }

    /// The question that adds most variety.
    fn best(&self, number: usize, offered: &[Handle], asked: &mut Asked) -> Option<ReadingQuestion> {
        let section = self.plan.sections.get(number)?;
        let mut candidates: Vec<(usize, &Handle, &'static ReadingPhrase)> = Vec::new();
        for handle in offered {
            let stale = handle.terms.iter().filter(|term| asked.terms.contains(*term)).count();
            let known = handle.sentences.iter().all(|sentence| asked.sentences.contains(sentence));
            let again = if known { 8 } else { 0 };
            let phrases = self.lesson.questions.iter().filter(|phrase| phrase.need == handle.need);
            for phrase in phrases.filter(|phrase| !asked.phrases.contains(phrase.text)) {
                let need = asked.needs.get(&handle.need).copied().unwrap_or(0);
                let level = asked.levels.get(&phrase.level).copied().unwrap_or(0);
                candidates.push((
                    need * 3 + level * 2 + stale * 4 + again + cost(handle.need),
                    handle,
                    phrase,
                ));
            }
        }
        candidates.sort_by_key(|(cost, _, _)| *cost);
        let (question, handle, phrase) = candidates.into_iter().find_map(|(_, handle, phrase)| {
            Some((self.question(section, handle, phrase)?, handle, phrase))
        })?;
        *asked.needs.entry(handle.need).or_default() += 1;
        *asked.levels.entry(phrase.level).or_default() += 1;
        asked.phrases.insert(phrase.text);
        asked.terms.extend(&handle.terms);
        asked.sentences.extend(&handle.sentences);
        Some(question)
    }

    fn question(
        &self,
        section: &PlannedSection,
        handle: &Handle,
        phrase: &ReadingPhrase,
    ) -> Option<ReadingQuestion> {
        let terms: Vec<&Term> = super::wording::terms(self.analysis, &handle.terms);
        let bare = |place: usize| {
            terms.get(place).map_or(String::new(), |term| quoted(self.lesson, &self.bare(term)))
        };
        let names: Vec<String> = terms.iter().filter_map(|term| named(self.analysis, term)).collect();
        if names.len() < terms.len() {
            return None;
        }
        let named = |place: usize| names.get(place).map_or("", String::as_str);
        let other = handle.other.and_then(|number| self.plan.sections.get(number));
        let question = fill(
            phrase.text,
            &[
                ("x", named(0)),
                ("y", named(1)),
                ("z", named(2)),
                ("xq", &bare(0)),
                ("yq", &bare(1)),
                ("zq", &bare(2)),
                ("section", &quoted(self.lesson, &section.title)),
                ("claim", &handle.claim.as_deref().map_or(String::new(), |claim| quoted(self.lesson, claim))),
                ("other", &other.map_or(String::new(), |other| quoted(self.lesson, &other.title))),
            ],
        );
        let mut objectives: BTreeSet<u32> = section.objectives.iter().copied().collect();
        objectives.extend(other.into_iter().flat_map(|other| &other.objectives));
        let evidence: Vec<Evidence> = handle
            .sentences
            .iter()
            .take(MOST_EVIDENCE)
            .filter_map(|index| self.analysis.evidence(*index))
            .collect();
        let fits = question.chars().count() <= 500 && !evidence.is_empty();
        let objectives = objectives.into_iter().take(10).collect();
        fits.then_some(ReadingQuestion { question, level: phrase.level, objectives, evidence })
    }

    /// A term as its definition spells it ("Fabrik", though the text has "Fabriken" more often).
    fn bare(&self, term: &Term) -> String {
        let sentence = term.definition.and_then(|index| self.analysis.sentence(index));
        let known = sentence.and_then(|sentence| sentence.definitions().find(|known| known.key == term.key));
        known.map_or_else(|| term.surface.clone(), |known| known.term.clone())
    }

    /// Everything that a section offers to a question.
    fn handles(&self, number: usize) -> Vec<Handle> {
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
            found.push(Handle {
                need: Need::Vocabulary,
                terms: Vec::new(),
                other: None,
                claim: None,
                sentences: defined,
            });
        }
        found.extend(self.statement(&sentences));
        let steps = sentences.iter().filter(|found| self.is_step(found)).map(|found| found.index);
        let steps: Vec<usize> = steps.collect();
        if steps.len() >= 2 {
            found.push(Handle {
                need: Need::Sequence,
                terms: Vec::new(),
                other: None,
                claim: None,
                sentences: steps,
            });
        }
        let main = self.analysis.select(3, section.sentences.iter().copied());
        if number + 1 < self.plan.sections.len() {
            let (other, sentences) = (Some(number + 1), main.clone());
            found.push(Handle { need: Need::TwoSections, terms: Vec::new(), other, claim: None, sentences });
        }
        found.push(Handle {
            need: Need::Section,
            terms: Vec::new(),
            other: None,
            claim: None,
            sentences: main,
        });
        found
    }

    /// Whether a sentence is a step by a word that says which ("first", "the next stage"), which the first
    /// two expressions of a language's sequences tell.
    fn is_step(&self, sentence: &Sentence) -> bool {
        let mut expressions = self.analysis.language().lexicon().sequence.iter().take(STEP_EXPRESSIONS);
        expressions.any(|expression| expression.is_match(&sentence.text))
    }

    /// A statement with the reason that the text gives for it, as far as it can be quoted alone.
    fn reasoned(&self, sentence: &Sentence) -> Option<Handle> {
        let effect = sentence.relations.iter().find_map(|relation| match relation {
            Relation::Cause { effect, .. } => Some(effect.as_str()),
            _ => None,
        })?;
        clause(self.analysis, effect)?;
        // Behind its reason, a German clause begins with its verb.
        let inverted =
            self.analysis.language().capitalised_nouns && !sentence.text.trim_start().starts_with(effect);
        (sentence.stands_alone && !inverted).then(|| Handle {
            need: Need::Cause,
            terms: Vec::new(),
            other: None,
            claim: Some(capitalised(effect)),
            sentences: vec![sentence.index],
        })
    }

    /// The weightiest statement of a section that others in it can bear out: general, and of today.
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
        (sentences.len() >= BORNE_OUT).then(|| Handle {
            need: Need::Statement,
            terms: Vec::new(),
            other: None,
            claim: Some(best.text.trim_end_matches('.').to_owned()),
            sentences: vec![best.index],
        })
    }

    /// What one sentence offers.
    fn offer(&self, sentence: &Sentence) -> Option<Handle> {
        let mut weighty = whole_terms(self.analysis, sentence);
        weighty.retain(|number| self.is_weighty(*number));
        weighty.sort_by_key(|number| {
            self.analysis.terms().get(*number).is_none_or(|term| term.definition.is_none())
        });
        let terms = self.apart(&weighty);
        let handle = |need: Need, terms: Vec<usize>| {
            Some(Handle { need, terms, other: None, claim: None, sentences: vec![sentence.index] })
        };
        let first = terms.first().copied();
        match role(self.analysis, sentence) {
            PassageRole::Definition => {
                let term = definition(self.analysis, sentence).and_then(|definition| definition.key_term)?;
                handle(Need::Definition, vec![term])
            }
            PassageRole::Contrast if self.contrasted(sentence).is_some() => {
                handle(Need::Contrast, self.contrasted(sentence)?)
            }
            PassageRole::Cause => self.reasoned(sentence),
            PassageRole::Example => handle(Need::Example, vec![first?]),
            PassageRole::Figures => handle(Need::Figures, vec![first?]),
            PassageRole::Plain | PassageRole::Contrast | PassageRole::Sequence | PassageRole::History
                if terms.len() >= 2 =>
            {
                handle(Need::Pair, terms)
            }
            PassageRole::Plain | PassageRole::Contrast | PassageRole::Sequence | PassageRole::History => None,
        }
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
    fn apart(&self, numbers: &[usize]) -> Vec<usize> {
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

    /// One question about the whole.
    fn whole(&self, asked: &mut Asked) -> Option<ReadingQuestion> {
        let known = |number: &usize| {
            self.analysis.terms().get(*number).is_some_and(|term| term.definition.is_some() && !term.name)
        };
        let sections = self.plan.sections.iter();
        let firsts: Vec<usize> =
            sections.filter_map(|section| section.terms.iter().copied().find(known)).collect();
        let terms = self.apart(&firsts);
        let section = self.plan.sections.last()?;
        let known = super::wording::terms(self.analysis, &terms).into_iter();
        let sentences: Vec<usize> =
            known.filter_map(|term| term.definition.or(term.sentences.first().copied())).collect();
        let mut objectives: Vec<u32> = Vec::new();
        for sentence in &sentences {
            objectives.extend(self.plan.objectives_of(*sentence));
        }
        objectives.sort_unstable();
        objectives.dedup();
        let whole = Handle { need: Need::Whole, terms, other: None, claim: None, sentences };
        if whole.terms.len() < 3 {
            return None;
        }
        let phrase = self.lesson.questions.iter().find(|phrase| phrase.need == Need::Whole)?;
        asked.phrases.insert(phrase.text);
        let mut question = self.question(section, &whole, phrase)?;
        question.objectives = objectives.into_iter().take(10).collect();
        Some(question)
    }
}

/// Questions about a relation in the text go before questions that any section allows.
fn cost(need: Need) -> usize {
    match need {
        Need::Contrast | Need::Cause => 0,
        Need::Definition | Need::Sequence | Need::Example => 1,
        Need::Pair | Need::Figures | Need::Statement => 2,
        Need::Vocabulary | Need::TwoSections => 4,
        Need::Section | Need::Whole => 6,
    }
}
