//! The schema of an answer, with what is made of it once for all prompts that ask for such an answer.

use std::fmt;
use std::sync::OnceLock;

use serde_json::Value;

use super::{Family, reduce};

/// The draft schema that an answer has to satisfy, unreduced, with what each family of vendors takes
/// of it. It is reduced when the first prompt needs that, so share one among prompts.
pub struct AnswerSchema {
    full: Value,
    bytes: u64,
    gemini: OnceLock<Value>,
    openai: OnceLock<Value>,
    anthropic: OnceLock<Value>,
}

impl AnswerSchema {
    /// Takes a schema.
    #[must_use]
    pub fn new(full: Value) -> AnswerSchema {
        let bytes = u64::try_from(full.to_string().len()).unwrap_or(u64::MAX);
        let (gemini, openai, anthropic) = Default::default();
        AnswerSchema { full, bytes, gemini, openai, anthropic }
    }

    /// Returns the whole schema.
    #[must_use]
    pub fn full(&self) -> &Value {
        &self.full
    }

    /// Counts the bytes of the whole schema as JSON.
    pub(in crate::llm) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns what that family of vendors takes.
    pub(in crate::llm) fn reduced(&self, family: Family) -> &Value {
        let place = match family {
            Family::Gemini => &self.gemini,
            Family::OpenAi => &self.openai,
            Family::Anthropic => &self.anthropic,
        };
        place.get_or_init(|| reduce(&self.full, family))
    }
}

/// Shows sizes only: a schema is long.
impl fmt::Debug for AnswerSchema {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AnswerSchema").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}
