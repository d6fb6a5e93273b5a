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

use crate::auth::{self, Secret};
use crate::clock::Clock;
use crate::llm::ProviderName;
use crate::store::Backend;
use crate::{api, audit, jobs, llm, notify, quota, redis, secret, store, telemetry};

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
    /// Front ends on other origins.
    pub cors: api::CorsConfig,
    /// API keys.
    pub keys: auth::Config,
    /// How much callers may do.
    pub limits: quota::Config,
    /// What instances share.
    pub cache: redis::Config,
    /// Automatic blocks.
    pub blocks: audit::Config,
    /// Where records live.
    pub store: store::Config,
    /// How jobs are run.
    pub workers: jobs::Workers,
    /// How long things are remembered.
    pub retention: jobs::Retention,
    /// Encryption of secrets.
    pub secrets: secret::Config,
    /// Messages to receivers.
    pub webhooks: notify::Config,
    /// The models.
    pub llm: llm::Config,
    /// The log.
    pub log: telemetry::Config,
}

/// Chooses who writes the pieces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Writer {
    /// The first of Gemini, OpenAI and Anthropic whose key is set, else code.
    #[default]
    Auto,
    /// A model over the Gemini API.
    Gemini,
    /// A Gemini model on Google Cloud.
    Vertex,
    /// A model of OpenAI, or of a server that speaks like it.
    #[serde(rename = "openai")]
    OpenAi,
    /// A model of Anthropic.
    Anthropic,
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
            cors: api::CorsConfig::default(),
            keys: auth::Config::default(),
            limits: quota::Config::default(),
            cache: redis::Config::default(),
            blocks: audit::Config::default(),
            store: store::Config::default(),
            workers: jobs::Workers::default(),
            retention: jobs::Retention::default(),
            secrets: secret::Config::default(),
            webhooks: notify::Config::default(),
            llm: llm::Config::default(),
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

    /// Names the providers that write, the preferred one first; none where code writes.
    #[must_use]
    pub fn providers(&self) -> Vec<ProviderName> {
        let keys = [
            (ProviderName::Gemini, &self.llm.gemini.api_key),
            (ProviderName::OpenAi, &self.llm.openai.api_key),
            (ProviderName::Anthropic, &self.llm.anthropic.api_key),
        ];
        let first = match self.writer {
            Writer::Auto => keys.into_iter().find(|(_, key)| key.is_set()).map(|(name, _)| name),
            Writer::Gemini => Some(ProviderName::Gemini),
            Writer::Vertex => Some(ProviderName::Vertex),
            Writer::OpenAi => Some(ProviderName::OpenAi),
            Writer::Anthropic => Some(ProviderName::Anthropic),
            Writer::Extractive => None,
        };
        let Some(first) = first else { return Vec::new() };
        let others = self.llm.fallback.iter().filter_map(|fallback| fallback.provider());
        std::iter::once(first).chain(others.filter(|other| *other != first)).collect()
    }

    /// Finds every fault that the values have, alone or together.
    ///
    /// # Errors
    /// All of them, at once.
    pub fn check(&self) -> Result<(), Faults> {
        let sections = [
            ("server", self.server.faults()),
            ("cors", self.cors.faults()),
            ("keys", self.keys.faults()),
            ("limits", self.limits.faults()),
            ("cache", self.cache.faults()),
            ("blocks", self.blocks.faults()),
            ("store", self.store.faults()),
            ("workers", self.workers.faults()),
            ("retention", self.retention.faults()),
            ("secrets", self.secrets.faults()),
            ("webhooks", self.webhooks.faults()),
            ("llm", self.llm.faults(Clock::System.now().to_zoned(jiff::tz::TimeZone::UTC).date())),
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
        let unopened = self.providers().into_iter().filter_map(|name| {
            let error = llm::open(name, &self.llm).err()?;
            Some(Fault::new(format!("llm.{name}"), error.to_string()))
        });
        // Each instance would mint a key of its own, and not read what the others have encrypted.
        let shared = self.store.backend == Backend::Firestore && !self.secrets.key.is_set();
        let secrets_key = shared.then(|| {
            Fault::new("secrets.key", "must be set, and the same for all instances, where they share a store")
        });
        unopened
            .chain(secrets_key)
            .chain(admin_key)
            .chain(data_dir.then(|| Fault::new("data_dir", "must name a folder")))
    }
}

#[cfg(test)]
mod tests;
