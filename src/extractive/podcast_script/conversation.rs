//! Lets two voices talk through a plan: the host leads and asks, brings in an example, a contrast or a
//! definition of its own, and the guest answers with passages of the source.

use std::collections::{BTreeMap, BTreeSet};

use super::super::analysis::{Analysis, begins_with_pronoun};
use super::super::chapter::Chapter;
use super::super::passage::Passage;
use super::super::sense::{PassageRole, spoken_of};
use super::super::wording::{fill, list, quoted, subject};
use super::rotation::Rotation;
use super::script_plan::ScriptPlan;
use super::stage::Stage;
use crate::content::{Part, Speaker, Turn};
use crate::language::Articles;
use crate::language::lesson::Lesson;
use crate::language::script::Script;

/// The host brings in passages of its own until it has said so many of a hundred words.
const HOST_PERCENT: usize = 42;
/// Below so many of a hundred words, the host brings in long passages too.
const QUIET_HOST_PERCENT: usize = 36;
/// Most words of a passage that the host brings in beside a question.
const HOST_PASSAGE_WORDS: usize = 48;
/// Most words of a sentence that the host says because it only announces.
const MOST_ANNOUNCED: usize = 14;
/// Most sections that a preview names one by one.
const MOST_NAMED: usize = 5;

/// A conversation in one language.
pub(super) struct Conversation<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) script: &'static Script,
    pub(super) lesson: &'static Lesson,
    pub(super) title: &'a str,
    /// Questions that a sentence answers by itself, by its index.
    pub(super) own_questions: BTreeMap<usize, String>,
}

/// What changes while they talk.
struct Course<'a> {
    stage: Stage<'a>,
    rotation: Rotation,
    asked: BTreeSet<String>,
    replies: usize,
    /// Whether the host has asked for more of this section by its name.
    prompted: bool,
}

impl Conversation<'_> {
    /// Speaks the whole script.
    pub(super) fn hold(&self, plan: &ScriptPlan) -> Vec<Turn> {
        let mut course = Course {
            stage: Stage::new(self.analysis),
            rotation: Rotation::seeded(self.title),
            asked: BTreeSet::new(),
            replies: 0,
            prompted: false,
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
        let topic = self.topic();
        stage.say(Speaker::Host, &fill(rotation.next(self.script.welcome), &[("topic", &topic)]));
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
        if let Some(stakes) = &plan.stakes {
            stage.say(Speaker::Host, rotation.next(self.script.stakes));
            stage.quote(Speaker::Guest, stakes);
        }
        if let Some(preview) = self.preview(plan, rotation) {
            stage.say(Speaker::Host, &preview);
        }
    }

    /// The subject as it stands behind a colon: its article small, in a language that has no title case.
    fn topic(&self) -> String {
        let topic = subject(self.title);
        let language = self.analysis.language();
        let first = topic.split([' ', '’', '\'']).next().unwrap_or_default().to_lowercase();
        let has_article = language.lexicon().definite.contains(first.as_str());
        if has_article && language.articles != Articles::AsWritten {
            self.analysis.inside_sentence(topic)
        } else {
            topic.to_owned()
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
        course.prompted = false;
        for passage in &section.passages {
            if let Some((question, answer)) = passage.question_and_answer() {
                course.stage.quote(Speaker::Host, &question);
                self.answer(&answer, course);
            } else if let Some(lead) = self.host_lead(before, passage, course) {
                course.stage.say(Speaker::Host, lead);
                course.stage.quote(Speaker::Host, passage);
            } else {
                self.ask_and_answer(before, passage, section, course);
            }
            before = Some(passage);
        }
    }

    /// What leads into a passage that the host brings in itself, if it may.
    fn host_lead(
        &self,
        before: Option<&Passage>,
        passage: &Passage,
        course: &mut Course<'_>,
    ) -> Option<&'static str> {
        let follows = before.is_some_and(|before| self.follows(before, passage));
        let may = before.is_some()
            && !passage.leans
            && course.stage.last_speaker() == Some(Speaker::Guest)
            && course.stage.host_percent() < HOST_PERCENT
            && (passage.words() <= HOST_PASSAGE_WORDS || course.stage.host_percent() < QUIET_HOST_PERCENT);
        if !may {
            return None;
        }
        let lead = course.rotation.fresh(self.addition(passage.role, follows));
        lead.or_else(|| course.rotation.fresh(self.script.additions.plain))
    }

    fn ask_and_answer(
        &self,
        before: Option<&Passage>,
        passage: &Passage,
        section: &Chapter,
        course: &mut Course<'_>,
    ) {
        let asked = before.is_none() && section.title.ends_with('?');
        if !asked && self.take_up(passage, course) {
            return;
        }
        match self.question(before, passage, section, course).filter(|_| !asked) {
            Some(question) => {
                course.stage.say(Speaker::Host, &question);
                self.answer(passage, course);
            }
            None => course.stage.quote(Speaker::Guest, passage),
        }
    }

    /// Lets the host say what a passage only announces, and the guest go into it.
    fn take_up(&self, passage: &Passage, course: &mut Course<'_>) -> bool {
        let Some((announced, rest)) = self.announcement(passage) else { return false };
        let Some(question) = course.rotation.fresh(self.script.questions.announced) else { return false };
        course.stage.quote(Speaker::Host, &announced);
        course.stage.say(Speaker::Host, question);
        self.answer(&rest, course);
        true
    }

    /// Parts what a passage announces from what it says, if that begins with no pronoun.
    fn announcement(&self, passage: &Passage) -> Option<(Passage, Passage)> {
        let (first, rest) = passage.first_and_rest()?;
        let sentence = |passage: &Passage| self.analysis.sentence(*passage.sentences.first()?);
        let announces = self.analysis.facts(sentence(&first)?).is_some_and(|facts| facts.announces);
        let text = rest.texts.first()?;
        let points = begins_with_pronoun(text, self.analysis.language().lexicon())
            || self.analysis.facts(sentence(&rest)?).is_none_or(|facts| facts.needs_noun);
        let own = passage.sentences.first().is_some_and(|first| self.own_questions.contains_key(first));
        (announces && !points && !own && first.words() <= MOST_ANNOUNCED).then_some((first, rest))
    }

    /// The guest answers; every third time it takes up the question in a word or two.
    fn answer(&self, passage: &Passage, course: &mut Course<'_>) {
        course.replies += 1;
        if course.replies.is_multiple_of(3) {
            let reply = course.rotation.fresh(self.script.replies);
            course.stage.say(Speaker::Guest, reply.unwrap_or_default());
        }
        course.stage.quote(Speaker::Guest, passage);
    }

    fn addition(&self, role: PassageRole, follows: bool) -> &'static [&'static str] {
        let additions = &self.script.additions;
        match role {
            PassageRole::Definition => additions.definition,
            PassageRole::Example if follows => additions.example,
            PassageRole::Contrast => additions.contrast,
            PassageRole::Cause => additions.cause,
            PassageRole::Figures => additions.figures,
            PassageRole::History => additions.history,
            PassageRole::Plain | PassageRole::Sequence | PassageRole::Example => additions.plain,
        }
    }

    /// A question that the passage answers; nothing if the guest had better just go on. What depends on
    /// the answer before is asked only where the source goes on from there.
    fn question(
        &self,
        before: Option<&Passage>,
        passage: &Passage,
        section: &Chapter,
        course: &mut Course<'_>,
    ) -> Option<String> {
        let questions = &self.script.questions;
        let goes_on = before.is_some_and(|before| self.follows(before, passage));
        if passage.leans {
            // A run of sentences is not torn by a question where one voice can say it at a stretch.
            let at_a_stretch = goes_on && course.stage.can_go_on(Speaker::Guest, passage.words());
            return if at_a_stretch { None } else { self.ask_on(passage, section, course) };
        }
        let own = passage.sentences.first().and_then(|sentence| self.own_questions.get(sentence));
        if let Some(own) = own.filter(|own| course.asked.insert(own.to_lowercase())) {
            return Some(own.clone());
        }
        let plain = match passage.role {
            PassageRole::Definition => match about_term(self.lesson, questions.definition, passage, course) {
                Some(question) => return Some(question),
                None if before.is_none() => questions.opening,
                None => return self.prompt(passage, section, course),
            },
            PassageRole::Example if goes_on => questions.example,
            PassageRole::Sequence if goes_on => questions.sequence,
            PassageRole::Figures if goes_on => questions.figures,
            PassageRole::History if goes_on => questions.history,
            _ if before.is_none() => questions.opening,
            _ => return self.prompt(passage, section, course),
        };
        match course.rotation.fresh(plain) {
            Some(question) => Some(question.to_owned()),
            None if before.is_none() => None,
            None => self.prompt(passage, section, course),
        }
    }

    /// Asks about the passage's term, or else to go on.
    fn prompt(&self, passage: &Passage, section: &Chapter, course: &mut Course<'_>) -> Option<String> {
        let questions = &self.script.questions;
        if let Some(question) = about_term(self.lesson, questions.term, passage, course) {
            return Some(question);
        }
        if let Some(subject) = spoken_of(self.analysis, passage) {
            let passage = Passage { about: Some(subject), ..passage.clone() };
            if let Some(question) = about_term(self.lesson, questions.term, &passage, course) {
                return Some(question);
            }
        }
        self.ask_on(passage, section, course)
    }

    /// Asks to go on, if the guest has spoken long enough or the host too little: about the section by
    /// its name, as long as phrases for that last.
    fn ask_on(&self, passage: &Passage, section: &Chapter, course: &mut Course<'_>) -> Option<String> {
        let questions = &self.script.questions;
        let guest_may = course.stage.can_go_on(Speaker::Guest, passage.words())
            || course.stage.last_speaker() == Some(Speaker::Host);
        if guest_may && course.stage.host_percent() >= QUIET_HOST_PERCENT {
            return None;
        }
        let named = !self.is_whole(&section.title) && !section.title.ends_with('?') && !course.prompted;
        course.prompted = true;
        if let Some(phrase) = named.then(|| course.rotation.fresh(questions.section)).flatten() {
            return Some(fill(phrase, &[("section", &quoted(self.lesson, &section.title))]));
        }
        let more = course.rotation.fresh(questions.more);
        more.or_else(|| (!guest_may).then(|| course.rotation.next(questions.more))).map(str::to_owned)
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
            let point = self.analysis.inside_sentence(&takeaway.text());
            let said = format!("{} {point}", rotation.next(lead));
            stage.attribute(speaker, &said, takeaway);
        }
        stage.say(Speaker::Host, rotation.next(self.script.farewell));
    }
}

/// Asks about the passage's term, once.
fn about_term(
    lesson: &Lesson,
    phrases: &'static [&'static str],
    passage: &Passage,
    course: &mut Course<'_>,
) -> Option<String> {
    let about = passage.about.as_ref()?;
    if course.asked.contains(&about.bare.to_lowercase()) {
        return None;
    }
    let phrase = course.rotation.fresh(phrases)?;
    course.asked.insert(about.bare.to_lowercase());
    Some(fill(phrase, &[("term", &about.phrase), ("name", &quoted(lesson, &about.bare))]))
}
