//! Parses JSON as it is, and tells where a key appears twice: of two values one is lost without a word.
//!
//! Parsing is left to `serde_json`, its bound on nesting among it. A key was repeated if the text has more colons
//! than the value has members.

use serde_json::Value;

/// What a text is as JSON.
pub(super) enum Strict {
    /// This value; whether a key of it appears twice in the text.
    Value(Value, bool),
    /// No JSON, or one that cannot be held.
    NotJson,
}

/// Parses a whole text.
pub(super) fn parse(text: &str) -> Strict {
    match serde_json::from_str::<Value>(text) {
        Ok(value) => {
            let repeats = colons(text) != members(&value);
            Strict::Value(value, repeats)
        }
        Err(_) => Strict::NotJson,
    }
}

/// Counts the colons of valid JSON that stand in no string.
fn colons(text: &str) -> usize {
    let mut count = 0;
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b':' => count += 1,
            b'"' => {
                while let Some(inside) = bytes.next() {
                    match inside {
                        b'"' => break,
                        b'\\' => {
                            bytes.next();
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    count
}

/// Counts the members of all objects in a value.
fn members(value: &Value) -> usize {
    let mut count = 0;
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(members) => {
                count += members.len();
                open.extend(members.values());
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    count
}
