//! Answers for callers that take gzip, and for those that do not.

use std::io::Read;

use content_factory::config::Config;
use flate2::read::GzDecoder;
use reqwest::{Client, Method, Response, StatusCode};

use crate::support::TestApp;

/// Starts a service with a client that unpacks nothing by itself.
async fn started(change: impl FnOnce(&mut Config)) -> TestApp {
    let mut app = TestApp::with(change).await;
    app.client = Client::builder().no_proxy().no_gzip().build().unwrap();
    app
}

async fn asked(app: &TestApp, path: &str, taken: &str) -> Response {
    app.request(Method::GET, path).header("accept-encoding", taken).send().await.unwrap()
}

fn is_compressed(response: &Response) -> bool {
    match response.headers().get("content-encoding") {
        Some(coding) => coding == "gzip",
        None => false,
    }
}

#[tokio::test]
async fn what_is_compressed_is_the_same_and_has_a_weak_tag_that_both_forms_know() {
    let app = started(|_| {}).await;
    let job = app.generate().await["job_id"].as_str().unwrap().to_owned();
    for path in [
        "/api/v1/kinds".to_owned(),
        format!("/api/v1/jobs/{job}"),
        format!("/api/v1/jobs/{job}/export?format=md"),
    ] {
        let plain = app.get(&path).await;
        let compressed = asked(&app, &path, "br, gzip;q=0.5").await;
        assert!(!is_compressed(&plain) && is_compressed(&compressed), "{path}");
        let tag = plain.headers()["etag"].to_str().unwrap().to_owned();
        let weak = compressed.headers()["etag"].to_str().unwrap().to_owned();
        assert_eq!(weak, format!("W/{tag}"), "{path}");
        for response in [&plain, &compressed] {
            let varies: Vec<_> =
                response.headers().get_all("vary").iter().map(|name| name.to_str().unwrap()).collect();
            assert!(varies.join(", ").to_lowercase().contains("accept-encoding"), "{path}: {varies:?}");
        }
        let (plain, compressed) = (plain.bytes().await.unwrap(), compressed.bytes().await.unwrap());
        assert!(compressed.len() < plain.len() / 2, "{path}: {} of {}", compressed.len(), plain.len());
        let mut unpacked = Vec::new();
        GzDecoder::new(&compressed[..]).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == plain, "{path}");
        for (known, taken) in [(&tag, "gzip"), (&weak, "gzip"), (&tag, "identity"), (&weak, "identity")] {
            let again = app.request(Method::GET, &path).header("accept-encoding", taken);
            let again = again.header("if-none-match", known).send().await.unwrap();
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{path} {known} {taken}");
        }
    }
}

#[tokio::test]
async fn what_is_short_what_comes_bit_by_bit_and_what_nobody_takes_is_sent_as_it_is() {
    let app = started(|_| {}).await;
    let job = app.generate().await["job_id"].as_str().unwrap().to_owned();
    for (path, taken) in [
        ("/healthz".to_owned(), "gzip"),
        (format!("/api/v1/jobs/{job}/events"), "gzip"),
        ("/api/v1/kinds".to_owned(), "br"),
        ("/api/v1/kinds".to_owned(), "gzip;q=0"),
        ("/api/v1/kinds".to_owned(), "identity;q=0"),
        ("/api/v1/kinds".to_owned(), ""),
    ] {
        let response = asked(&app, &path, taken).await;
        assert!(response.status() == StatusCode::OK && !is_compressed(&response), "{path} {taken}");
    }
}

#[tokio::test]
async fn compression_is_turned_off_by_its_setting() {
    let app = started(|config| config.server.compression = false).await;
    assert!(!is_compressed(&asked(&app, "/api/v1/kinds", "gzip").await));
}
