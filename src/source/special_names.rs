//! Tells names such as `__init__` from words that the same marks emphasise, `__important__`. Their shape
//! tells, the program text around them, or another such name in the document; when nothing does, a word is
//! one. Used by `markdown.rs` and `emphasis.rs`.

use std::ops::Range;

use super::view::Glyph;

/// Longest special name with its underscores. Keeps the look at a long passage short.
const MAX_NAME_CHARACTERS: usize = 40;
/// How far back the word before a name is read.
const MAX_WORD_CHARACTERS: usize = 20;

/// What languages name so and nobody would emphasise.
///
/// Source: The Python Language Reference 3.13, sections 3.2 and 3.3, and the predefined names of C and PHP,
/// read 2026-11-28.
const NAMES: [&str; 49] = [
    "init",
    "repr",
    "str",
    "len",
    "iter",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "dict",
    "bool",
    "getitem",
    "setitem",
    "delitem",
    "getattr",
    "setattr",
    "delattr",
    "getattribute",
    "mul",
    "matmul",
    "truediv",
    "floordiv",
    "divmod",
    "rsub",
    "radd",
    "rmul",
    "iadd",
    "isub",
    "imul",
    "neg",
    "pos",
    "invert",
    "aenter",
    "aexit",
    "aiter",
    "anext",
    "qualname",
    "mro",
    "doc",
    "func",
    "FILE",
    "LINE",
    "COUNTER",
    "FUNCTION",
    "NAMESPACE",
    "DIR",
    "METHOD",
];

/// Words behind which a name stands.
const KINDS_OF_NAMES: [&str; 30] = [
    "method",
    "methods",
    "function",
    "functions",
    "variable",
    "variables",
    "attribute",
    "attributes",
    "macro",
    "keyword",
    "named",
    "called",
    "def",
    "import",
    "methode",
    "methoden",
    "funktion",
    "variablen",
    "attribut",
    "namens",
    "método",
    "métodos",
    "función",
    "atributo",
    "llamado",
    "llamada",
    "méthode",
    "méthodes",
    "fonction",
    "nommée",
];

/// Which names with underscores a document uses.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SpecialNames {
    are_used: bool,
}

/// What the shape of a passage between double underscores says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Name,
    /// One word in lower case.
    Word,
    Emphasis,
}

impl SpecialNames {
    /// Looks through a document for what can only be a name.
    pub(super) fn of(document: &[Glyph]) -> Self {
        let mut at = 0;
        let mut are_used = false;
        while let Some(start) = document.iter().skip(at).position(|glyph| glyph.character == '_') {
            let start = at + start;
            let length = document.iter().skip(start).take_while(|glyph| is_of_name(glyph.character)).count();
            at = start + length;
            are_used = are_used || is_name(document, start..at);
        }
        SpecialNames { are_used }
    }

    /// Whether the passage of a document is a name and not emphasis.
    pub(super) fn has(self, document: &[Glyph], passage: Range<usize>) -> bool {
        is_name(document, passage.clone()) || (self.are_used && shape(document, passage) == Shape::Word)
    }
}

fn is_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

fn is_name(document: &[Glyph], passage: Range<usize>) -> bool {
    match shape(document, passage.clone()) {
        Shape::Name => true,
        Shape::Word => is_amid_code(document, passage),
        Shape::Emphasis => false,
    }
}

fn shape(document: &[Glyph], passage: Range<usize>) -> Shape {
    if passage.len() > MAX_NAME_CHARACTERS {
        return Shape::Emphasis;
    }
    let text = document.get(passage).map(super::block::text).unwrap_or_default();
    let inside = text.strip_prefix("__").and_then(|rest| rest.strip_suffix("__"));
    let Some(inside) = inside.filter(|inside| inside.starts_with(|first: char| first.is_ascii_alphabetic()))
    else {
        return Shape::Emphasis;
    };
    let is_all =
        |of: fn(&u8) -> bool| inside.bytes().all(|byte| byte == b'_' || byte.is_ascii_digit() || of(&byte));
    let (is_lower, is_upper) = (is_all(u8::is_ascii_lowercase), is_all(u8::is_ascii_uppercase));
    if NAMES.contains(&inside) || ((is_lower || is_upper) && inside.contains('_')) {
        Shape::Name
    } else if is_lower {
        Shape::Word
    } else {
        Shape::Emphasis
    }
}

/// `obj.__class__`, `__call__()`, `__name__ ==`, `"__main__"`, `the method __next__`.
fn is_amid_code(document: &[Glyph], passage: Range<usize>) -> bool {
    let character = |at: Option<usize>| at.and_then(|at| document.get(at)).map(|glyph| glyph.character);
    let before = character(passage.start.checked_sub(1));
    let (after, next) = (character(Some(passage.end)), character(Some(passage.end + 1)));
    let is_quoted = |mark: char| before == Some(mark) && after == Some(mark);
    let touches = before == Some('.') || after == Some('(') || ['"', '\'', '`'].into_iter().any(is_quoted);
    touches
        || (after == Some(' ') && next == Some('='))
        || KINDS_OF_NAMES.contains(&word_before(document, passage.start).as_str())
}

fn word_before(document: &[Glyph], end: usize) -> String {
    let back = document.get(..end).unwrap_or_default().iter().rev().take(MAX_WORD_CHARACTERS);
    let back = back.map(|glyph| glyph.character).skip_while(|mark| *mark == ' ');
    let mut word: Vec<char> = back.take_while(|letter| letter.is_alphanumeric()).collect();
    word.reverse();
    word.into_iter().collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::view::unify_line_ends;
    use super::super::{block, emphasis, markdown};

    /// The text as both readers of marks see it.
    fn seen(content: &str) -> String {
        let glyphs = unify_line_ends(content);
        let plain = block::text(&emphasis::strip(&glyphs));
        let runs = markdown::read(&glyphs).blocks.into_iter().filter_map(|block| match block {
            block::Block::Text { run, .. } => Some(block::text(&run)),
            _ => None,
        });
        assert_eq!(plain, runs.collect::<Vec<_>>().join("\n\n"));
        plain
    }

    #[test]
    fn names_keep_their_underscores() {
        for content in [
            "Then __post_init__ runs and __VA_ARGS__ is put in its place.",
            "Here __init__ is run at first.",
            "Its obj.__class__ is known, and __call__() is run.",
            "It holds if __name__ == \"__main__\" is so.",
            "The variable __debug__ is true.",
            "When __debug__ is true, then __post_init__ runs.",
            "All the __annotations__ are there.\n\nThen __init__ is run.",
        ] {
            assert_eq!(seen(content), content);
        }
    }

    #[test]
    fn emphasised_words_lose_the_marks() {
        for (content, plain) in [
            ("It is __important__ to drink.", "It is important to drink."),
            ("It is __Important__ and __very good__ here.", "It is Important and very good here."),
            ("The __new__ law of all __IS__ good.", "The new law of all IS good."),
            (
                "Then __init__ is __Very__ and __most surely__ run.",
                "Then __init__ is Very and most surely run.",
            ),
        ] {
            assert_eq!(seen(content), plain);
        }
    }
}
