//! `/batches`: up to fifty requests that are accepted together, followed together and cancelled together.

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Api;
use super::access::{Generator, Reader};
use super::body::{parsed, read_json};
use super::error::ApiError;
use super::parameters::BatchPath;
use super::submission::Submission;
use crate::content::{self, Violation};
use crate::id::{BatchId, JobId};
use crate::jobs::BatchOfJobs;
use crate::money::Money;
use crate::record::{Job, Status};

/// Requests a batch may have.
const MAX_REQUESTS: usize = 50;

/// A body that is a valid batch.
pub(super) struct BatchBody {
    requests: Vec<content::Request>,
    max_cost_usd: Option<Money>,
}

/// A batch as callers see it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Batch")]
pub(super) struct BatchView {
    /// Its name.
    batch_id: BatchId,
    /// Where all of it together stands.
    status: Status,
    /// How far all of it together is.
    progress: BatchProgress,
    /// Its jobs, in the order of their requests.
    jobs: Vec<BatchedJobView>,
    /// What its jobs cost together so far.
    cost_usd: Money,
    /// What they may cost together.
    max_cost_usd: Option<Money>,
    /// When it was accepted.
    created_at: Timestamp,
    /// When the last of its jobs ended.
    completed_at: Option<Timestamp>,
}

/// How far a batch is.
#[derive(Serialize, JsonSchema)]
struct BatchProgress {
    /// 0 to 100.
    percent: u8,
    /// Seconds that it will probably still take; null where nothing was measured yet.
    eta_seconds: Option<u32>,
}

/// A job of a batch, in the place of its request. The whole of it is at `/jobs/{id}`.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "BatchedJob")]
struct BatchedJobView {
    /// Its name.
    job_id: JobId,
    /// Where it stands; null if it was deleted.
    status: Option<Status>,
    /// How far it is, 0 to 100.
    percent: Option<u8>,
    /// What it has cost so far.
    cost_usd: Option<Money>,
}

/// A batch as clients send it; [`BatchBody::parse`] reads it.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by hand, so that every fault is told with the request that it is in")]
pub(super) struct BatchRequest {
    /// What is wanted, one job each.
    #[schemars(length(min = 1, max = MAX_REQUESTS))]
    requests: Vec<content::RequestBody>,
    /// The most that all of them may cost together, in US dollars.
    #[schemars(regex(pattern = r"^[0-9]{1,6}(\.[0-9]{1,6})?$"))]
    max_cost_usd: Option<String>,
}

impl FromRequest<Api> for BatchBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, api: &Api) -> Result<Self, ApiError> {
        let value = read_json(request, api, api.config.max_batch_body_bytes).await?;
        BatchBody::parse(&value, api).map_err(ApiError::invalid)
    }
}

impl BatchBody {
    fn parse(value: &Value, api: &Api) -> Result<BatchBody, Vec<Violation>> {
        let Some(body) = value.as_object() else {
            return Err(vec![Violation::new("", "must be an object")]);
        };
        let mut violations = unknown_fields(body);
        let max_cost_usd = max_cost(body).unwrap_or_else(|violation| {
            violations.push(violation);
            None
        });
        let mut requests = Vec::new();
        match body.get("requests").and_then(Value::as_array) {
            Some(several) if (1..=MAX_REQUESTS).contains(&several.len()) => {
                for (number, request) in several.iter().enumerate() {
                    match parsed(request, api) {
                        Ok(request) => requests.push(request),
                        Err(faults) => {
                            let place = format!("/requests/{number}");
                            violations.extend(faults.into_iter().map(|fault| fault.within(&place)));
                        }
                    }
                }
            }
            _ => violations
                .push(Violation::new("/requests", format!("must be a list of 1 to {MAX_REQUESTS} requests"))),
        }
        if violations.is_empty() { Ok(BatchBody { requests, max_cost_usd }) } else { Err(violations) }
    }
}

fn unknown_fields(body: &Map<String, Value>) -> Vec<Violation> {
    let unknown = body.keys().filter(|name| !matches!(name.as_str(), "requests" | "max_cost_usd"));
    unknown.map(|name| Violation::new(format!("/{name}"), "is no field of a batch")).collect()
}

fn max_cost(body: &Map<String, Value>) -> Result<Option<Money>, Violation> {
    match body.get("max_cost_usd") {
        None | Some(Value::Null) => Ok(None),
        Some(amount) => amount.as_str().and_then(content::amount).map(Some).ok_or_else(|| {
            let wanted = "must be an amount in US dollars as text, like \"2.50\", with at most six digits before and after the point";
            Violation::new("/max_cost_usd", wanted)
        }),
    }
}

impl From<&BatchOfJobs> for BatchView {
    fn from(whole: &BatchOfJobs) -> BatchView {
        let BatchOfJobs { batch, jobs } = whole;
        let status = whole.status();
        let found = |id: JobId| jobs.iter().find(|job| job.id == id);
        BatchView {
            batch_id: batch.id,
            status,
            progress: BatchProgress { percent: whole.percent(), eta_seconds: eta_seconds(jobs) },
            jobs: batch.jobs.iter().map(|id| BatchedJobView::new(*id, found(*id))).collect(),
            cost_usd: jobs.iter().map(|job| job.metadata.cost_usd).chain([batch.cost_of_gone()]).sum(),
            max_cost_usd: batch.max_cost_usd,
            created_at: batch.created_at,
            completed_at: whole.completed_at(),
        }
    }
}

impl BatchedJobView {
    fn new(job_id: JobId, job: Option<&Job>) -> BatchedJobView {
        BatchedJobView {
            job_id,
            status: job.map(|job| job.status),
            percent: job.map(|job| job.progress.percent),
            cost_usd: job.map(|job| job.metadata.cost_usd),
        }
    }
}

/// The batch takes as long as the one of its jobs that takes longest; nothing is known as long as one is
/// unknown.
fn eta_seconds(jobs: &[Job]) -> Option<u32> {
    let open = jobs.iter().filter(|job| !job.status.is_ended());
    let each: Option<Vec<u32>> = open.map(|job| job.progress.eta_seconds).collect();
    each.and_then(|each| each.into_iter().max())
}

fn location(id: BatchId) -> [(HeaderName, String); 1] {
    [(header::LOCATION, format!("/api/v1/batches/{id}"))]
}

pub(super) async fn create_batch(
    State(api): State<Api>,
    caller: Generator,
    Submission(options): Submission,
    body: BatchBody,
) -> Result<Response, ApiError> {
    let BatchBody { requests, max_cost_usd } = body;
    let batch = api.jobs.submit_batch(caller.owner(), requests, max_cost_usd, options).await?;
    Ok((StatusCode::CREATED, location(batch.batch.id), Json(BatchView::from(&batch))).into_response())
}

pub(super) async fn read_batch(
    State(api): State<Api>,
    caller: Reader,
    BatchPath(id): BatchPath,
) -> Result<Response, ApiError> {
    let batch = api.jobs.batch(caller.viewer(), id).await.map_err(of_batch)?;
    Ok(Json(BatchView::from(&batch)).into_response())
}

pub(super) async fn cancel_batch(
    State(api): State<Api>,
    caller: Generator,
    BatchPath(id): BatchPath,
) -> Result<Response, ApiError> {
    let batch = api.jobs.cancel_batch(caller.viewer(), id).await.map_err(of_batch)?;
    Ok((StatusCode::ACCEPTED, location(id), Json(BatchView::from(&batch))).into_response())
}

fn of_batch(error: crate::jobs::Error) -> ApiError {
    match error {
        crate::jobs::Error::NotFound => ApiError::no_such_batch(),
        error => error.into(),
    }
}
