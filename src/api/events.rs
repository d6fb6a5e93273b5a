//! `/jobs/{id}/events`: what happens to a job, as server-sent events.
//!
//! Each event bears its number within the job as its id, so that a client that was cut off goes on
//! with `Last-Event-ID` where it stopped, at this instance or another. In between come `progress` events
//! without an id, which tell the parts of pieces that have come. The stream ends with the job's
//! end. Browsers read it with fetch: a key never stands in a URL.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;

use super::Api;
use super::access::Reader;
use super::error::{ApiError, Code};
use super::parameters::JobPath;
use crate::content::Kind;
use crate::id::JobId;
use crate::jobs::{Following, Happening};
use crate::pipeline;
use crate::record::{EventName, FailureCode, Progress};

/// How often a stream says that it is alive: often enough for proxies, which cut after 30 s or more.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a client should wait before it comes back.
const COME_BACK_AFTER: Duration = Duration::from_secs(2);
const LAST_EVENT_ID: &str = "last-event-id";

/// Number of the last event that the caller has; 0 for none.
pub(super) struct LastEventId(u64);

impl<S: Send + Sync> FromRequestParts<S> for LastEventId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get(LAST_EVENT_ID) else { return Ok(LastEventId(0)) };
        let number = value.to_str().ok().map(str::trim).and_then(|text| match text {
            "" => Some(0),
            // A sign is part of a number to Rust, and of no id of ours.
            number => number.parse().ok().filter(|_| !number.starts_with('+')),
        });
        let refused = || ApiError::invalid_parameter("Last-Event-ID", "is no number of an event");
        number.map(LastEventId).ok_or_else(refused)
    }
}

/// An event on the wire.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "JobEvent")]
pub(super) struct EventView<'a> {
    /// The job.
    job_id: JobId,
    /// What happened.
    #[serde(rename = "type")]
    name: EventName,
    /// When it happened.
    at: Timestamp,
    /// The piece it happened to, if it happened to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<Kind>,
    /// Why, if something failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<FailureCode>,
    /// Of the newest event only.
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<&'a Progress>,
}

/// What is told of a job between its events.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "JobProgress")]
pub(super) struct ProgressView<'a> {
    /// The job.
    job_id: JobId,
    /// How far it is.
    progress: &'a Progress,
    /// Of the pieces that are written in several parts, how many have come.
    parts: &'a BTreeMap<Kind, pipeline::Parts>,
}

/// A job that is followed, and the place among the open streams that it takes.
struct Open {
    id: JobId,
    following: Following,
    _place: OwnedSemaphorePermit,
}

pub(super) async fn follow_job(
    State(api): State<Api>,
    caller: Reader,
    JobPath(id): JobPath,
    LastEventId(after): LastEventId,
) -> Result<Response, ApiError> {
    let place = Arc::clone(&api.event_streams).try_acquire_owned().map_err(|_| {
        ApiError::new(Code::Overloaded, "too many jobs are being followed: try again, or read the job")
    })?;
    let following = api.jobs.follow(caller.viewer(), id, after).await?;
    let events = stream::unfold(Open { id, following, _place: place }, next);
    let heartbeat = KeepAlive::new().interval(HEARTBEAT).text("");
    let mut response = Sse::new(events).keep_alive(heartbeat).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Gives the next event. A store that cannot be read ends the stream: whoever comes back later goes on
/// where it ended.
async fn next(mut open: Open) -> Option<(Result<Event, axum::Error>, Open)> {
    match open.following.next().await {
        Ok(happening) => happening.map(|happening| (written(open.id, &happening), open)),
        Err(error) => {
            tracing::warn!(job = %open.id, %error, "a followed job could not be read");
            None
        }
    }
}

fn written(job_id: JobId, happening: &Happening) -> Result<Event, axum::Error> {
    let (event, progress) = match happening {
        Happening::Event(event, progress) => (event, progress.as_ref()),
        Happening::Parts(parts, progress) => {
            return Event::default().event("progress").json_data(ProgressView { job_id, progress, parts });
        }
    };
    let view =
        EventView { job_id, name: event.name, at: event.at, kind: event.kind, code: event.code, progress };
    let name = serde_json::to_value(event.name).ok();
    let name = name.as_ref().and_then(|name| name.as_str()).unwrap_or("message");
    Event::default().id(event.number.to_string()).event(name).retry(COME_BACK_AFTER).json_data(view)
}
