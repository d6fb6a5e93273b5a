//! `GET /jobs/{id}/export`: the pieces of a job as one file, or everything that is kept of it.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use serde::Deserialize;

use super::Api;
use super::access::Reader;
use super::caching::{self, Audience};
use super::error::{ApiError, Code};
use super::parameters::{JobPath, Parameters};
use super::view::{JobView, RecordView};
use super::webhooks::DeliveryView;
use crate::content::{Kind, Material};
use crate::export::{Format, render_package};
use crate::id::JobId;

/// The format that is no rendering of the pieces but all there is.
const RECORD: &str = "record";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportParameters {
    format: Option<String>,
    kinds: Option<String>,
}

pub(super) async fn export_job(
    State(api): State<Api>,
    caller: Reader,
    JobPath(id): JobPath,
    Parameters(parameters): Parameters<ExportParameters>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if parameters.format.as_deref() == Some(RECORD) {
        return export_record(&api, caller, id, &parameters, &headers).await;
    }
    let format = format(parameters.format.as_deref())?;
    let kinds = kinds(parameters.kinds.as_deref())?;
    let job = api.jobs.get(caller.viewer(), id).await?;
    let pieces = api.jobs.content(caller.viewer(), id).await?;
    let chosen: Vec<&Material> =
        pieces.iter().filter(|(kind, _)| kinds.contains(kind)).map(|(_, piece)| piece).collect();
    if chosen.is_empty() {
        return Err(ApiError::new(Code::NotFound, "the job has none of these pieces, or not yet"));
    }
    let file = render_package(format, &chosen, job.language());
    let response = caching::bytes(&headers, Audience::of(&job), format.media_type(), file);
    attached(response, &format!("{id}.{}", format.extension()))
}

/// Job, request, text, pieces, events and deliveries in one JSON document, at any stage of the job.
async fn export_record(
    api: &Api,
    caller: Reader,
    id: JobId,
    parameters: &ExportParameters,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    if parameters.kinds.is_some() {
        return Err(ApiError::invalid_parameter("kinds", "does not go with the whole record"));
    }
    let job = api.jobs.get(caller.viewer(), id).await?;
    let content = api.jobs.content(caller.viewer(), id).await?;
    let source = api.jobs.source(caller.viewer(), id).await?;
    let messages = api.webhooks.messages_about(id).await?;
    let record = RecordView {
        job: JobView::new(&job, Some(&content)),
        request: &job.request,
        source: &source,
        events: &job.events,
        deliveries: messages.iter().map(DeliveryView::from).collect(),
        expires_at: job.expires_at,
    };
    let response = caching::json(headers, Audience::of(&job), &record)?;
    attached(response, &format!("{id}.record.json"))
}

fn attached(mut response: Response, name: &str) -> Result<Response, ApiError> {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let disposition = disposition.map_err(ApiError::internal)?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

fn format(name: Option<&str>) -> Result<Format, ApiError> {
    let known = Format::ALL.map(Format::extension).join(", ");
    Format::from_name(name.unwrap_or("md"))
        .ok_or_else(|| ApiError::invalid_parameter("format", format!("must be one of {known}, {RECORD}")))
}

/// Reads names with commas between them; all kinds where none is named.
fn kinds(names: Option<&str>) -> Result<Vec<Kind>, ApiError> {
    let Some(names) = names else { return Ok(Kind::ALL.to_vec()) };
    let read = names.split(',').map(|name| Kind::from_name(name.trim()));
    read.collect::<Option<Vec<Kind>>>().ok_or_else(|| {
        ApiError::invalid_parameter("kinds", "must be kinds of /api/v1/kinds with commas between")
    })
}
