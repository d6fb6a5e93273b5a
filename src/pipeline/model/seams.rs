//! Puts the parts of a piece together, and smooths what several writers leave at the seams: items
//! that say the same, a sentence that comes again, a second greeting, parts out of order. Pure.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use unicode_segmentation::UnicodeSegmentation;

use super::plan::item_limits;
use crate::content::Kind;

/// Share of common character trigrams from which two items say the same; the bound that the checks
/// of finished cards use.
const SAME: f64 = 0.6;
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

/// Smooths a joined draft, and returns how many items and sentences were left out.
pub(super) fn smooth(kind: Kind, language: &str, draft: &mut Value) -> usize {
    match kind {
        Kind::Outline => 0,
        Kind::Faqs => without_twins(kind, draft, "items", &["question"]),
        Kind::Flashcards => without_twins(kind, draft, "items", &["term", "definition"]),
        Kind::ReadingGuideQuestions => without_twins(kind, draft, "questions", &["question"]),
        Kind::OnePagerSummary => without_twins(kind, draft, "key_takeaways", &["text"]),
        Kind::StudyGuide => {
            let twins = without_twins(kind, draft, "key_concepts", &["term", "explanation"]);
            twins + without_echoes(draft, "detailed_sections", "content")
        }
        Kind::DetailedReadingMaterial => without_echoes(draft, "sections", "content"),
        Kind::PodcastScript => {
            in_order(draft);
            let greetings = without_greetings(draft, language);
            greetings + without_echoes(draft, "turns", "text")
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
fn without_twins(kind: Kind, draft: &mut Value, list: &str, fields: &[&str]) -> usize {
    let Some(items) = list_mut(draft, list) else { return 0 };
    let before = items.len();
    let mut names = BTreeSet::new();
    let mut known: Vec<BTreeSet<[char; 3]>> = Vec::new();
    items.retain(|item| {
        let texts: Vec<String> =
            fields.iter().filter_map(|field| item.get(field)?.as_str()).map(normalised).collect();
        let grams = trigrams(&texts.join(" "));
        let name = texts.into_iter().next().unwrap_or_default();
        let is_new = name.is_empty()
            || (!names.contains(&name) && known.iter().all(|other| likeness(&grams, other) < SAME));
        if is_new {
            names.insert(name);
            known.push(grams);
        }
        is_new
    });
    items.truncate(item_limits(kind, list).1);
    before - items.len()
}

/// Takes out sentences that stood before, and entries that nothing is left of.
fn without_echoes(draft: &mut Value, list: &str, field: &str) -> usize {
    let Some(items) = list_mut(draft, list) else { return 0 };
    let mut said = BTreeSet::new();
    let mut echoes = 0;
    for item in items.iter_mut() {
        let Some(Value::String(text)) = item.get_mut(field) else { continue };
        let kept: String = text
            .split_sentence_bounds()
            .filter(|sentence| {
                let is_telling = sentence.unicode_words().count() >= TELLING_WORDS;
                let is_echo = is_telling && !said.insert(normalised(sentence));
                echoes += usize::from(is_echo);
                !is_echo
            })
            .collect();
        if kept.len() < text.len() {
            kept.trim().clone_into(text);
        }
    }
    if echoes > 0 {
        items.retain(|item| item.get(field).and_then(Value::as_str).is_none_or(|text| !text.is_empty()));
    }
    echoes
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
fn without_greetings(draft: &mut Value, language: &str) -> usize {
    let phrases = greetings(language);
    let Some(turns) = list_mut(draft, "turns") else { return 0 };
    let mut gone = 0;
    for turn in turns.iter_mut() {
        if turn.get("part").and_then(Value::as_str) != Some("main_content") {
            continue;
        }
        let Some(Value::String(text)) = turn.get_mut("text") else { continue };
        let kept: String = text
            .split_sentence_bounds()
            .filter(|sentence| {
                let words = normalised(sentence);
                let is_greeting = phrases.iter().any(|phrase| begins_with(&words, phrase));
                gone += usize::from(is_greeting);
                !is_greeting
            })
            .collect();
        if kept.len() < text.len() {
            kept.trim().clone_into(text);
        }
    }
    if gone > 0 {
        turns.retain(|turn| turn.get("text").and_then(Value::as_str).is_none_or(|text| !text.is_empty()));
    }
    gone
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

/// Lower case, words parted by single spaces, without punctuation.
fn normalised(text: &str) -> String {
    text.unicode_words().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

fn trigrams(text: &str) -> BTreeSet<[char; 3]> {
    let characters: Vec<char> = text.chars().collect();
    characters.array_windows().copied().collect()
}

fn likeness(one: &BTreeSet<[char; 3]>, other: &BTreeSet<[char; 3]>) -> f64 {
    let count = |number: usize| u32::try_from(number).map_or(f64::MAX, f64::from);
    let all = one.union(other).count();
    if all == 0 { 0.0 } else { count(one.intersection(other).count()) / count(all) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
        assert_eq!(smooth(Kind::Faqs, "en", &mut draft), 2);
        let answers: Vec<&str> =
            draft["items"].as_array().unwrap().iter().map(|item| item["answer"].as_str().unwrap()).collect();
        assert_eq!(answers, ["a", "d"]);
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
        assert_eq!(smooth(Kind::Flashcards, "en", &mut draft), 1);
        assert_eq!(draft["items"].as_array().unwrap().len(), 25);
    }

    #[test]
    fn a_sentence_that_comes_again_is_left_out() {
        let mut draft = json!({ "sections": [
            { "content": "Leaves turn light into sugar every single day. It is so." },
            { "content": "Roots drink. Leaves turn light into sugar every single day. It is so." },
        ]});
        assert_eq!(smooth(Kind::DetailedReadingMaterial, "en", &mut draft), 1);
        assert_eq!(draft["sections"][1]["content"], "Roots drink. It is so.");
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
        assert_eq!(smooth(Kind::PodcastScript, "en", &mut draft), 2);
        let texts: Vec<&str> =
            draft["turns"].as_array().unwrap().iter().map(|turn| turn["text"].as_str().unwrap()).collect();
        assert_eq!(texts, ["Welcome to the show.", "Light comes first.", "Helloes are many.", "Goodbye."]);
    }
}
