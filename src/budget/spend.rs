//! Amounts that a job spends, and what there may not be enough of.

use crate::money::Money;

/// An amount of what a job spends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spend {
    /// Money.
    pub money: Money,
    /// Tokens, read and written.
    pub tokens: u64,
}

/// Says what there is not enough of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Exhausted {
    /// What is left of the money is less than the next attempt can cost.
    #[error("the money of the job does not suffice for another attempt")]
    Money,
    /// What is left of the tokens is less than the next attempt can use.
    #[error("the tokens of the job do not suffice for another attempt")]
    Tokens,
}

impl Spend {
    pub(super) fn plus(self, other: Spend) -> Spend {
        let tokens = self.tokens.saturating_add(other.tokens);
        Spend { money: self.money.saturating_add(other.money), tokens }
    }

    pub(super) fn minus(self, other: Spend) -> Spend {
        let tokens = self.tokens.saturating_sub(other.tokens);
        Spend { money: self.money.saturating_sub(other.money), tokens }
    }

    pub(super) fn within(self, limit: Spend) -> Result<(), Exhausted> {
        match (self.money <= limit.money, self.tokens <= limit.tokens) {
            (false, _) => Err(Exhausted::Money),
            (true, false) => Err(Exhausted::Tokens),
            (true, true) => Ok(()),
        }
    }
}
