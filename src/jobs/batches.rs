//! Jobs that are ordered, followed and cancelled together. They run like any others; what they share is
//! that all or none are accepted, and what they may cost.

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream;
use jiff::Timestamp;

use super::day::Acceptance;
use super::places::Place;
use super::shelf::Shelf;
use super::{Error, Jobs, SubmitOptions};
use crate::content::Request;
use crate::id::BatchId;
use crate::money::Money;
use crate::record::{AcceptedBatch, Batch, Job, Order, Owner, Status, Terms, Viewer};

/// Texts of a batch that are read at the same time.
const READ_AT_ONCE: usize = 4;

/// A batch with those of its jobs that are still there.
#[derive(Clone, Debug)]
pub struct BatchOfJobs {
    /// What was accepted.
    pub batch: Batch,
    /// Its jobs, in its order.
    pub jobs: Vec<Job>,
}

impl Jobs {
    /// Accepts requests together, all of them or none; when this returns the jobs are durable. The limit
    /// bounds what all of them cost together.
    ///
    /// # Errors
    /// [`Error::InBatch`] names every request that cannot be followed; else as [`Jobs::submit`].
    pub async fn submit_batch(
        &self,
        owner: Owner,
        requests: Vec<Request>,
        max_cost_usd: Option<Money>,
        options: SubmitOptions,
    ) -> Result<BatchOfJobs, Error> {
        let shared = &self.shared;
        if shared.stop.is_cancelled() {
            return Err(Error::ShuttingDown);
        }
        let retention = &shared.config.retention;
        let kept = Some(retention.jobs());
        let terms = Terms {
            key: options.idempotency_key.as_ref(),
            remembered: retention.idempotency(),
            kept,
            ..Terms::default()
        };
        let requests: Vec<Arc<Request>> = requests.into_iter().map(Arc::new).collect();
        let order = |request| Order { request, terms: Terms { key: None, ..terms } };
        let mut orders: Vec<Order<'_>> = requests.iter().map(|request| order(request)).collect();
        if let Some(batch) = shared.records.remembered_batch(owner, &orders, max_cost_usd, terms).await? {
            return self.with_jobs(batch).await;
        }
        let examined = |request: &Arc<Request>| shared.pipeline.examine(Arc::clone(request));
        // Few at a time, and no more is kept of them than the shelf will take.
        let mut read = stream::iter(requests.iter().map(examined)).buffered(READ_AT_ONCE);
        let (mut readings, mut refused, mut room) = (Vec::new(), Vec::new(), Shelf::CHARACTERS);
        for (number, request) in requests.iter().enumerate() {
            let characters = request.syllabus_text().map_or(0, |text| text.chars().count());
            match read.next().await {
                Some(Ok(reading)) => {
                    let kept = room.checked_sub(u64::try_from(characters).unwrap_or(u64::MAX));
                    room = kept.unwrap_or(room);
                    readings.push(kept.map(|_| reading));
                }
                Some(Err(refusal)) => refused.push((number, refusal.into())),
                None => {}
            }
        }
        drop(read);
        if !refused.is_empty() {
            return Err(Error::InBatch(refused));
        }
        let mut places = Vec::with_capacity(orders.len());
        for order in &mut orders {
            let place = shared.places.take(&shared.records, owner, order.request.priority()).await;
            order.terms.behind = place.behind;
            places.push(place);
        }
        let acceptance = Acceptance { shared, day: &options.day, owner };
        match acceptance.accept_batch(&orders, max_cost_usd, terms).await? {
            AcceptedBatch::New(batch, jobs) => {
                places.into_iter().for_each(Place::keep);
                for (job, reading) in jobs.iter().zip(readings) {
                    let put = |reading| shared.shelf.put(job.id, job.source_characters, reading);
                    reading.into_iter().for_each(put);
                }
                shared.wake.notify_one();
                Ok(BatchOfJobs { batch, jobs })
            }
            AcceptedBatch::Replayed(batch) => self.with_jobs(batch).await,
        }
    }

    /// Reads a batch.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such batch for that viewer; [`Error::Record`].
    pub async fn batch(&self, viewer: Viewer, id: BatchId) -> Result<BatchOfJobs, Error> {
        let batch = self.shared.records.batch(id).await?;
        let batch = batch.filter(|batch| viewer.sees(batch.owner)).ok_or(Error::NotFound)?;
        let whole = self.with_jobs(batch).await?;
        // When all have ended, it is gone with the first of them whose time is over.
        let is_ended = whole.jobs.iter().all(|job| job.status.is_ended());
        if is_ended && whole.batch.expired(&whole.jobs) > 0 { Err(Error::NotFound) } else { Ok(whole) }
    }

    /// Cancels every job of a batch that has not ended, as [`Jobs::cancel`] does.
    ///
    /// # Errors
    /// [`Error::WrongStatus`] if all have ended and none was cancelled; else as [`Jobs::batch`].
    pub async fn cancel_batch(&self, viewer: Viewer, id: BatchId) -> Result<BatchOfJobs, Error> {
        let whole = self.batch(viewer, id).await?;
        let from = whole.status();
        let BatchOfJobs { batch, jobs } = whole;
        let ended = |job: &Job| job.status.is_ended();
        let was_cancelled = jobs.iter().any(|job| job.status == Status::Cancelled);
        if from.is_ended() && from != Status::Cancelled && !was_cancelled {
            return Err(Error::WrongStatus { from, to: Status::Cancelled });
        }
        for cancelled in
            join_all(jobs.iter().filter(|job| !ended(job)).map(|job| self.cancel(viewer, job.id))).await
        {
            match cancelled {
                // It has ended or was deleted meanwhile: there is nothing left to cancel.
                Ok(_) | Err(Error::WrongStatus { .. } | Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        self.with_jobs(batch).await
    }

    async fn with_jobs(&self, batch: Batch) -> Result<BatchOfJobs, Error> {
        let (batch, jobs) = self.shared.records.with_jobs(batch).await?;
        let jobs = jobs.into_iter().map(|job| self.timed(job)).collect();
        Ok(BatchOfJobs { batch, jobs })
    }
}

impl BatchOfJobs {
    /// Finds where the batch stands: running as soon as one of its jobs is or was, ended when all are.
    /// A deleted job counts as it stood, one that had not ended as cancelled.
    #[must_use]
    pub fn status(&self) -> Status {
        let lost = self.batch.jobs.len().saturating_sub(self.jobs.len() + self.batch.gone.len());
        let gone = self.batch.gone.values().map(|gone| gone.status);
        let lost = std::iter::repeat_n(Status::Cancelled, lost);
        let all: Vec<Status> = self.jobs.iter().map(|job| job.status).chain(gone).chain(lost).collect();
        let count = |wanted: fn(Status) -> bool| all.iter().filter(|status| wanted(**status)).count();
        let ended = count(Status::is_ended);
        let all = all.len();
        match ended {
            0 if count(|status| status == Status::Running) == 0 => Status::Queued,
            ended if ended < all => Status::Running,
            _ if count(|status| status == Status::Completed) == all => Status::Completed,
            _ if count(|status| status == Status::Cancelled) == all => Status::Cancelled,
            _ if count(|status| matches!(status, Status::Completed | Status::Partial)) == 0 => Status::Failed,
            _ => Status::Partial,
        }
    }

    /// Finds when the last of its jobs ended, also of those that were deleted since; `None` as long as one
    /// has not.
    #[must_use]
    pub fn completed_at(&self) -> Option<Timestamp> {
        let gone = self.batch.gone.values().filter_map(|gone| gone.completed_at);
        let last = self.jobs.iter().filter_map(|job| job.completed_at).chain(gone).max();
        last.filter(|_| self.status().is_ended())
    }

    /// Finds how far the whole is, 0 to 100: the mean of its jobs, those that were deleted being done with.
    #[must_use]
    pub fn percent(&self) -> u8 {
        let deleted = self.batch.jobs.len().saturating_sub(self.jobs.len());
        let of_jobs: usize = self.jobs.iter().map(|job| usize::from(job.progress.percent)).sum();
        let sum = of_jobs.saturating_add(deleted.saturating_mul(100));
        u8::try_from(sum / self.batch.jobs.len().max(1)).unwrap_or(100)
    }
}
