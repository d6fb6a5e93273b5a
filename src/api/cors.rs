//! Which front ends on other origins may read answers (CORS, the fetch standard): those of a list in the
//! settings, named exactly. No origin is allowed by a pattern, and no cookies are: a key stands in a
//! header that the page sets itself.
//!
//! Written here, since the layer of `tower-http` answers every `OPTIONS` with 200, also of paths that are
//! not there and where nothing is allowed; here only the question of a browser is answered, and every
//! other `OPTIONS` meets the routes.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::routes;
use crate::setting::{Fault, faults, within};

/// What a page may send along.
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization, x-api-key, content-type, idempotency-key, prefer, if-none-match, last-event-id, \
     traceparent, x-request-id",
);
/// What a page may read of an answer besides its body.
const ANSWER_HEADERS: HeaderValue = HeaderValue::from_static(
    "x-request-id, location, etag, retry-after, ratelimit, ratelimit-policy, content-disposition",
);

/// Says which front ends may call, `[cors]` in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CorsConfig {
    /// Origins as browsers write them, `https://studio.example.org` or with a port; at most 100.
    pub allowed_origins: Vec<String>,
    /// How long a browser may go by the answer to its question, 0 s to 1 d.
    pub max_age: SignedDuration,
}

impl Default for CorsConfig {
    fn default() -> Self {
        CorsConfig { allowed_origins: Vec::new(), max_age: SignedDuration::from_mins(10) }
    }
}

impl CorsConfig {
    /// Lists what is wrong with the settings, each as the name of a setting and a sentence.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let origins =
            self.allowed_origins.len() <= 100 && self.allowed_origins.iter().all(|origin| is_origin(origin));
        faults([
            (
                "allowed_origins",
                origins,
                "must be at most 100 origins such as \"https://studio.example.org\", in small letters, without a path and without the port that the scheme has anyway",
            ),
            (
                "max_age",
                within(self.max_age, SignedDuration::ZERO, SignedDuration::from_hours(24)),
                "must be from 0s to 24h",
            ),
        ])
    }
}

/// Tells whether a text is an origin as a browser would write it, so that comparing them is enough.
fn is_origin(text: &str) -> bool {
    let is_alone =
        |url: Url| matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text;
    !text.contains('*') && Url::parse(text).is_ok_and(is_alone)
}

/// The list, ready to compare with. Clones are the same.
#[derive(Clone)]
pub(super) struct Origins(Arc<Allowed>);

struct Allowed {
    origins: Vec<HeaderValue>,
    methods: HeaderValue,
    max_age: HeaderValue,
}

impl Origins {
    pub(super) fn new(config: &CorsConfig) -> Origins {
        let origins = config.allowed_origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
        Origins(Arc::new(Allowed {
            origins: origins.collect(),
            methods: methods(),
            max_age: HeaderValue::from(config.max_age.unsigned_abs().as_secs()),
        }))
    }

    /// Finds the origin of a request, if it is one of the list.
    fn allowed(&self, request: &HeaderMap) -> Option<HeaderValue> {
        let origin = request.get(header::ORIGIN)?;
        self.0.origins.contains(origin).then(|| origin.clone())
    }
}

/// Lists the methods of the table of routes.
fn methods() -> HeaderValue {
    let mut names: Vec<String> = routes::routes().iter().map(|route| route.method.to_string()).collect();
    names.sort_unstable();
    names.dedup();
    HeaderValue::from_str(&names.join(", ")).unwrap_or(HeaderValue::from_static("GET"))
}

/// The layer: answers the question that a browser asks before a call, and marks answers that the page may
/// read. Without a list it does nothing; an origin that is not on it gets the answer that everybody gets,
/// which its browser then keeps from it.
pub(super) async fn share(State(origins): State<Origins>, request: Request, next: Next) -> Response {
    if origins.0.origins.is_empty() {
        return next.run(request).await;
    }
    let allowed = origins.allowed(request.headers());
    let asks = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match (&allowed, asks) {
        (Some(_), true) => permission(&origins.0),
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    // Also where the origin is not allowed: a cache must not give its answer to one that is.
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = allowed {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
    }
    response
}

fn permission(allowed: &Allowed) -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, allowed.methods.clone()),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS),
        (header::ACCESS_CONTROL_MAX_AGE, allowed.max_age.clone()),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_browser_would_write_is_an_origin() {
        for good in ["https://a.example", "http://localhost:5173", "https://[::1]:8443", "http://10.0.0.1"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in [
            "*",
            "null",
            "",
            "a.example",
            "https://",
            "https://a.example/",
            "https://a.example/x",
            "https://A.example",
            "https://a.example:443",
            "http://a.example:80",
            "https://*.a.example",
            "https://u@a.example",
            "https://a.example?",
            "https://a.example#",
            "ftp://a.example",
            "https://a.example https://b.example",
        ] {
            assert!(!is_origin(bad), "{bad}");
        }
    }

    #[test]
    fn every_fault_is_listed_at_once() {
        assert_eq!(CorsConfig::default().faults(), []);
        let config = CorsConfig {
            allowed_origins: vec!["https://a.example".to_owned(), "*".to_owned()],
            max_age: SignedDuration::from_hours(25),
        };
        assert_eq!(config.faults().len(), 2);
    }
}
