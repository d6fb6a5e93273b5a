//! What the service says about itself: one log on standard error, as text for people or as JSON
//! lines for collectors, and its metrics (`metrics`), for Prometheus. Knows nothing of the product.
//! What is logged and counted is the business of whoever does it; never user text, prompts or keys.

mod families;
mod lines;
mod metrics;
#[cfg(test)]
mod metrics_tests;
mod performance;

pub use families::{FAMILIES, Family, Form};
pub use metrics::{
    ActiveWorker, BreakerState, CONTENT_TYPE, LlmAttempt, Metrics, OpenConnection, RunningJob, Tokens,
    Unwritable,
};
pub use performance::{Performance, StageTimes, Times};

use std::io::Write;

use serde::{Deserialize, Serialize};
use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use lines::OneLine;

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
    /// Text on a terminal, else JSON.
    Auto,
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
        Config { filter: "info".to_owned(), format: Format::Auto }
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
    let target = match std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        true => Target::Terminal,
        false => Target::Collector,
    };
    log_to(std::io::stderr, config, target).try_init().map_err(|_| AlreadySet)
}

/// Who reads the log.
#[derive(Clone, Copy)]
enum Target {
    Terminal,
    Collector,
}

type Log = Box<dyn Subscriber + Send + Sync>;

fn log_to<W: Write + 'static>(
    stream: impl Fn() -> W + Send + Sync + 'static,
    config: &Config,
    target: Target,
) -> Log {
    let filter = EnvFilter::try_new(&config.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(move || OneLine(stream()));
    // Colours are commands to a terminal, and so none that a text brings could be told from ours.
    let log = log.with_ansi(false);
    match (config.format, target) {
        (Format::Text, _) | (Format::Auto, Target::Terminal) => Box::new(log.finish()),
        (Format::Json, _) | (Format::Auto, Target::Collector) => {
            Box::new(log.json().flatten_event(true).finish())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Keeps what is written.
    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn written(format: Format, target: Target, say: impl FnOnce()) -> String {
        let kept = Kept::default();
        let stream = kept.clone();
        let log = log_to(move || stream.clone(), &Config { format, ..Config::default() }, target);
        tracing::subscriber::with_default(log, say);
        let bytes = kept.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn an_entry_is_one_line_without_commands_whatever_stands_in_it() {
        let hostile = "one\ntwo\r\u{1b}[31m\u{1b}]0;x\u{7}\u{85}\u{2028}\u{2029}\u{9b}31m\u{0}end";
        let breaks = ['\n', '\r', '\u{7}', '\u{85}', '\u{2028}', '\u{2029}', '\u{9b}', '\u{0}'];
        for (format, target) in [
            (Format::Text, Target::Collector),
            (Format::Json, Target::Collector),
            (Format::Auto, Target::Collector),
            (Format::Auto, Target::Terminal),
        ] {
            let log = written(format, target, || {
                tracing::warn!(shown = %hostile, quoted = ?hostile, plain = hostile, "{hostile}");
            });
            let line = log.strip_suffix('\n').unwrap();
            assert!(!line.contains(breaks), "{format:?}: {line:?}");
            assert!(line.matches("two").count() == 4 && line.matches("end").count() == 4, "{line:?}");
            assert!(!line.contains('\u{1b}'), "{format:?}: {line:?}");
        }
    }

    #[test]
    fn a_json_line_gives_a_text_back_as_it_was() {
        let hostile = "one\ntwo\u{1b}[31m\u{2028}\u{85}";
        let log = written(Format::Json, Target::Collector, || tracing::warn!(plain = hostile, "said"));
        let entry: serde_json::Value = serde_json::from_str(&log).unwrap();
        assert_eq!((&entry["plain"], &entry["level"]), (&hostile.into(), &"WARN".into()));
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_a_fault() {
        assert_eq!(Config::default().faults(), []);
        let config = Config { filter: "content_factory=loud".to_owned(), ..Config::default() };
        assert_eq!(config.faults().len(), 1);
    }
}
