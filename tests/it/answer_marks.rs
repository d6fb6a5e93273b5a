//! Single marks that are missing, doubled or out of place: where they have two readings none is taken, and the value
//! that only looks finished is not.
//!
//! Each row was once read as a whole value. Several values in one answer are in `answer_doubt.rs`, what else the
//! answer reader promises in `answer.rs`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use content_factory::answer::{self, CoercionKind, Limits, Outcome, Schema};
use serde_json::json;

use crate::answer_doubt::{assert_doubted, assert_read};

#[test]
fn the_first_part_of_a_value_that_goes_on_is_not_the_whole() {
    assert_doubted(&[
        r#"{"html": "<td>5"</td><td>6"#,
        r#"{"html": "<td>5"</td>"#,
        r#"{"a": "x", "html": "<td>5"</td><td>6"#,
        "{\"a\": \"Use 5\"``` to open a fen",
        "{\"a\": \"Use 5\"```",
        "{\"a\": \"Use 5\"\n```js\ncode(",
        r#"{"a": "b "}", "c": "d"#,
        r#"{"a": {"b": 1}} "c": 2"#,
        "{\"a\": {\"b\": 1}} \"c\": \"d\"\n```",
        "{\"a\": 1}\n\"b\": 2",
        "{\"a\": 1}\n```\n\"b\": 2}",
        r#"{"a": 1}, b: 2"#,
        r#"{"a": 1} b: 2"#,
        r#"{"a": 1}}, c: "text cut"#,
        r#"{"a": [1, 2]} trailing "b": 3"#,
    ]);
    assert_read(&[
        ("<answer>{\"a\": [\"x\"</answer>", json!({"a": ["x"]})),
        ("```json\n{\"a\": [\"x\"\n```", json!({"a": ["x"]})),
        ("{\"a\": [\"x\"</s>", json!({"a": ["x"]})),
        ("{\"a\": 1}\n\nNote: the key \"a\": as you asked.", json!({"a": 1})),
        ("'{\"a\": 1}'", json!({"a": 1})),
        ("f('{\"a\": 1}');", json!({"a": 1})),
    ]);
}

#[test]
fn a_value_begun_again_within_itself_is_not_a_part_of_it() {
    assert_doubted(&[
        "```json\n{\"t\": \"T\", \"k\": [\"x\",\n\n{\"t\": \"T\", \"k\": [\"x\", \"y\"]}\n```",
        "```json\n{\"t\": \"T\", \"k\": [{\"q\": 1},\n{\"t\": \"T\", \"k\": [{\"q\": 1}, {\"q\": 2}]}\n```",
        "[{\"a\":\n\n[{\"a\": 1}]<|eot_id|>",
    ]);
    assert_read(&[(
        "```json\n{\"title\": \"T\", \"parts\": [{\"title\": \"x\"}, {\"title\": \"y\"}\n```",
        json!({"title": "T", "parts": [{"title": "x"}, {"title": "y"}]}),
    )]);
}

#[test]
fn a_mark_at_the_end_of_a_line_may_be_the_quote_or_a_character() {
    assert_doubted(&[
        "{\n\"p\": \"C:\\dir\\\",\n\"b\": 1\n}",
        "{\n\"a\": \"x\\\"\n}",
        "{\n\"a\": \"x”\n}",
        "{\n\"a\": \"x’\n}",
        "{\n\"a\": \"x'\n}",
        "{\n\"a\": \"x`\n}",
        "{\n\"a\": \"x»,\n\"b\": 1\n}",
        "{\n\"a\": [\"x]\n]}",
        "{\n\"a\": \"x}\n}",
        "{\n\"a\": \"x{\n}",
        "{\n\"a\": 'tis the season\n}",
        "{\n\"a\": \"x;\n}",
        "{\n\"a\": \"“Erst” – „dann“”\n}",
        "{\n\"a\": \"x\"\"\n}",
        "{\n\"a\": \"x\"\",\n\"b\": 1\n}",
    ]);
    assert_read(&[
        ("{\n\"a\": \"it is “x”\n}", json!({"a": "it is “x”"})),
        ("{\n\"a\": \"the list [x],\n\"b\": 1\n}", json!({"a": "the list [x]", "b": 1})),
        ("{\n\"a\": \"„x“\n}", json!({"a": "„x“"})),
        ("{\n\"a\": \"a pipe of 5\"\",\n\"b\": 1\n}", json!({"a": "a pipe of 5\"", "b": 1})),
    ]);
}

#[test]
fn quotes_around_a_key_that_are_doubled_or_moved_leave_it_open() {
    assert_doubted(&[
        "{\n\"a\"\": 1\n}",
        "{\"a\"\": 1,\n\"b\": 2}",
        "{\n\"a:\" 1\n}",
        "{\n\"a:\" true,\n\"b\": 1\n}",
        "{\"a:\" \"x\", \"b\": 1}",
        "{\"a\"\" :x\"}",
        "{\"a: 1,\nb\": 2}",
        "{x:\"p\"y:\"q\"}",
        "{x: \"p\"y: 1, z: \"q\"}",
        "{x:\"p\",y2024,z:\"q\"}",
    ]);
    assert_read(&[
        (r#"{"a""x"}"#, json!({"a": "x"})),
        (r#"{"a: "x", "b": 1}"#, json!({"a": "x", "b": 1})),
        (
            r#"{"a": "he "said" and she added: "no" to it"}"#,
            json!({"a": "he \"said\" and she added: \"no\" to it"}),
        ),
    ]);
}

#[test]
fn a_comma_or_bracket_in_a_text_may_be_the_one_that_is_missing_behind_it() {
    assert_doubted(&[
        r#"{"a": "x," "b": "y"}"#,
        "{\"a\": \"x,\"\n\"b\": \"y\"}",
        r#"["x," "y"]"#,
        "['a ' 'b', 'c']",
        "{\"a\": \"x\"\" ,b\": 1}",
        "{\"a\": \"x}\n\"\n```",
        "{\"a\"[ 1}",
        "{\"a\"\" 1\n}",
        r#"["a 5" pipe", "a 6" pipe"]"#,
        r#"{"a": ""x""}"#,
        r#"{"k": ["a", "b]", "c": 1}"#,
        "{\"k\": [\"a\", \"b]\"\n```",
        r#"{"k": ["a", "b]"}"#,
        r#"{"a": "the "+" sign"}"#,
        r#"{"k": ["a = """]}"#,
        r#"{"k": ["a" b",""}","c"]}"#,
        r#"{"k": ["x" y",""z"]}"#,
    ]);
    assert_read(&[
        (r#"{"a": "x" "b": "y"}"#, json!({"a": "x", "b": "y"})),
        (r#"["[x]" "y"]"#, json!(["[x]", "y"])),
        (r#"{"a": "x" + "y"}"#, json!({"a": "xy"})),
        ("{\"a\": \"x\" +\n  \"y\"}", json!({"a": "xy"})),
    ]);
}

#[test]
fn a_comment_with_quotes_behind_a_text_may_be_the_rest_of_it() {
    assert_doubted(&[
        "{\n\"a\": \"a 5\" # two and a 6\" # pipe\",\n\"b\": 1\n}",
        "{\n\"a\": \"a 5\" // a 6\"\",\n\"b\": 1\n}",
        "{\n\"a\": [\"a 5\" #x a 6\" y\",\n\"b\"]\n}",
        "{'a': 'x' # the 'old' one\n}",
    ]);
    assert_read(&[
        ("{\"a\": \"x\", // \"old\"\n\"b\": 1}", json!({"a": "x", "b": 1})),
        ("{\"a\": \"x\" // old\n}", json!({"a": "x"})),
    ]);
}

#[test]
fn words_that_stand_for_a_value_in_some_language_are_no_texts() {
    for word in [
        "none",
        "yes",
        "No",
        "on",
        "off",
        "y",
        "N",
        "t",
        "F",
        "NA",
        "n",
        "Nil",
        "Undefined",
        "void",
        "tru",
        "fals",
        "nul",
        "Tru",
        "$5",
        "a$",
    ] {
        assert_doubted(&[&format!("{{\"a\": {word}}}"), &format!("```json\n{{\"a\": {word}\n```")]);
    }
    assert_read(&[("{\"a\": easy, \"b\": nothing}", json!({"a": "easy", "b": "nothing"}))]);
    assert_doubted(&[
        r#"{"a": [1 500, 2 300]}"#,
        "{\"a\": [1\u{202f}500, 2\u{202f}300]}",
        r#"{"a": [5 -3]}"#,
    ]);
    assert_read(&[("[1\n2\n3]", json!([1, 2, 3])), ("[true 2]", json!([true, 2]))]);
}

#[test]
fn what_a_model_thinks_is_no_answer_however_it_is_marked() {
    for text in [
        "[THINK]I may say {\"a\": 1} but",
        "<|channel|>analysis<|message|>I may say {\"a\": 1} but",
        "<Think>I may say {\"a\": 1} but",
        "<thoughts>{\"a\": 1} but",
        "<seed:think>{\"a\": 1} but",
        "◁think▷{\"a\": 1} but",
    ] {
        let outcome = answer::read(text, None, &Limits::default()).outcome;
        assert_eq!(outcome, Outcome::None(answer::Reason::OnlyReasoning), "{text}");
    }
    let value = json!({"a": 2});
    assert_read(&[
        ("[THINK]maybe {\"a\": 1}[/THINK]{\"a\": 2}", value.clone()),
        (
            "<|channel|>analysis<|message|>{\"a\": 1}<|end|><|start|>assistant<|channel|>final<|message|>{\"a\": 2}",
            value.clone(),
        ),
        ("<THINK>{\"a\": 1}</think>{\"a\": 2}", value.clone()),
        ("◁think▷{\"a\": 1}◁/think▷\n{\"a\": 2}", value.clone()),
        ("<reason>Draft: {\"a\": 1}</reason>\n{\"a\": 2}", value),
    ]);
}

#[test]
fn a_value_whose_head_is_lost_is_not_what_is_left_of_it() {
    assert_doubted(&[
        r#"title: "P", items: [{"t": "a"}]}"#,
        r#"title": "P", "key points": [{"t": "a"}]}"#,
        r#"title": "P", "key points": [{"t": "a"}]"#,
        "title: P\nitems: [{\"t\": \"a\"}]",
        "Title: T\nBody: \"f({\\\"x\\\": 1})\"",
        r#""b": 1}]}"#,
        r#""{a": 1}"#,
        r#"{"a": 1}]"#,
        r#"[{"a": 1}]}"#,
        r#"{"a": """b": """c": 1}"#,
        r#"{"a": """"x" said""", "c": 1}"#,
    ]);
    assert_read(&[
        ("JSON: {\"a\": 1}", json!({"a": 1})),
        ("Here it is, as asked:\ndata: {\"a\": 1}", json!({"a": 1})),
        ("{\"a\": \"\"\"b \"c\" d\"\"\", \"e\": 1}", json!({"a": "b \"c\" d", "e": 1})),
    ]);
}

#[test]
fn paths_keep_their_backslashes_or_are_refused() {
    assert_doubted(&[r#"{"a": "C:\new\test"}"#, r#"{"a": "C:\new\test",}"#]);
    assert_read(&[
        (r#"{"p": "C:\foo"}"#, json!({"p": r"C:\foo"})),
        (r#"{"a": "\frac{1}{2}", "p": "C:\bin"}"#, json!({"a": r"\frac{1}{2}", "p": r"C:\bin"})),
        (r#"{"a": "Choose A:\nThen B:\tthat"}"#, json!({"a": "Choose A:\nThen B:\tthat"})),
    ]);
}

#[test]
fn code_is_code_in_lists_and_between_three_quotes_too() {
    assert_read(&[
        (r#"{"code": ["\beta", ["\theta"]]}"#, json!({"code": ["\u{8}eta", ["\theta"]]})),
        ("{\"code\": \"\"\"a\\theta\"\"\"}", json!({"code": "a\theta"})),
        (r#"{"code": {"note": "\beta"}}"#, json!({"code": {"note": r"\beta"}})),
    ]);
}

#[test]
fn the_last_text_of_a_cut_answer_may_go_on() {
    for (text, finished) in [
        (r#"{"a": 1, "b": "he said ""#, json!({"a": 1})),
        (r#"{"a": ["x", "he said " "#, json!({"a": ["x"]})),
        (r#"{"a": ["x", "he said","#, json!({"a": ["x", "he said"]})),
    ] {
        let outcome = answer::read(text, None, &Limits::default()).outcome;
        assert_eq!(outcome, Outcome::Truncated(finished), "{text}");
    }
}

#[test]
fn a_text_that_holds_a_value_is_taken_for_it_only_if_it_says_one_thing() {
    let document = json!({
        "type": "object",
        "properties": { "a": { "type": "object" }, "b": { "type": "integer" }, "c/~d": { "type": "string" } },
    });
    let schema = Schema::new(document).unwrap();
    let read = |text: &str| answer::read(text, Some(&schema), &Limits::default());
    for inner in [r#"{"x": 1, "x": 2}"#, r#"{"x": "\theta"}"#] {
        let text = json!({ "a": inner, "b": 1 }).to_string();
        assert_eq!(read(&text).outcome, Outcome::Whole(json!({ "a": inner, "b": 1 })), "{inner}");
    }
    let reading = read(r#"{"a": "{\"x\": 1}", "c/~d": null}"#);
    assert_eq!(reading.outcome, Outcome::Whole(json!({"a": {"x": 1}})));
    let left_out = reading.coercions.iter().find(|one| one.kind == CoercionKind::NullLeftOut).unwrap();
    assert_eq!(left_out.path, "/c~1~0d");
}
