//! Telling of a job to the outside, in the very commit in which something happened to it: then it is
//! told if and only if it happened, whatever crashes in between.
//!
//! Who tells, and where to, is not known here: an [`Announcer`] makes writes of an event, or nothing.

use std::sync::Arc;

use super::{Event, Job, Records};
use crate::store::Write;

/// Makes the writes that tell of something that happened to a job; none where nobody is told. They are
/// committed together with the job, possibly after failed tries, so they must hold nothing that may be
/// committed once only, but for documents of their own.
pub type Announcer = Arc<dyn Fn(&Job, &Event) -> Vec<Write> + Send + Sync>;

impl Records {
    /// Tells what happens from now on through that announcer.
    #[must_use]
    pub fn announcing(mut self, announcer: Announcer) -> Records {
        self.announcer = Some(announcer);
        self
    }

    /// Makes the writes that tell of what happened to the job since it was stored.
    pub(super) fn announcements(&self, job: &Job) -> Vec<Write> {
        let news = job.events.iter().filter(|event| event.number > job.stored_event);
        let announcer = self.announcer.as_ref();
        announcer.map(|announce| news.flat_map(|event| announce(job, event)).collect()).unwrap_or_default()
    }
}

impl Job {
    /// Notes that it is stored as it is now, under that version.
    pub(super) fn stored_at(&mut self, version: u64) {
        self.version = version;
        self.stored_event = self.last_event();
        self.stored_keeping = self.keeping();
    }
}
