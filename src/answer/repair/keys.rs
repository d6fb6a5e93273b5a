//! Reads a key and its colon, with quotes or the colon missing.
//!
//! Values are read in `values.rs`, what stands between members in `between.rs`.

use super::{Expect, Parser, Step};
use crate::answer::Reason;
use crate::answer::edit::Form;
use crate::answer::ending::Nest;
use crate::answer::scan::Quote;
use crate::answer::text::{self, Escapes, Register};

impl Parser<'_, '_> {
    pub(super) fn key(&mut self, at: usize) -> Step {
        let Some(byte) = self.scan.byte(at) else { return Step::Cut };
        match byte {
            b'}' => return self.close(at + 1),
            b',' => {
                self.log.note(Form::ExtraComma, at, "left out");
                return Step::Go(at + 1, Expect::Key);
            }
            b']' => return self.wrong_closer(at, b']'),
            b'{' if self.parent() == Some(Nest::Array) && self.has_members() => {
                return self.close_missing(at);
            }
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
        if let Some((to, next)) = self.scan.mixed_key(from, quote) {
            self.log.note(Form::QuoteStyle, at, "read as a key");
            return self.colon(self.scan.slice(from, to).to_owned(), next);
        }
        let first = self.scan.skip(from);
        if matches!(self.scan.byte(first), Some(b',' | b':' | b'}' | b']')) {
            // `"x"",a": 1`: the quote and the sign have changed places.
            return self.unclear();
        }
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
                Some(b':' | b'=') if self.scan.breaks_line(from, here) => {
                    return Step::Fail(Reason::Malformed);
                }
                Some(b':' | b'=') => {}
                _ => return self.odd_key(from, here, here + closing),
            }
            if quote == Quote::Single {
                self.escapes = Escapes::Python;
            }
            if quote != Quote::Double {
                self.log.note(Form::QuoteStyle, at, "read as a key");
            }
            let raw = self.raw(from, here, Register::Code);
            let key = text::read(raw, &mut self.log);
            return self.colon(key, here + closing);
        }
    }

    /// Reads a key that is not followed by a colon: its closing quote or its colon is missing.
    fn odd_key(&mut self, from: usize, to: usize, next: usize) -> Step {
        let word_end = self.scan.word_end(from);
        let colon = self.scan.skip(word_end);
        let behind = self.scan.skip(next);
        let is_doubled = self.scan.opening_quote(next).is_some() && {
            let behind = self.scan.skip(next + 1);
            self.scan.byte(behind) == Some(b':')
        };
        if is_doubled || (self.scan.byte(colon) == Some(b':') && colon + 1 == to) {
            // `"a"": 1` and `"a:" 1`: which of the marks is in the wrong place?
            return self.unclear();
        }
        if word_end > from && self.scan.byte(colon) == Some(b':') && colon < to {
            self.log.note(Form::MissingQuote, word_end, "ended the key at its colon");
            let key = self.scan.slice(from, word_end).to_owned();
            return self.colon(key, word_end);
        }
        let key = self.scan.slice(from, to);
        if key.contains(['\n', ',', '\\']) || key.is_empty() || !self.scan.value_may_start(behind) {
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
    pub(super) fn colon(&mut self, key: String, at: usize) -> Step {
        let here = match self.scan.advance(at, &mut self.log) {
            Ok(here) => here,
            Err(reason) => return Step::Fail(reason),
        };
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

    pub(super) fn take_key(&mut self, key: String, next: usize) -> Step {
        let Some(frame) = self.stack.last_mut() else { return Step::Fail(Reason::Malformed) };
        frame.key = Some(key);
        self.read += 1;
        Step::Go(next, Expect::Value)
    }
}
