//! The normalised view: characters as a reader sees them, each with the place it was submitted at.
//!
//! Two folds exist. [`Fold::Visible`] is what readers see: NFC, with those compatibility forms
//! folded that mean nothing (ligatures, full-width forms, fixed spaces) and those kept that do
//! (superscripts, subscripts, fractions, ordinals, an ellipsis). [`Fold::Matching`] is NFKC
//! throughout with quotation marks and dashes made equal; only the search for quotes uses it.
//! Lines are joined in `lines.rs`, structure is read in `markdown.rs` and `plain.rs`.

use unicode_normalization::char::{canonical_combining_class, is_public_assigned};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::Span;

/// One character of a view and the submitted characters it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Glyph {
    pub(super) character: char,
    pub(super) span: Span,
    /// Stood in inline code: not touched by anything that interprets prose.
    pub(super) verbatim: bool,
}

impl Glyph {
    pub(super) fn new(character: char, span: Span) -> Self {
        Glyph { character, span, verbatim: false }
    }
}

/// How far characters that look alike are made equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fold {
    /// For readers.
    Visible,
    /// For the search: NFKC, one kind of quotation mark, one kind of dash.
    Matching,
}

/// A string whose every character knows its place in the submitted text.
#[derive(Clone, Debug, Default)]
pub(super) struct Mapped {
    pub(super) text: String,
    /// One span for each character of `text`.
    pub(super) spans: Vec<Span>,
    /// Byte offset of each character of `text`.
    starts: Vec<u32>,
}

impl Mapped {
    pub(super) fn from_glyphs(glyphs: &[Glyph]) -> Self {
        let mut mapped = Mapped::default();
        glyphs.iter().for_each(|glyph| mapped.push(*glyph));
        mapped
    }

    pub(super) fn push(&mut self, glyph: Glyph) {
        self.starts.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        self.text.push(glyph.character);
        self.spans.push(glyph.span);
    }

    /// Its characters one by one.
    pub(super) fn glyphs(&self) -> impl Iterator<Item = Glyph> + '_ {
        self.text.chars().zip(&self.spans).map(|(character, span)| Glyph::new(character, *span))
    }

    /// The submitted characters behind the bytes `[from, to)` of the text.
    pub(super) fn span_of(&self, from: usize, to: usize) -> Option<Span> {
        let first = self.index_at(from);
        let last = self.index_at(to).checked_sub(1).filter(|last| *last >= first)?;
        Some(Span { start: self.spans.get(first)?.start, end: self.spans.get(last)?.end })
    }

    /// Number of the first character at or after a byte offset.
    pub(super) fn index_at(&self, byte: usize) -> usize {
        let byte = u32::try_from(byte).unwrap_or(u32::MAX);
        self.starts.partition_point(|start| *start < byte)
    }
}

/// Reads the submitted text into glyphs: every line end becomes `\n`, controls and byte order
/// marks vanish, everything else stays as it is.
pub(super) fn unify_line_ends(submitted: &str) -> Vec<Glyph> {
    let mut glyphs = Vec::with_capacity(submitted.len());
    let mut characters = submitted.chars().peekable();
    let mut at = 0_u32;
    while let Some(character) = characters.next() {
        let start = at;
        at += 1;
        let character = match character {
            '\r' => {
                if characters.next_if_eq(&'\n').is_some() {
                    at += 1;
                }
                '\n'
            }
            '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            other => other,
        };
        let dropped = character.is_control() && !matches!(character, '\n' | '\t');
        if !dropped && character != '\u{feff}' {
            glyphs.push(Glyph::new(character, Span { start, end: at }));
        }
    }
    glyphs
}

/// Normalises a run cluster by cluster; all characters made from a cluster share its span, so
/// that a border never falls between a letter and its accent.
pub(super) fn normalise(run: &[Glyph], fold: Fold) -> Vec<Glyph> {
    let mut out: Vec<Glyph> = Vec::with_capacity(run.len());
    let mut rest = run;
    while let Some((first, after)) = rest.split_first() {
        let tail = after.iter().take_while(|glyph| extends_cluster(glyph.character)).count();
        let (cluster, next) = rest.split_at((tail + 1).min(rest.len()));
        rest = next;
        if first.character.is_ascii() && cluster.len() == 1 {
            out.push(Glyph { character: fold_ascii(first.character, fold), ..*first });
            continue;
        }
        let end = cluster.last().map_or(first.span.end, |last| last.span.end);
        let span = Span { start: first.span.start, end };
        let follower = next.first().map(|glyph| glyph.character);
        let preceding = out.last().map(|glyph| glyph.character);
        let visible = cluster.iter().map(|glyph| glyph.character).filter(|character| {
            !is_ignorable(*character) || (is_joiner(*character) && joins(preceding, follower))
        });
        for character in folded(visible, fold) {
            out.push(Glyph { character, span, verbatim: first.verbatim });
        }
    }
    out
}

fn folded(cluster: impl Iterator<Item = char>, fold: Fold) -> Vec<char> {
    match fold {
        Fold::Visible => cluster.flat_map(fold_visible).nfc().collect(),
        Fold::Matching => {
            let characters: Vec<char> = cluster.collect();
            let [one] = characters.as_slice() else {
                return characters.into_iter().nfkc().map(fold_for_matching).collect();
            };
            if is_phrase(*one) { characters } else { one.nfkc().map(fold_for_matching).collect() }
        }
    }
}

fn extends_cluster(character: char) -> bool {
    if character.is_ascii() {
        return false;
    }
    canonical_combining_class(character) != 0
        || is_nfc_quick(std::iter::once(character)) == IsNormalized::Maybe
}

fn fold_ascii(character: char, fold: Fold) -> char {
    match (fold, character) {
        (Fold::Matching, '`') => '\'',
        _ => character,
    }
}

fn fold_for_matching(character: char) -> char {
    match character {
        '‘' | '’' | '‚' | '‛' | '′' | '´' | '‹' | '›' | '`' => '\'',
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' => '"',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => '-',
        other => other,
    }
}

/// Folds one character for readers. Hyphens that only forbid a line break become plain ones.
fn fold_visible(character: char) -> Vec<char> {
    match character {
        '\u{2010}' | '\u{2011}' => vec!['-'],
        _ if character.is_ascii() || means_something(character) || !is_public_assigned(character) => {
            vec![character]
        }
        _ => std::iter::once(character).nfkc().collect(),
    }
}

/// Whether the compatibility form says more than its folding: `m²`, `CO₂`, `½`, `1.º`, `…`, `℃`.
///
/// Source: blocks of the Unicode 16.0 code charts, read 2026-11-20.
fn means_something(character: char) -> bool {
    matches!(u32::from(character),
        0xa8 | 0xaa | 0xaf | 0xb2..=0xb4 | 0xb8..=0xba | 0xbc..=0xbe // super, ordinals, fractions, accents
        | 0x2b0..=0x2ff | 0x37a | 0x384 | 0x385 | 0x1fbd..=0x1fc1 | 0x1fcd..=0x1fcf | 0x1fdd..=0x1fdf
        | 0x1fed..=0x1fef | 0x1ffd | 0x1ffe // modifier letters and spacing accents
        | 0x1d2c..=0x1d6a | 0x1d78 | 0x1d9b..=0x1dbf // phonetic superscripts
        | 0x2017 | 0x2024..=0x2026 | 0x2033..=0x2037 | 0x203c | 0x203e | 0x2047..=0x2049 | 0x2057
        | 0x2070..=0x209c // super- and subscripts
        | 0x2100..=0x214f | 0x2150..=0x215f | 0x2189 // letterlike, fractions
        | 0x222c..=0x2230 | 0x2460..=0x24ff | 0x2a0c | 0x2a74..=0x2a76 | 0x2c7c | 0x2c7d
        | 0x3200..=0x33ff | 0x1f100..=0x1f2ff)
        || is_wide_mark(character)
        || is_phrase(character) // enclosed and squared
}

/// Punctuation of Chinese and Japanese, which fills its place in the line: `，`, `：`, `！`, `（`.
fn is_wide_mark(character: char) -> bool {
    matches!(character, '！' | '（' | '）' | '，' | '．' | '：' | '；' | '？')
}

/// Arabic phrases that are one character: their folding is eighteen times as long, and no reader
/// misses it.
fn is_phrase(character: char) -> bool {
    matches!(u32::from(character), 0xfdf0..=0xfdfd)
}

/// Characters nobody sees: soft hyphen, zero-width space and marks of direction.
fn is_ignorable(character: char) -> bool {
    matches!(u32::from(character),
        0xad | 0x61c | 0x180e | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x2064 | 0x2066..=0x206f | 0xfeff)
}

fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

/// A joiner matters inside an emoji or a word of a script that needs it, and nowhere else.
fn joins(preceding: Option<char>, follower: Option<char>) -> bool {
    let needs = |character: char| u32::from(character) >= 0x600 && !character.is_whitespace();
    preceding.is_some_and(needs) && follower.is_some_and(needs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> String {
        normalise(&unify_line_ends(text), Fold::Visible).iter().map(|glyph| glyph.character).collect()
    }

    #[test]
    fn forms_without_meaning_fold_and_forms_with_meaning_stay() {
        assert_eq!(seen("e\u{301}ﬁ\u{a0}ＡＢ\u{ad}x\u{200b}y"), "éfi ABxy");
        assert_eq!(seen("CO₂ m² ½ 1.º …"), "CO₂ m² ½ 1.º …");
        assert_eq!(seen("水，火：（ＡＢ）！"), "水，火：（AB）！");
        assert_eq!(seen("non\u{2011}stop"), "non-stop");
    }

    #[test]
    fn every_line_end_becomes_one_newline() {
        assert_eq!(seen("a\r\nb\rc\u{2028}d\u{85}e"), "a\nb\nc\nd\ne");
    }

    #[test]
    fn a_composed_character_spans_its_whole_cluster() {
        let glyphs = normalise(&unify_line_ends("ae\u{301}\u{323}b"), Fold::Visible);
        let spans: Vec<(u32, u32)> = glyphs.iter().map(|glyph| (glyph.span.start, glyph.span.end)).collect();
        assert!(spans.contains(&(1, 4)) && !spans.contains(&(1, 2)), "{spans:?}");
        assert_eq!(glyphs.last().map(|glyph| glyph.span), Some(Span { start: 4, end: 5 }));
    }

    #[test]
    fn emoji_sequences_and_joined_scripts_keep_their_joiner() {
        assert_eq!(seen("👩\u{200d}🔬"), "👩\u{200d}🔬");
        assert_eq!(seen("a\u{200d}b"), "ab");
    }

    #[test]
    fn matching_makes_quotes_and_dashes_equal() {
        let folded: String = normalise(&unify_line_ends("“a”–‘b’…"), Fold::Matching)
            .iter()
            .map(|glyph| glyph.character)
            .collect();
        assert_eq!(folded, "\"a\"-'b'...");
    }
}
