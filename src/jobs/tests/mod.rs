//! What `Jobs` promises, with a writer that fails, waits, hangs and panics as a test says.

mod access;
mod commands;
mod crashing;
mod ending;
mod following;
mod instances;
mod keeping;
mod pieces;
mod queueing;
mod resuming;
mod settings;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Config, Error, Jobs, SubmitOptions, Submitted};
use crate::clock::Clock;
use crate::content::{Kind, Request};
use crate::id::KeyId;
use crate::pipeline::{Pipeline, Script, Writer};
use crate::record::{Failure, FailureCode, IdempotencyKey, Job, ListQuery, Owner, Records, Viewer};
use crate::store::{self, MemoryStore, SqliteStore, Store};

const LONG: Duration = Duration::from_secs(60);

const TEXT: &str = "A cell is the smallest unit of life. Every cell has a membrane that keeps it apart from the \
    world around it. Inside lies the cytoplasm, in which the organelles work. The nucleus holds the plan of the \
    whole organism. Mitochondria turn sugar into energy that the cell can use. Plants have chloroplasts as well, \
    because they make sugar from light. Cells divide, and so life goes on.";

/// `Jobs` over a store, with what a test needs to end it.
struct Bench {
    jobs: Jobs,
    store: Arc<dyn Store>,
    clock: Clock,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Bench {
    async fn over(store: Arc<dyn Store>, script: Script) -> Bench {
        Bench::with(Config::default(), store, Clock::System, script).await
    }

    async fn new(script: Script) -> Bench {
        Bench::over(memory(), script).await
    }

    async fn with(config: Config, store: Arc<dyn Store>, clock: Clock, script: Script) -> Bench {
        let pipeline = Pipeline::new(Writer::Scripted(script), 2);
        Bench::with_pipeline(config, store, clock, pipeline).await
    }

    async fn with_pipeline(config: Config, store: Arc<dyn Store>, clock: Clock, pipeline: Pipeline) -> Bench {
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let records = Records::new(Arc::clone(&store), clock.clone());
        let jobs = Jobs::start(config, records, pipeline, tasks.clone(), stop.clone()).await.unwrap();
        Bench { jobs, store, clock, tasks, stop }
    }

    async fn submit(&self, owner: Owner) -> Job {
        let options = SubmitOptions::default();
        self.jobs.submit(owner, everything(), options).await.unwrap().job
    }

    async fn submit_named(&self, owner: Owner, key: &str, request: Request) -> Result<Submitted, Error> {
        let idempotency_key = IdempotencyKey::new(key);
        self.jobs.submit(owner, request, SubmitOptions { idempotency_key, ..SubmitOptions::default() }).await
    }

    /// Submits a request for everything and waits for its end.
    async fn run(&self) -> Job {
        let job = self.submit(owner()).await;
        self.jobs.wait(job.id, LONG).await.unwrap()
    }

    async fn kinds(&self, job: &Job) -> Vec<Kind> {
        self.jobs.content(Viewer::Admin, job.id).await.unwrap().into_keys().collect()
    }

    /// Stops it as the service does, and waits until nothing runs any more.
    async fn shut_down(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

fn memory() -> Arc<dyn Store> {
    Arc::new(MemoryStore::new(Clock::System))
}

fn sqlite(folder: &std::path::Path) -> Arc<dyn Store> {
    let file = folder.join(store::sqlite::FILE_NAME);
    Arc::new(SqliteStore::open(&file, Clock::System, &store::Config::default()).unwrap())
}

fn owner() -> Owner {
    Owner(KeyId::at(Timestamp::now()))
}

fn request(fields: Value) -> Request {
    let mut body = json!({ "syllabus_text": TEXT });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    Request::parse(&body).unwrap()
}

fn everything() -> Request {
    request(json!({}))
}

/// Writes every piece at once.
fn willing() -> Script {
    Script::new(|kind| async move { Ok(pieces::draft(kind)) })
}

/// Writes every piece but those, which fail.
fn without(missing: &'static [Kind]) -> Script {
    Script::new(move |kind| async move {
        match missing.contains(&kind) {
            true => Err(too_thin()),
            false => Ok(pieces::draft(kind)),
        }
    })
}

fn too_thin() -> Failure {
    Failure { code: FailureCode::SourceTooThin, detail: "10 needed, the text gives 6".to_owned() }
}

/// Counts what is written of each kind; what is in `hanging` tells that it was reached and never comes.
#[derive(Clone, Default)]
struct Counted {
    counts: Arc<Mutex<BTreeMap<Kind, usize>>>,
    hanging: Option<Kind>,
    reached: Arc<Notify>,
}

impl Counted {
    fn hanging_at(kind: Kind) -> Counted {
        Counted { hanging: Some(kind), ..Counted::default() }
    }

    fn script(&self) -> Script {
        let counted = self.clone();
        Script::new(move |kind| {
            let counted = counted.clone();
            async move {
                *counted.counts.lock().unwrap().entry(kind).or_default() += 1;
                if counted.hanging == Some(kind) {
                    counted.reached.notify_one();
                    std::future::pending::<()>().await;
                }
                Ok(pieces::draft(kind))
            }
        })
    }

    fn counts(&self) -> BTreeMap<Kind, usize> {
        self.counts.lock().unwrap().clone()
    }
}

/// Waits until the job has that many pieces in the store.
async fn until_stored(bench: &Bench, job: &Job, pieces: usize) {
    loop {
        let mut place = bench.jobs.shared.waiting.enter(job.id);
        if bench.jobs.get(Viewer::Admin, job.id).await.unwrap().versions.len() >= pieces {
            return;
        }
        place.changed().await;
    }
}
