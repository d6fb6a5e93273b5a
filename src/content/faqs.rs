//! Questions a learner would ask, each with its answer.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::document::{Block, Body, Document};
use super::evidence::passages;
use super::{Content, Evidence, Frame, Kind, Violation, rules};

/// The questions as users get them.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct Faqs {
    /// The fixed title in the language of the piece.
    #[serde(default)]
    #[schemars(length(min = 10, max = 200), extend("x-set-by" = "code"))]
    pub title: String,
    /// Questions with answers.
    #[schemars(length(min = 5, max = 15))]
    pub items: Vec<Faq>,
}

/// One question with its answer.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct Faq {
    /// The question; ends with a question mark.
    #[schemars(length(min = 10, max = 300))]
    pub question: String,
    /// The answer; stands alone.
    #[schemars(length(min = 20, max = 1000))]
    pub answer: String,
    /// What it is about, in a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 100))]
    pub category: Option<String>,
    /// Numbers of the objectives it serves.
    #[serde(default)]
    #[schemars(length(max = 10), inner(range(min = 1, max = 10)))]
    pub objectives: Vec<u32>,
    /// Passages it rests on.
    #[serde(default, alias = "quote", deserialize_with = "passages")]
    #[schemars(length(max = 20))]
    pub evidence: Vec<Evidence>,
}

impl Faqs {
    /// Whether every question says what it is about, and not all the same.
    fn is_grouped(&self) -> bool {
        let first = self.items.first().and_then(|item| item.category.as_ref());
        // What belongs to none may stand before the first.
        self.items.iter().skip_while(|item| item.category.is_none()).all(|item| item.category.is_some())
            && self.items.iter().any(|item| item.category.as_ref() != first)
    }

    /// The questions with their places, those about one thing together, in the order in which each
    /// category first comes up.
    fn by_category(&self) -> Vec<(usize, &Faq)> {
        let first = |item: &Faq| self.items.iter().position(|other| other.category == item.category);
        let mut items: Vec<(usize, &Faq)> = self.items.iter().enumerate().collect();
        if self.is_grouped() {
            items.sort_by_key(|(_, item)| first(item));
        }
        items
    }
}

impl Content for Faqs {
    const KIND: Kind = Kind::Faqs;

    fn complete(&mut self, frame: &Frame<'_>) {
        self.title = frame.title(Self::KIND);
    }

    fn rules(&self, frame: &Frame<'_>, violations: &mut Vec<Violation>) {
        for (index, item) in self.items.iter().enumerate() {
            rules::ends_as_question(&item.question, &format!("/items/{index}/question"), violations);
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
        let mut current = None;
        for (index, item) in self.by_category() {
            if let Some(category) = item.category.as_deref().filter(|category| current != Some(*category)) {
                if self.is_grouped() {
                    document.push(Block::new("", Body::Heading { level: 2, text: category.to_owned() }));
                }
                current = Some(category);
            }
            let body = Body::Question {
                question: item.question.clone(),
                answer: Some(item.answer.clone()),
                level: None,
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
