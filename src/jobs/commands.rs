//! What an owner may do to a job that is there: cancel it, have it tried again, delete it. Each works
//! whichever instance runs the job: its record is changed, and the instance that runs it hears of
//! that from the store's feed and lets go.

use super::{Error, Jobs};
use crate::id::JobId;
use crate::record::{Job, Status, Viewer};

impl Jobs {
    /// Ends a job before its time. Its calls are dropped, what they may have cost is booked, finished
    /// pieces stay. A job that is cancelled already stays as it is.
    ///
    /// # Errors
    /// [`Error::WrongStatus`] if it has ended otherwise; else as [`Jobs::get`].
    pub async fn cancel(&self, viewer: Viewer, id: JobId) -> Result<Job, Error> {
        self.get(viewer, id).await?;
        let job = self.shared.records.cancel(id).await?.ok_or(Error::NotFound)?;
        self.shared.running.let_go(id);
        Ok(job)
    }

    /// Puts a job that ended without everything back into the queue: the same job, with what is left
    /// of its money, makes what is missing.
    ///
    /// # Errors
    /// [`Error::WrongStatus`] unless it is partial, failed or cancelled; [`Error::ShuttingDown`]; else
    /// as [`Jobs::get`].
    pub async fn retry(&self, viewer: Viewer, id: JobId) -> Result<Job, Error> {
        if self.shared.stop.is_cancelled() {
            return Err(Error::ShuttingDown);
        }
        let job = self.get(viewer, id).await?;
        if !matches!(job.status, Status::Partial | Status::Failed | Status::Cancelled) {
            return Err(Error::WrongStatus { from: job.status, to: Status::Queued });
        }
        let records = &self.shared.records;
        let priority = job.request.priority.unwrap_or_default();
        let place = self.shared.places.take(records, job.owner, priority).await;
        let job = records.try_again(id, place.behind).await?.ok_or(Error::NotFound)?;
        place.keep();
        self.shared.wake.notify_one();
        Ok(job)
    }

    /// Deletes a job with its text, pieces, events, idempotency record and messages that wait; one
    /// that runs is stopped.
    ///
    /// # Errors
    /// As [`Jobs::get`].
    pub async fn delete(&self, viewer: Viewer, id: JobId) -> Result<(), Error> {
        self.get(viewer, id).await?;
        let deleted = self.shared.records.delete(id).await?;
        self.shared.forget(id);
        self.shared.running.let_go(id);
        if deleted { Ok(()) } else { Err(Error::NotFound) }
    }
}
