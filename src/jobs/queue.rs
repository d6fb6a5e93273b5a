//! Which job is next. Two rules of one currency, milliseconds of waiting, so that nobody waits for
//! ever whatever the others do:
//!
//! A job's place is the time it was accepted, moved by its priority. `places` moves it back further
//! where its owner has others waiting. [`order`] then lets jobs of owners wait who have many at work here.
//!
//! The store keeps one order, and an instance reads its head only. Pure.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::record::{Job, Owner};

/// What a job of an owner costs the owner's next one in waiting. Where jobs take longer than that, one
/// after the other, a bulk gets ahead of what comes later; where they take less, behind.
pub(super) const TURN: Duration = Duration::from_secs(20);
/// How far jobs of a busy owner are put back among the head: half of the step from one priority to the
/// next, so that an urgent one goes before what is less urgent also from the middle of a small bulk.
const LONGEST_HANDICAP: Duration = Duration::from_secs(5 * 60);
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
