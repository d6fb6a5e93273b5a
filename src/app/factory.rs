//! Everything but HTTP: the store's records, the pipeline and the jobs, and the tasks they run on.
//! `generate` works with this alone.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Error, told};
use crate::clock::Clock;
use crate::config::Config;
use crate::content::Request;
use crate::jobs::{self, Jobs, Tenancy};
use crate::llm;
use crate::llm::client::Client;
use crate::pipeline::{self, Door, Estimate, LastResort, Model, Pipeline};
use crate::record::Records;
use crate::store::{Backend, Store};
use crate::telemetry::Metrics;

/// What a task may take to end once everything was told to; beyond the grace time of jobs.
const LAST_BREATH: Duration = Duration::from_secs(5);

/// Makes packages, over some store.
#[derive(Debug)]
pub struct Factory {
    jobs: Jobs,
    pipeline: Pipeline,
    metrics: Metrics,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Factory {
    /// Takes up the jobs in that store and begins to work.
    ///
    /// # Errors
    /// As [`Jobs::start`]; [`Error::Model`] if a model that is to write cannot be opened.
    pub async fn start(config: &Config, store: Arc<dyn Store>, tenancy: Tenancy) -> Result<Factory, Error> {
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let records = Records::new(store, Clock::System).announcing(told::announcer());
        let metrics = Metrics::new();
        let pipeline = pipeline(config, &metrics)?.counting_in(metrics.clone());
        let settings =
            jobs::Config { workers: config.workers.clone(), retention: config.retention.clone(), tenancy };
        let jobs = Jobs::start(settings, records, pipeline.clone(), tasks.clone(), stop.clone()).await?;
        Ok(Factory { jobs, pipeline, metrics, tasks, stop })
    }

    /// Gives the jobs.
    #[must_use]
    pub fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    /// Gives the metrics that everything it makes is counted in.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
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

    /// Runs a task that ends by the token, beside the jobs.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
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
pub(super) fn tenancy(backend: Backend) -> Tenancy {
    match backend {
        // The data folder is locked.
        Backend::Sqlite | Backend::Memory => Tenancy::Sole,
        Backend::Firestore => Tenancy::Shared,
    }
}

/// Opens the models that write, if any do, and makes the pipeline around them.
fn pipeline(config: &Config, metrics: &Metrics) -> Result<Pipeline, llm::Error> {
    let (providers, cpu) = (config.providers(), config.workers.cpu);
    if providers.is_empty() {
        return Ok(Pipeline::new(pipeline::Writer::Extractive, cpu));
    }
    let open = |name: &llm::ProviderName| llm::open(*name, &config.llm);
    let chain = providers.iter().map(open).collect::<Result<Vec<_>, _>>()?;
    // One client for all doors: what one of them learns of a provider holds for the others.
    let client = Client::new(chain.clone(), config.llm.limits.clone(), config.llm.concurrency);
    let client = Arc::new(client.counting_in(metrics.clone()));
    let last_resort = match config.llm.fallback.last() {
        Some(llm::Fallback::Extractive) => LastResort::Extractive,
        _ => LastResort::Nobody,
    };
    let (writer, model) = chain
        .first()
        .map_or_else(Default::default, |first| (first.name().as_str().to_owned(), first.model().to_owned()));
    let writer = pipeline::Writer::Model(Model {
        writer,
        model,
        doors: (0..chain.len()).map(|position| Door::to(Arc::clone(&client), position)).collect(),
        max_cost_usd: config.llm.max_cost_usd,
        fan_out: config.llm.fan_out,
        last_resort,
    });
    Ok(Pipeline::new(writer, cpu).with_permits(move || permits(&client)))
}

/// Tells how many calls the best model of a chain that is not left alone takes at once.
fn permits(client: &Client) -> usize {
    client.health().filter(|health| !health.is_open).map(|health| health.permits).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_is_well_says_how_many_calls_it_takes() {
        let mut config = llm::Config::default();
        config.openai.base_url = "http://127.0.0.1:9/v1".to_owned();
        let chain = vec![llm::open(llm::ProviderName::OpenAi, &config).unwrap()];
        let concurrency = config.concurrency;
        assert_eq!(permits(&Client::new(chain, config.limits, concurrency)), concurrency.start);
        assert_eq!(permits(&Client::new(Vec::new(), llm::Limits::default(), concurrency)), 0);
    }
}
