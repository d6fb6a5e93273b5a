//! The simulator itself: valid content, the vendors' forms, faults and the bill.

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
