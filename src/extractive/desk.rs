//! What the writers of reading pieces have at hand: the plan of the outline, the phrases of the
//! language if it has any, and sentences worded so that they need nothing beside them.

use std::collections::BTreeSet;

use super::analysis::{Analysis, Plan, Sentence};
use super::chapter::{Chapter, chapters, lead_end, take_best};
use super::label::without_label;
use super::passage::{Length, Passage};
use super::point::{is_point, points};
use super::sense::PassageRole;
use super::wording::{fill, list, quoted, readable, terms};
use crate::content::{Evidence, Outline};
use crate::language::lesson::{Lesson, TermStyle, lesson};
use crate::language::speech::{Speech, speech};

/// Most pieces of evidence that a field holds.
const MOST_EVIDENCE: usize = 20;

/// Words of a point that is said again.
const POINT_WORDS: std::ops::RangeInclusive<usize> = 7..=32;

/// The desk of one piece.
pub(super) struct Desk<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) plan: Plan,
    lesson: Option<&'static Lesson>,
    speech: Option<&'static Speech>,
}

impl<'a> Desk<'a> {
    /// Sets up for an outline.
    pub(super) fn of(analysis: &'a Analysis, outline: &Outline) -> Desk<'a> {
        let language = analysis.language_code();
        Desk {
            analysis,
            plan: Plan::of(analysis, outline),
            lesson: lesson(language),
            speech: speech(language),
        }
    }

    /// Cuts lead and sections into passages of the sentences that are not used yet.
    pub(super) fn chapters(&self, length: Length, used: &BTreeSet<usize>) -> Vec<Chapter> {
        let word = |sentence: &Sentence| {
            if used.contains(&sentence.index) {
                None
            } else {
                self.tidy(&without_label(self.analysis, sentence))
            }
        };
        chapters(self.analysis, &self.plan, length, &word)
    }

    /// Offers the points of each section; the lead comes first, as it runs.
    pub(super) fn points(&self) -> Vec<Chapter> {
        points(self.analysis, &self.plan, &|sentence| self.tidy(&without_label(self.analysis, sentence)))
    }

    /// The weightiest points of different sections, in the text's order; definitions only where there are
    /// too few others, for those are given by their terms.
    pub(super) fn main_points(
        &self,
        few: usize,
        most: usize,
        fits: &dyn Fn(&Passage) -> bool,
    ) -> Vec<Passage> {
        let mut chapters = self.points();
        let fits = |passage: &Passage| fits(passage) && is_point(self.analysis, passage, POINT_WORDS);
        let claims = |passage: &Passage| fits(passage) && passage.role != PassageRole::Definition;
        let mut found = take_best(&mut chapters, most, 0, &claims);
        if found.len() < few {
            found.extend(take_best(&mut chapters, few - found.len(), 0, &fits));
        }
        found.sort_by(|(_, left), (_, right)| left.sentences.cmp(&right.sentences));
        found.into_iter().map(|(_, passage)| passage).collect()
    }

    /// One past the last sentence of the lead.
    pub(super) fn lead_end(&self) -> usize {
        lead_end(&self.plan)
    }

    /// A text as it is read without the source; nothing if it points elsewhere.
    pub(super) fn tidy(&self, text: &str) -> Option<String> {
        match self.speech {
            Some(speech) => readable(text, speech),
            None => Some(text.to_owned()),
        }
    }

    /// A term as it stands in a list: as a noun phrase, or bare in quotation marks.
    pub(super) fn mention(&self, phrase: &str, bare: &str) -> String {
        match self.lesson {
            Some(lesson) if lesson.terms == TermStyle::Quoted => quoted(lesson, bare),
            _ => phrase.to_owned(),
        }
    }

    /// A sentence about the whole, from its first section to its last.
    pub(super) fn frame(&self, phrase: fn(&Lesson) -> &'static str) -> Option<String> {
        let lesson = self.lesson?;
        let [first, .., last] = self.plan.sections.as_slice() else { return None };
        let (first, last) = (quoted(lesson, &first.title), quoted(lesson, &last.title));
        let count = self.plan.sections.len();
        let word = lesson.numbers.split(' ').nth(count).unwrap_or_default().to_owned();
        let count = if word.is_empty() { count.to_string() } else { word };
        Some(fill(phrase(lesson), &[("count", &count), ("first", &first), ("last", &last)]))
    }

    /// A sentence that names terms.
    pub(super) fn naming(&self, phrase: fn(&Lesson) -> &'static str, names: &[String]) -> Option<String> {
        let lesson = self.lesson?;
        (names.len() > 1).then(|| fill(phrase(lesson), &[("terms", &list(lesson, names))]))
    }

    /// Terms that the text explains, one for each section first, then the weightiest others.
    pub(super) fn leading_terms(&self, count: usize) -> Vec<String> {
        let mut numbers: Vec<usize> = Vec::new();
        let all = self.analysis.terms();
        let defined = |number: &usize| all.get(*number).is_some_and(|term| term.definition.is_some());
        let firsts =
            self.plan.sections.iter().filter_map(|section| section.terms.iter().copied().find(defined));
        for number in firsts.chain((0..all.len()).filter(defined)).chain(0..all.len()) {
            if !numbers.contains(&number) && numbers.len() < count {
                numbers.push(number);
            }
        }
        terms(self.analysis, &numbers)
            .into_iter()
            .map(|term| self.mention(&term.phrase, &term.surface))
            .collect()
    }

    /// Says statements again that stand elsewhere in the piece, one after another and each by its
    /// number; nothing in a language without phrases.
    pub(super) fn restated(&self, points: &[Passage]) -> Vec<String> {
        let Some(lesson) = self.lesson.filter(|_| points.len() > 1) else { return Vec::new() };
        let [frames @ .., last_frame] = &lesson.point;
        let last = points.len() - 1;
        let said = points.iter().enumerate().map(|(place, point)| {
            let frame = frames.get(place).filter(|_| place < last).unwrap_or(last_frame);
            // Behind a colon, a German statement keeps its capital.
            let begins = self.analysis.language().capitalised_nouns && frame.contains(": {");
            let text = point.text();
            let text = if begins { text } else { self.analysis.inside_sentence(&text) };
            fill(frame, &[("point", &text)])
        });
        std::iter::once(lesson.points.to_owned()).chain(said).collect()
    }

    /// The source behind passages, as far as a field holds it.
    pub(super) fn evidence<'p>(&self, passages: impl IntoIterator<Item = &'p Passage>) -> Vec<Evidence> {
        let all = passages.into_iter().flat_map(|passage| passage.evidence(self.analysis));
        all.take(MOST_EVIDENCE).collect()
    }
}
