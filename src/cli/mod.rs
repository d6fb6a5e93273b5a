//! The command line: one file a subcommand. A subcommand talks to [`crate::app`] or to a server,
//! never around them. Results go to standard output, everything else to standard error.
//!
//! Exit codes: 0 done, 1 failed, 2 bad input or settings, 3 done in part.

mod check_config;
mod generate;
mod healthcheck;
mod serve;
mod terminal;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Config;

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
    /// Check the settings and show those in effect
    CheckConfig,
    /// Ask a running service whether it is ready; for container probes
    Healthcheck(healthcheck::Arguments),
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
        Command::CheckConfig => check_config::run(&config),
        Command::Healthcheck(arguments) => healthcheck::run(&config, arguments).await,
    }
}
