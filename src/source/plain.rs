//! Reads plain text into blocks: paragraphs by blank line or indentation, headings by their looks,
//! lists by their markers. Of the inside of a line only marks of emphasis are taken off. Markdown
//! is read in `markdown.rs`; what the start of a line may mean is in `markers.rs`.

use super::Role;
use super::block::{self, Block, Merge, Reading};
use super::emphasis;
use super::furniture;
use super::line::{Layout, Line};
use super::markers::{self, Marker};
use super::view::Glyph;

/// Most words of a heading that stands right above a list; a longer line leads into it.
const MAX_WORDS_OVER_A_LIST: usize = 5;
/// Short lines in a row, without a paragraph between them, that can still be title and headings.
const MAX_HEADINGS_IN_A_ROW: usize = 2;

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
    let glyphs = emphasis::strip(glyphs);
    let lines: Vec<Line<'_>> = glyphs.split(|glyph| glyph.character == '\n').map(Line::new).collect();
    let lines = furniture::without(lines);
    let layout = Layout::of(&lines);
    let mut pieces = Vec::new();
    let mut group: Vec<Line<'_>> = Vec::new();
    for line in lines {
        let is_underline = group.len() == 1 && line.underline().is_some();
        if line.text.is_empty() || (line.is_rule() && !is_underline) {
            read_group(&std::mem::take(&mut group), layout, &mut pieces);
        } else {
            group.push(line);
        }
    }
    read_group(&group, layout, &mut pieces);
    Reading { title: None, blocks: block::merge_bare_chapters(settle(pieces), Merge::AnyLevel) }
}

fn read_group(group: &[Line<'_>], layout: Layout, pieces: &mut Vec<Piece>) {
    if group.is_empty() {
        return;
    }
    let rows = group.iter().filter(|line| line.is_table_row()).count();
    if group.len() >= 2 && rows * 10 >= group.len() * 7 {
        let run = joined(group);
        pieces
            .extend(block::span(&run).map(|span| Piece::Settled(Block::Opaque { role: Role::Table, span })));
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
    let mut builder = Builder {
        pieces,
        run: Vec::new(),
        role: Role::Prose,
        last_marker: None,
        list_indents: Vec::new(),
        broke_off: false,
    };
    let context = Context::of(group, layout);
    let mut rest = group;
    while let Some((line, after)) = rest.split_first() {
        rest = builder.take(line, after, &context);
    }
    builder.flush();
}

/// What a line's meaning depends on.
struct Context {
    layout: Layout,
    base_indent: usize,
    /// Markers that count up from one line to a later one.
    consecutive: usize,
    /// Lines such as `Week 1: …`.
    named: usize,
}

impl Context {
    fn of(group: &[Line<'_>], layout: Layout) -> Self {
        let mut earlier = None;
        let mut consecutive = 0_usize;
        for (found, _) in group.iter().filter_map(|line| markers::marker(&line.text)) {
            consecutive += usize::from(earlier.is_none_or(|earlier| found.follows(earlier)));
            earlier = Some(found);
        }
        let first = group.first().map_or(0, |line| line.indent);
        Context {
            layout,
            base_indent: group.iter().skip(1).map(|line| line.indent).min().unwrap_or(first),
            consecutive,
            named: group.iter().filter(|line| line.is_named()).count(),
        }
    }
}

/// Collects the lines of one group into blocks.
struct Builder<'a> {
    pieces: &'a mut Vec<Piece>,
    run: Vec<Glyph>,
    role: Role,
    last_marker: Option<Marker>,
    /// Indents of the open lists, outermost first.
    list_indents: Vec<usize>,
    /// The last line ended where it need not have.
    broke_off: bool,
}

impl Builder<'_> {
    /// Takes one line, or a heading with its underline, and returns the lines left.
    fn take<'l>(&mut self, line: &Line<'l>, after: &'l [Line<'l>], context: &Context) -> &'l [Line<'l>] {
        let next = after.first();
        if self.run.is_empty()
            && line.is_short()
            && let Some(level) = next.and_then(Line::underline)
        {
            self.pieces.push(Piece::Settled(Block::Heading { level, run: line.glyphs.to_vec() }));
            return after.get(1..).unwrap_or_default();
        }
        let broke_off = self.broke_off;
        self.broke_off = next.is_some_and(|next| context.layout.breaks_after(line, next));
        let opens_block = self.run.is_empty() || context.layout.is_unwrapped || broke_off;
        let ends_list = context.layout.is_unwrapped || broke_off;
        if opens_block
            && (self.last_marker.is_none() || ends_list)
            && let Some(level) = self.heading_level(line, next, context)
        {
            self.last_marker = None;
            self.flush();
            self.pieces.push(Piece::Settled(Block::Heading { level, run: heading_run(line) }));
            return after;
        }
        if let Some((marker, length)) = self.item(line, context, ends_list) {
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
        let goes_on = self.last_marker.is_some() && line.indent > context.base_indent;
        if context.layout.is_unwrapped || is_indented || leaves_list || (broke_off && !goes_on) {
            self.flush();
            self.role = Role::Prose;
            self.last_marker = None;
            self.list_indents.clear();
        }
        self.append(line.glyphs);
        after
    }

    /// A heading that is followed by its text without a blank line.
    fn heading_level(&self, line: &Line<'_>, next: Option<&Line<'_>>, context: &Context) -> Option<u8> {
        let next = next?;
        if next.strong_level().is_some() {
            return None;
        }
        if let Some(level) = line.strong_level() {
            return Some(level);
        }
        let is_item =
            markers::marker(&line.text).is_some_and(|(marker, _)| !matches!(marker, Marker::Number(_)));
        if is_item || !line.could_be_heading() {
            return None;
        }
        if let Some((marker, _)) = markers::marker(&next.text) {
            let is_counted = markers::marker(&line.text).is_some();
            let is_brief = line.text.split_whitespace().count() <= MAX_WORDS_OVER_A_LIST;
            let is_list = context.consecutive >= 2 && marker.is_first();
            return (is_list && is_brief && !is_counted).then_some(3);
        }
        if !next.starts_upper() {
            return None;
        }
        let is_first = self.pieces.is_empty() && self.run.is_empty();
        if is_first && self.broke_off && !line.text.contains(':') {
            return Some(1);
        }
        let is_brief = line.text.split_whitespace().count() <= 5 && !next.ends_openly();
        let is_shorter = line.characters * 10 <= next.characters * 6;
        (is_shorter && (next.characters >= 40 || is_brief)).then_some(3)
    }

    /// The marker of a list item and its length; `Week 1: …` counts when several stand together.
    fn item(&self, line: &Line<'_>, context: &Context, is_new_line: bool) -> Option<(Marker, usize)> {
        if context.named >= 2 && line.is_named() {
            return Some((Marker::Number(1), 0));
        }
        let (marker, length) = markers::marker(&line.text)?;
        // In the middle of a wrapped sentence, `4. The king` opens no list.
        let is_accepted = if let Some(last) = self.last_marker {
            marker.follows(last)
                || marker.is_first()
                || matches!(marker, Marker::Bullet(_))
                || self.list_indents.contains(&line.indent)
        } else if self.run.is_empty() && !matches!(marker, Marker::Letter(_)) {
            true
        } else {
            let closes = self.run.last().is_none_or(|last| ".:;!?".contains(last.character));
            let is_list = context.consecutive >= 2 || matches!(marker, Marker::Bullet(_));
            marker.is_first() && (closes || is_new_line) && is_list
        };
        is_accepted.then_some((marker, length))
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

/// Whether a run standing alone looks like a heading.
pub(super) fn is_like_heading(run: &[Glyph]) -> bool {
    !run.iter().any(|glyph| glyph.character == '\n') && Line::new(run).could_be_heading()
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
    block::trim(inside.collect())
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
