//! A price that the operator may state; an empty text states none. Zero is a price like any other,
//! but only where somebody wrote it.

use serde::{Deserialize, Serialize};

use crate::money::{InvalidMoney, Money};

/// What a million tokens cost, where that is stated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StatedPrice(Option<Money>);

impl StatedPrice {
    /// States a price.
    #[must_use]
    pub const fn of(price: Money) -> StatedPrice {
        StatedPrice(Some(price))
    }

    /// Returns the price, if one is stated.
    #[must_use]
    pub const fn stated(self) -> Option<Money> {
        self.0
    }
}

impl TryFrom<String> for StatedPrice {
    type Error = InvalidMoney;

    fn try_from(text: String) -> Result<StatedPrice, InvalidMoney> {
        match text.as_str() {
            "" => Ok(StatedPrice(None)),
            amount => amount.parse().map(StatedPrice::of),
        }
    }
}

impl From<StatedPrice> for String {
    fn from(price: StatedPrice) -> String {
        price.0.map(|amount| amount.to_string()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_states_no_price_and_zero_states_zero() {
        let read = |text: &str| serde_json::from_value::<StatedPrice>(text.into());
        assert_eq!(read("").unwrap().stated(), None);
        assert_eq!(read("0").unwrap().stated(), Some(Money::ZERO));
        assert_eq!(read("0.25").unwrap().stated(), Some(Money::from_micros(250_000)));
        assert!(read("-1").is_err() && read("free").is_err());
        for price in [StatedPrice::default(), StatedPrice::of(Money::from_micros(1))] {
            assert_eq!(StatedPrice::try_from(String::from(price)), Ok(price));
        }
    }
}
