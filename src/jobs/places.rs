//! Where in the queue a job of an owner is put who has others waiting.
//!
//! Each job that an owner has accepted right before puts the next one of the same priority back by a
//! [`TURN`]: a bulk spreads over the time that it will take, and a job that somebody else sends meanwhile
//! lands among the bulk and not behind it. No owner is put back by more turns than it has jobs that have
//! not ended, here or on other instances: what is done is no load. Times are the process's own, so that a
//! wall clock that jumps puts off nobody.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::queue::TURN;
use crate::content::Priority;
use crate::record::{Owner, Records};

/// How far a job is put back at most: a bulk of thousands is not put off for ever.
const LONGEST_DELAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a count of an owner's jobs stands for the next ones: a bulk comes fast, and a count reads the
/// index of all that waits.
const FRESH: Duration = Duration::from_secs(2);
/// Owners that are kept in mind; beyond that bulks of further owners are not spread.
const MAX_OWNERS: usize = 10_000;

/// The places that owners have taken.
#[derive(Debug, Default)]
pub(super) struct Places(Mutex<Taken>);

#[derive(Debug, Default)]
struct Taken {
    /// Up to when each owner's jobs have taken places.
    until: BTreeMap<(Owner, Priority), Instant>,
    load: BTreeMap<Owner, Load>,
}

/// What an owner has waiting or at work.
#[derive(Clone, Copy, Debug)]
struct Load {
    at: Instant,
    counted: u64,
    /// Places that were taken since.
    added: u64,
}

/// A place that was taken; it is given back unless it is kept.
#[derive(Debug)]
pub(super) struct Place<'a> {
    places: &'a Places,
    owner: Owner,
    priority: Priority,
    /// How far behind now it is.
    pub(super) behind: Duration,
    is_kept: bool,
}

impl Places {
    /// Takes a place for a job that is about to be accepted.
    pub(super) async fn take(&self, records: &Records, owner: Owner, priority: Priority) -> Place<'_> {
        if self.is_to_be_counted(owner, priority) {
            // Without a count only what was accepted here right before is known.
            if let Ok(counted) = records.count_unended(owner).await {
                let load = Load { at: Instant::now(), counted, added: 0 };
                self.lock().load.insert(owner, load);
            }
        }
        let behind = self.take_at(owner, priority, Instant::now());
        Place { places: self, owner, priority, behind, is_kept: false }
    }

    /// Takes a place at that moment, as far as is known of the owner, and tells how far behind it is.
    pub(super) fn take_at(&self, owner: Owner, priority: Priority, now: Instant) -> Duration {
        self.lock().take(owner, priority, now)
    }

    fn is_to_be_counted(&self, owner: Owner, priority: Priority) -> bool {
        let (now, taken) = (Instant::now(), self.lock());
        let is_behind = taken.until.get(&(owner, priority)).is_some_and(|until| *until > now);
        let is_fresh = taken.load.get(&owner).is_some_and(|load| now.duration_since(load.at) < FRESH);
        is_behind && !is_fresh
    }

    // Whole after every statement, so a poisoned lock still holds a good one.
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn take(&mut self, owner: Owner, priority: Priority, now: Instant) -> Duration {
        let until =
            self.until.get(&(owner, priority)).map_or(now, |until| *until).saturating_duration_since(now);
        let behind = until.min(self.most(owner)).min(LONGEST_DELAY);
        if self.until.len() >= MAX_OWNERS {
            self.until.retain(|_, until| *until > now);
            let Taken { until, load } = self;
            load.retain(|owner, _| {
                Priority::ALL.iter().any(|priority| until.contains_key(&(*owner, *priority)))
            });
        }
        if self.until.len() < MAX_OWNERS || self.until.contains_key(&(owner, priority)) {
            self.until.insert((owner, priority), now + behind + TURN);
        }
        if let Some(load) = self.load.get_mut(&owner) {
            load.added = load.added.saturating_add(1);
        }
        behind
    }

    /// How far the next job of an owner is put back at most.
    fn most(&self, owner: Owner) -> Duration {
        let jobs = self.load.get(&owner).map_or(u64::MAX, |load| load.counted.saturating_add(load.added));
        TURN.saturating_mul(u32::try_from(jobs).unwrap_or(u32::MAX))
    }

    fn give_back(&mut self, owner: Owner, priority: Priority) {
        if let Some(until) = self.until.get_mut(&(owner, priority)) {
            *until = until.checked_sub(TURN).unwrap_or(*until);
        }
        if let Some(load) = self.load.get_mut(&owner) {
            load.added = load.added.saturating_sub(1);
        }
    }
}

impl Place<'_> {
    /// Keeps the place: a job has been accepted for it.
    pub(super) fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if !self.is_kept {
            self.places.lock().give_back(self.owner, self.priority);
        }
    }
}
