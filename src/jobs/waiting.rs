//! Who waits for a job. One follower of the store's changes wakes them, so that it does not matter
//! which process runs the job, and a thousand waiting clients cost one feed. The same follower tells
//! workers that their job was written by somebody else.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::Shared;
use crate::id::JobId;
use crate::record::{Error, Job, Records, is_queued};
use crate::store::{Change, Watch};

/// How often jobs are looked at where the store cannot tell of changes.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Rooms of those who wait, one for each job that somebody waits for.
#[derive(Debug, Default)]
pub(super) struct Waiting(Mutex<BTreeMap<JobId, Arc<Room>>>);

/// Where everybody waits who waits for one job.
#[derive(Debug)]
struct Room {
    /// Counts the changes that were heard of.
    changes: watch::Sender<u64>,
    /// The job as it was read last, with the count at which it was: read once for all who wait.
    read: tokio::sync::Mutex<Option<(u64, Arc<Job>)>>,
}

/// A place among those who wait for a job; given up by dropping it.
#[derive(Debug)]
pub(super) struct Place {
    waiting: Arc<Waiting>,
    job: JobId,
    room: Arc<Room>,
    changes: watch::Receiver<u64>,
    /// Whether it has read before. What others read before it came may be older than what its own
    /// caller has just written.
    has_read: bool,
}

impl Waiting {
    /// Takes a place; every change of the job from now on is noticed.
    pub(super) fn enter(self: &Arc<Self>, job: JobId) -> Place {
        let mut rooms = self.lock();
        let fresh = || Arc::new(Room { changes: watch::Sender::new(0), read: tokio::sync::Mutex::default() });
        let room = Arc::clone(rooms.entry(job).or_insert_with(fresh));
        let changes = room.changes.subscribe();
        Place { waiting: Arc::clone(self), job, room, changes, has_read: false }
    }

    /// Wakes everybody who waits for that job.
    pub(super) fn wake(&self, job: JobId) {
        if let Some(room) = self.lock().get(&job) {
            room.wake();
        }
    }

    fn wake_all(&self) {
        self.lock().values().for_each(|room| room.wake());
    }

    // A map of whole values: also after a panic it holds whole ones.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<JobId, Arc<Room>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room {
    fn wake(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }
}

/// Passes the store's changes on: to those who wait, to the workers of jobs that somebody else may have
/// written, and to whoever takes new jobs. Runs for ever.
pub(super) async fn follow(shared: &Shared, watch: Watch) {
    let Watch::Changes(mut changes) = watch else { return look_regularly(shared).await };
    while let Some(change) = changes.next().await {
        match change {
            Change::Put { id, version, fields } => {
                // A new job, or one that was given back or is tried again. A feed that woke workers for
                // every write would make them look twenty times a job.
                if is_queued(&fields) {
                    shared.wake.notify_one();
                }
                happened(shared, &id, version);
            }
            Change::Deleted { id } => {
                id.parse().into_iter().for_each(|job| shared.forget(job));
                happened(shared, &id, u64::MAX);
            }
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

/// Makes everybody look who waits for a job or runs one.
pub(super) fn look(shared: &Shared) {
    shared.waiting.wake_all();
    shared.running.look_all();
}

fn happened(shared: &Shared, id: &str, version: u64) {
    if let Ok(job) = id.parse() {
        shared.waiting.wake(job);
        shared.running.seen(job, version);
    }
}

impl Place {
    /// Waits for the next change.
    ///
    /// # Cancel safety
    /// A dropped future loses no change.
    pub(super) async fn changed(&mut self) {
        // The sender lives as long as a place does.
        drop(self.changes.changed().await);
    }

    /// Gives the job as it is, `None` if there is none. However many wait, it is read once a change.
    pub(super) async fn read(&mut self, records: &Records) -> Result<Option<Arc<Job>>, Error> {
        let heard = *self.changes.borrow_and_update();
        let mut read = self.room.read.lock().await;
        match &*read {
            Some((count, job)) if self.has_read && *count >= heard => return Ok(Some(Arc::clone(job))),
            _ => {}
        }
        // What is heard of from here on may or may not be in what is read: it will be read again.
        let count = *self.room.changes.borrow();
        let job = records.job(self.job).await?.map(Arc::new);
        *read = job.clone().map(|job| (count, job));
        self.has_read = true;
        Ok(job)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut rooms = self.waiting.lock();
        // This place still counts as one.
        if self.room.changes.receiver_count() <= 1 {
            rooms.remove(&self.job);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_change_wakes_those_who_wait_for_that_job_and_nobody_stays_in_the_list() {
        let waiting = Arc::new(Waiting::default());
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
