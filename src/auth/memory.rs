//! What was found about presented keys a moment ago, so that not every request asks the store. Nothing
//! here is older than `recheck`, which is what a revocation costs at most where nobody tells of it.
//!
//! Kept is the hash of the whole presented text, never the text. Right and wrong keys have rooms of their
//! own, so that a flood of wrong ones drives no right one out, and both rooms are bounded.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::key::Digest;
use super::record::Known;
use crate::id::KeyId;

/// What is known about presented keys.
pub(super) struct Memory {
    right: Mutex<Recent<Arc<Known>>>,
    wrong: Mutex<Recent<()>>,
    /// Counts what was forgotten: who began to ask before that must not bring it back.
    forgotten: AtomicU64,
    trusted_for: Duration,
}

/// When the store was asked, taken before it was.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    at: Duration,
    forgotten: u64,
}

impl Memory {
    pub(super) fn new(trusted_for: Duration, most: usize) -> Memory {
        Memory {
            right: Mutex::new(Recent::new(most)),
            wrong: Mutex::new(Recent::new(most)),
            forgotten: AtomicU64::new(0),
            trusted_for,
        }
    }

    /// Marks the moment before the store is asked; `now` counts from any beginning and never goes back.
    pub(super) fn begin(&self, now: Duration) -> Asking {
        Asking { at: now, forgotten: self.forgotten.load(Ordering::SeqCst) }
    }

    /// Gives what is known: `Some(None)` for a key that was wrong, `None` where the store is to be asked.
    pub(super) fn recall(&self, digest: &Digest, asking: Asking) -> Option<Option<Arc<Known>>> {
        let oldest = asking.at.checked_sub(self.trusted_for);
        // Before the first stretch of trust has passed, everything is young enough.
        let is_young = |at: Duration| !self.trusted_for.is_zero() && oldest.is_none_or(|oldest| at > oldest);
        if let Some((at, known)) = locked(&self.right).get(digest)
            && is_young(at)
        {
            return Some(Some(known));
        }
        locked(&self.wrong).get(digest).filter(|(at, ())| is_young(*at)).map(|_| None)
    }

    /// Keeps what the store said, unless something was forgotten since it was asked.
    pub(super) fn keep(&self, digest: Digest, asking: Asking, found: Option<&Arc<Known>>) {
        match found {
            Some(known) => {
                let mut right = locked(&self.right);
                // Under the lock, which whoever forgets takes after counting.
                if asking.forgotten == self.forgotten.load(Ordering::SeqCst) {
                    right.put(digest, asking.at, Arc::clone(known));
                }
            }
            // A wrong key does not become right: no text is tried before it is made.
            None => locked(&self.wrong).put(digest, asking.at, ()),
        }
    }

    /// Forgets a key with all its secrets.
    pub(super) fn forget(&self, key: KeyId) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        locked(&self.right).retain(|known| known.principal.key != key);
    }

    /// Forgets every key.
    pub(super) fn forget_all(&self) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        locked(&self.right).retain(|_| false);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> (usize, usize) {
        (locked(&self.right).len(), locked(&self.wrong).len())
    }
}

/// A bounded map that drops what was longest not used: two halves, of which the older goes when the
/// younger is full. What is used moves to the younger.
struct Recent<V> {
    young: HashMap<Digest, (Duration, V)>,
    old: HashMap<Digest, (Duration, V)>,
    most_young: usize,
}

impl<V: Clone> Recent<V> {
    fn new(most: usize) -> Recent<V> {
        Recent { young: HashMap::new(), old: HashMap::new(), most_young: (most / 2).max(1) }
    }

    fn get(&mut self, digest: &Digest) -> Option<(Duration, V)> {
        if let Some(found) = self.young.get(digest) {
            return Some(found.clone());
        }
        let (at, value) = self.old.remove(digest)?;
        self.put(*digest, at, value.clone());
        Some((at, value))
    }

    fn put(&mut self, digest: Digest, at: Duration, value: V) {
        if self.young.len() >= self.most_young && !self.young.contains_key(&digest) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(digest, (at, value));
    }

    fn retain(&mut self, keep: impl Fn(&V) -> bool) {
        self.young.retain(|_, (_, value)| keep(value));
        self.old.retain(|_, (_, value)| keep(value));
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

/// Nothing in there is ever half changed, so a lock whose holder panicked still guards whole values.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUST: Duration = Duration::from_millis(800);

    fn digest(number: u32) -> Digest {
        Digest::of(&number.to_string())
    }

    fn known(key: KeyId) -> Arc<Known> {
        Arc::new(Known::administrator(key))
    }

    #[test]
    fn what_is_known_holds_for_its_time_and_not_a_moment_longer() {
        let (memory, key) = (Memory::new(TRUST, 10), KeyId::from_uuid(uuid::Uuid::nil()));
        let start = Duration::from_secs(100);
        memory.keep(digest(1), memory.begin(start), Some(&known(key)));
        memory.keep(digest(2), memory.begin(start), None);
        let at = |after: Duration| {
            let asking = memory.begin(start + after);
            (memory.recall(&digest(1), asking), memory.recall(&digest(2), asking))
        };
        let last = TRUST - Duration::from_nanos(1);
        assert!(matches!(at(last), (Some(Some(_)), Some(None))));
        assert!(matches!(at(TRUST), (None, None)));
        assert!(memory.recall(&digest(3), memory.begin(start)).is_none());
    }

    #[test]
    fn without_a_time_of_trust_nothing_is_remembered() {
        let memory = Memory::new(Duration::ZERO, 10);
        memory.keep(digest(1), memory.begin(Duration::ZERO), None);
        assert!(memory.recall(&digest(1), memory.begin(Duration::ZERO)).is_none());
    }

    #[test]
    fn who_asked_before_a_key_was_forgotten_does_not_bring_it_back() {
        let (memory, key) = (Memory::new(TRUST, 10), KeyId::from_uuid(uuid::Uuid::nil()));
        let before = memory.begin(Duration::from_secs(5));
        memory.forget(key);
        memory.keep(digest(1), before, Some(&known(key)));
        let after = memory.begin(Duration::from_secs(5));
        assert!(memory.recall(&digest(1), after).is_none());
        memory.keep(digest(1), after, Some(&known(key)));
        assert!(memory.recall(&digest(1), after).is_some());
        memory.forget_all();
        assert!(memory.recall(&digest(1), after).is_none());
    }

    #[test]
    fn a_flood_of_wrong_keys_is_bounded_and_drives_no_right_one_out() {
        let (memory, key) = (Memory::new(TRUST, 100), KeyId::from_uuid(uuid::Uuid::nil()));
        let asking = memory.begin(Duration::from_secs(5));
        memory.keep(digest(0), asking, Some(&known(key)));
        for number in 1..=10_001 {
            memory.keep(digest(number), asking, None);
        }
        let (right, wrong) = memory.len();
        assert!(right == 1 && (50..=100).contains(&wrong), "{right} {wrong}");
        assert!(matches!(memory.recall(&digest(0), asking), Some(Some(_))));
        assert!(
            memory.recall(&digest(10_001), asking).is_some() && memory.recall(&digest(1), asking).is_none()
        );
    }

    #[test]
    fn what_is_used_stays_longest() {
        let mut recent = Recent::new(4);
        for number in 0..3 {
            recent.put(digest(number), Duration::ZERO, number);
        }
        assert_eq!(recent.get(&digest(0)), Some((Duration::ZERO, 0)));
        for number in 3..5 {
            recent.put(digest(number), Duration::ZERO, number);
        }
        assert!(recent.get(&digest(0)).is_some() && recent.get(&digest(1)).is_none());
        assert!(recent.len() <= 4);
    }
}
