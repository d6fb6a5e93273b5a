//! Which instances are gone: those whose heartbeat has stood still for the lease time. Pure; judged
//! by the observer's own monotonic clock alone, so that no wall clock, right or wrong, ends a lease.
//!
//! Only time in which the observer really looked counts. A look that comes late (the store was
//! away, the whole machine slept) adds no more than a look in time would have: it proves nothing
//! about the others, who may have been kept from writing by the same thing.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::record::Instance;

/// How long each instance has been silent.
#[derive(Debug)]
pub(super) struct Silence {
    lease: Duration,
    /// The most that one look adds.
    most_a_look: Duration,
    looked_at: Option<Instant>,
    seen: BTreeMap<String, Seen>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    beat: u64,
    silent: Duration,
}

impl Silence {
    /// Begins to observe, with a look about every `look`.
    pub(super) fn new(lease: Duration, look: Duration) -> Silence {
        let most_a_look = look.saturating_mul(2);
        Silence { lease, most_a_look, looked_at: None, seen: BTreeMap::new() }
    }

    /// Takes in what is seen now, and names those that are gone.
    pub(super) fn look(&mut self, present: &[Instance], now: Instant) -> Vec<Instance> {
        let since = self.looked_at.map_or(Duration::ZERO, |at| now.duration_since(at));
        let passed = since.min(self.most_a_look);
        self.looked_at = Some(now);
        let seen = present.iter().map(|instance| {
            let before = self.seen.get(&instance.name).filter(|seen| seen.beat == instance.beat);
            let silent = before.map_or(Duration::ZERO, |seen| seen.silent.saturating_add(passed));
            (instance.name.clone(), Seen { beat: instance.beat, silent })
        });
        self.seen = seen.collect();
        let is_gone = |name: &String| self.seen.get(name).is_some_and(|seen| seen.silent >= self.lease);
        present.iter().filter(|instance| is_gone(&instance.name)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LEASE: Duration = Duration::from_secs(30);
    const LOOK: Duration = Duration::from_secs(2);

    fn instance(name: &str, beat: u64) -> Instance {
        Instance { name: name.to_owned(), beat }
    }

    #[test]
    fn an_instance_is_gone_when_its_heartbeat_has_stood_still_for_the_lease_time() {
        let mut silence = Silence::new(LEASE, LOOK);
        let begun = Instant::now();
        for look in 0..60 {
            let now = begun + LOOK * look;
            // The first beats once more after twenty seconds and dies, the second lives.
            let first = instance("first", if now - begun < Duration::from_secs(20) { 1 } else { 2 });
            let second = instance("second", u64::from(look));
            let gone = silence.look(&[first.clone(), second], now);
            let expected = if now - begun >= Duration::from_secs(50) { vec![first] } else { vec![] };
            assert_eq!(gone, expected, "{:?}", now - begun);
        }
    }

    #[test]
    fn a_late_look_ends_no_lease() {
        let mut silence = Silence::new(LEASE, LOOK);
        let begun = Instant::now();
        let all: Vec<Instance> = (0..10).map(|number| instance(&number.to_string(), 1)).collect();
        assert_eq!(silence.look(&all, begun), []);
        assert_eq!(silence.look(&all, begun + Duration::from_secs(3600)), []);
    }

    #[test]
    fn who_leaves_and_comes_back_begins_anew() {
        let mut silence = Silence::new(LEASE, LOOK);
        let begun = Instant::now();
        for look in 0..14 {
            assert_eq!(silence.look(&[instance("a", 1)], begun + LOOK * look), []);
        }
        assert_eq!(silence.look(&[], begun + LOOK * 14), []);
        for look in 15..30 {
            assert_eq!(silence.look(&[instance("a", 1)], begun + LOOK * look), []);
        }
        assert_eq!(silence.look(&[instance("a", 1)], begun + LOOK * 30).len(), 1);
    }

    proptest! {
        #[test]
        fn who_beats_in_time_is_never_gone_and_who_stops_is_gone_in_time(
            gaps in prop::collection::vec(1_u64..2500, 50..200), stops in 0_u64..100_000,
        ) {
            let mut silence = Silence::new(LEASE, LOOK);
            let (begun, mut now) = (Instant::now(), Instant::now());
            let mut last_alive = now;
            for gap in gaps {
                now += Duration::from_millis(gap);
                let alive = now - begun < Duration::from_millis(stops);
                // A beat every ten seconds until it stops.
                let beat = (now - begun).min(Duration::from_millis(stops)).as_secs() / 10;
                let gone = silence.look(&[instance("a", beat + 1)], now);
                if alive {
                    last_alive = now;
                }
                let silent = now - last_alive;
                prop_assert!(!alive || gone.is_empty());
                prop_assert!(silent < LEASE + Duration::from_secs(5) || !gone.is_empty());
            }
        }
    }
}
