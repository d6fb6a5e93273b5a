//! Permits to call a provider: as many as [`Level`] says, and never more.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::level::{Level, Sign};

/// Permits of one provider. Waiters are served in their order.
#[derive(Debug)]
pub(super) struct Permits {
    semaphore: Arc<Semaphore>,
    state: Mutex<State>,
}

/// Leave to make one call. Dropping it gives it back and says nothing about the provider.
#[derive(Debug)]
pub(super) struct Permit {
    permits: Arc<Permits>,
    held: Option<OwnedSemaphorePermit>,
}

#[derive(Debug)]
struct State {
    level: Level,
    /// Permits that exist; follows the level as permits come back.
    existing: usize,
}

impl Permits {
    /// Starts with so many permits; there are never more than `most`.
    pub(super) fn new(start: usize, most: usize) -> Arc<Permits> {
        let level = Level::new(start, most);
        let existing = level.target();
        let state = Mutex::new(State { level, existing });
        Arc::new(Permits { semaphore: Arc::new(Semaphore::new(existing)), state })
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
        self.state().level.target()
    }

    fn heed(&self, sign: Sign, now: Instant) {
        let mut state = self.state();
        let in_use = state.existing.saturating_sub(self.semaphore.available_permits());
        state.level.heed(sign, in_use, now);
        let target = state.level.target();
        while state.existing < target {
            self.semaphore.add_permits(1);
            state.existing = state.existing.saturating_add(1);
        }
        while state.existing > target && self.semaphore.forget_permits(1) == 1 {
            state.existing = state.existing.saturating_sub(1);
        }
    }

    // A state is whole after every statement, so a poisoned lock still holds a good one.
    fn state(&self) -> MutexGuard<'_, State> {
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
        let mut state = self.permits.state();
        if state.existing > state.level.target() {
            // One of those that were cut while they were out.
            state.existing = state.existing.saturating_sub(1);
            held.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

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
