//! Reads one value: strings and their joints, numbers, words without quotes.
//!
//! Where a string ends is decided in `ending.rs`; what comes before and after a value is read beside this file,
//! in `keys.rs` and `between.rs`.

use serde_json::Value;

use super::{Expect, Parser, Step};
use crate::answer::Reason;
use crate::answer::edit::Form;
use crate::answer::ending::{Extent, Nest};
use crate::answer::number;
use crate::answer::scan::Quote;
use crate::answer::text::{self, Register};

impl Parser<'_, '_> {
    pub(super) fn value(&mut self, at: usize) -> Step {
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

    pub(super) fn item(&mut self, at: usize) -> Step {
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
        let register = Register::of_key(self.nearest_key());
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
                Extent::Unclear => return self.unclear(),
            };
            if inner > 0 && quote == Quote::Double {
                self.log.note(Form::UnescapedQuote, from, "kept as text");
            }
            if unquoted_end {
                self.log.note(Form::MissingQuote, to, "ended the string with its line");
            }
            let raw = self.raw(from, to, register);
            let part = text::read(raw, &mut self.log);
            if self.log.is_unclear() {
                return self.unclear();
            }
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
                if behind == next && follows == behind + 1 {
                    // `"the "+" sign"`: a text in which a sign is quoted.
                    return self.unclear();
                }
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

    /// Refuses the candidate, and with it everything inside of it.
    pub(super) fn unclear(&mut self) -> Step {
        self.read += 1;
        Step::Fail(Reason::Ambiguous)
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
        let behind = self.scan.skip(end + 3);
        let is_followed = matches!(self.scan.byte(behind), None | Some(b',' | b'}' | b']'));
        // `""""` may be two quotes in a text, and a key in it tells that the text has ended before.
        let holds_structure =
            self.scan.byte(at + 3) == Some(b'"') || self.scan.slice(at + 3, end).contains("\":");
        if holds_structure || !is_followed && !self.scan.breaks_line(end, behind) {
            return self.unclear();
        }
        let raw = self.raw(at + 3, end, Register::of_key(self.nearest_key()));
        let text = text::read(raw, &mut self.log);
        if self.log.is_unclear() {
            return self.unclear();
        }
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
            return match number::read(&digits) {
                number::Spelling::Strict(value) => self.finish(value, end),
                _ => Step::Fail(Reason::Malformed),
            };
        }
        match number::read(word) {
            number::Spelling::Strict(value) => self.finish(value, end),
            number::Spelling::Foreign(value) => {
                self.log.note(Form::Number, at, "read a foreign spelling");
                self.finish(value, end)
            }
            number::Spelling::OutOfRange => Step::Fail(Reason::NumberOutOfRange),
            number::Spelling::NotOne => Step::Fail(Reason::Malformed),
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
            || self.scan.is_end_mark(behind)
            || (is_literal(word) && self.lacks_comma(behind));
        if ends {
            return self.literal(at, end);
        }
        self.unopened_string(at)
    }

    /// True if the next member or item stands here although no comma does.
    fn lacks_comma(&mut self, at: usize) -> bool {
        if self.in_object() {
            self.scan.opening_quote(at).is_some() && self.scan.is_key(at, false)
        } else {
            self.scan.value_may_start(at)
        }
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
            _ if self.in_object() && word.is_ascii() && !may_be_literal(word) => {
                (Value::String(word.to_owned()), Form::UnquotedText)
            }
            _ => return Step::Fail(Reason::Malformed),
        };
        self.log.note(form, at, "read a word");
        self.finish(value, end)
    }

    /// Reads a text whose opening quote is missing but whose closing one is on the same line.
    fn unopened_string(&mut self, at: usize) -> Step {
        let lead = self.scan.slice(at.saturating_sub(2), at);
        if !lead.ends_with(':') && lead != ": " {
            // More than one blank: some of them may belong to the text.
            return Step::Fail(Reason::Malformed);
        }
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
}

/// True for a word that stands for a value in some language, or is the front of one that does.
fn may_be_literal(word: &str) -> bool {
    const WORDS: [&str; 16] = [
        "none",
        "yes",
        "no",
        "on",
        "off",
        "y",
        "n",
        "t",
        "f",
        "na",
        "nan",
        "nil",
        "null",
        "undefined",
        "void",
        "inf",
    ];
    let lower = word.to_ascii_lowercase();
    let is_front = ["true", "false", "null"].iter().any(|literal| literal.starts_with(&lower));
    is_front || WORDS.contains(&lower.as_str()) || word.contains('$')
}

/// True for the words that are values in JSON or Python.
fn is_literal(word: &str) -> bool {
    matches!(word, "true" | "false" | "null" | "True" | "False" | "None")
}
