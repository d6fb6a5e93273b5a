//! The wire of Gemini and Vertex. Source: the vendor's REST reference and google-genai 3.4.0 (2026-11).

use serde_json::{Value, json};

use super::wire::{
    Answer, Call, Delivery, End, ErrorBody, Event, Form, Refusal, Tokens, Wire, chunks, unknown_keyword,
};

const KEYWORDS: [&str; 21] = [
    "$id",
    "$defs",
    "$ref",
    "$anchor",
    "type",
    "format",
    "title",
    "description",
    "enum",
    "items",
    "prefixItems",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "anyOf",
    "oneOf",
    "properties",
    "additionalProperties",
    "required",
    "propertyOrdering",
];

/// Reads a request.
pub(crate) fn read(model: &str, delivery: Delivery, body: &Value) -> Result<Call, Refusal> {
    let config = body.get("generationConfig").unwrap_or(&Value::Null);
    let thinking = config.get("thinkingConfig").unwrap_or(&Value::Null);
    if thinking.get("thinkingLevel").is_some() && thinking.get("thinkingBudget").is_some() {
        return Err(Refusal::bad_request("thinkingLevel and thinkingBudget at once"));
    }
    let contents = body.get("contents").and_then(Value::as_array);
    let Some(contents) = contents.filter(|contents| !contents.is_empty()) else {
        return Err(Refusal::bad_request("contents must not be empty"));
    };
    let form = match (config.get("responseJsonSchema"), config.get("responseMimeType")) {
        (Some(_), mime) if mime != Some(&json!("application/json")) => {
            return Err(Refusal::bad_request("responseJsonSchema needs responseMimeType application/json"));
        }
        (Some(schema), _) => match unknown_keyword(schema, &KEYWORDS) {
            Some(keyword) => return Err(Refusal::bad_request(format!("unknown keyword {keyword}"))),
            None => Form::Schema(schema.clone()),
        },
        (None, Some(mime)) if mime == "application/json" => Form::Object,
        (None, _) => Form::Text,
    };
    let system = body.get("systemInstruction").into_iter();
    let said: Vec<&str> = system.chain(contents).flat_map(texts).collect();
    Ok(Call {
        wire: Wire::Gemini,
        model: model.to_owned(),
        prompt: said.join("\n\n"),
        form,
        max_output_tokens: config.get("maxOutputTokens").and_then(Value::as_u64),
        delivery,
        wants_usage: true,
    })
}

fn texts(content: &Value) -> impl Iterator<Item = &str> {
    let parts = content.get("parts").and_then(Value::as_array);
    parts.into_iter().flatten().filter_map(|part| part.get("text").and_then(Value::as_str))
}

/// Writes an answer in one body.
pub(crate) fn whole(call: &Call, answer: &Answer) -> Value {
    let mut body = match answer.end {
        End::BlockedPrompt => json!({ "promptFeedback": { "blockReason": "SAFETY" } }),
        End::BlockedOutput | End::Refused => {
            json!({ "candidates": [{ "finishReason": reason(answer.end), "index": 0 }] })
        }
        End::Complete | End::OutOfTokens => json!({ "candidates": [{
            "content": { "role": "model", "parts": [{ "text": answer.text }] },
            "finishReason": reason(answer.end), "index": 0,
        }] }),
    };
    frame(&mut body, call, answer.usage);
    body
}

/// Writes an answer as a stream.
pub(crate) fn events(call: &Call, answer: &Answer, size: usize) -> Vec<Event> {
    let mut events = Vec::new();
    if matches!(answer.end, End::Complete | End::OutOfTokens) {
        for chunk in chunks(&answer.text, size) {
            let mut body = json!({ "candidates": [{
                "content": { "role": "model", "parts": [{ "text": chunk }] }, "index": 0,
            }] });
            let so_far = answer.usage.map(|usage| Tokens { output: 1, thoughts: 0, ..usage });
            frame(&mut body, call, so_far);
            events.push(Event::text(line(&body)));
        }
    }
    let mut last = match answer.end {
        End::BlockedPrompt => json!({ "promptFeedback": { "blockReason": "SAFETY" } }),
        _ => json!({ "candidates": [{
            "content": { "role": "model", "parts": [{ "text": "" }] },
            "finishReason": reason(answer.end), "index": 0,
        }] }),
    };
    frame(&mut last, call, answer.usage);
    events.push(Event { has_usage: answer.usage.is_some(), ..Event::frame(line(&last)) });
    events
}

fn line(body: &Value) -> String {
    format!("data: {body}\r\n\r\n")
}

fn frame(body: &mut Value, call: &Call, usage: Option<Tokens>) {
    let Some(fields) = body.as_object_mut() else { return };
    if let Some(usage) = usage {
        let mut counted = json!({
            "promptTokenCount": usage.input,
            "candidatesTokenCount": usage.output.saturating_sub(usage.thoughts),
            "totalTokenCount": usage.input.saturating_add(usage.output),
        });
        if usage.cached > 0 {
            insert(&mut counted, "cachedContentTokenCount", usage.cached);
        }
        if usage.thoughts > 0 {
            insert(&mut counted, "thoughtsTokenCount", usage.thoughts);
        }
        fields.insert("usageMetadata".to_owned(), counted);
    }
    fields.insert("modelVersion".to_owned(), json!(call.model));
    fields.insert("responseId".to_owned(), json!("simulated"));
}

fn insert(counted: &mut Value, name: &str, tokens: u64) {
    if let Some(fields) = counted.as_object_mut() {
        fields.insert(name.to_owned(), json!(tokens));
    }
}

fn reason(end: End) -> &'static str {
    match end {
        End::Complete => "STOP",
        End::OutOfTokens => "MAX_TOKENS",
        End::BlockedPrompt | End::BlockedOutput => "SAFETY",
        // This vendor has no refusals; its nearest is a filter that looks at the answer.
        End::Refused => "RECITATION",
    }
}

/// Writes an error.
pub(crate) fn error(refusal: &Refusal) -> ErrorBody {
    let mut details = Vec::new();
    if let Some(milliseconds) = refusal.retry_after_ms {
        let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000);
        details.push(json!({
            "@type": "type.googleapis.com/google.rpc.RetryInfo",
            "retryDelay": format!("{seconds}.{rest:03}s"),
        }));
    }
    if refusal.status == 429 {
        let period = if refusal.lasting { "Day" } else { "Minute" };
        details.push(json!({
            "@type": "type.googleapis.com/google.rpc.QuotaFailure",
            "violations": [{
                "quotaMetric": "generativelanguage.googleapis.com/generate_content_requests",
                "quotaId": format!("GenerateRequestsPer{period}PerProjectPerModel"),
            }],
        }));
    }
    let status = match refusal.status {
        400 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        409 => "ABORTED",
        429 => "RESOURCE_EXHAUSTED",
        408 | 504 => "DEADLINE_EXCEEDED",
        503 => "UNAVAILABLE",
        _ => "INTERNAL",
    };
    let body = json!({ "error": {
        "code": refusal.status, "message": refusal.message, "status": status, "details": details,
    } });
    ErrorBody { body, headers: Vec::new() }
}
