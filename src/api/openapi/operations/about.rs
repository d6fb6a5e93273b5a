//! What is told of the service itself: probes, metrics, this document and its page, the catalogue.

use serde_json::json;

use super::super::operation::Media;
use super::super::{File, Operation, examples};
use crate::api::error::Code;
use crate::api::kinds::CatalogueView;
use crate::api::probes::{HealthView, ReadinessView};
use crate::telemetry::CONTENT_TYPE;

pub(in crate::api) fn show_health(operation: Operation<'_>) -> Operation<'_> {
    operation.named("show_health", "Is the service alive").gives::<HealthView>(
        200,
        "The process answers.",
        examples::HEALTH,
    )
}

pub(in crate::api) fn show_readiness(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("show_readiness", "Is the service able to work")
        .explained("Says by name what it lacks.")
        .gives::<ReadinessView>(200, "It is.", examples::READY)
        .gives::<ReadinessView>(503, "It is not, or not any more.", examples::NOT_READY)
}

pub(in crate::api) fn show_metrics(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("show_metrics", "What the service counted")
        .explained("For Prometheus. The settings may give it an address of its own, then it is not here, or ask for a token.")
        .gives_text(200, "All metrics, as text.", CONTENT_TYPE, examples::METRICS)
        .fails_with(&[Code::Unauthenticated, Code::NotFound])
}

pub(in crate::api) fn show_document(operation: Operation<'_>) -> Operation<'_> {
    let object = json!({
        "type": "object",
        "properties": {
            "openapi": { "type": "string" },
            "info": { "type": "object" },
            "paths": { "type": "object" },
        },
        "required": ["openapi", "info", "paths"],
    });
    let example = json!({ "openapi": "3.1.0", "info": { "title": "AI Content Factory", "version": "0.1.0" }, "paths": {} });
    operation
        .named("show_document", "This document")
        .gives_like(200, "The surface of the service as OpenAPI 3.1.", Media::json(object, example))
        .kept()
}

pub(in crate::api) fn show_page(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("show_page", "This document as a page")
        .gives_text(200, "A page for browsers.", "text/html; charset=utf-8", "<!doctype html>")
        .kept()
}

pub(in crate::api) fn read_file(operation: Operation<'_>) -> Operation<'_> {
    let names: Vec<&str> = File::ALL.iter().map(|file| file.name).collect();
    let named = json!({ "type": "string", "enum": names });
    let mut operation = operation.named("read_file", "What the page is made of").place(
        "file",
        "The name of the file.",
        named,
        "init.js",
    );
    for file in File::ALL {
        operation = operation.gives_text(200, "The file.", file.media_type, file.example());
    }
    operation.kept()
}

pub(in crate::api) fn list_kinds(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("list_kinds", "What can be made")
        .explained("Every kind with its JSON Schema and so its limits, and the schema of a request.")
        .gives::<CatalogueView>(200, "The catalogue.", examples::CATALOGUE)
        .kept()
}
