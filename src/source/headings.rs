//! What a heading says once its numbers and ornaments are off, and which heading is a title.

use super::markers;

/// Longest title, in characters, that pieces take.
const MAX_TITLE_CHARACTERS: usize = 200;

/// Headings that name a part of any text rather than its subject.
const GENERIC: [&str; 24] = [
    "introduction",
    "overview",
    "abstract",
    "summary",
    "contents",
    "table of contents",
    "preface",
    "untitled",
    "introducción",
    "resumen",
    "índice",
    "prólogo",
    "sin título",
    "sommaire",
    "résumé",
    "avant-propos",
    "einleitung",
    "einführung",
    "überblick",
    "zusammenfassung",
    "inhalt",
    "inhaltsverzeichnis",
    "vorwort",
    "document",
];

/// Headings of lists of sources, whose entries are no sentences.
const REFERENCES: [&str; 24] = [
    "references",
    "bibliography",
    "works cited",
    "further reading",
    "sources",
    "notes",
    "footnotes",
    "endnotes",
    "external links",
    "see also",
    "referencias",
    "bibliografía",
    "fuentes",
    "notas",
    "enlaces externos",
    "références",
    "bibliographie",
    "literatur",
    "literaturverzeichnis",
    "quellen",
    "einzelnachweise",
    "weblinks",
    "acknowledgements",
    "acknowledgments",
];

/// Takes numbering, marks and a final stop off a heading. Nothing is left of a bare `Chapter 3`.
pub(super) fn clean(heading: &str) -> String {
    let mut rest = without_ornaments(heading.trim());
    if let Some(named) = markers::chapter(rest) {
        rest = named;
    } else if let Some(numbered) = markers::numbered(rest).filter(|numbered| numbered.is_marked) {
        rest = numbered.rest;
    } else if let Some((marker, length)) = markers::marker(rest) {
        let is_letter = matches!(marker, markers::Marker::Letter(_));
        let after = rest.char_indices().nth(length).map_or(rest.len(), |(at, _)| at);
        rest = if is_letter { rest } else { rest.get(after..).unwrap_or(rest) };
    }
    let rest = rest.trim();
    let without_stop = rest.trim_end_matches([':', ';', ',']).trim_end();
    match without_stop.strip_suffix('.') {
        Some(bare) if !bare.ends_with('.') && !ends_with_abbreviation(bare) => bare.to_owned(),
        _ => without_stop.to_owned(),
    }
}

/// Takes off rows of marks that stand apart from the words (`Results ##`) or around them (`** Results **`).
/// Marks that touch a word on one side only belong to it: `C#`, `*args`.
fn without_ornaments(heading: &str) -> &str {
    const ORNAMENTS: &[char] = &['#', '=', '*', '_', '~', '•', '|'];
    let leading = heading.trim_start_matches(ORNAMENTS);
    let trailing = heading.trim_end_matches(ORNAMENTS);
    let (before, after) = (heading.len() - leading.len(), heading.len() - trailing.len());
    let is_around = before > 0 && before == after && heading.chars().next() == heading.chars().next_back();
    let start = if is_around || leading.starts_with(' ') { before } else { 0 };
    let end = if is_around || trailing.ends_with(' ') { trailing.len() } else { heading.len() };
    heading.get(start..end).unwrap_or_default().trim()
}

/// Takes off the bare number of `3 Results`; only for texts that number all their headings so.
pub(super) fn without_bare_number(heading: &str) -> &str {
    markers::numbered(heading).map_or(heading, |numbered| numbered.rest)
}

/// The bare number of `3 Results`.
pub(super) fn bare_number(heading: &str) -> Option<u32> {
    markers::numbered(heading).filter(|numbered| !numbered.is_marked).map(|numbered| numbered.first)
}

fn ends_with_abbreviation(bare: &str) -> bool {
    let last = bare.rsplit(' ').next().unwrap_or_default();
    last.contains('.')
        || matches!(last, "etc" | "Inc" | "Ltd" | "Co" | "Jr" | "Sr")
        || last.chars().count() == 1
}

/// Whether sources are listed under this heading.
pub(super) fn lists_sources(heading: &str) -> bool {
    REFERENCES.contains(&heading.to_lowercase().as_str())
}

/// Whether a heading names a subject: no file, no part of any text, no whole sentence.
pub(super) fn is_title(heading: &str) -> bool {
    let is_file = !heading.contains(' ')
        && heading.rsplit_once('.').is_some_and(|(stem, ending)| {
            !stem.is_empty()
                && (1..=5).contains(&ending.len())
                && ending.chars().all(|c| c.is_ascii_alphanumeric())
                && ending.chars().any(|c| c.is_ascii_alphabetic())
        });
    let has_word = heading.chars().filter(|character| character.is_alphabetic()).count() >= 2;
    has_word
        && !is_file
        && !GENERIC.contains(&heading.to_lowercase().as_str())
        && !lists_sources(heading)
        && heading.chars().count() <= MAX_TITLE_CHARACTERS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ornaments_come_off_headings() {
        for (heading, cleaned) in [
            ("2.1 Methods", "Methods"),
            ("3. Results:", "Results"),
            ("Chapter 3: The Industrial Revolution", "The Industrial Revolution"),
            ("Chapter 3", ""),
            ("Unidad 2. La célula", "La célula"),
            ("Photosynthesis.", "Photosynthesis"),
            ("Life in the U.S.", "Life in the U.S."),
            ("10 Ways to Save Energy", "10 Ways to Save Energy"),
            ("1. El agua", "El agua"),
            ("Section of a cone", "Section of a cone"),
            ("Types in C#", "Types in C#"),
            ("Types in C# ##", "Types in C#"),
            ("*args and **kwargs", "*args and **kwargs"),
            ("=== Results ===", "Results"),
            ("**Results**", "Results"),
            ("#", ""),
        ] {
            assert_eq!(clean(heading), cleaned);
        }
    }

    #[test]
    fn files_and_generic_headings_are_no_titles() {
        for none in ["chapter1.md", "notes-final.docx", "Introduction", "Einleitung", "References", "12"] {
            assert!(!is_title(none), "{none}");
        }
        assert!(is_title("Photosynthesis") && is_title("Node.js and the Web"));
    }
}
