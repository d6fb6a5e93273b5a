//! What is said of one row of the table: a builder that each row's function fills, and the operation object
//! that comes of it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use super::examples::parsed;
use super::headers::{self, ETAG, IF_NONE_MATCH, LOCATION, VARY};
use super::problems::{self, Problems};
use super::schemas::Schemas;
use crate::api::error::Code;
use crate::api::query::{DEFAULT_LIMIT, FromQuery, MAX_LIMIT, names_of};
use crate::api::routes::{Access, Route};
use crate::content::Kind;

/// The media type of server-sent events.
const EVENT_STREAM: &str = "text/event-stream";

/// Says what there is to say of a row.
pub(in crate::api) type Doc = for<'a> fn(Operation<'a>) -> Operation<'a>;

/// An operation while it is described.
pub(in crate::api) struct Operation<'a> {
    schemas: &'a mut Schemas,
    route: &'a Route,
    id: &'static str,
    summary: &'static str,
    description: String,
    parameters: Vec<Value>,
    body: Option<Value>,
    answers: BTreeMap<u16, Value>,
    codes: BTreeSet<Code>,
    /// Names of query parameters that the handler reads and that are not described yet.
    undescribed: Vec<String>,
    faults: Vec<String>,
}

/// A body of an answer.
pub(super) struct Media<'a> {
    pub(super) media_type: &'a str,
    pub(super) schema: Value,
    pub(super) example: Value,
}

impl Media<'_> {
    pub(super) fn json(schema: Value, example: Value) -> Media<'static> {
        Media { media_type: "application/json", schema, example }
    }
}

impl<'a> Operation<'a> {
    pub(super) fn of(route: &'a Route, schemas: &'a mut Schemas) -> Operation<'a> {
        let description = match route.access {
            Access::Public => String::new(),
            Access::AnyKey => "Needs a key, of whatever scope.".to_owned(),
            Access::Key(scope) => format!("Needs a key with the scope `{}`.", super::name_of(scope)),
        };
        Operation {
            schemas,
            route,
            id: "",
            summary: "",
            description,
            parameters: Vec::new(),
            body: None,
            answers: BTreeMap::new(),
            codes: problems::codes_of(route),
            undescribed: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Names the operation, and says in a few words what it does.
    pub(super) fn named(mut self, id: &'static str, summary: &'static str) -> Self {
        self.id = id;
        self.summary = summary;
        self
    }

    /// Says more, in sentences.
    pub(super) fn explained(mut self, text: &str) -> Self {
        self.description = format!("{text} {}", self.description).trim().to_owned();
        self
    }

    /// Says what a name in the path stands for.
    pub(super) fn place(mut self, name: &str, text: &str, schema: Value, example: &str) -> Self {
        self.parameters.push(json!({
            "name": name, "in": "path", "required": true, "description": text, "schema": schema, "example": example,
        }));
        self
    }

    /// The id in the path, of what is named.
    pub(super) fn id_of(self, what: &str) -> Self {
        let text = format!("The id of the {what}. What is no id names no {what}.");
        let schema = json!({ "type": "string", "format": "uuid" });
        self.place("id", &text, schema, "01a1fbe7-78f4-7668-aeaa-e5f8bd47993c")
    }

    /// The kind in the path.
    pub(super) fn kind(self) -> Self {
        let schema = self.schemas.of_read::<Kind>();
        self.place("kind", "The kind of the piece.", schema, Kind::Flashcards.as_str())
    }

    /// Begins with the parameters that the handler reads; each of them must be described.
    pub(super) fn query<T: FromQuery>(mut self) -> Self {
        self.undescribed = names_of::<T>();
        self.fails_with(&[Code::InvalidRequest])
    }

    /// Describes a parameter by its type.
    pub(super) fn parameter<T: JsonSchema>(self, name: &str, text: &str, example: &str) -> Self {
        let schema = self.schemas.of_read::<T>();
        self.parameter_like(name, text, schema, json!(example))
    }

    /// Describes a parameter by its schema.
    pub(super) fn parameter_like(mut self, name: &str, text: &str, schema: Value, example: Value) -> Self {
        match self.undescribed.iter().position(|read| read == name) {
            Some(position) => drop(self.undescribed.remove(position)),
            None => self.faults.push(format!("{}: the handler reads no `{name}`", self.id)),
        }
        self.parameters.push(
            json!({ "name": name, "in": "query", "description": text, "schema": schema, "example": example }),
        );
        self
    }

    /// Describes the two parameters of every list.
    pub(super) fn page(self) -> Self {
        let size = json!({ "type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT });
        let cursor = json!({ "type": "string" });
        self.parameter_like("limit", "How many entries the page has at most.", size, json!(2)).parameter_like(
            "cursor",
            "The `next_cursor` of the page before; without it the list begins.",
            cursor,
            json!("5b7b2274223a31307d2c22612d39225d"),
        )
    }

    /// Takes a header that has a description of its own.
    pub(super) fn header(mut self, name: &str) -> Self {
        self.parameters.push(json!({ "$ref": format!("#/components/parameters/{name}") }));
        self
    }

    /// Reads a body of that form.
    pub(super) fn takes<T: JsonSchema>(self, text: &str, example: &str) -> Self {
        self.reads::<T>(text, example, true)
    }

    /// Reads a body of that form, if there is one.
    pub(super) fn may_take<T: JsonSchema>(self, text: &str, example: &str) -> Self {
        self.reads::<T>(text, example, false)
    }

    fn reads<T: JsonSchema>(mut self, text: &str, example: &str, required: bool) -> Self {
        let schema = self.schemas.of_read::<T>();
        let content = json!({ "schema": schema, "examples": { "usual": { "value": parsed(example) } } });
        self.body = Some(
            json!({ "description": text, "required": required, "content": { "application/json": content } }),
        );
        self.fails_with(&problems::OF_BODY)
    }

    /// Answers with JSON of that form.
    pub(super) fn gives<T: JsonSchema>(self, status: u16, text: &str, example: &str) -> Self {
        let schema = self.schemas.of_written::<T>();
        self.gives_like(status, text, Media::json(schema, parsed(example)))
    }

    /// Answers with text of that media type.
    pub(super) fn gives_text(self, status: u16, text: &str, media_type: &str, example: &str) -> Self {
        let media = Media { media_type, schema: json!({ "type": "string" }), example: json!(example) };
        self.gives_like(status, text, media)
    }

    /// Answers with that schema. A second media type of one status joins the first.
    pub(super) fn gives_like(mut self, status: u16, text: &str, media: Media<'_>) -> Self {
        let Media { media_type, schema, example } = media;
        let media = json!({ "schema": schema, "examples": { "usual": { "value": example } } });
        let empty = || json!({ "description": text, "headers": headers::of_answer(&[]), "content": {} });
        let answer = self.answers.entry(status).or_insert_with(empty);
        insert(answer, "content", media_type, media);
        self
    }

    /// Answers with JSON of one form or the other.
    pub(super) fn either<A: JsonSchema, B: JsonSchema>(self, status: u16, text: &str, example: &str) -> Self {
        let either = json!({ "anyOf": [self.schemas.of_written::<A>(), self.schemas.of_written::<B>()] });
        self.gives_like(status, text, Media::json(either, parsed(example)))
    }

    /// Answers with server-sent events, the data of each in one form or the other. The schema is that of one
    /// event: version 3.1 has no other place for it.
    pub(super) fn gives_events<A, B>(self, status: u16, text: &str, example: &str) -> Self
    where
        A: JsonSchema,
        B: JsonSchema,
    {
        let data = json!({ "anyOf": [self.schemas.of_written::<A>(), self.schemas.of_written::<B>()] });
        let data = json!({ "type": "string", "contentMediaType": "application/json", "contentSchema": data });
        let schema = json!({
            "description": "One event of the stream.",
            "type": "object",
            "properties": {
                "id": { "type": "string", "pattern": "^[0-9]+$" },
                "event": { "type": "string" },
                "retry": { "type": "integer", "minimum": 0 },
                "data": data,
            },
            "required": ["event", "data"],
        });
        self.gives_like(status, text, Media { media_type: EVENT_STREAM, schema, example: parsed(example) })
    }

    /// Answers without a body.
    pub(super) fn gives_nothing(mut self, status: u16, text: &str) -> Self {
        self.answers.insert(status, json!({ "description": text, "headers": headers::of_answer(&[]) }));
        self
    }

    /// Says that an answer bears that header.
    pub(super) fn bearing(mut self, status: u16, header: &str) -> Self {
        let refer = json!({ "$ref": format!("#/components/headers/{header}") });
        match self.answers.get_mut(&status) {
            Some(answer) => insert(answer, "headers", header, refer),
            None => self.faults.push(format!("{}: no answer {status}", self.id)),
        }
        self
    }

    /// Says that an answer tells where something new is.
    pub(super) fn located(self, status: u16) -> Self {
        self.bearing(status, LOCATION)
    }

    /// Says that the answer 200 may be kept and asked for again by its entity tag.
    pub(super) fn kept(self) -> Self {
        let kept = self.header(IF_NONE_MATCH).bearing(200, ETAG).bearing(200, VARY);
        kept.gives_nothing(304, "It is still what the caller has.").bearing(304, ETAG).bearing(304, VARY)
    }

    /// Says where a value of an answer may be used as the id of another operation.
    pub(super) fn leads_to(mut self, status: u16, operation: &str, pointer: &str) -> Self {
        let link =
            json!({ "operationId": operation, "parameters": { "id": format!("$response.body#{pointer}") } });
        match self.answers.get_mut(&status) {
            Some(answer) => insert(answer, "links", operation, link),
            None => self.faults.push(format!("{}: no answer {status}", self.id)),
        }
        self
    }

    /// Says how the handler fails, besides what its facts allow.
    pub(super) fn fails_with(mut self, codes: &[Code]) -> Self {
        self.codes.extend(codes);
        self
    }

    /// Makes the operation object; with it, what does not agree with the handler.
    pub(super) fn finish(mut self, problems: &mut Problems) -> (Value, Vec<String>) {
        for name in &self.undescribed {
            self.faults.push(format!("{}: `{name}` is read and not described", self.id));
        }
        self.faults.extend(self.schemas.ambiguous());
        for name in headers::ALWAYS_TAKEN {
            self = self.header(name);
        }
        let mut operation = Map::new();
        operation.insert("operationId".to_owned(), json!(self.id));
        operation.insert("summary".to_owned(), json!(self.summary));
        operation.insert("description".to_owned(), json!(self.description));
        operation.insert("tags".to_owned(), json!([super::tag(self.route.path)]));
        operation.insert("security".to_owned(), super::security(self.route.access));
        operation.insert("parameters".to_owned(), json!(self.parameters));
        if let Some(body) = self.body {
            operation.insert("requestBody".to_owned(), body);
        }
        operation.insert("responses".to_owned(), responses(self.answers, problems.answers(&self.codes)));
        (Value::Object(operation), self.faults)
    }
}

/// Puts answers and failures side by side. Where both have one status, the answer has both media types.
fn responses(mut answers: BTreeMap<u16, Value>, problems: BTreeMap<u16, (String, Value)>) -> Value {
    for (status, (name, problem)) in problems {
        match answers.get_mut(&status) {
            None => drop(answers.insert(status, json!({ "$ref": format!("#/components/responses/{name}") }))),
            Some(answer) => {
                for part in ["headers", "content"] {
                    let entries = problem.get(part).and_then(Value::as_object).into_iter().flatten();
                    for (name, value) in entries {
                        insert(answer, part, name, value.clone());
                    }
                }
            }
        }
    }
    answers.into_iter().map(|(status, answer)| (status.to_string(), answer)).collect::<Map<_, _>>().into()
}

/// Puts a value under `object.part.name`.
fn insert(object: &mut Value, part: &str, name: &str, value: Value) {
    let Some(object) = object.as_object_mut() else { return };
    let part = object.entry(part).or_insert_with(|| json!({}));
    if let Some(part) = part.as_object_mut() {
        part.insert(name.to_owned(), value);
    }
}
