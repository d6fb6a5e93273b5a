//! Reads Markdown into blocks. Markup vanishes from the runs, but the span of the first and last
//! character inside emphasis or a link takes its marks along, so that evidence shows no half of
//! a pair. Raw HTML is left to `html.rs`, plain text to `plain.rs`.

use pulldown_cmark::{
    CodeBlockKind, Event, HeadingLevel, LinkType, MetadataBlockKind, Options, Parser, Tag, TagEnd,
};
use std::ops::Range;

use super::Role;
use super::block::{self, Block, Merge, Reading, text};
use super::front_matter;
use super::html;
use super::plain;
use super::special_names::SpecialNames;
use super::view::{Glyph, Mapped};

/// Longest operand of a product with its marks, and how far before it a sign of equality is looked for.
const MAX_OPERAND_CHARACTERS: usize = 24;
/// How far inline code may be interrupted by the marks of the containers it stands in.
const MAX_STEP_BETWEEN_CHARACTERS: usize = 64;

/// Reads a text whose line ends are unified.
pub(super) fn read(glyphs: &[Glyph]) -> Reading {
    let view = Mapped::from_glyphs(glyphs);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_GFM;
    let mut reader = Reader::new(&view, glyphs);
    for (event, range) in Parser::new_ext(&view.text, options).into_offset_iter() {
        reader.take(event, range);
    }
    reader.flush();
    let mut reading = reader.reading;
    reading.blocks = block::merge_bare_chapters(reading.blocks, Merge::SameLevel);
    raise_title_line(&mut reading.blocks);
    reading
}

/// A short first line over a text that has no heading of the highest level is its title.
fn raise_title_line(blocks: &mut [Block]) {
    let has_top = blocks.iter().any(|block| matches!(block, Block::Heading { level: 1, .. }));
    let has_more = blocks.len() > 1;
    if let Some(first) = blocks.first_mut().filter(|_| has_more && !has_top)
        && let Block::Text { role: Role::Prose, run } = first
        && plain::is_like_heading(run)
    {
        *first = Block::Heading { level: 1, run: std::mem::take(run) };
    }
}

/// What is open while blocks are read.
struct Reader<'a> {
    view: &'a Mapped,
    glyphs: &'a [Glyph],
    names: SpecialNames,
    reading: Reading,
    run: Vec<Glyph>,
    /// Start of marks that the next character takes along.
    marks_from: Option<u32>,
    /// One entry an open list: ordered or not.
    lists: Vec<bool>,
    quotations: usize,
    /// Nesting below a block whose inside is not read, and the block.
    skipped: Option<(usize, Skipped)>,
    /// For each open emphasis how many characters its mark has, if they are meant as such (`2*3*4`).
    literal_marks: Vec<usize>,
    script: Script,
    /// How many bold spans are open, and whether anything in the run stood outside of one.
    bold: usize,
    has_light: bool,
    /// Level of the last heading.
    level: u8,
}

/// A block that is taken as a whole.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Skipped {
    Role(Role),
    IndentedCode,
    FrontMatter,
    Html,
    Image,
}

/// Whether the text stands raised or lowered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Normal,
    Raised,
    Lowered,
}

impl<'a> Reader<'a> {
    fn new(view: &'a Mapped, glyphs: &'a [Glyph]) -> Self {
        Reader {
            view,
            glyphs,
            names: SpecialNames::of(glyphs),
            reading: Reading::default(),
            run: Vec::new(),
            marks_from: None,
            lists: Vec::new(),
            quotations: 0,
            skipped: None,
            literal_marks: Vec::new(),
            script: Script::Normal,
            bold: 0,
            has_light: false,
            level: 1,
        }
    }

    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        if let Some((depth, skipped)) = self.skipped {
            match event {
                Event::Start(_) => self.skipped = Some((depth + 1, skipped)),
                Event::End(_) if depth == 0 => {
                    self.skipped = None;
                    self.close_skipped(skipped, range);
                }
                Event::End(_) => self.skipped = Some((depth - 1, skipped)),
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(tag) => self.open(tag, range),
            Event::End(tag) => self.close(tag, range),
            Event::Text(text) => self.emit(&text, range),
            Event::Code(text) => self.emit_code(&text, range),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.emit_code(&text, range),
            Event::SoftBreak | Event::HardBreak => self.emit("\n", range),
            Event::InlineHtml(tag) => self.inline_html(&tag, range),
            Event::Html(_) | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
            Event::Rule => self.flush(),
        }
    }

    fn open(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => self.open_emphasis(&tag, range),
            Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. } => {}
            Tag::Link { .. } => self.take_marks_along(&range),
            Tag::Image { .. } => self.skipped = Some((0, Skipped::Image)),
            Tag::Superscript | Tag::Subscript => {}
            Tag::List(first) => {
                self.flush();
                self.lists.push(first.is_some());
            }
            Tag::BlockQuote(_) => {
                self.flush();
                self.quotations += 1;
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(_)) => self.skip(Skipped::Role(Role::Code)),
            Tag::CodeBlock(CodeBlockKind::Indented) => self.skip(Skipped::IndentedCode),
            Tag::Table(_) => self.skip(Skipped::Role(Role::Table)),
            Tag::FootnoteDefinition(_) => self.skip(Skipped::Role(Role::Footnote)),
            Tag::HtmlBlock => self.skip(Skipped::Html),
            Tag::MetadataBlock(MetadataBlockKind::YamlStyle | MetadataBlockKind::PlusesStyle) => {
                self.skip(Skipped::FrontMatter);
            }
            Tag::Paragraph
            | Tag::Heading { .. }
            | Tag::Item
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell => self.flush(),
        }
    }

    fn close(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.bold = self.bold.saturating_sub(usize::from(tag == TagEnd::Strong));
                match self.literal_marks.pop() {
                    Some(length) if length > 0 => self.emit_glyphs_before(range.end, length),
                    _ => self.end_marks(&range),
                }
            }
            TagEnd::Link => self.end_marks(&range),
            TagEnd::Heading(level) => {
                self.level = number(level);
                let run = self.take_run();
                self.reading.push_heading(self.level, run);
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.quotations = self.quotations.saturating_sub(1);
            }
            TagEnd::Image | TagEnd::Superscript | TagEnd::Subscript => {}
            _ => self.flush(),
        }
    }

    fn skip(&mut self, skipped: Skipped) {
        self.flush();
        self.skipped = Some((0, skipped));
    }

    fn close_skipped(&mut self, skipped: Skipped, range: Range<usize>) {
        let inside = self.slice(&range);
        match skipped {
            Skipped::Role(role) => self.reading.push_opaque(role, inside),
            Skipped::IndentedCode if reads_like_prose(&text(inside)) => {
                self.reading.push_text(Role::Prose, inside.to_vec());
            }
            Skipped::IndentedCode => self.reading.push_opaque(Role::Code, inside),
            Skipped::FrontMatter => self.reading.title = front_matter::title(&text(inside)),
            Skipped::Html => html::read(inside, &mut self.reading),
            Skipped::Image => {}
        }
    }

    /// Ends the text block that is being collected.
    fn flush(&mut self) {
        let is_bold = !self.has_light;
        let run = self.take_run();
        let depth = u8::try_from(self.lists.len()).unwrap_or(u8::MAX);
        let role = match self.lists.last() {
            Some(ordered) => Role::ListItem { ordered: *ordered, depth },
            None if self.quotations > 0 => Role::Quotation,
            None => Role::Prose,
        };
        // A bold line of its own is a heading below the last real one.
        if is_bold && role == Role::Prose && plain::is_like_heading(&run) {
            self.reading.push_heading(self.level.saturating_add(1), run);
        } else {
            self.reading.push_text(role, run);
        }
    }

    fn take_run(&mut self) -> Vec<Glyph> {
        self.marks_from = None;
        self.has_light = false;
        std::mem::take(&mut self.run)
    }

    fn slice(&self, range: &Range<usize>) -> &'a [Glyph] {
        self.glyphs.get(self.places(range)).unwrap_or_default()
    }

    /// Which glyphs are the bytes of a range.
    fn places(&self, range: &Range<usize>) -> Range<usize> {
        self.view.index_at(range.start)..self.view.index_at(range.end)
    }

    fn open_emphasis(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        self.bold += usize::from(*tag == Tag::Strong);
        let slice = self.slice(&range);
        let before = self.run.last().map(|glyph| glyph.character);
        let after = self.glyphs.get(self.view.index_at(range.end)).map(|glyph| glyph.character);
        let is_product = *tag == Tag::Emphasis && self.multiplies(before, slice, after);
        let single_tilde =
            *tag == Tag::Strikethrough && slice.get(1).is_some_and(|second| second.character != '~');
        let is_name = *tag == Tag::Strong && self.names.has(self.glyphs, self.places(&range));
        let length = if is_name { 2 } else { usize::from(is_product || single_tilde) };
        self.literal_marks.push(length);
        match slice.get(..length) {
            Some(marks) if length > 0 => marks.iter().for_each(|mark| self.push(*mark)),
            _ => self.take_marks_along(&range),
        }
    }

    /// Whether marks between words multiply: `2*3*4`, `2*π*r`, and `V＝长*宽*高` behind its sign of equality.
    /// Elsewhere in scripts without spaces, words touch the marks of their emphasis.
    fn multiplies(&self, before: Option<char>, slice: &[Glyph], after: Option<char>) -> bool {
        let inside = || slice.iter().map(|glyph| glyph.character);
        let is_token = slice.len() <= MAX_OPERAND_CHARACTERS && !inside().any(char::is_whitespace);
        let is_word = |edge: Option<char>| edge.is_some_and(char::is_alphanumeric);
        let is_equated = || {
            let earlier = self.run.iter().rev().take(MAX_OPERAND_CHARACTERS);
            earlier.into_iter().any(|glyph| matches!(glyph.character, '=' | '＝'))
        };
        let is_plain = |character: char| character.is_ascii() || is_greek(character);
        let is_formula = || before.into_iter().chain(inside()).chain(after).all(is_plain);
        is_token && is_word(before) && is_word(after) && (is_formula() || is_equated())
    }

    fn emit_glyphs_before(&mut self, end: usize, length: usize) {
        let end = self.view.index_at(end);
        let marks = self.glyphs.get(end.saturating_sub(length)..end).unwrap_or_default();
        marks.iter().for_each(|mark| self.push(*mark));
    }

    fn take_marks_along(&mut self, range: &Range<usize>) {
        let start = self.slice(range).first().map(|glyph| glyph.span.start);
        self.marks_from = self.marks_from.or(start);
    }

    fn end_marks(&mut self, range: &Range<usize>) {
        let outer = self.slice(range).last().map(|glyph| glyph.span.end);
        if let (Some(end), Some(last)) = (outer, self.run.last_mut()) {
            last.span.end = last.span.end.max(end);
        }
    }

    fn push(&mut self, mut glyph: Glyph) {
        if let Some(start) = self.marks_from.take() {
            glyph.span.start = start.min(glyph.span.start);
        }
        self.has_light |= self.bold == 0 && !glyph.character.is_whitespace();
        self.run.push(glyph);
    }

    fn emit(&mut self, text: &str, range: Range<usize>) {
        let slice = self.slice(&range);
        let is_verbatim = text.chars().eq(slice.iter().map(|glyph| glyph.character));
        let whole = block::span(slice);
        if self.script == Script::Raised && is_note_mark(text, self.run.last()) {
            return;
        }
        for (index, character) in text.chars().enumerate() {
            let own = slice.get(index).map(|glyph| glyph.span).filter(|_| is_verbatim);
            if let Some(span) = own.or(whole) {
                self.push(Glyph::new(scripted(character, self.script), span));
            }
        }
    }

    /// Inline code: its fences go along with the first and last character, and what stands
    /// between its lines (`> `) is stepped over.
    fn emit_code(&mut self, text: &str, range: Range<usize>) {
        let slice = self.slice(&range);
        let Some(whole) = block::span(slice) else { return };
        let fence = slice.first().map(|glyph| glyph.character);
        let mut at = slice.iter().take_while(|glyph| Some(glyph.character) == fence).count();
        let first = self.run.len();
        for character in text.chars() {
            let is_own = |glyph: &Glyph| {
                glyph.character == character || (glyph.character.is_whitespace() && character.is_whitespace())
            };
            let reach = slice.iter().skip(at).take(MAX_STEP_BETWEEN_CHARACTERS);
            let found = reach.enumerate().find(|(_, glyph)| is_own(glyph));
            at += found.map_or(0, |(step, _)| step + 1);
            let span = found.map_or(whole, |(_, glyph)| glyph.span);
            self.push(Glyph { character, span, verbatim: true });
        }
        if let Some(opening) = self.run.get_mut(first) {
            opening.span.start = opening.span.start.min(whole.start);
        }
        self.end_marks(&range);
    }

    fn inline_html(&mut self, tag: &str, range: Range<usize>) {
        match html::tag_name(tag).as_deref() {
            Some("br") => self.emit("\n", range),
            Some("sup") => self.script = if tag.starts_with("</") { Script::Normal } else { Script::Raised },
            Some("sub") => self.script = if tag.starts_with("</") { Script::Normal } else { Script::Lowered },
            Some(name) if !html::is_known(name) => self.emit(tag, range),
            _ => {}
        }
    }
}

fn is_greek(character: char) -> bool {
    matches!(character, '\u{370}'..='\u{3ff}')
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// A raised number after a stop or a bracketed one is a note; after a letter or digit an exponent.
fn is_note_mark(text: &str, before: Option<&Glyph>) -> bool {
    let is_number = text.chars().all(|mark| mark.is_ascii_digit() || matches!(mark, '[' | ']' | ',' | ' '));
    is_number
        && (text.starts_with('[') || before.is_some_and(|glyph| ".,;:!?)]”\"»".contains(glyph.character)))
}

fn scripted(character: char, script: Script) -> char {
    let digit = character.to_digit(10);
    match (script, character) {
        (Script::Normal, _) => character,
        (Script::Raised, '1') => '¹',
        (Script::Raised, '2') => '²',
        (Script::Raised, '3') => '³',
        (Script::Raised, '+') => '⁺',
        (Script::Raised, '-' | '−') => '⁻',
        (Script::Lowered, '+') => '₊',
        (Script::Lowered, '-' | '−') => '₋',
        (Script::Raised, _) => digit.and_then(|digit| char::from_u32(0x2070 + digit)).unwrap_or(character),
        (Script::Lowered, _) => digit.and_then(|digit| char::from_u32(0x2080 + digit)).unwrap_or(character),
    }
}

/// Paragraphs indented by hand look like code to Markdown; long words and sentence ends tell.
fn reads_like_prose(block: &str) -> bool {
    let words = block.split_whitespace().count();
    let letters = block.chars().filter(|character| character.is_alphabetic() || *character == ' ').count();
    let signs = block.chars().filter(|character| "{}();=<>|\\_$#/*".contains(*character)).count();
    let ends = block.trim_end().ends_with(['.', '!', '?', '”', '"', '»', '…']);
    words >= 8 && ends && letters * 10 >= block.trim().chars().count() * 8 && signs * 50 <= letters
}

#[cfg(test)]
mod tests {
    use super::super::view::unify_line_ends;
    use super::*;

    fn texts(markdown: &str) -> Vec<String> {
        read(&unify_line_ends(markdown))
            .blocks
            .iter()
            .map(|block| match block {
                Block::Heading { level, run } => format!("h{level} {}", text(run)),
                Block::Text { role, run } => format!("{role:?} {}", text(run)),
                Block::Opaque { role, .. } => format!("{role:?}"),
            })
            .collect()
    }

    #[test]
    fn markup_vanishes_and_products_stay() {
        let seen = texts(
            "A **bold** [link](http://x.y) and `code` ![alt](i.png)<!-- c --> 2*3*4 a < b <5 &amp; c<sub>2</sub>.",
        );
        assert_eq!(seen, ["Prose A bold link and code  2*3*4 a < b <5 & c₂."]);
    }

    #[test]
    fn what_a_reader_would_miss_is_no_markup() {
        for content in
            ["The method __init__ runs.", "So alpha*beta*gamma is 24.", "Here int *p points at 2 * 3 * 4."]
        {
            assert_eq!(texts(content), [format!("Prose {content}")]);
        }
        assert_eq!(
            texts("So `int *p` and `__init__` and `a[0]` stay."),
            ["Prose So int *p and __init__ and a[0] stay."]
        );
    }

    #[test]
    fn emphasis_inside_unspaced_scripts_is_markup_and_a_product_is_none() {
        for (content, plain) in [
            (
                "水*是地球上最重要的物质*之一，水**变成气体**升到空中。",
                "水是地球上最重要的物质之一，水变成气体升到空中。",
            ),
            ("これは*とても大切*です。", "これはとても大切です。"),
            ("The area is 2*π*r and alpha*beta*gamma.", "The area is 2*π*r and alpha*beta*gamma."),
            ("体积 V＝长*宽*高。", "体积 V＝长*宽*高。"),
        ] {
            assert_eq!(texts(content), [format!("Prose {plain}")]);
        }
    }

    #[test]
    fn blocks_without_sentences_are_opaque() {
        let seen = texts(
            "---\ntitle: T\n---\n\n# H\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nx\n```\n\n> q\n\n1. one\n   - two\n",
        );
        assert_eq!(
            seen,
            [
                "h1 H",
                "Table",
                "Code",
                "Quotation q",
                "ListItem { ordered: true, depth: 1 } one",
                "ListItem { ordered: false, depth: 2 } two"
            ]
        );
    }
}
