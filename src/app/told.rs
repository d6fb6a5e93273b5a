//! What is committed together with something that happened to a job: a message to its receiver
//! (`webhooks`), and, when it failed, its place in the day's quota of its owner. Here `record`, which knows
//! what happened, meets `notify` and `quota`; they are strangers to each other.

use std::sync::Arc;

use super::webhooks;
use crate::quota;
use crate::record::{Announcer, Event, EventName, Job};
use crate::store::Write;

/// Makes what belongs into the commits of jobs.
pub(super) fn announcer() -> Announcer {
    Arc::new(|job, event| webhooks::message(job, event).into_iter().chain(given_back(job, event)).collect())
}

/// Gives a job that failed without a piece back to the day that it was accepted on. It stays given back
/// when it is tried again: that is free.
fn given_back(job: &Job, event: &Event) -> Option<Write> {
    let has_failed = event.name == EventName::JobFailed;
    has_failed.then(|| quota::give_back(job.id, job.owner.0, job.created_at, event.at))
}
