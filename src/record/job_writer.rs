//! The one hand that writes a running job.
//!
//! Pieces of a job are made side by side; were each to write the job, they would race. So each
//! hands its [`Change`] to one task, which puts whatever waits into one commit, pieces and job
//! together, and expects the job to be as this writer left it. Whoever else writes the job (a
//! deletion, a second process that took it over) thereby ends this writer: it is fenced.
//!
//! A store that fails for a while costs time, not results: a commit is tried again until the job's
//! time is over.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use super::{Change, Error, Job, Records};
use crate::store;

/// Changes that wait for a commit; the eight pieces of a job each have one or two at a time.
const MAX_WAITING: usize = 64;
/// How long a change that may wait stays uncommitted if nothing else comes.
const LINGER: Duration = Duration::from_millis(500);
/// Pause before a failed commit is tried again; doubled each time up to [`MAX_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const MAX_PAUSE: Duration = Duration::from_secs(5);
/// How long commits are tried beyond the job's deadline, so that its end is still written.
const AFTER_DEADLINE: Duration = Duration::from_secs(60);

/// Hands changes to the task that writes a job. Clones hand to the same task.
#[derive(Clone, Debug)]
pub struct JobWriter {
    orders: mpsc::Sender<Order>,
    state: watch::Receiver<Arc<Job>>,
}

#[derive(Debug)]
struct Order {
    change: Change,
    committed: oneshot::Sender<Result<(), Error>>,
}

struct Task {
    records: Records,
    job: Arc<Job>,
    orders: mpsc::Receiver<Order>,
    state: watch::Sender<Arc<Job>>,
    give_up: Instant,
}

impl JobWriter {
    /// Takes a claimed job. The future is the writing task; it ends when every clone of the writer is
    /// gone, or when the job turns out to be no longer its to write.
    pub fn open(records: Records, job: Job) -> (JobWriter, impl Future<Output = ()> + Send + 'static) {
        let (sender, orders) = mpsc::channel(MAX_WAITING);
        let time_left = job.claim.as_ref().map_or(Duration::ZERO, |claim| {
            Duration::try_from(claim.deadline.duration_since(claim.claimed_at)).unwrap_or(Duration::ZERO)
        });
        let give_up = Instant::now() + time_left + AFTER_DEADLINE;
        let job = Arc::new(job);
        let (publish, state) = watch::channel(Arc::clone(&job));
        let task = Task { records, job, orders, state: publish, give_up };
        (JobWriter { orders: sender, state }, task.run())
    }

    /// Gives the job as it was last committed.
    #[must_use]
    pub fn job(&self) -> Arc<Job> {
        Arc::clone(&self.state.borrow())
    }

    /// Makes a change and returns once it is durable.
    ///
    /// # Errors
    /// [`Error::Fenced`] if the job is no longer this writer's, [`Error::Closed`] ever after;
    /// [`Error::Store`] if the store failed until the job's time was over.
    ///
    /// # Cancel safety
    /// A change that was handed over is made, whether or not anybody waits for it.
    pub async fn write(&self, change: Change) -> Result<(), Error> {
        let (committed, answer) = oneshot::channel();
        self.orders.send(Order { change, committed }).await.map_err(|_| Error::Closed)?;
        answer.await.unwrap_or(Err(Error::Closed))
    }

    /// Makes a change without waiting until it is durable.
    pub async fn announce(&self, change: Change) {
        let (committed, _) = oneshot::channel();
        // If the writer is gone, the next `write` says so.
        let _ = self.orders.send(Order { change, committed }).await;
    }
}

impl Task {
    async fn run(mut self) {
        let mut batch = Vec::new();
        loop {
            let received = self.orders.recv_many(&mut batch, MAX_WAITING).await;
            if received == 0 {
                return;
            }
            self.linger(&mut batch).await;
            if !self.commit(std::mem::take(&mut batch)).await {
                return;
            }
        }
    }

    /// Waits a little while the batch holds nothing but changes that may wait.
    async fn linger(&mut self, batch: &mut Vec<Order>) {
        let until = Instant::now() + LINGER;
        while batch.iter().all(|order| order.change.may_wait()) && batch.len() < MAX_WAITING {
            let more = self.orders.recv_many(batch, MAX_WAITING);
            match tokio::time::timeout_at(until, more).await {
                Ok(received) if received > 0 => {}
                Ok(_) | Err(_) => return,
            }
        }
    }

    /// Commits a batch and answers everyone in it. Tells whether the job is still this writer's.
    async fn commit(&mut self, batch: Vec<Order>) -> bool {
        let now = self.records.now();
        let mut next = Job::clone(&self.job);
        let mut writes = Vec::new();
        let mut waiting = Vec::new();
        for Order { change, committed } in batch {
            match change.apply(&mut next, now, &mut writes) {
                Ok(()) => waiting.push(committed),
                // Nobody waits any more: nothing is lost.
                Err(error) => drop(committed.send(Err(error))),
            }
        }
        let result = self.commit_until_done(next, writes).await;
        let mine = !matches!(result, Err(Error::Fenced));
        for committed in waiting {
            // As above.
            let _ = committed.send(result.clone());
        }
        mine
    }

    async fn commit_until_done(&mut self, mut next: Job, writes: Vec<store::Write>) -> Result<(), Error> {
        let mut pause = FIRST_PAUSE;
        let job_write = next.write()?.at_version(self.job.version);
        let batch: Vec<store::Write> = std::iter::once(job_write).chain(writes).collect();
        loop {
            match self.records.commit_job(&next, batch.clone()).await {
                Ok(version) => {
                    next.version = version;
                    self.job = Arc::new(next);
                    self.state.send_replace(Arc::clone(&self.job));
                    return Ok(());
                }
                Err(error @ Error::Store(store::Error::Unavailable { .. })) => {
                    if Instant::now() + pause > self.give_up {
                        return Err(error);
                    }
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(MAX_PAUSE);
                }
                Err(error) => return Err(error),
            }
        }
    }
}
