//! What both readers (`markdown.rs`, `plain.rs`) make of a text: a flat run of blocks.
//! `structure.rs` makes sections, paragraphs and sentences of them.

use super::view::Glyph;
use super::{Role, Span};

/// The blocks of a text in order, with the title its front matter gives.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) title: Option<String>,
    pub(super) blocks: Vec<Block>,
}

/// One block. Runs hold the characters without markup; a `\n` in a run is a line end inside the
/// block.
#[derive(Clone, Debug)]
pub(super) enum Block {
    /// A heading; level 1 is the highest.
    Heading { level: u8, run: Vec<Glyph> },
    /// Text made of sentences.
    Text { role: Role, run: Vec<Glyph> },
    /// What is not made of sentences: code, tables, formulas, notes.
    Opaque { role: Role, span: Span },
}

impl Reading {
    /// Adds a text block unless it is blank.
    pub(super) fn push_text(&mut self, role: Role, run: Vec<Glyph>) {
        let run = trim(run);
        if !run.is_empty() {
            self.blocks.push(Block::Text { role, run });
        }
    }

    /// Adds a heading unless it is blank.
    pub(super) fn push_heading(&mut self, level: u8, run: Vec<Glyph>) {
        let run = trim(run);
        if run.iter().any(|glyph| glyph.character.is_alphanumeric()) {
            self.blocks.push(Block::Heading { level, run });
        }
    }

    pub(super) fn push_opaque(&mut self, role: Role, run: &[Glyph]) {
        if let Some(span) = span(run) {
            self.blocks.push(Block::Opaque { role, span });
        }
    }
}

/// Which headings may take the name out of the next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Merge {
    /// Whatever the next one's level: plain text knows no levels.
    AnyLevel,
    /// Only one of the same level: a lower one is a part of the chapter.
    SameLevel,
}

/// Makes one heading of `Chapter 3` and the `The Industrial Revolution` below it.
pub(super) fn merge_bare_chapters(blocks: Vec<Block>, merge: Merge) -> Vec<Block> {
    let mut merged: Vec<Block> = Vec::with_capacity(blocks.len());
    for block in blocks {
        match (merged.last_mut(), block) {
            (Some(Block::Heading { level, run }), Block::Heading { level: next, run: name })
                if (merge == Merge::AnyLevel || *level == next)
                    && super::markers::chapter(&text(run)) == Some("")
                    && super::markers::chapter(&text(&name)).is_none() =>
            {
                if let (Some(last), Some(first)) = (run.last(), name.first()) {
                    let span = Span { start: last.span.end, end: first.span.start };
                    run.push(Glyph::new('\n', span));
                }
                run.extend(name);
            }
            (_, block) => merged.push(block),
        }
    }
    merged
}

/// Whether a run is a displayed formula: `$$ … $$`.
pub(super) fn is_formula(run: &[Glyph]) -> bool {
    run.iter().take(2).filter(|glyph| glyph.character == '$').count() == 2
}

/// Everything from the first to the last character of a run.
pub(super) fn span(run: &[Glyph]) -> Option<Span> {
    Some(Span { start: run.first()?.span.start, end: run.last()?.span.end })
}

pub(super) fn text(run: &[Glyph]) -> String {
    run.iter().map(|glyph| glyph.character).collect()
}

/// Takes the white space off both ends.
pub(super) fn trim(mut run: Vec<Glyph>) -> Vec<Glyph> {
    while run.last().is_some_and(|glyph| glyph.character.is_whitespace()) {
        run.pop();
    }
    let blank = run.iter().take_while(|glyph| glyph.character.is_whitespace()).count();
    run.drain(..blank);
    run
}
