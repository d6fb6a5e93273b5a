//! Labels of list items ("Step 2: …", "Income: when incomes rise, …"). On a page they guide the eye; in
//! running text and in speech they go where what follows is a sentence of its own. What an entry of a
//! glossary explains ("Ribosome: a body that makes proteins") is no label: without it nothing is said.

use std::borrow::Cow;

use super::analysis::{Analysis, Sentence, capitalised, finite_verb_first, is_signpost, tokens};
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

/// Whether what follows a label says something without it.
fn stands(analysis: &Analysis, label: &str, rest: &str) -> bool {
    let lexicon = analysis.language().lexicon();
    let words = tokens(rest, lexicon);
    let opens = words.first().is_some_and(|first| lexicon.subordinators.contains(first.lower.as_str()));
    opens || is_signpost(&tokens(label, lexicon), lexicon) || finite_verb_first(&words, lexicon)
}
