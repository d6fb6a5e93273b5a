//! The user's text: what was submitted, and what a reader sees of it.
//!
//! [`Source::read`] turns any text of 50 to 200 000 characters, Markdown or plain, into sections,
//! paragraphs and clean sentences in a known language. Every one of them knows the span of the
//! **submitted** text it came from, in Unicode code points, and [`Source::evidence`] gives exactly
//! that slice; [`Source::anchor`] finds a quote again whoever retyped it.
//!
//! Files in reading order: `view.rs` (normalised characters and their origin), `format.rs`,
//! `markdown.rs` with `front_matter.rs` and `html.rs`, `plain.rs` with `emphasis.rs`, `special_names.rs`,
//! `line.rs` and `markers.rs` (text to blocks), `lines.rs` with `citations.rs` and `citation_marks.rs` (the
//! lines of a block to one), `headings.rs`, `sentences.rs` with `abbreviations.rs` and `stops.rs`,
//! `language.rs`, `structure.rs` with `bibliography.rs` (blocks to all of it), `positions.rs`, `anchor.rs`,
//! `coverage.rs`, `unread.rs`. What the sentences are worth is for `extractive`.

mod abbreviations;
mod anchor;
mod bibliography;
mod block;
mod citation_marks;
mod citations;
mod coverage;
mod emphasis;
mod format;
mod front_matter;
mod furniture;
mod headings;
mod html;
mod language;
mod line;
mod lines;
mod markdown;
mod markers;
mod plain;
mod positions;
mod sentences;
mod special_names;
mod stops;
mod structure;
mod unread;
mod view;

use std::fmt;
use std::ops::Range;
use thiserror::Error;

pub use coverage::{Coverage, SectionCoverage};
pub use language::Language;
pub use stops::{append, ends_statement, is_stop, run_on};
pub use unread::Unread;

use crate::content::Evidence;
use positions::Positions;
use structure::Structure;

/// A text that was read.
#[derive(Clone)]
pub struct Source {
    submitted: String,
    positions: Positions,
    structure: Structure,
    language: Language,
    views: anchor::Views,
}

/// Why a text cannot be a source.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// Fewer characters than [`Source::MIN_CHARACTERS`], white space at both ends not counted.
    #[error("the text has {characters} characters, at least {} are needed", Source::MIN_CHARACTERS)]
    TooShort {
        /// Code points between the first and the last that is not white space.
        characters: usize,
    },
    /// More characters than [`Source::MAX_CHARACTERS`].
    #[error("the text has {characters} characters, at most {} are allowed", Source::MAX_CHARACTERS)]
    TooLong {
        /// Code points as submitted.
        characters: usize,
    },
    /// A NUL, which no text contains.
    #[error("the text has a NUL character at offset {offset}")]
    ForbiddenCharacter {
        /// Code points before it.
        offset: usize,
    },
}

/// A passage `[start, end)` of the submitted text in code points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Its first code point.
    pub start: u32,
    /// One past its last code point.
    pub end: u32,
}

/// A heading with what stands under it, up to the next heading of any level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The heading without numbering and marks; nothing for text before the first heading.
    pub heading: Option<String>,
    /// 1 is the highest; 0 without heading.
    pub level: u8,
    /// Where the heading stands.
    pub heading_span: Option<Span>,
    /// The section this one belongs to.
    pub parent: Option<usize>,
    /// Whether the heading is the title of the whole text.
    pub is_title: bool,
    /// Whether it lists sources, links or notes, which have no sentences.
    pub lists_sources: bool,
    /// Its own paragraphs, without those of sections below it.
    pub paragraphs: Range<usize>,
    /// Its own sentences, without those of sections below it.
    pub sentences: Range<usize>,
}

/// A paragraph, list item, or block that has no sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// What it is.
    pub role: Role,
    /// The section it stands in.
    pub section: usize,
    /// Its sentences; none for code and the like.
    pub sentences: Range<usize>,
    /// Where it stands.
    pub span: Span,
}

/// What a paragraph is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Running text.
    Prose,
    /// An item of a list.
    ListItem {
        /// Numbered or lettered.
        ordered: bool,
        /// 1 for the outermost list.
        depth: u8,
    },
    /// Somebody else's words set apart.
    Quotation,
    /// Program text. No sentences.
    Code,
    /// Rows and columns, also a table of contents. No sentences.
    Table,
    /// A displayed formula. No sentences.
    Formula,
    /// The text of a footnote. No sentences.
    Footnote,
    /// An entry of a bibliography. No sentences.
    Reference,
}

/// A whole sentence, or what stands in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Normalised, without markup, single spaces.
    pub text: String,
    /// Where it stands, with its final punctuation and closing marks.
    pub span: Span,
    /// The section it stands in.
    pub section: usize,
    /// The paragraph it stands in.
    pub paragraph: usize,
    /// 0 for the first of its paragraph.
    pub position_in_paragraph: usize,
    /// Starts like a sentence, ends with a stop, every quote and bracket in it closes, and it holds
    /// no address or TeX that nobody could read out.
    pub complete: bool,
}

impl Span {
    /// Returns where the passage of some evidence stands.
    #[must_use]
    pub fn of(evidence: &Evidence) -> Span {
        Span { start: evidence.start, end: evidence.end }
    }
}

impl Role {
    /// Whether it is made of sentences.
    #[must_use]
    pub fn has_sentences(self) -> bool {
        matches!(self, Role::Prose | Role::ListItem { .. } | Role::Quotation)
    }
}

impl Section {
    fn without_heading() -> Self {
        Section {
            heading: None,
            level: 0,
            heading_span: None,
            parent: None,
            is_title: false,
            lists_sources: false,
            paragraphs: 0..0,
            sentences: 0..0,
        }
    }
}

impl Source {
    /// Fewest code points of a text.
    pub const MIN_CHARACTERS: usize = 50;
    /// Most code points of a text as submitted.
    pub const MAX_CHARACTERS: usize = 200_000;

    /// Reads a text as it was submitted. Takes time linear in its length.
    ///
    /// # Errors
    /// When it is too short, too long, or contains a NUL.
    pub fn read(submitted: &str) -> Result<Source, Error> {
        let characters = submitted.chars().count();
        if characters > Self::MAX_CHARACTERS {
            return Err(Error::TooLong { characters });
        }
        if let Some(offset) = submitted.chars().position(|character| character == '\0') {
            return Err(Error::ForbiddenCharacter { offset });
        }
        let characters = submitted.trim().chars().count();
        if characters < Self::MIN_CHARACTERS {
            return Err(Error::TooShort { characters });
        }
        let glyphs = view::unify_line_ends(submitted);
        let unified = block::text(&glyphs);
        let reading =
            if format::is_markdown(&unified) { markdown::read(&glyphs) } else { plain::read(&glyphs) };
        let (structure, language) = structure::build(reading, &unified);
        Ok(Source {
            submitted: submitted.to_owned(),
            positions: Positions::of(submitted),
            structure,
            language,
            views: anchor::Views::default(),
        })
    }

    /// Returns the text exactly as it was submitted.
    #[must_use]
    pub fn submitted(&self) -> &str {
        &self.submitted
    }

    /// Returns the title the text gives itself: front matter, or a first heading over all others.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.structure.title.as_deref()
    }

    /// Returns the sections in document order; there is at least one.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.structure.sections
    }

    /// Returns the paragraphs in document order.
    #[must_use]
    pub fn paragraphs(&self) -> &[Paragraph] {
        &self.structure.paragraphs
    }

    /// Returns the sentences in document order; their spans never overlap.
    #[must_use]
    pub fn sentences(&self) -> &[Sentence] {
        &self.structure.sentences
    }

    /// Returns the language of the prose.
    #[must_use]
    pub fn language(&self) -> &Language {
        &self.language
    }

    /// Cuts the exact slice of the submitted text; a span beyond its end is shortened to it.
    #[must_use]
    pub fn evidence(&self, span: Span) -> Evidence {
        let end = span.end.min(self.positions.characters());
        let start = span.start.min(end);
        let from = self.positions.byte_at(&self.submitted, start);
        let to = self.positions.byte_at(&self.submitted, end);
        Evidence { quote: self.submitted.get(from..to).unwrap_or_default().to_owned(), start, end }
    }

    /// Finds a quote and returns the submitted slice it stands for: exactly as it stands if
    /// possible, else through markup, line breaks, kinds of quotes and dashes, and case.
    #[must_use]
    pub fn anchor(&self, quote: &str) -> Option<Evidence> {
        anchor::find(self, &self.views, quote).map(|span| self.evidence(span))
    }

    /// Counts the blocks that have no sentences: tables, program text, formulas, footnotes.
    #[must_use]
    pub fn unread(&self) -> Unread {
        Unread::of(&self.structure.paragraphs)
    }

    /// Measures which sentences those passages touch.
    #[must_use]
    pub fn coverage(&self, used: impl IntoIterator<Item = Span>) -> Coverage {
        coverage::measure(self, used.into_iter())
    }
}

/// Identifies the language of prose that is not a source, paragraph by paragraph.
#[must_use]
pub fn identify_language<'a>(paragraphs: impl Iterator<Item = &'a str>) -> Language {
    language::identify(paragraphs)
}

/// Shows sizes only: the text is the user's and belongs in no log.
impl fmt::Debug for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Source")
            .field("characters", &self.positions.characters())
            .field("sections", &self.structure.sections.len())
            .field("paragraphs", &self.structure.paragraphs.len())
            .field("sentences", &self.structure.sentences.len())
            .field("language", &self.language.code)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
