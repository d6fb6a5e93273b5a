//! Time and memory of all eight kinds for a text of 10 000 words, written without a model. Fails
//! at one second or 60 MB.
//!
//! `cargo bench --bench extractive`

use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use content_factory::content::{Kind, Outline, Piece, Request};
use content_factory::extractive::{self, Analysis};
use content_factory::source::Source;
use serde_json::json;

const WORDS: usize = 10_000;
const MOST_TIME: Duration = Duration::from_secs(1);
const MOST_KILOBYTES: u64 = 60_000;

/// English texts of the project, each once.
const TEXTS: [&str; 7] = [
    include_str!("../examples/photosynthesis.md"),
    include_str!("../examples/printing-press.md"),
    include_str!("../examples/supply-and-demand.md"),
    include_str!("../examples/how-the-internet-routes-packets.txt"),
    include_str!("../examples/syllabus-introductory-statistics.md"),
    include_str!("../tests/fixtures/texts/no-headings.md"),
    include_str!("../tests/fixtures/texts/messy-handout.txt"),
];

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let text = text();
    let words = text.split_whitespace().count();
    let start = Instant::now();
    let kinds = write_all(&text)?;
    let took = start.elapsed();
    let peak = peak_kilobytes()?;
    writeln!(
        std::io::stdout(),
        "{kinds} of 8 kinds for {words} words in {took:.2?}, at most {peak} kB resident"
    )?;
    if words < WORDS || took > MOST_TIME || peak > MOST_KILOBYTES {
        return Err(format!("more than {MOST_TIME:?} or {MOST_KILOBYTES} kB, or a text too short").into());
    }
    Ok(())
}

/// The first 10 000 words of all texts, with their lines as they are.
fn text() -> String {
    let mut left = WORDS;
    let mut text = String::new();
    for line in TEXTS.iter().flat_map(|text| text.lines().chain([""])) {
        if left == 0 {
            break;
        }
        left = left.saturating_sub(line.split_whitespace().count());
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// Writes every kind and says how many the text carries.
fn write_all(text: &str) -> Result<usize, Failure> {
    let request = Request::parse(&json!({ "syllabus_text": text })).map_err(|_| "the request is invalid")?;
    let analysis = Analysis::of(Arc::new(Source::read(text)?), &request)?;
    let Piece::Outline(outline) = extractive::write(Kind::Outline, &analysis, None)? else {
        return Err("no outline came back".into());
    };
    let outline: &Outline = &outline;
    let others = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Outline);
    let made = others.filter(|kind| extractive::write(*kind, &analysis, Some(outline)).is_ok()).count();
    Ok(made + 1)
}

/// The most memory that this process ever had resident.
fn peak_kilobytes() -> Result<u64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM")).ok_or("no peak of memory is known")?;
    Ok(line.split_whitespace().nth(1).ok_or("no number")?.parse()?)
}
