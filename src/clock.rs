//! The wall clock, the monotonic clock and the one that also counts while the machine sleeps, as a value that is handed in, so that a test decides
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
    since_boot: Duration,
}

impl Clock {
    /// Makes a clock that stands at `at` until it is moved.
    #[must_use]
    pub fn fixed(at: Timestamp) -> Clock {
        let reading = Reading { wall: at, monotonic: Instant::now(), since_boot: Duration::from_secs(3600) };
        Clock::Fixed(FixedTime(Arc::new(Mutex::new(reading))))
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

    /// Reads how long ago the machine began, with all the time in which it was suspended, where the
    /// system tells; a time of its own beginning elsewhere, without that. Never goes back.
    #[must_use]
    pub fn since_boot(&self) -> Duration {
        match self {
            Clock::System => since_boot(),
            Clock::Fixed(time) => time.read().since_boot,
        }
    }

    /// Lets `by` pass on a fixed clock, on all its readings alike; the system clock goes its own way.
    pub fn advance(&self, by: Duration) {
        if let Clock::Fixed(time) = self {
            time.change(|reading| {
                reading.wall = reading.wall.saturating_add(by).unwrap_or(Timestamp::MAX);
                reading.monotonic = reading.monotonic.checked_add(by).unwrap_or(reading.monotonic);
                reading.since_boot = reading.since_boot.saturating_add(by);
            });
        }
    }

    /// Lets `by` pass on a fixed clock as while a machine is suspended: the monotonic reading stays.
    /// The system clock goes its own way.
    pub fn suspend(&self, by: Duration) {
        if let Clock::Fixed(time) = self {
            time.change(|reading| {
                reading.wall = reading.wall.saturating_add(by).unwrap_or(Timestamp::MAX);
                reading.since_boot = reading.since_boot.saturating_add(by);
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

/// Source: clock_gettime(2), `CLOCK_BOOTTIME`, 2026-11-28.
#[cfg(target_os = "linux")]
fn since_boot() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    // Neither part is ever negative.
    let (seconds, nanoseconds) = (u64::try_from(time.tv_sec), u32::try_from(time.tv_nsec));
    Duration::new(seconds.unwrap_or(0), nanoseconds.unwrap_or(0))
}

/// Counts from the first call on, and not while the machine is suspended.
#[cfg(not(target_os = "linux"))]
fn since_boot() -> Duration {
    static BEGUN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    BEGUN.get_or_init(Instant::now).elapsed()
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
    fn a_machine_that_was_suspended_counts_the_time_and_its_monotonic_clock_does_not() {
        let clock = Clock::fixed(Timestamp::UNIX_EPOCH);
        let (monotonic, since_boot) = (clock.monotonic(), clock.since_boot());
        clock.suspend(Duration::from_secs(60));
        assert_eq!(clock.monotonic(), monotonic);
        assert_eq!(clock.since_boot() - since_boot, Duration::from_secs(60));
        assert_eq!(clock.now(), Timestamp::from_second(60).unwrap());
        clock.advance(Duration::from_secs(5));
        assert_eq!(clock.since_boot() - since_boot, Duration::from_secs(65));
    }

    #[test]
    fn the_system_tells_how_long_ago_the_machine_began() {
        let (begun, before) = (Instant::now(), Clock::System.since_boot());
        std::thread::sleep(Duration::from_millis(5));
        let passed = Clock::System.since_boot() - before;
        assert!(passed >= Duration::from_millis(5) && passed <= begun.elapsed() + Duration::from_millis(1));
        if let Ok(uptime) = std::fs::read_to_string("/proc/uptime") {
            let uptime: f64 = uptime.split(' ').next().unwrap().parse().unwrap();
            assert!((before.as_secs_f64() - uptime).abs() < 5.0, "{before:?}, {uptime}");
        }
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
