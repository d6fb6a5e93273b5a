//! Quotes inside of texts whose own quotes are of the same kind: a quotation inside never ends the text around it.
//!
//! What else the answer reader promises is in `answer.rs`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use content_factory::answer::{self, Limits, Outcome};
use serde_json::{Value, json};

use crate::answer::whole;

/// Every kind of quotes but JSON's own, which the corpus has plenty of.
const STYLES: [(&str, &str); 7] =
    [("'", "'"), ("“", "”"), ("‘", "’"), ("«", "»"), ("„", "“"), ("`", "`"), ("＂", "＂")];
/// What stands between two of its members.
const SEPARATORS: [&str; 2] = [", ", ",\n  "];

/// Texts with quotations; `<` and `>` stand for the quotes.
const TEXTS: [&str; 12] = [
    "the pores are called <open>, <closed>: <open> means that air can pass.",
    "the pores are called <open>, <category>: <Leaves>",
    "called <open>, <shut>: 1, <wide>: 2 and so on.",
    "called <open>}, {<question>: <Why?>",
    "a list [<a>, <b>] and a map {<c>: <d>} of plants",
    "the words <der>, <die> and <das> all stand before nouns",
    "Write <a>, <level>: <hard> and then stop.",
    "it ends in the word <light>",
    "<Light> is the first word of this answer.",
    "(<a>, <b>: <c>) in brackets",
    "both (<on>), <off>: <on> again",
    "—<yes>, <no>: <yes>",
];

/// Writes an object of two texts with the given quotes.
fn written((opens, closes): (&str, &str), separator: &str, text: &str) -> (String, Value) {
    let plain = text.replace('<', opens).replace('>', closes);
    let quoted = |text: &str| format!("{opens}{text}{closes}");
    let object = format!(
        "{{{}: {}{separator}{}: {}}}",
        quoted("answer"),
        quoted(&plain),
        quoted("level"),
        quoted("easy")
    );
    (object, json!({ "answer": plain, "level": "easy" }))
}

#[test]
fn a_quotation_inside_never_ends_the_text_around_it() {
    for style in STYLES {
        for separator in SEPARATORS {
            for text in TEXTS {
                let (object, value) = written(style, separator, text);
                for input in [
                    object.clone(),
                    format!("Here:\n```json\n{object}\n```"),
                    format!("[{object}, {object}]"),
                ] {
                    if let Outcome::Whole(read) = answer::read(&input, None, &Limits::default()).outcome {
                        assert!(
                            read == value || read == json!([value, value]),
                            "{input}\nwas read as\n{read}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn quotations_that_leave_no_doubt_are_read() {
    for style in STYLES {
        for text in
            ["She said <light> and left.", "the words <der>, <die> and <das> stand before nouns", "no quotes"]
        {
            let (object, value) = written(style, ", ", text);
            assert_eq!(whole(&object), value, "{object}");
        }
    }
}

#[test]
fn apostrophes_do_not_keep_a_text_from_ending() {
    for text in [
        "it's the students' work, isn't it?",
        "'tis the season of the 1990's and the '90s too",
        "d'où vient l'eau",
    ] {
        let value = json!({ "a": text, "b": "it's" });
        assert_eq!(whole(&format!("{{'a': '{text}', 'b': 'it's'}}")), value, "{text}");
        let typographic = text.replace('\'', "’");
        let value = json!({ "a": typographic, "b": "it’s" });
        assert_eq!(whole(&format!("{{‘a’: ‘{typographic}’, ‘b’: ‘it’s’}}")), value, "{typographic}");
    }
}

#[test]
fn quotes_side_by_side_may_stand_for_one_and_a_quotation_that_stays_open_for_any() {
    for text in [
        r#"{"a": "the ""Moon"", mostly", "b": 1}"#,
        r#"{"a": "it is the ""Moon""", "b": 1}"#,
        r#"{"a": "one text" "in two parts", "b": 1}"#,
        r#"{"a": ["5"", "6""]}"#,
        "{\"a\": \"the states \"open\",\n \"b\": \"x\"}",
    ] {
        let outcome = answer::read(text, None, &Limits::default()).outcome;
        assert!(!matches!(outcome, Outcome::Whole(_)), "{text}: {outcome:?}");
    }
}
