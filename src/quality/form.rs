//! FMT: whether texts are clean and whole, whatever the kind.

use std::sync::LazyLock;

use super::patterns::Patterns;
use super::{Check, Findings, Setting, words};
use crate::content::Document;
use crate::content::document::Body;
use crate::source::is_stop;

/// Remains of markup. Only tags that HTML knows, because `Vec<u8>` and `a <b` are no markup. The byte
/// E2 begins the bullets, among others.
pub(super) static MARKUP: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::new(&[
        (
            r"(?i)</?(?:a|abbr|b|blockquote|body|br|button|code|div|em|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|li|link|main|meta|nav|ol|p|pre|script|section|small|span|strong|style|sub|sup|svg|table|tbody|td|th|thead|tr|u|ul|video)(?:\s[^<>]*)?/?>|<!--",
            b"<",
            "an HTML tag",
        ),
        (r"(?i)&(?:#\d+|#x[0-9a-f]+|amp|lt|gt|nbsp|quot|apos|ndash|mdash|hellip);", b"&", "an HTML entity"),
        (r"(?m)^\s*\|.*\|\s*$", b"|", "a row of a table"),
        (r"```|~~~", b"`~", "a code fence"),
        (r"(?m)^\s{0,3}#{1,6}\s", b"#", "a heading mark"),
        (r"(?m)^\s*(?:[-*+•‣▪]\s|>\s)|\s[•‣▪]\s", b"-*+>\xE2", "the bullet of a list or the mark of a quote"),
        (r"\*\*[^*\s](?:[^*]*[^*\s])?\*\*", b"*", "marks of bold type"),
        (r"(?:^|\s)\*[^*\s](?:[^*\n]*[^*\s])?\*(?:[\s.,;:!?)]|$)", b"*", "marks of italic type"),
        (
            r"(?:^|[\s(\[“\x22'])_[^_\s](?:[^_\n]*[^_\s])?_(?:[\s.,;:!?)\]”\x22']|$)",
            b"_",
            "marks of italic type",
        ),
        (r"`[^`\s](?:[^`\n]*[^`\s])?`", b"`", "marks of code"),
        (r"!?\[[^\]\n]*\]\([^)\n]+\)|\[\^[^\]\s]+\]", b"[", "the markup of a link or note"),
    ])
});

/// Names the first remains of markup in a text.
pub(super) fn markup(text: &str) -> Option<&'static str> {
    MARKUP.first_in(text)
}

/// Tells whether a text holds what the check FMT-01 takes for markup.
#[must_use]
pub fn holds_markup(text: &str) -> bool {
    markup(text).is_some()
}

pub(super) fn check(document: &Document, setting: &Setting<'_>, findings: &mut Findings) {
    text(&document.title, "/title", findings);
    for block in &document.blocks {
        for each in block.body.texts() {
            match &block.body {
                Body::Turn { .. } => balance(each, &block.path, findings),
                _ => text(each, &block.path, findings),
            }
        }
        if words::are_spaced(setting.language) && running_text(&block.body).is_some_and(|text| !ends(text)) {
            findings.add(Check::Fmt03, &block.path, "ends in the middle of a sentence");
        }
    }
    if !words::are_spaced(setting.language) {
        findings.not_run(Check::Fmt03, &format!("no tables for language {}", setting.language));
    }
}

fn text(text: &str, path: &str, findings: &mut Findings) {
    if let Some(what) = markup(text) {
        findings.add(Check::Fmt01, path, format!("holds {what}"));
    }
    balance(text, path, findings);
}

fn balance(text: &str, path: &str, findings: &mut Findings) {
    if let Some(mark) = unclosed(text) {
        findings.add(Check::Fmt02, path, format!("{mark} does not close or was not opened"));
    }
}

fn running_text(body: &Body) -> Option<&str> {
    match body {
        Body::Paragraph(text) | Body::Turn { text, .. } => Some(text),
        Body::Question { answer, .. } => answer.as_deref(),
        Body::Heading { .. }
        | Body::Item(_)
        | Body::Objective { .. }
        | Body::Definition { .. }
        | Body::Card { .. } => None,
    }
}

fn ends(text: &str) -> bool {
    let text = text.trim_end_matches(|mark: char| mark.is_whitespace() || "\"'”’“»)]›」』*_".contains(mark));
    text.ends_with(|end: char| is_stop(end) || matches!(end, ':' | '：'))
}

/// How often each bracket and quotation mark stands in a text.
#[derive(Default)]
struct Marks {
    round: (usize, usize),
    square: (usize, usize),
    angle: (usize, usize),
    low: usize,
    left: usize,
    right: usize,
    straight: usize,
}

impl Marks {
    fn of(text: &str) -> Marks {
        let mut marks = Marks::default();
        for character in text.chars() {
            match character {
                '(' => marks.round.0 += 1,
                ')' => marks.round.1 += 1,
                '[' => marks.square.0 += 1,
                ']' => marks.square.1 += 1,
                '«' => marks.angle.0 += 1,
                '»' => marks.angle.1 += 1,
                '„' => marks.low += 1,
                '“' => marks.left += 1,
                '”' => marks.right += 1,
                '"' => marks.straight += 1,
                _ => {}
            }
        }
        marks
    }
}

/// Finds a bracket or quotation mark without its partner.
fn unclosed(text: &str) -> Option<&'static str> {
    let Marks { round, square, angle, low, left, right, straight } = Marks::of(text);
    if round.0 != round.1 && round.0 + enumerators(text) != round.1 {
        return Some("a round bracket");
    }
    // An open interval opens with one kind and closes with the other.
    if square.0 != square.1 && square.0 + round.0 != square.1 + round.1 {
        return Some("a square bracket");
    }
    if angle.0 != angle.1 {
        return Some("a quotation mark");
    }
    // German opens with „ and closes with the mark that English opens with.
    if if low > 0 { low != left + right } else { left != right } {
        return Some("a quotation mark");
    }
    (straight % 2 == 1 && !has_inches(text)).then_some("a quotation mark")
}

/// Counts marks like "a)" and "2)", which open nothing.
fn enumerators(text: &str) -> usize {
    let starts = text.split_whitespace();
    starts.filter(|word| word.ends_with(')') && !word.contains('(') && word.chars().count() <= 3).count()
}

fn has_inches(text: &str) -> bool {
    let mut previous = ' ';
    text.chars().any(|character| {
        let inch = character == '"' && previous.is_ascii_digit();
        previous = character;
        inch
    })
}
