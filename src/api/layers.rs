//! What every request passes through, outermost first, each layer with the reason for its place:
//!
//! 1. request id: everything that follows, logs and problems, bears it
//! 2. log and metrics: one line and one count a request, with the status that the caller gets
//! 3. default headers: an answer that says nothing about caching must not be cached
//! 4. panic: a fault in a handler becomes a problem and the service goes on
//! 5. end: a service that stops answers what is still open, instead of dropping it
//! 6. route: from here on, a request that met a row of the table carries it (`routes`)
//! 7. shed and concurrency: what cannot be worked on is refused before anything is read of it.
//!    One bound for all routes together. Probes stand outside of it
//! 8. deadline: nothing waits for ever. `content/generate` stands outside: its caller sets the time
//! 9. authentication (`access`): default deny, before a body is read
//! 10. body limit: where a body is read, by the extractor (`body`)
//!
//! The last five are put around each row by `routes`, as its facts ask.

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::error_handling::HandleErrorLayer;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, Uri, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::load_shed::LoadShedLayer;
use tower_http::catch_panic::CatchPanicLayer;

use super::error::{ApiError, Code};
use super::request_id::{RequestId, name_request};
use super::{Api, Config};
use crate::telemetry::Metrics;

/// The layers around every route, the probes included.
pub(super) fn outer<S: Clone + Send + Sync + 'static>(
    routes: Router<S>,
    cut_off: CancellationToken,
    metrics: Metrics,
) -> Router<S> {
    routes.layer(
        ServiceBuilder::new()
            .layer(from_fn(name_request))
            .layer(from_fn_with_state(metrics, log))
            .layer(from_fn(default_headers))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(from_fn_with_state(cut_off, end_with_service)),
    )
}

/// Refuses what finds no place, instead of letting it queue.
pub(super) fn shedding(route: MethodRouter<Api>, places: &Arc<Semaphore>) -> MethodRouter<Api> {
    route.route_layer(
        ServiceBuilder::new()
            .layer(HandleErrorLayer::new(shed))
            .layer(LoadShedLayer::new())
            .layer(GlobalConcurrencyLimitLayer::with_semaphore(Arc::clone(places))),
    )
}

async fn shed(_: tower::BoxError) -> ApiError {
    ApiError::new(Code::Overloaded, "too many requests are in progress: try again")
}

async fn log(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let request_id = request.extensions().get::<RequestId>().cloned();
    let response = next.run(request).await;
    let named = route.as_deref().unwrap_or("none");
    metrics.http_request(label_of(&method), named, response.status().as_u16(), started.elapsed());
    tracing::info!(
        request_id = request_id.map(|id| id.0),
        method = method.as_str(),
        route,
        status = response.status().as_u16(),
        duration_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    response
}

/// Whatever a caller makes up as a method must not become a label.
fn label_of(method: &Method) -> &'static str {
    let known = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    known.into_iter().find(|known| method.as_str() == *known).unwrap_or("other")
}

async fn default_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    // The hook of the process has written what panicked, and where.
    ApiError::internal(Panicked).into_response()
}

#[derive(Debug, thiserror::Error)]
#[error("a handler panicked")]
struct Panicked;

async fn end_with_service(
    State(cut_off): State<CancellationToken>,
    request: Request,
    next: Next,
) -> Response {
    tokio::select! {
        response = next.run(request) => response,
        () = cut_off.cancelled() => {
            ApiError::new(Code::Overloaded, "the service is stopping; what was accepted goes on later").into_response()
        }
    }
}

pub(super) async fn deadline(State(config): State<Config>, request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(config.request_timeout(), next.run(request)).await;
    answer.unwrap_or_else(|_| {
        ApiError::new(Code::DeadlineExceeded, "the request took longer than the service allows")
            .into_response()
    })
}

pub(super) async fn no_route() -> ApiError {
    ApiError::new(Code::NotFound, "there is nothing at this path")
}

pub(super) async fn no_method(method: Method, _: Uri) -> ApiError {
    ApiError::new(Code::MethodNotAllowed, format!("{method} is not known here; Allow lists what is"))
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_a_problem_that_says_nothing_and_the_next_request_is_answered() {
        async fn fail() -> &'static str {
            panic!("the text of a user")
        }
        let service = outer(
            Router::new().route("/fail", get(fail)).route("/work", get(|| async { "works" })),
            CancellationToken::new(),
            Metrics::new(),
        );
        let request = |path: &str| Request::builder().uri(path).body(Body::empty()).unwrap();
        let response = service.clone().oneshot(request("/fail")).await.unwrap();
        assert_eq!(response.status(), 500);
        let problem = to_bytes(response.into_body(), 10_000).await.unwrap();
        let problem: serde_json::Value = serde_json::from_slice(&problem).unwrap();
        assert_eq!((&problem["code"], &problem["retryable"]), (&"internal".into(), &true.into()));
        assert!(!problem.to_string().contains("text of a user"), "{problem}");
        assert_eq!(service.oneshot(request("/work")).await.unwrap().status(), 200);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_takes_too_long_ends_at_its_deadline() {
        let config = Config::default();
        let slow = Router::new().route("/slow", get(std::future::pending::<()>));
        let slow = slow.layer(axum::middleware::from_fn_with_state(config, deadline));
        let request = Request::builder().uri("/slow").body(Body::empty()).unwrap();
        let response = outer(slow, CancellationToken::new(), Metrics::new()).oneshot(request).await.unwrap();
        assert_eq!(response.status(), 504);
    }
}
