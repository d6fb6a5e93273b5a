//! Writes the detailed reading, the fullest treatment: for each section of the outline most of its
//! good sentences in the source's order and paragraphs, evenly deep.

use super::Error;
use super::analysis::Analysis;
use super::chapter::{Chapter, share_out, take_best, take_opening};
use super::desk::Desk;
use super::passage::{Length, Passage, PassageRole};
use super::wording::subject;
use crate::content::{DetailedReadingMaterial, Kind, Outline, ReadingSection, bounds};

/// Passages may be as long as a paragraph.
const LENGTH: Length = Length { sentences: 12, words: 110, joined_words: 0 };
/// Fewest characters of a section, of the introduction and of the conclusion.
const FEWEST: usize = 200;
/// Fewest characters of a section's title.
const FEWEST_TITLE: usize = 10;
/// Most words of a paragraph; longer ones are hard to read.
const PARAGRAPH_WORDS: usize = 115;
/// A section may be so many times as long as the middle one.
const UNEVENNESS: usize = 2;
/// Sections are not shortened below that many characters for the sake of evenness.
const FULL_SECTION: usize = 1200;
/// What a section keeps when introduction and conclusion take from it.
const KEPT: usize = 320;

/// Writes the reading.
///
/// # Errors
/// Returns [`Error::Lacking`] with the first section whose source gives too little.
pub(super) fn write(analysis: &Analysis, outline: &Outline) -> Result<DetailedReadingMaterial, Error> {
    let desk = Desk::of(analysis, outline);
    let mut chapters = desk.chapters(LENGTH);
    let ending = ending(&mut chapters);
    let opening = opening(&mut chapters);
    let (introduction, conclusion) = (introduction(&desk, &opening), conclusion(&desk, &ending));
    let count = chapters.len();
    even_out(&mut chapters);
    let room = *bounds::reading_total(analysis.request()).end();
    share_out(&mut chapters, room, &|passage| passage.characters() + 2);
    if let Some(number) = (0..count).find(|number| section_characters(&chapters, *number) < FEWEST) {
        let (section, has) = (number + 1, section_characters(&chapters, number));
        return Err(lacking(format!("section {section} needs {FEWEST} characters, the text gives {has}")));
    }
    for (part, text) in [("introduction", &introduction), ("conclusion", &conclusion)] {
        let has = text.chars().count();
        if has < FEWEST {
            return Err(lacking(format!("the {part} needs {FEWEST} characters, the text gives {has}")));
        }
    }
    let sections = chapters.iter().map(|chapter| section(&desk, chapter, &outline.title)).collect();
    Ok(DetailedReadingMaterial {
        introduction,
        sections,
        conclusion,
        evidence: desk.evidence(opening.iter().chain(&ending)),
        ..DetailedReadingMaterial::default()
    })
}

fn lacking(what: String) -> Error {
    Error::Lacking { kind: Kind::DetailedReadingMaterial, what }
}

fn section_characters(chapters: &[Chapter], number: usize) -> usize {
    let chapter = chapters.iter().find(|chapter| chapter.number == number);
    chapter.map_or(0, |chapter| chapter.characters().saturating_sub(1))
}

fn can_spare(chapter: &Chapter, passage: &Passage) -> bool {
    chapter.characters() >= passage.characters() + KEPT
}

/// The passage that the text opens with, and a weighty one of a chapter that can spare it.
fn opening(chapters: &mut [Chapter]) -> Vec<Passage> {
    let fits = |passage: &Passage| passage.characters() <= 600;
    let spares = chapters
        .first()
        .is_some_and(|chapter| chapter.passages.first().is_some_and(|passage| can_spare(chapter, passage)));
    let first = if spares { take_opening(chapters, &fits) } else { None };
    match first {
        Some(passage) => vec![passage],
        None => spare(chapters, 1, &|passage| fits(passage) && passage.role != PassageRole::Example),
    }
}

/// Weighty passages of two chapters that can spare them, among them the last.
fn ending(chapters: &mut [Chapter]) -> Vec<Passage> {
    let fits = |passage: &Passage| {
        passage.characters() <= 350
            && matches!(passage.role, PassageRole::Plain | PassageRole::Cause | PassageRole::Contrast)
            && !passage.text().ends_with('?')
    };
    let mut chosen = match chapters.split_last_mut() {
        Some((last, others)) => {
            let mut chosen = spare(others, 1, &fits);
            chosen.extend(spare(std::slice::from_mut(last), 1, &fits));
            chosen
        }
        None => Vec::new(),
    };
    chosen.truncate(2);
    chosen
}

/// Takes from chapters that keep enough.
fn spare(chapters: &mut [Chapter], count: usize, fits: &dyn Fn(&Passage) -> bool) -> Vec<Passage> {
    let mut rich: Vec<&mut Chapter> =
        chapters.iter_mut().filter(|chapter| chapter.characters() >= 2 * KEPT).collect();
    rich.sort_by(|left, right| {
        right.characters().cmp(&left.characters()).then(left.number.cmp(&right.number))
    });
    let mut taken = Vec::new();
    for chapter in rich.into_iter().take(count) {
        let one = take_best(std::slice::from_mut(chapter), 1, 1, fits);
        taken.extend(one.into_iter().map(|(_, passage)| passage));
    }
    taken
}

fn introduction(desk: &Desk<'_>, opening: &[Passage]) -> String {
    let frame = desk.frame(|lesson| lesson.reading_introduction);
    let parts: Vec<String> = opening.iter().map(Passage::text).chain(frame).collect();
    parts.join(" ")
}

fn conclusion(desk: &Desk<'_>, ending: &[Passage]) -> String {
    let frame = desk.frame(|lesson| lesson.reading_conclusion);
    let terms = desk.naming(|lesson| lesson.reading_terms, &desk.leading_terms(5));
    let parts: Vec<String> = frame.into_iter().chain(ending.iter().map(Passage::text)).chain(terms).collect();
    parts.join(" ")
}

/// Shortens chapters that are far longer than the middle one.
fn even_out(chapters: &mut [Chapter]) {
    let mut lengths: Vec<usize> = chapters.iter().map(Chapter::characters).collect();
    lengths.sort_unstable();
    let middle = lengths.get(lengths.len() / 2).copied().unwrap_or(0);
    let most = (middle * UNEVENNESS).max(FULL_SECTION);
    for chapter in chapters {
        while chapter.characters() > most && chapter.passages.len() > 1 {
            let Some(least) = chapter.by_weight().last().copied() else { break };
            chapter.passages.remove(least);
        }
    }
}

fn section(desk: &Desk<'_>, chapter: &Chapter, title: &str) -> ReadingSection {
    let short = chapter.title.chars().count() < FEWEST_TITLE;
    ReadingSection {
        section_number: 0,
        title: if short { format!("{}: {}", chapter.title, subject(title)) } else { chapter.title.clone() },
        content: paragraphs(desk.analysis, &chapter.passages),
        objectives: chapter.objectives.clone(),
        evidence: chapter
            .passages
            .iter()
            .flat_map(|passage| passage.evidence(desk.analysis))
            .take(200)
            .collect(),
    }
}

/// Sets passages in the paragraphs of the source; a long one is broken.
pub(super) fn paragraphs(analysis: &Analysis, passages: &[Passage]) -> String {
    let mut done: Vec<String> = Vec::new();
    let mut words = 0;
    let mut place = None;
    for passage in passages {
        let paragraph = passage.sentences.first().and_then(|index| analysis.sentences().get(*index));
        let paragraph = paragraph.map(|sentence| sentence.paragraph);
        match done.last_mut() {
            Some(last) if place == paragraph && words + passage.words() <= PARAGRAPH_WORDS => {
                last.push(' ');
                last.push_str(&passage.text());
                words += passage.words();
            }
            _ => {
                done.push(passage.text());
                words = passage.words();
            }
        }
        place = paragraph;
    }
    done.join("\n\n")
}
