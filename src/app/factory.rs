//! Everything but HTTP: the store's records, the pipeline and the jobs, and the tasks they run on.
//! `generate` works with this alone.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::config::{self, Config};
use crate::jobs::{self, Jobs};
use crate::pipeline::{self, Pipeline};
use crate::record::Records;
use crate::store::Store;

/// What a task may take to end once everything was told to; beyond the grace time of jobs.
const LAST_BREATH: Duration = Duration::from_secs(5);

/// Makes packages, over some store.
#[derive(Debug)]
pub struct Factory {
    jobs: Jobs,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Factory {
    /// Takes up the jobs in that store and begins to work.
    ///
    /// # Errors
    /// As [`Jobs::start`].
    pub async fn start(config: &Config, store: Arc<dyn Store>) -> Result<Factory, jobs::Error> {
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let records = Records::new(store, Clock::System);
        let pipeline = Pipeline::new(writer(config), config.workers.cpu);
        let settings = jobs::Config { workers: config.workers.clone(), retention: config.retention.clone() };
        let jobs = Jobs::start(settings, records, pipeline, tasks.clone(), stop.clone()).await?;
        Ok(Factory { jobs, tasks, stop })
    }

    /// Gives the jobs.
    #[must_use]
    pub fn jobs(&self) -> &Jobs {
        &self.jobs
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

fn writer(config: &Config) -> pipeline::Writer {
    match config.writer {
        config::Writer::Auto | config::Writer::Extractive => pipeline::Writer::Extractive,
    }
}
