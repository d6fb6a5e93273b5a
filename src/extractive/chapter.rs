//! Chapters: what each section of the outline offers to a piece, and the ways to take from it. Taken
//! passages are gone from the chapter, so no sentence can stand in a piece twice.

use std::collections::BTreeSet;

use super::analysis::{Analysis, Plan, Sentence};
use super::passage::{Length, Passage, PassageRole, passages};
use super::wording::nearly_same;

/// One section of the outline with the passages that can still be taken.
pub(super) struct Chapter {
    /// Its place in the outline.
    pub(super) number: usize,
    /// Its title in the outline.
    pub(super) title: String,
    /// Numbers of the objectives it serves.
    pub(super) objectives: Vec<u32>,
    /// Its passages in the source's order.
    pub(super) passages: Vec<Passage>,
}

/// Cuts every section into passages worded by `set`; what says nearly the same as something before
/// it is left out.
pub(super) fn chapters(
    analysis: &Analysis,
    plan: &Plan,
    length: Length,
    set: &dyn Fn(&Sentence) -> Option<String>,
) -> Vec<Chapter> {
    let mut said: Vec<String> = Vec::new();
    let sections = plan.sections.iter().enumerate();
    sections
        .map(|(number, section)| {
            let mut found = passages(analysis, section, length, set);
            found.retain(|passage| {
                let repeats =
                    passage.texts.iter().any(|text| said.iter().any(|before| nearly_same(before, text)));
                if !repeats {
                    said.extend(passage.texts.iter().cloned());
                }
                !repeats
            });
            let (title, objectives) = (section.title.clone(), section.objectives.clone());
            Chapter { number, title, objectives, passages: found }
        })
        .collect()
}

impl Chapter {
    /// Characters of all its passages.
    pub(super) fn characters(&self) -> usize {
        self.passages.iter().map(|passage| passage.characters() + 1).sum()
    }

    /// Keeps the passages at those places.
    fn keep(&mut self, places: &BTreeSet<usize>) {
        let mut place = 0;
        self.passages.retain(|_| {
            place += 1;
            places.contains(&(place - 1))
        });
    }

    /// Places of its passages, the weightiest first.
    pub(super) fn by_weight(&self) -> Vec<usize> {
        let mut order: Vec<(usize, &Passage)> = self.passages.iter().enumerate().collect();
        order.sort_by(|left, right| right.1.weight.total_cmp(&left.1.weight).then(left.0.cmp(&right.0)));
        order.into_iter().map(|(place, _)| place).collect()
    }
}

/// Takes the passage that authors open with: the first of the text that is no definition. It may be
/// the last one of the first chapter where that only leads in.
pub(super) fn take_opening(chapters: &mut [Chapter], fits: &dyn Fn(&Passage) -> bool) -> Option<Passage> {
    let opens = |passage: &Passage| passage.role != PassageRole::Definition && fits(passage);
    let may_empty = chapters.len() > 3;
    let (number, place) = chapters.iter().enumerate().find_map(|(number, chapter)| {
        let keeps = chapter.passages.len() > 1 || (number == 0 && may_empty);
        let place = chapter.passages.iter().position(opens).filter(|_| keeps)?;
        Some((number, place))
    })?;
    Some(chapters.get_mut(number)?.passages.remove(place))
}

/// Takes the passage that says what the whole is about: the definition of the weightiest term that
/// has one, or else what comes first.
pub(super) fn take_subject(
    analysis: &Analysis,
    chapters: &mut [Chapter],
    fits: &dyn Fn(&Passage) -> bool,
) -> Option<Passage> {
    let holding = |sentence: usize| {
        let place = chapters.iter().enumerate().find_map(|(number, chapter)| {
            let holds = |passage: &Passage| passage.sentences.contains(&sentence) && fits(passage);
            Some((number, chapter.passages.iter().position(holds)?))
        })?;
        chapters.get(place.0).filter(|chapter| chapter.passages.len() > 1).map(|_| place)
    };
    let main = analysis.terms().iter().take(3).filter_map(|term| term.definition).find_map(holding);
    let (number, place) = main.or_else(|| {
        chapters
            .iter()
            .enumerate()
            .filter(|(_, chapter)| chapter.passages.len() > 1)
            .find_map(|(number, chapter)| Some((number, chapter.passages.iter().position(fits)?)))
    })?;
    let chapter = chapters.get_mut(number)?;
    (place < chapter.passages.len()).then(|| chapter.passages.remove(place))
}

/// Takes the weightiest fitting passage of each of at most `count` chapters, in the outline's order.
/// A chapter keeps at least `remaining` passages.
pub(super) fn take_best(
    chapters: &mut [Chapter],
    count: usize,
    remaining: usize,
    fits: &dyn Fn(&Passage) -> bool,
) -> Vec<(usize, Passage)> {
    let mut found: Vec<(usize, usize, f64)> = Vec::new();
    for (number, chapter) in chapters.iter().enumerate() {
        if chapter.passages.len() > remaining {
            let order = chapter.by_weight().into_iter();
            let fitting = order.filter_map(|place| Some((place, chapter.passages.get(place)?)));
            let best = fitting.into_iter().find(|(_, passage)| fits(passage));
            found.extend(best.map(|(place, passage)| (number, place, passage.weight)));
        }
    }
    found.sort_by(|left, right| right.2.total_cmp(&left.2).then(left.0.cmp(&right.0)));
    found.truncate(count);
    found.sort_by_key(|(number, _, _)| *number);
    let take = |(number, place, _): (usize, usize, f64)| {
        Some((number, chapters.get_mut(number)?.passages.remove(place)))
    };
    found.into_iter().filter_map(take).collect()
}

/// Keeps the weightiest passages of every chapter in turn until the room is used up.
pub(super) fn share_out(chapters: &mut Vec<Chapter>, room: usize, cost: &dyn Fn(&Passage) -> usize) {
    let orders: Vec<Vec<usize>> = chapters.iter().map(Chapter::by_weight).collect();
    let longest = orders.iter().map(Vec::len).max().unwrap_or(0);
    let mut kept: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); chapters.len()];
    let mut spent = 0;
    for round in 0..longest {
        for ((chapter, order), keep) in chapters.iter().zip(&orders).zip(&mut kept) {
            let Some(place) = order.get(round).copied() else { continue };
            let price = chapter.passages.get(place).map_or(0, cost);
            if spent + price <= room {
                spent += price;
                keep.insert(place);
            }
        }
    }
    for (chapter, keep) in chapters.iter_mut().zip(&kept) {
        chapter.keep(keep);
    }
    chapters.retain(|chapter| !chapter.passages.is_empty());
}
