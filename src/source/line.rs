//! One line of plain text and what its looks say: whether it could be a heading, a row of a table,
//! a rule; and how the lines of the text were made. What a line is in its place `plain.rs` decides.

use super::block;
use super::markers;
use super::stops::is_stop;
use super::view::Glyph;

/// Longest line, in characters, that can be a heading, and its most words.
const MAX_HEADING_CHARACTERS: usize = 90;
const MAX_HEADING_WORDS: usize = 12;
/// Lines longer than this were not wrapped by hand: each is a paragraph of its own.
const UNWRAPPED_LINE_CHARACTERS: usize = 130;

/// One line without the white space around it.
#[derive(Clone)]
pub(super) struct Line<'a> {
    pub(super) glyphs: &'a [Glyph],
    pub(super) text: String,
    pub(super) indent: usize,
    pub(super) characters: usize,
}

impl<'a> Line<'a> {
    pub(super) fn new(glyphs: &'a [Glyph]) -> Self {
        let is_blank = |glyph: &&Glyph| glyph.character.is_whitespace() || glyph.character == '\u{200b}';
        let indent = glyphs.iter().take_while(is_blank).count();
        let trailing = glyphs.iter().rev().take_while(is_blank).count();
        let inner = glyphs.get(indent..glyphs.len().saturating_sub(trailing)).unwrap_or_default();
        Line { glyphs: inner, text: block::text(inner), indent, characters: inner.len() }
    }

    pub(super) fn underline(&self) -> Option<u8> {
        let level = if self.text.starts_with('=') { 1 } else { 2 };
        let mark = if level == 1 { '=' } else { '-' };
        (self.characters >= 3 && self.text.chars().all(|character| character == mark)).then_some(level)
    }

    pub(super) fn is_rule(&self) -> bool {
        let marks = self.text.chars().filter(|character| !character.is_whitespace()).count();
        marks >= 3 && self.text.chars().all(|character| "-*_=~#+•· —–".contains(character))
    }

    pub(super) fn is_table_row(&self) -> bool {
        let inside = markers::marker(&self.text).map_or(0, |(_, length)| length);
        let rest: String = self.text.chars().skip(inside).collect();
        rest.contains('\t')
            || rest.contains("   ")
            || rest.matches('|').count() >= 2
            || (rest.contains("....") && rest.ends_with(|end: char| end.is_ascii_digit()))
    }

    pub(super) fn ends_openly(&self) -> bool {
        let closers: &[char] = &['"', '\'', ')', ']', '”', '’', '»'];
        !self.text.trim_end_matches(closers).ends_with(|end: char| {
            is_stop(end) || matches!(end, ';' | ',' | ':' | '，' | '：' | '-' | '–' | '—')
        })
    }

    pub(super) fn starts_upper(&self) -> bool {
        self.text.chars().find(|character| !"\"'“‘«¿¡([".contains(*character)).is_some_and(|start| {
            start.is_uppercase() || start.is_numeric() || (start.is_alphabetic() && !start.is_lowercase())
        })
    }

    /// `Week 1: …`, `Chapter 2`.
    pub(super) fn is_named(&self) -> bool {
        self.is_short() && markers::chapter(&self.text).is_some()
    }

    pub(super) fn is_short(&self) -> bool {
        self.characters <= MAX_HEADING_CHARACTERS && self.text.split_whitespace().count() <= MAX_HEADING_WORDS
    }

    /// Looks like a heading when it stands alone.
    pub(super) fn could_be_heading(&self) -> bool {
        let has_word = self.text.chars().filter(|character| character.is_alphabetic()).count() >= 2;
        let is_question = self.text.ends_with('?');
        has_word && self.is_short() && self.starts_upper() && (self.ends_openly() || is_question)
    }

    /// The level of a line that is a heading wherever a block begins with it.
    pub(super) fn strong_level(&self) -> Option<u8> {
        if !self.is_short() {
            return None;
        }
        let wiki = self.text.chars().take_while(|character| *character == '=').count();
        if wiki >= 2 && self.text.ends_with("==") && self.characters > 2 * wiki {
            return u8::try_from(wiki).ok();
        }
        // Old books end their headings in a stop: "CHAPTER I.", "THE PERIOD."
        let bare = self.text.trim_end_matches('.');
        let is_capitals = !self.text.chars().any(char::is_lowercase);
        let is_named = markers::chapter(bare).is_some_and(|rest| rest.is_empty() || self.ends_openly());
        if is_named {
            return Some(2);
        }
        let ends_in_one_stop = self.text.len() == bare.len() + 1;
        if !(self.ends_openly() || (is_capitals && ends_in_one_stop)) {
            return None;
        }
        if let Some(numbered) = markers::numbered(&self.text).filter(|numbered| numbered.levels > 1) {
            return Some(numbered.levels.saturating_add(1));
        }
        let capitals = self.text.chars().filter(|character| character.is_uppercase()).count();
        (capitals >= 4 && is_capitals && !self.is_table_row()).then_some(2)
    }
}

/// How the lines of a text were made.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    /// Most of the text stands in lines that nobody wrapped.
    pub(super) is_unwrapped: bool,
    /// Length of the lines that hold nine tenths of the characters: about where they were wrapped.
    pub(super) width: usize,
}

impl Layout {
    pub(super) fn of(lines: &[Line<'_>]) -> Self {
        let mut lengths: Vec<usize> =
            lines.iter().map(|line| line.characters).filter(|length| *length > 0).collect();
        let all: usize = lengths.iter().sum();
        let long: usize = lengths.iter().filter(|length| **length > UNWRAPPED_LINE_CHARACTERS).sum();
        lengths.sort_unstable();
        let mut held = 0;
        let width = lengths.iter().find(|length| {
            held += **length;
            held * 10 >= all * 9
        });
        let width = width.copied().unwrap_or_default();
        Layout { is_unwrapped: long * 2 > all, width }
    }

    /// Whether a line ends where the next word would still have fitted well, as titles, addresses
    /// and lists without markers do.
    pub(super) fn breaks_after(self, line: &Line<'_>, next: &Line<'_>) -> bool {
        let word = next.text.split(' ').next().map_or(0, |word| word.chars().count());
        let share = if line.ends_openly() { 5 } else { 8 };
        let has_room = (line.characters + 1 + word) * 10 <= self.width * share;
        let is_counted = next.text.starts_with(|first: char| first.is_numeric());
        has_room && next.starts_upper() && !is_counted && !line.text.ends_with([',', ';', '-', '–', '—'])
    }
}
