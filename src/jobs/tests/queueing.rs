//! Which jobs are taken, in which order, and how many at once.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::content::Priority;
use crate::jobs::places::Places;
use crate::jobs::queue::order;
use crate::jobs::{Tenancy, Workers};
use crate::record::test_store::TestStore;
use crate::record::{Accepted, Status, Terms};
use tokio::time::Instant;

const TURN: u64 = 20;
const PRIORITIES: [(Priority, i64); 3] =
    [(Priority::High, -600), (Priority::Normal, 0), (Priority::Low, 600)];

/// A queue as the store keeps it, with one worker and a clock of its own, in seconds.
struct Simulation {
    sample: Job,
    places: Places,
    waiting: Vec<Job>,
    begun: Timestamp,
    begun_at: Instant,
}

impl Simulation {
    async fn new() -> Simulation {
        let records = Records::new(memory(), Clock::System);
        let accepted = records.accept(owner(), &everything(), Terms::default()).await.unwrap();
        let Accepted::New(sample) = accepted else { unreachable!() };
        let begun = sample.created_at;
        let begun_at = Instant::now();
        Simulation { sample, places: Places::default(), waiting: Vec::new(), begun, begun_at }
    }

    fn accept(&mut self, owner: Owner, priority: Priority, second: u64) {
        let passed = Duration::from_secs(second);
        let now = self.begun + passed;
        let behind = self.places.take_at(owner, priority, self.begun_at + passed);
        let (_, shift) = PRIORITIES.iter().find(|(other, _)| *other == priority).unwrap();
        let mut job = self.sample.clone();
        job.owner = owner;
        job.queue_key = now.as_millisecond() + shift * 1000 + i64::try_from(behind.as_millis()).unwrap();
        job.request.priority = Some(priority);
        self.waiting.push(job);
    }

    /// Takes the next job, as an instance does that looks at the first 32.
    fn take(&mut self, at_work: &BTreeMap<Owner, usize>) -> Option<Job> {
        self.waiting.sort_by_key(|job| job.queue_key);
        let head = self.waiting.iter().take(32).cloned().collect();
        let next = order(head, at_work.clone(), || Duration::ZERO).into_iter().next()?;
        let place =
            self.waiting.iter().position(|job| (job.queue_key, job.owner) == (next.queue_key, next.owner));
        self.waiting.remove(place.unwrap());
        Some(next)
    }
}

fn priority(job: &Job) -> Priority {
    job.request.priority.unwrap()
}

#[tokio::test]
async fn of_jobs_accepted_together_high_goes_before_normal_before_low_whoever_is_busy() {
    let mut simulation = Simulation::new().await;
    let (busy, idle) = (owner(), owner());
    for (priority, _) in PRIORITIES.into_iter().rev() {
        for _ in 0..5 {
            simulation.accept(busy, priority, 0);
            simulation.accept(idle, priority, 0);
        }
    }
    let at_work = BTreeMap::from([(busy, 1000)]);
    let taken: Vec<Job> = std::iter::from_fn(|| simulation.take(&at_work)).collect();
    assert_eq!(taken.len(), 30);
    assert!(taken.is_sorted_by_key(|job| std::cmp::Reverse(priority(job))));
    assert!(taken.iter().take(5).all(|job| job.owner == idle), "the idle owner goes first");
}

#[tokio::test]
async fn a_low_job_is_taken_in_the_end_although_high_ones_keep_coming() {
    let mut simulation = Simulation::new().await;
    let low = owner();
    simulation.accept(low, Priority::Low, 0);
    // As many high ones come, each from somebody else, as the worker can take.
    let taken = (1..2000).find(|second| {
        simulation.accept(owner(), Priority::High, *second);
        simulation.take(&BTreeMap::new()).unwrap().owner == low
    });
    assert!((1190..=1210).contains(&taken.unwrap()), "{taken:?}");
}

#[tokio::test]
async fn a_bulk_of_one_owner_does_not_hold_up_what_others_send_later() {
    let mut simulation = Simulation::new().await;
    let (bulk, other) = (owner(), owner());
    for _ in 0..5000 {
        simulation.accept(bulk, Priority::Normal, 0);
    }
    // The worker takes one in twenty seconds; the bulk alone would keep it for a day.
    let mut waited = Vec::new();
    for round in 0..100_u64 {
        if round % 10 == 5 {
            simulation.accept(other, Priority::Normal, round * 20);
        }
        let job = simulation.take(&BTreeMap::from([(bulk, 10)])).unwrap();
        if job.owner == other {
            waited.push(round % 10);
        }
    }
    assert_eq!(waited, [5; 10], "each is taken in the round it comes in");
    assert_eq!(simulation.waiting.len(), 5000 + 10 - 100);
    simulation.accept(bulk, Priority::High, 2000);
    assert_eq!(
        priority(&simulation.take(&BTreeMap::new()).unwrap()),
        Priority::High,
        "its own urgent one too"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn nobody_waits_much_longer_than_everybody_would_in_turn(
        arrivals in prop::collection::vec((0_usize..4, 0_usize..3, 0_u64..600), 1..120),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut simulation = runtime.block_on(Simulation::new());
        let owners: Vec<Owner> = (0..4).map(|_| owner()).collect();
        let mut arrivals = arrivals;
        arrivals.sort_by_key(|(_, _, second)| *second);
        let count = arrivals.len();
        let mut taken = 0;
        let mut second = 0;
        let mut arrivals = arrivals.into_iter().peekable();
        while taken < count {
            while let Some((who, what, _)) = arrivals.next_if(|(_, _, at)| *at <= second) {
                simulation.accept(owners[who], PRIORITIES[what].0, second);
            }
            if simulation.take(&BTreeMap::new()).is_some() {
                taken += 1;
            }
            second += TURN;
        }
        // The worker is never idle while something waits.
        prop_assert!(second <= 600 + TURN * (u64::try_from(count).unwrap() + 1));
        prop_assert!(simulation.waiting.is_empty());
    }
}

#[test]
fn places_are_taken_one_turn_after_the_other_and_free_up_with_time() {
    let places = Places::default();
    let (own, other) = (owner(), owner());
    let now = Instant::now();
    let take = |owner, priority, now| places.take_at(owner, priority, now).as_secs();
    assert_eq!([(); 3].map(|()| take(own, Priority::Normal, now)), [0, TURN, 2 * TURN]);
    assert_eq!((take(other, Priority::Normal, now), take(own, Priority::High, now)), (0, 0));
    let later = now + Duration::from_secs(60);
    assert_eq!(take(own, Priority::Normal, later), 0);
    for _ in 0..10_000 {
        take(own, Priority::Normal, later);
    }
    assert_eq!(take(own, Priority::Normal, later), 24 * 60 * 60, "nobody is put off for longer");
}

/// How many seconds a job was put behind the time of its acceptance.
fn behind(job: &Job) -> i64 {
    (job.queue_key - job.created_at.as_millisecond()) / 1000
}

/// Longer than a count of an owner's jobs stands.
async fn until_counted_anew() {
    tokio::time::sleep(Duration::from_secs(3)).await;
}

#[tokio::test(start_paused = true)]
async fn what_an_owner_has_done_is_no_load_and_what_waits_or_runs_is() {
    let bench = Bench::new(willing()).await;
    let own = owner();
    for _ in 0..30 {
        let job = bench.submit(own).await;
        bench.jobs.wait(job.id, LONG).await.unwrap();
    }
    until_counted_anew().await;
    assert_eq!(behind(&bench.submit(own).await), 0, "thirty jobs are done, and nothing waits");
    let busy = Bench::new(hanging()).await;
    let mut jobs = Vec::new();
    for _ in 0..5 {
        jobs.push(busy.submit(own).await);
    }
    assert_eq!(jobs.iter().map(behind).collect::<Vec<_>>(), [0, 20, 40, 60, 80]);
    for job in &jobs[1..] {
        busy.jobs.cancel(Viewer::Admin, job.id).await.unwrap();
    }
    until_counted_anew().await;
    assert_eq!(behind(&busy.submit(own).await), 20, "one still runs");
}

#[tokio::test(start_paused = true)]
async fn calls_that_make_no_job_take_no_place() {
    let store = TestStore::over(memory());
    let bench = Bench::over(store.clone(), hanging()).await;
    let own = owner();
    let calls = (0..100).map(|_| bench.submit_named(own, "one", everything()));
    let made = futures_util::future::join_all(calls).await;
    assert_eq!(made.iter().filter(|made| !made.as_ref().unwrap().replayed).count(), 1);
    store.fail(20);
    for number in 0..20 {
        assert!(bench.submit_named(own, &format!("failing-{number}"), everything()).await.is_err());
    }
    assert_eq!(behind(&bench.submit(own).await), 20, "behind the one job that there is");
}

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_is_set_back_puts_nobody_behind() {
    let clock = Clock::fixed(Timestamp::now());
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(clock.clone()));
    let bench = Bench::with(Config::default(), store, clock.clone(), hanging()).await;
    let own = owner();
    clock.jump(jiff::SignedDuration::from_hours(1));
    bench.submit(own).await;
    clock.jump(jiff::SignedDuration::from_hours(-1));
    assert_eq!(behind(&bench.submit(own).await), 20);
}

/// Writes nothing, ever.
fn hanging() -> Script {
    Script::new(|_| std::future::pending())
}

async fn submit_several(bench: &Bench, count: usize) {
    for _ in 0..count {
        bench.submit(owner()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn all_instances_together_run_no_more_jobs_than_the_global_bound() {
    let store = memory();
    let workers = Workers { global_max: 3, ..Workers::default() };
    let config = Config { workers, tenancy: Tenancy::Shared, ..Config::default() };
    let mut benches = Vec::new();
    for _ in 0..2 {
        benches.push(Bench::with(config.clone(), Arc::clone(&store), Clock::System, hanging()).await);
    }
    // Until each has seen the other.
    tokio::time::sleep(Duration::from_secs(5)).await;
    submit_several(&benches[0], 8).await;
    tokio::time::sleep(Duration::from_secs(20)).await;
    let running: BTreeSet<usize> = benches.iter().map(|bench| bench.jobs.shared.running.len()).collect();
    assert_eq!(running, [1, 2].into());
    let running = benches[0].jobs.shared.records.running().await.unwrap();
    assert_eq!(running.len(), 3);
    // One leaves, and the other takes up its part.
    let two = benches.pop().unwrap();
    two.shut_down().await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(benches[0].jobs.shared.running.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn the_number_of_workers_follows_what_the_provider_takes() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let permits = Arc::new(AtomicUsize::new(2));
    let told = Arc::clone(&permits);
    let pipeline = Pipeline::new(Writer::Scripted(hanging()), 2);
    let pipeline = pipeline.with_permits(move || told.load(Ordering::SeqCst));
    let workers = Workers { min: 1, ..Workers::default() };
    let config = Config { workers, ..Config::default() };
    let bench = Bench::with_pipeline(config, memory(), Clock::System, pipeline).await;
    submit_several(&bench, 20).await;
    for (now, running) in [(2, 4), (5, 10), (100, 20)] {
        permits.store(now, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(bench.jobs.shared.running.len(), running, "{now} permits");
    }
}

#[tokio::test]
async fn a_job_and_all_that_belongs_to_it_is_gone_when_its_time_is_over() {
    let clock = Clock::fixed(Timestamp::now());
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(clock.clone()));
    let mut config = Config::default();
    config.retention.jobs = jiff::SignedDuration::from_hours(2);
    let bench = Bench::with(config, Arc::clone(&store), clock.clone(), willing()).await;
    let own = owner();
    let job = bench.submit_named(own, "key", everything()).await.unwrap().job;
    let deadline = Duration::from_secs(15 * 60);
    let job = bench.jobs.wait(job.id, LONG).await.unwrap();
    assert_eq!(job.status, Status::Completed);
    let left = async || {
        let mut left = 0;
        for collection in [crate::store::Collection::Sources, crate::store::Collection::Pieces] {
            let query = crate::store::Query::ascending(collection, "number").equal("job", job.id.to_string());
            left += store.query(query).await.unwrap().documents.len();
        }
        left
    };
    clock.advance(Duration::from_secs(2 * 60 * 60 - 1));
    assert_eq!((bench.kinds(&job).await.len(), left().await), (8, 9));
    clock.advance(Duration::from_secs(1));
    assert!(matches!(bench.jobs.get(Viewer::Admin, job.id).await, Err(Error::NotFound)));
    assert_eq!(left().await, 8, "its text is gone with it, and nobody can reach its pieces any more");
    clock.advance(deadline + Duration::from_secs(60 * 60));
    assert_eq!(left().await, 0);
    let again = bench.submit_named(own, "key", everything()).await.unwrap();
    assert!(!again.replayed, "the name of its call went with it");
}

#[tokio::test]
async fn a_list_can_be_bounded_in_time_on_every_page() {
    let clock = Clock::fixed(Timestamp::now());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(store::sqlite::FILE_NAME);
    let sqlite = SqliteStore::open(&file, clock.clone(), &store::Config::default()).unwrap();
    let stores: [Arc<dyn Store>; 2] = [Arc::new(MemoryStore::new(clock.clone())), Arc::new(sqlite)];
    for store in stores {
        let bench = Bench::with(Config::default(), store, clock.clone(), hanging()).await;
        let mut made = Vec::new();
        for _ in 0..8 {
            made.push(bench.submit(owner()).await);
            clock.advance(Duration::from_secs(60));
        }
        let mut query = ListQuery {
            created_after: Some(made[1].created_at),
            created_before: Some(made[6].created_at),
            limit: 3,
            ..ListQuery::default()
        };
        let first = bench.jobs.list(Viewer::Admin, query.clone()).await.unwrap();
        query.cursor = first.next_cursor;
        assert!(query.cursor.is_some());
        let second = bench.jobs.list(Viewer::Admin, query).await.unwrap();
        assert_eq!(second.next_cursor, None);
        let listed: Vec<_> = first.items.iter().chain(&second.items).map(|job| job.id).collect();
        let expected: Vec<_> = made[2..6].iter().rev().map(|job| job.id).collect();
        assert_eq!(listed, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn the_time_that_is_left_is_told_from_what_earlier_jobs_took() {
    let clock = Clock::fixed(Timestamp::now());
    let script = Script::new(|kind| async move {
        let seconds = match kind {
            Kind::Outline => 4,
            Kind::Faqs => 10,
            _ => 1,
        };
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        Ok(pieces::draft(kind))
    });
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(clock.clone()));
    let bench = Bench::with(Config::default(), store, clock.clone(), script).await;
    // The wall clock goes with the time that the test lets pass.
    let pass = async |seconds: u64| {
        for _ in 0..seconds * 10 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            clock.advance(Duration::from_millis(100));
        }
    };
    let left = async |id| bench.jobs.get(Viewer::Admin, id).await.unwrap().progress.eta_seconds;
    let first = bench.submit(owner()).await.id;
    pass(6).await;
    assert_eq!(left(first).await, None, "nothing was measured yet");
    pass(10).await;
    let done = bench.jobs.wait(first, LONG).await.unwrap();
    assert_eq!((done.status, done.progress.eta_seconds), (Status::Completed, None));

    let second = bench.submit(owner()).await.id;
    let mut told = Vec::new();
    for _ in 0..4 {
        pass(3).await;
        told.push(left(second).await.unwrap());
    }
    // It takes fourteen seconds: after 3, 6, 9 and 12 of them, 11, 8, 5 and 2 are left.
    for (told, left) in told.iter().zip([11_u32, 8, 5, 2]) {
        assert!(told.abs_diff(left) <= 1, "{told:?}");
    }
    pass(6).await;
    assert_eq!(bench.jobs.wait(second, LONG).await.unwrap().progress.eta_seconds, None);
}
