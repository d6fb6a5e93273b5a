//! The reduced schema: what a vendor takes of a draft schema.
//!
//! Definitions are put where they are used, because vendors differ in what may stand beside a
//! reference. What a vendor does not take goes into the description in plain words, so that the
//! model still reads it; the full schema stays on our side and is what an answer is held against.

mod answer_schema;
mod words;

pub use answer_schema::AnswerSchema;
use serde_json::{Map, Value, json};

/// Deeper than any schema of ours: a schema that refers to itself ends here.
const MAX_DEPTH: usize = 16;
/// The longest list whose bounds are left to Gemini's decoder. It turns bounds into states of a
/// grammar and refuses schemas that have too many.
const GEMINI_MAX_ITEMS: u64 = 20;

/// The dialects of JSON Schema that vendors take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Gemini,
    OpenAi,
    Anthropic,
}

/// Says whether an object must have a property.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Required,
    Optional,
}

/// Reduces a schema to what that family of vendors takes.
pub(super) fn reduce(schema: &Value, family: Family) -> Value {
    let definitions = schema.get("$defs").and_then(Value::as_object);
    Reduction { family, definitions }.of(schema, Presence::Required, 0)
}

/// Tells a model the schema, where its server does not hold it to one.
pub(super) fn told(reduced: &Value) -> String {
    format!("Answer with one JSON object and nothing else. It must satisfy this JSON Schema:\n{reduced}")
}

struct Reduction<'a> {
    family: Family,
    definitions: Option<&'a Map<String, Value>>,
}

impl Reduction<'_> {
    fn of(&self, schema: &Value, presence: Presence, depth: usize) -> Value {
        let Some(whole) = self.resolved(schema) else { return json!({}) };
        if depth > MAX_DEPTH {
            return json!({});
        }
        let mut reduced = Map::new();
        let mut described = Vec::new();
        described.extend(whole.get("description").and_then(Value::as_str).map(str::to_owned));
        if let Some(types) = whole.get("type") {
            reduced.insert("type".to_owned(), self.types(types, presence));
        }
        self.bounds(&whole, &mut reduced, &mut described);
        if let Some(choices) = whole.get("enum") {
            reduced.insert("enum".to_owned(), self.choices(choices, &reduced));
        }
        if let Some(choice) = whole.get("const") {
            reduced.insert("enum".to_owned(), json!([choice]));
        }
        if let Some(items) = whole.get("items") {
            reduced.insert("items".to_owned(), self.of(items, Presence::Required, depth.saturating_add(1)));
        }
        for union in ["anyOf", "oneOf"] {
            if let Some(choices) = whole.get(union).and_then(Value::as_array) {
                let choices =
                    choices.iter().map(|choice| self.of(choice, Presence::Required, depth.saturating_add(1)));
                reduced.insert("anyOf".to_owned(), choices.collect());
            }
        }
        if let Some(properties) = whole.get("properties").and_then(Value::as_object) {
            self.properties(properties, whole.get("required"), depth, &mut reduced);
        }
        if !described.is_empty() {
            reduced.insert("description".to_owned(), json!(described.join(" ")));
        }
        Value::Object(reduced)
    }

    /// Puts the definition in the place of a reference, and joins what both say.
    fn resolved(&self, schema: &Value) -> Option<Map<String, Value>> {
        let mut whole = schema.as_object()?.clone();
        let Some(Value::String(reference)) = whole.shift_remove("$ref") else { return Some(whole) };
        let name = reference.strip_prefix("#/$defs/")?;
        let definition = self.definitions?.get(name)?.as_object()?;
        let own = whole.shift_remove("description");
        for (keyword, value) in definition {
            whole.entry(keyword.clone()).or_insert_with(|| value.clone());
        }
        if let Some(own) = own.as_ref().and_then(Value::as_str) {
            let general = definition.get("description").and_then(Value::as_str).unwrap_or_default();
            whole.insert("description".to_owned(), json!(format!("{own} {general}").trim_end()));
        }
        Some(whole)
    }

    /// Where every property is required, one that may be missing may be null instead; where it may
    /// be missing, null says nothing more. A list may be empty instead of either.
    fn types(&self, types: &Value, presence: Presence) -> Value {
        let mut names: Vec<Value> = match types {
            Value::Array(names) => names.clone(),
            name => vec![name.clone()],
        };
        if presence == Presence::Optional {
            let is_list = names.iter().any(|name| name == "array");
            names.retain(|name| name != "null");
            if self.family == Family::OpenAi && !is_list {
                names.push(json!("null"));
            }
        }
        match names.as_slice() {
            [only] => only.clone(),
            _ => Value::Array(names),
        }
    }

    fn choices(&self, choices: &Value, reduced: &Map<String, Value>) -> Value {
        let mut choices = choices.as_array().cloned().unwrap_or_default();
        let types = reduced.get("type").and_then(Value::as_array);
        if types.is_some_and(|types| types.iter().any(|name| name == "null"))
            && !choices.contains(&Value::Null)
        {
            choices.push(Value::Null);
        }
        Value::Array(choices)
    }

    fn bounds(
        &self,
        whole: &Map<String, Value>,
        reduced: &mut Map<String, Value>,
        described: &mut Vec<String>,
    ) {
        for bounds in words::BOUNDS {
            let (least, most) = (whole.get(bounds.least), whole.get(bounds.most));
            let takes = |keyword, bound: Option<&Value>| bound.is_none_or(|bound| self.takes(keyword, bound));
            if takes(bounds.least, least) && takes(bounds.most, most) {
                reduced.extend(least.map(|least| (bounds.least.to_owned(), least.clone())));
                reduced.extend(most.map(|most| (bounds.most.to_owned(), most.clone())));
            } else {
                described.extend(bounds.in_words(least, most));
                let kept = least.filter(|least| self.takes(bounds.least, least));
                reduced.extend(kept.map(|least| (bounds.least.to_owned(), least.clone())));
            }
        }
        described.extend(words::others(whole));
    }

    fn takes(&self, keyword: &str, bound: &Value) -> bool {
        match (self.family, keyword) {
            (_, "minLength" | "maxLength") => false,
            (Family::Anthropic, "minItems") => bound.as_u64().is_some_and(|items| items <= 1),
            (Family::Anthropic, _) => false,
            (Family::Gemini, "minItems" | "maxItems") => {
                bound.as_u64().is_some_and(|items| items <= GEMINI_MAX_ITEMS)
            }
            (Family::Gemini | Family::OpenAi, _) => true,
        }
    }

    fn properties(
        &self,
        properties: &Map<String, Value>,
        required: Option<&Value>,
        depth: usize,
        reduced: &mut Map<String, Value>,
    ) {
        let required = required.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut kept = Map::new();
        for (name, property) in properties {
            let is_required = required.iter().any(|required| required == name);
            let presence = if is_required { Presence::Required } else { Presence::Optional };
            kept.insert(name.clone(), self.of(property, presence, depth.saturating_add(1)));
        }
        let names: Vec<Value> = match self.family {
            Family::OpenAi => kept.keys().map(|name| json!(name)).collect(),
            Family::Gemini | Family::Anthropic => required.to_vec(),
        };
        reduced.insert("properties".to_owned(), Value::Object(kept));
        reduced.insert("required".to_owned(), Value::Array(names));
        reduced.insert("additionalProperties".to_owned(), json!(false));
    }
}

#[cfg(test)]
mod tests;
