//! Chapters: what each section of the outline offers to a piece, and the ways to take from it. Taken
//! passages are gone from the chapter, so no sentence can stand in a piece twice.

use std::collections::BTreeSet;

use super::analysis::{Analysis, Plan, PlannedSection, Sentence};
use super::firmness::promised;
use super::passage::{Length, Passage, passages};
use super::sense::PassageRole;
use super::wording::Gist;

/// One section of the outline with the passages that can still be taken.
pub(super) struct Chapter {
    /// Its place in the outline; nothing for what stands before the first section.
    pub(super) number: Option<usize>,
    /// Its title in the outline.
    pub(super) title: String,
    /// Numbers of the objectives it serves.
    pub(super) objectives: Vec<u32>,
    /// Its passages in the source's order.
    pub(super) passages: Vec<Passage>,
}

/// Cuts the lead, which belongs to no section, and every section into passages worded by `set`; what
/// says nearly the same as something before it is left out. The lead comes first, even if empty.
pub(super) fn chapters(
    analysis: &Analysis,
    plan: &Plan,
    length: Length,
    set: &dyn Fn(&Sentence) -> Option<String>,
) -> Vec<Chapter> {
    let mut said: Vec<Gist> = Vec::new();
    let lead = lead(analysis, plan);
    let sections = plan.sections.iter().enumerate().map(|(number, section)| (Some(number), section));
    std::iter::once((None, &lead))
        .chain(sections)
        .map(|(number, section)| {
            let length = if number.is_some() { length } else { Length::IN_ORDER };
            let mut found = passages(analysis, section, length, set);
            let mut dropped = false;
            found.retain(|passage| {
                // What leans on a passage that is gone goes as well.
                if dropped && passage.leans {
                    return false;
                }
                let gists: Vec<Gist> = passage.texts.iter().map(|text| Gist::of(text)).collect();
                let repeats = gists.iter().any(|gist| said.iter().any(|before| before.is_near(gist)));
                if !repeats {
                    said.extend(gists);
                }
                dropped = repeats;
                !repeats
            });
            let (title, objectives) = (section.title.clone(), section.objectives.clone());
            Chapter { number, title, objectives, passages: found }
        })
        .collect()
}

/// The lead as it runs, and the sections without any passage, to be filled.
pub(super) fn unfilled(
    analysis: &Analysis,
    plan: &Plan,
    set: &dyn Fn(&Sentence) -> Option<String>,
) -> Vec<Chapter> {
    let lead = lead(analysis, plan);
    let lead = Chapter {
        number: None,
        title: lead.title.clone(),
        objectives: Vec::new(),
        passages: passages(analysis, &lead, Length::IN_ORDER, set),
    };
    let sections = plan.sections.iter().enumerate().map(|(number, section)| Chapter {
        number: Some(number),
        title: section.title.clone(),
        objectives: section.objectives.clone(),
        passages: Vec::new(),
    });
    std::iter::once(lead).chain(sections).collect()
}

/// One past the last sentence before the first that a section holds.
pub(super) fn lead_end(plan: &Plan) -> usize {
    plan.sections.iter().flat_map(|section| section.sentences.first()).min().copied().unwrap_or(0)
}

/// The sentences before the first section.
fn lead(analysis: &Analysis, plan: &Plan) -> PlannedSection {
    let held: BTreeSet<usize> =
        plan.sections.iter().flat_map(|section| &section.sentences).copied().collect();
    let first = held.first().copied().unwrap_or(usize::MAX);
    let sentences = (0..analysis.sentences().len()).take_while(|index| *index < first).collect();
    PlannedSection { title: String::new(), sentences, objectives: Vec::new(), terms: Vec::new() }
}

impl Chapter {
    /// Characters of all its passages.
    pub(super) fn characters(&self) -> usize {
        self.passages.iter().map(|passage| passage.characters() + 1).sum()
    }

    /// Whether a passage neither leans on another nor bears one.
    fn is_free(&self, place: usize) -> bool {
        let leans = self.passages.get(place).is_some_and(|passage| passage.leans);
        !leans && !(place + 1..self.passages.len()).any(|later| self.ground(later).contains(&place))
    }

    /// Takes away a passage and those that lean on it.
    fn remove(&mut self, place: usize) {
        let gone: Vec<usize> =
            (place..self.passages.len()).rev().filter(|later| self.ground(*later).contains(&place)).collect();
        for later in gone {
            self.passages.remove(later);
        }
    }

    /// Takes away the least weighty passages until it has at most so many characters.
    pub(super) fn shorten(&mut self, most_characters: usize) {
        while self.characters() > most_characters && self.passages.len() > 1 {
            let Some(least) = self.by_weight().last().copied() else { break };
            self.remove(least);
        }
    }

    /// Keeps the passages at those places; what opened something that is gone loses its end.
    fn keep(&mut self, places: &BTreeSet<usize>, analysis: &Analysis) {
        let mut place = 0;
        self.passages.retain_mut(|passage| {
            let followed = places.contains(&(place + 1));
            if passage.opens && !followed {
                passage.drop_open_end(analysis);
            }
            place += 1;
            places.contains(&(place - 1)) && !passage.sentences.is_empty()
        });
    }

    /// A passage with those that it leans on, the first one first: what stands before it in its
    /// paragraph, or the paragraph before where it opens one.
    fn ground(&self, place: usize) -> std::ops::RangeInclusive<usize> {
        let leans = |place: usize| self.passages.get(place).is_some_and(|passage| passage.leans);
        let paragraph = |place: usize| self.passages.get(place).map(|passage| passage.paragraph);
        let mut first = place;
        while first > 0 && leans(first) {
            let before = paragraph(first - 1);
            while first > 0 && paragraph(first - 1) == before {
                first -= 1;
            }
        }
        first..=place
    }

    /// The passages after one that say what it counts ("Two books show …"), as far as it does not say
    /// that itself.
    fn promised(&self, place: usize, analysis: &Analysis) -> std::ops::Range<usize> {
        let Some(passage) = self.passages.get(place) else { return 0..0 };
        let counts = |index: &usize| analysis.sentence(*index).and_then(|first| promised(analysis, first));
        let missing = passage.sentences.iter().enumerate().find_map(|(at, index)| {
            let said = passage.sentences.len() - at - 1;
            counts(index).map(|count| count.saturating_sub(said))
        });
        let mut missing = missing.unwrap_or_default();
        let later = self.passages.get(place + 1..).unwrap_or_default();
        let needed = later.iter().take_while(|later| {
            let needed = missing > 0 && later.paragraph == passage.paragraph;
            missing = missing.saturating_sub(later.sentences.len());
            needed
        });
        place + 1..place + 1 + needed.count()
    }

    /// Places of its passages, the weightiest first.
    pub(super) fn by_weight(&self) -> Vec<usize> {
        let mut order: Vec<(usize, &Passage)> = self.passages.iter().enumerate().collect();
        order.sort_by(|left, right| right.1.weight.total_cmp(&left.1.weight).then(left.0.cmp(&right.0)));
        order.into_iter().map(|(place, _)| place).collect()
    }
}

/// Takes the passage that authors open with: the first of the text that is no definition.
pub(super) fn take_opening(chapters: &mut [Chapter], fits: &dyn Fn(&Passage) -> bool) -> Option<Passage> {
    let opens = |passage: &Passage| passage.role != PassageRole::Definition && fits(passage);
    take_first(chapters, &opens)
}

/// Takes the passage that says what the whole is about: the definition of a term of its title, or
/// else what comes first.
pub(super) fn take_subject(
    analysis: &Analysis,
    chapters: &mut [Chapter],
    fits: &dyn Fn(&Passage) -> bool,
) -> Option<Passage> {
    let title = analysis.source().title().unwrap_or_default().to_lowercase();
    let named = analysis.terms().iter().filter(|term| title.contains(&term.surface.to_lowercase()));
    for sentence in named.filter_map(|term| term.definition) {
        let holds = |passage: &Passage| passage.sentences.contains(&sentence) && fits(passage);
        if let Some(passage) = take_first(chapters, &holds) {
            return Some(passage);
        }
    }
    take_first(chapters, fits)
}

/// Takes the first fitting passage of a chapter that is left with something; only the lead may be
/// used up.
fn take_first(chapters: &mut [Chapter], fits: &dyn Fn(&Passage) -> bool) -> Option<Passage> {
    let (chapter, place) = chapters.iter_mut().find_map(|chapter| {
        let keeps = chapter.number.is_none() || chapter.passages.len() > 1;
        let mut places = chapter.passages.iter().enumerate();
        let free = |(place, passage): (usize, &Passage)| chapter.is_free(place) && fits(passage);
        let place = places.position(free).filter(|_| keeps)?;
        Some((chapter, place))
    })?;
    Some(chapter.passages.remove(place))
}

/// What the passage weighs more that its section opens with, and what one that opens a paragraph: there
/// authors say what they treat.
const OPENS_SECTION: f64 = 0.3;
const OPENS_PARAGRAPH: f64 = 0.15;

/// What the passage weighs more that holds a point which is said again at the end.
const SAID_AGAIN: f64 = 1.0;

/// What the passage weighs more that says what something in its section's title is.
const EXPLAINS_TITLE: f64 = 0.3;

/// Gives weight to what sections and paragraphs open with, to what explains a title, and to what is said
/// again at the end.
pub(super) fn prefer_openings(analysis: &Analysis, chapters: &mut [Chapter], said_again: &[Passage]) {
    let again: BTreeSet<usize> = said_again.iter().flat_map(|point| &point.sentences).copied().collect();
    let titles: Vec<String> = chapters.iter().map(|chapter| chapter.title.to_lowercase()).collect();
    let passages = chapters.iter_mut().zip(&titles).flat_map(|(chapter, title)| {
        chapter.passages.iter_mut().enumerate().map(move |(place, passage)| (title, place, passage))
    });
    for (title, place, passage) in passages {
        let first = passage.sentences.first().and_then(|index| analysis.sentence(*index));
        let opens = first.is_some_and(|first| first.position_in_paragraph == 0);
        passage.weight += if opens { OPENS_PARAGRAPH } else { 0.0 };
        let again = passage.sentences.iter().any(|index| again.contains(index));
        passage.weight += if again { SAID_AGAIN } else { 0.0 };
        let about = passage.about.as_ref().filter(|_| passage.role == PassageRole::Definition);
        let explains = about.is_some_and(|about| title.contains(&about.bare.to_lowercase()));
        passage.weight += if explains { EXPLAINS_TITLE } else { 0.0 };
        passage.weight += if place == 0 { OPENS_SECTION - OPENS_PARAGRAPH } else { 0.0 };
    }
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
        if chapter.number.is_some() && chapter.passages.len() > remaining {
            let order = chapter.by_weight().into_iter();
            let fitting = order.filter_map(|place| Some((place, chapter.passages.get(place)?)));
            let best = fitting.into_iter().find(|(place, passage)| chapter.is_free(*place) && fits(passage));
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

/// Keeps the weightiest passages of every chapter in turn until the room is used up, each with those
/// that it leans on.
pub(super) fn share_out(
    analysis: &Analysis,
    chapters: &mut Vec<Chapter>,
    room: usize,
    cost: &dyn Fn(&Passage) -> usize,
) {
    let orders: Vec<Vec<usize>> = chapters.iter().map(Chapter::by_weight).collect();
    let longest = orders.iter().map(Vec::len).max().unwrap_or(0);
    let mut kept: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); chapters.len()];
    let mut spent = 0;
    for round in 0..longest {
        for number in by_weight_of(chapters, &orders, round) {
            let (Some(chapter), Some(order)) = (chapters.get(number), orders.get(number)) else { continue };
            let (Some(place), Some(keep)) = (order.get(round).copied(), kept.get_mut(number)) else {
                continue;
            };
            let wanted = chapter.ground(place).chain(chapter.promised(place, analysis));
            let wanted: BTreeSet<usize> = wanted.filter(|place| !keep.contains(place)).collect();
            let passages = wanted.iter().filter_map(|place| chapter.passages.get(*place));
            let price: usize = passages.map(cost).sum();
            if spent + price <= room {
                spent += price;
                keep.extend(wanted);
            }
        }
    }
    for (chapter, keep) in chapters.iter_mut().zip(&kept) {
        chapter.keep(keep, analysis);
    }
    chapters.retain(|chapter| !chapter.passages.is_empty());
}

/// The chapters in the order in which a round takes from them: where the room ends, the least weighty
/// passages are left out and not those of the last chapters.
fn by_weight_of(chapters: &[Chapter], orders: &[Vec<usize>], round: usize) -> Vec<usize> {
    let weight = |number: &usize| {
        let place = orders.get(*number).and_then(|order| order.get(round));
        let passage = place.and_then(|place| chapters.get(*number)?.passages.get(*place));
        passage.map_or(0.0, |passage| passage.weight)
    };
    let mut numbers: Vec<usize> = (0..chapters.len()).collect();
    numbers.sort_by(|left, right| weight(right).total_cmp(&weight(left)).then(left.cmp(right)));
    numbers
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Chapter, share_out};
    use crate::content::Request;
    use crate::extractive::Analysis;
    use crate::extractive::passage::Passage;
    use crate::extractive::sense::PassageRole;
    use crate::source::Source;

    fn analysis() -> Analysis {
        let text = include_str!("test_texts/volcanoes.md");
        let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
        Analysis::of(Arc::new(Source::read(text).unwrap()), &request).unwrap()
    }

    fn passage(text: &str, weight: f64, leans: bool) -> Passage {
        let (sentences, texts) = (vec![0], vec![text.to_owned()]);
        let (role, about, opens, paragraph) = (PassageRole::Plain, None, false, 0);
        Passage { sentences, texts, role, about, paragraph, leans, opens, weight }
    }

    fn kept(room: usize) -> Vec<String> {
        let passages = vec![
            passage("A vent opens.", 0.1, false),
            passage("The vent then widens.", 0.9, true),
            passage("Ash falls.", 0.5, false),
        ];
        let chapter = Chapter { number: Some(0), title: String::new(), objectives: Vec::new(), passages };
        let mut chapters = vec![chapter];
        share_out(&analysis(), &mut chapters, room, &|_| 1);
        chapters.iter().flat_map(|chapter| &chapter.passages).map(Passage::text).collect()
    }

    #[test]
    fn a_passage_is_kept_only_with_the_one_that_it_leans_on() {
        assert_eq!(kept(1), ["Ash falls."]);
        assert_eq!(kept(2), ["A vent opens.", "The vent then widens."]);
        assert_eq!(kept(3).len(), 3);
    }
}
