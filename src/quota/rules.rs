//! Which limits there are, and the windows behind them: the table of the interface.

use std::hash::Hash;
use std::net::IpAddr;
use std::time::Duration;

use super::Config;
use crate::id::KeyId;
use crate::limit::{Limiter, Window};

/// What a call counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charge {
    /// It may make jobs.
    Creating,
    /// It does anything else.
    Reading,
}

/// Names a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Creating calls of a minute from one address.
    Address,
    /// Creating calls of an hour by one key.
    Key,
    /// Accepted jobs of a day of one key.
    Day,
    /// All other calls of a minute by one key.
    Reads,
    /// Failed authentications of a minute from one address.
    Failures,
}

/// How many times the limits of the lowest tier a caller may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Once.
    #[default]
    One,
    /// Ten times.
    Ten,
    /// A hundred times.
    Hundred,
}

impl Rule {
    /// Gives its name on the wire and in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Rule::Address => "address",
            Rule::Key => "key",
            Rule::Day => "day",
            Rule::Reads => "reads",
            Rule::Failures => "failures",
        }
    }
}

impl Scale {
    /// Gives the number.
    #[must_use]
    pub const fn times(self) -> u32 {
        match self {
            Scale::One => 1,
            Scale::Ten => 10,
            Scale::Hundred => 100,
        }
    }
}

/// All windows.
pub(super) struct Windows {
    pub(super) address: Scaled<IpAddr>,
    pub(super) key: Scaled<KeyId>,
    pub(super) reads: Scaled<KeyId>,
    pub(super) failures: Limiter<IpAddr>,
}

/// A window for each scale, since callers of each have their own.
pub(super) struct Scaled<K: Hash + Eq + Clone> {
    one: Limiter<K>,
    ten: Limiter<K>,
    hundred: Limiter<K>,
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

impl Windows {
    pub(super) fn new(config: &Config) -> Windows {
        let tracked = config.tracked;
        Windows {
            address: Scaled::new(config.creates_per_minute_address, MINUTE, tracked),
            key: Scaled::new(config.creates_per_hour_key, HOUR, tracked),
            reads: Scaled::new(config.reads_per_minute_key, MINUTE, tracked),
            failures: Limiter::new(Window::new(config.failures_per_minute_address, MINUTE), tracked),
        }
    }
}

impl<K: Hash + Eq + Clone> Scaled<K> {
    fn new(most: u32, per: Duration, tracked: usize) -> Scaled<K> {
        let limiter =
            |scale: Scale| Limiter::new(Window::new(most.saturating_mul(scale.times()), per), tracked);
        Scaled { one: limiter(Scale::One), ten: limiter(Scale::Ten), hundred: limiter(Scale::Hundred) }
    }

    pub(super) fn of(&self, scale: Scale) -> &Limiter<K> {
        match scale {
            Scale::One => &self.one,
            Scale::Ten => &self.ten,
            Scale::Hundred => &self.hundred,
        }
    }
}
