//! `GET /jobs/{id}/export`: the pieces of a job as one file.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use serde::Deserialize;

use super::Api;
use super::access::Reader;
use super::caching::{self, Audience};
use super::error::{ApiError, Code};
use super::parameters::{JobPath, Parameters};
use crate::content::{Kind, Material};
use crate::export::{Format, render_package};

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
    let mut response = caching::bytes(&headers, Audience::Caller, format.media_type(), file);
    let disposition = format!("attachment; filename=\"{id}.{}\"", format.extension());
    let disposition = HeaderValue::from_str(&disposition).map_err(ApiError::internal)?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

fn format(name: Option<&str>) -> Result<Format, ApiError> {
    let known = Format::ALL.map(Format::extension).join(", ");
    Format::from_name(name.unwrap_or("md"))
        .ok_or_else(|| ApiError::invalid_parameter("format", format!("must be one of {known}")))
}

/// Reads names with commas between them; all kinds where none is named.
fn kinds(names: Option<&str>) -> Result<Vec<Kind>, ApiError> {
    let Some(names) = names else { return Ok(Kind::ALL.to_vec()) };
    let read = names.split(',').map(|name| Kind::from_name(name.trim()));
    read.collect::<Option<Vec<Kind>>>().ok_or_else(|| {
        ApiError::invalid_parameter("kinds", "must be kinds of /api/v1/kinds with commas between")
    })
}
