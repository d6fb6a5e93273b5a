//! One answer: asked for, read, and asked for again where it breaks off or cannot be read.

use std::sync::Arc;

use serde_json::Value;
use tokio::time::Instant;

use super::door::{Bill, Door, Ending, Question};
use super::{Author, Written, shape};
use crate::answer::{self, Limits, Outcome};
use crate::content::Kind;
use crate::llm::client::Allowance;
use crate::llm::{self, Thinking};
use crate::prompts::{Prompt, Shared};
use crate::record::{Failure, FailureCode};

/// Asks for the answers of one piece.
pub(super) struct Asker {
    pub(super) door: Door,
    pub(super) shared: Shared,
    pub(super) kind: Kind,
    pub(super) deadline: Instant,
    pub(super) allowance: Allowance,
}

/// One answer that is wanted.
pub(super) struct Ask {
    pub(super) prompt: Prompt,
    pub(super) schema: Arc<Value>,
    /// Tokens that the answer is planned to have.
    pub(super) tokens: usize,
}

/// What came of it.
pub(super) struct Asked {
    value: Result<(Value, Author), Failure>,
    bill: Bill,
}

/// How often an answer that is none is asked for again.
const MAX_REASKS: u32 = 2;
/// Tokens that an answer may have beyond three times what is planned: languages differ in how many
/// tokens a word takes, and an answer that is cut off was paid for in vain.
const SPARE_TOKENS: usize = 400;
/// Tokens that no answer may have more than, however often it broke off.
const MOST_TOKENS: u32 = 32_000;

impl Asker {
    /// Asks until an answer can be read and is what was wanted, at most three times.
    pub(super) async fn ask(&self, ask: Ask, is_wanted: impl Fn(&Value) -> bool) -> Asked {
        let mut bill = Bill::default();
        let mut most = u32::try_from(ask.tokens * 3 + SPARE_TOKENS).unwrap_or(MOST_TOKENS).min(MOST_TOKENS);
        let mut problem = "";
        for _ in 0..=MAX_REASKS {
            let prompt = self.prompt(&ask, most);
            let reply = self
                .door
                .ask(Question { prompt, deadline: self.deadline, allowance: self.allowance.clone() })
                .await;
            bill += reply.bill;
            let answered = match reply.answer {
                Ok(answered) => answered,
                Err(failure) => return Asked { value: Err(failure), bill },
            };
            problem = match (self.read(&answered.text), answered.ending) {
                (Outcome::Whole(value), Ending::Complete) if is_wanted(&value) => {
                    let author = Author { writer: answered.writer, model: answered.model };
                    return Asked { value: Ok((value, author)), bill };
                }
                // A value that seems whole may still lack what the model had not yet said.
                (_, Ending::Truncated) | (Outcome::Truncated(_), Ending::Complete) => {
                    most = most.saturating_mul(2).min(MOST_TOKENS);
                    "the model's answer broke off"
                }
                (Outcome::Whole(_), Ending::Complete) => "the model's answer lacks what was asked for",
                (Outcome::None(_), Ending::Complete) => "the model's answer could not be read",
            };
            tracing::debug!(kind = %self.kind, problem, "an answer is asked for again");
        }
        let failure = Failure { code: FailureCode::ProviderRejected, detail: problem.to_owned() };
        Asked { value: Err(failure), bill }
    }

    fn read(&self, text: &str) -> Outcome {
        let reader = shape::reader(self.kind);
        let reading = answer::read(text, reader.as_deref(), &Limits::default());
        if !reading.edits.is_empty() || !reading.coercions.is_empty() {
            tracing::debug!(
                kind = %self.kind, edits = reading.edits.len(), coercions = reading.coercions.len(),
                "an answer was repaired"
            );
        }
        reading.outcome
    }

    fn prompt(&self, ask: &Ask, max_output_tokens: u32) -> llm::Prompt {
        let Prompt { system, context, instruction } = &ask.prompt;
        let shared = (!context.is_empty()).then(|| llm::Part::Shared(context.to_string()));
        let own = llm::Part::Own(instruction.clone());
        llm::Prompt {
            system: (*system).to_owned(),
            parts: shared.into_iter().chain([own]).collect(),
            schema: Some(Arc::clone(&ask.schema)),
            schema_name: self.kind.as_str(),
            max_output_tokens,
            temperature: None,
            thinking: Thinking::Lowest,
        }
    }
}

impl Asked {
    /// Adds what it took to the piece's bill, notes who answered, and gives the value.
    pub(super) fn into_value(self, written: &mut Written) -> Result<Value, Failure> {
        written.bill += self.bill;
        let (value, author) = self.value?;
        written.by = Some(author);
        Ok(value)
    }
}
