//! Every route of the service as a row of one table: who may call it, what it costs, how long it may
//! take, and its handler. What each row passes through on the way to its handler is put together here
//! from the facts of the row; what all requests pass through stands in `layers`.
//!
//! The same rows are data for whoever asks about the surface: [`routes`] gives them without handlers,
//! and every request that met a row carries its [`Route`] among its extensions. Each row has a function that
//! describes it, from which the document at `/openapi.json` is made (`openapi`).

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::MethodRouter;
use axum::{Extension, Router, routing};
use tokio::sync::Semaphore;

use super::compression::Sensitive;
use super::openapi::{self, Doc, operations as doc};
use super::{
    Api, Config, access, admin, audit, batches, blocks, content, events, export, jobs, keys, kinds, layers,
    limits, metrics, probes, usage, webhooks,
};
use crate::auth::Scope;

/// Where what is scraped is given; the one route that may have an address of its own.
pub(super) const METRICS: &str = "/metrics";

/// What is known of a route without calling it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method; `GET` stands for `HEAD` too.
    pub method: Method,
    /// The path, with names in braces where it varies: `{id}`, `{kind}`.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// What a call counts as.
    pub class: Class,
    /// How long a call may take.
    pub timing: Timing,
}

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// Whoever presents a key with this scope. The handler's signature names the same scope, and it is
    /// the signature that refuses; a test holds the two together.
    Key(Scope),
    /// Whoever presents a key, whatever it may do: it is told of itself.
    AnyKey,
}

/// What a call of a route counts as, where calls are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Nothing: there is no caller to count it for.
    Free,
    /// It reads.
    Read,
    /// It may make jobs.
    Create,
    /// It changes what is there.
    Change,
}

/// How long a call may take, and whether it may be refused because there is too much to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// As long as any request (`server.request_timeout`).
    Deadline,
    /// As long as its caller says.
    CallersOwn,
    /// It is never shed and has no deadline of ours: a service that is busy is alive.
    Probe,
}

/// How large a body may be.
#[derive(Clone, Copy)]
enum BodyBound {
    Request,
    Batch,
}

/// A route with its handler.
pub(super) struct Row {
    route: Route,
    body: BodyBound,
    doc: Doc,
    shows_secret: bool,
    handler: MethodRouter<Api>,
}

/// Gives every route of the service, in the order of the table. `/metrics` is among them, although the
/// settings may give it an address of its own.
#[must_use]
pub fn routes() -> Vec<Route> {
    table().into_iter().map(|row| row.route).collect()
}

/// Gives every route with what is said of it.
pub(super) fn documented() -> Vec<(Route, Doc)> {
    table().into_iter().map(|row| (row.route, row.doc)).collect()
}

/// The table. A path with several methods has a row for each.
pub(super) fn table() -> Vec<Row> {
    const GENERATE: Access = Access::Key(Scope::Generate);
    const READ: Access = Access::Key(Scope::Read);
    const ADMIN: Access = Access::Key(Scope::Admin);
    vec![
        get("/healthz", Access::Public, probes::show_health, doc::show_health).probing(),
        get("/readyz", Access::Public, probes::show_readiness, doc::show_readiness).probing(),
        get(METRICS, Access::Public, metrics::show_metrics, doc::show_metrics).probing(),
        get("/openapi.json", Access::Public, openapi::show_document, doc::show_document),
        get("/docs", Access::Public, openapi::show_page, doc::show_page),
        get("/docs/{file}", Access::Public, openapi::read_file, doc::read_file),
        get("/api/v1/kinds", Access::Public, kinds::list_kinds, doc::list_kinds),
        post("/api/v1/content/generate", GENERATE, content::generate_content, doc::generate_content)
            .creating()
            .waiting(),
        post("/api/v1/jobs", GENERATE, jobs::create_job, doc::create_job).creating(),
        get("/api/v1/jobs", READ, jobs::list_jobs, doc::list_jobs),
        get("/api/v1/jobs/{id}", READ, jobs::read_job, doc::read_job),
        delete("/api/v1/jobs/{id}", GENERATE, jobs::delete_job, doc::delete_job),
        post("/api/v1/jobs/{id}/cancel", GENERATE, jobs::cancel_job, doc::cancel_job),
        post("/api/v1/jobs/{id}/retry", GENERATE, jobs::retry_job, doc::retry_job),
        get("/api/v1/jobs/{id}/events", READ, events::follow_job, doc::follow_job).waiting(),
        get("/api/v1/jobs/{id}/source", READ, jobs::read_source, doc::read_source),
        get("/api/v1/jobs/{id}/content", READ, content::list_pieces, doc::list_pieces),
        get("/api/v1/jobs/{id}/content/{kind}", READ, content::read_piece, doc::read_piece),
        get("/api/v1/jobs/{id}/export", READ, export::export_job, doc::export_job),
        post("/api/v1/batches", GENERATE, batches::create_batch, doc::create_batch)
            .creating()
            .with_large_body(),
        get("/api/v1/batches/{id}", READ, batches::read_batch, doc::read_batch),
        post("/api/v1/batches/{id}/cancel", GENERATE, batches::cancel_batch, doc::cancel_batch),
        get("/api/v1/webhooks", READ, webhooks::read_webhook, doc::read_webhook).showing_secret(),
        post("/api/v1/webhooks", GENERATE, webhooks::create_webhook, doc::create_webhook).showing_secret(),
        post("/api/v1/webhooks/rotate", GENERATE, webhooks::rotate_secret, doc::rotate_secret)
            .showing_secret(),
        get("/api/v1/webhooks/deliveries", READ, webhooks::list_deliveries, doc::list_deliveries),
        post(
            "/api/v1/webhooks/deliveries/{id}/replay",
            GENERATE,
            webhooks::replay_delivery,
            doc::replay_delivery,
        ),
        get("/api/v1/usage", Access::AnyKey, usage::show_usage, doc::show_usage),
        get("/api/v1/admin/performance", ADMIN, admin::show_performance, doc::show_performance),
        post("/api/v1/admin/keys", ADMIN, keys::create_key, doc::create_key).showing_secret(),
        get("/api/v1/admin/keys", ADMIN, keys::list_keys, doc::list_keys),
        get("/api/v1/admin/keys/{id}", ADMIN, keys::read_key, doc::read_key),
        post("/api/v1/admin/keys/{id}/rotate", ADMIN, keys::rotate_key, doc::rotate_key).showing_secret(),
        delete("/api/v1/admin/keys/{id}", ADMIN, keys::revoke_key, doc::revoke_key),
        get("/api/v1/admin/audit", ADMIN, audit::list_events, doc::list_events),
        get("/api/v1/admin/audit/export", ADMIN, audit::export_events, doc::export_events),
        get("/api/v1/admin/audit/report", ADMIN, audit::report_events, doc::report_events),
        get("/api/v1/admin/blocks", ADMIN, blocks::list_blocks, doc::list_blocks),
        post("/api/v1/admin/blocks", ADMIN, blocks::create_block, doc::create_block),
        delete("/api/v1/admin/blocks/{id}", ADMIN, blocks::lift_block, doc::lift_block),
    ]
}

/// A route that reads; what is public counts as nothing.
fn get<H, T>(path: &'static str, access: Access, handler: H, doc: Doc) -> Row
where
    H: Handler<T, Api>,
    T: 'static,
{
    let class = match access {
        Access::Public => Class::Free,
        Access::Key(_) | Access::AnyKey => Class::Read,
    };
    Row::new(Method::GET, path, access, routing::get(handler), doc).counting_as(class)
}

/// A route that changes something.
fn post<H, T>(path: &'static str, access: Access, handler: H, doc: Doc) -> Row
where
    H: Handler<T, Api>,
    T: 'static,
{
    Row::new(Method::POST, path, access, routing::post(handler), doc)
}

/// A route that takes something away.
fn delete<H, T>(path: &'static str, access: Access, handler: H, doc: Doc) -> Row
where
    H: Handler<T, Api>,
    T: 'static,
{
    Row::new(Method::DELETE, path, access, routing::delete(handler), doc)
}

impl Row {
    fn new(method: Method, path: &'static str, access: Access, handler: MethodRouter<Api>, doc: Doc) -> Row {
        let route = Route { method, path, access, class: Class::Change, timing: Timing::Deadline };
        Row { route, body: BodyBound::Request, doc, shows_secret: false, handler }
    }

    fn counting_as(mut self, class: Class) -> Row {
        self.route.class = class;
        self
    }

    /// It may make jobs.
    fn creating(self) -> Row {
        self.counting_as(Class::Create)
    }

    /// Its caller says how long it waits.
    fn waiting(mut self) -> Row {
        self.route.timing = Timing::CallersOwn;
        self
    }

    fn probing(mut self) -> Row {
        self.route.timing = Timing::Probe;
        self
    }

    /// Its answer shows a secret.
    fn showing_secret(mut self) -> Row {
        self.shows_secret = true;
        self
    }

    fn with_large_body(mut self) -> Row {
        self.body = BodyBound::Batch;
        self
    }

    pub(super) fn is_at(&self, path: &str) -> bool {
        self.route.path == path
    }

    /// Wraps the handler in what its facts ask for, innermost first. Only calls that meet the row pass
    /// through it: a wrong method is refused before.
    pub(super) fn mount(self, routes: Router<Api>, api: &Api, places: &Arc<Semaphore>) -> Router<Api> {
        let Row { route, body, shows_secret, handler, doc: _ } = self;
        let handler = handler.route_layer(DefaultBodyLimit::max(body.most_bytes(&api.config)));
        let handler = match shows_secret {
            true => handler.route_layer(map_response(sensitive)),
            false => handler,
        };
        let handler = match route.access {
            Access::Public => handler,
            Access::Key(_) | Access::AnyKey => handler
                .route_layer(from_fn_with_state(api.clone(), limits::limit))
                .route_layer(from_fn_with_state(api.clone(), access::authenticate)),
        };
        let handler = match route.timing {
            Timing::Deadline => {
                handler.route_layer(from_fn_with_state(api.config.request_timeout(), layers::deadline))
            }
            Timing::CallersOwn | Timing::Probe => handler,
        };
        let handler = match route.timing {
            Timing::Deadline | Timing::CallersOwn => layers::shedding(handler, places),
            Timing::Probe => handler,
        };
        routes.route(route.path, handler.route_layer(Extension(route)))
    }
}

/// Marks what shows a secret.
pub(super) async fn sensitive(mut response: Response) -> Response {
    response.extensions_mut().insert(Sensitive);
    response
}

impl BodyBound {
    fn most_bytes(self, config: &Config) -> usize {
        match self {
            BodyBound::Request => config.max_body_bytes,
            BodyBound::Batch => config.max_batch_body_bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_with_a_secret_is_marked_as_one() {
        let marked = table().into_iter().filter(|row| row.shows_secret).map(|row| row.route);
        let marked: Vec<_> = marked.map(|route| format!("{} {}", route.method, route.path)).collect();
        let expected = [
            "GET /api/v1/webhooks",
            "POST /api/v1/webhooks",
            "POST /api/v1/webhooks/rotate",
            "POST /api/v1/admin/keys",
            "POST /api/v1/admin/keys/{id}/rotate",
        ];
        assert_eq!(marked, expected);
    }
}
