//! Makes sections, paragraphs and sentences of the blocks a reader found.

use super::abbreviations::Rules;
use super::bibliography;
use super::block::{self, Block, Reading};
use super::citations::Citations;
use super::headings;
use super::language::{self, Language};
use super::lines::{Vocabulary, tidy};
use super::sentences;
use super::view::{Glyph, Mapped};
use super::{Paragraph, Role, Section, Sentence, Span};

/// Everything that is known of a text once it is read.
#[derive(Clone, Default)]
pub(super) struct Structure {
    pub(super) title: Option<String>,
    pub(super) sections: Vec<Section>,
    pub(super) paragraphs: Vec<Paragraph>,
    pub(super) sentences: Vec<Sentence>,
    /// The text without markup, paragraph by paragraph, for the search for quotes.
    pub(super) reading: Mapped,
}

/// A block whose text is clean.
enum Clean {
    Heading { level: u8, text: String, run: Vec<Glyph> },
    Text { role: Role, run: Mapped, span: Span },
    Opaque { role: Role, span: Span },
}

impl Clean {
    /// The text of a block that has sentences.
    fn text(&self) -> Option<&str> {
        match self {
            Clean::Text { run, .. } => Some(run.text.as_str()),
            Clean::Heading { .. } | Clean::Opaque { .. } => None,
        }
    }
}

/// Builds the structure; `view` is the text with unified line ends.
pub(super) fn build(reading: Reading, view: &str) -> (Structure, Language) {
    let vocabulary = Vocabulary::of(view);
    let runs = reading.blocks.iter().filter_map(|block| match block {
        Block::Text { run, .. } => Some(run.as_slice()),
        Block::Heading { .. } | Block::Opaque { .. } => None,
    });
    let cites = Citations::of(runs);
    let mut blocks: Vec<Clean> =
        reading.blocks.into_iter().filter_map(|block| clean(block, &vocabulary, cites)).collect();
    drop_bare_numbers(&mut blocks);
    mark_entries(&mut blocks);
    drop_paragraph_numbers(&mut blocks);
    let language = language::identify(blocks.iter().filter_map(Clean::text));
    let mut builder = Builder {
        rules: Rules::of(&language.code),
        structure: Structure::default(),
        open: Vec::new(),
        in_sources: None,
    };
    let front_title = reading.title.filter(|title| headings::is_title(title));
    let first_heading = title_level(&blocks);
    for (index, block) in blocks.into_iter().enumerate() {
        let is_title = index == 0 && first_heading.is_some();
        builder.take(block, is_title);
    }
    builder.finish();
    let mut structure = builder.structure;
    let heading = structure
        .sections
        .first()
        .filter(|section| section.is_title)
        .and_then(|section| section.heading.clone());
    structure.title = front_title.or(heading);
    (structure, language)
}

fn clean(block: Block, vocabulary: &Vocabulary, cites: Citations) -> Option<Clean> {
    match block {
        Block::Heading { level, run } => {
            let run = tidy(&run, vocabulary, cites);
            let text = block::text(&run);
            (!text.is_empty()).then_some(Clean::Heading { level, text, run })
        }
        Block::Text { run, .. } if block::is_formula(&run) => {
            Some(Clean::Opaque { role: Role::Formula, span: block::span(&run)? })
        }
        Block::Text { role, run } => {
            let run = tidy(&run, vocabulary, cites);
            let span = block::span(&run)?;
            Some(Clean::Text { role, run: Mapped::from_glyphs(&run), span })
        }
        Block::Opaque { role, span } => Some(Clean::Opaque { role, span }),
    }
}

/// `1 Introduction`, `2 Methods`: bare numbers go when at least two headings count up with them.
fn drop_bare_numbers(blocks: &mut [Clean]) {
    let numbers: Vec<u32> = blocks
        .iter()
        .filter_map(|block| match block {
            Clean::Heading { text, .. } => headings::bare_number(text),
            _ => None,
        })
        .collect();
    let counts_up =
        numbers.len() >= 2 && numbers.windows(2).all(|pair| matches!(pair, [one, two] if *two == one + 1));
    if !counts_up {
        return;
    }
    for block in blocks {
        if let Clean::Heading { text, .. } = block {
            *text = headings::without_bare_number(text).to_owned();
        }
    }
}

/// Paragraphs with a number in brackets before them are entries of a bibliography if they have the shape of one,
/// as half of those under their heading have; the others there are entries too if they are very short.
fn mark_entries(blocks: &mut [Clean]) {
    for under_one in blocks.chunk_by_mut(|_, next| !matches!(next, Clean::Heading { .. })) {
        let texts = under_one.iter().filter_map(Clean::text);
        let numbered = texts.clone().filter(|text| bibliography::numbered(text).is_some()).count();
        let entries = texts.filter(|text| bibliography::is_entry(text)).count();
        if entries == 0 || entries * 2 < numbered {
            continue;
        }
        for block in under_one {
            if let Clean::Text { role, run, .. } = block
                && (bibliography::is_entry(&run.text) || bibliography::may_be_entry(&run.text))
            {
                *role = Role::Reference;
            }
        }
    }
}

/// `[1] The tenant …`, `[2] A contract …`: numbers that count up before paragraphs go, as those of lists do.
fn drop_paragraph_numbers(blocks: &mut [Clean]) {
    let any_number = |block: &Clean| bibliography::paragraph_number(block.text()?);
    let number = |block: &Clean| match block {
        Clean::Text { role: Role::Reference, .. } => None,
        _ => any_number(block),
    };
    let count_up = |numbers: Vec<(u32, usize)>| {
        numbers.len() >= 2 && numbers.windows(2).all(|pair| matches!(pair, [one, two] if two.0 == one.0 + 1))
    };
    let counts_up = count_up(blocks.iter().filter_map(number).collect())
        || count_up(blocks.iter().filter_map(any_number).collect());
    for block in blocks.iter_mut().filter(|_| counts_up) {
        let Some((_, length)) = number(block) else { continue };
        if let Clean::Text { run, span, .. } = block {
            let rest: Vec<Glyph> = run.glyphs().skip(length).collect();
            *span = block::span(&rest).unwrap_or(*span);
            *run = Mapped::from_glyphs(&rest);
        }
    }
}

/// Whether the first block is the title: a heading that is alone on its level, or has no text
/// of its own before the next.
fn title_level(blocks: &[Clean]) -> Option<u8> {
    let Some(Clean::Heading { level, text, .. }) = blocks.first() else { return None };
    let others = blocks.iter().skip(1).filter_map(|block| match block {
        Clean::Heading { level, .. } => Some(*level),
        _ => None,
    });
    let is_alone = others.clone().all(|other| other > *level);
    let is_bare = matches!(blocks.get(1), Some(Clean::Heading { level: next, .. }) if next >= level);
    (headings::is_title(&headings::clean(text)) && (is_alone || is_bare)).then_some(*level)
}

struct Builder {
    rules: Rules,
    structure: Structure,
    /// Open sections from the outermost: number and level.
    open: Vec<(usize, u8)>,
    /// Level of the heading under which sources are listed.
    in_sources: Option<u8>,
}

impl Builder {
    fn take(&mut self, block: Clean, is_title: bool) {
        match block {
            Clean::Heading { level, text, run } => self.open_section(level, &text, &run, is_title),
            Clean::Text { role, run, span } => {
                let role = if self.in_sources.is_some() { Role::Reference } else { role };
                self.add_text(role, &run, span);
            }
            Clean::Opaque { role, span } => {
                self.add_paragraph(role, span);
            }
        }
    }

    fn open_section(&mut self, level: u8, text: &str, run: &[Glyph], is_title: bool) {
        let cleaned = headings::clean(text);
        let heading = if cleaned.is_empty() { text.to_owned() } else { cleaned };
        self.extend_reading(run.iter().copied());
        if self.in_sources.is_some_and(|outer| level <= outer) {
            self.in_sources = None;
        }
        if headings::lists_sources(&heading) && self.in_sources.is_none() {
            self.in_sources = Some(level);
        }
        while self.open.last().is_some_and(|(_, open)| *open >= level) {
            self.open.pop();
        }
        let parent = self.open.last().map(|(number, _)| *number);
        self.open.push((self.structure.sections.len(), level));
        self.push_section(Section {
            heading: Some(heading),
            level,
            heading_span: block::span(run),
            parent,
            is_title,
            lists_sources: self.in_sources.is_some(),
            paragraphs: 0..0,
            sentences: 0..0,
        });
    }

    fn push_section(&mut self, mut section: Section) {
        self.close_section();
        section.paragraphs = self.structure.paragraphs.len()..self.structure.paragraphs.len();
        section.sentences = self.structure.sentences.len()..self.structure.sentences.len();
        self.structure.sections.push(section);
    }

    fn close_section(&mut self) {
        let (paragraphs, sentences) = (self.structure.paragraphs.len(), self.structure.sentences.len());
        if let Some(last) = self.structure.sections.last_mut() {
            last.paragraphs.end = paragraphs;
            last.sentences.end = sentences;
        }
    }

    /// Adds a paragraph and returns its section and its own number.
    fn add_paragraph(&mut self, role: Role, span: Span) -> (usize, usize) {
        if self.structure.sections.is_empty() {
            self.push_section(Section::without_heading());
        }
        let section = self.structure.sections.len() - 1;
        let number = self.structure.paragraphs.len();
        let at = self.structure.sentences.len();
        self.structure.paragraphs.push(Paragraph { role, section, sentences: at..at, span });
        (section, number)
    }

    fn add_text(&mut self, role: Role, run: &Mapped, span: Span) {
        let (section, paragraph) = self.add_paragraph(role, span);
        self.extend_reading(run.glyphs());
        if !role.has_sentences() {
            return;
        }
        let mut last_end = self.structure.sentences.last().map_or(0, |sentence| sentence.span.end);
        let first = self.structure.sentences.len();
        for found in sentences::split(&run.text, &self.rules) {
            let own = run.span_of(found.range.start, found.range.end);
            let text = run.text.get(found.range);
            let (Some(own), Some(text)) = (own, text) else { continue };
            // Characters made of one cluster share a span; a border never falls inside it.
            let span = Span { start: own.start.max(last_end), end: own.end };
            if span.start >= span.end {
                continue;
            }
            last_end = span.end;
            self.structure.sentences.push(Sentence {
                text: text.to_owned(),
                span,
                section,
                paragraph,
                position_in_paragraph: self.structure.sentences.len() - first,
                complete: found.is_complete,
            });
        }
        let end = self.structure.sentences.len();
        if let Some(last) = self.structure.paragraphs.last_mut() {
            last.sentences.end = end;
        }
    }

    fn extend_reading(&mut self, run: impl Iterator<Item = Glyph>) {
        run.for_each(|glyph| self.structure.reading.push(glyph));
        let end = self.structure.reading.spans.last().map_or(0, |last| last.end);
        self.structure.reading.push(Glyph::new('\n', Span { start: end, end }));
    }

    fn finish(&mut self) {
        if self.structure.sections.is_empty() {
            self.push_section(Section::without_heading());
        }
        self.close_section();
    }
}
