//! `/admin/audit`: security events for administrators, page by page, as JSON lines, and summed up.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, stream};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::Api;
use super::access::Administrator;
use super::error::ApiError;
use super::query::{FromQuery, Parameters, Query};
use crate::audit::{Audit, Entry, Error, Kind, MAX_LISTED, TrailQuery};

/// Hours that a report covers where none are asked for, and at most: a year.
const DEFAULT_HOURS: u32 = 24;
const MAX_HOURS: u32 = 8760;

/// A page of security events, newest first.
#[derive(Serialize, JsonSchema)]
pub(super) struct EventListView {
    items: Vec<Entry>,
    next_cursor: Option<String>,
}

/// Which events are listed.
pub(super) struct EventParameters(TrailQuery);

/// Which events are exported: all that match.
pub(super) struct ExportParameters(TrailQuery);

/// Over how many hours is summed up.
pub(super) struct ReportParameters(u32);

fn filters(query: &mut Query) -> TrailQuery {
    let moment = |text: &str| text.parse::<Timestamp>().ok();
    let wanted = "must be a time such as `2027-01-31T12:00:00Z`";
    let kinds = Kind::ALL.map(Kind::as_str).join(", ");
    TrailQuery {
        kind: query.take("type", &format!("must be one of {kinds}"), Kind::from_name),
        principal: query.take("principal", "must have 1 to 200 characters", |text| {
            (1..=200).contains(&text.chars().count()).then(|| text.to_owned())
        }),
        after: query.take("after", wanted, moment),
        before: query.take("before", wanted, moment),
        limit: MAX_LISTED,
        cursor: None,
    }
}

impl FromQuery for EventParameters {
    fn read(query: &mut Query) -> EventParameters {
        let wanted = filters(query);
        let (limit, cursor) = (query.page_size(), query.text("cursor"));
        EventParameters(TrailQuery { limit, cursor, ..wanted })
    }
}

impl FromQuery for ExportParameters {
    fn read(query: &mut Query) -> ExportParameters {
        ExportParameters(filters(query))
    }
}

impl FromQuery for ReportParameters {
    fn read(query: &mut Query) -> ReportParameters {
        let read = |text: &str| text.parse().ok().filter(|hours| (1..=MAX_HOURS).contains(hours));
        let hours = query.take("hours", &format!("must be from 1 to {MAX_HOURS}"), read);
        ReportParameters(hours.unwrap_or(DEFAULT_HOURS))
    }
}

pub(super) async fn list_events(
    State(api): State<Api>,
    _: Administrator,
    Parameters(EventParameters(query)): Parameters<EventParameters>,
) -> Result<Response, ApiError> {
    let page = api.audit.query(&query).await?;
    Ok(Json(EventListView { items: page.items, next_cursor: page.next_cursor }).into_response())
}

pub(super) async fn export_events(
    State(api): State<Api>,
    _: Administrator,
    Parameters(ExportParameters(query)): Parameters<ExportParameters>,
) -> Response {
    let body = Body::from_stream(lines(api.audit, query));
    ([(header::CONTENT_TYPE, "application/jsonl")], body).into_response()
}

/// Reads page by page, each as lines. A page that cannot be read breaks the answer off, so that nobody takes
/// a part for the whole.
fn lines(audit: Audit, query: TrailQuery) -> impl Stream<Item = Result<Bytes, Error>> {
    stream::try_unfold(Some(query), move |query| {
        let audit = audit.clone();
        async move {
            let Some(query) = query else { return Ok(None) };
            let page = audit.query(&query).await?;
            let mut text = String::new();
            for entry in &page.items {
                text.push_str(&serde_json::to_string(entry).map_err(|_| Error::Unreadable)?);
                text.push('\n');
            }
            let next = page.next_cursor.map(|cursor| TrailQuery { cursor: Some(cursor), ..query });
            Ok(Some((Bytes::from(text), next)))
        }
    })
}

pub(super) async fn report_events(
    State(api): State<Api>,
    _: Administrator,
    Parameters(ReportParameters(hours)): Parameters<ReportParameters>,
) -> Result<Response, ApiError> {
    Ok(Json(api.audit.report(hours).await?).into_response())
}
