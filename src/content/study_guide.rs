//! The study guide: concepts with explanations, a structured text, a summary.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::document::{Block, Body, Document};
use super::evidence::passages;
use super::labels::Label;
use super::{Content, Evidence, Frame, Kind, Violation};

/// The study guide as users get it.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct StudyGuide {
    /// The outline's title.
    #[serde(default)]
    #[schemars(length(min = 10, max = 200), extend("x-set-by" = "code"))]
    pub title: String,
    /// What the guide covers.
    #[schemars(length(min = 100, max = 1000))]
    pub overview: String,
    /// The concepts to know.
    #[schemars(length(min = 5, max = 20))]
    pub key_concepts: Vec<KeyConcept>,
    /// The text to study, joined from `detailed_sections`; each heading stands on a line of its
    /// own that starts with `## `, paragraphs are parted by a blank line.
    #[serde(default)]
    #[schemars(length(min = 500, max = 8000), extend("x-set-by" = "code"))]
    pub detailed_content: String,
    /// The text to study, part by part, each under its heading.
    #[schemars(length(min = 1, max = 15))]
    pub detailed_sections: Vec<DetailedSection>,
    /// The guide in short; brings nothing new.
    #[schemars(length(min = 100, max = 1000))]
    pub summary: String,
    /// Where to read on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(min = 1, max = 500)))]
    pub recommended_reading: Vec<String>,
    /// Passages that overview and summary rest on.
    #[serde(default, alias = "quote", deserialize_with = "passages")]
    #[schemars(length(max = 20))]
    pub evidence: Vec<Evidence>,
}

/// One concept to know.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct KeyConcept {
    /// Its name.
    #[schemars(length(min = 2, max = 100))]
    pub term: String,
    /// What it is.
    #[schemars(length(min = 10, max = 600))]
    pub explanation: String,
    /// Numbers of the objectives it serves.
    #[serde(default)]
    #[schemars(length(max = 10), inner(range(min = 1, max = 10)))]
    pub objectives: Vec<u32>,
    /// Passages it rests on.
    #[serde(default, alias = "quote", deserialize_with = "passages")]
    #[schemars(length(max = 20))]
    pub evidence: Vec<Evidence>,
}

/// One part of the text to study.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct DetailedSection {
    /// What the part is about.
    #[schemars(length(min = 2, max = 200))]
    pub heading: String,
    /// Its paragraphs, parted by blank lines.
    #[schemars(length(min = 20, max = 4000))]
    pub content: String,
    /// Numbers of the objectives it serves.
    #[serde(default)]
    #[schemars(length(max = 10), inner(range(min = 1, max = 10)))]
    pub objectives: Vec<u32>,
    /// Passages it rests on.
    #[serde(default, alias = "quote", deserialize_with = "passages")]
    #[schemars(length(max = 40))]
    pub evidence: Vec<Evidence>,
}

impl Content for StudyGuide {
    const KIND: Kind = Kind::StudyGuide;

    fn complete(&mut self, frame: &Frame<'_>) {
        self.title = frame.title(Self::KIND);
        let parts = self.detailed_sections.iter();
        let parts = parts.map(|part| format!("## {}\n\n{}", part.heading, part.content));
        self.detailed_content = parts.collect::<Vec<_>>().join("\n\n");
    }

    fn rules(&self, frame: &Frame<'_>, violations: &mut Vec<Violation>) {
        for (index, concept) in self.key_concepts.iter().enumerate() {
            frame.known_objectives(
                &concept.objectives,
                &format!("/key_concepts/{index}/objectives"),
                violations,
            );
        }
        for (index, part) in self.detailed_sections.iter().enumerate() {
            frame.known_objectives(
                &part.objectives,
                &format!("/detailed_sections/{index}/objectives"),
                violations,
            );
        }
    }

    fn each_evidence(&mut self, visit: &mut dyn FnMut(fmt::Arguments<'_>, &mut Vec<Evidence>)) {
        visit(format_args!("/evidence"), &mut self.evidence);
        for (index, concept) in self.key_concepts.iter_mut().enumerate() {
            visit(format_args!("/key_concepts/{index}/evidence"), &mut concept.evidence);
        }
        for (index, section) in self.detailed_sections.iter_mut().enumerate() {
            visit(format_args!("/detailed_sections/{index}/evidence"), &mut section.evidence);
        }
    }

    fn document(&self, language: &str) -> Document {
        let mut document = Document::new(Self::KIND, &self.title, language);
        document.prose("/overview", &self.overview, &self.evidence);
        document.heading(2, Label::KeyConcepts);
        for (index, concept) in self.key_concepts.iter().enumerate() {
            let body =
                Body::Definition { term: concept.term.clone(), explanation: concept.explanation.clone() };
            document.push(
                Block::new(format!("/key_concepts/{index}"), body)
                    .resting_on(&concept.evidence)
                    .serving(&concept.objectives),
            );
        }
        document.heading(2, Label::DetailedContent);
        for (index, part) in self.detailed_sections.iter().enumerate() {
            let path = format!("/detailed_sections/{index}");
            let heading = Body::Heading { level: 3, text: part.heading.clone() };
            document.push(Block::new(format!("{path}/heading"), heading).serving(&part.objectives));
            document.prose(&format!("{path}/content"), &part.content, &part.evidence);
        }
        document.heading(2, Label::Summary);
        document.prose("/summary", &self.summary, &self.evidence);
        if !self.recommended_reading.is_empty() {
            document.heading(2, Label::RecommendedReading);
            for (index, entry) in self.recommended_reading.iter().enumerate() {
                document.push(Block::new(format!("/recommended_reading/{index}"), Body::Item(entry.clone())));
            }
        }
        document
    }
}
