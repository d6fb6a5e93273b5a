//! Anthropic's Messages API. Servers that do not know structured output get the schema as that of a
//! tool which the model has to use, which is learned from their refusal. A refused request may be
//! billed, so each is an attempt of its own.
//!
//! Source: <https://platform.claude.com/docs/en/api/messages>, read 2026-11-20.

use async_trait::async_trait;
use reqwest::header::HeaderMap;
use reqwest::{Client, Url};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::credentials::Credentials;
use super::exchange::{self, Endpoint, Exchanged, Progress, Wire, exchange, malformed};
use super::learned::{self, Form, Learned};
use super::reported::{Reported, count};
use super::schema::{self, Family};
use super::{
    Attempt, AttemptLimits, Outcome, Part, Prompt, Provider, ProviderName, QuotaScope, Reason, status,
    thinking,
};
use crate::catalog::ThinkingLevel;

/// The version of the interface that is spoken here.
const VERSION: &str = "2023-06-01";

/// Anthropic, or a server that speaks its Messages API.
pub(super) struct Anthropic {
    model: String,
    client: Client,
    url: Url,
    credentials: Credentials,
    endpoint: Endpoint,
    learned: Learned,
}

#[async_trait]
impl Provider for Anthropic {
    fn name(&self) -> ProviderName {
        ProviderName::Anthropic
    }

    fn model(&self) -> &str {
        &self.model
    }

    /// What a model thinks by itself counts towards the limit of its answer.
    fn max_billed_output_tokens(&self, prompt: &Prompt) -> u32 {
        thinking::max_output_tokens(&self.model, prompt.thinking, prompt.max_output_tokens)
    }

    async fn attempt(&self, prompt: &Prompt, limits: &AttemptLimits) -> Attempt {
        let form = self.learned.form();
        let request = self.client.post(self.url.clone()).header("anthropic-version", VERSION);
        let request = match self.credentials.present(request, limits.deadline).await {
            Ok(request) => request.json(&self.body(prompt, form)),
            Err(outcome) => return Attempt::not_sent(outcome),
        };
        let exchanged = exchange::<Answer>(request, limits, self.endpoint).await;
        let is_lesson =
            prompt.schema.is_some() && refuses(form, &exchanged) && self.learned.refused(form).is_some();
        Attempt { is_lesson, ..exchanged.attempt }
    }
}

impl Anthropic {
    pub(super) fn new(client: Client, url: Url, credentials: Credentials, model: &str) -> Anthropic {
        let (endpoint, learned) = (Endpoint::of(ProviderName::Anthropic, &url, model), Learned::default());
        Anthropic { model: model.to_owned(), client, url, credentials, endpoint, learned }
    }

    fn body(&self, prompt: &Prompt, form: Form) -> Value {
        let reduced = prompt.schema.as_ref().map(|schema| schema.reduced(Family::Anthropic));
        let block = |text: &str| json!({ "type": "text", "text": text });
        let mut content: Vec<Value> = prompt.parts.iter().map(|part| block(Part::text(part))).collect();
        let mut body = Map::new();
        let mut set = |name: &str, value: Value| body.insert(name.to_owned(), value);
        set("model", json!(self.model));
        set("max_tokens", json!(self.max_billed_output_tokens(prompt)));
        set("stream", json!(true));
        if !prompt.system.is_empty() {
            set("system", json!([block(&prompt.system)]));
        }
        if let Some(temperature) = prompt.temperature_for(&self.model) {
            // This interface takes 0 to 1 where the others take 0 to 2.
            set("temperature", json!(temperature.min(1.0)));
        }
        let mut output = Map::new();
        if let Some(level) =
            thinking::level(&self.model, prompt.thinking).filter(|level| *level != ThinkingLevel::Off)
        {
            output.insert("effort".to_owned(), json!(thinking::name(level)));
        }
        match (reduced, form) {
            (Some(schema), Form::Schema) => {
                output.insert("format".to_owned(), json!({ "type": "json_schema", "schema": schema }));
            }
            (Some(schema), Form::Json) => {
                let tool = json!({
                    "name": prompt.schema_name, "description": "Hands in the answer.", "input_schema": schema,
                });
                set("tools", json!([tool]));
                set("tool_choice", json!({ "type": "tool", "name": prompt.schema_name }));
            }
            (Some(schema), Form::Told) => content.push(block(&schema::told(schema))),
            (None, _) => {}
        }
        // A server that refused one use of `output_config` is not asked for the other either.
        if !output.is_empty() && form == Form::Schema {
            set("output_config", Value::Object(output));
        }
        set("messages", json!([{ "role": "user", "content": content }]));
        Value::Object(body)
    }
}

/// Tells whether a refusal is about the way JSON was asked for.
fn refuses(form: Form, exchanged: &Exchanged) -> bool {
    match form {
        Form::Schema => {
            learned::is_refused_for(exchanged, &["output_config", "output_format", "json_schema"])
        }
        Form::Json => learned::is_refused_for(exchanged, &["tool_choice", "tools", "input_schema"]),
        Form::Told => false,
    }
}

#[derive(Deserialize)]
struct EventBody {
    #[serde(rename = "type")]
    kind: String,
    /// The beginning of a stream.
    message: Option<Box<MessageBody>>,
    /// The beginning of a block.
    content_block: Option<Block>,
    /// A piece of a block, or what changed of the message.
    delta: Option<Delta>,
    usage: Option<UsageBody>,
    error: Option<Value>,
    /// Where the whole message comes at once, these are its own.
    #[serde(default)]
    content: Vec<Block>,
    stop_reason: Option<String>,
}

#[derive(Deserialize)]
struct MessageBody {
    usage: Option<UsageBody>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Block {
    #[serde(rename = "type")]
    kind: String,
    text: Option<String>,
    input: Option<Value>,
}

#[derive(Deserialize)]
struct Delta {
    text: Option<String>,
    partial_json: Option<String>,
    stop_reason: Option<String>,
}

/// A count that an event leaves out stands as an earlier event had it.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct UsageBody {
    input_tokens: Value,
    cache_creation_input_tokens: Value,
    cache_read_input_tokens: Value,
    output_tokens: Value,
}

/// What came so far.
#[derive(Default)]
struct Answer {
    text: String,
    stop_reason: Option<String>,
    is_closed: bool,
    usage: Option<UsageBody>,
}

impl Answer {
    fn count(&mut self, latest: UsageBody) {
        let counts = self.usage.get_or_insert_default();
        let pairs = [
            (&mut counts.input_tokens, latest.input_tokens),
            (&mut counts.cache_creation_input_tokens, latest.cache_creation_input_tokens),
            (&mut counts.cache_read_input_tokens, latest.cache_read_input_tokens),
            (&mut counts.output_tokens, latest.output_tokens),
        ];
        pairs.into_iter().filter(|(_, latest)| !latest.is_null()).for_each(|(count, latest)| *count = latest);
    }

    fn block(&mut self, block: Block) {
        match (block.kind.as_str(), block.text, block.input) {
            ("text", Some(text), _) => self.text.push_str(&text),
            // A streamed tool begins with an empty input, and what it is follows piece by piece.
            ("tool_use", _, Some(Value::Object(input))) if !input.is_empty() => {
                self.text.push_str(&Value::Object(input).to_string());
            }
            _ => {}
        }
    }
}

impl Wire for Answer {
    type Event = EventBody;

    fn take(&mut self, event: EventBody) -> Result<(), Outcome> {
        if event.kind == "error" || event.error.is_some() {
            let body = json!({ "error": event.error });
            return Err(Answer::refusal(500, &HeaderMap::new(), &body));
        }
        let began = event.message.and_then(|message| message.usage);
        began.into_iter().chain(event.usage).for_each(|usage| self.count(usage));
        event.content.into_iter().chain(event.content_block).for_each(|block| self.block(block));
        let mut stop_reason = event.stop_reason;
        if let Some(delta) = event.delta {
            self.text.extend(delta.text.into_iter().chain(delta.partial_json));
            stop_reason = stop_reason.or(delta.stop_reason);
        }
        self.stop_reason = stop_reason.or_else(|| self.stop_reason.take());
        self.is_closed |= event.kind == "message_stop";
        Ok(())
    }

    fn tells_usage(event: &EventBody) -> bool {
        event.usage.as_ref().is_some_and(|usage| !usage.output_tokens.is_null())
    }

    fn progress(&self) -> Progress {
        match &self.stop_reason {
            _ if self.is_closed => Progress::Closed,
            Some(_) => Progress::Ended,
            None if self.text.is_empty() => Progress::Waiting,
            None => Progress::Writing,
        }
    }

    fn text(&self) -> &str {
        &self.text
    }

    fn outcome(self) -> Outcome {
        let Some(reason) = self.stop_reason else { return exchange::unended(self.text) };
        match reason.as_str() {
            "end_turn" | "stop_sequence" | "tool_use" => exchange::ended(self.text),
            "max_tokens" | "model_context_window_exceeded" | "pause_turn" => {
                Outcome::Truncated { text: self.text, reason: Reason::new(&reason) }
            }
            "refusal" => Outcome::Refused { reason: Reason::new(&reason) },
            other => malformed(other),
        }
    }

    /// Input is reported without what was read from and written to the cache, so all three add up.
    fn usage(&self) -> Reported {
        let Some(usage) = &self.usage else { return Reported::Missing };
        let read = count(&usage.cache_read_input_tokens);
        let parts = [count(&usage.input_tokens), count(&usage.cache_creation_input_tokens), read];
        let input = parts.into_iter().try_fold(0_u64, |sum, part| sum.checked_add(part?));
        Reported::of(input, read, count(&usage.output_tokens))
    }

    fn refusal(status: u16, headers: &HeaderMap, body: &Value) -> Outcome {
        let error = body.get("error").unwrap_or(&Value::Null);
        let text = |name| error.get(name).and_then(Value::as_str);
        let code = text("type").unwrap_or("unspecified");
        let retry_after = status::retry_after(headers);
        // An error within a stream has a type and no status.
        let status = match code {
            "invalid_request_error"
                if text("message").is_some_and(|said| said.contains("credit balance")) =>
            {
                402
            }
            "invalid_request_error" if status == 500 => 400,
            "authentication_error" | "permission_error" => 401,
            "billing_error" => 402,
            "rate_limit_error" => 429,
            "overloaded_error" => 529,
            _ => status,
        };
        // What was spent in a month is not freed by waiting, and comes without a time to wait. Source:
        // <https://learn.microsoft.com/en-us/microsoft-cloud/dev/dev-proxy/concepts/anthropic-529-overloaded-error>,
        // read 2026-11-28.
        let detail = error.pointer("/details/error_code").and_then(Value::as_str);
        match status {
            429 if detail == Some("enforced_spend_limit_reached") => {
                Outcome::RateLimited { scope: QuotaScope::Exhausted, retry_after: None }
            }
            429 => {
                let scope = if retry_after.is_some() { QuotaScope::PerMinute } else { QuotaScope::Unknown };
                Outcome::RateLimited { scope, retry_after }
            }
            _ => status::outcome(status, code, retry_after),
        }
    }
}
