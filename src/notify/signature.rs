//! How a receiver knows that a message is ours: secrets and signatures of Standard Webhooks 1.0.
//! Source: github.com/standard-webhooks/standard-webhooks, spec 1.0.0, 2026-11-20.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Error;
use crate::secret::Secret;

/// What a secret's text begins with, for people and secret scanners.
const PREFIX: &str = "whsec_";
/// Random bytes of a secret; the standard asks for 24 to 64.
const SECRET_BYTES: usize = 32;

/// Makes a new secret: `whsec_` and random bytes in base64.
pub(super) fn mint() -> Result<Secret, Error> {
    let mut bytes = [0_u8; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(|_| Error::Random)?;
    Ok(Secret::new(format!("{PREFIX}{}", STANDARD.encode(bytes))))
}

/// Signs a message with each of the secrets, as the value of `webhook-signature`; `None` if a secret
/// is none.
pub(super) fn sign(secrets: &[&Secret], id: &str, timestamp: i64, body: &str) -> Option<String> {
    let each = secrets.iter().map(|secret| {
        let key = STANDARD.decode(secret.reveal().strip_prefix(PREFIX)?).ok()?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    });
    each.collect::<Option<Vec<_>>>().map(|signatures| signatures.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_reference_library_has_its_signature() {
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signed =
            sign(&[&secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn two_secrets_make_two_signatures_and_a_text_that_is_no_secret_none() {
        let (one, two) = (mint().unwrap(), mint().unwrap());
        assert!(one != two && one.reveal().starts_with("whsec_"));
        let alone = |secret: &Secret| sign(&[secret], "id", 1, "{}").unwrap();
        assert_eq!(sign(&[&one, &two], "id", 1, "{}").unwrap(), format!("{} {}", alone(&one), alone(&two)));
        assert_eq!(sign(&[&Secret::new("other_QUJD")], "id", 1, "{}"), None);
        assert_eq!(sign(&[&Secret::new("whsec_!")], "id", 1, "{}"), None);
    }
}
