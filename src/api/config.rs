//! The settings of the HTTP service, `[server]` in the file.

use std::net::SocketAddr;
use std::time::Duration;

use ipnet::IpNet;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::secret::Secret;
use crate::setting::{Fault, faults, within};

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
    /// Networks of proxies that say who calls, at most 100.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether callers reach the service over TLS, which ends in front of it.
    pub hsts: bool,
    /// How long open requests may go on after the service was told to stop, 0 s to 10 min.
    pub drain: SignedDuration,
    /// Where metrics are given instead of at `address`; `None`, written as an empty text, for there.
    #[serde(with = "no_address")]
    pub metrics_address: Option<SocketAddr>,
    /// What whoever scrapes metrics has to present; unset by default, then anybody may.
    pub metrics_token: Secret,
}

/// A TOML file has no word for nothing: an address that is not set is an empty text.
mod no_address {
    use std::net::SocketAddr;

    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(address: &Option<SocketAddr>, to: S) -> Result<S::Ok, S::Error> {
        match address {
            Some(address) => to.collect_str(address),
            None => to.serialize_str(""),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SocketAddr>, D::Error> {
        let text = String::deserialize(from)?;
        let fault =
            |_| D::Error::custom("must be an address with a port, such as \"127.0.0.1:9090\", or empty");
        if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(fault) }
    }
}

/// Networks of proxies at most: each is compared with the peer of every request.
const MOST_NETWORKS: usize = 100;
/// Characters that a token has at least, so that it is not guessed.
const LEAST_TOKEN: usize = 16;

impl Default for Config {
    fn default() -> Self {
        Config {
            address: SocketAddr::from(([127, 0, 0, 1], 8080)),
            request_timeout: SignedDuration::from_secs(30),
            max_concurrent_requests: 1024,
            max_event_streams: 4096,
            max_body_bytes: 4 * 1024 * 1024,
            max_batch_body_bytes: 16 * 1024 * 1024,
            trusted_proxies: Vec::new(),
            hsts: false,
            drain: SignedDuration::from_secs(25),
            metrics_address: None,
            metrics_token: Secret::default(),
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
    pub fn faults(&self) -> Vec<Fault> {
        let (second, ten_minutes) = (SignedDuration::from_secs(1), SignedDuration::from_mins(10));
        let token = self.metrics_token.reveal();
        let is_token =
            (LEAST_TOKEN..=256).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic());
        faults([
            ("request_timeout", within(self.request_timeout, second, ten_minutes), "must be from 1s to 10m"),
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
            (
                "trusted_proxies",
                self.trusted_proxies.len() <= MOST_NETWORKS,
                "must be at most 100 networks such as \"10.0.0.0/8\"",
            ),
            ("drain", within(self.drain, SignedDuration::ZERO, ten_minutes), "must be from 0s to 10m"),
            (
                "metrics_address",
                self.metrics_address.is_none_or(|own| own.port() == 0 || own != self.address),
                "must be another address than `server.address`",
            ),
            (
                "metrics_token",
                !self.metrics_token.is_set() || is_token,
                "must have 16 to 256 visible ASCII characters",
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
            request_timeout: SignedDuration::ZERO,
            max_concurrent_requests: 0,
            max_event_streams: 0,
            max_body_bytes: 1,
            max_batch_body_bytes: 1,
            trusted_proxies: vec![IpNet::default(); MOST_NETWORKS + 1],
            drain: -SignedDuration::from_secs(1),
            metrics_address: Some(Config::default().address),
            metrics_token: Secret::new("too short"),
            ..Config::default()
        };
        assert_eq!(config.faults().len(), 9);
    }
}
