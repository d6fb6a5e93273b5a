//! The money of a batch with a limit, shared out as its jobs begin.
//!
//! Each is granted an equal part of what is not granted or spent yet, and what an ended job has left over
//! goes to those that begin after it. A part never gets smaller while jobs begin and end, so two that begin
//! at the same time, each looking at the other as not yet begun, together never get more than there is; no
//! common document has to be written. For the same reason an equal part of the whole limit, the *share*, is
//! always left for a job that has not begun: it stands in the job, for when the batch cannot tell any more,
//! because it is damaged, or some of its jobs are, or have expired.
//!
//! A retry would break that, as a job comes back. So the first of them, when all have ended, sets aside for
//! every incomplete job an equal part of what is left; as long as one runs, the others are tried again with
//! what was set aside for them.

use std::time::Duration;

use super::races::Races;
use super::{Batch, Error, Job, Records, Status};
use crate::id::JobId;
use crate::money::Money;

impl Records {
    /// Finds what a job that begins may cost of what its batch may cost; `None` where nothing bounds it.
    pub(super) async fn grant(&self, job: &Job) -> Result<Option<Money>, Error> {
        match self.part_of_budget(job).await {
            Err(error) if error.is_damage() => {
                tracing::error!(job = %job.id, %error, "a batch cannot be read: its job gets its share");
                Ok(job.share)
            }
            part => part,
        }
    }

    async fn part_of_budget(&self, job: &Job) -> Result<Option<Money>, Error> {
        let Some((batch, most)) = self.budget_of(job).await? else { return Ok(job.share) };
        let (batch, jobs) = self.with_jobs(batch).await?;
        if batch.expired(&jobs) > 0 {
            return Ok(job.share);
        }
        Ok(Some(part(most.saturating_sub(batch.cost_of_gone()), &jobs)))
    }

    /// Puts a job of a batch with a limit back into the queue, with a part of what the ended jobs have left
    /// over. Each such step writes the batch, so that no two of them share out the same money.
    pub(super) async fn try_again_within(&self, id: JobId, behind: Duration) -> Result<Option<Job>, Error> {
        let Some(job) = self.job(id).await? else { return Ok(None) };
        let _turn = self.turns.take(job.batch).await;
        let mut races = Races::begin();
        while races.go_on().await {
            let Some(mut job) = self.job(id).await? else { return Ok(None) };
            let mut others = Vec::new();
            if let Some((mut batch, most)) = self.budget_of(&job).await?
                && job.status.is_ended()
            {
                let jobs = self.jobs_of(&batch).await?;
                if jobs.iter().all(|job| job.status.is_ended()) {
                    batch.set_aside(most, &jobs);
                }
                // What a job was granted before stays its own where nobody knows what the others have cost.
                let set_aside = batch.again.remove(&job.id);
                let known = job.grant.or(job.share).filter(|_| batch.expired(&jobs) > 0);
                job.grant = Some(set_aside.or(known).ok_or(Error::BatchUnfinished)?);
                others.push(batch.write()?.at_version(batch.version));
            }
            job.try_again(behind, self.now())?;
            if let Some(job) = self.replace_with(job, others).await? {
                return Ok(Some(job));
            }
        }
        Err(Error::Fenced)
    }

    async fn budget_of(&self, job: &Job) -> Result<Option<(Batch, Money)>, Error> {
        let Some(id) = job.batch else { return Ok(None) };
        let batch = self.batch(id).await?;
        Ok(batch.and_then(|batch| batch.max_cost_usd.map(|most| (batch, most))))
    }
}

impl Batch {
    /// Sets aside for each incomplete job, all of which have ended, an equal part of what is left.
    fn set_aside(&mut self, most: Money, jobs: &[Job]) {
        self.again.clear();
        if self.expired(jobs) > 0 {
            return;
        }
        let part = part_of_the_rest(most.saturating_sub(self.cost_of_gone()), jobs);
        let incomplete = jobs.iter().filter(|job| job.status != Status::Completed);
        self.again = incomplete.map(|job| (job.id, job.metadata.cost_usd.saturating_add(part))).collect();
    }
}

/// Finds the part of a job that begins: of what neither ended jobs have cost nor others were granted, for
/// each that has not begun as much.
fn part(most: Money, jobs: &[Job]) -> Money {
    let waiting = jobs.iter().filter(|job| job.grant.is_none() && !job.status.is_ended()).count();
    let taken = jobs.iter().map(|job| match job.grant {
        _ if job.status.is_ended() => job.metadata.cost_usd,
        Some(grant) => grant.max(job.metadata.cost_usd),
        None => Money::ZERO,
    });
    divided(most.saturating_sub(taken.sum()), waiting)
}

/// Finds the part of a job that is tried again after all have ended: what they have left over, for each
/// that is incomplete as much.
fn part_of_the_rest(most: Money, jobs: &[Job]) -> Money {
    let spent: Money = jobs.iter().map(|job| job.metadata.cost_usd).sum();
    let incomplete = jobs.iter().filter(|job| job.status != Status::Completed).count();
    divided(most.saturating_sub(spent), incomplete)
}

pub(super) fn divided(whole: Money, parts: usize) -> Money {
    let parts = u64::try_from(parts).unwrap_or(u64::MAX).max(1);
    Money::from_micros(whole.micros() / parts)
}
