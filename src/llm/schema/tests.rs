//! Every kind's schema in every dialect, as a whole, and what must not be in it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Family, reduce};
use crate::content::{Kind, schema};

const FAMILIES: [(Family, &str); 3] =
    [(Family::Gemini, "gemini"), (Family::OpenAi, "openai"), (Family::Anthropic, "anthropic")];

/// Calls `see` with every schema inside a schema, itself included.
fn each(schema: &Value, see: &mut impl FnMut(&serde_json::Map<String, Value>)) {
    let fields = schema.as_object().expect("a schema is an object");
    see(fields);
    let inner = fields.get("properties").and_then(Value::as_object).into_iter().flat_map(|all| all.values());
    let choices = fields.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    inner.chain(choices).chain(fields.get("items")).for_each(|inner| each(inner, see));
}

#[test]
fn every_kind_is_reduced_for_every_family() {
    for (family, name) in FAMILIES {
        for kind in Kind::ALL {
            insta::assert_json_snapshot!(format!("{name}_{kind}"), reduce(schema::draft(kind), family));
        }
    }
}

#[test]
fn no_keyword_survives_that_a_vendor_refuses() {
    let shared = ["type", "description", "enum", "items", "anyOf", "properties", "additionalProperties"];
    for (family, name) in FAMILIES {
        let mut allowed: BTreeSet<&str> = shared.into_iter().chain(["required", "minItems"]).collect();
        if family != Family::Anthropic {
            allowed.extend(["maxItems", "minimum", "maximum"]);
        }
        for kind in Kind::ALL {
            each(&reduce(schema::draft(kind), family), &mut |fields| {
                for keyword in fields.keys() {
                    assert!(allowed.contains(keyword.as_str()), "{name} {kind}: {keyword}");
                }
                let least = fields.get("minItems").and_then(Value::as_u64).unwrap_or_default();
                assert!(family != Family::Anthropic || least <= 1, "{kind}: minItems {least}");
            });
        }
    }
}

#[test]
fn every_object_is_closed_and_openai_requires_all_of_it() {
    for (family, name) in FAMILIES {
        for kind in Kind::ALL {
            let reduced = reduce(schema::draft(kind), family);
            assert_eq!(reduced["type"], "object");
            each(&reduced, &mut |fields| {
                let Some(properties) = fields.get("properties").and_then(Value::as_object) else { return };
                assert_eq!(fields["additionalProperties"], false, "{name} {kind}");
                let required = fields["required"].as_array().unwrap();
                assert!(required.iter().all(|name| properties.contains_key(name.as_str().unwrap())));
                assert!(family != Family::OpenAi || required.len() == properties.len(), "{kind}");
            });
        }
    }
}

#[test]
fn no_limit_of_a_kind_is_lost_on_the_way() {
    let outline = reduce(schema::draft(Kind::Outline), Family::Anthropic);
    let said = |pointer: &str| outline.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
    assert!(said("/properties/title/description").ends_with("10 to 200 characters."));
    assert!(said("/properties/sections/description").ends_with("3 to 15 items."));
    let objective = "/properties/sections/items/properties/objectives/items";
    assert!(said(&format!("{objective}/description")).ends_with("1 to 10."));
}

#[test]
fn what_may_be_missing_is_null_for_openai_and_missing_for_others() {
    let schema = json!({
        "type": "object",
        "properties": {
            "hint": { "type": ["string", "null"] },
            "level": { "$ref": "#/$defs/Level", "description": "Its level." },
            "tags": { "type": "array", "items": { "type": "string" } },
        },
        "required": [],
        "$defs": { "Level": { "type": "string", "enum": ["low", "high"], "description": "Of two." } },
    });
    let openai = reduce(&schema, Family::OpenAi);
    assert_eq!(openai["properties"]["hint"]["type"], json!(["string", "null"]));
    assert_eq!(openai["properties"]["level"]["enum"], json!(["low", "high", null]));
    assert_eq!(openai["properties"]["level"]["description"], "Its level. Of two.");
    assert_eq!(openai["properties"]["tags"]["type"], "array");
    let gemini = reduce(&schema, Family::Gemini);
    assert_eq!(gemini["properties"]["hint"]["type"], "string");
    assert_eq!(gemini["required"], json!([]));
}

#[test]
fn a_schema_that_refers_to_itself_ends() {
    let schema = json!({
        "$ref": "#/$defs/Node",
        "$defs": { "Node": { "type": "object", "properties": { "next": { "$ref": "#/$defs/Node" } } } },
    });
    assert!(reduce(&schema, Family::Gemini).to_string().len() < 10_000);
}
