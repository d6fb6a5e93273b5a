//! Writes the study guide: what it covers, concepts with what they are, the important statements of
//! each section ordered for learning (what it is, how and why, examples), and a look back.

use std::collections::BTreeSet;

use super::Error;
use super::analysis::{Analysis, Term};
use super::chapter::{Chapter, chapters as all_chapters, share_out, take_best, take_opening};
use super::desk::Desk;
use super::passage::{Heads, Length, Passage, PassageRole, definition};
use super::wording::{sentence_of, terms};
use crate::content::{DetailedSection, KeyConcept, Kind, Outline, StudyGuide};

/// Passages to study from.
const LENGTH: Length = Length { sentences: 3, words: 80, joined_words: 30, heads: Heads::StandAlone };
/// Room of all parts with their headings; the bound is 8000.
const ROOM: usize = 7600;
/// Characters of one part that a learner works through at a sitting.
const PART_ROOM: usize = 1300;
/// Most words of a paragraph.
const PARAGRAPH_WORDS: usize = 105;
/// Characters of the overview besides its frame.
const OVERVIEW_ROOM: usize = 700;
/// Most concepts of a guide.
const MOST_CONCEPTS: usize = 15;

/// Writes the study guide.
///
/// # Errors
/// Returns [`Error::Lacking`] if the text explains fewer than five concepts or is too short.
pub(super) fn write(analysis: &Analysis, outline: &Outline) -> Result<StudyGuide, Error> {
    let desk = Desk::of(analysis, outline);
    let (key_concepts, explained, used) = concepts(&desk);
    let mut chapters = all_chapters(analysis, &desk.plan, LENGTH, &|sentence| {
        if used.contains(&sentence.index) { None } else { desk.word(sentence) }
    });
    let opening = opening(&mut chapters);
    let overview = opening.iter().map(Passage::text).chain(desk.frame(|lesson| lesson.guide_overview));
    let overview = overview.collect::<Vec<_>>().join(" ");
    let look_back = look_back(&mut chapters);
    let room = (PART_ROOM * chapters.len()).min(ROOM - chapters.len() * 60);
    share_out(&mut chapters, room, &|passage| passage.characters() + 2);
    let detailed_sections: Vec<DetailedSection> =
        chapters.iter().map(|chapter| detailed_section(&desk, chapter)).collect();
    let summary = summary(&desk, &look_back, &terms(analysis, &explained));
    let guide = StudyGuide {
        overview,
        key_concepts,
        detailed_sections,
        summary,
        evidence: desk.evidence(opening.iter().chain(&look_back)),
        ..StudyGuide::default()
    };
    check(guide)
}

/// What the text leads in with, as far as an overview holds it.
fn opening(chapters: &mut Vec<Chapter>) -> Vec<Passage> {
    let mut room = OVERVIEW_ROOM;
    let mut chosen = Vec::new();
    for passage in chapters.remove(0).passages {
        if passage.characters() < room {
            room -= passage.characters();
            chosen.push(passage);
        }
    }
    if chosen.is_empty() {
        chosen.extend(take_opening(chapters, &|passage| passage.characters() <= OVERVIEW_ROOM));
    }
    chosen
}

/// Concepts with what they are, in the text's order; the terms they explain; the sentences that stand
/// there word for word.
fn concepts(desk: &Desk<'_>) -> (Vec<KeyConcept>, Vec<usize>, BTreeSet<usize>) {
    let analysis = desk.analysis;
    let mut found: Vec<(usize, usize, KeyConcept, bool)> = Vec::new();
    for (number, term) in analysis.terms().iter().enumerate() {
        let explained = explanation(desk, number, term).or_else(|| statement(desk, term));
        if let Some((sentence, explanation, word_for_word)) = explained
            && !found.iter().any(|(_, taken, other, _)| *taken == sentence || other.term == term.surface)
        {
            let objectives =
                desk.plan.section_of(sentence).map(|section| section.objectives.clone()).unwrap_or_default();
            let evidence = analysis.evidence(sentence).into_iter().collect();
            let concept = KeyConcept {
                term: super::wording::capitalised(&term.surface),
                explanation,
                objectives,
                evidence,
            };
            found.push((number, sentence, concept, word_for_word));
        }
    }
    found.sort_by_key(|(number, _, _, word_for_word)| (*word_for_word, *number));
    found.truncate(MOST_CONCEPTS);
    let used = found.iter().filter(|entry| entry.3).map(|entry| entry.1).collect();
    found.sort_by_key(|(_, sentence, _, _)| *sentence);
    let numbers = found.iter().map(|(number, _, _, _)| *number).collect();
    (found.into_iter().map(|(_, _, concept, _)| concept).collect(), numbers, used)
}

/// What the text says a term is.
fn explanation(desk: &Desk<'_>, number: usize, term: &Term) -> Option<(usize, String, bool)> {
    let sentence = desk.analysis.sentences().get(term.definition?)?;
    let defined = definition(desk.analysis, sentence)
        .filter(|found| found.key_term.is_none_or(|known| known == number))?;
    let body = sentence_of(&defined.body);
    (20..=600).contains(&body.chars().count()).then_some((sentence.index, body, false))
}

/// A statement whose subject the term is.
fn statement(desk: &Desk<'_>, term: &Term) -> Option<(usize, String, bool)> {
    let subject = term.phrase.to_lowercase();
    let sentences = term.sentences.iter().filter_map(|index| desk.analysis.sentences().get(*index));
    sentences
        .filter(|sentence| sentence.stands_alone && sentence.fitness > 0.5)
        .filter(|sentence| sentence.text.to_lowercase().starts_with(&format!("{subject} ")))
        .max_by(|left, right| left.importance.total_cmp(&right.importance).then(right.index.cmp(&left.index)))
        .and_then(|sentence| Some((sentence.index, desk.word(sentence)?, true)))
        .filter(|(_, text, _)| (20..=600).contains(&text.chars().count()))
}

/// Two statements of different chapters for the look back.
fn look_back(chapters: &mut [Chapter]) -> Vec<Passage> {
    let fits = |passage: &Passage| {
        passage.sentences.len() == 1
            && (40..=280).contains(&passage.characters())
            && matches!(passage.role, PassageRole::Plain | PassageRole::Cause | PassageRole::Contrast)
            && !passage.text().ends_with('?')
    };
    take_best(chapters, 2, 2, &fits).into_iter().map(|(_, passage)| passage).collect()
}

fn summary(desk: &Desk<'_>, look_back: &[Passage], explained: &[&Term]) -> String {
    let named: Vec<&Term> = explained.iter().copied().take(7).collect();
    let frame = desk.frame(|lesson| lesson.guide_summary);
    let concepts = desk.naming(|lesson| lesson.guide_concepts, &named);
    let parts: Vec<String> =
        frame.into_iter().chain(look_back.iter().map(Passage::text)).chain(concepts).collect();
    parts.join(" ")
}

fn detailed_section(desk: &Desk<'_>, chapter: &Chapter) -> DetailedSection {
    let step = |passage: &Passage| match passage.role {
        PassageRole::Definition => 0,
        PassageRole::Plain | PassageRole::Cause | PassageRole::Sequence | PassageRole::Contrast => 1,
        PassageRole::Example | PassageRole::Figures | PassageRole::History => 2,
    };
    let mut paragraphs: Vec<String> = Vec::new();
    for wanted in 0..3 {
        let mut words = usize::MAX;
        for passage in chapter.passages.iter().filter(|passage| step(passage) == wanted) {
            match paragraphs.last_mut() {
                Some(last) if words.saturating_add(passage.words()) <= PARAGRAPH_WORDS => {
                    last.push(' ');
                    last.push_str(&passage.text());
                    words += passage.words();
                }
                _ => {
                    paragraphs.push(passage.text());
                    words = passage.words();
                }
            }
        }
    }
    DetailedSection {
        heading: chapter.title.clone(),
        content: paragraphs.join("\n\n"),
        objectives: chapter.objectives.clone(),
        evidence: chapter
            .passages
            .iter()
            .flat_map(|passage| passage.evidence(desk.analysis))
            .take(40)
            .collect(),
    }
}

fn check(guide: StudyGuide) -> Result<StudyGuide, Error> {
    let lacking = |what: String| Err(Error::Lacking { kind: Kind::StudyGuide, what });
    let count = |text: &str| text.chars().count();
    let concepts = guide.key_concepts.len();
    let detail: usize = guide.detailed_sections.iter().map(|part| count(&part.content)).sum();
    if concepts < 5 {
        return lacking(format!("5 explained concepts needed, the text gives {concepts}"));
    }
    if detail < 500 {
        return lacking(format!("500 characters to study needed, the text gives {detail}"));
    }
    for (part, text) in [("overview", &guide.overview), ("summary", &guide.summary)] {
        if count(text) < 100 {
            return lacking(format!("the {part} needs 100 characters, the text gives {}", count(text)));
        }
    }
    Ok(guide)
}
