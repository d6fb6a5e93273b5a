//! The circuit breaker of one model: a model that mostly fails is left alone for a while, then
//! asked once, and trusted again if that went well. Pure: the time is an argument.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::telemetry::BreakerState;

/// Over how long failures are counted.
const WINDOW: Duration = Duration::from_secs(10);
/// Fewer calls than this say nothing.
const FEWEST_CALLS: u32 = 20;
/// How long an open breaker stays shut off at first; doubled after every probe that fails.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The window moves in steps of this, so that it holds at most eleven counts.
const STEP: Duration = Duration::from_secs(1);

/// What a breaker knows.
#[derive(Debug)]
pub(super) struct Breaker {
    state: State,
    pause: Duration,
    counts: VecDeque<Count>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Calls go through and are counted.
    Closed,
    /// None goes through before that time.
    Open { until: Instant },
    /// One call is under way that decides.
    Probing,
}

#[derive(Clone, Copy, Debug)]
struct Count {
    since: Instant,
    calls: u32,
    failures: u32,
}

/// Lets a call through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// As one of many.
    Counted,
    /// As the one that decides.
    Probe,
}

/// How a call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The model answers.
    Works,
    /// The model does not answer.
    Fails,
    /// Says nothing about the model: cancelled, or out of quota.
    Unknown,
}

impl Breaker {
    pub(super) fn new() -> Breaker {
        Breaker { state: State::Closed, pause: FIRST_PAUSE, counts: VecDeque::new() }
    }

    /// Asks for a pass; refused with the time to come again.
    pub(super) fn pass(&mut self, now: Instant) -> Result<Pass, Instant> {
        match self.state {
            State::Closed => Ok(Pass::Counted),
            State::Open { until } if now < until => Err(until),
            State::Open { .. } => {
                self.state = State::Probing;
                Ok(Pass::Probe)
            }
            State::Probing => Err(now + STEP),
        }
    }

    /// Takes a pass back with what became of the call. Every pass must come back.
    pub(super) fn report(&mut self, pass: Pass, verdict: Verdict, now: Instant) {
        match (pass, verdict, self.state) {
            (Pass::Probe, Verdict::Works, _) => *self = Breaker::new(),
            (Pass::Probe, Verdict::Fails, _) => self.open(now),
            // The next call probes again.
            (Pass::Probe, Verdict::Unknown, _) => self.state = State::Open { until: now },
            (Pass::Counted, Verdict::Works | Verdict::Fails, State::Closed) => {
                self.count(verdict, now);
            }
            // Calls that began before the breaker opened say nothing new.
            (Pass::Counted, _, _) => {}
        }
    }

    /// Says until when nobody would get a pass now.
    pub(super) fn bars_until(&self, now: Instant) -> Option<Instant> {
        match self.state {
            State::Open { until } => Some(until).filter(|until| now < *until),
            State::Probing => Some(now + STEP),
            State::Closed => None,
        }
    }

    /// Tells whether calls go through; for metrics.
    pub(super) fn state(&self) -> BreakerState {
        match self.state {
            State::Closed => BreakerState::Closed,
            State::Probing => BreakerState::HalfOpen,
            State::Open { .. } => BreakerState::Open,
        }
    }

    fn open(&mut self, now: Instant) {
        self.state = State::Open { until: now + self.pause };
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        self.counts.clear();
    }

    fn count(&mut self, verdict: Verdict, now: Instant) {
        while self.counts.front().is_some_and(|count| now.duration_since(count.since) >= WINDOW) {
            self.counts.pop_front();
        }
        let failures = u32::from(verdict == Verdict::Fails);
        match self.counts.back_mut().filter(|count| now.duration_since(count.since) < STEP) {
            Some(count) => {
                count.calls = count.calls.saturating_add(1);
                count.failures = count.failures.saturating_add(failures);
            }
            None => self.counts.push_back(Count { since: now, calls: 1, failures }),
        }
        let calls: u32 = self.counts.iter().map(|count| count.calls).fold(0, u32::saturating_add);
        let failed: u32 = self.counts.iter().map(|count| count.failures).fold(0, u32::saturating_add);
        if calls >= FEWEST_CALLS && failed >= calls.div_ceil(2) {
            self.open(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(breaker: &mut Breaker, verdicts: &[(Verdict, u32)], now: Instant) {
        for (verdict, times) in verdicts {
            for _ in 0..*times {
                let pass = breaker.pass(now).unwrap();
                breaker.report(pass, *verdict, now);
            }
        }
    }

    #[test]
    fn it_opens_at_half_of_twenty_and_not_before() {
        let now = Instant::now();
        let table = [
            (vec![(Verdict::Fails, 19)], true),
            (vec![(Verdict::Fails, 20)], false),
            (vec![(Verdict::Works, 10), (Verdict::Fails, 10)], false),
            (vec![(Verdict::Works, 11), (Verdict::Fails, 10)], true),
            (vec![(Verdict::Unknown, 100), (Verdict::Fails, 19)], true),
        ];
        for (verdicts, is_closed) in table {
            let mut breaker = Breaker::new();
            run(&mut breaker, &verdicts, now);
            assert_eq!(breaker.state() == BreakerState::Closed, is_closed, "{verdicts:?}");
            assert_eq!(breaker.bars_until(now).is_none(), is_closed, "{verdicts:?}");
        }
    }

    #[test]
    fn failures_older_than_ten_seconds_are_forgotten() {
        let begun = Instant::now();
        let mut breaker = Breaker::new();
        run(&mut breaker, &[(Verdict::Fails, 19)], begun);
        run(&mut breaker, &[(Verdict::Fails, 19)], begun + WINDOW);
        assert_eq!(breaker.state(), BreakerState::Closed);
        run(&mut breaker, &[(Verdict::Fails, 1)], begun + WINDOW);
        assert_eq!(breaker.state(), BreakerState::Open);
    }

    #[test]
    fn an_open_breaker_lets_one_probe_through_after_its_pause() {
        let now = Instant::now();
        let mut breaker = Breaker::new();
        run(&mut breaker, &[(Verdict::Fails, 20)], now);
        assert_eq!(breaker.pass(now), Err(now + FIRST_PAUSE));
        let later = now + FIRST_PAUSE;
        assert_eq!(breaker.pass(later), Ok(Pass::Probe));
        assert!(breaker.pass(later).is_err(), "a second probe");
        assert!(breaker.bars_until(later).is_some());
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        breaker.report(Pass::Probe, Verdict::Works, later);
        assert_eq!(breaker.pass(later), Ok(Pass::Counted));
    }

    #[test]
    fn a_failed_probe_doubles_the_pause_and_a_lost_one_is_repeated() {
        let mut now = Instant::now();
        let mut breaker = Breaker::new();
        run(&mut breaker, &[(Verdict::Fails, 20)], now);
        for pause in [5, 10, 20, 40, 60, 60] {
            now += Duration::from_secs(pause) - Duration::from_millis(1);
            assert!(breaker.pass(now).is_err(), "{pause} s are not over");
            now += Duration::from_millis(1);
            assert_eq!(breaker.pass(now), Ok(Pass::Probe));
            breaker.report(Pass::Probe, Verdict::Unknown, now);
            assert_eq!(breaker.pass(now), Ok(Pass::Probe), "the lost probe is repeated");
            breaker.report(Pass::Probe, Verdict::Fails, now);
        }
    }
}
