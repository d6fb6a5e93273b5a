//! Answers of which two readings are about equally plausible: none of them is taken for whole.
//!
//! Each row was once read as a whole value, which may have been another one than was meant. What stands beside
//! them is as much alike as can be and leaves no doubt. What else the answer reader promises is in `answer.rs`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use content_factory::answer::{self, Limits, Outcome};
use serde_json::{Value, json};

use crate::answer::{read_fast, whole};

/// Asserts of every text that it is not read as a whole value, and tells of all that are.
pub(crate) fn assert_doubted(texts: &[&str]) {
    let read = |text: &&&str| match answer::read(text, None, &Limits::default()).outcome {
        Outcome::Whole(value) => Some(format!("{text}\nwas read as\n{value}")),
        Outcome::Truncated(_) | Outcome::None(_) => None,
    };
    let taken: Vec<String> = texts.iter().filter_map(|text| read(&text)).collect();
    assert!(taken.is_empty(), "{} of {} taken:\n\n{}", taken.len(), texts.len(), taken.join("\n\n"));
}

/// Asserts that texts without doubt are read as they are meant.
pub(crate) fn assert_read(rows: &[(&str, Value)]) {
    for (text, value) in rows {
        assert_eq!(&whole(text), value, "{text}");
    }
}

#[test]
fn a_draft_that_breaks_off_behind_a_whole_one_is_what_was_meant() {
    assert_doubted(&[
        "{\"title\": \"T\", \"n\": 1}\n\nCorrected version:\n{\"title\": \"Phot",
        "{\"a\": 1}\nCorrected version:\n{\"a",
        "{\"a\": 1}\nCorrected version:\n{",
        "{\"a\": 1}\nCorrected version:\n```json\n{",
        "{\"a\": 1}\nCorrected version:\n```json\n{\"a\": ",
        "{\"a\": 1}\nCorrected version:\n[\"",
        "{\"a\": 1}\nCorrected version:",
        "{\"x\": {\"y\": 1}} is the form.\n[\"a\", \"b\", \"c",
        "Here is {\"a\": 1} as asked, so:\n```json\n",
        "```json\n{\"a\": 1}\n```\nCorrected:\n```json",
        "```json\n{\"a\": 1}\n```\nCorrected:\n```",
    ]);
    assert_read(&[
        ("```json\n{\"a\": 1}\n```", json!({"a": 1})),
        ("{\"a\": 1}\n```", json!({"a": 1})),
        ("```json\n{\"a\": 1}\n```\nUse it:\n```sh\nsend it\n```", json!({"a": 1})),
    ]);
}

#[test]
fn a_value_that_is_quoted_elsewhere_in_an_answer_is_not_the_answer() {
    assert_doubted(&[
        "{\"a\": 1}\nTo send it: curl -d \"{\\\"a\\\": 2}\"",
        "{\"a\": 1}\nIn HTML: {&quot;a&quot;: 2}",
        "The function takes \"{\\\"b\\\": 1}\". Answer:\n{\"a\": 1}",
        "\"{\\\"a\\\": 1}\"\n\"{\\\"a\\\": 2}\"",
        "> {\n>   \"a\": \"use {\\\"b\\\": 1}\"\n> }",
        "{**\"a\"**: \"use {\\\"b\\\": 1}\"}",
        "{<!-- n -->\"a\": \"use {\\\"b\\\": 1}\"}",
        "{bad \"s\": \"f({\\\"x\\\": 1})\"}",
        "```json\n{\"a\": 1}\n```\n```html\n<p data=\"{&quot;b&quot;: 2}\">\n```",
    ]);
    assert_read(&[
        ("Here it is:\n\"{\\\"a\\\": 1}\"\nBye.", json!({"a": 1})),
        ("{\\\"a\\\": \\\"b\\\"}", json!({"a": "b"})),
    ]);
}

#[test]
fn words_that_do_not_say_which_value_counts_choose_none() {
    assert_doubted(&[
        "{\"a\": 1}\n\nThis is better than {\"a\": 2}.",
        "{\"a\": 1}\n\nI chose this instead of {\"a\": 2}.",
        "{\"a\": 1}\n\nI actually considered {\"a\": 2} too.",
        "{\"a\": 1}\n\nNote: the version {\"a\": 2} was not valid.",
        "{\"a\": 1}\n\nThe final one is not valid if it is\n{\"a\": 2}",
        "Short version:\n{\"a\": 1}\nLong version:\n{\"a\": 2}",
        "Pro:\n{\"a\": 1}\nAgainst:\n{\"a\": 2}",
        "{\"a\": 1}\n\nCard 2 (conversion):\n{\"a\": 2}",
        "{\"a\": 1}\n\nNow in Kuwait:\n{\"a\": 2}",
        "{\"term\": \"a\", \"definition\": \"b\"}\n\nAgain, one more:\n{\"term\": \"c\", \"definition\": \"d\"}",
        "{\"title\": \"T\", \"items\": [{\"q\": 1}, {\"q\": 2}]}\n\nI changed {\"q\": 9} to the corrected {\"q\": 1}.",
        "```json\n{\"titel\": \"A\"}\n```\nThe key is wrong. Corrected version:\n{\"title\": \"A\"}",
        "{\"titel\": \"A, which is a long text, so long that nothing else counts\"}\nCorrected:\n{\"title\": \"A\"}",
    ]);
    for words in ["Wait, here is the corrected version:", "Final:", "**Revised draft**", "Let me try again:"]
    {
        let text = format!("{{\"a\": 1}}\n\n{words}\n```json\n{{\"a\": 2}}\n```");
        assert_eq!(whole(&text), json!({"a": 2}), "{text}");
    }
}

#[test]
fn what_stands_out_counts_only_where_nothing_else_stands_out() {
    let long = "{\"title\": \"P\", \"text\": \"a long text about things that fills the line\", \"items\": [\"a\", \"b\"]}";
    assert_doubted(&[
        &format!("{long}\n\nUse it so:\n```json\n{{\"model\": \"x\"}}\n```"),
        "```json\n[\"x\", \"y\"]\n```\nI used {\"lang\": \"en\"} as the setting.",
        "{\"title\": \"T\", \"items\": [\"a\", ...]}\nwhere an item is {\"name\": \"x\", \"kind\": \"y\"}",
        "Item 1:\n{\"t\": \"a long text that is more than four times as long\"}\nItem 2:\n{\"f\": 1}",
        &format!("{long}\n\nTwo more cards:\n[{{\"q\": \"b\"}},{{\"q\": \"c\"}}]"),
        &format!("```json\n{long}\n{{\"q\": \"b\"}}\n```"),
        &format!("{long}\n\nand the list:\n[\"b\", \"c\"]"),
    ]);
    let value: Value = serde_json::from_str(long).unwrap();
    assert_read(&[
        (&format!("{long}\nI used {{\"lang\": \"en\"}} as the setting."), value.clone()),
        (&format!("In the form {{\"title\": ...}}:\n{long}\nas of [1]."), value.clone()),
        (&format!("Settings {{\"lang\": \"en\"}} gave:\n```json\n{long}\n```"), value),
    ]);
}

#[test]
fn words_of_a_text_that_look_like_the_rest_of_a_command_stay_words() {
    for text in [
        "Terms:\nsubset of A",
        "pandas:\nsubset=[1]",
        "x.\n\nsupset: b",
        "depth\tfrac\ttotal",
        "n\tbinom\tp",
        "one\rgroup",
        "one\rangle of it",
    ] {
        let value = json!({ "a": text });
        assert_eq!(whole(&value.to_string()), value);
    }
    assert_read(&[
        (r#"{"a": "min\tfrac{1}{2}"}"#, json!({"a": "min\\tfrac{1}{2}"})),
        (r#"{"a": "$A \nsubset B$ and $\tfrac12$"}"#, json!({"a": r"$A \nsubset B$ and $\tfrac12$"})),
        (r#"{"a": "$\left\langle x\rangle$"}"#, json!({"a": r"$\left\langle x\rangle$"})),
    ]);
}

#[test]
fn what_was_repaired_is_known_beyond_the_bound_of_the_log() {
    let lines = "t\n".repeat(Limits::default().max_edits + 1);
    for (damaged, read) in
        [("\"a\": [{\"x\": 1], \"z\": 3}}", false), ("\"a\": [{\"x\": 1}], \"z\": 3}", true)]
    {
        let text = format!("{{\"t\": \"{lines}\", {damaged}");
        let outcome = answer::read(&text, None, &Limits::default()).outcome;
        assert_eq!(matches!(outcome, Outcome::Whole(_)), read, "{damaged}");
    }
}

#[test]
fn a_number_has_one_sign_and_an_entity_none() {
    assert_doubted(&[
        "{\"a\": -0x-8000000000000000, \"b\": 1,}",
        "{\"a\": -0x8000000000000000,}",
        "{\"a\": 0x-5}",
        "{\"a\": +0x+5}",
    ]);
    assert_read(&[
        ("{\"a\": -0x10, \"b\": 0x7fffffffffffffff}", json!({"a": -16, "b": i64::MAX})),
        ("{&quot;a&quot;: &quot;&#+65; &#65; &#x41;&quot;}", json!({"a": "&#+65; A A"})),
    ]);
}

#[test]
fn long_answers_cost_no_square_of_their_length() {
    let numbers = |digit: &str| vec![digit; 48_000].join(",");
    read_fast(&format!(r#"{{"a": "\\alpha $${}$$"}}"#, r"\nu ".repeat(24_000)));
    read_fast(&format!(r#"{{"a": "\\alpha {}"}}"#, r"\(\nu\) ".repeat(12_000)));
    let parts = format!("{{\"a\":[{}]}}\nsecond half\n{{\"a\":[{}]}}", numbers("1"), numbers("2"));
    let Outcome::Whole(value) = read_fast(&parts).outcome else { panic!("the halves are not joined") };
    assert_eq!(value["a"].as_array().unwrap().len(), 96_000);
}
