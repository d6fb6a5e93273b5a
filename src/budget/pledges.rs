//! What somebody who outlives this process knows of a purse: never less than was spent and is held.
//!
//! A pledge goes up before an attempt begins and waits until it is known to be durable (*sure*). It
//! goes down whenever a pledge is made for another reason. One pledge that goes up is under way at a
//! time; it covers all attempts that came meanwhile.

use crate::money::{Money, Pledge};

/// The pledges of one purse.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pledges {
    /// Number of the last one.
    number: u64,
    /// What may be spent and held without another pledge.
    sure: Money,
    /// The least that was pledged since the pledge that is under way.
    since: Money,
}

impl Pledges {
    pub(super) fn new() -> Pledges {
        Pledges { number: 0, sure: Money::ZERO, since: Money::MAX }
    }

    /// Tells whether that much may be spent and held.
    pub(super) fn cover(&self, total: Money) -> bool {
        total <= self.sure
    }

    /// Makes a pledge that is of use once it is [`Pledges::is_sure`].
    pub(super) fn raise(&mut self, total: Money) -> Pledge {
        self.since = Money::MAX;
        self.next(total)
    }

    /// Makes a pledge that takes the place of a higher one: from now on no more may be spent and held.
    pub(super) fn lower(&mut self, total: Money) -> Pledge {
        self.sure = self.sure.min(total);
        self.since = self.since.min(total);
        self.next(total)
    }

    /// Takes note that the pledge which was under way is durable.
    pub(super) fn is_sure(&mut self, pledge: Pledge) {
        self.sure = pledge.most.min(self.since);
    }

    fn next(&mut self, most: Money) -> Pledge {
        self.number = self.number.saturating_add(1);
        Pledge { number: self.number, most }
    }
}
