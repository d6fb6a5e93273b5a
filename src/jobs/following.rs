//! Following a job: what happens to it from a number on, as it happens, until it has ended.
//!
//! Events lie in the job's document, so that a follower needs one read for the job and all its events,
//! and goes on after any number at any instance. A follower pulls: one that is slow reads more at once
//! and keeps nobody waiting. Where the job runs here, it is also told which parts of pieces have come;
//! that is kept nowhere and has no number.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use tokio::sync::watch;

use super::waiting::Place;
use super::{Error, Jobs, Shared};
use crate::content::Kind;
use crate::id::JobId;
use crate::pipeline::Parts;
use crate::record::{Event, Job, Progress, Status, Viewer};

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
    /// The parts of its pieces, while it runs here.
    parts: Option<watch::Receiver<BTreeMap<Kind, Parts>>>,
}

/// Something that happened, with the progress of the job at the time it was read, which never goes back
/// from one happening to the next.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    /// An event of the job; only the newest comes with the progress, which is no older event's.
    Event(Event, Option<Progress>),
    /// Parts of pieces have come.
    Parts(BTreeMap<Kind, Parts>, Progress),
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
        // A number that the job has not come to is nobody's last event: the newest tells where it stands.
        let last = job.events.last().map_or(0, |event| event.number);
        let after = if after > last { last.saturating_sub(1) } else { after };
        let mut following =
            Following { jobs: self.clone(), place, seen: after, unseen: VecDeque::new(), job, parts: None };
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
                let progress = self.unseen.is_empty().then(|| self.progress());
                return Ok(Some(Happening::Event(event, progress)));
            }
            if self.job.status.is_ended() {
                return Ok(None);
            }
            let shared: &Shared = &self.jobs.shared;
            tokio::select! {
                () = self.place.changed() => {}
                parts = next_parts(&mut self.parts) => return Ok(Some(Happening::Parts(parts, self.progress()))),
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
        if self.parts.is_none() && self.job.status == Status::Running {
            self.parts = self.jobs.shared.running.live(self.job.id).map(|live| live.watch());
        }
    }
}

/// Waits until further parts have come; for ever where the job does not run here, or not any more.
async fn next_parts(parts: &mut Option<watch::Receiver<BTreeMap<Kind, Parts>>>) -> BTreeMap<Kind, Parts> {
    if let Some(receiver) = parts
        && receiver.changed().await.is_ok()
    {
        return receiver.borrow_and_update().clone();
    }
    // A later run of the job is watched anew.
    *parts = None;
    std::future::pending().await
}
