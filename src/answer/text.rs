//! Turns a raw string into the text it stands for: escapes, escapes JSON does not know, lost backslashes of
//! formulas.
//!
//! Formulas are restored in prose only: what stands between backticks, and the value of a key that names
//! code, keeps its tabs and line breaks. What a lost backslash is told by is in `lost.rs`.

use super::edit::{EditLog, Form};
use super::lost::{FORMULA_WINDOW, Judge, Meaning, around};
use super::path;

/// Where a raw string stands in its text and what it may hold.
#[derive(Clone, Copy)]
pub(super) struct Raw<'a> {
    /// The characters between the quotes.
    pub(super) raw: &'a str,
    /// Where they begin in the text, for the log.
    pub(super) offset: usize,
    /// What kind of text it is.
    pub(super) register: Register,
    /// Whose escapes it is written with.
    pub(super) escapes: Escapes,
}

/// Whose escapes a string is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    /// JSON's.
    Json,
    /// Python's, which also knows `\xa0` and `\U0001f600`.
    Python,
}

/// What kind of text a string holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Register {
    /// Sentences and formulas.
    Prose,
    /// Program text: escapes mean what JSON says.
    Code,
}

impl Register {
    /// Judges by the key a string stands under.
    pub(super) fn of_key(key: Option<&str>) -> Self {
        const CODE_KEYS: [&str; 4] = ["code", "snippet", "regex", "regexp"];
        let Some(key) = key else { return Self::Prose };
        let lower = key.to_ascii_lowercase();
        let last = lower.rsplit(['_', '-', ' ']).next().unwrap_or_default();
        if CODE_KEYS.contains(&last) { Self::Code } else { Self::Prose }
    }
}

/// Reads a raw string.
pub(super) fn read(raw: Raw<'_>, log: &mut EditLog) -> String {
    if !raw.raw.bytes().any(|byte| byte == b'\\' || byte < 0x20) {
        return raw.raw.to_owned();
    }
    let mut reading = Reading {
        source: raw,
        bytes: raw.raw.as_bytes(),
        out: String::with_capacity(raw.raw.len()),
        judge: Judge::new(raw.raw),
        has_environment: raw.raw.contains("\\begin{"),
        may_hold_path: raw.raw.contains(":\\"),
        ticks: 0,
    };
    let mut copied = 0;
    let mut here = 0;
    while let Some(&byte) = reading.bytes.get(here) {
        match byte {
            b'\\' => {
                reading.out.push_str(raw.raw.get(copied..here).unwrap_or_default());
                here = reading.escape(here, log);
                copied = here;
            }
            b'`' => {
                let run = reading
                    .bytes
                    .get(here..)
                    .map_or(1, |rest| rest.iter().take_while(|b| **b == b'`').count());
                reading.ticks = if reading.ticks == 0 {
                    run
                } else if reading.ticks == run {
                    0
                } else {
                    reading.ticks
                };
                here += run;
            }
            _ => {
                if byte < 0x20 {
                    log.note(Form::ControlCharacter, raw.offset + here, "kept as text");
                }
                here += 1;
            }
        }
    }
    reading.out.push_str(raw.raw.get(copied..).unwrap_or_default());
    reading.out
}

struct Reading<'a> {
    source: Raw<'a>,
    bytes: &'a [u8],
    out: String,
    judge: Judge<'a>,
    has_environment: bool,
    may_hold_path: bool,
    /// How many backticks opened the code we are in.
    ticks: usize,
}

impl Reading<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// Reads the escape at `at` and returns where reading goes on.
    fn escape(&mut self, at: usize, log: &mut EditLog) -> usize {
        let Some(letter) = self.byte(at + 1) else {
            log.note(Form::Escape, self.source.offset + at, "kept a lone backslash");
            self.out.push('\\');
            return at + 1;
        };
        let plain = match letter {
            b'"' => '"',
            b'/' => '/',
            b'\\' => return self.backslash(at, log),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(at, log),
            b'x' | b'U' if self.source.escapes == Escapes::Python => {
                return self.python_escape(at, letter, log);
            }
            b'\'' | b'`' => {
                log.note(Form::Escape, self.source.offset + at, "read an escaped quote");
                self.out.push(char::from(letter));
                return at + 2;
            }
            b'\n' | b'\r' => {
                // A line break that is meant, or a text that goes on in the next line.
                log.note_unclear();
                self.out.push('\n');
                return at + 2;
            }
            _ => {
                log.note(Form::Escape, self.source.offset + at, "kept the backslash");
                if self.is_foreign(at, letter) {
                    log.note_unclear();
                }
                self.out.push('\\');
                return at + 1;
            }
        };
        if letter.is_ascii_alphabetic() && self.may_hold_path {
            match path::judge(self.source.raw, at) {
                path::Place::Outside => {}
                path::Place::Unclear => log.note_unclear(),
                path::Place::Inside => {
                    log.note(Form::Escape, self.source.offset + at, "kept the backslash");
                    self.out.push('\\');
                    return at + 1;
                }
            }
        }
        if letter.is_ascii_alphabetic() && self.in_prose() {
            match self.judge.judge(at, letter) {
                Meaning::Escape => {}
                Meaning::Unclear => log.note_unclear(),
                Meaning::Command => {
                    log.note(Form::Formula, self.source.offset + at, "put the backslash back");
                    self.out.push('\\');
                    return at + 1;
                }
            }
        }
        self.out.push(plain);
        at + 2
    }

    /// Reads two backslashes: one, or a TeX line break inside an environment written with single ones.
    fn backslash(&mut self, at: usize, log: &mut EditLog) -> usize {
        self.out.push('\\');
        let follows = self.byte(at + 2).unwrap_or(b'.');
        let line_break = matches!(follows, b' ' | b'\n' | b'[' | b'&' | b'0'..=b'9' | b'\\');
        if line_break && self.in_environment(at) {
            log.note(Form::Formula, self.source.offset + at, "put the backslash of a line break back");
            self.out.push('\\');
        }
        at + 2
    }

    /// True if a TeX environment that was opened with one backslash surrounds this place.
    fn in_environment(&self, at: usize) -> bool {
        if !self.has_environment || !self.in_prose() {
            return false;
        }
        let (before, after) = around(self.source.raw, at, FORMULA_WINDOW);
        before.rfind("\\begin{").is_some_and(|from| {
            let doubled = before.as_bytes().get(from.wrapping_sub(1)) == Some(&b'\\');
            !doubled && !before.get(from..).unwrap_or_default().contains("\\end{") && after.contains("\\end{")
        })
    }

    fn in_prose(&self) -> bool {
        self.ticks == 0 && self.source.register == Register::Prose
    }

    fn unicode(&mut self, at: usize, log: &mut EditLog) -> usize {
        let Some(unit) = self.hex(at + 2, 4) else {
            log.note(Form::Escape, self.source.offset + at, "kept the backslash");
            if self.byte(at + 2).is_some_and(|next| next.is_ascii_digit() || next == b'{') {
                // No command begins like this: it is a character that was written otherwise.
                log.note_unclear();
            }
            self.out.push('\\');
            return at + 1;
        };
        if let Some(character) = char::from_u32(unit) {
            self.out.push(character);
            return at + 6;
        }
        let low = match (self.byte(at + 6), self.byte(at + 7)) {
            (Some(b'\\'), Some(b'u')) => self.hex(at + 8, 4),
            _ => None,
        };
        let joined = low.filter(|low| (0xDC00..0xE000).contains(low) && (0xD800..0xDC00).contains(&unit));
        let character =
            joined.and_then(|low| char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00)));
        if let Some(character) = character {
            self.out.push(character);
            return at + 12;
        }
        // Half a character tells nothing of the whole one.
        log.note_unclear();
        self.out.push('\u{fffd}');
        at + 6
    }

    /// Reads `\xa0` or `\U0001f600`; keeps the backslash of anything else.
    fn python_escape(&mut self, at: usize, letter: u8, log: &mut EditLog) -> usize {
        let length = if letter == b'x' { 2 } else { 8 };
        let character = self.hex(at + 2, length).and_then(char::from_u32);
        let what = if character.is_some() { "read an escape of Python" } else { "kept the backslash" };
        log.note(Form::Escape, self.source.offset + at, what);
        self.out.push(character.unwrap_or('\\'));
        if character.is_some() { at + 2 + length } else { at + 1 }
    }

    /// True for escapes that stand for a character in other languages: `\xe9`, `\U0001f600`, `\101`, `\N{…}`.
    fn is_foreign(&self, at: usize, letter: u8) -> bool {
        let digits = |length: usize| self.hex(at + 2, length).is_some();
        match letter {
            // `\xcancel` is a command.
            b'x' => {
                digits(2) && !self.source.raw.get(at + 2..).is_some_and(|rest| rest.starts_with("cancel"))
            }
            b'U' => digits(8),
            b'0'..=b'7' => [at + 2, at + 3].iter().all(|at| matches!(self.byte(*at), Some(b'0'..=b'7'))),
            b'N' => self.byte(at + 2) == Some(b'{'),
            _ => false,
        }
    }

    fn hex(&self, at: usize, length: usize) -> Option<u32> {
        let digits = self.source.raw.get(at..at + length)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        u32::from_str_radix(digits, 16).ok()
    }
}
