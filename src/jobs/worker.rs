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

use super::{Shared, Workers};
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

/// What bounds the jobs in flight: their number, and the characters of their texts.
struct Bounds {
    workers: Arc<Semaphore>,
    characters: Arc<Semaphore>,
    most_characters: u32,
}

/// The room that a job in flight takes; dropping it makes room for others.
struct Room {
    _worker: OwnedSemaphorePermit,
    _characters: OwnedSemaphorePermit,
}

impl Bounds {
    fn new(workers: &Workers) -> Bounds {
        let semaphore = |permits: usize| Arc::new(Semaphore::new(permits.clamp(1, Semaphore::MAX_PERMITS)));
        let most_characters = workers.max_source_characters.max(1);
        Bounds {
            workers: semaphore(workers.max),
            characters: semaphore(usize::try_from(most_characters).unwrap_or(usize::MAX)),
            most_characters,
        }
    }

    /// How many permits a text takes; never more than there are, so that every job fits at last.
    fn size(&self, job: &Job) -> u32 {
        u32::try_from(job.source_characters).unwrap_or(u32::MAX).clamp(1, self.most_characters)
    }

    /// Waits until there would be room for a text of that size. Only one task takes room, so it is
    /// still there afterwards.
    async fn until_room(&self, size: u32) {
        // The semaphore is never closed.
        let _ = self.characters.acquire_many(size).await;
    }

    /// Makes room for a job if there is any.
    fn room(&self, job: &Job) -> Option<Room> {
        let worker = Arc::clone(&self.workers).try_acquire_owned().ok()?;
        let characters = Arc::clone(&self.characters).try_acquire_many_owned(self.size(job)).ok()?;
        Some(Room { _worker: worker, _characters: characters })
    }
}

/// Takes jobs from the queue until the service stops.
pub(super) async fn take_jobs(shared: Arc<Shared>) {
    let bounds = Bounds::new(&shared.config.workers);
    loop {
        let round = async {
            match take_head(&shared, &bounds).await {
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

/// Whether the queue is to be looked at again at once.
enum Head {
    Taken,
    Empty,
}

/// Claims what stands at the head of the queue, as far as there is room, and begins it.
async fn take_head(shared: &Arc<Shared>, bounds: &Bounds) -> Result<Head, Error> {
    // The semaphore is never closed.
    drop(bounds.workers.acquire().await);
    let head = shared.records.queued(HEAD).await?;
    let Some(size) = head.first().map(|job| bounds.size(job)) else { return Ok(Head::Empty) };
    let room: Vec<_> = head.into_iter().map_while(|job| bounds.room(&job).map(|room| (job, room))).collect();
    if room.is_empty() {
        // Then the queue is looked at again: something more urgent may have come meanwhile.
        bounds.until_room(size).await;
        return Ok(Head::Taken);
    }
    let claims = room.into_iter().map(async |(job, room)| {
        let entry = Entry::new(Arc::clone(shared), job.id);
        let time = shared.config.workers.deadline();
        shared.records.claim(job, &shared.instance, time).await.map(|claimed| (claimed, entry, room))
    });
    let mut result = Ok(Head::Taken);
    for claim in join_all(claims).await {
        match claim {
            Ok((Some(job), entry, room)) => drop(shared.tasks.spawn(work(job, entry, room))),
            // Somebody else was faster, or the job was deleted.
            Ok((None, ..)) => {}
            // The others are claimed all the same and must be run.
            Err(error) => result = Err(error),
        }
    }
    result
}

/// Gives jobs back to the queue that are marked as running but that nobody runs. The data folder is
/// locked, so whoever ran them is gone.
pub(super) async fn give_back_abandoned(shared: &Arc<Shared>) -> Result<(), Error> {
    let running = shared.records.running().await?;
    let abandoned = running.into_iter().filter(|job| !shared.running.contains(job.id));
    // Side by side, so that the store commits them together.
    for given_back in join_all(abandoned.map(|job| shared.records.give_back(job))).await {
        if let Some(job) = given_back? {
            tracing::info!(job = %job.id, "an interrupted job goes back to the queue");
            shared.wake.notify_one();
        }
    }
    Ok(())
}

/// Runs one claimed job to its end, or until it is to be let go.
async fn work(job: Job, entry: Entry, room: Room) {
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
    // The room goes last, so that there is never more in flight than allowed.
    drop((tasks, entry));
    drop(room);
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
