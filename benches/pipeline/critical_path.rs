//! The time of packages against their critical path, an outline and the slowest piece, where every
//! call takes the same time and every piece is one call. The bars: 1.05 at 1 and 10 packages at once,
//! with calls of a second also at 100; beyond that 1.5 times the critical path, or the time that this
//! machine needs for so many bare calls where that is longer.
//!
//! Beside each ratio stands what the machine itself takes: the bare calls, and the CPU time of a package,
//! the simulated model and the callers in this process included, spread over the cores.

use std::time::{Duration, Instant};

use content_factory::llm::FanOut;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::llm_simulator::{Pace, Simulator};
use crate::service::Service;
use crate::{Failure, report};

/// Calls of a package: the outline and seven pieces.
const CALLS: u32 = 8;
/// Each is measured that often; the median counts.
const RUNS: usize = 5;
/// What a call takes, packages at once, and the ratio that is allowed.
const CASES: [(u64, u32, f64); 7] = [
    (100, 1, 1.05),
    (100, 10, 1.05),
    (100, 100, 1.5),
    (1000, 1, 1.05),
    (1000, 10, 1.05),
    (1000, 100, 1.05),
    (1000, 300, 1.5),
];
/// Bare calls that the floor is measured with, and how many of them are under way at once.
const BARE_CALLS: u32 = 4000;
const BARE_AT_ONCE: u32 = 64;

pub(crate) async fn measure() -> Result<Vec<String>, Failure> {
    let simulator = Simulator::fast().await?;
    let floor = bare_calls_a_second(&simulator).await?;
    report(&format!("bare calls: {floor:.0} a second"))?;
    let cores = u32::try_from(std::thread::available_parallelism()?.get())?;
    let mut missed = Vec::new();
    for (call_ms, packages, allowed) in CASES {
        simulator.pace(Pace { first_token_ms: 0, ..Pace::default() });
        let service = Service::start(&simulator, FanOut::Piece).await?;
        // Connections are made and the permits have grown once.
        service.generate(packages.min(20)).await?;
        simulator.pace(Pace { first_token_ms: call_ms, ..Pace::default() });
        let mut took = Vec::new();
        let before = cpu_time()?;
        for _ in 0..RUNS {
            took.push(service.generate(packages).await?);
        }
        let each = (cpu_time()?.saturating_sub(before) / packages) / u32::try_from(RUNS)?;
        service.stop().await?;
        took.sort();
        let took = took.get(RUNS / 2).copied().unwrap_or_default();
        let path = Duration::from_millis(2 * call_ms);
        let least = Duration::from_secs_f64(f64::from(packages * CALLS) / floor);
        // The machine's own floor counts where many packages are asked for.
        let against = if allowed > 1.05 { path.max(least) } else { path };
        let ratio = took.as_secs_f64() / against.as_secs_f64();
        let is_met = ratio <= allowed;
        report(&format!(
            "{packages:4} packages at once, {call_ms} ms a call: {took:.2?} for a critical path of {path:?}, \
             bare calls {least:.0?}, {each:.1?} of CPU a package, {:.0?} for all on {cores} cores: \
             ratio {ratio:.3} (bar {allowed}){}",
            each * packages / cores,
            if is_met { "" } else { " MISSED" }
        ))?;
        if !is_met {
            missed.push(format!("{packages} packages at {call_ms} ms a call: {ratio:.3}"));
        }
    }
    Ok(missed)
}

/// Gives the CPU time of this process so far. Source: proc_pid_stat(5), read 2026-11-28: `utime` and
/// `stime`, fields 14 and 15, in ticks of which a second has 100.
fn cpu_time() -> Result<Duration, Failure> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks = fields.skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
    Ok(Duration::from_millis(ticks * 10))
}

/// Counts how many calls a second this machine makes at the simulator with nothing of ours between.
async fn bare_calls_a_second(simulator: &Simulator) -> Result<f64, Failure> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let address = format!("{}/v1/chat/completions", simulator.url());
    let begun = Instant::now();
    let mut callers = JoinSet::new();
    for _ in 0..BARE_AT_ONCE {
        let (client, address) = (client.clone(), address.clone());
        callers.spawn(async move {
            for _ in 0..BARE_CALLS / BARE_AT_ONCE {
                let body = bare_body();
                client.post(&address).bearer_auth("k").json(&body).send().await?.bytes().await?;
            }
            Ok::<(), reqwest::Error>(())
        });
    }
    while let Some(caller) = callers.join_next().await {
        caller??;
    }
    Ok(f64::from(BARE_CALLS) / begun.elapsed().as_secs_f64())
}

/// A call as long as ours are.
fn bare_body() -> Value {
    json!({
        "model": "gpt-5.6-luna", "max_completion_tokens": 4000,
        "messages": [{ "role": "user", "content": crate::service::LESSON }],
    })
}
