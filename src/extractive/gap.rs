//! Where a gap may be cut into a sentence, and the cut itself. Which gap is the best is decided by
//! `flashcards.rs`.

use std::ops::Range;

use super::analysis::{Class, Token};
use crate::language::{Head, Lexicon};

/// Words among which the next member of a list stands.
const LIST_REACH: usize = 7;
/// The gap of a cloze card.
pub(super) const GAP: &str = "_____";

/// Cuts a noun phrase out of a sentence that holds its words once, and returns both.
pub(super) fn cut(
    text: &str,
    words: &[Token],
    run: &Range<usize>,
    lexicon: &Lexicon,
) -> Option<(String, String)> {
    let part = words.get(run.clone())?;
    let (first, last) = (part.first()?, part.last()?);
    let again = words.iter().enumerate().any(|(at, token)| {
        !run.contains(&at) && part.iter().any(|cut| cut.class == Class::Content && cut.lower == token.lower)
    });
    let article = run.start.checked_sub(1).and_then(|at| words.get(at));
    let tells = article.is_some_and(|article| lexicon.indefinite.contains(article.lower.as_str()))
        && starts_with_vowel(&first.lower);
    let after_and = article
        .is_some_and(|before| matches!(before.lower.as_str(), "and" | "or" | "y" | "o" | "et" | "und"));
    if again || tells || (after_and && part.len() > 1 && lexicon.may_be_verb(&first.lower)) {
        return None;
    }
    let (before, after) = (text.get(..first.bytes.start)?, text.get(last.bytes.end..)?);
    let answer = text.get(first.bytes.start..last.bytes.end)?.to_owned();
    Some((format!("{before}{GAP}{after}"), answer))
}

/// "an _____" gives a letter away.
fn starts_with_vowel(word: &str) -> bool {
    word.starts_with(['a', 'e', 'i', 'o', 'u'])
}

/// Whether a noun phrase is one of a list ("cut punches, cast objects and mix alloys"), where one
/// member may be as good as another.
pub(super) fn is_listed(run: &Range<usize>, words: &[Token]) -> bool {
    let is_and = |token: &Token| {
        matches!(token.lower.as_str(), "and" | "or" | "y" | "o" | "et" | "ou" | "und" | "oder")
    };
    let is_comma = |token: &Token| token.text == ",";
    let after = words.get(run.end..).unwrap_or_default();
    let before = words.get(..run.start).unwrap_or_default();
    let follows = after.first().is_some_and(is_comma) && after.iter().take(LIST_REACH).any(is_and);
    let ends = before.last().is_some_and(is_and) && before.iter().rev().take(LIST_REACH).any(is_comma);
    let between = before.last().is_some_and(is_comma) && after.first().is_some_and(is_and);
    follows || ends || between
}

/// What belongs to the verb before it, and never follows a noun.
const PARTICLES: [&str; 7] = ["up", "out", "off", "down", "away", "apart", "together"];

/// Whether a run is a noun phrase of its own there, and not the rest of one ("kilómetros cúbicos")
/// nor the front of two ("agua dulce de los ríos y los lagos").
pub(super) fn is_whole(run: &Range<usize>, words: &[Token], lexicon: &Lexicon, head: Head) -> bool {
    let before = run.start.checked_sub(1).and_then(|at| words.get(at));
    let after = words.get(run.end);
    let inside = words.get(run.clone()).unwrap_or_default();
    let bound = before.is_some_and(|before| {
        before.class == Class::Number || head == Head::First && before.class == Class::Content
    });
    let joined = inside.iter().any(|token| token.class == Class::Stop)
        && after.is_some_and(|after| {
            matches!(after.lower.as_str(), "and" | "or" | "y" | "o" | "et" | "ou" | "und")
        });
    let finite =
        inside.iter().skip(1).any(|token| token.class != Class::Stop && lexicon.is_only_verb(&token.lower));
    // "unsold goods pile up" ends with a verb that a particle belongs to.
    let phrasal = inside.len() > 1 && after.is_some_and(|after| PARTICLES.contains(&after.lower.as_str()));
    // "James Madison put the reason": what has an object behind it is a verb.
    let object = |after: &Token| {
        let word = after.lower.as_str();
        lexicon.definite.contains(word)
            || lexicon.indefinite.contains(word)
            || lexicon.demonstratives.contains(word)
            || matches!(word, "what" | "how" | "that" | "about")
    };
    let verbal = inside.len() > 1
        && inside.last().is_some_and(|last| lexicon.may_be_verb(&last.lower))
        && after.is_some_and(object);
    // "At room temperature, …" is a setting, and nothing to be asked for.
    let sets = run.start == 1
        && before.is_some_and(|before| before.class == Class::Stop && !is_article(before, lexicon))
        && after.is_some_and(|after| after.class == Class::Mark)
        && !inside.iter().any(Token::is_capitalised);
    let unsure = head == Head::First && lexicon.dropping.is_none() && may_hold_verb(inside, lexicon);
    // "A molecule of water spends …": anything may be the subject of what is told of one.
    let any = run.start == 1 && before.is_some_and(|before| lexicon.indefinite.contains(&*before.lower));
    // "Real labor markets are …": the adjective left behind would tell half of the answer.
    let described = run.start == 1
        && head == Head::Last
        && before.is_some_and(|before| lexicon.is_content(&before.lower));
    !bound && !joined && !finite && !phrasal && !verbal && !sets && !unsure && !any && !described
}

/// "pression empêche": what follows a noun at once and does not look like its adjective may be a verb.
fn may_hold_verb(words: &[Token], lexicon: &Lexicon) -> bool {
    let adjective = |token: &Token| {
        lexicon.has_adjective_ending(&token.lower)
            || lexicon.looks_plural(&token.lower)
            || token.is_capitalised()
    };
    words.windows(2).any(|pair| match pair {
        [noun, next] => noun.class == Class::Content && next.class == Class::Content && !adjective(next),
        _ => false,
    })
}

/// Whether a word is an article.
pub(super) fn is_article(token: &Token, lexicon: &Lexicon) -> bool {
    lexicon.definite.contains(token.lower.as_str()) || lexicon.indefinite.contains(token.lower.as_str())
}

#[cfg(test)]
mod tests {
    use super::{is_listed, is_whole};
    use crate::extractive::analysis::tokens;
    use crate::language::{Head, language};

    /// The words of a sentence and the place of a phrase in it.
    fn found(
        sentence: &str,
        phrase: &str,
    ) -> (Vec<crate::extractive::analysis::Token>, std::ops::Range<usize>) {
        let lexicon = language("en").lexicon();
        let words = tokens(sentence, lexicon);
        let count = tokens(phrase, lexicon).len();
        let starts = |at: &usize| sentence.get(words[*at].bytes.start..).unwrap().starts_with(phrase);
        let start = (0..words.len()).find(starts).unwrap();
        (words, start..start + count)
    }

    #[test]
    fn a_member_of_a_list_is_told_from_a_noun_before_a_clause() {
        for (sentence, phrase, listed) in [
            ("Smiths cut punches, cast small objects and mix alloys.", "punches", true),
            ("Growth depends on light, carbon dioxide and water.", "carbon dioxide", true),
            ("It runs on wind, rain and sunlight.", "sunlight", true),
            ("When light meets the pigment, an electron leaves it.", "pigment", false),
            ("The cell stores starch in the root.", "starch", false),
        ] {
            let (words, run) = found(sentence, phrase);
            assert_eq!(is_listed(&run, &words), listed, "{sentence}");
        }
    }

    #[test]
    fn a_gap_takes_no_word_that_may_be_a_french_verb() {
        let lexicon = language("fr").lexicon();
        for (sentence, phrase, whole) in [
            ("Si le volcan gronde, les habitants partent.", "volcan gronde", false),
            ("La chambre magmatique se remplit.", "chambre magmatique", true),
        ] {
            let words = tokens(sentence, lexicon);
            let start = words.iter().position(|word| phrase.starts_with(word.text.as_str())).unwrap();
            assert_eq!(is_whole(&(start..start + 2), &words, lexicon, Head::First), whole, "{sentence}");
        }
    }

    #[test]
    fn a_gap_takes_no_verb_with_its_noun() {
        let lexicon = language("en").lexicon();
        for (sentence, phrase, whole) in [
            ("James Madison put the reason briefly.", "James Madison put", false),
            ("The words of a constitution mean what they meant.", "constitution mean", false),
            ("Two workers at a wooden press could print more.", "wooden press", true),
        ] {
            let (words, run) = found(sentence, phrase);
            assert_eq!(is_whole(&run, &words, lexicon, Head::Last), whole, "{sentence}");
        }
    }
}
