//! Recognises what may stand at the start of a line of plain text: bullets, numbers, letters,
//! chapter names. Whether it is meant that way is decided by its surroundings, in `plain.rs`.

use regex::Regex;
use std::sync::LazyLock;

/// A possible list marker at the start of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    /// One of the characters used as bullets.
    Bullet(char),
    /// `1.`, `1)` or `(1)`.
    Number(u32),
    /// `a.`, `a)` or `(a)`.
    Letter(char),
}

impl Marker {
    pub(super) fn is_ordered(self) -> bool {
        !matches!(self, Marker::Bullet(_))
    }

    /// Whether `self` can be the item after `earlier` in one list.
    pub(super) fn follows(self, earlier: Marker) -> bool {
        match (earlier, self) {
            (Marker::Bullet(one), Marker::Bullet(two)) => one == two,
            (Marker::Number(one), Marker::Number(two)) => two == one + 1,
            (Marker::Letter(one), Marker::Letter(two)) => u32::from(two) == u32::from(one) + 1,
            _ => false,
        }
    }

    /// Whether a list usually begins this way.
    pub(super) fn is_first(self) -> bool {
        matches!(self, Marker::Bullet(_) | Marker::Number(0 | 1) | Marker::Letter('a' | 'A'))
    }
}

static MARKER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?:([•‣◦▪▫●○■□·⁃∙–*+-])|\(?(\d{1,3})[.)]|\(?([A-Za-z])[.)])[ \t]+\S").ok()
});

/// A dotted number of two levels or more, or a single number that ends in a stop or nothing.
static NUMBERED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:§\s*)?(\d{1,2}(?:\.\d{1,3})*)([.):]?)[ \t]+(?:[–—-]\s+)?(\S.*)$").ok());

static CHAPTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^(?:chapter|part|section|unit|lesson|module|week|lecture|topic|appendix|cap[ií]tulo|unidad|lecci[oó]n|",
        r"tema|parte|secci[oó]n|m[oó]dulo|semana|chapitre|partie|le[cç]on|unit[eé]|semaine|annexe|kapitel|teil|",
        r"abschnitt|lektion|einheit|modul|woche|thema)\s+",
        r"(?:\d{1,3}(?:\.\d{1,3})*|[ivxlc]{1,6}|one|two|three|four|five|six|seven|eight|nine|ten|[A-H])",
        r"(?:\s*[.:–—-]\s*|\s+|$)(.*)$"
    ))
    .ok()
});

/// The marker at the start of a trimmed line and the number of its characters with the white
/// space after it.
pub(super) fn marker(line: &str) -> Option<(Marker, usize)> {
    let found = MARKER.as_ref()?.captures(line)?;
    let marker = if let Some(bullet) = found.get(1) {
        Marker::Bullet(bullet.as_str().chars().next()?)
    } else if let Some(number) = found.get(2) {
        Marker::Number(number.as_str().parse().ok()?)
    } else {
        Marker::Letter(found.get(3)?.as_str().chars().next()?)
    };
    let length = found.get(0)?.as_str().chars().count().saturating_sub(1);
    Some((marker, length))
}

/// A number before a heading: how many levels it has and the text after it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Numbered<'a> {
    pub(super) levels: u8,
    pub(super) first: u32,
    /// Followed by a stop, a bracket or a colon.
    pub(super) is_marked: bool,
    pub(super) rest: &'a str,
}

/// Splits `2.1 Methods` and `3. Results`.
pub(super) fn numbered(line: &str) -> Option<Numbered<'_>> {
    let found = NUMBERED.as_ref()?.captures(line)?;
    let number = found.get(1)?.as_str();
    let levels = u8::try_from(number.split('.').count()).ok()?;
    let first = number.split('.').next()?.parse().ok()?;
    let is_marked = levels > 1 || !found.get(2)?.as_str().is_empty();
    let rest = found.get(3)?.as_str();
    rest.starts_with(|start: char| {
        start.is_uppercase() || (start.is_alphabetic() && !start.is_lowercase()) || "¿¡\"“«".contains(start)
    })
    .then_some(Numbered { levels, first, is_marked, rest })
}

/// What follows `Chapter 3:`, which may be nothing.
pub(super) fn chapter(line: &str) -> Option<&str> {
    let rest = CHAPTER.as_ref()?.captures(line)?.get(1)?.as_str().trim();
    (!rest.starts_with(char::is_lowercase)).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_need_white_space_after_them() {
        assert_eq!(marker("• one"), Some((Marker::Bullet('•'), 2)));
        assert_eq!(marker("12) twelve"), Some((Marker::Number(12), 4)));
        assert_eq!(marker("(b) two"), Some((Marker::Letter('b'), 4)));
        for none in ["3.14 is pi", "-5 degrees", "1985. It was", "*bold*", "a.m. is morning"] {
            assert_eq!(marker(none), None, "{none}");
        }
    }

    #[test]
    fn numbers_and_chapters_come_off() {
        assert_eq!(numbered("2.1 Methods").map(|found| (found.levels, found.rest)), Some((2, "Methods")));
        assert_eq!(numbered("3.5 percent of all"), None);
        assert_eq!(chapter("Chapter 3: The King"), Some("The King"));
        assert_eq!(chapter("CHAPTER IV"), Some(""));
        assert_eq!(chapter("Part one of the reason"), None);
        assert_eq!(chapter("Chapters 3"), None);
    }
}
