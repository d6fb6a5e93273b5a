//! A wall clock that jumps an hour either way, over a store in a file that sweeps what has expired: what
//! is kept for longer than that is there before and after, and nothing for longer. That no lease is lost by
//! it, and that no job expires that waits or runs, is shown with the unit tests of `jobs`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use content_factory::clock::Clock;
use content_factory::content::Request;
use content_factory::id::KeyId;
use content_factory::jobs::{Config, Error, Jobs, SubmitOptions};
use content_factory::llm::client::{Client, Concurrency};
use content_factory::llm::{self, ApiKey, FanOut, ProviderName};
use content_factory::money::Money;
use content_factory::pipeline::{Door, LastResort, Model, Pipeline, Writer};
use content_factory::record::{IdempotencyKey, Job, ListQuery, Owner, Records, Status, Viewer};
use content_factory::store::{self, Collection, Query, SqliteStore, Store, sqlite};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::support::llm_simulator::fault::Script;
use crate::support::llm_simulator::{Pace, Simulator};
use crate::support::{LESSON, in_time};

const LONG: Duration = Duration::from_secs(120);
/// A little longer than all the jumps together, and the minutes that pass between them.
const KEPT: SignedDuration = SignedDuration::from_mins(135);

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
    async fn new(pipeline: Pipeline) -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(Timestamp::now());
        let path = folder.path().join(sqlite::FILE_NAME);
        let opened = SqliteStore::open(&path, clock.clone(), &store::Config::default()).unwrap();
        let store: Arc<dyn Store> = Arc::new(opened);
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let records = Records::new(Arc::clone(&store), clock.clone());
        let mut config = Config::default();
        config.retention.jobs = KEPT;
        let jobs = Jobs::start(config, records, pipeline, tasks.clone(), stop.clone()).await.unwrap();
        let owner = Owner(KeyId::at(clock.now()));
        Bench { jobs, store, clock, owner, tasks, stop, _folder: folder }
    }

    async fn submit(&self, name: &str) -> (Job, bool) {
        let request = Request::parse(&json!({ "syllabus_text": LESSON, "kinds": ["faqs"] })).unwrap();
        let idempotency_key = IdempotencyKey::new(name);
        let options = SubmitOptions { idempotency_key, ..SubmitOptions::default() };
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
    let bench = Bench::new(Pipeline::new(Writer::Extractive, 2)).await;
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
    bench.jump(2, 5).await;
    let gone = bench.jobs.get(Viewer::Owner(bench.owner), job.id).await;
    assert!(matches!(gone, Err(Error::NotFound)), "three hours are more than it is kept");
    assert_eq!(
        bench.jobs.source(Viewer::Admin, job.id).await.unwrap_err().to_string(),
        gone.unwrap_err().to_string()
    );
    bench.stop.cancel();
    bench.tasks.close();
    bench.tasks.wait().await;
}

/// A writer that takes so long for an answer that the clock can jump before it is there.
fn slow(simulator: &Simulator) -> Pipeline {
    let mut config = llm::Config::default();
    config.openai.base_url = format!("{}/v1", simulator.url());
    config.openai.api_key = ApiKey::new("k");
    let provider = llm::open(ProviderName::OpenAi, &config).unwrap();
    let (writer, model) = (provider.name().as_str().to_owned(), provider.model().to_owned());
    let client = Arc::new(Client::new(vec![provider], config.limits, Concurrency::default()));
    let (doors, max_cost_usd, fan_out) = (vec![Door::to(client, 0)], Money::MAX, FanOut::Piece);
    let model = Model { writer, model, doors, max_cost_usd, fan_out, last_resort: LastResort::Nobody };
    Pipeline::new(Writer::Model(model), 2)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_runs_while_the_clock_jumps_ends_in_its_own_time() {
    const ANSWER: Duration = Duration::from_millis(500);
    for hours in [1, -1] {
        let pace = Pace { first_token_ms: 500, ..Pace::default() };
        let simulator = Simulator::start(0, pace, Script::default()).await.unwrap();
        let bench = Bench::new(slow(&simulator)).await;
        let begun = Instant::now();
        let (job, _) = bench.submit("jumping").await;
        in_time("the outline is asked for", async {
            while simulator.ledger().in_flight == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
        bench.clock.jump(SignedDuration::from_hours(hours));
        let ended = bench.jobs.wait(job.id, LONG).await.unwrap();
        let took = begun.elapsed();
        assert_eq!((ended.status, ended.crashes), (Status::Completed, 0), "{hours}: {:?}", ended.failures);
        // The outline and the piece, each once: nothing took the job for late or lost.
        assert_eq!(simulator.ledger().calls, 2, "{hours}");
        let told = Duration::from_millis(ended.metadata.duration_ms);
        assert!((2 * ANSWER..=took).contains(&told), "{hours}: {told:?} of {took:?}");
        bench.stop.cancel();
        bench.tasks.close();
        bench.tasks.wait().await;
    }
}
