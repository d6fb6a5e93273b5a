//! What one attempt costs: its hold is open while it is under way and ends as the attempt ended, its
//! charge is written, and it is counted in the metrics and told to the log.

use tokio::time::Instant;

use super::super::{Attempt, Provider, Sent};
use super::Charge;
use super::allowance;
use crate::budget::{Hold, Reservation, Spend};
use crate::telemetry::{LlmAttempt, Metrics, Tokens};
use crate::usage::Usage;

/// The label of attempts that were given up from outside, which have no outcome.
const CANCELLED: &str = "cancelled";

/// An attempt under way, with its money. Dropping it leaves the hold to be settled as unreconciled.
pub(super) struct UnderWay<'a> {
    provider: &'a dyn Provider,
    metrics: &'a Metrics,
    begun: Instant,
    hold: Option<Hold>,
}

impl<'a> UnderWay<'a> {
    /// Begins an attempt.
    pub(super) fn begin(
        provider: &'a dyn Provider,
        metrics: &'a Metrics,
        money: Reservation,
    ) -> UnderWay<'a> {
        UnderWay { provider, metrics, begun: Instant::now(), hold: Some(money.begin()) }
    }

    /// Returns when it began.
    pub(super) fn begun(&self) -> Instant {
        self.begun
    }

    /// Ends it as it ended.
    pub(super) fn end(mut self, attempt: &Attempt, attempts_before: usize) -> Charge {
        let usage = attempt.usage;
        let believed = usage.filter(|usage| self.can_be(*usage, attempt.written_tokens));
        let is_usage_absurd = attempt.is_usage_absurd || believed != usage;
        let (cost, is_unreconciled) = match self.hold.take() {
            Some(hold) => settle(self.provider, hold, attempt, believed),
            None => (Spend::default(), false),
        };
        let usage = believed;
        let charge = Charge {
            provider: self.provider.name(),
            model: self.provider.model().to_owned(),
            class: attempt.outcome.class(),
            usage,
            cost: cost.money,
            is_unreconciled,
            took: self.begun.elapsed(),
            first_token_after: attempt.first_token_after,
        };
        self.count(&charge);
        note(&charge, attempts_before, is_usage_absurd);
        charge
    }

    /// Whether a usage is within what was set apart: a token for each byte that was sent, room for the
    /// vendor's own words, and as many tokens of an answer as were asked for. More is a mistake of the
    /// reporter's, and no bill that anybody has to pay.
    fn can_be(&self, usage: Usage, written_tokens: u64) -> bool {
        let most = self.hold.as_ref().map(Hold::amount);
        let reported = allowance::spend(self.provider, usage, written_tokens);
        most.is_none_or(|most| reported.tokens <= most.tokens && reported.money <= most.money)
    }

    fn count(&self, charge: &Charge) {
        let usage = charge.usage.unwrap_or_default();
        self.metrics.llm_attempt(&LlmAttempt {
            provider: charge.provider.as_str(),
            model: &charge.model,
            outcome: charge.class.as_str(),
            took: charge.took,
            first_token_after: charge.first_token_after,
            tokens: Tokens {
                input: usage.input_tokens,
                cached: usage.cached_tokens,
                output: usage.output_tokens,
            },
            cost_micros: charge.cost.micros(),
            is_unreconciled: charge.is_unreconciled,
        });
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let Some(hold) = self.hold.take() else { return };
        self.metrics.llm_attempt(&LlmAttempt {
            provider: self.provider.name().as_str(),
            model: self.provider.model(),
            outcome: CANCELLED,
            took: self.begun.elapsed(),
            first_token_after: None,
            tokens: Tokens::default(),
            cost_micros: hold.amount().money.micros(),
            is_unreconciled: true,
        });
    }
}

/// Ends the hold as the attempt ended. Returns the cost, and whether it is only the most it can be.
fn settle(provider: &dyn Provider, hold: Hold, attempt: &Attempt, usage: Option<Usage>) -> (Spend, bool) {
    match (usage, attempt.sent) {
        (Some(usage), _) => {
            let billed = allowance::spend(provider, usage, attempt.written_tokens);
            hold.settle(billed);
            (billed, false)
        }
        (None, Sent::NotSent | Sent::Unbilled) => {
            hold.refund();
            (Spend::default(), false)
        }
        (None, Sent::Sent) => {
            let most = hold.amount();
            hold.settle_unreported();
            (most, true)
        }
    }
}

/// Tells the log of an attempt: numbers and codes, no text of anybody's.
fn note(charge: &Charge, attempts_before: usize, is_usage_absurd: bool) {
    let usage = charge.usage.unwrap_or_default();
    tracing::debug!(
        provider = charge.provider.as_str(),
        model = charge.model,
        outcome = charge.class.as_str(),
        attempts_before,
        input_tokens = usage.input_tokens,
        output_tokens = usage.output_tokens,
        cached_tokens = usage.cached_tokens,
        cost_usd = %charge.cost,
        is_unreconciled = charge.is_unreconciled,
        is_usage_absurd,
        took_ms = charge.took.as_millis(),
        first_token_ms = charge.first_token_after.map(|time| time.as_millis()),
        "attempt at a model"
    );
}
