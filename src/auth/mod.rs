//! Who is calling: API keys, what they may do, and how a presented key is recognised.
//!
//! A key is `cf_<id>_<secret>` with a secret of 256 random bits. The store holds only the SHA-256
//! hash of the secret: nothing slower is needed, because no such secret can be guessed. Comparing is
//! constant-time. No HTTP types: where a key stands in a request, and what is answered when it is
//! wrong, is `api`'s business. Read [`ApiKeys`] first.

mod first_key;
mod key;
mod keys;

pub use crate::secret::Secret;
pub use first_key::ADMIN_KEY_FILE;
pub use key::ApiKey;
pub use keys::{ApiKeys, KeyRecord};

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::id::KeyId;
use crate::store;

/// The key id under which the administrator whose key stands in the settings owns records. It does
/// not depend on the key, so a changed key keeps its records.
pub const SETTINGS_KEY_ID: Uuid = Uuid::nil();
/// The id of the administrator's key that the first start mints. Every start over an empty store asks
/// for this one, so that of several at once one gets it.
pub const FIRST_KEY_ID: Uuid = Uuid::from_u128(1);

/// Something that a key may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Create, change and delete what is generated.
    Generate,
    /// Read what the key owns.
    Read,
    /// See everything and run the service.
    Admin,
}

/// How much a key may do; multiplies the limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// The limits as they stand.
    #[default]
    Free,
    /// Ten times that.
    Pro,
    /// A hundred times that.
    Enterprise,
}

/// Who a request comes from, once its key was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The key; records belong to it.
    pub key: KeyId,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// How much it may do.
    pub tier: Tier,
}

impl Principal {
    /// Tells whether the key may do that.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

/// Says why a caller was not recognised or a key could not be made.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// No key that is known, or one that is no longer valid. Which of these is not said to callers.
    #[error("the api key is not known, has expired or was revoked")]
    Unknown,
    /// The machine gave no random numbers.
    #[error("no random numbers for a new api key")]
    Random,
    /// The file for the first key could not be written.
    #[error("could not write the admin key to {}", path.display())]
    KeyFile {
        /// The file.
        path: std::path::PathBuf,
        /// What went wrong.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// A stored key is not in the form that this version of the program writes.
    #[error("a stored api key cannot be read")]
    Unreadable,
    /// The store did not do what was asked.
    #[error("the store of api keys failed")]
    Store(#[from] store::Error),
}
