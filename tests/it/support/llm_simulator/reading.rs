//! What a prompt is about: the source in it, taken apart into sentences and terms, so that an
//! answer speaks of the subject.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

/// What an answer is written from.
#[derive(Clone, Debug)]
pub(crate) struct Material {
    sentences: Vec<String>,
    terms: Vec<String>,
    /// Where the answer begins, so that writers of different parts do not say the same.
    pub(crate) start: usize,
    /// Sections of the outline in the prompt, 0 without one.
    pub(crate) sections: usize,
    /// Objectives of the outline in the prompt, 0 without one.
    pub(crate) objectives: usize,
    /// Titles of the sections that are to be treated; none without an outline.
    pub(crate) titles: Vec<String>,
}

/// Stands in for a prompt without any text to write from.
const NOTHING: &str = "A simulated model writes about the subject it was given. \
    Every learner meets a subject through examples that can be checked. \
    A good explanation names the cause before it describes the effect. \
    Practice strengthens memory because recall leaves stronger traces than reading. \
    Careful comparison shows which differences matter and which do not. \
    Teachers plan a lesson around questions that learners really ask.";

/// Most sentences that are taken; an answer needs no more.
const MAX_SENTENCES: usize = 400;

static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("mark[^`\n]{0,40}`([^`\n]{4,80})`").ok());
static SENTENCE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\p{Lu}[^.!?\n|<>`#]{20,230}[^.!?\n|<>`#\s\d]\.(?:\s|$)").ok());
static TERM: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\p{L}{6,18}").ok());
static NUMBERED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?m)^(?:- )?\d{1,2}\. ").ok());

/// How a sentence begins when it comes again.
const ROUNDS: [&str; 8] = [
    "",
    "Note that ",
    "Recall that ",
    "Observe that ",
    "Remember that ",
    "It follows that ",
    "One sees that ",
    "It is known that ",
];

/// What a text says that is one of many copies; its number follows.
pub(crate) const COPY: &str = "This copy of the lesson belongs to class number ";

/// Finds which copy of a text a prompt is about.
pub(crate) fn copy(prompt: &str) -> Option<u64> {
    let (_, rest) = prompt.split_once(COPY)?;
    rest.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

/// Stands before each section of the outline that a part of a piece treats.
const OWN_SECTION: &str = "\nyours: ";

impl Material {
    /// Reads a prompt.
    pub(crate) fn of(prompt: &str) -> Material {
        let blocks = blocks(prompt);
        let titled = |title: &str| blocks.iter().find(|(heading, _)| heading.contains(title));
        let source = titled("source").or_else(|| blocks.iter().max_by_key(|(_, text)| text.len()));
        let text = source.map_or(prompt, |(_, text)| text.as_str());
        let mut sentences = sentences(text);
        if sentences.len() < 3 {
            sentences.extend(self::sentences(NOTHING));
        }
        let outline = titled("outline").map(|(_, text)| text.as_str()).unwrap_or_default();
        let (objectives, sections) = outline.split_once("\nSections:").unwrap_or_default();
        let own_sections = prompt.matches(OWN_SECTION).count();
        Material {
            start: start(prompt),
            terms: terms(&sentences),
            sentences,
            sections: if own_sections > 0 { own_sections } else { numbered(sections) },
            objectives: numbered(objectives),
            titles: match own_sections {
                0 => sections.lines().filter_map(titled_line).collect(),
                _ => prompt.split(OWN_SECTION).skip(1).filter_map(titled_line).collect(),
            },
        }
    }

    /// Returns a sentence; after the last comes the first again.
    pub(crate) fn sentence(&self, index: usize) -> &str {
        let wrapped = index.checked_rem(self.sentences.len()).unwrap_or(0);
        self.sentences.get(wrapped).map_or("Nothing is known of it.", String::as_str)
    }

    /// Returns a sentence; after the last comes the first again, in other words.
    pub(crate) fn said(&self, index: usize) -> String {
        let round = index.checked_div(self.sentences.len()).unwrap_or(0) % ROUNDS.len();
        let opening = ROUNDS.get(round).copied().unwrap_or_default();
        format!("{opening}{}", self.sentence(index))
    }

    /// Returns a term; after the last comes the first again, in another company.
    pub(crate) fn term(&self, index: usize) -> String {
        let count = self.terms.len().max(1);
        let first = self.terms.get(index % count).map_or("subject", String::as_str);
        match index / count {
            0 => first.to_owned(),
            round => {
                let second = self.terms.get((index + round) % count).map_or("matter", String::as_str);
                format!("{first} and {second}")
            }
        }
    }

    /// Returns the number of a sentence about that term, or of any.
    pub(crate) fn about(&self, term: &str, otherwise: usize) -> usize {
        let found = self.sentences.iter().position(|sentence| sentence.to_lowercase().contains(term));
        found.unwrap_or(otherwise)
    }
}

/// Finds where the answer to a prompt begins: apart from those to other parts of the same piece.
fn start(prompt: &str) -> usize {
    if prompt.contains("# Mend an answer") {
        return 400 + prompt.len() % 50;
    }
    let Some((_, part)) = prompt.split_once("You write only this part: ") else { return 0 };
    let own = part.split_once("\nyours: ").and_then(|(_, heading)| heading.split('.').next()?.parse().ok());
    match own {
        Some(section) => 24_usize.saturating_mul(section),
        None if part.starts_with("the conclusion") => 380,
        None => 0,
    }
}

/// The blocks between lines that bear the prompt's mark, each with the heading before it.
fn blocks(prompt: &str) -> Vec<(String, String)> {
    let mark = MARK.as_ref().and_then(|pattern| pattern.captures(prompt)).and_then(|found| found.get(1));
    let Some(mark) = mark.map(|found| found.as_str()) else { return Vec::new() };
    let mut blocks = Vec::new();
    let mut heading = String::new();
    let mut open: Option<String> = None;
    for line in prompt.lines() {
        let is_fence = line.contains(mark) && line.trim().len() < mark.len() + 40 && !line.contains('`');
        match (&mut open, is_fence) {
            (Some(text), true) => {
                blocks.push((heading.clone(), std::mem::take(text)));
                open = None;
            }
            (Some(text), false) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, true) => open = Some(String::new()),
            (None, false) if line.starts_with('#') => heading = line.to_lowercase(),
            (None, false) => {}
        }
    }
    blocks
}

/// Whole sentences of plain prose. Lines of a paragraph are joined first.
fn sentences(text: &str) -> Vec<String> {
    let Some(pattern) = SENTENCE.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    for paragraph in text.split("\n\n") {
        let lines = paragraph.lines().filter(|line| !line.trim_start().starts_with(['#', '|', '>', '`']));
        let joined = lines.map(str::trim).collect::<Vec<_>>().join(" ");
        for sentence in pattern.find_iter(&joined) {
            let sentence = sentence.as_str().trim().to_owned();
            if !found.contains(&sentence) && !sentence.contains("://") && found.len() < MAX_SENTENCES {
                found.push(sentence);
            }
        }
    }
    found
}

/// The words that occur most, longer ones first among equals.
fn terms(sentences: &[String]) -> Vec<String> {
    let Some(pattern) = TERM.as_ref() else { return Vec::new() };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for word in sentences.iter().flat_map(|sentence| pattern.find_iter(sentence)) {
        *counts.entry(word.as_str().to_lowercase()).or_default() += 1;
    }
    let mut ranked: Vec<(String, usize)> = counts.into_iter().collect();
    ranked.sort_by_key(|(word, count)| {
        (std::cmp::Reverse(*count), std::cmp::Reverse(word.len()), word.clone())
    });
    ranked.into_iter().map(|(word, _)| word).take(60).collect()
}

/// The title of a line that begins with its number: `3. Sugar (objectives 1)`.
fn titled_line(text: &str) -> Option<String> {
    let (number, title) = text.lines().next()?.split_once(". ")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let title = title.split(" (objectives ").next().unwrap_or_default();
    is_number.then(|| title.to_owned())
}

/// Counts the lines that begin with a number.
fn numbered(text: &str) -> usize {
    NUMBERED.as_ref().map_or(0, |pattern| pattern.find_iter(text).count())
}
