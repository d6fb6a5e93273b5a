//! The wire of Anthropic. Source: the vendor's reference and anthropic 2.11.0 (2026-11).

use serde_json::{Value, json};

use super::wire::{
    Answer, Call, Delivery, End, ErrorBody, Event, Form, Refusal, Tokens, Wire, chunks, unknown_keyword,
};

const KEYWORDS: [&str; 14] = [
    "type",
    "enum",
    "const",
    "anyOf",
    "allOf",
    "$ref",
    "$defs",
    "properties",
    "required",
    "items",
    "description",
    "title",
    "additionalProperties",
    "minItems",
];

/// Reads a request.
pub(crate) fn read(body: &Value) -> Result<Call, Refusal> {
    let model = body.get("model").and_then(Value::as_str);
    let model = model.ok_or_else(|| Refusal::bad_request("model: field required"))?;
    let most = body.get("max_tokens").and_then(Value::as_u64);
    let most = most.ok_or_else(|| Refusal::bad_request("max_tokens: field required"))?;
    let messages = body.get("messages").and_then(Value::as_array);
    let messages = messages.ok_or_else(|| Refusal::bad_request("messages: field required"))?;
    let mut said = texts(body.get("system"));
    said.extend(messages.iter().flat_map(|message| texts(message.get("content"))));
    let events = body.get("stream") == Some(&Value::Bool(true));
    Ok(Call {
        wire: Wire::Anthropic,
        model: model.to_owned(),
        prompt: said.join("\n\n"),
        form: form(body)?,
        max_output_tokens: Some(most),
        delivery: if events { Delivery::Events } else { Delivery::Whole },
        wants_usage: true,
    })
}

fn form(body: &Value) -> Result<Form, Refusal> {
    if let Some(format) = body.pointer("/output_config/format") {
        let schema = format.get("schema").filter(|_| format.get("type") == Some(&json!("json_schema")));
        let Some(schema) = schema else {
            return Err(Refusal::bad_request("output_config.format: must be a json_schema with its schema"));
        };
        return match fault(schema) {
            Some(fault) => Err(Refusal::bad_request(format!("output_config.format.schema: {fault}"))),
            None => Ok(Form::Schema(schema.clone())),
        };
    }
    let forced = body.pointer("/tool_choice/name").and_then(Value::as_str);
    let tools = body.get("tools").and_then(Value::as_array).into_iter().flatten();
    let tool =
        tools.into_iter().find(|tool| forced.is_some() && tool.get("name").and_then(Value::as_str) == forced);
    Ok(match (forced, tool.and_then(|tool| tool.get("input_schema"))) {
        (Some(name), Some(schema)) => Form::Tool { name: name.to_owned(), schema: schema.clone() },
        _ => Form::Text,
    })
}

/// Says what of a schema the vendor does not take.
fn fault(schema: &Value) -> Option<String> {
    if let Some(keyword) = unknown_keyword(schema, &KEYWORDS) {
        return Some(format!("{keyword} is not supported"));
    }
    let mut pending = vec![schema];
    while let Some(node) = pending.pop() {
        match node {
            Value::Object(fields) => {
                if fields.get("minItems").and_then(Value::as_u64).is_some_and(|least| least > 1) {
                    return Some("minItems must be 0 or 1".to_owned());
                }
                if fields.get("properties").is_some_and(Value::is_object)
                    && fields.get("additionalProperties") != Some(&Value::Bool(false))
                {
                    return Some("additionalProperties must be false".to_owned());
                }
                pending.extend(fields.values());
            }
            Value::Array(items) => pending.extend(items),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
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
    let content = match (answer.end, &call.form) {
        (End::BlockedPrompt | End::BlockedOutput | End::Refused, _) => json!([]),
        (_, Form::Tool { name, .. }) => {
            let input = serde_json::from_str(&answer.text).unwrap_or(json!({}));
            json!([{ "type": "tool_use", "id": "toolu_simulated", "name": name, "input": input }])
        }
        _ => json!([{ "type": "text", "text": answer.text }]),
    };
    let mut body = json!({
        "id": "msg_simulated", "type": "message", "role": "assistant", "model": call.model,
        "content": content, "stop_reason": reason(answer.end, &call.form), "stop_sequence": null,
    });
    if let (Some(usage), Some(fields)) = (answer.usage, body.as_object_mut()) {
        fields.insert("usage".to_owned(), counted(usage));
    }
    body
}

/// Writes an answer as a stream.
pub(crate) fn events(call: &Call, answer: &Answer, size: usize) -> Vec<Event> {
    let mut message = json!({
        "id": "msg_simulated", "type": "message", "role": "assistant", "model": call.model,
        "content": [], "stop_reason": null, "stop_sequence": null,
    });
    if let (Some(usage), Some(fields)) = (answer.usage, message.as_object_mut()) {
        fields.insert("usage".to_owned(), counted(Tokens { output: 1, thoughts: 0, ..usage }));
    }
    let mut events = vec![Event::frame(line(&json!({ "type": "message_start", "message": message })))];
    if matches!(answer.end, End::Complete | End::OutOfTokens) {
        let block = match &call.form {
            Form::Tool { name, .. } => {
                json!({ "type": "tool_use", "id": "toolu_simulated", "name": name, "input": {} })
            }
            _ => json!({ "type": "text", "text": "" }),
        };
        let start = json!({ "type": "content_block_start", "index": 0, "content_block": block });
        events.push(Event::frame(line(&start)));
        for chunk in chunks(&answer.text, size) {
            let delta = match call.form {
                Form::Tool { .. } => json!({ "type": "input_json_delta", "partial_json": chunk }),
                _ => json!({ "type": "text_delta", "text": chunk }),
            };
            let body = json!({ "type": "content_block_delta", "index": 0, "delta": delta });
            events.push(Event::text(line(&body)));
        }
        events.push(Event::frame(line(&json!({ "type": "content_block_stop", "index": 0 }))));
    }
    let mut last = json!({
        "type": "message_delta",
        "delta": { "stop_reason": reason(answer.end, &call.form), "stop_sequence": null },
    });
    if let (Some(usage), Some(fields)) = (answer.usage, last.as_object_mut()) {
        fields.insert("usage".to_owned(), json!({ "output_tokens": usage.output }));
    }
    events.push(Event { has_usage: answer.usage.is_some(), ..Event::frame(line(&last)) });
    events.push(Event::frame(line(&json!({ "type": "message_stop" }))));
    events
}

fn line(body: &Value) -> String {
    let name = body.get("type").and_then(Value::as_str).unwrap_or_default();
    format!("event: {name}\ndata: {body}\n\n")
}

/// This vendor counts what a cache held apart from the input.
fn counted(usage: Tokens) -> Value {
    json!({
        "input_tokens": usage.input.saturating_sub(usage.cached), "output_tokens": usage.output,
        "cache_read_input_tokens": usage.cached, "cache_creation_input_tokens": 0,
    })
}

fn reason(end: End, form: &Form) -> &'static str {
    match (end, form) {
        (End::Complete, Form::Tool { .. }) => "tool_use",
        (End::Complete, _) => "end_turn",
        (End::OutOfTokens, _) => "max_tokens",
        (End::BlockedPrompt | End::BlockedOutput | End::Refused, _) => "refusal",
    }
}

/// Writes an error.
pub(crate) fn error(refusal: &Refusal) -> ErrorBody {
    let kind = match refusal.status {
        400 => "invalid_request_error",
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        408 | 504 => "timeout_error",
        429 => "rate_limit_error",
        529 => "overloaded_error",
        _ => "api_error",
    };
    let waits = refusal.retry_after_ms.map(|milliseconds| milliseconds.div_ceil(1000));
    let headers = waits.map(|seconds| ("retry-after", seconds.to_string())).into_iter().collect();
    let body = json!({
        "type": "error", "error": { "type": kind, "message": refusal.message }, "request_id": "req_simulated",
    });
    ErrorBody { body, headers }
}
