//! Every recorded status and body has its class, and every class its reaction.

use std::collections::BTreeSet;

use super::*;
use crate::usage::Usage;

/// A recorded answer, its class, and what else is read from it.
const TABLE: &[(&str, Class, &str)] = &[
    ("gemini/complete", Class::Complete, r#"{"answer":"Größe"}"#),
    ("gemini/complete_usage_after_finish", Class::Complete, "{}"),
    ("gemini/complete_whole_array", Class::Complete, r#"{"answer":1}"#),
    ("gemini/max_tokens", Class::Truncated, "MAX_TOKENS"),
    ("gemini/no_finish_reason", Class::Truncated, "no_finish_reason"),
    ("gemini/prompt_blocked", Class::BlockedPrompt, "SAFETY"),
    ("gemini/prompt_prohibited", Class::Prohibited, "PROHIBITED_CONTENT"),
    ("gemini/finish_safety", Class::BlockedOutput, "SAFETY"),
    ("gemini/finish_recitation", Class::BlockedOutput, "RECITATION"),
    ("gemini/finish_language", Class::BlockedOutput, "LANGUAGE"),
    ("gemini/finish_blocklist", Class::BlockedOutput, "BLOCKLIST"),
    ("gemini/finish_spii", Class::BlockedOutput, "SPII"),
    ("gemini/finish_prohibited_content", Class::Prohibited, "PROHIBITED_CONTENT"),
    ("gemini/finish_other", Class::Malformed, "OTHER"),
    ("gemini/finish_malformed_response", Class::Malformed, "MALFORMED_RESPONSE"),
    ("gemini/finish_not_yet_known", Class::Malformed, "SOMETHING_NEW"),
    ("gemini/empty_stop", Class::Malformed, "empty"),
    ("gemini/no_events", Class::Malformed, "empty"),
    ("gemini/usage_missing", Class::Complete, "{}"),
    ("gemini/usage_negative", Class::Complete, "{}"),
    ("gemini/usage_absurd", Class::Complete, "{}"),
    ("gemini/garbage_event", Class::Malformed, "event_json"),
    ("gemini/wrong_event_form", Class::Malformed, "event_form"),
    ("gemini/web_page", Class::Malformed, "content_type"),
    ("gemini/stream_error", Class::Overloaded, ""),
    ("gemini/stream_error_after_usage", Class::Overloaded, ""),
    ("gemini/garbage_after_usage", Class::Malformed, "event_json"),
    ("gemini/garbage_after_finish", Class::Complete, "{}"),
    ("gemini/usage_before_finish", Class::Complete, "{}"),
    ("gemini/content_type_in_capitals", Class::Complete, "{}"),
    ("gemini/rate_limited_per_minute", Class::RateLimited, "PerMinute 37.5s"),
    ("gemini/rate_limited_per_day", Class::QuotaExhausted, "PerDay 12s"),
    ("gemini/rate_limited", Class::RateLimited, "Unknown"),
    ("gemini/invalid_argument", Class::BadRequest, "INVALID_ARGUMENT"),
    ("gemini/invalid_key", Class::Authentication, "API_KEY_INVALID"),
    ("gemini/unauthenticated", Class::Authentication, "UNAUTHENTICATED"),
    ("gemini/permission_denied", Class::Authentication, "PERMISSION_DENIED"),
    ("gemini/not_found", Class::BadRequest, "NOT_FOUND"),
    ("gemini/internal", Class::Transient, "INTERNAL"),
    ("gemini/bad_gateway", Class::Transient, "unspecified"),
    ("gemini/unavailable", Class::Overloaded, ""),
    ("gemini/deadline_exceeded", Class::Transient, "DEADLINE_EXCEEDED"),
    ("gemini/redirect", Class::BadRequest, "unspecified"),
    ("gemini/no_content", Class::Malformed, "unspecified"),
    ("openai/complete", Class::Complete, r#"{"answer":"Größe"}"#),
    ("openai/complete_whole", Class::Complete, r#"{"answer":1}"#),
    ("openai/complete_reasoning_aside", Class::Complete, "{}"),
    ("openai/length", Class::Truncated, "length"),
    ("openai/no_finish_reason", Class::Truncated, "no_finish_reason"),
    ("openai/done_without_finish_reason", Class::Truncated, "no_finish_reason"),
    ("openai/content_filter", Class::BlockedOutput, "content_filter"),
    ("openai/refusal", Class::Refused, "refusal"),
    ("openai/tool_calls", Class::Malformed, "tool_calls"),
    ("openai/empty_stop", Class::Malformed, "empty"),
    ("openai/usage_missing", Class::Complete, "{}"),
    ("openai/usage_absurd", Class::Complete, "{}"),
    ("openai/garbage", Class::Malformed, "event_json"),
    ("openai/web_page", Class::Malformed, "content_type"),
    ("openai/stream_error", Class::Transient, "server_error"),
    ("openai/stream_error_after_usage", Class::Transient, "server_error"),
    ("openai/usage_before_finish", Class::Complete, "{}"),
    ("openai/stream_error_rate_limit", Class::RateLimited, "Unknown"),
    ("openai/rate_limited_per_minute", Class::RateLimited, "PerMinute 2.5s"),
    ("openai/rate_limited_per_day", Class::QuotaExhausted, "PerDay 432s"),
    ("openai/rate_limited", Class::RateLimited, "Unknown 1s"),
    ("openai/insufficient_quota", Class::QuotaExhausted, "Exhausted"),
    ("openai/insufficient_quota_as_text", Class::QuotaExhausted, "Exhausted"),
    ("openai/spend_limit", Class::QuotaExhausted, "Exhausted"),
    ("openai/payment_required", Class::QuotaExhausted, "Exhausted"),
    ("openai/invalid_key", Class::Authentication, "invalid_api_key"),
    ("openai/forbidden", Class::Authentication, "unsupported_country_region_territory"),
    ("openai/context_too_long", Class::BadRequest, "context_length_exceeded"),
    ("openai/prompt_filtered", Class::BlockedPrompt, "content_filter"),
    ("openai/model_not_found", Class::BadRequest, "model_not_found"),
    ("openai/refuses_json_schema", Class::BadRequest, "invalid_request_error"),
    ("openai/refuses_json_object", Class::BadRequest, "invalid_request_error"),
    ("openai/too_large", Class::BadRequest, "invalid_request_error"),
    ("openai/timeout", Class::Transient, "server_error"),
    ("openai/conflict", Class::Transient, "conflict"),
    ("openai/server_error", Class::Transient, "server_error"),
    ("openai/overloaded", Class::Overloaded, "20s"),
    ("anthropic/complete", Class::Complete, r#"{"answer":"Größe"}"#),
    ("anthropic/complete_tool", Class::Complete, r#"{"answer":1}"#),
    ("anthropic/complete_whole", Class::Complete, r#"{"answer":1}"#),
    ("anthropic/max_tokens", Class::Truncated, "max_tokens"),
    ("anthropic/context_window_exceeded", Class::Truncated, "model_context_window_exceeded"),
    ("anthropic/pause_turn", Class::Truncated, "pause_turn"),
    ("anthropic/refusal", Class::Refused, "refusal"),
    ("anthropic/no_stop_reason", Class::Truncated, "no_finish_reason"),
    ("anthropic/empty_end_turn", Class::Malformed, "empty"),
    ("anthropic/stop_not_yet_known", Class::Malformed, "something_new"),
    ("anthropic/usage_negative", Class::Complete, "{}"),
    ("anthropic/usage_before_stop", Class::Complete, "{}"),
    ("anthropic/stream_overloaded", Class::Overloaded, ""),
    ("anthropic/stream_rate_limited", Class::RateLimited, "Unknown"),
    ("anthropic/garbage", Class::Malformed, "event_json"),
    ("anthropic/web_page", Class::Malformed, "content_type"),
    ("anthropic/invalid_request", Class::BadRequest, "invalid_request_error"),
    ("anthropic/refuses_output_config", Class::BadRequest, "invalid_request_error"),
    ("anthropic/refuses_tools", Class::BadRequest, "invalid_request_error"),
    ("anthropic/credit_too_low", Class::QuotaExhausted, "Exhausted"),
    ("anthropic/authentication", Class::Authentication, "authentication_error"),
    ("anthropic/billing", Class::QuotaExhausted, "Exhausted"),
    ("anthropic/permission", Class::Authentication, "permission_error"),
    ("anthropic/not_found", Class::BadRequest, "not_found_error"),
    ("anthropic/too_large", Class::BadRequest, "request_too_large"),
    ("anthropic/rate_limited", Class::RateLimited, "PerMinute 17s"),
    ("anthropic/rate_limited_for_ages", Class::RateLimited, "PerMinute 86400s"),
    ("anthropic/spend_limit", Class::QuotaExhausted, "Exhausted"),
    ("anthropic/api_error", Class::Transient, "api_error"),
    ("anthropic/timeout", Class::Transient, "timeout_error"),
    ("anthropic/overloaded", Class::Overloaded, ""),
];

fn provider(name: &str) -> ProviderName {
    ProviderName::from_name(name.split('/').next().unwrap()).unwrap()
}

/// What an outcome says beyond its class.
fn told(outcome: &Outcome) -> String {
    let wait = outcome.retry_after().map(|wait| format!("{}s", wait.as_secs_f64()));
    let said = match outcome {
        Outcome::Complete { text } => text.clone(),
        Outcome::Truncated { text, reason } => {
            assert!(text.starts_with(r#"{"answer":"br"#), "what came is kept");
            reason.to_string()
        }
        Outcome::Blocked { reason, .. } | Outcome::Refused { reason } => reason.to_string(),
        Outcome::RateLimited { scope, .. } => format!("{scope:?}"),
        Outcome::Overloaded { .. } => String::new(),
        Outcome::TimedOut { stage } => format!("{stage:?}"),
        Outcome::Transient { fault, .. }
        | Outcome::BadRequest { fault }
        | Outcome::Authentication { fault }
        | Outcome::Malformed { fault } => fault.reason.to_string(),
    };
    [said, wait.unwrap_or_default()].join(" ").trim().to_owned()
}

#[tokio::test]
async fn every_recorded_answer_has_its_class() {
    for (name, class, expected) in TABLE {
        let server = Server::recorded(&[name]).await;
        let attempt = ask(provider(name), &server, &prompt()).await;
        assert_eq!((attempt.outcome.class(), told(&attempt.outcome).as_str()), (*class, *expected), "{name}");
        // No vendor says anything for this address, and an error within a stream comes after a 200.
        assert_eq!(attempt.sent, Sent::Sent, "{name}");
        let has_text = matches!(class, Class::Complete | Class::Truncated);
        assert!(attempt.first_token_after.is_some() || !has_text, "{name}");
    }
}

#[test]
fn every_recorded_answer_is_in_the_table() {
    let folder = format!("{}/tests/fixtures/wire", env!("CARGO_MANIFEST_DIR"));
    let known: BTreeSet<String> = TABLE.iter().map(|(name, ..)| (*name).to_owned()).collect();
    let mut found = BTreeSet::new();
    for vendor in ["gemini", "openai", "anthropic"] {
        for file in std::fs::read_dir(format!("{folder}/{vendor}")).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            found.insert(format!("{vendor}/{}", name.strip_suffix(".http").unwrap()));
        }
    }
    assert_eq!(found, known);
}

#[test]
fn every_class_has_its_reaction() {
    let reactions = Class::ALL.map(|class| (class.as_str(), class.reaction()));
    let expected = [
        ("complete", Reaction::Accept),
        ("truncated", Reaction::ReAsk),
        ("blocked_prompt", Reaction::FallBack),
        ("blocked_output", Reaction::FallBack),
        ("prohibited", Reaction::Fail),
        ("refused", Reaction::FallBack),
        ("rate_limited", Reaction::Retry),
        ("quota_exhausted", Reaction::FallBack),
        ("overloaded", Reaction::Retry),
        ("transient", Reaction::Retry),
        ("timed_out", Reaction::Retry),
        ("bad_request", Reaction::FallBack),
        ("authentication", Reaction::FallBack),
        ("malformed", Reaction::RetryOnce),
    ];
    assert_eq!(reactions, expected);
}

#[tokio::test]
async fn usage_is_read_in_the_terms_of_each_vendor() {
    let whole = Usage { input_tokens: 1200, output_tokens: 50, cached_tokens: 1024 };
    let few = |input_tokens, output_tokens| Usage { input_tokens, output_tokens, cached_tokens: 0 };
    let table = [
        ("gemini/complete", Some(whole), false),
        ("gemini/complete_usage_after_finish", Some(few(10, 2)), false),
        ("gemini/max_tokens", Some(whole), false),
        ("gemini/finish_safety", Some(whole), false),
        ("gemini/usage_missing", None, false),
        ("gemini/usage_before_finish", None, false),
        ("gemini/stream_error_after_usage", None, false),
        ("gemini/garbage_after_usage", None, false),
        ("gemini/garbage_after_finish", Some(few(1200, 50)), false),
        ("gemini/usage_negative", None, true),
        ("gemini/usage_absurd", None, true),
        ("openai/complete", Some(whole), false),
        ("openai/complete_whole", Some(few(11, 5)), false),
        ("openai/usage_missing", None, false),
        ("openai/usage_before_finish", None, false),
        ("openai/stream_error_after_usage", None, false),
        ("openai/usage_absurd", None, true),
        ("anthropic/complete", Some(whole), false),
        ("anthropic/complete_whole", Some(few(11, 5)), false),
        ("anthropic/usage_negative", None, true),
        ("anthropic/usage_before_stop", None, false),
        ("anthropic/stream_overloaded", None, false),
        ("anthropic/overloaded", None, false),
    ];
    for (name, usage, is_absurd) in table {
        let server = Server::recorded(&[name]).await;
        let attempt = ask(provider(name), &server, &prompt()).await;
        assert_eq!((attempt.usage, attempt.is_usage_absurd), (usage, is_absurd), "{name}");
    }
}

/// What became of a request at Gemini's wire whose address is taken for one at that host.
async fn sent(name: &str, host: &str) -> Sent {
    let server = Server::recorded(&[name]).await;
    let at_host = format!("https://{host}/v1beta").parse().unwrap();
    let gemini = gemini::Gemini {
        name: ProviderName::Gemini,
        model: "gemini-3.8-flash".to_owned(),
        client: exchange::client(ProviderName::Gemini, Duration::from_secs(5)).unwrap(),
        url: server.address.parse().unwrap(),
        credentials: credentials::Credentials::Nobody,
        endpoint: exchange::Endpoint::of(ProviderName::Gemini, &at_host, "gemini-3.8-flash"),
    };
    gemini.attempt(&prompt(), &limits()).await.sent
}

#[tokio::test]
async fn an_error_is_unbilled_only_where_the_vendor_itself_answers() {
    let google = "generativelanguage.googleapis.com";
    for (name, host, expected) in [
        ("gemini/internal", google, Sent::Unbilled),
        ("gemini/invalid_argument", google, Sent::Unbilled),
        ("gemini/unavailable", google, Sent::Sent),
        // The stream began with a 200.
        ("gemini/stream_error", google, Sent::Sent),
        ("gemini/internal", "proxy.example", Sent::Sent),
        ("gemini/internal", "127.0.0.1", Sent::Sent),
    ] {
        assert_eq!(sent(name, host).await, expected, "{name} at {host}");
    }
}

#[tokio::test]
async fn vertex_answers_as_gemini_does() {
    let server = Server::recorded(&["gemini/complete"]).await;
    let attempt = ask(ProviderName::Vertex, &server, &prompt()).await;
    assert_eq!(told(&attempt.outcome), r#"{"answer":"Größe"}"#);
}
