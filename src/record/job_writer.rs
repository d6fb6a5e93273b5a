//! The one hand that writes a running job.
//!
//! Pieces of a job are made side by side; were each to write the job, they would race. So each
//! hands its [`Change`] to one task, which puts whatever waits into one commit, pieces and job
//! together, and expects the job to be as this writer left it. Who finds it otherwise looks again:
//! where the job still runs under the same claim (somebody booked a cost) the changes are made anew on
//! what is there; where it does not (cancelled, deleted, taken over) this writer is fenced and ends.
//! The feed of the store's changes tells it so at once through [`Tip`], before it commits anything.
//!
//! A store that fails for a while costs time, not results: a commit is tried again until the job's
//! time is over.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use super::records::Written;
use super::{Change, Claim, Error, Job, Records};
use crate::store;

/// Changes that wait for a commit; the eight pieces of a job each have one or two at a time.
const MAX_WAITING: usize = 64;
/// How long a change that may wait stays uncommitted if nothing else comes.
const LINGER: Duration = Duration::from_millis(500);
/// Pause before a failed commit is tried again; doubled each time up to [`MAX_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const MAX_PAUSE: Duration = Duration::from_secs(5);
/// Times that a batch is made anew because others wrote the job without taking it over.
const MAX_REBASES: usize = 20;
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

/// Tells a writer which version of its job somebody has seen in the store.
#[derive(Clone, Debug)]
pub struct Tip(watch::Sender<Tipped>);

#[derive(Clone, Copy, Debug, Default)]
struct Tipped {
    /// The latest version that somebody saw.
    version: u64,
    /// Counts how often the writer was to look whatever it knows.
    looks: u64,
}

struct Task {
    records: Records,
    job: Arc<Job>,
    /// What the job must run under as long as it is this writer's.
    claim: Option<Claim>,
    orders: mpsc::Receiver<Order>,
    tips: watch::Receiver<Tipped>,
    /// How many of the looks are done.
    looked: u64,
    state: watch::Sender<Arc<Job>>,
    begun: Instant,
    give_up: Instant,
}

impl Tip {
    /// Makes the writer look whether the job is still its own, unless it knows that version already.
    pub fn seen(&self, version: u64) {
        self.0.send_if_modified(|tipped| {
            let is_news = version > tipped.version;
            tipped.version = version.max(tipped.version);
            is_news
        });
    }

    /// Makes the writer look whether the job is still its own.
    pub fn look(&self) {
        self.0.send_modify(|tipped| tipped.looks = tipped.looks.wrapping_add(1));
    }
}

impl JobWriter {
    /// Takes a claimed job. The future is the writing task; it ends when every clone of the writer is
    /// gone, or when the job turns out to be no longer its to write.
    pub fn open(records: Records, job: Job) -> (JobWriter, Tip, impl Future<Output = ()> + Send + 'static) {
        let (sender, orders) = mpsc::channel(MAX_WAITING);
        let (tip, tips) = watch::channel(Tipped::default());
        let time_left = job.claim.as_ref().map_or(Duration::ZERO, |claim| {
            Duration::try_from(claim.deadline.duration_since(claim.claimed_at)).unwrap_or(Duration::ZERO)
        });
        let begun = Instant::now();
        let give_up = begun + time_left + AFTER_DEADLINE;
        let claim = job.claim.clone();
        let job = Arc::new(job);
        let (publish, state) = watch::channel(Arc::clone(&job));
        let task = Task { records, job, claim, orders, tips, looked: 0, state: publish, begun, give_up };
        (JobWriter { orders: sender, state }, Tip(tip), task.run())
    }

    /// Gives the job as it was last committed.
    #[must_use]
    pub fn job(&self) -> Arc<Job> {
        Arc::clone(&self.state.borrow())
    }

    /// Waits until the job as it was committed is so, or until nobody writes it any more. Keeps no
    /// writing task alive.
    pub fn until<Is>(&self, mut is_so: Is) -> impl Future<Output = ()> + Send + use<Is>
    where
        Is: FnMut(&Job) -> bool + Send,
    {
        let mut state = self.state.clone();
        async move { drop(state.wait_for(|job| is_so(job)).await) }
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
            tokio::select! {
                received = self.orders.recv_many(&mut batch, MAX_WAITING) => {
                    if received == 0 {
                        return;
                    }
                    self.linger(&mut batch).await;
                    if !self.commit(std::mem::take(&mut batch)).await {
                        return;
                    }
                }
                () = tipped(&mut self.tips) => {
                    if !self.is_still_ours().await {
                        return;
                    }
                }
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

    /// Looks at the job after somebody saw a version of it that this writer did not make.
    async fn is_still_ours(&mut self) -> bool {
        let Tipped { version, looks } = *self.tips.borrow_and_update();
        if version <= self.job.version && looks == self.looked {
            return true;
        }
        self.looked = looks;
        let mut pause = FIRST_PAUSE;
        loop {
            match self.records.job(self.job.id).await {
                Ok(Some(found)) => return self.adopt(found),
                Ok(None) => return false,
                // Nothing is known; a commit will find out.
                Err(_) if Instant::now() + pause > self.give_up => return true,
                // Nothing could be committed meanwhile either.
                Err(_) => tokio::time::sleep(pause).await,
            }
            pause = (pause * 2).min(MAX_PAUSE);
        }
    }

    /// Goes on from the job as it is found, if it still runs under the same claim.
    fn adopt(&mut self, found: Job) -> bool {
        let is_ours = self.claim.as_ref().is_some_and(|claim| found.runs_under(claim));
        if is_ours && found.version > self.job.version {
            self.job = Arc::new(found);
            self.state.send_replace(Arc::clone(&self.job));
        }
        is_ours
    }

    /// Commits a batch and answers everyone in it. Tells whether the job is still this writer's.
    async fn commit(&mut self, mut batch: Vec<Order>) -> bool {
        let mut result = Err(Error::Fenced);
        for _ in 0..MAX_REBASES {
            let (next, writes) = self.make(&mut batch);
            if batch.is_empty() {
                return true;
            }
            result = match self.commit_until_done(next, writes).await {
                Ok(Committed::Yes) => Ok(()),
                Ok(Committed::Rebased) => continue,
                Err(error) => Err(error),
            };
            break;
        }
        let mine = !matches!(result, Err(Error::Fenced));
        for Order { committed, .. } in batch {
            // Nobody waits any more: nothing is lost.
            let _ = committed.send(result.clone());
        }
        mine
    }

    /// Makes the changes to the job. Those that cannot be made are answered and leave the batch.
    fn make(&self, batch: &mut Vec<Order>) -> (Job, Vec<store::Write>) {
        let now = self.records.now();
        let mut next = Job::clone(&self.job);
        let mut writes = Vec::new();
        let mut made = Vec::with_capacity(batch.len());
        for order in batch.drain(..) {
            match order.change.clone().apply(&mut next, now, &mut writes) {
                Ok(()) => made.push(order),
                // As above.
                Err(error) => drop(order.committed.send(Err(error))),
            }
        }
        if next.status.is_ended() {
            // The wall clock that its times come from may have jumped meanwhile.
            let took = self.begun.elapsed().as_millis();
            next.metadata.duration_ms = u64::try_from(took).unwrap_or(u64::MAX);
        }
        *batch = made;
        (next, writes)
    }

    async fn commit_until_done(
        &mut self,
        mut next: Job,
        writes: Vec<store::Write>,
    ) -> Result<Committed, Error> {
        let mut pause = FIRST_PAUSE;
        let job_write = next.write()?.at_version(self.job.version);
        let told = self.records.announcements(&next);
        let mut batch: Vec<store::Write> = std::iter::once(job_write).chain(writes).chain(told).collect();
        batch.extend(next.keeping_writes(&batch));
        loop {
            match self.records.commit_job(&next, batch.clone()).await {
                Ok(Written::At(version)) => {
                    next.stored_at(version);
                    self.job = Arc::new(next);
                    self.state.send_replace(Arc::clone(&self.job));
                    return Ok(Committed::Yes);
                }
                Ok(Written::Overtaken(found)) => {
                    return if self.adopt(*found) { Ok(Committed::Rebased) } else { Err(Error::Fenced) };
                }
                Ok(Written::Gone) => return Err(Error::Fenced),
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

/// What became of a batch.
enum Committed {
    /// It is durable.
    Yes,
    /// Nothing of it is written, and the job is known anew: the batch has to be made again.
    Rebased,
}

/// Waits for a tip; for ever where nobody can give one any more.
async fn tipped(tips: &mut watch::Receiver<Tipped>) {
    if tips.changed().await.is_err() {
        std::future::pending().await
    }
}
