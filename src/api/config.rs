//! The settings of the HTTP service, `[server]` in the file.

use std::net::SocketAddr;
use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// Says where the service listens and what it bears.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where it listens; port 0 takes any free one.
    pub address: SocketAddr,
    /// How long a request may take, 1 s to 10 min; also how long a body may take to arrive.
    pub request_timeout: SignedDuration,
    /// Requests in progress at once, 1 to 100 000.
    pub max_concurrent_requests: usize,
    /// Clients that follow a job's events at once, 1 to 100 000.
    pub max_event_streams: usize,
    /// Bytes a request body may have, 1 KiB to 64 MiB.
    pub max_body_bytes: usize,
    /// Bytes the body of a batch may have, 1 KiB to 64 MiB.
    pub max_batch_body_bytes: usize,
    /// How long open requests may go on after the service was told to stop, 0 s to 10 min.
    pub drain: SignedDuration,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            address: SocketAddr::from(([127, 0, 0, 1], 8080)),
            request_timeout: SignedDuration::from_secs(30),
            max_concurrent_requests: 1024,
            max_event_streams: 4096,
            max_body_bytes: 4 * 1024 * 1024,
            max_batch_body_bytes: 16 * 1024 * 1024,
            drain: SignedDuration::from_secs(25),
        }
    }
}

impl Config {
    pub(super) fn request_timeout(&self) -> Duration {
        self.request_timeout.unsigned_abs()
    }

    /// Gives how long open requests may go on after the service was told to stop.
    #[must_use]
    pub fn drain(&self) -> Duration {
        self.drain.unsigned_abs()
    }

    /// Lists what is wrong with the settings, each as the name of a setting and a sentence.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let (second, ten_minutes) = (SignedDuration::from_secs(1), SignedDuration::from_mins(10));
        let checks = [
            (
                "request_timeout",
                (second..=ten_minutes).contains(&self.request_timeout),
                "must be from 1s to 10m",
            ),
            (
                "max_concurrent_requests",
                (1..=100_000).contains(&self.max_concurrent_requests),
                "must be from 1 to 100000",
            ),
            (
                "max_event_streams",
                (1..=100_000).contains(&self.max_event_streams),
                "must be from 1 to 100000",
            ),
            (
                "max_body_bytes",
                (1024..=64 * 1024 * 1024).contains(&self.max_body_bytes),
                "must be from 1024 to 67108864",
            ),
            (
                "max_batch_body_bytes",
                (1024..=64 * 1024 * 1024).contains(&self.max_batch_body_bytes),
                "must be from 1024 to 67108864",
            ),
            ("drain", (SignedDuration::ZERO..=ten_minutes).contains(&self.drain), "must be from 0s to 10m"),
        ];
        let wrong = checks.into_iter().filter(|(_, fits, _)| !fits);
        wrong.map(|(setting, _, message)| (setting, message)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_listed_at_once() {
        assert_eq!(Config::default().faults(), []);
        let config = Config {
            request_timeout: SignedDuration::ZERO,
            max_concurrent_requests: 0,
            max_event_streams: 0,
            max_body_bytes: 1,
            max_batch_body_bytes: 1,
            drain: -SignedDuration::from_secs(1),
            ..Config::default()
        };
        assert_eq!(config.faults().len(), 6);
    }
}
