//! Finds a quote in the submitted text: as it stands; else in the text without markup, with
//! quotation marks, dashes and white space made equal; at last without regard to case.

use std::sync::OnceLock;

use memchr::memmem::Finder;

use super::view::{Fold, Glyph, Mapped, normalise, unify_line_ends};
use super::{Source, Span};

/// The views a quote is looked for in, made when the first quote needs them.
#[derive(Clone, Default)]
pub(super) struct Views(OnceLock<[Mapped; 4]>);

/// Where the quote stands in the submitted text.
pub(super) fn find(source: &Source, views: &Views, quote: &str) -> Option<Span> {
    if quote.is_empty() {
        return None;
    }
    if let Some(span) = find_exact(source, quote) {
        return Some(span);
    }
    let views = views.0.get_or_init(|| views_of(source));
    let inner: &[char] = &['"', '\'', '“', '”', '„', '«', '»', '‘', '’', '…', '.', ' ', '\n', '\t'];
    [quote, quote.trim_matches(inner)].into_iter().find_map(|wanted| {
        let wanted = Mapped::from_glyphs(&fold(&unify_line_ends(wanted))).text;
        let lower = wanted.to_lowercase();
        let needles = [&wanted, &wanted, &lower, &lower];
        let has_word = wanted.chars().any(char::is_alphanumeric);
        views.iter().zip(needles).filter(|_| has_word).find_map(|(view, needle)| {
            let at = view.text.find(needle.as_str())?;
            view.span_of(at, at + needle.len()).filter(|span| span.start < span.end)
        })
    })
}

/// The first place where the quote stands letter by letter, one that does not cut an accent off
/// if there is one.
fn find_exact(source: &Source, quote: &str) -> Option<Span> {
    let submitted = source.submitted();
    let mut first = None;
    let mut from = 0;
    let finder = Finder::new(quote);
    while let Some(found) = submitted.as_bytes().get(from..).and_then(|rest| finder.find(rest)) {
        let at = from + found;
        let end = at + quote.len();
        let cuts = submitted.get(end..).and_then(|rest| rest.chars().next());
        let cuts = cuts.is_some_and(unicode_normalization::char::is_combining_mark);
        if first.is_none() || !cuts {
            first = Some((at, end));
        }
        if !cuts {
            break;
        }
        from = end;
    }
    let (start, end) = first?;
    let start = source.positions.character_at(submitted, start);
    let end = source.positions.character_at(submitted, end);
    Some(Span { start, end })
}

fn views_of(source: &Source) -> [Mapped; 4] {
    let reading = fold(&source.structure.reading.glyphs().collect::<Vec<_>>());
    let whole = fold(&unify_line_ends(source.submitted()));
    let lower_reading = lower(&reading);
    let lower_whole = lower(&whole);
    [
        Mapped::from_glyphs(&reading),
        Mapped::from_glyphs(&whole),
        Mapped::from_glyphs(&lower_reading),
        Mapped::from_glyphs(&lower_whole),
    ]
}

/// The matching fold with single spaces.
fn fold(glyphs: &[Glyph]) -> Vec<Glyph> {
    let mut out: Vec<Glyph> = Vec::with_capacity(glyphs.len());
    for glyph in normalise(glyphs, Fold::Matching) {
        if !glyph.character.is_whitespace() {
            out.push(glyph);
        } else if out.last().is_some_and(|last| last.character != ' ') {
            out.push(Glyph { character: ' ', ..glyph });
        }
    }
    super::block::trim(out)
}

fn lower(glyphs: &[Glyph]) -> Vec<Glyph> {
    glyphs
        .iter()
        .flat_map(|glyph| glyph.character.to_lowercase().map(|character| Glyph { character, ..*glyph }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str, quote: &str) -> Option<String> {
        let text = format!("{text}\n\nA last paragraph that makes the text long enough to be read.");
        Source::read(&text).unwrap().anchor(quote).map(|evidence| evidence.quote)
    }

    #[test]
    fn quotes_are_found_through_marks_breaks_and_case() {
        for (text, quote, slice) in [
            ("The “light”\nreaction – first.", "\"light\" reaction - first", "“light”\nreaction – first"),
            (
                "# H\n\nThe **light** [reaction](http://x.y) runs.",
                "The light reaction runs.",
                "The **light** [reaction](http://x.y) runs.",
            ),
            ("It is photo-\nsynthesis here.", "photosynthesis", "photo-\nsynthesis"),
            ("THE LIGHT reaction.", "the light Reaction", "THE LIGHT reaction"),
            ("Cafe\u{301} is open.", "café is", "Cafe\u{301} is"),
            ("A 👩‍🔬 saw it.", "saw  it", "saw it"),
            ("It runs all day.", "“It runs all day…”", "It runs all day"),
        ] {
            assert_eq!(quoted(text, quote).as_deref(), Some(slice), "{quote}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        for quote in ["", " ", "…", "the dark reaction", "light reaction water"] {
            assert_eq!(quoted("The light reaction.", quote).filter(|_| quote != " "), None, "{quote}");
        }
    }

    #[test]
    fn an_exact_quote_prefers_a_place_where_no_accent_is_cut() {
        let text = "cafe\u{301} and cafe and a long sentence that makes it fifty characters.";
        let evidence = Source::read(text).unwrap().anchor("cafe").unwrap();
        assert_eq!((evidence.start, evidence.end), (10, 14));
    }
}
