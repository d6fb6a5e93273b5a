//! Puts the parts of a piece together, and smooths what several writers leave at the seams: items
//! that say the same (`twins.rs`), a sentence that comes again, a second greeting or parts out of order
//! (`script.rs`). Pure.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use unicode_segmentation::UnicodeSegmentation;

use super::left_out::{LeftOut, Seam};
use super::script;
use super::twins::without_twins;
use crate::content::Kind;
use crate::quality::{may_repeat, plain};

/// Words that a sentence needs so that its coming again is no coincidence.
const TELLING_WORDS: usize = 6;

/// Joins the parts of a draft in their order: lists grow, other fields are taken where they come.
pub(super) fn join(parts: Vec<Value>) -> Value {
    let mut draft = Map::new();
    for part in parts {
        let Value::Object(fields) = part else { continue };
        for (name, value) in fields {
            match (draft.get_mut(&name), value) {
                (Some(Value::Array(list)), Value::Array(more)) => list.extend(more),
                (Some(_), _) | (None, Value::Null) => {}
                (None, value) => {
                    draft.insert(name, value);
                }
            }
        }
    }
    Value::Object(draft)
}

/// Smooths a joined draft, and says what was left out.
pub(super) fn smooth(kind: Kind, language: &str, draft: &mut Value) -> Vec<LeftOut> {
    let twins = |draft: &mut Value, list, fields| without_twins(kind, language, draft, (list, fields));
    match kind {
        Kind::Outline => Vec::new(),
        Kind::Faqs => twins(draft, "items", &["question", "answer"]),
        Kind::Flashcards => twins(draft, "items", &["term", "definition"]),
        Kind::ReadingGuideQuestions => twins(draft, "questions", &["question"]),
        Kind::OnePagerSummary => twins(draft, "key_takeaways", &["text"]),
        Kind::StudyGuide => {
            let mut left_out = twins(draft, "key_concepts", &["term", "explanation"]);
            left_out.extend(without_echoes(draft, "detailed_sections", "content"));
            left_out
        }
        Kind::DetailedReadingMaterial => without_echoes(draft, "sections", "content"),
        Kind::PodcastScript => {
            script::in_order(draft);
            let mut left_out = script::without_greetings(draft, language);
            left_out.extend(without_echoes(draft, "turns", "text"));
            script::with_one_voice(draft);
            left_out
        }
    }
}

/// Names what an item is about, so that another is not made like it.
pub(super) fn gist(item: &Value) -> Option<&str> {
    ["term", "question", "text", "heading", "title"].iter().find_map(|name| item.get(name)?.as_str())
}

pub(super) fn list_mut<'a>(draft: &'a mut Value, list: &str) -> Option<&'a mut Vec<Value>> {
    draft.get_mut(list).and_then(Value::as_array_mut)
}

/// Takes out sentences that stood before, and entries that nothing is left of.
fn without_echoes(draft: &mut Value, list: &str, field: &str) -> Vec<LeftOut> {
    let items = draft.get(list).and_then(Value::as_array);
    let texts = items.into_iter().flatten().filter_map(|item| item.get(field)?.as_str());
    if !may_repeat(texts, TELLING_WORDS) {
        return Vec::new();
    }
    let mut said = BTreeSet::new();
    without_sentences(
        draft,
        (list, field),
        Seam::Echo,
        |_| true,
        |_, sentence| {
            let words = plain(sentence);
            words.split(' ').count() >= TELLING_WORDS && !said.insert(words)
        },
    )
}

/// Takes the sentences for which `is_unwanted` holds, given the place of their entry, out of the entries of a
/// list that `may_hold` one, and the entries that nothing is left of.
pub(super) fn without_sentences(
    draft: &mut Value,
    (list, field): (&str, &str),
    seam: Seam,
    may_hold: impl Fn(&str) -> bool,
    mut is_unwanted: impl FnMut(usize, &str) -> bool,
) -> Vec<LeftOut> {
    let Some(items) = list_mut(draft, list) else { return Vec::new() };
    let mut left_out = Vec::new();
    let (mut place, mut index) = (0, 0);
    items.retain_mut(|item| {
        place += 1;
        let Some(text) = item.get(field).and_then(Value::as_str) else { return true };
        let is_kept = |sentence: &&str| !is_unwanted(place - 1, sentence);
        let kept: Option<String> =
            may_hold(text).then(|| text.split_sentence_bounds().filter(is_kept).collect());
        let Some(kept) = kept.filter(|kept| kept.len() < text.len()) else {
            index += 1;
            return true;
        };
        let kept = kept.trim().to_owned();
        let is_empty = kept.is_empty();
        let path = if is_empty { format!("/{list}") } else { format!("/{list}/{index}/{field}") };
        left_out.push(LeftOut::new(seam, path, seam.message(is_empty).to_owned()));
        index += usize::from(!is_empty);
        if let Some(text) = item.get_mut(field) {
            *text = Value::from(kept);
        }
        !is_empty
    });
    left_out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(left_out: &[LeftOut]) -> Vec<(&str, &str, &str)> {
        left_out.iter().map(|each| (each.seam.id(), each.path.as_str(), each.message.as_str())).collect()
    }

    #[test]
    fn parts_are_joined_in_their_order() {
        let parts = vec![
            json!({ "introduction": "one", "sections": [1, 2] }),
            json!({ "sections": [3], "conclusion": null }),
            json!({ "conclusion": "end", "introduction": "another" }),
        ];
        let whole = json!({ "introduction": "one", "sections": [1, 2, 3], "conclusion": "end" });
        assert_eq!(join(parts), whole);
    }

    #[test]
    fn a_sentence_that_comes_again_is_left_out() {
        let mut draft = json!({ "sections": [
            { "content": "Leaves turn light into sugar every single day. It is so." },
            { "content": "Leaves turn light into sugar every single day." },
            { "content": "Roots drink. Leaves turn light into sugar every single day. It is so." },
        ]});
        let left_out = smooth(Kind::DetailedReadingMaterial, "en", &mut draft);
        assert_eq!(draft["sections"][1]["content"], "Roots drink. It is so.");
        assert_eq!(
            said(&left_out),
            [
                ("SEAM-02", "/sections", "an entry was left out: all of it stood before"),
                ("SEAM-02", "/sections/1/content", "a sentence was left out: it stood before"),
            ]
        );
    }
}
