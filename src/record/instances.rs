//! The processes that run jobs, a document each. Its version is the heartbeat: an instance writes
//! its document regularly, and whoever sees the version stand still for too long knows that it is
//! gone. One such write serves all jobs of an instance, which name it in their claims.

use serde_json::json;

use super::{Error, Records};
use crate::store::{self, Collection, Query, Write};

/// Instances that are looked at; far more than share one store.
const MAX_INSTANCES: usize = 1000;

/// Times that a heartbeat is tried behind one of which the store could not say that it went through.
const MOST_BEATS: usize = 3;

/// An instance as it was last seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Its name, which stands in its claims.
    pub name: String,
    /// Counts its heartbeats.
    pub beat: u64,
}

/// What became of a heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pulse {
    /// It is written; the number of the next one follows this one.
    Alive(u64),
    /// Others took the instance for gone and removed it: its claims are no longer its own.
    Removed,
}

impl Records {
    /// Writes the next heartbeat of an instance, after the one of that number; 0 announces it.
    ///
    /// # Errors
    /// [`Error::Fenced`] if somebody else writes that document; [`Error::Store`].
    pub async fn beat(&self, instance: &str, after: u64, running: usize) -> Result<Pulse, Error> {
        let payload = json!({ "beat_at": self.now(), "running": running }).to_string();
        let mut after = after;
        for _ in 0..MOST_BEATS {
            let write = Write::put(Collection::Instances, instance).field("started_at", self.now());
            let write = write.payload(payload.clone());
            let write = if after == 0 { write.absent() } else { write.at_version(after) };
            match self.store.commit(vec![write]).await {
                Ok(versions) => return Ok(Pulse::Alive(versions.first().copied().unwrap_or_default())),
                Err(store::Error::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            // Nobody else writes it: an earlier beat went through although the store could not say so. When
            // that was nobody knows, so this one is tried after it.
            match self.store.get(Collection::Instances, instance).await? {
                Some(document) => after = document.version,
                None => return Ok(Pulse::Removed),
            }
        }
        Err(Error::Fenced)
    }

    /// Reads all instances.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn instances(&self) -> Result<Vec<Instance>, Error> {
        let query = Query::ascending(Collection::Instances, "started_at").limit(MAX_INSTANCES);
        let page = self.store.query(query).await?;
        let instance = |document: store::Document| Instance { name: document.id, beat: document.version };
        Ok(page.documents.into_iter().map(instance).collect())
    }

    /// Removes an instance that ended or is gone, if this is still its last heartbeat. Tells whether
    /// it is removed.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn remove_instance(&self, instance: &Instance) -> Result<bool, Error> {
        let write = Write::delete(Collection::Instances, &instance.name).at_version(instance.beat);
        match self.store.commit(vec![write]).await {
            Ok(_) => Ok(true),
            Err(store::Error::Conflict { .. }) => {
                Ok(self.store.get(Collection::Instances, &instance.name).await?.is_none())
            }
            Err(error) => Err(error.into()),
        }
    }
}
