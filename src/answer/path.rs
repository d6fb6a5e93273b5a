//! Tells Windows paths that are written with single backslashes (`C:\new\file`) from line breaks and tabs.
//!
//! Who asks is `text.rs`, at each escape of a text that may hold a path.

use super::lost::around;

/// Bytes looked at on each side of a place for the bounds of a path.
const WINDOW: usize = 120;

/// What an escape in a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// No part of a path.
    Outside,
    /// A backslash of a path: one beside it is no escape of a text.
    Inside,
    /// A backslash of a path, or line breaks and tabs between words.
    Unclear,
}

/// Judges the escape at `at`.
pub(super) fn judge(raw: &str, at: usize) -> Place {
    let (before, after) = around(raw, at, WINDOW);
    let is_end =
        |character: char| character.is_whitespace() || matches!(character, '"' | ',' | ';' | '(' | ')');
    let head = before.get(before.rfind(is_end).map_or(0, |index| index + 1)..).unwrap_or_default();
    let tail = after.get(..after.find(is_end).unwrap_or(after.len())).unwrap_or_default();
    let path = format!("{head}{tail}");
    let has_drive =
        path.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && path.get(1..3) == Some(":\\");
    if !has_drive || path.contains("\\\\") {
        return Place::Outside;
    }
    let mut names = path.split('\\').skip(1);
    // No text has a backspace, a form feed or an escape that JSON does not know.
    if names
        .clone()
        .any(|name| name.starts_with(|letter: char| letter.is_ascii_alphabetic() && !"nrtu".contains(letter)))
    {
        return Place::Inside;
    }
    if names.clone().count() > 1 && names.all(is_name) { Place::Unclear } else { Place::Outside }
}

/// True for what may be the name of a folder or a file: `new`, but not `nThen` or `nyes.`.
fn is_name(name: &str) -> bool {
    let in_name = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.');
    let second = name.chars().nth(1);
    second.is_some_and(|second| second.is_ascii_lowercase() || second.is_ascii_digit() || second == '_')
        && name.chars().all(in_name)
        && !name.ends_with('.')
}

/// True if an escape of a text that parsed as it is may be a backslash of a path: `C:\new`.
pub(super) fn may_begin(bytes: &[u8], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|index| bytes.get(index)).copied();
    before(1) == Some(b':')
        && before(2).is_some_and(|drive| drive.is_ascii_alphabetic())
        && !before(3).is_some_and(|byte| byte.is_ascii_alphanumeric())
}
