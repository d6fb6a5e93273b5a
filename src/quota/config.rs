//! The settings of limits, `[limits]` in the file.

use serde::{Deserialize, Serialize};

use crate::setting::{Fault, faults};

/// Says how much callers of the lowest tier may do; higher tiers may do a multiple of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Whether anything is limited.
    pub enabled: bool,
    /// Creating calls of a minute from one address, 1 to 1 000 000.
    pub creates_per_minute_address: u32,
    /// Creating calls of an hour by one key, 1 to 1 000 000.
    pub creates_per_hour_key: u32,
    /// Jobs of a day, in UTC, that one key may have accepted, 1 to 1 000 000.
    pub generations_per_day_key: u32,
    /// Other calls of a minute by one key, 1 to 1 000 000.
    pub reads_per_minute_key: u32,
    /// Failed authentications of a minute from one address, 1 to 1 000 000.
    pub failures_per_minute_address: u32,
    /// Callers that each limit keeps count of at once, 64 to 10 000 000.
    pub tracked: usize,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            enabled: true,
            creates_per_minute_address: 10,
            creates_per_hour_key: 100,
            generations_per_day_key: 50,
            reads_per_minute_key: 600,
            failures_per_minute_address: 10,
            tracked: 200_000,
        }
    }
}

impl Config {
    /// Lists what is wrong with the settings, each as the name of a setting and a sentence.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let fits = |most: u32| (1..=1_000_000).contains(&most);
        let message = "must be from 1 to 1000000";
        faults([
            ("creates_per_minute_address", fits(self.creates_per_minute_address), message),
            ("creates_per_hour_key", fits(self.creates_per_hour_key), message),
            ("generations_per_day_key", fits(self.generations_per_day_key), message),
            ("reads_per_minute_key", fits(self.reads_per_minute_key), message),
            ("failures_per_minute_address", fits(self.failures_per_minute_address), message),
            ("tracked", (64..=10_000_000).contains(&self.tracked), "must be from 64 to 10000000"),
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
            enabled: false,
            creates_per_minute_address: 0,
            creates_per_hour_key: 0,
            generations_per_day_key: 0,
            reads_per_minute_key: 1_000_001,
            failures_per_minute_address: 0,
            tracked: 0,
        };
        assert_eq!(config.faults().len(), 6);
    }
}
