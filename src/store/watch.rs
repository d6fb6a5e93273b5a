//! Following a collection: one bounded feed each, which a slow watcher cannot hold up.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::{Collection, Fields, Write};

// Changes that wait for a slow watcher before it is told that it missed some: a few seconds of
// full load, at about 100 bytes each.
const WAITING_CHANGES: usize = 1024;

/// What following a collection gives, depending on the backend.
#[derive(Debug)]
pub enum Watch {
    /// Changes of this process as they are committed, and of others that share the store as soon as
    /// the backend tells; some of them may come twice.
    Changes(Changes),
    /// The backend cannot tell: ask again now and then.
    Unsupported,
}

/// The changes of one collection from the call of `watch` on.
#[derive(Debug)]
pub struct Changes(broadcast::Receiver<Change>);

/// What happened to a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A document was made or replaced.
    Put {
        /// Which document.
        id: String,
        /// Its version since.
        version: u64,
        /// The indexed fields that it has now.
        fields: Arc<Fields>,
    },
    /// A document was deleted. Expiry is silent, unless the backend tells when it removes what expired.
    Deleted {
        /// Which document.
        id: String,
    },
    /// The watcher was too slow, or the way to the backend was cut, and changes were dropped: read the
    /// collection anew.
    Missed,
}

impl Changes {
    /// Waits for the next change; `None` once the store is closed.
    ///
    /// # Cancel safety
    /// A dropped future loses no change.
    pub async fn next(&mut self) -> Option<Change> {
        match self.0.recv().await {
            Ok(change) => Some(change),
            Err(RecvError::Lagged(_)) => Some(Change::Missed),
            Err(RecvError::Closed) => None,
        }
    }
}

/// The feeds of all collections of one store.
#[derive(Clone, Debug)]
pub(super) struct Feeds(BTreeMap<Collection, broadcast::Sender<Change>>);

impl Feeds {
    pub(super) fn new() -> Feeds {
        let feed = |collection| (collection, broadcast::Sender::new(WAITING_CHANGES));
        Feeds(Collection::ALL.into_iter().map(feed).collect())
    }

    pub(super) fn watch(&self, collection: Collection) -> Watch {
        self.0.get(&collection).map_or(Watch::Unsupported, |feed| Watch::Changes(Changes(feed.subscribe())))
    }

    /// Tells the watchers of each collection about a committed batch and its new versions.
    pub(super) fn publish(&self, writes: &[Write], versions: &[u64]) {
        for (write, version) in writes.iter().zip(versions) {
            if !self.is_followed(write.collection) {
                continue;
            }
            let id = write.id.clone();
            let change = match *version {
                0 => Change::Deleted { id },
                version => Change::Put { id, version, fields: Arc::new(write.content.fields.clone()) },
            };
            self.tell(write.collection, change);
        }
    }

    /// Tells the watchers of a collection about one change.
    pub(super) fn tell(&self, collection: Collection, change: Change) {
        if let Some(feed) = self.0.get(&collection) {
            // The only error is that nobody watches.
            let _ = feed.send(change);
        }
    }

    /// Tells whether anybody watches a collection.
    pub(super) fn is_followed(&self, collection: Collection) -> bool {
        self.0.get(&collection).is_some_and(|feed| feed.receiver_count() > 0)
    }
}
