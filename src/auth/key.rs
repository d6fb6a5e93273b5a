//! The form of a key, how one is made, and the hash that is kept of it.

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::{Error, Secret};
use crate::id::KeyId;

/// Lets secret scanners and people recognise a key.
const PREFIX: &str = "cf_";
const SECRET_BYTES: usize = 32;
/// Longest key that is looked at; ours have 100 characters, one from the settings at most this.
pub(super) const MAX_KEY_BYTES: usize = 256;

/// A key in the clear: `cf_<id>_<secret>`, id and secret in lower-case hexadecimal.
#[derive(Clone)]
pub struct ApiKey {
    id: KeyId,
    secret: Secret,
}

/// The SHA-256 hash of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hash(String);

/// Stands where there is no hash: as long as one, and none of any secret.
pub(super) const NO_HASH: &str = "----------------------------------------------------------------";

/// The SHA-256 hash of a whole presented text, whatever its form.
#[derive(Clone, Copy, PartialEq, Eq, std::hash::Hash)]
pub(super) struct Digest([u8; 32]);

impl ApiKey {
    /// Makes a key with a new random secret.
    ///
    /// # Errors
    /// [`Error::Random`] if the machine gives no random numbers.
    pub(super) fn mint(id: KeyId) -> Result<ApiKey, Error> {
        let mut secret = [0_u8; SECRET_BYTES];
        getrandom::fill(&mut secret).map_err(|_| Error::Random)?;
        Ok(ApiKey { id, secret: Secret::new(hexadecimal(&secret)) })
    }

    /// Reads a presented key; `None` if it does not have the form of one.
    pub(super) fn parse(text: &str) -> Option<ApiKey> {
        if text.len() > MAX_KEY_BYTES {
            return None;
        }
        let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let id = KeyId::from_uuid(Uuid::try_parse(id).ok()?);
        let formed = secret.len() == SECRET_BYTES * 2 && secret.bytes().all(|byte| byte.is_ascii_hexdigit());
        formed.then(|| ApiKey { id, secret: Secret::new(secret) })
    }

    /// Names the key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Shows the whole key, to hand it to its owner once.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}_{}", self.id.uuid().simple(), self.secret.reveal())
    }

    pub(super) fn hash(&self) -> Hash {
        Hash::of(self.secret.reveal())
    }
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{PREFIX}{}_[redacted]", self.id.uuid().simple())
    }
}

impl Hash {
    pub(super) fn of(secret: &str) -> Hash {
        Hash(hexadecimal(&Sha256::digest(secret.as_bytes())))
    }

    pub(super) fn stored(text: String) -> Hash {
        Hash(text)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Compares in a time that does not depend on where two hashes differ.
    pub(super) fn matches(&self, other: &Hash) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Digest {
    pub(super) fn of(text: &str) -> Digest {
        Digest(Sha256::digest(text.as_bytes()).into())
    }

    /// Compares in a time that does not depend on where two texts differ.
    pub(super) fn matches(&self, other: &Digest) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn no_secret_has_the_hash_that_stands_for_none() {
        assert_eq!(NO_HASH.len(), key().hash().as_str().len());
        assert!(!NO_HASH.bytes().any(|byte| byte.is_ascii_hexdigit()));
    }

    fn key() -> ApiKey {
        ApiKey::mint(KeyId::at(Timestamp::UNIX_EPOCH)).unwrap()
    }

    #[test]
    fn a_key_is_read_back_and_two_keys_differ() {
        let key = key();
        let read = ApiKey::parse(&key.reveal()).unwrap();
        assert_eq!((read.id(), read.reveal()), (key.id(), key.reveal()));
        assert!(read.hash().matches(&key.hash()));
        assert!(!super::tests::key().hash().matches(&key.hash()));
    }

    #[test]
    fn a_text_that_is_no_key_is_refused() {
        let good = key().reveal();
        let short = good.get(..good.len() - 1).unwrap();
        for text in ["", "cf_", "cf__", "sk_0_0", short, &format!("{good}0"), &good.to_uppercase(), "cf_é_é"]
        {
            assert!(ApiKey::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_printed_key_does_not_show_its_secret() {
        let key = key();
        let revealed = key.reveal();
        let secret = revealed.rsplit('_').next().unwrap();
        assert!(!format!("{key:?}").contains(secret));
        assert_eq!(secret.len(), 64);
    }
}
