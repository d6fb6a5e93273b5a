//! The routes: three wires, and the controls.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use tower::limit::GlobalConcurrencyLimitLayer;

use super::answering::{answer, refuse};
use super::fault::Script;
use super::ledger::Ledger;
use super::listener::Cut;
use super::wire::{Delivery, Refusal, Wire};
use super::{Desk, Pace, anthropic, gemini, openai};

/// Calls at once; more wait.
const MAX_CALLS: usize = 4096;
/// Bytes of a request.
const MAX_REQUEST: usize = 16 * 1024 * 1024;

/// Makes the router.
pub(crate) fn router(desk: Desk) -> Router {
    let vertex = "/v1/projects/{project}/locations/{place}/publishers/google/models/{call}";
    Router::new()
        .route("/v1beta/models/{call}", post(gemini_call))
        .route(vertex, post(vertex_call))
        .route("/v1/chat/completions", post(openai_call))
        .route("/chat/completions", post(openai_call))
        .route("/v1/messages", post(anthropic_call))
        .route("/ledger", get(show_ledger).delete(clear_ledger))
        .route("/faults", post(set_script).delete(clear_script))
        .route("/pace", post(set_pace))
        .route("/health", get(|| async { "ok" }))
        .layer(DefaultBodyLimit::max(MAX_REQUEST))
        .layer(GlobalConcurrencyLimitLayer::new(MAX_CALLS))
        .with_state(desk)
}

async fn gemini_call(
    State(desk): State<Desk>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path(call): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    google(desk, cut, &call, key(&headers, "x-goog-api-key"), &body).await
}

async fn vertex_call(
    State(desk): State<Desk>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path((_, _, call)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    google(desk, cut, &call, key(&headers, "authorization"), &body).await
}

async fn google(desk: Desk, cut: Cut, call: &str, key: Option<&str>, body: &Bytes) -> Response {
    desk.hear(body);
    let Some((model, verb)) = call.rsplit_once(':') else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let delivery = match verb {
        "generateContent" => Delivery::Whole,
        "streamGenerateContent" => Delivery::Events,
        "countTokens" => return axum::Json(json!({ "totalTokens": body.len().div_ceil(4) })).into_response(),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let read = || gemini::read(model, delivery, &parsed(body)?);
    let heard = authorised(key).and_then(|key| Ok((key, desk.shelf().call(Wire::Gemini, call, body, read)?)));
    match heard {
        Ok((key, heard)) => answer(desk, cut, key, &heard).await,
        Err(refusal) => refuse(&desk, Wire::Gemini, model, &refusal),
    }
}

async fn openai_call(
    State(desk): State<Desk>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    desk.hear(&body);
    let read = || openai::read(&parsed(&body)?);
    let heard = authorised(key(&headers, "authorization"))
        .and_then(|key| Ok((key, desk.shelf().call(Wire::OpenAi, "", &body, read)?)));
    match heard {
        Ok((key, heard)) => answer(desk, cut, key, &heard).await,
        Err(refusal) => refuse(&desk, Wire::OpenAi, "", &refusal),
    }
}

async fn anthropic_call(
    State(desk): State<Desk>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    desk.hear(&body);
    let has_version = headers.contains_key("anthropic-version");
    let read = || anthropic::read(&parsed(&body)?);
    let heard = authorised(key(&headers, "x-api-key")).and_then(|key| match has_version {
        true => Ok((key, desk.shelf().call(Wire::Anthropic, "", &body, read)?)),
        false => Err(Refusal::bad_request("anthropic-version: header is required")),
    });
    match heard {
        Ok((key, heard)) => answer(desk, cut, key, &heard).await,
        Err(refusal) => refuse(&desk, Wire::Anthropic, "", &refusal),
    }
}

/// Finds the key in that header.
fn key<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.strip_prefix("Bearer ").unwrap_or(value))
}

fn authorised(key: Option<&str>) -> Result<&str, Refusal> {
    key.ok_or_else(Refusal::no_key)
}

fn parsed(body: &Bytes) -> Result<Value, Refusal> {
    serde_json::from_slice(body).map_err(|_| Refusal::bad_request("the body is no JSON"))
}

async fn show_ledger(State(desk): State<Desk>) -> Response {
    let ledger = desk.ledger().clone();
    axum::Json(ledger).into_response()
}

async fn clear_ledger(State(desk): State<Desk>) -> StatusCode {
    let mut ledger = desk.ledger();
    let in_flight = ledger.in_flight;
    *ledger = Ledger { in_flight, ..Ledger::default() };
    StatusCode::NO_CONTENT
}

async fn set_script(State(desk): State<Desk>, axum::Json(script): axum::Json<Script>) -> StatusCode {
    desk.set_script(script);
    StatusCode::NO_CONTENT
}

async fn clear_script(State(desk): State<Desk>) -> StatusCode {
    desk.set_script(Script::default());
    StatusCode::NO_CONTENT
}

async fn set_pace(State(desk): State<Desk>, axum::Json(pace): axum::Json<Pace>) -> StatusCode {
    desk.set_pace(pace);
    StatusCode::NO_CONTENT
}
