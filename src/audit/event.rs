//! What can happen that somebody who guards a service wants to know of: eight kinds of events, and whom each
//! is about.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::KeyId;

/// Names a kind of event. `docs/SECURITY.md` says what triggers each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SecurityEventType")]
pub enum Kind {
    /// A call without a key, or with one that is not valid.
    AuthenticationFailure,
    /// A valid key that may not do that, or not from there.
    AuthorizationFailure,
    /// A call beyond a limit.
    RateLimitExceeded,
    /// A body or parameters that cannot be followed.
    InvalidInput,
    /// A call from a blocked place, or what led to a block.
    SuspiciousActivity,
    /// An API key was made, got a new secret, or was ended.
    ApiKeyRotation,
    /// A stored secret was decrypted.
    SecretAccess,
    /// The service found that it is not set up safely.
    VulnerabilityDetected,
}

/// Whom an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Principal {
    /// An API key that was recognised, or that was acted on.
    Key(KeyId),
    /// An address, or the network that stands for one caller.
    Network(IpNet),
    /// The service itself.
    Service,
    /// Several that found no place of their own.
    Others,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What kind of thing.
    pub kind: Kind,
    /// Whom it is about.
    pub principal: Principal,
    /// Where the call came from.
    pub address: Option<IpAddr>,
    /// The call in which it happened.
    pub request_id: Option<String>,
    /// What exactly, in one word of a closed list.
    pub detail: &'static str,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 8] = [
        Kind::AuthenticationFailure,
        Kind::AuthorizationFailure,
        Kind::RateLimitExceeded,
        Kind::InvalidInput,
        Kind::SuspiciousActivity,
        Kind::ApiKeyRotation,
        Kind::SecretAccess,
        Kind::VulnerabilityDetected,
    ];

    /// Returns the name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::AuthenticationFailure => "authentication_failure",
            Kind::AuthorizationFailure => "authorization_failure",
            Kind::RateLimitExceeded => "rate_limit_exceeded",
            Kind::InvalidInput => "invalid_input",
            Kind::SuspiciousActivity => "suspicious_activity",
            Kind::ApiKeyRotation => "api_key_rotation",
            Kind::SecretAccess => "secret_access",
            Kind::VulnerabilityDetected => "vulnerability_detected",
        }
    }

    /// Finds a kind by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl Event {
    /// An event of the service itself, outside of any call.
    #[must_use]
    pub fn of_service(kind: Kind, detail: &'static str) -> Event {
        Event { kind, principal: Principal::Service, address: None, request_id: None, detail }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Principal::Key(key) => write!(out, "{key}"),
            Principal::Network(network) if network.prefix_len() == network.max_prefix_len() => {
                write!(out, "{}", network.addr())
            }
            Principal::Network(network) => write!(out, "{network}"),
            Principal::Service => out.write_str("service"),
            Principal::Others => out.write_str("others"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_name_everywhere() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!(Kind::from_name("login"), None);
    }

    #[test]
    fn a_single_address_is_written_as_one_and_a_network_with_its_length() {
        for (network, written) in [("192.0.2.7/32", "192.0.2.7"), ("2001:db8::/64", "2001:db8::/64")] {
            assert_eq!(Principal::Network(network.parse().unwrap()).to_string(), written);
        }
    }
}
