//! Which job is next. Two rules of one currency, milliseconds of waiting, so that nobody waits for
//! ever whatever the others do:
//!
//! A job's place is the time it was accepted, moved by its priority. [`Places`] moves it back further
//! where its owner has accepted jobs of the same priority right before: a bulk spreads over the time
//! that it will take, and a job that somebody else sends meanwhile lands among the bulk and not
//! behind it. [`order`] then lets jobs of owners wait who have many at work here.
//!
//! The store keeps one order, and an instance reads its head only. Pure but for the lock.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::content::Priority;
use crate::record::{Job, Owner};

/// What a job of an owner costs the owner's next one in waiting. Where jobs take longer than that, one
/// after the other, a bulk gets ahead of what comes later; where they take less, behind.
const TURN: Duration = Duration::from_secs(20);
/// How far a job is moved back at most: a bulk of thousands is not put off for ever.
const LONGEST_DELAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How far jobs of a busy owner are put back among the head: half of the step from one priority to the
/// next, so that an urgent one goes before what is less urgent also from the middle of a small bulk.
const LONGEST_HANDICAP: Duration = Duration::from_secs(5 * 60);
/// Owners that are kept in mind; beyond that bulks of further owners are not spread.
const MAX_OWNERS: usize = 10_000;

/// Up to when each owner's jobs have taken places.
#[derive(Debug, Default)]
pub(super) struct Places(Mutex<BTreeMap<(Owner, Priority), i64>>);

impl Places {
    /// Takes a place for a job that is accepted now, and tells how far behind now it is.
    pub(super) fn take(&self, owner: Owner, priority: Priority, now: Timestamp) -> Duration {
        let now = now.as_millisecond();
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = taken.get(&(owner, priority)).copied().unwrap_or(now);
        let latest = now.saturating_add(milliseconds(LONGEST_DELAY));
        // A wall clock that was set back must not leave everybody far in the future.
        let place = place.clamp(now, latest);
        if taken.len() >= MAX_OWNERS {
            taken.retain(|_, place| *place > now);
        }
        if taken.len() < MAX_OWNERS || taken.contains_key(&(owner, priority)) {
            taken.insert((owner, priority), place.saturating_add(milliseconds(TURN)));
        }
        Duration::from_millis(u64::try_from(place.saturating_sub(now)).unwrap_or(0))
    }
}

/// Puts the head of the queue into the order in which this instance takes it. `at_work` counts what
/// each owner has at work here; `jitter` moves each job a little, so that instances that look at
/// the same time do not all reach for the same one.
pub(super) fn order(
    head: Vec<Job>,
    mut at_work: BTreeMap<Owner, usize>,
    mut jitter: impl FnMut() -> Duration,
) -> Vec<Job> {
    let moved = |job: Job| {
        let place = job.queue_key.saturating_add(milliseconds(jitter()));
        (place, job)
    };
    let mut waiting: Vec<(i64, Job)> = head.into_iter().map(moved).collect();
    let mut ordered = Vec::with_capacity(waiting.len());
    loop {
        let turn = |(place, job): &(i64, Job)| {
            let count = at_work.get(&job.owner).copied().unwrap_or_default();
            (place.saturating_add(handicap(count)), job.queue_key)
        };
        let Some(next) = (0..waiting.len()).min_by_key(|at| waiting.get(*at).map(turn)) else {
            return ordered;
        };
        // Not `swap_remove`: among equals the one that was first stays first.
        let (_, job) = waiting.remove(next);
        let count = at_work.entry(job.owner).or_default();
        *count = count.saturating_add(1);
        ordered.push(job);
    }
}

fn handicap(at_work: usize) -> i64 {
    let count = u32::try_from(at_work).unwrap_or(u32::MAX);
    milliseconds(TURN.saturating_mul(count).min(LONGEST_HANDICAP))
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
