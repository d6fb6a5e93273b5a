//! How many calls a provider takes at once, found out by asking: one more while all goes well, a
//! part fewer when it sends calls away or slows down (additive increase, multiplicative decrease).
//!
//! At first nothing is known of its limit, and as many go out as the settings allow. The first sign of
//! trouble tells where the limit lies: at what was in flight, of which a part is taken away, and in the
//! burst that met it at what the provider kept. TCP finds the room of a path in the same way: its first
//! threshold is arbitrarily high, and a loss sets it to half of what is in flight. Source: RFC 5681,
//! section 3.1, read 2026-11-28.
//!
//! Of a few calls beside many idle permits no sign tells anything about their number: a call that is sent
//! away then met a quota, which the vendor's Retry-After and the waits between attempts are for, and an
//! answer that begins late was thought about for long. Where the number has come to twice what a cut had
//! left, the trouble of that time is over, and nothing is known of the limit again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// After a cut, further signs of trouble are of calls that began before it.
const COOL_DOWN: Duration = Duration::from_secs(1);
/// The provider counts as slow when the first token takes this many times as long as it used to.
const SLOW_FACTOR: u32 = 3;
/// Below this nothing is slow, whatever it used to be.
const NEVER_SLOW: Duration = Duration::from_secs(2);
/// Fewer calls than this are few: where they are less than half of what may go out, it is not their number
/// that was too much.
const FEW: usize = 16;

/// Permits of one provider. Waiters are served in their order.
#[derive(Debug)]
pub(super) struct Permits {
    semaphore: Arc<Semaphore>,
    state: Mutex<Level>,
}

/// Leave to make one call. Dropping it gives it back and says nothing about the provider.
#[derive(Debug)]
pub(super) struct Permit {
    permits: Arc<Permits>,
    held: Option<OwnedSemaphorePermit>,
}

/// What a call shows about the provider's room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// It took the call and answered, with the first token after that time where it is known.
    Room(Option<Duration>),
    /// It sent the call away for want of room or quota.
    Full,
    /// Neither.
    Nothing,
}

/// The level that the number of permits is steered to. Pure: the time is an argument.
#[derive(Debug)]
pub(super) struct Level {
    target: usize,
    most: usize,
    /// Permits that exist; follows the target as permits come back.
    existing: usize,
    /// Good calls since the last step up.
    credit: usize,
    /// From this target on nothing is known of the limit, and it doubles with each round.
    unknown_from: usize,
    /// Whether the last cut came when nothing was known: then more calls were out than the target says.
    is_surprised: bool,
    last_cut: Option<Instant>,
    /// The usual time to the first token, slowly moving.
    usual: Option<Duration>,
}

impl Level {
    fn new(start: usize, most: usize) -> Level {
        let most = most.max(1);
        let target = start.clamp(1, most);
        Level {
            target,
            most,
            existing: target,
            credit: 0,
            unknown_from: 0,
            is_surprised: false,
            last_cut: None,
            usual: None,
        }
    }

    /// Moves the target.
    fn heed(&mut self, sign: Sign, in_use: usize, now: Instant) {
        // Where half of the permits lie idle more of them would prove nothing.
        let is_busy = in_use.saturating_mul(2) >= self.target;
        let is_telling = is_busy || in_use >= FEW;
        match sign {
            Sign::Full if is_telling && self.is_burst(now) => {
                // What the provider has kept, this call not among it.
                self.lower_to(in_use.saturating_sub(1).max(FEW / 2));
            }
            Sign::Full if is_telling => self.cut(self.target.min(in_use.max(FEW)), 2, now),
            Sign::Room(first_token) => {
                if first_token.is_some_and(|time| self.is_slow(time)) {
                    // A slower provider is not a full one: a tenth less of what it gets, not a half, and
                    // whatever is in flight.
                    if is_telling {
                        self.cut(self.target, 10, now);
                    }
                } else if is_busy {
                    self.grow();
                }
            }
            Sign::Full | Sign::Nothing => {}
        }
    }

    fn grow(&mut self) {
        self.credit = self.credit.saturating_add(1);
        // Where nothing is known of the limit every good call adds one: the number doubles with each round.
        if self.credit >= self.target || self.target >= self.unknown_from {
            self.credit = 0;
            self.target = self.target.saturating_add(1).min(self.most);
        }
    }

    /// Takes one of that many parts away from that number of permits, once in a cool-down.
    fn cut(&mut self, from: usize, parts: usize, now: Instant) {
        if self.is_cooling_down(now) {
            return;
        }
        self.is_surprised = self.target >= self.unknown_from;
        self.last_cut = Some(now);
        let share = from.checked_div(parts).unwrap_or(0).max(1);
        self.lower_to(from.saturating_sub(share));
    }

    fn is_cooling_down(&self, now: Instant) -> bool {
        self.last_cut.is_some_and(|last| now.duration_since(last) < COOL_DOWN)
    }

    /// Tells whether calls come back that went out before anything was known of the limit.
    fn is_burst(&self, now: Instant) -> bool {
        self.is_surprised && self.is_cooling_down(now)
    }

    /// Goes down to so many permits, and up again with care until there are twice as many.
    fn lower_to(&mut self, permits: usize) {
        self.credit = 0;
        if permits < self.target {
            self.target = permits.max(1);
            self.unknown_from = self.target.saturating_mul(2);
        }
    }

    /// Compares with the usual time, then lets the usual time move an eighth towards this one.
    fn is_slow(&mut self, time: Duration) -> bool {
        let usual = self.usual.unwrap_or(time);
        self.usual = Some((usual * 7 + time) / 8);
        time > NEVER_SLOW && time > usual.saturating_mul(SLOW_FACTOR)
    }
}

impl Permits {
    /// Starts with so many permits; there are never more than `most`.
    pub(super) fn new(start: usize, most: usize) -> Arc<Permits> {
        let level = Level::new(start, most);
        Arc::new(Permits { semaphore: Arc::new(Semaphore::new(level.existing)), state: Mutex::new(level) })
    }

    /// Waits for a permit.
    ///
    /// # Cancel safety
    /// Whoever stops waiting leaves the line and takes nothing along.
    pub(super) async fn take(self: &Arc<Permits>) -> Permit {
        // The semaphore is never closed; a permit that is none merely does not count.
        let held = Arc::clone(&self.semaphore).acquire_owned().await.ok();
        Permit { permits: Arc::clone(self), held }
    }

    /// Returns how many calls may run at once now.
    pub(super) fn target(&self) -> usize {
        self.level().target
    }

    fn heed(&self, sign: Sign, now: Instant) {
        let mut level = self.level();
        let in_use = level.existing.saturating_sub(self.semaphore.available_permits());
        level.heed(sign, in_use, now);
        while level.existing < level.target {
            self.semaphore.add_permits(1);
            level.existing = level.existing.saturating_add(1);
        }
        while level.existing > level.target && self.semaphore.forget_permits(1) == 1 {
            level.existing = level.existing.saturating_sub(1);
        }
    }

    // A level is whole after every statement, so a poisoned lock still holds a good one.
    fn level(&self) -> MutexGuard<'_, Level> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    /// Gives the permit back with what the call showed.
    pub(super) fn give_back(self, sign: Sign) {
        self.permits.heed(sign, Instant::now());
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let Some(held) = self.held.take() else { return };
        let mut level = self.permits.level();
        if level.existing > level.target {
            // One of those that were cut while they were out.
            level.existing = level.existing.saturating_sub(1);
            held.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Sign = Sign::Room(None);

    #[test]
    fn a_round_of_good_calls_adds_one_permit_and_a_refusal_halves_them() {
        let now = Instant::now();
        let mut level = Level::new(8, 8);
        let steps: [(Sign, usize, u64, usize); 10] = [
            (Sign::Full, 1, 0, 4),
            (ROOM, 3, 0, 4),
            (ROOM, 1, 0, 5),
            (ROOM, 5, 0, 6),
            (ROOM, 99, 0, 8),
            (Sign::Full, 5, 999, 8),
            (Sign::Full, 1, 1000, 4),
            (Sign::Nothing, 9, 9000, 4),
            (Sign::Full, 1, 9000, 2),
            (Sign::Full, 9, 9999, 2),
        ];
        for (index, (sign, times, at, target)) in steps.into_iter().enumerate() {
            for _ in 0..times {
                level.heed(sign, 6, now + Duration::from_millis(at));
            }
            assert_eq!(level.target, target, "step {index}");
        }
    }

    #[test]
    fn the_first_refusal_tells_that_the_limit_is_near_what_is_in_flight() {
        let now = Instant::now();
        for (start, in_use, target) in [(4096, 700, 350), (4096, 40, 20), (4096, 16, 8), (12, 6, 6)] {
            let mut level = Level::new(start, 4096);
            level.heed(Sign::Full, in_use, now);
            assert_eq!(level.target, target, "{in_use} of {start}");
        }
    }

    #[test]
    fn trouble_of_a_few_calls_says_nothing_about_their_number() {
        let mut now = Instant::now();
        let usual = Sign::Room(Some(Duration::from_secs(1)));
        let slow = Sign::Room(Some(Duration::from_secs(30)));
        for start in [32, 4096] {
            let mut level = Level::new(start, 4096);
            level.heed(usual, 1, now);
            for in_use in [1, 15] {
                for sign in [Sign::Full, slow, Sign::Full] {
                    level.heed(sign, in_use, now);
                    now += COOL_DOWN;
                }
            }
            assert_eq!(level.target, start);
        }
    }

    #[test]
    fn a_slow_answer_among_many_takes_a_tenth_whatever_is_in_flight() {
        let now = Instant::now();
        let mut level = Level::new(4096, 4096);
        level.heed(Sign::Room(Some(Duration::from_secs(1))), 20, now);
        level.heed(Sign::Room(Some(Duration::from_secs(30))), 20, now);
        assert_eq!(level.target, 4096 - 409);
    }

    #[test]
    fn what_a_stray_refusal_took_is_back_after_a_few_rounds() {
        let now = Instant::now();
        let mut level = Level::new(4096, 4096);
        level.heed(Sign::Full, 20, now);
        assert_eq!(level.target, 10);
        let mut calls = 0;
        while level.target < 4096 {
            level.heed(ROOM, level.target, now);
            calls += 1;
        }
        // Ten rounds of one more each, 10 to 19 calls; from 20 on every call adds one.
        assert_eq!(calls, 145 + 4096 - 20);
    }

    #[test]
    fn a_burst_that_comes_after_the_level_doubled_again_comes_down_as_fast_as_the_first() {
        let mut now = Instant::now();
        let mut level = Level::new(4096, 4096);
        level.heed(Sign::Full, 20, now);
        while level.target < 4096 {
            level.heed(ROOM, level.target, now);
        }
        now += COOL_DOWN;
        for in_use in (65..=700).rev() {
            level.heed(Sign::Full, in_use, now);
        }
        assert_eq!(level.target, 64);
    }

    #[test]
    fn of_the_burst_that_met_the_limit_as_many_are_left_as_the_provider_kept() {
        let now = Instant::now();
        let mut level = Level::new(4096, 4096);
        for in_use in (65..=700).rev() {
            level.heed(Sign::Full, in_use, now);
        }
        assert_eq!(level.target, 64);
        level.heed(Sign::Full, 2, now);
        assert_eq!(level.target, 64);
        // From then on it is one more with every round, not with every call.
        for _ in 0..level.target {
            level.heed(ROOM, level.target, now);
        }
        assert_eq!(level.target, 65);
    }

    #[test]
    fn permits_double_with_each_round_until_the_first_trouble() {
        let mut level = Level::new(4, 100);
        for target in [8, 16, 32] {
            for _ in 0..level.target {
                level.heed(ROOM, level.target, Instant::now());
            }
            assert_eq!(level.target, target);
        }
    }

    #[test]
    fn the_last_permit_is_never_cut() {
        let mut now = Instant::now();
        let mut level = Level::new(2, 8);
        for _ in 0..5 {
            level.heed(Sign::Full, 1, now);
            now += COOL_DOWN;
        }
        assert_eq!(level.target, 1);
    }

    #[test]
    fn idle_permits_do_not_multiply() {
        let mut level = Level::new(10, 100);
        for _ in 0..100 {
            level.heed(ROOM, 4, Instant::now());
        }
        assert_eq!(level.target, 10);
    }

    #[test]
    fn a_provider_that_slows_down_gets_a_tenth_less() {
        let now = Instant::now();
        let mut level = Level::new(20, 100);
        let quick = Sign::Room(Some(Duration::from_millis(800)));
        for _ in 0..10 {
            level.heed(quick, 1, now);
        }
        assert_eq!(level.target, 20, "one call at a time proves nothing");
        level.heed(Sign::Room(Some(Duration::from_millis(1900))), 1, now);
        assert_eq!(level.target, 20, "nothing under two seconds is slow");
        level.heed(Sign::Room(Some(Duration::from_secs(6))), 1, now);
        assert_eq!(level.target, 20, "one call among twenty tells nothing");
        level.heed(Sign::Room(Some(Duration::from_secs(12))), 20, now);
        assert_eq!(level.target, 18);
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_calls_run_at_once_than_the_target_says() {
        let permits = Permits::new(4, 8);
        let mut held = Vec::new();
        for _ in 0..4 {
            held.push(permits.take().await);
        }
        let fifth = tokio::time::timeout(Duration::from_secs(1), permits.take()).await;
        assert!(fifth.is_err());
        held.pop().unwrap().give_back(Sign::Full);
        assert_eq!(permits.target(), 2);
        held.pop();
        let third = tokio::time::timeout(Duration::from_secs(1), permits.take()).await;
        assert!(third.is_err(), "two are out, and two are all there are");
        held.pop();
        let second = tokio::time::timeout(Duration::from_secs(1), permits.take()).await;
        assert!(second.is_ok());
    }
}
