//! What Debug output tells of material: how large it is. The words are a user's or a model's; Debug
//! output ends up in logs and in messages of panics, where they do not belong.
//!
//! The unit tests of this crate are built with the derived output instead, which shows everything: there
//! the words are the test's own.

use std::fmt::{Debug, Formatter, Result};

use serde::Serialize;

use super::document::{Block, Body, Document};
use super::study_guide::{DetailedSection, KeyConcept};
use super::{
    DetailedReadingMaterial, Evidence, Faq, Faqs, Flashcard, Flashcards, KeyPoint, Material, Objective,
    OnePagerSummary, Outline, Piece, PodcastScript, ReadingGuideQuestions, ReadingQuestion, ReadingSection,
    Request, RequestBody, Section, StudyGuide, Takeaway, Turn,
};

/// Writes the name of a type and the bytes that the value has in JSON.
fn shown(value: &impl Serialize, name: &str, formatter: &mut Formatter<'_>) -> Result {
    let bytes = serde_json::to_vec(value).map_or(0, |json| json.len());
    write!(formatter, "{name}({bytes} bytes)")
}

impl Debug for DetailedReadingMaterial {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "DetailedReadingMaterial", formatter)
    }
}

impl Debug for DetailedSection {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "DetailedSection", formatter)
    }
}

impl Debug for Evidence {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "Evidence", formatter)
    }
}

impl Debug for Faq {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "Faq", formatter)
    }
}

impl Debug for Faqs {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "Faqs", formatter)
    }
}

impl Debug for Flashcard {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "Flashcard", formatter)
    }
}

impl Debug for Flashcards {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "Flashcards", formatter)
    }
}

impl Debug for KeyConcept {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "KeyConcept", formatter)
    }
}

impl Debug for KeyPoint {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "KeyPoint", formatter)
    }
}

impl Debug for Material {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "Material", formatter)
    }
}

impl Debug for Objective {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "Objective", formatter)
    }
}

impl Debug for OnePagerSummary {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "OnePagerSummary", formatter)
    }
}

impl Debug for Outline {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "Outline", formatter)
    }
}

impl Debug for Piece {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "Piece", formatter)
    }
}

impl Debug for PodcastScript {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "PodcastScript", formatter)
    }
}

impl Debug for ReadingGuideQuestions {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "ReadingGuideQuestions", formatter)
    }
}

impl Debug for ReadingQuestion {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "ReadingQuestion", formatter)
    }
}

impl Debug for ReadingSection {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "ReadingSection", formatter)
    }
}

impl Debug for Request {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "Request", formatter)
    }
}

impl Debug for RequestBody {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "RequestBody", formatter)
    }
}

impl Debug for Section {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "Section", formatter)
    }
}

impl Debug for StudyGuide {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "StudyGuide", formatter)
    }
}

impl Debug for Takeaway {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "Takeaway", formatter)
    }
}

impl Debug for Turn {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        shown(self, "Turn", formatter)
    }
}

impl Debug for Document {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        formatter
            .debug_struct("Document")
            .field("kind", &self.kind)
            .field("language", &self.language)
            .field("blocks", &self.blocks)
            .finish_non_exhaustive()
    }
}

impl Debug for Block {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        formatter
            .debug_struct("Block")
            .field("path", &self.path)
            .field("body", &self.body)
            .field("objectives", &self.objectives)
            .finish_non_exhaustive()
    }
}

impl Debug for Body {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        formatter.write_str(match self {
            Body::Heading { .. } => "Heading",
            Body::Paragraph(_) => "Paragraph",
            Body::Item(_) => "Item",
            Body::Objective { .. } => "Objective",
            Body::Definition { .. } => "Definition",
            Body::Card { .. } => "Card",
            Body::Question { .. } => "Question",
            Body::Turn { .. } => "Turn",
        })
    }
}
