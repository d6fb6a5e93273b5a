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
    /// Of prompts that the vendor writes to its cache, which it does by itself.
    pub cache_write: Money,
}

#[derive(Deserialize)]
struct WrittenPrices {
    input: Money,
    output: Money,
    cached_input: Option<Money>,
    cache_write: Option<Money>,
}

impl From<WrittenPrices> for Prices {
    fn from(written: WrittenPrices) -> Prices {
        let WrittenPrices { input, output, cached_input, cache_write } = written;
        let (cached_input, cache_write) = (cached_input.unwrap_or(input), cache_write.unwrap_or(input));
        Prices { input, output, cached_input, cache_write }
    }
}

impl Prices {
    /// Returns what one attempt with that usage costs: summed exactly, rounded up once.
    #[must_use]
    pub fn of(&self, usage: Usage) -> Money {
        self.of_written(usage, 0)
    }

    /// Returns what one attempt with that usage costs at most: nobody says beforehand what of a prompt
    /// will be written to a cache.
    #[must_use]
    pub fn most(&self, usage: Usage) -> Money {
        self.of(usage).max(self.of_written(usage, usage.input_tokens))
    }

    /// Returns what one attempt with that usage costs, so many tokens of whose prompt were written to
    /// the vendor's cache.
    #[must_use]
    pub fn of_written(&self, usage: Usage, written_tokens: u64) -> Money {
        let cached = usage.cached_tokens.min(usage.input_tokens);
        let written = written_tokens.min(usage.input_tokens.saturating_sub(cached));
        let fresh = usage.input_tokens.saturating_sub(cached).saturating_sub(written);
        let parts = [
            (fresh, self.input),
            (cached, self.cached_input),
            (written, self.cache_write),
            (usage.output_tokens, self.output),
        ];
        // A product of two 64-bit numbers fits; a sum of four may not, and stays at the largest.
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
            cache_write: self.cache_write.max(other.cache_write),
        }
    }
}
