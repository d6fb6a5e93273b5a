//! The one door to models: a call goes in, an answer or a reason comes out, within its deadline and
//! within what the job may spend.
//!
//! A call takes a permit (`permits`), makes attempts that wait longer each time (`backoff`), leaves
//! models alone that mostly fail (`breaker`), and goes on to the next model of the chain where the
//! class of the outcome says so (`course`). Before each attempt the most that it can cost is held
//! (`allowance`), afterwards it is settled, and each attempt comes back as one [`Charge`] (`bill`).
//!
//! There is one client in a process: permits are a provider's and breakers a model's, whichever call
//! meets them and wherever in the chain it starts.
//!
//! What is asked and what the answer means is the pipeline's; this module reads no answer.

mod allowance;
mod backoff;
mod bill;
mod breaker;
mod course;
mod lane;
mod level;
mod permits;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

pub use allowance::{Allowance, EXTRA_ATTEMPTS_A_CALL};

pub use super::Concurrency;
use super::{Class, Limits, Prompt, Provider, ProviderName};
use crate::budget::{Exhausted, Spend};
use crate::money::Money;
use crate::telemetry::{BreakerState, Metrics};
use crate::usage::Usage;
use course::Course;
use lane::Lane;
use permits::Permits;

/// Asks the models of a chain: the first, and where that fails the next.
pub struct Client {
    lanes: Vec<Lane>,
    limits: Limits,
    metrics: Metrics,
}

/// What a model wrote. Debug output leaves the text out.
#[derive(Clone, PartialEq)]
pub struct Answer {
    /// The text as it came.
    pub text: String,
    /// Whether it is all of it.
    pub ending: Ending,
    /// Whose model wrote it.
    pub provider: ProviderName,
    /// The model.
    pub model: String,
    /// All attempts of the call, this one last.
    pub charges: Vec<Charge>,
}

/// Says how an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The model says that it finished.
    Complete,
    /// It breaks off at the limit of tokens.
    Truncated,
    /// It breaks off with the connection, or when it was not waited for any longer.
    CutOff,
}

/// A call that brought no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("a model was asked {} times: {reason}", charges.len())]
pub struct Failure {
    /// Why not.
    pub reason: FailureReason,
    /// All attempts of the call.
    pub charges: Vec<Charge>,
}

/// Says why a call brought no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FailureReason {
    /// No model is configured.
    #[error("no model is configured")]
    NoModel,
    /// The deadline came first.
    #[error("the deadline came first")]
    Deadline,
    /// What is left of the budget is less than the most that the next attempt could have cost and used.
    #[error("{0}")]
    Exhausted(Exhausted, Spend),
    /// No further attempt may be made; the last ended like this.
    #[error("no attempt is left, the last ended {}", .0.as_str())]
    Attempts(Class),
    /// The last model of the chain answered like this.
    #[error("the last model ended {}", .0.as_str())]
    Outcome(Class),
    /// All models are being left alone, because they mostly fail or asked for it.
    #[error("all models are being left alone for a while")]
    Unavailable,
}

/// One attempt: what it was, what it took, what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Charge {
    /// Who was asked.
    pub provider: ProviderName,
    /// The model.
    pub model: String,
    /// How it ended.
    pub class: Class,
    /// Tokens as reported at the end; `None` where none were, or where the answer broke off before.
    pub usage: Option<Usage>,
    /// What it costs: by the reported usage, nothing if it was not sent or the vendor says that it
    /// bills nothing, else the most that it can have cost.
    pub cost: Money,
    /// Whether the cost is that most, because it was sent and no usage came.
    pub is_unreconciled: bool,
    /// From the sending to the end.
    pub took: Duration,
    /// From the sending to the first token, where it is known.
    pub first_token_after: Option<Duration>,
}

impl Client {
    /// Makes a client for a chain of models, the preferred one first.
    #[must_use]
    pub fn new(chain: Vec<Arc<dyn Provider>>, limits: Limits, concurrency: Concurrency) -> Client {
        let mut permits: BTreeMap<ProviderName, Arc<Permits>> = BTreeMap::new();
        let mut health: BTreeMap<(ProviderName, String), Arc<lane::Health>> = BTreeMap::new();
        let lanes = chain.into_iter().map(|provider| {
            let fresh = || Permits::new(concurrency.start, concurrency.most);
            let of_provider = Arc::clone(permits.entry(provider.name()).or_insert_with(fresh));
            let model = (provider.name(), provider.model().to_owned());
            let of_model = Arc::clone(health.entry(model).or_insert_with(lane::Health::new));
            Lane::new(provider, of_provider, of_model)
        });
        Client { lanes: lanes.collect(), limits, metrics: Metrics::new() }
    }

    /// Counts in those metrics from now on.
    #[must_use]
    pub fn counting_in(mut self, metrics: Metrics) -> Client {
        for lane in &mut self.lanes {
            lane.metrics = metrics.clone();
            lane.show();
        }
        Client { metrics, ..self }
    }

    /// Asks from the first model of the chain on, as [`Client::call_from`].
    ///
    /// # Errors
    /// As there.
    pub async fn call(
        &self,
        prompt: &Prompt,
        allowance: &Allowance,
        deadline: Instant,
    ) -> Result<Answer, Failure> {
        self.call_from(0, prompt, allowance, deadline).await
    }

    /// Asks until there is an answer or no use in asking: the model at `position` of the chain, and
    /// where that fails those behind it.
    ///
    /// # Errors
    /// Why there is no answer. Its charges are to be booked as those of an answer.
    ///
    /// # Cancel safety
    /// Dropping the future abandons the attempt under way; what it may have cost is settled in the
    /// allowance as unreconciled.
    pub async fn call_from(
        &self,
        position: usize,
        prompt: &Prompt,
        allowance: &Allowance,
        deadline: Instant,
    ) -> Result<Answer, Failure> {
        let lanes = self.lanes.get(position..).unwrap_or_default();
        Course::new(self, lanes, prompt, allowance, deadline).run().await
    }

    /// Returns how many calls each model's provider gets at once now, and whether the model is being
    /// left alone; for metrics.
    pub fn health(&self) -> impl Iterator<Item = Health<'_>> {
        self.lanes.iter().map(|lane| Health {
            provider: lane.provider.name(),
            model: lane.provider.model(),
            permits: lane.permits(),
            is_open: lane.state() != BreakerState::Closed,
        })
    }
}

/// How a model of the chain does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health<'a> {
    /// Whose model it is.
    pub provider: ProviderName,
    /// The model.
    pub model: &'a str,
    /// How many calls its provider gets at once.
    pub permits: usize,
    /// Whether it is being left alone.
    pub is_open: bool,
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.health()).finish()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Answer { text, ending, provider, model, charges } = self;
        formatter
            .debug_struct("Answer")
            .field("bytes", &text.len())
            .field("ending", ending)
            .field("provider", provider)
            .field("model", model)
            .field("charges", charges)
            .finish()
    }
}
