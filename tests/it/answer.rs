//! What the answer reader promises: the corpus of damaged answers, valid JSON, hostile input, schemas.
//!
//! Formulas are in `answer_formulas.rs`, damage made afresh is in `answer_damage.rs`; the corpus is `tests/fixtures/answers.jsonl`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test fails by panicking and prints what it counted"
)]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use content_factory::answer::{self, CoercionKind, Form, Limits, Outcome, Reading, Reason, Schema};
use serde_json::{Value, json};

fn read(text: &str) -> Reading {
    answer::read(text, None, &Limits::default())
}

pub(crate) fn whole(text: &str) -> Value {
    match read(text).outcome {
        Outcome::Whole(value) => value,
        other => panic!("{text} was read as {other:?}"),
    }
}

pub(crate) fn forms(text: &str) -> BTreeSet<Form> {
    read(text).edits.iter().map(|edit| edit.form).collect()
}

#[test]
fn the_corpus_is_read_right_and_never_wrong() {
    let corpus = include_str!("../fixtures/answers.jsonl");
    let (mut right, mut all) = (0, 0);
    for line in corpus.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let outcome = read(row["input"].as_str().unwrap()).outcome;
        all += 1;
        match (row.get("expected"), outcome) {
            (Some(expected), Outcome::Whole(value)) => {
                assert_eq!(&value, expected, "{} is wrong", row["id"]);
                right += 1;
            }
            (None, Outcome::Truncated(_)) => right += 1,
            (None, Outcome::Whole(_)) => panic!("{}: a cut answer was passed off as whole", row["id"]),
            (_, outcome) => println!("{}: {outcome:?}", row["id"]),
        }
    }
    assert!(all >= 60 && right * 100 >= 92 * all, "right {right} of {all}");
}

#[test]
fn a_key_between_two_kinds_of_quotes_is_read() {
    assert_eq!(whole(r#"{"a': 1, 'b": "x", "c": 'y'}"#), json!({"a": 1, "b": "x", "c": "y"}));
}

#[test]
fn a_comma_missing_behind_a_literal_is_put() {
    assert_eq!(
        whole(r#"{"a": null "b": [true false], "c": 1}"#),
        json!({"a": null, "b": [true, false], "c": 1})
    );
}

#[test]
fn a_mark_that_may_be_the_first_character_of_a_text_is_not_taken_for_its_quote() {
    for text in [
        "{\n  \"a\": 'tis the season\",\n  \"b\": 1\n}",
        "{\n  \"a\": „Deutsch“ mit Anführungszeichen\",\n  \"b\": 1\n}",
        "{\"a\": one } of { many\"}",
        "{\n  \"a\": «Цитата» здесь\",\n  \"b\": 1\n}",
    ] {
        assert!(!matches!(read(text).outcome, Outcome::Whole(_)), "{text}");
    }
}

#[test]
fn an_escaped_key_among_plain_ones_is_not_swallowed_by_the_text_before_it() {
    let text = r#"{"a": "one", \"b\": "two", "c": 3}"#;
    assert_eq!(read(text).outcome, Outcome::None(Reason::Ambiguous));
}

#[test]
fn words_before_a_fence_may_look_like_a_key() {
    let text = "The \"outline\": as you asked,\n\n```json\n{\"a\": 1}\n```\nDone.";
    assert_eq!(whole(text), json!({"a": 1}));
}

#[test]
fn a_value_wrapped_twice_is_found_behind_words_too() {
    let value = json!({"a": ["x \"y\"", {"b": "c\n"}]});
    let twice = Value::String(Value::String(format!("{value:#}")).to_string());
    for text in [twice.to_string(), format!("```json\n{twice}\n```"), format!("Here:\n{twice}")] {
        assert_eq!(whole(&text), value, "{text}");
    }
}

#[test]
fn entities_for_quotes_are_decoded_whatever_the_first_key_looks_like() {
    let value = json!({"a": "it's <b>", "n": 1});
    for text in [
        "{&quot;a&quot;: &quot;it&#x27;s &lt;b&gt;&quot;, &quot;n&quot;: 1}",
        "{a: &quot;it&#39;s &lt;b&gt;&quot;, n: 1}",
        "{&#x27;a&#x27;: &quot;it&#x27;s &lt;b&gt;&quot;, &#x27;n&#x27;: 1}",
    ] {
        assert_eq!(whole(text), value, "{text}");
    }
    assert_eq!(whole(r#"{"a": "&quot;x&quot; &amp; y"}"#), json!({"a": "&quot;x&quot; &amp; y"}));
}

#[test]
fn brackets_too_many_are_left_out_where_none_can_have_closed_too_early() {
    let value = json!({"a": {"b": {"c": 1}}});
    for closers in ["}", "\n}\n]"] {
        assert_eq!(whole(&format!("{value}{closers}")), value);
        assert_eq!(whole(&format!("{value:#}{closers}")), value);
    }
    // `"d"` may have been meant inside of `"a"`, whose bracket would then be the one too many.
    let early = json!({"a": {"b": {"c": 1}}, "d": 2});
    // A last bracket of the other kind cannot have been the end of the object.
    assert_eq!(whole(&format!("{early:#}\n}}\n]")), early);
    for text in [format!("{early}}}"), format!("{early:#}\n}}")] {
        assert_eq!(read(&text).outcome, Outcome::None(Reason::Ambiguous), "{text}");
    }
}

#[test]
fn valid_json_is_equal_in_value() {
    for text in [
        "{}",
        "[]",
        "null",
        "-0",
        "-0.0",
        "18446744073709551615",
        "-9223372036854775808",
        "1e308",
        "1.5e-300",
        "123456789012345678901234567890",
        r#"{"a":1,"b":2,"a":1}"#,
        r#""\ud83d\ude00\u0000""#,
        r#"["\u2028", "\/"]"#,
        r#"{"a":{"":[[],{}]}}"#,
        " \n{\"a\" :\t1 }\r\n",
        r#""plain""#,
        r#""{not json}""#,
    ] {
        assert_eq!(whole(text), serde_json::from_str::<Value>(text).unwrap(), "{text}");
        assert_eq!(read(text).edits, [], "{text}");
    }
}

#[test]
fn what_cannot_be_held_is_refused_with_its_reason() {
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let limits = Limits { max_bytes: 10, ..Limits::default() };
    assert_eq!(answer::read("{\"a\": 1234567}", None, &limits).outcome, Outcome::None(Reason::TooLong));
    for (text, reason) in [
        ("{\"a\": 1e400}", Reason::NumberOutOfRange),
        ("{\"a\": Infinity}", Reason::NumberOutOfRange),
        (deep.as_str(), Reason::TooDeep),
        ("", Reason::Empty),
        ("I cannot help with that.", Reason::NoJson),
        ("<think>Let me write {\"a\": 1}", Reason::OnlyReasoning),
        ("{\"items\": [\"a\", \"b\", ...]}", Reason::Elided),
        ("{\"items\": [\"a\" // ... more of them\n]}", Reason::Elided),
        ("{\"a\": 1}\n{\"a\": 2}", Reason::Ambiguous),
        ("{\"a\": \"x, \"b\": \"y\"}", Reason::Ambiguous),
        ("{\"a\": 007}", Reason::Malformed),
    ] {
        assert_eq!(read(text).outcome, Outcome::None(reason), "{text}");
    }
}

#[test]
fn a_cut_answer_is_never_whole() {
    let value = json!({
        "title": "Cells: an overview",
        "items": [{"term": "Wall", "text": "It's \"outside\", mostly."}, {"term": "Core", "text": "Inside {it}\n"}],
        "minutes": 12,
        "done": true,
    });
    for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            for cut in [text[..end].to_owned(), format!("Sure:\n```json\n{}", &text[..end])] {
                assert!(!matches!(read(&cut).outcome, Outcome::Whole(_)), "{cut}");
            }
        }
    }
}

#[test]
fn a_part_of_a_broken_value_is_not_taken_for_the_whole() {
    for text in [
        "{\"title\": \"x\" @ \"items\": [{\"a\": 1}, {\"a\": 2}]}",
        "{\"title\": \"x\", [{\"a\": 1}, {\"a\": 2}]}",
        "title: x\nitems:\n - {\"a\": 1}\n",
        "title: x\n\"items\": [{\"a\": 1}, {\"a\": 2}]}",
        "{\"a\": {\"x\": 1}}, \"b\": 2}",
    ] {
        assert!(!matches!(read(text).outcome, Outcome::Whole(_)), "{text}: {:?}", read(text).outcome);
    }
}

#[test]
fn the_last_of_announced_drafts_counts() {
    let text = "Draft: {\"a\": 1, \"b\": 2}\nFinal version: {\"a\": 3, \"b\": 4}";
    assert_eq!(whole(text), json!({"a": 3, "b": 4}));
    assert!(forms(text).contains(&Form::Drafts));
    let cut = "Draft: {\"a\": 1, \"b\": 2}\nFinal version: {\"a\": 3, \"b\": ";
    assert_eq!(read(cut).outcome, Outcome::Truncated(json!({"a": 3})));
}

#[test]
fn every_repair_is_in_the_log() {
    for (text, form) in [
        ("```\n{\"a\": 1}\n```", Form::Fence),
        ("So: {\"a\": 1}", Form::Prose),
        ("<think>x</think>{\"a\": 1}", Form::Thinking),
        ("f({\"a\": 1})", Form::Wrapper),
        ("\"{\\\"a\\\": 1}\"", Form::DoubleEncoding),
        ("{&quot;a&quot;: 1}", Form::Entity),
        ("{\"a\": 1 /* x */}", Form::Comment),
        ("{'a': 1}", Form::QuoteStyle),
        ("{\"a\": \"the \"b\" c\"}", Form::UnescapedQuote),
        ("{\"a\": \"b,\n\"c\": 1}", Form::MissingQuote),
        ("{\"a\": [1, 2}", Form::MissingCloser),
        ("{\"a\": 1}}", Form::ExtraCloser),
        ("\"a\": 1}", Form::MissingOpener),
        ("{\"a\": 1 \"b\": 2}", Form::MissingComma),
        ("{\"a\": 1,}", Form::ExtraComma),
        ("{\"a\" 1}", Form::MissingColon),
        ("{\"a\":: 1}", Form::ExtraColon),
        ("{\"a\": \"b\tc\"}", Form::ControlCharacter),
        ("{\"a\": 1}<|im_end|>", Form::StopToken),
        ("{\"a\": \"\\alpha\"}", Form::Escape),
        ("{\"a\": \"\\frac\"}", Form::Formula),
        ("{a: 1}", Form::UnquotedKey),
        ("{\"a\": easy}", Form::UnquotedText),
        ("{\"a\": None}", Form::Literal),
        ("{\"a\": +1}", Form::Number),
        ("{\"a\": \"b\" + \"c\"}", Form::Concatenation),
        ("\u{feff}{\"a\": 1}", Form::InvisibleCharacter),
        ("{\\n\"a\": 1}", Form::EscapedWhitespace),
    ] {
        whole(text);
        assert!(forms(text).contains(&form), "{text}: {:?}", forms(text));
    }
    let labels: BTreeSet<&str> = Form::ALL.iter().map(|form| form.as_str()).collect();
    assert_eq!(labels.len(), Form::ALL.len());
}

#[test]
fn entities_are_decoded_all_of_them_or_the_answer_is_refused_where_they_may_be_meant() {
    let decoded = "{&ldquo;a&rdquo;: &ldquo;Q&amp;A &ndash; &#8230; caf&eacute;&rdquo;, &ldquo;b&rdquo;: 1}";
    assert_eq!(whole(decoded), json!({"a": "Q&A – … café", "b": 1}));
    for unclear in [
        "{&quot;a&quot;: &quot;&frac12; of it&quot;}",
        "{“a”: “Q&amp;A”, “b”: “plain”}",
        "{“a”: “it&#x27;s &quot;so&quot;”}",
        "{`a`: `1 &lt; 2`}",
    ] {
        assert_eq!(read(unclear).outcome, Outcome::None(Reason::Ambiguous), "{unclear}");
    }
    for literal in ["{'a': 'Q&amp;A'}", "{“a”: “R&D, that is R&amp;D”}", "{“a”: “<b>Q&amp;A</b>”}"]
    {
        assert!(whole(literal)["a"].as_str().unwrap().contains("&amp;"), "{literal}");
    }
}

/// Debug builds run about twenty times slower than the 50 ms that release builds are held to.
const ALLOWED: Duration =
    if cfg!(debug_assertions) { Duration::from_secs(3) } else { Duration::from_millis(50) };

/// Tells how long this thread has run, where the system tells; other work on the machine does not count then.
fn time_spent(started: Instant) -> Duration {
    let ran = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let ran = ran.and_then(|line| line.split(' ').next().and_then(|first| first.parse().ok()));
    ran.map_or_else(|| started.elapsed(), Duration::from_nanos)
}

/// Reads a text and holds it to the time allowed.
pub(crate) fn read_fast(text: &str) -> Reading {
    let started = Instant::now();
    let before = time_spent(started);
    let reading = read(text);
    let took = time_spent(started).saturating_sub(before);
    let start: String = text.chars().take(40).collect();
    assert!(took < ALLOWED, "{start:?}… took {took:?}");
    reading
}

#[test]
fn hostile_input_is_refused_fast_on_a_small_stack() {
    let units = [
        "[",
        "{\"a\":",
        "\"",
        "\\",
        "7",
        "{",
        "[{",
        "[\"",
        "{\"a\":\"",
        "'",
        "```",
        "<think>",
        "/*",
        "\"/*",
        "{'a",
        "[1,",
        "\\\"",
        "{\\\"",
        "“",
        "[\"a\" ",
        "{a:",
        "...",
        "{\"a\":\"\n",
        "&quot;",
        "{&quot;",
        "\\u",
        "$",
        "\\\\ ",
        "{[",
        "]}",
        "[]",
        "<",
        "<think></think>",
        "</think>",
        "&amp;amp;",
        "&amp;quot;{",
        "[/*",
        "{//\n",
        "[1] ",
        "{\"a\":1}\n",
        "{\"a\":...}",
        "{'a':'b' ",
        "\\\\\\\"",
        "\"a\" + ",
        "a: ",
        "\n",
        "\r",
        "// x\n",
        "$\\nu ",
        "“„",
        "'a 'b",
        "\u{200b}",
        "“a”: ",
        "`",
    ];
    let worker = std::thread::Builder::new().stack_size(256 * 1024).spawn(move || {
        for unit in units {
            for prefix in [
                "",
                "{\"a\": \"",
                "{\"a\": [",
                "{'a': '",
                "```json\n{\"a\": \"$",
                "{\"a\": \"\\begin{x}",
                "{\"a\": \"C:\\d",
            ] {
                let text = format!("{prefix}{}", unit.repeat(100_000 / unit.len()));
                let reading = read_fast(&text);
                let may_be_whole = matches!(unit, "7" | "]}");
                assert!(!matches!(reading.outcome, Outcome::Whole(_)) || may_be_whole, "{prefix}{unit}");
            }
        }
    });
    worker.unwrap().join().unwrap();
}

#[test]
fn nesting_and_encoding_without_end_are_refused_fast_on_a_small_stack() {
    let brackets = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let objects = format!("{}1{}", "{\"a\":".repeat(17_000), "}".repeat(17_000));
    let mut encoded = json!({"a": [1, {"b": "c"}]}).to_string();
    while encoded.len() < 100_000 {
        encoded = Value::String(encoded).to_string();
    }
    let texts = [
        format!("{encoded}\n{encoded}"),
        format!("```json\n{objects}\n```"),
        format!("So: {brackets}"),
        encoded,
        brackets,
        objects,
    ];
    let worker = std::thread::Builder::new().stack_size(256 * 1024).spawn(move || {
        for text in texts {
            let reading = read_fast(&text);
            assert!(matches!(reading.outcome, Outcome::None(_)), "{:?}", reading.outcome);
        }
    });
    worker.unwrap().join().unwrap();
}

fn card_schema() -> Schema {
    Schema::new(json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["title", "minutes", "level", "tags"],
        "properties": {
            "title": {"type": "string"},
            "minutes": {"type": "integer"},
            "level": {"enum": ["beginner", "advanced"], "type": "string"},
            "tags": {"type": "array", "items": {"$ref": "#/$defs/tag"}},
            "checked": {"type": "boolean"},
            "note": {"type": "string"},
        },
        "$defs": {"tag": {"type": "string"}},
    }))
    .unwrap()
}

#[test]
fn fields_take_the_type_their_schema_asks_for() {
    let text = r#"{"card": {"title": 12, "minutes": "9", "level": "Beginner", "tags": "one", "checked": "True", "note": null}}"#;
    let reading = answer::read(text, Some(&card_schema()), &Limits::default());
    let expected =
        json!({"title": "12", "minutes": 9, "level": "beginner", "tags": ["one"], "checked": true});
    assert_eq!(reading.outcome, Outcome::Whole(expected));
    let kinds: Vec<CoercionKind> = reading.coercions.iter().map(|coercion| coercion.kind).collect();
    for kind in [
        CoercionKind::Unwrapped,
        CoercionKind::ScalarToString,
        CoercionKind::StringToNumber,
        CoercionKind::ChoiceSpelling,
        CoercionKind::ValueToList,
        CoercionKind::StringToBool,
        CoercionKind::NullLeftOut,
    ] {
        assert!(kinds.contains(&kind), "{kind:?} is not in {kinds:?}");
    }
}

#[test]
fn a_valid_value_is_left_as_it_is_except_for_whole_fractions() {
    let text = r#"{"title": "12", "minutes": 9.0, "level": "beginner", "tags": []}"#;
    let reading = answer::read(text, Some(&card_schema()), &Limits::default());
    let expected = json!({"title": "12", "minutes": 9, "level": "beginner", "tags": []});
    assert_eq!(reading.outcome, Outcome::Whole(expected));
    assert_eq!(reading.coercions.len(), 1);
}

#[test]
fn among_several_values_the_one_that_fits_the_schema_counts() {
    let text = r#"For example {"title": "x"}, so:
{"title": "Real", "minutes": 3, "level": "advanced", "tags": ["a"]}
and a rating {"stars": 5}."#;
    assert_eq!(read(text).outcome, Outcome::None(Reason::Ambiguous));
    let reading = answer::read(text, Some(&card_schema()), &Limits::default());
    let expected = json!({"title": "Real", "minutes": 3, "level": "advanced", "tags": ["a"]});
    assert_eq!(reading.outcome, Outcome::Whole(expected));
}

#[test]
fn a_schema_never_overrules_words_that_say_which_value_counts() {
    let first = r#"{"title": "Old", "minutes": 3, "level": "advanced", "tags": ["a"]}"#;
    let last = r#"{"title": "New", "minutes": "some", "level": "advanced", "tags": ["a"]}"#;
    let text = format!("{first}\nCorrection: the final version\n{last}");
    let expected: Value = serde_json::from_str(last).unwrap();
    for schema in [None, Some(card_schema())] {
        let reading = answer::read(&text, schema.as_ref(), &Limits::default());
        assert_eq!(reading.outcome, Outcome::Whole(expected.clone()));
    }
}

#[test]
fn the_edit_log_has_a_bound() {
    let text = format!("{{\"a\": [{}1]}}", "1,\u{200b}".repeat(5000));
    let reading = read(&text);
    assert!(matches!(reading.outcome, Outcome::Whole(_)));
    assert_eq!(reading.edits.len(), Limits::default().max_edits);
}
