//! How fast packages come from a model: the whole service on this machine, with a simulated model
//! that takes its time. Prints what it measures and fails at the bars.
//!
//! `cargo bench --bench pipeline`, or with the name of one part: `package`, `critical_path`,
//! `added_time`. Each part is a file beside this one.

mod added_time;
mod critical_path;
mod package;
mod service;

#[path = "../../tests/it/support/llm_simulator/mod.rs"]
mod llm_simulator;

use std::io::Write as _;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let is_wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|name| name == part);
    let runtime = tokio::runtime::Runtime::new()?;
    let mut missed = Vec::new();
    if is_wanted("package") {
        missed.extend(runtime.block_on(package::measure())?);
    }
    if is_wanted("critical_path") {
        missed.extend(runtime.block_on(critical_path::measure())?);
    }
    if is_wanted("added_time") {
        missed.extend(runtime.block_on(added_time::measure())?);
    }
    if missed.is_empty() { Ok(()) } else { Err(missed.join("; ").into()) }
}

/// Writes a line of the report.
fn report(line: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
