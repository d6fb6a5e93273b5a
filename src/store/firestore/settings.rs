//! The settings of Firestore, `[store.firestore]` in the file.

use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// Says which database keeps the records and how long it may take to answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The Google Cloud project that the database belongs to.
    pub project: String,
    /// The database within the project.
    pub database: String,
    /// Host and port of an emulator that takes the place of Google's service; empty for the service.
    pub emulator_host: String,
    /// How long one call may take, 100ms to 1m.
    pub timeout: SignedDuration,
}

const MIN_TIMEOUT: SignedDuration = SignedDuration::from_millis(100);
const MAX_TIMEOUT: SignedDuration = SignedDuration::from_mins(1);

impl Default for Settings {
    fn default() -> Self {
        Settings {
            project: String::new(),
            database: ::firestore::FIREBASE_DEFAULT_DATABASE_ID.to_owned(),
            emulator_host: String::new(),
            timeout: SignedDuration::from_secs(8),
        }
    }
}

impl Settings {
    /// Lists what is wrong with the settings, each as the name of a setting and a sentence.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        if !is_name(&self.project) {
            faults.push(("firestore.project", "must name a project, by `GOOGLE_CLOUD_PROJECT` for instance"));
        }
        if self.database != ::firestore::FIREBASE_DEFAULT_DATABASE_ID && !is_name(&self.database) {
            faults.push(("firestore.database", "must name a database, or be `(default)`"));
        }
        if !self.emulator_host.is_empty() && !is_host_and_port(&self.emulator_host) {
            faults.push(("firestore.emulator_host", "must be a host and a port, as in `127.0.0.1:8080`"));
        }
        if !(MIN_TIMEOUT..=MAX_TIMEOUT).contains(&self.timeout) {
            faults.push(("firestore.timeout", "must be from 100ms to 1m"));
        }
        faults
    }

    pub(super) fn timeout(&self) -> Duration {
        self.timeout.unsigned_abs()
    }
}

/// Tells whether Google would take the text as the name of a project or of a database.
fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'.');
    (1..=100).contains(&text.len()) && text.bytes().all(fits)
}

fn is_host_and_port(text: &str) -> bool {
    text.rsplit_once(':').is_some_and(|(host, port)| {
        let odd = |letter: char| letter == '/' || letter.is_whitespace();
        !host.is_empty() && !host.contains(odd) && port.parse::<u16>().is_ok_and(|port| port > 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_listed_at_once() {
        let fine = Settings { project: "demo-a".to_owned(), ..Settings::default() };
        assert_eq!(fine.faults(), []);
        let emulated = Settings { emulator_host: "[::1]:80".to_owned(), database: "two".to_owned(), ..fine };
        assert_eq!(emulated.faults(), []);
        let wrong = Settings {
            project: "a/b".to_owned(),
            database: String::new(),
            emulator_host: "http://127.0.0.1".to_owned(),
            timeout: SignedDuration::ZERO,
        };
        let named: Vec<_> = wrong.faults().into_iter().map(|(setting, _)| setting).collect();
        let all = ["firestore.project", "firestore.database", "firestore.emulator_host", "firestore.timeout"];
        assert_eq!(named, all);
    }
}
