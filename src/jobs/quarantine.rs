//! Keeps jobs apart that may be the reason why the service went down: if it goes down again, it is one
//! job that is set aside and not all that ran beside it.
//!
//! Whoever ran when a process went down gets the blame, and nobody can tell who has earned it. So the
//! fewer crashes a job has left before it is set aside, the fewer of its kind run here at once; with its
//! last chance it is the only one. A job is cleared by its first piece.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::record::Job;

/// Jobs that run at once here with one crash between them and their last chance: so few that all of them
/// get through their last chance one by one in minutes, at some seconds to a first piece each, and so many
/// that one crash of a full instance costs little time.
const WITH_TWO_LEFT: usize = 64;

/// Who may run beside whom in this process.
pub(super) struct Quarantine {
    most_crashes: u32,
    last_chance: Arc<Semaphore>,
    two_left: Arc<Semaphore>,
}

/// What lets a job run; dropping it lets the next of its kind in.
pub(super) struct Admission(Option<OwnedSemaphorePermit>);

impl Quarantine {
    /// Makes one for jobs that are set aside after so many crashes in a row.
    pub(super) fn new(most_crashes: u32) -> Quarantine {
        let [last_chance, two_left] = [1, WITH_TWO_LEFT].map(|places| Arc::new(Semaphore::new(places)));
        Quarantine { most_crashes, last_chance, two_left }
    }

    /// Admits a job, unless too many of its kind run already.
    pub(super) fn admit(&self, job: &Job) -> Option<Admission> {
        let places = match self.most_crashes.saturating_sub(job.crashes) {
            _ if job.crashes == 0 => return Some(Admission(None)),
            0 | 1 => &self.last_chance,
            2 => &self.two_left,
            _ => return Some(Admission(None)),
        };
        Some(Admission(Some(Arc::clone(places).try_acquire_owned().ok()?)))
    }
}

impl Admission {
    /// Tells whether others wait for this job.
    pub(super) fn keeps_others_out(&self) -> bool {
        self.0.is_some()
    }
}
