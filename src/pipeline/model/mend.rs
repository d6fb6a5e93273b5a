//! What of a draft is asked for again, and how the new places get into the old draft. Pure.
//!
//! A fault lies in a field, an item of a list, the turns of a part, or in items that are missing;
//! only that is shown to the model and only that comes back.

use serde_json::{Map, Value};

use super::plan::item_limits;
use super::seams::gist;
use super::shape::{self, Form, Grounds};
use crate::content::{Kind, Part, Violation, schema};
use crate::prompts::{Place, Showing};

/// The smallest part of a draft that can be asked for again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// A field of the draft.
    Field(String),
    /// One item of a list.
    Item(String, usize),
    /// So many items that a list lacks.
    More(String, usize),
    /// All turns of one part of the script.
    Turns(Part),
}

/// A unit and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) unit: Unit,
    pub(super) messages: Vec<String>,
}

/// Lists whose items stand each for itself, so that some more can be asked for, and one be missed.
pub(super) const OPEN_LISTS: [&str; 4] = ["items", "questions", "key_concepts", "key_takeaways"];
/// Items that are asked for beyond those that lack, because one may repeat another.
const SPARE_ITEMS: usize = 2;
/// Most units of one re-ask; of a draft with more faults little is right.
const MAX_UNITS: usize = 24;

/// Finds the units that violations lie in; none if no re-ask could help.
pub(super) fn faults(kind: Kind, draft: &Value, violations: &[Violation]) -> Vec<Fault> {
    let mut faults: Vec<Fault> = Vec::new();
    for violation in violations {
        for unit in units(kind, draft, &violation.path) {
            let message = told(&unit, &violation.path, &violation.message);
            add(&mut faults, unit, &message);
        }
    }
    // What is asked for as a whole need not be asked for in parts.
    let whole: Vec<String> = faults.iter().filter_map(|fault| fault.unit.whole_field()).collect();
    faults.retain(|fault| fault.unit.list().is_none_or(|list| !whole.iter().any(|field| field == list)));
    faults.truncate(MAX_UNITS);
    faults
}

/// Adds what is wrong with an item to the faults, if the path lies in an item.
pub(super) fn add_item(faults: &mut Vec<Fault>, path: &str, message: &str) {
    if let Some(unit) = item(path) {
        let message = told(&unit, path, message);
        add(faults, unit, &message);
    }
}

/// Puts faults together: of the same place into one, of missing items of a list so many as lack most.
pub(super) fn together(mut faults: Vec<Fault>, more: Vec<Fault>) -> Vec<Fault> {
    for fault in more {
        let of_list = faults.iter_mut().find(|known| match (&known.unit, &fault.unit) {
            // All of it is asked for anew.
            (Unit::Field(list), unit) => list == unit.field(),
            (Unit::More(list, _), Unit::More(other, _)) => list == other,
            (one, other) => one == other,
        });
        match (of_list, &fault.unit) {
            (Some(Fault { unit: Unit::More(_, count), .. }), Unit::More(_, lacking)) => {
                *count = (*count).max(*lacking);
            }
            (Some(Fault { unit: Unit::Field(_), .. }), _) => {}
            (Some(known), _) => known.messages.extend(fault.messages),
            (None, _) => faults.push(fault),
        }
    }
    faults
}

/// Makes the places of a re-ask and the form of its answer.
pub(super) fn places(kind: Kind, draft: &Value, faults: &[Fault], grounds: Grounds) -> (Vec<Place>, Form) {
    let mut places = Vec::new();
    let mut fields = Vec::new();
    for (number, fault) in (1..).zip(faults) {
        let Some(schema) = fault.unit.schema(kind) else { continue };
        let key = format!("place_{number}");
        places.push(Place {
            key: key.clone(),
            pointer: fault.unit.pointer(),
            field: fault.unit.field().to_owned(),
            speech: fault.unit.speech(),
            faults: fault.messages.clone(),
            current: fault.unit.current(draft).and_then(|value| serde_json::to_string_pretty(&value).ok()),
            avoid: fault.unit.avoid(draft),
        });
        fields.push((key, schema));
    }
    (places, shape::of_places(kind, fields, grounds))
}

/// Says whether mending takes new matter; what is only too long needs none.
pub(super) fn showing(draft: &Value, faults: &[Fault]) -> Showing {
    let is_too_long = |fault: &Fault| {
        fault.unit.current(draft).is_some()
            && fault.messages.iter().all(|message| message.contains("at most"))
    };
    if faults.iter().all(is_too_long) { Showing::Places } else { Showing::Source }
}

/// Puts the answer of a re-ask into the draft.
pub(super) fn merge(draft: &mut Value, faults: &[Fault], mut answer: Value) {
    let Some(fields) = draft.as_object_mut() else { return };
    for (number, fault) in (1..).zip(faults) {
        if let Some(value) = answer.get_mut(format!("place_{number}")).map(Value::take) {
            fault.unit.put(fields, value);
        }
    }
}

/// Says what is wrong, with the name of the field where that is a part of what is asked for.
fn told(unit: &Unit, path: &str, message: &str) -> String {
    let within = path.strip_prefix(unit.pointer().as_str()).unwrap_or(path).trim_matches('/');
    let is_own = within.is_empty() || within == unit.field();
    // What a writer calls a quote has become evidence by the time that it is judged.
    let name = if within.contains("evidence") { "quote" } else { within };
    if is_own { message.to_owned() } else { format!("`{name}` {message}") }
}

fn add(faults: &mut Vec<Fault>, unit: Unit, message: &str) {
    match faults.iter_mut().find(|fault| fault.unit == unit) {
        Some(known) => known.messages.push(message.to_owned()),
        None => faults.push(Fault { unit, messages: vec![message.to_owned()] }),
    }
}

fn units(kind: Kind, draft: &Value, path: &str) -> Vec<Unit> {
    let field = path.split('/').nth(1).unwrap_or_default();
    match (kind, field) {
        (_, "") => missing_fields(kind, draft),
        (Kind::PodcastScript, "introduction") => vec![Unit::Turns(Part::Introduction)],
        (Kind::PodcastScript, "conclusion") => vec![Unit::Turns(Part::Conclusion)],
        (Kind::PodcastScript, "main_content") => vec![Unit::Turns(Part::MainContent)],
        (Kind::PodcastScript, "turns") if path == "/turns" => vec![Unit::Turns(Part::MainContent)],
        (Kind::StudyGuide, "detailed_content") => vec![Unit::Field("detailed_sections".to_owned())],
        (_, "evidence") => vec![Unit::Field("quote".to_owned())],
        _ => match item(path).filter(|unit| unit.current(draft).is_some()) {
            Some(unit) => vec![unit],
            None => of_field(kind, draft, field),
        },
    }
}

fn item(path: &str) -> Option<Unit> {
    let mut steps = path.split('/').skip(1);
    let list = steps.next()?;
    let index = steps.next()?.parse().ok()?;
    Some(Unit::Item(list.to_owned(), index))
}

fn of_field(kind: Kind, draft: &Value, field: &str) -> Vec<Unit> {
    if schema::draft(kind).pointer(&format!("/properties/{field}")).is_none() {
        return Vec::new();
    }
    let items = draft.get(field).and_then(Value::as_array).map(Vec::len);
    let (least, _) = item_limits(kind, field);
    vec![match items {
        Some(items) if OPEN_LISTS.contains(&field) && items < least => {
            Unit::More(field.to_owned(), least - items)
        }
        _ => Unit::Field(field.to_owned()),
    }]
}

fn missing_fields(kind: Kind, draft: &Value) -> Vec<Unit> {
    let required = schema::draft(kind).get("required").and_then(Value::as_array);
    let names = required.into_iter().flatten().filter_map(Value::as_str);
    names.filter(|name| draft.get(name).is_none()).map(|name| Unit::Field(name.to_owned())).collect()
}

impl Unit {
    /// The field of the draft that it is, or is a part of.
    fn field(&self) -> &str {
        match self {
            Unit::Field(name) | Unit::Item(name, _) | Unit::More(name, _) => name,
            Unit::Turns(_) => "turns",
        }
    }

    /// Counts the items that are asked for beyond those that are there.
    pub(super) fn items(&self) -> usize {
        match self {
            Unit::More(_, count) => count.saturating_add(SPARE_ITEMS),
            Unit::Field(_) | Unit::Item(..) | Unit::Turns(_) => 0,
        }
    }

    /// Tells whether it is all of that list.
    pub(super) fn is_whole_list(&self, list: Option<&str>) -> bool {
        matches!(self, Unit::Field(name) if list == Some(name.as_str()))
    }

    fn speech(&self) -> Option<Part> {
        match self {
            Unit::Turns(part) => Some(*part),
            Unit::Field(_) | Unit::Item(..) | Unit::More(..) => None,
        }
    }

    /// The list that it is a part of.
    fn list(&self) -> Option<&str> {
        match self {
            Unit::Field(_) => None,
            Unit::Item(list, _) | Unit::More(list, _) => Some(list),
            Unit::Turns(_) => Some("turns"),
        }
    }

    fn whole_field(&self) -> Option<String> {
        match self {
            Unit::Field(name) => Some(name.clone()),
            Unit::Item(..) | Unit::More(..) | Unit::Turns(_) => None,
        }
    }

    fn pointer(&self) -> String {
        match self {
            Unit::Field(name) => format!("/{name}"),
            Unit::Item(list, index) => format!("/{list}/{index}"),
            Unit::More(list, _) => format!("/{list}/-"),
            Unit::Turns(part) => format!("/turns, all turns of the part {}", part.as_str()),
        }
    }

    fn schema(&self, kind: Kind) -> Option<Value> {
        let draft = schema::draft(kind);
        let property = |name: &str| draft.pointer(&format!("/properties/{name}")).cloned();
        match self {
            Unit::Field(name) => property(name),
            Unit::Item(list, _) => property(list)?.get("items").cloned(),
            Unit::More(list, count) => {
                let mut schema = property(list)?;
                let fields = schema.as_object_mut()?;
                fields.insert("minItems".to_owned(), Value::from(*count));
                fields.insert("maxItems".to_owned(), Value::from(count + SPARE_ITEMS));
                Some(schema)
            }
            Unit::Turns(_) => {
                let mut schema = property("turns")?;
                schema.as_object_mut()?.insert("minItems".to_owned(), Value::from(1));
                Some(schema)
            }
        }
    }

    /// What stands there.
    fn current(&self, draft: &Value) -> Option<Value> {
        match self {
            Unit::Field(name) => draft.get(name).filter(|value| !value.is_null()).cloned(),
            Unit::Item(list, index) => draft.get(list)?.get(index).cloned(),
            Unit::More(..) => None,
            Unit::Turns(part) => {
                let turns = draft.get("turns")?.as_array()?.iter();
                let turns: Vec<Value> = turns.filter(|turn| is_of(turn, *part)).cloned().collect();
                (!turns.is_empty()).then_some(Value::Array(turns))
            }
        }
    }

    /// What stands beside it and must not come again.
    fn avoid(&self, draft: &Value) -> Option<String> {
        let (list, own) = match self {
            Unit::More(list, _) => (list, None),
            Unit::Item(list, index) if OPEN_LISTS.contains(&list.as_str()) => (list, Some(*index)),
            _ => return None,
        };
        let items = draft.get(list)?.as_array()?.iter().enumerate();
        let gists = items.filter(|(index, _)| Some(*index) != own).filter_map(|(_, item)| gist(item));
        Some(gists.collect::<Vec<_>>().join("\n")).filter(|gists| !gists.is_empty())
    }

    fn put(&self, fields: &mut Map<String, Value>, value: Value) {
        match self {
            Unit::Field(name) => {
                fields.insert(name.clone(), value);
            }
            Unit::Item(list, index) => {
                let item = fields.get_mut(list).and_then(|list| list.get_mut(index));
                if let Some(item) = item {
                    *item = value;
                }
            }
            Unit::More(list, _) => {
                let more = match value {
                    Value::Array(items) => items,
                    _ => Vec::new(),
                };
                if let Some(items) = fields.get_mut(list).and_then(Value::as_array_mut) {
                    items.extend(more);
                }
            }
            Unit::Turns(part) => put_turns(fields, *part, value),
        }
    }
}

/// Replaces the turns of a part; their order is set right when the draft is smoothed.
fn put_turns(fields: &mut Map<String, Value>, part: Part, value: Value) {
    let Value::Array(mut turns) = value else { return };
    for turn in turns.iter_mut().filter_map(Value::as_object_mut) {
        turn.insert("part".to_owned(), Value::from(part.as_str()));
    }
    let old = fields.get_mut("turns").and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default();
    turns.extend(old.into_iter().filter(|turn| !is_of(turn, part)));
    fields.insert("turns".to_owned(), Value::Array(turns));
}

fn is_of(turn: &Value, part: Part) -> bool {
    turn.get("part").and_then(Value::as_str) == Some(part.as_str())
}
