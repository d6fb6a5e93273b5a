//! `GET /jobs/{id}/export`: the pieces of a job as one file, or everything that is kept of it.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use super::Api;
use super::access::Reader;
use super::caching::{self, Audience};
use super::error::{ApiError, Code};
use super::parameters::JobPath;
use super::query::{FromQuery, Parameters, Query};
use super::view::{JobView, RecordView};
use super::webhooks::DeliveryView;
use crate::content::{Kind, Material};
use crate::export::{Format, render_package};
use crate::id::JobId;

/// The format that is no rendering of the pieces but all there is.
pub(super) const RECORD: &str = "record";

/// What a file is to hold, and in which form.
pub(super) enum ExportParameters {
    Record,
    Pieces(Format, Vec<Kind>),
}

impl FromQuery for ExportParameters {
    fn read(query: &mut Query) -> ExportParameters {
        let known = Format::ALL.map(Format::extension).join(", ");
        let wanted = format!("must be one of {known}, {RECORD}");
        // The inner `None` is the whole record.
        let read = |name: &str| match name {
            RECORD => Some(None),
            name => Format::from_name(name).map(Some),
        };
        let format = query.take("format", &wanted, read).unwrap_or(Some(Format::Markdown));
        let kinds = query.take("kinds", "must be kinds of /api/v1/kinds with commas between", kinds);
        match (format, kinds) {
            (Some(format), kinds) => {
                ExportParameters::Pieces(format, kinds.unwrap_or_else(|| Kind::ALL.to_vec()))
            }
            (None, kinds) => {
                if kinds.is_some() {
                    query.refuse("kinds", "does not go with the whole record");
                }
                ExportParameters::Record
            }
        }
    }
}

/// Reads names with commas between them.
fn kinds(names: &str) -> Option<Vec<Kind>> {
    names.split(',').map(|name| Kind::from_name(name.trim())).collect()
}

pub(super) async fn export_job(
    State(api): State<Api>,
    caller: Reader,
    JobPath(id): JobPath,
    Parameters(parameters): Parameters<ExportParameters>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (format, kinds) = match parameters {
        ExportParameters::Record => return export_record(&api, caller, id, &headers).await,
        ExportParameters::Pieces(format, kinds) => (format, kinds),
    };
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
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
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
