//! Which process lived when, and when it was struck. A process calls the model with a key of its own, so
//! that the model's ledger tells whose call each is. That is needed because a call is entered when the
//! model takes it from its socket: a model that is busy enters some of them after their sender is dead.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::fleet::LEASE_SECONDS;
use crate::support::llm_simulator::ledger::Entry;

/// How long after a blow the jobs of a process are taken over at the latest: five seconds after the lease.
const TAKEN_OVER: SignedDuration = SignedDuration::from_secs(LEASE_SECONDS + 5);

/// One process, from its start to its end.
#[derive(Clone, Debug)]
pub(super) struct Life {
    /// Right before it was started.
    pub(super) began: Timestamp,
    /// When it was frozen, and let go on.
    pub(super) frozen: Vec<(Timestamp, Timestamp)>,
    /// Right before it was killed, and when it was seen dead.
    pub(super) killed: Option<(Timestamp, Timestamp)>,
}

impl Life {
    pub(super) fn begin() -> Life {
        Life { began: Timestamp::now(), frozen: Vec::new(), killed: None }
    }
}

/// All processes, each by the key that it calls the model with.
#[derive(Clone, Debug, Default)]
pub(super) struct Lives(pub(super) BTreeMap<String, Life>);

impl Lives {
    /// Finds who called.
    pub(super) fn of(&self, call: &Entry) -> &Life {
        self.0.get(&call.caller).unwrap_or_else(|| panic!("nobody was given the key of {call:?}"))
    }

    /// Counts the blows so far.
    pub(super) fn blows(&self) -> usize {
        self.0.values().map(|life| life.frozen.len() + usize::from(life.killed.is_some())).sum()
    }

    /// Tells whether a process that works alone made the first call and was killed, and one after it made
    /// the second: a process that lives asks once.
    pub(super) fn was_killed(&self, first: &Entry, second: &Entry) -> bool {
        let killed = self.of(first).killed.is_some_and(|(from, _)| from <= second.came_at);
        killed && first.caller != second.caller
    }

    /// Tells whether, of several processes, the one that made the first call lost the job by a blow before
    /// the second call was made. `queued` are the moments at which the job went back to the queue. One that
    /// was frozen goes on where it stood as soon as it is let go, and may lose the job even then: until
    /// others have seen a sign of life, they take it for gone when the lease is over.
    pub(super) fn was_overtaken(&self, first: &Entry, second: &Entry, queued: &[Timestamp]) -> bool {
        let life = self.of(first);
        let by_a_blow = |moment: &Timestamp| {
            let killed = life.killed.is_some_and(|(from, _)| from <= *moment);
            let frozen = |(from, to): &(Timestamp, Timestamp)| {
                (*from..=(*to).max(*from + TAKEN_OVER)).contains(moment)
            };
            killed || life.frozen.iter().any(frozen)
        };
        let between = |moment: &&Timestamp| (first.came_at..=second.came_at).contains(*moment);
        queued.iter().filter(between).any(by_a_blow)
    }

    /// How long after the end of its sender a call was entered, if it was.
    pub(super) fn late(&self, call: &Entry) -> Option<SignedDuration> {
        let (_, dead) = self.of(call).killed?;
        let late = call.came_at.duration_since(dead);
        late.is_positive().then_some(late)
    }

    /// Tells all that is known of a call.
    pub(super) fn tell(&self, call: &Entry) -> String {
        let Entry { number, came_at, caller, status, fault, reported, .. } = call;
        format!(
            "call {number} of {caller} at {came_at} (status {status}, fault {fault:?}, reported {reported}; {:?})",
            self.of(call)
        )
    }
}
