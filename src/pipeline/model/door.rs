//! The door to a model, as far as writing needs to know it: a question goes in, a text and its bill
//! come out. Permits, retries, fallbacks and prices are behind it.

use std::fmt;
use std::ops::AddAssign;
use std::pin::Pin;
use std::sync::Arc;

use tokio::time::Instant;

use crate::budget::{Exhausted, Spend};
use crate::llm::client::{self, Allowance, Charge, Client, FailureReason};
use crate::llm::{Class, Prompt};
use crate::money::Money;
use crate::record::{Failure, FailureCode};
use crate::usage::Usage;

/// What is asked, and until when an answer is of use.
#[derive(Debug)]
pub struct Question {
    /// The prompt with the schema of its answer.
    pub prompt: Prompt,
    /// When the job's time is over.
    pub deadline: Instant,
    /// What all calls of the job may use up together.
    pub allowance: Allowance,
}

/// What came of a question, whatever came of it.
#[derive(Debug)]
pub struct Reply {
    /// The answer, or why there is none.
    pub answer: Result<Answered, Failure>,
    /// What all attempts took together.
    pub bill: Bill,
    /// Whether the model that was to be asked first did not answer: another one did, or none.
    pub passed_over: bool,
}

/// A text that a model wrote.
#[derive(Clone)]
pub struct Answered {
    /// The text as it came.
    pub text: String,
    /// How it ended.
    pub ending: Ending,
    /// The provider's name.
    pub writer: String,
    /// The model's name.
    pub model: String,
}

/// Says how an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The model says that it finished.
    Complete,
    /// It breaks off where the model had no room for more.
    Truncated,
    /// It breaks off because the connection or the time ended.
    CutOff,
}

/// What something took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// Tokens.
    pub usage: Usage,
    /// Money.
    pub cost_usd: Money,
    /// The part of the money that no vendor has confirmed: attempts whose usage never came, at the most
    /// that they can have cost.
    pub unreconciled_usd: Money,
    /// Attempts at a model.
    pub attempts: u32,
}

type Asking = Pin<Box<dyn Future<Output = Reply> + Send>>;

/// Asks a model. Clones ask the same one.
#[derive(Clone)]
pub struct Door(Arc<dyn Fn(Question) -> Asking + Send + Sync>);

impl Door {
    /// Makes a door of what answers a question.
    pub fn new<Replying>(ask: impl Fn(Question) -> Replying + Send + Sync + 'static) -> Door
    where
        Replying: Future<Output = Reply> + Send + 'static,
    {
        Door(Arc::new(move |question| Box::pin(ask(question))))
    }

    /// Makes the door to the models of a client, from that position of its chain on.
    #[must_use]
    pub fn to(client: Arc<Client>, position: usize) -> Door {
        Door::new(move |question: Question| {
            let client = Arc::clone(&client);
            async move {
                let Question { prompt, deadline, allowance } = question;
                match client.call_from(position, &prompt, &allowance, deadline).await {
                    Ok(answer) => {
                        let first = client.health().nth(position);
                        let is_first = |first: client::Health<'_>| {
                            first.provider == answer.provider && first.model == answer.model
                        };
                        let passed_over = !first.is_some_and(is_first);
                        let ending = match answer.ending {
                            client::Ending::Complete => Ending::Complete,
                            client::Ending::Truncated => Ending::Truncated,
                            client::Ending::CutOff => Ending::CutOff,
                        };
                        let writer = answer.provider.as_str().to_owned();
                        let bill = Bill::of(&answer.charges);
                        let answered = Answered { text: answer.text, ending, writer, model: answer.model };
                        Reply { answer: Ok(answered), bill, passed_over }
                    }
                    Err(failure) => {
                        let bill = Bill::of(&failure.charges);
                        Reply { answer: Err(unanswered(failure.reason)), bill, passed_over: true }
                    }
                }
            }
        })
    }

    /// Asks, and waits for what comes of it.
    pub(super) async fn ask(&self, question: Question) -> Reply {
        (self.0)(question).await
    }
}

impl Bill {
    fn of(charges: &[Charge]) -> Bill {
        let unconfirmed = charges.iter().filter(|charge| charge.is_unreconciled);
        Bill {
            usage: charges.iter().filter_map(|charge| charge.usage).sum(),
            cost_usd: charges.iter().map(|charge| charge.cost).sum(),
            unreconciled_usd: unconfirmed.map(|charge| charge.cost).sum(),
            attempts: u32::try_from(charges.len()).unwrap_or(u32::MAX),
        }
    }
}

/// Says why there is no answer, in the closed list that owners of jobs see.
fn unanswered(reason: FailureReason) -> Failure {
    let (code, detail) = match reason {
        FailureReason::Deadline => (FailureCode::DeadlineExceeded, "the job's time ran out"),
        FailureReason::Exhausted(lack, most) => return unaffordable(lack, most),
        FailureReason::NoModel | FailureReason::Unavailable => {
            (FailureCode::ProviderUnavailable, "no model could be reached")
        }
        FailureReason::Attempts(class) | FailureReason::Outcome(class) => match class {
            Class::BlockedPrompt | Class::BlockedOutput | Class::Prohibited | Class::Refused => {
                (FailureCode::ContentBlocked, "a filter of the provider's stopped it")
            }
            Class::Complete | Class::Truncated | Class::BadRequest | Class::Malformed => (
                FailureCode::ProviderRejected,
                "the model does not take the request, or gives no answer to it",
            ),
            Class::RateLimited
            | Class::QuotaExhausted
            | Class::Overloaded
            | Class::Transient
            | Class::TimedOut
            | Class::Authentication => (FailureCode::ProviderUnavailable, "no model could be reached"),
        },
    };
    Failure { code, detail: detail.to_owned() }
}

/// Says what the next call would have held, so that whoever sets the limit sees by how much it is short.
fn unaffordable(lack: Exhausted, most: Spend) -> Failure {
    let could = match lack {
        Exhausted::Money => format!("cost up to {} US dollars", most.money),
        Exhausted::Tokens => format!("take up to {} tokens", most.tokens),
    };
    let detail = format!("the next call could {could}, more than is left of what the job may spend");
    Failure { code: FailureCode::BudgetExceeded, detail }
}

impl AddAssign for Bill {
    fn add_assign(&mut self, other: Bill) {
        self.usage += other.usage;
        self.cost_usd = self.cost_usd.saturating_add(other.cost_usd);
        self.unreconciled_usd = self.unreconciled_usd.saturating_add(other.unreconciled_usd);
        self.attempts = self.attempts.saturating_add(other.attempts);
    }
}

impl fmt::Debug for Door {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Door")
    }
}

/// Shows sizes only: an answer belongs in no log.
impl fmt::Debug for Answered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Answered { text, ending, writer, model } = self;
        formatter
            .debug_struct("Answered")
            .field("bytes", &text.len())
            .field("ending", ending)
            .field("writer", writer)
            .field("model", model)
            .finish()
    }
}
