//! Detailed reading: a text with one section for each section of the outline.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::document::{Block, Body, Document};
use super::evidence::passages;
use super::labels::Label;
use super::{Content, Evidence, Frame, Kind, Violation};

/// The reading as users get it.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct DetailedReadingMaterial {
    /// The outline's title.
    #[serde(default)]
    #[schemars(length(min = 10, max = 200), extend("x-set-by" = "code"))]
    pub title: String,
    /// What the reader meets and why.
    #[schemars(length(min = 200, max = 1000))]
    pub introduction: String,
    /// One for each section of the outline, in its order.
    #[schemars(length(min = 3, max = 15))]
    pub sections: Vec<ReadingSection>,
    /// What the reader takes away.
    #[schemars(length(min = 200, max = 1000))]
    pub conclusion: String,
    /// Works that the text names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50), inner(length(min = 1, max = 500)))]
    pub references: Vec<String>,
    /// Passages that introduction and conclusion rest on.
    #[serde(default, alias = "quote", deserialize_with = "passages")]
    #[schemars(length(max = 20))]
    pub evidence: Vec<Evidence>,
}

/// One section of the reading.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct ReadingSection {
    /// Number of the outline section it treats.
    #[serde(default)]
    #[schemars(range(min = 1, max = 15), extend("x-set-by" = "code"))]
    pub section_number: u32,
    /// What the section is about.
    #[schemars(length(min = 10, max = 200))]
    pub title: String,
    /// Its paragraphs, parted by blank lines.
    #[schemars(length(min = 200, max = 40000))]
    pub content: String,
    /// Numbers of the objectives it serves.
    #[serde(default)]
    #[schemars(length(max = 10), inner(range(min = 1, max = 10)))]
    pub objectives: Vec<u32>,
    /// Passages it rests on.
    #[serde(default, alias = "quote", deserialize_with = "passages")]
    #[schemars(length(max = 200))]
    pub evidence: Vec<Evidence>,
}

impl Content for DetailedReadingMaterial {
    const KIND: Kind = Kind::DetailedReadingMaterial;

    fn complete(&mut self, frame: &Frame<'_>) {
        self.title = frame.title(Self::KIND);
        for (number, section) in (1..).zip(&mut self.sections) {
            section.section_number = number;
        }
    }

    fn rules(&self, frame: &Frame<'_>, violations: &mut Vec<Violation>) {
        if let Some(outline) = frame.outline
            && outline.sections.len() != self.sections.len()
        {
            let (has, wanted) = (self.sections.len(), outline.sections.len());
            violations.push(Violation::new(
                "/sections",
                format!("has {has} sections, must have one for each of the outline's {wanted}"),
            ));
        }
        for (index, section) in self.sections.iter().enumerate() {
            frame.known_objectives(&section.objectives, &format!("/sections/{index}/objectives"), violations);
        }
    }

    fn each_evidence(&mut self, visit: &mut dyn FnMut(fmt::Arguments<'_>, &mut Vec<Evidence>)) {
        visit(format_args!("/evidence"), &mut self.evidence);
        for (index, section) in self.sections.iter_mut().enumerate() {
            visit(format_args!("/sections/{index}/evidence"), &mut section.evidence);
        }
    }

    fn document(&self, language: &str) -> Document {
        let mut document = Document::new(Self::KIND, &self.title, language);
        document.heading(2, Label::Introduction);
        document.prose("/introduction", &self.introduction, &self.evidence);
        for (index, section) in self.sections.iter().enumerate() {
            let path = format!("/sections/{index}");
            let title = format!("{}. {}", section.section_number, section.title);
            document.push(
                Block::new(format!("{path}/title"), Body::Heading { level: 2, text: title })
                    .serving(&section.objectives),
            );
            document.prose(&format!("{path}/content"), &section.content, &section.evidence);
        }
        document.heading(2, Label::Conclusion);
        document.prose("/conclusion", &self.conclusion, &self.evidence);
        if !self.references.is_empty() {
            document.heading(2, Label::References);
            for (index, entry) in self.references.iter().enumerate() {
                document.push(Block::new(format!("/references/{index}"), Body::Item(entry.clone())));
            }
        }
        document
    }
}
