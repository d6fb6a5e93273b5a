//! Who "she" or "he" is. A sentence that sets out from such a pronoun gets a second wording with the
//! person's name, so that it can be quoted alone; where it follows the sentence before, it stays as
//! the text has it. A name is put in only where no other person can be meant: the person of the
//! title, or the only one that the paragraph has named. The evidence stays the original slice.

use std::collections::BTreeSet;

use super::token::{Token, tokens};
use crate::language::Lexicon;
use crate::source::Source;

/// Words within which the pronoun must stand.
const REACH: usize = 7;
/// Fewest pronouns by which the person of a title is known.
const FEWEST_PRONOUNS: usize = 3;
/// The person's own pronouns are so many times as frequent as the others.
const CLEARLY: usize = 4;
/// Most words of a name.
const MOST_NAME_WORDS: usize = 3;

/// A subject pronoun with its possessive.
type Pronouns = (&'static str, &'static str);

/// Words sentences anew that set out from a pronoun whose person is certain, by their numbers.
pub(super) fn named(source: &Source, persons: &[Pronouns], lexicon: &Lexicon) -> Vec<Option<String>> {
    let texts: Vec<Vec<Token>> = match persons {
        [] => Vec::new(),
        _ => source.sentences().iter().map(|sentence| tokens(&sentence.text, lexicon)).collect(),
    };
    let people = People::of(source, &texts, persons, lexicon);
    let word = |index: usize| people.as_ref().and_then(|people| people.reworded(index));
    (0..source.sentences().len()).map(word).collect()
}

/// Whom a text names.
struct People<'a> {
    source: &'a Source,
    texts: &'a [Vec<Token>],
    persons: &'a [Pronouns],
    lexicon: &'a Lexicon,
    /// The last words of names of several words.
    surnames: BTreeSet<String>,
    /// The person of the title with its pronouns.
    hero: Option<(String, Pronouns)>,
}

impl<'a> People<'a> {
    fn of(
        source: &'a Source,
        texts: &'a [Vec<Token>],
        persons: &'a [Pronouns],
        lexicon: &'a Lexicon,
    ) -> Option<People<'a>> {
        if texts.is_empty() {
            return None;
        }
        let mut people = People { source, texts, persons, lexicon, surnames: BTreeSet::new(), hero: None };
        for text in texts {
            let runs = people.runs(text).into_iter().filter(|run| run.len() > 1);
            let last = runs.filter_map(|run| text.get(run.end - 1));
            let last: Vec<String> = last.map(|token| token.text.clone()).collect();
            people.surnames.extend(last);
        }
        people.hero = people.hero_of_title();
        Some(people)
    }

    /// Names: runs of words with capitals, without what a sentence merely begins with.
    fn runs(&self, text: &[Token]) -> Vec<std::ops::Range<usize>> {
        let is_part = |token: &Token| {
            token.is_word()
                && token.is_capitalised()
                && token.text.chars().any(char::is_lowercase)
                && !self.lexicon.stop.contains(token.lower.as_str())
        };
        let mut found: Vec<std::ops::Range<usize>> = Vec::new();
        for (at, _) in text.iter().enumerate().filter(|(_, token)| is_part(token)) {
            match found.last_mut() {
                Some(run) if run.end == at => run.end = at + 1,
                _ => found.push(at..at + 1),
            }
        }
        found
    }

    /// The name that the title begins with, if the text speaks of that person all along.
    fn hero_of_title(&self) -> Option<(String, Pronouns)> {
        let title = tokens(self.source.title()?, self.lexicon);
        let name = self.runs(&title).into_iter().find(|run| run.start == 0)?;
        let surname = title.get(name.end - 1)?.text.clone();
        let known = (2..=MOST_NAME_WORDS).contains(&name.len())
            && self.texts.iter().any(|text| {
                self.runs(text).iter().any(|run| {
                    run.start == 0 && text.get(run.end - 1).is_some_and(|token| token.text == surname)
                })
            });
        let count =
            |pronoun: &str| self.texts.iter().flatten().filter(|token| token.lower == pronoun).count();
        let own = *self.persons.iter().max_by_key(|(pronoun, _)| count(pronoun))?;
        let others: usize =
            self.persons.iter().filter(|pair| **pair != own).map(|(pronoun, _)| count(pronoun)).sum();
        let certain = count(own.0) >= FEWEST_PRONOUNS.max(others * CLEARLY);
        (known && certain).then_some((surname, own))
    }

    /// The sentence with the name in place of the pronoun that it sets out from.
    fn reworded(&self, index: usize) -> Option<String> {
        let text = self.texts.get(index)?;
        let (at, pair, possessive) = self.pronoun(text)?;
        // Whoever is named before the pronoun may be meant by it.
        if self.runs(text.get(..at)?).iter().any(|run| self.is_person(text, run)) {
            return None;
        }
        let name = self.meant(index, pair)?;
        let token = text.get(at)?;
        let whole = &self.source.sentences().get(index)?.text;
        let (before, after) = (whole.get(..token.bytes.start)?, whole.get(token.bytes.end..)?);
        let ending = if possessive { "'s" } else { "" };
        Some(format!("{before}{name}{ending}{after}"))
    }

    /// The pronoun that a sentence sets out from: a subject in its opening, or a possessive at its head.
    fn pronoun(&self, text: &[Token]) -> Option<(usize, Pronouns, bool)> {
        let first = text.first()?;
        if let Some(pair) = self.persons.iter().find(|(_, own)| first.lower == *own) {
            return Some((0, *pair, true));
        }
        text.iter().take(REACH).enumerate().find_map(|(at, token)| {
            let pair = self.persons.iter().find(|(pronoun, _)| token.lower == *pronoun)?;
            Some((at, *pair, false))
        })
    }

    /// Whether a run may name a person: several words, or the last word of such a name.
    fn is_person(&self, text: &[Token], run: &std::ops::Range<usize>) -> bool {
        run.len() > 1 || text.get(run.start).is_some_and(|token| self.surnames.contains(&token.text))
    }

    /// Whom a pronoun means in that sentence, if that is certain.
    fn meant(&self, index: usize, pair: Pronouns) -> Option<String> {
        let sentence = self.source.sentences().get(index)?;
        let first = index.checked_sub(sentence.position_in_paragraph)?;
        let before = self.texts.get(first..index)?;
        let of_hero = self.hero.as_ref().filter(|(_, own)| *own == pair);
        let mut named: BTreeSet<&str> = BTreeSet::new();
        let mut subjects: BTreeSet<&str> = BTreeSet::new();
        for text in before {
            for run in self.runs(text).into_iter().filter(|run| self.is_person(text, run)) {
                let last = text.get(run.end - 1).map_or("", |token| token.text.as_str());
                named.insert(last);
                if run.start == 0 {
                    subjects.insert(last);
                }
            }
        }
        if let Some((hero, _)) = of_hero {
            let rival = subjects.iter().any(|subject| *subject != hero.as_str());
            return (!rival).then(|| hero.clone());
        }
        let only = named.first().filter(|only| named.len() == 1 && subjects.contains(**only))?;
        Some((*only).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::named;
    use crate::language::cues::cues;
    use crate::language::language;
    use crate::source::Source;

    fn worded(text: &str) -> Vec<String> {
        let source = Source::read(text).unwrap();
        let found = named(&source, cues("en").persons, language("en").lexicon());
        found.into_iter().flatten().collect()
    }

    #[test]
    fn the_person_of_the_title_is_named_where_nobody_else_is_spoken_of() {
        let text = "# Ada Lovelace and the First Program\n\nAda Lovelace was born in London in 1815. \
            Her mother taught the girl mathematics. At seventeen she met the inventor of the engine.\n\n\
            She wrote long notes on the engine. In them she described a program.\n\n\
            Mary Somerville was a friend of the family. She wrote books on science.\n";
        assert_eq!(
            worded(text),
            [
                "Lovelace's mother taught the girl mathematics.",
                "At seventeen Lovelace met the inventor of the engine.",
                "Lovelace wrote long notes on the engine.",
                "In them Lovelace described a program.",
            ]
        );
    }

    #[test]
    fn the_only_person_of_a_paragraph_is_meant_and_of_two_neither() {
        let text = "# The Press\n\nJohannes Gutenberg was born in Mainz around 1400. \
            He spent part of his life in Strasbourg.\n\n\
            Johann Fust lent the money, and Peter Schoeffer did the work. He sued in 1455 for the loan.\n";
        assert_eq!(worded(text), ["Gutenberg spent part of his life in Strasbourg."]);
    }
}
