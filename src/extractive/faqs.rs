//! Writes the FAQs: questions that a learner would ask and that whole sentences of the text answer.

use std::collections::{BTreeMap, BTreeSet};

use super::Error;
use super::analysis::{Analysis, Plan};
use super::deed::KNOWN;
use super::question::{self, Asked};
use crate::content::{Faq, Faqs, Kind, Outline};
use crate::language::Use;
use crate::source::run_on;

/// Fewest questions.
const MIN_ITEMS: usize = 5;
/// Most questions; a learner does not read more.
const MAX_ITEMS: usize = 12;
/// Most questions of one section.
const MAX_OF_A_SECTION: usize = 3;
/// Most "What is X?" where there are other questions.
const MAX_DEFINITIONS: usize = 5;

/// Most "What did X do in 1517?" where there are other questions: those are for cards.
const MAX_DEEDS: usize = 2;

/// Writes the FAQs in the outline's order.
///
/// # Errors
/// Returns [`Error::Lacking`] if the text answers fewer than five questions.
pub(super) fn write(analysis: &Analysis, outline: &Outline) -> Result<Faqs, Error> {
    let plan = Plan::of(analysis, outline);
    let asked = question::all(analysis);
    let mut items = choose(&asked, &plan);
    if items.len() < MIN_ITEMS {
        let what = format!("{MIN_ITEMS} questions needed, the text answers {}", items.len());
        return Err(Error::Lacking { kind: Kind::Faqs, what });
    }
    items.sort_by_key(|asked| {
        (asked.answer.last().map_or(0, |index| plan.order_of(*index)), asked.answer.clone())
    });
    Ok(Faqs {
        title: String::new(),
        items: items.into_iter().map(|asked| faq(analysis, &plan, asked)).collect(),
    })
}

/// Chooses the questions of the FAQs.
pub(super) fn choose<'a>(asked: &'a [Asked], plan: &Plan) -> Vec<&'a Asked> {
    let mut ranked: Vec<&Asked> = asked.iter().collect();
    ranked.sort_by(|left, right| {
        right.worth.total_cmp(&left.worth).then_with(|| left.answer.cmp(&right.answer))
    });
    let mut chosen = Choice::default();
    for round in [Round::OneEach, Round::Varied, Round::Any] {
        for candidate in &ranked {
            chosen.consider(candidate, plan, round);
        }
    }
    chosen.items
}

/// How freely a round takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Round {
    /// The best of each section.
    OneEach,
    /// What varies the kinds of questions.
    Varied,
    /// Whatever is missing to the minimum.
    Any,
}

#[derive(Default)]
struct Choice<'a> {
    items: Vec<&'a Asked>,
    sentences: BTreeSet<usize>,
    abouts: BTreeSet<&'a str>,
    sections: BTreeMap<usize, usize>,
    definitions: usize,
    deeds: usize,
}

impl<'a> Choice<'a> {
    fn consider(&mut self, asked: &'a Asked, plan: &Plan, round: Round) {
        let section = place(asked, plan);
        let of_section = self.sections.get(&section).copied().unwrap_or_default();
        let defines = asked.used == Use::Definition;
        let has_room = match round {
            Round::OneEach => of_section == 0,
            Round::Varied => {
                of_section < MAX_OF_A_SECTION
                    && (!defines || self.definitions < MAX_DEFINITIONS)
                    && self.items.len() < MAX_ITEMS
            }
            Round::Any => self.items.len() < MIN_ITEMS,
        };
        let tells = asked.used == Use::Deed;
        let asks = !tells || self.deeds < MAX_DEEDS && asked.worth >= KNOWN;
        let has_room = has_room && (asks || round == Round::Any);
        let fresh = !self.abouts.contains(asked.about.as_str())
            && !asked.answer.iter().any(|index| self.sentences.contains(index));
        if has_room && fresh && self.items.len() < MAX_ITEMS + 3 {
            self.items.push(asked);
            self.sentences.extend(&asked.answer);
            self.abouts.insert(&asked.about);
            *self.sections.entry(section).or_default() += 1;
            self.definitions += usize::from(defines);
            self.deeds += usize::from(tells);
        }
    }
}

fn place(asked: &Asked, plan: &Plan) -> usize {
    asked.answer.last().map_or(0, |index| plan.place_of(*index))
}

fn faq(analysis: &Analysis, plan: &Plan, asked: &Asked) -> Faq {
    let section = plan.sections.get(place(asked, plan));
    let texts: Vec<&str> = asked
        .answer
        .iter()
        .filter_map(|index| analysis.sentence(*index))
        .map(|sentence| sentence.text.as_str())
        .collect();
    Faq {
        question: asked.question.clone(),
        answer: run_on(&texts),
        category: asked.answer.last().and_then(|index| plan.title_over(*index)),
        objectives: section.map(|section| section.objectives.clone()).unwrap_or_default(),
        evidence: analysis.evidence_of(&asked.answer),
    }
}
