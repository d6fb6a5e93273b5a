//! What tokens cost.

use serde::Deserialize;

use crate::money::Money;
use crate::usage::Usage;

/// Prices of a million tokens each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "WrittenPrices")]
pub struct Prices {
    /// Of prompts.
    pub input: Money,
    /// Of answers, thinking included.
    pub output: Money,
    /// Of prompts that come from the vendor's cache.
    pub cached_input: Money,
}

#[derive(Deserialize)]
struct WrittenPrices {
    input: Money,
    output: Money,
    cached_input: Option<Money>,
}

impl From<WrittenPrices> for Prices {
    fn from(written: WrittenPrices) -> Prices {
        let WrittenPrices { input, output, cached_input } = written;
        Prices { input, output, cached_input: cached_input.unwrap_or(input) }
    }
}

impl Prices {
    /// Returns what one attempt with that usage costs: summed exactly, rounded up once.
    #[must_use]
    pub fn of(&self, usage: Usage) -> Money {
        let cached = usage.cached_tokens.min(usage.input_tokens);
        let fresh = usage.input_tokens.saturating_sub(cached);
        let parts = [(fresh, self.input), (cached, self.cached_input), (usage.output_tokens, self.output)];
        // A product of two 64-bit numbers fits; a sum of three may not, and stays at the largest.
        let total = parts
            .into_iter()
            .map(|(tokens, price)| u128::from(tokens).saturating_mul(u128::from(price.micros())))
            .fold(0_u128, u128::saturating_add);
        Money::from_micros(u64::try_from(total.div_ceil(1_000_000)).unwrap_or(u64::MAX))
    }

    pub(super) fn dearer(self, other: Prices) -> Prices {
        Prices {
            input: self.input.max(other.input),
            output: self.output.max(other.output),
            cached_input: self.cached_input.max(other.cached_input),
        }
    }
}
