//! Labels of list items ("Step 2: …", "Income: when incomes rise, …"). On a page they guide the eye; in
//! running text and in speech they go where nothing is lost with them. A name, a place or a time before a
//! colon, a misconception that is called one and what an entry of a glossary explains are no labels:
//! without them the rest is false, or says nothing. In doubt a label stays.

use std::borrow::Cow;

use super::analysis::{Analysis, Class, Sentence, capitalised, is_signpost, tokens};
use crate::source::Role;

/// Most words of a label.
const MOST_WORDS: usize = 5;
/// Fewest bytes behind a label that can stand without it.
const FEWEST_BYTES: usize = 30;

/// A sentence without the label before its colon, if it is one.
pub(super) fn without_label<'a>(analysis: &Analysis, sentence: &'a Sentence) -> Cow<'a, str> {
    let is_item = matches!(sentence.role, Role::ListItem { .. });
    let parts = sentence.text.split_once(": ").filter(|_| is_item);
    let labelled = parts.filter(|(label, rest)| {
        label.split_whitespace().count() <= MOST_WORDS
            && rest.len() > FEWEST_BYTES
            && stands(analysis, label, rest)
    });
    labelled.map_or(Cow::Borrowed(sentence.text.as_str()), |(_, rest)| Cow::Owned(capitalised(rest)))
}

/// Whether what follows a label says the same without it.
fn stands(analysis: &Analysis, label: &str, rest: &str) -> bool {
    let lexicon = analysis.language().lexicon();
    let label = tokens(label, lexicon);
    let opens =
        || tokens(rest, lexicon).first().is_some_and(|first| lexicon.subordinators.contains(&*first.lower));
    match label.as_slice() {
        [noun] if noun.class == Class::Content => {
            let is_topic = !lexicon.disclaimers.contains(&*noun.lower) && !analysis.is_name(&noun.text);
            is_signpost(&label, lexicon) || is_topic && opens()
        }
        _ => is_signpost(&label, lexicon),
    }
}
