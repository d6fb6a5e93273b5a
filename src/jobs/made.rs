//! Pieces of jobs that have just ended, kept for those who will answer with them, so that nothing is read
//! back and checked again that was at hand a moment ago. Kept as long as somebody is there who will take
//! them, and no longer. Losing them costs time only: they are stored.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::content::{Kind, Material};
use crate::id::JobId;

/// Bytes of pieces that are kept together, as JSON. A package takes about a hundred kilobytes, and is taken
/// within a moment.
const MOST_BYTES: usize = 16 * 1024 * 1024;

type Pieces = BTreeMap<Kind, Arc<Material>>;

#[derive(Debug, Default)]
pub(super) struct Made(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    jobs: BTreeMap<JobId, Slot>,
    bytes: usize,
}

/// A job that somebody wants the pieces of.
#[derive(Default)]
struct Slot {
    takers: usize,
    pieces: Option<Pieces>,
    bytes: usize,
}

/// Somebody who will take the pieces of a job; with the last of them goes what nobody has taken.
#[derive(Debug)]
pub(super) struct Taker {
    made: Arc<Made>,
    job: JobId,
}

impl Made {
    /// Announces somebody who will take the pieces of that job.
    pub(super) fn expect(self: &Arc<Self>, job: JobId) -> Taker {
        let mut kept = self.lock();
        let slot = kept.jobs.entry(job).or_default();
        slot.takers = slot.takers.saturating_add(1);
        Taker { made: Arc::clone(self), job }
    }

    /// Keeps the pieces of a job as they are now, if somebody will take them and there is room.
    pub(super) fn put(&self, job: JobId, pieces: Pieces) {
        if !self.lock().jobs.contains_key(&job) {
            return;
        }
        let bytes = pieces.values().map(|piece| bytes_of(piece)).fold(0, usize::saturating_add);
        let mut kept = self.lock();
        kept.forget(job);
        let all = kept.bytes.saturating_add(bytes);
        if let Some(slot) = kept.jobs.get_mut(&job).filter(|_| all <= MOST_BYTES) {
            (slot.pieces, slot.bytes) = (Some(pieces), bytes);
            kept.bytes = all;
        }
    }

    /// Forgets the pieces of a job that is deleted.
    pub(super) fn purge(&self, job: JobId) {
        self.lock().forget(job);
    }

    // Whole after every statement, so a poisoned lock still holds a good one.
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn forget(&mut self, job: JobId) -> Option<Pieces> {
        let slot = self.jobs.get_mut(&job)?;
        self.bytes = self.bytes.saturating_sub(std::mem::take(&mut slot.bytes));
        slot.pieces.take()
    }
}

impl Taker {
    /// Takes the pieces of its job, if they are at hand.
    pub(super) fn take(&self) -> Option<BTreeMap<Kind, Material>> {
        let pieces = self.made.lock().forget(self.job)?;
        Some(pieces.into_iter().map(|(kind, piece)| (kind, Arc::unwrap_or_clone(piece))).collect())
    }
}

impl Drop for Taker {
    fn drop(&mut self) {
        let mut kept = self.made.lock();
        let Some(slot) = kept.jobs.get_mut(&self.job) else { return };
        slot.takers = slot.takers.saturating_sub(1);
        if slot.takers == 0 {
            drop(kept.forget(self.job));
            kept.jobs.remove(&self.job);
        }
    }
}

/// Counts the bytes of a piece as JSON.
fn bytes_of(piece: &Material) -> usize {
    struct Count(usize);
    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.saturating_add(bytes.len());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    match serde_json::to_writer(&mut count, piece) {
        Ok(()) => count.0,
        // Nothing whose size nobody knows is kept.
        Err(_) => usize::MAX,
    }
}

/// Shows how much it is: the pieces are the user's and belong in no log.
impl std::fmt::Debug for Slot {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Slot { takers, bytes, .. } = self;
        formatter.debug_struct("Slot").field("takers", takers).field("bytes", bytes).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::content::samples;

    fn job() -> JobId {
        JobId::at(Timestamp::now())
    }

    fn pieces() -> Pieces {
        BTreeMap::from([(Kind::Faqs, Arc::new(samples::material(Kind::Faqs)))])
    }

    fn is_empty(made: &Made) -> bool {
        let kept = made.lock();
        kept.jobs.is_empty() && kept.bytes == 0
    }

    #[test]
    fn pieces_are_kept_for_those_who_take_them_and_for_nobody_else() {
        let (made, one) = (Arc::new(Made::default()), job());
        made.put(one, pieces());
        assert!(is_empty(&made), "nobody will take them");
        let (first, second) = (made.expect(one), made.expect(one));
        made.put(one, pieces());
        made.put(job(), pieces());
        drop(first);
        assert_eq!(second.take().unwrap().len(), 1);
        assert!(second.take().is_none(), "what was taken is gone");
        made.put(one, pieces());
        assert!(made.lock().bytes > 1000);
        drop(second);
        assert!(is_empty(&made), "who hangs up leaves nothing");
    }

    #[test]
    fn pieces_of_a_deleted_job_are_taken_by_nobody() {
        let (made, one) = (Arc::new(Made::default()), job());
        let taker = made.expect(one);
        made.put(one, pieces());
        made.purge(one);
        assert!(taker.take().is_none() && made.lock().bytes == 0);
    }

    #[test]
    fn what_is_kept_is_bounded_in_bytes() {
        let made = Arc::new(Made::default());
        let size = bytes_of(&samples::material(Kind::Faqs));
        let takers: Vec<Taker> = (0..MOST_BYTES / size + 2).map(|_| made.expect(job())).collect();
        let shared = pieces();
        for taker in &takers {
            made.put(taker.job, shared.clone());
            made.put(taker.job, shared.clone());
        }
        let kept = made.lock().bytes;
        assert!(kept <= MOST_BYTES && kept + size > MOST_BYTES, "{kept}");
        assert!(takers[0].take().is_some() && takers.last().unwrap().take().is_none());
        drop(takers);
        assert!(is_empty(&made));
    }
}
