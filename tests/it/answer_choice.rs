//! Which of several values counts, what is a part of a value only, and keys that appear twice.
//!
//! What else the answer reader promises is in `answer.rs`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use content_factory::answer::{self, Form, Limits, Outcome, Reason, Schema};
use serde_json::{Value, json};

use crate::answer::{forms, whole};

fn items(numbers: std::ops::Range<usize>) -> Value {
    let item = |number| json!({ "question": format!("What is number {number}?"), "answer": format!("It is {number}.") });
    json!({ "items": numbers.map(item).collect::<Vec<_>>() })
}

fn schema() -> Schema {
    Schema::new(json!({
        "type": "object",
        "required": ["items"],
        "properties": { "items": { "type": "array", "minItems": 2, "items": { "type": "object" } } },
    }))
    .unwrap()
}

/// Reads a text without and with a schema that the items fit; both must agree.
fn outcome(text: &str) -> Outcome {
    let without = answer::read(text, None, &Limits::default()).outcome;
    let with = answer::read(text, Some(&schema()), &Limits::default()).outcome;
    assert_eq!(without, with, "{text}");
    with
}

#[test]
fn of_two_values_that_fit_none_is_taken_without_a_word_that_says_which() {
    let (first, second) = (items(0..6), items(6..12));
    for text in [
        format!("{first}\n{second}"),
        format!("Final answer:\n{first}\n\nI rejected this one:\n{second}"),
        format!("Final answer:\n{first}\n\nThe version before it:\n{second}"),
        format!("{first}\n\nI discarded this version:\n{second}"),
        format!("```json\n{first}\n```\nOr else:\n```json\n{second}\n```"),
    ] {
        assert_eq!(outcome(&text), Outcome::None(Reason::Ambiguous), "{text}");
    }
    let corrected = format!("{first}\nCorrection: this is the final version.\n{second}");
    assert_eq!(outcome(&corrected), Outcome::Whole(second));
}

#[test]
fn halves_that_are_called_so_are_joined() {
    let (first, second) = (items(0..6), items(6..12));
    for text in [
        format!("Here is the first half:\n\n{first}\n\nAnd here is the second half:\n\n{second}"),
        format!("Part 1:\n```json\n{first}\n```\nPart 2:\n```json\n{second}\n```\n"),
    ] {
        assert_eq!(outcome(&text), Outcome::Whole(items(0..12)), "{text}");
        assert!(forms(&text).contains(&Form::Drafts));
    }
    for text in [
        format!("Part 1:\n{first}\nPart 2:\n{}", items(5..9)),
        r#"The first half: {"title": "a", "items": [1]} The second half: {"title": "b", "items": [2]}"#
            .to_owned(),
    ] {
        assert!(!matches!(outcome(&text), Outcome::Whole(_)), "{text}");
    }
    let cut = format!("Part 1:\n{first}\nPart 2:\n{}", second.to_string().trim_end_matches(['}', ']']));
    assert!(matches!(outcome(&cut), Outcome::Truncated(_)));
}

#[test]
fn a_long_value_is_not_taken_for_a_short_one_that_may_have_replaced_it() {
    let text = format!("{}\nThat was too long. Shorter:\n{}", items(0..40), items(0..2));
    assert_eq!(outcome(&text), Outcome::None(Reason::Ambiguous));
    let text = format!("{}\nNotes: {{\"stars\": 5}}", items(0..6));
    assert_eq!(outcome(&text), Outcome::Whole(items(0..6)));
}

#[test]
fn a_key_with_two_values_is_refused_in_valid_json_too() {
    for text in [
        r#"{"a":1,"b":2,"a":3}"#,
        r#"{"items": [{"q": "one", "a": "1", "q": "two", "a": "2"}]}"#,
        r#"{"items": [1, 2], "items": [3, 4]}"#,
        "```json\n{\"a\": {\"b\": 1, \"b\": 2}}\n```",
        "{'a': 1, 'a': 2}",
        r#"{"a": 1, "\u0061": 2}"#,
    ] {
        assert_eq!(
            answer::read(text, None, &Limits::default()).outcome,
            Outcome::None(Reason::Ambiguous),
            "{text}"
        );
    }
    assert_eq!(whole(r#"{"a":1,"b":2,"a":1}"#), json!({"a": 1, "b": 2}), "it says the same twice");
}

#[test]
fn a_comment_in_the_place_of_an_item_stands_for_it() {
    for comment in [
        "// remaining questions omitted for brevity\n",
        "/* two more items as above */",
        "# remaining items left out to save space\n",
        "// [truncated]\n",
        "// to do: add the last question\n",
        "// questions 7 to 9\n",
        "/* und so weiter */",
        "/* 2-4 */",
    ] {
        for text in [
            format!("{{\"items\": [{{\"a\": 1}}, {comment}]}}"),
            format!("{{\"items\": [{{\"a\": 1}},\n  {comment}\n]}}"),
            format!("{{\"items\": [{{\"a\": 1}}\n  {comment}\n]}}"),
            format!("{{\"items\": [{{\"a\": 1, {comment}}}]}}"),
            format!("{{\"items\": [\n{comment}\n]}}"),
        ] {
            assert_eq!(
                answer::read(&text, None, &Limits::default()).outcome,
                Outcome::None(Reason::Elided),
                "{text}"
            );
        }
    }
    for text in [
        "{\"items\": [{\"a\": 1} // the only one\n]}",
        "{\n// the list\n\"items\": [/* first */ {\"a\": 1}]\n}",
        "{\"items\": [{\"a\": 1 /* a number */}]}",
    ] {
        assert_eq!(whole(text), json!({"items": [{"a": 1}]}), "{text}");
    }
}

#[test]
fn a_value_that_the_words_behind_it_call_a_part_is_refused() {
    for words in [
        "(The remaining questions were omitted for brevity.)",
        "Continued in the next message.",
        "I left out the last two to save space.",
        "Sorry, I could only list four of the six.",
    ] {
        let text = format!("```json\n{}\n```\n{words}", items(0..4));
        assert_eq!(outcome(&text), Outcome::None(Reason::Elided), "{text}");
    }
}
