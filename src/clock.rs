//! The wall clock and the monotonic clock, as a value that is handed in, so that a test decides
//! what time it is. Pure modules take `now` as an argument instead; deadlines and sleeps are tokio's.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// Tells the time: the machine's, or one that a test moves by hand. Clones tell the same time.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clocks.
    #[default]
    System,
    /// Stands still until it is moved.
    Fixed(FixedTime),
}

/// The hand-moved time behind [`Clock::Fixed`].
#[derive(Clone, Debug)]
pub struct FixedTime(Arc<Mutex<Reading>>);

#[derive(Clone, Copy, Debug)]
struct Reading {
    wall: Timestamp,
    monotonic: Instant,
}

impl Clock {
    /// Makes a clock that stands at `at` until it is moved.
    #[must_use]
    pub fn fixed(at: Timestamp) -> Clock {
        Clock::Fixed(FixedTime(Arc::new(Mutex::new(Reading { wall: at, monotonic: Instant::now() }))))
    }

    /// Reads the wall clock. It may jump, also backwards: measure durations with [`Clock::monotonic`].
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Clock::System => Timestamp::now(),
            Clock::Fixed(time) => time.read().wall,
        }
    }

    /// Reads the clock that never goes back and knows no date.
    #[must_use]
    pub fn monotonic(&self) -> Instant {
        match self {
            Clock::System => Instant::now(),
            Clock::Fixed(time) => time.read().monotonic,
        }
    }

    /// Lets `by` pass on a fixed clock, on wall and monotonic reading alike; the system clock goes
    /// its own way.
    pub fn advance(&self, by: Duration) {
        if let Clock::Fixed(time) = self {
            time.change(|reading| {
                reading.wall = reading.wall.saturating_add(by).unwrap_or(Timestamp::MAX);
                reading.monotonic = reading.monotonic.checked_add(by).unwrap_or(reading.monotonic);
            });
        }
    }

    /// Makes the wall reading of a fixed clock jump, as a corrected system clock does; the
    /// monotonic reading stays. The system clock goes its own way.
    pub fn jump(&self, by: SignedDuration) {
        if let Clock::Fixed(time) = self {
            time.change(|reading| reading.wall = reading.wall.saturating_add(by).unwrap_or(reading.wall));
        }
    }
}

impl FixedTime {
    // A reading is two plain values, whole at every moment, so a poisoned lock still holds a good one.
    fn read(&self) -> Reading {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Reading)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_stands_still_until_it_is_advanced() {
        let clock = Clock::fixed(Timestamp::UNIX_EPOCH);
        let (clone, start) = (clock.clone(), clock.monotonic());
        assert_eq!(clock.now(), Timestamp::UNIX_EPOCH);
        clock.advance(Duration::from_secs(90));
        assert_eq!(clone.now(), Timestamp::from_second(90).unwrap());
        assert_eq!(clone.monotonic() - start, Duration::from_secs(90));
    }

    #[test]
    fn a_jump_of_the_wall_clock_leaves_the_monotonic_one_alone() {
        let clock = Clock::fixed(Timestamp::from_second(1000).unwrap());
        let start = clock.monotonic();
        clock.jump(SignedDuration::from_secs(-400));
        assert_eq!(clock.now(), Timestamp::from_second(600).unwrap());
        assert_eq!(clock.monotonic(), start);
    }

    #[test]
    fn the_system_clock_moves_by_itself_and_ignores_hands() {
        let before = Timestamp::now();
        Clock::System.advance(Duration::from_secs(1_000_000));
        assert!(Clock::System.now() >= before);
        assert!(Clock::System.now() < before + SignedDuration::from_secs(1000));
    }
}
