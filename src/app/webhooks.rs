//! What is told of jobs to receivers, and the tasks that tell it: here `record`, which knows what
//! happened, meets `notify`, which knows how to deliver; they are strangers to each other.
//!
//! Told is that a job ended, and how: each message is a document more that the job's commit writes and
//! two more that its delivery does. Who wants to see a job move reads its events.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Factory;
use crate::notify::{self, Dispatcher, Message, Told, Webhooks};
use crate::record::{Event, EventName, Job};
use crate::store::Write;

/// Makes a message of an end of a job whose request names a receiver.
pub(super) fn message(job: &Job, event: &Event) -> Option<Write> {
    let url = job.request.callback_url.as_deref()?;
    let told = Told {
        owner: job.owner.0,
        job: job.id,
        event: told_name(event)?,
        at: event.at,
        url,
        data: data(job),
    };
    Message::compose(&told)
        .inspect_err(|error| tracing::error!(job = %job.id, %error, "a message could not be composed"))
        .ok()
}

/// Names the event as the message does; `None` for those that are not told.
fn told_name(event: &Event) -> Option<&'static str> {
    match event.name {
        EventName::JobCompleted => Some("job.completed"),
        EventName::JobPartial => Some("job.partial"),
        EventName::JobFailed => Some("job.failed"),
        EventName::JobCancelled => Some("job.cancelled"),
        EventName::JobQueued
        | EventName::JobRunning
        | EventName::PieceStarted
        | EventName::PieceCompleted
        | EventName::PieceFailed => None,
    }
}

/// Says how a job stands, without anything of its text or its pieces: a receiver that wants those
/// reads them with its key.
fn data(job: &Job) -> Value {
    let failures: BTreeMap<&str, &str> =
        job.failures.iter().map(|(kind, failure)| (kind.as_str(), failure.code.as_str())).collect();
    json!({
        "job_id": job.id,
        "status": job.status,
        "pieces": job.progress.pieces,
        "failures": failures,
        "cost_usd": job.metadata.cost_usd,
        "created_at": job.created_at,
        "completed_at": job.completed_at,
    })
}

/// Begins to send messages, and seals secrets anew that are under an earlier key.
pub(super) fn begin(factory: &Factory, webhooks: &Webhooks) -> Result<(), notify::Error> {
    let dispatcher = Dispatcher::new(webhooks.clone())?.counting_in(factory.metrics().clone());
    factory.spawn(dispatcher.run(factory.stop_token()));
    let (webhooks, stop) = (webhooks.clone(), factory.stop_token());
    factory.spawn(async move {
        let resealed = tokio::select! {
            resealed = webhooks.reseal() => resealed,
            () = stop.cancelled() => return,
        };
        match resealed {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "webhook secrets are encrypted under the new key"),
            Err(error) => tracing::error!(%error, "webhook secrets could not be gone through"),
        }
    });
    Ok(())
}
