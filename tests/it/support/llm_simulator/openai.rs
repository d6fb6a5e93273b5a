//! The wire that OpenAI and many others speak. Source: the vendor's reference and openai 3.52.0 (2026-11).

use serde_json::{Value, json};

use super::wire::{Answer, Call, Delivery, End, ErrorBody, Event, Form, Refusal, Tokens, Wire, chunks};

/// Reads a request.
pub(crate) fn read(body: &Value) -> Result<Call, Refusal> {
    let model = body.get("model").and_then(Value::as_str);
    let model = model.ok_or_else(|| Refusal::bad_request("you must provide a model parameter"))?;
    let messages = body.get("messages").and_then(Value::as_array);
    let messages = messages.ok_or_else(|| Refusal::bad_request("missing required parameter: messages"))?;
    let said: Vec<&str> = messages.iter().flat_map(|message| texts(message.get("content"))).collect();
    let most = ["max_completion_tokens", "max_tokens"];
    let events = body.get("stream") == Some(&Value::Bool(true));
    let include_usage = body.pointer("/stream_options/include_usage") == Some(&Value::Bool(true));
    Ok(Call {
        wire: Wire::OpenAi,
        model: model.to_owned(),
        prompt: said.join("\n\n"),
        form: form(body.get("response_format").unwrap_or(&Value::Null))?,
        max_output_tokens: most.iter().find_map(|name| body.get(*name).and_then(Value::as_u64)),
        delivery: if events { Delivery::Events } else { Delivery::Whole },
        wants_usage: include_usage || !events,
    })
}

fn form(format: &Value) -> Result<Form, Refusal> {
    match format.get("type").and_then(Value::as_str) {
        None | Some("text") => Ok(Form::Text),
        Some("json_object") => Ok(Form::Object),
        Some("json_schema") => {
            let described = format.get("json_schema").unwrap_or(&Value::Null);
            let (Some(_), Some(schema)) = (described.get("name"), described.get("schema")) else {
                return Err(Refusal::bad_request("json_schema needs name and schema"));
            };
            if described.get("strict") == Some(&Value::Bool(true))
                && let Some(fault) = not_strict(schema)
            {
                return Err(Refusal::bad_request(format!("invalid schema for response_format: {fault}")));
            }
            Ok(Form::Schema(schema.clone()))
        }
        Some(other) => Err(Refusal::bad_request(format!("unknown response_format {other}"))),
    }
}

/// Says what of a schema the strict mode does not take.
fn not_strict(schema: &Value) -> Option<String> {
    if schema.get("type") != Some(&json!("object")) {
        return Some("the root must be an object".to_owned());
    }
    let mut pending = vec![schema];
    while let Some(node) = pending.pop() {
        let Some(fields) = node.as_object() else { continue };
        for refused in ["allOf", "not", "dependentRequired", "dependentSchemas", "if", "then", "else"] {
            if fields.contains_key(refused) {
                return Some(format!("{refused} is not permitted"));
            }
        }
        if let Some(properties) = fields.get("properties").and_then(Value::as_object) {
            let required = fields.get("required").and_then(Value::as_array);
            let is_required = |name: &String| required.is_some_and(|all| all.contains(&json!(name)));
            if let Some(missing) = properties.keys().find(|name| !is_required(name)) {
                return Some(format!("required must contain every property, missing {missing}"));
            }
            if fields.get("additionalProperties") != Some(&Value::Bool(false)) {
                return Some("additionalProperties must be false".to_owned());
            }
            pending.extend(properties.values());
        }
        pending
            .extend(fields.get("$defs").and_then(Value::as_object).into_iter().flat_map(|all| all.values()));
        pending.extend(fields.get("anyOf").and_then(Value::as_array).into_iter().flatten());
        pending.extend(fields.get("items"));
    }
    None
}

fn texts(content: Option<&Value>) -> Vec<&str> {
    match content {
        Some(Value::String(text)) => vec![text.as_str()],
        Some(Value::Array(parts)) => {
            parts.iter().filter_map(|part| part.get("text").and_then(Value::as_str)).collect()
        }
        _ => Vec::new(),
    }
}

/// Writes an answer in one body.
pub(crate) fn whole(call: &Call, answer: &Answer) -> Value {
    let (content, refusal) = match answer.end {
        End::Complete | End::OutOfTokens => (json!(answer.text), Value::Null),
        End::Refused => (Value::Null, json!("I cannot help with that.")),
        End::BlockedPrompt | End::BlockedOutput => (Value::Null, Value::Null),
    };
    let mut body = json!({
        "id": "chatcmpl-simulated", "object": "chat.completion", "created": 0, "model": call.model,
        "choices": [{
            "index": 0, "finish_reason": reason(answer.end),
            "message": { "role": "assistant", "content": content, "refusal": refusal },
        }],
    });
    if let (Some(usage), Some(fields)) = (answer.usage, body.as_object_mut()) {
        fields.insert("usage".to_owned(), counted(usage));
    }
    body
}

/// Writes an answer as a stream.
pub(crate) fn events(call: &Call, answer: &Answer, size: usize) -> Vec<Event> {
    // Written by hand, because an answer has hundreds of them.
    let model = json!(call.model);
    let chunk = |delta: &str, finish: Value| {
        format!(
            "data: {{\"id\":\"chatcmpl-simulated\",\"object\":\"chat.completion.chunk\",\"created\":0,\"model\":{model},\
             \"choices\":[{{\"index\":0,\"delta\":{delta},\"finish_reason\":{finish}}}]}}\n\n"
        )
    };
    let mut events = vec![Event::frame(chunk(r#"{"role":"assistant","content":""}"#, Value::Null))];
    match answer.end {
        End::Complete | End::OutOfTokens => events.extend(
            chunks(&answer.text, size)
                .into_iter()
                .map(|text| Event::text(chunk(&format!("{{\"content\":{}}}", json!(text)), Value::Null))),
        ),
        End::Refused => {
            events.push(Event::text(chunk(r#"{"refusal":"I cannot help with that."}"#, Value::Null)));
        }
        End::BlockedPrompt | End::BlockedOutput => {}
    }
    events.push(Event::frame(chunk("{}", json!(reason(answer.end)))));
    if let Some(usage) = answer.usage.filter(|_| call.wants_usage) {
        let body = line(&json!({
            "id": "chatcmpl-simulated", "object": "chat.completion.chunk", "created": 0,
            "model": call.model, "choices": [], "usage": counted(usage),
        }));
        events.push(Event { has_usage: true, ..Event::frame(body) });
    }
    events.push(Event::frame("data: [DONE]\n\n".to_owned()));
    events
}

fn line(body: &Value) -> String {
    format!("data: {body}\n\n")
}

fn counted(usage: Tokens) -> Value {
    json!({
        "prompt_tokens": usage.input, "completion_tokens": usage.output,
        "total_tokens": usage.input.saturating_add(usage.output),
        "prompt_tokens_details": { "cached_tokens": usage.cached },
        "completion_tokens_details": { "reasoning_tokens": usage.thoughts },
    })
}

fn reason(end: End) -> &'static str {
    match end {
        End::Complete | End::Refused => "stop",
        End::OutOfTokens => "length",
        End::BlockedPrompt | End::BlockedOutput => "content_filter",
    }
}

/// Writes an error.
pub(crate) fn error(refusal: &Refusal) -> ErrorBody {
    let (kind, code) = match (refusal.status, refusal.lasting) {
        (429, true) => ("insufficient_quota", json!("insufficient_quota")),
        (429, false) => ("requests", json!("rate_limit_exceeded")),
        (400..=499, _) => ("invalid_request_error", Value::Null),
        _ => ("server_error", Value::Null),
    };
    let mut headers = Vec::new();
    if let Some(milliseconds) = refusal.retry_after_ms {
        headers.push(("retry-after-ms", milliseconds.to_string()));
        headers.push(("retry-after", milliseconds.div_ceil(1000).to_string()));
    }
    let body = json!({ "error": {
        "message": refusal.message, "type": kind, "param": null, "code": code,
    } });
    ErrorBody { body, headers }
}
