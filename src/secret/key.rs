//! One key: from its text, and what is sealed and opened with it.
//!
//! A sealed text is `v1.<key id>.<nonce and ciphertext in base64>`. The id tells which key opens it
//! without telling the key; what it is for and which record it belongs to are authenticated with it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};

use super::{Error, Place, Secret};

const VERSION: &str = "v1";
const KEY_BYTES: usize = 32;
/// Bytes of a nonce of XChaCha20, long enough to be drawn at random for ever.
/// Source: draft-irtf-cfrg-xchacha-03, section 3.1.
const NONCE_BYTES: usize = 24;

/// A key that is ready for work; wiped when dropped, shown by its id alone.
pub(super) struct Key {
    id: String,
    cipher: XChaCha20Poly1305,
}

impl Key {
    /// Makes a new key, as the text that it is kept as.
    pub(super) fn mint() -> Result<Secret, Error> {
        let mut bytes = [0_u8; KEY_BYTES];
        getrandom::fill(&mut bytes).map_err(|_| Error::Random)?;
        Ok(Secret::new(STANDARD.encode(bytes)))
    }

    /// Reads a key of 32 bytes in base64; `None` for any other text.
    pub(super) fn read(text: &Secret) -> Option<Key> {
        let bytes = STANDARD.decode(text.reveal().trim()).ok().filter(|bytes| bytes.len() == KEY_BYTES)?;
        let cipher = XChaCha20Poly1305::new_from_slice(&bytes).ok()?;
        // Eight bytes of a hash of 256 random bits: tells keys apart and gives nothing away.
        let mut hasher = Sha256::new();
        hasher.update(b"content-factory key id\0");
        hasher.update(&bytes);
        let id = hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Some(Key { id, cipher })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn seal(&self, place: &Place<'_>, text: &Secret) -> Result<String, Error> {
        let mut nonce = [0_u8; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| Error::Random)?;
        let bound = self.bound_to(place);
        let payload = Payload { msg: text.reveal().as_bytes(), aad: &bound };
        let ciphertext = self.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| Error::Damaged)?;
        let body = URL_SAFE_NO_PAD.encode([nonce.as_slice(), &ciphertext].concat());
        Ok(format!("{VERSION}.{}.{body}", self.id))
    }

    fn open(&self, place: &Place<'_>, body: &str) -> Option<Secret> {
        let bytes = URL_SAFE_NO_PAD.decode(body).ok()?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let bound = self.bound_to(place);
        let payload = Payload { msg: ciphertext, aad: &bound };
        let text = self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()?;
        String::from_utf8(text).ok().map(Secret::new)
    }

    /// What a sealed text is bound to: it opens nowhere else. No part can hold a NUL that would shift
    /// the borders.
    fn bound_to(&self, place: &Place<'_>) -> Vec<u8> {
        [VERSION, &self.id, place.purpose, place.record].join("\0").into_bytes()
    }
}

/// Opens a sealed text with the key that it names, and tells whether that is the first of them.
pub(super) fn open(keys: &[Key], place: &Place<'_>, sealed: &str) -> Result<(Secret, bool), Error> {
    let mut parts = sealed.split('.');
    let (Some(VERSION), Some(id), Some(body), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Error::Damaged);
    };
    let found = keys.iter().position(|key| key.id == id);
    let index = found.ok_or_else(|| Error::UnknownKey { id: id.chars().take(16).collect() })?;
    let text = keys.get(index).and_then(|key| key.open(place, body)).ok_or(Error::Damaged)?;
    Ok((text, index == 0))
}

impl std::fmt::Debug for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Key({})", self.id)
    }
}
