//! Who runs a job: claiming, giving back, taking from an instance that is gone; and what an owner
//! may do to a job whoever runs it: cancel it, or have it tried again.
//!
//! Each is one compare-and-set on the version of the job, so that of two who reach for it one gets
//! it. Whoever still writes a job that was taken away finds its claim gone ([`super::JobWriter`]).

use std::time::Duration;

use super::records::{PAGE, readable};
use super::{Claim, Error, Expense, Job, Records, Status};
use crate::id::JobId;
use crate::store::{self, Collection, Query, Write};

/// Times that something is tried again after somebody else wrote the same job in between.
const MAX_RACES: usize = 20;

impl Records {
    /// Takes a queued job for this instance, unless somebody else was faster: then `None`.
    ///
    /// # Errors
    /// [`Error::IllegalTransition`] if the job is not queued; [`Error::Store`].
    pub async fn claim(&self, mut job: Job, instance: &str, time: Duration) -> Result<Option<Job>, Error> {
        if job.grant.is_none() {
            job.grant = self.grant(&job).await?;
        }
        job.claim_for(instance, time, self.now())?;
        self.replace(job).await
    }

    /// Reads jobs that run under a claim of that instance, a page at a time.
    ///
    /// # Errors
    /// As [`Records::job`].
    pub async fn claimed_by(&self, instance: &str) -> Result<Vec<Job>, Error> {
        let query =
            Query::ascending(Collection::Jobs, "created_at").equal("claimed_by", instance).limit(PAGE);
        Ok(readable(&self.store.query(query).await?.documents))
    }

    /// Gives a running job back to the queue; `None` if somebody wrote it meanwhile. What it has
    /// already is kept.
    ///
    /// # Errors
    /// [`Error::IllegalTransition`] if the job is not running; [`Error::Store`].
    pub async fn give_back(&self, mut job: Job) -> Result<Option<Job>, Error> {
        job.hand_back(self.now())?;
        self.replace(job).await
    }

    /// Takes a running job from an instance that is gone: back to the queue, or aside when that has
    /// happened `most` times in a row without a finished piece. `None` if somebody wrote it
    /// meanwhile.
    ///
    /// # Errors
    /// As [`Records::give_back`].
    pub async fn take_from_lost(&self, mut job: Job, most: u32) -> Result<Option<Job>, Error> {
        job.lose(most, self.now())?;
        self.replace(job).await
    }

    /// Ends this instance's part in a job, whatever has become of it: books what was spent, and gives
    /// the job back if it still runs under that claim. Tells whether it did.
    ///
    /// # Errors
    /// [`Error::Fenced`] if the job is written faster than it can be read; [`Error::Store`].
    pub async fn relinquish(&self, id: JobId, claim: &Claim, cost: Expense) -> Result<bool, Error> {
        for _ in 0..MAX_RACES {
            let Some(mut job) = self.job(id).await? else { return Ok(false) };
            let is_ours = job.runs_under(claim);
            if !is_ours && cost.is_zero() && !job.presumes(claim) {
                return Ok(false);
            }
            job.add_cost(claim, cost, self.now());
            if is_ours {
                job.fulfil();
                job.hand_back(self.now())?;
            }
            if self.replace(job).await?.is_some() {
                return Ok(is_ours);
            }
        }
        Err(Error::Fenced)
    }

    /// Cancels a job, whoever runs it; one that is cancelled already stays as it is. `None` if there
    /// is no such job.
    ///
    /// # Errors
    /// [`Error::IllegalTransition`] if it has ended otherwise; [`Error::Fenced`] if it is written
    /// faster than it can be read; [`Error::Store`].
    pub async fn cancel(&self, id: JobId) -> Result<Option<Job>, Error> {
        for _ in 0..MAX_RACES {
            let Some(mut job) = self.job(id).await? else { return Ok(None) };
            if job.status == Status::Cancelled {
                return Ok(Some(job));
            }
            job.cancel(self.now())?;
            if let Some(job) = self.replace(job).await? {
                return Ok(Some(job));
            }
        }
        Err(Error::Fenced)
    }

    /// Puts a job that ended without everything back into the queue, so far behind as its owner's other
    /// jobs demand. `None` if there is no such job.
    ///
    /// # Errors
    /// [`Error::IllegalTransition`] unless it is partial, failed or cancelled;
    /// [`Error::BatchUnfinished`] if it shares its money with jobs that have not ended; else as
    /// [`Records::cancel`].
    pub async fn try_again(&self, id: JobId, behind: Duration) -> Result<Option<Job>, Error> {
        self.try_again_within(id, behind).await
    }

    /// Writes a job in the place of the version it was read at; `None` if somebody else wrote it in
    /// between.
    async fn replace(&self, job: Job) -> Result<Option<Job>, Error> {
        self.replace_with(job, Vec::new()).await
    }

    /// Writes a job as [`Records::replace`] does, together with other writes.
    pub(super) async fn replace_with(&self, mut job: Job, others: Vec<Write>) -> Result<Option<Job>, Error> {
        let mut writes = vec![job.write()?.at_version(job.version)];
        writes.extend(self.announcements(&job));
        writes.extend(others);
        writes.extend(job.keeping_writes(&writes));
        match self.store.commit(writes).await {
            Ok(versions) => {
                job.stored_at(versions.first().copied().unwrap_or_default());
                Ok(Some(job))
            }
            Err(store::Error::Conflict { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl Job {
    /// Tells whether it is running under exactly that claim.
    pub(super) fn runs_under(&self, claim: &Claim) -> bool {
        self.status == Status::Running && self.claim.as_ref() == Some(claim)
    }
}
