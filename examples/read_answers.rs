//! Reads a file of damaged answers and prints how many were read right, not at all, and wrong.
//!
//! `cargo run --release --example read_answers -- FILE.jsonl`, one answer a line:
//! `{"id": …, "form": …, "input": …, "expected": …}`, or `prefix_of` instead of `expected` for an answer that
//! was cut. Right is: the whole value, equal; for a cut answer: a prefix of the value, marked truncated. Wrong is:
//! another value accepted as whole, or a cut answer's value that is no prefix. Everything else is none.

#![allow(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example prints what it finds and indexes tables of its own"
)]

use std::collections::BTreeMap;
use std::process::ExitCode;

use content_factory::answer::{self, Limits, Outcome};
use serde_json::Value;

#[derive(Clone, Copy, PartialEq)]
enum Verdict {
    Right,
    None,
    Wrong,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(path) = arguments.next() else {
        eprintln!("usage: read_answers FILE.jsonl [--verbose]");
        return ExitCode::from(2);
    };
    let verbose = arguments.any(|argument| argument == "--verbose");
    let lines = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("cannot read {path}: {error}");
            return ExitCode::from(2);
        }
    };
    let mut forms: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for (number, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let row: Value = match serde_json::from_str(line) {
            Ok(row) => row,
            Err(error) => {
                eprintln!("line {}: {error}", number + 1);
                return ExitCode::from(2);
            }
        };
        let input = row["input"].as_str().unwrap_or_default();
        let reading = answer::read(input, None, &Limits::default());
        let verdict = judge(&row, &reading.outcome);
        if verbose && verdict != Verdict::Right {
            let label = if verdict == Verdict::Wrong { "WRONG" } else { "none" };
            println!("{label} {} {:?}\n  {input:?}\n  {:?}", row["id"], reading.edits, reading.outcome);
        }
        let counts = forms.entry(row["form"].as_str().unwrap_or("?").to_owned()).or_default();
        counts[verdict as usize] += 1;
    }
    print(&forms);
    ExitCode::SUCCESS
}

fn judge(row: &Value, outcome: &Outcome) -> Verdict {
    match (row.get("expected"), row.get("prefix_of"), outcome) {
        (Some(expected), _, Outcome::Whole(value)) if value == expected => Verdict::Right,
        (None, Some(whole), Outcome::Truncated(value)) if is_prefix(value, whole) => Verdict::Right,
        (None, Some(_), Outcome::Truncated(_)) | (_, _, Outcome::Whole(_)) => Verdict::Wrong,
        _ => Verdict::None,
    }
}

/// True if every finished part of `value` stands at the same place of `whole`.
fn is_prefix(value: &Value, whole: &Value) -> bool {
    match (value, whole) {
        (Value::Object(value), Value::Object(whole)) => {
            value.len() <= whole.len()
                && value
                    .iter()
                    .zip(whole)
                    .all(|((key, part), (name, all))| key == name && is_prefix(part, all))
        }
        (Value::Array(value), Value::Array(whole)) => {
            value.len() <= whole.len() && value.iter().zip(whole).all(|(part, all)| is_prefix(part, all))
        }
        _ => value == whole,
    }
}

fn print(forms: &BTreeMap<String, [usize; 3]>) {
    println!("{:<44} {:>6} {:>6} {:>6}", "form", "right", "none", "wrong");
    let mut total = [0; 3];
    for (form, counts) in forms {
        println!("{form:<44} {:>6} {:>6} {:>6}", counts[0], counts[1], counts[2]);
        for (sum, count) in total.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    let all: usize = total.iter().sum();
    println!("right {} of {all}, wrong {}", total[0], total[2]);
}
