//! Runs: neighbouring content words of a sentence that may name one thing.
//!
//! Without a tagger, a run ends at stop words, marks and verb forms. Words that are verbs as often
//! as nouns are told apart by their neighbours.

use std::ops::Range;

use super::token::{Class, Token};
use crate::language::{Lexicon, Tense};

/// Most words of a run, joiners not counted.
const MAX_WORDS: usize = 4;

/// Finds the runs of a sentence, as ranges of its tokens.
pub(in crate::extractive) fn runs(tokens: &[Token], lexicon: &Lexicon) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = None;
    let mut at = 0;
    while at < tokens.len() {
        if continues(tokens, at, start, lexicon) {
            start = start.or(Some(at));
            at += 1;
        } else if let Some(joined) = start.and_then(|_| joiner(tokens, at, lexicon)) {
            at += joined;
        } else {
            let broken_by_verb =
                start.is_some() && tokens.get(at).is_some_and(|token| token.class == Class::Content);
            close(&mut runs, start.take(), at, tokens, lexicon);
            at += usize::from(broken_by_verb || !continues(tokens, at, None, lexicon));
        }
    }
    close(&mut runs, start, tokens.len(), tokens, lexicon);
    runs
}

/// Whether the token belongs to a run that began at `start`, or may begin one.
fn continues(tokens: &[Token], at: usize, start: Option<usize>, lexicon: &Lexicon) -> bool {
    let Some(token) = tokens.get(at) else { return false };
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let next = tokens.get(at + 1);
    match token.class {
        _ if start.is_some() && is_roman_numeral(&token.text) => true,
        Class::Stop | Class::Mark => false,
        Class::Number => {
            start.is_some() && before.is_some_and(Token::is_capitalised) && token.text.len() <= 3
        }
        Class::Verb => start.is_none() && is_participle_before_noun(token, before, next, lexicon),
        Class::Content if lexicon.has_other_ending(&token.lower) && !token.is_capitalised() => false,
        Class::Content => match start {
            // "each packet expires": no plural follows, so that the word in -s is a verb.
            Some(start)
                if lexicon.looks_plural(&token.lower)
                    && is_singular(tokens, start, lexicon)
                    && !precedes_auxiliary(next, lexicon) =>
            {
                false
            }
            Some(_) => !acts_as_verb(token, before, next, lexicon),
            None if is_verbal_gerund(token, before, next, lexicon) => false,
            None => {
                !(before.is_some_and(|before| lexicon.before_verb.contains(before.lower.as_str()))
                    && lexicon.may_be_verb(&token.lower))
            }
        },
    }
}

/// "a method of casting type": after a preposition and before its object, an -ing form is a verb.
fn is_verbal_gerund(token: &Token, before: Option<&Token>, next: Option<&Token>, lexicon: &Lexicon) -> bool {
    !token.is_capitalised()
        && lexicon.verb(&token.lower).is_some_and(|form| form.tense == Tense::Participle)
        && before.is_some_and(|before| {
            before.class == Class::Stop
                && !lexicon.definite.contains(before.lower.as_str())
                && !lexicon.indefinite.contains(before.lower.as_str())
        })
        && next.is_some_and(|next| next.class == Class::Content)
}

/// Whether a run follows a word after which no plural can stand.
fn is_singular(tokens: &[Token], start: usize, lexicon: &Lexicon) -> bool {
    let before = start.checked_sub(1).and_then(|before| tokens.get(before));
    before.is_some_and(|before| lexicon.singular_determiners.contains(before.lower.as_str()))
}

/// "photosystem I", "Paul IV".
fn is_roman_numeral(word: &str) -> bool {
    word.len() <= 4 && word.chars().all(|letter| matches!(letter, 'I' | 'V' | 'X'))
}

/// "the lost electron", "a printed edition": a participle that stands as an adjective.
fn is_participle_before_noun(
    token: &Token,
    before: Option<&Token>,
    next: Option<&Token>,
    lexicon: &Lexicon,
) -> bool {
    let is_participle =
        lexicon.verb(&token.lower).is_some_and(|form| matches!(form.tense, Tense::Past | Tense::Participle));
    is_participle
        && before.is_some_and(|before| {
            lexicon.definite.contains(before.lower.as_str())
                || lexicon.indefinite.contains(before.lower.as_str())
        })
        && next.is_some_and(|next| next.class == Class::Content)
}

/// Whether a word that may be noun or verb is a verb here, inside a run.
fn acts_as_verb(token: &Token, before: Option<&Token>, next: Option<&Token>, lexicon: &Lexicon) -> bool {
    let Some(form) = lexicon.verb(&token.lower) else { return false };
    if form.tense == Tense::Third && form.also_noun && precedes_auxiliary(next, lexicon) {
        return false;
    }
    let object_follows = next.is_some_and(|next| {
        next.class == Class::Content
            || lexicon.definite.contains(next.lower.as_str())
            || lexicon.indefinite.contains(next.lower.as_str())
            || lexicon.pronouns.contains(next.lower.as_str())
            || lexicon.demonstratives.contains(next.lower.as_str())
    });
    match form.tense {
        Tense::Third => object_follows || before.is_some_and(|before| !lexicon.looks_plural(&before.lower)),
        Tense::Participle => object_follows,
        Tense::Base => before.is_some_and(|before| lexicon.looks_plural(&before.lower)),
        Tense::Past | Tense::Finite => true,
    }
}

/// "a milder means is available": the verb comes only now.
fn precedes_auxiliary(next: Option<&Token>, lexicon: &Lexicon) -> bool {
    next.is_some_and(|next| lexicon.auxiliaries.contains(next.lower.as_str()))
}

/// Counts the tokens of a joiner ("de", "de la") at that place, if a content word follows it.
fn joiner(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Option<usize> {
    let matches = |joiner: &Vec<&str>| {
        joiner
            .iter()
            .enumerate()
            .all(|(offset, word)| tokens.get(at + offset).is_some_and(|token| token.lower == *word))
            && tokens.get(at + joiner.len()).is_some_and(|token| token.class == Class::Content)
    };
    lexicon.joiners.iter().filter(|joiner| matches(joiner)).map(Vec::len).max()
}

/// Trims a run and keeps it if something is left.
fn close(
    runs: &mut Vec<Range<usize>>,
    start: Option<usize>,
    end: usize,
    tokens: &[Token],
    lexicon: &Lexicon,
) {
    let Some(start) = start else { return };
    let weak = |at: usize| {
        tokens.get(at).is_none_or(|token| {
            token.class == Class::Stop
                || lexicon.weak.contains(token.lower.as_str())
                || token.text.chars().count() < 2
        })
    };
    let (mut from, mut to) = (start, end);
    while from < to && weak(from) {
        from += 1;
    }
    while from < to
        && tokens.get(to - 1).is_none_or(|token| token.class == Class::Stop && !is_roman_numeral(&token.text))
    {
        to -= 1;
    }
    let content =
        (from..to).filter(|at| tokens.get(*at).is_some_and(|token| token.class != Class::Stop)).count();
    if from < to && content <= MAX_WORDS {
        runs.push(from..to);
    }
}
