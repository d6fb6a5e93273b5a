//! Reads one candidate with an explicit stack, repairing as it goes, and logs every repair.
//!
//! There is no recursion and no way back: each place is decided once, by what stands around it, and where two
//! readings are possible the candidate fails. Where strings end is decided in `ending.rs`, what their escapes
//! mean in `text.rs`, numbers in `number.rs`. Which candidates there are, and which one counts, is in
//! `candidates.rs`.
//! Below: `values.rs` reads values, `keys.rs` keys, `between.rs` commas and closing brackets.

mod between;
mod keys;
mod values;

use serde_json::map::Entry;
use serde_json::{Map, Value};

use super::Reason;
use super::edit::{EditLog, Form};
use super::ending::Nest;
use super::line_end::closes_too_much;
use super::scan::Scan;
use super::text::{Escapes, Raw, Register};

/// What became of a candidate.
#[derive(Debug)]
pub(super) enum Parsed {
    /// Read to its end, which is at `end`; `goes_on_behind_its_kind` if something follows an object in an object or
    /// a list in a list: an early closing bracket would read the same.
    Whole { value: Value, end: usize, goes_on_behind_its_kind: bool },
    /// The text ends before the value does; `value` holds what was finished.
    Cut { value: Value },
    /// No value can be read; `read` counts the keys and items that were.
    Failed { reason: Reason, read: usize },
}

/// Reads on from where the candidate begins.
pub(super) struct Parser<'s, 'a> {
    scan: &'s mut Scan<'a>,
    log: EditLog,
    stack: Vec<Frame>,
    nests: Vec<Nest>,
    max_depth: usize,
    read: usize,
    repeated_key: bool,
    /// Whether a key appeared twice with two values.
    has_two_values: bool,
    nests_in_its_kind: bool,
    goes_on_behind_its_kind: bool,
    /// Python's as soon as a key stands in apostrophes.
    escapes: Escapes,
}

struct Frame {
    members: Map<String, Value>,
    items: Vec<Value>,
    key: Option<String>,
    /// Whether a container of the same kind stands in it.
    holds_its_kind: bool,
}

/// What putting a value found under its key.
enum Put {
    /// Nothing.
    New,
    /// The same value.
    Same,
    /// Another value.
    Other,
}

/// What is expected next.
#[derive(Clone, Copy)]
enum Expect {
    Value,
    Item,
    Key,
    After,
}

/// What a step leads to.
enum Step {
    Go(usize, Expect),
    Cut,
    Fail(Reason),
    Done(Value, usize),
}

impl<'s, 'a> Parser<'s, 'a> {
    pub(super) fn new(scan: &'s mut Scan<'a>, log: EditLog, max_depth: usize) -> Self {
        Self {
            scan,
            log,
            stack: Vec::new(),
            nests: Vec::new(),
            max_depth,
            read: 0,
            repeated_key: false,
            has_two_values: false,
            nests_in_its_kind: false,
            goes_on_behind_its_kind: false,
            escapes: Escapes::Json,
        }
    }

    fn raw(&self, from: usize, to: usize, register: Register) -> Raw<'a> {
        Raw { raw: self.scan.slice(from, to), offset: from, register, escapes: self.escapes }
    }

    /// Reads the object or array whose opening bracket stands at `start`.
    pub(super) fn parse(mut self, start: usize) -> (Parsed, EditLog) {
        let step = self.value(start);
        self.run(step)
    }

    /// Reads the members of an object whose opening brace is missing.
    pub(super) fn parse_members(mut self, start: usize) -> (Parsed, EditLog) {
        self.log.note(Form::MissingOpener, start, "put an opening brace");
        let step = self.open(Nest::Object, start);
        self.run(step)
    }

    fn run(mut self, first: Step) -> (Parsed, EditLog) {
        let mut step = first;
        loop {
            let (at, expect) = match step {
                Step::Go(at, expect) => (at, expect),
                Step::Cut if self.scan.is_exhausted() => return self.failed(Reason::TooManySteps),
                Step::Cut => return self.cut(),
                Step::Fail(reason) => return self.failed(reason),
                Step::Done(value, end) => return self.done(value, end),
            };
            let here = match self.scan.advance(at, &mut self.log) {
                Ok(here) => here,
                Err(reason) => {
                    step = Step::Fail(reason);
                    continue;
                }
            };
            step = match expect {
                Expect::Value => self.value(here),
                Expect::Item => self.item(here),
                Expect::Key => self.key(here),
                Expect::After => self.after(here),
            };
        }
    }

    fn failed(self, reason: Reason) -> (Parsed, EditLog) {
        (Parsed::Failed { reason, read: self.read }, self.log)
    }

    fn done(self, value: Value, end: usize) -> (Parsed, EditLog) {
        let repeats = self.has_two_values || (self.repeated_key && self.log.has_structural());
        if repeats || self.contradicts_itself() {
            return self.failed(Reason::Ambiguous);
        }
        (Parsed::Whole { value, end, goes_on_behind_its_kind: self.goes_on_behind_its_kind }, self.log)
    }

    /// True if what was repaired tells of one mark in the place of another, or in the wrong place.
    fn contradicts_itself(&self) -> bool {
        let has = |form| self.log.has(form);
        // `{"a"[ 1}` and `{"a"" 1⏎}`: the bracket or the quote should be a colon.
        let is_other_mark = (has(Form::MissingCloser)
            && (has(Form::MissingColon) || has(Form::MissingComma)))
            || (has(Form::MissingColon) && has(Form::MissingQuote));
        is_other_mark || self.log.moves_a_closer() || self.log.is_unclear()
    }

    /// Closes everything that is open around what was finished.
    fn cut(mut self) -> (Parsed, EditLog) {
        if self.read == 0 {
            return self.failed(Reason::Empty);
        }
        if self.has_two_values || self.contradicts_itself() {
            return self.failed(Reason::Ambiguous);
        }
        let mut inner: Option<Value> = None;
        while let Some(mut frame) = self.stack.pop() {
            let nest = self.nests.pop().unwrap_or(Nest::Object);
            if let Some(value) = inner.take() {
                frame.put(nest, value);
            }
            inner = Some(frame.into_value(nest));
        }
        (Parsed::Cut { value: inner.unwrap_or(Value::Null) }, self.log)
    }

    fn open(&mut self, nest: Nest, next: usize) -> Step {
        if self.stack.len() >= self.max_depth {
            return Step::Fail(Reason::TooDeep);
        }
        self.nests_in_its_kind |= self.nests.last() == Some(&nest);
        self.nests.push(nest);
        self.stack.push(Frame { members: Map::new(), items: Vec::new(), key: None, holds_its_kind: false });
        Step::Go(next, if nest == Nest::Object { Expect::Key } else { Expect::Item })
    }

    /// Puts a finished value where it belongs.
    fn finish(&mut self, value: Value, next: usize) -> Step {
        let nest = self.nests.last().copied().unwrap_or(Nest::Array);
        let Some(frame) = self.stack.last_mut() else { return Step::Done(value, next) };
        self.goes_on_behind_its_kind |= frame.holds_its_kind;
        frame.holds_its_kind |= match nest {
            Nest::Object => value.is_object(),
            Nest::Array => value.is_array(),
        };
        self.read += 1;
        match frame.put(nest, value) {
            Put::New => {}
            Put::Same => self.repeated_key = true,
            Put::Other => self.has_two_values = true,
        }
        Step::Go(next, Expect::After)
    }

    /// Closes the innermost container.
    fn close(&mut self, next: usize) -> Step {
        let nest = self.nests.pop().unwrap_or(Nest::Object);
        match self.stack.pop() {
            Some(frame) => {
                let value = frame.into_value(nest);
                self.finish(value, next)
            }
            None => Step::Fail(Reason::Malformed),
        }
    }

    /// Closes the innermost container although its bracket is missing; reading goes on at `next`.
    fn close_missing(&mut self, next: usize) -> Step {
        if self.nests_in_its_kind {
            // Members of the inner object could as well belong to the outer one.
            return Step::Fail(Reason::Ambiguous);
        }
        if self.last_text_ends_in_a_sign() {
            return Step::Fail(Reason::Ambiguous);
        }
        self.log.note(Form::MissingCloser, next, "put a closing bracket");
        self.close(next)
    }

    /// The value that was finished last where we are.
    fn last_value(&self) -> Option<&Value> {
        let frame = self.stack.last()?;
        frame.items.last().or_else(|| frame.members.values().next_back())
    }

    /// True if the last text ends in a comma or bracket that may be the one that is missing behind its quote, or in a
    /// blank, before which some languages join two texts.
    fn last_text_ends_in_a_sign(&self) -> bool {
        let text = self.last_value().and_then(Value::as_str);
        text.is_some_and(|text| {
            text.ends_with(' ') || text.trim_end().ends_with(',') || closes_too_much(text)
        })
    }

    /// Takes back a text that the answer ends behind: its closing quote may as well have been one of its characters.
    fn drop_last_text(&mut self) {
        if !self.last_value().is_some_and(Value::is_string) {
            return;
        }
        let Some(frame) = self.stack.last_mut() else { return };
        if frame.items.pop().is_none()
            && let Some(key) = frame.members.keys().next_back().cloned()
        {
            frame.members.shift_remove(&key);
        }
    }

    /// The key that names what we are in, through lists.
    fn nearest_key(&self) -> Option<&str> {
        self.stack.iter().rev().find_map(|frame| frame.key.as_deref())
    }

    fn parent(&self) -> Option<Nest> {
        self.nests.len().checked_sub(2).and_then(|index| self.nests.get(index)).copied()
    }

    fn has_members(&self) -> bool {
        self.stack.last().is_some_and(|frame| !frame.members.is_empty())
    }

    fn in_object(&self) -> bool {
        self.nests.last() == Some(&Nest::Object)
    }
}

impl Frame {
    /// Puts a value where it belongs.
    fn put(&mut self, nest: Nest, value: Value) -> Put {
        match (nest, self.key.take()) {
            (Nest::Array, _) => self.items.push(value),
            (Nest::Object, None) => {}
            (Nest::Object, Some(key)) => match self.members.entry(key) {
                Entry::Vacant(free) => {
                    free.insert(value);
                }
                Entry::Occupied(taken) if *taken.get() == value => return Put::Same,
                Entry::Occupied(_) => return Put::Other,
            },
        }
        Put::New
    }

    fn into_value(self, nest: Nest) -> Value {
        match nest {
            Nest::Object => Value::Object(self.members),
            Nest::Array => Value::Array(self.items),
        }
    }
}
