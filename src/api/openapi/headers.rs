//! Headers of requests and answers, each described once and referred to by its name.

use serde_json::{Map, Value, json};

use crate::api::error::Code;
use crate::api::headers;

/// Takes a call for the repetition of an earlier one.
pub(super) const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// How long the caller waits.
pub(super) const PREFER: &str = "Prefer";
/// What the caller has already.
pub(super) const IF_NONE_MATCH: &str = "If-None-Match";
/// What the caller saw last of a stream.
pub(super) const LAST_EVENT_ID: &str = "Last-Event-ID";
/// What every operation takes.
pub(super) const ALWAYS_TAKEN: [&str; 2] = ["X-Request-ID", "traceparent"];

/// Where something new is.
pub(super) const LOCATION: &str = "location";
/// What an answer may be asked for again by.
pub(super) const ETAG: &str = "etag";
/// Which headers an answer depends on.
pub(super) const VARY: &str = "vary";
/// Under which name a file is to be kept.
pub(super) const CONTENT_DISPOSITION: &str = "content-disposition";
const RETRY_AFTER: &str = "retry-after";
const WWW_AUTHENTICATE: &str = "www-authenticate";
const LIMIT: &str = "ratelimit";
const LIMIT_POLICY: &str = "ratelimit-policy";
const REQUEST_ID: &str = "x-request-id";
const STRICT_TRANSPORT: &str = "strict-transport-security";

/// The headers that requests may bear, as components.
pub(super) fn parameters() -> Value {
    let parameter = |name: &str, text: &str, schema: Value, example: Value| {
        (
            name.to_owned(),
            json!({ "name": name, "in": "header", "description": text, "schema": schema, "example": example }),
        )
    };
    let text = || json!({ "type": "string" });
    let all = [
        parameter(
            IDEMPOTENCY_KEY,
            "Makes a repetition of the call answer with what the first one made. The same key with another body is refused. Kept for a day.",
            json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" }),
            json!("3f1c2c9e-lesson-7"),
        ),
        parameter(
            PREFER,
            "`wait=N`: how many seconds the caller waits for the end of the job, at most 300; without it 120. What cannot be read is no preference.",
            text(),
            json!("wait=30"),
        ),
        parameter(
            IF_NONE_MATCH,
            "The entity tag of an answer that the caller still has; if it is still the same, the answer is 304 without a body.",
            text(),
            json!("\"5d41402abc4b2a76b9719d911017c592\""),
        ),
        parameter(
            LAST_EVENT_ID,
            "The number of the last event that the caller has; the stream goes on after it.",
            json!({ "type": "string", "pattern": "^[0-9]{0,18}$" }),
            json!("3"),
        ),
        parameter(
            "X-Request-ID",
            "A name for the request, which the answer and the log then bear: 1 to 128 letters, digits, `-`, `_` and `.`; any other is replaced.",
            text(),
            json!("7f3a-42"),
        ),
        parameter(
            "traceparent",
            "The trace that the request belongs to (W3C Trace Context); what is not exactly of its form is ignored.",
            text(),
            json!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ),
    ];
    Value::Object(all.into_iter().collect())
}

/// The headers that answers bear, as components.
pub(super) fn components() -> Map<String, Value> {
    let own = |name: &str, is_required: bool, text: &str, schema: Value, example: Value| {
        let header =
            json!({ "description": text, "required": is_required, "schema": schema, "example": example });
        (name.to_owned(), header)
    };
    let text = || json!({ "type": "string" });
    let mut all = Map::from_iter([
        own(
            REQUEST_ID,
            true,
            "Names the request, in the log of the service too.",
            json!({ "type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$" }),
            json!("01a1fbe7-78f4-7668-aeaa-e5f8bd47993c"),
        ),
        own(
            LOCATION,
            true,
            "Where the job or batch is.",
            json!({ "type": "string", "format": "uri-reference" }),
            json!("/api/v1/jobs/01a1fbe7-78f4-7668-aeaa-e5f8bd47993c"),
        ),
        own(
            ETAG,
            false,
            "Names this very content; there once it does not change any more.",
            json!({ "type": "string", "pattern": "^(W/)?\"[!#-~]*\"$" }),
            json!("\"5d41402abc4b2a76b9719d911017c592\""),
        ),
        own(
            VARY,
            false,
            "The headers of the request that the answer depends on.",
            text(),
            json!("Authorization, X-API-Key"),
        ),
        own(
            CONTENT_DISPOSITION,
            true,
            "The name of the file.",
            text(),
            json!("attachment; filename=\"job.md\""),
        ),
        own(
            RETRY_AFTER,
            true,
            "Seconds after which trying again makes sense.",
            json!({ "type": "integer", "minimum": 0 }),
            json!(2),
        ),
        own(WWW_AUTHENTICATE, true, "How a key is presented.", text(), json!("Bearer")),
        own(
            STRICT_TRANSPORT,
            false,
            "Where callers come over TLS: for how long browsers come no other way.",
            text(),
            json!("max-age=63072000; includeSubDomains"),
        ),
    ]);
    all.extend(of_limits());
    all.extend(headers::of_every_answer().map(|(name, value)| {
        own(
            name.as_str(),
            true,
            "What the answer says to a browser.",
            text(),
            json!(value.to_str().unwrap_or_default()),
        )
    }));
    all
}

/// What limited callers are told, as components.
fn of_limits() -> [(String, Value); 2] {
    let own = |name: &str, text: &str, example: &str| {
        let schema = json!({ "type": "string" });
        let header = json!({ "description": text, "required": false, "schema": schema, "example": example });
        (name.to_owned(), header)
    };
    [
        own(
            LIMIT_POLICY,
            "Where callers are limited: what the call counts against, how much in how many seconds (IETF draft, structured fields).",
            "\"reads\";q=600;w=60",
        ),
        own(
            LIMIT,
            "Where callers are limited: what is left of each, and in how many seconds there will be more.",
            "\"reads\";r=599;t=1",
        ),
    ]
}

/// References to the headers of every answer, and these.
pub(super) fn of_answer(more: &[&str]) -> Map<String, Value> {
    let refer = |name: &str| (name.to_owned(), json!({ "$ref": format!("#/components/headers/{name}") }));
    let mut headers = Map::from_iter([refer(REQUEST_ID)]);
    headers.extend(more.iter().copied().map(refer));
    headers.extend(headers::of_every_answer().map(|(name, _)| refer(name.as_str())));
    headers.extend([STRICT_TRANSPORT, LIMIT, LIMIT_POLICY].map(refer));
    headers
}

/// References to the headers of a problem with one of these codes.
pub(super) fn of_problem(codes: &[Code]) -> Map<String, Value> {
    let mut more = Vec::new();
    // Whoever is asked to come back later is told when.
    if codes.iter().any(|code| matches!(code.status().as_u16(), 429 | 503)) {
        more.push(RETRY_AFTER);
    }
    if codes.contains(&Code::Unauthenticated) {
        more.push(WWW_AUTHENTICATE);
    }
    of_answer(&more)
}
