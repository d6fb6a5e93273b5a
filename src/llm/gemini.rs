//! Google's Gemini, through its own API (with a key) and through Google Cloud (with a token). Both
//! speak `streamGenerateContent`; only the address and the credentials differ.
//!
//! Source: <https://ai.google.dev/api/generate-content>, read 2026-11-20.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Client, Url};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::credentials::Credentials;
use super::exchange::{self, Endpoint, Progress, Wire, exchange, malformed};
use super::reported::{Reported, count};
use super::schema::Family;
use super::{
    Attempt, AttemptLimits, BlockedSide, Outcome, Part, Prompt, Provider, ProviderName, QuotaScope, Reason,
    status, thinking,
};

/// Gemini at one of its two addresses.
pub(super) struct Gemini {
    pub(super) name: ProviderName,
    pub(super) model: String,
    pub(super) client: Client,
    /// Address of the method, the model included.
    pub(super) url: Url,
    pub(super) credentials: Credentials,
    pub(super) endpoint: Endpoint,
}

#[async_trait]
impl Provider for Gemini {
    fn name(&self) -> ProviderName {
        self.name
    }

    fn model(&self) -> &str {
        &self.model
    }

    fn max_billed_output_tokens(&self, prompt: &Prompt) -> u32 {
        thinking::max_output_tokens(&self.model, prompt.thinking, prompt.max_output_tokens)
    }

    async fn attempt(&self, prompt: &Prompt, limits: &AttemptLimits) -> Attempt {
        let request = self.client.post(self.url.clone());
        let mut request = match self.credentials.present(request, limits.deadline).await {
            Ok(request) => request,
            Err(outcome) => return Attempt::not_sent(outcome),
        };
        if let Some(seconds) = server_timeout(limits.deadline) {
            request = request.header("x-server-timeout", seconds);
        }
        let request = request.json(&self.body(prompt));
        exchange::<Answer>(request, limits, self.endpoint).await.attempt
    }
}

impl Gemini {
    fn body(&self, prompt: &Prompt) -> Value {
        let parts: Vec<Value> = prompt.parts.iter().map(|part| json!({ "text": Part::text(part) })).collect();
        let level = thinking::level(&self.model, prompt.thinking);
        let settings = GenerationConfig {
            response_mime_type: prompt.schema.as_ref().map(|_| "application/json"),
            response_json_schema: prompt.schema.as_ref().map(|schema| schema.reduced(Family::Gemini)),
            max_output_tokens: self.max_billed_output_tokens(prompt),
            temperature: prompt.temperature_for(&self.model),
            thinking_config: level.map(|level| json!({ "thinkingLevel": thinking::name(level) })),
        };
        json!({
            "systemInstruction": { "parts": [{ "text": prompt.system }] },
            "contents": [{ "role": "user", "parts": parts }],
            "generationConfig": settings,
        })
    }
}

/// Seconds that the vendor must be given at least: a request with less is refused with a 400 and
/// "Minimum allowed deadline is 10s". Source: <https://github.com/livekit/agents/issues/3723>, read
/// 2026-11-28; the vendor's own pages do not say it.
const LEAST_SERVER_TIMEOUT: f64 = 10.0;

/// How long the vendor may work at it, in whole seconds. We hang up at our own deadline, whatever the
/// vendor was given. Source: the vendor's SDK sends this header from its timeout
/// (<https://github.com/googleapis/python-genai>, `google/genai/_api_client.py`), read 2026-11-28.
fn server_timeout(deadline: Instant) -> Option<HeaderValue> {
    let left = deadline.saturating_duration_since(Instant::now()).as_secs_f64().ceil();
    HeaderValue::from_str(&format!("{:.0}", left.max(LEAST_SERVER_TIMEOUT))).ok()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GenerationConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    response_mime_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_json_schema: Option<&'a Value>,
    max_output_tokens: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_config: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventBody {
    #[serde(default)]
    candidates: Vec<Candidate>,
    prompt_feedback: Option<PromptFeedback>,
    usage_metadata: Option<UsageMetadata>,
    error: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    content: Option<Content>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    parts: Vec<TextPart>,
}

#[derive(Deserialize)]
struct TextPart {
    #[serde(default)]
    text: String,
    #[serde(default)]
    thought: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PromptFeedback {
    block_reason: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct UsageMetadata {
    prompt_token_count: Value,
    cached_content_token_count: Value,
    candidates_token_count: Value,
    thoughts_token_count: Value,
}

/// What came so far.
#[derive(Default)]
struct Answer {
    text: String,
    finish_reason: Option<String>,
    block_reason: Option<String>,
    usage: Reported,
}

impl Wire for Answer {
    type Event = EventBody;

    fn take(&mut self, event: EventBody) -> Result<(), Outcome> {
        if let Some(error) = event.error {
            let status = error.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
            let body = json!({ "error": error });
            return Err(Answer::refusal(status.unwrap_or(500), &HeaderMap::new(), &body));
        }
        if let Some(candidate) = event.candidates.into_iter().next() {
            let parts = candidate.content.into_iter().flat_map(|content| content.parts);
            self.text.extend(parts.filter(|part| !part.thought).map(|part| part.text));
            self.finish_reason = candidate.finish_reason.or_else(|| self.finish_reason.take());
        }
        self.block_reason =
            event.prompt_feedback.and_then(|told| told.block_reason).or_else(|| self.block_reason.take());
        if let Some(usage) = event.usage_metadata {
            let written = count(&usage.candidates_token_count);
            let thought = count(&usage.thoughts_token_count);
            let output = written.zip(thought).and_then(|(written, thought)| written.checked_add(thought));
            let cached = count(&usage.cached_content_token_count);
            self.usage = Reported::of(count(&usage.prompt_token_count), cached, output);
        }
        Ok(())
    }

    fn tells_usage(event: &EventBody) -> bool {
        event.usage_metadata.is_some()
    }

    fn progress(&self) -> Progress {
        match (&self.finish_reason, &self.block_reason) {
            (None, None) if self.text.is_empty() => Progress::Waiting,
            (None, None) => Progress::Writing,
            _ => Progress::Ended,
        }
    }

    fn text(&self) -> &str {
        &self.text
    }

    fn outcome(self) -> Outcome {
        if let Some(reason) = self.block_reason {
            return Outcome::Blocked { side: BlockedSide::Prompt, reason: Reason::new(&reason) };
        }
        let Some(reason) = self.finish_reason else { return exchange::unended(self.text) };
        match reason.as_str() {
            "STOP" => exchange::ended(self.text),
            "MAX_TOKENS" => Outcome::Truncated { text: self.text, reason: Reason::new(&reason) },
            "SAFETY" | "RECITATION" | "LANGUAGE" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" => {
                Outcome::Blocked { side: BlockedSide::Output, reason: Reason::new(&reason) }
            }
            // OTHER, MALFORMED_RESPONSE and whatever is added to the list.
            other => malformed(other),
        }
    }

    fn usage(&self) -> Reported {
        self.usage
    }

    fn refusal(status: u16, headers: &HeaderMap, body: &Value) -> Outcome {
        let error = body.get("error").unwrap_or(&Value::Null);
        let code = error.get("status").and_then(Value::as_str).unwrap_or("unspecified");
        let details = error.get("details").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let text = |name| details.iter().find_map(|detail| detail.get(name).and_then(Value::as_str));
        let asked = text("retryDelay").and_then(status::seconds);
        let retry_after: Option<Duration> = asked.or_else(|| status::retry_after(headers));
        if status == 429 {
            return Outcome::RateLimited { scope: quota_scope(details, asked), retry_after };
        }
        if text("reason") == Some("API_KEY_INVALID") {
            return status::outcome(401, "API_KEY_INVALID", None);
        }
        status::outcome(status, code, retry_after)
    }
}

/// A quota a day goes before one a minute: waiting a minute would not help.
fn quota_scope(details: &[Value], asked: Option<Duration>) -> QuotaScope {
    let violations = details.iter().filter_map(|detail| detail.get("violations")?.as_array()).flatten();
    let ids: Vec<&str> = violations.filter_map(|violation| violation.get("quotaId")?.as_str()).collect();
    if ids.iter().any(|id| id.contains("PerDay")) {
        QuotaScope::PerDay
    } else if asked.is_some() || ids.iter().any(|id| id.contains("PerMinute")) {
        QuotaScope::PerMinute
    } else {
        QuotaScope::Unknown
    }
}
