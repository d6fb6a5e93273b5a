//! What every request passes through, outermost first, each layer with the reason for its place:
//!
//! 1. compression (`compression`): outside of the log, which tells the bytes that were answered
//! 2. address (`client`): from here on, a request bears where it comes from
//! 3. log and metrics (`log`): one line and one count a request, with what the caller gets
//! 4. headers for browsers (`headers`): on every answer, problems included
//! 5. security events (`security`): what a finished answer tells, by its code and its request id
//! 6. request id (`request_id`): everything that follows, logs and problems, bears it
//! 7. front ends (`cors`): a browser's question is answered before anything asks for a key, and
//!    problems of what follows may be read by the page that caused them
//! 8. blocks (`security`): who is kept out costs no more than this; probes are never blocked
//! 9. panic: a fault in a handler becomes a problem and the service goes on
//! 10. end: a service that stops answers what is still open, instead of dropping it
//! 11. route: from here on, a request that met a row of the table carries it (`routes`)
//! 12. shed and concurrency: what cannot be worked on is refused before anything is read of it.
//!     One bound for all routes together. Probes stand outside of it
//! 13. deadline: nothing waits for ever. `content/generate` stands outside: its caller sets the time
//! 14. authentication (`access`): default deny, before a body is read
//! 15. limits (`limits`): a call counts before its body is read, so that a refused one counts too
//! 16. body limit: where a body is read, by the extractor (`body`)
//!
//! The last six are put around each row by `routes`, as its facts ask.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::error_handling::HandleErrorLayer;
use axum::extract::{Request, State};
use axum::http::{Method, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use axum::{Extension, Router};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::load_shed::LoadShedLayer;
use tower_http::catch_panic::CatchPanicLayer;

use super::client::Proxies;
use super::cors::Origins;
use super::error::{ApiError, Code};
use super::headers::Transport;
use super::request_id::name_request;
use super::security::Guard;
use super::server::Fault;
use super::{Api, compression, cors, headers, log, security};
use crate::telemetry::Metrics;

/// What the layers around every route work with.
pub(super) struct Outer {
    /// Cancelled when open requests have had their time.
    pub(super) cut_off: CancellationToken,
    /// Whether answers are compressed for callers that take it.
    pub(super) is_compressing: bool,
    /// Whose word on callers' addresses counts.
    pub(super) proxies: Proxies,
    /// Where requests are counted.
    pub(super) metrics: Metrics,
    /// Whether callers come over TLS.
    pub(super) transport: Transport,
    /// Which front ends may read answers.
    pub(super) origins: Origins,
    /// Where security events are noted, and who is kept out.
    pub(super) guard: Guard,
}

impl Outer {
    pub(super) fn of(api: &Api) -> Outer {
        Outer {
            cut_off: api.cut_off.clone(),
            is_compressing: api.config.compression,
            proxies: Proxies::new(&api.config.trusted_proxies),
            metrics: api.metrics.clone(),
            transport: Transport::of(&api.config),
            origins: Origins::new(&api.cors),
            guard: Guard { audit: api.audit.clone(), blocks: api.blocks.clone() },
        }
    }
}

/// The layers around every route, the probes included.
pub(super) fn outer<S: Clone + Send + Sync + 'static>(routes: Router<S>, with: Outer) -> Router<S> {
    routes.layer(
        ServiceBuilder::new()
            .map_request(compression::choose::<Body>)
            .map_response(compression::weaken_tag)
            .layer(compression::layer(with.is_compressing))
            .map_request(move |request: Request| with.proxies.locate(request))
            .layer(from_fn_with_state(with.metrics, log::note))
            .layer(from_fn_with_state(with.transport, headers::protect))
            .layer(from_fn_with_state(with.guard.clone(), security::note))
            .layer(from_fn(name_request))
            .layer(from_fn_with_state(with.origins, cors::share))
            .layer(from_fn_with_state(with.guard, security::keep_out))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(from_fn_with_state(with.cut_off, end_with_service)),
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

pub(super) async fn deadline(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(limit, next.run(request)).await;
    answer.unwrap_or_else(|_| {
        ApiError::new(Code::DeadlineExceeded, "the request took longer than the service allows")
            .into_response()
    })
}

pub(super) async fn no_route() -> ApiError {
    ApiError::new(Code::NotFound, "there is nothing at this path")
}

/// Answers what the gate of a connection found to be no request.
pub(super) async fn no_request(Extension(fault): Extension<Fault>) -> ApiError {
    match fault {
        Fault::Malformed(what) => ApiError::new(Code::MalformedRequest, what),
        Fault::TooLarge => {
            let detail = "the head of the request has more lines or bytes than the service reads";
            ApiError::new(Code::HeadTooLarge, detail)
        }
    }
}

pub(super) async fn no_method(method: Method, _: Uri) -> ApiError {
    ApiError::new(Code::MethodNotAllowed, format!("{method} is not known here; Allow lists what is"))
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use axum::routing::get;
    use jiff::SignedDuration;
    use tower::ServiceExt;

    use super::super::{Config, CorsConfig, routes};
    use super::*;
    use crate::audit::{self, Audit, Blocks};
    use crate::clock::Clock;
    use crate::store::{MemoryStore, Store};

    fn guard() -> Guard {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new(Clock::System));
        let kept = SignedDuration::from_hours(1);
        let (audit, _) = Audit::new(Arc::clone(&store), Clock::System, Metrics::new(), kept);
        Guard { audit, blocks: Blocks::new(store, Clock::System, &audit::Config::default()) }
    }

    fn alone() -> Outer {
        Outer {
            cut_off: CancellationToken::new(),
            is_compressing: true,
            proxies: Proxies::default(),
            metrics: Metrics::new(),
            transport: Transport::of(&Config::default()),
            origins: Origins::new(&CorsConfig::default()),
            guard: guard(),
        }
    }

    #[tokio::test]
    async fn a_panic_becomes_a_problem_that_says_nothing_and_the_next_request_is_answered() {
        async fn fail() -> &'static str {
            panic!("the text of a user")
        }
        let service =
            outer(Router::new().route("/fail", get(fail)).route("/work", get(|| async { "works" })), alone());
        let request = |path: &str| Request::builder().uri(path).body(Body::empty()).unwrap();
        let response = service.clone().oneshot(request("/fail")).await.unwrap();
        assert_eq!(response.status(), 500);
        assert_eq!(response.headers()["x-frame-options"], "DENY");
        let problem = to_bytes(response.into_body(), 10_000).await.unwrap();
        let problem: serde_json::Value = serde_json::from_slice(&problem).unwrap();
        assert_eq!((&problem["code"], &problem["retryable"]), (&"internal".into(), &true.into()));
        assert!(!problem.to_string().contains("text of a user"), "{problem}");
        assert_eq!(service.oneshot(request("/work")).await.unwrap().status(), 200);
    }

    #[tokio::test]
    async fn a_secret_is_not_compressed_however_long_its_answer_is() {
        let long = || async { "secret ".repeat(1000) };
        let secret = get(long).route_layer(axum::middleware::map_response(routes::sensitive));
        let service = outer(Router::new().route("/open", get(long)).route("/secret", secret), alone());
        for (path, is_compressed) in [("/open", true), ("/secret", false)] {
            let request = Request::builder().uri(path).header("accept-encoding", "gzip");
            let response = service.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(response.headers().contains_key("content-encoding"), is_compressed, "{path}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_takes_too_long_ends_at_its_deadline() {
        let limit = Config::default().request_timeout();
        let slow = Router::new().route("/slow", get(std::future::pending::<()>));
        let slow = slow.layer(axum::middleware::from_fn_with_state(limit, deadline));
        let request = Request::builder().uri("/slow").body(Body::empty()).unwrap();
        let response = outer(slow, alone()).oneshot(request).await.unwrap();
        assert_eq!(response.status(), 504);
    }
}
