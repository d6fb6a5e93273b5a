//! How a caller stands within its limits after a call.

use std::time::Duration;

use super::Rule;
use crate::limit::{Full, Room, Window};

/// How a caller stands within the limits that a call counts against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Each limit, in the order in which they are told.
    pub entries: Vec<Entry>,
}

/// How a caller stands within one limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which limit.
    pub rule: Rule,
    /// How much there is of it in its length of time.
    pub most: u32,
    /// That length of time.
    pub per: Duration,
    /// How much is left at this moment.
    pub left: u32,
    /// When there will be more than that; zero where all of it is left.
    pub more_in: Duration,
    /// Whether the call found no room.
    pub is_refused: bool,
}

/// The limit that refuses a call, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which limit.
    pub rule: Rule,
    /// When there will be room again.
    pub retry_in: Duration,
}

impl Standing {
    /// Gives the limit that refuses the call, if one does: of several the one that lasts longest, since
    /// trying again before is in vain.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        let refused = self.entries.iter().filter(|entry| entry.is_refused);
        let longest = refused.max_by_key(|entry| entry.more_in);
        longest.map(|entry| Refusal { rule: entry.rule, retry_in: entry.more_in })
    }
}

impl Standing {
    pub(super) fn entry_mut(&mut self, rule: Rule) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.rule == rule)
    }
}

impl Entry {
    pub(super) fn of(rule: Rule, window: Window, outcome: Result<Room, Full>) -> Entry {
        let (left, more_in) = match outcome {
            Ok(Room { left, more_in }) => (left, more_in),
            Err(Full { retry_in }) => (0, retry_in),
        };
        let is_refused = outcome.is_err();
        Entry { rule, most: window.most(), per: window.per(), left, more_in, is_refused }
    }
}
