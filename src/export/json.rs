//! JSON: the piece exactly as the service returns it, indented, with a line end at the end.

use serde_json::{Map, Value};

use crate::content::Material;

/// Renders one piece.
pub(super) fn piece(material: &Material) -> Vec<u8> {
    bytes(&value(material))
}

/// Renders an object from kind to piece.
pub(super) fn package(materials: &[&Material]) -> Vec<u8> {
    let fields = materials.iter().map(|material| (material.kind().to_string(), value(material)));
    bytes(&Value::Object(fields.collect::<Map<_, _>>()))
}

/// A piece came out of JSON checks, so that it has no key that is not text and no number that is not finite.
fn value(material: &Material) -> Value {
    serde_json::to_value(material).unwrap_or_default()
}

fn bytes(value: &Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}
