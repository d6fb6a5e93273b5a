//! Questions to read the source with, across Bloom's levels.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::document::{Block, Body, Document};
use super::evidence::passages;
use super::{BloomLevel, Content, Evidence, Frame, Kind, Violation, rules};

/// The questions as users get them.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct ReadingGuideQuestions {
    /// The fixed title in the language of the piece.
    #[serde(default)]
    #[schemars(length(min = 10, max = 200), extend("x-set-by" = "code"))]
    pub title: String,
    /// The questions.
    #[schemars(length(min = 5, max = 15))]
    pub questions: Vec<ReadingQuestion>,
}

/// One question to read with.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct ReadingQuestion {
    /// The question; ends with a question mark.
    #[schemars(length(min = 15, max = 500))]
    pub question: String,
    /// Its level in Bloom's taxonomy.
    pub level: BloomLevel,
    /// Numbers of the objectives it serves.
    #[serde(default)]
    #[schemars(length(max = 10), inner(range(min = 1, max = 10)))]
    pub objectives: Vec<u32>,
    /// Passages in which the answer is found.
    #[serde(default, alias = "quote", deserialize_with = "passages")]
    #[schemars(length(max = 20))]
    pub evidence: Vec<Evidence>,
}

impl Content for ReadingGuideQuestions {
    const KIND: Kind = Kind::ReadingGuideQuestions;

    fn complete(&mut self, frame: &Frame<'_>) {
        self.title = frame.title(Self::KIND);
    }

    fn rules(&self, frame: &Frame<'_>, violations: &mut Vec<Violation>) {
        for (index, item) in self.questions.iter().enumerate() {
            rules::ends_as_question(&item.question, &format!("/questions/{index}/question"), violations);
            frame.known_objectives(&item.objectives, &format!("/questions/{index}/objectives"), violations);
        }
    }

    fn each_evidence(&mut self, visit: &mut dyn FnMut(fmt::Arguments<'_>, &mut Vec<Evidence>)) {
        for (index, item) in self.questions.iter_mut().enumerate() {
            visit(format_args!("/questions/{index}/evidence"), &mut item.evidence);
        }
    }

    fn document(&self, language: &str) -> Document {
        let mut document = Document::new(Self::KIND, &self.title, language);
        for (index, item) in self.questions.iter().enumerate() {
            let body =
                Body::Question { question: item.question.clone(), answer: None, level: Some(item.level) };
            document.push(
                Block::new(format!("/questions/{index}"), body)
                    .resting_on(&item.evidence)
                    .serving(&item.objectives),
            );
        }
        document
    }
}
