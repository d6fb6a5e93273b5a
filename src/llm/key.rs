//! The key of a vendor: readable for the request that presents it, shown nowhere else.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};
use subtle::ConstantTimeEq;

/// Holds a vendor's API key; empty means that none is set. Wiped when dropped, and written as
/// `[redacted]` wherever it is printed or serialised.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct ApiKey(SecretString);

const REDACTED: &str = "[redacted]";

impl ApiKey {
    /// Hides a key.
    #[must_use]
    pub fn new(text: impl Into<String>) -> ApiKey {
        ApiKey(SecretString::from(text.into()))
    }

    /// Tells whether a key is set.
    #[must_use]
    pub fn is_set(&self) -> bool {
        !self.expose().is_empty()
    }

    /// Shows the key to the request that presents it.
    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl PartialEq for ApiKey {
    fn eq(&self, other: &ApiKey) -> bool {
        self.expose().as_bytes().ct_eq(other.expose().as_bytes()).into()
    }
}

impl Eq for ApiKey {}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(if self.is_set() { REDACTED } else { "unset" })
    }
}

impl Serialize for ApiKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.is_set() { REDACTED } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_neither_printed_nor_serialised() {
        let key = ApiKey::new("canary-key");
        assert_eq!(format!("{key:?}"), "[redacted]");
        assert_eq!(serde_json::to_string(&key).unwrap(), "\"[redacted]\"");
        assert_eq!(serde_json::from_str::<ApiKey>("\"canary-key\"").unwrap(), key);
        assert!(key != ApiKey::new("canary-kex") && !ApiKey::default().is_set());
    }
}
