//! Accepting within the day's quota of a key: the count of the day is committed together with the jobs.

use std::time::Duration;

use super::{Error, Shared};
use crate::content::Request;
use crate::money::Money;
use crate::quota::Day;
use crate::record::{self, Accepted, AcceptedBatch, Order, Owner, Terms};
use crate::store::{self, Collection};

/// How often the count is read again because other instances wrote it: each time at least one of them
/// got through, so that many are only lost where many instances accept jobs of one key at once.
const MOST_TRIES: u32 = 50;
/// How long the first pause before that is at most; each further one may be twice as long, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(64);

/// What is accepted, of whom, from which day.
pub(super) struct Acceptance<'a> {
    pub(super) shared: &'a Shared,
    pub(super) day: &'a Day,
    pub(super) owner: Owner,
}

impl Acceptance<'_> {
    /// Accepts a request as [`record::Records::accept`] does, as one job of that day.
    pub(super) async fn accept(&self, request: &Request, terms: Terms<'_>) -> Result<Accepted, Error> {
        let mut tries = Tries::default();
        loop {
            let taken = self.day.take(1).await?;
            let terms = Terms { beside: taken.writes(), ..terms };
            match self.shared.records.accept(self.owner, request, terms).await {
                Ok(accepted) => {
                    match accepted {
                        Accepted::New(_) => taken.keep(),
                        Accepted::Replayed(_) => taken.undo().await,
                    }
                    return Ok(accepted);
                }
                Err(error) => tries.count(error)?,
            }
            taken.undo().await;
            tries.pause().await;
        }
    }

    /// Accepts a batch as [`record::Records::accept_batch`] does, as so many jobs of that day.
    pub(super) async fn accept_batch(
        &self,
        orders: &[Order<'_>],
        max_cost_usd: Option<Money>,
        terms: Terms<'_>,
    ) -> Result<AcceptedBatch, Error> {
        let mut tries = Tries::default();
        loop {
            let taken = self.day.take(orders.len()).await?;
            let terms = Terms { beside: taken.writes(), ..terms };
            match self.shared.records.accept_batch(self.owner, orders, max_cost_usd, terms).await {
                Ok(accepted) => {
                    match accepted {
                        AcceptedBatch::New(..) => taken.keep(),
                        AcceptedBatch::Replayed(_) => taken.undo().await,
                    }
                    return Ok(accepted);
                }
                Err(error) => tries.count(error)?,
            }
            taken.undo().await;
            tries.pause().await;
        }
    }
}

/// The tries of one acceptance.
#[derive(Default)]
struct Tries(u32);

impl Tries {
    /// Counts a try that was lost to another instance; every other error is one.
    fn count(&mut self, error: record::Error) -> Result<(), record::Error> {
        self.0 = self.0.saturating_add(1);
        let conflict = |error: &store::Error| {
            matches!(error, store::Error::Conflict { collection: Collection::Quotas, .. })
        };
        let is_lost = matches!(&error, record::Error::Store(error) if conflict(error));
        match (is_lost, self.0 < MOST_TRIES) {
            (true, true) => Ok(()),
            (true, false) => Err(record::Error::Fenced),
            (false, _) => Err(error),
        }
    }

    /// Waits, for different times so that those who lost do not meet again.
    async fn pause(&self) {
        let most = FIRST_PAUSE.saturating_mul(1 << self.0.min(16)).min(LONGEST_PAUSE);
        let mut byte = [128_u8];
        // Without randomness from the system it is half of it.
        let _ = getrandom::fill(&mut byte);
        tokio::time::sleep(most.saturating_mul(u32::from(byte[0])) / 256).await;
    }
}
