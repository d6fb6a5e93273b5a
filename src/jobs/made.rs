//! Pieces of jobs that have just ended, kept for those who wait for the job, so that nothing is read back
//! and checked again that was at hand a moment ago. Losing them costs time only: they are stored.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::content::{Kind, Material};
use crate::id::JobId;

/// Jobs whose pieces are kept. A package takes about a hundred kilobytes, so this bounds them to some
/// 13 MB.
const MAX_JOBS: usize = 128;

type Pieces = BTreeMap<Kind, Arc<Material>>;

#[derive(Debug, Default)]
pub(super) struct Made(Mutex<VecDeque<Package>>);

struct Package {
    job: JobId,
    pieces: Pieces,
}

impl Made {
    /// Keeps the pieces of a job as they are now; the oldest make room.
    pub(super) fn put(&self, job: JobId, pieces: Pieces) {
        let mut made = self.lock();
        made.retain(|package| package.job != job);
        made.push_back(Package { job, pieces });
        let beyond = made.len().saturating_sub(MAX_JOBS);
        made.drain(..beyond);
    }

    /// Takes the pieces of that job, if they are still there.
    pub(super) fn take(&self, job: JobId) -> Option<BTreeMap<Kind, Material>> {
        let mut made = self.lock();
        let place = made.iter().position(|package| package.job == job)?;
        let pieces = made.remove(place)?.pieces;
        drop(made);
        Some(pieces.into_iter().map(|(kind, piece)| (kind, Arc::unwrap_or_clone(piece))).collect())
    }

    // A queue of whole values: also after a panic it holds whole ones.
    fn lock(&self) -> MutexGuard<'_, VecDeque<Package>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows whose pieces they are: the pieces are the user's and belong in no log.
impl std::fmt::Debug for Package {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Package").field("job", &self.job).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::content::samples;

    #[test]
    fn the_oldest_make_room_and_what_was_taken_is_gone() {
        let made = Made::default();
        let jobs: Vec<JobId> = (0..=MAX_JOBS).map(|_| JobId::at(Timestamp::now())).collect();
        for job in &jobs {
            let piece = Arc::new(samples::material(Kind::Faqs));
            made.put(*job, BTreeMap::new());
            made.put(*job, BTreeMap::from([(Kind::Faqs, piece)]));
        }
        assert!(made.take(jobs[0]).is_none());
        assert_eq!(made.take(jobs[1]).unwrap().len(), 1);
        assert!(made.take(jobs[1]).is_none());
    }
}
