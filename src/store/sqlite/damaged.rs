//! Damaged rows that pages have left out. Each is told of once: the head of the queue is read many times a
//! second.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::store::Collection;

/// Rows that are kept in mind. Those beyond are told of again each time.
const MOST: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct Damaged(Mutex<BTreeSet<(Collection, String)>>);

impl Damaged {
    /// Tells of rows that were not told of before.
    pub(super) fn tell(&self, collection: Collection, ids: &[String]) {
        if ids.is_empty() {
            return;
        }
        // A set of whole values: also after a panic it holds whole ones.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            let row = (collection, id.clone());
            if !known.contains(&row) {
                tracing::error!(%collection, id, "a damaged document is left out");
                if known.len() < MOST {
                    known.insert(row);
                }
            }
        }
    }
}
