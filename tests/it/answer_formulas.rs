//! Formulas that lost their backslashes come back, and what only looks like one keeps its escapes.
//!
//! What else the answer reader promises is in `answer.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and prints what it counted"
)]

use content_factory::answer::{self, Limits, Outcome, Reason};
use serde_json::{Value, json};

use crate::answer::{forms, whole};

/// Real formulas, one a line, collected without a look at the commands the reader knows.
const FORMULAS: &str = include_str!("../fixtures/formulas.txt");

/// Ways to set a formula so that its lost backslashes come back.
const FRAMES: &[&str] = &[
    "The value is $@$ here.",
    "$@$",
    "From $@$ and $x$ it follows that $@$ holds.\nNext line.",
    "It costs $5, and $@$ is shown.",
    r"Since \(@\) holds, so does \(\alpha + @\).",
];
/// Ways to set one in which a line break may be meant, so that some are refused.
const OPEN_FRAMES: &[&str] =
    &["We know that @ holds.", "So $$@$$ and more.", "So\n$$\n@\n$$\nholds.", r"So \[@\] and more."];

/// Writes every formula into a frame: the text, its JSON, and its JSON with single backslashes.
fn framed(frame: &'static str) -> impl Iterator<Item = (Value, String, String)> {
    FORMULAS.lines().map(move |formula| {
        let value = json!({ "explanation": frame.replace('@', formula), "n": 1 });
        let proper = value.to_string();
        let lost = proper.replace("\\\\", "\\");
        (value, proper, lost)
    })
}

#[test]
fn two_hundred_formulas_survive_a_lost_backslash() {
    assert!(FORMULAS.lines().count() >= 200);
    println!("{} formulas in {} frames", FORMULAS.lines().count(), FRAMES.len());
    for (value, proper, lost) in FRAMES.iter().copied().flat_map(framed) {
        assert_eq!(whole(&proper), value, "escaped as it should be");
        assert_eq!(whole(&lost), value, "{lost}");
        let fenced = format!("Here:\n```json\n{lost}\n```");
        assert_eq!(whole(&fenced), value, "{fenced}");
    }
}

#[test]
fn a_formula_that_may_as_well_hold_a_line_break_is_refused_never_changed() {
    let (mut right, mut all) = (0, 0);
    for (value, proper, lost) in OPEN_FRAMES.iter().copied().flat_map(framed) {
        assert_eq!(whole(&proper), value, "escaped as it should be");
        all += 1;
        match answer::read(&lost, None, &Limits::default()).outcome {
            Outcome::Whole(read) => {
                assert_eq!(read, value, "{lost}");
                right += 1;
            }
            outcome => assert_eq!(outcome, Outcome::None(Reason::Ambiguous), "{lost}"),
        }
    }
    println!("right {right} of {all}, the others refused");
    assert!(right * 100 >= 90 * all, "right {right} of {all}");
}

#[test]
fn a_line_break_or_tab_before_what_looks_like_a_command_stays_in_valid_json() {
    for text in [
        "Given are two speeds:\nu_1 = 2\nu_2 = 3",
        "The currents are:\ni_1 = 2\ni_2 = 3",
        "Two functions:\ne^x for young leaves\ne^{2x} for old ones",
        "The speed is $$\nu = u_0 + at\n$$ for every plant.",
        "It costs $5 in the shop,\nless than in the garden where it is 7$ a piece.",
        "One costs $3 and\nu is the name of the other at 4$ in all shops.",
        "The sum is\neq 5 in the book.",
        "Columns:\tbar\ttheta\tau and more.",
        "Times:\to_1 is the first, then\tt_2 the second.",
        "A loop:\n\nfor leaf in tree:\n\tto_cut = leaf\n\tt_end = 2",
        "Sets:\nu{1} and others.\tag{1} follows",
        "The list:\nmid_1 is the leaf and\nsim_1 the stem:\nnot_open",
        "Between \\(a\nu + b\\) the light lies.",
        "Exists in \\(x\\) where\nexists_1 is the mark and \\forall is not used.",
        "y = x\ni = 2\nu = 3",
        "A hard break:  \nu_1 is first.",
    ] {
        let value = json!({ "answer": text });
        assert_eq!(whole(&value.to_string()), value);
        assert!(forms(&value.to_string()).is_empty(), "{text}");
    }
}

#[test]
fn where_a_line_break_and_a_command_are_both_possible_nothing_is_taken() {
    for text in [
        r#"{"a": "The value is x = \nu and y."}"#,
        r#"{"a": "The value is x = \tau and y."}"#,
        r#"{"a": "It goes x \to 0 in the end."}"#,
        r#"{"a": "Here x \ne 1 holds."}"#,
        r#"{"a": "\nu"}"#,
        r#"{"a": "Both $\\alpha$ and $\nu$."}"#,
        r#"{"a": "With \alpha and so on:\nu_1 = 2"}"#,
        r#"["With \alpha and so on:\nu_1 = 2", {"b": 1}]"#,
    ] {
        assert_eq!(
            answer::read(text, None, &Limits::default()).outcome,
            Outcome::None(Reason::Ambiguous),
            "{text}"
        );
    }
}

#[test]
fn a_backspace_or_form_feed_before_a_letter_is_a_lost_backslash_but_in_code() {
    assert_eq!(
        whole(r#"{"a": "Use $\boxminus$, \fooledyou and \bfoo", "code": "\bword"}"#),
        json!({"a": r"Use $\boxminus$, \fooledyou and \bfoo", "code": "\u{8}word"})
    );
}

#[test]
fn a_character_or_line_that_was_escaped_wrongly_is_refused() {
    for text in [
        r#"{"a": "swapped \udc00\ud83d halves"}"#,
        r#"{"a": "one half \ud83d of it"}"#,
        r#"{"a": "l\u00ight"}"#,
        r#"{"a": "caf\xe9"}"#,
        r#"{"a": "a \U0001f600"}"#,
        r#"{"a": "a \u{1f600}"}"#,
        r#"{"a": "a \101 and \N{DASH}"}"#,
        "{\"a\": \"sug\\\nar\"}",
        "{'a': 'sug\\\r\nar'}",
    ] {
        assert_eq!(
            answer::read(text, None, &Limits::default()).outcome,
            Outcome::None(Reason::Ambiguous),
            "{text}"
        );
    }
}

#[test]
fn code_and_plain_text_keep_their_escapes() {
    for text in [
        r#"{"code":"\ttext = 1\n\theta = 2"}"#,
        r#"{"note":"a\ttext\nnu\nested, one\rtwo"}"#,
        r#"{"note":"Use `\theta` or ```\nif x:\n\times = 1\n```"}"#,
        r#"{"note":"It costs $5.\ni) one is $6"}"#,
        r#"{"note":"line\ne) last\nu) more"}"#,
    ] {
        let expected: Value = serde_json::from_str(text).unwrap();
        assert_eq!(whole(text), expected, "{text}");
        assert!(forms(text).is_empty(), "{text}");
    }
}

#[test]
fn words_at_the_beginning_of_a_line_are_no_formulas() {
    for text in [
        r#"{"note":"Two lines are\nparallel if they never meet, and there\nexists a third"}"#,
        r#"{"note":"as said,\neq. (5) holds;\nprec. and\nsucc. follow"}"#,
        r#"{"note":"first line\nut labore\tan item\tto do\n\tanh y\u00eau em"}"#,
        r#"{"note":"It costs $5\nand\tan item $6, mid\nnot more"}"#,
        r#"{"note":"windows\r\nright\r\nrho"}"#,
    ] {
        let expected: Value = serde_json::from_str(text).unwrap();
        assert_eq!(whole(text), expected, "{text}");
    }
}

#[test]
fn formulas_set_off_by_double_dollars_are_restored() {
    assert_eq!(
        whole(r#"{"text": "So $$\nu = \frac{c}{\lambda}$$ and\nu"}"#),
        json!({"text": "So $$\\nu = \\frac{c}{\\lambda}$$ and\nu"})
    );
}

#[test]
fn escapes_of_python_are_read_where_keys_stand_in_apostrophes() {
    assert_eq!(
        whole(r"{'a': 'no\xa0break \U0001f600', 'b': 'C:\\x41'}"),
        json!({"a": "no\u{a0}break 😀", "b": "C:\\x41"})
    );
    assert_eq!(whole(r#"{"a": "\xi_1 and \Uparrow"}"#), json!({"a": r"\xi_1 and \Uparrow"}));
}

#[test]
fn the_script_of_a_podcast_is_prose() {
    assert_eq!(
        whole(r#"{"script": "so \beta and $\frac{1}{2}$"}"#),
        json!({"script": r"so \beta and $\frac{1}{2}$"})
    );
}

#[test]
fn a_path_with_single_backslashes_keeps_them() {
    let text = r#"{"path": "C:\dir\new\file.txt", "note": "Choose A:\nThen go on."}"#;
    assert_eq!(whole(text), json!({"path": r"C:\dir\new\file.txt", "note": "Choose A:\nThen go on."}));
}
