//! From a call to a response: what the model says, how long it takes, and what goes wrong.

use std::io::Write;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::fault::{Breach, Fault};
use super::listener::Cut;
use super::playback::{self, Ending, Step};
use super::prepared::{Heard, Prepared};
use super::reading::Material;
use super::wire::{Answer, Call, Delivery, End, ErrorBody, Event, Form, Refusal, Tokens, Wire};
use super::{Desk, Flight, Pace, anthropic, gemini, openai, reading, writing};

/// Characters a token has, about. Source: the vendors' own rule of thumb for English (2026-11).
const CHARACTERS_A_TOKEN: u64 = 4;
/// Characters that one event of a stream carries: about eight tokens.
const EVENT_CHARACTERS: usize = 32;
const MEBIBYTE: usize = 1024 * 1024;
/// The largest giant, so that a slip of the pen does not eat the machine.
const MAX_MEBIBYTES: usize = 512;

/// Answers a call that came with that key.
pub(crate) async fn answer(desk: Desk, cut: Cut, caller: &str, heard: &Heard) -> Response {
    let call = &heard.call;
    let flight = desk.begin(call.wire, &call.model, caller);
    let fault = desk.play().next(call);
    let pace = desk.current_pace();
    let Some(fault) = fault else {
        let prepared = heard.answer(|| prepare(&desk, call, &pace));
        flight.plan(prepared.plan, prepared.copy);
        flight.bill(prepared.tokens);
        time_of_headers(call, &pace, prepared.tokens).await;
        flight.status(200);
        let body = playback::body(prepared.steps.clone(), Ending::Close, flight, cut);
        return ([(CONTENT_TYPE, content_type(call))], body).into_response();
    };
    flight.fault(name_of(&fault));
    if let Fault::Status { code, retry_after_ms, lasting } = &fault {
        let message = "the simulator was told to".to_owned();
        let refusal = Refusal { status: *code, message, retry_after_ms: *retry_after_ms, lasting: *lasting };
        flight.status(*code);
        return error(call.wire, &refusal);
    }
    flight.plan(pace.plan(&call.prompt).map(|(number, _)| number), reading::copy(&call.prompt));
    let (said, tokens) = speak(call, desk.written(call), &pace, Some(&fault));
    flight.bill(tokens);
    match fault {
        Fault::HangBeforeHeaders => match playback::hang().await {},
        Fault::Reset => {
            cut.reset();
            return StatusCode::OK.into_response();
        }
        Fault::Late { milliseconds } => tokio::time::sleep(Duration::from_millis(milliseconds)).await,
        _ => {}
    }
    time_of_headers(call, &pace, tokens).await;
    flight.status(200);
    respond(call, &said, &fault, Delivered { tokens, pace, flight, cut })
}

/// Makes the answer to a call when nothing goes wrong.
fn prepare(desk: &Desk, call: &Call, pace: &Pace) -> Prepared {
    let (said, tokens) = speak(call, desk.written(call), pace, None);
    Prepared {
        tokens,
        plan: pace.plan(&call.prompt).map(|(number, _)| number),
        copy: reading::copy(&call.prompt),
        steps: steps(call, &said, true, tokens, pace),
    }
}

/// Waits until the first byte of an answer is due.
async fn time_of_headers(call: &Call, pace: &Pace, tokens: Tokens) {
    let first_token = Duration::from_millis(pace.first_token_ms) + pace.time_of(pace.thoughts);
    let rest = match call.delivery {
        Delivery::Whole => pace.time_of(tokens.output.saturating_sub(tokens.thoughts)),
        Delivery::Events => Duration::ZERO,
    };
    let time = first_token + rest;
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

/// Refuses a call that never reaches the model.
pub(crate) fn refuse(desk: &Desk, wire: Wire, model: &str, refusal: &Refusal) -> Response {
    let flight = desk.begin(wire, model, "");
    flight.status(refusal.status);
    flight.fault(refusal.message.clone());
    error(wire, refusal)
}

struct Delivered {
    tokens: Tokens,
    pace: Pace,
    flight: Flight,
    cut: Cut,
}

/// What the model says when nothing goes wrong.
pub(crate) fn write(call: &Call) -> String {
    let material = Material::of(&call.prompt);
    match &call.form {
        Form::Text => writing::prose(&material),
        Form::Object => r#"{"answer": "an object of no particular form"}"#.to_owned(),
        Form::Schema(schema) | Form::Tool { schema, .. } => writing::fill(schema, &material).to_string(),
    }
}

/// What the model says, and what that costs.
fn speak(call: &Call, mut text: String, pace: &Pace, fault: Option<&Fault>) -> (Answer, Tokens) {
    let mut end = End::Complete;
    match fault {
        Some(Fault::WrongSchema) => text = r#"{"unexpected": [1, "two", null]}"#.to_owned(),
        Some(Fault::Text { text: told }) => text.clone_from(told),
        Some(Fault::Truncated) => (text, end) = (first_half(&text), End::OutOfTokens),
        Some(Fault::BlockedPrompt) => (text, end) = (String::new(), End::BlockedPrompt),
        Some(Fault::BlockedOutput) => (text, end) = (String::new(), End::BlockedOutput),
        Some(Fault::Refused) => (text, end) = (String::new(), End::Refused),
        _ => {}
    }
    let written = match pace.plan(&call.prompt) {
        Some((_, plan)) if end == End::Complete => plan.tokens.of(tokens_of(&text)),
        _ => tokens_of(&text),
    };
    let room = call.max_output_tokens.unwrap_or(u64::MAX).saturating_sub(pace.thoughts);
    let written = if written > room && end == End::Complete {
        end = End::OutOfTokens;
        let characters = usize::try_from(room.saturating_mul(CHARACTERS_A_TOKEN)).unwrap_or(usize::MAX);
        text = text.chars().take(characters).collect();
        room
    } else {
        written
    };
    let input = tokens_of(&call.prompt);
    let output = written.saturating_add(pace.thoughts);
    let tokens = Tokens { input, cached: 0, output, thoughts: pace.thoughts };
    let usage = match fault {
        Some(Fault::UsageMissing) => None,
        Some(Fault::UsageAbsurd) => Some(Tokens { input: u64::MAX / 4, output: u64::MAX / 4, ..tokens }),
        _ => Some(tokens),
    };
    (Answer { text, end, usage }, tokens)
}

fn respond(call: &Call, said: &Answer, fault: &Fault, delivered: Delivered) -> Response {
    match fault {
        Fault::Garbage => return fixed("application/json", "\u{0}\u{1}} not json {".to_owned()),
        Fault::Html => {
            let page = "<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>";
            return fixed("text/html", page.to_owned());
        }
        Fault::GiantBody { mebibytes } => return giant(call, *mebibytes, delivered),
        Fault::GzipBomb { mebibytes } => return bomb(*mebibytes),
        Fault::BreaksOff { with } => return broken_off(call, said, with, delivered),
        _ => {}
    }
    let is_true = said.usage == Some(delivered.tokens);
    let steps = steps(call, said, is_true, delivered.tokens, &delivered.pace);
    let (steps, ending) = match fault {
        Fault::HangMidBody => (playback::half(steps), Ending::Hang),
        Fault::ResetMidBody => (playback::half(steps), Ending::Reset),
        Fault::CloseWithoutFinish => (playback::half(steps), Ending::Close),
        Fault::OneByteASecond => (playback::drip(&steps), Ending::Close),
        _ => (steps, Ending::Close),
    };
    let body = playback::body(steps, ending, delivered.flight, delivered.cut);
    ([(CONTENT_TYPE, content_type(call))], body).into_response()
}

/// The first half of the events, and then something else.
fn broken_off(call: &Call, said: &Answer, breach: &Breach, delivered: Delivered) -> Response {
    let mut events = events(call, said);
    events.truncate(events.len() / 2);
    let at_once = |bytes| Step { at: Duration::ZERO, bytes, has_usage: false };
    let first = events.into_iter().map(|event| at_once(Bytes::from(event.bytes)));
    let steps = first.chain(breach_of(call.wire, breach).into_iter().map(at_once)).collect();
    let body = playback::body(steps, Ending::Close, delivered.flight, delivered.cut);
    ([(CONTENT_TYPE, content_type(call))], body).into_response()
}

fn breach_of(wire: Wire, breach: &Breach) -> Vec<Bytes> {
    match breach {
        Breach::Error { code } => {
            let message = "the simulator was told to".to_owned();
            let refusal = Refusal { status: *code, message, retry_after_ms: None, lasting: false };
            let name = if wire == Wire::Anthropic { "event: error\n" } else { "" };
            vec![Bytes::from(format!("{name}data: {}\n\n", error_body(wire, &refusal).body))]
        }
        Breach::Garbage => vec![Bytes::from_static(b"data: {\"candidates\":[{\n\n")],
        Breach::NoText => vec![Bytes::from_static(b"data: \xff\xfe\n\n")],
        Breach::Giant { mebibytes } => {
            let mebibyte = Bytes::from(vec![b'a'; MEBIBYTE]);
            let rest = std::iter::repeat_n(mebibyte, (*mebibytes).min(MAX_MEBIBYTES));
            std::iter::once(Bytes::from_static(b"data: ")).chain(rest).collect()
        }
    }
}

fn events(call: &Call, said: &Answer) -> Vec<Event> {
    match call.delivery {
        Delivery::Whole => {
            let body = match call.wire {
                Wire::Gemini => gemini::whole(call, said),
                Wire::OpenAi => openai::whole(call, said),
                Wire::Anthropic => anthropic::whole(call, said),
            };
            vec![Event { has_usage: said.usage.is_some(), ..Event::frame(body.to_string()) }]
        }
        Delivery::Events => match call.wire {
            Wire::Gemini => gemini::events(call, said, EVENT_CHARACTERS),
            Wire::OpenAi => openai::events(call, said, EVENT_CHARACTERS),
            Wire::Anthropic => anthropic::events(call, said, EVENT_CHARACTERS),
        },
    }
}

fn steps(call: &Call, said: &Answer, is_true: bool, tokens: Tokens, pace: &Pace) -> Vec<Step> {
    let events = events(call, said);
    let texts = u32::try_from(events.iter().filter(|event| event.is_text).count()).unwrap_or(u32::MAX);
    let whole = pace.time_of(tokens.output.saturating_sub(tokens.thoughts));
    let mut done = 0_u32;
    let timed = events.into_iter().map(|event| {
        done = done.saturating_add(u32::from(event.is_text));
        let at = if texts == 0 { Duration::ZERO } else { whole.saturating_mul(done) / texts };
        let has_usage = event.has_usage && is_true;
        (at, event, has_usage)
    });
    merged(timed)
}

/// Puts together what goes at the same time.
fn merged(steps: impl Iterator<Item = (Duration, Event, bool)>) -> Vec<Step> {
    let mut merged: Vec<(Duration, Vec<u8>, bool)> = Vec::new();
    for (at, event, has_usage) in steps {
        match merged.last_mut().filter(|(last, ..)| *last == at) {
            Some((_, bytes, has)) => {
                bytes.extend_from_slice(event.bytes.as_bytes());
                *has |= has_usage;
            }
            None => merged.push((at, event.bytes.into_bytes(), has_usage)),
        }
    }
    merged
        .into_iter()
        .map(|(at, bytes, has_usage)| Step { at, bytes: Bytes::from(bytes), has_usage })
        .collect()
}

fn content_type(call: &Call) -> &'static str {
    match call.delivery {
        Delivery::Whole => "application/json",
        Delivery::Events => "text/event-stream",
    }
}

fn fixed(content_type: &'static str, body: String) -> Response {
    ([(CONTENT_TYPE, content_type)], body).into_response()
}

/// A body that begins as an answer does and does not end for a long while.
fn giant(call: &Call, mebibytes: usize, delivered: Delivered) -> Response {
    let opening = match (call.delivery, call.wire) {
        (Delivery::Events, _) => "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"",
        (Delivery::Whole, Wire::Gemini) => "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"",
        (Delivery::Whole, Wire::OpenAi) => "{\"choices\":[{\"message\":{\"content\":\"",
        (Delivery::Whole, Wire::Anthropic) => "{\"content\":[{\"type\":\"text\",\"text\":\"",
    };
    let mebibyte = Bytes::from(vec![b'a'; MEBIBYTE]);
    let rest = std::iter::repeat_n(mebibyte, mebibytes.min(MAX_MEBIBYTES));
    let all = std::iter::once(Bytes::from_static(opening.as_bytes())).chain(rest);
    let steps = all.map(|bytes| Step { at: Duration::ZERO, bytes, has_usage: false }).collect();
    let body = playback::body(steps, Ending::Close, delivered.flight, delivered.cut);
    ([(CONTENT_TYPE, content_type(call))], body).into_response()
}

/// A few kilobytes that unpack to that many MiB.
fn bomb(mebibytes: usize) -> Response {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let blank = vec![b' '; MEBIBYTE];
    let filled = (0..mebibytes.min(MAX_MEBIBYTES)).try_for_each(|_| packed.write_all(&blank));
    match filled.and_then(|()| packed.finish()) {
        Ok(body) => {
            let headers = [(CONTENT_TYPE, "application/json"), (CONTENT_ENCODING, "gzip")];
            (headers, Body::from(body)).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn error_body(wire: Wire, refusal: &Refusal) -> ErrorBody {
    match wire {
        Wire::Gemini => gemini::error(refusal),
        Wire::OpenAi => openai::error(refusal),
        Wire::Anthropic => anthropic::error(refusal),
    }
}

fn error(wire: Wire, refusal: &Refusal) -> Response {
    let ErrorBody { body, headers } = error_body(wire, refusal);
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, axum::Json::<Value>(body)).into_response();
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

fn tokens_of(text: &str) -> u64 {
    u64::try_from(text.chars().count()).unwrap_or(u64::MAX).div_ceil(CHARACTERS_A_TOKEN)
}

fn first_half(text: &str) -> String {
    let half = text.chars().count() / 2;
    text.chars().take(half).collect()
}

/// The fault's name as in a script.
fn name_of(fault: &Fault) -> String {
    let described = serde_json::to_value(fault).unwrap_or_default();
    described.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned()
}
