//! A model that works on a number of calls at once and sends the others away.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use content_factory::llm::{
    Attempt, AttemptLimits, Outcome, Prompt, Provider, ProviderName, QuotaScope, Sent,
};

use super::USAGE;

/// Each call that it takes lasts two seconds.
pub(super) struct Narrow {
    room: usize,
    working: AtomicUsize,
    refused: AtomicUsize,
}

impl Narrow {
    /// Takes so many calls at once.
    pub(super) fn new(room: usize) -> Narrow {
        Narrow { room, working: AtomicUsize::new(0), refused: AtomicUsize::new(0) }
    }

    /// Counts the calls that were sent away.
    pub(super) fn refused(&self) -> usize {
        self.refused.load(Ordering::SeqCst)
    }

    fn ended(outcome: Outcome, sent: Sent) -> Attempt {
        let is_answer = matches!(outcome, Outcome::Complete { .. });
        Attempt {
            outcome,
            usage: is_answer.then_some(USAGE),
            written_tokens: 0,
            is_usage_absurd: false,
            sent,
            is_lesson: false,
            first_token_after: None,
        }
    }
}

#[async_trait]
impl Provider for Narrow {
    fn name(&self) -> ProviderName {
        ProviderName::Gemini
    }

    fn model(&self) -> &str {
        "gemini-3.8-flash"
    }

    async fn attempt(&self, _prompt: &Prompt, _limits: &AttemptLimits) -> Attempt {
        let before = self.working.fetch_add(1, Ordering::SeqCst);
        // A refusal takes its way there and back, so that a burst is out before the first comes home.
        tokio::time::sleep(Duration::from_millis(50)).await;
        if before >= self.room {
            self.working.fetch_sub(1, Ordering::SeqCst);
            self.refused.fetch_add(1, Ordering::SeqCst);
            let refusal = Outcome::RateLimited { scope: QuotaScope::Unknown, retry_after: None };
            return Narrow::ended(refusal, Sent::Unbilled);
        }
        tokio::time::sleep(Duration::from_millis(1950)).await;
        self.working.fetch_sub(1, Ordering::SeqCst);
        Narrow::ended(Outcome::Complete { text: "all of it".to_owned() }, Sent::Sent)
    }
}
