//! The schemas of answers that are not whole pieces, made from the draft schema, so that a limit
//! stays stated once.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde_json::{Map, Value, json};

use super::plan::Slice;
use crate::answer::Schema;
use crate::content::{Kind, Part, schema};
use crate::llm::AnswerSchema;
use crate::prompts;

/// What an answer has to look like, as a schema and in words.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) schema: Arc<AnswerSchema>,
    pub(super) fields: String,
    /// The names of its fields.
    pub(super) names: Vec<String>,
}

/// What the form of a slice depends on.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    kind: Kind,
    grounds: Grounds,
    fields: Option<Vec<&'static str>>,
    count: Option<(&'static str, usize, usize)>,
    speech: Option<Part>,
}

/// Forms that are kept. Requests differ in the lengths of lists and in the number of objectives alone, so a
/// few dozen are in use.
const MOST_FORMS: usize = 256;

static FORMS: LazyLock<Mutex<BTreeMap<Key, Arc<Form>>>> = LazyLock::new(Mutex::default);

/// What answers may refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Grounds {
    pub(super) quotes: Quotes,
    /// How many objectives the outline has; `None` while it is made.
    pub(super) objectives: Option<usize>,
}

/// Whether answers bear quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Quotes {
    /// There is a source to quote.
    Wanted,
    /// There is none.
    None,
}

impl Form {
    fn new(schema: Value) -> Form {
        let properties = schema.get("properties").and_then(Value::as_object);
        let names = properties.into_iter().flat_map(Map::keys).cloned().collect();
        Form { fields: prompts::fields(&schema), names, schema: Arc::new(AnswerSchema::new(schema)) }
    }
}

static READERS: LazyLock<BTreeMap<Kind, Arc<Schema>>> = LazyLock::new(|| {
    Kind::ALL
        .into_iter()
        .filter_map(|kind| Some((kind, Arc::new(Schema::new(loosened(kind)).ok()?))))
        .collect()
});

/// Returns what answers of a kind are read with: it knows every field and asks for none, so that it
/// suits each part of a piece, and is compiled once.
pub(super) fn reader(kind: Kind) -> Option<Arc<Schema>> {
    READERS.get(&kind).map(Arc::clone)
}

/// Returns the form that a slice's answer is to have; slices of the same form share it.
pub(super) fn of_slice(kind: Kind, slice: &Slice, grounds: Grounds) -> Arc<Form> {
    let Slice { fields, count, speech, .. } = slice;
    let count = count.as_ref().map(|(list, count)| (*list, *count.start(), *count.end()));
    let key = Key { kind, grounds, fields: fields.clone(), count, speech: *speech };
    // A table of forms is whole after every statement, so a poisoned lock still holds a good one.
    if let Some(known) = FORMS.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return Arc::clone(known);
    }
    let form = Arc::new(Form::new(schema_of(kind, slice, grounds)));
    let mut forms = FORMS.lock().unwrap_or_else(PoisonError::into_inner);
    if forms.len() >= MOST_FORMS {
        forms.clear();
    }
    Arc::clone(forms.entry(key).or_insert(form))
}

fn schema_of(kind: Kind, slice: &Slice, grounds: Grounds) -> Value {
    let mut schema = schema::draft(kind).clone();
    if let Some(fields) = &slice.fields {
        let is_kept = |name: &str| fields.contains(&name);
        if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            properties.retain(|name, _| is_kept(name));
        }
        if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
            required.retain(|name| name.as_str().is_some_and(is_kept));
        }
    }
    if let Some((list, count)) = &slice.count
        && let Some(list) = schema.pointer_mut(&format!("/properties/{list}")).and_then(Value::as_object_mut)
    {
        list.insert("minItems".to_owned(), json!(count.start()));
        list.insert("maxItems".to_owned(), json!(count.end()));
    }
    if let Some(part) = slice.speech {
        only_part(&mut schema, part);
    }
    finished(schema, grounds)
}

/// Makes the form of an object with those fields, each with a schema out of the kind's draft.
pub(super) fn of_places(kind: Kind, places: Vec<(String, Value)>, grounds: Grounds) -> Form {
    let required: Vec<&String> = places.iter().map(|(key, _)| key).collect();
    let mut schema = json!({ "type": "object", "additionalProperties": false, "required": required });
    let properties: Map<String, Value> = places.into_iter().collect();
    if let Some(fields) = schema.as_object_mut() {
        fields.insert("properties".to_owned(), Value::Object(properties));
        if let Some(definitions) = schema::draft(kind).get("$defs") {
            fields.insert("$defs".to_owned(), definitions.clone());
        }
    }
    Form::new(finished(schema, grounds))
}

/// Takes out of a draft what its schema does not know, and shortens quotes that are too long: what is
/// left of one is still verbatim, and asking for it again would cost a call. Our schemas are shallow,
/// so is the walk. Tells whether anything was changed.
pub(super) fn prune(kind: Kind, draft: &mut Value) -> bool {
    let root = schema::draft(kind);
    prune_by(root, root, draft)
}

/// Cuts a quote between two words, as near to the limit as it may come.
fn shorten(quote: &mut String) -> bool {
    let Some((most, _)) = quote.char_indices().nth(schema::MAX_QUOTE_CHARACTERS) else { return false };
    let (head, rest) = quote.split_at(most);
    let is_whole = rest.starts_with(char::is_whitespace);
    let between = if is_whole { None } else { head.rfind(char::is_whitespace) };
    quote.truncate(between.unwrap_or(most));
    quote.truncate(quote.trim_end().len());
    true
}

fn prune_by(shape: &Value, root: &Value, value: &mut Value) -> bool {
    let name = shape.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix('#'));
    let shape = name.and_then(|pointer| root.pointer(pointer)).unwrap_or(shape);
    let mut is_changed = false;
    match value {
        Value::Object(fields) => {
            let Some(known) = shape.get("properties").and_then(Value::as_object) else { return false };
            let before = fields.len();
            fields.retain(|name, _| known.contains_key(name));
            is_changed |= fields.len() < before;
            for (name, field) in fields {
                is_changed |= match (known.get(name), field) {
                    (Some(_), Value::String(quote)) if name == "quote" => shorten(quote),
                    (Some(shape), field) => prune_by(shape, root, field),
                    (None, _) => false,
                };
            }
        }
        Value::Array(items) => {
            let Some(shape) = shape.get("items") else { return false };
            for item in items {
                is_changed |= prune_by(shape, root, item);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    is_changed
}

fn loosened(kind: Kind) -> Value {
    let mut schema = schema::draft(kind).clone();
    if let Some(fields) = schema.as_object_mut() {
        fields.shift_remove("required");
    }
    for (_, property) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        if let Some(property) = property.as_object_mut() {
            property.shift_remove("minItems");
            property.shift_remove("maxItems");
        }
    }
    schema
}

/// Lets turns belong to one part only.
fn only_part(schema: &mut Value, part: Part) {
    let part = serde_json::to_value(part).unwrap_or_default();
    let place = "/$defs/Turn/properties/part";
    if let Some(field) = schema.pointer_mut(place) {
        *field = json!({ "type": "string", "enum": [part], "description": "The part of the script." });
    }
}

fn finished(mut schema: Value, grounds: Grounds) -> Value {
    if grounds.quotes == Quotes::None {
        without_field(&mut schema, "quote");
    }
    if let Some(objectives) = grounds.objectives {
        objects_of(&mut schema, |properties| narrow_objectives(properties, objectives));
    }
    drop_unused(&mut schema);
    schema
}

fn without_field(schema: &mut Value, name: &str) {
    objects_of(schema, |properties| drop(properties.shift_remove(name)));
}

/// Lets objectives be named that the outline has, and no others.
fn narrow_objectives(properties: &mut Map<String, Value>, objectives: usize) {
    let Some(list) = properties.get_mut("objectives").and_then(Value::as_object_mut) else { return };
    list.insert("maxItems".to_owned(), json!(objectives));
    if let Some(number) = list.get_mut("items").and_then(Value::as_object_mut) {
        number.insert("maximum".to_owned(), json!(objectives));
    }
}

/// Changes the properties of a schema and of each of its definitions.
fn objects_of(schema: &mut Value, change: impl Fn(&mut Map<String, Value>)) {
    let Some(fields) = schema.as_object_mut() else { return };
    for (name, value) in fields {
        match name.as_str() {
            "$defs" => value
                .as_object_mut()
                .into_iter()
                .flat_map(Map::values_mut)
                .filter_map(|object| object.get_mut("properties")?.as_object_mut())
                .for_each(&change),
            "properties" => value.as_object_mut().into_iter().for_each(&change),
            _ => {}
        }
    }
}

/// Drops definitions that nothing refers to any more.
fn drop_unused(schema: &mut Value) {
    loop {
        let text = schema.to_string();
        let Some(definitions) = schema.get_mut("$defs").and_then(Value::as_object_mut) else { return };
        let before = definitions.len();
        definitions.retain(|name, _| text.contains(&format!("\"#/$defs/{name}\"")));
        if definitions.len() == before {
            break;
        }
    }
    let is_empty = schema.get("$defs").and_then(Value::as_object).is_some_and(Map::is_empty);
    if let Some(fields) = schema.as_object_mut().filter(|_| is_empty) {
        fields.shift_remove("$defs");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_that_is_too_long_is_cut_between_two_words() {
        let long = format!("{} tail of the quote", "word ".repeat(38));
        for (quote, kept) in [
            (long.as_str(), long.get(..199).unwrap().trim_end()),
            ("short and good", "short and good"),
            (&"é".repeat(250), &"é".repeat(200)),
        ] {
            let mut draft = json!({ "items": [{ "question": "Why?", "quote": quote }] });
            prune(Kind::Faqs, &mut draft);
            assert_eq!(draft["items"][0]["quote"], kept);
        }
    }
}
