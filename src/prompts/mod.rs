//! What is said to a language model: loads the files of `prompts/` and renders them for one call.
//!
//! A prompt has three texts in the order in which providers can reuse their beginning: the system
//! text, which never changes; the context (commission, source, outline), which all calls of a job
//! share; and the instruction, which is the call's own. [`Shared`] renders the first two once.
//!
//! Words of the user are values of the templates, never templates, and stand between lines with a
//! mark that none of them contains (`mark.rs`). Limits come from the schema that the answer is to
//! keep (`form.rs`). Which calls are made, and what becomes of an answer, is `pipeline`'s business.

mod commission;
mod files;
mod form;
mod mark;
mod outline;

pub use commission::{Commission, Part, Place, Shared, Showing, Task};
pub use files::version;
pub use form::fields;

/// One prompt, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Prompt {
    /// The role and the standing rules; the same for every call.
    pub system: &'static str,
    /// Commission, source and outline; the same for all calls of a job that have the same outline.
    pub context: std::sync::Arc<str>,
    /// What is to be written now, and its form.
    pub instruction: String,
}

/// Says that a template could not be rendered: a fault of this program.
#[derive(Debug, thiserror::Error)]
#[error("the prompt {name} could not be rendered")]
pub struct Error {
    name: &'static str,
    #[source]
    source: minijinja::Error,
}

/// Shows sizes only: a prompt holds the user's text and belongs in no log.
impl std::fmt::Debug for Prompt {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Prompt")
            .field("context_bytes", &self.context.len())
            .field("instruction_bytes", &self.instruction.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
