//! How much a caller may do: the limits of the interface, by address, by key and by day, times the
//! tier of the key.
//!
//! Calls are metered by windows (`rules`), which a restart frees; what a key has accepted of it on one
//! day is counted, exactly, in the store (`account`). What a call was counted against, and how its
//! caller stands, is a [`Standing`]; how that is said over HTTP is `api`'s business. Read [`Quota`]
//! first.

mod account;
mod config;
mod rules;
mod standing;
#[cfg(test)]
mod tests;

pub use account::{Day, Taken, give_back};
pub use config::Config;
pub use rules::{Charge, Rule, Scale};
pub use standing::{Entry, Refusal, Standing};

use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use account::Accounts;
use rules::Windows;

use crate::clock::Clock;
use crate::id::KeyId;
use crate::limit::Limiter;
use crate::store::{self, Store};
use crate::telemetry::Metrics;

/// Counts what callers do. Clones are the same.
#[derive(Clone)]
pub struct Quota(Arc<Counts>);

struct Counts {
    is_enabled: bool,
    clock: Clock,
    begun: Instant,
    windows: Windows,
    accounts: Accounts,
    most_of_a_day: u32,
    metrics: Metrics,
}

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The key that it presented.
    pub key: KeyId,
    /// How many times the limits of the lowest tier it may use.
    pub scale: Scale,
    /// Where it calls from, as far as one caller's addresses have it in common.
    pub prefix: IpAddr,
}

/// Says why a day's quota could not be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// It is used up, or not enough of it is left.
    #[error("{left} of the {most} jobs a day of this api key are left, {wanted} were asked for")]
    Exhausted {
        /// Jobs that are left.
        left: u32,
        /// Jobs of a day.
        most: u32,
        /// Jobs that were to be taken.
        wanted: u32,
        /// When the next day begins.
        retry_in: Duration,
    },
    /// A stored account is not in the form that this version of the program writes.
    #[error("a stored account of a day cannot be read")]
    Unreadable,
    /// The store did not do what was asked.
    #[error("the accounts of the day could not be read")]
    Store(#[from] store::Error),
}

impl Quota {
    /// Limits as the settings say; windows begin free, accounts are those of the store.
    #[must_use]
    pub fn new(config: &Config, store: Arc<dyn Store>, clock: Clock, metrics: Metrics) -> Quota {
        Quota(Arc::new(Counts {
            is_enabled: config.enabled,
            begun: clock.monotonic(),
            windows: Windows::new(config),
            accounts: Accounts::new(store, clock.clone(), config.tracked),
            most_of_a_day: config.generations_per_day_key,
            clock,
            metrics,
        }))
    }

    /// Tells whether anything is limited.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.0.is_enabled
    }

    /// Counts a call against every limit of its kind, also when one of them has no room: then the others
    /// are used all the same, and the call is refused.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Unreadable`] if the account of the day is asked for and cannot be read.
    pub async fn charge(&self, caller: &Caller, charge: Charge) -> Result<Standing, Error> {
        if !self.0.is_enabled {
            return Ok(Standing::default());
        }
        let mut standing = Standing { entries: self.windows(caller, charge, How::Take) };
        if charge == Charge::Creating && standing.refusal().is_none() {
            let room = self.day(caller).room().await?;
            standing.entries.extend(room.map(|room| self.entry_of_day(caller, room)));
        }
        if let Some(refusal) = standing.refusal() {
            self.0.metrics.rate_limited(refusal.rule.as_str());
        }
        Ok(standing)
    }

    /// Tells anew how much of the day is left after a call, as far as it is known without asking the store.
    pub fn look_at_day_again(&self, caller: &Caller, standing: &mut Standing) {
        let room = self.day(caller).known_room();
        let (Some(room), Some(entry)) = (room, standing.entry_mut(Rule::Day)) else { return };
        *entry = self.entry_of_day(caller, room);
    }

    /// Tells how a caller stands within all its limits, without counting anything.
    ///
    /// # Errors
    /// As [`Quota::charge`].
    pub async fn usage(&self, caller: &Caller) -> Result<Standing, Error> {
        if !self.0.is_enabled {
            return Ok(Standing::default());
        }
        let mut entries = self.windows(caller, Charge::Creating, How::Look);
        let room = self.day(caller).counted_room().await?;
        entries.extend(room.map(|room| self.entry_of_day(caller, room)));
        entries.extend(self.windows(caller, Charge::Reading, How::Look));
        Ok(Standing { entries })
    }

    /// Counts a failed authentication from there; gives the refusal if there were too many.
    #[must_use]
    pub fn failed_authentication(&self, prefix: IpAddr) -> Option<Refusal> {
        if !self.0.is_enabled {
            return None;
        }
        let full = self.0.windows.failures.take(&prefix, self.now()).err()?;
        self.0.metrics.rate_limited(Rule::Failures.as_str());
        Some(Refusal { rule: Rule::Failures, retry_in: full.retry_in })
    }

    /// Counts a call as the other kind, after it has turned out that it made nothing.
    pub fn was_a_replay(&self, caller: &Caller) {
        if self.0.is_enabled {
            let windows = &self.0.windows;
            windows.address.of(caller.scale).give_back(&caller.prefix);
            windows.key.of(caller.scale).give_back(&caller.key);
            // Whether or not there is room: what is done is done.
            let _ = windows.reads.of(caller.scale).take(&caller.key, self.now());
        }
    }

    /// Gives the account that the jobs of a caller are taken from.
    #[must_use]
    pub fn day(&self, caller: &Caller) -> Day {
        let most = self.0.most_of_a_day.saturating_mul(caller.scale.times());
        match self.0.is_enabled {
            true => Day::of(self.0.accounts.clone(), caller.key, most),
            false => Day::default(),
        }
    }

    fn windows(&self, caller: &Caller, charge: Charge, how: How) -> Vec<Entry> {
        let (windows, now) = (&self.0.windows, self.now());
        let Caller { key, scale, prefix } = caller;
        match charge {
            Charge::Creating => vec![
                entry(how, Rule::Address, windows.address.of(*scale), prefix, now),
                entry(how, Rule::Key, windows.key.of(*scale), key, now),
            ],
            Charge::Reading => vec![entry(how, Rule::Reads, windows.reads.of(*scale), key, now)],
        }
    }

    fn entry_of_day(&self, caller: &Caller, room: account::DayRoom) -> Entry {
        let most = self.0.most_of_a_day.saturating_mul(caller.scale.times());
        Entry {
            rule: Rule::Day,
            most,
            per: account::A_DAY,
            left: room.left,
            more_in: room.ends_in,
            is_refused: room.left == 0,
        }
    }

    fn now(&self) -> Duration {
        self.0.clock.monotonic().saturating_duration_since(self.0.begun)
    }
}

/// What is done with the windows of a call.
#[derive(Clone, Copy)]
enum How {
    Take,
    Look,
}

fn entry<K>(how: How, rule: Rule, limiter: &Limiter<K>, caller: &K, now: Duration) -> Entry
where
    K: Hash + Eq + Clone,
{
    let outcome = match how {
        How::Take => limiter.take(caller, now),
        How::Look => Ok(limiter.look(caller, now)),
    };
    Entry::of(rule, limiter.window(), outcome)
}
