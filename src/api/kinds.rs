//! `GET /kinds`: the catalogue of what can be made, with the schema and so the limits of each kind.

use axum::http::HeaderMap;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::caching::{self, Audience};
use super::error::ApiError;
use crate::content::{Kind, Request, schema};

/// What can be made.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Catalogue")]
pub(super) struct CatalogueView {
    /// Every kind.
    kinds: Vec<KindView>,
    /// What a request may hold, as JSON Schema (2020-12).
    #[schemars(with = "Map<String, Value>")]
    request_schema: &'static Value,
}

/// A kind of teaching material.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CatalogueEntry")]
struct KindView {
    /// Its name.
    kind: Kind,
    /// Whether it is made with every job.
    always_made: bool,
    /// What a piece of it holds, as JSON Schema (2020-12).
    #[schemars(with = "Map<String, Value>")]
    schema: &'static Value,
}

pub(super) async fn list_kinds(headers: HeaderMap) -> Result<Response, ApiError> {
    let view = |kind| KindView { kind, always_made: kind == Kind::Outline, schema: schema::piece(kind) };
    let kinds = Kind::ALL.into_iter().map(view).collect();
    caching::json(&headers, Audience::Everybody, &CatalogueView { kinds, request_schema: Request::schema() })
}
