//! Takes jobs from the queue and runs them.
//!
//! One task looks at the head of the queue and claims as many jobs as there are free workers; each
//! runs as a task of its own. What a process that is gone left marked as running goes back to the
//! queue: at the start, and now and then for the case that a store outage ended a worker early.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Shared;
use crate::content::Request;
use crate::id::JobId;
use crate::pipeline::{Assignment, Outcome};
use crate::record::{Change, Error, Job, JobWriter};

/// Jobs of the queue that are looked at together.
const HEAD: usize = 32;
/// How often the queue is looked at without being told to.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The jobs of this process, each with the token that makes its worker let go of it.
#[derive(Debug, Default)]
pub(super) struct Running(Mutex<BTreeMap<JobId, CancellationToken>>);

/// A job's entry in the list; taken out by dropping it.
struct Entry {
    shared: Arc<Shared>,
    id: JobId,
    let_go: CancellationToken,
}

impl Running {
    pub(super) fn contains(&self, id: JobId) -> bool {
        self.lock().contains_key(&id)
    }

    /// Makes the worker of that job, if it is one of ours, drop it where it stands.
    pub(super) fn let_go(&self, id: JobId) {
        if let Some(token) = self.lock().get(&id) {
            token.cancel();
        }
    }

    // A map of whole values: also after a panic it holds whole ones.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<JobId, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn new(shared: Arc<Shared>, id: JobId) -> Entry {
        let let_go = CancellationToken::new();
        shared.running.lock().insert(id, let_go.clone());
        Entry { shared, id, let_go }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.shared.running.lock().remove(&self.id);
        // Whoever waits for the job may have to hear that nobody runs it any more.
        self.shared.waiting.wake(self.id);
    }
}

/// Takes jobs from the queue until the service stops.
pub(super) async fn take_jobs(shared: Arc<Shared>) {
    let workers = Arc::new(Semaphore::new(shared.config.workers.max.clamp(1, Semaphore::MAX_PERMITS)));
    loop {
        let round = async {
            // The semaphore is never closed; if it were, there would be nothing left to do.
            let Ok(first) = Arc::clone(&workers).acquire_owned().await else { return };
            match take_head(&shared, &workers, first).await {
                Ok(Head::Taken) => return,
                Ok(Head::Empty) => {}
                Err(error) => tracing::error!(error = report(&error), "the queue could not be read"),
            }
            let told = tokio::time::timeout(LOOK_EVERY, shared.wake.notified());
            if told.await.is_err()
                && let Err(error) = give_back_abandoned(&shared).await
            {
                tracing::error!(error = report(&error), "abandoned jobs could not be given back");
            }
        };
        tokio::select! {
            () = shared.stop.cancelled() => return,
            () = round => {}
        }
    }
}

/// What stood at the head of the queue.
enum Head {
    Taken,
    Empty,
}

/// Claims what stands at the head of the queue, as far as workers are free, and begins it.
async fn take_head(
    shared: &Arc<Shared>,
    workers: &Arc<Semaphore>,
    first: OwnedSemaphorePermit,
) -> Result<Head, Error> {
    let head = shared.records.queued(HEAD).await?;
    let more = std::iter::from_fn(|| Arc::clone(workers).try_acquire_owned().ok());
    let taken: Vec<_> = head.into_iter().zip(std::iter::once(first).chain(more)).collect();
    if taken.is_empty() {
        return Ok(Head::Empty);
    }
    let claims = taken.into_iter().map(async |(job, worker)| {
        let entry = Entry::new(Arc::clone(shared), job.id);
        let time = shared.config.workers.deadline();
        shared.records.claim(job, &shared.instance, time).await.map(|claimed| (claimed, entry, worker))
    });
    for claim in join_all(claims).await {
        let (claimed, entry, worker) = claim?;
        // Otherwise somebody else was faster, or the job was deleted.
        if let Some(job) = claimed {
            shared.tasks.spawn(work(job, entry, worker));
        }
    }
    Ok(Head::Taken)
}

/// Gives jobs back to the queue that are marked as running but that nobody runs. The data folder is
/// locked, so whoever ran them is gone.
pub(super) async fn give_back_abandoned(shared: &Arc<Shared>) -> Result<(), Error> {
    let abandoned = shared.records.running().await?;
    for job in abandoned.into_iter().filter(|job| !shared.running.contains(job.id)) {
        let id = job.id;
        if shared.records.give_back(job).await?.is_some() {
            tracing::info!(job = %id, "an interrupted job goes back to the queue");
            shared.wake.notify_one();
        }
    }
    Ok(())
}

/// Runs one claimed job to its end, or until it is to be let go.
async fn work(job: Job, entry: Entry, worker: OwnedSemaphorePermit) {
    let shared = Arc::clone(&entry.shared);
    let id = job.id;
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    let (writer, writing) = JobWriter::open(shared.records.clone(), job);
    tasks.spawn(writing);
    let no_more_grace = async {
        shared.stop.cancelled().await;
        tokio::time::sleep(shared.config.workers.grace()).await;
    };
    let outcome = tokio::select! {
        outcome = Box::pin(run(&shared, &writer, begun)) => outcome,
        () = entry.let_go.cancelled() => Outcome::Lost,
        () = no_more_grace => Outcome::Stopped,
    };
    let status = writer.job().status;
    tracing::info!(job = %id, ?outcome, %status, took = ?begun.elapsed(), "a worker is done with a job");
    // The permit goes last, so that there are never more workers than allowed.
    drop((tasks, entry));
    drop(worker);
}

async fn run(shared: &Shared, writer: &JobWriter, begun: Instant) -> Outcome {
    let running = AssertUnwindSafe(assign(shared, writer, begun)).catch_unwind();
    match running.await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => {
            tracing::error!(job = %writer.job().id, error = report(&error), "a job's records could not be read");
            Outcome::Lost
        }
        // Whatever broke, the job must not stay open for ever, nor be tried again and again.
        Err(_) => match writer.write(Change::Ended { quality: None }).await {
            Ok(()) => Outcome::Ended,
            Err(_) => Outcome::Lost,
        },
    }
}

async fn assign(shared: &Shared, writer: &JobWriter, begun: Instant) -> Result<Outcome, Error> {
    let job = writer.job();
    let text = Some(shared.records.source(job.id).await?).filter(|text| !text.is_empty());
    let assignment = Assignment {
        request: Arc::new(Request::restored(job.request.clone(), text)),
        reading: shared.shelf.take(job.id),
        pieces: shared.records.pieces(&job).await?,
        writer: writer.clone(),
        deadline: begun + shared.config.workers.deadline(),
        stop: shared.stop.clone(),
    };
    Ok(shared.pipeline.run(assignment).await)
}

/// Writes an error with its causes on one line.
fn report(error: &Error) -> String {
    let mut line = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}
