//! The one way to recognise a caller, and the one that makes the time of a refusal tell nothing: a secret
//! that is right but for its last digit, one that is all wrong and one of no key at all each cost one look
//! at a key that is there, one at a key that is not, and two comparisons.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::key::{ApiKey, Digest, Hash, MAX_KEY_BYTES};
use super::last_used::LastUsed;
use super::memory::Memory;
use super::record::{Known, Stored};
use super::{Config, Error, Principal, SETTINGS_KEY_ID, Secret};
use crate::clock::Clock;
use crate::id::KeyId;
use crate::store::{Collection, Store};

/// Recognises callers by their keys, and keeps the keys. Clones are the same.
#[derive(Clone)]
pub struct ApiKeys {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Clock,
    pub(super) config: Config,
    pub(super) memory: Arc<Memory>,
    pub(super) uses: Arc<LastUsed>,
    settings_key: Option<(Digest, Arc<Known>)>,
    /// A key that is there, as far as is known: the last one that somebody presented.
    somebody: Arc<Mutex<KeyId>>,
}

/// What a look at a stored key says of a secret.
enum Looked {
    Absent,
    Wrong,
    Right(Known),
}

impl ApiKeys {
    /// Recognises the keys in that store, and `settings_key` as an administrator's if it is set.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Clock, settings_key: &Secret, config: Config) -> ApiKeys {
        let administrator = || Arc::new(Known::administrator(KeyId::from_uuid(SETTINGS_KEY_ID)));
        let settings_key =
            settings_key.is_set().then(|| (Digest::of(settings_key.reveal()), administrator()));
        let memory = Arc::new(Memory::new(config.recheck(), config.remembered));
        let uses = Arc::new(LastUsed::new(config.remembered));
        let somebody = Arc::new(Mutex::new(KeyId::from_uuid(SETTINGS_KEY_ID)));
        ApiKeys { store, clock, config, memory, uses, settings_key, somebody }
    }

    /// Finds who presents that key from that address. What was found of a key holds for `keys.recheck`;
    /// when it ends and from where it may be used is looked at each time.
    ///
    /// # Errors
    /// [`Error::Unknown`] for every key that is not one, [`Error::Ended`] for one whose time is over,
    /// [`Error::ForeignAddress`]; [`Error::Store`], [`Error::Unreadable`].
    pub async fn recognise(&self, presented: &str, from: IpAddr) -> Result<Principal, Error> {
        let known = self.known(presented).await?.ok_or(Error::Unknown)?;
        let now = self.clock.now();
        let principal = known.admit(from, now)?;
        if principal.key.uuid() != SETTINGS_KEY_ID {
            self.uses.note(principal.key, now);
        }
        Ok(principal)
    }

    pub(super) async fn known(&self, presented: &str) -> Result<Option<Arc<Known>>, Error> {
        if presented.len() > MAX_KEY_BYTES {
            return Ok(None);
        }
        let digest = Digest::of(presented);
        if let Some((expected, administrator)) = &self.settings_key
            && expected.matches(&digest)
        {
            return Ok(Some(Arc::clone(administrator)));
        }
        let Some(key) = ApiKey::parse(presented) else { return Ok(None) };
        // Before the store is asked: what it says may be outdated when it comes.
        let asking = self.memory.begin(self.clock.since_boot());
        if let Some(remembered) = self.memory.recall(&digest, asking) {
            return Ok(remembered);
        }
        let found = self.look_up(&key).await?.map(Arc::new);
        self.memory.keep(digest, asking, found.as_ref());
        Ok(found)
    }

    async fn look_up(&self, key: &ApiKey) -> Result<Option<Known>, Error> {
        let hash = key.hash();
        let beside = match self.look(key.id(), &hash).await? {
            Looked::Right(known) => {
                self.presented(key.id());
                return Ok(Some(known));
            }
            Looked::Wrong => {
                self.presented(key.id());
                // The key of the settings is never in the store.
                KeyId::from_uuid(SETTINGS_KEY_ID)
            }
            Looked::Absent => *self.somebody.lock().unwrap_or_else(PoisonError::into_inner),
        };
        // The answer stands, whatever this says: it is for the time alone, because a key that is there takes
        // longer to look at than one that is not.
        drop(self.look(beside, &hash).await);
        Ok(None)
    }

    async fn look(&self, id: KeyId, hash: &Hash) -> Result<Looked, Error> {
        let Some(document) = self.store.get(Collection::Keys, &id.to_string()).await? else {
            return Ok(Looked::Absent);
        };
        let known = Stored::read(&document)?.known_by(id, hash);
        Ok(known.map_or(Looked::Wrong, Looked::Right))
    }

    /// Notes that a key is there.
    pub(super) fn presented(&self, id: KeyId) {
        *self.somebody.lock().unwrap_or_else(PoisonError::into_inner) = id;
    }

    /// Tells whether an administrator's key stands in the settings.
    pub(super) fn has_settings_key(&self) -> bool {
        self.settings_key.is_some()
    }

    /// Reads the clock to what every store keeps of a moment.
    pub(super) fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }
}

impl std::fmt::Debug for ApiKeys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ApiKeys")
    }
}
