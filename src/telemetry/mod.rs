//! What the service says about itself: one log on standard error, as text for people or as JSON
//! lines for collectors, and its metrics (`metrics`), for Prometheus. Knows nothing of the product.
//! What is logged and counted is the business of whoever does it; never user text, prompts or keys.

mod families;
mod metrics;
#[cfg(test)]
mod metrics_tests;
mod performance;

pub use families::{FAMILIES, Family, Form};
pub use metrics::{
    ActiveWorker, BreakerState, CONTENT_TYPE, LlmAttempt, Metrics, RunningJob, Tokens, Unwritable,
};
pub use performance::{Performance, StageTimes, Times};

use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

/// The settings of the log, `[log]` in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Which lines are written: `info`, or a list such as `warn,content_factory=debug`.
    pub filter: String,
    /// The form of a line.
    pub format: Format,
}

/// The form of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The log was set up before in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the log is set up already")]
pub struct AlreadySet;

impl Default for Config {
    fn default() -> Self {
        Config { filter: "info".to_owned(), format: Format::Text }
    }
}

impl Config {
    /// Lists what is wrong with the settings, each as the name of a setting and a sentence.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        match EnvFilter::try_new(&self.filter) {
            Ok(_) => Vec::new(),
            Err(_) => vec![("filter", "must be levels such as \"info\" or \"warn,content_factory=debug\"")],
        }
    }
}

/// Starts the log for the whole process. Settings with faults log everything from `info` up.
///
/// # Errors
/// [`AlreadySet`] on every call but the first.
pub fn start(config: &Config) -> Result<(), AlreadySet> {
    let filter = EnvFilter::try_new(&config.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    match config.format {
        Format::Text => log.try_init(),
        Format::Json => log.json().flatten_event(true).try_init(),
    }
    .map_err(|_| AlreadySet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_cannot_be_read_is_a_fault() {
        assert_eq!(Config::default().faults(), []);
        let config = Config { filter: "content_factory=loud".to_owned(), ..Config::default() };
        assert_eq!(config.faults().len(), 1);
    }
}
