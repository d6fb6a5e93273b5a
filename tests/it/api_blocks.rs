//! Who is kept out, by the service itself and by administrators.

use std::sync::Arc;
use std::time::{Duration, Instant};

use content_factory::auth::Scope;
use content_factory::clock::Clock;
use content_factory::config::Config;
use content_factory::store::{self, MemoryStore, SqliteStore, Store};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{TestApp, in_time, problem};

const BLOCKS: &str = "/api/v1/admin/blocks";
const KINDS: &str = "/api/v1/kinds";
const JOBS: &str = "/api/v1/jobs";
/// Somebody behind the proxy that tests are.
const STRANGER: &str = "198.51.100.7";

/// Three wrong keys are too many, and the tests are a proxy.
fn strict(config: &mut Config) {
    config.blocks.failures = 3;
    config.server.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
}

/// Calls from that address, with a key if there is one.
async fn call(app: &TestApp, from: &str, path: &str, key: Option<&str>) -> Response {
    let call = app.anonymous(Method::GET, path).header("x-forwarded-for", from);
    let call = key.into_iter().fold(call, |call, key| call.bearer_auth(key));
    call.send().await.unwrap()
}

async fn delete(app: &TestApp, path: &str) -> StatusCode {
    app.request(Method::DELETE, path).send().await.unwrap().status()
}

async fn listed(app: &TestApp) -> Vec<Value> {
    let page: Value = app.get(BLOCKS).await.json().await.unwrap();
    page["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn who_presents_too_many_wrong_keys_is_blocked_for_a_while_and_nobody_else() {
    let app = TestApp::with(strict).await;
    for _ in 0..10 {
        assert_eq!(call(&app, STRANGER, JOBS, None).await.status(), StatusCode::UNAUTHORIZED);
        let body = app.request(Method::POST, JOBS).header("x-forwarded-for", STRANGER).json(&json!({}));
        assert_eq!(body.send().await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    for _ in 0..3 {
        assert_eq!(call(&app, STRANGER, JOBS, Some("cf_x")).await.status(), StatusCode::UNAUTHORIZED);
    }
    for (path, key) in [(JOBS, Some("cf_x")), (JOBS, Some(app.key.as_str())), (KINDS, None)] {
        let refused = call(&app, STRANGER, path, key).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN);
        assert_eq!(problem(refused).await["code"], "blocked", "{path}");
    }
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(call(&app, STRANGER, path, None).await.status(), StatusCode::OK, "{path}");
    }
    assert_eq!(call(&app, "198.51.100.8", KINDS, None).await.status(), StatusCode::OK);
    let blocks = listed(&app).await;
    let [block] = blocks.as_slice() else { panic!("{blocks:?}") };
    assert_eq!((&block["address"], &block["is_automatic"]), (&json!("198.51.100.7/32"), &json!(true)));
    let moment = |field: &str| block[field].as_str().unwrap().parse::<Timestamp>().unwrap();
    let lasts = moment("expires_at").duration_since(moment("created_at"));
    assert!((lasts - SignedDuration::from_mins(15)).abs() < SignedDuration::from_secs(5), "{lasts}");
    let events = async {
        loop {
            let report: Value = app.get("/api/v1/admin/audit/report?hours=1").await.json().await.unwrap();
            let details = report["types"]["suspicious_activity"]["details"].clone();
            if details["call_while_blocked"] == 3 {
                return details;
            }
        }
    };
    let details = in_time("events of the block", events).await;
    assert_eq!(details["blocked_automatically"], 1);
    let path = format!("{BLOCKS}/{}", block["block_id"].as_str().unwrap());
    assert_eq!(delete(&app, &path).await, StatusCode::NO_CONTENT);
    assert_eq!(call(&app, STRANGER, KINDS, None).await.status(), StatusCode::OK, "it was lifted");
    assert_eq!(delete(&app, &path).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_automatic_block_ends_by_itself_and_none_comes_where_it_is_switched_off() {
    let app = TestApp::with(|config| {
        strict(config);
        config.blocks.lasts = SignedDuration::from_secs(3);
    })
    .await;
    for _ in 0..3 {
        call(&app, STRANGER, JOBS, Some("cf_x")).await;
    }
    assert_eq!(call(&app, STRANGER, KINDS, None).await.status(), StatusCode::FORBIDDEN);
    let over = async { while call(&app, STRANGER, KINDS, None).await.status() != StatusCode::OK {} };
    in_time("the block to end", over).await;
    let app = TestApp::with(|config| {
        strict(config);
        config.blocks.failures = 0;
    })
    .await;
    for _ in 0..300 {
        assert_eq!(call(&app, STRANGER, JOBS, Some("cf_x")).await.status(), StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_key_is_kept_out_and_nobody_keeps_themselves_out() {
    let app = TestApp::start().await;
    let key = app.make_key(&[Scope::Read]).await;
    let keys: Value = app.get("/api/v1/admin/keys").await.json().await.unwrap();
    let id = |name: &str| {
        let key = keys["items"].as_array().unwrap().iter().find(|key| key["name"] == name).unwrap();
        key["key_id"].as_str().unwrap().to_owned()
    };
    let (test, own) = (id("test"), id("first administrator"));
    let made = app.post(BLOCKS, &json!({ "key_id": test, "reason": "leaked" })).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    let refused = app.anonymous(Method::GET, JOBS).bearer_auth(&key).send().await.unwrap();
    assert_eq!(problem(refused).await["code"], "blocked");
    for own in [
        json!({ "key_id": own, "reason": "test" }),
        json!({ "address": "127.0.0.1", "reason": "test" }),
        json!({ "address": "127.0.0.0/8", "reason": "test" }),
        json!({ "address": "0.0.0.0/0", "reason": "test" }),
        json!({ "address": "::ffff:127.0.0.1", "reason": "test" }),
    ] {
        assert_eq!(problem(app.post(BLOCKS, &own).await).await["code"], "conflict", "{own}");
    }
    assert_eq!(listed(&app).await.len(), 1);
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_block_is_told_at_once() {
    let app = TestApp::start().await;
    for (body, named) in [
        (json!({}), vec!["/address", "/reason"]),
        (
            json!({ "address": "192.0.2.1", "key_id": "01a1fbe7-78f4-7668-aeaa-e5f8bd47993c", "reason": "a" }),
            vec!["/address"],
        ),
        (json!({ "address": "localhost", "reason": "a\u{1b}[31m" }), vec!["/address", "/reason"]),
        (
            json!({ "address": "192.0.2.1", "reason": "a", "expires_at": "2020-01-01T00:00:00Z" }),
            vec!["/expires_at"],
        ),
        (json!({ "address": "192.0.2.1", "reason": "a".repeat(201), "until": 1 }), vec!["/reason", "/until"]),
    ] {
        let problem = problem(app.post(BLOCKS, &body).await).await;
        let faults = problem["errors"].as_array().unwrap_or_else(|| panic!("{problem}"));
        let mut paths: Vec<&str> = faults.iter().map(|fault| fault["path"].as_str().unwrap()).collect();
        paths.sort_unstable();
        assert_eq!(paths, named, "{body}");
    }
    assert_eq!(listed(&app).await, [Value::Null; 0]);
}

#[tokio::test]
async fn a_block_holds_on_every_instance_within_a_second_and_ends_there_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(store::sqlite::FILE_NAME);
    let sqlite = || -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(&file, Clock::System, &store::Config::default()).unwrap())
    };
    let memory: Arc<dyn Store> = Arc::new(MemoryStore::new(Clock::System));
    for [here, there] in [[Arc::clone(&memory), memory], [sqlite(), sqlite()]] {
        let (here, there) = (TestApp::over(here, strict).await, TestApp::over(there, strict).await);
        let body = json!({ "address": "198.51.100.0/24", "reason": "scanning" });
        let made: Value = here.post(BLOCKS, &body).await.json().await.unwrap();
        let path = format!("{BLOCKS}/{}", made["block_id"].as_str().unwrap());
        let since = Instant::now();
        for instance in [&here, &there] {
            let kept_out = async {
                while call(instance, STRANGER, KINDS, None).await.status() != StatusCode::FORBIDDEN {}
            };
            in_time("the block to hold", kept_out).await;
        }
        assert!(since.elapsed() < Duration::from_secs(1), "{:?}", since.elapsed());
        assert_eq!(delete(&there, &path).await, StatusCode::NO_CONTENT);
        let lifted = async { while call(&here, STRANGER, KINDS, None).await.status() != StatusCode::OK {} };
        in_time("the block to be lifted", lifted).await;
        here.stop().await;
        there.stop().await;
    }
}
