//! Fills a schema: a value that satisfies it, made of what the prompt is about. Lengths and counts
//! come from the schema; where a vendor's reduced schema does not say them any more, from its
//! descriptions, and else from what such a field usually holds.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value, json};

use super::reading::Material;

/// Deeper than any schema of ours; a schema that leads in circles ends here.
const MAX_DEPTH: usize = 16;

const WITHIN: &str = r"(\d+)\s*(?:to|–|-)\s*(\d+)\s*(characters|items)";
const EXACTLY: &str = r"[Ee]xactly\s+(\d+)\s*(characters?|items?)\b";
const LEAST: &str = r"[Aa]t least\s+(\d+)\s*(characters|items)";
const MOST: &str = r"[Aa]t most\s+(\d+)\s*(characters|items)";
static SAID: LazyLock<[Option<Regex>; 4]> =
    LazyLock::new(|| [WITHIN, LEAST, MOST, EXACTLY].map(|pattern| Regex::new(pattern).ok()));

/// Writes values for one prompt.
pub(crate) struct Writer<'a> {
    material: &'a Material,
    root: &'a Value,
    sentence: usize,
    item: usize,
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// Name of the property, or of the list it is an item of.
    name: &'a str,
    /// Number in its list, and how many the list has.
    index: usize,
    count: usize,
    depth: usize,
}

/// Fills a schema.
pub(crate) fn fill(schema: &Value, material: &Material) -> Value {
    let mut writer = Writer { material, root: schema, sentence: material.start, item: material.start };
    writer.value(schema, Place { name: "", index: 0, count: 1, depth: 0 })
}

/// Writes prose about the material, for a call without a schema.
pub(crate) fn prose(material: &Material) -> String {
    let sentences: Vec<&str> = (0..6).map(|index| material.sentence(index)).collect();
    sentences.join(" ")
}

impl Writer<'_> {
    fn value(&mut self, node: &Value, place: Place<'_>) -> Value {
        if place.depth > MAX_DEPTH {
            return Value::Null;
        }
        let place = Place { depth: place.depth + 1, ..place };
        if let Some(target) = node.get("$ref").and_then(Value::as_str) {
            let root = self.root;
            let found = target.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
            return found.map_or(Value::Null, |found| self.value(found, place));
        }
        if let Some(constant) = node.get("const") {
            return constant.clone();
        }
        if let Some(choices) = node.get("enum").and_then(Value::as_array) {
            return choose(choices, place);
        }
        for alternatives in ["anyOf", "oneOf", "allOf"] {
            let listed = node.get(alternatives).and_then(Value::as_array).into_iter().flatten();
            if let Some(first) = listed.into_iter().find(|each| each.get("type") != Some(&json!("null"))) {
                return self.value(first, place);
            }
        }
        match kind(node) {
            "object" => self.object(node, place),
            "array" => self.array(node, place),
            "integer" => integer(node, place, self.item, self.material.objectives),
            "number" => json!(node.get("minimum").and_then(Value::as_f64).unwrap_or(0.0).max(8.0)),
            "boolean" => Value::Bool(true),
            "null" => Value::Null,
            _ => Value::String(self.text(node, place, None)),
        }
    }

    fn object(&mut self, node: &Value, place: Place<'_>) -> Value {
        let mut fields = Map::new();
        let Some(properties) = node.get("properties").and_then(Value::as_object) else {
            return Value::Object(fields);
        };
        let levels = properties.get("level").map(|level| self.value(level, Place { name: "level", ..place }));
        let level = levels.as_ref().and_then(Value::as_str).filter(|_| place.name == "learning_objectives");
        for (name, property) in properties {
            let inner = Place { name, ..place };
            let value = match (name.as_str(), level) {
                ("text", Some(level)) => Value::String(self.text(property, inner, Some(level))),
                _ => self.value(property, inner),
            };
            fields.insert(name.clone(), value);
        }
        Value::Object(fields)
    }

    fn array(&mut self, node: &Value, place: Place<'_>) -> Value {
        let (least, most) = limits(node, ["minItems", "maxItems"], "items");
        let usual = match place.name {
            "learning_objectives" | "key_points" | "detailed_sections" => 3,
            "sections" if self.material.sections > 0 => self.material.sections,
            "sections" | "key_takeaways" => 4,
            "key_concepts" => 6,
            "items" | "turns" => 12,
            "questions" => 8,
            "objectives" => 1,
            "references" | "recommended_reading" | "evidence" => 0,
            _ => 3,
        };
        let count = usual.max(least).min(most.max(least));
        let Some(items) = node.get("items") else { return json!([]) };
        let mut filled = Vec::with_capacity(count);
        for index in 0..count {
            if place.name != "objectives" {
                self.item += 1;
            }
            filled.push(self.value(items, Place { index, count, ..place }));
        }
        Value::Array(filled)
    }

    fn text(&mut self, node: &Value, place: Place<'_>, level: Option<&str>) -> String {
        let (least, most) = limits(node, ["minLength", "maxLength"], "characters");
        let most = most.min(4000).max(least);
        let term = self.material.term(self.item);
        let other = self.material.term(self.item + 1);
        let fixed = match place.name {
            "question" | "questions" => question(self.item, &term, &other),
            "term" => term,
            "category" => self.material.term(place.index / 4),
            "title" | "heading" => match self.material.titles.get(place.index) {
                Some(title) => title.clone(),
                None => format!("{} and {other}", capitalised(&term)),
            },
            "target_audience" | "audience" => "Learners who are new to the subject".to_owned(),
            "quote" => return self.quote(most),
            "text" if level.is_some() => objective(level.unwrap_or_default(), &term, &other),
            _ => return self.sentences(least, most, place.name),
        };
        if (least..=most).contains(&fixed.chars().count()) {
            return fixed;
        }
        let filled = format!("{fixed}, {other} and {}", self.material.term(self.item + 2));
        fit(if fixed.chars().count() < least { &filled } else { &fixed }, most)
    }

    /// A sentence of the source as it stands there, cut at a word if it must be.
    fn quote(&mut self, most: usize) -> String {
        let about = self.material.about(&self.material.term(self.item), self.sentence);
        fit(self.material.sentence(about), most)
    }

    fn sentences(&mut self, least: usize, most: usize, name: &str) -> String {
        let usual = match name {
            "definition" | "answer" | "key_points" => 60,
            "explanation" | "description" | "text" => 140,
            "content" | "main_content" => 700,
            "introduction" | "conclusion" => 320,
            "speaker_notes" => 60,
            _ => 220,
        };
        let aim = usual.max(least).min(most);
        let mut text = String::new();
        let mut length = 0_usize;
        while length < aim {
            let sentence = self.material.said(self.sentence);
            let more = sentence.chars().count() + usize::from(length > 0);
            if length >= least && length > 0 && length + more > most {
                break;
            }
            self.sentence += 1;
            if length > 0 {
                text.push(' ');
            }
            text.push_str(&sentence);
            length += more;
        }
        fit(&text, most)
    }
}

/// Cuts a text at a word so that it has at most that many characters.
fn fit(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    let end = if text.ends_with('?') { '?' } else { '.' };
    format!("{}{end}", whole.trim_end_matches([',', ';', ':', '.', ' ']))
}

fn kind(node: &Value) -> &str {
    match node.get("type") {
        Some(Value::String(name)) => name,
        Some(Value::Array(names)) => {
            let named = names.iter().filter_map(Value::as_str).find(|name| *name != "null");
            named.unwrap_or("null")
        }
        _ if node.get("properties").is_some() => "object",
        _ if node.get("items").is_some() => "array",
        _ => "string",
    }
}

fn choose(choices: &[Value], place: Place<'_>) -> Value {
    let named: Vec<&Value> = choices.iter().filter(|choice| !choice.is_null()).collect();
    let last = named.len().saturating_sub(1);
    let index = match place.name {
        // The parts of a script follow each other: two turns open it, two close it.
        "part" if named.len() == 3 && place.index < 2 => 0,
        "part" if named.len() == 3 && place.index + 2 >= place.count => 2,
        "part" => 1.min(last),
        _ => place.index % named.len().max(1),
    };
    named.get(index).map_or(Value::Null, |choice| (*choice).clone())
}

fn integer(node: &Value, place: Place<'_>, item: usize, objectives: usize) -> Value {
    let bound =
        |name: &str| node.get(name).and_then(Value::as_u64).and_then(|bound| usize::try_from(bound).ok());
    let least = bound("minimum").unwrap_or(0);
    let wished = match place.name {
        "objectives" => 1 + item % if objectives > 0 { objectives } else { 3 },
        _ => place.index + 1,
    };
    json!(wished.max(least).min(bound("maximum").unwrap_or(usize::MAX).max(least)))
}

/// Reads the least and the most of a schema, from its keywords or from its description.
fn limits(node: &Value, keywords: [&str; 2], unit: &str) -> (usize, usize) {
    let keyword =
        |name: &str| node.get(name).and_then(Value::as_u64).and_then(|limit| usize::try_from(limit).ok());
    let [least, most] = keywords.map(keyword);
    let description = node.get("description").and_then(Value::as_str).unwrap_or_default();
    let [within, at_least, at_most, exactly] = &*SAID;
    let said = |pattern: &Option<Regex>, group: usize| {
        let pattern = pattern.as_ref()?;
        let found = pattern.captures_iter(description).find(|found| {
            found.iter().flatten().any(|each| unit.starts_with(each.as_str()) && each.len() + 1 >= unit.len())
        })?;
        found.get(group)?.as_str().parse::<usize>().ok()
    };
    let exact = said(exactly, 1);
    let least = least.max(said(within, 1)).max(said(at_least, 1)).max(exact).unwrap_or(0);
    let most = most.or(exact).or_else(|| said(within, 2)).or_else(|| said(at_most, 1)).unwrap_or(usize::MAX);
    (least, most.max(least))
}

fn question(item: usize, one: &str, other: &str) -> String {
    match item % 6 {
        0 => format!("Why does {one} matter for {other}?"),
        1 => format!("How does {one} depend on {other}?"),
        2 => format!("What would change for {other} without {one}?"),
        3 => format!("Which reasons connect {one} with {other}?"),
        4 => format!("How can {one} be told apart from {other}?"),
        _ => format!("What follows from {one} for {other}?"),
    }
}

fn objective(level: &str, one: &str, other: &str) -> String {
    let verb = match level {
        "remember" => "List",
        "understand" => "Explain",
        "apply" => "Demonstrate",
        "analyze" => "Compare",
        "evaluate" => "Assess",
        _ => "Design",
    };
    format!("{verb} the ways in which {one} depends on {other}, using an example")
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
