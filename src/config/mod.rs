//! The settings of the whole program: every module's own `Config`, put together.
//!
//! What a setting means and which values it takes is its module's business; here is only where
//! values come from (`layers`): the defaults, then a file, then the environment, which nothing else
//! in the program reads. Every fault is found before the program starts, and all are listed at once.

mod document;
mod environment;
mod faults;
mod layers;

pub use document::as_markdown;
pub use faults::{Fault, Faults};

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::auth::Secret;
use crate::{api, jobs, store, telemetry};

/// Every setting with its default, commented; the form of a settings file.
pub const DEFAULT_TOML: &str = include_str!("default.toml");
/// The settings file that is read where none is named and this one exists.
pub const DEFAULT_FILE: &str = "content-factory.toml";

/// All settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Folder of the store and of the first key.
    pub data_dir: PathBuf,
    /// Who writes.
    pub writer: Writer,
    /// An administrator's key; unset by default.
    pub admin_key: Secret,
    /// The key that this program presents as a client; unset by default.
    pub api_key: Secret,
    /// The HTTP service.
    pub server: api::Config,
    /// Where records live.
    pub store: store::Config,
    /// How jobs are run.
    pub workers: jobs::Workers,
    /// How long things are remembered.
    pub retention: jobs::Retention,
    /// The log.
    pub log: telemetry::Config,
}

/// Chooses who writes the pieces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Writer {
    /// The first model whose key is set, else the extractive writer. No model is known yet.
    #[default]
    Auto,
    /// Code, from the sentences of the text.
    Extractive,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            data_dir: PathBuf::from("data"),
            writer: Writer::Auto,
            admin_key: Secret::default(),
            api_key: Secret::default(),
            server: api::Config::default(),
            store: store::Config::default(),
            workers: jobs::Workers::default(),
            retention: jobs::Retention::default(),
            log: telemetry::Config::default(),
        }
    }
}

impl Config {
    /// Reads the settings of this process: defaults, `file` (or [`DEFAULT_FILE`] where it exists),
    /// environment.
    ///
    /// # Errors
    /// Everything that is wrong with them, at once.
    pub fn load(file: Option<&Path>) -> Result<Config, Faults> {
        Config::read(file, &environment::of_process())
    }

    /// Reads the settings as [`Config::load`] does, with these environment variables.
    ///
    /// # Errors
    /// Everything that is wrong with them, at once.
    pub fn read(file: Option<&Path>, environment: &[(String, String)]) -> Result<Config, Faults> {
        let mut settings = layers::Settings::defaults();
        match file {
            Some(file) => settings.add_file(file),
            None if Path::new(DEFAULT_FILE).exists() => settings.add_file(Path::new(DEFAULT_FILE)),
            None => {}
        }
        settings.add_environment(environment);
        settings.finish()
    }

    /// Finds every fault that the values have, alone or together.
    ///
    /// # Errors
    /// All of them, at once.
    pub fn check(&self) -> Result<(), Faults> {
        let sections = [
            ("server", self.server.faults()),
            ("store", self.store.faults()),
            ("workers", self.workers.faults()),
            ("retention", self.retention.faults()),
            ("log", self.log.faults()),
        ];
        let named = |(section, faults): (&str, Vec<(&'static str, &'static str)>)| {
            let section = section.to_owned();
            faults.into_iter().map(move |(name, message)| Fault::new(format!("{section}.{name}"), message))
        };
        let faults: Vec<Fault> = self.own_faults().chain(sections.into_iter().flat_map(named)).collect();
        Faults::none_or(faults)
    }

    /// Writes the settings as a settings file would say them, without secrets.
    ///
    /// # Errors
    /// A value that TOML cannot say, which no setting has.
    pub fn to_toml(&self) -> Result<String, Faults> {
        toml::to_string(self).map_err(|error| Faults::one(Fault::new("settings", error.to_string())))
    }

    fn own_faults(&self) -> impl Iterator<Item = Fault> {
        let key = self.admin_key.reveal();
        let fits = (32..=256).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        let admin_key = (self.admin_key.is_set() && !fits)
            .then(|| Fault::new("admin_key", "must have 32 to 256 visible ASCII characters"));
        let data_dir = self.data_dir.as_os_str().is_empty();
        admin_key.into_iter().chain(data_dir.then(|| Fault::new("data_dir", "must name a folder")))
    }
}

#[cfg(test)]
mod tests;
