//! What is known of models and vendors, as dated data: prices, context, thinking levels, shutdown
//! dates (`models.toml`), which errors are not billed (`unbilled.toml`); and what a usage costs.
//!
//! A model that is not known is priced at the dearest that is, never at zero. Which model is used
//! is a setting of `llm`; what may be spent is the budget's.

mod price;
mod unbilled;

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

pub use price::Prices;
pub use unbilled::{Unbilled, unbilled, unbilled_at};

use crate::money::Money;
use crate::usage::Usage;

/// What is known of a model.
#[derive(Clone, Debug, Deserialize)]
pub struct Model {
    name: String,
    #[serde(flatten)]
    prices: Prices,
    long_prompt: Option<LongPrompt>,
    /// Tokens that prompt and answer may have together.
    pub context_tokens: u64,
    /// Tokens that an answer may have, thinking included.
    pub max_output_tokens: u32,
    /// The thinking levels that it takes, the lowest first; empty where they are not known. A model
    /// that is not told any thinks as its vendor likes, unless `none` is all that it has.
    #[serde(default)]
    pub thinking: Vec<ThinkingLevel>,
    /// Whether its temperature can be set.
    #[serde(default)]
    pub temperature: Temperature,
    shutdown: Option<Date>,
    vertex_shutdown: Option<Date>,
    source: String,
    read: Date,
    facts: String,
    facts_read: Date,
}

/// What a whole call costs whose prompt is long.
#[derive(Clone, Copy, Debug, Deserialize)]
struct LongPrompt {
    /// A prompt is long that has more tokens than this.
    over: u64,
    #[serde(flatten)]
    prices: Prices,
}

/// How much a model thinks before it answers, in the words of those that can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThinkingLevel {
    /// Not at all.
    #[serde(rename = "none")]
    Off,
    /// Next to nothing.
    Minimal,
    /// A little.
    Low,
    /// Some.
    Medium,
    /// Much.
    High,
}

/// Says whether a model's temperature can be set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Temperature {
    /// It can.
    #[default]
    Free,
    /// Setting it is an error.
    Fixed,
}

/// The places where a model may be shut down on different days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At its vendor.
    Vendor,
    /// At Google Cloud.
    Vertex,
}

#[derive(Deserialize)]
struct Catalogue {
    models: Vec<Model>,
}

#[expect(clippy::expect_used, reason = "the catalogue is a constant of this crate; a test reads it")]
static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| toml::from_str(include_str!("models.toml")).expect("the catalogue is well formed"));

/// Returns all models that are known.
#[must_use]
pub fn models() -> &'static [Model] {
    &CATALOGUE.models
}

/// Finds a model by the name it is called by, also with the name of a vendor before it
/// (`google/gemini-3.8-flash`) or the date of a version after it (`gpt-5.4-mini-2026-03-17`).
#[must_use]
pub fn find(name: &str) -> Option<&'static Model> {
    let bare = name.rsplit('/').next().unwrap_or(name);
    let versioned = |model: &&Model| bare.strip_prefix(model.name.as_str()).is_some_and(is_version);
    models().iter().find(versioned)
}

/// Returns what one attempt costs: summed exactly, rounded up once, to the micro-dollar.
#[must_use]
pub fn price(model: &str, usage: Usage) -> Money {
    prices(model, usage.input_tokens).of(usage)
}

/// Returns the prices for a prompt of that many tokens; those of the dearest where the model is
/// not known.
#[must_use]
pub fn prices(model: &str, input_tokens: u64) -> Prices {
    let Some(model) = find(model) else { return dearest() };
    let long = model.long_prompt.filter(|long| input_tokens > long.over);
    long.map_or(model.prices, |long| long.prices)
}

/// Returns the prices that no known model exceeds.
#[must_use]
pub fn dearest() -> Prices {
    let long = |model: &Model| model.long_prompt.map(|long| long.prices);
    let all = models().iter().flat_map(|model| [Some(model.prices), long(model)]).flatten();
    let zero = Money::ZERO;
    let nothing = Prices { input: zero, output: zero, cached_input: zero, cache_write: zero };
    all.fold(nothing, Prices::dearer)
}

/// Tells whether a known model no longer answers on that day.
#[must_use]
pub fn is_shut_down(model: &str, place: Place, today: Date) -> bool {
    let Some(model) = find(model) else { return false };
    let at_place = match place {
        Place::Vendor => None,
        Place::Vertex => model.vertex_shutdown,
    };
    [model.shutdown, at_place].into_iter().flatten().any(|day| today >= day)
}

/// Tells whether what follows a name is nothing, or only says which version of the model is meant.
fn is_version(rest: &str) -> bool {
    let Some(version) = rest.strip_prefix('-') else { return rest.is_empty() };
    let digits = version.bytes().filter(u8::is_ascii_digit).count();
    let is_date = version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    version == "latest" || (is_date && (digits == 8 || digits == 3))
}

impl Model {
    /// Returns the vendor's name for it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns where its prices were read, and where all else was, and when.
    #[must_use]
    pub fn sources(&self) -> [(&str, Date); 2] {
        [(&self.source, self.read), (&self.facts, self.facts_read)]
    }
}

#[cfg(test)]
mod tests;
