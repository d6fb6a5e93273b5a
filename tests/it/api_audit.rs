//! Security events as administrators find them.

use std::collections::BTreeSet;
use std::sync::Arc;

use content_factory::auth::Scope;
use content_factory::clock::Clock;
use content_factory::store::{Collection, MemoryStore, Query, Store};
use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{RequestBuilder, TestApp, in_time, problem};

const AUDIT: &str = "/api/v1/admin/audit";
const JOBS: &str = "/api/v1/jobs";

async fn listed(app: &TestApp, query: &str) -> Vec<Value> {
    let page: Value = app.get(&format!("{AUDIT}?limit=100&{query}")).await.json().await.unwrap();
    page["items"].as_array().unwrap_or_else(|| panic!("{page}")).clone()
}

/// Sends a call by that name, and waits until an entry of that type counts that detail of it.
async fn found(app: &TestApp, call: RequestBuilder, name: &str, kind: &str, detail: &str) -> Value {
    call.header("x-request-id", name).send().await.unwrap();
    entry(app, kind, |entry| entry["last_request_id"] == name && entry["details"][detail].is_u64()).await
}

/// Waits for an entry of that type that is like that.
async fn entry(app: &TestApp, kind: &str, is_it: impl Fn(&Value) -> bool) -> Value {
    let looking = async {
        loop {
            let entries = listed(app, &format!("type={kind}")).await;
            if let Some(entry) = entries.into_iter().find(&is_it) {
                return entry;
            }
        }
    };
    in_time(&format!("an event {kind}"), looking).await
}

#[tokio::test]
async fn every_refusal_and_every_change_of_a_key_is_an_event_of_its_type() {
    let app = TestApp::with(|config| config.server.max_body_bytes = 2000).await;
    let reader = app.make_key(&[Scope::Read]).await;
    let wrong = format!("cf_{}_{}", "1".repeat(32), "a".repeat(64));
    let post = || app.request(Method::POST, JOBS);
    let get = |key: &str| app.anonymous(Method::GET, AUDIT).bearer_auth(key);
    let long = "x".repeat(3000);
    let calls = [
        (app.anonymous(Method::GET, JOBS), "authentication_failure", "missing_key"),
        (get(&wrong), "authentication_failure", "wrong_key"),
        (get(&reader), "authorization_failure", "missing_scope"),
        (post().json(&json!({})), "invalid_input", "invalid_request"),
        (post().header("content-type", "application/json").body("{"), "invalid_input", "malformed_json"),
        (post().header("content-type", "text/plain").body("{}"), "invalid_input", "unsupported_media_type"),
        (post().json(&json!({ "syllabus_text": long })), "invalid_input", "payload_too_large"),
    ];
    for (number, (call, kind, detail)) in calls.into_iter().enumerate() {
        let entry = found(&app, call, &format!("call-{number}"), kind, detail).await;
        assert_eq!((&entry["type"], &entry["address"]), (&json!(kind), &json!("127.0.0.1")), "{entry}");
        let is_known = !kind.starts_with("authentication");
        assert_eq!(entry["principal"] == "127.0.0.1", !is_known, "{entry}");
        assert_eq!(entry["key_id"].is_string(), is_known, "{entry}");
    }
    let keys = "/api/v1/admin/keys";
    let made = app.post(keys, &json!({ "name": "a", "scopes": ["read"] })).await;
    let id = made.json::<Value>().await.unwrap()["key_id"].as_str().unwrap().to_owned();
    let created = |entry: &Value| entry["key_id"] == json!(id) && entry["details"]["created"] == 1;
    entry(&app, "api_key_rotation", created).await;
    for (method, path, detail) in [
        (Method::POST, format!("{keys}/{id}/rotate"), "rotated"),
        (Method::DELETE, format!("{keys}/{id}"), "revoked"),
    ] {
        let entry = found(&app, app.request(method, &path), detail, "api_key_rotation", detail).await;
        assert_eq!(entry["key_id"], json!(id), "{entry}");
    }
    let unsafe_setting = |entry: &Value| entry["principal"] == "service";
    let found = entry(&app, "vulnerability_detected", unsafe_setting).await;
    assert_eq!(found["details"], json!({ "nobody_is_limited": 1, "no_automatic_blocks": 1 }));
    assert_eq!(listed(&app, "type=secret_access").await, [Value::Null; 0]);
    let made = app.request(Method::POST, "/api/v1/webhooks").send().await.unwrap();
    assert_eq!(made.status(), StatusCode::CREATED);
    assert_eq!(app.get("/api/v1/webhooks").await.status(), StatusCode::OK);
    entry(&app, "secret_access", |entry| entry["details"]["webhook-secret"].is_u64()).await;
    let scraped = app.get("/metrics").await.text().await.unwrap();
    assert!(scraped.contains("security_events_total{type=\"authorization_failure\"} 1"), "{scraped}");
}

#[tokio::test]
async fn events_of_a_minute_are_one_entry_that_a_restart_keeps_and_an_export_holds_all_of_them() {
    let app = TestApp::start().await;
    let secret = format!("cf_{}_{}", "2".repeat(32), "b".repeat(64));
    for number in 0..20 {
        let call = app.anonymous(Method::GET, JOBS).bearer_auth(&secret);
        let call = call.header("x-request-id", format!("call-{number}")).send().await.unwrap();
        assert_eq!(call.status(), StatusCode::UNAUTHORIZED);
        app.post(JOBS, &json!({})).await;
    }
    let app = TestApp::within(app.stop().await, |_| {}).await;
    let failures = listed(&app, "type=authentication_failure").await;
    // A minute may have ended meanwhile.
    assert!(failures.len() <= 2, "{failures:?}");
    assert_eq!(failures.iter().map(|entry| entry["count"].as_u64().unwrap()).sum::<u64>(), 20);
    assert_eq!(failures.first().unwrap()["last_request_id"], "call-19");
    assert_eq!(failures.last().unwrap()["first_request_id"], "call-0");
    assert!(failures.iter().all(|entry| entry["is_open"] == false));
    let exported = app.get(&format!("{AUDIT}/export?type=invalid_input")).await;
    assert_eq!(exported.headers()["content-type"], "application/jsonl");
    assert_eq!(exported.headers()["cache-control"], "no-store");
    let exported = exported.text().await.unwrap();
    assert!(!exported.contains(&"b".repeat(64)), "a presented key stands in no event");
    let ids = |entries: &[Value]| -> BTreeSet<String> {
        entries.iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect()
    };
    let lines: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let all = listed(&app, "type=invalid_input").await;
    assert_eq!(ids(&lines), ids(&all));
    let report: Value = app.get(&format!("{AUDIT}/report?hours=1")).await.json().await.unwrap();
    assert_eq!(report["types"]["authentication_failure"]["details"], json!({ "wrong_key": 20 }), "{report}");
    assert_eq!(report["types"]["authentication_failure"]["principals"][0]["principal"], "127.0.0.1");
    assert_eq!(report["types"]["invalid_input"]["count"], 20);
    assert_eq!(report["is_complete"], true);
}

#[tokio::test]
async fn what_is_wrong_with_a_question_is_told_at_once() {
    let app = TestApp::start().await;
    let query = "type=login&after=yesterday&before=1&principal=&limit=0&sort=at";
    let wrong = problem(app.get(&format!("{AUDIT}?{query}")).await).await;
    assert_eq!(wrong["errors"].as_array().unwrap().len(), 6, "{wrong}");
    for path in ["?cursor=5b5d", "/report?hours=0", "/report?hours=8761", "/export?limit=1"] {
        assert_eq!(
            problem(app.get(&format!("{AUDIT}{path}")).await).await["code"],
            "invalid_request",
            "{path}"
        );
    }
}

#[tokio::test]
async fn audit_says_how_long_events_are_kept() {
    for hours in [1, 100] {
        let kept = SignedDuration::from_hours(hours);
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new(Clock::System));
        let app = TestApp::over(Arc::clone(&store), |config| config.retention.audit = kept).await;
        app.anonymous(Method::GET, JOBS).send().await.unwrap();
        app.stop().await;
        let page = store.query(Query::descending(Collection::Audit, "at")).await.unwrap();
        let entry = page.documents.first().unwrap();
        let until = entry.expire_at.unwrap();
        assert_eq!(until.duration_since(entry.timestamp("at").unwrap()), kept);
    }
}
