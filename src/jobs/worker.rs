//! Takes jobs from the queue and runs them.
//!
//! One task looks at the head of the queue and claims as many jobs as there are free workers; each
//! runs as a task of its own. A worker that has to drop its job stops the calls, books what they may
//! have cost, and gives the job back where it still may.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::leases::{self, Stray};
use super::quarantine::{Admission, Quarantine};
use super::running::Entry;
use super::workers::{self, Observations};
use super::{Shared, Tenancy, Workers, queue, report};
use crate::content::Request;
use crate::lease::Tenure;
use crate::pipeline::{Assignment, Live, Outcome, Ran};
use crate::record::{Change, Error, Job, JobWriter, PAGE};

/// Jobs of the queue that are looked at together.
const HEAD: usize = 32;
/// How often the queue is looked at without being told to.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How often the number of workers is found anew while there are as many as there should be: a strain
/// that has passed should not keep jobs waiting that take a second or two.
const ADAPT_EVERY: Duration = Duration::from_millis(100);
/// How often the queue is looked at while jobs wait that must be kept apart. Who is cleared wakes whoever
/// waits for that here; this is for jobs that end without a piece.
const APART_FOR: Duration = Duration::from_secs(1);
/// How far places in the queue are moved about where several instances look at it.
const MOST_JITTER: Duration = Duration::from_secs(1);

/// What bounds the texts of the jobs in flight.
struct Texts {
    characters: Arc<Semaphore>,
    most: u32,
}

/// The room that the text of a job in flight takes; dropping it makes room for others.
type Room = OwnedSemaphorePermit;

/// What bounds which jobs run beside each other.
struct Bounds {
    texts: Texts,
    quarantine: Quarantine,
}

/// What a job needs to be run beside those that run.
struct Place {
    room: Room,
    admission: Admission,
}

impl Bounds {
    fn new(workers: &Workers) -> Bounds {
        Bounds { texts: Texts::new(workers), quarantine: Quarantine::new(workers.max_crashes) }
    }

    /// Finds places for as many jobs as are free, in their order, or says why there is none for any.
    fn places(&self, ordered: Vec<Job>, free: usize) -> Result<Vec<(Job, Place)>, Head> {
        if ordered.is_empty() {
            return Err(Head::Empty);
        }
        let mut places = Vec::new();
        for job in ordered {
            if places.len() == free {
                break;
            }
            let Some(admission) = self.quarantine.admit(&job) else { continue };
            match self.texts.room(&job) {
                Some(room) => places.push((job, Place { room, admission })),
                None if places.is_empty() => return Err(Head::NoRoom(self.texts.size(&job))),
                None => break,
            }
        }
        if places.is_empty() { Err(Head::KeptApart) } else { Ok(places) }
    }
}

impl Texts {
    fn new(workers: &Workers) -> Texts {
        let most = workers.max_source_characters.max(1);
        let permits = usize::try_from(most).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        Texts { characters: Arc::new(Semaphore::new(permits)), most }
    }

    /// How many permits a text takes; never more than there are, so that every job fits at last.
    fn size(&self, job: &Job) -> u32 {
        u32::try_from(job.source_characters).unwrap_or(u32::MAX).clamp(1, self.most)
    }

    /// Waits until there would be room for a text of that size. Only one task takes room, so it is
    /// still there afterwards.
    async fn until_room(&self, size: u32) {
        // The semaphore is never closed.
        let _ = self.characters.acquire_many(size).await;
    }

    /// Makes room for a job if there is any.
    fn room(&self, job: &Job) -> Option<Room> {
        Arc::clone(&self.characters).try_acquire_many_owned(self.size(job)).ok()
    }
}

/// Takes jobs from the queue until the service stops. Only the waiting is cut short then: a claim under
/// way is seen to its end, so that no job is claimed that nobody runs.
pub(super) async fn take_jobs(shared: Arc<Shared>) {
    let bounds = Bounds::new(&shared.config.workers);
    let mut reach = HEAD;
    let mut count = shared.running.count();
    while !shared.stop.is_cancelled() {
        count.mark_unchanged();
        let taken = take_head(&shared, &bounds, reach).await;
        let head = taken.unwrap_or_else(|error| {
            tracing::error!(error = report(&error), "the queue could not be read");
            Head::Empty
        });
        // Those that must wait for each other must not hide the others.
        reach = if matches!(head, Head::KeptApart) { PAGE } else { HEAD };
        let pause = async {
            match head {
                Head::Taken => {}
                // Until a worker is done, or more of them are wanted.
                Head::Closed => drop(tokio::time::timeout(ADAPT_EVERY, count.changed()).await),
                Head::KeptApart => drop(tokio::time::timeout(APART_FOR, shared.wake.notified()).await),
                // Then it is looked at again: something more urgent may have come meanwhile.
                Head::NoRoom(size) => bounds.texts.until_room(size).await,
                // Whether told or not, it is time to look again.
                Head::Empty => drop(tokio::time::timeout(LOOK_EVERY, shared.wake.notified()).await),
            }
        };
        tokio::select! {
            () = shared.stop.cancelled() => return,
            () = pause => {}
        }
    }
}

/// What was found at the head of the queue.
enum Head {
    /// Something, and it is to be looked at again at once.
    Taken,
    /// Nothing.
    Empty,
    /// It was not looked at: as many jobs run as should.
    Closed,
    /// A text of that size, for which there is no room.
    NoRoom(u32),
    /// Jobs alone that must wait for others which may have taken the service down as well.
    KeptApart,
}

/// Finds how many more jobs should run here now.
fn free_workers(shared: &Shared) -> usize {
    let workers = &shared.config.workers;
    let running = shared.running.len();
    let observed = Observations {
        running,
        // What one look can find: there is a worker for each job that is taken, and none that idles.
        waiting: HEAD,
        share: shared.leases.share(workers.global_max),
        permits: shared.pipeline.permits(),
        cpu_backlog: shared.pipeline.cpu_backlog(),
        memory_bytes: workers::memory_bytes(),
    };
    workers::wanted(workers, &observed).saturating_sub(running)
}

/// Claims what is next in the queue, as far as there is room, and begins it.
async fn take_head(shared: &Arc<Shared>, bounds: &Bounds, reach: usize) -> Result<Head, Error> {
    let free = free_workers(shared);
    if free == 0 {
        return Ok(Head::Closed);
    }
    let head = shared.records.queued(reach).await?;
    let jitter = match shared.config.tenancy {
        Tenancy::Sole => Duration::ZERO,
        Tenancy::Shared => MOST_JITTER,
    };
    let ordered = queue::order(head, shared.running.by_owner(), || part_of(jitter));
    let places = match bounds.places(ordered, free) {
        Ok(places) => places,
        Err(none) => return Ok(none),
    };
    // Taken before the claims are made: what is lost meanwhile is not taken for kept.
    let (instance, tenure) = shared.leases.claimant();
    let claims = places.into_iter().map(async |(job, place)| {
        let entry = Entry::new(Arc::clone(shared), job.id, job.owner);
        let (id, time) = (job.id, shared.config.workers.deadline());
        let claimed = shared.records.claim(job, &instance, time).await;
        // It may have gone through although the store could not say so.
        claimed.map(|claimed| (claimed, entry, place)).inspect_err(|_| shared.leases.doubt(id))
    });
    let mut result = Ok(Head::Taken);
    for claim in join_all(claims).await {
        match claim {
            Ok((Some(job), entry, place)) => {
                drop(shared.tasks.spawn(work(job, entry, place, tenure.clone())));
            }
            // Somebody else was faster, or the job was deleted.
            Ok((None, ..)) => {}
            // The others are claimed all the same and must be run.
            Err(error) => result = Err(error),
        }
    }
    result
}

/// Draws a part of that time. Without randomness from the system it is half of it.
fn part_of(most: Duration) -> Duration {
    let mut byte = [128_u8];
    let _ = getrandom::fill(&mut byte);
    most.saturating_mul(u32::from(byte[0])) / 256
}

/// Why a worker drops its job where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    /// It was cancelled, deleted or taken over.
    LetGo,
    /// The service stops, and its grace time is over.
    GraceOver,
}

/// What a worker may take to give a job back that it dropped.
const GIVE_BACK: Duration = Duration::from_secs(3);

/// Runs one claimed job to its end, or until it is to be dropped.
async fn work(job: Job, entry: Entry, place: Place, tenure: Tenure) {
    let Place { room, admission } = place;
    let shared = Arc::clone(&entry.shared);
    let (id, claim) = (job.id, job.claim.clone());
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    let (writer, tip, writing) = JobWriter::open(shared.records.clone(), job);
    entry.attach(tip);
    tasks.spawn(writing);
    if admission.keeps_others_out() {
        let (shared, cleared) = (Arc::clone(&shared), writer.until(|job| job.crashes == 0));
        drop(Arc::clone(&shared).tasks.spawn(async move {
            cleared.await;
            drop(admission);
            shared.wake.notify_one();
        }));
    }
    let abandon = CancellationToken::new();
    let (ran, dropped) = {
        let course = Course { begun, tenure, live: entry.live.clone(), abandon: abandon.clone() };
        let mut running = Box::pin(run(&shared, &writer, course));
        tokio::select! {
            ran = &mut running => (ran, None),
            why = drop_it(&shared, &entry, &mut tasks) => {
                abandon.cancel();
                (running.await, Some(why))
            }
        }
    };
    let is_still_ours = dropped != Some(Reason::LetGo);
    let given_back = match ran.outcome {
        Outcome::Ended => true,
        Outcome::Stopped | Outcome::Abandoned if is_still_ours => {
            let released = writer.write(Change::Released { unbooked: ran.unbooked });
            matches!(tokio::time::timeout(GIVE_BACK, released).await, Ok(Ok(())))
        }
        Outcome::Stopped | Outcome::Abandoned | Outcome::Lost => false,
    };
    // From here on nothing of this worker writes the job any more.
    tasks.shutdown().await;
    if let (false, Some(claim)) = (given_back, claim) {
        leases::relinquish(&shared, id, Stray { claim, unbooked: ran.unbooked }).await;
    }
    let job = writer.job();
    let (status, outcome, took) = (job.status, ran.outcome, begun.elapsed());
    if outcome == Outcome::Ended {
        shared.pace.learn(&job);
        // Whoever waits is woken when the entry goes, and finds them then.
        shared.made.put(id, ran.pieces);
    }
    tracing::info!(job = %id, ?outcome, ?dropped, %status, ?took, "a worker is done with a job");
    // The room goes last, so that there is never more in flight than allowed.
    drop(entry);
    drop(room);
}

/// Waits until there is a reason to drop the job.
async fn drop_it(shared: &Shared, entry: &Entry, writing: &mut JoinSet<()>) -> Reason {
    let no_more_grace = async {
        shared.stop.cancelled().await;
        tokio::time::sleep(shared.config.workers.grace()).await;
    };
    tokio::select! {
        () = entry.let_go.cancelled() => Reason::LetGo,
        // The writer ends by itself only when the job is no longer its own.
        _ = writing.join_next() => Reason::LetGo,
        () = no_more_grace => Reason::GraceOver,
    }
}

/// What goes with one run of a job.
struct Course {
    begun: Instant,
    tenure: Tenure,
    live: Live,
    abandon: CancellationToken,
}

async fn run(shared: &Shared, writer: &JobWriter, course: Course) -> Ran {
    let running = AssertUnwindSafe(assign(shared, writer, course)).catch_unwind();
    let outcome = match running.await {
        Ok(Ok(ran)) => return ran,
        Ok(Err(error)) => {
            tracing::error!(job = %writer.job().id, error = report(&error), "a job's records could not be read");
            if error.is_damage() { give_up(writer).await } else { Outcome::Lost }
        }
        Err(_) => give_up(writer).await,
    };
    Ran::without_pieces(outcome)
}

/// Ends a job that cannot be run: it must not stay open for ever, nor be tried again and again.
async fn give_up(writer: &JobWriter) -> Outcome {
    match writer.write(Change::Ended { quality: None }).await {
        Ok(()) => Outcome::Ended,
        Err(_) => Outcome::Lost,
    }
}

async fn assign(shared: &Shared, writer: &JobWriter, course: Course) -> Result<Ran, Error> {
    let Course { begun, tenure, live, abandon } = course;
    let job = writer.job();
    let text = Some(shared.records.source(job.id).await?).filter(|text| !text.is_empty());
    let assignment = Assignment {
        request: Arc::new(Request::restored(job.request.clone(), text)),
        reading: shared.shelf.take(job.id),
        pieces: shared.records.pieces(&job).await?,
        writer: writer.clone(),
        deadline: begun + shared.config.workers.deadline(),
        tenure,
        live,
        stop: shared.stop.clone(),
        abandon,
    };
    Ok(shared.pipeline.run(assignment).await)
}
