//! Stands in for the reader of the submitted text until that one lands; same interface, naive splitting.

use crate::content::Evidence;
use std::ops::Range;

/// Code points `[start, end)` of the submitted text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First code point.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

/// What a paragraph is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Running text.
    Prose,
    /// An entry of a list.
    ListItem,
}

/// One section.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its heading.
    pub heading: Option<String>,
    /// Depth of the heading.
    pub level: u8,
    /// Its paragraphs.
    pub paragraphs: Range<usize>,
    /// Its sentences.
    pub sentences: Range<usize>,
}

/// One paragraph.
#[derive(Clone, Debug)]
pub struct Paragraph {
    /// What it is.
    pub role: Role,
    /// Its sentences.
    pub sentences: Range<usize>,
}

/// One sentence.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// Clean and whole.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// Number of its section.
    pub section: usize,
    /// Number of its paragraph.
    pub paragraph: usize,
    /// Whether it ends as a sentence does.
    pub complete: bool,
}

/// The language found.
#[derive(Clone, Debug)]
pub struct Identified {
    /// Two letters.
    pub code: String,
    /// Whether it is certain.
    pub reliable: bool,
}

/// The text.
#[derive(Clone, Debug)]
pub struct Source {
    title: Option<String>,
    sections: Vec<Section>,
    paragraphs: Vec<Paragraph>,
    sentences: Vec<Sentence>,
    characters: Vec<char>,
    language: Identified,
}

impl Source {
    /// Reads.
    #[must_use]
    pub fn read(submitted: &str) -> Source {
        let mut source = Source {
            title: None,
            sections: vec![Section { heading: None, level: 0, paragraphs: 0..0, sentences: 0..0 }],
            paragraphs: Vec::new(),
            sentences: Vec::new(),
            characters: submitted.chars().collect(),
            language: Identified {
                code: if submitted.contains(" los ") { "es".into() } else { "en".into() },
                reliable: true,
            },
        };
        let mut at = 0_usize;
        for block in submitted.split_inclusive("\n\n") {
            let start = at;
            at += block.chars().count();
            if let Some(title) = block.trim().strip_prefix("# ") {
                source.title = Some(title.to_owned());
            } else if block.starts_with('#') {
                let (p, s) = (source.paragraphs.len(), source.sentences.len());
                source.sections.push(Section {
                    heading: Some(block.trim_start_matches('#').trim().to_owned()),
                    level: 2,
                    paragraphs: p..p,
                    sentences: s..s,
                });
            } else {
                source.block(block, start);
            }
        }
        source
    }

    fn block(&mut self, block: &str, start: usize) {
        let first = self.sentences.len();
        let mut at = start;
        for piece in block.split_inclusive(". ") {
            let from = at;
            at += piece.chars().count();
            let text = piece.split_whitespace().collect::<Vec<_>>().join(" ");
            if text.is_empty() {
                continue;
            }
            let lead = piece.chars().take_while(|c| c.is_whitespace()).count();
            let trail = piece.chars().rev().take_while(|c| c.is_whitespace()).count();
            self.sentences.push(Sentence {
                complete: text.ends_with(['.', '!', '?']),
                text,
                span: Span {
                    start: u32::try_from(from + lead).unwrap_or(0),
                    end: u32::try_from(at - trail).unwrap_or(0),
                },
                section: self.sections.len() - 1,
                paragraph: self.paragraphs.len(),
            });
        }
        let role = if block.starts_with("- ") { Role::ListItem } else { Role::Prose };
        self.paragraphs.push(Paragraph { role, sentences: first..self.sentences.len() });
        if let Some(section) = self.sections.last_mut() {
            section.paragraphs.end = self.paragraphs.len();
            section.sentences.end = self.sentences.len();
        }
    }

    /// Its title.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Its sections.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Its paragraphs.
    #[must_use]
    pub fn paragraphs(&self) -> &[Paragraph] {
        &self.paragraphs
    }

    /// Its sentences.
    #[must_use]
    pub fn sentences(&self) -> &[Sentence] {
        &self.sentences
    }

    /// Its language.
    #[must_use]
    pub fn language(&self) -> &Identified {
        &self.language
    }

    /// The passage.
    #[must_use]
    pub fn evidence(&self, span: Span) -> Evidence {
        let (start, end) = (usize::try_from(span.start).unwrap_or(0), usize::try_from(span.end).unwrap_or(0));
        let quote = self.characters.iter().skip(start).take(end.saturating_sub(start)).collect();
        Evidence { quote, start: span.start, end: span.end }
    }

    /// Finds a quote.
    #[must_use]
    pub fn anchor(&self, evidence: &Evidence) -> Option<Evidence> {
        Some(evidence.clone())
    }
}
