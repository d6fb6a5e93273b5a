//! What every answer says to a browser, whatever went wrong: that it is no page of ours unless it says
//! so, that nobody frames it, guesses its type, reads it from another origin or keeps it. An answer that
//! is a page brings a policy of its own, and one that may be kept says how.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::Config;
use super::client::ClientAddress;

/// Stands where the answer has none of its own: an answer of data loads nothing and is loaded by nothing.
const DEFAULTS: [(HeaderName, HeaderValue); 2] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        ),
    ),
];

/// Stands on every answer without exception. Front ends on other origins are not touched by the resource
/// policy: it is about loads without CORS. Source: OWASP Secure Headers Project, read November 2026.
const ALWAYS: [(HeaderName, HeaderValue); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
             magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
        ),
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// Two years, as browsers' preload lists ask for. Source: hstspreload.org, read November 2026.
const STRICT_TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

/// How callers reach the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    /// In the clear, as far as is known.
    Plain,
    /// Over TLS, which ends in front of the service.
    Tls,
}

impl Transport {
    pub(super) fn of(config: &Config) -> Transport {
        if config.hsts { Transport::Tls } else { Transport::Plain }
    }
}

/// The layer: adds the headers to whatever is answered.
pub(super) async fn protect(State(usual): State<Transport>, request: Request, next: Next) -> Response {
    let is_tls = ClientAddress::of(request.extensions()).is_tls;
    let transport = if is_tls { Transport::Tls } else { usual };
    let mut response = next.run(request).await;
    add_to(response.headers_mut(), transport);
    response
}

/// Adds what every answer says.
pub(super) fn add_to(headers: &mut HeaderMap, transport: Transport) {
    for (name, value) in DEFAULTS {
        headers.entry(name).or_insert(value);
    }
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    if transport == Transport::Tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT);
    }
}

/// What every answer says, as long as it does not say otherwise by itself.
pub(super) fn of_every_answer() -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    DEFAULTS.into_iter().chain(ALWAYS)
}
