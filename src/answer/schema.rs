//! Asks how well a value fits a JSON Schema, and changes fields to the type it asks for.
//!
//! Only changes that lose nothing are made: a number written as a string, a single value where a list is asked,
//! an object wrapped into a one-key object. Each is logged; whether the result is valid is the caller's question.

use serde_json::{Map, Number, Value};

use super::formula;
use super::strict::{self, Strict};

/// A compiled JSON Schema.
#[derive(Debug)]
pub struct Schema {
    document: Value,
    validator: jsonschema::Validator,
}

/// Says that a schema cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the schema cannot be compiled: {0}")]
pub struct SchemaError(String);

/// What was done to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CoercionKind {
    /// A string that spells a number became that number.
    StringToNumber,
    /// A string that spells a truth value became it.
    StringToBool,
    /// A number or truth value became its spelling.
    ScalarToString,
    /// A whole number written with a fraction (`12.0`) lost the fraction.
    FloatToInteger,
    /// A single value became a list of one.
    ValueToList,
    /// A string that holds JSON became what it holds.
    StringToValue,
    /// A choice was spelt as the schema spells it.
    ChoiceSpelling,
    /// An object was taken out of a one-key object or a list of one.
    Unwrapped,
    /// A null of an optional field was left out.
    NullLeftOut,
}

/// Tells of one changed field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coercion {
    /// Where the field is, as a JSON pointer.
    pub path: String,
    /// What was done.
    pub kind: CoercionKind,
}

/// Most fields that are looked at.
const MAX_FIELDS: usize = 20_000;
/// Longest chain of references that is followed.
const MAX_REFERENCES: usize = 16;

impl Schema {
    /// Compiles a schema.
    ///
    /// # Errors
    /// Says what is wrong with a document that is no valid schema.
    pub fn new(document: Value) -> Result<Self, SchemaError> {
        let validator =
            jsonschema::validator_for(&document).map_err(|error| SchemaError(error.to_string()))?;
        Ok(Self { document, validator })
    }

    /// True if a value would be valid after coercion.
    pub(super) fn fits(&self, value: &Value) -> bool {
        let mut copy = value.clone();
        self.coerce(&mut copy);
        self.validator.is_valid(&copy)
    }

    /// Changes fields to the type the schema asks for and tells which.
    pub(super) fn coerce(&self, value: &mut Value) -> Vec<Coercion> {
        let mut coercions = Vec::new();
        let is_valid = self.validator.is_valid(value);
        if is_valid && !holds_whole_fraction(value) {
            return coercions;
        }
        if !is_valid {
            self.unwrap_root(value, &mut coercions);
        }
        let mut open: Vec<(String, &Value)> = vec![(String::new(), &self.document)];
        let mut looked_at = 0;
        while let Some((path, schema)) = open.pop() {
            looked_at += 1;
            if looked_at > MAX_FIELDS {
                break;
            }
            let Some(field) = value.pointer_mut(&path) else { continue };
            let Some(schema) = self.resolve(schema, field) else { continue };
            if let Some(kind) = coerce_field(field, schema) {
                coercions.push(Coercion { path: path.clone(), kind });
            }
            match field {
                Value::Array(items) => {
                    if let Some(inner) = schema.get("items") {
                        open.extend((0..items.len()).map(|index| (format!("{path}/{index}"), inner)));
                    }
                }
                Value::Object(members) => {
                    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
                        continue;
                    };
                    leave_nulls_out(members, schema, properties, (&path, &mut coercions));
                    for (name, inner) in properties.iter().filter(|(name, _)| members.contains_key(*name)) {
                        open.push((format!("{path}/{}", escaped(name)), inner));
                    }
                }
                _ => {}
            }
        }
        coercions
    }

    /// Follows references and picks the branch of a union that suits the value.
    fn resolve<'s>(&'s self, schema: &'s Value, value: &Value) -> Option<&'s Value> {
        let mut schema = schema;
        for _ in 0..MAX_REFERENCES {
            if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
                schema = self.document.pointer(target.strip_prefix('#')?)?;
                continue;
            }
            let Some(branches) =
                schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array)
            else {
                return Some(schema);
            };
            if value.is_null() {
                return None;
            }
            let mut others =
                branches.iter().filter(|branch| branch.get("type") != Some(&Value::from("null")));
            let (Some(one), None) = (others.next(), others.next()) else { return None };
            schema = one;
        }
        None
    }

    /// Takes the root out of a one-key object or a list of one if the schema asks for what is inside.
    fn unwrap_root(&self, value: &mut Value, coercions: &mut Vec<Coercion>) {
        let wants_object = self.document.get("properties").is_some_and(Value::is_object);
        if !wants_object {
            return;
        }
        let knows = |inner: &Value| {
            let properties = self.document.get("properties").and_then(Value::as_object);
            inner.as_object().is_some_and(|members| {
                !members.is_empty()
                    && members.keys().all(|key| properties.is_some_and(|known| known.contains_key(key)))
            })
        };
        let inner = match value {
            Value::Array(items) if items.len() == 1 => items.first_mut(),
            Value::Object(members) if members.len() == 1 => {
                let known = self.document.get("properties").and_then(Value::as_object);
                members
                    .iter_mut()
                    .next()
                    .filter(|(key, _)| known.is_none_or(|known| !known.contains_key(key.as_str())))
                    .map(|(_, inner)| inner)
            }
            _ => None,
        };
        let Some(inner) = inner.filter(|inner| knows(inner)) else { return };
        let taken = inner.take();
        *value = taken;
        coercions.push(Coercion { path: String::new(), kind: CoercionKind::Unwrapped });
    }
}

/// Writes a name as a part of a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn leave_nulls_out(
    members: &mut Map<String, Value>,
    schema: &Value,
    properties: &Map<String, Value>,
    (path, coercions): (&str, &mut Vec<Coercion>),
) {
    let required = |name: &str| {
        schema
            .get("required")
            .and_then(Value::as_array)
            .is_some_and(|names| names.iter().any(|one| one == name))
    };
    members.retain(|name, value| {
        let known = properties.get(name);
        let leave_out = value.is_null()
            && !required(name)
            && known.is_some_and(|inner| {
                inner.get("type").and_then(Value::as_str).is_some_and(|kind| kind != "null")
            });
        if leave_out {
            coercions.push(Coercion {
                path: format!("{path}/{}", escaped(name)),
                kind: CoercionKind::NullLeftOut,
            });
        }
        !leave_out
    });
}

/// Changes one field if its schema names a type it lacks.
fn coerce_field(field: &mut Value, schema: &Value) -> Option<CoercionKind> {
    let wants = |name: &str| match schema.get("type") {
        Some(Value::String(one)) => one == name,
        Some(Value::Array(several)) => several.iter().any(|one| one == name),
        _ => false,
    };
    let (changed, kind) = match &*field {
        Value::String(text) if wants("string") => match spelling(text, schema) {
            Some(spelt) => (spelt, CoercionKind::ChoiceSpelling),
            None => return None,
        },
        Value::String(text) if wants("integer") || wants("number") => {
            let number = text.trim().parse::<Number>().ok()?;
            if !wants("number") && number.is_f64() {
                return None;
            }
            (Value::Number(number), CoercionKind::StringToNumber)
        }
        Value::String(text) if wants("boolean") => match text.trim().to_ascii_lowercase().as_str() {
            "true" => (Value::Bool(true), CoercionKind::StringToBool),
            "false" => (Value::Bool(false), CoercionKind::StringToBool),
            _ => return None,
        },
        Value::String(text)
            if (wants("array") || wants("object")) && text.trim_start().starts_with(['{', '[']) =>
        {
            match strict::parse(text) {
                // A key with two values or a lost backslash says no one thing.
                Strict::Value(value, false)
                    if !formula::may_hold_commands(text)
                        && ((value.is_array() && wants("array"))
                            || (value.is_object() && wants("object"))) =>
                {
                    (value, CoercionKind::StringToValue)
                }
                _ => return None,
            }
        }
        Value::Number(number) if wants("integer") && number.is_f64() => {
            (whole(number)?, CoercionKind::FloatToInteger)
        }
        Value::Number(_) if wants("number") || wants("integer") => return None,
        Value::Bool(_) if wants("boolean") => return None,
        Value::Number(_) | Value::Bool(_) if wants("string") => {
            (Value::String(field.to_string()), CoercionKind::ScalarToString)
        }
        Value::Array(_) | Value::Null => return None,
        Value::Object(_) if wants("object") => return None,
        one if wants("array") => (Value::Array(vec![one.clone()]), CoercionKind::ValueToList),
        _ => return None,
    };
    *field = changed;
    Some(kind)
}

/// Finds the schema's spelling of a choice that differs in case, blanks and dashes only.
fn spelling(text: &str, schema: &Value) -> Option<Value> {
    let plain = |text: &str| text.trim().to_lowercase().replace([' ', '-'], "_");
    let choices = schema.get("enum").and_then(Value::as_array)?;
    if choices.iter().any(|choice| choice == text) {
        return None;
    }
    let mut fitting =
        choices.iter().filter(|choice| choice.as_str().is_some_and(|choice| plain(choice) == plain(text)));
    match (fitting.next(), fitting.next()) {
        (Some(one), None) => Some(one.clone()),
        _ => None,
    }
}

/// Writes a number such as `12.0` as a whole number, if it is one a double holds exactly.
fn whole(number: &Number) -> Option<Value> {
    let spelt = number.to_string();
    let digits = spelt.strip_suffix(".0")?;
    digits.parse::<i64>().ok().map(Value::from)
}

/// True if a number such as `12.0` stands anywhere; schemas take it for an integer, typed readers do not.
fn holds_whole_fraction(value: &Value) -> bool {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Number(number) if number.is_f64() && whole(number).is_some() => return true,
            Value::Array(items) => open.extend(items),
            Value::Object(members) => open.extend(members.values()),
            _ => {}
        }
    }
    false
}
