//! OpenAI's chat completions, and every server that speaks them: Ollama, vLLM, LM Studio,
//! OpenRouter. Servers differ in how they can be held to JSON; which way one takes is learned from
//! its refusals. A refused request may be billed, so each is an attempt of its own.
//!
//! Source: <https://platform.openai.com/docs/api-reference/chat>, read 2026-11-20.

use std::borrow::Cow;

use async_trait::async_trait;
use reqwest::header::HeaderMap;
use reqwest::{Client, Url};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::config::OpenAi as Settings;
use super::credentials::Credentials;
use super::exchange::{self, Endpoint, Exchanged, Progress, Wire, exchange, malformed};
use super::learned::{self, Form, Learned};
use super::reported::{Reported, count};
use super::schema::{self, Family};
use super::{
    Attempt, AttemptLimits, BlockedSide, Outcome, Part, Prompt, Provider, ProviderName, QuotaScope, Reason,
    status, thinking,
};
use crate::catalog::{self, Prices};

/// A server of chat completions.
pub(super) struct OpenAi {
    model: String,
    client: Client,
    url: Url,
    credentials: Credentials,
    endpoint: Endpoint,
    learned: Learned,
    /// What the operator says that tokens cost here.
    stated_prices: Option<Prices>,
}

#[async_trait]
impl Provider for OpenAi {
    fn name(&self) -> ProviderName {
        ProviderName::OpenAi
    }

    fn model(&self) -> &str {
        &self.model
    }

    fn max_billed_output_tokens(&self, prompt: &Prompt) -> u32 {
        thinking::max_output_tokens(&self.model, prompt.thinking, prompt.max_output_tokens)
    }

    async fn attempt(&self, prompt: &Prompt, limits: &AttemptLimits) -> Attempt {
        let form = self.learned.form();
        let request = self.client.post(self.url.clone());
        let request = match self.credentials.present(request, limits.deadline).await {
            Ok(request) => request.json(&self.body(prompt, form)),
            Err(outcome) => return Attempt::not_sent(outcome),
        };
        let exchanged = exchange::<Answer>(request, limits, self.endpoint).await;
        let is_lesson =
            prompt.schema.is_some() && refuses_form(&exchanged) && self.learned.refused(form).is_some();
        Attempt { is_lesson, ..exchanged.attempt }
    }

    fn prices(&self, input_tokens: u64) -> Prices {
        self.stated_prices.unwrap_or_else(|| catalog::prices(&self.model, input_tokens))
    }
}

impl OpenAi {
    pub(super) fn new(client: Client, url: Url, credentials: Credentials, settings: &Settings) -> OpenAi {
        OpenAi {
            endpoint: Endpoint::of(ProviderName::OpenAi, &url, &settings.model),
            model: settings.model.clone(),
            client,
            url,
            credentials,
            learned: Learned::default(),
            stated_prices: settings.prices(),
        }
    }

    fn body<'a>(&'a self, prompt: &'a Prompt, form: Form) -> RequestBody<'a> {
        let reduced = prompt.schema.as_ref().map(|schema| schema.reduced(Family::OpenAi));
        let told = match (reduced, form) {
            (Some(reduced), Form::Json | Form::Told) => Some(schema::told(reduced)),
            _ => None,
        };
        let said: Vec<&str> = prompt.parts.iter().map(Part::text).chain(told.as_deref()).collect();
        let most_tokens = Some(self.max_billed_output_tokens(prompt));
        RequestBody {
            model: &self.model,
            messages: [
                Message { role: "system", content: Cow::Borrowed(&prompt.system) },
                Message { role: "user", content: Cow::Owned(said.join("\n\n")) },
            ],
            stream: true,
            stream_options: StreamOptions { include_usage: true },
            max_completion_tokens: most_tokens.filter(|_| self.is_vendor()),
            max_tokens: most_tokens.filter(|_| !self.is_vendor()),
            temperature: prompt.temperature_for(&self.model),
            reasoning_effort: thinking::level(&self.model, prompt.thinking).map(thinking::name),
            response_format: match (reduced, form) {
                (Some(schema), Form::Schema) => Some(ResponseFormat::JsonSchema {
                    json_schema: Named { name: prompt.schema_name, schema, strict: true },
                }),
                (Some(_), Form::Json) => Some(ResponseFormat::JsonObject),
                (Some(_), Form::Told) | (None, _) => None,
            },
        }
    }

    /// The vendor's own models refuse the older name of the limit, other servers the newer one.
    fn is_vendor(&self) -> bool {
        self.url.host_str() == Some("api.openai.com")
    }
}

/// Codes of what only a payment or a person can change. Source: the vendor's guide to error codes as
/// told by <https://dev.to/sublynow/your-openai-api-429-is-not-always-a-rate-limit-reading-insufficientquota-by-errorcode-1mbl>,
/// read 2026-11-28.
const USED_UP: [&str; 6] = [
    "insufficient_quota",
    "billing_hard_limit_reached",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
];

/// Tells whether a refusal is about the way JSON was asked for. A server that knows nothing of the
/// field names it.
fn refuses_form(exchanged: &Exchanged) -> bool {
    learned::is_refused_for(
        exchanged,
        &["response_format", "json_schema", "json_object", "structured output"],
    )
}

/// What is asked. It borrows the prompt: a source may be long, and many calls share it.
#[derive(Serialize)]
struct RequestBody<'a> {
    model: &'a str,
    messages: [Message<'a>; 2],
    stream: bool,
    stream_options: StreamOptions,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<ResponseFormat<'a>>,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: Cow<'a, str>,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ResponseFormat<'a> {
    JsonSchema { json_schema: Named<'a> },
    JsonObject,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'static str,
    schema: &'a Value,
    strict: bool,
}

#[derive(Deserialize)]
struct EventBody {
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<UsageBody>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    /// A whole answer says `message` where an event says `delta`.
    #[serde(alias = "message")]
    delta: Option<Delta>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Delta {
    content: Option<String>,
    refusal: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct UsageBody {
    prompt_tokens: Value,
    completion_tokens: Value,
    prompt_tokens_details: Option<PromptDetails>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PromptDetails {
    cached_tokens: Value,
    /// Billed by newer models. Source: <https://github.com/coder/mux/issues/3705>, read 2026-11-28.
    cache_write_tokens: Value,
}

/// What came so far.
#[derive(Default)]
struct Answer {
    text: String,
    is_refused: bool,
    finish_reason: Option<String>,
    usage: Reported,
    written_tokens: u64,
}

impl Wire for Answer {
    type Event = EventBody;

    fn take(&mut self, event: EventBody) -> Result<(), Outcome> {
        if let Some(error) = event.error {
            let status = error.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
            let body = json!({ "error": error });
            return Err(Answer::refusal(status.unwrap_or(500), &HeaderMap::new(), &body));
        }
        if let Some(choice) = event.choices.into_iter().next() {
            if let Some(delta) = choice.delta {
                self.text.push_str(delta.content.as_deref().unwrap_or_default());
                self.is_refused |= delta.refusal.is_some_and(|refusal| !refusal.is_empty());
            }
            self.finish_reason = choice.finish_reason.or_else(|| self.finish_reason.take());
        }
        if let Some(usage) = event.usage {
            let details = usage.prompt_tokens_details.unwrap_or_default();
            let cached = details.cached_tokens;
            self.written_tokens = count(&details.cache_write_tokens).unwrap_or(0);
            let (input, output) = (count(&usage.prompt_tokens), count(&usage.completion_tokens));
            self.usage = Reported::of(input, count(&cached), output);
        }
        Ok(())
    }

    fn tells_usage(event: &EventBody) -> bool {
        event.usage.is_some()
    }

    fn progress(&self) -> Progress {
        match &self.finish_reason {
            Some(_) => Progress::Ended,
            None if self.text.is_empty() => Progress::Waiting,
            None => Progress::Writing,
        }
    }

    fn text(&self) -> &str {
        &self.text
    }

    fn outcome(self) -> Outcome {
        let Some(reason) = self.finish_reason else { return exchange::unended(self.text) };
        if self.is_refused {
            return Outcome::Refused { reason: Reason::new("refusal") };
        }
        match reason.as_str() {
            // The last two are what some servers call the first.
            "stop" | "eos" | "end_turn" => exchange::ended(self.text),
            "length" => Outcome::Truncated { text: self.text, reason: Reason::new(&reason) },
            "content_filter" => Outcome::Blocked { side: BlockedSide::Output, reason: Reason::new(&reason) },
            other => malformed(other),
        }
    }

    fn usage(&self) -> Reported {
        self.usage
    }

    fn written_tokens(&self) -> u64 {
        self.written_tokens
    }

    fn refusal(status: u16, headers: &HeaderMap, body: &Value) -> Outcome {
        let error = body.get("error").unwrap_or(body);
        let text = |name| error.get(name).and_then(Value::as_str);
        let code = text("code").or(text("type")).unwrap_or("unspecified");
        let is = |name| text("code") == Some(name) || text("type") == Some(name);
        let retry_after = status::retry_after(headers);
        if USED_UP.into_iter().any(is) {
            return Outcome::RateLimited { scope: QuotaScope::Exhausted, retry_after: None };
        }
        if is("content_filter") || is("content_policy_violation") {
            return Outcome::Blocked { side: BlockedSide::Prompt, reason: Reason::new(code) };
        }
        if status == 429 {
            let said = text("message").unwrap_or_default().to_lowercase();
            let scope = match (said.contains("per day"), said.contains("per min")) {
                (true, _) => QuotaScope::PerDay,
                (_, true) => QuotaScope::PerMinute,
                _ => QuotaScope::Unknown,
            };
            return Outcome::RateLimited { scope, retry_after };
        }
        status::outcome(status, code, retry_after)
    }
}
