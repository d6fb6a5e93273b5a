//! The form of an answer in words: every field of a schema with its limits, and the texts that code
//! joins. The schema is one of ours, so its depth is known.

use std::fmt::Write as _;

use serde_json::Value;

use crate::content::{Kind, Request, bounds, schema};

/// Writes out the fields of an object schema, one a line, nested ones indented.
#[must_use]
pub fn fields(schema: &Value) -> String {
    let mut text = String::new();
    add_fields(&mut text, schema, schema, 0);
    text.trim_end().to_owned()
}

/// Writes out the limits of the text of that name, which code joins from the answer alone.
pub(super) fn joined_alone(kind: Kind, request: &Request, name: &str) -> String {
    let all = joined(kind, request);
    let own = all.lines().find(|line| line.starts_with(&format!("- `{name}`: ")));
    own.unwrap_or_default().to_owned()
}

/// Writes out the limits of the texts that code joins from an answer for the whole piece.
pub(super) fn joined(kind: Kind, request: &Request) -> String {
    let bounds = bounds(kind, request);
    let mut text = String::new();
    let properties = schema::piece(kind).get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let is_text = property.get("type").and_then(Value::as_str) == Some("string");
        if property.get("x-set-by").is_none() || !is_text || name == "title" {
            continue;
        }
        let mut of_one_text = bounds.iter().filter(|bound| !bound.is_total());
        let narrowed = of_one_text.find(|bound| bound.pointer.strip_prefix('/') == Some(name.as_str()));
        let limits = match narrowed {
            Some(bound) => between(bound.characters.start(), bound.characters.end()),
            None => span(property, "minLength", "maxLength").unwrap_or_default(),
        };
        let _ = writeln!(text, "- `{name}`: {limits} characters. {}", description(property));
    }
    for bound in bounds.iter().filter(|bound| bound.is_total()) {
        let limits = between(bound.characters.start(), bound.characters.end());
        let _ = writeln!(text, "- all of it together: {limits} characters");
    }
    text.trim_end().to_owned()
}

fn add_fields(text: &mut String, schema: &Value, root: &Value, depth: usize) {
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let indent = "  ".repeat(depth);
        let optional = if required.contains(&name.as_str()) { "" } else { " (may be left out)" };
        let (target, said) = (resolved(property, root), description(property));
        let said = if said.is_empty() { description(target) } else { said };
        let _ = writeln!(text, "{indent}- `{name}`{optional}: {}. {said}", shape(target, root));
        let nested = target.get("items").map_or(target, |items| resolved(items, root));
        add_fields(text, nested, root, depth + 1);
    }
}

/// Follows a reference, and takes the first of "this or null".
fn resolved<'a>(schema: &'a Value, root: &'a Value) -> &'a Value {
    let mut current = schema;
    // References of our schemas are one step deep, behind at most one alternative.
    for _ in 0..4 {
        if let Some(first) = current.get("anyOf").and_then(|choices| choices.get(0)) {
            current = first;
        }
        let target = current.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix('#'));
        match target.and_then(|pointer| root.pointer(pointer)) {
            Some(next) => current = next,
            None => return current,
        }
    }
    current
}

fn shape(schema: &Value, root: &Value) -> String {
    if let Some(options) = schema.get("enum").and_then(Value::as_array) {
        let names: Vec<String> =
            options.iter().filter_map(Value::as_str).map(|name| format!("\"{name}\"")).collect();
        return format!("one of {}", names.join(", "));
    }
    match type_of(schema) {
        "string" => sized("text", span(schema, "minLength", "maxLength"), "characters"),
        "integer" => ranged("whole number", schema),
        "number" => ranged("number", schema),
        "array" => {
            let items = schema.get("items").map(|items| shape(resolved(items, root), root));
            let list = sized("list", span(schema, "minItems", "maxItems"), "items");
            items.map_or_else(|| list.clone(), |items| format!("{list}, each: {items}"))
        }
        _ => "object".to_owned(),
    }
}

fn type_of(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::Array(types)) => {
            types.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or("")
        }
        Some(Value::String(name)) => name,
        _ => "",
    }
}

fn sized(what: &str, span: Option<String>, unit: &str) -> String {
    let Some(span) = span else { return what.to_owned() };
    let is_one = span.rsplit_once(' ').is_some_and(|(_, most)| most == "1");
    format!("{what} of {span} {}", if is_one { unit.trim_end_matches('s') } else { unit })
}

fn ranged(what: &str, schema: &Value) -> String {
    match (number(schema, "minimum"), number(schema, "maximum")) {
        (Some(least), Some(most)) => format!("{what} from {least} to {most}"),
        (Some(least), None) => format!("{what} of at least {least}"),
        (None, Some(most)) => format!("{what} of at most {most}"),
        (None, None) => what.to_owned(),
    }
}

/// Writes the two limits of a length, as far as there are any.
fn span(schema: &Value, least: &str, most: &str) -> Option<String> {
    match (number(schema, least), number(schema, most)) {
        (Some(least), Some(most)) if least == most => Some(format!("exactly {least}")),
        (Some(least), Some(most)) => Some(between(&least, &most)),
        (Some(least), None) => Some(format!("at least {least}")),
        (None, Some(most)) => Some(format!("at most {most}")),
        (None, None) => None,
    }
}

fn between(least: &impl std::fmt::Display, most: &impl std::fmt::Display) -> String {
    format!("{least} to {most}")
}

/// Writes a limit of a schema; whole limits may stand there as 1.0.
fn number(schema: &Value, name: &str) -> Option<String> {
    schema.get(name).and_then(Value::as_f64).map(|number| number.to_string())
}

fn description(schema: &Value) -> &str {
    schema.get("description").and_then(Value::as_str).unwrap_or_default()
}
