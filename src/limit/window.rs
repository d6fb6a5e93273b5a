//! So many calls in so much time, and what of it is free.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::Quota;

use super::Room;

/// So many calls in so much time: all of them at once, or evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    most: NonZeroU32,
    per: Duration,
}

impl Window {
    /// Makes a window of `most` calls each `per`; no calls at all count as one.
    #[must_use]
    pub fn new(most: u32, per: Duration) -> Window {
        Window { most: NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN), per }
    }

    /// Gives the number of calls.
    #[must_use]
    pub fn most(self) -> u32 {
        self.most.get()
    }

    /// Gives the length of the window.
    #[must_use]
    pub fn per(self) -> Duration {
        self.per
    }

    /// Gives the time after which one call is free again.
    #[must_use]
    pub fn interval(self) -> Duration {
        (self.per / self.most.get()).max(Duration::from_nanos(1))
    }

    pub(super) fn quota(self) -> Quota {
        let evenly = Quota::with_period(self.interval());
        // An interval is never zero, so there always is one.
        evenly.unwrap_or_else(|| Quota::per_second(self.most)).allow_burst(self.most)
    }

    /// Tells how a caller stands at `now` whose window is used until it is free again at that moment.
    #[must_use]
    pub fn room(self, used_until: Option<Duration>, now: Duration) -> Room {
        let interval = self.interval();
        let used = used_until.unwrap_or_default().saturating_sub(now);
        let free = interval.saturating_mul(self.most.get()).saturating_sub(used);
        let left = u32::try_from(free.as_nanos() / interval.as_nanos()).unwrap_or(u32::MAX);
        let left = left.min(self.most.get());
        let more_in = match left < self.most.get() {
            true => interval.saturating_mul(left.saturating_add(1)).saturating_sub(free),
            false => Duration::ZERO,
        };
        Room { left, more_in }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_free_comes_back_evenly() {
        let window = Window::new(10, Duration::from_secs(60));
        let room = |used_until: u64, now: u64| {
            let Room { left, more_in } =
                window.room(Some(Duration::from_secs(used_until)), Duration::from_secs(now));
            (left, more_in.as_secs())
        };
        assert_eq!(room(0, 0), (10, 0));
        assert_eq!(room(60, 0), (0, 6));
        assert_eq!(room(60, 5), (0, 1));
        assert_eq!(room(60, 6), (1, 6));
        assert_eq!(room(60, 59), (9, 1));
        assert_eq!(room(60, 60), (10, 0));
        assert_eq!(room(60, 600), (10, 0));
    }

    #[test]
    fn no_calls_at_all_and_more_calls_than_nanoseconds_are_still_a_window() {
        assert_eq!(Window::new(0, Duration::from_secs(60)).most(), 1);
        assert_eq!(Window::new(u32::MAX, Duration::from_nanos(5)).interval(), Duration::from_nanos(1));
    }
}
