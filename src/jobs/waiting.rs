//! Who waits for a job. One follower of the store's changes wakes them, so that it does not matter
//! which process runs the job, and a thousand waiting clients cost one feed. The same follower tells
//! workers that their job was written by somebody else.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::Shared;
use crate::id::JobId;
use crate::store::{Change, Watch};

/// How often jobs are looked at where the store cannot tell of changes.
const LOOK_EVERY: Duration = Duration::from_millis(500);

#[derive(Debug, Default)]
pub(super) struct Waiting(Mutex<BTreeMap<JobId, watch::Sender<()>>>);

/// A place among those who wait for a job; given up by dropping it.
#[derive(Debug)]
pub(super) struct Place<'a> {
    waiting: &'a Waiting,
    job: JobId,
    changes: Option<watch::Receiver<()>>,
}

impl Waiting {
    /// Takes a place; every change of the job from now on is noticed.
    pub(super) fn enter(&self, job: JobId) -> Place<'_> {
        let changes = self.lock().entry(job).or_insert_with(|| watch::Sender::new(())).subscribe();
        Place { waiting: self, job, changes: Some(changes) }
    }

    /// Wakes everybody who waits for that job.
    pub(super) fn wake(&self, job: JobId) {
        if let Some(place) = self.lock().get(&job) {
            place.send_replace(());
        }
    }

    fn wake_all(&self) {
        for place in self.lock().values() {
            place.send_replace(());
        }
    }

    // A map of whole values: also after a panic it holds whole ones.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<JobId, watch::Sender<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Passes the store's changes on: to those who wait, to the workers of jobs that somebody else may have
/// written, and to whoever takes new jobs. Runs for ever.
pub(super) async fn follow(shared: &Shared, watch: Watch) {
    let Watch::Changes(mut changes) = watch else { return look_regularly(shared).await };
    while let Some(change) = changes.next().await {
        match change {
            Change::Put { id, version } => {
                if version == 1 {
                    shared.wake.notify_one();
                }
                happened(shared, &id, version);
            }
            Change::Deleted { id } => happened(shared, &id, u64::MAX),
            Change::Missed => {
                shared.wake.notify_one();
                look(shared);
            }
        }
    }
    look_regularly(shared).await;
}

async fn look_regularly(shared: &Shared) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        look(shared);
    }
}

fn look(shared: &Shared) {
    shared.waiting.wake_all();
    shared.running.look_all();
}

fn happened(shared: &Shared, id: &str, version: u64) {
    if let Ok(job) = id.parse() {
        shared.waiting.wake(job);
        shared.running.seen(job, version);
    }
}

impl Place<'_> {
    /// Waits for the next change.
    ///
    /// # Cancel safety
    /// A dropped future loses no change.
    pub(super) async fn changed(&mut self) {
        match &mut self.changes {
            // The sender lives as long as a place does.
            Some(changes) => drop(changes.changed().await),
            None => std::future::pending().await,
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.changes = None;
        let mut waiting = self.waiting.lock();
        if waiting.get(&self.job).is_some_and(|sender| sender.receiver_count() == 0) {
            waiting.remove(&self.job);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_change_wakes_those_who_wait_for_that_job_and_nobody_stays_in_the_list() {
        let waiting = Waiting::default();
        let job = JobId::at(jiff::Timestamp::now());
        let mut place = waiting.enter(job);
        let second = waiting.enter(job);
        waiting.wake(job);
        place.changed().await;
        drop(place);
        assert_eq!(waiting.lock().len(), 1);
        drop(second);
        assert_eq!(waiting.lock().len(), 0);
    }
}
