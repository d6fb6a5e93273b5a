//! Removing what has expired, now and then, on the writing thread. Expired documents are invisible already,
//! so a failure is only told. What is not as it was written stays: a bit that flipped in a moment must not
//! remove anything. Such rows are told of once, by their id, and passed by from then on.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};

use super::row;
use super::writer::{Statements, delete};
use crate::store::Collection;
use crate::store::write::Write;

/// How often expired documents are removed, and how many of a collection at once: seldom and few
/// enough that nobody waits for it, often enough to keep up.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
const SWEEP_ROWS: usize = 1000;
/// Bytes of them that are read at once, of a collection: a tenth of a second.
const SWEEP_BYTES: usize = 32 * 1024 * 1024;

/// Damaged rows that are known at most. Of those beyond none is told of by its id.
const MOST_DAMAGED: usize = 10_000;

pub(super) struct Sweeper {
    swept: Instant,
    /// Damaged rows that were met and not written since.
    damaged: BTreeSet<(Collection, String)>,
    /// Whether it was told that there are more of them.
    are_more_told: bool,
}

/// What is to be told of a damaged row that was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    ItsId,
    ThatThereAreMore,
    Nothing,
}

/// What was found of a collection.
#[derive(Default)]
struct Found {
    expired: Vec<String>,
    damaged: Vec<String>,
}

impl Sweeper {
    pub(super) fn new(now: Instant) -> Sweeper {
        Sweeper { swept: now, damaged: BTreeSet::new(), are_more_told: false }
    }

    /// Takes note that documents were written or deleted, and are whole again where they were damaged.
    pub(super) fn written(&mut self, writes: &[Write]) {
        if !self.damaged.is_empty() {
            for write in writes {
                self.damaged.remove(&(write.collection, write.id.clone()));
            }
        }
    }

    /// Removes what has expired, if it is time to.
    pub(super) fn sweep(
        &mut self,
        connection: &mut Connection,
        statements: &BTreeMap<Collection, Statements>,
        monotonic: Instant,
        now: Timestamp,
    ) {
        if monotonic.saturating_duration_since(self.swept) < SWEEP_EVERY {
            return;
        }
        self.swept = monotonic;
        for (collection, statements) in statements {
            match self.sweep_one(connection, *collection, statements, now) {
                Ok(damaged) => damaged.into_iter().for_each(|id| self.tell(*collection, id)),
                Err(error) => {
                    tracing::warn!(%collection, %error, "expired documents could not be removed");
                }
            }
        }
    }

    fn tell(&mut self, collection: Collection, id: String) {
        match self.met(collection, &id) {
            Told::ItsId => {
                tracing::error!(%collection, id, "a document that seems to have expired is damaged and stays");
            }
            Told::ThatThereAreMore => {
                tracing::error!(%collection, "more than {MOST_DAMAGED} documents are damaged; no more are named");
            }
            Told::Nothing => {}
        }
    }

    /// Takes note of a damaged row that was not known.
    fn met(&mut self, collection: Collection, id: &str) -> Told {
        if self.damaged.len() < MOST_DAMAGED {
            self.damaged.insert((collection, id.to_owned()));
            return Told::ItsId;
        }
        match std::mem::replace(&mut self.are_more_told, true) {
            false => Told::ThatThereAreMore,
            true => Told::Nothing,
        }
    }

    /// Removes what has expired of a collection; gives the damaged rows that were not known.
    fn sweep_one(
        &self,
        connection: &mut Connection,
        collection: Collection,
        statements: &Statements,
        now: Timestamp,
    ) -> rusqlite::Result<Vec<String>> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut found = Found::default();
        {
            let mut expired = transaction.prepare_cached(&statements.expired)?;
            let mut rows = expired.query([now.as_microsecond()])?;
            let (mut looked_at, mut bytes) = (0_usize, 0_usize);
            while looked_at < SWEEP_ROWS
                && bytes < SWEEP_BYTES
                && let Some(row) = rows.next()?
            {
                let id = row::id(row)?;
                if self.damaged.contains(&(collection, id.clone())) {
                    continue;
                }
                looked_at = looked_at.saturating_add(1);
                match row::document(collection, row) {
                    Ok(document) => {
                        bytes = bytes.saturating_add(document.payload.len());
                        found.expired.push(document.id);
                    }
                    Err(_) => found.damaged.push(id),
                }
            }
        }
        for id in &found.expired {
            delete(&transaction, statements, id)?;
        }
        transaction.commit()?;
        Ok(found.damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_more_damaged_rows_than_are_known_it_is_told_once_that_there_are_more() {
        let mut sweeper = Sweeper::new(Instant::now());
        let mut met = |number: usize| sweeper.met(Collection::Sources, &number.to_string());
        assert!((0..MOST_DAMAGED).all(|number| met(number) == Told::ItsId));
        assert_eq!(met(MOST_DAMAGED), Told::ThatThereAreMore);
        // The same and others, sweep after sweep.
        assert!((MOST_DAMAGED..MOST_DAMAGED + 3000).all(|number| met(number) == Told::Nothing));
        sweeper.written(&[Write::put(Collection::Sources, "7")]);
        assert_eq!(sweeper.met(Collection::Sources, "7"), Told::ItsId, "it was whole meanwhile");
        assert_eq!(sweeper.met(Collection::Sources, "8000000"), Told::Nothing);
    }
}
