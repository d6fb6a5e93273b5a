//! `GET /kinds`: the catalogue of what can be made, with the schema and so the limits of each kind.

use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;

use super::caching::{self, Audience};
use super::error::ApiError;
use crate::content::{Kind, Request, schema};

#[derive(Serialize)]
struct CatalogueView {
    kinds: Vec<KindView>,
    request_schema: &'static Value,
}

#[derive(Serialize)]
struct KindView {
    kind: Kind,
    /// Whether it is made with every job.
    always_made: bool,
    schema: &'static Value,
}

pub(super) async fn list_kinds(headers: HeaderMap) -> Result<Response, ApiError> {
    let view = |kind| KindView { kind, always_made: kind == Kind::Outline, schema: schema::piece(kind) };
    let kinds = Kind::ALL.into_iter().map(view).collect();
    caching::json(&headers, Audience::Everybody, &CatalogueView { kinds, request_schema: Request::schema() })
}
