//! The door to a model, as far as writing needs to know it: a question goes in, a text and its bill
//! come out. Permits, retries, fallbacks and prices are behind it.

use std::fmt;
use std::ops::AddAssign;
use std::pin::Pin;
use std::sync::Arc;

use tokio::time::Instant;

use crate::llm::Prompt;
use crate::money::Money;
use crate::record::Failure;
use crate::usage::Usage;

/// What is asked, and until when an answer is of use.
#[derive(Debug)]
pub struct Question {
    /// The prompt with the schema of its answer.
    pub prompt: Prompt,
    /// When the job's time is over.
    pub deadline: Instant,
}

/// What came of a question, whatever came of it.
#[derive(Debug)]
pub struct Reply {
    /// The answer, or why there is none.
    pub answer: Result<Answered, Failure>,
    /// What all attempts took together.
    pub bill: Bill,
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
    /// It breaks off.
    Truncated,
}

/// What something took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// Tokens.
    pub usage: Usage,
    /// Money.
    pub cost_usd: Money,
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

    /// Asks, and waits for what comes of it.
    pub(super) async fn ask(&self, question: Question) -> Reply {
        (self.0)(question).await
    }
}

impl AddAssign for Bill {
    fn add_assign(&mut self, other: Bill) {
        self.usage += other.usage;
        self.cost_usd = self.cost_usd.saturating_add(other.cost_usd);
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
