//! Cards with a term on the front and what it means on the back.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::document::{Block, Body, Document};
use super::evidence::passages;
use super::labels::card_difficulty_name;
use super::{Content, Evidence, Frame, Kind, Violation};

/// The cards as users get them.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct Flashcards {
    /// The fixed title in the language of the piece.
    #[serde(default)]
    #[schemars(length(min = 10, max = 200), extend("x-set-by" = "code"))]
    pub title: String,
    /// The cards.
    #[schemars(length(min = 10, max = 25))]
    pub items: Vec<Flashcard>,
}

/// One card.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct Flashcard {
    /// The front: a term, or a sentence with a gap.
    #[schemars(length(min = 2, max = 100))]
    pub term: String,
    /// The back.
    #[schemars(length(min = 10, max = 500))]
    pub definition: String,
    /// What it is about, in a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 100))]
    pub category: Option<String>,
    /// How hard it is.
    pub difficulty: CardDifficulty,
    /// Numbers of the objectives it serves.
    #[serde(default)]
    #[schemars(length(max = 10), inner(range(min = 1, max = 10)))]
    pub objectives: Vec<u32>,
    /// Passages it rests on.
    #[serde(default, alias = "quote", deserialize_with = "passages")]
    #[schemars(length(max = 20))]
    pub evidence: Vec<Evidence>,
}

/// Says how hard a card is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CardDifficulty {
    /// Known after one reading.
    Easy,
    /// Takes practice.
    #[default]
    Medium,
    /// Takes understanding.
    Hard,
}

impl Content for Flashcards {
    const KIND: Kind = Kind::Flashcards;

    fn complete(&mut self, frame: &Frame<'_>) {
        self.title = frame.title(Self::KIND);
    }

    fn rules(&self, frame: &Frame<'_>, violations: &mut Vec<Violation>) {
        for (index, item) in self.items.iter().enumerate() {
            frame.known_objectives(&item.objectives, &format!("/items/{index}/objectives"), violations);
        }
    }

    fn each_evidence(&mut self, visit: &mut dyn FnMut(fmt::Arguments<'_>, &mut Vec<Evidence>)) {
        for (index, item) in self.items.iter_mut().enumerate() {
            visit(format_args!("/items/{index}/evidence"), &mut item.evidence);
        }
    }

    fn document(&self, language: &str) -> Document {
        let mut document = Document::new(Self::KIND, &self.title, language);
        for (index, item) in self.items.iter().enumerate() {
            let body = Body::Card {
                front: item.term.clone(),
                back: item.definition.clone(),
                category: item.category.clone(),
                difficulty: card_difficulty_name(item.difficulty, language),
            };
            document.push(
                Block::new(format!("/items/{index}"), body)
                    .resting_on(&item.evidence)
                    .serving(&item.objectives),
            );
        }
        document
    }
}
