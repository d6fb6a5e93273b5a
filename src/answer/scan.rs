//! Looks at the text under a step budget: single bytes, quotes of every kind, blanks, comments, end marks.
//!
//! Every look at a byte costs one step; when the steps are used up the text seems to end, so every loop
//! above ends too, and [`Scan::is_exhausted`] tells the two apart. What the looks mean is decided in
//! `ending.rs` (where a string ends) and `repair/` (how values nest).

use super::Reason;
use super::edit::{EditLog, Form};
use super::elision;

/// Bytes before a comment that are searched for what it stands behind.
const COMMENT_LEAD: usize = 200;
/// Bytes before a value that are searched for the tag around it.
const TAG_WINDOW: usize = 2000;
/// Marks that models and their servers end an answer with.
const STOP_TOKENS: [&str; 5] = ["<|", "<eos>", "<end_of_turn>", "<EOT>", "<｜"];

/// A kind of delimiter around a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quote {
    Double,
    Single,
    Backtick,
    Smart,
    SmartSingle,
    Angle,
    Fullwidth,
}

impl Quote {
    /// Tells which kind of string a character opens.
    fn opened_by(character: char) -> Option<Self> {
        Some(match character {
            '"' => Self::Double,
            '\'' => Self::Single,
            '`' => Self::Backtick,
            '“' | '”' | '„' | '‟' => Self::Smart,
            '‘' | '’' | '‚' => Self::SmartSingle,
            '«' => Self::Angle,
            '＂' => Self::Fullwidth,
            _ => return None,
        })
    }

    /// True if the character may close a string of this kind.
    fn closed_by(self, character: char) -> bool {
        match self {
            Self::Double => character == '"',
            Self::Single => character == '\'',
            Self::Backtick => character == '`',
            Self::Smart => matches!(character, '”' | '"' | '“'),
            Self::SmartSingle => matches!(character, '’' | '\''),
            Self::Angle => character == '»',
            Self::Fullwidth => character == '＂',
        }
    }

    /// True if unescaped quotes inside such a string come in pairs.
    pub(super) const fn pairs_up(self) -> bool {
        matches!(self, Self::Double | Self::Fullwidth)
    }
}

/// The text of one candidate and what may still be spent on it.
pub(super) struct Scan<'a> {
    text: &'a str,
    fuel: u64,
    /// Where the candidate begins that is being read.
    pub(super) start: usize,
    /// Whether `\n` written out counts as a blank between tokens.
    pub(super) escaped_blanks: bool,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str, fuel: u64) -> Self {
        Self { text, fuel, start: 0, escaped_blanks: false }
    }

    pub(super) const fn is_exhausted(&self) -> bool {
        self.fuel == 0
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    pub(super) fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    #[inline]
    pub(super) fn byte(&mut self, at: usize) -> Option<u8> {
        self.fuel = self.fuel.saturating_sub(1);
        if self.fuel == 0 {
            return None;
        }
        self.text.as_bytes().get(at).copied()
    }

    pub(super) fn starts(&mut self, at: usize, what: &str) -> bool {
        self.fuel = self.fuel.saturating_sub(1);
        self.fuel > 0 && self.text.as_bytes().get(at..).is_some_and(|rest| rest.starts_with(what.as_bytes()))
    }

    pub(super) fn character(&mut self, at: usize) -> Option<char> {
        self.fuel = self.fuel.saturating_sub(1);
        if self.fuel == 0 {
            return None;
        }
        self.text.get(at..)?.chars().next()
    }

    /// Tells whether a string may open here, and how many bytes the quote takes.
    pub(super) fn opening_quote(&mut self, at: usize) -> Option<(Quote, usize)> {
        let first = self.byte(at)?;
        if first == b'`' && self.starts(at, "```") {
            return None;
        }
        if first < 0x80 && !matches!(first, b'"' | b'\'' | b'`') {
            return None;
        }
        let character = self.character(at)?;
        Quote::opened_by(character).map(|quote| (quote, character.len_utf8()))
    }

    /// Tells whether a string of this kind may close here, and how many bytes the quote takes.
    #[inline]
    pub(super) fn closing_quote(&mut self, at: usize, first: u8, quote: Quote) -> Option<usize> {
        if first == b'`' && quote == Quote::Backtick {
            // Several backticks in a row are a fence in the text.
            let before = at.checked_sub(2).map_or("", |from| self.slice(from, at));
            return (self.byte(at + 1) != Some(b'`') && before != "``").then_some(1);
        }
        if first < 0x80 {
            return quote.closed_by(char::from(first)).then_some(1);
        }
        if matches!(quote, Quote::Double | Quote::Single | Quote::Backtick) || first < 0xC0 {
            return None;
        }
        let character = self.character(at)?;
        quote.closed_by(character).then_some(character.len_utf8())
    }

    /// Measures one blank: its bytes, and the form under which it is logged if it is none of JSON's own.
    fn blank(&mut self, at: usize) -> Option<(usize, Option<Form>)> {
        match self.byte(at)? {
            b' ' | b'\t' | b'\n' | b'\r' => Some((1, None)),
            0x0b | 0x0c => Some((1, Some(Form::InvisibleCharacter))),
            b'\\' if self.escaped_blanks && matches!(self.byte(at + 1), Some(b'n' | b't' | b'r')) => {
                Some((2, Some(Form::EscapedWhitespace)))
            }
            byte if byte >= 0x80 => {
                let character = self.character(at)?;
                let invisible = matches!(character,
                    '\u{a0}' | '\u{ad}' | '\u{180e}' | '\u{2000}'..='\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202f}'
                    | '\u{205f}'..='\u{2064}' | '\u{3000}' | '\u{feff}' | '\u{85}' | '\u{1680}');
                invisible.then(|| (character.len_utf8(), Some(Form::InvisibleCharacter)))
            }
            _ => None,
        }
    }

    /// Finds the end of the comment that begins here.
    fn comment(&mut self, at: usize) -> Option<usize> {
        let first = self.byte(at)?;
        if first == b'#' || (first == b'/' && self.byte(at + 1) == Some(b'/')) {
            return Some(self.line_end(at));
        }
        if first != b'/' || self.byte(at + 1) != Some(b'*') {
            return None;
        }
        let mut end = at + 2;
        while let Some(byte) = self.byte(end) {
            if byte == b'*' && self.byte(end + 1) == Some(b'/') {
                return Some(end + 2);
            }
            end += 1;
        }
        Some(end)
    }

    /// Finds where the line ends (before its line feed).
    pub(super) fn line_end(&mut self, at: usize) -> usize {
        let mut end = at;
        while let Some(byte) = self.byte(end) {
            if byte == b'\n' || (byte == b'\\' && self.escaped_blanks && self.byte(end + 1) == Some(b'n')) {
                break;
            }
            end += 1;
        }
        end
    }

    /// Skips blanks and comments without logging them; for looking ahead.
    pub(super) fn skip(&mut self, at: usize) -> usize {
        let mut here = at;
        loop {
            if let Some((length, _)) = self.blank(here) {
                here += length;
            } else if let Some(end) = self.comment(here) {
                here = end;
            } else {
                return here;
            }
        }
    }

    /// Skips blanks and comments and logs the ones JSON does not know.
    ///
    /// # Errors
    /// A comment that stands for left-out content (`// ... and so on`), or one that may be a text without its
    /// opening quote (`# heading",`).
    pub(super) fn advance(&mut self, at: usize, log: &mut EditLog) -> Result<usize, Reason> {
        let mut here = at;
        loop {
            if let Some((length, form)) = self.blank(here) {
                if let Some(form) = form {
                    log.note(form, here, "skipped between tokens");
                }
                here += length;
            } else if let Some(end) = self.comment(here) {
                let comment = self.slice(here, end);
                if self.stands_for_content(here, end) {
                    return Err(Reason::Elided);
                }
                // Behind a text what seems to be a comment may be the rest of it: `"a 5" # and 6" pipe"`.
                let before = self.slice(0, here).trim_end().chars().next_back();
                let quote = before.filter(|character| matches!(character, '"' | '\'' | '`'));
                if comment.matches('"').count() % 2 == 1 || quote.is_some_and(|quote| comment.contains(quote))
                {
                    return Err(Reason::Ambiguous);
                }
                log.note(Form::Comment, here, "left out");
                here = end;
            } else {
                return Ok(here);
            }
        }
    }

    /// True if a comment stands for content that was left out: it says so, or it stands where a member or item
    /// would, as the last thing before a closing bracket.
    fn stands_for_content(&mut self, at: usize, end: usize) -> bool {
        if elision::is_announced(self.slice(at, end)) {
            return true;
        }
        let behind = self.skip(end);
        if !matches!(self.byte(behind), Some(b'}' | b']')) {
            return false;
        }
        let before = self.slice(self.text.floor_char_boundary(at.saturating_sub(COMMENT_LEAD)), at);
        let line = before.trim_end_matches([' ', '\t']);
        line.ends_with([',', '\n', '[', '{']) || before.trim_end().ends_with([',', '[', '{'])
    }

    /// True if a line break lies between the two places.
    pub(super) fn breaks_line(&self, from: usize, to: usize) -> bool {
        let between = self.slice(from, to);
        between.contains('\n') || (self.escaped_blanks && between.contains("\\n"))
    }

    /// True if the answer was ended on purpose here: a closing fence, a stop token, a closing tag.
    pub(super) fn is_end_mark(&mut self, at: usize) -> bool {
        match self.byte(at) {
            Some(b'`') => self.starts(at, "```") && self.is_closing_fence(at),
            Some(b'~') => self.starts(at, "~~~") && self.is_closing_fence(at),
            Some(b'<') if self.byte(at + 1) == Some(b'/') => self.closes_outer_tag(at),
            Some(b'<') => STOP_TOKENS.iter().any(|mark| self.starts(at, mark)),
            Some(b'[') => self.starts(at, "[/INST]"),
            _ => false,
        }
    }

    /// True if a fence has its line to itself, without a language: any other may belong to a text.
    fn is_closing_fence(&self, at: usize) -> bool {
        let before = self.slice(0, at).trim_end_matches([' ', '\t']);
        let rest = self
            .slice(at, self.text.len())
            .trim_start_matches(['`', '~'])
            .trim_start_matches([' ', '\t', '\r']);
        let begins_line =
            before.is_empty() || before.ends_with('\n') || (self.escaped_blanks && before.ends_with("\\n"));
        begins_line
            && (rest.is_empty()
                || rest.starts_with(['\n', '<'])
                || (self.escaped_blanks && rest.starts_with("\\n")))
    }

    /// True if a closing tag here belongs to one that was opened before the value, or is the stop token `</s>`.
    fn closes_outer_tag(&mut self, at: usize) -> bool {
        let end = self.word_end(at + 2);
        let name = self.slice(at + 2, end);
        if name == "s" {
            return self.slice(end, self.text.len()).trim_start_matches('>').trim().is_empty();
        }
        let from = self.text.floor_char_boundary(self.start.saturating_sub(TAG_WINDOW));
        let before = self.slice(from, self.start);
        !name.is_empty()
            && before
                .match_indices(name)
                .any(|(index, _)| before.get(..index).is_some_and(|head| head.ends_with('<')))
    }

    /// Finds the end of the word (letters, digits, `_`, `$`, `-`) that begins here; equal to `at` if none.
    pub(super) fn word_end(&mut self, at: usize) -> usize {
        let mut end = at;
        while let Some(byte) = self.byte(end) {
            let in_word = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80;
            if !in_word && (byte != b'-' || end == at) {
                break;
            }
            if byte >= 0x80 {
                match self.character(end) {
                    Some(character) if character.is_alphanumeric() => end += character.len_utf8(),
                    _ => break,
                }
            } else {
                end += 1;
            }
        }
        end
    }

    /// True if an ellipsis stands here.
    pub(super) fn is_ellipsis(&mut self, at: usize) -> bool {
        self.starts(at, "...") || self.starts(at, "…")
    }
}
