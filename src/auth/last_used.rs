//! When keys were last used. Noted in memory and written once a minute, each key in a document beside its
//! own: using a key must not change it, or every use would race with a rotation.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ApiKeys, Error, KeyRecord};
use crate::id::KeyId;
use crate::store::{self, Collection, Write};

/// Keys whose use is written at once.
const WRITTEN_AT_ONCE: usize = 16;

/// The uses that are still to be written.
pub(super) struct LastUsed {
    noted: Mutex<HashMap<KeyId, Timestamp>>,
    most: usize,
}

#[derive(Serialize, Deserialize)]
struct Use {
    last_used_at: Timestamp,
}

impl LastUsed {
    pub(super) fn new(most: usize) -> LastUsed {
        LastUsed { noted: Mutex::new(HashMap::new()), most }
    }

    /// Notes that a key is used. Of more keys than fit, the next minute notes more.
    pub(super) fn note(&self, key: KeyId, at: Timestamp) {
        let mut noted = self.noted();
        let is_full = noted.len() >= self.most;
        match noted.get_mut(&key) {
            Some(last) => *last = at.max(*last),
            None if is_full => {}
            None => drop(noted.insert(key, at)),
        }
    }

    fn of(&self, key: KeyId) -> Option<Timestamp> {
        self.noted().get(&key).copied()
    }

    fn take(&self) -> HashMap<KeyId, Timestamp> {
        std::mem::take(&mut self.noted())
    }

    /// A map of plain values is whole at every moment.
    fn noted(&self) -> MutexGuard<'_, HashMap<KeyId, Timestamp>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ApiKeys {
    /// Writes what was noted since the last time. What cannot be written is tried again the next time.
    pub(super) async fn write_uses(&self) {
        let failed = stream::iter(self.uses.take())
            .map(async |(key, at)| self.write_use(key, at).await.err().map(|error| (key, at, error)))
            .buffer_unordered(WRITTEN_AT_ONCE)
            .filter_map(std::future::ready);
        let failed: Vec<(KeyId, Timestamp, Error)> = failed.collect().await;
        if let Some((key, _, error)) = failed.first() {
            tracing::warn!(%key, %error, count = failed.len(), "when keys were used is not written yet");
        }
        for (key, at, _) in failed {
            self.uses.note(key, at);
        }
    }

    /// Writes a use, unless another instance knows a later one.
    async fn write_use(&self, key: KeyId, at: Timestamp) -> Result<(), Error> {
        let id = key.to_string();
        let before = self.store.get(Collection::KeyUses, &id).await?;
        let last = before.as_ref().and_then(|document| read(&document.payload));
        if last.is_some_and(|last| last >= at) {
            return Ok(());
        }
        let write = match before {
            Some(document) => Write::replace(document),
            None => {
                // What is left of a key that is about to go goes with it.
                let Some(owner) = self.store.get(Collection::Keys, &id).await? else { return Ok(()) };
                let write = Write::put(Collection::KeyUses, id).absent();
                owner.expire_at.into_iter().fold(write, Write::expire_at)
            }
        };
        let payload = serde_json::to_string(&Use { last_used_at: at }).map_err(|_| Error::Unreadable)?;
        match self.store.commit(vec![write.payload(payload)]).await {
            // Another instance wrote a use of the same minute.
            Ok(_) | Err(store::Error::Conflict { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Adds when the key was last used, as far as this process knows or was told.
    pub(super) async fn with_use(&self, record: KeyRecord) -> Result<KeyRecord, Error> {
        let document = self.store.get(Collection::KeyUses, &record.id.to_string()).await?;
        let written = document.and_then(|document| read(&document.payload));
        let last_used_at = [written, self.uses.of(record.id)].into_iter().flatten().max();
        Ok(KeyRecord { last_used_at, ..record })
    }
}

fn read(payload: &str) -> Option<Timestamp> {
    serde_json::from_str(payload).ok().map(|found: Use| found.last_used_at)
}
