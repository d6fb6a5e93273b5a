//! Judges whether a legal escape (`\n`, `\t`, …) is the front of a TeX command that lost its second backslash.
//!
//! A backspace or a form feed before a letter is never meant. A line break or a tab mostly is: it is a command
//! only where its letters are no word, inside of a formula, or where other lost backslashes stand in the same
//! text. Where both readings are possible the answer is refused. Commands are known in `formula.rs`,
//! formulas are found in `spans.rs`; who asks is `text.rs`, once an escape.

use super::formula::{self, Certainty};
use super::spans::{self, Set, Span};

/// What a legal escape stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// What JSON says.
    Escape,
    /// A command whose backslash is to be put back.
    Command,
    /// Either.
    Unclear,
}

/// What stands before an escape outside of formulas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lead {
    /// A word, the end of a sentence, a line break: what stands before a line break that is meant.
    Word,
    /// One blank, or the beginning of the text.
    Blank,
    /// A sign of arithmetic or another command.
    Sign,
    /// The constant that the frequency stands behind more often than anything else.
    Planck,
}

/// Bytes looked at on each side for the bounds of a formula, so that a hostile text costs no square.
pub(super) const FORMULA_WINDOW: usize = 600;

/// Takes what stands near a place, before and after it.
pub(super) fn around(raw: &str, at: usize, window: usize) -> (&str, &str) {
    let from = raw.floor_char_boundary(at.saturating_sub(window));
    let to = raw.ceil_char_boundary(at.saturating_add(window).min(raw.len()));
    (raw.get(from..at).unwrap_or_default(), raw.get(at..to).unwrap_or_default())
}

/// Judges the escapes of one raw string of prose.
pub(super) struct Judge<'a> {
    raw: &'a str,
    spans: Option<Vec<Span>>,
    habit: Option<Habit>,
    /// Whether a dollar stands anywhere in it.
    has_dollar: bool,
    /// Where the formula begins that was last asked for doubled backslashes, and whether it has any.
    doubled: Option<(usize, bool)>,
}

/// The formula around a place.
#[derive(Debug, Clone, Copy)]
struct Formula {
    set: Set,
    /// Where its inside begins and ends.
    from: usize,
    to: usize,
}

/// How a text writes its backslashes.
#[derive(Debug, Clone, Copy, Default)]
struct Habit {
    /// Whether one is lost for sure.
    loses: bool,
    /// Whether one before a command is written twice, as it should be.
    doubles: bool,
}

/// One escape and what stands around it.
struct Place<'a> {
    at: usize,
    letter: u8,
    /// The letters behind it.
    name: &'a str,
    /// Whether these make a command that may as well be a word.
    is_known: bool,
    /// What stands behind them.
    rest: &'a str,
}

impl<'a> Judge<'a> {
    pub(super) fn new(raw: &'a str) -> Self {
        Self { raw, spans: None, habit: None, has_dollar: raw.contains('$'), doubled: None }
    }

    /// Judges the escape `\b`, `\f`, `\n`, `\r` or `\t` at `at`.
    pub(super) fn judge(&mut self, at: usize, letter: u8) -> Meaning {
        let raw = self.raw;
        let name = formula::letters(raw.as_bytes().get(at + 2..).unwrap_or_default());
        if name.is_empty() {
            return Meaning::Escape;
        }
        let rest = raw.get(at + 2 + name.len()..).unwrap_or_default();
        let known = formula::command(letter, name, rest.as_bytes().first().copied());
        if known == Some(Certainty::Certain) {
            return Meaning::Command;
        }
        let place = Place { at, letter, name, is_known: known.is_some(), rest };
        match self.formula(at) {
            Some(_) if letter == b'r' => Meaning::Command,
            Some(formula) => self.in_formula(&place, formula),
            None if place.is_known => self.outside(&place),
            None => Meaning::Escape,
        }
    }

    /// Judges a line break or tab inside of a formula.
    fn in_formula(&mut self, place: &Place<'_>, formula: Formula) -> Meaning {
        let Habit { loses, doubles } = self.habit();
        let set = formula.set;
        let before = self.raw.get(formula.from..place.at).unwrap_or_default();
        let is_first = before.trim_end().is_empty();
        if !loses && !place.is_known {
            return Meaning::Escape;
        }
        if !loses && doubles {
            // A formula that doubles its own means its line breaks; beside it may stand one that does not.
            let means_it = !self.has_dollar || self.is_doubled(formula);
            return if means_it { Meaning::Escape } else { Meaning::Unclear };
        }
        match (set, place.letter, place.is_known) {
            (Set::Inline, ..) => Meaning::Command,
            (Set::Display, b'n', true) if is_first && !loses => Meaning::Unclear,
            (Set::Display, _, true) => Meaning::Command,
            (Set::Display, _, false) if place.rest.starts_with('{') => Meaning::Command,
            (Set::Display, _, false) => Meaning::Unclear,
            (Set::Lines, _, true) if is_first && !loses => Meaning::Escape,
            (Set::Lines, letter, true) => self.in_lines(place, letter, loses),
            (Set::Lines, _, false) => Meaning::Escape,
        }
    }

    /// True if a formula has doubled backslashes; looked for once a formula, however many escapes it has.
    fn is_doubled(&mut self, formula: Formula) -> bool {
        match self.doubled {
            Some((from, is_doubled)) if from == formula.from => is_doubled,
            _ => {
                let inside = self.raw.get(formula.from..formula.to).unwrap_or_default();
                let is_doubled = inside.contains("\\\\");
                self.doubled = Some((formula.from, is_doubled));
                is_doubled
            }
        }
    }

    /// Judges a known command in a formula of several lines.
    fn in_lines(&self, place: &Place<'_>, letter: u8, loses: bool) -> Meaning {
        let before = self.raw.get(..place.at).unwrap_or_default();
        let begins_line = before.ends_with("\\n") || before.ends_with('\n');
        match (letter, self.lead(place.at)) {
            (b't', _) if !begins_line => Meaning::Command,
            (b'n', Lead::Sign | Lead::Blank) if loses => Meaning::Command,
            // A formula between dollars has no empty lines.
            (b'n', _) if begins_line => Meaning::Unclear,
            _ if !loses && (begins_line || begins_equation(place.rest)) => Meaning::Escape,
            _ => Meaning::Unclear,
        }
    }

    /// Judges a known command that stands in no formula.
    fn outside(&mut self, place: &Place<'_>) -> Meaning {
        let lead = self.lead(place.at);
        let is_argued = place.rest.starts_with(['_', '^', '{']);
        let is_maths = is_argued || begins_with_maths(place.rest);
        if self.habit().loses {
            return match (lead, place.letter, place.name) {
                (Lead::Sign, ..) | (Lead::Blank, _, "u" | "au") => Meaning::Command,
                (Lead::Blank, ..) if is_maths => Meaning::Command,
                (Lead::Blank, ..) => Meaning::Unclear,
                (_, b'r', _) if is_argued => Meaning::Command,
                (Lead::Word, b'n', _) if !is_argued => Meaning::Escape,
                (Lead::Word | Lead::Planck, ..) => Meaning::Unclear,
            };
        }
        match (lead, place.letter, place.name) {
            (_, b'r', _) if is_argued => Meaning::Command,
            (Lead::Word, ..) => Meaning::Escape,
            (_, b'r', _) => Meaning::Unclear,
            _ if place.at == 0 && place.rest.is_empty() => Meaning::Unclear,
            (_, _, "eq") if is_maths && place.at > 0 => Meaning::Command,
            (Lead::Sign, ..) => Meaning::Unclear,
            (Lead::Blank, ..) if is_maths => Meaning::Unclear,
            (Lead::Planck, _, "u") if !begins_equation(place.rest) => Meaning::Unclear,
            (Lead::Blank | Lead::Planck, ..) => Meaning::Escape,
        }
    }

    /// Finds the formula that surrounds a place.
    fn formula(&mut self, at: usize) -> Option<Formula> {
        let raw = self.raw;
        let spans = self.spans.get_or_insert_with(|| spans::between_dollars(raw));
        let index = spans.partition_point(|span| span.to < at);
        if let Some(span) = spans.get(index).filter(|span| span.from < at) {
            let width = if span.set == Set::Inline { 1 } else { 2 };
            return Some(Formula { set: span.set, from: span.from + width, to: span.to });
        }
        let (before, after) = around(raw, at, FORMULA_WINDOW);
        let brackets = [("\\(", "\\)", Set::Inline), ("\\[", "\\]", Set::Lines)];
        brackets.into_iter().find_map(|(opens, closes, set)| {
            let from = before.rfind(opens)?;
            let to = at + after.find(closes)?;
            let is_open = !before.get(from..)?.contains(closes);
            let inside = before.get(from + opens.len()..)?;
            let is_on_one_line = set == Set::Lines && !inside.contains("\\n") && !inside.contains('\n');
            let set = if is_on_one_line { Set::Display } else { set };
            is_open.then_some(Formula { set, from: at - inside.len(), to })
        })
    }

    /// Judges what stands before a place.
    fn lead(&self, at: usize) -> Lead {
        let (before, _) = around(self.raw, at, FORMULA_WINDOW / 10);
        if before.is_empty() {
            return Lead::Blank;
        }
        if before.ends_with("  ") {
            // Two blanks before a line break are Markdown's own.
            return Lead::Word;
        }
        if let Some(text) = before.strip_suffix(' ') {
            let is_sign =
                text.ends_with(['=', '<', '>', '+', '-', '(', '/', '*', '^', '≈', '≤', '≥', '·', '×']);
            return if is_sign { Lead::Sign } else { Lead::Blank };
        }
        let word = before.trim_end_matches(|character: char| character.is_ascii_alphabetic());
        let name = before.get(word.len()..).unwrap_or_default();
        let is_command = word.ends_with('\\')
            && name.as_bytes().first().is_some_and(|letter| match letter {
                b'n' | b'r' | b't' => {
                    formula::command(*letter, name.get(1..).unwrap_or_default(), None).is_some()
                }
                _ => true,
            });
        let is_sign = before.ends_with(['=', '<', '(', '^', '_', '{', '+', '≈', '·', '×']);
        if name == "h" && word.ends_with([' ', '=']) {
            return Lead::Planck;
        }
        if is_command || is_sign { Lead::Sign } else { Lead::Word }
    }

    /// Tells how the text writes its backslashes, code between backticks aside.
    fn habit(&mut self) -> Habit {
        let raw = self.raw;
        *self.habit.get_or_insert_with(|| {
            raw.split('`').step_by(2).map(habit).fold(Habit::default(), |all, one| Habit {
                loses: all.loses || one.loses,
                doubles: all.doubles || one.doubles,
            })
        })
    }
}

/// Tells how a stretch of text writes its backslashes.
fn habit(raw: &str) -> Habit {
    let bytes = raw.as_bytes();
    let mut habit = Habit::default();
    let mut here = 0;
    while let Some(found) = bytes.get(here..).and_then(|rest| rest.iter().position(|b| *b == b'\\')) {
        let at = here + found;
        let Some(&letter) = bytes.get(at + 1) else { break };
        let rest = bytes.get(at + 2..).unwrap_or_default();
        match letter {
            b'\\' => {
                let next = rest.first().copied().unwrap_or(b' ');
                habit.doubles |= next.is_ascii_alphabetic() || matches!(next, b'(' | b'[' | b'{');
            }
            b'u' => habit.loses |= rest.first().is_some_and(|next| !next.is_ascii_hexdigit()),
            b'b' | b'f' | b'n' | b'r' | b't' => {
                let name = formula::letters(rest);
                let next = rest.get(name.len()).copied();
                habit.loses |= formula::command(letter, name, next) == Some(Certainty::Certain);
            }
            b'(' | b')' | b'[' | b']' | b'{' | b'}' | b',' | b';' | b'!' | b'|' => habit.loses = true,
            _ => habit.loses |= letter.is_ascii_alphabetic() && !formula::letters(rest).is_empty(),
        }
        here = at + 2;
    }
    habit
}

/// True if a text goes on as an equation does whose left side was just begun, in a line of its own.
fn begins_equation(text: &str) -> bool {
    text.bytes().take(12).take_while(|byte| *byte != b'\\').any(|byte| byte == b'=')
}

/// True if a text goes on as a formula does: a sign, a number or a single letter.
fn begins_with_maths(text: &str) -> bool {
    let text = text.trim_start_matches(' ');
    let mut characters = text.chars();
    match characters.next() {
        Some('0'..='9' | '=' | '+' | '-' | '<' | '>' | '\\' | '/' | '|' | '∞') => true,
        Some('(') => true,
        Some(letter) if letter.is_ascii_alphabetic() => {
            let is_name = |next: char| next.is_ascii_uppercase() && letter.is_ascii_uppercase();
            let next = characters.next().filter(|next| !is_name(*next)).or_else(|| characters.next());
            !next.is_some_and(|next| next.is_alphanumeric() || next == '\'')
        }
        _ => false,
    }
}
