//! Webhooks as the owner of a key and the owner of a receiver see them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use content_factory::auth::{Scope, Secret};
use content_factory::clock::Clock;
use content_factory::content::Kind;
use content_factory::id::{JobId, KeyId};
use content_factory::notify::{Message, Told};
use content_factory::secret::SECRET_KEY_FILE;
use content_factory::store::{MemoryStore, Store};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{LESSON, Receiver, TestApp, problem, thin_lesson};

const SECRET: &str = "/api/v1/webhooks";
const ROTATE: &str = "/api/v1/webhooks/rotate";
const DELIVERIES: &str = "/api/v1/webhooks/deliveries";

async fn app() -> TestApp {
    TestApp::with(|config| config.webhooks.allow_loopback = true).await
}

async fn submit(app: &TestApp, text: &str, kinds: &[Kind], url: &str) -> Value {
    let body = json!({ "syllabus_text": text, "kinds": kinds, "callback_url": url });
    let created = app.post("/api/v1/jobs", &body).await;
    assert_eq!(created.status(), StatusCode::CREATED);
    created.json().await.unwrap()
}

/// Reads the deliveries until the newest one stands there. Each read goes through the whole service,
/// so it is no busy loop.
async fn newest(app: &TestApp, is_there: impl Fn(&Value) -> bool) -> Value {
    loop {
        let list: Value = app.get(DELIVERIES).await.json().await.unwrap();
        if is_there(&list["items"][0]) {
            return list["items"][0].clone();
        }
    }
}

async fn replay(app: &TestApp, id: &Value) -> reqwest::Response {
    app.post(&format!("{DELIVERIES}/{}/replay", id.as_str().unwrap()), &json!({})).await
}

#[tokio::test]
async fn every_end_of_a_job_is_told_without_a_word_of_its_text() {
    let app = app().await;
    let mut receiver = Receiver::answering(204).await;
    for (text, kinds, event) in [
        (LESSON, vec![Kind::Faqs], "job.completed"),
        (thin_lesson(), Kind::PIECES.to_vec(), "job.partial"),
        (thin_lesson(), vec![Kind::Flashcards], "job.failed"),
    ] {
        let job = submit(&app, text, &kinds, &receiver.url).await;
        let received = receiver.next().await;
        let told: Value = serde_json::from_str(&received.body).unwrap();
        assert_eq!((&told["type"], &told["data"]["job_id"]), (&json!(event), &job["job_id"]));
        assert!(told["timestamp"].is_string());
        let fields: Vec<&String> = told["data"].as_object().unwrap().keys().collect();
        let known = ["job_id", "status", "pieces", "failures", "cost_usd", "created_at", "completed_at"];
        assert_eq!(fields, known);
        assert!(!received.body.to_lowercase().contains("photosynthesis"), "{}", received.body);
        let listed = newest(&app, |item| item["status"] == "delivered").await;
        assert_eq!((&listed["job_id"], &listed["type"]), (&job["job_id"], &json!(event)));
        assert_eq!((&listed["attempts"], &listed["last_status"]), (&json!(1), &json!(204)));
        assert_eq!(listed["id"], received.header("webhook-id"));
    }
}

#[tokio::test]
async fn a_secret_is_made_once_shown_to_its_key_alone_and_rotated_with_an_overlap() {
    let app = app().await;
    assert_eq!(problem(app.get(SECRET).await).await["code"], "not_found");
    assert_eq!(problem(app.post(ROTATE, &json!({})).await).await["code"], "not_found");
    let made = app.request(Method::POST, SECRET).send().await.unwrap();
    assert_eq!(
        (made.status(), &made.headers()["cache-control"]),
        (StatusCode::CREATED, &"no-store".parse().unwrap())
    );
    let made: Value = made.json().await.unwrap();
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    let again = app.post(SECRET, &json!({})).await;
    assert_eq!(again.status(), StatusCode::OK);
    assert_eq!(again.json::<Value>().await.unwrap(), made);
    assert_eq!(app.get(SECRET).await.json::<Value>().await.unwrap(), made);
    let rotated: Value = app.post(ROTATE, &json!({})).await.json().await.unwrap();
    assert!(rotated["secret"] != made["secret"] && rotated["previous_secret_until"].is_string());
    let other = app.make_key(&[Scope::Generate, Scope::Read]).await;
    let other = app.anonymous(Method::GET, SECRET).bearer_auth(&other).send().await.unwrap();
    assert_eq!(problem(other).await["code"], "not_found");
    let unknown = app.post(SECRET, &json!({ "enabel": "https://example.org/" })).await;
    assert_eq!(problem(unknown).await["code"], "invalid_request");
}

#[tokio::test]
async fn a_message_is_replayed_with_its_id_and_bytes_unless_it_still_waits_or_is_another_keys() {
    let app = app().await;
    let mut failing = Receiver::answering(500).await;
    submit(&app, LESSON, &[Kind::Faqs], &failing.url).await;
    failing.next().await;
    let waiting = newest(&app, |item| item["last_problem"] == "status").await;
    assert_eq!((&waiting["status"], &waiting["last_status"]), (&json!("pending"), &json!(500)));
    assert!(waiting["next_attempt_at"].is_string());
    assert_eq!(problem(replay(&app, &waiting["id"]).await).await["code"], "conflict");
    let mut receiver = Receiver::answering(200).await;
    submit(&app, LESSON, &[Kind::Faqs], &receiver.url).await;
    let first = receiver.next().await;
    let sent = newest(&app, |item| item["status"] == "delivered").await;
    let replayed = replay(&app, &sent["id"]).await;
    assert_eq!(replayed.status(), StatusCode::ACCEPTED);
    assert_eq!(replayed.json::<Value>().await.unwrap()["status"], "pending");
    let second = receiver.next().await;
    assert_eq!((second.header("webhook-id"), &second.body), (first.header("webhook-id"), &first.body));
    let other = app.make_key(&[Scope::Generate, Scope::Read]).await;
    let path = format!("{DELIVERIES}/{}/replay", sent["id"].as_str().unwrap());
    let denied = app.anonymous(Method::POST, &path).bearer_auth(&other).send().await.unwrap();
    assert_eq!(problem(denied).await["code"], "not_found");
    let listed = app.anonymous(Method::GET, DELIVERIES).bearer_auth(&other).send().await.unwrap();
    assert_eq!(listed.json::<Value>().await.unwrap()["items"], json!([]));
    for wrong in ["no-id", "01a1fbe7-78f4-7668-aeaa-e5f8bd47993c"] {
        assert_eq!(problem(replay(&app, &json!(wrong)).await).await["code"], "not_found");
    }
}

#[tokio::test]
async fn deliveries_are_listed_page_by_page_and_by_status_and_go_with_their_job() {
    let app = app().await;
    let mut receiver = Receiver::answering(410).await;
    let first = submit(&app, LESSON, &[Kind::Faqs], &receiver.url).await;
    receiver.next().await;
    let gone = newest(&app, |item| item["status"] == "dead").await;
    assert_eq!((&gone["last_problem"], &gone["last_status"]), (&json!("gone"), &json!(410)));
    let shown: Value = app.get(SECRET).await.json().await.unwrap();
    assert_eq!(shown["disabled"][0]["url"], receiver.url);
    submit(&app, LESSON, &[Kind::Faqs], &receiver.url).await;
    newest(&app, |item| item["last_problem"] == "address_disabled").await;
    let page: Value = app.get(&format!("{DELIVERIES}?status=dead&limit=1")).await.json().await.unwrap();
    let next = page["next_cursor"].as_str().unwrap();
    let rest: Value =
        app.get(&format!("{DELIVERIES}?status=dead&limit=1&cursor={next}")).await.json().await.unwrap();
    assert_eq!((&rest["items"][0]["id"], &rest["next_cursor"]), (&gone["id"], &Value::Null));
    let none: Value = app.get(&format!("{DELIVERIES}?status=delivered")).await.json().await.unwrap();
    assert_eq!(none["items"], json!([]));
    for wrong in ["status=lost", "limit=0", "limit=101", "cursor=x"] {
        let refused = app.get(&format!("{DELIVERIES}?{wrong}")).await;
        assert_eq!(problem(refused).await["code"], "invalid_request", "{wrong}");
    }
    let enabled: Value = app.post(SECRET, &json!({ "enable": receiver.url })).await.json().await.unwrap();
    assert_eq!(enabled["disabled"], json!([]));
    assert!(receiver.is_untouched());
    let job = format!("/api/v1/jobs/{}", first["job_id"].as_str().unwrap());
    assert_eq!(app.request(Method::DELETE, &job).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let left: Value = app.get(DELIVERIES).await.json().await.unwrap();
    let jobs: Vec<&Value> = left["items"].as_array().unwrap().iter().map(|item| &item["job_id"]).collect();
    assert!(jobs.len() == 1 && *jobs[0] != first["job_id"], "{left}");
}

/// What no message goes to, one spelling or more of each kind; the whole list is tested where
/// addresses are read.
const REFUSED: [&str; 36] = [
    "http://example.org/",
    "https://127.0.0.1/",
    "http://127.0.0.1/",
    "https://127.1/",
    "https://0x7f.1/",
    "https://2130706433/",
    "https://0177.0.0.1/",
    "https://127.0.0.1./",
    "https://%31%32%37.0.0.1/",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://localhost./",
    "https://a.localhost/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:7f00:1]/",
    "https://[::7f00:1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:1::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fe80::1]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.0.1/",
    "https://100.64.0.1/",
    "https://0.0.0.0/",
    "https://224.0.0.1/",
    "https://198.18.0.1/",
    "https://203.0.113.1/",
    "https://metadata.google.internal/",
    "https://printer/",
    "https://user:secret@example.org/",
    "https://example.org@127.0.0.1/",
    "https://example.org./",
];

#[tokio::test]
async fn an_address_that_leads_inside_is_refused_when_a_job_is_submitted() {
    let app = TestApp::start().await;
    for path in ["/api/v1/jobs", "/api/v1/content/generate"] {
        for url in REFUSED {
            let body = json!({ "syllabus_text": LESSON, "callback_url": url });
            let refused = problem(app.post(path, &body).await).await;
            assert_eq!(refused["code"], "invalid_request", "{url}");
            assert_eq!(refused["errors"].as_array().unwrap().len(), 1, "{refused}");
            assert_eq!(refused["errors"][0]["path"], "/callback_url", "{url}");
            assert!(!refused.to_string().contains("secret"), "an address is not sent back");
        }
    }
    let both = json!({ "syllabus_text": "short", "callback_url": "https://10.0.0.1/" });
    let both = problem(app.post("/api/v1/jobs", &both).await).await;
    assert_eq!(both["errors"].as_array().unwrap().len(), 2, "{both}");
    let list: Value = app.get("/api/v1/jobs").await.json().await.unwrap();
    assert_eq!(list["items"], json!([]));
}

#[tokio::test]
async fn allow_loopback_lets_messages_go_to_this_machine() {
    let body = json!({ "syllabus_text": LESSON, "kinds": ["faqs"], "callback_url": "http://127.0.0.1:9/" });
    assert_eq!(app().await.post("/api/v1/jobs", &body).await.status(), StatusCode::CREATED);
    let app = TestApp::start().await;
    assert_eq!(problem(app.post("/api/v1/jobs", &body).await).await["code"], "invalid_request");
}

#[tokio::test]
async fn rotation_overlap_says_how_long_the_old_secret_signs() {
    for (overlap, signs) in [(SignedDuration::ZERO, false), (SignedDuration::from_hours(1), true)] {
        let app = TestApp::with(|config| config.webhooks.rotation_overlap = overlap).await;
        app.post(SECRET, &json!({})).await;
        let rotated: Value = app.post(ROTATE, &json!({})).await.json().await.unwrap();
        assert_eq!(rotated["previous_secret_until"].is_string(), signs);
    }
}

#[tokio::test]
async fn a_key_of_the_settings_encrypts_and_a_previous_one_still_opens() {
    let (old, new) =
        ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=");
    let app = TestApp::with(|config| config.secrets.key = Secret::new(old)).await;
    let made: Value = app.post(SECRET, &json!({})).await.json().await.unwrap();
    assert!(!app.folder().join(SECRET_KEY_FILE).exists());
    let app = TestApp::within(app.stop().await, |config| config.secrets.key = Secret::new(new)).await;
    assert_eq!(problem(app.get(SECRET).await).await["code"], "internal");
    let both = |config: &mut content_factory::config::Config| {
        config.secrets.key = Secret::new(new);
        config.secrets.previous_keys = vec![Secret::new(old)];
    };
    let app = TestApp::within(app.stop().await, both).await;
    assert_eq!(app.get(SECRET).await.json::<Value>().await.unwrap(), made);
}

#[tokio::test]
async fn without_a_key_in_the_settings_one_is_minted_when_it_is_needed_and_outlives_a_restart() {
    let app = TestApp::start().await;
    assert!(!app.folder().join(SECRET_KEY_FILE).exists());
    let made: Value = app.post(SECRET, &json!({})).await.json().await.unwrap();
    assert!(app.folder().join(SECRET_KEY_FILE).exists());
    let app = TestApp::within(app.stop().await, |_| {}).await;
    assert_eq!(app.get(SECRET).await.json::<Value>().await.unwrap(), made);
}

#[tokio::test]
async fn a_key_whose_secret_is_lost_rotates_it_and_is_well_again() {
    let app = TestApp::start().await;
    let made: Value = app.post(SECRET, &json!({})).await.json().await.unwrap();
    let folder = app.stop().await;
    std::fs::remove_file(folder.path().join(SECRET_KEY_FILE)).unwrap();
    let app = TestApp::within(folder, |_| {}).await;
    assert_eq!(problem(app.get(SECRET).await).await["code"], "internal");
    let rotated = app.post(ROTATE, &json!({})).await;
    assert_eq!(rotated.status(), StatusCode::OK);
    let rotated: Value = rotated.json().await.unwrap();
    assert!(rotated["secret"] != made["secret"] && rotated["previous_secret_until"].is_null());
    assert_eq!(app.get(SECRET).await.json::<Value>().await.unwrap(), rotated);
}

#[tokio::test]
async fn a_receiver_that_hangs_delays_no_other() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(Clock::System));
    let app = TestApp::over(Arc::clone(&store), |config| config.webhooks.allow_loopback = true).await;
    // Takes every connection and answers nothing.
    let hanging = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", hanging.local_addr().unwrap());
    let holding = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = hanging.accept().await {
            held.push(stream);
        }
    });
    let tell = async |owner: KeyId, url: &str| {
        let at = Timestamp::now();
        let told = Told { owner, job: JobId::at(at), event: "job.completed", at, url, data: json!({}) };
        store.commit(vec![Message::compose(&told).unwrap()]).await.unwrap();
    };
    let patient = KeyId::at(Timestamp::now());
    for _ in 0..120 {
        tell(patient, &url).await;
    }
    let mut receiver = Receiver::answering(204).await;
    let begun = Instant::now();
    tell(KeyId::at(Timestamp::now()), &receiver.url).await;
    receiver.next().await;
    println!("told after {:?} beside a receiver that hangs", begun.elapsed());
    assert!(begun.elapsed() < Duration::from_secs(10), "an attempt may take fifteen seconds");
    holding.abort();
    app.stop().await;
}
