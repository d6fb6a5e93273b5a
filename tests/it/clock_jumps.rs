//! A wall clock that jumps an hour either way, over a store in a file that sweeps what has expired: what
//! is kept for longer than that is there before and after. That no lease is lost or ended by it is shown
//! with the unit tests of `jobs`, where two instances watch each other.

use std::sync::Arc;
use std::time::Duration;

use content_factory::clock::Clock;
use content_factory::content::Request;
use content_factory::id::KeyId;
use content_factory::jobs::{Config, Jobs, SubmitOptions};
use content_factory::pipeline::{Pipeline, Writer};
use content_factory::record::{IdempotencyKey, Job, ListQuery, Owner, Records, Status, Viewer};
use content_factory::store::{self, Collection, Query, SqliteStore, Store, sqlite};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::support::LESSON;

const LONG: Duration = Duration::from_secs(120);

struct Bench {
    jobs: Jobs,
    store: Arc<dyn Store>,
    clock: Clock,
    owner: Owner,
    tasks: TaskTracker,
    stop: CancellationToken,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn new() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(Timestamp::now());
        let path = folder.path().join(sqlite::FILE_NAME);
        let opened = SqliteStore::open(&path, clock.clone(), &store::Config::default()).unwrap();
        let store: Arc<dyn Store> = Arc::new(opened);
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let records = Records::new(Arc::clone(&store), clock.clone());
        let pipeline = Pipeline::new(Writer::Extractive, 2);
        let jobs =
            Jobs::start(Config::default(), records, pipeline, tasks.clone(), stop.clone()).await.unwrap();
        let owner = Owner(KeyId::at(clock.now()));
        Bench { jobs, store, clock, owner, tasks, stop, _folder: folder }
    }

    async fn submit(&self, name: &str) -> (Job, bool) {
        let request = Request::parse(&json!({ "syllabus_text": LESSON, "kinds": ["faqs"] })).unwrap();
        let options = SubmitOptions { idempotency_key: IdempotencyKey::new(name) };
        let submitted = self.jobs.submit(self.owner, request, options).await.unwrap();
        (submitted.job, submitted.replayed)
    }

    async fn run(&self, name: &str) -> Job {
        let (job, replayed) = self.submit(name).await;
        assert!(!replayed);
        let job = self.jobs.wait(job.id, LONG).await.unwrap();
        assert_eq!(job.status, Status::Completed);
        job
    }

    /// Counts everything that belongs to jobs.
    async fn documents(&self, job: &Job) -> usize {
        let mut count = 0;
        for collection in [Collection::Sources, Collection::Pieces] {
            let query = Query::ascending(collection, "number").equal("job", job.id.to_string());
            count += self.store.query(query).await.unwrap().documents.len();
        }
        count
    }

    /// Lets the clock jump, and the sweeper come round at the time that it then is.
    async fn jump(&self, hours: i64, number: usize) -> Job {
        self.clock.jump(SignedDuration::from_hours(hours));
        self.clock.advance(Duration::from_secs(61));
        // Every commit looks whether it is time to sweep.
        self.run(&format!("after-jump-{number}")).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wall_clock_that_jumps_an_hour_expires_nothing_that_is_kept_longer() {
    let bench = Bench::new().await;
    let job = bench.run("first").await;
    let before = bench.documents(&job).await;
    assert!(before >= 3, "{before}");
    for (number, hours) in [1, -1, -1, 1, 1].into_iter().enumerate() {
        let other = bench.jump(hours, number).await;
        // Durations are not measured by the clock that jumped.
        assert!(other.metadata.duration_ms < 60_000, "{hours}: {}", other.metadata.duration_ms);
        let again = bench.jobs.get(Viewer::Owner(bench.owner), job.id).await.unwrap();
        assert_eq!((again.status, again.last_event()), (job.status, job.last_event()), "{hours}");
        assert_eq!(bench.documents(&job).await, before, "{hours}");
        assert_eq!(bench.jobs.source(Viewer::Admin, job.id).await.unwrap(), LESSON);
        assert_eq!(bench.jobs.content(Viewer::Admin, job.id).await.unwrap().len(), 2);
        let (replayed, is_replay) = bench.submit("first").await;
        assert!(is_replay && replayed.id == job.id, "{hours}: the name is forgotten");
        let all =
            bench.jobs.list(Viewer::Admin, ListQuery { limit: 100, ..ListQuery::default() }).await.unwrap();
        assert_eq!(all.items.len(), number + 2, "{hours}");
    }
    bench.stop.cancel();
    bench.tasks.close();
    bench.tasks.wait().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_runs_while_the_clock_jumps_ends_in_its_own_time() {
    for hours in [1, -1] {
        let bench = Bench::new().await;
        let (job, _) = bench.submit("jumping").await;
        while bench.jobs.get(Viewer::Admin, job.id).await.unwrap().status == Status::Queued {}
        bench.clock.jump(SignedDuration::from_hours(hours));
        let ended = bench.jobs.wait(job.id, LONG).await.unwrap();
        assert_eq!((ended.status, ended.crashes), (Status::Completed, 0), "{hours}");
        assert!(ended.metadata.duration_ms < 600_000, "{hours}: {} ms", ended.metadata.duration_ms);
        bench.stop.cancel();
        bench.tasks.close();
        bench.tasks.wait().await;
    }
}
