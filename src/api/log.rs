//! One line of the log and one count for each request, with what its caller got. Nothing of a line is
//! the caller's own text: the route is a row of the table, the method is one of those that are known, a
//! name or a trace of the caller's is taken over only in its strict form, and addresses and key ids are
//! written by us.

use std::time::Instant;

use axum::body::HttpBody;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;

use super::client::ClientAddress;
use super::error::Code;
use super::request_id::HEADER as REQUEST_ID;
use crate::id::KeyId;
use crate::telemetry::Metrics;

/// The key that a request was recognised by, among the extensions of its answer.
#[derive(Clone, Copy)]
pub(super) struct KnownKey(pub(super) KeyId);

/// The layer. `bytes` is missing where the length is not known when the answer begins, as of events.
pub(super) async fn note(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = label_of(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let address = ClientAddress::of(request.extensions()).ip;
    let trace_id = trace_id(request.headers());
    let response = next.run(request).await;
    let (route, status) = (route.as_ref().map(MatchedPath::as_str), response.status().as_u16());
    let took = started.elapsed();
    metrics.http_request(method, route.unwrap_or("none"), status, took);
    tracing::info!(
        request_id = response.headers().get(REQUEST_ID).and_then(|name| name.to_str().ok()),
        trace_id,
        method,
        route,
        status,
        code = response.extensions().get::<Code>().map(|code| code.as_str()),
        duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        bytes = response.body().size_hint().exact(),
        key = response.extensions().get::<KnownKey>().map(|key| tracing::field::display(key.0)),
        %address,
        "request"
    );
    response
}

/// Whatever a caller makes up as a method must not become a label.
fn label_of(method: &Method) -> &'static str {
    let known = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    known.into_iter().find(|known| method.as_str() == *known).unwrap_or("other")
}

/// Reads the trace that a request belongs to. A header that is not exactly of its form is none.
/// Source: W3C Trace Context, section 3.2, read November 2026.
fn trace_id(headers: &HeaderMap) -> Option<String> {
    let mut given = headers.get_all("traceparent").iter();
    let (Some(value), None) = (given.next(), given.next()) else { return None };
    let mut parts = value.to_str().ok()?.split('-');
    let mut field = |length| {
        let is_digit = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
        parts.next().filter(|part| part.len() == length && part.bytes().all(is_digit))
    };
    let (version, trace, parent, _flags) = (field(2)?, field(32)?, field(16)?, field(2)?);
    let is_set = |digits: &str| digits.bytes().any(|digit| digit != b'0');
    let is_whole = parts.next().is_none();
    (is_whole && version != "ff" && is_set(trace) && is_set(parent)).then(|| trace.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Option<String> {
        let headers = values.iter().map(|value| ("traceparent".parse().unwrap(), value.parse().unwrap()));
        trace_id(&HeaderMap::from_iter(headers))
    }

    #[test]
    fn a_trace_is_read_in_its_exact_form_only() {
        let trace = "0af7651916cd43dd8448eb211c80319c";
        let good = format!("00-{trace}-b7ad6b7169203331-01");
        assert_eq!(read(&[&good]), Some(trace.to_owned()));
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[&good, &good]), None, "which of two counts is a guess");
        for bad in [
            good.to_uppercase(),
            good.replace("00-", "ff-"),
            good.replace(trace, &"0".repeat(32)),
            good.replace("b7ad6b7169203331", &"0".repeat(16)),
            good.replace("9c-", "9-c"),
            good.replace("9c-", "9g-"),
            good.chars().take(54).collect(),
            format!("{good}-"),
            format!("{good}0"),
            format!(" {good}"),
            String::new(),
        ] {
            assert_eq!(read(&[&bad]), None, "{bad}");
        }
    }
}
