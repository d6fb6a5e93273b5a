//! Batches as their owner sees them: accepted whole or not at all, followed and cancelled together, under
//! one limit of money.

use content_factory::auth::Scope;
use content_factory::config::Writer;
use content_factory::llm::ApiKey;
use content_factory::store::sqlite;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::job_faults::micros;
use crate::support::llm_simulator::Simulator;
use crate::support::llm_simulator::fault::{Fault, Script};
use crate::support::{LESSON, TOO_THIN, TestApp, problem, thin_lesson};

const BATCHES: &str = "/api/v1/batches";

fn order(kinds: &[&str]) -> Value {
    json!({ "syllabus_text": LESSON, "kinds": kinds })
}

async fn create(app: &TestApp, body: &Value) -> Value {
    let created = app.post(BATCHES, body).await;
    assert_eq!(created.status(), StatusCode::CREATED);
    let location = created.headers()["location"].to_str().unwrap().to_owned();
    let batch: Value = created.json().await.unwrap();
    assert_eq!(location, format!("{BATCHES}/{}", batch["batch_id"].as_str().unwrap()));
    batch
}

async fn read(app: &TestApp, batch: &Value) -> Value {
    let path = format!("{BATCHES}/{}", batch["batch_id"].as_str().unwrap());
    app.get(&path).await.json().await.unwrap()
}

/// Reads a batch until it has ended. Each read goes through the whole service, so it is no busy loop.
async fn ended(app: &TestApp, batch: &Value) -> Value {
    let mut percent = 0;
    loop {
        let batch = read(app, batch).await;
        let now = batch["progress"]["percent"].as_u64().unwrap();
        assert!(now >= percent, "from {percent} to {now} percent");
        percent = now;
        if !matches!(batch["status"].as_str().unwrap(), "queued" | "running") {
            return batch;
        }
    }
}

async fn with_model(simulator: &Simulator) -> TestApp {
    TestApp::with(|config| {
        config.writer = Writer::OpenAi;
        config.llm.openai.base_url = format!("{}/v1", simulator.url());
        config.llm.openai.api_key = ApiKey::new("k");
    })
    .await
}

#[tokio::test]
async fn a_batch_is_made_followed_to_its_end_and_its_jobs_are_jobs_like_any_others() {
    let app = TestApp::start().await;
    let body = json!({ "requests": [order(&["faqs"]), order(&["flashcards"])] });
    let made = create(&app, &body).await;
    let batch = ended(&app, &made).await;
    assert_eq!((&batch["status"], &batch["progress"]["percent"]), (&json!("completed"), &json!(100)));
    assert!(batch["completed_at"].is_string() && batch["max_cost_usd"].is_null());
    let jobs = batch["jobs"].as_array().unwrap();
    for (entry, kind) in jobs.iter().zip(["faqs", "flashcards"]) {
        let job: Value = app
            .get(&format!("/api/v1/jobs/{}", entry["job_id"].as_str().unwrap()))
            .await
            .json()
            .await
            .unwrap();
        assert_eq!((&job["status"], &job["batch_id"]), (&json!("completed"), &batch["batch_id"]));
        assert!(job["content"][kind].is_object(), "the jobs stand in the order of their requests");
    }
    let cancel =
        app.post(&format!("{BATCHES}/{}/cancel", batch["batch_id"].as_str().unwrap()), &json!({})).await;
    assert_eq!(problem(cancel).await["code"], "conflict");
    for (deleted, job) in jobs.iter().enumerate() {
        let path = format!("/api/v1/jobs/{}", job["job_id"].as_str().unwrap());
        app.request(Method::DELETE, &path).send().await.unwrap();
        if deleted + 1 == jobs.len() {
            let path = format!("{BATCHES}/{}", batch["batch_id"].as_str().unwrap());
            assert_eq!(problem(app.get(&path).await).await["code"], "not_found", "it goes with the last job");
            break;
        }
        let now = read(&app, &batch).await;
        assert_eq!((&now["status"], &now["progress"]["percent"]), (&json!("completed"), &json!(100)));
        assert_eq!(now["completed_at"], batch["completed_at"], "what was done stays done, and when");
        assert_eq!(now["jobs"][deleted]["status"], Value::Null);
    }
}

#[tokio::test]
async fn one_request_that_cannot_be_followed_keeps_all_of_them_out_and_every_fault_is_named() {
    let app = TestApp::start().await;
    let faulty = json!({
        "requests": [order(&["faqs"]), { "syllabus_text": "short" }, { "syllabus_text": LESSON, "colour": 1 }],
        "max_cost_usd": 1, "name": "x",
    });
    let refused = problem(app.post(BATCHES, &faulty).await).await;
    assert_eq!((&refused["code"], &refused["status"]), (&json!("invalid_request"), &json!(422)));
    let paths: Vec<&str> =
        refused["errors"].as_array().unwrap().iter().map(|error| error["path"].as_str().unwrap()).collect();
    for path in ["/name", "/max_cost_usd", "/requests/1/syllabus_text", "/requests/2"] {
        assert!(paths.contains(&path), "{path}: {paths:?}");
    }
    let thin = json!({ "requests": [order(&["faqs"]), { "syllabus_text": TOO_THIN }] });
    let refused = problem(app.post(BATCHES, &thin).await).await;
    assert_eq!(
        (&refused["code"], &refused["errors"][0]["path"]),
        (&json!("source_too_thin"), &json!("/requests/1"))
    );
    for requests in [json!([]), json!(vec![order(&["faqs"]); 51]), json!({})] {
        let refused = problem(app.post(BATCHES, &json!({ "requests": requests })).await).await;
        assert_eq!(refused["errors"][0]["path"], "/requests");
    }
    let jobs: Value = app.get("/api/v1/jobs").await.json().await.unwrap();
    assert_eq!(jobs["items"], json!([]), "nothing was accepted");
}

#[tokio::test]
async fn a_batch_may_be_larger_than_a_job_and_has_a_bound_of_its_own() {
    let app = TestApp::with(|config| {
        config.server.max_body_bytes = LESSON.len() + 2000;
        config.server.max_batch_body_bytes = 3 * (LESSON.len() + 2000);
    })
    .await;
    create(&app, &json!({ "requests": vec![order(&["faqs"]); 2] })).await;
    let refused = app.post(BATCHES, &json!({ "requests": vec![order(&["faqs"]); 4] })).await;
    assert_eq!(problem(refused).await["code"], "payload_too_large");
}

#[tokio::test]
async fn a_repeated_call_with_the_same_key_makes_one_batch() {
    let app = TestApp::start().await;
    let body = json!({ "requests": [order(&["faqs"]), order(&["flashcards"])] });
    let call =
        |body: &Value| app.request(Method::POST, BATCHES).header("idempotency-key", "k").json(body).send();
    let (one, two) = tokio::join!(call(&body), call(&body));
    let (one, two): (Value, Value) = (one.unwrap().json().await.unwrap(), two.unwrap().json().await.unwrap());
    assert_eq!(one["batch_id"], two["batch_id"]);
    let other = call(&json!({ "requests": [order(&["faqs"])] })).await.unwrap();
    assert_eq!(problem(other).await["code"], "idempotency_mismatch");
    let jobs: Value = app.get("/api/v1/jobs").await.json().await.unwrap();
    assert_eq!(jobs["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn nothing_stays_of_a_batch_whose_jobs_were_deleted_however_often_it_was_sent_at_once() {
    // Each of the calls reads its texts, which takes a busy machine a while.
    let patient = jiff::SignedDuration::from_mins(5);
    let app = TestApp::with(|config| config.server.request_timeout = patient).await;
    let order = json!({ "syllabus_text": thin_lesson(), "kinds": ["faqs"] });
    let body = json!({ "requests": vec![order; 3] });
    let calls = (0..20).map(|_| {
        let call = app.request(Method::POST, BATCHES).header("idempotency-key", "k");
        let call = call.json(&body).send();
        async { call.await.unwrap().json::<Value>().await.unwrap() }
    });
    let made = futures_util::future::join_all(calls).await;
    assert!(made.iter().all(|batch| batch["batch_id"] == made[0]["batch_id"]));
    let count = |folder: &std::path::Path, table: &str| -> i64 {
        let file = rusqlite::Connection::open(folder.join(sqlite::FILE_NAME)).unwrap();
        file.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    assert_eq!(count(app.folder(), "sources"), 3, "texts of the calls that made nothing are gone");
    ended(&app, &made[0]).await;
    for job in made[0]["jobs"].as_array().unwrap() {
        let path = format!("/api/v1/jobs/{}", job["job_id"].as_str().unwrap());
        assert_eq!(app.request(Method::DELETE, &path).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    }
    for table in ["jobs", "sources", "pieces", "batches", "idempotency"] {
        assert_eq!(count(app.folder(), table), 0, "{table}");
    }
}

#[tokio::test]
async fn a_cancelled_batch_stops_all_its_jobs_and_belongs_to_its_key() {
    let simulator = Simulator::fast().await.unwrap();
    simulator.script(Script::always(Fault::HangBeforeHeaders));
    let app = with_model(&simulator).await;
    let batch = create(&app, &json!({ "requests": vec![order(&["faqs"]); 3] })).await;
    let path = format!("{BATCHES}/{}", batch["batch_id"].as_str().unwrap());
    let other = app.make_key(&[Scope::Generate, Scope::Read]).await;
    for (method, path) in [(Method::GET, path.clone()), (Method::POST, format!("{path}/cancel"))] {
        let refused = app.anonymous(method, &path).bearer_auth(&other).send().await.unwrap();
        assert_eq!(problem(refused).await["code"], "not_found");
    }
    let cancelled = app.post(&format!("{path}/cancel"), &json!({})).await;
    assert_eq!(cancelled.status(), StatusCode::ACCEPTED);
    let cancelled: Value = cancelled.json().await.unwrap();
    assert_eq!(cancelled["status"], "cancelled");
    assert!(cancelled["jobs"].as_array().unwrap().iter().all(|job| job["status"] == "cancelled"));
    assert_eq!(app.post(&format!("{path}/cancel"), &json!({})).await.status(), StatusCode::ACCEPTED);
    assert_eq!(problem(app.get(&format!("{BATCHES}/nothing")).await).await["code"], "not_found");
}

#[tokio::test]
async fn all_jobs_of_a_batch_together_cost_no_more_than_it_may() {
    let simulator = Simulator::fast().await.unwrap();
    let app = with_model(&simulator).await;
    let alone = ended(&app, &create(&app, &json!({ "requests": [order(&["faqs"])] })).await).await;
    let cost = micros(&alone["cost_usd"]);
    assert!(cost > 0);
    for limit in [cost, 3 * cost, 20 * cost] {
        let limit = content_factory::money::Money::from_micros(limit).to_string();
        let body = json!({ "requests": vec![order(&["faqs"]); 6], "max_cost_usd": limit });
        let batch = ended(&app, &create(&app, &body).await).await;
        assert_eq!(batch["max_cost_usd"], json!(limit));
        assert!(micros(&batch["cost_usd"]) <= micros(&batch["max_cost_usd"]), "{batch}");
        let of_jobs: u64 = batch["jobs"].as_array().unwrap().iter().map(|job| micros(&job["cost_usd"])).sum();
        assert_eq!(micros(&batch["cost_usd"]), of_jobs);
    }
    // With enough of it, all are made.
    let body = json!({ "requests": vec![order(&["faqs"]); 6], "max_cost_usd": "100.00" });
    assert_eq!(ended(&app, &create(&app, &body).await).await["status"], "completed");
}
