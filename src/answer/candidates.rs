//! Finds the places in a text where a value may stand, reads each, and picks the one that counts.
//!
//! A candidate begins at a bracket that something sensible follows. What was read inside a broken value is never
//! taken for the whole: once a candidate fails after its first key, the answer is refused. Reading one
//! candidate is the work of `repair/`; which of several counts is decided in `several.rs`.

use serde_json::Value;

use super::edit::{EditLog, Form};
use super::entities;
use super::reasoning::{self, Reasoning};
use super::repair::{Parsed, Parser};
use super::scan::Scan;
use super::several::{self, Choice};
use super::surroundings::{self, Closers, Tail, Wrapping};
use super::{Limits, Reason, Schema};

/// First byte of `◁`, which some models open their thoughts with.
const FIRST_OF_TRIANGLE: u8 = 0xE2;

/// A value that was read, and where it stands.
pub(super) struct Candidate {
    pub(super) value: Value,
    pub(super) is_cut: bool,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) log: EditLog,
}

/// What a text holds.
pub(super) enum Search {
    /// The candidate that counts, and how many there were.
    Found(Box<Candidate>, usize),
    /// The text is wrapped once more: this is what is inside.
    Wrapped(String, Form),
    /// Nothing that may be taken.
    Nothing(Reason, usize),
}

/// Looks through a text that is not JSON as it stands.
pub(super) fn search(text: &str, schema: Option<&Schema>, limits: &Limits) -> Search {
    let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
    let fuel = length.saturating_mul(limits.steps_per_byte).saturating_add(10_000);
    let mut finder = Finder {
        scan: Scan::new(text, fuel),
        limits,
        found: Vec::new(),
        boundary: 0,
        longest_elided: 0,
        elides: false,
        broke_off: false,
        considered: 0,
        thought: false,
    };
    match finder.find_all() {
        Err(stop) => *stop,
        Ok(()) => finder.choose(schema),
    }
}

struct Finder<'a> {
    scan: Scan<'a>,
    limits: &'a Limits,
    found: Vec<Candidate>,
    /// Where the text that leads to the next candidate begins.
    boundary: usize,
    /// Length of the longest value with an ellipsis among its members, in bytes.
    longest_elided: usize,
    /// Whether any value was left out, also one of which nothing was given.
    elides: bool,
    /// Whether the text ends in a value of which nothing was finished.
    broke_off: bool,
    considered: usize,
    thought: bool,
}

impl Finder<'_> {
    fn nothing(&self, reason: Reason) -> Box<Search> {
        Box::new(Search::Nothing(reason, self.considered))
    }

    fn find_all(&mut self) -> Result<(), Box<Search>> {
        let text = self.scan.text();
        let mut at = self.lone_members()?;
        while let Some(offset) = text
            .as_bytes()
            .get(at..)
            .and_then(|rest| rest.iter().position(|b| matches!(*b, b'{' | b'[' | b'<' | FIRST_OF_TRIANGLE)))
        {
            let start = at + offset;
            if self.scan.is_exhausted() {
                return Err(self.nothing(Reason::TooManySteps));
            }
            at = match text.as_bytes().get(start) {
                Some(b'{') => self.bracket(start)?,
                bracket => match reasoning::judge(self.scan.text(), start) {
                    Reasoning::NotOne if bracket == Some(&b'[') => self.bracket(start)?,
                    Reasoning::NotOne => start + 1,
                    Reasoning::Unclosed => return Err(self.nothing(Reason::OnlyReasoning)),
                    Reasoning::EndsAt(_) if self.is_in_something_broken(start) => {
                        return Err(self.nothing(Reason::Ambiguous));
                    }
                    Reasoning::EndsAt(end) => self.skip_thoughts(end),
                },
            };
        }
        Ok(())
    }

    /// True if a mark that opens thoughts stands behind a bracket that no value was read from.
    fn is_in_something_broken(&self, start: usize) -> bool {
        let text = self.scan.text();
        let is_closing = text.get(start..).is_some_and(|rest| rest.chars().nth(1) == Some('/'));
        !is_closing && surroundings::opens_a_bracket(text.get(self.boundary..start).unwrap_or_default())
    }

    /// Skips what was thought; a value inside of it or before is no answer.
    fn skip_thoughts(&mut self, end: usize) -> usize {
        self.found.clear();
        self.thought = true;
        self.boundary = end;
        end
    }

    /// Reads a text that begins with a key, its opening brace lost.
    fn lone_members(&mut self) -> Result<usize, Box<Search>> {
        let start = surroundings::first_token(self.scan.text());
        let bracket_first = matches!(self.scan.byte(start), None | Some(b'{' | b'['));
        let quoted = matches!(self.scan.byte(start), Some(b'"'));
        if bracket_first || !quoted || !self.scan.is_key(start, false) {
            return Ok(0);
        }
        self.considered += 1;
        let key = self.scan.text().get(start + 1..).and_then(|behind| behind.split('"').next());
        if key.is_some_and(|key| key.contains(['{', '['])) {
            // `"{a": 1}`: a quote in the wrong place rather than a lost brace.
            return Err(self.nothing(Reason::Ambiguous));
        }
        self.scan.start = start;
        let log = EditLog::bounded(self.limits.max_edits);
        let (parsed, log) = Parser::new(&mut self.scan, log, self.limits.max_depth).parse_members(start);
        self.take(start, parsed, log)
    }

    fn bracket(&mut self, start: usize) -> Result<usize, Box<Search>> {
        match surroundings::wrapping(self.scan.text(), start) {
            Some(Wrapping::Undone(inner, form)) => {
                // What is quoted beside a value, or in a string of a broken one, is not the answer.
                let is_the_answer =
                    self.found.is_empty() && surroundings::leads_in(self.scan.text(), self.boundary, start);
                return Err(if is_the_answer {
                    Box::new(Search::Wrapped(inner, form))
                } else {
                    self.nothing(Reason::Ambiguous)
                });
            }
            Some(Wrapping::Unclear) => return Err(self.nothing(Reason::Ambiguous)),
            None if !self.is_plausible(start) => return Ok(start + 1),
            None => {}
        }
        self.considered += 1;
        self.scan.start = start;
        let log = EditLog::bounded(self.limits.max_edits);
        let (parsed, log) = Parser::new(&mut self.scan, log, self.limits.max_depth).parse(start);
        self.take(start, parsed, log)
    }

    /// True if what follows the bracket can be the inside of a value.
    fn is_plausible(&mut self, start: usize) -> bool {
        self.scan.escaped_blanks = surroundings::has_escaped_blank(self.scan.text(), start + 1);
        let next = self.scan.skip(start + 1);
        let is_object = self.scan.byte(start) == Some(b'{');
        match self.scan.byte(next) {
            None => {
                self.broke_off = true;
                false
            }
            Some(b'}') => is_object,
            Some(b']') => !is_object,
            Some(_) if is_object => self.scan.is_key(next, true) || self.scan.opening_quote(next).is_some(),
            Some(_) => self.scan.value_may_start(next),
        }
    }

    fn take(&mut self, start: usize, parsed: Parsed, log: EditLog) -> Result<usize, Box<Search>> {
        let text = self.scan.text();
        match parsed {
            Parsed::Whole { value, end, goes_on_behind_its_kind } => {
                let candidate = Candidate { value, is_cut: false, start, end, log };
                self.take_whole(candidate, goes_on_behind_its_kind)
            }
            Parsed::Cut { value } => {
                if !surroundings::leads_in(text, self.boundary, start) {
                    return Err(self.nothing(Reason::Ambiguous));
                }
                self.found.push(Candidate { value, is_cut: true, start, end: text.len(), log });
                Ok(text.len())
            }
            Parsed::Failed { reason: Reason::Elided, read } => {
                let end = surroundings::naive_end(text, start).ok_or_else(|| self.nothing(Reason::Elided))?;
                self.elides = true;
                if read > 0 {
                    self.longest_elided = self.longest_elided.max(end - start);
                }
                self.boundary = end;
                Ok(end)
            }
            Parsed::Failed { reason: Reason::Empty, read: 0 } => {
                self.broke_off = true;
                Ok(start + 1)
            }
            Parsed::Failed { reason, read } => {
                let fatal =
                    matches!(reason, Reason::TooDeep | Reason::TooManySteps | Reason::NumberOutOfRange);
                if fatal || read > 0 { Err(self.nothing(reason)) } else { Ok(start + 1) }
            }
        }
    }

    /// Takes a value that was read to its end, unless what stands around it says that it is only a part.
    fn take_whole(&mut self, one: Candidate, goes_on_behind_its_kind: bool) -> Result<usize, Box<Search>> {
        let text = self.scan.text();
        let (start, end, log) = (one.start, one.end, &one.log);
        if is_minor(&one.value) && !surroundings::stands_alone(text, start, end) {
            self.considered -= 1;
            return Ok(end);
        }
        if !surroundings::leads_in(text, self.boundary, start)
            || self.found.len() >= self.limits.max_candidates
        {
            return Err(self.nothing(Reason::Ambiguous));
        }
        let tail = surroundings::tail(text, start, end);
        let leaves_it_open = match surroundings::closers(text, start, end) {
            Closers::MayClose => goes_on_behind_its_kind,
            Closers::TooMany => false,
            Closers::LostOpener => true,
        };
        // `{"a": one } of many"}`: the word may begin a text that lost its opening quote.
        let may_go_on_behind =
            log.has(Form::UnquotedText) && text.get(end..).is_some_and(|rest| rest.contains('"'));
        let stops_within_line = log.has(Form::MissingCloser) && surroundings::words_follow(text, end);
        let moves_a_bracket = log.has(Form::MissingCloser) || log.has(Form::MissingOpener);
        if tail == Tail::GoesOn
            || stops_within_line
            || may_go_on_behind
            || (tail == Tail::ExtraClosers && (leaves_it_open || moves_a_bracket))
        {
            return Err(self.nothing(Reason::Ambiguous));
        }
        self.found.push(one);
        self.boundary = end;
        Ok(end)
    }

    fn choose(mut self, schema: Option<&Schema>) -> Search {
        let text = self.scan.text();
        self.note_what_breaks_off();
        if self.found.iter().any(|candidate| !is_minor(&candidate.value)) {
            // A list with its lines to itself is no part of a sentence.
            self.found.retain(|candidate| candidate.is_cut || !is_empty(&candidate.value));
        }
        let considered = self.considered;
        let index = match self.found.len() {
            0 if self.elides => return Search::Nothing(Reason::Elided, considered),
            0 if self.broke_off => return Search::Nothing(Reason::Empty, considered),
            0 => return Search::Nothing(Reason::NoJson, considered),
            1 => Some((0, None)),
            _ => match several::choose(text, &self.found, schema) {
                Choice::One(index) => Some((index, None)),
                Choice::LastOfDrafts(index) => Some((index, Some("took the last of several"))),
                Choice::Joined(value) => {
                    self.join(value);
                    Some((0, Some("joined what was given in parts")))
                }
                Choice::Open => None,
            },
        };
        let Some((index, drafts)) = index else { return Search::Nothing(Reason::Ambiguous, considered) };
        let thought = self.thought;
        let first = self.found.first().map_or(0, |candidate| candidate.start);
        let mut chosen = self.found.swap_remove(index);
        if 2 * self.longest_elided > chosen.end - chosen.start {
            return Search::Nothing(Reason::Elided, considered);
        }
        let value = self.scan.slice(chosen.start, chosen.end);
        if !chosen.is_cut && chosen.log.has(Form::QuoteStyle) && entities::may_be_escaped(value) {
            return Search::Nothing(Reason::Ambiguous, considered);
        }
        if !chosen.is_cut && surroundings::says_it_goes_on(text, chosen.end) {
            return Search::Nothing(Reason::Elided, considered);
        }
        if thought {
            chosen.log.note(Form::Thinking, 0, "left out");
        }
        if let Some(what) = drafts {
            chosen.log.note(Form::Drafts, first, what);
        }
        surroundings::note(text, chosen.start, chosen.end, &mut chosen.log);
        Search::Found(Box::new(chosen), considered)
    }
}

impl Finder<'_> {
    /// Adds a value that was begun behind the last whole one and of which nothing is finished: what was said last
    /// was meant.
    fn note_what_breaks_off(&mut self) {
        let text = self.scan.text();
        let Some(last) = self.found.last().filter(|last| !last.is_cut) else { return };
        if self.broke_off || surroundings::announces_more(text, last.start, last.end) {
            let log = EditLog::bounded(self.limits.max_edits);
            let value = Value::Object(serde_json::Map::new());
            self.found.push(Candidate { value, is_cut: true, start: text.len(), end: text.len(), log });
        }
    }

    /// Puts one value that reaches from the first candidate to the last in the place of all.
    fn join(&mut self, value: Value) {
        let mut parts = std::mem::take(&mut self.found).into_iter();
        let Some(mut whole) = parts.next() else { return };
        whole.value = value;
        for part in parts {
            whole.end = part.end;
            whole.log.append(part.log);
        }
        self.found.push(whole);
    }
}

/// True for a list or an object without anything in it.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// True for what may as well be part of a sentence: `[1]`, `{}`, `[a]`.
fn is_minor(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(|item| !item.is_array() && !item.is_object()),
        Value::Object(members) => members.is_empty(),
        _ => true,
    }
}
