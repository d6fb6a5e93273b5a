//! What of a text is a course's matter and what is about the course: units of a list ("Week 3:
//! Sampling."), objectives that the text states itself, and the running of the course, which is left
//! out of everything taught. `topic.rs` makes topics of the units.

use crate::language::Language;
use crate::language::syllabus::{SyllabusWords, syllabus};
use crate::source::{Role, Source};

/// Fewest units of a list that divides a text.
const MIN_UNITS: usize = 3;
/// Fewest stated objectives or headings about the running of a course that show a syllabus.
const MIN_HEADINGS: usize = 2;
/// Most words of a unit's label.
const MAX_LABEL_WORDS: usize = 12;

/// What a sentence is in a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Matter to be taught.
    Matter,
    /// The label of a unit: its words are the matter's, but it is no sentence to quote.
    Label,
    /// An objective, or what leads into the list of them.
    Objective,
    /// About the course.
    Course,
}

/// A unit of a list of units: its title, and its sentences without the label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) title: String,
    pub(super) label: usize,
    pub(super) sentences: Vec<usize>,
}

/// A text read as a syllabus; one that is none is all matter.
pub(super) struct Syllabus {
    parts: Vec<Part>,
    /// The units in order; none if there is no list of them.
    pub(super) units: Vec<Unit>,
    /// Sentences that state an objective.
    pub(super) objectives: Vec<usize>,
    /// Whether the text is a syllabus.
    pub(super) is_one: bool,
}

impl Syllabus {
    /// Reads a text.
    pub(super) fn of(source: &Source, language: &Language) -> Syllabus {
        let mut read = Syllabus {
            parts: vec![Part::Matter; source.sentences().len()],
            units: Vec::new(),
            objectives: Vec::new(),
            is_one: false,
        };
        let Some(words) = syllabus(language.code) else { return read };
        read.find_objectives(source, language, words);
        read.find_units(source, words);
        let administrative: Vec<bool> =
            (0..source.sections().len()).map(|section| is_administrative(source, section, words)).collect();
        let named = source
            .title()
            .is_some_and(|title| title.split([':', '–', '—']).any(|part| words.names_the_document(part)));
        let headings = administrative.iter().filter(|is_administrative| **is_administrative).count();
        read.is_one = named || headings >= MIN_HEADINGS || (headings > 0 && !read.units.is_empty());
        if read.is_one {
            read.leave_out_the_course(source, &administrative, words);
        }
        read
    }

    /// What a sentence is.
    pub(super) fn part(&self, sentence: usize) -> Part {
        self.parts.get(sentence).copied().unwrap_or(Part::Matter)
    }

    fn mark(&mut self, sentence: usize, part: Part) {
        if let Some(slot) = self.parts.get_mut(sentence) {
            *slot = part;
        }
    }

    /// List items under a heading for objectives, or after a line such as "… will be able to:".
    fn find_objectives(&mut self, source: &Source, language: &Language, words: &SyllabusWords) {
        let headings = &language.lexicon().objective_headings;
        let mut led_in = None;
        for paragraph in source.paragraphs() {
            let is_item = matches!(paragraph.role, Role::ListItem { .. });
            let first = paragraph.sentences.clone().next();
            let heading =
                source.sections().get(paragraph.section).and_then(|section| section.heading.as_deref());
            let is_headed =
                heading.is_some_and(|heading| headings.contains(&heading.to_lowercase().as_str()));
            if is_item && (is_headed || led_in == Some(paragraph.section)) {
                self.objectives.extend(first);
                paragraph.sentences.clone().for_each(|index| self.mark(index, Part::Objective));
                continue;
            }
            let last = paragraph.sentences.clone().last().and_then(|index| source.sentences().get(index));
            let leads = last.is_some_and(|sentence| words.leads_into_objectives(&sentence.text));
            led_in = leads.then_some(paragraph.section);
            if is_headed || leads {
                let from = if is_headed { paragraph.sentences.start } else { paragraph.sentences.end - 1 };
                (from..paragraph.sentences.end).for_each(|index| self.mark(index, Part::Objective));
            }
        }
    }

    /// The section with most labels gives the units, if they are enough.
    fn find_units(&mut self, source: &Source, words: &SyllabusWords) {
        let mut best: Vec<Unit> = Vec::new();
        for section in source.sections() {
            let heading = section.heading.as_deref().unwrap_or_default();
            let listed = words.is_unit_heading(heading);
            let mut units: Vec<Unit> = Vec::new();
            for paragraph in source.paragraphs().get(section.paragraphs.clone()).unwrap_or_default() {
                let is_item = matches!(paragraph.role, Role::ListItem { .. });
                let first = paragraph.sentences.clone().next();
                let first = first.and_then(|index| Some((index, source.sentences().get(index)?)));
                let title = first.and_then(|(_, sentence)| {
                    let title = counted(&sentence.text, words);
                    title.or_else(|| (listed && is_item).then(|| bare(&sentence.text)).flatten())
                });
                if let (Some(title), Some((label, _))) = (title.filter(|_| is_item), first) {
                    let sentences = paragraph.sentences.clone().skip(1).collect();
                    units.push(Unit { title, label, sentences });
                } else if let Some(unit) = units.last_mut() {
                    unit.sentences.extend(paragraph.sentences.clone());
                }
            }
            if units.len() > best.len() {
                best = units;
            }
        }
        if best.len() < MIN_UNITS {
            return;
        }
        for unit in &best {
            self.mark(unit.label, Part::Label);
        }
        self.units = best;
        self.units.retain_mut(|unit| {
            let title = without_administration(&unit.title, words);
            unit.title = title.clone().unwrap_or_default();
            title.is_some()
        });
    }

    fn leave_out_the_course(&mut self, source: &Source, administrative: &[bool], words: &SyllabusWords) {
        for (index, sentence) in source.sentences().iter().enumerate() {
            let in_administration = administrative.get(sentence.section).copied().unwrap_or(false);
            let about = in_administration || words.tells_of_the_course(&sentence.text);
            if about && self.part(index) == Part::Matter {
                self.mark(index, Part::Course);
            }
        }
        let parts = &self.parts;
        for unit in &mut self.units {
            unit.sentences.retain(|index| parts.get(*index) == Some(&Part::Matter));
        }
    }
}

/// Whether a section or one above it is about the running of a course.
fn is_administrative(source: &Source, section: usize, words: &SyllabusWords) -> bool {
    let mut at = Some(section);
    while let Some(section) = at.and_then(|number| source.sections().get(number)) {
        if !section.is_title
            && section.heading.as_deref().is_some_and(|heading| words.is_administration(heading))
        {
            return true;
        }
        at = section.parent;
    }
    false
}

/// "Data and variables" of "Week 1: Data and variables."
fn counted(text: &str, words: &SyllabusWords) -> Option<String> {
    let (first, rest) = text.split_once(' ')?;
    words.is_unit_word(&first.to_lowercase()).then_some(())?;
    let number: String =
        rest.chars().take_while(|mark| mark.is_ascii_digit() || "IVX".contains(*mark)).collect();
    (!number.is_empty()).then_some(())?;
    let rest = rest.get(number.len()..)?;
    // "Weeks 3–4: …" counts two.
    let rest =
        rest.trim_start_matches(|mark: char| mark.is_ascii_digit() || "–-".contains(mark)).trim_start();
    let rest = rest.trim_start_matches([':', '.', '–', '—', '-', '|']).trim();
    label(rest)
}

/// "Photosynthesis" of "Photosynthesis: how plants make sugar", or of "Photosynthesis."
fn bare(text: &str) -> Option<String> {
    text.contains(':').then(|| label(text)).flatten().or_else(|| {
        let is_short = text.split_whitespace().count() <= 6;
        is_short.then(|| label(text)).flatten()
    })
}

/// What stands before the first colon, without its stop; nothing if that is no label.
fn label(text: &str) -> Option<String> {
    let title = text.split(": ").next().unwrap_or(text).trim_end_matches(['.', ':', ';', ',', ' ']);
    let letters = title.chars().filter(|mark| mark.is_alphabetic()).count();
    let fits = letters >= 4 && title.split_whitespace().count() <= MAX_LABEL_WORDS;
    fits.then(|| super::topic::capitalised(title))
}

/// A unit's title without what is about the course; nothing if that is all of it.
fn without_administration(title: &str, words: &SyllabusWords) -> Option<String> {
    let mut rest = title.trim();
    (!words.is_administration(rest)).then_some(())?;
    while let Some((at, mark)) = [", ", "; ", " and ", " y ", " et ", " und "]
        .iter()
        .filter_map(|mark| Some((rest.rfind(mark)?, *mark)))
        .max()
    {
        let tail = rest.get(at + mark.len()..).unwrap_or_default();
        if !words.is_administration(tail) {
            break;
        }
        rest = rest.get(..at).unwrap_or(rest).trim_end();
    }
    Some(rest.to_owned())
}
