//! Decides where a string ends when quotes inside it may be unescaped and quotes around it may be missing.
//!
//! A quote ends a string only if what follows continues the structure: a comma and a key, a comma and an
//! item, brackets that fit the open ones. Otherwise it belongs to the text. Quotes inside a text come in
//! pairs; where that count contradicts the structure, or a quotation inside is still open (`inner.rs`), the
//! answer is refused, not guessed.

use super::inner::{self, Mark};
use super::scan::{Quote, Scan};

/// What is open around a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nest {
    Object,
    Array,
}

/// What one quote turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Ends,
    Inside,
    Unclear,
}

/// A string that is being read.
struct Text {
    from: usize,
    quote: Quote,
    /// Quotes of its kind that belong to it.
    inner: u32,
    /// Quotations inside of it that are open.
    quotations: u32,
    /// Whether what may be a key stands in it.
    holds_key: bool,
    /// Where the last quote inside of it ends.
    last_quote: usize,
    /// Whether a line of it has ended.
    has_lines: bool,
}

impl Text {
    fn begun(from: usize, quote: Quote) -> Self {
        Self { from, quote, inner: 0, quotations: 0, holds_key: false, last_quote: from, has_lines: false }
    }
}

/// A string as it stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// From `from` to `to`, reading goes on at `next`; `unquoted_end` if its closing quote is missing.
    Closed { from: usize, to: usize, next: usize, inner: u32, unquoted_end: bool },
    /// The text ends inside of the string.
    Cut,
    /// More than one reading is possible.
    Unclear,
}

/// Longest key that is looked for ahead of time, in bytes.
const KEY_WINDOW: usize = 96;
/// Most closing brackets that are looked at behind a quote.
pub(super) const CLOSER_WINDOW: usize = 16;

impl Scan<'_> {
    /// Reads a string value whose opening quote ends before `from`; `open` is what is open, outermost first.
    pub(super) fn string_extent(&mut self, from: usize, quote: Quote, open: &[Nest]) -> Extent {
        let mut text = Text::begun(from, quote);
        let mut here = from;
        loop {
            let Some(byte) = self.byte(here) else { return Extent::Cut };
            if byte == b'\\' {
                text.holds_key |= quote == Quote::Double && text.inner > 0 && self.escaped_key_ends(here);
                here += 2;
                continue;
            }
            if byte == b'\r' && self.byte(here + 1) == Some(b'\n') {
                here += 1;
                continue;
            }
            if byte == b'\n' || byte == b'\r' {
                // Only its first line can be the whole of a string without a closing quote.
                if std::mem::replace(&mut text.has_lines, true) {
                    here += 1;
                    continue;
                }
                if let Some(extent) = self.ends_with_line(from, here, open, text.inner) {
                    let ends_in_quote = self.slice(from, here).trim_end_matches([' ', ',']).ends_with('"');
                    let may_be_first =
                        ends_in_quote || text.quotations > 0 || self.begins_with_elision(from, quote);
                    if quote != Quote::Double && may_be_first {
                        // The mark that seemed to open the string may be its first character.
                        return Extent::Unclear;
                    }
                    return extent;
                }
                here += 1;
                continue;
            }
            let Some(length) = self.closing_quote(here, byte, quote) else {
                text.quotations += u32::from(byte >= 0xC0 && self.only_opens(here, quote));
                here += 1;
                continue;
            };
            if let Some(extent) = self.quote_inside(&mut text, here, length, open) {
                return extent;
            }
            here += length;
        }
    }

    /// Judges a quote that may close the string; `None` if it belongs to the text.
    fn quote_inside(&mut self, text: &mut Text, here: usize, length: usize, open: &[Nest]) -> Option<Extent> {
        let Text { from, quote, inner, .. } = *text;
        let after = here + length;
        let mark = self.mark(text, here, after);
        if mark == Mark::Opens && !quote.pairs_up() {
            text.quotations += 1;
            text.inner += 1;
            text.last_quote = after;
            return None;
        }
        let verdict = self.verdict(after, quote, open, inner);
        // `„A“ and B",`: the mark that seemed to open the string may be its first character.
        let may_be_plain = quote == Quote::Smart && inner > 0 && self.slice(here, after) == "\"";
        match verdict {
            Verdict::Unclear => Some(Extent::Unclear),
            Verdict::Ends if text.holds_key || text.quotations > 0 || may_be_plain => Some(Extent::Unclear),
            Verdict::Ends if self.is_doubled(text, here) || self.is_wrapped(text, here) => {
                Some(Extent::Unclear)
            }
            // A fence in the text and the quotes of it cannot be told apart.
            Verdict::Ends if quote == Quote::Backtick && self.slice(from, here).contains("```") => {
                Some(Extent::Unclear)
            }
            Verdict::Ends => Some(Extent::Closed { from, to: here, next: after, inner, unquoted_end: false }),
            Verdict::Inside => {
                let next = self.skip(after);
                text.holds_key |=
                    quote == Quote::Double && self.looks_structural(from, here, text.last_quote);
                let ends_item = quote == Quote::Double && mark == Mark::Closes && text.quotations == 0;
                // `["a 5" pipe", "a 6" pipe"]`: no quotation is open that this quote could close.
                text.holds_key |= ends_item && self.byte(next) == Some(b',') && self.quote_follows(next + 1);
                text.last_quote = after;
                let is_apostrophe = matches!(quote, Quote::Single | Quote::SmartSingle);
                text.holds_key |=
                    self.byte(next) == Some(b':') && !(is_apostrophe && inner == 0 && next > after);
                text.inner += 1;
                match mark {
                    Mark::Opens => text.quotations += 1,
                    Mark::Closes => text.quotations = text.quotations.saturating_sub(1),
                    Mark::Apostrophe => {}
                }
                None
            }
        }
    }

    /// True if a quote stands right behind another one that has none to pair with: one of them is too many, unless
    /// the first means inches (`5"`).
    fn is_doubled(&self, text: &Text, here: usize) -> bool {
        let before = self.slice(text.from, here);
        let mut characters = before.chars();
        characters.next_back();
        text.quote.pairs_up()
            && text.inner % 2 == 1
            && text.last_quote == here
            && !characters.as_str().ends_with(|character: char| character.is_ascii_digit())
    }

    /// True if a text has two quotes, at its front and at its end: `""x""` is a quotation, or has its quotes twice.
    fn is_wrapped(&self, text: &Text, here: usize) -> bool {
        text.inner == 2 && text.last_quote == here && self.slice(text.from, here).starts_with('"')
    }

    /// True if the mark before a text and its first letters make a word: `'tis`.
    fn begins_with_elision(&self, from: usize, quote: Quote) -> bool {
        let front = self.slice(from, self.text().ceil_char_boundary(from.saturating_add(16)));
        matches!(quote, Quote::Single | Quote::SmartSingle)
            && inner::judge('\'', "", front) == Mark::Apostrophe
    }

    /// Tells what a quote is, judged by its neighbours.
    fn mark(&self, text: &Text, here: usize, after: usize) -> Mark {
        let before = self.slice(text.from.max(self.text().floor_char_boundary(here.saturating_sub(8))), here);
        let behind = self.slice(after, self.text().ceil_char_boundary(after.saturating_add(16)));
        self.slice(here, after).chars().next().map_or(Mark::Closes, |mark| inner::judge(mark, before, behind))
    }

    /// True if a mark stands here that opens a quotation inside of such a string and cannot close one.
    fn only_opens(&mut self, at: usize, quote: Quote) -> bool {
        self.character(at).is_some_and(|mark| inner::only_opens(quote, mark))
    }

    /// True if an escaped quote here closes what may be a key: `\"title\":`.
    fn escaped_key_ends(&mut self, at: usize) -> bool {
        if self.byte(at + 1) != Some(b'"') {
            return false;
        }
        let next = self.skip(at + 2);
        self.byte(next) == Some(b':')
    }

    /// True if a quote inside of a text of several lines stands where a string of the structure would begin.
    /// So does one with only signs, brackets or a colon among them, since the quote before it.
    fn looks_structural(&mut self, from: usize, at: usize, last_quote: usize) -> bool {
        let between = self.slice(last_quote, at);
        let only_signs = last_quote > from && !between.contains(char::is_alphanumeric);
        // `""` stands for one quote in some languages, and `"a" "b"` for one text.
        if only_signs && (between.contains([':', '{', '}', '[', ']']) || between.trim().is_empty()) {
            return true;
        }
        if last_quote > from && is_bare_key(between) {
            return true;
        }
        let before = self.slice(from.max(at.saturating_sub(KEY_WINDOW)), at);
        before.contains('\n') && before.trim_end().ends_with([':', ',', '{', '['])
    }

    /// Judges the quote that ends before `after`.
    fn verdict(&mut self, after: usize, quote: Quote, open: &[Nest], inner: u32) -> Verdict {
        let in_object = open.last() == Some(&Nest::Object);
        let next = self.skip(after);
        let new_line = self.breaks_line(after, next);
        let odd = quote.pairs_up() && inner % 2 == 1;
        let Some(byte) = self.byte(next) else { return Verdict::Ends };
        let fits = match byte {
            b',' if in_object => self.member_may_follow(next + 1, inner),
            b',' => return self.item_comma(next + 1, odd, inner),
            b'}' | b']' => self.closers_fit(next, open, inner),
            b':' => !in_object && inner == 0,
            b'+' => inner == 0 && self.quote_follows(next + 1),
            b'{' | b'[' => !in_object && inner == 0 && next > after,
            b'/' | b'#' => false,
            _ if self.is_end_mark(next) => true,
            _ if in_object => self.next_key_may_follow(next, new_line, inner),
            _ if self.opening_quote(next).is_some() => {
                let is_item = !odd && (new_line || self.is_item(next));
                // `["a = """]`: the quotes may as well belong to the text.
                if is_item && (next == after || (inner > 0 && !new_line)) {
                    return Verdict::Unclear;
                }
                is_item
            }
            _ => inner == 0 && self.is_plain_item(next),
        };
        if !fits {
            return Verdict::Inside;
        }
        let line_proves = in_object && (new_line || self.next_line_after_comma(next));
        if odd && !line_proves { Verdict::Unclear } else { Verdict::Ends }
    }

    /// True if a key stands here although no comma does; without an opening quote it needs a line of its own.
    fn next_key_may_follow(&mut self, at: usize, new_line: bool, inner: u32) -> bool {
        let quoted = self.opening_quote(at).is_some();
        (quoted || new_line) && self.is_key(at, new_line && inner == 0)
    }

    /// True if a comma stands here and the token after it is on another line.
    fn next_line_after_comma(&mut self, at: usize) -> bool {
        if self.byte(at) != Some(b',') {
            return false;
        }
        let next = self.skip(at + 1);
        self.breaks_line(at, next)
    }

    /// True if what follows a comma can be the next member of an object.
    fn member_may_follow(&mut self, at: usize, inner: u32) -> bool {
        let next = self.skip(at);
        match self.byte(next) {
            None | Some(b'}' | b',') => true,
            Some(b'{' | b']') => inner == 0,
            Some(b'.') => inner == 0 && self.is_ellipsis(next),
            _ => self.is_end_mark(next) || self.is_key(next, inner == 0),
        }
    }

    /// Judges a quote in an array with a comma behind it.
    fn item_comma(&mut self, at: usize, odd: bool, inner: u32) -> Verdict {
        let next = self.skip(at);
        let Some(byte) = self.byte(next) else { return Verdict::Ends };
        let fits = match byte {
            b']' | b'{' | b'[' | b',' => true,
            b'}' => inner == 0,
            b'.' if self.is_ellipsis(next) => inner == 0,
            _ if self.opening_quote(next).is_some() => true,
            _ if self.is_end_mark(next) => true,
            _ if inner == 0 => self.value_may_start(next) || matches!(byte, b'.' | b'+'),
            _ => self.is_plain_item(next),
        };
        match (fits, odd) {
            (false, _) | (true, true) => Verdict::Inside,
            (true, false) => Verdict::Ends,
        }
    }

    /// True if a whole number or literal stands here as an item.
    fn is_plain_item(&mut self, at: usize) -> bool {
        if self.opening_quote(at).is_some() || !self.value_may_start(at) {
            return false;
        }
        let mut end = at;
        while self
            .byte(end)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.'))
        {
            end += 1;
        }
        let behind = self.skip(end);
        end > at && (matches!(self.byte(behind), None | Some(b',' | b']')) || self.breaks_line(end, behind))
    }

    /// True if the closing brackets here fit what is open and structure goes on behind them.
    fn closers_fit(&mut self, at: usize, open: &[Nest], inner: u32) -> bool {
        let mut here = at;
        let mut left = open.len();
        for _ in 0..CLOSER_WINDOW {
            let expected = left.checked_sub(1).and_then(|index| open.get(index));
            let closes = match self.byte(here) {
                Some(b'}') => Nest::Object,
                Some(b']') => Nest::Array,
                _ => break,
            };
            if expected != Some(&closes) {
                return inner == 0;
            }
            left -= 1;
            let next = self.skip(here + 1);
            if left == 0 {
                return inner == 0 || self.line_is_free_of_structure(here + 1);
            }
            if self.breaks_line(here + 1, next) {
                return true;
            }
            here = next;
        }
        match self.byte(here) {
            None | Some(b',' | b'}' | b']') => true,
            Some(b'{' | b'[') => inner == 0,
            _ => self.is_end_mark(here) || self.is_key(here, false),
        }
    }

    fn line_is_free_of_structure(&mut self, at: usize) -> bool {
        let end = self.line_end(at);
        !self.slice(at, end).contains(['"', '}', ']'])
    }

    fn quote_follows(&mut self, at: usize) -> bool {
        let next = self.skip(at);
        self.opening_quote(next).is_some()
    }

    /// True if a key and its colon stand here; `bare` admits a key without any quote.
    pub(super) fn is_key(&mut self, at: usize, bare: bool) -> bool {
        let Some((quote, length)) = self.opening_quote(at) else { return self.is_bare_key(at, bare) };
        if self.mixed_key(at + length, quote).is_some() {
            return true;
        }
        let mut here = at + length;
        while here < at + KEY_WINDOW {
            let Some(byte) = self.byte(here) else {
                return !self.slice(at + length, here).contains(['{', '}', '[', ']', ',']);
            };
            if byte == b'\n' {
                return false;
            }
            if byte == b'\\' {
                here += 2;
                continue;
            }
            if byte == b':' && quote == Quote::Double && self.is_lone_word(at + length, here) {
                // `"title: "…`: the closing quote of the key is missing.
                let next = self.skip(here + 1);
                return next > here + 1 && self.value_may_start(next);
            }
            if let Some(closing) = self.closing_quote(here, byte, quote) {
                let after = self.skip(here + closing);
                return match self.byte(after) {
                    None => true,
                    Some(b':') => here > at + length,
                    Some(b'{' | b'[') => here > at + length,
                    // `"title" "…`: the colon is missing.
                    Some(_) => bare && here > at + length && self.value_may_start(after),
                };
            }
            here += 1;
        }
        false
    }

    /// Finds the end of a key that is one word between two different quotes, as in `"title': 1`.
    pub(super) fn mixed_key(&mut self, from: usize, quote: Quote) -> Option<(usize, usize)> {
        let end = self.word_end(from);
        let (closing, length) = self.opening_quote(end)?;
        let marks = [Quote::Double, Quote::Single];
        if end == from || closing == quote || !marks.contains(&quote) || !marks.contains(&closing) {
            return None;
        }
        let colon = self.skip(end + length);
        (self.byte(colon) == Some(b':')).then_some((end, end + length))
    }

    fn is_lone_word(&mut self, from: usize, to: usize) -> bool {
        to > from && self.word_end(from) == to
    }

    fn is_bare_key(&mut self, at: usize, bare: bool) -> bool {
        let end = self.word_end(at);
        if end == at {
            return false;
        }
        if let Some((_, length)) = self.opening_quote(end) {
            let after = self.skip(end + length);
            return self.byte(after) == Some(b':');
        }
        let after = self.skip(end);
        bare && match self.byte(after) {
            None => true,
            Some(b':') => {
                let value = self.skip(after + 1);
                self.value_may_start(value)
            }
            _ => false,
        }
    }

    /// True if a value may start here, judged by its first character.
    pub(super) fn value_may_start(&mut self, at: usize) -> bool {
        match self.byte(at) {
            None => true,
            Some(b'{' | b'[' | b'-' | b'0'..=b'9') => true,
            Some(_) if self.opening_quote(at).is_some() => true,
            Some(_) => {
                let end = self.word_end(at);
                matches!(self.slice(at, end), "true" | "false" | "null" | "True" | "False" | "None")
            }
        }
    }

    /// True if a whole string item stands here.
    pub(super) fn is_item(&mut self, at: usize) -> bool {
        let Some((quote, length)) = self.opening_quote(at) else { return false };
        let mut here = at + length;
        loop {
            let Some(byte) = self.byte(here) else { return true };
            if byte == b'\n' {
                return false;
            }
            if byte == b'\\' {
                here += 2;
                continue;
            }
            if let Some(closing) = self.closing_quote(here, byte, quote) {
                let after = self.skip(here + closing);
                return matches!(self.byte(after), None | Some(b',' | b']'));
            }
            here += 1;
        }
    }
}

/// True if a comma or a letter and at last a word and a colon stand between two quotes: `"p"y:"q"`.
fn is_bare_key(between: &str) -> bool {
    let Some(words) = between.trim_end().strip_suffix(':') else { return false };
    let name = words.rsplit(',').next().unwrap_or_default().trim();
    let in_word = |character: char| character.is_alphanumeric() || character == '_';
    between.starts_with(|character: char| character == ',' || in_word(character))
        && !name.is_empty()
        && name.chars().all(in_word)
}
