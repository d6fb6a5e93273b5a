//! Puts the parts of a piece together, and smooths what several writers leave at the seams: items
//! that say the same, a sentence that comes again, a second greeting, parts out of order. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use unicode_segmentation::UnicodeSegmentation;

use super::left_out::{LeftOut, Seam};
use super::plan::item_limits;
use crate::content::Kind;
use crate::quality::{Trigrams, may_repeat, plain};

/// Share of common character trigrams from which two items say the same; the bound that the checks
/// of finished cards use.
const SAME: f64 = 0.6;
/// The same for two items that name different terms: "demand" and "supply" are explained in nearly the
/// same words, and both must be learned.
const SAME_OF_OTHER_TERM: f64 = 0.85;
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
    match kind {
        Kind::Outline => Vec::new(),
        Kind::Faqs => without_twins(kind, draft, "items", &["question"]),
        Kind::Flashcards => without_twins(kind, draft, "items", &["term", "definition"]),
        Kind::ReadingGuideQuestions => without_twins(kind, draft, "questions", &["question"]),
        Kind::OnePagerSummary => without_twins(kind, draft, "key_takeaways", &["text"]),
        Kind::StudyGuide => {
            let mut left_out = without_twins(kind, draft, "key_concepts", &["term", "explanation"]);
            left_out.extend(without_echoes(draft, "detailed_sections", "content"));
            left_out
        }
        Kind::DetailedReadingMaterial => without_echoes(draft, "sections", "content"),
        Kind::PodcastScript => {
            in_order(draft);
            let mut left_out = without_greetings(draft, language);
            left_out.extend(without_echoes(draft, "turns", "text"));
            left_out
        }
    }
}

/// Names what an item is about, so that another is not made like it.
pub(super) fn gist(item: &Value) -> Option<&str> {
    ["term", "question", "text", "heading", "title"].iter().find_map(|name| item.get(name)?.as_str())
}

fn list_mut<'a>(draft: &'a mut Value, list: &str) -> Option<&'a mut Vec<Value>> {
    draft.get_mut(list).and_then(Value::as_array_mut)
}

/// Leaves out items that repeat an earlier one, by their first field or by all the named together,
/// and what is more than the list may hold.
fn without_twins(kind: Kind, draft: &mut Value, list: &str, fields: &[&str]) -> Vec<LeftOut> {
    let Some(items) = list_mut(draft, list) else { return Vec::new() };
    let mut left_out = Vec::new();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut known: Vec<(String, Trigrams, usize)> = Vec::new();
    let mut index = 0;
    items.retain(|item| {
        let texts: Vec<&str> = fields.iter().filter_map(|field| item.get(field)?.as_str()).collect();
        let grams = Trigrams::of(&texts.join(" "));
        let name = texts.first().map(|text| plain(text)).unwrap_or_default();
        let alike = || {
            let is_alike = |other: &str, like: &Trigrams| {
                let names_another = || fields.len() > 1 && have_no_word_in_common(&name, other);
                grams.are_alike(like, SAME) && (!names_another() || grams.are_alike(like, SAME_OF_OTHER_TERM))
            };
            known.iter().find(|(other, like, _)| is_alike(other, like)).map(|(_, _, twin)| *twin)
        };
        let twin = if name.is_empty() { None } else { names.get(&name).copied().or_else(alike) };
        if let Some(twin) = twin {
            let message = format!("an item was left out: it says the same as item {}", twin + 1);
            left_out.push(LeftOut::new(Seam::Twin, format!("/{list}"), message));
        } else {
            if !name.is_empty() {
                names.insert(name.clone(), index);
                known.push((name, grams, index));
            }
            index += 1;
        }
        twin.is_none()
    });
    let most = item_limits(kind, list).1;
    if items.len() > most {
        let message = format!("{} items were left out: the list holds at most {most}", items.len() - most);
        left_out.push(LeftOut::new(Seam::TooMany, format!("/{list}"), message));
        items.truncate(most);
    }
    left_out
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
        |_, _| true,
        |sentence| {
            let words = plain(sentence);
            words.split(' ').count() >= TELLING_WORDS && !said.insert(words)
        },
    )
}

/// Takes the sentences for which `is_unwanted` holds out of the entries of a list that `may_hold` one, and
/// the entries that nothing is left of.
fn without_sentences(
    draft: &mut Value,
    (list, field): (&str, &str),
    seam: Seam,
    may_hold: impl Fn(&Value, &str) -> bool,
    mut is_unwanted: impl FnMut(&str) -> bool,
) -> Vec<LeftOut> {
    let Some(items) = list_mut(draft, list) else { return Vec::new() };
    let mut left_out = Vec::new();
    let mut index = 0;
    items.retain_mut(|item| {
        let Some(text) = item.get(field).and_then(Value::as_str) else { return true };
        let is_kept = |sentence: &&str| !is_unwanted(sentence);
        let kept: Option<String> =
            may_hold(item, text).then(|| text.split_sentence_bounds().filter(is_kept).collect());
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

/// Puts the turns of a script into the order of its parts.
fn in_order(draft: &mut Value) {
    let Some(turns) = list_mut(draft, "turns") else { return };
    turns.sort_by_key(|turn| match turn.get("part").and_then(Value::as_str) {
        Some("introduction") => 0,
        Some("conclusion") => 2,
        _ => 1,
    });
}

/// Takes greetings and farewells out of the main part of a script.
fn without_greetings(draft: &mut Value, language: &str) -> Vec<LeftOut> {
    let phrases = greetings(language);
    let may_hold = |turn: &Value, text: &str| {
        let is_main = turn.get("part").and_then(Value::as_str) == Some("main_content");
        let words = if is_main { plain(text) } else { String::new() };
        phrases.iter().any(|phrase| words.contains(phrase))
    };
    without_sentences(draft, ("turns", "text"), Seam::Greeting, may_hold, |sentence| {
        let words = plain(sentence);
        phrases.iter().any(|phrase| begins_with(&words, phrase))
    })
}

fn begins_with(words: &str, phrase: &str) -> bool {
    words.strip_prefix(phrase).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// How people greet and part in a programme; none for a language that is not known here.
fn greetings(language: &str) -> &'static [&'static str] {
    match language {
        "en" => &[
            "hello",
            "hi everyone",
            "hi there",
            "welcome",
            "good morning",
            "good evening",
            "goodbye",
            "thanks for listening",
        ],
        "de" => &[
            "hallo",
            "willkommen",
            "herzlich willkommen",
            "guten tag",
            "guten morgen",
            "auf wiederhören",
            "danke fürs zuhören",
        ],
        "fr" => &["bonjour", "bonsoir", "bienvenue", "au revoir", "merci de nous avoir écoutés"],
        "es" => &[
            "hola",
            "bienvenidos",
            "bienvenidas",
            "buenos días",
            "buenas tardes",
            "adiós",
            "gracias por escucharnos",
        ],
        _ => &[],
    }
}

fn have_no_word_in_common(one: &str, other: &str) -> bool {
    let words: BTreeSet<&str> = one.split(' ').collect();
    other.split(' ').all(|word| !words.contains(word))
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
    fn of_items_that_say_the_same_the_first_stays() {
        let mut draft = json!({ "items": [
            { "question": "Why do leaves look green?", "answer": "a" },
            { "question": "why do leaves look GREEN", "answer": "b" },
            { "question": "Why do the leaves look green?", "answer": "c" },
            { "question": "How does water reach a leaf?", "answer": "d" },
        ]});
        let left_out = smooth(Kind::Faqs, "en", &mut draft);
        assert_eq!(
            said(&left_out),
            [
                ("SEAM-01", "/items", "an item was left out: it says the same as item 1"),
                ("SEAM-01", "/items", "an item was left out: it says the same as item 1"),
            ]
        );
        let answers: Vec<&str> =
            draft["items"].as_array().unwrap().iter().map(|item| item["answer"].as_str().unwrap()).collect();
        assert_eq!(answers, ["a", "d"]);
    }

    #[test]
    fn cards_of_different_terms_may_be_worded_alike() {
        let card = |term: &str, what: &str| json!({ "term": term, "definition": format!("The amount of a good that {what} at each price.") });
        let mut draft = json!({ "items": [
            card("Supply", "sellers offer"), card("Demand", "buyers want"), card("Supply side", "sellers offer"),
        ]});
        assert_eq!(smooth(Kind::Flashcards, "en", &mut draft).len(), 1);
        let terms: Vec<&str> =
            draft["items"].as_array().unwrap().iter().map(|item| item["term"].as_str().unwrap()).collect();
        assert_eq!(terms, ["Supply", "Demand"]);
    }

    #[test]
    fn a_list_is_cut_to_what_it_may_hold() {
        let items: Vec<Value> = [
            "ash", "beech", "cedar", "date", "elm", "fir", "gum", "holly", "ivy", "juniper", "kapok",
            "larch", "maple", "neem", "oak", "pine", "quince", "rowan", "spruce", "teak", "ume", "vine",
            "willow", "xylem", "yew", "zelkova",
        ]
        .iter()
        .map(|tree| json!({ "term": tree, "definition": tree }))
        .collect();
        let mut draft = json!({ "items": items });
        let left_out = smooth(Kind::Flashcards, "en", &mut draft);
        let message = "1 items were left out: the list holds at most 25";
        assert_eq!(said(&left_out), [("SEAM-04", "/items", message)]);
        assert_eq!(draft["items"].as_array().unwrap().len(), 25);
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

    #[test]
    fn a_script_greets_once_and_keeps_its_order() {
        let turn = |part: &str, text: &str| json!({ "part": part, "speaker": "host", "text": text });
        let mut draft = json!({ "turns": [
            turn("introduction", "Welcome to the show."),
            turn("main_content", "Hello and welcome back! Light comes first."),
            turn("conclusion", "Goodbye."),
            turn("main_content", "Welcome to the show."),
            turn("main_content", "Helloes are many."),
        ]});
        let left_out = smooth(Kind::PodcastScript, "en", &mut draft);
        assert_eq!(
            said(&left_out),
            [
                ("SEAM-03", "/turns/1/text", "a greeting or farewell within the script was left out"),
                ("SEAM-03", "/turns", "a turn was left out: it only greets or parts"),
            ]
        );
        let texts: Vec<&str> =
            draft["turns"].as_array().unwrap().iter().map(|turn| turn["text"].as_str().unwrap()).collect();
        assert_eq!(texts, ["Welcome to the show.", "Light comes first.", "Helloes are many.", "Goodbye."]);
    }
}
