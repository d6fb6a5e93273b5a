//! What a limiter promises: as a naive count of the same rule, in bounded memory, whoever calls.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

/// The rule as it is written down, with a bucket of fractions of calls.
struct Naive {
    window: Window,
    buckets: HashMap<u8, (f64, Duration)>,
}

impl Naive {
    fn take(&mut self, caller: u8, now: Duration) -> bool {
        let most = f64::from(self.window.most());
        let (free, at) = self.buckets.get(&caller).copied().unwrap_or((most, now));
        let back = (now - at).as_secs_f64() / self.window.per().as_secs_f64() * most;
        let free = (free + back).min(most);
        // Half a nanosecond is not worth an argument.
        let fits = free > 1.0 - 1e-6;
        self.buckets.insert(caller, (if fits { free - 1.0 } else { free }, now));
        fits
    }
}

proptest! {
    #[test]
    fn it_counts_as_the_naive_rule_does(
        most in 1_u32..20,
        calls in prop::collection::vec((0_u8..3, 0_u64..10_000), 1..200),
    ) {
        // A length of which every interval is a whole number of milliseconds.
        let window = Window::new(most, Duration::from_millis(u64::from(most) * 500));
        let limiter = Limiter::new(window, 1000);
        let mut naive = Naive { window, buckets: HashMap::new() };
        let mut now = Duration::from_secs(1);
        for (caller, pause) in calls {
            now += Duration::from_millis(pause / 20);
            let before = limiter.look(&caller, now);
            let taken = limiter.take(&caller, now);
            prop_assert_eq!(taken.is_ok(), naive.take(caller, now));
            prop_assert_eq!(taken.is_ok(), before.left > 0);
            match taken {
                Ok(room) => prop_assert_eq!(room.left, before.left - 1),
                Err(full) => {
                    // Not a moment before, and then certainly.
                    prop_assert_eq!(full.retry_in, before.more_in);
                    let used_until = limiter.table.used_until(&caller);
                    prop_assert_eq!(window.room(used_until, now + full.retry_in).left, 1);
                }
            }
        }
    }
}

#[test]
fn a_burst_of_the_whole_window_gets_through_and_then_one_call_each_interval() {
    let limiter = Limiter::new(Window::new(10, MINUTE), 1000);
    let now = Duration::from_secs(5);
    let left: Vec<u32> = (0..10).map(|_| limiter.take(&"a", now).unwrap().left).collect();
    assert_eq!(left, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    assert_eq!(limiter.take(&"a", now), Err(Full { retry_in: Duration::from_secs(6) }));
    assert!(limiter.take(&"b", now).is_ok(), "another caller has a window of its own");
    let later = now + Duration::from_secs(6);
    assert!(limiter.take(&"a", later).is_ok() && limiter.take(&"a", later).is_err());
    assert_eq!(limiter.look(&"a", now + MINUTE * 2).left, 10);
}

#[test]
fn being_refused_puts_nothing_off() {
    let limiter = Limiter::new(Window::new(1, MINUTE), 1000);
    limiter.take(&1, Duration::ZERO).unwrap();
    (0..1000).for_each(|_| assert!(limiter.take(&1, Duration::from_secs(59)).is_err()));
    assert!(limiter.take(&1, MINUTE).is_ok());
}

#[test]
fn what_is_given_back_can_be_taken_again() {
    let limiter = Limiter::new(Window::new(2, MINUTE), 1000);
    (0..2).for_each(|_| assert!(limiter.take(&1, Duration::ZERO).is_ok()));
    limiter.give_back(&1);
    assert!(limiter.take(&1, Duration::ZERO).is_ok() && limiter.take(&1, Duration::ZERO).is_err());
}

#[test]
fn a_time_before_the_latest_counts_as_the_latest() {
    let limiter = Limiter::new(Window::new(1, MINUTE), 1000);
    limiter.take(&1, MINUTE * 10).unwrap();
    assert_eq!(limiter.take(&1, MINUTE), Err(Full { retry_in: MINUTE }));
}

#[test]
fn of_many_threads_exactly_the_window_gets_through() {
    let limiter = Limiter::new(Window::new(100, MINUTE), 1000);
    let passed: usize = std::thread::scope(|scope| {
        let calls = || (0..200).filter(|_| limiter.take(&1, Duration::ZERO).is_ok()).count();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(calls)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(passed, 100);
}

#[test]
fn a_million_callers_take_bounded_memory_and_none_goes_without_a_limit() {
    let limiter = Limiter::new(Window::new(2, MINUTE), 10_000);
    let now = Duration::from_secs(1);
    let passed = (0..1_000_000_u32).filter(|caller| limiter.take(caller, now).is_ok()).count();
    // Ten thousand, a little more for the rounding of the parts, and two for each part together.
    assert!((10_000..10_300).contains(&passed), "{passed}");
    assert!(limiter.table.len() <= 10_048, "{}", limiter.table.len());
    assert!(limiter.take(&2_000_000, now).is_err(), "those that come on top share what they have");
    // As soon as the known ones have their windows back, newcomers get places of their own.
    assert!(limiter.take(&2_000_000, now + MINUTE).is_ok());
    assert_eq!(limiter.look(&2_000_000, now + MINUTE).left, 1);
}
