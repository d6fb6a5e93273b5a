//! Puts a derived schema into plain words: descriptions of one line, closed lists as `enum`, no
//! defaults. Walks our own schemas only, whose depth is known.

use serde_json::{Map, Value, json};

/// Tidies a schema and everything in it.
pub fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.shift_remove("default");
            list_choices(fields);
            if let Some(Value::String(description)) = fields.get_mut("description") {
                *description = first_paragraph(description);
            }
            fields.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Takes null out of every type: what is finished leaves a field out instead.
pub(super) fn without_null(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::Array(types)) = fields.get_mut("type") {
                types.retain(|name| name != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    fields.insert("type".to_owned(), only);
                }
            }
            fields.values_mut().for_each(without_null);
        }
        Value::Array(items) => items.iter_mut().for_each(without_null),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The first paragraph of a doc comment on one line; the rest is for readers of the code.
fn first_paragraph(description: &str) -> String {
    let paragraph = description.split("\n\n").next().unwrap_or_default();
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Turns the alternatives of a closed list into one `enum`, and says in the description what each means.
fn list_choices(fields: &mut Map<String, Value>) {
    let Some(choices) = fields.get("oneOf").and_then(Value::as_array) else { return };
    let names: Option<Vec<Value>> = choices.iter().map(|choice| choice.get("const").cloned()).collect();
    let Some(names) = names else { return };
    let mut description =
        fields.get("description").and_then(Value::as_str).map(first_paragraph).unwrap_or_default();
    for choice in choices {
        let text = |key: &str| choice.get(key).and_then(Value::as_str).unwrap_or_default();
        description = format!("{description} {}: {}", text("const"), first_paragraph(text("description")));
    }
    fields.shift_remove("oneOf");
    fields.insert("type".to_owned(), json!("string"));
    fields.insert("enum".to_owned(), Value::Array(names));
    fields.insert("description".to_owned(), json!(description.trim()));
}
