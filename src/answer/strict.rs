//! Parses JSON as it is, and tells where a key appears twice: of two values one would be lost without a word.
//!
//! Everything else is left to `serde_json`, its bound on nesting among it.

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Value};

/// What a text is as JSON.
pub(super) enum Strict {
    /// This value.
    Value(Value),
    /// JSON in which a key has two values.
    Repeats,
    /// No JSON, or one that cannot be held.
    NotJson,
}

/// Parses a whole text.
pub(super) fn parse(text: &str) -> Strict {
    let mut repeats = false;
    let mut parser = serde_json::Deserializer::from_str(text);
    let value = Node { repeats: &mut repeats }.deserialize(&mut parser);
    match value.and_then(|value| parser.end().map(|()| value)) {
        Ok(_) if repeats => Strict::Repeats,
        Ok(value) => Strict::Value(value),
        Err(_) => Strict::NotJson,
    }
}

/// Reads one value and notes whether a key below it has two.
struct Node<'a> {
    repeats: &'a mut bool,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(Node { repeats: &mut *self.repeats })? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            let value = members.next_value_seed(Node { repeats: &mut *self.repeats })?;
            match all.entry(key) {
                Entry::Vacant(free) => {
                    free.insert(value);
                }
                Entry::Occupied(taken) => *self.repeats |= *taken.get() != value,
            }
        }
        Ok(Value::Object(all))
    }
}
