//! Takes marks of emphasis (`*word*`, `**word**`, `_word_`) and of code off plain text, where they
//! stand around words as such marks do. `2*3*4`, `snake_case` and `* item` keep theirs.

use super::lines::is_unspaced;
use super::special_names::SpecialNames;
use super::view::Glyph;

/// Longest passage that is taken for emphasised. Keeps the search linear.
const MAX_EMPHASISED_CHARACTERS: usize = 300;

/// How far before a star a sign of equality is looked for.
const MAX_EQUATION_CHARACTERS: usize = 24;

/// Returns the text without marks of emphasis; the characters beside a mark take it along.
pub(super) fn strip(glyphs: &[Glyph]) -> Vec<Glyph> {
    let mut out: Vec<Glyph> = Vec::with_capacity(glyphs.len());
    // Ends of the open marks by their first character's index, innermost last.
    let mut closing: Vec<(usize, usize)> = Vec::new();
    let mut marks_from: Option<u32> = None;
    let names = SpecialNames::of(glyphs);
    let mut at = 0;
    while let Some(glyph) = glyphs.get(at) {
        if let Some((_, length)) = closing.pop_if(|(index, _)| *index == at) {
            let end = glyphs.get(at + length - 1).map_or(glyph.span.end, |mark| mark.span.end);
            if let Some(last) = out.last_mut() {
                last.span.end = last.span.end.max(end);
            }
            at += length;
            continue;
        }
        let length = mark_length(glyphs, at);
        let limit = closing.last().map(|(index, _)| *index);
        let close = (length > 0 && opens(glyphs, at, length))
            .then(|| find_close(glyphs, at, length, names))
            .flatten();
        if let Some(close) = close.filter(|close| limit.is_none_or(|limit| *close < limit)) {
            closing.push((close, length));
            marks_from = marks_from.or(Some(glyph.span.start));
            at += length;
            continue;
        }
        let mut own = *glyph;
        own.span.start = marks_from.take().unwrap_or(own.span.start);
        out.push(own);
        at += 1;
    }
    out
}

/// How many equal marks stand at this place; more than three are an ornament.
fn mark_length(glyphs: &[Glyph], at: usize) -> usize {
    let Some(mark) =
        glyphs.get(at).map(|glyph| glyph.character).filter(|mark| matches!(mark, '*' | '_' | '`'))
    else {
        return 0;
    };
    let length = glyphs.iter().skip(at).take(4).take_while(|glyph| glyph.character == mark).count();
    let is_whole = at == 0 || glyphs.get(at - 1).is_none_or(|before| before.character != mark);
    if length > 3 || !is_whole { 0 } else { length }
}

fn opens(glyphs: &[Glyph], at: usize, length: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| glyphs.get(before)).map(|glyph| glyph.character);
    let after = glyphs.get(at + length).map(|glyph| glyph.character);
    let mark = glyphs.get(at).map(|glyph| glyph.character);
    before.is_none_or(|before| !before.is_alphanumeric() || is_apart(mark, before))
        && !(before.is_some_and(is_unspaced) && is_equated(glyphs, at))
        && after.is_some_and(|after| after.is_alphanumeric() || "\"“«'‘(¿¡*_".contains(after))
}

/// A letter of a script without spaces, which stars may touch from outside: `水*变成气体*升到空中`.
fn is_apart(mark: Option<char>, letter: char) -> bool {
    mark == Some('*') && is_unspaced(letter)
}

/// Whether a sign of equality stands shortly before: `V＝长*宽*高`.
fn is_equated(glyphs: &[Glyph], at: usize) -> bool {
    let earlier = glyphs.get(..at).unwrap_or_default().iter().rev().take(MAX_EQUATION_CHARACTERS);
    earlier.into_iter().any(|glyph| matches!(glyph.character, '=' | '＝'))
}

/// The closing mark of the same length, within the paragraph.
fn find_close(glyphs: &[Glyph], at: usize, length: usize, names: SpecialNames) -> Option<usize> {
    let mark = glyphs.get(at)?.character;
    let mut before = None;
    let reach = glyphs.iter().enumerate().skip(at + length).take(MAX_EMPHASISED_CHARACTERS);
    for (index, glyph) in reach {
        if glyph.character == '\n' && before == Some('\n') {
            return None;
        }
        let closes = glyph.character == mark
            && before.is_some_and(|before| !before.is_whitespace() && before != mark)
            && mark_length(glyphs, index) == length
            && glyphs.get(index + length).is_none_or(|after| {
                !after.character.is_alphanumeric() || is_apart(Some(mark), after.character)
            });
        if closes {
            return (!names.has(glyphs, at..index + length)).then_some(index);
        }
        before = Some(glyph.character);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::block::text;
    use super::super::view::unify_line_ends;
    use super::*;

    #[test]
    fn marks_around_words_go_and_others_stay() {
        for (marked, plain) in [
            ("the *light* and the **dark\nside**, _too_", "the light and the dark\nside, too"),
            ("**A *nested* one** here", "A nested one here"),
            ("use `code` now", "use code now"),
            ("2*3*4 and a_b_c and 5 * 6 * 7", "2*3*4 and a_b_c and 5 * 6 * 7"),
            ("* item\n* item", "* item\n* item"),
            ("水*变成气体*升到空中，**很高**的", "水变成气体升到空中，很高的"),
            ("体积 V＝长*宽*高", "体积 V＝长*宽*高"),
            ("*note without end", "*note without end"),
            ("*one\n\ntwo*", "*one\n\ntwo*"),
            ("*****", "*****"),
            ("the method __init__ and __This__", "the method __init__ and This"),
        ] {
            assert_eq!(text(&strip(&unify_line_ends(marked))), plain);
        }
    }

    #[test]
    fn a_character_takes_the_mark_beside_it_along() {
        let stripped = strip(&unify_line_ends("*ab* c"));
        let spans: Vec<(u32, u32)> =
            stripped.iter().map(|glyph| (glyph.span.start, glyph.span.end)).collect();
        assert_eq!(spans, [(0, 2), (2, 4), (4, 5), (5, 6)]);
    }
}
