//! Jobs that were accepted together, all of them or none, under one limit of money (`batch_money`).

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::try_join_all;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::batch_money::divided;
use super::idempotency::{Fingerprint, Made, Remembered};
use super::keeping::later;
use super::records::{new_job, signed};
use super::{Error, Job, Owner, Records, Status, Terms, source_text};
use crate::content::Request;
use crate::id::{BatchId, JobId};
use crate::money::Money;
use crate::store::{self, Collection, Document, Write};

/// Jobs that were accepted together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Its name.
    pub id: BatchId,
    /// Whose it is.
    pub owner: Owner,
    /// Its jobs, in the order in which they were asked for.
    pub jobs: Vec<JobId>,
    /// What all of them may cost together.
    pub max_cost_usd: Option<Money>,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// From when on it is gone.
    pub expires_at: Option<Timestamp>,
    /// What became of those of its jobs that were deleted.
    #[serde(default)]
    pub gone: BTreeMap<JobId, Gone>,
    /// What those of its jobs may cost that have ended incomplete, once one of them is tried again.
    #[serde(default)]
    pub(super) again: BTreeMap<JobId, Money>,
    /// Names its idempotency record, so that it goes with the batch.
    #[serde(default)]
    pub(super) idempotency: Option<String>,
    #[serde(skip)]
    pub(super) version: u64,
}

/// A job of a batch that was deleted: its money is spent all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    /// Where it stood; one that had not ended counts as cancelled.
    pub status: Status,
    /// What it had cost, or may have.
    pub cost_usd: Money,
    /// When it ended, by its deletion at the latest; `None` in batches of an older version.
    #[serde(default)]
    pub completed_at: Option<Timestamp>,
}

/// One of the requests that are to be accepted together.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// What is wanted.
    pub request: &'a Request,
    /// What it is accepted under; the key is the batch's.
    pub terms: Terms<'a>,
}

/// What became of a batch that was to be accepted.
#[derive(Clone, Debug)]
pub enum AcceptedBatch {
    /// It was made, with these jobs.
    New(Batch, Vec<Job>),
    /// The idempotency key stands for this batch, which was there before.
    Replayed(Batch),
}

const UNREADABLE: Error = Error::Unreadable { what: "batch" };
/// How much longer than a job that ends at once a batch is kept: its jobs may wait that long and still be
/// found through it. It holds names and sums of money, and goes with the last job that is deleted.
const OUTLASTS: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long texts are kept that no accepted batch took over: longer than any acceptance takes.
const ORPHANS_LIVE: Duration = Duration::from_secs(60 * 60);

impl Records {
    /// Accepts requests together: all jobs, the batch and the idempotency record in one commit. Their
    /// texts are written before, soon to expire, which that commit takes away; those of a batch that was
    /// not accepted are deleted.
    ///
    /// # Errors
    /// As [`Records::accept`].
    pub async fn accept_batch(
        &self,
        owner: Owner,
        orders: &[Order<'_>],
        max_cost_usd: Option<Money>,
        terms: Terms<'_>,
    ) -> Result<AcceptedBatch, Error> {
        let now = self.now();
        let mut batch = Batch {
            id: BatchId::at(now),
            owner,
            jobs: Vec::new(),
            max_cost_usd,
            created_at: now,
            expires_at: terms.kept.map(|kept| later(later(now, kept), OUTLASTS)),
            gone: BTreeMap::new(),
            again: BTreeMap::new(),
            idempotency: terms.key.map(|key| key.document_id(owner)),
            version: 0,
        };
        let share = max_cost_usd.map(|most| divided(most, orders.len()));
        let mut jobs = Vec::with_capacity(orders.len());
        let mut texts: Vec<Vec<Write>> = Vec::new();
        for Order { request, terms } in orders {
            let job = Job { batch: Some(batch.id), share, ..new_job(owner, request, now, terms) };
            let parts = source_text::writes(&job, request.syllabus_text().unwrap_or_default())?;
            texts.push(parts.into_iter().map(|part| part.expire_at(later(now, ORPHANS_LIVE))).collect());
            batch.jobs.push(job.id);
            jobs.push(job);
        }
        // One commit a text: all of them together may be more than a store takes in one.
        let parts: Vec<String> = texts.iter().flatten().map(|part| part.id().to_owned()).collect();
        let texts = texts.into_iter().filter(|parts| !parts.is_empty());
        try_join_all(texts.map(|parts| self.store.commit(parts))).await?;
        let mut writes = Vec::new();
        for job in &jobs {
            writes.push(job.write()?.absent());
            writes.extend(self.announcements(job));
        }
        let keep = |id: &String| Write::keep(Collection::Sources, id, None).at_version(1);
        writes.extend(parts.iter().map(keep));
        writes.push(batch.write()?.absent());
        if let Some(key) = terms.key {
            let requests = orders.iter().map(|order| order.request);
            let fingerprint = Fingerprint::of_batch(requests, max_cost_usd)?;
            let remembered = Remembered { made: Made::Batch(batch.id), fingerprint };
            writes.push(remembered.write(&key.document_id(owner), now, signed(terms.name_lasts()))?);
        }
        writes.extend_from_slice(terms.beside);
        match (self.store.commit(writes).await, terms.key) {
            (Ok(versions), _) => {
                for (job, version) in jobs.iter_mut().zip(versions) {
                    job.stored_at(version);
                }
                Ok(AcceptedBatch::New(batch, jobs))
            }
            (Err(error @ store::Error::Conflict { collection: Collection::Quotas, .. }), _) => {
                self.take_back(parts).await;
                Err(error.into())
            }
            (Err(store::Error::Conflict { .. }), Some(_)) => {
                self.take_back(parts).await;
                let known = self.remembered_batch(owner, orders, max_cost_usd, terms).await?;
                known.map(AcceptedBatch::Replayed).ok_or(Error::Fenced)
            }
            (Err(error), _) => Err(error.into()),
        }
    }

    /// Deletes texts of a batch that was not accepted. Those that cannot be reached now expire.
    async fn take_back(&self, parts: Vec<String>) {
        let deletes: Vec<Write> =
            parts.into_iter().map(|id| Write::delete(Collection::Sources, id)).collect();
        for deletes in deletes.chunks(store::MAX_BATCH_WRITES) {
            if let Err(error) = self.store.commit(deletes.to_vec()).await {
                tracing::warn!(%error, "texts of a batch that was not accepted stay until they expire");
            }
        }
    }

    /// Finds the batch that an idempotency key of this owner stands for.
    ///
    /// # Errors
    /// As [`Records::remembered`].
    pub async fn remembered_batch(
        &self,
        owner: Owner,
        orders: &[Order<'_>],
        max_cost_usd: Option<Money>,
        terms: Terms<'_>,
    ) -> Result<Option<Batch>, Error> {
        let Some(key) = terms.key else { return Ok(None) };
        let Some(document) = self.store.get(Collection::Idempotency, &key.document_id(owner)).await? else {
            return Ok(None);
        };
        let remembered = Remembered::read(&document)?;
        let fingerprint = Fingerprint::of_batch(orders.iter().map(|order| order.request), max_cost_usd)?;
        match remembered.made {
            Made::Batch(id) if remembered.fingerprint == fingerprint => self.batch(id).await,
            Made::Batch(_) | Made::Job(_) => Err(Error::IdempotencyMismatch),
        }
    }

    /// Reads a batch.
    ///
    /// # Errors
    /// [`Error::Store`], or [`Error::Unreadable`] if what is stored is no batch.
    pub async fn batch(&self, id: BatchId) -> Result<Option<Batch>, Error> {
        let document = self.store.get(Collection::Batches, &id.to_string()).await?;
        document.as_ref().map(Batch::read).transpose()
    }

    pub(super) async fn jobs_of(&self, batch: &Batch) -> Result<Vec<Job>, Error> {
        let jobs = try_join_all(batch.jobs.iter().map(|id| self.job(*id))).await?;
        Ok(jobs.into_iter().flatten().collect())
    }

    /// Reads a batch together with those of its jobs that are still there, in its order. A job that is deleted
    /// goes over to the batch in one commit. Read after the jobs, the batch knows of every one that was not
    /// found among them; one that was found and deleted then counts once, as gone.
    ///
    /// # Errors
    /// As [`Records::job`].
    pub async fn with_jobs(&self, batch: Batch) -> Result<(Batch, Vec<Job>), Error> {
        let mut jobs = self.jobs_of(&batch).await?;
        let batch = self.batch(batch.id).await?.unwrap_or(batch);
        jobs.retain(|job| !batch.gone.contains_key(&job.id));
        Ok((batch, jobs))
    }

    /// Makes the writes that keep of a job what its batch must know of it when it is deleted; with the last
    /// of its jobs the batch goes too.
    pub(super) async fn farewell(&self, job: &Job) -> Result<Vec<Write>, Error> {
        let Some(id) = job.batch else { return Ok(Vec::new()) };
        let mut batch = match self.batch(id).await {
            Ok(Some(batch)) => batch,
            Ok(None) => return Ok(Vec::new()),
            // Of a batch that cannot be read nothing can be kept, and its jobs can be deleted all the same.
            Err(error) if error.is_damage() => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut last = job.clone();
        // Whoever runs it may have spent what it pledged.
        last.presume();
        let status = if job.status.is_ended() { job.status } else { Status::Cancelled };
        let completed_at = job.completed_at.or_else(|| Some(self.now()));
        batch.gone.insert(job.id, Gone { status, cost_usd: last.metadata.cost_usd, completed_at });
        if !batch.jobs.iter().all(|job| batch.gone.contains_key(job)) {
            return Ok(vec![batch.write()?.at_version(batch.version)]);
        }
        let key = batch.idempotency.into_iter().map(|id| Write::delete(Collection::Idempotency, id));
        let itself = Write::delete(Collection::Batches, batch.id.to_string()).at_version(batch.version);
        Ok(key.chain([itself]).collect())
    }
}

impl Batch {
    /// Sums what its deleted jobs have cost.
    #[must_use]
    pub fn cost_of_gone(&self) -> Money {
        self.gone.values().map(|gone| gone.cost_usd).sum()
    }

    /// Counts those of its jobs that have expired: they are neither there nor known to be deleted.
    #[must_use]
    pub fn expired(&self, there: &[Job]) -> usize {
        self.jobs.len().saturating_sub(there.len()).saturating_sub(self.gone.len())
    }

    pub(super) fn write(&self) -> Result<Write, Error> {
        let payload = serde_json::to_string(self).map_err(|_| UNREADABLE)?;
        let write = Write::put(Collection::Batches, self.id.to_string()).payload(payload);
        Ok(match self.expires_at {
            Some(expires_at) => write.expire_at(expires_at),
            None => write,
        })
    }

    fn read(document: &Document) -> Result<Batch, Error> {
        let batch: Batch = serde_json::from_str(&document.payload).map_err(|_| UNREADABLE)?;
        Ok(Batch { version: document.version, ..batch })
    }
}
