//! From the bytes of a body to a valid [`Request`](crate::content::Request): encoding, media type, size,
//! UTF-8, JSON, and then every violation at once.

use std::error::Error;
use std::fmt;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::Api;
use super::error::{ApiError, Code};
use super::server::BodyStalled;
use crate::content::{self, Violation};

/// A body that is a valid request.
pub(super) struct RequestBody(pub(super) content::Request);

impl FromRequest<Api> for RequestBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, api: &Api) -> Result<Self, ApiError> {
        let value = read_json(request, api, api.config.max_body_bytes).await?;
        parsed(&value, api).map(RequestBody).map_err(ApiError::invalid)
    }
}

/// Makes a request of a value, or says everything that is wrong with it.
pub(super) fn parsed(value: &Value, api: &Api) -> Result<content::Request, Vec<Violation>> {
    let refused = callback_violation(value, api);
    match (content::Request::parse(value), refused) {
        (Ok(request), None) => Ok(request),
        (Ok(_), Some(violation)) => Err(vec![violation]),
        (Err(mut violations), more) => {
            let more = more.filter(|more| violations.iter().all(|known| known.path != more.path));
            violations.extend(more);
            Err(violations)
        }
    }
}

/// A JSON body that may be left out.
pub(super) struct OptionalJson(pub(super) Option<Value>);

impl FromRequest<Api> for OptionalJson {
    type Rejection = ApiError;

    async fn from_request(request: Request, api: &Api) -> Result<Self, ApiError> {
        refuse_encoded(request.headers())?;
        let is_json = is_json(request.headers());
        let bytes = read_bytes(request, api.config.max_body_bytes).await?;
        match (bytes.is_empty(), is_json) {
            (true, _) => Ok(OptionalJson(None)),
            (false, false) => Err(not_json()),
            (false, true) => json_of(&bytes).map(|value| OptionalJson(Some(value))),
        }
    }
}

/// Says what is wrong with the address that messages are to go to, as far as it tells by itself.
fn callback_violation(value: &Value, api: &Api) -> Option<Violation> {
    let url = value.get("callback_url")?.as_str()?;
    let refusal = api.webhooks.check_address(url).err()?;
    Some(Violation::new("/callback_url", refusal.to_string()))
}

/// Reads a body that must be there, of at most so many bytes, within the time that a request has.
pub(super) async fn read_json(request: Request, api: &Api, most: usize) -> Result<Value, ApiError> {
    refuse_encoded(request.headers())?;
    if !is_json(request.headers()) {
        return Err(not_json());
    }
    match tokio::time::timeout(api.config.request_timeout(), read_bytes(request, most)).await {
        Ok(bytes) => json_of(&bytes?),
        Err(_) => Err(ApiError::new(Code::DeadlineExceeded, "the body took too long to arrive")),
    }
}

fn not_json() -> ApiError {
    ApiError::new(Code::UnsupportedMediaType, "send `Content-Type: application/json`")
}

/// Nothing is unpacked here: a small body that unpacks to a large one has no way in.
fn refuse_encoded(headers: &HeaderMap) -> Result<(), ApiError> {
    let is_plain = |coding: &HeaderValue| {
        coding.to_str().is_ok_and(|coding| coding.trim().eq_ignore_ascii_case("identity"))
    };
    match headers.get_all(header::CONTENT_ENCODING).iter().all(is_plain) {
        true => Ok(()),
        false => Err(ApiError::new(Code::UnsupportedMediaType, "send the body without a `Content-Encoding`")),
    }
}

/// Reads a body; a layer of the route bounds it at `most` bytes.
async fn read_bytes(request: Request, most: usize) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, &()).await.map_err(|rejection| {
        if has_stalled(&rejection) {
            return ApiError::new(Code::DeadlineExceeded, "the body stopped arriving");
        }
        match rejection.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                ApiError::new(Code::PayloadTooLarge, format!("a body has at most {most} bytes"))
            }
            _ => ApiError::new(Code::MalformedJson, "the body ended before it was complete"),
        }
    })
}

fn has_stalled(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<BodyStalled>() {
            return true;
        }
        cause = error.source();
    }
    false
}

fn json_of(bytes: &[u8]) -> Result<Value, ApiError> {
    parse(bytes).map_err(|detail| ApiError::new(Code::MalformedJson, detail))
}

/// Takes `application/json` and what is built on it, in UTF-8.
fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = value.split(';').map(|part| part.trim().to_ascii_lowercase());
    let essence = parts.next().unwrap_or_default();
    let json =
        essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"));
    let utf8 = |part: String| {
        part.strip_prefix("charset=").is_none_or(|charset| charset.trim_matches('"') == "utf-8")
    };
    json && parts.all(utf8)
}

fn parse(bytes: &[u8]) -> Result<Value, String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| format!("the body is not UTF-8: see the byte at offset {}", error.valid_up_to()))?;
    // serde_json gives up at a depth of 128 by itself.
    let parsed: Result<Strict, serde_json::Error> = serde_json::from_str(text);
    parsed.map(|strict| strict.0).map_err(|error| error.to_string())
}

/// A JSON value in which no object has a name twice: which of the two would count is a guess.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Strict(value))) = entries.next_entry::<String, Strict>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("an object has the same name twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn headers(content_type: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::CONTENT_TYPE, content_type.parse().unwrap())])
    }

    #[test]
    fn json_in_utf_8_is_read_and_nothing_else() {
        for good in ["application/json", "Application/JSON; charset=UTF-8", "application/x+json"] {
            assert!(is_json(&headers(good)), "{good}");
        }
        for bad in ["text/plain", "application/json; charset=latin1", "", "application/jsonx"] {
            assert!(!is_json(&headers(bad)), "{bad}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }

    #[test]
    fn a_value_is_read_as_it_stands() {
        let text = r#"{"b": [1, -2, 2.5, true, null, "é"], "a": {}}"#;
        assert_eq!(parse(text.as_bytes()).unwrap(), json!({"b": [1, -2, 2.5, true, null, "é"], "a": {}}));
    }

    #[test]
    fn a_name_that_stands_twice_is_refused() {
        assert!(parse(br#"{"a": {"x": 1, "x": 2}}"#).unwrap_err().contains("twice"));
    }

    #[test]
    fn a_hundred_thousand_levels_are_refused_and_not_followed() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(parse(deep.as_bytes()).unwrap_err().contains("recursion"));
    }

    #[test]
    fn the_place_of_a_byte_that_is_not_utf_8_is_named() {
        assert!(parse(b"{\"a\xff\"}").unwrap_err().contains("offset 3"));
    }
}
