//! The usage that a vendor reports: counts that may be missing, and that cannot be believed blindly.

use serde_json::Value;

use crate::usage::Usage;

/// Counts as they were reported, in the terms of [`Usage`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Reported {
    /// No usage came.
    #[default]
    Missing,
    /// One that cannot be: negative, fractional, no number.
    Absurd,
    /// One that may be.
    Counts(Usage),
}

impl Reported {
    /// Takes a usage, given its counts as JSON has them.
    pub(super) fn of(input: Option<u64>, cached: Option<u64>, output: Option<u64>) -> Reported {
        match (input, cached, output) {
            (Some(input_tokens), Some(cached_tokens), Some(output_tokens))
                if cached_tokens <= input_tokens =>
            {
                Reported::Counts(Usage { input_tokens, output_tokens, cached_tokens })
            }
            _ => Reported::Absurd,
        }
    }

    /// Returns the usage if it can be believed, and whether one came that cannot: more tokens than
    /// twice the model's context are a mistake, not a bill.
    pub(super) fn checked(self, context_tokens: u64) -> (Option<Usage>, bool) {
        match self {
            Reported::Missing => (None, false),
            Reported::Absurd => (None, true),
            Reported::Counts(usage) => {
                let total = usage.input_tokens.saturating_add(usage.output_tokens);
                let is_absurd = total > context_tokens.saturating_mul(2);
                ((!is_absurd).then_some(usage), is_absurd)
            }
        }
    }
}

/// Reads a count: nothing is zero, and what is no whole number that is not negative is `None`.
pub(super) fn count(value: &Value) -> Option<u64> {
    match value {
        Value::Null => Some(0),
        Value::Number(number) => number.as_u64(),
        _ => None,
    }
}
