//! What every request passes through.

use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::io::AsyncReadExt;

use crate::support::{LESSON, TestApp, in_time, problem, unfinished};

#[tokio::test]
async fn every_answer_is_named_and_a_callers_own_name_is_kept_if_it_is_safe() {
    let app = TestApp::start().await;
    for path in ["/healthz", "/nope", "/api/v1/jobs"] {
        let first = app.get(path).await.headers()["x-request-id"].clone();
        let second = app.get(path).await.headers()["x-request-id"].clone();
        assert_ne!(first, second, "{path}");
        let own = app.request(Method::GET, path).header("x-request-id", "call-7.a_b").send().await.unwrap();
        assert_eq!(own.headers()["x-request-id"], "call-7.a_b");
        for unsafe_name in ["", "a b", "\"x\"", &"x".repeat(129)] {
            let own =
                app.request(Method::GET, path).header("x-request-id", unsafe_name).send().await.unwrap();
            assert_eq!(own.headers()["x-request-id"].len(), 36, "{unsafe_name}");
        }
    }
}

#[tokio::test]
async fn what_comes_on_top_of_the_bound_is_shed_and_health_is_not() {
    let app = TestApp::with(|config| config.server.max_concurrent_requests = 2).await;
    let open = (unfinished(&app).await, unfinished(&app).await);
    let shed = app.get("/api/v1/jobs").await;
    assert_eq!(shed.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(shed.headers().contains_key("retry-after"));
    let shed = problem(shed).await;
    assert_eq!((&shed["code"], &shed["retryable"]), (&json!("overloaded"), &json!(true)));
    assert_eq!(app.get("/healthz").await.status(), StatusCode::OK);
    assert_eq!(app.get("/readyz").await.status(), StatusCode::OK);
    assert_eq!(app.get("/metrics").await.status(), StatusCode::OK);
    drop(open);
}

#[tokio::test]
async fn requests_are_counted_by_route_and_nothing_of_a_caller_becomes_a_label() {
    let app = TestApp::start().await;
    let id = "01a1fbe7-78f4-7668-aeaa-e5f8bd47993c";
    app.get(&format!("/api/v1/jobs/{id}")).await;
    app.get("/nobody-knows-canary").await;
    app.request(Method::from_bytes(b"CANARY").unwrap(), "/healthz").send().await.unwrap();
    app.generate().await;
    let scraped = app.anonymous(Method::GET, "/metrics").send().await.unwrap();
    assert_eq!(scraped.headers()["content-type"], content_factory::telemetry::CONTENT_TYPE);
    let text = scraped.text().await.unwrap();
    for line in [
        "http_requests_total{method=\"GET\",route=\"/api/v1/jobs/{id}\",status=\"404\"} 1",
        "http_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1",
        "http_requests_total{method=\"other\",route=\"/healthz\",status=\"405\"} 1",
        "jobs{status=\"completed\"} 1",
        "jobs{status=\"running\"} 0",
        "generation_duration_seconds_count 1",
        "stage_duration_seconds_count{stage=\"assembly\"} 1",
        "process_threads",
    ] {
        assert!(text.lines().any(|scraped| scraped.starts_with(line)), "{line} is not in\n{text}");
    }
    assert!(!text.contains(id) && !text.to_lowercase().contains("canary"), "{text}");
}

#[tokio::test]
async fn a_body_that_does_not_come_ends_at_the_deadline() {
    let app =
        TestApp::with(|config| config.server.request_timeout = jiff::SignedDuration::from_secs(1)).await;
    let mut stream = unfinished(&app).await;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("504 Gateway Timeout"), "{answer}");
    assert!(answer.contains("\"code\":\"deadline_exceeded\""), "{answer}");
}

#[tokio::test]
async fn a_store_that_cannot_write_makes_the_service_unready_by_name() {
    let app = TestApp::start().await;
    let file = app.folder().join(content_factory::store::sqlite::FILE_NAME);
    let stranger = rusqlite::Connection::open(file).unwrap();
    stranger.execute_batch("BEGIN IMMEDIATE").unwrap();
    let unready = app.get("/readyz").await;
    assert_eq!(unready.status(), StatusCode::SERVICE_UNAVAILABLE);
    let unready = unready.json::<serde_json::Value>().await.unwrap();
    assert_eq!((&unready["store"], &unready["service"]), (&json!("unavailable"), &json!("ready")));
    stranger.execute_batch("ROLLBACK").unwrap();
    let ready = app.get("/readyz").await;
    assert_eq!(ready.status(), StatusCode::OK);
    assert_eq!(ready.json::<serde_json::Value>().await.unwrap()["store"], "ready");
}

#[tokio::test]
async fn a_service_that_stops_ends_open_requests_and_takes_no_new_ones() {
    let mut app = TestApp::start().await;
    let waiting = {
        let request = app.request(Method::POST, "/api/v1/content/generate");
        tokio::spawn(request.json(&json!({ "syllabus_text": LESSON })).send())
    };
    // The job is there, so the request is in progress.
    let there = async {
        while app.get("/api/v1/jobs").await.json::<serde_json::Value>().await.unwrap()["items"] == json!([]) {
        }
    };
    in_time("the job is listed", there).await;
    app.tell_to_stop();
    let answer = waiting.await.unwrap().unwrap();
    assert!([StatusCode::OK, StatusCode::ACCEPTED].contains(&answer.status()), "{}", answer.status());
    let (address, client) = (app.address.clone(), app.client.clone());
    app.stop().await;
    assert!(client.get(format!("{address}/healthz")).send().await.is_err());
}
