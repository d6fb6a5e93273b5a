//! The settings of the store, `[store]` in the file.

use serde::{Deserialize, Serialize};

use super::firestore;

/// Says where records live and how much they may take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Which adapter keeps the records.
    pub backend: Backend,
    /// How many reads of the SQLite file run at once, 1 to 64.
    pub read_connections: usize,
    /// Bytes the SQLite file may grow to; beyond it writes fail as they do on a full disk.
    pub max_file_bytes: u64,
    /// The Firestore database.
    pub firestore: firestore::Settings,
}

/// Names an adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Backend {
    /// One file in the data folder.
    Sqlite,
    /// A Firestore database, which any number of instances share.
    Firestore,
    /// Nothing is kept beyond the process.
    Memory,
}

impl Default for Config {
    fn default() -> Self {
        // Four readers keep a small machine busy; each costs about 2 MB of page cache.
        Config {
            backend: Backend::Sqlite,
            read_connections: 4,
            max_file_bytes: 64 * 1024 * 1024 * 1024,
            firestore: firestore::Settings::default(),
        }
    }
}

impl Config {
    /// Lists what is wrong with the settings, each as the name of a setting and a sentence.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        if !(1..=64).contains(&self.read_connections) {
            faults.push(("read_connections", "must be from 1 to 64"));
        }
        if self.max_file_bytes < 1024 * 1024 {
            faults.push(("max_file_bytes", "must be at least 1048576"));
        }
        if self.backend == Backend::Firestore {
            faults.extend(self.firestore.faults());
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_section_is_the_default_and_unknown_settings_are_refused() {
        assert_eq!(toml::from_str::<Config>("").unwrap(), Config::default());
        assert!(toml::from_str::<Config>("read_conections = 3").is_err());
        assert_eq!(toml::from_str::<Config>("backend = 'memory'").unwrap().backend, Backend::Memory);
    }

    #[test]
    fn every_fault_is_listed_at_once() {
        assert_eq!(Config::default().faults(), []);
        let config = Config { read_connections: 0, max_file_bytes: 4096, ..Config::default() };
        let named: Vec<_> = config.faults().into_iter().map(|(setting, _)| setting).collect();
        assert_eq!(named, ["read_connections", "max_file_bytes"]);
        let hosted = Config { backend: Backend::Firestore, ..Config::default() };
        let named: Vec<_> = hosted.faults().into_iter().map(|(setting, _)| setting).collect();
        assert_eq!(named, ["firestore.project"]);
    }
}
