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

/// Measures how long this thread itself works, for tests that bound it: what else the machine does
/// does not count, where the system tells.
#[cfg(test)]
#[derive(Debug)]
pub(crate) struct Stopwatch {
    started: Instant,
    ran: Option<Duration>,
}

#[cfg(test)]
impl Stopwatch {
    pub(crate) fn start() -> Stopwatch {
        Stopwatch { started: Instant::now(), ran: Stopwatch::ran() }
    }

    /// Source: the kernel's documentation of scheduler statistics, the first number of the line:
    /// nanoseconds on the CPU, 2026-11-28.
    fn ran() -> Option<Duration> {
        let line = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        line.split(' ').next()?.parse().ok().map(Duration::from_nanos)
    }

    /// Tells how long the thread has worked since the start.
    pub(crate) fn worked(&self) -> Duration {
        match (self.ran, Stopwatch::ran()) {
            (Some(before), Some(now)) => now.saturating_sub(before),
            _ => self.started.elapsed(),
        }
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
    fn a_stopwatch_counts_work_and_not_waiting() {
        let (watch, begun) = (Stopwatch::start(), Instant::now());
        std::thread::sleep(Duration::from_millis(60));
        let waited = watch.worked();
        assert!(!cfg!(target_os = "linux") || waited < Duration::from_millis(30), "{waited:?}");
        while watch.worked() < waited + Duration::from_millis(5) {
            std::hint::black_box(begun.elapsed());
        }
    }

    #[test]
    fn the_system_clock_moves_by_itself_and_ignores_hands() {
        let before = Timestamp::now();
        Clock::System.advance(Duration::from_secs(1_000_000));
        assert!(Clock::System.now() >= before);
        assert!(Clock::System.now() < before + SignedDuration::from_secs(1000));
    }
}
