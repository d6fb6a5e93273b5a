//! How many calls fit into a window of time, for each of many callers: a generic cell rate algorithm
//! (GCRA) in bounded memory. Pure: whoever asks says what time it is.
//!
//! A caller may use its whole window at once and gets it back evenly: of ten calls a minute one each
//! six seconds. So in any time the length of the window at most twice the number of calls gets
//! through, and over a long time no more than the number a window. What must be exact over a day is
//! counted instead (`quota`). Which callers and windows there are is `quota`'s business too.

mod table;
mod window;

pub use window::Window;

use std::hash::Hash;
use std::time::Duration;

use governor::RateLimiter;
use governor::middleware::NoOpMiddleware;
use table::{Hand, Table};

/// Counts the calls of each caller within one window. `K` names a caller.
pub struct Limiter<K: Hash + Eq + Clone> {
    window: Window,
    hand: Hand,
    table: Table<K>,
    rate: RateLimiter<K, Table<K>, Hand, NoOpMiddleware<Duration>>,
}

/// How a caller stands within its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Calls that it may make at once.
    pub left: u32,
    /// When there will be one more than that; zero where the whole window is free.
    pub more_in: Duration,
}

/// Says that the window has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full {
    /// When there will be room for one call.
    pub retry_in: Duration,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    /// Begins with every window free, and keeps count of about so many callers at once. Those that come
    /// on top share their count with others until one of those that are known has its window free again:
    /// memory has a bound, and nobody goes without a limit.
    #[must_use]
    pub fn new(window: Window, most_callers: usize) -> Limiter<K> {
        let hand = Hand::default();
        let table = Table::new(most_callers, hand.clone());
        let rate = RateLimiter::new(window.quota(), table.clone(), hand.clone());
        Limiter { window, hand, table, rate }
    }

    /// Gives the window.
    #[must_use]
    pub fn window(&self) -> Window {
        self.window
    }

    /// Counts a call at that time, in any clock that begins with this limiter. A time before one that it
    /// was told already counts as that one.
    ///
    /// # Errors
    /// [`Full`] if there is no room; then nothing is counted, so that asking again puts nothing off.
    pub fn take(&self, caller: &K, now: Duration) -> Result<Room, Full> {
        let now = self.hand.move_to(now);
        match self.rate.check_key(caller) {
            Ok(()) => Ok(self.room(caller, now)),
            Err(until) => Err(Full { retry_in: until.wait_time_from(now) }),
        }
    }

    /// Tells how a caller stands, without counting anything.
    #[must_use]
    pub fn look(&self, caller: &K, now: Duration) -> Room {
        let now = self.hand.move_to(now);
        self.room(caller, now)
    }

    /// Takes back one call that was counted.
    pub fn give_back(&self, caller: &K) {
        self.table.give_back(caller, self.window.interval());
    }

    fn room(&self, caller: &K, now: Duration) -> Room {
        self.window.room(self.table.used_until(caller), now)
    }
}

impl<K: Hash + Eq + Clone> std::fmt::Debug for Limiter<K> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Limiter").field("window", &self.window).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
