//! What tokens cost.

use crate::money::Money;
use crate::usage::Usage;

/// Prices of one model, in micro-dollars a million tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    /// A million tokens of prompts.
    pub input: u64,
    /// A million tokens of answers, thinking included.
    pub output: u64,
    /// A million tokens of prompts that come from the vendor's cache.
    pub cached_input: u64,
}

impl Prices {
    /// Returns what one attempt with that usage costs: summed exactly, rounded up once.
    #[must_use]
    pub fn of(&self, usage: Usage) -> Money {
        let cached = usage.cached_tokens.min(usage.input_tokens);
        let fresh = usage.input_tokens.saturating_sub(cached);
        let parts = [(fresh, self.input), (cached, self.cached_input), (usage.output_tokens, self.output)];
        // 64 by 64 bits fit into 128; three of them may not, and stay at the largest amount.
        let total = parts
            .into_iter()
            .map(|(tokens, price)| u128::from(tokens).saturating_mul(u128::from(price)))
            .fold(0_u128, u128::saturating_add);
        Money::from_micros(u64::try_from(total.div_ceil(1_000_000)).unwrap_or(u64::MAX))
    }
}
