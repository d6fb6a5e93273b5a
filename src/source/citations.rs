//! Decides which numbers in brackets refer to a list of sources (`It grows.[12]`), and which belong to
//! the sentence: an interval (`the domain [1, 5]`), an index (`a[1]`), a list (`the set [2, 3]`).
//! A mark goes only on good evidence; when in doubt it stays. Used by `lines.rs`; how marks stand in
//! their line is read in `citation_marks.rs`.

use std::collections::BTreeSet;

use super::bibliography;
use super::citation_marks::{Marks, Place};
use super::view::Glyph;

/// Entries of a bibliography that show a text has one.
const MIN_ENTRIES: usize = 2;
/// References right behind a stop that show a text numbers its sources.
const MIN_BEHIND_STOPS: usize = 2;
/// References at the ends of clauses that show it where nothing in brackets is part of a sentence.
const MIN_CLOSING: usize = 4;
/// How many references have to count up from 1, apart from each other, where nothing else shows what they are.
const MIN_COUNTED: usize = 3;
/// How many of these end a clause.
const MIN_COUNTED_CLOSING: usize = 2;

/// What a document does with numbers in brackets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Citations {
    /// Marks right behind the stop of a sentence are references.
    behind_stops: bool,
    /// So are others, unless the words around them say otherwise.
    elsewhere: bool,
    /// So are lists of numbers at the end of a clause.
    closing_lists: bool,
    /// So are those amidst one.
    lists: bool,
}

/// Marks that stand together: how many glyphs they take, and whether they refer to sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) length: usize,
    pub(super) are_references: bool,
}

impl Citations {
    /// Reads the runs of a document for what its brackets hold.
    pub(super) fn of<'a>(runs: impl Iterator<Item = &'a [Glyph]>) -> Self {
        let mut evidence = Evidence::default();
        runs.for_each(|run| evidence.read(run));
        evidence.verdict()
    }

    /// Judges the marks that begin at `at`, all that are joined to the first; nothing if none begins there.
    pub(super) fn judge(self, run: &[Glyph], at: usize) -> Option<Judged> {
        let marks = Marks::at(run, at)?;
        let as_list =
            !marks.has_list || self.lists || (self.closing_lists && (marks.closes || marks.follows_stop));
        let are_references = match marks.place {
            Place::BehindStop => self.behind_stops,
            Place::Glued => self.elsewhere && (!marks.has_list || self.lists),
            Place::Spaced => self.elsewhere && as_list,
            Place::First | Place::Subject => false,
        };
        Some(Judged { length: marks.length, are_references })
    }
}

/// What the brackets of a document show together. Lists of numbers show nothing, except behind a stop.
#[derive(Debug, Default)]
struct Evidence {
    entries: usize,
    behind_stops: usize,
    lists_behind_stops: usize,
    /// Single numbers behind a word.
    others: usize,
    /// Those behind a space and before a stop or comma.
    closing: usize,
    /// Those behind a stop and a space.
    behind_spaced_stops: usize,
    /// Those behind a space, each number once.
    numbers: BTreeSet<u32>,
    /// The words before them; values stand behind the same few.
    words: BTreeSet<String>,
    /// The largest number so far, where all came in order.
    counted: u32,
    is_out_of_order: bool,
    /// Single numbers that are part of a sentence.
    has_subjects: bool,
    /// `the interval [0, 1]`
    has_lists: bool,
    /// `a[0]`, `a[i]`
    has_indices: bool,
    /// `xs.[0]`
    has_dotted_indices: bool,
}

impl Evidence {
    fn read(&mut self, run: &[Glyph]) {
        self.entries += bibliography::entries_in(run);
        let mut at = 0;
        while let Some(next) = run.iter().skip(at).position(|glyph| glyph.character == '[') {
            at += next;
            self.look_for_index(run, at);
            let marks = Marks::at(run, at);
            self.has_lists |= marks.is_none() && is_list_of_values(run, at);
            at += marks.as_ref().map_or(1, |marks| marks.length);
            if let Some(marks) = marks.filter(|marks| !marks.starts_line) {
                self.weigh(marks);
            }
        }
    }

    fn weigh(&mut self, marks: Marks) {
        let is_subject = marks.place == Place::Subject;
        if marks.has_list {
            self.has_lists |= is_subject;
            let is_behind_stop = marks.place == Place::BehindStop;
            self.behind_stops += usize::from(is_behind_stop);
            self.lists_behind_stops += usize::from(is_behind_stop);
            let in_order =
                |counted: u32, number: &u32| counted.max(if *number == counted + 1 { *number } else { 0 });
            self.counted =
                if is_subject { self.counted } else { marks.numbers.iter().fold(self.counted, in_order) };
            return;
        }
        match marks.place {
            Place::First => return,
            Place::Subject => {
                self.has_subjects = true;
                return;
            }
            Place::BehindStop => self.behind_stops += 1,
            Place::Glued => self.others += 1,
            Place::Spaced => {
                self.others += 1;
                self.closing += usize::from(marks.closes && !marks.follows_stop);
                self.behind_spaced_stops += usize::from(marks.follows_stop);
                self.numbers.extend(marks.numbers.first());
                if self.words.len() < MIN_CLOSING {
                    self.words.insert(marks.word);
                }
            }
        }
        for number in marks.numbers {
            self.is_out_of_order |= number > self.counted + 1;
            self.counted = self.counted.max(number);
        }
    }

    fn look_for_index(&mut self, run: &[Glyph], at: usize) {
        let character = |at: Option<usize>| at.and_then(|at| run.get(at)).map(|glyph| glyph.character);
        let (before, first, second) =
            (character(at.checked_sub(1)), character(Some(at + 1)), character(Some(at + 2)));
        let is_index = matches!(first, Some('0'))
            || (matches!(first, Some('i' | 'j' | 'k' | 'n' | '-'))
                && matches!(second, Some(']' | '+' | '-' | '1')));
        let is_glued =
            before.is_some_and(|before| before.is_alphanumeric() || matches!(before, '_' | ']' | ')'));
        self.has_indices |= is_index && is_glued;
        self.has_dotted_indices |= is_index && before == Some('.');
    }

    fn verdict(&self) -> Citations {
        let counts_up = !self.is_out_of_order
            && self.numbers.len() >= MIN_COUNTED
            && self.words.len() >= MIN_COUNTED
            && self.closing + self.behind_stops + self.behind_spaced_stops >= MIN_COUNTED_CLOSING;
        let closes_clauses = self.closing >= MIN_CLOSING
            && self.numbers.len() >= MIN_COUNTED
            && self.words.len() >= MIN_CLOSING
            && !self.has_subjects;
        let numbers_sources = self.entries >= MIN_ENTRIES
            || self.behind_stops >= MIN_BEHIND_STOPS
            || (self.behind_stops >= 1 && self.others >= 2)
            || closes_clauses
            || counts_up;
        let elsewhere = numbers_sources && !self.has_indices && !self.has_dotted_indices;
        let closing_lists = elsewhere && !self.has_lists;
        Citations {
            behind_stops: !self.has_dotted_indices,
            elsewhere,
            closing_lists,
            lists: closing_lists && self.lists_behind_stops > 0,
        }
    }
}

/// `[0, 1]`, `[a, b]`, `[-1, 2.5]`: brackets around values that are no references.
fn is_list_of_values(run: &[Glyph], at: usize) -> bool {
    const MAX_CHARACTERS: usize = 30;
    let inside = run.iter().skip(at + 1).take(MAX_CHARACTERS);
    let content: String = inside.map(|glyph| glyph.character).take_while(|mark| *mark != ']').collect();
    let is_value = |value: &str| {
        let value = value.trim();
        let is_number = value.chars().any(|mark| mark.is_ascii_digit())
            && value.chars().all(|mark| mark.is_ascii_digit() || ".-−".contains(mark));
        is_number || value.chars().count() == 1
    };
    content.contains(',') && content.chars().count() < MAX_CHARACTERS && content.split(',').all(is_value)
}

#[cfg(test)]
#[path = "citations_tests.rs"]
mod tests;
