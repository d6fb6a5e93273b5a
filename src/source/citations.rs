//! Decides which numbers in brackets refer to a list of sources (`It grows.[12]`), and which belong to
//! the sentence: an interval (`the domain [1, 5]`), an index (`a[1]`), a list (`the set [2, 3]`).
//! A mark goes only on good evidence; when in doubt it stays. Used by `lines.rs`.

use super::view::Glyph;

/// Longest content of a mark: a handful of numbers.
const MAX_MARK_CHARACTERS: usize = 40;
/// How far back a word is read.
const MAX_WORD_CHARACTERS: usize = 30;
/// Entries of a bibliography that show a text has one.
const MIN_ENTRIES: usize = 2;
/// References right behind a stop that show a text numbers its sources.
const MIN_BEHIND_STOPS: usize = 2;
/// References at the ends of clauses that show it where nothing in brackets is part of a sentence.
const MIN_CLOSING: usize = 3;
/// How far references have to count up from 1 where nothing else shows what they are.
const MIN_COUNTED: u32 = 3;

/// Words after which brackets hold numbers of the subject.
const SUBJECT_WORDS: [&str; 94] = [
    "interval",
    "intervals",
    "domain",
    "range",
    "codomain",
    "set",
    "sets",
    "array",
    "arrays",
    "list",
    "lists",
    "tuple",
    "index",
    "indices",
    "indexes",
    "element",
    "elements",
    "vector",
    "vectors",
    "row",
    "rows",
    "column",
    "columns",
    "matrix",
    "value",
    "values",
    "pair",
    "point",
    "points",
    "node",
    "nodes",
    "cell",
    "sequence",
    "slice",
    "segment",
    "closed",
    "open",
    "over",
    "between",
    "from",
    "to",
    "within",
    "on",
    "in",
    "at",
    "of",
    "is",
    "are",
    "be",
    "equals",
    "returns",
    "prints",
    "gives",
    "becomes",
    "intervalo",
    "intervalos",
    "dominio",
    "rango",
    "conjunto",
    "lista",
    "vector",
    "matriz",
    "fila",
    "columna",
    "índice",
    "en",
    "entre",
    "de",
    "es",
    "son",
    "intervalle",
    "domaine",
    "ensemble",
    "tableau",
    "liste",
    "vecteur",
    "matrice",
    "indice",
    "dans",
    "sur",
    "est",
    "intervall",
    "bereich",
    "definitionsbereich",
    "wertebereich",
    "menge",
    "feld",
    "vektor",
    "zeile",
    "spalte",
    "auf",
    "im",
    "von",
    "ist",
];

/// Words that give a mark the fate of the one before it: `[3] and [4]`.
const JOINERS: [&str; 8] = ["and", "or", "y", "o", "et", "ou", "und", "oder"];

/// What a document does with numbers in brackets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Citations {
    /// Marks right behind a stop are references.
    behind_stops: bool,
    /// So are others, unless the words around them say otherwise.
    elsewhere: bool,
}

/// How a mark stands in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// `It grows.[12]`
    BehindStop,
    /// Somewhere a reference can stand.
    Possible,
    /// Behind a joiner: as the mark before.
    Joined,
    /// Where it is part of the sentence.
    Subject,
}

impl Citations {
    /// Reads the runs of a document for what its brackets hold.
    pub(super) fn of<'a>(runs: impl Iterator<Item = &'a [Glyph]>) -> Self {
        let mut evidence = Evidence::default();
        runs.for_each(|run| evidence.read(run));
        evidence.verdict()
    }

    /// How many glyphs the reference takes that begins at `at`; nothing if none begins there.
    /// `earlier` is whether the mark before it was one.
    pub(super) fn length_at(self, run: &[Glyph], at: usize, earlier: bool) -> Option<usize> {
        let mark = Mark::at(run, at)?;
        let goes = match mark.place {
            Place::BehindStop => self.behind_stops,
            Place::Possible => self.elsewhere,
            Place::Joined => self.elsewhere && earlier,
            Place::Subject => false,
        };
        goes.then_some(mark.length)
    }
}

/// Numbers in brackets.
struct Mark {
    numbers: Vec<u32>,
    /// Glyphs with both brackets.
    length: usize,
    place: Place,
    /// One number right before a stop or comma: `400 m [12].`
    closes: bool,
}

impl Mark {
    fn at(run: &[Glyph], at: usize) -> Option<Mark> {
        let inside = run.get(at + 1..)?;
        run.get(at).filter(|open| open.character == '[' && !open.verbatim)?;
        let end = inside.iter().take(MAX_MARK_CHARACTERS).position(|glyph| glyph.character == ']')?;
        let content: String = inside.iter().take(end).map(|glyph| glyph.character).collect();
        let numbers = references(&content)?;
        let after = inside.get(end + 1..)?;
        let place = place(run.get(..at)?, after, &content);
        let is_last = after.first().is_none_or(|next| ".,;!?".contains(next.character));
        let closes = place == Place::Possible && numbers.len() == 1 && is_last;
        Some(Mark { numbers, length: end + 2, place, closes })
    }
}

/// Judges a mark by what stands around it.
fn place(before: &[Glyph], after: &[Glyph], content: &str) -> Place {
    let next = after.iter().find(|glyph| glyph.character != ' ').map(|glyph| glyph.character);
    let is_glued_on = after.first().is_some_and(|glyph| glyph.character.is_alphanumeric());
    let computes = next.is_some_and(|next| "=<>+*×·∈⊂∪∩≤≥".contains(next));
    let Some(last) = before.last() else { return Place::Subject };
    if is_glued_on || computes || last.verbatim {
        return Place::Subject;
    }
    let beyond = before.len().checked_sub(2).and_then(|at| before.get(at)).map(|glyph| glyph.character);
    match last.character {
        '.' | '!' | '?' | '。' | '”' | '’' | '»' | '…' if beyond != Some(' ') => Place::BehindStop,
        ',' | ';' if !content.contains(',') && beyond.is_some_and(char::is_alphabetic) => Place::BehindStop,
        ']' => Place::Joined,
        letter if letter.is_alphanumeric() || letter == '_' => {
            let word = last_word(before);
            if is_identifier(&word) { Place::Subject } else { Place::Possible }
        }
        ')' => Place::Possible,
        space if space.is_whitespace() => behind_space(before),
        _ => Place::Subject,
    }
}

fn behind_space(before: &[Glyph]) -> Place {
    let trimmed = before.iter().rposition(|glyph| !glyph.character.is_whitespace());
    let before = trimmed.and_then(|at| before.get(..=at)).unwrap_or_default();
    let Some(last) = before.last().filter(|last| !last.verbatim) else { return Place::Subject };
    let word = last_word(before).to_lowercase();
    match last.character {
        ',' | ']' => Place::Joined,
        _ if JOINERS.contains(&word.as_str()) => Place::Joined,
        _ if SUBJECT_WORDS.contains(&word.as_str()) => Place::Subject,
        ')' | '”' | '"' | '’' | '»' | '.' | '?' | '!' => Place::Possible,
        letter if letter.is_alphanumeric() => Place::Possible,
        _ => Place::Subject,
    }
}

fn last_word(before: &[Glyph]) -> String {
    let back = before.iter().rev().take(MAX_WORD_CHARACTERS).map(|glyph| glyph.character);
    let mut word: Vec<char> = back.take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    word.reverse();
    word.into_iter().collect()
}

/// `a`, `row_sum`, `x2`, `rowSum`: names of variables. A bare number is none.
fn is_identifier(word: &str) -> bool {
    let mut letters = word.chars();
    let first = letters.next();
    let rest = letters.as_str();
    let is_name = first.is_some_and(|first| first.is_alphabetic() || first == '_');
    is_name
        && (rest.is_empty()
            || rest.contains(|mark: char| mark == '_' || mark.is_uppercase() || mark.is_numeric()))
}

/// What the brackets of a document show together.
#[derive(Debug, Default)]
struct Evidence {
    behind_stops: usize,
    entries: usize,
    marks: usize,
    closing: usize,
    /// Numbers in brackets that are part of a sentence.
    of_subject: usize,
    /// The largest number so far, where all came in order.
    counted: u32,
    is_out_of_order: bool,
    /// `a[0]`, `a[i]`
    has_indices: bool,
    /// `xs.[0]`
    has_dotted_indices: bool,
}

impl Evidence {
    fn read(&mut self, run: &[Glyph]) {
        self.entries += usize::from(is_entry(run));
        for (at, _) in run.iter().enumerate().filter(|(_, glyph)| glyph.character == '[') {
            self.look_for_index(run, at);
            let Some(mark) = Mark::at(run, at) else { continue };
            match mark.place {
                Place::BehindStop => self.behind_stops += 1,
                Place::Possible | Place::Joined => {}
                Place::Subject => {
                    self.of_subject += 1;
                    continue;
                }
            }
            self.closing += usize::from(mark.closes);
            self.marks += 1;
            for number in mark.numbers {
                self.is_out_of_order |= number > self.counted + 1;
                self.counted = self.counted.max(number);
            }
        }
    }

    fn look_for_index(&mut self, run: &[Glyph], at: usize) {
        let character = |at: Option<usize>| at.and_then(|at| run.get(at)).map(|glyph| glyph.character);
        let (before, first, second) =
            (character(at.checked_sub(1)), character(Some(at + 1)), character(Some(at + 2)));
        let is_index = matches!(first, Some('0'))
            || (matches!(first, Some('i' | 'j' | 'k' | 'n' | '-'))
                && matches!(second, Some(']' | '+' | '-' | '1')));
        let is_glued =
            before.is_some_and(|before| before.is_alphanumeric() || matches!(before, '_' | ']' | ')'));
        self.has_indices |= is_index && is_glued;
        self.has_dotted_indices |= is_index && before == Some('.');
    }

    fn verdict(&self) -> Citations {
        let counts_up = !self.is_out_of_order && self.counted >= MIN_COUNTED;
        let numbers_sources = self.entries >= MIN_ENTRIES
            || self.behind_stops >= MIN_BEHIND_STOPS
            || (self.behind_stops >= 1 && self.marks >= 3)
            || (self.closing >= MIN_CLOSING && self.of_subject == 0)
            || counts_up;
        Citations {
            behind_stops: !self.has_dotted_indices,
            elsewhere: numbers_sources && !self.has_indices && !self.has_dotted_indices,
        }
    }
}

/// Whether a run is an entry of a bibliography: `[12] Smith, J. (2010) …`.
fn is_entry(run: &[Glyph]) -> bool {
    let start: String = run.iter().take(MAX_MARK_CHARACTERS).map(|glyph| glyph.character).collect();
    is_source_entry(&start)
}

/// Whether a text is an entry of a bibliography: one number in brackets and a name or a title.
pub(super) fn is_source_entry(text: &str) -> bool {
    text.strip_prefix('[').and_then(|rest| rest.split_once(']')).is_some_and(|(number, rest)| {
        let is_one = number.bytes().all(|byte| byte.is_ascii_digit());
        let name = rest.trim_start_matches([' ', '\t', '\n']).trim_start_matches(['"', '“', '«', '„']);
        is_one
            && references(number).is_some()
            && rest.len() > name.len()
            && name.starts_with(char::is_uppercase)
    })
}

/// Reads `12`, `3, 4`, `1–3`.
fn references(content: &str) -> Option<Vec<u32>> {
    let numbers = content.split([',', ';', '-', '–']).map(|number| {
        let number = number.trim();
        let is_reference = (1..=3).contains(&number.len())
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && !number.starts_with('0');
        is_reference.then(|| number.parse().ok()).flatten()
    });
    numbers.collect()
}

#[cfg(test)]
mod tests {
    use super::super::view::unify_line_ends;
    use super::*;

    /// The text without its references, by a document that holds nothing else.
    fn without(text: &str) -> String {
        let run = unify_line_ends(text);
        let cites = Citations::of(std::iter::once(run.as_slice()));
        let (mut kept, mut at, mut earlier) = (String::new(), 0, false);
        while let Some(glyph) = run.get(at) {
            let length = cites.length_at(&run, at, earlier);
            if glyph.character == '[' {
                earlier = length.is_some();
            }
            if length.is_none() {
                kept.push(glyph.character);
            }
            at += length.unwrap_or(1);
        }
        kept
    }

    #[test]
    fn numbers_of_the_subject_stay() {
        for text in [
            "The function f has the domain [1, 5] and the range [2, 10].",
            "On [1, 5] it grows, in [2, 10] it falls, over [3, 4] it rests.",
            "The set [1, 2, 3] and the list [4] and the vector [5, 6] are short.",
            "In Lua a[1] is the first, a[2] the second, a[3] the third.",
            "The row_sum[1] is less than row_sum[2] and rowSum[3] or x2[4].",
            "In F# xs.[0] is the first and xs.[1] the second. Then xs.[2] and xs.[3].",
            "Then [1] = 5 and [2] + [3] is [4].",
            "Take [5] of the pills.",
        ] {
            assert_eq!(without(text), text);
        }
    }

    #[test]
    fn references_go_where_the_document_shows_them() {
        for (text, wanted) in [
            ("It grows.[12]", "It grows."),
            ("It grows [1] and falls [2], as plants [1] do [3].", "It grows  and falls , as plants  do ."),
            (
                "Plants[1] and roots[2] grow.[3] In [1, 5] it rests.",
                "Plants and roots grow. In [1, 5] it rests.",
            ),
            (
                "It lies at 100 km [4]. It is 400 m [12], or so [7, 9]. It ends [3].",
                "It lies at 100 km . It is 400 m , or so . It ends .",
            ),
            ("It grows.[1][2] It falls.[3]", "It grows. It falls."),
            ("See Smith [1] and [2] or Lee [3].", "See Smith  and  or Lee ."),
        ] {
            assert_eq!(without(text), wanted);
        }
    }

    #[test]
    fn an_entry_of_a_bibliography_begins_with_one_number_and_a_name() {
        for (text, is_one) in [
            ("[12] Smith, J. (2010) Leaves.", true),
            ("[3] “Leaves and light”, 2010.", true),
            ("[1, 5] is a closed interval.", false),
            ("[7] is a list of one number.", false),
        ] {
            assert_eq!(is_source_entry(text), is_one, "{text}");
        }
    }
}
