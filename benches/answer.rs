//! How fast answers are read: the strict path in bytes a second, repaired answers, and hostile ones.
//!
//! `cargo bench --bench answer`. The bars are 100 MB/s for the strict path and 50 ms for 100 KB of hostile input.

use content_factory::answer::{self, Limits};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Value, json};

/// Makes a piece of about 100 KB as a model would write it.
fn piece() -> Value {
    let section = |number: usize| {
        json!({
            "title": format!("Section {number}: how the parts work together"),
            "description": "Where the idea comes from, and why it matters to people who meet it first.\n\nA second \
                            paragraph that says \"more\" about it, with a list:\n- one\n- two",
            "estimated_duration_minutes": 12.5,
            "key_points": ["the first point, with a comma", "the second point: with a colon", "it's the third"],
            "required": number.is_multiple_of(2),
        })
    };
    json!({ "title": "A piece", "sections": (0..220).map(section).collect::<Vec<_>>(), "notes": null })
}

fn answers(criterion: &mut Criterion) {
    let limits = Limits::default();
    let pretty = serde_json::to_string_pretty(&piece()).unwrap_or_default();
    let damaged = [
        ("strict", pretty.clone()),
        ("fenced", format!("Here you go:\n```json\n{pretty}\n```\nI hope this {{helps}}!")),
        ("single quotes", pretty.replace("it's", "it is").replace("\\\"", "").replace('"', "'")),
        ("unescaped quotes", pretty.replace("\\\"", "\"")),
    ];
    let mut group = criterion.benchmark_group("answer");
    group.sample_size(30);
    for (name, text) in &damaged {
        group.throughput(Throughput::Bytes(u64::try_from(text.len()).unwrap_or_default()));
        group.bench_function(*name, |bencher| bencher.iter(|| answer::read(text, None, &limits)));
    }
    let hostile = [
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
        "{\"a\":1,",
        "\\\"",
        "{\\\"",
        "“",
        "[\"a\" ",
        "{a:",
        "...",
        "\n",
        "{\"a\":\"\n",
        "{[",
        "<",
        "<think></think>",
        "&amp;amp;",
        "[/*",
        "[1] ",
        "{\"a\":1}\n",
    ];
    for unit in hostile {
        let text = unit.repeat(100_000 / unit.len());
        group.throughput(Throughput::Bytes(u64::try_from(text.len()).unwrap_or_default()));
        group.bench_function(format!("hostile {unit:?}"), |bencher| {
            bencher.iter(|| answer::read(&text, None, &limits));
        });
    }
    let mut encoded = json!({ "a": [1, { "b": "c" }] }).to_string();
    while encoded.len() < 100_000 {
        encoded = Value::String(encoded).to_string();
    }
    group.throughput(Throughput::Bytes(u64::try_from(encoded.len()).unwrap_or_default()));
    group.bench_function("hostile encoding over and over", |bencher| {
        bencher.iter(|| answer::read(&encoded, None, &limits));
    });
    let lines = format!("{{\"a\": \"{}", "\n".repeat(100_000));
    group.throughput(Throughput::Bytes(u64::try_from(lines.len()).unwrap_or_default()));
    group.bench_function("hostile lines in a string", |bencher| {
        bencher.iter(|| answer::read(&lines, None, &limits));
    });
    group.finish();
}

criterion_group!(benches, answers);
criterion_main!(benches);
