//! Models that write: one door to all of them, and one attempt through it.
//!
//! [`Provider`] is one attempt at one model: the adapters (`gemini`, `openai`, `anthropic`) say it
//! in each vendor's words, and every answer, also none, becomes one typed [`Outcome`] (`outcome`).
//! Permits, retries, fallbacks and money are the client's, what is asked for is `prompts`'s, what an
//! answer means is `answer`'s, and what a token costs is the catalogue's.

mod anthropic;
pub mod client;
mod config;
mod credentials;
mod exchange;
mod gemini;
mod key;
mod learned;
mod open;
mod openai;
mod outcome;
mod prompt;
mod reported;
mod schema;
mod sending;
mod stated_price;
mod status;
mod stream;
mod thinking;

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::catalog::{self, Prices};
use crate::lease::Tenure;

pub use config::{Anthropic, Concurrency, Config, Fallback, FanOut, Gemini, Limits, OpenAi, Vertex};
pub use key::ApiKey;
pub use open::open;
pub use outcome::{
    Attempt, BlockedSide, Class, Fault, Outcome, QuotaScope, Reaction, Reason, Sent, TimedOutStage,
};
pub use prompt::{Part, Prompt, Thinking};
pub use schema::AnswerSchema;
pub use stated_price::StatedPrice;

/// One model of one vendor. An attempt has no retry, no deadline beyond the given one and no
/// accounting; dropping its future abandons the call.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Names the vendor's interface.
    fn name(&self) -> ProviderName;

    /// Names the model as the vendor does.
    fn model(&self) -> &str;

    /// Returns the most output tokens that an attempt at this prompt may be billed for, thinking
    /// included: what a hold of money has to cover.
    fn max_billed_output_tokens(&self, prompt: &Prompt) -> u32 {
        prompt.max_output_tokens
    }

    /// Returns what its tokens cost, in a prompt of so many: a usage is priced by them, and a hold.
    fn prices(&self, input_tokens: u64) -> Prices {
        catalog::prices(self.model(), input_tokens)
    }

    /// Asks once and says what came of it, at the latest at `limits.deadline`.
    async fn attempt(&self, prompt: &Prompt, limits: &AttemptLimits) -> Attempt;
}

/// Names an interface that models are reached through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderName {
    /// Google's Gemini API, with an API key.
    Gemini,
    /// Gemini on Google Cloud, with application default credentials.
    Vertex,
    /// OpenAI, and every server that speaks its chat completions.
    #[serde(rename = "openai")]
    OpenAi,
    /// Anthropic's Messages API.
    Anthropic,
}

impl ProviderName {
    /// All of them, in the order in which `auto` looks for a key.
    pub const ALL: [ProviderName; 4] =
        [ProviderName::Gemini, ProviderName::Vertex, ProviderName::OpenAi, ProviderName::Anthropic];

    /// Returns the name used in settings, answers and metrics labels.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ProviderName::Gemini => "gemini",
            ProviderName::Vertex => "vertex",
            ProviderName::OpenAi => "openai",
            ProviderName::Anthropic => "anthropic",
        }
    }

    /// Finds the interface of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<ProviderName> {
        ProviderName::ALL.into_iter().find(|provider| provider.as_str() == name)
    }
}

impl std::fmt::Display for ProviderName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Bounds one attempt. Connecting is bounded where the provider is opened ([`Limits::connect`]).
#[derive(Clone, Debug)]
pub struct AttemptLimits {
    /// When the attempt is given up, whatever it is doing.
    pub deadline: Instant,
    /// How long the first byte of the answer may take, counted from the sending.
    pub first_byte: Duration,
    /// How long the answer may pause.
    pub idle: Duration,
    /// Bytes that an answer's body may have.
    pub max_body_bytes: usize,
    /// For how long the request may be sent: once that is over nothing of it leaves any more.
    pub tenure: Tenure,
}

/// Says why a provider cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No key is set for a provider that needs one.
    #[error("no API key is set for {0}")]
    NoKey(ProviderName),
    /// The base address cannot be used.
    #[error("the base address of {provider} {problem}")]
    BaseUrl {
        /// Whose address it is.
        provider: ProviderName,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// No project is set for Vertex, and the environment names none.
    #[error("no project is set for vertex")]
    NoProject,
    /// The HTTP client could not be made.
    #[error("the HTTP client of {provider} could not be made")]
    Http {
        /// Whose client it is.
        provider: ProviderName,
        /// Why not.
        #[source]
        source: reqwest::Error,
    },
}

#[cfg(test)]
mod tests;
