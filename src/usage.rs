//! How many tokens were read and written. What they cost is the catalogue's to say.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tokens that a call, a piece or a job used. Sums stay at the largest count instead of wrapping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Usage {
    /// Tokens of the prompts, those read from a provider's cache included.
    pub input_tokens: u64,
    /// Tokens of the answers, hidden thinking included.
    pub output_tokens: u64,
    /// Those input tokens that a provider read from its cache.
    pub cached_tokens: u64,
}

impl Add for Usage {
    type Output = Usage;

    fn add(self, other: Usage) -> Usage {
        Usage {
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
            cached_tokens: self.cached_tokens.saturating_add(other.cached_tokens),
        }
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Usage) {
        *self = *self + other;
    }
}

impl Sum for Usage {
    fn sum<I: Iterator<Item = Usage>>(usages: I) -> Usage {
        usages.fold(Usage::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usages_add_up_field_by_field() {
        let one = Usage { input_tokens: 100, output_tokens: 20, cached_tokens: 3 };
        let mut total = [one, one].into_iter().sum::<Usage>();
        total += Usage { input_tokens: u64::MAX, ..Usage::default() };
        assert_eq!(total, Usage { input_tokens: u64::MAX, output_tokens: 40, cached_tokens: 6 });
    }
}
