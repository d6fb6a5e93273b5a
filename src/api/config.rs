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
    /// How long the first head of a connection may take to arrive, 100 ms to 10 min.
    pub header_timeout: SignedDuration,
    /// How long a body may pause while it arrives, 100 ms to 10 min.
    pub body_timeout: SignedDuration,
    /// How long a connection may be without a request, 100 ms to 1 h.
    pub idle_timeout: SignedDuration,
    /// How long a client may leave an answer untaken, 100 ms to 10 min.
    pub write_timeout: SignedDuration,
    /// Connections at once, 1 to 1 000 000.
    pub max_connections: usize,
    /// Connections at once from one address, or one network of 64 bits of IPv6, 1 to 1 000 000.
    pub max_connections_per_address: usize,
    /// Headers that a request may have, 10 to 1000.
    pub max_headers: usize,
    /// Bytes that the head of a request may have, 1 KiB to 1 MiB.
    pub max_header_bytes: usize,
    /// Requests at once on a connection of HTTP/2, 1 to 1000.
    pub max_streams: u32,
    /// Whether answers are compressed for callers that take it.
    pub compression: bool,
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
            header_timeout: SignedDuration::from_secs(10),
            body_timeout: SignedDuration::from_secs(10),
            idle_timeout: SignedDuration::from_secs(60),
            write_timeout: SignedDuration::from_secs(30),
            max_connections: 16_384,
            max_connections_per_address: 1024,
            max_headers: 100,
            max_header_bytes: 32 * 1024,
            max_streams: 64,
            compression: true,
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
        [self.faults_of_requests(), self.faults_of_connections()].concat()
    }

    fn faults_of_requests(&self) -> Vec<Fault> {
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

    fn faults_of_connections(&self) -> Vec<Fault> {
        let least = SignedDuration::from_millis(100);
        let (ten_minutes, hour) = (SignedDuration::from_mins(10), SignedDuration::from_hours(1));
        let counts = 1..=1_000_000;
        faults([
            ("header_timeout", within(self.header_timeout, least, ten_minutes), "must be from 100ms to 10m"),
            ("body_timeout", within(self.body_timeout, least, ten_minutes), "must be from 100ms to 10m"),
            ("idle_timeout", within(self.idle_timeout, least, hour), "must be from 100ms to 1h"),
            ("write_timeout", within(self.write_timeout, least, ten_minutes), "must be from 100ms to 10m"),
            ("max_connections", counts.contains(&self.max_connections), "must be from 1 to 1000000"),
            (
                "max_connections_per_address",
                counts.contains(&self.max_connections_per_address),
                "must be from 1 to 1000000",
            ),
            ("max_headers", (10..=1000).contains(&self.max_headers), "must be from 10 to 1000"),
            (
                "max_header_bytes",
                (1024..=1024 * 1024).contains(&self.max_header_bytes),
                "must be from 1024 to 1048576",
            ),
            ("max_streams", (1..=1000).contains(&self.max_streams), "must be from 1 to 1000"),
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
            header_timeout: SignedDuration::ZERO,
            body_timeout: SignedDuration::ZERO,
            idle_timeout: SignedDuration::from_hours(2),
            write_timeout: SignedDuration::from_hours(1),
            max_connections: 0,
            max_connections_per_address: 0,
            max_headers: 9,
            max_header_bytes: 1023,
            max_streams: 0,
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
        assert_eq!(config.faults().len(), 18);
    }
}
