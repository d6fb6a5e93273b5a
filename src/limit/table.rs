//! Where the limiter keeps its state: one number a caller, for a bounded number of callers, and the
//! time that it was last told.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::Clock;
use governor::nanos::Nanos;
use governor::state::StateStore;

/// Parts with a lock each, so that callers rarely wait for each other.
const SHARDS: usize = 64;
/// How often a part that is full looks for callers whose windows are free again.
const SWEEP_EVERY: u64 = 100_000_000;

/// The clock of a limiter: the latest time that it was told. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Hand(Arc<AtomicU64>);

impl Hand {
    /// Moves it to that time unless it is beyond it already, and gives where it stands.
    pub(super) fn move_to(&self, now: Duration) -> Duration {
        let now = nanoseconds(now);
        Duration::from_nanos(self.0.fetch_max(now, Ordering::Relaxed).max(now))
    }

    fn nanoseconds(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Clock for Hand {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_nanos(self.nanoseconds())
    }
}

/// Keeps until when each caller's window is used, in nanoseconds of the hand. Clones are the same.
pub(super) struct Table<K>(Arc<Shards<K>>);

struct Shards<K> {
    shards: Vec<Mutex<Shard<K>>>,
    hasher: RandomState,
    most_per_shard: usize,
    hand: Hand,
}

struct Shard<K> {
    used_until: HashMap<K, u64>,
    /// What those have in common that found no place.
    of_others: Option<u64>,
    swept_at: u64,
}

impl<K> Clone for Table<K> {
    fn clone(&self) -> Table<K> {
        Table(Arc::clone(&self.0))
    }
}

impl<K: Hash + Eq + Clone> Table<K> {
    pub(super) fn new(most: usize, hand: Hand) -> Table<K> {
        let shard = || Mutex::new(Shard { used_until: HashMap::new(), of_others: None, swept_at: 0 });
        let shards = std::iter::repeat_with(shard).take(SHARDS).collect();
        let most_per_shard = most.div_ceil(SHARDS).max(1);
        Table(Arc::new(Shards { shards, hasher: RandomState::new(), most_per_shard, hand }))
    }

    /// Tells until when the caller's window is used.
    pub(super) fn used_until(&self, key: &K) -> Option<Duration> {
        let mut shard = self.shard(key)?;
        let place = self.place(&mut shard, key);
        shard.at(key, place).map(Duration::from_nanos)
    }

    /// Frees that much of the caller's window.
    pub(super) fn give_back(&self, key: &K, interval: Duration) {
        let Some(mut shard) = self.shard(key) else { return };
        let place = self.place(&mut shard, key);
        if let Some(used_until) = shard.at(key, place) {
            shard.put(key, place, used_until.saturating_sub(nanoseconds(interval)));
        }
    }

    // Whole numbers only, right at every moment, so a poisoned lock still holds good ones.
    fn shard(&self, key: &K) -> Option<MutexGuard<'_, Shard<K>>> {
        let count = u64::try_from(SHARDS).unwrap_or(1);
        let number = usize::try_from(self.0.hasher.hash_one(key) % count).unwrap_or(0);
        self.0.shards.get(number).map(|shard| shard.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn place(&self, shard: &mut Shard<K>, key: &K) -> Place {
        let most = self.0.most_per_shard;
        if shard.used_until.contains_key(key) || shard.has_room(most, self.0.hand.nanoseconds()) {
            Place::Own
        } else {
            Place::AmongOthers
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.shards.iter().map(|shard| shard.lock().unwrap().used_until.len()).sum()
    }
}

#[derive(Clone, Copy)]
enum Place {
    Own,
    AmongOthers,
}

impl<K: Hash + Eq + Clone> Shard<K> {
    fn at(&self, key: &K, place: Place) -> Option<u64> {
        match place {
            Place::Own => self.used_until.get(key).copied(),
            Place::AmongOthers => self.of_others,
        }
    }

    fn put(&mut self, key: &K, place: Place, used_until: u64) {
        match place {
            Place::Own => drop(self.used_until.insert(key.clone(), used_until)),
            Place::AmongOthers => self.of_others = Some(used_until),
        }
    }

    /// Tells whether there is room for one more, if need be by forgetting those whose windows are free
    /// again: they are as those that were never seen.
    fn has_room(&mut self, most: usize, now: u64) -> bool {
        if self.used_until.len() >= most && now >= self.swept_at.saturating_add(SWEEP_EVERY) {
            self.swept_at = now;
            self.used_until.retain(|_, used_until| *used_until > now);
        }
        self.used_until.len() < most
    }
}

impl<K: Hash + Eq + Clone> StateStore for Table<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let Some(mut shard) = self.shard(key) else { return measure(None).map(|(outcome, _)| outcome) };
        let place = self.place(&mut shard, key);
        let (outcome, used_until) = measure(shard.at(key, place).map(Nanos::new))?;
        shard.put(key, place, used_until.as_u64());
        Ok(outcome)
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
