//! What the edge of the service costs and bears, measured against the very `App` in a process of its own:
//! requests a second beside a bare route, many connections that do nothing, and five times the load that
//! it can carry. Prints what it measures and fails at the bars.
//!
//! `cargo bench --bench edge`, or one of `rates`, `idle`, `overload` behind `--`. `EDGE_SECONDS` says how
//! long each single measurement takes; less than the default shows that it works, not how well.

mod caller;
mod host;
mod idle;
mod overload;
mod rates;

use std::io::Write as _;
use std::time::Duration;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Runtime::new()?;
    if let Some(role) = arguments.first().and_then(|name| name.strip_prefix("as-")) {
        return runtime.block_on(host::play(role, arguments.get(1..).unwrap_or_default()));
    }
    let chosen = |name: &str| {
        let names = ["rates", "idle", "overload"];
        let is_all = !arguments.iter().any(|argument| names.contains(&argument.as_str()));
        is_all || arguments.iter().any(|argument| argument == name)
    };
    let mut missed = Vec::new();
    if chosen("rates") {
        missed.extend(runtime.block_on(rates::measure())?);
    }
    if chosen("idle") {
        missed.extend(runtime.block_on(idle::measure())?);
    }
    if chosen("overload") {
        missed.extend(runtime.block_on(overload::measure())?);
    }
    if missed.is_empty() { Ok(()) } else { Err(missed.join("; ").into()) }
}

/// Writes a line of the report.
fn report(line: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

/// Gives how long one measurement takes.
fn span(default_seconds: u64) -> Duration {
    let given = std::env::var("EDGE_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(given.unwrap_or(default_seconds))
}

/// Gives the share of `some` in `all`.
fn ratio(some: f64, all: f64) -> f64 {
    if all > 0.0 { some / all } else { 0.0 }
}

/// Gives a count as a number that can be divided.
fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

/// Returns what so many of a hundred stay below.
fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    let index = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(index).copied().unwrap_or_default()
}
