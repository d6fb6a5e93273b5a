//! What the three wires have in common: a call that came, and the answer that goes.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A vendor's protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wire {
    /// `generateContent` and its stream.
    Gemini,
    /// `chat/completions`.
    OpenAi,
    /// `messages`.
    Anthropic,
}

/// How an answer is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// In one JSON body.
    Whole,
    /// As server-sent events.
    Events,
}

/// What shape of answer is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    /// Prose.
    Text,
    /// Any JSON object.
    Object,
    /// A value of this schema.
    Schema(Value),
    /// A value of this schema, as the input of the named tool.
    Tool {
        /// The tool that must be called.
        name: String,
        /// What it takes.
        schema: Value,
    },
}

/// A call that came.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The protocol it came over.
    pub(crate) wire: Wire,
    /// The model that is asked.
    pub(crate) model: String,
    /// Everything that is said to the model, system part first.
    pub(crate) prompt: String,
    /// The shape of the answer.
    pub(crate) form: Form,
    /// Most tokens of the answer.
    pub(crate) max_output_tokens: Option<u64>,
    /// How the answer is to come.
    pub(crate) delivery: Delivery,
    /// Whether a stream is to report its usage; one vendor must be asked for it.
    pub(crate) wants_usage: bool,
}

/// Tokens of one call. Cached ones are part of the input, thoughts part of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tokens {
    /// Tokens read.
    pub(crate) input: u64,
    /// Those of them that came from a cache.
    pub(crate) cached: u64,
    /// Tokens written, thoughts included.
    pub(crate) output: u64,
    /// Those of them that are thoughts.
    pub(crate) thoughts: u64,
}

/// How an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// As it should.
    Complete,
    /// The tokens ran out.
    OutOfTokens,
    /// The prompt was blocked; there is no answer.
    BlockedPrompt,
    /// The answer was blocked.
    BlockedOutput,
    /// The model refused.
    Refused,
}

/// An answer as it goes out.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// What the model says.
    pub(crate) text: String,
    /// How it ends.
    pub(crate) end: End,
    /// What it says it used; nothing if it does not say.
    pub(crate) usage: Option<Tokens>,
}

/// An error as it goes out.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    /// The HTTP status.
    pub(crate) status: u16,
    /// Why, in words.
    pub(crate) message: String,
    /// When to come again.
    pub(crate) retry_after_ms: Option<u64>,
    /// A quota of the day or the account.
    pub(crate) lasting: bool,
}

impl Refusal {
    /// Refuses a request that the vendor would not take.
    pub(crate) fn bad_request(message: impl Into<String>) -> Refusal {
        Refusal { status: 400, message: message.into(), retry_after_ms: None, lasting: false }
    }

    /// Refuses a request without a key.
    pub(crate) fn no_key() -> Refusal {
        Refusal { status: 401, message: "no key".to_owned(), retry_after_ms: None, lasting: false }
    }
}

/// An error with the headers that go with it.
pub(crate) struct ErrorBody {
    /// The vendor's JSON.
    pub(crate) body: Value,
    /// Headers beyond the usual.
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// Bytes of an event stream, one entry an event, with the share of the text that each carries.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// As on the wire.
    pub(crate) bytes: String,
    /// Whether it carries text of the model and so takes time to come.
    pub(crate) is_text: bool,
    /// Whether it says what was used in full.
    pub(crate) has_usage: bool,
}

impl Event {
    /// Makes an event that carries text.
    pub(crate) fn text(bytes: String) -> Event {
        Event { bytes, is_text: true, has_usage: false }
    }

    /// Makes an event of the protocol.
    pub(crate) fn frame(bytes: String) -> Event {
        Event { bytes, is_text: false, has_usage: false }
    }
}

/// Takes a text apart for a stream: chunks of about that many characters.
pub(crate) fn chunks(text: &str, characters: usize) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(characters.max(1)).map(|chunk| chunk.iter().collect()).collect()
}

/// Finds a keyword of a schema that is not among those a vendor takes. Names of properties and
/// definitions are no keywords.
pub(crate) fn unknown_keyword(schema: &Value, known: &[&str]) -> Option<String> {
    let mut pending = vec![schema];
    while let Some(node) = pending.pop() {
        let Some(fields) = node.as_object() else { continue };
        for (name, value) in fields {
            if !known.contains(&name.as_str()) {
                return Some(name.clone());
            }
            match (name.as_str(), value) {
                ("properties" | "$defs", Value::Object(inner)) => pending.extend(inner.values()),
                ("anyOf" | "oneOf" | "allOf" | "prefixItems", Value::Array(inner)) => pending.extend(inner),
                ("items" | "additionalProperties", inner) => pending.push(inner),
                _ => {}
            }
        }
    }
    None
}
