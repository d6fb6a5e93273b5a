//! What a job may use up over all its calls: attempts beyond the first, tokens and money.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::super::{Prompt, Provider};
use crate::budget::{Exhausted, Purse, Reservation, Spend, Statement};
use crate::lease::Tenure;
use crate::usage::Usage;

/// Attempts that one call may make beyond its first.
pub const EXTRA_ATTEMPTS_A_CALL: u32 = 2;
/// Attempts beyond the first that every job may make.
const FEWEST_EXTRA_ATTEMPTS: u32 = 12;
/// A larger job may make one for so many planned calls.
const CALLS_AN_EXTRA_ATTEMPT: u32 = 4;

/// Tokens beyond the texts themselves: roles, the vendor's own words before a prompt and around a schema.
/// Anthropic names 159 to 530 for tools, other vendors nothing; this leaves room for more than is told.
/// Source: docs.anthropic.com, "Pricing and tokens for tool use", a stored copy read 2026-11-28.
const OVERHEAD_TOKENS: u64 = 2048;

/// What the calls of one job may use up together. Clones are the same allowance.
#[derive(Clone, Debug)]
pub struct Allowance {
    extra_attempts: Arc<AtomicU32>,
    extra_a_call: u32,
    purse: Purse,
}

impl Allowance {
    /// Makes the allowance of a job that plans so many calls.
    #[must_use]
    pub fn new(planned_calls: u32, most: Spend) -> Allowance {
        Allowance::from(planned_calls, Purse::new(most))
    }

    /// Makes the allowance of a job whose spending has to be known even if this process is gone: no
    /// attempt begins before it is pledged, nor where `tenure` is over before the job is known to be
    /// this process's still.
    #[must_use]
    pub fn pledging(planned_calls: u32, most: Spend, tenure: Tenure) -> Allowance {
        Allowance::from(planned_calls, Purse::pledging(most, tenure))
    }

    fn from(planned_calls: u32, purse: Purse) -> Allowance {
        let extra = FEWEST_EXTRA_ATTEMPTS.max(planned_calls / CALLS_AN_EXTRA_ATTEMPT);
        let extra_attempts = Arc::new(AtomicU32::new(extra));
        Allowance { extra_attempts, extra_a_call: EXTRA_ATTEMPTS_A_CALL, purse }
    }

    /// Returns the same allowance for a call that may make fewer attempts beyond its first than
    /// others, because it asks for what was asked for before.
    #[must_use]
    pub fn with_extra_attempts_a_call(&self, extra: u32) -> Allowance {
        Allowance { extra_a_call: extra.min(EXTRA_ATTEMPTS_A_CALL), ..self.clone() }
    }

    /// Returns the purse that all calls spend from.
    #[must_use]
    pub fn purse(&self) -> &Purse {
        &self.purse
    }

    /// Returns what was spent, and how much of that no vendor confirmed.
    #[must_use]
    pub fn statement(&self) -> Statement {
        self.purse.statement()
    }

    /// Returns how many attempts beyond the first are left to all calls together.
    #[must_use]
    pub fn extra_attempts_left(&self) -> u32 {
        self.extra_attempts.load(Ordering::Relaxed)
    }

    pub(super) fn extra_attempts_a_call(&self) -> u32 {
        self.extra_a_call
    }

    /// Takes an attempt beyond the first, if one is left. A client does so for each attempt that a call
    /// makes beyond its first; who asks for the same a second time does so before the call.
    #[must_use = "without it the attempt may not be made"]
    pub fn take_extra_attempt(&self) -> bool {
        let take = |left: u32| left.checked_sub(1);
        // It counts and orders nothing else.
        self.extra_attempts.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }

    /// Sets apart the most that an attempt can cost.
    pub(super) async fn reserve(&self, most: Spend) -> Result<Reservation, Exhausted> {
        self.purse.reserve(most).await
    }
}

/// Bounds from above how many tokens a prompt has. No vendor's token is shorter than a byte, and nothing
/// less is a bound: words have three letters and more to a token, but Base64, the letters of a genome and
/// whatever else a text may hold come near to one. Both promises about money rest on it: nothing that a
/// vendor can truly bill is more than the hold, and no job spends more than it may.
pub(super) fn most_input_tokens(prompt: &Prompt) -> u64 {
    let said = prompt.parts.iter().map(|part| part.text()).chain([prompt.system.as_str()]);
    let bytes = said.map(|text| u64::try_from(text.len()).unwrap_or(u64::MAX)).fold(0, u64::saturating_add);
    let schema = prompt.schema.as_ref().map_or(0, |schema| schema.bytes());
    bytes.saturating_add(schema).saturating_add(OVERHEAD_TOKENS)
}

/// Prices a usage at a model, so many tokens of whose prompt were written to the vendor's cache.
pub(super) fn spend(provider: &dyn Provider, usage: Usage, written_tokens: u64) -> Spend {
    let money = provider.prices(usage.input_tokens).of_written(usage, written_tokens);
    Spend { money, tokens: tokens_of(usage) }
}

/// Bounds what a usage can cost at a model.
pub(super) fn most_spend(provider: &dyn Provider, usage: Usage) -> Spend {
    Spend { money: provider.prices(usage.input_tokens).most(usage), tokens: tokens_of(usage) }
}

fn tokens_of(usage: Usage) -> u64 {
    usage.input_tokens.saturating_add(usage.output_tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_has_twelve_extra_attempts_or_a_quarter_of_its_calls() {
        for (calls, extra) in [(0, 12), (8, 12), (48, 12), (49, 12), (100, 25)] {
            let allowance = Allowance::new(calls, Spend::default());
            assert_eq!(allowance.extra_attempts_left(), extra, "{calls} calls");
            let taken = (0..1000).filter(|_| allowance.take_extra_attempt()).count();
            assert_eq!(u32::try_from(taken).unwrap(), extra);
        }
    }

    #[test]
    fn a_call_that_repeats_another_gets_fewer_attempts_of_the_same_allowance() {
        let whole = Allowance::new(1, Spend::default());
        let repeated = whole.with_extra_attempts_a_call(1);
        assert_eq!((whole.extra_attempts_a_call(), repeated.extra_attempts_a_call()), (2, 1));
        assert_eq!(whole.with_extra_attempts_a_call(9).extra_attempts_a_call(), EXTRA_ATTEMPTS_A_CALL);
        assert!(repeated.take_extra_attempt());
        assert_eq!(whole.extra_attempts_left(), 11);
    }
}
