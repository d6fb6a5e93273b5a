//! What all calls of a job share, and the prompts that are made from it.

use std::sync::Arc;

use minijinja::context;
use minijinja::value::Serde;
use serde::Serialize;

use super::mark::Mark;
use super::{Error, Prompt, files, form, outline};
use crate::content::{Difficulty, Kind, Outline, Request};

/// What is wanted, from what, along which outline.
#[derive(Clone, Copy)]
pub struct Commission<'a> {
    /// What is wanted, with its text if there is one.
    pub request: &'a Arc<Request>,
    /// Language tag of the pieces.
    pub language: &'a str,
    /// The finished outline; `None` while the outline itself is made.
    pub outline: Option<&'a Outline>,
}

/// One thing that is to be written in one answer.
#[derive(Clone, Debug)]
pub struct Task<'a> {
    /// The kind it belongs to.
    pub kind: Kind,
    /// The form of the answer in words, as [`fields`](super::fields) writes it.
    pub fields: &'a str,
    /// How long it should become, as the end of a sentence that begins with "Aim at".
    pub aim: Option<String>,
    /// Which part of the piece it is; `None` for a whole piece.
    pub part: Option<Part>,
}

/// Says which part of a piece is to be written.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// What it is, in words of ours.
    pub what: String,
    /// Headings of the outline's sections before it.
    pub before: Vec<String>,
    /// Headings of the sections that it treats.
    pub sections: Vec<String>,
    /// Headings of the sections after it.
    pub after: Vec<String>,
    /// Whether the piece begins with it.
    pub opens: bool,
    /// Whether the piece ends with it.
    pub closes: bool,
}

/// A place of an answer that is asked for again.
#[derive(Clone, Debug, Serialize)]
pub struct Place {
    /// The field of the new answer that replaces it.
    pub key: String,
    /// Where it stands in the old one.
    pub pointer: String,
    /// What is wrong with it.
    pub faults: Vec<String>,
    /// What stands there, as JSON; `None` if nothing does.
    pub current: Option<String>,
    /// What stands beside it and must not come again.
    pub avoid: Option<String>,
}

/// Says whether a re-ask shows source and outline again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Showing {
    /// The faulty places are enough, such as where a text is too long.
    Places,
    /// New matter is needed.
    Source,
}

/// The beginning that all prompts of a job have in common. Clones share it.
#[derive(Clone)]
pub struct Shared {
    request: Arc<Request>,
    context: Arc<str>,
    language: String,
    mark: Mark,
}

#[derive(Serialize)]
struct Wish {
    name: &'static str,
    text: String,
}

impl Part {
    /// Names a section of the outline as [`Part`] lists it.
    #[must_use]
    pub fn heading(section: &crate::content::Section) -> String {
        outline::heading(section)
    }
}

impl Shared {
    /// Renders what is the same for all calls with this outline.
    ///
    /// # Errors
    /// [`Error`] if a template is faulty.
    pub fn of(commission: Commission<'_>) -> Result<Shared, Error> {
        let Commission { request, language, outline } = commission;
        let wishes = wishes(request);
        let source = request.syllabus_text();
        let texts: Vec<&str> =
            source.into_iter().chain(wishes.iter().map(|wish| wish.text.as_str())).collect();
        let mark = Mark::for_texts(&texts);
        let level = request.difficulty().or(outline.map(|outline| outline.difficulty_level));
        let context = files::render(
            files::CONTEXT,
            context! {
                language,
                level => level.map(level_name),
                mark => mark.as_str(),
                open => mark.opening(),
                close => mark.closing(),
                wishes => Serde(&wishes),
                has_source => source.is_some(),
                has_topic => request.topic().is_some(),
                has_audience => request.audience().is_some(),
                has_tone => request.tone().is_some(),
                source => source.unwrap_or_default(),
                outline => outline.map(|outline| mark.cleared(&outline::written(outline))),
            },
        )?;
        Ok(Shared {
            request: Arc::clone(request),
            context: context.into(),
            language: language.to_owned(),
            mark,
        })
    }

    /// Makes the prompt for a piece or a part of one.
    ///
    /// # Errors
    /// [`Error`] if a template is faulty.
    pub fn task(&self, task: &Task<'_>) -> Result<Prompt, Error> {
        let mut instruction = self.guide(task.kind)?;
        if let Some(part) = &task.part {
            let part = self.cleared(part);
            let values =
                context! { part => Serde(&part), open => self.mark.opening(), close => self.mark.closing() };
            instruction.push('\n');
            instruction.push_str(&files::render(files::PART, values)?);
        }
        let joined = match task.part {
            Some(_) => String::new(),
            None => form::joined(task.kind, &self.request),
        };
        let values = context! { fields => task.fields, joined, aim => task.aim.clone() };
        instruction.push('\n');
        instruction.push_str(&files::render(files::FORM, values)?);
        Ok(self.prompt(Arc::clone(&self.context), instruction))
    }

    /// Makes the prompt that asks for the same once more, because the answer was none.
    ///
    /// # Errors
    /// [`Error`] if a template is faulty.
    pub fn again(&self, prompt: &Prompt, problem: &str) -> Result<Prompt, Error> {
        let Prompt { system, context, instruction } = prompt;
        let added = files::render(files::AGAIN, context! { problem })?;
        let instruction = format!("{}\n{added}", instruction.trim_end());
        Ok(Prompt { system, context: Arc::clone(context), instruction })
    }

    /// Makes the prompt that asks for just what is wrong; `fields` is the form of the new answer in
    /// words, one field for each place.
    ///
    /// # Errors
    /// [`Error`] if a template is faulty.
    pub fn repair(
        &self,
        kind: Kind,
        places: &[Place],
        fields: &str,
        showing: Showing,
    ) -> Result<Prompt, Error> {
        let clear = |text: &String| self.mark.cleared(text);
        let places: Vec<Place> = places
            .iter()
            .map(|place| Place {
                current: place.current.as_ref().map(clear),
                avoid: place.avoid.as_ref().map(clear),
                ..place.clone()
            })
            .collect();
        let with_source = showing == Showing::Source;
        // What is only too long is shortened, and needs no advice on how to write such a piece.
        let guide = if with_source { without_heading(&self.guide(kind)?) } else { String::new() };
        let values = context! {
            guide,
            piece => kind.as_str().replace('_', " "),
            places => Serde(&places),
            with_source,
            has_source => with_source && self.request.syllabus_text().is_some(),
            language => self.language.clone(),
            mark => self.mark.as_str(),
            open => self.mark.opening(),
            close => self.mark.closing(),
            fields,
        };
        let context = if with_source { Arc::clone(&self.context) } else { Arc::from("") };
        Ok(self.prompt(context, files::render(files::REPAIR, values)?))
    }

    /// Renders how that kind is made well.
    fn guide(&self, kind: Kind) -> Result<String, Error> {
        let has_source = self.request.syllabus_text().is_some();
        let has_audience = self.request.audience().is_some();
        files::render_kind(kind, context! { has_source, has_quotes => has_source, has_audience })
    }

    fn prompt(&self, context: Arc<str>, instruction: String) -> Prompt {
        Prompt { system: files::SYSTEM, context, instruction }
    }

    fn cleared(&self, part: &Part) -> Part {
        let clear = |headings: &[String]| headings.iter().map(|heading| self.mark.cleared(heading)).collect();
        Part {
            before: clear(&part.before),
            sections: clear(&part.sections),
            after: clear(&part.after),
            ..part.clone()
        }
    }
}

fn without_heading(guide: &str) -> String {
    guide.split_once('\n').map_or(guide, |(_, rest)| rest).trim().to_owned()
}

/// The fields in which the client speaks in words of its own.
fn wishes(request: &Request) -> Vec<Wish> {
    let named = [("topic", request.topic()), ("audience", request.audience()), ("tone", request.tone())];
    let given = named.into_iter().filter_map(|(name, text)| text.map(|text| (name, text)));
    given.map(|(name, text)| Wish { name, text: text.to_owned() }).collect()
}

const fn level_name(level: Difficulty) -> &'static str {
    match level {
        Difficulty::Beginner => "beginner",
        Difficulty::Intermediate => "intermediate",
        Difficulty::Advanced => "advanced",
    }
}

/// Shows sizes only: what is shared holds the user's text.
impl std::fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Shared").field("context_bytes", &self.context.len()).finish_non_exhaustive()
    }
}
