//! Chooses what a script quotes: an opening thought, what the subject is, passages for each section
//! within the time, and takeaways of different sections, each sentence once.

use std::collections::BTreeSet;

use super::super::analysis::{Analysis, Plan};
use super::super::passage::{Length, Passage, PassageRole, passages};
use super::super::wording::nearly_same;
use super::speakable::Tongue;

/// Sentences and words that one voice can say at a stretch.
const LENGTH: Length = Length { sentences: 3, words: 70 };
/// Words that lead into a passage, on average.
const WORDS_AROUND: usize = 15;
/// Most words of a takeaway, so that it stays.
const TAKEAWAY_WORDS: usize = 32;

/// What a script quotes.
pub(super) struct ScriptPlan {
    /// Shows why the subject matters.
    pub(super) opening: Option<Passage>,
    /// Says what the subject is.
    pub(super) subject: Option<Passage>,
    /// Sections that have something to say, in the outline's order.
    pub(super) sections: Vec<ScriptSection>,
    /// What to take away, each from another section.
    pub(super) takeaways: Vec<Passage>,
}

/// One section of the script.
pub(super) struct ScriptSection {
    /// Its title in the outline.
    pub(super) title: String,
    /// Numbers of the objectives it serves.
    pub(super) objectives: Vec<u32>,
    /// What is said, in the source's order.
    pub(super) passages: Vec<Passage>,
}

/// Chooses for about that many words of script.
pub(super) fn choose(analysis: &Analysis, plan: &Plan, tongue: &Tongue, words: usize) -> ScriptPlan {
    let mut pool: Vec<ScriptSection> = plan
        .sections
        .iter()
        .map(|section| ScriptSection {
            title: section.title.clone(),
            objectives: section.objectives.clone(),
            passages: passages(analysis, section, LENGTH, &BTreeSet::new(), &|sentence| {
                tongue.speak(&sentence.text)
            }),
        })
        .collect();
    drop_repetitions(&mut pool);
    let opening = take_opening(&mut pool);
    let subject = take_subject(analysis, &mut pool);
    let takeaways = take_takeaways(&mut pool);
    pool.retain(|section| !section.passages.is_empty());
    within(&mut pool, words);
    ScriptPlan { opening, subject, sections: pool, takeaways }
}

/// Leaves out a passage that says nearly what one before it said.
fn drop_repetitions(pool: &mut [ScriptSection]) {
    let mut said: Vec<String> = Vec::new();
    for section in pool {
        section.passages.retain(|passage| {
            let repeats = passage.texts.iter().any(|text| said.iter().any(|before| nearly_same(before, text)));
            if !repeats {
                said.extend(passage.texts.iter().cloned());
            }
            !repeats
        });
    }
}

/// The first passage of the text: authors open with what is at stake.
fn take_opening(pool: &mut [ScriptSection]) -> Option<Passage> {
    let section = pool.iter_mut().find(|section| section.passages.len() > 1)?;
    let place = section.passages.iter().position(|passage| {
        passage.role != PassageRole::Definition && passage.words() <= LENGTH.words
    })?;
    Some(section.passages.remove(place))
}

/// A definition of the weightiest term that has one, or else what comes first.
fn take_subject(analysis: &Analysis, pool: &mut [ScriptSection]) -> Option<Passage> {
    let main = analysis.terms().iter().take(3).filter_map(|term| term.definition).find_map(|sentence| {
        let holds = |passage: &Passage| passage.sentences.contains(&sentence);
        let section = pool.iter().position(|section| section.passages.iter().any(holds))?;
        let place = pool.get(section)?.passages.iter().position(holds)?;
        Some((section, place))
    });
    let (section, place) =
        main.or_else(|| pool.iter().position(|section| section.passages.len() > 1).map(|found| (found, 0)))?;
    let passages = &mut pool.get_mut(section)?.passages;
    (place < passages.len() && passages.len() > 1).then(|| passages.remove(place))
}

/// Weighty single sentences of different sections, later sections first: they draw the sum.
fn take_takeaways(pool: &mut [ScriptSection]) -> Vec<Passage> {
    let fits = |passage: &Passage| {
        passage.sentences.len() == 1
            && passage.words() <= TAKEAWAY_WORDS
            && passage.words() >= 7
            && matches!(passage.role, PassageRole::Plain | PassageRole::Cause | PassageRole::Contrast)
            && !passage.text().ends_with('?')
    };
    let mut found: Vec<(usize, usize, f64)> = Vec::new();
    for (number, section) in pool.iter().enumerate().filter(|(_, section)| section.passages.len() > 2) {
        let best = section.passages.iter().enumerate().filter(|(_, passage)| fits(passage));
        let best = best.max_by(|(_, left), (_, right)| left.weight.total_cmp(&right.weight));
        found.extend(best.map(|(place, passage)| (number, place, passage.weight)));
    }
    found.sort_by(|left, right| right.2.total_cmp(&left.2).then(left.0.cmp(&right.0)));
    found.truncate(3);
    found.sort_by_key(|(number, _, _)| *number);
    found
        .into_iter()
        .filter_map(|(number, place, _)| Some(pool.get_mut(number)?.passages.remove(place)))
        .collect()
}

/// Keeps the weightiest passages of each section in turn until the words are used up.
fn within(pool: &mut Vec<ScriptSection>, words: usize) {
    let mut ranked: Vec<Vec<usize>> = pool.iter().map(|section| by_weight(&section.passages)).collect();
    let mut kept: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); pool.len()];
    let mut spent = pool.len() * WORDS_AROUND;
    let mut round = 0;
    loop {
        let mut any = false;
        for ((section, order), keep) in pool.iter().zip(&mut ranked).zip(&mut kept) {
            let Some(place) = order.get(round).copied() else { continue };
            any = true;
            let cost = section.passages.get(place).map_or(0, Passage::words) + WORDS_AROUND;
            if spent + cost <= words || (round == 0 && spent <= words) {
                spent += cost;
                keep.insert(place);
            }
        }
        round += 1;
        if !any || spent >= words {
            break;
        }
    }
    for (section, keep) in pool.iter_mut().zip(&kept) {
        let mut place = 0;
        section.passages.retain(|_| {
            place += 1;
            keep.contains(&(place - 1))
        });
    }
    pool.retain(|section| !section.passages.is_empty());
}

fn by_weight(passages: &[Passage]) -> Vec<usize> {
    let mut order: Vec<(usize, &Passage)> = passages.iter().enumerate().collect();
    order.sort_by(|left, right| right.1.weight.total_cmp(&left.1.weight).then(left.0.cmp(&right.0)));
    order.into_iter().map(|(place, _)| place).collect()
}
