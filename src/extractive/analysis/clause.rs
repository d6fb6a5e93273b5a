//! Whether words are a clause of their own, or a name with what belongs to it.

use super::definition::is_article;
use super::token::{Class, Token};
use crate::language::{Lexicon, Tense};

/// Whether a passage has a finite verb before any relative pronoun: then it is a clause of its own.
pub(super) fn finite_verb_first(words: &[Token], lexicon: &Lexicon) -> bool {
    for (at, token) in words.iter().enumerate() {
        let word = token.lower.as_str();
        if lexicon.relatives.contains(word) {
            return false;
        }
        if lexicon.dropping.as_ref().is_some_and(|dropping| dropping.is_not_finite(word)) {
            continue;
        }
        let next = words.get(at + 1);
        let participle = lexicon.is_past(word)
            && !lexicon.auxiliaries.contains(word)
            && next.is_none_or(|next| next.class != Class::Stop || !is_article(next, lexicon));
        let finite = lexicon.auxiliaries.contains(word)
            || lexicon.verb(word).is_some_and(|form| match form.tense {
                Tense::Third => {
                    !form.also_noun
                        || next.is_some_and(|next| next.class == Class::Content || is_article(next, lexicon))
                }
                Tense::Past => !participle,
                Tense::Finite => true,
                Tense::Base | Tense::Participle => false,
            });
        if finite && !participle {
            return true;
        }
    }
    false
}

/// Whether words before a colon only say what kind of remark follows, or which: "Note", "Step 2". Not
/// "Carbon 14", "In 1993" or "Warning signs".
pub(in crate::extractive) fn is_signpost(words: &[Token], lexicon: &Lexicon) -> bool {
    let points = |token: &Token| lexicon.signposts.contains(token.lower.as_str());
    words.iter().any(points) && words.iter().all(|token| token.class == Class::Number || points(token))
}
