//! What keys need in the background, where a service runs: to hear at once of keys that others change, and to
//! write when keys were used.

use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::ApiKeys;
use crate::store::{Change, Collection, Watch};

/// How often is written which keys were used.
const WRITE_EVERY: Duration = Duration::from_secs(60);

impl ApiKeys {
    /// Forgets keys as they change, as far as the store tells, and writes when they were used once a minute
    /// and at the end. Ends by the token.
    pub async fn follow(self, stop: CancellationToken) {
        let told = self.store.watch(Collection::Keys);
        match self.renew_forms().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "api keys of an earlier form were written anew"),
            Err(error) => tracing::warn!(%error, "api keys could not be gone through"),
        }
        tokio::join!(self.forget_changed(told, &stop), self.write_rounds(&stop));
        self.write_uses().await;
    }

    async fn forget_changed(&self, told: Watch, stop: &CancellationToken) {
        // Where nobody tells, what is known is asked for anew soon enough.
        let Watch::Changes(mut changes) = told else { return };
        while let Some(change) = stop.run_until_cancelled(changes.next()).await.flatten() {
            self.forget(change);
        }
    }

    fn forget(&self, change: Change) {
        match change {
            Change::Put { id, .. } | Change::Deleted { id } => match id.parse() {
                Ok(key) => self.memory.forget(key),
                Err(_) => self.memory.forget_all(),
            },
            Change::Missed => self.memory.forget_all(),
        }
    }

    async fn write_rounds(&self, stop: &CancellationToken) {
        let mut rounds = tokio::time::interval(WRITE_EVERY);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while stop.run_until_cancelled(rounds.tick()).await.is_some() {
            self.write_uses().await;
        }
    }
}
