//! The keys in the store, and the one way to recognise a caller.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::key::{ApiKey, Hash, MAX_KEY_BYTES};
use super::{Error, Principal, SETTINGS_KEY_ID, Scope, Secret, Tier};
use crate::clock::Clock;
use crate::id::KeyId;
use crate::store::{Collection, Document, Query, Store, Write};

/// Recognises callers by their keys. Clones share the store.
#[derive(Clone)]
pub struct ApiKeys {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Clock,
    settings_key: Option<Hash>,
}

/// What a key is for; its secret is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// How much it may do.
    pub tier: Tier,
    /// From when on it is not valid any more.
    pub expires_at: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    name: String,
    hash: String,
    scopes: Vec<Scope>,
    tier: Tier,
    expires_at: Option<Timestamp>,
}

impl ApiKeys {
    /// Recognises the keys in that store, and `settings_key` as an administrator's if it is set.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Clock, settings_key: &Secret) -> ApiKeys {
        let settings_key = settings_key.is_set().then(|| Hash::of(settings_key.reveal()));
        ApiKeys { store, clock, settings_key }
    }

    /// Finds who presents that key.
    ///
    /// # Errors
    /// [`Error::Unknown`] for every key that is not valid; [`Error::Store`], [`Error::Unreadable`].
    pub async fn recognise(&self, presented: &str) -> Result<Principal, Error> {
        if self.is_settings_key(presented) {
            let scopes = vec![Scope::Generate, Scope::Read, Scope::Admin];
            return Ok(Principal { key: KeyId::from_uuid(SETTINGS_KEY_ID), scopes, tier: Tier::Free });
        }
        let key = ApiKey::parse(presented).ok_or(Error::Unknown)?;
        let document = self.store.get(Collection::Keys, &key.id().to_string()).await?;
        let stored = Stored::read(&document.ok_or(Error::Unknown)?)?;
        let expired = stored.expires_at.is_some_and(|at| at <= self.clock.now());
        if expired || !Hash::stored(stored.hash).matches(&key.hash()) {
            return Err(Error::Unknown);
        }
        Ok(Principal { key: key.id(), scopes: stored.scopes, tier: stored.tier })
    }

    /// Makes a key and keeps its hash. The secret is in what is returned and nowhere else.
    ///
    /// # Errors
    /// [`Error::Random`], [`Error::Store`].
    pub async fn create(&self, record: &KeyRecord) -> Result<ApiKey, Error> {
        let key = ApiKey::mint(KeyId::at(self.clock.now()))?;
        self.keep(&key, record).await?;
        Ok(key)
    }

    /// Tells whether the store holds no key at all.
    pub(super) async fn is_empty(&self) -> Result<bool, Error> {
        let page = self.store.query(Query::ascending(Collection::Keys, "created_at").limit(1)).await?;
        Ok(page.documents.is_empty() && page.damaged.is_empty())
    }

    /// Tells whether an administrator's key stands in the settings.
    pub(super) fn has_settings_key(&self) -> bool {
        self.settings_key.is_some()
    }

    pub(super) async fn keep(&self, key: &ApiKey, record: &KeyRecord) -> Result<(), Error> {
        let stored = Stored {
            name: record.name.clone(),
            hash: key.hash().as_str().to_owned(),
            scopes: record.scopes.clone(),
            tier: record.tier,
            expires_at: record.expires_at,
        };
        let payload = serde_json::to_string(&stored).map_err(|_| Error::Unreadable)?;
        let write = Write::put(Collection::Keys, key.id().to_string());
        let write = write.field("created_at", self.clock.now()).payload(payload).absent();
        self.store.commit(vec![write]).await?;
        Ok(())
    }

    fn is_settings_key(&self, presented: &str) -> bool {
        let settings_key = self.settings_key.as_ref().filter(|_| presented.len() <= MAX_KEY_BYTES);
        settings_key.is_some_and(|expected| expected.matches(&Hash::of(presented)))
    }
}

impl std::fmt::Debug for ApiKeys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ApiKeys")
    }
}

impl Stored {
    fn read(document: &Document) -> Result<Stored, Error> {
        serde_json::from_str(&document.payload).map_err(|_| Error::Unreadable)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::store::MemoryStore;

    fn keys(clock: &Clock, settings_key: &str) -> ApiKeys {
        let store = Arc::new(MemoryStore::new(clock.clone()));
        ApiKeys::new(store, clock.clone(), &Secret::new(settings_key))
    }

    fn reader(expires_at: Option<Timestamp>) -> KeyRecord {
        KeyRecord { name: "reader".to_owned(), scopes: vec![Scope::Read], tier: Tier::Pro, expires_at }
    }

    #[tokio::test]
    async fn a_created_key_is_recognised_with_its_scopes_and_its_secret_is_not_stored() {
        let keys = keys(&Clock::System, "");
        let key = keys.create(&reader(None)).await.unwrap();
        let principal = keys.recognise(&key.reveal()).await.unwrap();
        assert_eq!((principal.key, principal.tier), (key.id(), Tier::Pro));
        assert!(
            principal.may(Scope::Read) && !principal.may(Scope::Generate) && !principal.may(Scope::Admin)
        );
        let document = keys.store.get(Collection::Keys, &key.id().to_string()).await.unwrap().unwrap();
        let revealed = key.reveal();
        assert!(!document.payload.contains(revealed.rsplit('_').next().unwrap()));
    }

    #[tokio::test]
    async fn a_wrong_secret_an_unknown_id_and_no_key_at_all_are_told_apart_by_nobody() {
        let keys = keys(&Clock::System, "");
        let key = keys.create(&reader(None)).await.unwrap().reveal();
        let last = if key.ends_with('0') { "1" } else { "0" };
        let wrong_secret = format!("{}{last}", key.get(..key.len() - 1).unwrap());
        let unknown_id = ApiKey::mint(KeyId::at(Timestamp::UNIX_EPOCH)).unwrap().reveal();
        for presented in [wrong_secret.as_str(), &unknown_id, "", "cf_"] {
            assert!(matches!(keys.recognise(presented).await, Err(Error::Unknown)), "{presented}");
        }
    }

    #[tokio::test]
    async fn an_expired_key_is_not_valid_any_more() {
        let clock = Clock::fixed(Timestamp::from_second(1_000).unwrap());
        let keys = keys(&clock, "");
        let key = keys.create(&reader(Some(Timestamp::from_second(1_010).unwrap()))).await.unwrap().reveal();
        assert!(keys.recognise(&key).await.is_ok());
        clock.advance(Duration::from_secs(10));
        assert!(matches!(keys.recognise(&key).await, Err(Error::Unknown)));
    }

    #[tokio::test]
    async fn the_key_of_the_settings_is_an_administrators() {
        let keys = keys(&Clock::System, "a-long-key-of-the-operator-0123456789");
        let principal = keys.recognise("a-long-key-of-the-operator-0123456789").await.unwrap();
        assert!(principal.may(Scope::Admin));
        assert_eq!(principal.key.uuid(), SETTINGS_KEY_ID);
        assert!(keys.recognise("a-long-key-of-the-operator-012345678").await.is_err());
    }
}
