//! How many jobs wait, by priority: for whoever watches the service. Counted in the store when it is
//! asked for, so that it covers all instances; whoever asks again right after gets the same answer,
//! however many ask.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::{Error, Jobs};
use crate::content::Priority;
use crate::record::Records;

/// How long a count stands for the next ones who ask. Anybody may ask, and a count reads the index of
/// all that wait.
const FRESH: Duration = Duration::from_secs(2);

/// How many jobs of each priority wait, the most urgent first.
pub type Depths = [(Priority, u64); Priority::ALL.len()];

/// The last count.
#[derive(Debug, Default)]
pub(super) struct Depth(Mutex<Option<(Instant, Depths)>>);

impl Depth {
    /// Gives the last count, or counts anew. Those who ask at the same time wait for one count.
    async fn count(&self, records: &Records) -> Result<Depths, Error> {
        let mut last = self.0.lock().await;
        if let Some((at, depths)) = *last
            && at.elapsed() < FRESH
        {
            return Ok(depths);
        }
        let mut depths = Priority::ALL.map(|priority| (priority, 0));
        for (priority, depth) in &mut depths {
            *depth = records.count_queued(*priority).await?;
        }
        *last = Some((Instant::now(), depths));
        Ok(depths)
    }
}

impl Jobs {
    /// Counts the jobs that wait for a worker of any instance.
    ///
    /// # Errors
    /// [`Error::Record`].
    pub async fn queue_depths(&self) -> Result<Depths, Error> {
        self.shared.depth.count(&self.shared.records).await
    }
}
