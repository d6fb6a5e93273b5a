//! Who does the work: this process, over a store in memory, or a running service.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{Arguments, Snapshot, Stop};
use crate::api::JobView;
use crate::app::Factory;
use crate::cli::remote::Remote;
use crate::clock::Clock;
use crate::config::Config;
use crate::content::Request;
use crate::id::{JobId, KeyId};
use crate::jobs::{self, SubmitOptions, Tenancy};
use crate::pipeline::Estimate;
use crate::record::{Owner, Viewer};
use crate::store::MemoryStore;

/// Where a job runs.
pub(super) enum Source {
    /// Here. Nothing but the files is left when it is done.
    Here(Factory),
    /// At a service.
    There(Remote),
}

/// How often a running job is looked at: often enough to look smooth.
const LOOK_EVERY: Duration = Duration::from_millis(100);

#[derive(Deserialize)]
struct Created {
    job_id: JobId,
}

impl Source {
    pub(super) async fn open(config: &Config, arguments: &Arguments) -> Result<Source, Stop> {
        if let Some(server) = &arguments.server {
            let key = arguments.api_key.as_deref().unwrap_or(config.api_key.reveal());
            return Remote::new(server, key).map(Source::There);
        }
        let store = Arc::new(MemoryStore::new(Clock::System));
        let started = Factory::start(config, store, Tenancy::Sole).await;
        started.map(Source::Here).map_err(|error| Stop::Failed(error.to_string()))
    }

    /// Says who writes and what it will take, before anything is spent.
    pub(super) fn announcement(&self, request: &Request) -> String {
        match self {
            Source::Here(factory) => announced(&factory.estimate(request)),
            Source::There(remote) => {
                format!("writer: whoever {} is set to; the job says what it cost", remote.address())
            }
        }
    }

    pub(super) async fn submit(&self, request: Request, body: Value) -> Result<JobId, Stop> {
        match self {
            Source::There(remote) => {
                let answer = remote.post("/api/v1/jobs", &body).await?;
                let created = Created::deserialize(answer).map_err(|error| Stop::Failed(error.to_string()));
                Ok(created?.job_id)
            }
            Source::Here(factory) => {
                let owner = Owner(KeyId::at(Timestamp::now()));
                let submitted = factory.jobs().submit(owner, request, SubmitOptions::default()).await;
                submitted.map(|submitted| submitted.job.id).map_err(refused)
            }
        }
    }

    /// Reads the job as it is now.
    pub(super) async fn look(&self, job: JobId) -> Result<Snapshot, Stop> {
        match self {
            Source::There(remote) => {
                let path = format!("/api/v1/jobs/{job}?include=content");
                Snapshot::of(remote.get(&path).await?)
            }
            Source::Here(factory) => {
                let failed = |error: jobs::Error| Stop::Failed(error.to_string());
                let job = factory.jobs().get(Viewer::Admin, job).await.map_err(failed)?;
                let pieces = factory.jobs().content(Viewer::Admin, job.id).await.map_err(failed)?;
                let package = serde_json::to_value(JobView::new(&job, Some(&pieces)));
                Snapshot::of(package.map_err(|error| Stop::Failed(error.to_string()))?)
            }
        }
    }

    /// Waits until another look makes sense.
    pub(super) async fn pause(&self, job: JobId) {
        match self {
            Source::There(_) => tokio::time::sleep(2 * LOOK_EVERY).await,
            // A job that has vanished is noticed by the next look.
            Source::Here(factory) => drop(factory.jobs().wait(job, LOOK_EVERY).await),
        }
    }

    pub(super) async fn close(self) {
        if let Source::Here(factory) = self {
            factory.finish(Duration::ZERO).await;
        }
    }
}

/// Says an estimate in one line.
fn announced(estimate: &Estimate) -> String {
    let Estimate { writer, model, calls, usage, cost_usd } = estimate;
    let Some(model) = model else {
        return format!("writer: {writer}, no model; estimate: 0 tokens, $0.00, some seconds at most");
    };
    let (input, output) = (usage.input_tokens, usage.output_tokens);
    format!(
        "writer: {writer}, model {model}; estimate: {calls} calls, {input} + {output} tokens, about ${cost_usd}"
    )
}

fn refused(error: jobs::Error) -> Stop {
    match error {
        jobs::Error::SourceTooThin { .. } | jobs::Error::Unsupported { .. } => {
            Stop::BadInput(error.to_string())
        }
        jobs::Error::NotFound
        | jobs::Error::IdempotencyMismatch
        | jobs::Error::InvalidCursor
        | jobs::Error::WrongStatus { .. }
        | jobs::Error::BatchUnfinished
        | jobs::Error::InBatch(_)
        | jobs::Error::ShuttingDown
        | jobs::Error::Quota(_)
        | jobs::Error::Reading
        | jobs::Error::Record(_) => Stop::Failed(error.to_string()),
    }
}
