//! A language model's service without a model: speaks the wires of Gemini, OpenAI and Anthropic on
//! this machine, at a pace and with faults of one's choosing, and keeps a bill.
//!
//! `cargo run --example llm_simulator -- --port 8123 --first-token-ms 500 --tokens-per-second 150`
//!
//! Point a provider's base address at what it prints. `GET /ledger` shows the calls, tokens and money;
//! `POST /faults` takes a script such as
//! `{"seed": 1, "rules": [{"when": {"per_mille": 50}, "faults": [{"kind": "status", "code": 503}]}]}`;
//! `POST /pace` takes `{"first_token_ms": 500, "tokens_per_second": 150}`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example prints")]

#[path = "../tests/it/support/llm_simulator/mod.rs"]
mod llm_simulator;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use llm_simulator::fault::Script;
use llm_simulator::{Pace, Simulator};

#[derive(Parser)]
#[command(about = "Speaks like a model's service, on this machine")]
struct Arguments {
    /// Port on loopback; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Milliseconds to the first token.
    #[arg(long, default_value_t = 0)]
    first_token_ms: u64,
    /// Tokens a second; 0 gives all at once.
    #[arg(long, default_value_t = 0)]
    tokens_per_second: u64,
    /// Tokens of thinking before every answer.
    #[arg(long, default_value_t = 0)]
    thoughts: u64,
    /// A file with the script of faults.
    #[arg(long)]
    faults: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), String> {
    let script = match &arguments.faults {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
            serde_json::from_str(&text).map_err(|error| error.to_string())?
        }
        None => Script::default(),
    };
    let pace = Pace {
        first_token_ms: arguments.first_token_ms,
        tokens_per_second: arguments.tokens_per_second,
        thoughts: arguments.thoughts,
        ..Pace::default()
    };
    let simulator =
        Simulator::start(arguments.port, pace, script).await.map_err(|error| error.to_string())?;
    println!("{}", simulator.url());
    simulator.serve().await;
    Ok(())
}
