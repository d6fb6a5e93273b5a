//! A model in the whole service, from the request to the bill, and how its failures are told.

use content_factory::app::App;
use content_factory::config::{Config, Writer};
use content_factory::llm::{ApiKey, Concurrency, Fallback, FanOut, ProviderName};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::job_faults::place;
use crate::support::llm_simulator::fault::{Fault, Rule, Script, When};
use crate::support::llm_simulator::{Pace, Simulator};
use crate::support::{LESSON, Program, TestApp, settings};

/// Makes OpenAI's interface, at the simulator, the writer.
fn over(config: &mut Config, simulator: &Simulator) {
    config.writer = Writer::OpenAi;
    config.llm.openai.base_url = format!("{}/v1", simulator.url());
    config.llm.openai.api_key = ApiKey::new("k");
}

async fn generate(app: &TestApp, fields: Value) -> (StatusCode, Value) {
    let mut body = json!({ "syllabus_text": LESSON });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let response = app.post("/api/v1/content/generate", &body).await;
    (response.status(), response.json().await.unwrap())
}

async fn failing(script: Script, fields: Value) -> (StatusCode, Value) {
    let simulator = Simulator::fast().await.unwrap();
    simulator.script(script);
    let app = TestApp::with(|config| over(config, &simulator)).await;
    generate(&app, fields).await
}

fn micros(amount: &Value) -> u64 {
    amount.as_str().unwrap().parse::<content_factory::money::Money>().unwrap().micros()
}

#[tokio::test]
async fn a_model_writes_the_whole_package_and_the_job_says_what_it_cost() {
    let simulator = Simulator::fast().await.unwrap();
    let app = TestApp::with(|config| over(config, &simulator)).await;
    let (status, job) = generate(&app, json!({})).await;
    assert_eq!((status, &job["status"]), (StatusCode::OK, &json!("completed")), "{}", job["failures"]);
    let pieces = job["metadata"]["pieces"].as_object().unwrap();
    assert_eq!(pieces.len(), 8);
    for (kind, piece) in pieces {
        assert_eq!((&piece["writer"], &piece["model"]), (&json!("openai"), &json!("gpt-5.6-luna")), "{kind}");
        assert!(piece["prompt_version"].as_str().unwrap().starts_with("v1-"), "{kind}");
    }
    let ledger = simulator.ledger();
    assert!(ledger.calls > 16, "long kinds are split: {}", ledger.calls);
    assert_eq!(micros(&job["metadata"]["cost_usd"]), ledger.billed_micros);
    assert_eq!(job["metadata"]["usage"]["output_tokens"], ledger.output_tokens);
}

#[tokio::test]
async fn every_wire_writes_the_whole_package_as_planned() {
    let mut calls = Vec::new();
    for (writer, provider) in [
        (Writer::Gemini, ProviderName::Gemini),
        (Writer::OpenAi, ProviderName::OpenAi),
        (Writer::Anthropic, ProviderName::Anthropic),
    ] {
        let simulator = Simulator::fast().await.unwrap();
        let app = TestApp::with(|config| {
            config.writer = writer;
            place(config, provider, &simulator);
        })
        .await;
        let (_, job) = generate(&app, json!({})).await;
        assert_eq!(job["status"], "completed", "{provider} {}", job["failures"]);
        let accepted = simulator.ledger().entries.into_iter().filter(|entry| entry.status == 200);
        calls.push(accepted.count());
    }
    // A vendor that takes fewer keywords of a schema is told the rest in words.
    assert!(calls.iter().all(|count| count.abs_diff(calls[0]) <= 1), "{calls:?}");
}

#[tokio::test]
async fn fan_out_says_how_many_calls_a_package_takes() {
    let mut calls = Vec::new();
    for fan_out in [FanOut::Piece, FanOut::Auto, FanOut::Section] {
        let simulator = Simulator::fast().await.unwrap();
        let app = TestApp::with(|config| {
            over(config, &simulator);
            config.llm.fan_out = fan_out;
        })
        .await;
        let (_, job) = generate(&app, json!({})).await;
        assert_eq!(job["status"], "completed", "{fan_out:?} {}", job["failures"]);
        calls.push(simulator.ledger().calls);
    }
    assert!(calls[0] < calls[1] && calls[1] < calls[2], "{calls:?}");
}

#[tokio::test]
async fn concurrency_bounds_the_calls_at_once_from_the_first_on() {
    for (start, most, permits, at_once) in [(4096, 1, 1, 1..=1), (2, 64, 2, 3..=64)] {
        let simulator = Simulator::fast().await.unwrap();
        simulator.pace(Pace { first_token_ms: 50, ..Pace::default() });
        let app = TestApp::with(|config| {
            over(config, &simulator);
            config.llm.concurrency = Concurrency { start, most };
        })
        .await;
        let metrics = app.get("/metrics").await.text().await.unwrap();
        assert!(metrics.contains(&format!("llm_permits{{provider=\"openai\"}} {permits}\n")), "{metrics}");
        let (_, job) = generate(&app, json!({})).await;
        assert_eq!(job["status"], "completed", "{}", job["failures"]);
        let most_in_flight = simulator.ledger().most_in_flight;
        assert!(at_once.contains(&most_in_flight), "{most_in_flight} at once, with {start} to {most}");
    }
}

#[tokio::test]
async fn one_kind_that_is_never_valid_costs_no_other_piece() {
    let never = When { contains: Some("# Your task: the FAQs".to_owned()), ..When::default() };
    let script = Script { seed: 1, rules: vec![Rule { when: never, faults: vec![Fault::WrongSchema] }] };
    let (status, job) = failing(script, json!({ "kinds": ["faqs", "flashcards"] })).await;
    assert_eq!((status, &job["status"]), (StatusCode::OK, &json!("partial")));
    assert_eq!(job["failures"]["faqs"]["code"], "provider_rejected");
    assert!(job["content"]["flashcards"].is_object());
    let pieces = job["metadata"]["pieces"].as_object().unwrap().values();
    let of_pieces: u64 = pieces.map(|piece| micros(&piece["cost_usd"])).sum();
    assert!(micros(&job["metadata"]["cost_usd"]) > of_pieces, "what the lost piece took counts as well");
}

#[tokio::test]
async fn each_way_in_which_models_fail_has_its_code() {
    let unreachable = Fault::Status { code: 401, retry_after_ms: None, lasting: false };
    let cases = [
        (Script::always(unreachable), json!({}), "provider_unavailable", 503),
        (Script::always(Fault::WrongSchema), json!({}), "provider_rejected", 502),
        (Script::always(Fault::BlockedPrompt), json!({}), "content_blocked", 422),
        (Script::default(), json!({ "max_cost_usd": "0.000001" }), "budget_exceeded", 402),
    ];
    for (script, fields, code, status) in cases {
        let (answered, problem) = failing(script, fields).await;
        assert_eq!((answered.as_u16(), &problem["code"]), (status, &json!(code)), "{problem}");
        assert!(problem["job_id"].is_string());
    }
}

#[tokio::test]
async fn extractive_last_in_the_chain_writes_what_no_model_could() {
    let simulator = Simulator::fast().await.unwrap();
    simulator.script(Script::always(Fault::Status { code: 401, retry_after_ms: None, lasting: false }));
    let app = TestApp::with(|config| {
        over(config, &simulator);
        config.llm.fallback = vec![Fallback::Extractive];
    })
    .await;
    let (_, job) = generate(&app, json!({ "kinds": ["flashcards"] })).await;
    assert_eq!(job["status"], "completed", "{}", job["failures"]);
    assert_eq!(job["metadata"]["pieces"]["flashcards"]["writer"], "extractive");
    let topic = app.post("/api/v1/content/generate", &json!({ "topic": "Photosynthesis" })).await;
    assert_eq!(topic.status(), StatusCode::SERVICE_UNAVAILABLE, "a topic is nothing to extract from");
}

#[tokio::test]
async fn where_code_steps_in_for_a_model_the_job_says_which_wish_was_not_followed_in_which_piece() {
    let simulator = Simulator::fast().await.unwrap();
    let blocked = When { contains: Some("# Your task: the FAQs".to_owned()), ..When::default() };
    simulator.script(Script { seed: 1, rules: vec![Rule { when: blocked, faults: vec![Fault::Refused] }] });
    let app = TestApp::with(|config| {
        over(config, &simulator);
        config.llm.fallback = vec![Fallback::Extractive];
    })
    .await;
    for (kinds, stepped_in) in [(json!(["faqs", "flashcards"]), true), (json!(["flashcards"]), false)] {
        let (_, job) = generate(&app, json!({ "kinds": kinds, "tone": "solemn" })).await;
        assert_eq!(job["status"], "completed", "{}", job["failures"]);
        assert_eq!(job["metadata"]["pieces"]["flashcards"]["writer"], "openai");
        let not_applied = job["metadata"]["not_applied"].as_array().unwrap();
        assert_eq!(not_applied.len(), usize::from(stepped_in), "{not_applied:?}");
        if let Some(tone) = not_applied.first() {
            assert_eq!(job["metadata"]["pieces"]["faqs"]["writer"], "extractive");
            assert_eq!((&tone["field"], &tone["kinds"]), (&json!("tone"), &json!(["faqs"])));
            assert!(tone["reason"].as_str().unwrap().contains("cannot follow"));
        }
    }
}

#[tokio::test]
async fn a_topic_and_another_language_need_a_model_and_get_one() {
    let simulator = Simulator::fast().await.unwrap();
    let app = TestApp::with(|config| over(config, &simulator)).await;
    let topic = json!({ "topic": "How plants make sugar", "language": "en", "kinds": ["flashcards"] });
    let job: Value = app.post("/api/v1/content/generate", &topic).await.json().await.unwrap();
    assert_eq!(job["status"], "completed", "{job}");
    assert_eq!(job["content"]["flashcards"]["items"][0]["evidence"], json!([]));
}

#[tokio::test]
async fn what_calls_under_way_may_have_cost_is_booked_when_the_time_is_over() {
    let simulator = Simulator::fast().await.unwrap();
    simulator.script(Script::always(Fault::HangMidBody));
    let app = TestApp::with(|config| {
        over(config, &simulator);
        config.workers.deadline = jiff::SignedDuration::from_secs(1);
    })
    .await;
    let (status, problem) = generate(&app, json!({})).await;
    assert_eq!((status, &problem["code"]), (StatusCode::GATEWAY_TIMEOUT, &json!("deadline_exceeded")));
    let path = format!("/api/v1/jobs/{}", problem["job_id"].as_str().unwrap());
    let job: Value = app.get(&path).await.json().await.unwrap();
    assert!(micros(&job["metadata"]["cost_usd"]) >= simulator.ledger().billed_micros, "{job}");
    assert!(micros(&job["metadata"]["cost_usd"]) > 0);
}

#[tokio::test]
async fn spending_stops_at_what_a_job_may_cost() {
    let simulator = Simulator::fast().await.unwrap();
    simulator.script(Script::always(Fault::WrongSchema));
    let app = TestApp::with(|config| {
        over(config, &simulator);
        config.llm.max_cost_usd = content_factory::money::Money::from_micros(3000);
    })
    .await;
    let (_, problem) = generate(&app, json!({})).await;
    assert!(
        ["provider_rejected", "budget_exceeded"].contains(&problem["code"].as_str().unwrap()),
        "{problem}"
    );
    assert!(simulator.ledger().billed_micros <= 3000);
}

#[tokio::test]
async fn a_writer_without_its_key_is_a_fault_of_the_settings() {
    for writer in [Writer::Gemini, Writer::Anthropic, Writer::Vertex] {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { writer, ..settings(folder.path()) };
        assert!(App::build(config).await.is_err(), "{writer:?}");
    }
}

#[tokio::test]
async fn generate_says_who_writes_and_what_it_may_take_before_it_spends() {
    let simulator = Simulator::fast().await.unwrap();
    let program = Program::new();
    program.write("lesson.md", LESSON);
    let base = format!("{}/v1", simulator.url());
    let variables = [("OPENAI_API_KEY", "canary-key"), ("OPENAI_BASE_URL", base.as_str())];
    let run = program.run_with(&["generate", "lesson.md", "--kinds", "faqs"], &variables, b"").await;
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.err.contains("writer: openai, model gpt-5.6-luna; estimate: "), "{}", run.err);
    assert!(!run.err.contains("canary-key") && !run.out.contains("canary-key"));
    assert!(simulator.ledger().calls > 1);
}
