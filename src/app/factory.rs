//! Everything but HTTP: the store's records, the pipeline and the jobs, and the tasks they run on.
//! `generate` works with this alone.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Error;
use crate::clock::Clock;
use crate::config::Config;
use crate::content::Request;
use crate::jobs::{self, Jobs, Tenancy};
use crate::llm;
use crate::llm::client::{Client, Concurrency};
use crate::pipeline::{self, Door, Estimate, LastResort, Model, Pipeline};
use crate::record::Records;
use crate::store::{Backend, Store};

/// What a task may take to end once everything was told to; beyond the grace time of jobs.
const LAST_BREATH: Duration = Duration::from_secs(5);

/// Makes packages, over some store.
#[derive(Debug)]
pub struct Factory {
    jobs: Jobs,
    pipeline: Pipeline,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Factory {
    /// Takes up the jobs in that store and begins to work.
    ///
    /// # Errors
    /// As [`Jobs::start`]; [`Error::Model`] if a model that is to write cannot be opened.
    pub async fn start(config: &Config, store: Arc<dyn Store>) -> Result<Factory, Error> {
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let records = Records::new(store, Clock::System);
        let pipeline = Pipeline::new(writer(config)?, config.workers.cpu);
        let settings = jobs::Config {
            workers: config.workers.clone(),
            retention: config.retention.clone(),
            tenancy: tenancy(config.store.backend),
        };
        let jobs = Jobs::start(settings, records, pipeline.clone(), tasks.clone(), stop.clone()).await?;
        Ok(Factory { jobs, pipeline, tasks, stop })
    }

    /// Gives the jobs.
    #[must_use]
    pub fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    /// Says what a request will probably take.
    #[must_use]
    pub fn estimate(&self, request: &Request) -> Estimate {
        self.pipeline.estimate(request)
    }

    /// Gives the token that tells everything to stop.
    #[must_use]
    pub fn stop_token(&self) -> CancellationToken {
        self.stop.clone()
    }

    pub(super) fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.tasks.spawn(task)
    }

    /// Stops, and waits until everything has ended: at most for `grace` and a moment. Tells whether
    /// everything did.
    pub async fn finish(self, grace: Duration) -> bool {
        self.stop.cancel();
        self.tasks.close();
        tokio::time::timeout(grace.saturating_add(LAST_BREATH), self.tasks.wait()).await.is_ok()
    }
}

/// Says whether other processes may work over that store.
fn tenancy(backend: Backend) -> Tenancy {
    match backend {
        // The data folder is locked.
        Backend::Sqlite | Backend::Memory => Tenancy::Sole,
    }
}

/// Calls of a provider at once: a package takes about thirty, and must not wait for itself.
const CONCURRENCY: Concurrency = Concurrency { start: 48, most: 256 };

/// Opens the models that write, if any do.
fn writer(config: &Config) -> Result<pipeline::Writer, llm::Error> {
    let providers = config.providers();
    if providers.is_empty() {
        return Ok(pipeline::Writer::Extractive);
    }
    let open = |name: &llm::ProviderName| llm::open(*name, &config.llm);
    let chain = providers.iter().map(open).collect::<Result<Vec<_>, _>>()?;
    let door = |first: usize| {
        let chain = chain.get(first..).unwrap_or_default().to_vec();
        Door::to(Arc::new(Client::new(chain, config.llm.limits.clone(), CONCURRENCY)))
    };
    let last_resort = match config.llm.fallback.last() {
        Some(llm::Fallback::Extractive) => LastResort::Extractive,
        _ => LastResort::Nobody,
    };
    let (writer, model) = chain
        .first()
        .map_or_else(Default::default, |first| (first.name().as_str().to_owned(), first.model().to_owned()));
    Ok(pipeline::Writer::Model(Model {
        writer,
        model,
        doors: (0..chain.len()).map(door).collect(),
        max_cost_usd: config.llm.max_cost_usd,
        fan_out: config.llm.fan_out,
        last_resort,
    }))
}
