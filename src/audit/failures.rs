//! When wrong keys from one place are so many that it is blocked. Only a key that was presented and is wrong
//! counts: who forgets the key, or sends a wrong body, guesses nothing.

use std::collections::HashMap;
use std::time::Duration;

use ipnet::IpNet;

/// Places that are counted at once, twice: those of late and those before.
const MOST: usize = 10_000;

/// Counts failures by place.
#[derive(Debug)]
pub(super) struct Failures {
    threshold: u32,
    within: Duration,
    /// Of two generations the younger is filled and the older is thrown away when it is full: a flood of
    /// places makes others forgotten no sooner than it has filled it.
    young: HashMap<IpNet, Count>,
    old: HashMap<IpNet, Count>,
}

#[derive(Clone, Copy, Debug)]
struct Count {
    since: Duration,
    failures: u32,
}

impl Failures {
    /// Blocks after so many failures within that time; after none where `threshold` is 0.
    pub(super) fn new(threshold: u32, within: Duration) -> Failures {
        Failures { threshold, within, young: HashMap::new(), old: HashMap::new() }
    }

    /// Counts a failure at a moment of the clock that never goes back. True if it is the one too many; the
    /// count begins anew then.
    pub(super) fn note(&mut self, place: IpNet, now: Duration) -> bool {
        if self.threshold == 0 {
            return false;
        }
        let known = self.young.remove(&place).or_else(|| self.old.remove(&place));
        let known = known.filter(|count| now.saturating_sub(count.since) <= self.within);
        let Count { since, failures } = known.unwrap_or(Count { since: now, failures: 0 });
        let failures = failures.saturating_add(1);
        if failures >= self.threshold {
            return true;
        }
        if self.young.len() >= MOST {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(place, Count { since, failures });
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(number: u32) -> IpNet {
        IpNet::from(std::net::IpAddr::V4(std::net::Ipv4Addr::from_bits(number)))
    }

    #[test]
    fn so_many_within_the_time_are_too_many_and_fewer_or_slower_ones_are_not() {
        let mut failures = Failures::new(3, Duration::from_secs(60));
        let second = Duration::from_secs;
        let noted = [0, 10, 20, 21, 22, 23].map(|at| failures.note(place(1), second(at)));
        assert_eq!(noted, [false, false, true, false, false, true]);
        let slow = [100, 150, 161, 200, 222].map(|at| failures.note(place(2), second(at)));
        assert_eq!(slow, [false, false, false, false, false], "the time runs from the first on");
        assert!(!failures.note(place(3), second(300)));
        let mut off = Failures::new(0, Duration::from_secs(60));
        assert!((0..1000).all(|_| !off.note(place(1), second(0))));
    }

    #[test]
    fn a_million_places_take_no_more_room_than_twenty_thousand() {
        let mut failures = Failures::new(2, Duration::from_secs(60));
        for number in 0..1_000_000 {
            assert!(!failures.note(place(number), Duration::ZERO));
        }
        assert!(failures.young.len() <= MOST && failures.old.len() <= MOST);
        assert!(failures.note(place(999_999), Duration::ZERO), "the latest are still known");
    }
}
