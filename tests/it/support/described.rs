//! Answers held against the document of the API. Whatever a test asks a [`super::TestApp`] goes through
//! here: an answer of a described operation whose status, headers or body the document does not know fails
//! the test that got it.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use axum::http::{HeaderName, HeaderValue};
use content_factory::api::document;
use jsonschema::Validator;
use reqwest::{Body, Method, Response};
use serde::Serialize;
use serde_json::{Value, json};

/// Headers that belong to the transport, to caches and to the questions of browsers.
const UNDESCRIBED: [&str; 8] = [
    "content-type",
    "content-length",
    "content-encoding",
    "transfer-encoding",
    "connection",
    "date",
    "vary",
    "access-control",
];

/// Gives every operation with its method and the template of its path.
pub(crate) fn each_operation() -> impl Iterator<Item = (Method, &'static str, &'static Value)> {
    let paths = document()["paths"].as_object().unwrap().iter();
    paths.flat_map(|(path, operations)| {
        operations.as_object().unwrap().iter().map(move |(method, operation)| {
            (method.to_ascii_uppercase().parse().unwrap(), path.as_str(), operation)
        })
    })
}

/// Compiles a schema of the document, whose references lead to its components; once each.
pub(crate) fn validator(schema: &Value) -> Arc<Validator> {
    static KNOWN: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap();
    let compiled = known.entry(schema.to_string()).or_insert_with(|| {
        let whole = json!({ "allOf": [schema], "components": document()["components"] });
        Arc::new(jsonschema::draft202012::options().build(&whole).unwrap())
    });
    Arc::clone(compiled)
}

/// Follows a reference within the document, if it is one.
pub(crate) fn resolved(value: &'static Value) -> &'static Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(place) => document().pointer(place.strip_prefix('#').unwrap()).unwrap(),
        None => value,
    }
}

/// Finds the operation that a call met. A name in a template stands for any one part of a path.
fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let method = if method == Method::HEAD { &Method::GET } else { method };
    let fits = |template: &str| {
        let (mut parts, mut names) = (path.split('/'), template.split('/'));
        names.by_ref().zip(parts.by_ref()).all(|(name, part)| name.starts_with('{') || name == part)
            && path.split('/').count() == template.split('/').count()
    };
    let mut found: Vec<_> =
        each_operation().filter(|(own, template, _)| own == method && fits(template)).collect();
    // A path that is there as it stands goes before one with names in it.
    found.sort_by_key(|(_, template, _)| template.matches('{').count());
    found.first().map(|(.., operation)| *operation)
}

/// A call of a [`super::TestApp`], built like one of `reqwest`.
#[derive(Debug)]
pub(crate) struct RequestBuilder(reqwest::RequestBuilder);

impl From<reqwest::RequestBuilder> for RequestBuilder {
    fn from(builder: reqwest::RequestBuilder) -> RequestBuilder {
        RequestBuilder(builder)
    }
}

impl RequestBuilder {
    pub(crate) fn header<N, V>(self, name: N, value: V) -> RequestBuilder
    where
        HeaderName: TryFrom<N>,
        <HeaderName as TryFrom<N>>::Error: Into<axum::http::Error>,
        HeaderValue: TryFrom<V>,
        <HeaderValue as TryFrom<V>>::Error: Into<axum::http::Error>,
    {
        RequestBuilder(self.0.header(name, value))
    }

    pub(crate) fn bearer_auth(self, key: impl std::fmt::Display) -> RequestBuilder {
        RequestBuilder(self.0.bearer_auth(key))
    }

    pub(crate) fn json(self, body: &(impl Serialize + ?Sized)) -> RequestBuilder {
        RequestBuilder(self.0.json(body))
    }

    pub(crate) fn body(self, body: impl Into<Body>) -> RequestBuilder {
        RequestBuilder(self.0.body(body))
    }

    /// Sends it, and holds the answer against the document.
    pub(crate) async fn send(self) -> reqwest::Result<Response> {
        let (client, request) = self.0.build_split();
        let request = request?;
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = client.execute(request).await?;
        match operation(&method, &path) {
            Some(operation) => checked(&format!("{method} {path}"), operation, &method, response).await,
            None => Ok(response),
        }
    }
}

async fn checked(
    call: &str,
    operation: &'static Value,
    method: &Method,
    response: Response,
) -> reqwest::Result<Response> {
    let status = response.status();
    let answer = operation["responses"].get(status.as_str());
    let answer = resolved(answer.unwrap_or_else(|| panic!("{call}: the document does not know {status}")));
    check_headers(call, answer, &response);
    let Some(content) = answer.get("content").and_then(Value::as_object) else { return Ok(response) };
    let media_type = response.headers()["content-type"].to_str().unwrap();
    let media = content.get(media_type);
    let media =
        media.unwrap_or_else(|| panic!("{call}: the document does not know {media_type} with {status}"));
    // What comes bit by bit is read by the test alone.
    if !media_type.contains("json") || method == Method::HEAD || response.content_length().is_none() {
        return Ok(response);
    }
    let mut again = axum::http::Response::builder().status(status).version(response.version());
    again.headers_mut().unwrap().clone_from(response.headers());
    let body = response.bytes().await?;
    let value: Value = serde_json::from_slice(&body).unwrap();
    let faults: Vec<String> = validator(&media["schema"])
        .iter_errors(&value)
        .map(|fault| format!("{} at {}", fault, fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{call}: {status} is not as the document says: {faults:#?} in {value}");
    Ok(again.body(body).unwrap().into())
}

fn check_headers(call: &str, answer: &Value, response: &Response) {
    let described = answer["headers"].as_object().unwrap();
    for name in response.headers().keys().map(HeaderName::as_str) {
        let is_known =
            described.contains_key(name) || UNDESCRIBED.iter().any(|known| name.starts_with(known));
        assert!(is_known, "{call}: the document does not know the header {name} with {}", response.status());
    }
    for (name, header) in described {
        let place = header["$ref"].as_str().unwrap().strip_prefix('#').unwrap();
        let is_there = response.headers().contains_key(name);
        let is_required = document().pointer(place).unwrap()["required"] == json!(true);
        assert!(is_there || !is_required, "{call}: {name} is missing with {}", response.status());
    }
}
