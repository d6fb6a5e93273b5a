//! The neutral form of a piece. Scorers and exporters read only this, so that neither knows the
//! eight kinds; each block says what it means and where in the piece it came from.

use super::labels::{Label, label};
use super::{BloomLevel, Evidence, Kind};

/// A piece as a title and an ordered run of blocks.
#[derive(Clone, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub struct Document {
    /// The kind it was projected from.
    pub kind: Kind,
    /// The title of the piece.
    pub title: String,
    /// Language of the labels, as a two-letter ISO 639-1 code.
    pub language: String,
    /// The content in reading order.
    pub blocks: Vec<Block>,
}

/// One block with its place in the piece.
#[derive(Clone, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub struct Block {
    /// JSON pointer into the piece; empty for headings that only the projection adds.
    pub path: String,
    /// What the block is and says.
    pub body: Body,
    /// Passages of the source it rests on.
    pub evidence: Vec<Evidence>,
    /// Numbers of the objectives it serves.
    pub objectives: Vec<u32>,
}

/// What a block means.
#[derive(Clone, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub enum Body {
    /// A heading; the title of the piece is level 1.
    Heading {
        /// 2 to 6.
        level: u8,
        /// Its words.
        text: String,
    },
    /// Running text of one paragraph.
    Paragraph(String),
    /// One entry of a list; neighbouring items form the list.
    Item(String),
    /// A learning objective.
    Objective {
        /// Its words.
        text: String,
        /// Its Bloom level.
        level: BloomLevel,
    },
    /// A concept and what it means.
    Definition {
        /// The concept.
        term: String,
        /// What it means.
        explanation: String,
    },
    /// A flashcard.
    Card {
        /// What is asked.
        front: String,
        /// What is answered.
        back: String,
        /// What it is about.
        category: Option<String>,
        /// How hard it is, in the language of the document.
        difficulty: &'static str,
    },
    /// A question, with its answer where the piece gives one.
    Question {
        /// The question.
        question: String,
        /// The answer.
        answer: Option<String>,
        /// Its Bloom level, where the piece states one.
        level: Option<BloomLevel>,
    },
    /// One turn of a script.
    Turn {
        /// Who speaks, in the language of the document.
        speaker: String,
        /// What is said.
        text: String,
    },
}

impl Document {
    /// Starts an empty document.
    #[must_use]
    pub fn new(kind: Kind, title: &str, language: &str) -> Self {
        Document { kind, title: title.to_owned(), language: language.to_owned(), blocks: Vec::new() }
    }

    /// Appends a block.
    pub fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    /// Appends a heading of the projection's own, in the document's language.
    pub fn heading(&mut self, level: u8, name: Label) {
        let text = label(name, &self.language).to_owned();
        self.push(Block::new("", Body::Heading { level, text }));
    }

    /// Appends prose: paragraphs are parted by blank lines, and a line that starts with `## ` is a heading.
    pub fn prose(&mut self, path: &str, text: &str, evidence: &[Evidence]) {
        for part in text.split("\n\n").map(str::trim) {
            let paragraph = match part.strip_prefix("## ") {
                Some(headed) => {
                    let (heading, rest) = headed.split_once('\n').unwrap_or((headed, ""));
                    let text = heading.trim().to_owned();
                    self.push(Block::new(path, Body::Heading { level: 3, text }));
                    rest.trim()
                }
                None => part,
            };
            if !paragraph.is_empty() {
                self.push(Block::new(path, Body::paragraph(paragraph)).resting_on(evidence));
            }
        }
    }
}

impl Block {
    /// Makes a block that rests on nothing and serves no objective.
    #[must_use]
    pub fn new(path: impl Into<String>, body: Body) -> Self {
        Block { path: path.into(), body, evidence: Vec::new(), objectives: Vec::new() }
    }

    /// Adds the passages it rests on.
    #[must_use]
    pub fn resting_on(mut self, evidence: &[Evidence]) -> Self {
        self.evidence.extend_from_slice(evidence);
        self
    }

    /// Adds the objectives it serves.
    #[must_use]
    pub fn serving(mut self, objectives: &[u32]) -> Self {
        self.objectives.extend_from_slice(objectives);
        self
    }
}

impl Body {
    /// Makes a paragraph.
    #[must_use]
    pub fn paragraph(text: &str) -> Self {
        Body::Paragraph(text.to_owned())
    }

    /// Returns every text of the block in reading order.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Body::Heading { text, .. }
            | Body::Paragraph(text)
            | Body::Item(text)
            | Body::Objective { text, .. }
            | Body::Turn { text, .. } => vec![text],
            Body::Definition { term, explanation } => vec![term, explanation],
            Body::Card { front, back, .. } => vec![front, back],
            Body::Question { question, answer, .. } => {
                std::iter::once(question.as_str()).chain(answer.as_deref()).collect()
            }
        }
    }
}
