//! The settings of API keys, `[keys]` in the file.

use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::setting::{Fault, faults, within};

/// The longest that a secret may go on after it was rotated away.
pub(super) const LONGEST_OVERLAP: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Says for how long a recognised key is trusted, how many are remembered, and how rotations overlap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// How long what was found about a presented key holds before the store is asked again, 0 to 900 ms. It
    /// bounds how long a revoked key works on an instance that nobody tells of it.
    pub recheck: SignedDuration,
    /// Presented keys that are remembered, right and wrong ones each, 2 to 1 000 000.
    pub remembered: usize,
    /// How long after a rotation the secret before it goes on, 0 to 30 days, where the call does not say.
    pub rotation_overlap: SignedDuration,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            recheck: SignedDuration::from_millis(800),
            remembered: 10_000,
            rotation_overlap: SignedDuration::from_hours(24),
        }
    }
}

impl Config {
    pub(super) fn recheck(&self) -> Duration {
        self.recheck.unsigned_abs()
    }

    /// Lists what is wrong with the settings, each as the name of a setting and a sentence.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        // A revoked key ends within a second everywhere: what is left of it is the time to ask the store.
        let longest = SignedDuration::from_millis(900);
        faults([
            (
                "recheck",
                within(self.recheck, SignedDuration::ZERO, longest),
                "must be from 0s to 900ms: a revoked key ends within a second",
            ),
            ("remembered", (2..=1_000_000).contains(&self.remembered), "must be from 2 to 1000000"),
            (
                "rotation_overlap",
                within(self.rotation_overlap, SignedDuration::ZERO, LONGEST_OVERLAP),
                "must be from 0s to 720h",
            ),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_listed_at_once() {
        assert_eq!(Config::default().faults(), []);
        let config = Config {
            recheck: SignedDuration::from_secs(1),
            remembered: 1,
            rotation_overlap: LONGEST_OVERLAP + SignedDuration::from_secs(1),
        };
        let named: Vec<_> = config.faults().into_iter().map(|(setting, _)| setting).collect();
        assert_eq!(named, ["recheck", "remembered", "rotation_overlap"]);
    }
}
