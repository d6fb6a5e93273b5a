//! The jobs that this process runs, each with the ways to reach its worker.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Shared;
use crate::id::JobId;
use crate::pipeline::Live;
use crate::record::{Owner, Tip};

/// The jobs of this process.
#[derive(Debug)]
pub(super) struct Running {
    jobs: Mutex<BTreeMap<JobId, Reach>>,
    /// Workers that are not done; of one job there may be two for a moment.
    count: watch::Sender<usize>,
    serials: AtomicU64,
}

/// How a job's worker is reached.
#[derive(Debug)]
struct Reach {
    /// Tells entries of one job apart: who takes it up again replaces whoever still puts it down.
    serial: u64,
    owner: Owner,
    /// Makes the worker drop the job where it stands.
    let_go: CancellationToken,
    /// Makes the writer look whether the job is still its own; there once the job is claimed.
    tip: Option<Tip>,
    /// How far its pieces are.
    live: Live,
}

/// A job's entry in the list; taken out by dropping it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) shared: Arc<Shared>,
    id: JobId,
    serial: u64,
    pub(super) let_go: CancellationToken,
    pub(super) live: Live,
}

impl Default for Running {
    fn default() -> Self {
        Running { jobs: Mutex::default(), count: watch::Sender::new(0), serials: AtomicU64::new(0) }
    }
}

impl Running {
    pub(super) fn contains(&self, id: JobId) -> bool {
        self.lock().contains_key(&id)
    }

    pub(super) fn len(&self) -> usize {
        *self.count.borrow()
    }

    /// Counts the jobs of each owner.
    pub(super) fn by_owner(&self) -> BTreeMap<Owner, usize> {
        let mut counts = BTreeMap::new();
        for reach in self.lock().values() {
            let count: &mut usize = counts.entry(reach.owner).or_default();
            *count = count.saturating_add(1);
        }
        counts
    }

    /// Follows how many there are.
    pub(super) fn count(&self) -> watch::Receiver<usize> {
        self.count.subscribe()
    }

    /// Finds how far the pieces of a job are that runs here.
    pub(super) fn live(&self, id: JobId) -> Option<Live> {
        self.lock().get(&id).map(|reach| reach.live.clone())
    }

    /// Makes the worker of that job, if it is one of ours, drop it where it stands.
    pub(super) fn let_go(&self, id: JobId) {
        if let Some(reach) = self.lock().get(&id) {
            reach.let_go.cancel();
        }
    }

    /// Makes every worker drop its job where it stands.
    pub(super) fn let_all_go(&self) {
        self.lock().values().for_each(|reach| reach.let_go.cancel());
    }

    /// Passes on that a version of the job was seen in the store.
    pub(super) fn seen(&self, id: JobId, version: u64) {
        if let Some(tip) = self.lock().get(&id).and_then(|reach| reach.tip.as_ref()) {
            tip.seen(version);
        }
    }

    /// Makes every worker look whether its job is still its own.
    pub(super) fn look_all(&self) {
        self.lock().values().filter_map(|reach| reach.tip.as_ref()).for_each(Tip::look);
    }

    // A map of whole values: also after a panic it holds whole ones.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<JobId, Reach>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    pub(super) fn new(shared: Arc<Shared>, id: JobId, owner: Owner) -> Entry {
        let let_go = CancellationToken::new();
        let live = Live::default();
        let serial = shared.running.serials.fetch_add(1, Ordering::Relaxed);
        let reach = Reach { serial, owner, let_go: let_go.clone(), tip: None, live: live.clone() };
        shared.running.lock().insert(id, reach);
        shared.running.count.send_modify(|count| *count = count.saturating_add(1));
        Entry { shared, id, serial, let_go, live }
    }

    /// Makes the job's writer reachable.
    pub(super) fn attach(&self, tip: Tip) {
        let mut jobs = self.shared.running.lock();
        if let Some(reach) = jobs.get_mut(&self.id).filter(|reach| reach.serial == self.serial) {
            reach.tip = Some(tip);
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut jobs = self.shared.running.lock();
        if jobs.get(&self.id).is_some_and(|reach| reach.serial == self.serial) {
            jobs.remove(&self.id);
        }
        drop(jobs);
        self.shared.running.count.send_modify(|count| *count = count.saturating_sub(1));
        // Whoever waits for the job may have to hear that nobody runs it any more.
        self.shared.waiting.wake(self.id);
    }
}
