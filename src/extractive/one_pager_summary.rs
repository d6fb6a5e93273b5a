//! Writes the one-pager: what the subject is, one takeaway a section, a short text. All of it stands
//! alone, and no sentence comes twice.

use std::collections::BTreeSet;

use super::chapter::{Chapter, share_out, take_best, take_opening, take_subject};
use super::desk::Desk;
use super::passage::{Heads, Length, Passage};
use super::point::{is_point, worth};
use super::sense::{PassageRole, announces, has_adding_word, stands_in_calculation};
use super::{Analysis, Error};
use crate::content::{Kind, OnePagerSummary, Outline, Takeaway};
use crate::source::{append, run_on};

/// Passages of a page: short enough to be taken in at a glance.
const LENGTH: Length = Length { sentences: 2, words: 60, joined_words: 25, heads: Heads::StandAlone };
/// Fewest characters of the executive summary.
const FEWEST_SUMMARY: usize = 100;
/// Most characters of the executive summary.
const MOST_SUMMARY: usize = 500;
/// Room of the short text: its bound, less the breaks between paragraphs.
const TEXT_ROOM: usize = 1450;
/// Characters after which the short text begins a new paragraph.
const PARAGRAPH: usize = 420;
/// Takeaways that a page should have.
const ENOUGH_TAKEAWAYS: usize = 5;
/// Most takeaways that a reader keeps.
const MOST_TAKEAWAYS: usize = 6;
/// Characters of a takeaway.
const TAKEAWAY: std::ops::RangeInclusive<usize> = 40..=260;
/// Words of a takeaway.
const TAKEAWAY_WORDS: std::ops::RangeInclusive<usize> = 7..=35;

/// What a passage weighs less that adds to something, and more that says what something is.
const ADDS: f64 = 0.3;
const DEFINES: f64 = 0.3;

/// Writes the one-pager.
///
/// # Errors
/// Returns [`Error::Lacking`] if the text has too few sentences that stand alone.
pub(super) fn write(analysis: &Analysis, outline: &Outline) -> Result<OnePagerSummary, Error> {
    let desk = Desk::of(analysis, outline);
    let mut singles = desk.points();
    let summary = summary(analysis, &mut singles);
    let takeaways = takeaways(analysis, &mut singles);
    let taken = summary.iter().chain(takeaways.iter().map(|(_, passage)| passage));
    let mut used: BTreeSet<usize> = taken.flat_map(|passage| passage.sentences.iter().copied()).collect();
    used.extend(0..desk.lead_end());
    let mut chapters = desk.chapters(LENGTH, &used);
    weigh(&desk, &mut chapters);
    let key_takeaways: Vec<Takeaway> = takeaways
        .iter()
        .map(|(number, passage)| Takeaway {
            text: passage.text(),
            objectives: singles.get(*number).map(|chapter| chapter.objectives.clone()).unwrap_or_default(),
            evidence: passage.evidence(analysis),
        })
        .collect();
    share_out(analysis, &mut chapters, TEXT_ROOM, &|passage| passage.characters() + 2);
    let main_content = paragraphs(&chapters);
    let text = run_on(summary.iter().map(Passage::text));
    check(&text, key_takeaways.len(), &main_content)?;
    let body = chapters.iter().flat_map(|chapter| &chapter.passages);
    let mut evidence = desk.evidence(&summary);
    evidence.extend(desk.evidence(body));
    Ok(OnePagerSummary {
        title: String::new(),
        executive_summary: text,
        key_takeaways,
        main_content,
        evidence,
    })
}

/// What the text leads in with, or else what the subject is and what is at stake, as far as they fit.
fn summary(analysis: &Analysis, chapters: &mut Vec<Chapter>) -> Vec<Passage> {
    let mut chosen: Vec<Passage> = Vec::new();
    let room = |chosen: &[Passage]| {
        MOST_SUMMARY - chosen.iter().map(|passage| passage.characters() + 1).sum::<usize>().min(MOST_SUMMARY)
    };
    for passage in chapters.remove(0).passages {
        if passage.characters() >= room(&chosen) {
            break;
        }
        chosen.push(passage);
    }
    if chosen.is_empty() {
        chosen.extend(take_subject(analysis, chapters, &|passage| passage.characters() < MOST_SUMMARY));
        let left = room(&chosen);
        chosen.extend(take_opening(chapters, &|passage| passage.characters() < left));
    }
    let left = room(&chosen);
    if left > MOST_SUMMARY - FEWEST_SUMMARY {
        let more = take_best(chapters, 1, 2, &|passage| {
            is_takeaway(analysis, passage) && passage.characters() < left
        });
        chosen.extend(more.into_iter().map(|(_, passage)| passage));
    }
    chosen
}

/// One takeaway of each section; a text of few sections gives further ones.
fn takeaways(analysis: &Analysis, singles: &mut [Chapter]) -> Vec<(usize, Passage)> {
    let fits = |passage: &Passage| is_takeaway(analysis, passage);
    let mut found = take_best(singles, MOST_TAKEAWAYS, 1, &fits);
    while found.len() < ENOUGH_TAKEAWAYS {
        let more = take_best(singles, ENOUGH_TAKEAWAYS - found.len(), 1, &fits);
        if more.is_empty() {
            break;
        }
        found.extend(more);
    }
    found.sort_by(|(_, left), (_, right)| left.sentences.cmp(&right.sentences));
    found
}

fn is_takeaway(analysis: &Analysis, passage: &Passage) -> bool {
    TAKEAWAY.contains(&passage.characters()) && is_point(analysis, passage, TAKEAWAY_WORDS)
}

/// Weighs passages by what their first sentence is worth as a point of its section.
fn weigh(desk: &Desk<'_>, chapters: &mut [Chapter]) {
    for chapter in chapters {
        let Some(section) = chapter.number.and_then(|number| desk.plan.sections.get(number)) else {
            continue;
        };
        // What is announced would be cut short, and numbers of a worked example mean nothing alone.
        chapter.passages.retain(|passage| {
            let first = passage.sentences.first().and_then(|index| desk.analysis.sentence(*index));
            !passage.texts.iter().any(|text| announces(desk.analysis, text))
                && !first.is_some_and(|first| stands_in_calculation(desk.analysis, first))
        });
        for passage in &mut chapter.passages {
            let first = passage.sentences.first().and_then(|index| desk.analysis.sentence(*index));
            let adds = passage.texts.first().is_some_and(|text| has_adding_word(desk.analysis, text));
            let worth = first.map_or(0.0, |first| worth(desk.analysis, first, &section.terms));
            let defines = if passage.role == PassageRole::Definition { DEFINES } else { 0.0 };
            passage.weight = worth + defines - if adds { ADDS } else { 0.0 };
        }
    }
}

/// Sets the chapters as paragraphs of even length; one chapter is never torn.
fn paragraphs(chapters: &[Chapter]) -> String {
    let mut done: Vec<String> = Vec::new();
    let mut current = String::new();
    for chapter in chapters {
        for passage in &chapter.passages {
            append(&mut current, &passage.text());
        }
        if current.chars().count() >= PARAGRAPH {
            done.push(std::mem::take(&mut current));
        }
    }
    done.extend((!current.is_empty()).then_some(current));
    done.join("\n\n")
}

fn check(summary: &str, takeaways: usize, main_content: &str) -> Result<(), Error> {
    let lacking = |what: String| Err(Error::Lacking { kind: Kind::OnePagerSummary, what });
    let (summary, main) = (summary.chars().count(), main_content.chars().count());
    if summary < FEWEST_SUMMARY {
        return lacking(format!("an executive summary of 100 characters needed, the text gives {summary}"));
    }
    if takeaways < 3 {
        return lacking(format!("3 takeaways from different sections needed, the text gives {takeaways}"));
    }
    if main < 200 {
        return lacking(format!("200 characters of text that stands alone needed, {main} remain"));
    }
    Ok(())
}
