//! Takes valid values, damages their text the way models do, and holds the reader to one promise: right, cut
//! or refused, never wrong.
//!
//! The damage is made afresh from a seed: values of random shape with texts full of traps, written as tokens,
//! the tokens damaged, one or two ways at once. `ANSWER_FUZZ_SECONDS=600` runs for that long instead of a
//! fixed number of cases.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test fails by panicking and prints what it counted"
)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use content_factory::answer::{self, Limits, Outcome, Schema};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

mod damage;
mod values;

use damage::{FORMS, damage, wrapped};
use values::{Dice, object};

/// Damage after which the value that was meant is gone, so that another whole value is not the reader's fault
/// only if it is the value the damaged text plainly says (it is valid JSON then).
fn says_something_else(damaged: &str) -> bool {
    serde_json::from_str::<Value>(damaged).is_ok()
}

#[derive(Default, Clone, Copy)]
struct Tally {
    right: usize,
    cut: usize,
    none: usize,
    wrong: usize,
}

/// Runs one case and counts what came out; a wrong one comes back as a description.
fn case(seed: u64, tally: &mut BTreeMap<&'static str, Tally>) -> Option<String> {
    let mut dice = Dice(seed);
    let form = *dice.pick(FORMS);
    let quotes = matches!(form, "unescaped_quotes" | "none" | "fence" | "double_encoding") || dice.one_in(6);
    let value = object(&mut dice, 3, quotes);
    let damaged = damage(form, &value, &mut dice)?;
    let is_plain_other = says_something_else(&damaged);
    let damaged = if dice.one_in(4) && form != "cut" { wrapped(damaged, &mut dice) } else { damaged };
    let reading = answer::read(&damaged, None, &Limits::default());
    let entry = tally.entry(form).or_default();
    match reading.outcome {
        Outcome::Whole(read) if read == value => entry.right += 1,
        Outcome::Whole(_) if is_plain_other && form != "none" => {}
        // A JSON string around something unreadable is a valid string; no object was read, a schema refuses it.
        Outcome::Whole(Value::String(_)) => entry.none += 1,
        Outcome::Truncated(read) if form != "cut" || is_prefix(&read, &value) => entry.cut += 1,
        Outcome::Whole(read) | Outcome::Truncated(read) => {
            entry.wrong += 1;
            return Some(format!(
                "seed {seed} form {form}: wrong\n--- damaged\n{damaged}\n--- meant\n{value}\n--- read\n{read}\n{:?}",
                reading.edits
            ));
        }
        Outcome::None(_) => entry.none += 1,
    }
    None
}

fn is_prefix(value: &Value, whole: &Value) -> bool {
    match (value, whole) {
        (Value::Object(value), Value::Object(whole)) => {
            value.iter().all(|(key, part)| whole.get(key).is_some_and(|all| is_prefix(part, all)))
        }
        (Value::Array(value), Value::Array(whole)) => {
            value.len() <= whole.len() && value.iter().zip(whole).all(|(part, all)| is_prefix(part, all))
        }
        _ => value == whole,
    }
}

fn fuzz_time() -> Option<Duration> {
    std::env::var("ANSWER_FUZZ_SECONDS").ok()?.parse().ok().map(Duration::from_secs)
}

#[test]
fn a_damaged_answer_is_never_read_as_another_value() {
    let mut tally = BTreeMap::new();
    let mut wrong = Vec::new();
    let started = Instant::now();
    let mut seed = 1;
    while fuzz_time().map_or(seed <= 12_000, |time| started.elapsed() < time) {
        wrong.extend(case(seed, &mut tally).filter(|_| wrong.len() < 40));
        seed += 1;
    }
    let mut all = Tally::default();
    for (form, counts) in &tally {
        let Tally { right, cut, none, wrong } = *counts;
        println!("{form:<28} right {right:>7} cut {cut:>7} none {none:>7} wrong {wrong}");
        all = Tally {
            right: all.right + right,
            cut: all.cut + cut,
            none: all.none + none,
            wrong: all.wrong + wrong,
        };
    }
    println!("cases {} right {} cut {} none {} wrong {}", seed - 1, all.right, all.cut, all.none, all.wrong);
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n\n"));
    for form in
        ["none", "fence", "prose", "thinking", "call", "double_encoding", "stop_token", "python_literals"]
    {
        let counts = tally[form];
        assert!(counts.right * 100 >= 95 * (counts.right + counts.cut + counts.none), "{form} is not read");
    }
}

/// Pieces that texts of models are made of, whole and broken.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "{", "}", "[", "]", "\"", "'", ",", ":", "\\", "\n", " ", "```", "```json\n", "<think>", "</think>",
            "//", "/*", "*/", "#", "...", "+", "\"\"\"", "“", "”", "&quot;", "\\n", "\\\"", "\\u", "\\ud83d", "\u{feff}",
            "\u{200b}", "true", "None", "1e400", "-", "0x1f", "1_000", "\"a\": ", "\"b\", ", "{\"c\": ", "<|im_end|>",
            "\\frac", "\\begin{", "$", "é", "😀", "=", "=>", "(", ")", ";", "</s>", "Infinity",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

/// Texts whose line breaks and tabs stand before letters that would make TeX commands, as they do in lists of
/// quantities, in code and in tables.
fn line_breaks_before_names() -> impl Strategy<Value = String> {
    let leads: &'static [&'static str] = &[
        "speeds:",
        "a",
        "costs $5",
        "costs $5,",
        "x = 2",
        "y = x",
        "the end.",
        "see",
        "$$x$$",
        "**Note**",
        "- one",
        "a  ",
    ];
    let names: &'static [&'static str] =
        &["u", "i", "e", "t", "to", "mid", "eq", "less", "an", "au", "ot", "sim", "ag", "eg", "exists"];
    let ends: &'static [&'static str] =
        &["_1 = 2", "^x is it", "{1} here", " = 3", ") more", " kunt 3$ sparen", ". The rest", ""];
    let line = (
        prop::sample::select(leads),
        prop::sample::select(&["\n", "\t", "\n\n", "\n\t"][..]),
        prop::sample::select(names),
        prop::sample::select(ends),
    );
    prop::collection::vec(line.prop_map(|(lead, blank, name, end)| format!("{lead}{blank}{name}{end}")), 1..4)
        .prop_map(|lines| lines.join("\n"))
}

/// JSON of any shape, with any text as key or string and any number that JSON can say.
fn any_json() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("a number JSON can say", |number| number
            .is_finite()
            .then(|| Value::from(number))),
        any::<String>().prop_map(Value::from),
        line_breaks_before_names().prop_map(Value::from),
    ];
    scalar.prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// Writes a schema that a value fits and that allows no other keys.
fn schema_of(value: &Value) -> Value {
    match value {
        Value::Object(members) => json!({
            "type": "object",
            "properties": members.iter().map(|(key, inner)| (key.clone(), schema_of(inner))).collect::<Value>(),
            "required": members.keys().collect::<Vec<_>>(),
            "additionalProperties": false,
        }),
        Value::Array(_) => json!({"type": "array"}),
        Value::String(_) => json!({"type": "string"}),
        Value::Bool(_) => json!({"type": "boolean"}),
        Value::Number(number) if number.is_f64() => json!({"type": "number"}),
        Value::Number(_) => json!({"type": "integer"}),
        Value::Null => json!({"type": "null"}),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, rng_seed: RngSeed::Fixed(20_261_121), ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_reader_panic(pieces in prop::collection::vec(piece(), 0..60)) {
        let reading = answer::read(&pieces.concat(), None, &Limits::default());
        prop_assert!(reading.edits.len() <= Limits::default().max_edits);
    }

    #[test]
    fn a_seed_of_any_size_gives_no_wrong_value(seed in any::<u64>()) {
        prop_assert_eq!(case(seed, &mut BTreeMap::new()), None);
    }

    #[test]
    fn a_schema_that_the_value_fits_changes_no_reading(seed in any::<u64>(), around in 0_usize..3) {
        let mut dice = Dice(seed);
        let form = *dice.pick(FORMS);
        let value = object(&mut dice, 3, false);
        let Some(damaged) = damage(form, &value, &mut dice) else { return Ok(()) };
        let text = [damaged.clone(), wrapped(damaged.clone(), &mut dice), format!("{{\"other\": 1}} or\n{damaged}")]
            [around]
            .clone();
        let schema = Schema::new(schema_of(&value)).unwrap();
        let without = answer::read(&text, None, &Limits::default()).outcome;
        let with = answer::read(&text, Some(&schema), &Limits::default()).outcome;
        if with != without {
            // A schema may settle what is open without it, for the value that was meant, and turn fields of
            // another value into the types it asks for.
            let settled = matches!(without, Outcome::None(_)) && with == Outcome::Whole(value.clone());
            let other = matches!(&without, Outcome::Whole(read) if *read != value);
            prop_assert!(settled || other, "{text}\n{without:?}\n{with:?}");
        }
    }

    #[test]
    fn any_valid_json_comes_back_equal(value in any_json()) {
        prop_assume!(!value.is_string());
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let parsed: Value = serde_json::from_str(&text).unwrap();
            let reading = answer::read(&text, None, &Limits::default());
            prop_assert_eq!(reading.outcome, Outcome::Whole(parsed));
        }
    }

    #[test]
    fn valid_json_comes_back_equal(seed in any::<u64>()) {
        let value = object(&mut Dice(seed), 4, true);
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let reading = answer::read(&text, None, &Limits::default());
            prop_assert_eq!(reading.outcome, Outcome::Whole(value.clone()));
            prop_assert!(reading.edits.is_empty());
        }
    }
}

#[test]
fn pieces_thrown_together_for_the_given_time_make_no_panic() {
    let Some(time) = fuzz_time() else { return };
    let started = Instant::now();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let texts = prop::collection::vec(piece(), 0..80);
    let mut runs = 0_usize;
    while started.elapsed() < time {
        let text = texts.new_tree(&mut runner).unwrap().current().concat();
        std::hint::black_box(answer::read(&text, None, &Limits::default()));
        runs += 1;
    }
    println!("{runs} texts in {} s without a panic", time.as_secs());
}
