//! Amounts of money as whole micro-dollars, so that sums are exact. Prices and what a call costs
//! are the catalogue's; holds and limits are the budget's.

use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

const MICROS_A_DOLLAR: u64 = 1_000_000;
const DECIMALS: usize = 6;

/// An amount in US dollars, never negative, exact to a millionth. Written as a decimal string with
/// two to six decimals: `"0.50"`, `"0.0123"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Money(u64);

/// The most that something may come to have cost, said before any of it is spent. Of two pledges for the
/// same the one with the higher number holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pledge {
    /// Counts the pledges, from 1.
    pub number: u64,
    /// What was spent by then, and what is held for calls that are or may be under way.
    pub most: Money,
}

/// Says why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMoney {
    /// Something other than digits and one dot between them.
    #[error("an amount is digits, or digits, a dot and digits")]
    Malformed,
    /// Finer than a millionth of a dollar.
    #[error("an amount has at most 6 decimals")]
    TooManyDecimals,
    /// More micro-dollars than 64 bits count.
    #[error("the amount is too large")]
    TooLarge,
}

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);
    /// The largest amount that can be written, about 18 million million dollars.
    pub const MAX: Money = Money(u64::MAX);

    /// Makes an amount from millionths of a dollar.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Money {
        Money(micros)
    }

    /// Counts the millionths of a dollar.
    #[must_use]
    pub const fn micros(self) -> u64 {
        self.0
    }

    /// Tells whether this is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Adds, or gives `None` beyond [`Money::MAX`].
    #[must_use]
    pub const fn checked_add(self, other: Money) -> Option<Money> {
        match self.0.checked_add(other.0) {
            Some(micros) => Some(Money(micros)),
            None => None,
        }
    }

    /// Subtracts, or gives `None` below zero.
    #[must_use]
    pub const fn checked_sub(self, other: Money) -> Option<Money> {
        match self.0.checked_sub(other.0) {
            Some(micros) => Some(Money(micros)),
            None => None,
        }
    }

    /// Adds and stays at [`Money::MAX`]: a bill too large to count must not wrap to a small one.
    #[must_use]
    pub const fn saturating_add(self, other: Money) -> Money {
        Money(self.0.saturating_add(other.0))
    }

    /// Subtracts and stays at zero.
    #[must_use]
    pub const fn saturating_sub(self, other: Money) -> Money {
        Money(self.0.saturating_sub(other.0))
    }

    /// Multiplies and stays at [`Money::MAX`].
    #[must_use]
    pub const fn saturating_mul(self, times: u64) -> Money {
        Money(self.0.saturating_mul(times))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, Money::saturating_add)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fraction = format!("{:06}", self.0 % MICROS_A_DOLLAR);
        let kept = fraction.trim_end_matches('0');
        write!(out, "{}.{kept:0<2}", self.0 / MICROS_A_DOLLAR)
    }
}

impl FromStr for Money {
    type Err = InvalidMoney;

    fn from_str(text: &str) -> Result<Money, InvalidMoney> {
        let (whole, fraction) = match text.split_once('.') {
            Some((_, "")) => return Err(InvalidMoney::Malformed),
            Some((whole, fraction)) => (whole, fraction),
            None => (text, ""),
        };
        let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits_only(whole) || !digits_only(fraction) {
            return Err(InvalidMoney::Malformed);
        }
        if fraction.len() > DECIMALS {
            return Err(InvalidMoney::TooManyDecimals);
        }
        let dollars = whole.parse::<u64>().map_err(|_| InvalidMoney::TooLarge)?;
        let micros = format!("{fraction:0<DECIMALS$}").parse::<u64>().map_err(|_| InvalidMoney::Malformed)?;
        let total =
            dollars.checked_mul(MICROS_A_DOLLAR).and_then(|of_dollars| of_dollars.checked_add(micros));
        total.map(Money).ok_or(InvalidMoney::TooLarge)
    }
}

impl TryFrom<String> for Money {
    type Error = InvalidMoney;

    fn try_from(text: String) -> Result<Money, InvalidMoney> {
        text.parse()
    }
}

impl From<Money> for String {
    fn from(amount: Money) -> String {
        amount.to_string()
    }
}

impl JsonSchema for Money {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]+(\\.[0-9]{1,6})?$" })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_written_with_two_to_six_decimals() {
        let written =
            [(0, "0.00"), (500_000, "0.50"), (12_300, "0.0123"), (1, "0.000001"), (12_000_000, "12.00")];
        for (micros, text) in written {
            assert_eq!(Money::from_micros(micros).to_string(), text);
            assert_eq!(text.parse(), Ok(Money::from_micros(micros)));
        }
        assert_eq!("7".parse(), Ok(Money::from_micros(7_000_000)));
        assert_eq!("0.5".parse(), Ok(Money::from_micros(500_000)));
    }

    #[test]
    fn what_is_no_amount_is_refused_with_its_reason() {
        for text in ["", ".", ".5", "1.", "-1", "+1", "1e3", "1,5", "1.2.3", " 1", "٣", "NaN"] {
            assert_eq!(text.parse::<Money>(), Err(InvalidMoney::Malformed), "{text:?}");
        }
        assert_eq!("0.1234567".parse::<Money>(), Err(InvalidMoney::TooManyDecimals));
        assert_eq!("18446744073709.551616".parse::<Money>(), Err(InvalidMoney::TooLarge));
        assert_eq!("18446744073709.551615".parse(), Ok(Money::MAX));
        assert_eq!("99999999999999999999999".parse::<Money>(), Err(InvalidMoney::TooLarge));
        assert!(serde_json::from_str::<Money>("0.5").is_err(), "a JSON number is not an exact amount");
    }

    #[test]
    fn sums_neither_wrap_nor_go_below_zero() {
        let cent = Money::from_micros(10_000);
        assert_eq!(Money::MAX.checked_add(cent), None);
        assert_eq!(Money::MAX.saturating_add(cent), Money::MAX);
        assert_eq!(Money::ZERO.checked_sub(cent), None);
        assert_eq!(Money::ZERO.saturating_sub(cent), Money::ZERO);
        assert_eq!([cent, cent, Money::MAX].into_iter().sum::<Money>(), Money::MAX);
        assert_eq!(cent.saturating_mul(3), Money::from_micros(30_000));
    }

    proptest! {
        #[test]
        fn every_amount_survives_text_and_json(micros: u64) {
            let amount = Money::from_micros(micros);
            prop_assert_eq!(amount.to_string().parse(), Ok(amount));
            let json = serde_json::to_string(&amount).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), amount);
        }

        #[test]
        fn what_is_added_can_be_taken_away(left: u64, right: u64) {
            let (left, right) = (Money::from_micros(left), Money::from_micros(right));
            if let Some(sum) = left.checked_add(right) {
                prop_assert_eq!(sum.checked_sub(right), Some(left));
                prop_assert_eq!(sum, left.saturating_add(right));
            }
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "[0-9.+e-]{0,30}|.{0,12}") {
            let _ = text.parse::<Money>();
        }
    }
}
