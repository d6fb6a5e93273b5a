//! Writes questions to read with: what a section offers (a definition, a contrast, causes, steps, …)
//! decides what can be asked about it, and kinds and levels are mixed.

use std::collections::{BTreeMap, BTreeSet};

use super::Error;
use super::analysis::{Analysis, Plan, PlannedSection, Term};
use super::handle::{Handle, Handles};
use super::sense::named;
use super::wording::{fill, quoted};
use crate::content::{BloomLevel, Evidence, Kind, Outline, ReadingGuideQuestions, ReadingQuestion};
use crate::language::lesson::{Lesson, Need, ReadingPhrase, lesson};

/// Questions that a reading session can hold.
const MOST: usize = 12;
/// Fewest questions of a guide.
const FEWEST: usize = 5;
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
    let asker = Asker { analysis, lesson, plan: &plan, handles: Handles { analysis, plan: &plan } };
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

struct Asker<'a> {
    analysis: &'a Analysis,
    lesson: &'static Lesson,
    plan: &'a Plan,
    handles: Handles<'a>,
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
        let handles: Vec<Vec<Handle>> = (0..sections).map(|number| self.handles.of(number)).collect();
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
            if known && handle.is_particular() {
                continue;
            }
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

    /// One question about the whole.
    fn whole(&self, asked: &mut Asked) -> Option<ReadingQuestion> {
        let sections = self.plan.sections.iter();
        let explained = |number: &usize| self.handles.is_explained(*number);
        let firsts: Vec<usize> =
            sections.filter_map(|section| section.terms.iter().copied().find(explained)).collect();
        let terms = self.handles.apart(&firsts);
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
        let whole = Handle::about(Need::Whole, terms, sentences);
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
