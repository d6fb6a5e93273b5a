//! Generating while the caller waits, and reading pieces as soon as each is there.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};

use super::Api;
use super::access::{Generator, Reader};
use super::body::RequestBody;
use super::caching::{self, Audience};
use super::error::{ApiError, Code};
use super::jobs::location;
use super::limits::Replayed;
use super::parameters::{JobPath, PiecePath};
use super::submission::{Submission, Wait};
use super::view::JobView;
use crate::content::Kind;
use crate::jobs::Awaited;
use crate::record::Status;

pub(super) async fn generate_content(
    State(api): State<Api>,
    caller: Generator,
    Submission(options): Submission,
    Wait(wait): Wait,
    RequestBody(request): RequestBody,
) -> Result<Response, ApiError> {
    let submitted = api.jobs.submit(caller.owner(), request, options).await?;
    let awaited = api.jobs.wait_for_content(submitted.job.id, wait).await?;
    let replayed = submitted.replayed.then_some(Extension(Replayed));
    Ok((replayed, answer(&api, awaited).await).into_response())
}

/// Answers with what became of a job while its caller waited.
async fn answer(api: &Api, awaited: Awaited) -> Result<Response, ApiError> {
    let job = &awaited.job;
    match job.status {
        Status::Queued | Status::Running => {
            let view = Json(JobView::new(job, None));
            Ok((StatusCode::ACCEPTED, location(job.id), view).into_response())
        }
        Status::Completed | Status::Partial => {
            let content = api.jobs.awaited_content(&awaited).await?;
            Ok((location(job.id), Json(JobView::new(job, Some(&content)))).into_response())
        }
        Status::Failed => {
            let failure = job.failures.get(&Kind::Outline).or_else(|| job.failures.values().next());
            Err(ApiError::of_failed_job(job.id, failure))
        }
        Status::Cancelled => {
            let cancelled = ApiError::new(Code::Conflict, "the job was cancelled while it was waited for");
            Err(ApiError { job_id: Some(job.id), ..cancelled })
        }
    }
}

pub(super) async fn list_pieces(
    State(api): State<Api>,
    caller: Reader,
    JobPath(id): JobPath,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let job = api.jobs.get(caller.viewer(), id).await?;
    let pieces = api.jobs.content(caller.viewer(), id).await?;
    caching::json(&headers, Audience::of(&job), &pieces)
}

pub(super) async fn read_piece(
    State(api): State<Api>,
    caller: Reader,
    PiecePath(id, kind): PiecePath,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let job = api.jobs.get(caller.viewer(), id).await?;
    let pieces = api.jobs.content(caller.viewer(), id).await?;
    match pieces.get(&kind) {
        Some(piece) => caching::json(&headers, Audience::of(&job), piece),
        None => Err(ApiError::new(Code::NotFound, format!("the job has no {kind}, or not yet"))),
    }
}
