//! Turns of those in this process who write the same batch: fifty deletions that all read it and try to
//! write it would let one through each time. One after the other they meet only those of other instances,
//! of whom there are few (`races`).

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use tokio::sync::{Mutex, MutexGuard};

use crate::id::BatchId;

/// Lines to stand in. Two batches that share one wait for each other, which costs time and no more.
const LINES: usize = 64;

/// Who is next, for each batch. Clones are the same.
#[derive(Clone)]
pub(super) struct Turns(Arc<[Mutex<()>; LINES]>);

impl Turns {
    pub(super) fn new() -> Turns {
        Turns(Arc::new(std::array::from_fn(|_| Mutex::new(()))))
    }

    /// Waits for a turn at a batch, which lasts until what is given is dropped; none is needed without one.
    ///
    /// # Cancel safety
    /// A dropped future gives up its place in the line.
    pub(super) async fn take(&self, batch: Option<BatchId>) -> Option<MutexGuard<'_, ()>> {
        let mut hasher = DefaultHasher::new();
        batch?.hash(&mut hasher);
        let lines = u64::try_from(LINES).unwrap_or(1);
        let place = usize::try_from(hasher.finish().checked_rem(lines)?).ok()?;
        Some(self.0.get(place)?.lock().await)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn one_at_a_time_writes_a_batch_and_nobody_waits_without_one() {
        let (turns, batch) = (Turns::new(), Some(BatchId::at(jiff::Timestamp::UNIX_EPOCH)));
        let first = turns.take(batch).now_or_never();
        assert!(first.is_some());
        assert!(turns.clone().take(batch).now_or_never().is_none());
        assert!(turns.take(None).now_or_never().is_some());
        drop(first);
        assert!(turns.take(batch).now_or_never().is_some());
    }
}
