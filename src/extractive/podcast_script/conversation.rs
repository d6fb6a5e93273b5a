//! Lets two voices talk through a plan: the host leads and asks, brings in an example, a contrast or a
//! definition of its own, and the guest answers with passages of the source.

use std::collections::BTreeSet;

use super::super::analysis::Analysis;
use super::super::chapter::Chapter;
use super::super::passage::Passage;
use super::super::sense::PassageRole;
use super::super::wording::{fill, list, quoted, subject};
use super::rotation::Rotation;
use super::script_plan::ScriptPlan;
use super::stage::Stage;
use crate::content::{Part, Speaker, Turn};
use crate::language::lesson::Lesson;
use crate::language::script::Script;

/// The host brings in passages of its own until it has said so many of a hundred words.
const HOST_PERCENT: usize = 42;
/// Most words of a passage that the host brings in beside a question.
const HOST_PASSAGE_WORDS: usize = 48;
/// Most sections that a preview names one by one.
const MOST_NAMED: usize = 5;

/// A conversation in one language.
pub(super) struct Conversation<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) script: &'static Script,
    pub(super) lesson: &'static Lesson,
    pub(super) title: &'a str,
}

/// What changes while they talk.
struct Course<'a> {
    stage: Stage<'a>,
    rotation: Rotation,
    asked: BTreeSet<String>,
    replies: usize,
}

impl Conversation<'_> {
    /// Speaks the whole script.
    pub(super) fn hold(&self, plan: &ScriptPlan) -> Vec<Turn> {
        let mut course = Course {
            stage: Stage::new(self.analysis),
            rotation: Rotation::seeded(self.title),
            asked: BTreeSet::new(),
            replies: 0,
        };
        self.introduce(plan, &mut course);
        for (number, section) in plan.chapters.iter().enumerate() {
            course.stage.open(Part::MainContent, &section.objectives);
            self.hand_over(number, plan.chapters.len(), section, &mut course);
            self.discuss(section, &mut course);
        }
        self.conclude(plan, &mut course);
        course.stage.into_turns()
    }

    fn introduce(&self, plan: &ScriptPlan, course: &mut Course<'_>) {
        let Course { stage, rotation, .. } = course;
        let topic = subject(self.title);
        stage.say(Speaker::Host, &fill(rotation.next(self.script.welcome), &[("topic", topic)]));
        if !plan.opening.is_empty() {
            stage.say(Speaker::Host, rotation.next(self.script.importance));
        }
        for passage in &plan.opening {
            stage.quote(Speaker::Host, passage);
        }
        if !plan.subject.is_empty() {
            stage.say(Speaker::Guest, rotation.next(self.script.thanks));
        }
        for passage in &plan.subject {
            stage.quote(Speaker::Guest, passage);
        }
        if let Some(preview) = self.preview(plan, rotation) {
            stage.say(Speaker::Host, &preview);
        }
    }

    fn preview(&self, plan: &ScriptPlan, rotation: &mut Rotation) -> Option<String> {
        let titles = plan.chapters.iter().filter(|chapter| !self.is_whole(&chapter.title));
        let titles: Vec<String> = titles.map(|chapter| quoted(self.lesson, &chapter.title)).collect();
        let [first, middle @ .., last] = titles.as_slice() else { return None };
        if middle.is_empty() {
            return None;
        }
        let (phrases, named) = if titles.len() <= MOST_NAMED {
            (self.script.preview, list(self.lesson, middle))
        } else {
            let some: Vec<String> = middle.iter().step_by(middle.len().div_ceil(2)).cloned().collect();
            (self.script.long_preview, list(self.lesson, &some))
        };
        Some(fill(rotation.next(phrases), &[("first", first), ("middle", &named), ("last", last)]))
    }

    /// Whether a section has no name but that of the whole, so that it was announced already.
    fn is_whole(&self, title: &str) -> bool {
        title.is_empty() || title == self.title || title == subject(self.title)
    }

    fn hand_over(&self, number: usize, count: usize, section: &Chapter, course: &mut Course<'_>) {
        let Course { stage, rotation, .. } = course;
        if self.is_whole(&section.title) {
            return;
        }
        if section.title.ends_with('?') {
            stage.say(Speaker::Host, rotation.next(self.script.question_section));
            stage.say(Speaker::Host, &section.title);
            return;
        }
        let phrases = match number {
            0 => self.script.first_section,
            _ if number + 1 == count => self.script.last_section,
            _ => self.script.next_section,
        };
        let title = quoted(self.lesson, &section.title);
        stage.say(Speaker::Host, &fill(rotation.next(phrases), &[("section", &title)]));
    }

    fn discuss(&self, section: &Chapter, course: &mut Course<'_>) {
        let mut before: Option<&Passage> = None;
        for passage in &section.passages {
            let host_may = before.is_some()
                && course.stage.last_speaker() == Some(Speaker::Guest)
                && passage.question_and_answer().is_none();
            if host_may && course.stage.host_percent() < HOST_PERCENT && passage.words() <= HOST_PASSAGE_WORDS
            {
                let lead = course.rotation.next(self.addition(passage.role));
                course.stage.say(Speaker::Host, lead);
                course.stage.quote(Speaker::Host, passage);
            } else if let Some((question, answer)) = passage.question_and_answer() {
                course.stage.quote(Speaker::Host, &question);
                self.answer(&answer, course);
            } else {
                if !(before.is_none() && section.title.ends_with('?')) {
                    let question = self.question(before, passage, course);
                    course.stage.say(Speaker::Host, &question);
                }
                self.answer(passage, course);
            }
            before = Some(passage);
        }
    }

    /// The guest answers; every third time it takes up the question in a word or two.
    fn answer(&self, passage: &Passage, course: &mut Course<'_>) {
        course.replies += 1;
        if course.replies.is_multiple_of(3) {
            course.stage.say(Speaker::Guest, course.rotation.next(self.script.replies));
        }
        course.stage.quote(Speaker::Guest, passage);
    }

    fn addition(&self, role: PassageRole) -> &'static [&'static str] {
        let additions = &self.script.additions;
        match role {
            PassageRole::Definition => additions.definition,
            PassageRole::Example => additions.example,
            PassageRole::Contrast => additions.contrast,
            PassageRole::Cause => additions.cause,
            PassageRole::Figures => additions.figures,
            PassageRole::History => additions.history,
            PassageRole::Plain | PassageRole::Sequence => additions.plain,
        }
    }

    /// A question that the passage answers; what depends on the answer before is asked only where the
    /// source goes on from there.
    fn question(&self, before: Option<&Passage>, passage: &Passage, course: &mut Course<'_>) -> String {
        let questions = &self.script.questions;
        let goes_on = before.is_some_and(|before| self.follows(before, passage));
        let plain = match passage.role {
            PassageRole::Definition => return self.about_term(questions.definition, passage, course),
            PassageRole::Example if goes_on => questions.example,
            PassageRole::Contrast if goes_on => questions.contrast,
            PassageRole::Cause if goes_on => questions.cause,
            PassageRole::Sequence if goes_on => questions.sequence,
            PassageRole::Figures if goes_on => questions.figures,
            PassageRole::History if goes_on => questions.history,
            _ if before.is_none() => questions.opening,
            _ => return self.about_term(questions.term, passage, course),
        };
        course.rotation.next(plain).to_owned()
    }

    /// Asks about the passage's term, once; later the host asks to go on.
    fn about_term(
        &self,
        phrases: &'static [&'static str],
        passage: &Passage,
        course: &mut Course<'_>,
    ) -> String {
        match &passage.about {
            Some(about) if course.asked.insert(about.bare.to_lowercase()) => {
                let name = quoted(self.lesson, &about.bare);
                fill(course.rotation.next(phrases), &[("term", &about.phrase), ("name", &name)])
            }
            _ => course.rotation.next(self.script.questions.more).to_owned(),
        }
    }

    fn follows(&self, before: &Passage, passage: &Passage) -> bool {
        let (Some(last), Some(first)) = (before.sentences.last(), passage.sentences.first()) else {
            return false;
        };
        let paragraph =
            |index: &usize| self.analysis.sentences().get(*index).map(|sentence| sentence.paragraph);
        last + 1 == *first && paragraph(last) == paragraph(first)
    }

    fn conclude(&self, plan: &ScriptPlan, course: &mut Course<'_>) {
        let Course { stage, rotation, .. } = course;
        stage.open(Part::Conclusion, &[]);
        stage.say(Speaker::Host, rotation.next(self.script.closing));
        let leads = [
            (Speaker::Guest, self.script.first_takeaway),
            (Speaker::Guest, self.script.second_takeaway),
            (Speaker::Host, self.script.third_takeaway),
        ];
        for ((speaker, lead), takeaway) in leads.into_iter().zip(&plan.takeaways) {
            stage.say(speaker, rotation.next(lead));
            stage.quote(speaker, takeaway);
        }
        stage.say(Speaker::Host, rotation.next(self.script.farewell));
    }
}
