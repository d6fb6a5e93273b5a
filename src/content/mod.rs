//! What is made: the eight kinds, their limits and rules, and the one way to make a valid piece.
//!
//! Each kind is one file with one struct. Its limits are attributes on the fields; from them come
//! the piece schema, the draft schema that a writer fills, the catalogue and the API document
//! (`schema`). A writer's work becomes a [`Material`] only through [`parse`] (a draft as JSON) or
//! [`finish`] (the struct itself, code-set fields left empty): code fills in what code alone sets,
//! anchors evidence, and checks schema, request bounds and rules.
//!
//! Pure: no input or output, no clock. Who writes is not known here; how a text is read is
//! `source`'s business, which lends its eyes through [`Frame::anchor`].

pub mod bounds;
mod detailed_reading_material;
#[cfg(not(test))]
mod discretion;
pub mod document;
mod evidence;
mod faqs;
mod flashcards;
mod kind;
pub mod labels;
mod material;
mod one_pager_summary;
mod outline;
mod podcast_script;
mod reading_guide_questions;
pub mod request;
mod rules;
#[cfg(test)]
pub(crate) mod samples;
pub mod schema;
mod study_guide;
mod violation;

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use bounds::bounds;
pub use detailed_reading_material::{DetailedReadingMaterial, ReadingSection};
pub use document::Document;
pub use evidence::{BloomLevel, Difficulty, Evidence};
pub use faqs::{Faq, Faqs};
pub use flashcards::{CardDifficulty, Flashcard, Flashcards};
pub use kind::Kind;
pub use material::{Finished, Material, Piece, finish, parse};
pub use one_pager_summary::{OnePagerSummary, Takeaway};
pub use outline::{KeyPoint, Objective, Outline, Section};
pub use podcast_script::{Part, PodcastScript, Speaker, Turn, WORDS_PER_MINUTE};
pub use reading_guide_questions::{ReadingGuideQuestions, ReadingQuestion};
pub use request::{Priority, Request, RequestBody, TargetFormat, amount};
pub use study_guide::{DetailedSection, KeyConcept, StudyGuide};
pub use violation::Violation;

/// What the kinds share.
pub trait Content: Serialize + DeserializeOwned + JsonSchema {
    /// The kind this struct is the piece of.
    const KIND: Kind;

    /// Sets what code alone sets: titles, numbers, joined texts, computed durations.
    fn complete(&mut self, frame: &Frame<'_>);

    /// Hands over every list of passages with the JSON pointer to it.
    fn each_evidence(&mut self, visit: &mut dyn FnMut(fmt::Arguments<'_>, &mut Vec<Evidence>));

    /// Checks what the schema cannot say.
    fn rules(&self, frame: &Frame<'_>, violations: &mut Vec<Violation>);

    /// Projects the piece onto the neutral form, with labels in the language of that code.
    fn document(&self, language: &str) -> Document;
}

/// What a piece is made within.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// What is wanted.
    pub request: &'a Request,
    /// The finished outline; `None` only while the outline itself is made.
    pub outline: Option<&'a Outline>,
    /// Two-letter code of the language the piece is written in.
    pub language: &'a str,
    /// Finds a quote in the text as submitted and returns it with its true offsets; offsets that it
    /// is given are at most a hint where to look first. `None` if the text does not hold the quote.
    pub anchor: &'a dyn Fn(&Evidence) -> Option<Evidence>,
}

impl Frame<'_> {
    /// Returns the title that code gives a piece of that kind.
    #[must_use]
    pub fn title(&self, kind: Kind) -> String {
        match (labels::default_title(kind, self.language), self.outline) {
            (Some(title), _) => title.to_owned(),
            (None, Some(outline)) => outline.title.clone(),
            (None, None) => String::new(),
        }
    }

    fn known_objectives(&self, numbers: &[u32], path: &str, violations: &mut Vec<Violation>) {
        let last = self.outline.map_or(0, |outline| outline.learning_objectives.len());
        rules::known_objectives(numbers, last, path, violations);
    }
}

#[cfg(test)]
mod tests;
