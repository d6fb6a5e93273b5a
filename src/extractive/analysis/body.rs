//! What a definition says of its term: how it must begin, whom it speaks of, whether it is whole.

use super::definition::without_article;
use super::token::{Class, Token, tokens};
use crate::language::Lexicon;

/// Whether a body without article begins with a noun and not with a judgement ("dependent on").
pub(super) fn begins_as_noun(words: &[Token], lexicon: &Lexicon) -> bool {
    let Some(first) = words.first() else { return false };
    if matches!(
        first.lower.as_str(),
        "any" | "one" | "all" | "those" | "cualquier" | "todo" | "toda" | "aquel" | "aquella"
    ) {
        return true;
    }
    let count = words.iter().take_while(|token| token.class == Class::Content || token.text == ",").count();
    let head = count.checked_sub(1).and_then(|last| words.get(last));
    // "pieces of information"
    let of = words.get(count).is_some_and(|next| next.lower == "of");
    head.is_some_and(|head| {
        let plain = !lexicon.weak.contains(head.lower.as_str()) && !lexicon.has_adjective_ending(&head.lower);
        plain || of && lexicon.looks_plural(&head.lower)
    })
}

pub(super) fn body_head_is_person(body: &str, lexicon: &Lexicon) -> bool {
    let words = tokens(body, lexicon);
    let (_, rest) = without_article(&words, lexicon);
    let head = rest.iter().take_while(|token| matches!(token.class, Class::Content) || token.text == "and");
    head.into_iter().any(|token| lexicon.is_person(&token.lower))
}

/// Whether brackets and quotation marks close.
pub(super) fn is_balanced(text: &str) -> bool {
    let count = |character: char| text.matches(character).count();
    count('(') == count(')')
        && count('[') == count(']')
        && count('“') == count('”')
        && count('"') % 2 == 0
        && count('«') == count('»')
}
