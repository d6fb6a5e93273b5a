//! API keys as administrators see them, and as those who call with them do.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use content_factory::auth::{SETTINGS_KEY_ID, Scope};
use content_factory::clock::Clock;
use content_factory::store::{self, FirestoreStore, MemoryStore, SqliteStore, Store};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{TestApp, emulator, in_time, problem};

const KEYS: &str = "/api/v1/admin/keys";
const JOBS: &str = "/api/v1/jobs";

async fn make(app: &TestApp, body: &Value) -> Value {
    let made = app.post(KEYS, body).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    made.json().await.unwrap()
}

async fn make_reader(app: &TestApp) -> Value {
    make(app, &json!({ "name": "reader", "scopes": ["read"] })).await
}

fn text<'a>(key: &'a Value, field: &str) -> &'a str {
    key[field].as_str().unwrap()
}

fn path(key: &Value) -> String {
    format!("{KEYS}/{}", text(key, "key_id"))
}

/// Calls with a key.
async fn call(app: &TestApp, key: &str) -> Response {
    app.anonymous(Method::GET, JOBS).bearer_auth(key).send().await.unwrap()
}

async fn delete(app: &TestApp, path: &str) -> Response {
    app.request(Method::DELETE, path).send().await.unwrap()
}

#[tokio::test]
async fn a_key_is_made_shown_once_and_good_for_what_it_is_for() {
    let app = TestApp::start().await;
    let body = json!({
        "name": "front end", "owner": "team a", "scopes": ["read", "generate"], "tier": "pro",
        "expires_at": "2999-01-01T00:00:00Z", "allowed_addresses": ["127.0.0.1", "2001:db8::/32"],
    });
    let answer = app.post(KEYS, &body).await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    let mut made: Value = answer.json().await.unwrap();
    assert_eq!(location, path(&made));
    let secret = made.as_object_mut().unwrap().remove("api_key").unwrap();
    let secret = secret.as_str().unwrap();
    assert!(secret.starts_with("cf_") && secret.len() == 100);
    assert_eq!(
        made,
        json!({
            "key_id": made["key_id"], "name": "front end", "owner": "team a", "scopes": ["generate", "read"],
            "tier": "pro", "allowed_addresses": ["127.0.0.1/32", "2001:db8::/32"],
            "created_at": made["created_at"], "expires_at": "2999-01-01T00:00:00Z", "rotated_at": null,
            "previous_secret_until": null, "revoked_at": null, "last_used_at": null,
        })
    );
    let read: Value = app.get(&location).await.json().await.unwrap();
    assert_eq!(read, made, "read back it is the same, without the secret");
    assert_eq!(call(&app, secret).await.status(), StatusCode::OK);
    let admin = app.anonymous(Method::GET, KEYS).bearer_auth(secret).send().await.unwrap();
    assert_eq!(problem(admin).await["code"], "forbidden");
    let used: Value = app.get(&location).await.json().await.unwrap();
    let used: Timestamp = text(&used, "last_used_at").parse().unwrap();
    assert!(used.duration_since(Timestamp::now()).abs() < SignedDuration::from_mins(5), "{used}");
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_new_key_is_told_at_once() {
    let app = TestApp::start().await;
    let faults = async |path: &str, body: Value| {
        let problem = problem(app.post(path, &body).await).await;
        assert_eq!(problem["code"], "invalid_request", "{body}");
        let faults = problem["errors"].as_array().unwrap();
        faults.iter().map(|fault| fault["path"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(faults(KEYS, json!({})).await, ["/name", "/scopes"]);
    let everything = json!({
        "name": "a\u{1b}[31m", "owner": 7, "scopes": ["write"], "tier": "gold", "expires_at": "tomorrow",
        "allowed_addresses": ["127.0.0.1", "localhost"], "hash": "x",
    });
    let named = ["/owner", "/scopes", "/tier", "/expires_at", "/allowed_addresses/1", "/name", "/hash"];
    assert_eq!(faults(KEYS, everything).await, named);
    let past = json!({ "name": "a", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z" });
    assert_eq!(faults(KEYS, past).await, ["/expires_at"]);
    assert_eq!(faults(KEYS, json!(["name"])).await.first().unwrap(), "");
    let rotate = format!("{}/rotate", path(&make_reader(&app).await));
    for overlap in [json!(-1), json!(1.5), json!("1h"), json!(2_592_001)] {
        assert_eq!(faults(&rotate, json!({ "overlap_seconds": overlap })).await, ["/overlap_seconds"]);
    }
    assert_eq!(app.get(KEYS).await.json::<Value>().await.unwrap()["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn keys_are_listed_newest_first_page_by_page_and_by_owner() {
    let app = TestApp::start().await;
    for number in 0..5 {
        let owner = if number % 2 == 0 { "team even" } else { "team odd" };
        make(&app, &json!({ "name": format!("key {number}"), "owner": owner, "scopes": ["read"] })).await;
    }
    let (mut names, mut query) = (Vec::new(), format!("{KEYS}?limit=2"));
    loop {
        let page: Value = app.get(&query).await.json().await.unwrap();
        assert!(!page.to_string().contains("cf_") && !page.to_string().contains("hash"), "{page}");
        names.extend(page["items"].as_array().unwrap().iter().map(|key| text(key, "name").to_owned()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        query = format!("{KEYS}?limit=2&cursor={next}");
    }
    assert_eq!(names, ["key 4", "key 3", "key 2", "key 1", "key 0", "first administrator"]);
    let odd: Value = app.get(&format!("{KEYS}?owner=team%20odd")).await.json().await.unwrap();
    assert_eq!(odd["items"].as_array().unwrap().len(), 2);
    let operator: Value = app.get(&format!("{KEYS}?owner=operator")).await.json().await.unwrap();
    assert_eq!(operator["items"][0]["name"], "first administrator");
    let wrong = problem(app.get(&format!("{KEYS}?cursor=5b5d&limit=0&sort=name")).await).await;
    assert_eq!(wrong["errors"].as_array().unwrap().len(), 2, "{wrong}");
    assert_eq!(problem(app.get(&format!("{KEYS}?cursor=5b5d")).await).await["code"], "invalid_request");
}

#[tokio::test]
async fn a_rotated_key_keeps_its_id_and_both_secrets_for_the_overlap() {
    let app = TestApp::start().await;
    let first = make_reader(&app).await;
    let rotate = format!("{}/rotate", path(&first));
    let second: Value = app.request(Method::POST, &rotate).send().await.unwrap().json().await.unwrap();
    assert_eq!(second["key_id"], first["key_id"]);
    assert_ne!(second["api_key"], first["api_key"]);
    let moment = |field| text(&second, field).parse::<Timestamp>().unwrap();
    let overlap = moment("previous_secret_until").duration_since(moment("rotated_at"));
    assert_eq!(overlap, SignedDuration::from_hours(24));
    for key in [&first, &second] {
        assert_eq!(call(&app, text(key, "api_key")).await.status(), StatusCode::OK);
    }
    let third = app.post(&rotate, &json!({ "overlap_seconds": 0 })).await;
    assert_eq!(third.headers()["cache-control"], "no-store");
    let third: Value = third.json().await.unwrap();
    assert_eq!(third["previous_secret_until"], Value::Null);
    for (key, is_good) in [(&first, false), (&second, false), (&third, true)] {
        assert_eq!(call(&app, text(key, "api_key")).await.status() == StatusCode::OK, is_good);
    }
}

#[tokio::test]
async fn rotation_overlap_is_how_long_the_old_secret_goes_on_where_the_call_does_not_say() {
    let app = TestApp::with(|config| config.keys.rotation_overlap = SignedDuration::ZERO).await;
    let first = make_reader(&app).await;
    assert_eq!(call(&app, text(&first, "api_key")).await.status(), StatusCode::OK);
    let rotated = app.request(Method::POST, &format!("{}/rotate", path(&first))).send().await.unwrap();
    assert_eq!(rotated.status(), StatusCode::OK);
    assert_eq!(problem(call(&app, text(&first, "api_key")).await).await["code"], "unauthenticated");
}

#[tokio::test]
async fn a_revoked_key_is_refused_from_the_next_call_on_and_stays_revoked() {
    let app = TestApp::start().await;
    let key = make_reader(&app).await;
    assert_eq!(call(&app, text(&key, "api_key")).await.status(), StatusCode::OK);
    for _ in 0..2 {
        assert_eq!(delete(&app, &path(&key)).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(problem(call(&app, text(&key, "api_key")).await).await["code"], "unauthenticated");
    }
    let shown: Value = app.get(&path(&key)).await.json().await.unwrap();
    assert!(shown["revoked_at"].is_string(), "{shown}");
    let rotate = app.post(&format!("{}/rotate", path(&key)), &json!({})).await;
    assert_eq!(problem(rotate).await["code"], "conflict");
}

#[tokio::test]
async fn nobody_ends_the_key_in_use_or_one_that_is_not_there() {
    let app = TestApp::start().await;
    let own: Value = app.get(&format!("{KEYS}?owner=operator")).await.json().await.unwrap();
    let refused = problem(delete(&app, &path(&own["items"][0])).await).await;
    assert_eq!(refused["code"], "conflict", "{refused}");
    assert_eq!(call(&app, &app.key).await.status(), StatusCode::OK);
    for id in ["01a1fbe7-78f4-7668-aeaa-e5f8bd47993c", "7", &SETTINGS_KEY_ID.to_string()] {
        let path = format!("{KEYS}/{id}");
        let (read, rotated) = (app.get(&path).await, app.post(&format!("{path}/rotate"), &json!({})).await);
        for response in [read, rotated, delete(&app, &path).await] {
            assert_eq!(problem(response).await["code"], "not_found", "{path}");
        }
    }
    // Another administrator may.
    let other = make(&app, &json!({ "name": "second", "scopes": ["admin"] })).await;
    let ended = app.anonymous(Method::DELETE, &path(&own["items"][0])).bearer_auth(text(&other, "api_key"));
    assert_eq!(ended.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(call(&app, &app.key).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_key_of_the_settings_is_changed_there_only() {
    let store = Arc::new(MemoryStore::new(Clock::System));
    let app = TestApp::over(store, |_| {}).await;
    let path = format!("{KEYS}/{SETTINGS_KEY_ID}");
    let other = make(&app, &json!({ "name": "second", "scopes": ["admin"] })).await;
    for key in [app.key.as_str(), text(&other, "api_key")] {
        let refused = app.anonymous(Method::DELETE, &path).bearer_auth(key).send().await.unwrap();
        assert_eq!(problem(refused).await["code"], "conflict");
    }
    assert_eq!(problem(app.post(&format!("{path}/rotate"), &json!({})).await).await["code"], "conflict");
}

#[tokio::test]
async fn a_key_is_forbidden_from_addresses_that_are_not_its_own() {
    let app = TestApp::start().await;
    for (network, is_allowed) in [("127.0.0.0/8", true), ("192.0.2.0/24", false), ("::ffff:127.0.0.1", true)]
    {
        let body = json!({ "name": "a", "scopes": ["read"], "allowed_addresses": [network] });
        let key = make(&app, &body).await;
        let answer = call(&app, text(&key, "api_key")).await;
        if is_allowed {
            assert_eq!(answer.status(), StatusCode::OK, "{network}");
        } else {
            let problem = problem(answer).await;
            assert_eq!(problem["code"], "forbidden", "{network}");
            assert!(problem["detail"].as_str().unwrap().contains("address"), "{problem}");
        }
    }
}

/// Gives stores in pairs as two instances have them: the first in one process, the others in two, where over
/// SQLite nobody tells of what the other writes.
async fn pairs(folder: &Path) -> Vec<(&'static str, [Arc<dyn Store>; 2])> {
    let memory: Arc<dyn Store> = Arc::new(MemoryStore::new(Clock::System));
    let file = folder.join(store::sqlite::FILE_NAME);
    let sqlite = || -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(&file, Clock::System, &store::Config::default()).unwrap())
    };
    let mut pairs = vec![("memory", [Arc::clone(&memory), memory]), ("sqlite", [sqlite(), sqlite()])];
    if let Some(settings) = emulator::database() {
        let open = async || FirestoreStore::open(&settings, Clock::System).await.unwrap();
        pairs.push(("firestore", [Arc::new(open().await), Arc::new(open().await)]));
    }
    pairs
}

/// Calls until the key is refused; gives when the last call began that it was still good for.
async fn last_good_call(app: &TestApp, key: &str) -> Option<Instant> {
    let mut last = None;
    loop {
        let began = Instant::now();
        match call(app, key).await.status() {
            StatusCode::OK => last = Some(began),
            status => {
                assert_eq!(status, StatusCode::UNAUTHORIZED);
                return last;
            }
        }
    }
}

#[tokio::test]
async fn a_key_that_is_revoked_on_one_instance_is_refused_on_the_other_within_a_second() {
    let folder = tempfile::tempdir().unwrap();
    for (name, [here, there]) in pairs(folder.path()).await {
        let (here, there) = (TestApp::over(here, |_| {}).await, TestApp::over(there, |_| {}).await);
        let key = make_reader(&here).await;
        assert_eq!(call(&there, text(&key, "api_key")).await.status(), StatusCode::OK, "{name}: at once");
        let rotate = format!("{}/rotate", path(&key));
        let second: Value = here.post(&rotate, &json!({})).await.json().await.unwrap();
        for key in [&key, &second] {
            assert_eq!(call(&there, text(key, "api_key")).await.status(), StatusCode::OK, "{name}: both");
        }
        assert_eq!(delete(&here, &path(&key)).await.status(), StatusCode::NO_CONTENT);
        let revoked = Instant::now();
        for key in [&key, &second] {
            let refused = last_good_call(&there, text(key, "api_key"));
            let last = in_time("the revoked key to be refused", refused).await;
            let late = last.map_or(Duration::ZERO, |last| last.saturating_duration_since(revoked));
            assert!(late < Duration::from_secs(1), "{name}: {late:?}");
        }
        here.stop().await;
        there.stop().await;
    }
}

#[tokio::test]
async fn keys_made_beside_a_running_service_are_good_at_once() {
    let app = TestApp::start().await;
    for _ in 0..3 {
        let key = app.make_key(&[Scope::Read]).await;
        assert_eq!(call(&app, &key).await.status(), StatusCode::OK);
    }
}
