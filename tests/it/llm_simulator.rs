//! The simulator itself: valid content, the vendors' forms, faults and the bill.

use std::time::{Duration, Instant};

use content_factory::content::{self, Frame, Kind, Request};
use serde_json::{Value, json};

use crate::support::LESSON;
use crate::support::llm_simulator::fault::{Fault, Rule, Script, When};
use crate::support::llm_simulator::{Pace, Simulator};

fn prompt() -> String {
    format!(
        "The mark of the material is `===m1===`.\n\n## The source\n\n===m1=== begins\n{LESSON}\n===m1=== ends\n"
    )
}

fn chat(schema: &Value) -> Value {
    json!({
        "model": "gpt-5.6-luna", "messages": [{ "role": "user", "content": prompt() }],
        "response_format": { "type": "json_schema", "json_schema": { "name": "piece", "schema": schema } },
    })
}

async fn post(simulator: &Simulator, path: &str, body: &Value) -> reqwest::Result<reqwest::Response> {
    let client = reqwest::Client::new().post(format!("{}{path}", simulator.url()));
    let client = client.header("authorization", "Bearer k").header("x-goog-api-key", "k");
    client.header("x-api-key", "k").header("anthropic-version", "2023-06-01").json(body).send().await
}

async fn said(simulator: &Simulator, schema: &Value) -> Value {
    let body: Value =
        post(simulator, "/v1/chat/completions", &chat(schema)).await.unwrap().json().await.unwrap();
    let text = body.pointer("/choices/0/message/content").and_then(Value::as_str).unwrap();
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn every_kind_is_answered_with_a_draft_that_becomes_a_piece() {
    let simulator = Simulator::fast().await.unwrap();
    let request = Request::parse(&json!({ "syllabus_text": LESSON })).unwrap();
    let source = content_factory::source::Source::read(LESSON).unwrap();
    let anchor = |evidence: &content::Evidence| source.anchor(&evidence.quote);
    let outline_draft = said(&simulator, content::schema::draft(Kind::Outline)).await;
    let frame = Frame { request: &request, language: "en", outline: None, anchor: &anchor };
    let outline = content::parse(Kind::Outline, &outline_draft, &frame).unwrap();
    let outline = outline.material.as_outline().unwrap().clone();
    for kind in Kind::PIECES {
        let draft = said(&simulator, content::schema::draft(kind)).await;
        let frame = Frame { outline: Some(&outline), ..frame };
        let finished = content::parse(kind, &draft, &frame);
        let finished = finished.unwrap_or_else(|violations| panic!("{kind}: {violations:?}\n{draft}"));
        assert_eq!(finished.unanchored, [], "{kind}");
    }
}

#[tokio::test]
async fn vendors_refuse_what_they_do_not_take() {
    let simulator = Simulator::fast().await.unwrap();
    let full = content::schema::draft(Kind::Faqs);
    let gemini = json!({
        "contents": [{ "parts": [{ "text": prompt() }] }],
        "generationConfig": { "responseMimeType": "application/json", "responseJsonSchema": full },
    });
    let anthropic = json!({
        "model": "claude-haiku-5-5", "max_tokens": 100, "messages": [{ "role": "user", "content": "x" }],
        "output_config": { "format": { "type": "json_schema", "schema": full } },
    });
    let mut openai = chat(full);
    openai["response_format"]["json_schema"]["strict"] = json!(true);
    for (path, body) in [
        ("/v1beta/models/gemini-3.8-flash:generateContent", gemini),
        ("/v1/messages", anthropic),
        ("/v1/chat/completions", openai),
    ] {
        let response = post(&simulator, path, &body).await.unwrap();
        assert_eq!(response.status(), 400, "{path}");
    }
    let keyless = reqwest::Client::new().post(format!("{}/v1/messages", simulator.url())).json(&json!({}));
    assert_eq!(keyless.send().await.unwrap().status(), 401);
    assert_eq!(simulator.ledger().billed_micros, 0);
}

#[tokio::test]
async fn a_script_goes_by_number_model_words_and_chance() {
    let simulator = Simulator::fast().await.unwrap();
    let busy = vec![Fault::Status { code: 503, retry_after_ms: Some(1500), lasting: false }];
    let rule = |when: When| Rule { when, faults: busy.clone() };
    let body = chat(content::schema::draft(Kind::Faqs));
    let table = [
        (When { calls: Some(vec![2]), ..When::default() }, [200, 503, 200]),
        (When { times: Some(2), ..When::default() }, [503, 503, 200]),
        (When { model: Some("other".to_owned()), ..When::default() }, [200, 200, 200]),
        (When { contains: Some("the material".to_owned()), ..When::default() }, [503, 503, 503]),
        (When { per_mille: Some(0), ..When::default() }, [200, 200, 200]),
        (When { per_mille: Some(1000), ..When::default() }, [503, 503, 503]),
    ];
    for (when, expected) in table {
        simulator.script(Script { seed: 7, rules: vec![rule(when.clone())] });
        for status in expected {
            let response = post(&simulator, "/v1/chat/completions", &body).await.unwrap();
            assert_eq!(response.status(), status, "{when:?}");
            let asked =
                response.headers().get("retry-after-ms").map(|value| value.to_str().unwrap().to_owned());
            assert_eq!(asked.is_some(), status == 503);
        }
    }
}

#[tokio::test]
async fn the_model_takes_its_time_and_the_bill_is_the_vendors() {
    let pace = Pace { first_token_ms: 100, tokens_per_second: 1000, ..Pace::default() };
    let simulator = Simulator::start(0, pace, Script::default()).await.unwrap();
    let begun = Instant::now();
    let body = json!({ "model": "gpt-5.6-luna", "messages": [{ "role": "user", "content": "four" }] });
    let response = post(&simulator, "/v1/chat/completions", &body).await.unwrap();
    let answer: Value = response.json().await.unwrap();
    let written = answer.pointer("/usage/completion_tokens").and_then(Value::as_u64).unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(100 + written));
    let ledger = simulator.ledger();
    // 0.20 and 1.20 dollars a million.
    assert_eq!(ledger.billed_micros, (200 + 1200 * written).div_ceil(1000));
    assert_eq!((ledger.calls, ledger.in_flight), (1, 0));
    assert_eq!(ledger.reported_micros, ledger.billed_micros);
}

#[tokio::test]
async fn it_is_told_what_to_do_over_http() {
    let simulator = Simulator::fast().await.unwrap();
    let script = json!({ "seed": 1, "rules": [{ "faults": [{ "kind": "reset" }] }] });
    assert_eq!(post(&simulator, "/faults", &script).await.unwrap().status(), 204);
    let body = chat(content::schema::draft(Kind::Faqs));
    assert!(post(&simulator, "/v1/chat/completions", &body).await.unwrap_err().is_request());
    let ledger: Value =
        reqwest::get(format!("{}/ledger", simulator.url())).await.unwrap().json().await.unwrap();
    assert_eq!(ledger.pointer("/entries/0/fault"), Some(&json!("reset")));
    let unknown = json!({ "rules": [{ "faults": [{ "kind": "earthquake" }] }] });
    assert_eq!(post(&simulator, "/faults", &unknown).await.unwrap().status(), 422);
}
