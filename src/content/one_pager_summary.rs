//! The one-pager: what a busy reader must know, on one page that stands alone.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::document::{Block, Body, Document};
use super::evidence::passages;
use super::labels::Label;
use super::{Content, Evidence, Frame, Kind, Violation};

/// The one-pager as users get it.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct OnePagerSummary {
    /// The outline's title.
    #[serde(default)]
    #[schemars(length(min = 10, max = 200), extend("x-set-by" = "code"))]
    pub title: String,
    /// The whole in a few sentences.
    #[schemars(length(min = 100, max = 500))]
    pub executive_summary: String,
    /// What to remember; repeats nothing of the executive summary.
    #[schemars(length(min = 3, max = 7))]
    pub key_takeaways: Vec<Takeaway>,
    /// The short text.
    #[schemars(length(min = 200, max = 1500))]
    pub main_content: String,
    /// Passages that the executive summary and the short text rest on.
    #[serde(default, alias = "quote", deserialize_with = "passages")]
    #[schemars(length(max = 40))]
    pub evidence: Vec<Evidence>,
}

/// One thing to remember.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct Takeaway {
    /// A whole statement.
    #[schemars(length(min = 20, max = 500))]
    pub text: String,
    /// Numbers of the objectives it serves.
    #[serde(default)]
    #[schemars(length(max = 10), inner(range(min = 1, max = 10)))]
    pub objectives: Vec<u32>,
    /// Passages it rests on.
    #[serde(default, alias = "quote", deserialize_with = "passages")]
    #[schemars(length(max = 20))]
    pub evidence: Vec<Evidence>,
}

impl Content for OnePagerSummary {
    const KIND: Kind = Kind::OnePagerSummary;

    fn complete(&mut self, frame: &Frame<'_>) {
        self.title = frame.title(Self::KIND);
    }

    fn rules(&self, frame: &Frame<'_>, violations: &mut Vec<Violation>) {
        for (index, takeaway) in self.key_takeaways.iter().enumerate() {
            frame.known_objectives(
                &takeaway.objectives,
                &format!("/key_takeaways/{index}/objectives"),
                violations,
            );
        }
    }

    fn each_evidence(&mut self, visit: &mut dyn FnMut(fmt::Arguments<'_>, &mut Vec<Evidence>)) {
        visit(format_args!("/evidence"), &mut self.evidence);
        for (index, takeaway) in self.key_takeaways.iter_mut().enumerate() {
            visit(format_args!("/key_takeaways/{index}/evidence"), &mut takeaway.evidence);
        }
    }

    fn document(&self, language: &str) -> Document {
        let mut document = Document::new(Self::KIND, &self.title, language);
        document.prose("/executive_summary", &self.executive_summary, &self.evidence);
        document.heading(2, Label::KeyTakeaways);
        for (index, takeaway) in self.key_takeaways.iter().enumerate() {
            document.push(
                Block::new(format!("/key_takeaways/{index}"), Body::Item(takeaway.text.clone()))
                    .resting_on(&takeaway.evidence)
                    .serving(&takeaway.objectives),
            );
        }
        document.heading(2, Label::DetailedContent);
        document.prose("/main_content", &self.main_content, &self.evidence);
        document
    }
}
