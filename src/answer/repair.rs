//! Reads one candidate with an explicit stack, repairing as it goes, and logs every repair.
//!
//! There is no recursion and no way back: each place is decided once, by what stands around it, and where two
//! readings are possible the candidate fails. Where strings end is decided in `ending.rs`, what their escapes
//! mean in `text.rs`, numbers in `number.rs`. Which candidates there are, and which one counts, is in
//! `candidates.rs`.

use serde_json::{Map, Value};

use super::Reason;
use super::edit::{EditLog, Form};
use super::ending::{Extent, Nest};
use super::scan::{Quote, Scan};
use super::text::{self, Raw, Register};

/// What became of a candidate.
#[derive(Debug)]
pub(super) enum Parsed {
    /// Read to its end, which is at `end`.
    Whole { value: Value, end: usize },
    /// The text ends before the value does; `value` holds what was finished.
    Cut { value: Value },
    /// No value can be read; `read` counts the keys and items that were.
    Failed { reason: Reason, read: usize },
}

/// Reads on from where the candidate begins.
pub(super) struct Parser<'s, 'a> {
    pub(super) scan: &'s mut Scan<'a>,
    pub(super) log: EditLog,
    stack: Vec<Frame>,
    nests: Vec<Nest>,
    max_depth: usize,
    read: usize,
    repeated_key: bool,
    nests_in_its_kind: bool,
}

struct Frame {
    members: Map<String, Value>,
    items: Vec<Value>,
    key: Option<String>,
    /// Where the last item stands if it is a string, in case it turns out to be a key.
    last_string: bool,
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
            nests_in_its_kind: false,
        }
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
            let Some(here) = self.scan.advance(at, &mut self.log) else {
                step = Step::Fail(Reason::Elided);
                continue;
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
        if self.repeated_key && self.log.has_structural() {
            return self.failed(Reason::Ambiguous);
        }
        (Parsed::Whole { value, end }, self.log)
    }

    /// Closes everything that is open around what was finished.
    fn cut(mut self) -> (Parsed, EditLog) {
        if self.read == 0 {
            return self.failed(Reason::Empty);
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
        self.stack.push(Frame { members: Map::new(), items: Vec::new(), key: None, last_string: false });
        Step::Go(next, if nest == Nest::Object { Expect::Key } else { Expect::Item })
    }

    /// Puts a finished value where it belongs.
    fn finish(&mut self, value: Value, next: usize) -> Step {
        let nest = self.nests.last().copied().unwrap_or(Nest::Array);
        let Some(frame) = self.stack.last_mut() else { return Step::Done(value, next) };
        frame.last_string = value.is_string();
        self.read += 1;
        if frame.put(nest, value) {
            self.repeated_key = true;
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
        self.log.note(Form::MissingCloser, next, "put a closing bracket");
        self.close(next)
    }

    fn parent(&self) -> Option<Nest> {
        self.nests.len().checked_sub(2).and_then(|index| self.nests.get(index)).copied()
    }

    fn in_object(&self) -> bool {
        self.nests.last() == Some(&Nest::Object)
    }

    // --- values -------------------------------------------------------------------------------------------

    fn value(&mut self, at: usize) -> Step {
        let Some(byte) = self.scan.byte(at) else { return Step::Cut };
        match byte {
            b'{' => return self.open(Nest::Object, at + 1),
            b'[' => return self.open(Nest::Array, at + 1),
            b'0'..=b'9' | b'-' | b'+' => return self.number(at),
            b'.' if self.scan.byte(at + 1).is_some_and(|next| next.is_ascii_digit()) => {
                return self.number(at);
            }
            b':' if self.in_object() => {
                self.log.note(Form::ExtraColon, at, "left out");
                return Step::Go(at + 1, Expect::Value);
            }
            _ => {}
        }
        if let Some((quote, length)) = self.scan.opening_quote(at) {
            return self.string(at, quote, length);
        }
        if self.scan.is_ellipsis(at) {
            return Step::Fail(Reason::Elided);
        }
        if self.scan.is_end_mark(at) {
            return Step::Cut;
        }
        self.word(at)
    }

    fn item(&mut self, at: usize) -> Step {
        match self.scan.byte(at) {
            Some(b']') => self.close(at + 1),
            Some(b',') => {
                self.log.note(Form::ExtraComma, at, "left out");
                Step::Go(at + 1, Expect::Item)
            }
            Some(b'}') => self.wrong_closer(at, b'}'),
            _ => self.value(at),
        }
    }

    fn string(&mut self, at: usize, quote: Quote, length: usize) -> Step {
        if quote == Quote::Double && self.scan.starts(at, "\"\"\"") {
            return self.triple_quoted(at);
        }
        let register = Register::of_key(self.stack.last().and_then(|frame| frame.key.as_deref()));
        let mut joined: Option<String> = None;
        let (mut open, mut quote, mut length) = (at, quote, length);
        loop {
            if quote != Quote::Double {
                self.log.note(Form::QuoteStyle, open, "read as a string");
            }
            let extent = self.scan.string_extent(open + length, quote, &self.nests);
            let (from, to, next, inner, unquoted_end) = match extent {
                Extent::Closed { from, to, next, inner, unquoted_end } => {
                    (from, to, next, inner, unquoted_end)
                }
                Extent::Cut => return Step::Cut,
                Extent::Unclear => return Step::Fail(Reason::Ambiguous),
            };
            if inner > 0 && quote == Quote::Double {
                self.log.note(Form::UnescapedQuote, from, "kept as text");
            }
            if unquoted_end {
                self.log.note(Form::MissingQuote, to, "ended the string with its line");
            }
            let part =
                text::read(Raw { raw: self.scan.slice(from, to), offset: from, register }, &mut self.log);
            let whole = match joined.take() {
                Some(mut before) => {
                    before.push_str(&part);
                    before
                }
                None => part,
            };
            let behind = self.scan.skip(next);
            if self.scan.byte(behind) == Some(b'+') {
                let follows = self.scan.skip(behind + 1);
                if self.scan.byte(follows).is_none() {
                    return Step::Cut;
                }
                let Some((next_quote, next_length)) = self.scan.opening_quote(follows) else {
                    return Step::Fail(Reason::Malformed);
                };
                self.log.note(Form::Concatenation, behind, "joined two strings");
                (open, quote, length) = (follows, next_quote, next_length);
                joined = Some(whole);
                continue;
            }
            return self.finish(Value::String(whole), next);
        }
    }

    fn triple_quoted(&mut self, at: usize) -> Step {
        let mut end = at + 3;
        while !self.scan.starts(end, "\"\"\"") {
            match self.scan.byte(end) {
                None => return Step::Cut,
                Some(b'\\') => end += 2,
                Some(_) => end += 1,
            }
        }
        self.log.note(Form::QuoteStyle, at, "read as a string");
        let raw = Raw { raw: self.scan.slice(at + 3, end), offset: at + 3, register: Register::Prose };
        let text = text::read(raw, &mut self.log);
        self.finish(Value::String(text), end + 3)
    }

    fn number(&mut self, at: usize) -> Step {
        let mut end = at;
        while let Some(byte) = self.scan.byte(end) {
            if !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_')) {
                break;
            }
            end += 1;
        }
        if self.scan.byte(end).is_none() {
            return Step::Cut;
        }
        let word = self.scan.slice(at, end);
        if let Some((digits, end)) = self.thousands(at, end) {
            self.log.note(Form::Number, at, "read thousands separators");
            return match super::number::read(&digits) {
                super::number::Spelling::Strict(value) => self.finish(value, end),
                _ => Step::Fail(Reason::Malformed),
            };
        }
        match super::number::read(word) {
            super::number::Spelling::Strict(value) => self.finish(value, end),
            super::number::Spelling::Foreign(value) => {
                self.log.note(Form::Number, at, "read a foreign spelling");
                self.finish(value, end)
            }
            super::number::Spelling::OutOfRange => Step::Fail(Reason::NumberOutOfRange),
            super::number::Spelling::NotOne => Step::Fail(Reason::Malformed),
        }
    }

    /// Reads `1,000` as a member's value, where a comma and digits can be nothing else.
    fn thousands(&mut self, at: usize, end: usize) -> Option<(String, usize)> {
        let word = self.scan.slice(at, end);
        if !self.in_object()
            || word.len() > 3
            || !word.bytes().all(|byte| byte.is_ascii_digit())
            || word == "0"
        {
            return None;
        }
        let mut digits = word.to_owned();
        let mut here = end;
        loop {
            let group = self.scan.slice(here + 1, here + 4);
            let is_group = self.scan.byte(here) == Some(b',')
                && group.len() == 3
                && group.bytes().all(|byte| byte.is_ascii_digit())
                && !self.scan.byte(here + 4).is_some_and(|byte| byte.is_ascii_digit() || byte == b':');
            if !is_group {
                break;
            }
            digits.push_str(group);
            here += 4;
        }
        (here > end).then_some((digits, here))
    }

    /// Reads a word without quotes: a literal, or a text that has lost its opening quote.
    fn word(&mut self, at: usize) -> Step {
        let end = self.scan.word_end(at);
        let behind = self.scan.skip(end);
        let word = self.scan.slice(at, end);
        if self.scan.byte(end).is_none() {
            return if matches!(word, "true" | "false" | "null") { self.literal(at, end) } else { Step::Cut };
        }
        if end == at {
            return Step::Fail(Reason::Malformed);
        }
        let ends = matches!(self.scan.byte(behind), None | Some(b',' | b'}' | b']'))
            || self.scan.breaks_line(end, behind)
            || self.scan.is_end_mark(behind);
        if ends {
            return self.literal(at, end);
        }
        self.unopened_string(at)
    }

    fn literal(&mut self, at: usize, end: usize) -> Step {
        let word = self.scan.slice(at, end);
        let (value, form) = match word {
            "true" => return self.finish(Value::Bool(true), end),
            "false" => return self.finish(Value::Bool(false), end),
            "null" => return self.finish(Value::Null, end),
            "True" | "TRUE" => (Value::Bool(true), Form::Literal),
            "False" | "FALSE" => (Value::Bool(false), Form::Literal),
            "None" | "NULL" | "Null" | "nil" | "undefined" | "NaN" | "nan" => (Value::Null, Form::Literal),
            "Infinity" | "inf" => return Step::Fail(Reason::NumberOutOfRange),
            _ if self.in_object() && word.is_ascii() => (Value::String(word.to_owned()), Form::UnquotedText),
            _ => return Step::Fail(Reason::Malformed),
        };
        self.log.note(form, at, "read a word");
        self.finish(value, end)
    }

    /// Reads a text whose opening quote is missing but whose closing one is on the same line.
    fn unopened_string(&mut self, at: usize) -> Step {
        let line_end = self.scan.line_end(at);
        let line = self.scan.slice(at, line_end);
        let Some(length) = line.find('"') else {
            return if self.scan.byte(line_end).is_none() {
                Step::Cut
            } else {
                Step::Fail(Reason::Malformed)
            };
        };
        let text = line.get(..length).unwrap_or_default();
        let next = at + length + 1;
        let behind = self.scan.skip(next);
        let closes = match self.scan.byte(behind) {
            Some(b',') => {
                let key = self.scan.skip(behind + 1);
                self.scan.breaks_line(behind, key)
            }
            Some(b'}' | b']') => self.scan.breaks_line(next, behind),
            _ => false,
        };
        if !closes || text.contains([':', '{', '}', '[', ']', '(', '\\', '<', '`']) {
            return Step::Fail(Reason::Malformed);
        }
        self.log.note(Form::MissingQuote, at, "began the string at its first word");
        self.finish(Value::String(text.to_owned()), next)
    }

    // --- keys ---------------------------------------------------------------------------------------------

    fn key(&mut self, at: usize) -> Step {
        let Some(byte) = self.scan.byte(at) else { return Step::Cut };
        match byte {
            b'}' => return self.close(at + 1),
            b',' => {
                self.log.note(Form::ExtraComma, at, "left out");
                return Step::Go(at + 1, Expect::Key);
            }
            b']' => return self.wrong_closer(at, b']'),
            b'{' if self.parent() == Some(Nest::Array) && self.read > 0 => return self.close_missing(at),
            _ => {}
        }
        if self.scan.is_ellipsis(at) {
            return Step::Fail(Reason::Elided);
        }
        if self.scan.is_end_mark(at) {
            return Step::Cut;
        }
        match self.scan.opening_quote(at) {
            Some((quote, length)) => self.quoted_key(at, quote, length),
            None => self.bare_key(at),
        }
    }

    fn quoted_key(&mut self, at: usize, quote: Quote, length: usize) -> Step {
        let from = at + length;
        let mut here = from;
        loop {
            let Some(byte) = self.scan.byte(here) else { return Step::Cut };
            if byte == b'\\' {
                here += 2;
                continue;
            }
            let Some(closing) = self.scan.closing_quote(here, byte, quote) else {
                here += 1;
                continue;
            };
            let behind = self.scan.skip(here + closing);
            match self.scan.byte(behind) {
                None => return Step::Cut,
                Some(b':' | b'=') => {}
                _ => return self.odd_key(from, here, here + closing),
            }
            if quote != Quote::Double {
                self.log.note(Form::QuoteStyle, at, "read as a key");
            }
            let raw = Raw { raw: self.scan.slice(from, here), offset: from, register: Register::Code };
            let key = text::read(raw, &mut self.log);
            return self.colon(key, here + closing);
        }
    }

    /// Reads a key that is not followed by a colon: its closing quote or its colon is missing.
    fn odd_key(&mut self, from: usize, to: usize, next: usize) -> Step {
        let word_end = self.scan.word_end(from);
        let colon = self.scan.skip(word_end);
        if word_end > from && self.scan.byte(colon) == Some(b':') && colon < to {
            self.log.note(Form::MissingQuote, word_end, "ended the key at its colon");
            let key = self.scan.slice(from, word_end).to_owned();
            return self.colon(key, word_end);
        }
        let key = self.scan.slice(from, to);
        let value = self.scan.skip(next);
        if key.contains(['\n', ',', '\\']) || key.is_empty() || !self.scan.value_may_start(value) {
            return Step::Fail(Reason::Malformed);
        }
        self.log.note(Form::MissingColon, next, "put a colon");
        let key = key.to_owned();
        self.take_key(key, next)
    }

    fn bare_key(&mut self, at: usize) -> Step {
        let end = self.scan.word_end(at);
        if end == at {
            return Step::Fail(Reason::Malformed);
        }
        let key = self.scan.slice(at, end).to_owned();
        if let Some((_, length)) = self.scan.opening_quote(end) {
            let behind = self.scan.skip(end + length);
            if self.scan.byte(behind) == Some(b':') {
                self.log.note(Form::MissingQuote, at, "began the key at its first letter");
                return self.colon(key, end + length);
            }
        }
        let behind = self.scan.skip(end);
        match self.scan.byte(behind) {
            None => Step::Cut,
            Some(b':' | b'=') => {
                self.log.note(Form::UnquotedKey, at, "read as a key");
                self.colon(key, end)
            }
            _ => Step::Fail(Reason::Malformed),
        }
    }

    /// Reads the colon behind a key, or one of the signs other languages have there.
    fn colon(&mut self, key: String, at: usize) -> Step {
        let Some(here) = self.scan.advance(at, &mut self.log) else { return Step::Fail(Reason::Elided) };
        let next = match self.scan.byte(here) {
            Some(b':') if self.scan.byte(here + 1) == Some(b'=') => here + 2,
            Some(b':') => return self.take_key(key, here + 1),
            Some(b'=') if self.scan.byte(here + 1) == Some(b'>') => here + 2,
            Some(b'=') => here + 1,
            _ => return Step::Fail(Reason::Malformed),
        };
        self.log.note(Form::MissingColon, here, "read another sign as a colon");
        self.take_key(key, next)
    }

    fn take_key(&mut self, key: String, next: usize) -> Step {
        let Some(frame) = self.stack.last_mut() else { return Step::Fail(Reason::Malformed) };
        frame.key = Some(key);
        self.read += 1;
        Step::Go(next, Expect::Value)
    }

    // --- between values -----------------------------------------------------------------------------------

    fn after(&mut self, at: usize) -> Step {
        let Some(byte) = self.scan.byte(at) else { return Step::Cut };
        let in_object = self.in_object();
        match byte {
            b',' if in_object => return self.comma(at, Expect::Key),
            b',' => return self.comma(at, Expect::Item),
            b'}' if in_object => return self.close(at + 1),
            b']' if !in_object => return self.close(at + 1),
            b'}' | b']' => return self.wrong_closer(at, byte),
            b':' if !in_object => return self.item_is_key(at),
            _ => {}
        }
        if self.scan.is_ellipsis(at) {
            return Step::Fail(Reason::Elided);
        }
        if self.scan.is_end_mark(at) {
            return self.ended_on_purpose(at);
        }
        if in_object && self.scan.is_key(at, true) {
            self.log.note(Form::MissingComma, at, "put a comma");
            return Step::Go(at, Expect::Key);
        }
        if !in_object && self.scan.value_may_start(at) {
            self.log.note(Form::MissingComma, at, "put a comma");
            return Step::Go(at, Expect::Item);
        }
        Step::Fail(Reason::Malformed)
    }

    fn comma(&mut self, at: usize, expect: Expect) -> Step {
        let behind = self.scan.skip(at + 1);
        if matches!(self.scan.byte(behind), Some(b'}' | b']')) {
            self.log.note(Form::ExtraComma, at, "left out");
        }
        Step::Go(at + 1, expect)
    }

    /// Reads a colon behind an array's last string: the array's bracket is missing, the string is a key.
    fn item_is_key(&mut self, at: usize) -> Step {
        let key = match self.stack.last_mut() {
            Some(frame) if frame.last_string => frame.items.pop(),
            _ => None,
        };
        let (Some(Value::String(key)), Some(Nest::Object)) = (key, self.parent()) else {
            return Step::Fail(Reason::Malformed);
        };
        match self.close_missing(at) {
            Step::Go(next, _) => self.colon(key, next),
            other => other,
        }
    }

    /// Reads a bracket that does not close what is open: the right one is missing, or this is one too many.
    fn wrong_closer(&mut self, at: usize, byte: u8) -> Step {
        let behind = self.scan.skip(at + 1);
        let parent_closes = match (byte, self.parent()) {
            (b'}', Some(Nest::Object)) | (b']', Some(Nest::Array)) => true,
            _ => false,
        };
        let goes_on_inside = match self.scan.byte(behind) {
            Some(b',') => {
                let next = self.scan.skip(behind + 1);
                if self.in_object() {
                    self.scan.is_key(next, false)
                } else {
                    matches!(self.scan.byte(next), Some(b'{' | b'['))
                }
            }
            Some(b']') => !self.in_object() && self.nests.len() <= 2,
            _ => false,
        };
        if parent_closes && !goes_on_inside {
            return match self.close_missing(at) {
                Step::Go(next, _) => Step::Go(next, Expect::After),
                other => other,
            };
        }
        if self.nests_in_its_kind || (parent_closes && self.nests.len() > 2) || self.read == 0 {
            return Step::Fail(Reason::Ambiguous);
        }
        self.log.note(Form::ExtraCloser, at, "left out");
        Step::Go(at + 1, Expect::After)
    }

    /// Closes everything at a mark that only a finished answer has.
    fn ended_on_purpose(&mut self, at: usize) -> Step {
        while !self.stack.is_empty() {
            match self.close_missing(at) {
                Step::Go(..) => {}
                other => return other,
            }
        }
        Step::Fail(Reason::Malformed)
    }
}

impl Frame {
    /// Puts a value; true if its key was there already (the last one counts).
    fn put(&mut self, nest: Nest, value: Value) -> bool {
        match nest {
            Nest::Array => {
                self.items.push(value);
                false
            }
            Nest::Object => self.key.take().is_some_and(|key| self.members.insert(key, value).is_some()),
        }
    }

    fn into_value(self, nest: Nest) -> Value {
        match nest {
            Nest::Object => Value::Object(self.members),
            Nest::Array => Value::Array(self.items),
        }
    }
}
