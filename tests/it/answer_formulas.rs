//! Formulas that lost their backslashes come back, and what only looks like one keeps its escapes.
//!
//! What else the answer reader promises is in `answer.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and prints what it counted"
)]

use serde_json::{Value, json};

use crate::answer::{forms, whole};

const COMMANDS: &[&str] = &[
    r"\frac{a}{b}",
    r"\beta",
    r"\theta",
    r"\nu",
    r"\right)",
    r"\nabla",
    r"\times",
    r"\rho",
    r"\forall",
    r"\bar{x}",
    r"\binom{n}{k}",
    r"\tau",
    r"\to",
    r"\neq",
    r"\ne",
    r"\text{if}",
    r"\tan x",
    r"\begin{cases}x\end{cases}",
    r"\rangle",
    r"\rightarrow",
    r"\not\in",
    r"\notin",
    r"\tfrac12",
    r"\tilde{y}",
    r"\boldsymbol{v}",
    r"\big(",
    r"\ni",
    r"\rfloor",
    r"\bullet",
    r"\therefore",
    r"\triangle",
    r"\top",
    r"\neg p",
    r"\bmod",
    r"\rceil",
    r"\flat",
    r"\alpha",
    r"\sum_{i=1}^{n}",
    r"\int_0^1",
    r"\(x\)",
    r"\sqrt{2}",
    r"\Delta t",
    r"\le",
    r"\pi r^2",
    r"\cdot",
    r"\underline{u}",
    r"\upsilon",
    r"\mathbb{R}",
    r"\lim_{x \to 0}",
    r"\left(\frac{1}{n}\right)",
];

/// Writes a formula into each of four sentences: 4 × 50 = 200.
fn formula_sentences() -> Vec<String> {
    let frames: [fn(&str) -> String; 4] = [
        |f| format!("The value is ${f}$ here."),
        |f| format!("${f} = 1$"),
        |f| format!("From ${f} + 2$ it follows that $x = {f}$, as shown.\nNext line."),
        |f| format!(r"Since \({f}\) holds, so does \(\alpha + {f}\)."),
    ];
    COMMANDS.iter().flat_map(|command| frames.iter().map(move |frame| frame(command))).collect()
}

#[test]
fn two_hundred_formulas_survive_a_lost_backslash() {
    let sentences = formula_sentences();
    assert_eq!(sentences.len(), 200);
    println!("{} formulas", sentences.len());
    for sentence in sentences {
        let value = json!({ "explanation": sentence, "n": 1 });
        let proper = value.to_string();
        assert_eq!(whole(&proper), value, "escaped as it should be");
        let lost = proper.replace("\\\\", "\\");
        assert_eq!(whole(&lost), value, "{lost}");
        let fenced = format!("Here:\n```json\n{lost}\n```");
        assert_eq!(whole(&fenced), value, "{fenced}");
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
    assert_eq!(whole(r#"{"a": "\xi_1 and \x41"}"#), json!({"a": r"\xi_1 and \x41"}));
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
