//! The HTTP surface: what it looks like stands in two lists, the table of routes (`routes`) and the
//! layers around them (`layers`). Handlers translate: a body into a `content::Request`, a call of
//! `jobs` into an answer. What may go wrong anywhere becomes a problem body in `error`, the one place
//! that chooses status codes.
//!
//! What the surface looks like is described from the same table (`openapi`): no row without a description.
//!
//! Access is denied by default: every row of the table says who may call it, and a handler cannot know
//! who calls without naming the scope it needs (`access`).

mod access;
mod admin;
mod audit;
mod batches;
mod blocks;
mod body;
mod caching;
mod client;
mod compression;
mod config;
mod content;
mod cors;
mod error;
mod events;
mod export;
mod fields;
mod headers;
mod jobs;
mod keys;
mod kinds;
mod layers;
mod limits;
mod log;
mod metrics;
mod openapi;
mod parameters;
mod probes;
mod query;
mod request_id;
mod routes;
mod security;
mod server;
mod submission;
mod usage;
mod view;
mod webhooks;

pub use config::Config;
pub use cors::CorsConfig;
pub use error::Code;
pub use keys::KeyView;
pub use openapi::{document, document_text};
pub use routes::{Access, Class, Route, Timing, routes};
pub use server::{Server, Stop};
pub use view::JobView;

use std::sync::Arc;

use axum::Router;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::audit::{Audit, Blocks};
use crate::auth::ApiKeys;
use crate::jobs::Jobs;
use crate::notify::Webhooks;
use crate::quota::Quota;
use crate::redis::Redis;
use crate::store::Store;
use crate::telemetry::Metrics;

/// What the handlers work with. Clones are the same.
#[derive(Clone)]
pub struct Api {
    /// Accepts, runs and keeps jobs.
    pub jobs: Jobs,
    /// Recognises callers.
    pub keys: ApiKeys,
    /// What instances share, if they do.
    pub redis: Option<Redis>,
    /// Counts what callers do.
    pub quota: Quota,
    /// Where security events are noted and asked for.
    pub audit: Audit,
    /// Who is kept out.
    pub blocks: Blocks,
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
    /// Which front ends may call.
    pub cors: CorsConfig,
}

/// Makes what is served where metrics have an address of their own: them, and nothing else.
pub fn metrics_router(api: Api) -> Router {
    assembled(api, |row| row.is_at(routes::METRICS))
}

/// Puts routes and layers together.
pub fn router(api: Api) -> Router {
    let has_metrics = api.config.metrics_address.is_none();
    assembled(api, |row| has_metrics || !row.is_at(routes::METRICS))
}

fn assembled(api: Api, is_served: impl Fn(&routes::Row) -> bool) -> Router {
    let places = Arc::new(Semaphore::new(api.config.max_concurrent_requests));
    let rows = routes::table().into_iter().filter(is_served);
    let routes = rows.fold(Router::new(), |routes, row| row.mount(routes, &api, &places));
    let routes = routes.fallback(layers::no_route).method_not_allowed_fallback(layers::no_method);
    layers::outer(routes, layers::Outer::of(&api)).with_state(api)
}

/// Makes what answers heads that are no request, which are found before there is a request to route.
fn refusals(api: &Api) -> Router {
    layers::outer(Router::new().fallback(layers::no_request), layers::Outer::of(api))
}
