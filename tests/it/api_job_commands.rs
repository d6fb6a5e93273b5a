//! Cancelling and retrying over HTTP, with a model that hangs and the bill for what was dropped; and
//! a hundred calls at once that are one.

use std::collections::BTreeSet;
use std::time::Duration;

use content_factory::config::{Config, Writer};
use content_factory::llm::ApiKey;
use content_factory::money::Money;
use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::llm_simulator::Simulator;
use crate::support::llm_simulator::fault::{Fault, Rule, Script, When};
use crate::support::{LESSON, TestApp, problem, thin_lesson};

const PATIENCE: Duration = Duration::from_secs(60);

fn over(config: &mut Config, simulator: &Simulator) {
    config.writer = Writer::OpenAi;
    config.llm.openai.base_url = format!("{}/v1", simulator.url());
    config.llm.openai.api_key = ApiKey::new("k");
}

/// Makes the FAQs hang, and nothing else.
fn hanging() -> Script {
    let faqs = When { contains: Some("# Your task: the FAQs".to_owned()), ..When::default() };
    Script { seed: 1, rules: vec![Rule { when: faqs, faults: vec![Fault::HangBeforeHeaders] }] }
}

fn micros(amount: &Value) -> u64 {
    amount.as_str().unwrap().parse::<Money>().unwrap().micros()
}

/// Reads a job until it is as expected. Each read goes through the whole service, so it is no busy loop.
async fn until(app: &TestApp, location: &str, expected: impl Fn(&Value) -> bool) -> Value {
    let reading = async {
        loop {
            let job: Value = app.get(location).await.json().await.unwrap();
            if expected(&job) {
                return job;
            }
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.unwrap()
}

async fn command(app: &TestApp, location: &str, command: &str) -> reqwest::Response {
    app.request(Method::POST, &format!("{location}/{command}")).send().await.unwrap()
}

/// Creates a job whose FAQs hang, and waits until that is all that is missing.
async fn stuck(app: &TestApp) -> String {
    let body = json!({ "syllabus_text": LESSON, "kinds": ["faqs", "flashcards"], "max_cost_usd": "0.50" });
    let created = app.post("/api/v1/jobs", &body).await;
    let location = created.headers()["location"].to_str().unwrap().to_owned();
    until(app, &location, |job| {
        let pieces = &job["progress"]["pieces"];
        (&pieces["flashcards"], &pieces["faqs"]) == (&json!("done"), &json!("running"))
    })
    .await;
    location
}

#[tokio::test]
async fn a_cancelled_job_keeps_its_pieces_and_books_the_call_that_was_dropped_and_a_retry_makes_the_rest() {
    let simulator = Simulator::fast().await.unwrap();
    simulator.script(hanging());
    let app = TestApp::with(|config| over(config, &simulator)).await;
    let location = stuck(&app).await;
    let refused = problem(command(&app, &location, "retry").await).await;
    assert_eq!((&refused["code"], &refused["status"]), (&json!("conflict"), &json!(409)), "it runs");

    let cancelled = command(&app, &location, "cancel").await;
    assert_eq!(cancelled.status(), StatusCode::ACCEPTED);
    assert_eq!(cancelled.headers()["location"], *location);
    assert_eq!(cancelled.json::<Value>().await.unwrap()["status"], "cancelled");
    assert_eq!(command(&app, &location, "cancel").await.status(), StatusCode::ACCEPTED);
    let of_pieces = |job: &Value| -> u64 {
        job["metadata"]["pieces"].as_object().unwrap().values().map(|piece| micros(&piece["cost_usd"])).sum()
    };
    // The call was sent and nobody knows what it cost: it counts at the most that it can have cost.
    let job = until(&app, &location, |job| micros(&job["metadata"]["cost_usd"]) > of_pieces(job)).await;
    assert!(job["content"]["flashcards"].is_object() && job["content"].get("faqs").is_none());
    assert!(micros(&job["metadata"]["cost_usd"]) >= simulator.ledger().billed_micros);
    assert!(micros(&job["metadata"]["unreconciled_usd"]) > 0);
    let calls = simulator.ledger().calls;

    simulator.script(Script::default());
    let retried = command(&app, &location, "retry").await;
    assert_eq!(retried.status(), StatusCode::ACCEPTED);
    assert_eq!(retried.json::<Value>().await.unwrap()["job_id"], job["job_id"]);
    let whole = until(&app, &location, |job| job["status"] == "completed").await;
    assert_eq!(whole["content"]["flashcards"], job["content"]["flashcards"]);
    assert!(micros(&whole["metadata"]["cost_usd"]) > micros(&job["metadata"]["cost_usd"]));
    assert!(micros(&whole["metadata"]["cost_usd"]) <= 500_000, "one limit for all attempts together");
    assert!(simulator.ledger().calls - calls <= 3, "nothing but the FAQs is asked for again");
    for name in ["cancel", "retry"] {
        assert_eq!(problem(command(&app, &location, name).await).await["code"], "conflict", "{name}");
    }
}

#[tokio::test]
async fn who_waits_for_a_job_that_is_cancelled_is_told() {
    let simulator = Simulator::fast().await.unwrap();
    simulator.script(hanging());
    let app = TestApp::with(|config| over(config, &simulator)).await;
    let body = json!({ "syllabus_text": LESSON, "kinds": ["faqs"] });
    let waiting = app.post("/api/v1/content/generate", &body);
    let cancelling = async {
        let listed = until(&app, "/api/v1/jobs?status=running", |page| page["items"][0].is_object()).await;
        let location = format!("/api/v1/jobs/{}", listed["items"][0]["job_id"].as_str().unwrap());
        command(&app, &location, "cancel").await.status()
    };
    let (waited, cancelled) = tokio::join!(waiting, cancelling);
    assert_eq!(cancelled, StatusCode::ACCEPTED);
    assert_eq!(problem(waited).await["code"], "conflict");
}

#[tokio::test]
async fn a_hundred_calls_at_once_with_one_idempotency_key_make_one_job() {
    // Each call reads the text before it finds out; on a busy machine that takes its time.
    let app = TestApp::with(|config| config.server.request_timeout = SignedDuration::from_mins(10)).await;
    let body = json!({ "syllabus_text": thin_lesson(), "kinds": ["faqs"] });
    let calls = (0..100).map(async |_| {
        let call = app.request(Method::POST, "/api/v1/jobs").header("idempotency-key", "one").json(&body);
        let response = call.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::CREATED);
        response.json::<Value>().await.unwrap()["job_id"].as_str().unwrap().to_owned()
    });
    let made: BTreeSet<String> = futures_util::future::join_all(calls).await.into_iter().collect();
    assert_eq!(made.len(), 1);
    let listed: Value = app.get("/api/v1/jobs").await.json().await.unwrap();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}
