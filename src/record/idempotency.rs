//! Which job an idempotency key stands for: a key of the client, within one owner, for one body.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Error, Owner};
use crate::content::Request;
use crate::id::{BatchId, JobId};
use crate::money::Money;
use crate::store::{Collection, Document, Write};

/// What a client names a creating call with, so that a repeated call makes nothing twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

/// Tells one request from another without keeping it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

/// What an idempotency key stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Remembered {
    #[serde(flatten)]
    pub(super) made: Made,
    pub(super) fingerprint: Fingerprint,
}

/// What a creating call made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Made {
    /// A job.
    Job(JobId),
    /// Jobs that belong together.
    Batch(BatchId),
}

const UNREADABLE: Error = Error::Unreadable { what: "idempotency record" };

impl IdempotencyKey {
    /// Takes a key of 1 to 255 visible ASCII characters; `None` for anything else.
    #[must_use]
    pub fn new(key: &str) -> Option<IdempotencyKey> {
        let fits = (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| IdempotencyKey(key.to_owned()))
    }

    /// Names the key's document. Hashed, because a client's key may hold any character, and bound to
    /// the owner, so that two clients with one key do not meet.
    pub(super) fn document_id(&self, owner: Owner) -> String {
        digest(&[owner.0.to_string().as_bytes(), self.0.as_bytes()])
    }
}

impl Fingerprint {
    /// Takes the fingerprint of everything that was asked for.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if the request cannot be written as JSON.
    pub fn of(request: &Request) -> Result<Fingerprint, Error> {
        let json = serde_json::to_vec(request).map_err(|_| Error::Unreadable { what: "request" })?;
        Ok(Fingerprint(digest(&[&json])))
    }

    /// Takes the fingerprint of everything that was asked for together.
    ///
    /// # Errors
    /// As [`Fingerprint::of`].
    pub fn of_batch<'a>(
        requests: impl Iterator<Item = &'a Request>,
        most: Option<Money>,
    ) -> Result<Fingerprint, Error> {
        let each: Result<Vec<Fingerprint>, Error> = requests.map(Fingerprint::of).collect();
        let most = most.map(|most| most.to_string()).unwrap_or_default();
        let parts: Vec<Vec<u8>> = each?.into_iter().map(|one| one.0.into_bytes()).collect();
        let parts: Vec<&[u8]> = [b"batch".as_slice(), most.as_bytes()]
            .into_iter()
            .chain(parts.iter().map(Vec::as_slice))
            .collect();
        Ok(Fingerprint(digest(&parts)))
    }
}

impl Remembered {
    pub(super) fn write(&self, id: &str, now: Timestamp, kept: SignedDuration) -> Result<Write, Error> {
        let payload = serde_json::to_string(self).map_err(|_| UNREADABLE)?;
        let until = now.saturating_add(kept).unwrap_or(Timestamp::MAX);
        Ok(Write::put(Collection::Idempotency, id).payload(payload).expire_at(until).absent())
    }

    pub(super) fn read(document: &Document) -> Result<Remembered, Error> {
        serde_json::from_str(&document.payload).map_err(|_| UNREADABLE)
    }
}

fn digest(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
        hasher.update([0]);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::id::KeyId;

    #[test]
    fn only_keys_that_fit_into_a_header_are_taken() {
        for unfit in ["", "two words", "tab\t", "ñ", &"x".repeat(256)] {
            assert_eq!(IdempotencyKey::new(unfit), None, "{unfit}");
        }
        assert!(IdempotencyKey::new(&"x".repeat(255)).is_some());
    }

    #[test]
    fn one_key_of_two_owners_is_two_keys() {
        let key = IdempotencyKey::new("again").unwrap();
        let owner = || Owner(KeyId::at(Timestamp::now()));
        let (first, second) = (owner(), owner());
        assert_eq!(key.document_id(first), key.document_id(first));
        assert_ne!(key.document_id(first), key.document_id(second));
    }

    #[test]
    fn requests_that_differ_in_anything_have_different_fingerprints() {
        let text = "A cell is the smallest unit of life that can replicate on its own.";
        let of = |body| Fingerprint::of(&Request::parse(&body).unwrap()).unwrap();
        let plain = of(json!({ "syllabus_text": text }));
        assert_eq!(plain, of(json!({ "syllabus_text": text })));
        assert_ne!(plain, of(json!({ "syllabus_text": text, "tone": "friendly" })));
        assert_ne!(plain, of(json!({ "syllabus_text": format!("{text} ") })));
    }
}
