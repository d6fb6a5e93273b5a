//! `/jobs`: create, list, read, cancel, retry and delete.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;

use super::Api;
use super::access::{Generator, Reader};
use super::body::RequestBody;
use super::caching::{self, Audience};
use super::error::ApiError;
use super::parameters::{JobPath, Parameters, page_size};
use super::submission::Submission;
use super::view::{JobListView, JobView};
use crate::id::{JobId, KeyId};
use crate::record::{ListQuery, Owner, Status};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListParameters {
    status: Option<String>,
    owner: Option<KeyId>,
    created_after: Option<Timestamp>,
    created_before: Option<Timestamp>,
    limit: Option<usize>,
    cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadParameters {
    include: Option<Include>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Include {
    Content,
}

pub(super) fn location(id: JobId) -> [(header::HeaderName, String); 1] {
    [(header::LOCATION, format!("/api/v1/jobs/{id}"))]
}

pub(super) async fn create_job(
    State(api): State<Api>,
    caller: Generator,
    Submission(options): Submission,
    RequestBody(request): RequestBody,
) -> Result<Response, ApiError> {
    let submitted = api.jobs.submit(caller.owner(), request, options).await?;
    let view = Json(JobView::new(&submitted.job, None));
    Ok((StatusCode::CREATED, location(submitted.job.id), view).into_response())
}

pub(super) async fn list_jobs(
    State(api): State<Api>,
    caller: Reader,
    Parameters(parameters): Parameters<ListParameters>,
) -> Result<Response, ApiError> {
    let limit = page_size(parameters.limit)?;
    let status = match parameters.status.as_deref() {
        None => None,
        Some(name) => Some(
            Status::from_name(name)
                .ok_or_else(|| ApiError::invalid_parameter("status", "is no status of a job"))?,
        ),
    };
    let owner = parameters.owner.map(Owner);
    let ListParameters { created_after, created_before, cursor, .. } = parameters;
    let query = ListQuery { status, owner, created_after, created_before, limit, cursor };
    let page = api.jobs.list(caller.viewer(), query).await?;
    let items = page.items.iter().map(|job| JobView::new(job, None)).collect();
    Ok(Json(JobListView { items, next_cursor: page.next_cursor }).into_response())
}

pub(super) async fn read_job(
    State(api): State<Api>,
    caller: Reader,
    JobPath(id): JobPath,
    Parameters(parameters): Parameters<ReadParameters>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let job = api.jobs.get(caller.viewer(), id).await?;
    let ended = job.status.is_ended();
    let wanted = ended || matches!(parameters.include, Some(Include::Content));
    let content = match wanted {
        true => Some(api.jobs.content(caller.viewer(), id).await?),
        false => None,
    };
    let view = JobView::new(&job, content.as_ref());
    match ended {
        true => caching::json(&headers, Audience::Caller, &view),
        false => Ok(Json(view).into_response()),
    }
}

pub(super) async fn delete_job(
    State(api): State<Api>,
    caller: Generator,
    JobPath(id): JobPath,
) -> Result<StatusCode, ApiError> {
    api.jobs.delete(caller.viewer(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn cancel_job(
    State(api): State<Api>,
    caller: Generator,
    JobPath(id): JobPath,
) -> Result<Response, ApiError> {
    let job = api.jobs.cancel(caller.viewer(), id).await?;
    Ok((StatusCode::ACCEPTED, location(id), Json(JobView::new(&job, None))).into_response())
}

pub(super) async fn retry_job(
    State(api): State<Api>,
    caller: Generator,
    JobPath(id): JobPath,
) -> Result<Response, ApiError> {
    let job = api.jobs.retry(caller.viewer(), id).await?;
    Ok((StatusCode::ACCEPTED, location(id), Json(JobView::new(&job, None))).into_response())
}

pub(super) async fn read_source(
    State(api): State<Api>,
    caller: Reader,
    JobPath(id): JobPath,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let source = api.jobs.source(caller.viewer(), id).await?;
    Ok(caching::bytes(&headers, Audience::Caller, "text/plain; charset=utf-8", source.into_bytes()))
}
