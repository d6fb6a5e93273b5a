//! What a model is asked, in words that every vendor's interface can say.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::AnswerSchema;
use crate::catalog::{self, Temperature};

/// One question to a model. Debug output tells sizes, never texts.
#[derive(Clone)]
pub struct Prompt {
    /// The standing orders; the same for every prompt of a job, so that vendors can cache it.
    pub system: String,
    /// What is said as the user, in this order: what other prompts share, then what is this one's own.
    pub parts: Vec<Part>,
    /// The draft schema that the answer has to satisfy, unreduced; `None` asks for plain text.
    pub schema: Option<Arc<AnswerSchema>>,
    /// Name of the schema where a vendor wants one: letters, digits and `_`, at most 64.
    pub schema_name: &'static str,
    /// Tokens that the answer may have. Room for thinking is added by the adapter where it counts.
    pub max_output_tokens: u32,
    /// How freely the model chooses its words, 0 to 2; `None` leaves it to the vendor.
    pub temperature: Option<f32>,
    /// How much the model thinks before it answers.
    pub thinking: Thinking,
}

/// A part of what is said as the user.
#[derive(Clone)]
pub enum Part {
    /// Text that other prompts of the job begin with as well: source, outline. Vendors may cache it.
    Shared(Arc<str>),
    /// Text of this prompt alone: the instruction.
    Own(String),
}

/// Says how much a model thinks before it answers. A level that a model lacks becomes the next
/// level that it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thinking {
    /// As little as the model allows.
    #[default]
    Lowest,
    /// A little.
    Low,
    /// Some.
    Medium,
    /// Much.
    High,
    /// What the vendor takes where nothing is said.
    Default,
}

impl Part {
    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Part::Shared(text) => text,
            Part::Own(text) => text,
        }
    }
}

impl Prompt {
    /// Counts the bytes of everything that is said, the schema left out.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.parts.iter().map(|part| part.text().len()).sum::<usize>().saturating_add(self.system.len())
    }
}

impl Prompt {
    /// Returns the temperature that a model is told, if it takes one, as it is written: not with the
    /// digits that 64 bits add to it.
    pub(super) fn temperature_for(&self, model: &str) -> Option<f64> {
        let is_free = catalog::find(model).is_none_or(|known| known.temperature == Temperature::Free);
        self.temperature.filter(|_| is_free).and_then(|temperature| temperature.to_string().parse().ok())
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Part::Shared(_) => "Shared",
            Part::Own(_) => "Own",
        };
        write!(formatter, "{name}({} bytes)", self.text().len())
    }
}

impl fmt::Debug for Prompt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Prompt")
            .field("system_bytes", &self.system.len())
            .field("parts", &self.parts)
            .field("schema_name", &self.schema_name)
            .field("max_output_tokens", &self.max_output_tokens)
            .field("temperature", &self.temperature)
            .field("thinking", &self.thinking)
            .finish_non_exhaustive()
    }
}
