//! `/jobs`: create, list, read, cancel, retry and delete.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use jiff::Timestamp;

use super::Api;
use super::access::{Generator, Reader};
use super::body::RequestBody;
use super::caching::{self, Audience};
use super::error::ApiError;
use super::limits::Replayed;
use super::parameters::JobPath;
use super::query::{FromQuery, Parameters, Query};
use super::submission::Submission;
use super::view::{JobListView, JobView};
use crate::id::{JobId, KeyId};
use crate::record::{ListQuery, Owner, Status};

/// Which jobs are listed.
pub(super) struct ListParameters(ListQuery);

/// What is read of a job besides itself.
pub(super) struct ReadParameters {
    include: Option<Include>,
}

#[derive(Clone, Copy)]
enum Include {
    Content,
}

impl FromQuery for ListParameters {
    fn read(query: &mut Query) -> ListParameters {
        let moment = "must be a time such as `2026-11-28T12:00:00Z`";
        ListParameters(ListQuery {
            status: query.take("status", "is no status of a job", Status::from_name),
            owner: query.take("owner", "must be the id of a key", |id| id.parse::<KeyId>().ok().map(Owner)),
            created_after: query.take("created_after", moment, |time| time.parse::<Timestamp>().ok()),
            created_before: query.take("created_before", moment, |time| time.parse::<Timestamp>().ok()),
            limit: query.page_size(),
            cursor: query.text("cursor"),
        })
    }
}

impl FromQuery for ReadParameters {
    fn read(query: &mut Query) -> ReadParameters {
        let read = |name: &str| (name == "content").then_some(Include::Content);
        ReadParameters { include: query.take("include", "must be `content`", read) }
    }
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
    let replayed = submitted.replayed.then_some(Extension(Replayed));
    Ok((StatusCode::CREATED, location(submitted.job.id), replayed, view).into_response())
}

pub(super) async fn list_jobs(
    State(api): State<Api>,
    caller: Reader,
    Parameters(ListParameters(query)): Parameters<ListParameters>,
) -> Result<Response, ApiError> {
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
