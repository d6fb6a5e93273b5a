//! Who is calling: API keys, what they may do, and how a presented key is recognised.
//!
//! A key is `cf_<id>_<secret>` with a secret of 256 random bits. The store holds only the SHA-256
//! hash of the secret: nothing slower is needed, because no such secret can be guessed. Comparing is
//! constant-time. No HTTP types: where a key stands in a request, and what is answered when it is
//! wrong, is `api`'s business. Read [`ApiKeys`] first: `keys` recognises, `registry` makes and ends keys,
//! `record` says what one is.

mod addresses;
mod config;
mod first_key;
mod following;
mod key;
mod keys;
mod last_used;
mod memory;
mod record;
mod registry;
#[cfg(test)]
mod tests;

pub use crate::secret::Secret;
pub use addresses::network;
pub use config::Config;
pub use first_key::ADMIN_KEY_FILE;
pub use key::ApiKey;
pub use keys::ApiKeys;
pub use record::{KeyRecord, NewKey};
pub use registry::{ListQuery, Minted, Page};

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::id::KeyId;
use crate::{setting, store};

/// The key id under which the administrator whose key stands in the settings owns records. It does
/// not depend on the key, so a changed key keeps its records.
pub const SETTINGS_KEY_ID: Uuid = Uuid::nil();
/// The id of the administrator's key that the first start mints. Every start over an empty store asks
/// for this one, so that of several at once one gets it.
pub const FIRST_KEY_ID: Uuid = Uuid::from_u128(1);
/// The owner of the first administrator's key.
pub const OPERATOR: &str = "operator";

/// Something that a key may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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

impl Scope {
    /// All scopes.
    pub const ALL: [Scope; 3] = [Scope::Generate, Scope::Read, Scope::Admin];

    /// Returns the name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Scope::Generate => "generate",
            Scope::Read => "read",
            Scope::Admin => "admin",
        }
    }

    /// Finds a scope by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.as_str() == name)
    }
}

impl Tier {
    /// All tiers.
    pub const ALL: [Tier; 3] = [Tier::Free, Tier::Pro, Tier::Enterprise];

    /// Returns the name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Tier::Free => "free",
            Tier::Pro => "pro",
            Tier::Enterprise => "enterprise",
        }
    }

    /// Finds a tier by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Tier> {
        Tier::ALL.into_iter().find(|tier| tier.as_str() == name)
    }
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

/// Says why a caller was not recognised, or why a key could not be made or changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// No key that is known, or one that was revoked.
    #[error("the api key is not known, has expired or was revoked")]
    Unknown,
    /// A key that was good: it has expired, or its secret was rotated away. Callers are told the same.
    #[error("the api key is not known, has expired or was revoked")]
    Ended(KeyId),
    /// A good key, from an address that it may not be used from.
    #[error("the api key may not be used from this address")]
    ForeignAddress(KeyId),
    /// There is no such key to show or to change.
    #[error("there is no such api key")]
    NoKey,
    /// What a key is to be does not fit.
    #[error("the api key cannot be made like that: {}", listed(.0))]
    Invalid(Vec<setting::Fault>),
    /// A revoked key stays revoked.
    #[error("the api key was revoked: make a new one")]
    Revoked,
    /// A new secret would not make it valid again.
    #[error("the api key has expired: make a new one")]
    Expired,
    /// The administrator's key of the settings is changed there.
    #[error("the api key stands in the settings: change it there")]
    InSettings,
    /// Others change the key faster than it can be read.
    #[error("the api key changed meanwhile: try again")]
    Contended,
    /// The cursor is none that a list gave out.
    #[error("not a cursor of this list")]
    InvalidCursor,
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

fn listed(faults: &[setting::Fault]) -> String {
    let each: Vec<String> = faults.iter().map(|(field, message)| format!("{field} {message}")).collect();
    each.join("; ")
}
