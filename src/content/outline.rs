//! The master outline: what is taught, in which order, to which end. Every other piece follows it.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::document::{Block, Body, Document};
use super::evidence::passages;
use super::labels::{Label, difficulty_name, label};
use super::{BloomLevel, Content, Difficulty, Evidence, Frame, Kind, Violation};

/// The outline as users get it.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct Outline {
    /// What the material is about, as a title.
    #[schemars(length(min = 10, max = 200))]
    pub title: String,
    /// What a learner meets here, in a few sentences.
    #[schemars(length(min = 50, max = 1000))]
    pub overview: String,
    /// What a learner can do afterwards.
    #[schemars(length(min = 3, max = 10))]
    pub learning_objectives: Vec<Objective>,
    /// The sections in teaching order.
    #[schemars(length(min = 3, max = 15))]
    pub sections: Vec<Section>,
    /// Minutes for the whole; the sum of the sections where each has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0))]
    pub estimated_total_duration: Option<f64>,
    /// Who it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 5, max = 100))]
    pub target_audience: Option<String>,
    /// How demanding it is.
    pub difficulty_level: Difficulty,
    /// Passages that the overview rests on.
    #[serde(default, alias = "quote", deserialize_with = "passages")]
    #[schemars(length(max = 20))]
    pub evidence: Vec<Evidence>,
}

/// One learning objective.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// Position from 1; other pieces name objectives by it.
    #[serde(default)]
    #[schemars(range(min = 1, max = 10), extend("x-set-by" = "code"))]
    pub number: u32,
    /// A verb of the level, then what is to be done.
    #[schemars(length(min = 15, max = 300))]
    pub text: String,
    /// Its level in Bloom's taxonomy.
    pub level: BloomLevel,
    /// Passages it rests on.
    #[serde(default, alias = "quote", deserialize_with = "passages")]
    #[schemars(length(max = 20))]
    pub evidence: Vec<Evidence>,
}

/// One section of the outline.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Position from 1, without gaps.
    #[serde(default)]
    #[schemars(range(min = 1, max = 15), extend("x-set-by" = "code"))]
    pub section_number: u32,
    /// What the section is about.
    #[schemars(length(min = 5, max = 200))]
    pub title: String,
    /// What it treats, in a sentence or two.
    #[schemars(length(min = 20, max = 1000))]
    pub description: String,
    /// What must be remembered of it.
    #[serde(default)]
    #[schemars(length(max = 10))]
    pub key_points: Vec<KeyPoint>,
    /// Minutes to teach it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0))]
    pub estimated_duration_minutes: Option<f64>,
    /// Numbers of the objectives it serves.
    #[serde(default)]
    #[schemars(length(max = 10), inner(range(min = 1, max = 10)))]
    pub objectives: Vec<u32>,
    /// Passages that the description rests on.
    #[serde(default, alias = "quote", deserialize_with = "passages")]
    #[schemars(length(max = 20))]
    pub evidence: Vec<Evidence>,
}

/// One point of a section.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct KeyPoint {
    /// A whole statement.
    #[schemars(length(min = 10, max = 500))]
    pub text: String,
    /// Passages it rests on.
    #[serde(default, alias = "quote", deserialize_with = "passages")]
    #[schemars(length(max = 20))]
    pub evidence: Vec<Evidence>,
}

impl Content for Outline {
    const KIND: Kind = Kind::Outline;

    fn complete(&mut self, _frame: &Frame<'_>) {
        for (number, objective) in (1..).zip(&mut self.learning_objectives) {
            objective.number = number;
        }
        for (number, section) in (1..).zip(&mut self.sections) {
            section.section_number = number;
        }
        let minutes: Option<f64> = self.sections.iter().map(|each| each.estimated_duration_minutes).sum();
        if !self.sections.is_empty() && minutes.is_some() {
            self.estimated_total_duration = minutes;
        }
    }

    fn rules(&self, _frame: &Frame<'_>, violations: &mut Vec<Violation>) {
        let last = self.learning_objectives.len();
        for (index, section) in self.sections.iter().enumerate() {
            super::rules::known_objectives(
                &section.objectives,
                last,
                &format!("/sections/{index}/objectives"),
                violations,
            );
        }
    }

    fn each_evidence(&mut self, visit: &mut dyn FnMut(fmt::Arguments<'_>, &mut Vec<Evidence>)) {
        visit(format_args!("/evidence"), &mut self.evidence);
        for (index, objective) in self.learning_objectives.iter_mut().enumerate() {
            visit(format_args!("/learning_objectives/{index}/evidence"), &mut objective.evidence);
        }
        for (index, section) in self.sections.iter_mut().enumerate() {
            visit(format_args!("/sections/{index}/evidence"), &mut section.evidence);
        }
        for (index, section) in self.sections.iter_mut().enumerate() {
            for (number, key_point) in section.key_points.iter_mut().enumerate() {
                let place = format_args!("/sections/{index}/key_points/{number}/evidence");
                visit(place, &mut key_point.evidence);
            }
        }
    }

    fn document(&self, language: &str) -> Document {
        let mut document = Document::new(Kind::Outline, &self.title, language);
        document.push(Block::new("/overview", Body::paragraph(&self.overview)).resting_on(&self.evidence));
        frame_items(&mut document, self);
        document.heading(2, Label::LearningObjectives);
        for (index, objective) in self.learning_objectives.iter().enumerate() {
            let body = Body::Objective { text: objective.text.clone(), level: objective.level };
            document.push(
                Block::new(format!("/learning_objectives/{index}"), body).resting_on(&objective.evidence),
            );
        }
        document.heading(2, Label::Sections);
        for (index, section) in self.sections.iter().enumerate() {
            section_blocks(&mut document, index, section);
        }
        document
    }
}

/// Says for whom, how demanding and how long, as a short list.
fn frame_items(document: &mut Document, outline: &Outline) {
    let language = document.language.clone();
    let mut item = |path: &str, name: Label, value: &str| {
        let text = format!("{}: {value}", label(name, &language));
        document.push(Block::new(path, Body::Item(text)));
    };
    if let Some(audience) = &outline.target_audience {
        item("/target_audience", Label::Audience, audience);
    }
    item("/difficulty_level", Label::Difficulty, difficulty_name(outline.difficulty_level, &language));
    if let Some(minutes) = outline.estimated_total_duration {
        item("/estimated_total_duration", Label::Minutes, &minutes.to_string());
    }
}

fn section_blocks(document: &mut Document, index: usize, section: &Section) {
    let path = format!("/sections/{index}");
    let title = format!("{}. {}", section.section_number, section.title);
    document.push(Block::new(format!("{path}/title"), Body::Heading { level: 3, text: title }));
    document.push(
        Block::new(format!("{path}/description"), Body::paragraph(&section.description))
            .resting_on(&section.evidence)
            .serving(&section.objectives),
    );
    if let Some(minutes) = section.estimated_duration_minutes {
        let text = format!("{}: {minutes}", label(Label::Minutes, &document.language));
        document.push(Block::new(format!("{path}/estimated_duration_minutes"), Body::Item(text)));
    }
    for (point, key_point) in section.key_points.iter().enumerate() {
        document.push(
            Block::new(format!("{path}/key_points/{point}"), Body::Item(key_point.text.clone()))
                .resting_on(&key_point.evidence),
        );
    }
}
