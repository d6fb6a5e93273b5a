//! Writes the detailed reading, the fullest treatment: for each section of the outline most of its
//! good sentences in the source's order and paragraphs, evenly deep.

use std::collections::BTreeSet;

use super::Error;
use super::analysis::Analysis;
use super::chapter::{Chapter, share_out};
use super::desk::Desk;
use super::passage::{Heads, Length, Passage};
use super::sense::concludes;
use super::wording::terms;
use crate::content::{DetailedReadingMaterial, Kind, Outline, ReadingSection, bounds};
use crate::source::{append, run_on};

/// Passages may be as long as a paragraph.
const LENGTH: Length = Length { sentences: 12, words: 110, joined_words: 0, heads: Heads::GoOn };
/// Fewest characters of a section, of the introduction and of the conclusion.
const FEWEST: usize = 200;
/// Characters that make a full introduction or conclusion.
const ENOUGH: usize = 420;
/// Most characters of introduction and conclusion, with a margin.
const MOST: usize = 980;
/// Fewest characters of a section's title.
const FEWEST_TITLE: usize = 10;
/// Key terms that a short title is filled up with.
const TITLE_TERMS: usize = 2;
/// Most words of a paragraph; longer ones are hard to read.
const PARAGRAPH_WORDS: usize = 115;
/// A section may be so many times as long as the middle one.
const UNEVENNESS: usize = 2;
/// Sections are not shortened below that many characters for the sake of evenness.
const FULL_SECTION: usize = 1200;
/// Points with which a reading concludes, and the most characters of each.
const MAIN_POINTS: usize = 3;
const MOST_POINT: usize = 180;
/// What a section keeps when introduction and conclusion take from it.
const KEPT: usize = 230;

/// Writes the reading.
///
/// # Errors
/// Returns [`Error::Lacking`] with the first section whose source gives too little.
pub(super) fn write(analysis: &Analysis, outline: &Outline) -> Result<DetailedReadingMaterial, Error> {
    let desk = Desk::of(analysis, outline);
    let mut chapters = desk.chapters(LENGTH, &BTreeSet::new());
    let frame =
        |parts: &[Passage], set: fn(&Desk<'_>, &[Passage]) -> String| set(&desk, parts).chars().count();
    let ending = ending(analysis, &mut chapters, frame(&[], concluded));
    let opening = opening(&mut chapters, frame(&[], introduction));
    let (introduction, conclusion) = (introduction(&desk, &opening), conclusion(&desk, &ending));
    let count = desk.plan.sections.len();
    even_out(&mut chapters);
    let room = *bounds::reading_total(analysis.request()).end();
    share_out(analysis, &mut chapters, room, &|passage| passage.characters() + 2);
    if let Some(number) = (0..count).find(|number| section_characters(&chapters, *number) < FEWEST) {
        let (section, has) = (number + 1, section_characters(&chapters, number));
        return Err(lacking(format!("section {section} needs {FEWEST} characters, the text gives {has}")));
    }
    for (part, text) in [("introduction", &introduction), ("conclusion", &conclusion)] {
        let has = text.chars().count();
        if has < FEWEST {
            let spared = format!("only {has} remain beside what the sections need");
            return Err(lacking(format!("the {part} needs {FEWEST} characters, {spared}")));
        }
    }
    let sections: Vec<ReadingSection> = chapters.iter().map(|chapter| section(&desk, chapter)).collect();
    if let Some(short) = sections.iter().find(|section| section.title.chars().count() < FEWEST_TITLE) {
        let title = &short.title;
        return Err(lacking(format!(
            "a section's title needs {FEWEST_TITLE} characters, the text gives `{title}`"
        )));
    }
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
    let chapter = chapters.iter().find(|chapter| chapter.number == Some(number));
    chapter.map_or(0, |chapter| chapter.characters().saturating_sub(1))
}

/// What the text itself leads in with; without a lead, how its first section begins.
fn opening(chapters: &mut Vec<Chapter>, frame: usize) -> Vec<Passage> {
    let mut length = frame;
    let mut chosen: Vec<Passage> = Vec::new();
    for passage in chapters.remove(0).passages {
        if length + passage.characters() >= MOST {
            break;
        }
        length += passage.characters() + 1;
        chosen.push(passage);
    }
    for chapter in chapters {
        let enough = if chosen.is_empty() { ENOUGH } else { FEWEST };
        while length < enough && spares(chapter, chapter.passages.first()) && !bears(chapter) {
            let passage = chapter.passages.remove(0);
            length += passage.characters() + 1;
            chosen.push(passage);
        }
    }
    chosen
}

/// How the text ends: the last passages of its last section, which draw the sum; where that cannot
/// spare one and the frame alone is too short, how a section before it ends.
fn ending(analysis: &Analysis, chapters: &mut [Chapter], frame: usize) -> Vec<Passage> {
    for (number, chapter) in chapters.iter_mut().rev().enumerate() {
        if number > 0 && frame >= FEWEST {
            break;
        }
        let count = closing(analysis, chapter, frame);
        if count > 0 {
            return chapter.passages.split_off(chapter.passages.len() - count);
        }
    }
    Vec::new()
}

/// How many passages at the end of a chapter can stand apart from it: the first of them needs none
/// before it, enough stays behind, and no sentence stays alone in its paragraph. More until they are
/// enough, or make up the paragraph.
fn closing(analysis: &Analysis, chapter: &Chapter, frame: usize) -> usize {
    let passages = &chapter.passages;
    let (mut best, mut length) = (0, frame);
    for count in 1..=passages.len() {
        let (kept, taken) = passages.split_at(passages.len() - count);
        let Some(first) = taken.first() else { break };
        let size: usize = taken.iter().map(|passage| passage.characters() + 1).sum();
        if frame + size > MOST || chapter.characters() < size + KEPT {
            break;
        }
        let beside = kept.iter().filter(|passage| same_paragraph(analysis, passage, first));
        let left: usize = beside.map(|passage| passage.sentences.len()).sum();
        let stands = !first.leans || concludes(analysis, first);
        if stands && left != 1 && (best == 0 || length < ENOUGH || left == 0) {
            (best, length) = (count, frame + size);
        }
        if length >= ENOUGH && left == 0 {
            break;
        }
    }
    best
}

/// Whether two passages stand in one paragraph, which is not torn.
fn same_paragraph(analysis: &Analysis, left: &Passage, right: &Passage) -> bool {
    let paragraph = |passage: &Passage| {
        passage
            .sentences
            .first()
            .and_then(|index| analysis.sentence(*index))
            .map(|sentence| sentence.paragraph)
    };
    paragraph(left) == paragraph(right)
}

/// Whether the second passage of a chapter leans on the first.
fn bears(chapter: &Chapter) -> bool {
    chapter.passages.get(1).is_some_and(|second| second.leans)
}

/// Whether a chapter is still full enough without that passage.
fn spares(chapter: &Chapter, passage: Option<&Passage>) -> bool {
    passage.is_some_and(|passage| chapter.characters() >= passage.characters() + KEPT)
}

fn introduction(desk: &Desk<'_>, opening: &[Passage]) -> String {
    let frame = desk.frame(|lesson| lesson.reading_introduction);
    let parts: Vec<String> = opening.iter().map(Passage::text).chain(frame).collect();
    run_on(&parts)
}

/// How the text ends; one that does not end by drawing the sum gets its main points instead.
fn conclusion(desk: &Desk<'_>, ending: &[Passage]) -> String {
    let points = if ending.is_empty() {
        desk.restated(&desk.main_points(2, MAIN_POINTS, &|point| point.characters() <= MOST_POINT))
    } else {
        Vec::new()
    };
    framed(desk, ending.iter().map(Passage::text).chain(points))
}

/// A conclusion that says only so much.
fn concluded(desk: &Desk<'_>, ending: &[Passage]) -> String {
    framed(desk, ending.iter().map(Passage::text))
}

fn framed(desk: &Desk<'_>, said: impl Iterator<Item = String>) -> String {
    let frame = desk.frame(|lesson| lesson.reading_conclusion);
    let terms = desk.naming(|lesson| lesson.reading_terms, &desk.leading_terms(5));
    run_on(frame.into_iter().chain(said).chain(terms))
}

/// Shortens chapters that are far longer than the middle one.
fn even_out(chapters: &mut [Chapter]) {
    let mut lengths: Vec<usize> = chapters.iter().map(Chapter::characters).collect();
    lengths.sort_unstable();
    let middle = lengths.get(lengths.len() / 2).copied().unwrap_or(0);
    let most = (middle * UNEVENNESS).max(FULL_SECTION);
    chapters.iter_mut().for_each(|chapter| chapter.shorten(most));
}

/// The title of a section; a short one with what the section treats ("Operators: precedence and value").
fn title(desk: &Desk<'_>, chapter: &Chapter) -> String {
    let heading = chapter.title.as_str();
    if heading.chars().count() >= FEWEST_TITLE {
        return heading.to_owned();
    }
    let section = chapter.number.and_then(|number| desk.plan.sections.get(number));
    let mut named: Vec<&str> = vec![heading];
    for term in terms(desk.analysis, section.map_or(&[][..], |section| section.terms.as_slice())) {
        let lower = term.surface.to_lowercase();
        let overlaps = |other: &&str| {
            let other = other.to_lowercase();
            other.contains(&lower) || lower.contains(&other)
        };
        if named.len() <= TITLE_TERMS && !named.iter().any(overlaps) {
            named.push(&term.surface);
        }
    }
    let phrases = &desk.analysis.language().phrases;
    // What the outline has put behind a colon is gone on with.
    let mark = if heading.contains(": ") { "," } else { ":" };
    match named.as_slice() {
        [_, first, second, ..] => format!("{heading}{mark} {}", phrases.pair(first, second)),
        [_, only] => format!("{heading}{mark} {only}"),
        _ => heading.to_owned(),
    }
}

fn section(desk: &Desk<'_>, chapter: &Chapter) -> ReadingSection {
    ReadingSection {
        section_number: 0,
        title: title(desk, chapter),
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
                append(last, &passage.text());
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
