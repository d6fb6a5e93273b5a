//! Reads plain text into blocks: paragraphs by blank line or indentation, headings by their looks,
//! lists by their markers. Nothing inside a line is taken for markup. Markdown is read in
//! `markdown.rs`; what the start of a line may mean is in `markers.rs`.

use super::Role;
use super::block::{Block, Reading};
use super::markers::{self, Marker};
use super::view::Glyph;

/// Longest line, in characters, that can be a heading, and its most words.
const MAX_HEADING_CHARACTERS: usize = 90;
const MAX_HEADING_WORDS: usize = 12;
/// Lines longer than this were not wrapped by hand: each is a paragraph of its own.
const UNWRAPPED_LINE_CHARACTERS: usize = 130;
/// Short lines in a row, without a paragraph between them, that can still be title and headings.
const MAX_HEADINGS_IN_A_ROW: usize = 2;

/// One line without the white space around it.
#[derive(Clone)]
struct Line<'a> {
    glyphs: &'a [Glyph],
    text: String,
    indent: usize,
    characters: usize,
}

/// A block whose role may still depend on its neighbours.
enum Piece {
    Settled(Block),
    /// A short line that stands alone.
    Candidate {
        run: Vec<Glyph>,
        marker: Option<(Marker, usize)>,
    },
}

/// Reads a text whose line ends are unified.
pub(super) fn read(glyphs: &[Glyph]) -> Reading {
    let lines: Vec<Line<'_>> = glyphs.split(|glyph| glyph.character == '\n').map(Line::new).collect();
    let is_unwrapped = is_unwrapped(&lines);
    let mut pieces = Vec::new();
    let mut group: Vec<Line<'_>> = Vec::new();
    for line in lines {
        let is_underline = group.len() == 1 && line.underline().is_some();
        if line.text.is_empty() || (line.is_rule() && !is_underline) {
            read_group(&std::mem::take(&mut group), is_unwrapped, &mut pieces);
        } else {
            group.push(line);
        }
    }
    read_group(&group, is_unwrapped, &mut pieces);
    Reading { title: None, blocks: settle(pieces) }
}

impl<'a> Line<'a> {
    fn new(glyphs: &'a [Glyph]) -> Self {
        let is_blank = |glyph: &&Glyph| glyph.character.is_whitespace() || glyph.character == '\u{200b}';
        let indent = glyphs.iter().take_while(is_blank).count();
        let trailing = glyphs.iter().rev().take_while(is_blank).count();
        let inner = glyphs.get(indent..glyphs.len().saturating_sub(trailing)).unwrap_or_default();
        Line { glyphs: inner, text: super::block::text(inner), indent, characters: inner.len() }
    }

    fn underline(&self) -> Option<u8> {
        let level = if self.text.starts_with('=') { 1 } else { 2 };
        let mark = if level == 1 { '=' } else { '-' };
        (self.characters >= 3 && self.text.chars().all(|character| character == mark)).then_some(level)
    }

    fn is_rule(&self) -> bool {
        let marks = self.text.chars().filter(|character| !character.is_whitespace()).count();
        marks >= 3 && self.text.chars().all(|character| "-*_=~#+•· —–".contains(character))
    }

    fn is_table_row(&self) -> bool {
        let inside = markers::marker(&self.text).map_or(0, |(_, length)| length);
        let rest: String = self.text.chars().skip(inside).collect();
        rest.contains('\t')
            || rest.contains("   ")
            || rest.matches('|').count() >= 2
            || (rest.contains("....") && rest.ends_with(|end: char| end.is_ascii_digit()))
    }

    fn ends_openly(&self) -> bool {
        let closers: &[char] = &['"', '\'', ')', ']', '”', '’', '»'];
        !self
            .text
            .trim_end_matches(closers)
            .ends_with(['.', '!', '?', ';', ',', ':', '…', '。', '，', '-', '–', '—'])
    }

    fn starts_upper(&self) -> bool {
        self.text.chars().find(|character| !"\"'“‘«¿¡([".contains(*character)).is_some_and(|start| {
            start.is_uppercase() || start.is_numeric() || (start.is_alphabetic() && !start.is_lowercase())
        })
    }

    fn is_short(&self) -> bool {
        self.characters <= MAX_HEADING_CHARACTERS && self.text.split_whitespace().count() <= MAX_HEADING_WORDS
    }

    /// Looks like a heading when it stands alone.
    fn could_be_heading(&self) -> bool {
        let has_word = self.text.chars().filter(|character| character.is_alphabetic()).count() >= 2;
        let is_question = self.text.ends_with('?');
        has_word && self.is_short() && self.starts_upper() && (self.ends_openly() || is_question)
    }

    /// The level of a line that is a heading wherever a block begins with it.
    fn strong_level(&self) -> Option<u8> {
        if !self.is_short() {
            return None;
        }
        let wiki = self.text.chars().take_while(|character| *character == '=').count();
        if wiki >= 2 && self.text.ends_with("==") && self.characters > 2 * wiki {
            return u8::try_from(wiki).ok();
        }
        if !self.ends_openly() {
            return None;
        }
        if markers::chapter(&self.text).is_some() {
            return Some(2);
        }
        if let Some(numbered) = markers::numbered(&self.text).filter(|numbered| numbered.levels > 1) {
            return Some(numbered.levels.saturating_add(1));
        }
        let capitals = self.text.chars().filter(|character| character.is_uppercase()).count();
        (capitals >= 4 && !self.text.chars().any(char::is_lowercase) && !self.is_table_row()).then_some(2)
    }
}

/// Whether most of the text stands in lines that nobody wrapped.
fn is_unwrapped(lines: &[Line<'_>]) -> bool {
    let all: usize = lines.iter().map(|line| line.characters).sum();
    let long = lines.iter().map(|line| line.characters).filter(|length| *length > UNWRAPPED_LINE_CHARACTERS);
    long.sum::<usize>() * 2 > all
}

fn read_group(group: &[Line<'_>], is_unwrapped: bool, pieces: &mut Vec<Piece>) {
    let Some(first) = group.first() else { return };
    let rows = group.iter().filter(|line| line.is_table_row()).count();
    if group.len() >= 2 && rows * 10 >= group.len() * 7 {
        let run = joined(group);
        pieces.extend(
            super::block::span(&run).map(|span| Piece::Settled(Block::Opaque { role: Role::Table, span })),
        );
        return;
    }
    if group.iter().all(|line| line.text.starts_with('>')) {
        let stripped: Vec<Line<'_>> =
            group.iter().map(|line| Line::new(after_quote_marks(line.glyphs))).collect();
        pieces.push(Piece::Settled(Block::Text { role: Role::Quotation, run: joined(&stripped) }));
        return;
    }
    if let [only] = group {
        if !only.text.chars().any(char::is_alphabetic) {
            return; // a page number or an ornament
        }
        if let Some(level) = only.strong_level() {
            pieces.push(Piece::Settled(Block::Heading { level, run: heading_run(only) }));
            return;
        }
        if only.could_be_heading() {
            let marker = markers::marker(&only.text);
            pieces.push(Piece::Candidate { run: only.glyphs.to_vec(), marker });
            return;
        }
    }
    let mut builder =
        Builder { pieces, run: Vec::new(), role: Role::Prose, last_marker: None, list_indents: Vec::new() };
    let base_indent = group.iter().skip(1).map(|line| line.indent).min().unwrap_or(first.indent);
    let mut rest = group;
    while let Some((line, after)) = rest.split_first() {
        rest = builder.take(line, after, &Context { group, is_unwrapped, base_indent });
    }
    builder.flush();
}

/// What a line's meaning depends on.
struct Context<'a> {
    group: &'a [Line<'a>],
    is_unwrapped: bool,
    base_indent: usize,
}

/// Collects the lines of one group into blocks.
struct Builder<'a> {
    pieces: &'a mut Vec<Piece>,
    run: Vec<Glyph>,
    role: Role,
    last_marker: Option<Marker>,
    /// Indents of the open lists, outermost first.
    list_indents: Vec<usize>,
}

impl Builder<'_> {
    /// Takes one line, or a heading with its underline, and returns the lines left.
    fn take<'l>(&mut self, line: &Line<'l>, after: &'l [Line<'l>], context: &Context<'_>) -> &'l [Line<'l>] {
        let next = after.first();
        if self.run.is_empty()
            && line.is_short()
            && let Some(level) = next.and_then(Line::underline)
        {
            self.pieces.push(Piece::Settled(Block::Heading { level, run: line.glyphs.to_vec() }));
            return after.get(1..).unwrap_or_default();
        }
        let opens_block = self.run.is_empty() || context.is_unwrapped;
        if opens_block && let Some(level) = self.heading_level(line, next) {
            self.flush();
            self.pieces.push(Piece::Settled(Block::Heading { level, run: heading_run(line) }));
            return after;
        }
        if let Some((marker, length)) =
            markers::marker(&line.text).filter(|(marker, _)| self.accepts(*marker, line, context))
        {
            self.open_item(marker, line.indent);
            self.append(line.glyphs.get(length..).unwrap_or_default());
            return after;
        }
        let ended = self.run.last().is_some_and(|last| ".!?:…\"”»)".contains(last.character));
        let is_indented = self.last_marker.is_none() && line.indent > context.base_indent && ended;
        let leaves_list = self.last_marker.is_some()
            && self.list_indents.last().is_some_and(|indent| line.indent <= *indent)
            && ended
            && line.starts_upper();
        if context.is_unwrapped || is_indented || leaves_list {
            self.flush();
            self.role = Role::Prose;
            self.last_marker = None;
            self.list_indents.clear();
        }
        self.append(line.glyphs);
        after
    }

    /// A heading that is followed by its text without a blank line.
    fn heading_level(&self, line: &Line<'_>, next: Option<&Line<'_>>) -> Option<u8> {
        let next = next?;
        if self.last_marker.is_some()
            || next.strong_level().is_some()
            || markers::marker(&next.text).is_some()
        {
            return None;
        }
        if let Some(level) = line.strong_level() {
            return Some(level);
        }
        let is_clearly_shorter = next.characters >= 40 && line.characters * 10 <= next.characters * 6;
        let is_item =
            markers::marker(&line.text).is_some_and(|(marker, _)| !matches!(marker, Marker::Number(_)));
        (is_clearly_shorter && !is_item && line.could_be_heading() && next.starts_upper()).then_some(3)
    }

    /// A marker opens an item where a list can begin or goes on; `4. The king` in the middle of a
    /// wrapped sentence does not.
    fn accepts(&self, marker: Marker, line: &Line<'_>, context: &Context<'_>) -> bool {
        if let Some(last) = self.last_marker {
            return marker.follows(last)
                || marker.is_first()
                || matches!(marker, Marker::Bullet(_))
                || self.list_indents.contains(&line.indent);
        }
        if self.run.is_empty() && !matches!(marker, Marker::Letter(_)) {
            return true;
        }
        let mut earlier = None;
        let mut consecutive = 0_usize;
        for (found, _) in context.group.iter().filter_map(|line| markers::marker(&line.text)) {
            consecutive += usize::from(earlier.is_none_or(|earlier| found.follows(earlier)));
            earlier = Some(found);
        }
        let closes = self.run.last().is_none_or(|last| ".:;!?".contains(last.character));
        marker.is_first() && closes && (consecutive >= 2 || matches!(marker, Marker::Bullet(_)))
    }

    fn open_item(&mut self, marker: Marker, indent: usize) {
        self.flush();
        self.list_indents.retain(|open| *open < indent);
        self.list_indents.push(indent);
        let depth = u8::try_from(self.list_indents.len()).unwrap_or(u8::MAX);
        self.role = Role::ListItem { ordered: marker.is_ordered(), depth };
        self.last_marker = Some(marker);
    }

    fn append(&mut self, glyphs: &[Glyph]) {
        if let (Some(last), Some(first)) = (self.run.last(), glyphs.first()) {
            let span = super::Span { start: last.span.end, end: first.span.start };
            self.run.push(Glyph::new('\n', span));
        }
        self.run.extend_from_slice(glyphs);
    }

    fn flush(&mut self) {
        let run = std::mem::take(&mut self.run);
        if !run.is_empty() {
            self.pieces.push(Piece::Settled(Block::Text { role: self.role, run }));
        }
    }
}

fn joined(lines: &[Line<'_>]) -> Vec<Glyph> {
    let mut run: Vec<Glyph> = Vec::new();
    for line in lines {
        if let (Some(last), Some(first)) = (run.last(), line.glyphs.first()) {
            let span = super::Span { start: last.span.end, end: first.span.start };
            run.push(Glyph::new('\n', span));
        }
        run.extend_from_slice(line.glyphs);
    }
    run
}

fn after_quote_marks(glyphs: &[Glyph]) -> &[Glyph] {
    let marks = glyphs.iter().take_while(|glyph| matches!(glyph.character, '>' | ' ')).count();
    glyphs.get(marks..).unwrap_or_default()
}

/// A wiki heading loses its `==`.
fn heading_run(line: &Line<'_>) -> Vec<Glyph> {
    if !line.text.starts_with("==") {
        return line.glyphs.to_vec();
    }
    let inside = line.glyphs.iter().filter(|glyph| glyph.character != '=').copied();
    super::block::trim(inside.collect())
}

/// Decides what each short line is by what stands around it.
fn settle(pieces: Vec<Piece>) -> Vec<Block> {
    let markers: Vec<Option<Marker>> = pieces.iter().map(Piece::marker).collect();
    let rows = rows_of_candidates(&pieces);
    let mut blocks = Vec::with_capacity(pieces.len());
    for (index, piece) in pieces.into_iter().enumerate() {
        let Piece::Candidate { run, marker } = piece else {
            if let Piece::Settled(block) = piece {
                blocks.push(block);
            }
            continue;
        };
        let before = index.checked_sub(1).and_then(|before| markers.get(before).copied().flatten());
        let after = markers.get(index + 1).copied().flatten();
        let is_bullet = matches!(marker, Some((Marker::Bullet(_), _)));
        let is_item = marker.is_some_and(|(own, _)| {
            is_bullet
                || before.is_some_and(|before| own.follows(before))
                || after.is_some_and(|after| after.follows(own))
        });
        let is_heading = rows.get(index).copied().unwrap_or(false);
        blocks.push(match marker {
            Some((own, length)) if is_item || (own.is_ordered() && !is_heading) => Block::Text {
                role: Role::ListItem { ordered: own.is_ordered(), depth: 1 },
                run: run.get(length..).unwrap_or_default().to_vec(),
            },
            _ if is_heading => Block::Heading { level: if index == 0 { 1 } else { 3 }, run },
            _ => Block::Text { role: Role::Prose, run },
        });
    }
    blocks
}

impl Piece {
    fn marker(&self) -> Option<Marker> {
        match self {
            Piece::Candidate { marker, .. } => marker.map(|(marker, _)| marker),
            Piece::Settled(_) => None,
        }
    }
}

/// For each piece whether it is a short line in a row that is short itself and followed by text.
fn rows_of_candidates(pieces: &[Piece]) -> Vec<bool> {
    let mut headings = vec![false; pieces.len()];
    let mut row: Vec<usize> = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        if matches!(piece, Piece::Candidate { .. }) {
            row.push(index);
            continue;
        }
        let allowed = if row.first() == Some(&0) { MAX_HEADINGS_IN_A_ROW + 1 } else { MAX_HEADINGS_IN_A_ROW };
        // In a longer row only the line right before the text, or the very first, names something.
        let too_long = row.len() > allowed;
        for (place, candidate) in row.iter().enumerate() {
            let is_edge = place + 1 == row.len() || *candidate == 0;
            if let Some(heading) = headings.get_mut(*candidate) {
                *heading = !too_long || (is_edge && *candidate == 0);
            }
        }
        row.clear();
    }
    if let Some(first) = headings.first_mut() {
        *first |= row.first() == Some(&0);
    }
    headings
}

#[cfg(test)]
#[path = "plain_tests.rs"]
mod tests;
