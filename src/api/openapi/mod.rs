//! The whole surface described as an OpenAPI 3.1 document, for machines at `/openapi.json` and for people
//! at `/docs` (`page`).
//!
//! Nothing is described twice. Paths, methods and who may call come from the rows of `routes`; schemas
//! from the very types that are written and read; failures from the codes that the facts of a row allow
//! (`problems`); headers from the list that every answer gets. What no type can say, a sentence of
//! explanation, an example, which answer a call has, stands in one function a row (`operations`), and the
//! table takes no row without one.

mod examples;
mod headers;
mod operation;
pub(super) mod operations;
mod page;
mod pieces;
mod problems;
mod schemas;

use std::sync::LazyLock;

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::caching::{self, Audience};
use super::routes::{self, Access, Route};
use crate::auth::Scope;
pub(super) use operation::{Doc, Operation};
pub(super) use page::{File, read_file, show_page};
pub(super) use pieces::{AnyPiece, Pieces};
use problems::Problems;
use schemas::Schemas;

static DOCUMENT: LazyLock<(Value, Vec<String>)> = LazyLock::new(|| described(&routes::documented()));
static TEXT: LazyLock<String> = LazyLock::new(|| format!("{:#}\n", document()));

/// Gives the OpenAPI document of the service, which is the same for all settings.
#[must_use]
pub fn document() -> &'static Value {
    &DOCUMENT.0
}

/// Gives the document as text with line breaks, one at its end too.
#[must_use]
pub fn document_text() -> &'static str {
    &TEXT
}

/// `GET /openapi.json`.
pub(super) async fn show_document(headers: HeaderMap) -> Response {
    caching::bytes(&headers, Audience::Everybody, "application/json", TEXT.clone().into_bytes())
}

/// Puts the document together; with it, what the rows say that does not agree with the handlers.
fn described(rows: &[(Route, Doc)]) -> (Value, Vec<String>) {
    let mut schemas = Schemas::default();
    let mut problems = Problems::new(&mut schemas);
    let mut paths: Map<String, Value> = Map::new();
    let mut faults = Vec::new();
    for (route, doc) in rows {
        let operation = doc(Operation::of(route, &mut schemas));
        let (operation, more) = operation.finish(&mut problems);
        faults.extend(more);
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(route.method.as_str().to_ascii_lowercase(), operation);
        }
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": information(),
        "servers": [{ "url": "/", "description": "The service that gives this document" }],
        "tags": tags(rows),
        "paths": paths,
        "components": {
            "securitySchemes": security_schemes(),
            "parameters": headers::parameters(),
            "headers": headers::components(),
            "responses": problems.into_components(),
            "schemas": schemas.into_components(),
        },
    });
    (document, faults)
}

fn information() -> Value {
    json!({
        "title": "AI Content Factory",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": env!("CARGO_PKG_DESCRIPTION"),
        "description": examples::INTRODUCTION,
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
    })
}

fn security_schemes() -> Value {
    json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key as `Authorization: Bearer cf_…`. The names that an operation lists beside the scheme are the scopes that the key needs.",
        },
        "api_key": {
            "type": "apiKey",
            "in": "header",
            "name": "X-API-Key",
            "description": "The same API key in a header of its own.",
        },
    })
}

/// What a row asks of its caller: a key by either header, or nothing.
fn security(access: Access) -> Value {
    match access {
        Access::Public => json!([]),
        Access::AnyKey => json!([{ "bearer": [] }, { "api_key": [] }]),
        Access::Key(scope) => json!([{ "bearer": [name_of(scope)] }, { "api_key": [name_of(scope)] }]),
    }
}

/// Names a scope as keys bear it.
fn name_of(scope: Scope) -> String {
    json!(scope).as_str().unwrap_or_default().to_owned()
}

/// The first name of a path that is no version: what belongs together.
fn tag(path: &str) -> &str {
    let path = path.strip_prefix("/api/v1").unwrap_or("/service");
    path.split('/').nth(1).unwrap_or_default()
}

fn tags(rows: &[(Route, Doc)]) -> Value {
    let mut names: Vec<&str> = rows.iter().map(|(route, _)| tag(route.path)).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|name| json!({ "name": name, "description": examples::about(name) })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_each_row_agrees_with_its_handler() {
        assert_eq!(DOCUMENT.1, [""; 0]);
    }

    #[test]
    fn a_path_is_filed_under_its_first_name() {
        assert_eq!(tag("/api/v1/jobs/{id}"), "jobs");
        assert_eq!(tag("/healthz"), "service");
    }
}
