//! Jobs that are ordered, followed and cancelled together. They run like any others; what they share is
//! that all or none are accepted, and what they may cost.

use std::sync::Arc;

use futures_util::future::join_all;

use super::{Error, Jobs, SubmitOptions};
use crate::content::Request;
use crate::id::BatchId;
use crate::money::Money;
use crate::record::{AcceptedBatch, Batch, Job, Order, Owner, Status, Terms, Viewer};

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
        let read =
            join_all(requests.iter().map(|request| shared.pipeline.examine(Arc::clone(request)))).await;
        let (mut readings, mut refused) = (Vec::new(), Vec::new());
        for (number, reading) in read.into_iter().enumerate() {
            match reading {
                Ok(reading) => readings.push(reading),
                Err(refusal) => refused.push((number, refusal.into())),
            }
        }
        if !refused.is_empty() {
            return Err(Error::InBatch(refused));
        }
        for order in &mut orders {
            order.terms.behind = shared.places.take(owner, order.request.priority(), shared.records.now());
        }
        match shared.records.accept_batch(owner, &orders, max_cost_usd, terms).await? {
            AcceptedBatch::New(batch, jobs) => {
                for (job, reading) in jobs.iter().zip(readings) {
                    shared.shelf.put(job.id, job.source_characters, reading);
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
        self.with_jobs(batch).await
    }

    /// Cancels every job of a batch that has not ended, as [`Jobs::cancel`] does.
    ///
    /// # Errors
    /// [`Error::WrongStatus`] if all have ended and none was cancelled; else as [`Jobs::batch`].
    pub async fn cancel_batch(&self, viewer: Viewer, id: BatchId) -> Result<BatchOfJobs, Error> {
        let BatchOfJobs { batch, jobs } = self.batch(viewer, id).await?;
        let ended = |job: &Job| job.status.is_ended();
        if let Some(last) = jobs.last()
            && jobs.iter().all(|job| ended(job) && job.status != Status::Cancelled)
        {
            return Err(Error::WrongStatus { from: last.status, to: Status::Cancelled });
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
        let jobs = self.shared.records.jobs_of(&batch).await?;
        let jobs = jobs.into_iter().map(|job| self.timed(job)).collect();
        Ok(BatchOfJobs { batch, jobs })
    }
}

impl BatchOfJobs {
    /// Finds where the batch stands: running as soon as one of its jobs is or was, ended when all are.
    /// A job that was deleted counts as cancelled.
    #[must_use]
    pub fn status(&self) -> Status {
        let deleted = self.batch.jobs.len().saturating_sub(self.jobs.len());
        let count = |wanted: fn(Status) -> bool| self.jobs.iter().filter(|job| wanted(job.status)).count();
        let ended = count(Status::is_ended).saturating_add(deleted);
        let all = self.batch.jobs.len();
        match ended {
            0 if count(|status| status == Status::Running) == 0 => Status::Queued,
            ended if ended < all => Status::Running,
            _ if count(|status| status == Status::Completed) == all => Status::Completed,
            _ if count(|status| status == Status::Failed) == all => Status::Failed,
            _ if count(|status| status == Status::Cancelled).saturating_add(deleted) == all => {
                Status::Cancelled
            }
            _ => Status::Partial,
        }
    }

    /// Finds how far the whole is, 0 to 100: the mean of its jobs.
    #[must_use]
    pub fn percent(&self) -> u8 {
        let deleted = self.batch.jobs.len().saturating_sub(self.jobs.len());
        let of_jobs: usize = self
            .jobs
            .iter()
            .map(|job| if job.status.is_ended() { 100 } else { usize::from(job.progress.percent) })
            .sum();
        let sum = of_jobs.saturating_add(deleted.saturating_mul(100));
        u8::try_from(sum / self.batch.jobs.len().max(1)).unwrap_or(100)
    }
}
