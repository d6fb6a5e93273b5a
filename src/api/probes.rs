//! What whoever keeps the service running asks: is it alive, is it able to work. What it counted is
//! `metrics`.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use super::Api;

/// Says that the service is alive.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Health")]
pub(super) struct HealthView {
    /// `alive`.
    status: &'static str,
}

/// Says whether the service can work, and what it lacks.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Readiness")]
pub(super) struct ReadinessView {
    /// `ready` or `not_ready`.
    status: &'static str,
    /// `ready` or `unavailable`.
    store: &'static str,
    /// `ready` or `stopping`.
    service: &'static str,
    /// `ready`, or `bypassed` as long as it is away: the service works without it. Left out where none is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    redis: Option<&'static str>,
}

/// Says that the process answers at all.
pub(super) async fn show_health() -> impl IntoResponse {
    Json(HealthView { status: "alive" })
}

/// Says whether the service can work, and by name what it lacks.
pub(super) async fn show_readiness(State(api): State<Api>) -> Response {
    let limit = api.config.request_timeout();
    let reachable = matches!(tokio::time::timeout(limit, api.store.ping()).await, Ok(Ok(())));
    let stopping = api.stop.is_cancelled();
    let store = if reachable { "ready" } else { "unavailable" };
    let service = if stopping { "stopping" } else { "ready" };
    let redis = api.redis.as_ref().map(|redis| if redis.is_there() { "ready" } else { "bypassed" });
    match reachable && !stopping {
        true => Json(ReadinessView { status: "ready", store, service, redis }).into_response(),
        false => {
            let view = ReadinessView { status: "not_ready", store, service, redis };
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "2")], Json(view)).into_response()
        }
    }
}
