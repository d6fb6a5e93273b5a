//! When packages are made: accepting, queueing, running, resuming and deleting jobs.
//!
//! Every generation is a job, also one that a client waits for: [`Jobs::submit`] and
//! [`Jobs::wait`]. A job is accepted in one commit, waits in the store's queue, is claimed by
//! compare-and-set and run by a worker, of this process or of another over the same store. What
//! happens inside is `pipeline`'s business; what is stored is `record`'s.
//!
//! Files in reading order: this one; `commands.rs`, what owners do to jobs, and
//! `batches.rs`, to several together; `day.rs`, how many a day; `worker.rs`, which takes
//! jobs from the queue and runs them, with `queue.rs` and `places.rs`, which one is next, `workers.rs`, how many at
//! once, and `running.rs`, the list of what runs here; `leases.rs` and `silence.rs`, who is alive and
//! what becomes of the jobs of those who are not; `depth.rs`, how many wait; `pace.rs`, how long things take; `waiting.rs`
//! and `following.rs`, who waits for a job and who follows it; `shelf.rs` and `made.rs`,
//! what is at hand of texts and pieces.

mod batches;
mod commands;
mod config;
mod day;
mod depth;
mod error;
mod following;
mod leases;
mod made;
mod pace;
mod places;
mod quarantine;
mod queue;
mod running;
mod shelf;
mod silence;
#[cfg(test)]
mod tests;
mod waiting;
mod worker;
mod workers;

pub use batches::BatchOfJobs;
pub use config::{Config, Retention, Tenancy, Workers};
pub use depth::Depths;
pub use error::Error;
pub use following::{Following, Happening};

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use day::Acceptance;
use depth::Depth;
use leases::Leases;
use made::{Made, Taker};
use pace::Pace;
use places::Places;
use running::Running;
use shelf::Shelf;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use waiting::Waiting;

use crate::content::{Kind, Material, Request};
use crate::id::JobId;
use crate::pipeline::{Pipeline, Refusal};
use crate::quota::Day;
use crate::record::{
    Accepted, IdempotencyKey, Job, ListQuery, Owner, Page, Progress, Records, Status, Terms, Viewer,
};

/// Accepts, runs and keeps jobs. Clones are the same.
#[derive(Clone, Debug)]
pub struct Jobs {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    config: Config,
    records: Records,
    pipeline: Pipeline,
    tasks: TaskTracker,
    stop: CancellationToken,
    leases: Leases,
    places: Places,
    depth: Depth,
    pace: Pace,
    /// Tells the worker pool that the queue has something new.
    wake: Notify,
    running: Running,
    waiting: Arc<Waiting>,
    shelf: Shelf,
    made: Arc<Made>,
}

impl Shared {
    /// Forgets what is at hand of a job that is deleted.
    fn forget(&self, job: JobId) {
        self.made.purge(job);
        drop(self.shelf.take(job));
    }
}

/// What goes with a request besides its body.
#[derive(Clone, Debug, Default)]
pub struct SubmitOptions {
    /// Names the call, so that repeating it makes no second job.
    pub idempotency_key: Option<IdempotencyKey>,
    /// The day that the jobs are taken from; without limit by default.
    pub day: Day,
}

/// A job that somebody has waited for who wants its pieces as well. As long as it is there they are kept
/// at hand.
#[derive(Debug)]
pub struct Awaited {
    /// The job.
    pub job: Job,
    taker: Taker,
}

/// What became of a request.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// The job.
    pub job: Job,
    /// Whether an earlier call with the same idempotency key made it.
    pub replayed: bool,
}

impl Jobs {
    /// Announces this instance and begins to work; where it is alone with the store, what an earlier
    /// process left running goes back to the queue first. All tasks run on `tasks`; when `stop` is
    /// cancelled they end within the grace time, and what is not finished by then is given back.
    ///
    /// # Errors
    /// [`Error::Record`] if the store cannot be read or written.
    pub async fn start(
        config: Config,
        records: Records,
        pipeline: Pipeline,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Result<Jobs, Error> {
        let leases = Leases::new(&config, records.clock());
        let shared = Arc::new(Shared {
            config,
            records,
            pipeline,
            tasks,
            stop,
            leases,
            places: Places::default(),
            depth: Depth::default(),
            pace: Pace::default(),
            wake: Notify::new(),
            running: Running::default(),
            waiting: Arc::default(),
            shelf: Shelf::default(),
            made: Arc::default(),
        });
        let watch = shared.records.watch();
        leases::begin(&shared).await?;
        shared.tasks.spawn(leases::keep(Arc::clone(&shared)));
        shared.tasks.spawn(follow(Arc::clone(&shared), watch));
        shared.tasks.spawn(worker::take_jobs(Arc::clone(&shared)));
        shared.tasks.spawn(learn_pace(Arc::clone(&shared)));
        Ok(Jobs { shared })
    }

    /// Accepts a request; when this returns the job is durable.
    ///
    /// # Errors
    /// [`Error::SourceTooThin`], [`Error::Unsupported`] and [`Error::IdempotencyMismatch`] say what is
    /// wrong with the request; [`Error::Quota`], [`Error::ShuttingDown`], [`Error::Reading`],
    /// [`Error::Record`].
    pub async fn submit(
        &self,
        owner: Owner,
        request: Request,
        options: SubmitOptions,
    ) -> Result<Submitted, Error> {
        let shared = &self.shared;
        if shared.stop.is_cancelled() {
            return Err(Error::ShuttingDown);
        }
        let key = options.idempotency_key.as_ref();
        if let Some(key) = key
            && let Some(job) = shared.records.remembered(owner, key, &request).await?
        {
            return Ok(Submitted { job, replayed: true });
        }
        let request = Arc::new(request);
        let reading = shared.pipeline.examine(Arc::clone(&request)).await?;
        let retention = &shared.config.retention;
        let place = shared.places.take(&shared.records, owner, request.priority()).await;
        let terms = Terms {
            key,
            remembered: retention.idempotency(),
            kept: Some(retention.jobs()),
            behind: place.behind,
            ..Terms::default()
        };
        let acceptance = Acceptance { shared, day: &options.day, owner };
        match acceptance.accept(&request, terms).await? {
            Accepted::New(job) => {
                place.keep();
                shared.shelf.put(job.id, job.source_characters, reading);
                shared.wake.notify_one();
                Ok(Submitted { job, replayed: false })
            }
            Accepted::Replayed(job) => Ok(Submitted { job, replayed: true }),
        }
    }

    /// Tells whether an idempotency key of this owner stands for a job or a batch already.
    ///
    /// # Errors
    /// [`Error::Record`].
    pub async fn is_remembered(&self, owner: Owner, key: &IdempotencyKey) -> Result<bool, Error> {
        Ok(self.shared.records.is_remembered(owner, key).await?)
    }

    /// Waits until the job has ended, at most for `limit`, and gives it as it is then. Returns early
    /// when the service stops and nobody runs the job any more.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is or was deleted; [`Error::Record`].
    pub async fn wait(&self, id: JobId, limit: Duration) -> Result<Job, Error> {
        let shared = &self.shared;
        let until = Instant::now() + limit;
        let mut place = shared.waiting.enter(id);
        let mut is_time_over = false;
        loop {
            let stopping = shared.stop.is_cancelled();
            let runs_here = shared.running.contains(id);
            // As long as a worker of ours has it, none of its many commits is the last: only when that
            // worker is done, of which whoever waits is told, is there something to read.
            if !runs_here || is_time_over {
                let job = place.read(&shared.records).await?.ok_or(Error::NotFound)?;
                if job.status.is_ended() || is_time_over || stopping && !runs_here {
                    return Ok(self.timed(Job::clone(&job)));
                }
            }
            tokio::select! {
                () = place.changed() => {}
                () = shared.stop.cancelled(), if !stopping => {}
                () = tokio::time::sleep_until(until) => is_time_over = true,
            }
        }
    }

    /// Waits as [`Jobs::wait`] does, for whoever takes the pieces afterwards
    /// ([`Jobs::awaited_content`]).
    ///
    /// # Errors
    /// As [`Jobs::wait`].
    pub async fn wait_for_content(&self, id: JobId, limit: Duration) -> Result<Awaited, Error> {
        let taker = self.shared.made.expect(id);
        Ok(Awaited { job: self.wait(id, limit).await?, taker })
    }

    /// Gives the pieces of a job that somebody has waited for: those that a worker of this process has
    /// just made, else as they are stored.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it was deleted meanwhile; [`Error::Record`].
    pub async fn awaited_content(&self, awaited: &Awaited) -> Result<BTreeMap<Kind, Material>, Error> {
        let Awaited { job, taker } = awaited;
        // A later run may have added to them.
        let at_hand = taker.take().filter(|pieces| pieces.keys().eq(job.versions.keys()));
        if let Some(pieces) = at_hand {
            return Ok(pieces);
        }
        let records = &self.shared.records;
        let stored = records.pieces(job).await?;
        if stored.len() < job.versions.len() && records.job(job.id).await?.is_none() {
            return Err(Error::NotFound);
        }
        Ok(stored)
    }

    /// Reads a job.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such job for that viewer; [`Error::Record`].
    pub async fn get(&self, viewer: Viewer, id: JobId) -> Result<Job, Error> {
        let job = self.shared.records.job(id).await?;
        job.filter(|job| viewer.sees(job.owner)).map(|job| self.timed(job)).ok_or(Error::NotFound)
    }

    /// Lists the jobs that the viewer sees, newest first.
    ///
    /// # Errors
    /// [`Error::InvalidCursor`], [`Error::Record`].
    pub async fn list(&self, viewer: Viewer, query: ListQuery) -> Result<Page<Job>, Error> {
        let owner = match viewer {
            Viewer::Owner(owner) => Some(owner),
            Viewer::Admin => query.owner,
        };
        let Page { items, next_cursor } = self.shared.records.list(&ListQuery { owner, ..query }).await?;
        let items = items.into_iter().map(|job| self.timed(job)).collect();
        Ok(Page { items, next_cursor })
    }

    /// Says with a job how long it will probably still take. That changes with every second, so it is
    /// found when somebody asks and not stored.
    fn timed(&self, mut job: Job) -> Job {
        job.progress.eta_seconds = self.seconds_left(&job);
        job
    }

    /// Gives the progress of a job as of now, as [`Jobs::timed`] does.
    fn timed_progress(&self, job: &Job) -> Progress {
        Progress { eta_seconds: self.seconds_left(job), ..job.progress.clone() }
    }

    fn seconds_left(&self, job: &Job) -> Option<u32> {
        let Shared { pace, pipeline, records, .. } = &*self.shared;
        pace.seconds_left(job, pipeline.writer_name(), records.now())
    }

    /// Reads the pieces that are there, also while the job runs.
    ///
    /// # Errors
    /// As [`Jobs::get`].
    pub async fn content(&self, viewer: Viewer, id: JobId) -> Result<BTreeMap<Kind, Material>, Error> {
        let job = self.get(viewer, id).await?;
        Ok(self.shared.records.pieces(&job).await?)
    }

    /// Reads the text as it was submitted; empty for a job that was made from a topic alone.
    ///
    /// # Errors
    /// As [`Jobs::get`].
    pub async fn source(&self, viewer: Viewer, id: JobId) -> Result<String, Error> {
        self.get(viewer, id).await?;
        Ok(self.shared.records.source(id).await?)
    }
}

/// Passes on what the store tells of jobs, until the service has stopped and runs nothing any more.
async fn follow(shared: Arc<Shared>, watch: crate::store::Watch) {
    let mut count = shared.running.count();
    let done = async {
        shared.stop.cancelled().await;
        // The sender lives as long as what is shared.
        let _ = count.wait_for(|count| *count == 0).await;
    };
    tokio::select! {
        () = waiting::follow(&shared, watch) => {}
        () = done => {}
    }
}

/// Jobs that a new process learns from how long things take.
const LEARNT_FROM: usize = 20;

/// Learns from the jobs that ended last how long things take. Without it the first estimates come
/// later, and nothing else is lost.
async fn learn_pace(shared: Arc<Shared>) {
    let last = ListQuery { status: Some(Status::Completed), limit: LEARNT_FROM, ..ListQuery::default() };
    match shared.records.list(&last).await {
        Ok(page) => page.items.iter().rev().for_each(|job| shared.pace.learn(job)),
        Err(error) => tracing::warn!(error = report(&error), "nothing is known of how long jobs take"),
    }
}

/// Writes an error with its causes on one line.
fn report(error: &crate::record::Error) -> String {
    let mut line = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        match refusal {
            Refusal::SourceTooThin { missing } => Error::SourceTooThin { missing },
            Refusal::Unsupported { field, reason } => Error::Unsupported { field, reason },
            Refusal::Broken => Error::Reading,
        }
    }
}
