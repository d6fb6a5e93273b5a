//! Answers are compressed (gzip) for callers that take it, where it is worth its time: texts that are not
//! short. Not what is sent bit by bit, as events are: they would wait for each other. Not what shows a secret:
//! its length would tell of it, beside what a caller may have chosen. Source: CVE-2013-3587 (BREACH), read
//! November 2026.

use axum::http::{Extensions, HeaderMap, HeaderValue, Request, Response, StatusCode, Version, header};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate, SizeAbove};

/// Bytes below which an answer fits into one packet anyway.
const LEAST: u64 = 1024;
const GZIP: HeaderValue = HeaderValue::from_static("gzip");

/// Marks an answer that shows a secret, among its extensions.
#[derive(Clone, Copy)]
pub(super) struct Sensitive;

/// The layer, which compresses nothing where the settings say so.
pub(super) fn layer(is_on: bool) -> CompressionLayer<impl Predicate + Send + Sync + 'static> {
    let is_worth = move |_: StatusCode, _: Version, headers: &HeaderMap, extensions: &Extensions| {
        is_on && is_text(headers) && extensions.get::<Sensitive>().is_none()
    };
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(LEAST).and(is_worth))
}

/// Leaves of what a caller takes whether that is gzip: the library would answer callers that take nothing
/// that it knows with 406, after the work is done.
pub(super) fn choose<B>(mut request: Request<B>) -> Request<B> {
    let headers = request.headers_mut();
    if accepts_gzip(headers) {
        headers.insert(header::ACCEPT_ENCODING, GZIP);
    } else {
        headers.remove(header::ACCEPT_ENCODING);
    }
    request
}

/// Makes the tag of a compressed answer a weak one: it names the same content and not the same bytes.
pub(super) fn weaken_tag<B>(mut response: Response<B>) -> Response<B> {
    let headers = response.headers_mut();
    if !headers.contains_key(header::CONTENT_ENCODING) {
        return response;
    }
    let strong =
        headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).filter(|tag| tag.starts_with('"'));
    if let Some(weak) = strong.and_then(|tag| HeaderValue::from_str(&format!("W/{tag}")).ok()) {
        headers.insert(header::ETAG, weak);
    }
    response
}

/// Texts are compressed; what has a compression of its own, as documents and archives have, is not.
fn is_text(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    let is_plain = essence.starts_with("text/") && essence != "text/event-stream";
    is_plain || ["json", "javascript", "xml"].iter().any(|kind| essence.ends_with(kind))
}

/// Reads whether a caller takes gzip: by its name, or else by the star, unless at a quality of nothing.
/// Source: RFC 9110, section 12.5.3, read November 2026.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    let (mut named, mut star) = (None, None);
    for member in lines.flat_map(|line| line.split(',')) {
        let mut parts = member.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let is_taken =
            quality.is_none_or(|quality| quality.parse::<f64>().is_ok_and(|quality| quality > 0.0));
        if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") {
            named = Some(is_taken);
        } else if name == "*" {
            star = Some(is_taken);
        }
    }
    named.or(star).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_taken_where_it_is_named_or_meant_and_not_at_a_quality_of_nothing() {
        let takes = |lines: &[&str]| {
            let lines = lines.iter().map(|line| (header::ACCEPT_ENCODING, line.parse().unwrap()));
            accepts_gzip(&HeaderMap::from_iter(lines))
        };
        for good in [&["gzip"][..], &["br, GZIP;q=0.5"], &["br", "x-gzip"], &["*"], &["br;q=1, *;q=0.1"]] {
            assert!(takes(good), "{good:?}");
        }
        for bad in [&[][..], &[""], &["br"], &["gzip;q=0"], &["gzip; q=0.000, *"], &["*;q=0"], &["gzip;q=x"]]
        {
            assert!(!takes(bad), "{bad:?}");
        }
    }

    #[test]
    fn texts_are_compressed_and_events_and_archives_are_not() {
        let is_text =
            |value: &str| is_text(&HeaderMap::from_iter([(header::CONTENT_TYPE, value.parse().unwrap())]));
        for good in
            ["application/json", "application/problem+json", "text/markdown; charset=utf-8", "image/svg+xml"]
        {
            assert!(is_text(good), "{good}");
        }
        for bad in ["text/event-stream", "application/zip", "image/png", "application/pdf", ""] {
            assert!(!is_text(bad), "{bad}");
        }
    }
}
