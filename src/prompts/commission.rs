//! What all calls of a job share, and the prompts that are made from it.

use std::sync::Arc;

use minijinja::context;
use minijinja::value::Serde;
use serde::Serialize;

use super::mark::Mark;
use super::{Error, Prompt, files, form, outline};
use crate::content::{self, Difficulty, Kind, Outline, Request};

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
    /// The names of its fields: nobody is told how a field is made well that is not asked for.
    pub asks: &'a [String],
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
    /// Whether it is items that each stand for themselves, and no running text.
    pub is_list: bool,
    /// The part of a script that it is.
    pub speech: Option<content::Part>,
}

/// What the rules of a kind are rendered for: the whole, or some fields of it.
#[derive(Clone, Copy)]
struct Scope<'a> {
    asks: &'a [String],
    extent: Extent,
    speech: Option<content::Part>,
}

/// How much of a piece is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    /// A part that treats sections of its own.
    Part,
    /// Places of a piece that is there.
    Places,
}

/// A place of an answer that is asked for again.
#[derive(Clone, Debug, Serialize)]
pub struct Place {
    /// The field of the new answer that replaces it.
    pub key: String,
    /// Where it stands in the old one.
    pub pointer: String,
    /// The field of the piece that it lies in.
    pub field: String,
    /// The part of a script that it is all of.
    pub speech: Option<content::Part>,
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
        let speech = task.part.as_ref().and_then(|part| part.speech);
        let extent = if task.part.is_some() { Extent::Part } else { Extent::Whole };
        let scope = Scope { asks: task.asks, extent, speech };
        let mut instruction = format!("{}\n", self.guide(task.kind, scope)?.trim_end());
        if let Some(part) = &task.part {
            let part = self.cleared(part);
            let values =
                context! { part => Serde(&part), open => self.mark.opening(), close => self.mark.closing() };
            instruction.push('\n');
            instruction.push_str(&files::render(files::PART, values)?);
        }
        let joined = match (&task.part, speech) {
            (None, _) => form::joined(task.kind, &self.request),
            // The main part is shared out; the aim says what is this writer's.
            (Some(_), None | Some(content::Part::MainContent)) => String::new(),
            (Some(_), Some(part)) => form::joined_alone(task.kind, &self.request, part.as_str()),
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
    /// words, one field for each place. The rules of the kind are those for the fields that the places
    /// lie in.
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
        let guide = if with_source {
            let asks: Vec<String> = places.iter().map(|place| place.field.clone()).collect();
            let scope = Scope { asks: &asks, extent: Extent::Places, speech: speech_of(&places) };
            without_heading(&self.guide(kind, scope)?)
        } else {
            String::new()
        };
        let values = context! {
            guide,
            piece => kind.as_str().replace('_', " "),
            places => Serde(&places),
            mends => places.iter().any(|place| place.current.is_some()),
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

    /// Renders how those fields of a kind are made well.
    fn guide(&self, kind: Kind, scope: Scope<'_>) -> Result<String, Error> {
        let Scope { asks, extent, speech } = scope;
        let has_source = self.request.syllabus_text().is_some();
        let values = context! {
            has_source,
            has_quotes => has_source,
            has_audience => self.request.audience().is_some(),
            asks => Serde(asks),
            whole => extent == Extent::Whole,
            part => extent == Extent::Part,
            speech => speech.map_or("", content::Part::as_str),
        };
        files::render_kind(kind, values)
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

/// The part of the script that all places lie in.
fn speech_of(places: &[Place]) -> Option<content::Part> {
    let mut speeches = places.iter().map(|place| place.speech);
    let first = speeches.next()?;
    first.filter(|_| speeches.all(|speech| speech == first))
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
