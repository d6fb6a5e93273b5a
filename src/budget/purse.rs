//! The purse of a job and the holds on it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::pledges::Pledges;
use super::spend::{Exhausted, Spend};
use crate::lease::{Lease, Tenure};
use crate::money::{Money, Pledge};

/// What one job may spend. Clones are the same purse.
#[derive(Clone, Debug)]
pub struct Purse(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    limit: Spend,
    books: Mutex<Books>,
    freed: Notify,
    /// Somebody waits for a pledge.
    wanted: Notify,
    /// A pledge is durable.
    assured: Notify,
    /// What the job is run under.
    lease: Lease,
}

#[derive(Clone, Debug)]
struct Books {
    held: Spend,
    settled: Spend,
    unreconciled: Spend,
    /// `None` where nobody has to know beforehand.
    pledges: Option<Pledges>,
    /// For how long the job is known to be this process's to spend for.
    tenure: Tenure,
    /// What that will be once the pledge is durable that is under way.
    next_tenure: Tenure,
}

/// The most that one attempt can cost, set apart. Dropping it settles it as
/// [`Hold::settle_unreported`] does: an attempt that was cancelled may still be billed.
#[derive(Debug)]
#[must_use = "a hold that is dropped at once is spent"]
pub struct Hold {
    purse: Purse,
    amount: Spend,
    is_open: bool,
}

/// Money set apart for an attempt that has not begun. Dropping it gives everything back.
#[derive(Debug)]
#[must_use = "a reservation that is dropped at once reserves nothing"]
pub struct Reservation {
    purse: Purse,
    amount: Spend,
    is_open: bool,
}

/// The books of a purse at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// What may be spent in all.
    pub limit: Spend,
    /// What is set apart for attempts under way.
    pub held: Spend,
    /// What was spent.
    pub settled: Spend,
    /// The part of what was spent that no vendor has confirmed: attempts that were sent and whose
    /// usage never came, at the most that they can have cost.
    pub unreconciled: Spend,
}

impl Purse {
    /// Makes a purse with that much in it.
    #[must_use]
    pub fn new(limit: Spend) -> Purse {
        Purse::with(limit, None, Tenure::endless())
    }

    /// Makes a purse that lets no attempt begin before somebody has taken a pledge of it
    /// ([`Purse::next_pledge`]) and said that it is durable ([`Purse::assure`]). Where `tenure` is over a
    /// pledge is wanted in any case: that it can be made durable shows that the job was not taken over.
    #[must_use]
    pub fn pledging(limit: Spend, tenure: Tenure) -> Purse {
        Purse::with(limit, Some(Pledges::new()), tenure)
    }

    fn with(limit: Spend, pledges: Option<Pledges>, tenure: Tenure) -> Purse {
        let [freed, wanted, assured] = std::array::from_fn(|_| Notify::new());
        let (lease, none) = (tenure.lease().clone(), Spend::default());
        let next_tenure = tenure.clone();
        let books = Books { held: none, settled: none, unreconciled: none, pledges, tenure, next_tenure };
        Purse(Arc::new(Shared { limit, books: Mutex::new(books), freed, wanted, assured, lease }))
    }

    /// Sets apart the most that an attempt can cost, and begins it.
    ///
    /// # Errors
    /// As [`Purse::reserve`].
    ///
    /// # Cancel safety
    /// Nothing is held until the hold is returned.
    pub async fn hold(&self, amount: Spend) -> Result<Hold, Exhausted> {
        Ok(self.reserve(amount).await?.begin())
    }

    /// Sets apart the most that an attempt can cost, before it begins. Waits while only the holds of
    /// others stand in the way: they end cheaper than they were held, as a rule. A pledging purse waits
    /// until it is pledged.
    ///
    /// # Errors
    /// What is exhausted, even if every other hold were refunded.
    ///
    /// # Cancel safety
    /// Nothing is reserved until the reservation is returned.
    pub async fn reserve(&self, amount: Spend) -> Result<Reservation, Exhausted> {
        let reservation = self.set_apart(amount).await?;
        self.until_sure().await;
        Ok(reservation)
    }

    async fn set_apart(&self, amount: Spend) -> Result<Reservation, Exhausted> {
        loop {
            let freed = self.0.freed.notified();
            tokio::pin!(freed);
            // A settlement between the look at the books and the wait must not be missed.
            freed.as_mut().enable();
            if let Some(reservation) = self.try_reserve(amount)? {
                return Ok(reservation);
            }
            freed.await;
        }
    }

    /// Sets apart what fits now; `None` if it may fit later.
    fn try_reserve(&self, amount: Spend) -> Result<Option<Reservation>, Exhausted> {
        let limit = self.0.limit;
        let mut books = self.books();
        books.settled.plus(amount).within(limit)?;
        let held = books.held.plus(amount);
        if books.settled.plus(held).within(limit).is_err() {
            return Ok(None);
        }
        books.held = held;
        Ok(Some(Reservation { purse: self.clone(), amount, is_open: true }))
    }

    async fn until_sure(&self) {
        loop {
            let assured = self.0.assured.notified();
            tokio::pin!(assured);
            // As above: what is assured between the look and the wait must not be missed.
            assured.as_mut().enable();
            if self.books().are_sure() {
                return;
            }
            self.0.wanted.notify_one();
            assured.await;
        }
    }

    /// Waits until an attempt cannot begin without a pledge, and makes it. For ever where none is needed.
    /// Whoever takes it makes it durable, says so with [`Purse::assure`], and takes the next: one alone.
    ///
    /// # Cancel safety
    /// A pledge that was wanted stays wanted until it is returned.
    pub async fn next_pledge(&self) -> Pledge {
        loop {
            // A pledge that was begun under a lease which is lost would prove nothing.
            let tenure = self.0.lease.until_held().await;
            self.0.wanted.notified().await;
            if !tenure.holds() {
                self.0.wanted.notify_one();
                continue;
            }
            let mut books = self.books();
            let total = books.total();
            if let Some(pledges) = books.pledges.as_mut() {
                let pledge = pledges.raise(total);
                books.next_tenure = tenure;
                return pledge;
            }
        }
    }

    /// Takes note that a pledge of [`Purse::next_pledge`] is durable.
    pub fn assure(&self, pledge: Pledge) {
        {
            let mut books = self.books();
            if let Some(pledges) = books.pledges.as_mut() {
                pledges.is_sure(pledge);
                books.tenure = books.next_tenure.clone();
            }
        }
        self.0.assured.notify_waiters();
    }

    /// Makes a pledge of what is spent and held now, where one is needed: it may be lower than the last,
    /// and holds at once.
    #[must_use]
    pub fn pledge(&self) -> Option<Pledge> {
        let mut books = self.books();
        let total = books.total();
        let pledges = books.pledges.as_mut()?;
        // A higher one has to be durable first, which is the business of `next_pledge`.
        pledges.cover(total).then(|| pledges.lower(total))
    }

    /// Returns the books.
    #[must_use]
    pub fn statement(&self) -> Statement {
        let Books { held, settled, unreconciled, .. } = *self.books();
        Statement { limit: self.0.limit, held, settled, unreconciled }
    }

    fn end(&self, held: Spend, settled: Spend, unreconciled: Spend) {
        {
            let mut books = self.books();
            books.held = books.held.minus(held);
            books.settled = books.settled.plus(settled);
            books.unreconciled = books.unreconciled.plus(unreconciled);
        }
        self.0.freed.notify_waiters();
    }

    // The books are whole after every statement, so a poisoned lock still holds good ones.
    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Books {
    /// What was spent, or may come to be.
    fn total(&self) -> Money {
        self.settled.plus(self.held).money
    }

    fn are_sure(&self) -> bool {
        self.tenure.holds() && self.pledges.as_ref().is_none_or(|pledges| pledges.cover(self.total()))
    }
}

impl Reservation {
    /// Tells for how long an attempt may begin for which the reservation was made.
    #[must_use]
    pub fn tenure(&self) -> Tenure {
        self.purse.books().tenure.clone()
    }

    /// Begins the attempt: from here on it may be billed, also if it is dropped.
    pub fn begin(mut self) -> Hold {
        self.is_open = false;
        Hold { purse: self.purse.clone(), amount: self.amount, is_open: true }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if self.is_open {
            self.purse.end(self.amount, Spend::default(), Spend::default());
        }
    }
}

impl Hold {
    /// Returns what is held.
    #[must_use]
    pub fn amount(&self) -> Spend {
        self.amount
    }

    /// Ends the hold at what the vendor reported. What was billed is booked even where it is more
    /// than was held; whoever settles decides whether such a report is a bill.
    pub fn settle(mut self, billed: Spend) {
        self.is_open = false;
        self.purse.end(self.amount, billed, Spend::default());
    }

    /// Ends the hold at its own amount, because the attempt was sent and no usage came back.
    pub fn settle_unreported(self) {
        drop(self);
    }

    /// Gives everything back, because nothing was sent or the vendor says that it bills nothing.
    pub fn refund(mut self) {
        self.is_open = false;
        self.purse.end(self.amount, Spend::default(), Spend::default());
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if self.is_open {
            self.purse.end(self.amount, self.amount, self.amount);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::clock::Clock;

    fn micros(money: u64) -> Spend {
        Spend { money: Money::from_micros(money), tokens: money / 2 }
    }

    #[tokio::test]
    async fn a_hold_ends_settled_refunded_or_unreconciled() {
        let purse = Purse::new(micros(100));
        purse.hold(micros(40)).await.unwrap().settle(micros(10));
        purse.hold(micros(40)).await.unwrap().refund();
        purse.hold(micros(40)).await.unwrap().settle_unreported();
        let left = Statement {
            limit: micros(100),
            held: Spend::default(),
            settled: micros(50),
            unreconciled: micros(40),
        };
        assert_eq!(purse.statement(), left);
    }

    #[tokio::test]
    async fn a_forgotten_hold_is_spent() {
        let purse = Purse::new(micros(100));
        drop(purse.hold(micros(30)).await.unwrap());
        assert_eq!(purse.statement().unreconciled, micros(30));
        assert_eq!(purse.statement().settled, micros(30));
    }

    #[tokio::test]
    async fn what_was_reserved_and_not_begun_is_given_back() {
        let purse = Purse::new(micros(100));
        let reservation = purse.reserve(micros(90)).await.unwrap();
        assert_eq!(purse.statement().held, micros(90));
        drop(reservation);
        assert_eq!(purse.statement(), Statement { limit: micros(100), ..Statement::default() });
    }

    #[tokio::test]
    async fn what_can_never_fit_is_refused_at_once() {
        let purse = Purse::new(Spend { money: Money::from_micros(100), tokens: 10 });
        let too_many = Spend { money: Money::from_micros(1), tokens: 11 };
        assert_eq!(purse.hold(micros(102)).await.unwrap_err(), Exhausted::Money);
        assert_eq!(purse.hold(too_many).await.unwrap_err(), Exhausted::Tokens);
        let all = Spend { money: Money::from_micros(100), tokens: 10 };
        purse.hold(all).await.unwrap().settle(all);
        assert_eq!(purse.hold(micros(1)).await.unwrap_err(), Exhausted::Money);
    }

    #[tokio::test(start_paused = true)]
    async fn a_hold_waits_for_others_to_end() {
        let purse = Purse::new(micros(100));
        let first = purse.hold(micros(80)).await.unwrap();
        let waiting = tokio::time::timeout(Duration::from_secs(5), purse.hold(micros(60)));
        let settling = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            first.settle(micros(20));
        };
        let (second, ()) = tokio::join!(waiting, settling);
        second.unwrap().unwrap().refund();
        assert_eq!(purse.statement().held, Spend::default());
    }

    #[tokio::test]
    async fn a_pledging_purse_holds_nothing_that_is_not_pledged() {
        let purse = Purse::pledging(micros(100), Tenure::endless());
        let first = tokio::spawn({
            let purse = purse.clone();
            async move { purse.hold(micros(40)).await.unwrap() }
        });
        let pledge = purse.next_pledge().await;
        assert_eq!(pledge, Pledge { number: 1, most: Money::from_micros(40) });
        assert!(!first.is_finished(), "it began before its pledge was durable");
        purse.assure(pledge);
        first.await.unwrap().settle(micros(10));
        // What the first was held for and did not cost is enough for the next.
        purse.hold(micros(30)).await.unwrap().settle(micros(5));
        assert_eq!(purse.pledge(), Some(Pledge { number: 2, most: Money::from_micros(15) }));
        let more = purse.hold(micros(1));
        tokio::pin!(more);
        assert!(futures_util::poll!(&mut more).is_pending(), "the lower pledge does not cover it");
        let pledge = purse.next_pledge().await;
        assert_eq!(pledge, Pledge { number: 3, most: Money::from_micros(16) });
        purse.assure(pledge);
        more.await.unwrap().refund();
    }

    #[tokio::test]
    async fn after_its_lease_was_lost_a_purse_holds_nothing_until_the_job_is_known_to_be_its_own() {
        const LEASE: Duration = Duration::from_secs(30);
        let clock = Clock::fixed(Timestamp::UNIX_EPOCH);
        let lease = Lease::unheld(clock.clone());
        lease.renew(lease.now(), LEASE);
        let purse = Purse::pledging(micros(100), lease.tenure());
        let (first, pledged) = tokio::join!(purse.reserve(micros(40)), async {
            purse.assure(purse.next_pledge().await);
        });
        let (first, ()) = (first.unwrap(), pledged);
        drop(first);
        let covered = purse.reserve(micros(40)).await.unwrap();
        let tenure = covered.tenure();
        assert!(tenure.holds(), "nothing is asked while the lease is held");

        clock.suspend(LEASE);
        assert!(!tenure.holds());
        drop(covered);
        let waiting = purse.reserve(micros(40));
        tokio::pin!(waiting);
        assert!(futures_util::poll!(&mut waiting).is_pending(), "it is covered, and the lease is lost");
        let pledging = purse.next_pledge();
        tokio::pin!(pledging);
        assert!(futures_util::poll!(&mut pledging).is_pending(), "nothing is proved without a lease");
        lease.renew(lease.now(), LEASE);
        assert!(futures_util::poll!(&mut waiting).is_pending(), "others may have taken the job");
        let pledge = pledging.await;
        clock.suspend(LEASE);
        lease.renew(lease.now(), LEASE);
        purse.assure(pledge);
        assert!(futures_util::poll!(&mut waiting).is_pending(), "it was lost again meanwhile");
        purse.assure(purse.next_pledge().await);
        assert!(waiting.await.unwrap().tenure().holds());
    }

    #[tokio::test]
    async fn a_lower_pledge_outlives_a_higher_one_that_is_under_way() {
        let purse = Purse::pledging(micros(100), Tenure::endless());
        let (first, second) = (purse.clone(), purse.clone());
        let first = tokio::spawn(async move { first.hold(micros(50)).await.unwrap() });
        purse.assure(purse.next_pledge().await);
        let first = first.await.unwrap();
        let second = tokio::spawn(async move { second.hold(micros(20)).await.unwrap() });
        let higher = purse.next_pledge().await;
        first.settle(micros(10));
        let lower = purse.pledge().unwrap();
        assert_eq!((higher.most, lower.most), (Money::from_micros(70), Money::from_micros(30)));
        purse.assure(higher);
        second.await.unwrap().refund();
        let more = purse.hold(micros(40));
        tokio::pin!(more);
        assert!(futures_util::poll!(&mut more).is_pending(), "seventy are no longer pledged");
    }

    proptest! {
        #[test]
        fn holds_never_exceed_what_there_is(amounts in prop::collection::vec((0_u64..60, 0_u64..4), 1..40)) {
            let purse = Purse::new(micros(100));
            let mut open = Vec::new();
            for (amount, end) in amounts {
                if let Ok(Some(reservation)) = purse.try_reserve(micros(amount)) {
                    open.push(reservation.begin());
                }
                match (end, open.pop()) {
                    (0, Some(hold)) => {
                        let most = hold.amount().money.micros();
                        hold.settle(micros(amount.min(most)));
                    }
                    (1, Some(hold)) => hold.refund(),
                    (2, Some(hold)) => hold.settle_unreported(),
                    (_, last) => open.extend(last),
                }
                let Statement { limit, held, settled, unreconciled } = purse.statement();
                prop_assert!(settled.plus(held).within(limit).is_ok());
                prop_assert!(unreconciled.within(settled).is_ok());
                let open_now = open.iter().fold(Spend::default(), |sum, hold| sum.plus(hold.amount()));
                prop_assert_eq!(held, open_now);
            }
            open.into_iter().for_each(Hold::refund);
            prop_assert_eq!(purse.statement().held, Spend::default());
        }
    }
}
