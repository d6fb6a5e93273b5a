//! Following a job: what happens to it from a number on, as it happens, until it has ended.
//!
//! Events lie in the job's document, so that a follower needs one read for the job and all its events,
//! and goes on after any number at any instance. A follower pulls: one that is slow reads more at once
//! and keeps nobody waiting.

use std::collections::VecDeque;
use std::sync::Arc;

use super::waiting::Place;
use super::{Error, Jobs, Shared};
use crate::id::JobId;
use crate::record::{Event, Job, Progress, Viewer};

/// Follows one job. Dropping it ends that.
#[derive(Debug)]
pub struct Following {
    jobs: Jobs,
    place: Place,
    /// Number of the last event that was given.
    seen: u64,
    /// Events that were read and not yet given.
    unseen: VecDeque<Event>,
    job: Arc<Job>,
}

/// Something that happened, with the progress of the job at the time it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    /// What happened.
    pub event: Event,
    /// How far the job is. It never goes back from one happening to the next.
    pub progress: Progress,
}

impl Jobs {
    /// Follows a job from the event after number `after` on.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such job for that viewer; [`Error::Record`].
    pub async fn follow(&self, viewer: Viewer, id: JobId, after: u64) -> Result<Following, Error> {
        let mut place = self.shared.waiting.enter(id);
        let job = place.read(&self.shared.records).await?.filter(|job| viewer.sees(job.owner));
        let job = job.ok_or(Error::NotFound)?;
        let mut following =
            Following { jobs: self.clone(), place, seen: after, unseen: VecDeque::new(), job };
        following.take_in();
        Ok(following)
    }
}

impl Following {
    /// Waits for the next happening; `None` when the job has ended and everything was given, when it
    /// was deleted, or when the service stops: then another instance can go on with it.
    ///
    /// # Errors
    /// [`Error::Record`] if the job cannot be read. What was not given will be at the next call.
    ///
    /// # Cancel safety
    /// A dropped future loses nothing.
    pub async fn next(&mut self) -> Result<Option<Happening>, Error> {
        loop {
            if let Some(event) = self.unseen.pop_front() {
                self.seen = event.number;
                return Ok(Some(Happening { event, progress: self.progress() }));
            }
            if self.job.status.is_ended() {
                return Ok(None);
            }
            let shared: &Shared = &self.jobs.shared;
            tokio::select! {
                () = self.place.changed() => {}
                () = shared.stop.cancelled() => return Ok(None),
            }
            match self.place.read(&shared.records).await? {
                Some(job) => self.job = job,
                None => return Ok(None),
            }
            self.take_in();
        }
    }

    /// The progress with the time that is left as of now.
    fn progress(&self) -> Progress {
        self.jobs.timed_progress(&self.job)
    }

    fn take_in(&mut self) {
        let news = self.job.events.iter().filter(|event| event.number > self.seen);
        self.unseen = news.cloned().collect();
    }
}
