//! Puts words of the source into phrases of a language: fills places, quotes titles, joins lists, and
//! takes out of a sentence what needs the source beside it. How a sentence is spoken is the business
//! of `podcast_script/speakable.rs`.

use std::sync::LazyLock;

use regex::Regex;

use super::analysis::{Analysis, Term};
use crate::language::lesson::Lesson;
use crate::language::speech::Speech;
use crate::quality::holds_markup;

/// Compiles an expression that is a constant of ours.
#[expect(clippy::expect_used, reason = "the expressions are constants and tables; a test compiles all")]
pub(super) fn expression(text: &str) -> Regex {
    Regex::new(text).expect("an expression of our own compiles")
}

/// Puts values into the places `{name}` of a phrase, in one pass: a value is never a phrase itself.
pub(super) fn fill(phrase: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(phrase.len());
    let mut pieces = phrase.split('{');
    filled.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (name, rest) = piece.split_once('}').unwrap_or(("", piece));
        let value = values.iter().find(|(place, _)| *place == name).map_or("", |(_, value)| value);
        if filled.ends_with(" y ") && sounds_as_i(value) {
            filled.truncate(filled.len() - 2);
            filled.push_str("e ");
        }
        filled.push_str(value);
        filled.push_str(rest);
    }
    filled
}

/// Sets a title or a term in the quotation marks of the language.
pub(super) fn quoted(lesson: &Lesson, text: &str) -> String {
    let (open, close) = lesson.quotation;
    let calm = calm(text);
    let inner: String = calm.chars().filter(|mark| !"“”„«»\"".contains(*mark)).collect();
    format!("{open}{}{close}", inner.trim())
}

/// Takes a title down that shouts: all capitals become a capital and small letters.
fn calm(title: &str) -> std::borrow::Cow<'_, str> {
    let letters = title.chars().filter(|mark| mark.is_alphabetic()).count();
    let shouts = letters > 6 && !title.chars().any(char::is_lowercase);
    if shouts { capitalised(&title.to_lowercase()).into() } else { title.into() }
}

/// Joins entries as a sentence does: "a, b and c".
pub(super) fn list(lesson: &Lesson, entries: &[String]) -> String {
    match entries {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => {
            let and = if lesson.and == "y" && sounds_as_i(last) { "e" } else { lesson.and };
            format!("{} {and} {last}", first.join(", "))
        }
    }
}

/// Whether a word begins with the sound before which Spanish says "e" for "y" ("e Inglaterra").
fn sounds_as_i(text: &str) -> bool {
    let lower = text.trim_start_matches('«').to_lowercase();
    lower.starts_with(['i', 'í']) || lower.starts_with("hi") && !lower.starts_with("hie")
}

/// The part of a title before its colon, if that says enough: what the matter is called in a sentence.
pub(super) fn subject(title: &str) -> &str {
    match title.split_once(": ") {
        Some((before, _)) if before.chars().count() >= 4 => before.trim(),
        _ => title.trim().trim_end_matches(['.', ':']),
    }
}

/// Begins a statement with a capital and ends it with a full stop.
pub(super) fn sentence_of(statement: &str) -> String {
    let trimmed = statement.trim();
    let capital = capitalised(trimmed);
    if capital.ends_with(['.', '!', '?', '…']) { capital } else { format!("{capital}.") }
}

/// Begins a text with a capital, unless its first word has one further on ("pH").
pub(super) fn capitalised(text: &str) -> String {
    let word = text.split_whitespace().next().unwrap_or_default();
    if word.chars().skip(1).any(char::is_uppercase) {
        return text.to_owned();
    }
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).collect()
}

static ASIDES: LazyLock<Regex> = LazyLock::new(|| expression(r"\s*\([^()]*\)"));

/// Takes out asides that point elsewhere. Nothing if the sentence still points, or holds what would be
/// taken for markup; every other sign in it is content: `source` has read the markup and the references.
pub(super) fn readable(text: &str, speech: &Speech) -> Option<String> {
    let plain = ASIDES.replace_all(text, |aside: &regex::Captures<'_>| {
        let aside = aside.get(0).map_or("", |found| found.as_str());
        if points_elsewhere(aside, speech) { String::new() } else { aside.to_owned() }
    });
    let whole = plain.trim().to_owned();
    let is_plain = !points_elsewhere(&whole, speech) && !whole.contains("://") && !holds_markup(&whole);
    is_plain.then_some(whole)
}

/// Whether a text sends the reader to a figure, a page or another place.
pub(super) fn points_elsewhere(text: &str, speech: &Speech) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|mark: char| mark.is_whitespace() || "(),;:".contains(mark))
        .filter(|w| !w.is_empty())
        .collect();
    let numbered = words.windows(2).any(|pair| match pair {
        [word, next] => {
            speech.numbered.contains(word) && next.chars().next().is_some_and(|mark| mark.is_ascii_digit())
        }
        _ => false,
    });
    let joined = format!(" {} ", words.join(" ").trim_end_matches(['.', '!', '?']));
    numbered || speech.pointers.iter().any(|phrase| joined.contains(&format!(" {phrase} ")))
}

/// The content words of a sentence as sorted numbers, so that thousands of sentences compare quickly.
pub(super) struct Gist {
    /// Ascending, each once.
    words: Vec<u64>,
    /// The first of the text: mostly its subject.
    first: Option<u64>,
}

impl Gist {
    /// Takes the words of more than three letters.
    pub(super) fn of(text: &str) -> Gist {
        let words = text.split(|mark: char| !mark.is_alphanumeric());
        let words = words.filter(|word| word.chars().count() > 3).map(|word| number(&word.to_lowercase()));
        let mut words: Vec<u64> = words.collect();
        let first = words.first().copied();
        words.sort_unstable();
        words.dedup();
        Gist { words, first }
    }

    /// Whether most words of the shorter sentence stand in the longer, which is not much longer. Two that
    /// speak of different things in the same words ("Demand is …", "Supply is …") are not near.
    pub(super) fn is_near(&self, other: &Gist) -> bool {
        let (shorter, longer) =
            if self.words.len() <= other.words.len() { (self, other) } else { (other, self) };
        let lacks = |gist: &Gist, word: Option<u64>| {
            word.is_some_and(|word| gist.words.binary_search(&word).is_err())
        };
        if lacks(shorter, longer.first) && lacks(longer, shorter.first) {
            return false;
        }
        let (shorter, longer) = (&shorter.words, &longer.words);
        if shorter.is_empty() || shorter.len() * 2 < longer.len() {
            return false;
        }
        let shared = shorter.iter().filter(|word| longer.binary_search(word).is_ok()).count();
        shared * 4 >= shorter.len() * 3 && shared * 2 >= longer.len()
    }
}

/// A word as a number. Source: FNV-1a, 64 bits, <http://www.isthe.com/chongo/tech/comp/fnv/> (2026-11).
fn number(word: &str) -> u64 {
    let step = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    word.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

/// The key terms of those numbers.
pub(super) fn terms<'a>(analysis: &'a Analysis, numbers: &[usize]) -> Vec<&'a Term> {
    numbers.iter().filter_map(|number| analysis.terms().get(*number)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Gist, fill, points_elsewhere, readable, subject};
    use crate::language::speech::speech;

    #[test]
    fn and_changes_before_its_own_sound() {
        let spanish = crate::language::lesson::lesson("es").unwrap();
        let listed = |last: &str| super::list(spanish, &["«A»".to_owned(), last.to_owned()]);
        assert_eq!(listed("«Ideas para recordar»"), "«A» e «Ideas para recordar»");
        assert_eq!(listed("el hielo"), "«A» y el hielo");
        assert_eq!(fill("{x} y {y}", &[("x", "Francia"), ("y", "Inglaterra")]), "Francia e Inglaterra");
        assert_eq!(fill("{x} y {y}", &[("x", "agua"), ("y", "hierro")]), "agua y hierro");
        assert_eq!(fill("{x} y {y}", &[("x", "el aire"), ("y", "el hielo")]), "el aire y el hielo");
    }

    #[test]
    fn a_value_with_braces_is_not_filled_again() {
        assert_eq!(fill("About {a} and {b}.", &[("a", "{b}"), ("b", "x")]), "About {b} and x.");
    }

    #[test]
    fn a_pointer_in_brackets_goes_and_a_sentence_that_points_is_refused() {
        let english = speech("en").unwrap();
        let aside = "Plates move slowly (see Figure 3) and melt rock.";
        assert_eq!(readable(aside, english).unwrap(), "Plates move slowly and melt rock.");
        assert_eq!(readable("Table 2 lists the values.", english), None);
        assert_eq!(readable("The tag <b> makes text bold.", english), None);
        assert!(!points_elsewhere("A web page is a table of hopes.", english));
        assert!(points_elsewhere("This chapter explains it.", english));
    }

    #[test]
    fn signs_of_the_subject_stay() {
        let english = speech("en").unwrap();
        for content in [
            "The first element of the array a is a[0] and the second element is a[1].",
            "In most languages the expression 2 * 3 * 4 has the value 24.",
            "The method __init__ is called when an object is made.",
            "The declaration int *p makes p a pointer to an integer.",
            "The function f has the domain [1, 5] and the range [2, 10].",
        ] {
            assert_eq!(readable(content, english).as_deref(), Some(content));
        }
    }

    #[test]
    fn the_subject_is_what_stands_before_the_colon() {
        assert_eq!(subject("Photosynthesis: How Plants Eat"), "Photosynthesis");
        assert_eq!(subject("The Printing Press"), "The Printing Press");
    }

    #[test]
    fn a_reworded_sentence_is_nearly_the_same() {
        let press = Gist::of("The press spread quickly in Europe.");
        assert!(press.is_near(&Gist::of("In Europe the press quickly spread.")));
        let demand = Gist::of("Demand is the relation between the price and what buyers are willing to buy.");
        assert!(!demand.is_near(&Gist::of(
            "Supply is the relation between the price and what sellers are willing to buy."
        )));
        assert!(!press.is_near(&Gist::of("Paper was far cheaper than parchment.")));
    }
}
