//! Every limit of every schema, at the bound and one past it, generated from the schema itself.

use serde_json::{Map, Value, json};

use super::super::{Kind, Request, Violation, parse, samples};
use super::{draft, draft_violations, piece, piece_violations};

/// Takes any code point for one character, whatever its bytes.
const CHARACTER: &str = "𝄞";

/// One change of a valid value, and where it is a fault; nowhere if it keeps within the limits.
struct Mutation {
    what: String,
    value: Value,
    fault: Option<String>,
}

/// Walks a schema and makes mutations of one valid value.
struct Walk<'a> {
    root: &'a Value,
    valid: Value,
    mutations: Vec<Mutation>,
}

impl<'a> Walk<'a> {
    fn of(root: &'a Value) -> Vec<Mutation> {
        let mut walk = Walk { root, valid: instance(root, root), mutations: Vec::new() };
        walk.visit(root, "");
        walk.mutations
    }

    fn resolve(&self, schema: &'a Value) -> &'a Value {
        resolve(schema, self.root)
    }

    fn put(&mut self, pointer: &str, what: &str, new: Value, fault: Option<&str>) {
        let mut value = self.valid.clone();
        *value.pointer_mut(pointer).unwrap() = new;
        let what = format!("{pointer} {what}");
        self.mutations.push(Mutation { what, value, fault: fault.map(str::to_owned) });
    }

    fn visit(&mut self, schema: &'a Value, pointer: &str) {
        let schema = self.resolve(schema);
        self.put(
            pointer,
            "of a type that is never right",
            json!({ "a": {} }),
            Some(pointer).filter(|_| !is_object(schema)),
        );
        if let Some(options) = schema["enum"].as_array() {
            options.iter().for_each(|option| self.put(pointer, "is an option", option.clone(), None));
            self.put(pointer, "is no option", json!("no_such_option"), Some(pointer));
        }
        self.lengths(schema, pointer);
        self.numbers(schema, pointer);
        self.items(schema, pointer);
        self.fields(schema, pointer);
    }

    fn lengths(&mut self, schema: &'a Value, pointer: &str) {
        for (keyword, outward) in [("minLength", -1), ("maxLength", 1)] {
            let Some(limit) = schema[keyword].as_i64() else { continue };
            self.put(pointer, keyword, json!(text(schema, limit)), None);
            self.put(
                pointer,
                &format!("past {keyword}"),
                json!(text(schema, limit + outward)),
                Some(pointer),
            );
        }
        if let Some(pattern) = schema["pattern"].as_str() {
            for wrong in wrong_texts(pattern) {
                self.put(pointer, &format!("is {wrong:?}"), json!(wrong), Some(pointer));
            }
        }
    }

    fn numbers(&mut self, schema: &'a Value, pointer: &str) {
        for (keyword, outward) in [("minimum", -1), ("maximum", 1)] {
            let Some(limit) = schema[keyword].as_i64() else { continue };
            self.put(pointer, keyword, json!(limit), None);
            self.put(pointer, &format!("past {keyword}"), json!(limit + outward), Some(pointer));
        }
    }

    fn items(&mut self, schema: &'a Value, pointer: &str) {
        let Some(item) = schema.get("items") else { return };
        for (keyword, outward) in [("minItems", -1), ("maxItems", 1)] {
            let Some(limit) = schema[keyword].as_i64() else { continue };
            let some = |count: i64| Value::Array((0..count).map(|_| instance(item, self.root)).collect());
            let (within, past) = (some(limit), some(limit + outward));
            self.put(pointer, keyword, within, None);
            self.put(pointer, &format!("past {keyword}"), past, Some(pointer));
        }
        assert!(schema["maxItems"].is_u64(), "{pointer} is a list without an end");
        self.visit(item, &format!("{pointer}/0"));
    }

    fn fields(&mut self, schema: &'a Value, pointer: &str) {
        let Some(properties) = schema["properties"].as_object() else { return };
        assert_eq!(schema["additionalProperties"], json!(false), "{pointer} takes unknown fields");
        let whole = self.valid.pointer(pointer).unwrap().as_object().unwrap().clone();
        let mut more = whole.clone();
        more.insert("no_such_field".to_owned(), json!(1));
        self.put(pointer, "with an unknown field", Value::Object(more), Some(pointer));
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in properties {
            let without: Map<String, Value> = whole
                .iter()
                .filter(|(key, _)| *key != name)
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            let fault = required.contains(&name.as_str()).then_some(pointer);
            self.put(pointer, &format!("without {name}"), Value::Object(without), fault);
            self.visit(property, &format!("{pointer}/{name}"));
        }
    }
}

fn resolve<'a>(schema: &'a Value, root: &'a Value) -> &'a Value {
    let first = schema["anyOf"].get(0).unwrap_or(schema);
    match first["$ref"].as_str() {
        Some(reference) => root.pointer(reference.trim_start_matches('#')).unwrap(),
        None => first,
    }
}

fn is_object(schema: &Value) -> bool {
    schema["type"] == "object"
}

/// Makes a value with every field, each list as short as it may be but never empty.
fn instance(schema: &Value, root: &Value) -> Value {
    let schema = resolve(schema, root);
    if let Some(option) = schema["enum"].get(0) {
        return option.clone();
    }
    let name = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap();
    match name {
        "string" => json!(text(schema, schema["minLength"].as_i64().unwrap_or(8))),
        "integer" => json!(schema["minimum"].as_i64().unwrap_or(0)),
        "number" => json!(1.5),
        "boolean" => json!(true),
        "array" => {
            let count = schema["minItems"].as_u64().unwrap_or(0).max(1);
            (0..count).map(|_| instance(&schema["items"], root)).collect()
        }
        "object" => {
            let properties = schema["properties"].as_object().unwrap().iter();
            Value::Object(properties.map(|(name, each)| (name.clone(), instance(each, root))).collect())
        }
        other => panic!("no instance of {other}"),
    }
}

/// Makes a text of that many characters that fits the schema's pattern.
fn text(schema: &Value, characters: i64) -> String {
    let count = usize::try_from(characters).unwrap();
    match schema["pattern"].as_str() {
        None => CHARACTER.repeat(count),
        Some(pattern) if pattern.contains("http") => {
            format!("https://{CHARACTER:𝄞>width$}", width = count - 8)
        }
        Some(pattern) if pattern.contains("A-Za-z") => {
            "en-GB-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa".chars().take(count).collect()
        }
        Some(_) => "0.50".to_owned(),
    }
}

fn wrong_texts(pattern: &str) -> &'static [&'static str] {
    if pattern.contains("http") {
        &["ftp://a.example", "https://", "https://a b"]
    } else if pattern.contains("A-Za-z") {
        &["e", "engl", "en_GB", "en-", "en-é"]
    } else {
        &["-1", "1,5", "1.", ".5", "1.0000001", "1234567", "1 "]
    }
}

fn hold(name: &str, schema: &Value, violations: impl Fn(&Value) -> Vec<Violation>) {
    let mutations = Walk::of(schema);
    assert!(mutations.len() >= 40, "{name} has only {} limits", mutations.len());
    for mutation in mutations {
        let found = violations(&mutation.value);
        match &mutation.fault {
            None if mutation.what.ends_with("never right") => {}
            None => assert_eq!(found, [], "{name} {}", mutation.what),
            Some(pointer) => {
                let paths: Vec<&str> = found.iter().map(|violation| violation.path.as_str()).collect();
                assert_eq!(paths, [pointer.as_str()], "{name} {}: {found:?}", mutation.what);
            }
        }
    }
}

#[test]
fn every_limit_of_a_piece_holds_at_the_bound_and_one_past_it() {
    for kind in Kind::ALL {
        hold(kind.as_str(), piece(kind), |value| piece_violations(kind, value));
    }
}

#[test]
fn every_limit_of_a_draft_holds_at_the_bound_and_one_past_it() {
    for kind in Kind::ALL {
        hold(kind.as_str(), draft(kind), |value| draft_violations(kind, value));
    }
}

#[test]
fn parse_refuses_every_draft_that_its_schema_refuses_and_says_the_same() {
    let (request, outline) = (samples::request(), samples::outline());
    let frame = samples::frame(&request, Some(&outline));
    for kind in Kind::ALL {
        for mutation in Walk::of(draft(kind)).into_iter().filter(|mutation| mutation.fault.is_some()) {
            let expected = draft_violations(kind, &mutation.value);
            assert_eq!(
                parse(kind, &mutation.value, &frame).unwrap_err(),
                expected,
                "{kind} {}",
                mutation.what
            );
        }
    }
}

#[test]
fn every_limit_of_a_request_holds_at_the_bound_and_one_past_it() {
    hold("request", Request::schema(), |value| Request::parse(value).err().unwrap_or_default());
}

#[test]
fn descriptions_are_one_plain_line_and_nothing_is_repeated_as_default() {
    let schemas = Kind::ALL.into_iter().flat_map(|kind| [piece(kind), draft(kind)]);
    for schema in schemas.chain([Request::schema()]) {
        let text = schema.to_string();
        assert!(!text.contains("[`") && !text.contains("::"), "{text}");
        assert!(!text.contains("\"default\"") && !text.contains("oneOf"), "{text}");
        for line in serde_json::to_string_pretty(schema).unwrap().lines() {
            assert!(!line.contains("\"description\"") || !line.contains("\\n"), "{line}");
        }
    }
}

#[test]
fn a_piece_never_holds_null_and_a_draft_may() {
    for kind in Kind::ALL {
        assert!(!piece(kind).to_string().contains("\"null\""), "{kind}");
    }
    assert_eq!(draft(Kind::Outline)["properties"]["quote"]["type"], json!(["string", "null"]));
}

#[test]
fn a_draft_asks_for_nothing_that_code_sets() {
    for kind in Kind::ALL {
        let text = draft(kind).to_string();
        assert!(!text.contains("as users get"), "{kind} is described as a piece");
        for name in ["x-set-by", "\"evidence\"", "\"Evidence\"", "section_number", "\"start\""] {
            assert!(!text.contains(name), "{kind} asks for {name}");
        }
    }
    let fields = draft(Kind::PodcastScript)["properties"].as_object().unwrap();
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["turns", "speaker_notes"]);
    assert_eq!(draft(Kind::Faqs)["$defs"]["Faq"]["required"], json!(["question", "answer"]));
}

#[test]
fn a_message_says_what_must_change_and_never_repeats_the_value() {
    let request =
        json!({ "syllabus_text": "secret", "kinds": ["secret"], "difficulty": "secret", "secret": 1 });
    let messages: Vec<String> =
        Request::parse(&request).unwrap_err().into_iter().map(|violation| violation.message).collect();
    let wanted = [
        "has 6 characters, must have at least 50",
        "must be one of [\"outline\",\"podcast_script\"",
        "must be one of [\"beginner\",\"intermediate\",\"advanced\"]",
        "has unknown fields: secret",
    ];
    for part in wanted {
        assert!(messages.iter().any(|message| message.starts_with(part)), "{part} in {messages:?}");
    }
    assert_eq!(messages.iter().filter(|message| message.contains("secret")).count(), 1);
}

#[test]
fn a_hostile_value_gets_a_bounded_answer_soon() {
    let kinds: Vec<Value> = (0..200_000).map(|_| json!({ "a": 1 })).collect();
    let request = json!({ "topic": "light", "kinds": kinds });
    let watch = crate::clock::Stopwatch::start();
    let violations = Request::parse(&request).unwrap_err();
    assert!(violations.len() <= super::MAX_VIOLATIONS, "{}", violations.len());
    assert!(watch.worked() < std::time::Duration::from_secs(2), "{:?}", watch.worked());
}
