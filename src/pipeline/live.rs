//! How far pieces are between their beginning and their end, for those who watch a job now. It is kept
//! nowhere: whoever comes later has the events of the job.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::watch;

use crate::content::Kind;

/// How many of the parts of a piece are written: sections of a long kind, batches of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Parts {
    /// Parts that have come.
    pub done: usize,
    /// Parts that are asked for.
    pub of: usize,
}

/// The parts of all pieces of a job that are written in several. Clones are the same.
#[derive(Clone, Debug)]
pub struct Live(Arc<watch::Sender<BTreeMap<Kind, Parts>>>);

impl Default for Live {
    fn default() -> Self {
        Live(Arc::new(watch::Sender::default()))
    }
}

impl Live {
    /// Follows the parts; whoever is slow gets the latest.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<BTreeMap<Kind, Parts>> {
        self.0.subscribe()
    }

    /// Notes of how many parts a piece is made.
    pub(super) fn planned(&self, kind: Kind, of: usize) {
        if of > 1 {
            self.0.send_modify(|parts| {
                parts.insert(kind, Parts { done: 0, of });
            });
        }
    }

    /// Notes that a part has come.
    pub(super) fn came(&self, kind: Kind) {
        self.0.send_if_modified(|parts| {
            let parts = parts.get_mut(&kind).filter(|parts| parts.done < parts.of);
            parts.is_some_and(|parts| {
                parts.done = parts.done.saturating_add(1);
                true
            })
        });
    }
}
