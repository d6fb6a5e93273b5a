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
    count('(') + count('（') == count(')') + count('）')
        && count('[') == count(']')
        && count('“') == count('”')
        && count('"') % 2 == 0
        && count('«') == count('»')
}

/// "den tiefgreifenden Wandel" to "der tiefgreifende Wandel"; nothing where the noun changes too.
pub(super) fn nominative(body: &str) -> Option<String> {
    let (article, rest) = body.split_once(' ')?;
    let (article, ending) = match article {
        "den" => ("der", "e"),
        "einen" => ("ein", "er"),
        "Dieses" => ("Das", "e"),
        "Diese" => ("Die", "e"),
        _ => return Some(body.to_owned()),
    };
    let mut words: Vec<String> = rest.split(' ').map(str::to_owned).collect();
    let noun = words.iter().position(|word| word.starts_with(char::is_uppercase))?;
    let masculine = matches!(article, "der" | "ein");
    let weak = words.get(noun).is_some_and(|noun| noun.ends_with("en"));
    for word in words.iter_mut().take(noun) {
        if masculine && let Some(stem) = word.strip_suffix("en") {
            *word = format!("{stem}{ending}");
        }
    }
    (!(masculine && weak)).then(|| format!("{article} {}", words.join(" ")))
}
