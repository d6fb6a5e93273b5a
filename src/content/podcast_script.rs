//! The podcast script: two voices, three parts. Writers give turns; code joins them into the
//! three texts, so that the script to read and the script to voice cannot differ.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::document::{Block, Body, Document};
use super::evidence::passages;
use super::labels::{Label, label};
use super::{Content, Evidence, Frame, Kind, Violation};

/// The podcast script as users get it.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct PodcastScript {
    /// The outline's title.
    #[serde(default)]
    #[schemars(length(min = 10, max = 200), extend("x-set-by" = "code"))]
    pub title: String,
    /// The turns of the introduction, joined.
    #[serde(default)]
    #[schemars(length(min = 100, max = 2000), extend("x-set-by" = "code"))]
    pub introduction: String,
    /// The turns of the main part, joined.
    // The bound is that of sixty minutes; the wished duration narrows it.
    #[serde(default)]
    #[schemars(length(min = 800, max = 60000), extend("x-set-by" = "code"))]
    pub main_content: String,
    /// The turns of the conclusion, joined.
    #[serde(default)]
    #[schemars(length(min = 100, max = 1000), extend("x-set-by" = "code"))]
    pub conclusion: String,
    /// The script turn by turn, ready to be voiced.
    #[schemars(length(min = 4, max = 400))]
    pub turns: Vec<Turn>,
    /// Advice on how to speak it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2000))]
    pub speaker_notes: Option<String>,
    /// Minutes when spoken at 150 words a minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0), extend("x-set-by" = "code"))]
    pub estimated_duration_minutes: Option<f64>,
}

/// What one voice says before the other speaks.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// The part it belongs to; parts follow each other in this order.
    pub part: Part,
    /// Whose turn it is.
    pub speaker: Speaker,
    /// The words, as they are spoken.
    #[schemars(length(min = 1, max = 2000))]
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

/// A part of the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Opens, and says why it matters.
    Introduction,
    /// Treats the subject.
    MainContent,
    /// Says what to take away.
    Conclusion,
}

impl Part {
    /// Returns its name, which is also that of the text that code joins from its turns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Part::Introduction => "introduction",
            Part::MainContent => "main_content",
            Part::Conclusion => "conclusion",
        }
    }
}

/// One of the two voices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// Leads and asks.
    Host,
    /// Knows the subject.
    Guest,
}

/// Words spoken in a minute. Source: the common narration rate that audiobook producers plan
/// with, 150 to 160 words a minute (2026-11).
pub const WORDS_PER_MINUTE: f64 = 150.0;

impl Speaker {
    /// Returns what the voice is called in that language.
    #[must_use]
    pub fn name(self, language: &str) -> &'static str {
        match self {
            Speaker::Host => label(Label::Host, language),
            Speaker::Guest => label(Label::Guest, language),
        }
    }
}

impl PodcastScript {
    fn joined(&self, part: Part, language: &str) -> String {
        let turns = self.turns.iter().filter(|turn| turn.part == part);
        let lines = turns.map(|turn| format!("{}: {}", turn.speaker.name(language), turn.text));
        lines.collect::<Vec<_>>().join("\n\n")
    }

    /// Counts the spoken words.
    #[must_use]
    pub fn words(&self) -> usize {
        self.turns.iter().map(|turn| turn.text.split_whitespace().count()).sum()
    }
}

impl Content for PodcastScript {
    const KIND: Kind = Kind::PodcastScript;

    fn complete(&mut self, frame: &Frame<'_>) {
        self.title = frame.title(Self::KIND);
        self.introduction = self.joined(Part::Introduction, frame.language);
        self.main_content = self.joined(Part::MainContent, frame.language);
        self.conclusion = self.joined(Part::Conclusion, frame.language);
        let words = u32::try_from(self.words()).map_or(f64::MAX, f64::from);
        self.estimated_duration_minutes = Some((words / WORDS_PER_MINUTE * 10.0).round() / 10.0);
    }

    fn rules(&self, frame: &Frame<'_>, violations: &mut Vec<Violation>) {
        for (index, pair) in self.turns.windows(2).enumerate() {
            if let [before, after] = pair
                && after.part < before.part
            {
                violations.push(Violation::new(
                    format!("/turns/{}/part", index + 1),
                    "parts must follow in the order introduction, main_content, conclusion",
                ));
            }
        }
        for (index, turn) in self.turns.iter().enumerate() {
            frame.known_objectives(&turn.objectives, &format!("/turns/{index}/objectives"), violations);
        }
    }

    fn each_evidence(&mut self, visit: &mut dyn FnMut(fmt::Arguments<'_>, &mut Vec<Evidence>)) {
        for (index, turn) in self.turns.iter_mut().enumerate() {
            visit(format_args!("/turns/{index}/evidence"), &mut turn.evidence);
        }
    }

    fn document(&self, language: &str) -> Document {
        let mut document = Document::new(Self::KIND, &self.title, language);
        if let Some(minutes) = self.estimated_duration_minutes {
            let text = format!("{}: {minutes}", label(Label::Minutes, language));
            document.push(Block::new("/estimated_duration_minutes", Body::Item(text)));
        }
        let mut current = None;
        for (index, turn) in self.turns.iter().enumerate() {
            if current != Some(turn.part) {
                current = Some(turn.part);
                match turn.part {
                    Part::Introduction => document.heading(2, Label::Introduction),
                    Part::MainContent => document.heading(2, Label::DetailedContent),
                    Part::Conclusion => document.heading(2, Label::Conclusion),
                }
            }
            let speaker = turn.speaker.name(language).to_owned();
            let body = Body::Turn { speaker, text: turn.text.clone() };
            document.push(
                Block::new(format!("/turns/{index}"), body)
                    .resting_on(&turn.evidence)
                    .serving(&turn.objectives),
            );
        }
        if let Some(notes) = &self.speaker_notes {
            document.heading(2, Label::SpeakerNotes);
            document.prose("/speaker_notes", notes, &[]);
        }
        document
    }
}
