//! The settings of webhooks, `[webhooks]` in the file.

use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::address::Loopback;
use crate::setting::{Fault, faults, within};

/// Says how messages are delivered and how long they are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Whether messages may go to this machine, also without TLS: for development.
    pub allow_loopback: bool,
    /// How long one attempt may take, 100 ms to 1 min.
    pub timeout: SignedDuration,
    /// Attempts in progress at once, 1 to 1000.
    pub max_in_flight: usize,
    /// Attempts in progress at once for one key, and for one host, 1 to 1000: one that hangs keeps no others
    /// waiting.
    pub max_in_flight_per_receiver: usize,
    /// How long after a rotation messages are signed with the old secret too, 0 to 30 days.
    pub rotation_overlap: SignedDuration,
    /// How long a message is kept after it was delivered or given up, 1 min to 365 days.
    pub kept: SignedDuration,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            allow_loopback: false,
            timeout: SignedDuration::from_secs(15),
            max_in_flight: 32,
            max_in_flight_per_receiver: 4,
            rotation_overlap: SignedDuration::from_hours(24),
            kept: SignedDuration::from_hours(30 * 24),
        }
    }
}

impl Config {
    pub(super) fn loopback(&self) -> Loopback {
        if self.allow_loopback { Loopback::Allowed } else { Loopback::Refused }
    }

    pub(super) fn timeout(&self) -> Duration {
        self.timeout.unsigned_abs()
    }

    /// Lists what is wrong with the settings, each as the name of a setting and a sentence.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let (minute, day) = (SignedDuration::from_mins(1), SignedDuration::from_hours(24));
        faults([
            (
                "timeout",
                within(self.timeout, SignedDuration::from_millis(100), minute),
                "must be from 100ms to 1m",
            ),
            ("max_in_flight", (1..=1000).contains(&self.max_in_flight), "must be from 1 to 1000"),
            (
                "max_in_flight_per_receiver",
                (1..=1000).contains(&self.max_in_flight_per_receiver),
                "must be from 1 to 1000",
            ),
            (
                "rotation_overlap",
                within(self.rotation_overlap, SignedDuration::ZERO, day * 30),
                "must be from 0s to 720h",
            ),
            ("kept", within(self.kept, minute, day * 365), "must be from 1m to 8760h"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_listed_at_once() {
        assert_eq!(Config::default().faults(), []);
        let zero = SignedDuration::ZERO;
        let config = Config {
            allow_loopback: true,
            timeout: zero,
            max_in_flight: 0,
            max_in_flight_per_receiver: 0,
            rotation_overlap: -SignedDuration::from_secs(1),
            kept: zero,
        };
        assert_eq!(config.faults().len(), 5);
    }
}
