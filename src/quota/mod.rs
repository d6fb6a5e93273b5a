//! How much a caller may do: the limits of the interface, by address, by key and by day, times the
//! tier of the key.
//!
//! Calls are metered by windows (`rules`), which a restart frees; what a key has accepted of it on one
//! day is counted, exactly, in the store (`account`). What a call was counted against, and how its
//! caller stands, is a [`Standing`]; how that is said over HTTP is `api`'s business. Read [`Quota`]
//! first.

mod account;
mod across_instances;
mod config;
mod rules;
mod standing;
#[cfg(test)]
mod tests;

pub use account::{Day, Taken, give_back};
pub use config::Config;
pub use rules::{Charge, Rule, Scale};
pub use standing::{Entry, Refusal, Standing};

use std::fmt::Display;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use account::Accounts;
use across_instances::{Named, SharedLimits};
use rules::Windows;

use crate::clock::Clock;
use crate::id::KeyId;
use crate::limit::Limiter;
use crate::redis::Redis;
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
    shared: Option<Arc<SharedLimits>>,
    accounts: Accounts,
    most_of_a_day: u32,
    metrics: Metrics,
}

/// What instances share besides a store.
#[derive(Clone)]
pub struct Sharing {
    /// Where they keep their windows.
    pub redis: Redis,
    /// Whose the store is.
    pub store: StoreOf,
}

/// Whose a store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreOf {
    /// This instance's alone: then the days of keys are shared through Redis too.
    OneInstance,
    /// All instances': then the accounts in it are exact already.
    AllInstances,
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
    /// Limits as the settings say; windows begin free unless others share them, accounts are those of the
    /// store.
    #[must_use]
    pub fn new(
        config: &Config,
        store: Arc<dyn Store>,
        clock: Clock,
        metrics: Metrics,
        sharing: Option<Sharing>,
    ) -> Quota {
        let is_alone = sharing.as_ref().is_some_and(|sharing| sharing.store == StoreOf::OneInstance);
        let shared = sharing.map(|sharing| Arc::new(SharedLimits::new(sharing.redis)));
        let of_days = shared.clone().filter(|_| is_alone);
        Quota(Arc::new(Counts {
            is_enabled: config.enabled,
            begun: clock.monotonic(),
            windows: Windows::new(config),
            shared,
            accounts: Accounts::new(store, clock.clone(), config.tracked, of_days),
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
        let mut standing = Standing { entries: self.windows(caller, charge, How::Take).await };
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
        let mut entries = self.windows(caller, Charge::Creating, How::Look).await;
        let room = self.day(caller).counted_room().await?;
        entries.extend(room.map(|room| self.entry_of_day(caller, room)));
        entries.extend(self.windows(caller, Charge::Reading, How::Look).await);
        Ok(Standing { entries })
    }

    /// Counts a failed authentication from there; gives the refusal if there were too many.
    pub async fn failed_authentication(&self, prefix: IpAddr) -> Option<Refusal> {
        if !self.0.is_enabled {
            return None;
        }
        let window = self.counted(Rule::Failures, &self.0.windows.failures, &prefix, How::Take);
        let entries = self.in_common(vec![window], How::Take).await;
        let refusal = Standing { entries }.refusal()?;
        self.0.metrics.rate_limited(refusal.rule.as_str());
        Some(refusal)
    }

    /// Counts a call as the other kind, after it has turned out that it made nothing.
    pub async fn was_a_replay(&self, caller: &Caller) {
        if self.0.is_enabled {
            self.windows(caller, Charge::Creating, How::GiveBack).await;
            // Whether or not there is room: what is done is done.
            self.windows(caller, Charge::Reading, How::Take).await;
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

    /// Does that with each window of such a call: here, and where instances share them there; what is said
    /// there counts. So the own ones are up to date when nothing is said any more.
    async fn windows(&self, caller: &Caller, charge: Charge, how: How) -> Vec<Entry> {
        let windows = &self.0.windows;
        let Caller { key, scale, prefix } = caller;
        let counted = match charge {
            Charge::Creating => vec![
                self.counted(Rule::Address, windows.address.of(*scale), prefix, how),
                self.counted(Rule::Key, windows.key.of(*scale), key, how),
            ],
            Charge::Reading => vec![self.counted(Rule::Reads, windows.reads.of(*scale), key, how)],
        };
        self.in_common(counted, how).await
    }

    async fn in_common(&self, counted: Vec<(Entry, Option<Named>)>, how: How) -> Vec<Entry> {
        let (own, named): (Vec<Entry>, Vec<Option<Named>>) = counted.into_iter().unzip();
        let Some(shared) = &self.0.shared else { return own };
        let named: Vec<Named> = named.into_iter().flatten().collect();
        shared.windows(how, &named).await.unwrap_or(own)
    }

    /// Does that with a window here, and names it for others where it is shared.
    fn counted<K>(&self, rule: Rule, limiter: &Limiter<K>, caller: &K, how: How) -> (Entry, Option<Named>)
    where
        K: Hash + Eq + Clone + Display,
    {
        let (window, now) = (limiter.window(), self.now());
        let outcome = match how {
            How::Take => limiter.take(caller, now),
            How::Look => Ok(limiter.look(caller, now)),
            How::GiveBack => {
                limiter.give_back(caller);
                Ok(limiter.look(caller, now))
            }
        };
        let name = || Named { rule, window, caller: caller.to_string() };
        (Entry::of(rule, window, outcome), self.0.shared.is_some().then(name))
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Take,
    Look,
    GiveBack,
}
