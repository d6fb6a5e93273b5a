//! For how long something can be counted on that others take away when its holder is silent: a lease,
//! judged by the holder itself.
//!
//! A lease is renewed by a sign of life and lasts from the moment right before that sign was given, by
//! the clock that also counts while the machine sleeps: whoever was stopped or suspended knows so at its
//! first look. What was not renewed in time may have been taken away, so each renewal that comes late
//! begins another [`Term`]. What was known under an earlier term has to be found out anew.
//!
//! Who gives the signs is `jobs`' business, and what is not begun without a lease is `budget`'s and
//! `llm`'s.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::clock::Clock;

/// A lease. Clones are the same.
#[derive(Clone, Debug)]
pub struct Lease(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    clock: Clock,
    held: watch::Sender<Held>,
}

#[derive(Clone, Copy, Debug)]
struct Held {
    /// By [`Clock::since_boot`].
    until: Duration,
    term: Term,
}

/// Numbers the times for which a lease was held without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term(u64);

/// A lease together with the term for which something is known to be its holder's.
#[derive(Clone, Debug)]
pub struct Tenure {
    lease: Lease,
    term: Term,
}

impl Lease {
    /// Makes a lease that ends never, for whoever has no rivals.
    #[must_use]
    pub fn endless() -> Lease {
        Lease::with(Clock::System, Duration::MAX)
    }

    /// Makes a lease that is not held until it is renewed.
    #[must_use]
    pub fn unheld(clock: Clock) -> Lease {
        Lease::with(clock, Duration::ZERO)
    }

    fn with(clock: Clock, until: Duration) -> Lease {
        Lease(Arc::new(Shared { clock, held: watch::Sender::new(Held { until, term: Term(0) }) }))
    }

    /// Reads the clock that the lease ends by: before a sign of life is given, for [`Lease::renew`].
    #[must_use]
    pub fn now(&self) -> Duration {
        self.0.clock.since_boot()
    }

    /// Renews it for that time from `signed` on, the moment right before a sign of life was given that
    /// has arrived by now. Where it had run out by now, another term begins.
    pub fn renew(&self, signed: Duration, time: Duration) {
        let now = self.now();
        self.0.held.send_modify(|held| {
            if now >= held.until {
                held.term = Term(held.term.0.saturating_add(1));
            }
            held.until = held.until.max(signed.saturating_add(time));
        });
    }

    /// Ends it.
    pub fn end(&self) {
        self.0.held.send_modify(|held| held.until = Duration::ZERO);
    }

    /// Tells whether it is held now.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.holds(self.0.held.borrow().term)
    }

    /// Gives what is known of this moment to be its holder's; not yet for what is found out later.
    #[must_use]
    pub fn tenure(&self) -> Tenure {
        let term = self.0.held.borrow().term;
        Tenure { lease: self.clone(), term }
    }

    /// Waits until it is held.
    ///
    /// # Cancel safety
    /// A dropped future changes nothing.
    pub async fn until_held(&self) -> Tenure {
        let mut changes = self.0.held.subscribe();
        loop {
            let tenure = self.tenure();
            if tenure.holds() {
                return tenure;
            }
            // The sender lives as long as this does.
            let _ = changes.changed().await;
        }
    }

    fn holds(&self, term: Term) -> bool {
        let held = *self.0.held.borrow();
        // An endless one costs no look at the clock.
        held.term == term && (held.until == Duration::MAX || self.now() < held.until)
    }
}

impl Tenure {
    /// Makes one that never ends.
    #[must_use]
    pub fn endless() -> Tenure {
        Lease::endless().tenure()
    }

    /// Tells whether the lease is held still, and was never lost since.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.lease.holds(self.term)
    }

    /// Tells whether it can end at all.
    #[must_use]
    pub fn is_endless(&self) -> bool {
        self.lease.0.held.borrow().until == Duration::MAX
    }

    /// Gives the lease.
    #[must_use]
    pub fn lease(&self) -> &Lease {
        &self.lease
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use jiff::Timestamp;

    use super::*;

    const TIME: Duration = Duration::from_secs(30);

    fn renewed() -> (Clock, Lease) {
        let clock = Clock::fixed(Timestamp::UNIX_EPOCH);
        let lease = Lease::unheld(clock.clone());
        assert!(!lease.is_held());
        lease.renew(lease.now(), TIME);
        (clock, lease)
    }

    #[test]
    fn a_lease_lasts_from_before_the_sign_of_life_and_renewed_in_time_it_has_no_gap() {
        let (clock, lease) = renewed();
        let tenure = lease.tenure();
        for _ in 0..5 {
            let signed = lease.now();
            clock.advance(TIME / 3);
            lease.renew(signed, TIME);
            assert!(tenure.holds());
        }
        clock.advance(2 * TIME / 3 - Duration::from_nanos(1));
        assert!(tenure.holds());
        clock.advance(Duration::from_nanos(1));
        assert!(!tenure.holds(), "the time in which the sign was on its way counts");
    }

    #[test]
    fn who_slept_past_the_end_of_a_lease_holds_another_one_from_then_on() {
        let (clock, lease) = renewed();
        let (tenure, signed) = (lease.tenure(), lease.now());
        // The sign of life was given in time and arrived nobody knows when.
        clock.suspend(TIME);
        lease.renew(signed, 2 * TIME);
        assert!(lease.is_held() && !tenure.holds());
        assert!(lease.tenure().holds());
        lease.end();
        assert!(!lease.is_held());
    }

    #[tokio::test]
    async fn whoever_waits_for_a_lease_is_woken_when_it_is_renewed() {
        let (clock, lease) = renewed();
        assert!(lease.until_held().now_or_never().unwrap().holds());
        clock.suspend(TIME);
        let waiting = tokio::spawn({
            let lease = lease.clone();
            async move { lease.until_held().await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        lease.renew(lease.now(), TIME);
        assert!(waiting.await.unwrap().holds());
    }

    #[test]
    fn without_rivals_a_lease_never_ends() {
        let tenure = Tenure::endless();
        assert!(tenure.holds() && tenure.is_endless());
        tenure.lease().renew(Duration::ZERO, TIME);
        assert!(tenure.holds());
        assert!(!renewed().1.tenure().is_endless());
    }
}
