//! `/admin`: what concerns the whole service, for administrators.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::Api;
use super::access::Administrator;

/// How long the stages of jobs have taken in this process, and which is the slowest.
pub(super) async fn show_performance(State(api): State<Api>, _: Administrator) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(api.metrics.performance())).into_response()
}
