//! The limits that instances share through Redis: the same windows, kept there, and the day of instances
//! that have stores of their own. Each question is one program that Redis runs as one step, so that a race
//! of any number of instances lets exactly as many through as one would.
//!
//! All keys have one hash tag, so that they may stand in one program where Redis is a cluster.

use std::time::Duration;

use super::{Entry, How, Rule};
use crate::limit::{Full, Window};
use crate::redis::{Away, Redis, Script};

/// Asks Redis.
pub(super) struct SharedLimits {
    redis: Redis,
    windows: Script,
    day: Script,
}

/// A window of one caller.
pub(super) struct Named {
    pub(super) rule: Rule,
    pub(super) window: Window,
    pub(super) caller: String,
}

/// What an instance knows of a day, and wants of it.
pub(super) struct Wanted {
    /// Names the account.
    pub(super) account: String,
    /// What the instance's store knows to be taken.
    pub(super) taken: u32,
    /// What of it was given back.
    pub(super) returned: u32,
    pub(super) most: u32,
    /// Jobs that are wanted; 0 only looks, and less gives back.
    pub(super) jobs: i64,
    pub(super) ends_in: Duration,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OfAll {
    pub(super) is_taken: bool,
    /// What all instances have taken together.
    pub(super) taken: u32,
}

/// How much longer than the day its count is kept, so that no clock's fault makes it begin anew.
const OUTLASTS: Duration = Duration::from_secs(60 * 60);

impl SharedLimits {
    pub(super) fn new(redis: Redis) -> SharedLimits {
        let windows = Script::new(include_str!("limits.lua"));
        SharedLimits { redis, windows, day: Script::new(include_str!("day.lua")) }
    }

    /// Does that with each of the windows.
    pub(super) async fn windows(&self, how: How, windows: &[Named]) -> Result<Vec<Entry>, Away> {
        let change = match how {
            How::Take => 1,
            How::Look => 0,
            How::GiveBack => -1,
        };
        let keys: Vec<String> = windows.iter().map(Named::key).collect();
        let numbers: Vec<i64> =
            std::iter::once(change).chain(windows.iter().flat_map(Named::numbers)).collect();
        let answer = self.redis.run(&self.windows, &keys, &numbers).await?;
        let outcomes = answer.chunks_exact(2).zip(windows);
        let entries: Vec<Entry> = outcomes.filter_map(|(outcome, named)| named.entry(how, outcome)).collect();
        if entries.len() == windows.len() { Ok(entries) } else { Err(Away) }
    }

    /// Takes jobs from a day, or only looks where none are wanted.
    pub(super) async fn day(&self, wanted: &Wanted) -> Result<OfAll, Away> {
        let lasts = wanted.ends_in.saturating_add(OUTLASTS).as_secs();
        let lasts = i64::try_from(lasts).unwrap_or(i64::MAX);
        let [taken, returned, most] = [wanted.taken, wanted.returned, wanted.most].map(i64::from);
        let numbers = [taken, returned, most, wanted.jobs, lasts];
        let keys = [format!("cf:{{limits}}:day:{}", wanted.account)];
        match self.redis.run(&self.day, &keys, &numbers).await?.as_slice() {
            [is_taken, taken] => {
                Ok(OfAll { is_taken: *is_taken == 1, taken: u32::try_from(*taken).unwrap_or(u32::MAX) })
            }
            _ => Err(Away),
        }
    }
}

impl Named {
    fn key(&self) -> String {
        format!("cf:{{limits}}:{}:{}:{}", self.rule.as_str(), self.window.most(), self.caller)
    }

    /// Says the window in numbers: the interval in microseconds, and the calls.
    fn numbers(&self) -> [i64; 2] {
        let interval = i64::try_from(self.window.interval().as_micros()).unwrap_or(i64::MAX);
        [interval.max(1), i64::from(self.window.most())]
    }

    fn entry(&self, how: How, outcome: &[i64]) -> Option<Entry> {
        let [had_room, used] = outcome else { return None };
        let used = Duration::from_micros(u64::try_from(*used).ok()?);
        let room = self.window.room(Some(used), Duration::ZERO);
        let outcome = match (how, had_room) {
            (How::Take, 0) => Err(Full { retry_in: room.more_in }),
            (How::Take | How::Look | How::GiveBack, _) => Ok(room),
        };
        Some(Entry::of(self.rule, self.window, outcome))
    }
}
