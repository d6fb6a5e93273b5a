//! Who waits for a job. One follower of the store's changes wakes them, so that it does not matter
//! which process runs the job, and a thousand waiting clients cost one feed.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

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

    /// Passes the store's changes on, and calls `made` when a document was made. Runs for ever.
    pub(super) async fn follow(&self, watch: Watch, made: impl Fn()) {
        let Watch::Changes(mut changes) = watch else { return self.look_regularly().await };
        while let Some(change) = changes.next().await {
            match change {
                Change::Put { id, version } => {
                    if version == 1 {
                        made();
                    }
                    self.wake_named(&id);
                }
                Change::Deleted { id } => self.wake_named(&id),
                Change::Missed => {
                    made();
                    self.wake_all();
                }
            }
        }
        self.look_regularly().await;
    }

    async fn look_regularly(&self) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            self.wake_all();
        }
    }

    fn wake_named(&self, id: &str) {
        if let Ok(job) = id.parse() {
            self.wake(job);
        }
    }

    // A map of whole values: also after a panic it holds whole ones.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<JobId, watch::Sender<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
    use std::sync::Arc;

    use super::*;
    use crate::clock::Clock;
    use crate::store::{Collection, MemoryStore, Store, Write};

    #[tokio::test]
    async fn a_change_wakes_those_who_wait_for_that_job_and_nobody_stays_in_the_list() {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new(Clock::System));
        let waiting = Waiting::default();
        let job = JobId::at(jiff::Timestamp::now());
        let watch = store.watch(Collection::Jobs);
        let mut place = waiting.enter(job);
        let second = waiting.enter(job);
        let write = Write::put(Collection::Jobs, job.to_string());
        store.commit(vec![write]).await.unwrap();
        tokio::select! {
            () = place.changed() => {}
            () = waiting.follow(watch, || {}) => {}
        }
        drop(place);
        assert_eq!(waiting.lock().len(), 1);
        drop(second);
        assert_eq!(waiting.lock().len(), 0);
    }
}
