//! The HTTP surface: what it looks like stands in two lists, the routes ([`router`]) and the layers
//! around them (`layers`). Handlers translate: a body into a `content::Request`, a call of `jobs`
//! into an answer. What may go wrong anywhere becomes a problem body in `error`, the one place that
//! chooses status codes.
//!
//! Access is denied by default: a route belongs to the `guarded` table unless it says that it is
//! public, and a handler cannot know who calls without naming the scope it needs (`access`).

mod access;
mod admin;
mod batches;
mod body;
mod caching;
mod config;
mod content;
mod error;
mod events;
mod export;
mod jobs;
mod kinds;
mod layers;
mod metrics;
mod parameters;
mod probes;
mod request_id;
mod submission;
mod view;
mod webhooks;

pub use config::Config;
pub use error::Code;
pub use view::JobView;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::auth::ApiKeys;
use crate::jobs::Jobs;
use crate::notify::Webhooks;
use crate::store::Store;
use crate::telemetry::Metrics;

/// What the handlers work with. Clones are the same.
#[derive(Clone)]
pub struct Api {
    /// Accepts, runs and keeps jobs.
    pub jobs: Jobs,
    /// Recognises callers.
    pub keys: ApiKeys,
    /// Checks addresses, and shows keys their messages.
    pub webhooks: Webhooks,
    /// Asked whether it can work.
    pub store: Arc<dyn Store>,
    /// Places of those who follow a job.
    pub event_streams: Arc<Semaphore>,
    /// Cancelled when the service is to stop.
    pub stop: CancellationToken,
    /// Cancelled when open requests have had their time after that.
    pub cut_off: CancellationToken,
    /// Where requests are counted, and what is scraped.
    pub metrics: Metrics,
    /// The settings of the service.
    pub config: Config,
}

fn metrics_routes() -> Router<Api> {
    Router::new().route("/metrics", get(metrics::show_metrics))
}

/// Makes what is served where metrics have an address of their own: them, and nothing else.
pub fn metrics_router(api: Api) -> Router {
    let routes = metrics_routes().fallback(layers::no_route).method_not_allowed_fallback(layers::no_method);
    layers::outer(routes, api.cut_off.clone(), api.metrics.clone()).with_state(api)
}

/// Puts routes and layers together.
pub fn router(api: Api) -> Router {
    let large = DefaultBodyLimit::max(api.config.max_batch_body_bytes);
    let guarded = Router::new()
        .route("/api/v1/jobs", post(jobs::create_job).get(jobs::list_jobs))
        .route("/api/v1/jobs/{id}", get(jobs::read_job).delete(jobs::delete_job))
        .route("/api/v1/jobs/{id}/cancel", post(jobs::cancel_job))
        .route("/api/v1/jobs/{id}/retry", post(jobs::retry_job))
        .route("/api/v1/jobs/{id}/source", get(jobs::read_source))
        .route("/api/v1/jobs/{id}/content", get(content::list_pieces))
        .route("/api/v1/jobs/{id}/content/{kind}", get(content::read_piece))
        .route("/api/v1/jobs/{id}/export", get(export::export_job))
        .route("/api/v1/batches", post(batches::create_batch).layer(large))
        .route("/api/v1/batches/{id}", get(batches::read_batch))
        .route("/api/v1/batches/{id}/cancel", post(batches::cancel_batch))
        .route("/api/v1/admin/performance", get(admin::show_performance))
        .route("/api/v1/webhooks", get(webhooks::read_webhook).post(webhooks::create_webhook))
        .route("/api/v1/webhooks/rotate", post(webhooks::rotate_secret))
        .route("/api/v1/webhooks/deliveries", get(webhooks::list_deliveries))
        .route("/api/v1/webhooks/deliveries/{id}/replay", post(webhooks::replay_delivery));
    // Outside the request deadline: their callers say how long they wait.
    let waiting = Router::new()
        .route("/api/v1/content/generate", post(content::generate_content))
        .route("/api/v1/jobs/{id}/events", get(events::follow_job));
    let public = Router::new().route("/api/v1/kinds", get(kinds::list_kinds));
    // Never shed: a service that is busy is alive.
    let probes = Router::new()
        .route("/healthz", get(probes::show_health))
        .route("/readyz", get(probes::show_readiness));
    // Only where they have no address of their own.
    let probes = match api.config.metrics_address {
        None => probes.merge(metrics_routes()),
        Some(_) => probes,
    };

    let deadline = || axum::middleware::from_fn_with_state(api.config.clone(), layers::deadline);
    let guard = || axum::middleware::from_fn_with_state(api.clone(), access::authenticate);
    let routes = guarded.route_layer(guard()).merge(public).layer(deadline());
    let routes = routes.merge(waiting.route_layer(guard()));
    let routes = layers::shedding(routes, &api.config).merge(probes);
    let routes = routes.fallback(layers::no_route).method_not_allowed_fallback(layers::no_method);
    let routes = routes.layer(DefaultBodyLimit::max(api.config.max_body_bytes));
    layers::outer(routes, api.cut_off.clone(), api.metrics.clone()).with_state(api)
}
