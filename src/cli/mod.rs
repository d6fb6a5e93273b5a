//! The command line: one file a subcommand. A subcommand talks to [`crate::app`] or to a server,
//! never around them. Results go to standard output, everything else to standard error.
//!
//! Exit codes: 0 done, 1 failed, 2 bad input or settings, 3 done in part.

mod check_config;
mod generate;
mod healthcheck;
mod keys;
mod openapi;
mod remote;
mod serve;
mod terminal;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Config;
use crate::telemetry;

/// Turns a text into checked teaching material.
#[derive(Debug, Parser)]
#[command(name = "content-factory", version, about, max_term_width = 100)]
struct Arguments {
    /// Settings file; without it `content-factory.toml` is read where it exists
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service; what happens without a subcommand
    Serve,
    /// Make teaching material from a text
    Generate(Box<generate::Arguments>),
    /// Make, list, rotate and revoke API keys, also beside a running service
    Keys(keys::Arguments),
    /// Check the settings and show those in effect
    CheckConfig,
    /// Ask a running service whether it is ready; for container probes
    Healthcheck(healthcheck::Arguments),
    /// Print the document of the API (OpenAPI 3.1); needs no settings
    Openapi,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Done,
    Failed,
    BadInput,
    Partial,
}

impl From<End> for ExitCode {
    fn from(end: End) -> ExitCode {
        match end {
            End::Done => ExitCode::SUCCESS,
            End::Failed => ExitCode::from(1),
            End::BadInput => ExitCode::from(2),
            End::Partial => ExitCode::from(3),
        }
    }
}

/// Why nothing, or not everything, came about.
#[derive(Debug, thiserror::Error)]
enum Stop {
    /// What was given cannot be worked with; the message says what to change.
    #[error("{0}")]
    BadInput(String),
    /// It should have worked.
    #[error("{0}")]
    Failed(String),
}

impl Stop {
    /// Says why, and how the command ends.
    fn end(&self) -> End {
        terminal::complain(&self.to_string());
        match self {
            Stop::BadInput(_) => End::BadInput,
            Stop::Failed(_) => End::Failed,
        }
    }
}

/// Results are what a person wants to see of a command that ends; the log joins in when something is
/// wrong, or when the settings ask for more.
fn quiet_log(config: &Config) {
    let mut log = config.log.clone();
    if log == telemetry::Config::default() {
        log.filter = "error".to_owned();
    }
    // Only a second start in one process could fail here, and the first one's log goes on.
    let _ = telemetry::start(&log);
}

/// Writes an error with its causes on one line, each said once.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !line.contains(&text) {
            line = format!("{line}: {text}");
        }
        cause = error.source();
    }
    line
}

/// Runs the program with these arguments, the first of which is its name.
pub async fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match Arguments::try_parse_from(arguments) {
        Ok(arguments) => Box::pin(run_command(arguments)).await.into(),
        Err(error) => {
            // Help and version go to standard output and are no failure. A closed pipe is none either.
            let _ = error.print();
            if error.use_stderr() { End::BadInput.into() } else { End::Done.into() }
        }
    }
}

async fn run_command(arguments: Arguments) -> End {
    if let Some(Command::Openapi) = arguments.command {
        return openapi::run();
    }
    let config = match Config::load(arguments.config.as_deref()) {
        Ok(config) => config,
        Err(faults) => {
            terminal::complain(&faults.to_string());
            return End::BadInput;
        }
    };
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(config).await,
        Command::Generate(arguments) => generate::run(config, *arguments).await,
        Command::Keys(arguments) => keys::run(config, arguments).await,
        Command::CheckConfig => check_config::run(&config),
        Command::Healthcheck(arguments) => healthcheck::run(&config, arguments).await,
        Command::Openapi => openapi::run(),
    }
}
