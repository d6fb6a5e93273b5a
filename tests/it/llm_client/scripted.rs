//! A model that does as it is told, in memory.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use content_factory::catalog;
use content_factory::llm::{
    Attempt, AttemptLimits, BlockedSide, Fault, Outcome, Prompt, Provider, ProviderName, QuotaScope, Reason,
    Sent, TimedOutStage,
};
use content_factory::money::Money;
use content_factory::usage::Usage;
use tokio::time::Instant;

/// What the model does with one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Answer,
    /// Answers after so many seconds, whatever the limits say.
    Slow(u64),
    /// Answers and does not say what it used.
    Unreported,
    /// Answers and claims to have used what it cannot have.
    Overreported,
    Truncated,
    CutOff,
    /// Writes half and then hangs.
    Late,
    Broken,
    NotSent,
    Status(u16),
    Overloaded,
    Garbage,
    Limited(QuotaScope, Option<u64>),
    Blocked(&'static str),
    Refused,
    /// Ends at its deadline.
    Hang,
    /// Fails like that once it has worked, and says what it used in all.
    Told(&'static Act),
}

/// A model with a script; what the script does not say is answered.
#[derive(Clone)]
pub(crate) struct Scripted(Arc<Model>);

struct Model {
    name: ProviderName,
    model: &'static str,
    acts: Mutex<VecDeque<Act>>,
    asked_at: Mutex<Vec<Instant>>,
    /// Attempts that it worked on, and those of them whose usage it told.
    billed: Mutex<(u64, u64)>,
}

/// More than the prompt can have been.
const OVERREPORTED: Usage = Usage { input_tokens: 900_000, output_tokens: 200, cached_tokens: 0 };
/// What every attempt uses that reports a usage.
pub(crate) const USAGE: Usage = Usage { input_tokens: 100, output_tokens: 200, cached_tokens: 0 };

impl Scripted {
    pub(crate) fn gemini(acts: &[Act]) -> Scripted {
        Scripted::new(ProviderName::Gemini, "gemini-3.8-flash", acts)
    }

    pub(crate) fn anthropic(acts: &[Act]) -> Scripted {
        Scripted::new(ProviderName::Anthropic, "claude-haiku-5-5", acts)
    }

    fn new(name: ProviderName, model: &'static str, acts: &[Act]) -> Scripted {
        let acts = Mutex::new(acts.iter().copied().collect());
        Scripted(Arc::new(Model { name, model, acts, asked_at: Mutex::default(), billed: Mutex::default() }))
    }

    pub(crate) fn provider(&self) -> Arc<dyn Provider> {
        Arc::<Model>::clone(&self.0)
    }

    pub(crate) fn calls(&self) -> usize {
        self.0.asked_at.lock().unwrap().len()
    }

    pub(crate) fn asked_at(&self) -> Vec<Instant> {
        self.0.asked_at.lock().unwrap().clone()
    }

    /// What the vendor bills, and the part of it that it told of, rounded up once an attempt.
    pub(crate) fn bill(&self) -> (Money, Money) {
        let (worked, told) = *self.0.billed.lock().unwrap();
        let price = catalog::price(self.0.model, USAGE);
        (price.saturating_mul(worked), price.saturating_mul(told))
    }
}

#[async_trait]
impl Provider for Model {
    fn name(&self) -> ProviderName {
        self.name
    }

    fn model(&self) -> &str {
        self.model
    }

    async fn attempt(&self, _prompt: &Prompt, limits: &AttemptLimits) -> Attempt {
        self.asked_at.lock().unwrap().push(Instant::now());
        let act = self.acts.lock().unwrap().pop_front().unwrap_or(Act::Answer);
        if !matches!(act, Act::NotSent | Act::Status(_) | Act::Overloaded | Act::Limited(..)) {
            self.billed.lock().unwrap().0 += 1;
        }
        match act {
            Act::Slow(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
            Act::Hang => tokio::time::sleep_until(limits.deadline).await,
            _ => tokio::time::sleep(Duration::from_millis(10)).await,
        }
        let is_reported = matches!(act, Act::Answer | Act::Slow(_) | Act::Truncated | Act::Told(_));
        if is_reported {
            self.billed.lock().unwrap().1 += 1;
        }
        Attempt {
            outcome: outcome(act),
            usage: match act {
                Act::Overreported => Some(OVERREPORTED),
                _ => is_reported.then_some(USAGE),
            },
            written_tokens: 0,
            is_usage_absurd: false,
            sent: sent(act),
            is_lesson: false,
            first_token_after: None,
        }
    }
}

/// As the vendor of the Gemini API says: its errors 400 and 500 are not billed.
fn sent(act: Act) -> Sent {
    match act {
        Act::NotSent => Sent::NotSent,
        Act::Status(400 | 500) => Sent::Unbilled,
        _ => Sent::Sent,
    }
}

fn outcome(act: Act) -> Outcome {
    match act {
        Act::Answer | Act::Slow(_) | Act::Unreported | Act::Overreported => {
            Outcome::Complete { text: "all of it".to_owned() }
        }
        Act::Truncated => {
            Outcome::Truncated { text: "half of it".to_owned(), reason: Reason::new("MAX_TOKENS") }
        }
        Act::CutOff => {
            Outcome::Truncated { text: "half of it".to_owned(), reason: Reason::new("no_finish_reason") }
        }
        Act::Late => Outcome::Truncated { text: "half of it".to_owned(), reason: Reason::new("timed_out") },
        Act::Broken | Act::NotSent => {
            Outcome::Transient { fault: Fault::new("connection"), retry_after: None }
        }
        Act::Status(status @ (401 | 403)) => {
            Outcome::Authentication { fault: Fault::with_status(status, "key") }
        }
        Act::Status(status @ 400..=499) => {
            Outcome::BadRequest { fault: Fault::with_status(status, "request") }
        }
        Act::Status(status) => {
            Outcome::Transient { fault: Fault::with_status(status, "internal"), retry_after: None }
        }
        Act::Overloaded => Outcome::Overloaded { retry_after: None },
        Act::Garbage => Outcome::Malformed { fault: Fault::new("no_json") },
        Act::Limited(scope, seconds) => {
            Outcome::RateLimited { scope, retry_after: seconds.map(Duration::from_secs) }
        }
        Act::Blocked(reason) => Outcome::Blocked { side: BlockedSide::Prompt, reason: Reason::new(reason) },
        Act::Refused => Outcome::Refused { reason: Reason::new("refusal") },
        Act::Hang => Outcome::TimedOut { stage: TimedOutStage::Attempt },
        Act::Told(act) => outcome(*act),
    }
}
