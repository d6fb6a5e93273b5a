//! Finds the places in a text where a value may stand, reads each, and picks the one that counts.
//!
//! A candidate begins at a bracket that something sensible follows. What was read inside a broken value is never
//! taken for the whole: once a candidate fails after its first key, the answer is refused. Reading one
//! candidate is the work of `repair.rs`; which of several counts is decided in `several.rs`.

use serde_json::Value;

use super::edit::{EditLog, Form};
use super::entities;
use super::repair::{Parsed, Parser};
use super::scan::Scan;
use super::several::{self, Choice};
use super::surroundings::{self, Tail, Wrapping};
use super::{Limits, Reason, Schema};

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
    longest_elided: usize,
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
            .and_then(|rest| rest.iter().position(|b| matches!(b, b'{' | b'[' | b'<')))
        {
            let start = at + offset;
            if self.scan.is_exhausted() {
                return Err(self.nothing(Reason::TooManySteps));
            }
            at = match text.as_bytes().get(start) {
                Some(b'<') => self.tag(start)?,
                _ => self.bracket(start)?,
            };
        }
        Ok(())
    }

    /// Skips a reasoning block; a value inside it is no answer.
    fn tag(&mut self, start: usize) -> Result<usize, Box<Search>> {
        match surroundings::reasoning(self.scan.text(), start) {
            surroundings::Reasoning::NotOne => Ok(start + 1),
            surroundings::Reasoning::Unclosed => Err(self.nothing(Reason::OnlyReasoning)),
            surroundings::Reasoning::EndsAt(end) => {
                self.found.clear();
                self.thought = true;
                self.boundary = end;
                Ok(end)
            }
        }
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
        let log = EditLog::bounded(self.limits.max_edits);
        let (parsed, log) = Parser::new(&mut self.scan, log, self.limits.max_depth).parse_members(start);
        self.take(start, parsed, log)
    }

    fn bracket(&mut self, start: usize) -> Result<usize, Box<Search>> {
        match surroundings::wrapping(self.scan.text(), start) {
            Some(Wrapping::Undone(inner, form)) => return Err(Box::new(Search::Wrapped(inner, form))),
            Some(Wrapping::Unclear) => return Err(self.nothing(Reason::Ambiguous)),
            None if !self.is_plausible(start) => return Ok(start + 1),
            None => {}
        }
        self.considered += 1;
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
            None => false,
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
                if is_minor(&value) && !surroundings::stands_alone(text, start, end) {
                    self.considered -= 1;
                    return Ok(end);
                }
                if !surroundings::leads_in(text, self.boundary, start)
                    || self.found.len() >= self.limits.max_candidates
                {
                    return Err(self.nothing(Reason::Ambiguous));
                }
                let tail = surroundings::tail(text, end);
                let may_have_closed_early =
                    goes_on_behind_its_kind && !surroundings::ends_with_stray_closer(text, start, end);
                // `{"a": one } of many"}`: the word may begin a text that lost its opening quote.
                let may_go_on_behind =
                    log.has_unquoted_text() && text.get(end..).is_some_and(|rest| rest.contains('"'));
                if tail == Tail::GoesOn
                    || may_go_on_behind
                    || (tail == Tail::ExtraClosers && (may_have_closed_early || log.has_put_closer()))
                {
                    return Err(self.nothing(Reason::Ambiguous));
                }
                self.found.push(Candidate { value, is_cut: false, start, end, log });
                self.boundary = end;
                Ok(end)
            }
            Parsed::Cut { value } => {
                if !surroundings::leads_in(text, self.boundary, start) {
                    return Err(self.nothing(Reason::Ambiguous));
                }
                self.found.push(Candidate { value, is_cut: true, start, end: text.len(), log });
                Ok(text.len())
            }
            Parsed::Failed { reason: Reason::Elided, .. } => {
                let end = surroundings::naive_end(text, start).ok_or_else(|| self.nothing(Reason::Elided))?;
                self.longest_elided = self.longest_elided.max(end - start);
                self.boundary = end;
                Ok(end)
            }
            Parsed::Failed { reason, read } => {
                let fatal =
                    matches!(reason, Reason::TooDeep | Reason::TooManySteps | Reason::NumberOutOfRange);
                if fatal || read > 0 { Err(self.nothing(reason)) } else { Ok(start + 1) }
            }
        }
    }

    fn choose(mut self, schema: Option<&Schema>) -> Search {
        if self.found.iter().any(|candidate| !is_minor(&candidate.value)) {
            self.found.retain(|candidate| !is_minor(&candidate.value));
        }
        let considered = self.considered;
        let index = match self.found.len() {
            0 if self.longest_elided > 0 => return Search::Nothing(Reason::Elided, considered),
            0 => return Search::Nothing(Reason::NoJson, considered),
            1 => Some((0, None)),
            _ => match several::choose(self.scan.text(), &self.found, schema) {
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
        if self.longest_elided > 2 * (chosen.end - chosen.start) {
            return Search::Nothing(Reason::Elided, considered);
        }
        let value = self.scan.slice(chosen.start, chosen.end);
        if !chosen.is_cut && chosen.log.has_quote_style() && entities::may_be_escaped(value) {
            return Search::Nothing(Reason::Ambiguous, considered);
        }
        if !chosen.is_cut && surroundings::says_it_goes_on(self.scan.text(), chosen.end) {
            return Search::Nothing(Reason::Elided, considered);
        }
        if thought {
            chosen.log.note(Form::Thinking, 0, "left out");
        }
        if let Some(what) = drafts {
            chosen.log.note(Form::Drafts, first, what);
        }
        surroundings::note(self.scan.text(), chosen.start, chosen.end, &mut chosen.log);
        Search::Found(Box::new(chosen), considered)
    }
}

impl Finder<'_> {
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

/// True for what may as well be part of a sentence: `[1]`, `{}`, `[a]`.
fn is_minor(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(|item| !item.is_array() && !item.is_object()),
        Value::Object(members) => members.is_empty(),
        _ => true,
    }
}
