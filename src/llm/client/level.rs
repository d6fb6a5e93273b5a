//! How many calls a provider takes at once, found out by asking: one more while all goes well, a
//! part fewer when it sends calls away or slows down (additive increase, multiplicative decrease).
//!
//! At first nothing is known of its limit, and as many go out as the settings allow. The first sign of
//! trouble tells where the limit lies: at what was in flight, of which a part is taken away, and in the
//! burst that met it at what the provider kept. TCP finds the room of a path in the same way: its first
//! threshold is arbitrarily high, and a loss sets it to half of what is in flight. Source: RFC 5681,
//! section 3.1, read 2026-11-28.
//!
//! Of a few calls beside many idle permits one sign tells nothing about their number: a call that is sent
//! away then met a quota, which the vendor's Retry-After and the waits between attempts are for, and an
//! answer that begins late was thought about for long. Several refusals close together tell all the same how
//! many were kept. Where the number has come to twice what a refusal had left, the trouble of that time is
//! over, and nothing is known of the limit again.
//!
//! A provider that slows down is not full: from the second late answer in a row on it gets a tenth less
//! than is in flight, and what is known of its limit stays as it was.

use std::time::Duration;

use tokio::time::Instant;

/// After a cut, further signs of trouble are of calls that began before it; refusals within it of each
/// other are close together.
const COOL_DOWN: Duration = Duration::from_secs(1);
/// The provider counts as slow when the first token takes this many times as long as it used to.
const SLOW_FACTOR: u32 = 3;
/// Below this nothing is slow, whatever it used to be.
const NEVER_SLOW: Duration = Duration::from_secs(2);
/// Fewer calls than this are few: where they are less than half of what may go out, it is not their number
/// that was too much.
const FEW: usize = 16;
/// So many refusals close together tell of the number also where few calls are out.
const SEVERAL: usize = 3;
/// A burst of refusals leaves so many permits at least: where all was sent away it was no number that was
/// too much.
const LEAST_KEPT: usize = 4;
/// So many late answers in a row are no accident.
const LATE_IN_A_ROW: u32 = 2;

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

/// How many calls a provider gets at once. Pure: the time is an argument.
#[derive(Debug)]
pub(super) struct Level {
    target: usize,
    most: usize,
    /// Good calls since the last step up.
    credit: usize,
    /// From this target on nothing is known of the limit, and it doubles with each round.
    unknown_from: usize,
    burst: Option<Burst>,
    /// When slowness last took permits away.
    slowed: Option<Instant>,
    /// Late answers since the last one in time.
    late: u32,
    /// The usual time to the first token, slowly moving.
    usual: Option<Duration>,
}

/// Refusals that come close together.
#[derive(Clone, Copy, Debug)]
struct Burst {
    begun: Instant,
    /// Calls that were out when it began.
    in_flight: usize,
    refused: usize,
    heeded: Heeded,
}

/// What the refusals of a burst have led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heeded {
    NotYet,
    /// The number was halved, and that is all.
    Once,
    /// The number goes down to what the provider keeps.
    Each,
}

impl Level {
    pub(super) fn new(start: usize, most: usize) -> Level {
        let most = most.max(1);
        let target = start.clamp(1, most);
        Level { target, most, credit: 0, unknown_from: 0, burst: None, slowed: None, late: 0, usual: None }
    }

    /// Moves the target, where so many calls are out, the one that shows the sign among them.
    pub(super) fn heed(&mut self, sign: Sign, in_use: usize, now: Instant) {
        match sign {
            Sign::Full => self.refused(in_use, now),
            Sign::Room(Some(time)) if self.is_slow(time) => self.slowed(in_use, now),
            // Where half of the permits lie idle more of them would prove nothing.
            Sign::Room(_) if self.is_busy(in_use) => self.grow(),
            Sign::Room(_) | Sign::Nothing => {}
        }
    }

    /// Returns how many calls may run at once now.
    pub(super) fn target(&self) -> usize {
        self.target
    }

    fn is_busy(&self, in_use: usize) -> bool {
        in_use.saturating_mul(2) >= self.target
    }

    /// Tells whether one sign says something about the number of calls.
    fn is_telling(&self, in_use: usize) -> bool {
        self.is_busy(in_use) || in_use >= FEW
    }

    fn grow(&mut self) {
        self.credit = self.credit.saturating_add(1);
        // Where nothing is known of the limit every good call adds one: the number doubles with each round.
        if self.credit >= self.target || self.target >= self.unknown_from {
            self.credit = 0;
            self.target = self.target.saturating_add(1).min(self.most);
        }
    }

    fn refused(&mut self, in_use: usize, now: Instant) {
        let new = Burst { begun: now, in_flight: in_use, refused: 0, heeded: Heeded::NotYet };
        let mut burst = self.burst.filter(|burst| !is_over(burst.begun, now)).unwrap_or(new);
        burst.refused = burst.refused.saturating_add(1);
        match burst.heeded {
            Heeded::NotYet if self.is_telling(in_use) => {
                let is_unknown = self.target >= self.unknown_from;
                self.lower_to(without_a_part(self.target.min(in_use.max(FEW)), 2));
                // More calls are out than the target says, where it was set knowing nothing.
                burst.heeded = if is_unknown { Heeded::Each } else { Heeded::Once };
                burst.begun = now;
            }
            Heeded::NotYet if burst.refused >= SEVERAL => {
                self.lower_to(burst.kept(in_use));
                burst.heeded = Heeded::Each;
                burst.begun = now;
            }
            Heeded::Each => self.lower_to(burst.kept(in_use)),
            Heeded::NotYet | Heeded::Once => {}
        }
        self.burst = Some(burst);
    }

    /// Goes down to so many calls, and up again with care until there are twice as many.
    fn lower_to(&mut self, permits: usize) {
        self.credit = 0;
        if permits < self.target {
            self.target = permits.max(1);
            self.unknown_from = self.target.saturating_mul(2).min(self.most);
        }
    }

    /// Takes a tenth of what a provider gets that answers late, once in a cool-down.
    fn slowed(&mut self, in_use: usize, now: Instant) {
        self.late = self.late.saturating_add(1);
        let has_been_cut = self.burst.filter(|burst| burst.heeded != Heeded::NotYet).map(|burst| burst.begun);
        let is_cool = [self.slowed, has_been_cut].into_iter().flatten().all(|cut| is_over(cut, now));
        if self.late >= LATE_IN_A_ROW && is_cool && self.is_telling(in_use) {
            self.slowed = Some(now);
            self.credit = 0;
            self.target = without_a_part(self.target.min(in_use.max(FEW)), 10).max(1);
        }
    }

    /// Compares with the usual time, then lets the usual time move an eighth towards this one.
    fn is_slow(&mut self, time: Duration) -> bool {
        let usual = self.usual.unwrap_or(time);
        self.usual = Some((usual * 7 + time) / 8);
        let is_slow = time > NEVER_SLOW && time > usual.saturating_mul(SLOW_FACTOR);
        if !is_slow {
            self.late = 0;
        }
        is_slow
    }
}

impl Burst {
    /// Bounds from above what the provider has kept. Calls that ended well meanwhile are in flight no more,
    /// and calls that began meanwhile were not at the beginning.
    fn kept(&self, in_use: usize) -> usize {
        let of_the_first = self.in_flight.saturating_sub(self.refused);
        of_the_first.max(in_use.saturating_sub(1)).max(LEAST_KEPT)
    }
}

fn is_over(begun: Instant, now: Instant) -> bool {
    now.duration_since(begun) >= COOL_DOWN
}

/// Takes one of that many parts away, and one at least.
fn without_a_part(whole: usize, parts: usize) -> usize {
    whole.saturating_sub(whole.checked_div(parts).unwrap_or(0).max(1))
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
            // Of the same burst: five of the six in flight are not refused.
            (Sign::Full, 5, 999, 5),
            (Sign::Full, 1, 1000, 3),
            (Sign::Nothing, 9, 9000, 3),
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
    fn several_refusals_of_a_few_calls_leave_what_the_provider_kept_and_a_stray_one_takes_nothing() {
        let now = Instant::now();
        for (refused, target) in [(1, 4096), (2, 4096), (4, 8), (8, 4), (12, 4)] {
            let mut level = Level::new(4096, 4096);
            for call in 0..refused {
                level.heed(Sign::Full, 12 - call, now);
            }
            assert_eq!(level.target, target, "{refused} of twelve");
        }
        let mut level = Level::new(4096, 4096);
        for second in 0..9 {
            level.heed(Sign::Full, 12, now + COOL_DOWN * second);
        }
        assert_eq!(level.target, 4096, "one now and then");
    }

    #[test]
    fn late_answers_in_a_row_bring_the_number_below_what_is_in_flight_and_a_single_one_does_not() {
        let now = Instant::now();
        let (quick, late) =
            (Sign::Room(Some(Duration::from_secs(1))), Sign::Room(Some(Duration::from_secs(10))));
        let mut level = Level::new(4096, 4096);
        for sign in [quick, late, quick, late, quick] {
            level.heed(sign, 700, now);
        }
        assert_eq!(level.target, 4096);
        let mut level = Level::new(4096, 4096);
        for sign in [quick, late, late, late] {
            level.heed(sign, 700, now);
        }
        assert_eq!(level.target, 630, "once in a cool-down");
        level.heed(ROOM, 630, now);
        assert_eq!(level.target, 631, "of the limit nothing is known yet");
    }

    #[test]
    fn a_burst_that_follows_late_answers_comes_down_to_what_is_kept() {
        let mut now = Instant::now();
        let late = Sign::Room(Some(Duration::from_secs(30)));
        for (answers, target) in [(1, 4096), (2, 630)] {
            let mut level = Level::new(4096, 4096);
            level.heed(Sign::Room(Some(Duration::from_secs(1))), 700, now);
            for _ in 0..answers {
                level.heed(late, 700, now);
            }
            assert_eq!(level.target, target);
            now += 2 * COOL_DOWN;
            for in_use in (65..=700).rev() {
                level.heed(Sign::Full, in_use, now);
            }
            assert_eq!(level.target, 64, "{answers} answers");
        }
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
        // One more that it did not keep, after most of the others have ended.
        level.heed(Sign::Full, 2, now);
        assert_eq!(level.target, 63);
        // From then on it is one more with every round, not with every call.
        for _ in 0..level.target {
            level.heed(ROOM, level.target, now);
        }
        assert_eq!(level.target, 64);
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
}
