//! What a running job may have cost beyond what is booked: pledged before calls begin, booked as
//! unreconciled where whoever made the calls is gone, and put right where it turns up again.
//!
//! So a process that is killed in the middle of its calls leaves a bill that is never below the
//! vendor's.

use jiff::Timestamp;

use super::{Claim, Expense, Job};
use crate::money::{Money, Pledge};

/// Runs whose cost was presumed and that are remembered; who comes back later than that is not put right,
/// and its job has cost more on paper than in truth.
const MOST_PRESUMED: usize = 16;

impl Job {
    /// Takes a pledge of the run under the present claim, unless a later one is known.
    pub(super) fn pledge(&mut self, pledge: Pledge) {
        if self.stake.is_none_or(|known| known.number < pledge.number) {
            self.stake = Some(pledge);
        }
    }

    /// Books what the run under the present claim has spent.
    pub(super) fn book(&mut self, expense: Expense) {
        self.booked = self.booked.plus(expense);
        self.metadata.set_expense(self.metadata.expense().plus(expense));
    }

    /// Finds what the run under the present claim has booked, whatever became of the cost of others.
    #[must_use]
    pub fn booked(&self) -> Expense {
        self.booked
    }

    /// Ends the pledge of a run that has booked what it spent.
    pub(super) fn fulfil(&mut self) {
        self.stake = None;
    }

    /// Books all that was pledged, because the run that knows better is gone or out of reach.
    pub(super) fn presume(&mut self) {
        let Some(pledge) = self.stake.take() else { return };
        let open = pledge.most.saturating_sub(self.booked.cost_usd);
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
        self.updated_at = now;
    }
}
