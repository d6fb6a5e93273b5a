//! A document as it is read: the envelope, its declared fields, and the payload.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Collection;
use super::indexes::FieldType;

/// The fields of a document by name.
pub type Fields = BTreeMap<&'static str, Value>;

/// A document as the store keeps it. Debug output tells the size of the payload only.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// Where it lies.
    pub collection: Collection,
    /// Its name within the collection.
    pub id: String,
    /// Counts its writes: 1 when it is made, one more each time. A document that is deleted or has
    /// expired and is made again starts anew at 1.
    pub version: u64,
    /// The form of the payload, for those who read it.
    pub schema_version: u32,
    /// The indexed fields it has.
    pub fields: Fields,
    /// From when on it is gone.
    pub expire_at: Option<Timestamp>,
    /// What it holds, a JSON text by convention.
    pub payload: String,
}

/// The value of an indexed field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Value {
    /// UTF-8 text.
    #[serde(rename = "s")]
    Text(String),
    /// A whole number.
    #[serde(rename = "i")]
    Integer(i64),
    /// True or false.
    #[serde(rename = "b")]
    Bool(bool),
    /// A moment; a store keeps microseconds.
    #[serde(rename = "t")]
    Timestamp(Timestamp),
}

impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Document { collection, id, version, schema_version, fields, expire_at, payload } = self;
        formatter
            .debug_struct("Document")
            .field("collection", collection)
            .field("id", id)
            .field("version", version)
            .field("schema_version", schema_version)
            .field("fields", fields)
            .field("expire_at", expire_at)
            .field("payload_bytes", &payload.len())
            .finish()
    }
}

impl Document {
    /// Reads a text field, `None` where the document has no such field.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        match self.fields.get(field) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Reads a number field.
    #[must_use]
    pub fn integer(&self, field: &str) -> Option<i64> {
        match self.fields.get(field) {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    /// Reads a true-or-false field.
    #[must_use]
    pub fn bool(&self, field: &str) -> Option<bool> {
        match self.fields.get(field) {
            Some(Value::Bool(truth)) => Some(*truth),
            _ => None,
        }
    }

    /// Reads a moment.
    #[must_use]
    pub fn timestamp(&self, field: &str) -> Option<Timestamp> {
        match self.fields.get(field) {
            Some(Value::Timestamp(moment)) => Some(*moment),
            _ => None,
        }
    }

    /// Tells whether it is gone at `now`.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expire_at.is_some_and(|expire_at| expire_at <= now)
    }
}

impl Value {
    /// Names the type of the value.
    #[must_use]
    pub fn field_type(&self) -> FieldType {
        match self {
            Value::Text(_) => FieldType::Text,
            Value::Integer(_) => FieldType::Integer,
            Value::Bool(_) => FieldType::Bool,
            Value::Timestamp(_) => FieldType::Timestamp,
        }
    }

    /// Cuts a moment to what every backend keeps.
    pub(super) fn kept(self) -> Value {
        match self {
            Value::Timestamp(moment) => Value::Timestamp(microseconds(moment)),
            other => other,
        }
    }
}

/// Cuts a moment to whole microseconds.
pub(super) fn microseconds(moment: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(moment.as_microsecond()).unwrap_or(moment)
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Integer(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Value {
        Value::Integer(i64::from(number))
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Value {
        Value::Bool(truth)
    }
}

impl From<Timestamp> for Value {
    fn from(moment: Timestamp) -> Value {
        Value::Timestamp(moment)
    }
}
