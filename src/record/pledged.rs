//! What a running job may have cost beyond what is booked: pledged before calls begin, booked as
//! unreconciled where whoever made the calls is gone, and put right where it turns up again.
//!
//! So a process that is killed in the middle of its calls leaves a bill that is never below the
//! vendor's.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Claim, Expense, Job};
use crate::money::{Money, Pledge};

/// The pledge of the run under the present claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stake {
    /// What the job had cost before the run spent anything.
    before: Money,
    /// What the run may have spent.
    pledge: Pledge,
}

/// Runs whose cost was presumed and that are remembered; who comes back later than that is not put right,
/// and its job has cost more on paper than in truth.
const MOST_PRESUMED: usize = 16;

impl Job {
    /// Takes a pledge of the run under the present claim, unless a later one is known.
    pub(super) fn pledge(&mut self, pledge: Pledge) {
        let before = match self.stake {
            Some(Stake { pledge: known, .. }) if known.number >= pledge.number => return,
            Some(Stake { before, .. }) => before,
            None => self.metadata.cost_usd,
        };
        self.stake = Some(Stake { before, pledge });
    }

    /// Ends the pledge of a run that has booked what it spent.
    pub(super) fn fulfil(&mut self) {
        self.stake = None;
    }

    /// Books all that was pledged, because the run that knows better is gone or out of reach.
    pub(super) fn presume(&mut self) {
        let Some(Stake { before, pledge }) = self.stake.take() else { return };
        let booked = self.metadata.cost_usd.saturating_sub(before);
        let open = pledge.most.saturating_sub(booked);
        let Some(claim) = self.claim.as_ref().filter(|_| !open.is_zero()) else { return };
        self.presumed.insert(claim.token, open);
        while self.presumed.len() > MOST_PRESUMED {
            self.presumed.pop_first();
        }
        let presumed = Expense { cost_usd: open, unreconciled_usd: open };
        self.metadata.set_expense(self.metadata.expense().plus(presumed));
    }

    /// Tells whether something was booked in the place of what the run under that claim spent.
    pub(super) fn presumes(&self, claim: &Claim) -> bool {
        self.presumed.contains_key(&claim.token)
    }

    /// Adds what the run under that claim has spent beyond what it booked, in the place of what was
    /// presumed.
    pub(super) fn add_cost(&mut self, claim: &Claim, cost: Expense, now: Timestamp) {
        let open = self.presumed.remove(&claim.token).unwrap_or(Money::ZERO);
        let presumed = Expense { cost_usd: open, unreconciled_usd: open };
        self.metadata.set_expense(self.metadata.expense().plus(cost).minus(presumed));
        // What another run has spent is no part of what the present one has.
        if let Some(stake) = &mut self.stake {
            stake.before = stake.before.saturating_add(cost.cost_usd).saturating_sub(open);
        }
        self.updated_at = now;
    }
}
