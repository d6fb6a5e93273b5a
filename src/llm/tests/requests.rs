//! What goes over the wire, in each vendor's words.

use serde_json::json;

use super::*;
use crate::budget::Spend;
use crate::llm::client::{Allowance, Client, Concurrency};

async fn sent(name: ProviderName, answer: &str, prompt: &Prompt) -> Received {
    let server = Server::recorded(&[answer]).await;
    ask(name, &server, prompt).await;
    server.received().remove(0)
}

#[tokio::test]
async fn gemini_is_asked_in_its_words() {
    let received = sent(ProviderName::Gemini, "gemini/complete", &prompt_for_json()).await;
    let head = received.head;
    assert!(head.starts_with("post /v1beta/models/gemini-3.8-flash:streamgeneratecontent?alt=sse http/1.1"));
    assert!(
        head.contains("x-goog-api-key: canary-key-gemini") && head.contains("x-server-timeout: 30"),
        "{head}"
    );
    assert!(!head.contains("accept-encoding"), "a packed answer would not be read");
    insta::assert_json_snapshot!("request_gemini", received.body);
}

#[tokio::test]
async fn vertex_is_asked_at_its_address_with_a_token() {
    let received = sent(ProviderName::Vertex, "gemini/complete", &prompt()).await;
    let path =
        "/v1/projects/demo/locations/global/publishers/google/models/gemini-3.8-flash:streamgeneratecontent";
    assert!(received.head.starts_with(&format!("post {path}?alt=sse http/1.1")), "{}", received.head);
    assert!(received.head.contains("authorization: bearer canary-token-vertex"));
    assert_eq!(received.body["generationConfig"].get("responseJsonSchema"), None);
}

#[tokio::test]
async fn openai_is_asked_in_its_words() {
    let received = sent(ProviderName::OpenAi, "openai/complete", &prompt_for_json()).await;
    assert!(received.head.starts_with("post /v1/chat/completions http/1.1"));
    assert!(received.head.contains("authorization: bearer canary-key-openai"));
    insta::assert_json_snapshot!("request_openai", received.body);
}

#[tokio::test]
async fn anthropic_is_asked_in_its_words() {
    let received = sent(ProviderName::Anthropic, "anthropic/complete", &prompt_for_json()).await;
    assert!(received.head.starts_with("post /v1/messages http/1.1"));
    assert!(received.head.contains("x-api-key: canary-key-anthropic"));
    assert!(received.head.contains("anthropic-version: 2023-06-01"));
    insta::assert_json_snapshot!("request_anthropic", received.body);
}

#[tokio::test]
async fn a_server_without_schemas_is_asked_the_next_way_and_remembered() {
    let refusals = ["openai/refuses_json_schema", "openai/refuses_json_object", "openai/complete_whole"];
    let server = Server::recorded(&refusals).await;
    let provider = open(ProviderName::OpenAi, &config(&server.address)).unwrap();
    for (class, is_lesson) in [
        (Class::BadRequest, true),
        (Class::BadRequest, true),
        (Class::Complete, false),
        (Class::Complete, false),
    ] {
        let attempt = provider.attempt(&prompt_for_json(), &limits()).await;
        assert_eq!(
            (attempt.outcome.class(), attempt.is_lesson, attempt.sent),
            (class, is_lesson, Sent::Sent)
        );
    }
    let received = server.received();
    let forms: Vec<_> =
        received.iter().map(|received| received.body.pointer("/response_format/type").cloned()).collect();
    assert_eq!(forms, [Some(json!("json_schema")), Some(json!("json_object")), None, None]);
    let told = received[3].body.pointer("/messages/1/content").and_then(Value::as_str).unwrap();
    assert!(told.contains("It must satisfy this JSON Schema:\n{\"type\":\"object\""), "{told}");
    assert!(!received[0].body.to_string().contains("It must satisfy"));
}

#[tokio::test]
async fn a_server_of_messages_without_structured_output_is_given_a_tool() {
    let server = Server::recorded(&["anthropic/refuses_output_config", "anthropic/complete_tool"]).await;
    let provider = open(ProviderName::Anthropic, &config(&server.address)).unwrap();
    assert!(provider.attempt(&prompt_for_json(), &limits()).await.is_lesson);
    let attempt = provider.attempt(&prompt_for_json(), &limits()).await;
    assert_eq!(attempt.outcome, Outcome::Complete { text: r#"{"answer":1}"#.to_owned() });
    let body = &server.received()[1].body;
    assert_eq!(body["tool_choice"], json!({ "type": "tool", "name": "faqs" }));
    assert_eq!(body["tools"][0]["input_schema"]["type"], "object");
    assert_eq!(body.get("output_config"), None);
}

#[tokio::test]
async fn any_other_refusal_is_final() {
    let server = Server::recorded(&["openai/model_not_found", "openai/complete_whole"]).await;
    let attempt = ask(ProviderName::OpenAi, &server, &prompt_for_json()).await;
    assert_eq!((attempt.outcome.class(), attempt.is_lesson), (Class::BadRequest, false));
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn each_lesson_is_an_attempt_with_its_own_charge_and_none_of_the_extra_ones() {
    let refusals = ["openai/refuses_json_schema", "openai/refuses_json_object", "openai/complete_whole"];
    let server = Server::recorded(&refusals).await;
    let settings = config(&server.address);
    let opened = vec![open(ProviderName::OpenAi, &settings).unwrap()];
    let client = Client::new(opened, settings.limits.clone(), Concurrency::default());
    let most = Spend { money: crate::money::Money::MAX, tokens: u64::MAX };
    let allowance = Allowance::new(1, most);
    let deadline = Instant::now() + Duration::from_secs(20);
    let answer = client.call(&prompt_for_json(), &allowance, deadline).await.unwrap();
    let unreconciled: Vec<bool> = answer.charges.iter().map(|charge| charge.is_unreconciled).collect();
    assert_eq!(unreconciled, [true, true, false]);
    assert_eq!(allowance.extra_attempts_left(), 12);
    let charged: crate::money::Money = answer.charges.iter().map(|charge| charge.cost).sum();
    assert_eq!(allowance.statement().settled.money, charged);
}

#[tokio::test]
async fn a_stated_price_is_what_is_held_and_settled() {
    let server = Server::recorded(&["openai/complete_whole"]).await;
    for (stated, cost) in [(None, true), (Some(0), false)] {
        let mut settings = config(&server.address);
        settings.openai.model = "llama3.3".to_owned();
        if let Some(micros) = stated {
            let price = crate::llm::StatedPrice::of(crate::money::Money::from_micros(micros));
            settings.openai.input_usd_per_million = price;
            settings.openai.output_usd_per_million = price;
        }
        let provider = open(ProviderName::OpenAi, &settings).unwrap();
        assert_eq!(
            provider.prices(1000).output.is_zero(),
            !cost,
            "an unknown model costs what the dearest does"
        );
        let client = Client::new(vec![provider], settings.limits.clone(), Concurrency::default());
        // Not a cent: only what costs nothing fits.
        let allowance = Allowance::new(1, Spend { money: crate::money::Money::ZERO, tokens: u64::MAX });
        let result = client.call(&prompt(), &allowance, Instant::now() + Duration::from_secs(20)).await;
        assert_eq!(result.is_err(), cost, "{result:?}");
    }
}

#[tokio::test]
async fn the_vendor_is_never_given_less_time_than_it_takes_orders_for() {
    let server = Server::recorded(&["gemini/complete"]).await;
    let provider = open(ProviderName::Gemini, &config(&server.address)).unwrap();
    let soon = AttemptLimits { deadline: Instant::now() + Duration::from_secs(4), ..limits() };
    assert_eq!(provider.attempt(&prompt(), &soon).await.outcome.class(), Class::Complete);
    assert!(server.received()[0].head.contains("x-server-timeout: 10"), "{}", server.received()[0].head);
}

#[tokio::test]
async fn a_model_that_thinks_by_itself_is_told_its_effort_and_no_temperature() {
    let asked = |model: &'static str| async move {
        let server = Server::recorded(&["anthropic/complete"]).await;
        let mut settings = config(&server.address);
        settings.anthropic.model = model.to_owned();
        open(ProviderName::Anthropic, &settings).unwrap().attempt(&prompt(), &limits()).await;
        server.received().remove(0).body
    };
    let body = asked("claude-haiku-5-5").await;
    assert_eq!((&body["output_config"]["effort"], body.get("temperature")), (&json!("low"), None));
    assert_eq!(body["max_tokens"], json!(1000 + 4096), "thinking counts towards the limit");
    let body = asked("claude-haiku-4-5").await;
    assert_eq!((body.get("output_config"), &body["temperature"]), (None, &json!(0.7)));
    assert_eq!(body["max_tokens"], json!(1000));
}

#[tokio::test]
async fn a_server_of_this_machine_needs_no_key() {
    let server = Server::recorded(&["openai/complete_whole"]).await;
    let mut config = config(&server.address);
    config.openai.api_key = ApiKey::default();
    config.openai.model = "llama3.3".to_owned();
    let attempt = open(ProviderName::OpenAi, &config).unwrap().attempt(&prompt(), &limits()).await;
    assert_eq!(attempt.outcome.class(), Class::Complete);
    let received = server.received().remove(0);
    assert!(!received.head.contains("authorization"));
    assert_eq!(received.body["max_tokens"], json!(1000 + 8192));
    assert_eq!(received.body["temperature"], json!(0.7));
}

#[test]
fn a_provider_without_what_it_needs_is_not_opened() {
    let error = |change: fn(&mut Config), name| {
        let mut config = config("https://127.0.0.1:1");
        change(&mut config);
        open(name, &config).map(|_| ()).unwrap_err().to_string()
    };
    let no_key = |config: &mut Config| config.gemini.api_key = ApiKey::default();
    assert_eq!(error(no_key, ProviderName::Gemini), "no API key is set for gemini");
    let no_project = |config: &mut Config| config.vertex.project.clear();
    assert_eq!(error(no_project, ProviderName::Vertex), "no project is set for vertex");
    let vendor_without_key = |config: &mut Config| config.openai = crate::llm::OpenAi::default();
    assert_eq!(error(vendor_without_key, ProviderName::OpenAi), "no API key is set for openai");
    let plain = |config: &mut Config| config.anthropic.base_url = "http://models.example".to_owned();
    let refused = "the base address of anthropic must be https, except to this machine";
    assert_eq!(error(plain, ProviderName::Anthropic), refused);
}

#[tokio::test]
async fn a_refusal_that_repeats_the_prompt_teaches_nothing() {
    let body = r#"{"error":{"message":"too long","input":"a lesson on response_format and json_schema"}}"#;
    let head = "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n";
    let server = Server::playing(vec![vec![Step::Send(format!("{head}{body}").into_bytes())]]).await;
    let attempt = ask(ProviderName::OpenAi, &server, &prompt_for_json()).await;
    assert_eq!(attempt.outcome.class(), Class::BadRequest);
    assert_eq!(server.received().len(), 1);
}
