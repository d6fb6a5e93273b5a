//! Jobs that were accepted together, all of them or none, under one limit of money.
//!
//! The limit is shared out as the jobs begin: each is granted an equal part of what is not granted or
//! spent yet, and what an ended job has left over goes to those that begin after it. A part never gets
//! smaller while jobs begin and end, so two that begin at the same time, each looking at the other as
//! not yet begun, together never get more than there is; no common document has to be written.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::try_join_all;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::idempotency::{Fingerprint, Made, Remembered};
use super::races::Races;
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
    #[serde(skip)]
    version: u64,
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

impl Records {
    /// Accepts requests together: all jobs, the batch and the idempotency record in one commit. Their
    /// texts are written before; those of a batch that was not accepted expire like any others.
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
            expires_at: terms.expires_at(now),
            gone: BTreeMap::new(),
            version: 0,
        };
        let mut jobs = Vec::with_capacity(orders.len());
        let mut texts = Vec::new();
        for Order { request, terms } in orders {
            let job = Job { batch: Some(batch.id), ..new_job(owner, request, now, terms) };
            texts.push(source_text::writes(&job, request.syllabus_text().unwrap_or_default())?);
            batch.jobs.push(job.id);
            jobs.push(job);
        }
        // One commit a text: all of them together may be more than a store takes in one.
        let texts = texts.into_iter().filter(|parts| !parts.is_empty());
        try_join_all(texts.map(|parts| self.store.commit(parts))).await?;
        let mut writes = Vec::new();
        for job in &jobs {
            writes.push(job.write()?.absent());
            writes.extend(self.announcements(job));
        }
        writes.push(batch.write()?.absent());
        if let Some(key) = terms.key {
            let requests = orders.iter().map(|order| order.request);
            let fingerprint = Fingerprint::of_batch(requests, max_cost_usd)?;
            let remembered = Remembered { made: Made::Batch(batch.id), fingerprint };
            writes.push(remembered.write(&key.document_id(owner), now, signed(terms.name_lasts()))?);
        }
        match (self.store.commit(writes).await, terms.key) {
            (Ok(versions), _) => {
                for (job, version) in jobs.iter_mut().zip(versions) {
                    job.stored_at(version);
                }
                Ok(AcceptedBatch::New(batch, jobs))
            }
            (Err(store::Error::Conflict { .. }), Some(_)) => {
                let known = self.remembered_batch(owner, orders, max_cost_usd, terms).await?;
                known.map(AcceptedBatch::Replayed).ok_or(Error::Fenced)
            }
            (Err(error), _) => Err(error.into()),
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

    async fn jobs_of(&self, batch: &Batch) -> Result<Vec<Job>, Error> {
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

    /// Finds what a job that begins may cost of what its batch may cost; `None` where nothing bounds it.
    pub(super) async fn grant(&self, job: &Job) -> Result<Option<Money>, Error> {
        let Some((batch, most)) = self.budget_of(job).await? else { return Ok(None) };
        let (batch, jobs) = self.with_jobs(batch).await?;
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
            if let Some((batch, most)) = self.budget_of(&job).await? {
                let jobs = self.jobs_of(&batch).await?;
                if jobs.iter().any(|job| !job.status.is_ended()) && job.status.is_ended() {
                    return Err(Error::BatchUnfinished);
                }
                let left = most.saturating_sub(batch.cost_of_gone());
                job.grant = Some(job.metadata.cost_usd.saturating_add(part_of_the_rest(left, &jobs)));
                others.push(batch.write()?.at_version(batch.version));
            }
            job.try_again(behind, self.now())?;
            if let Some(job) = self.replace_with(job, others).await? {
                return Ok(Some(job));
            }
        }
        Err(Error::Fenced)
    }

    /// Makes the write that keeps of a job what its batch must know of it when it is deleted.
    pub(super) async fn farewell(&self, job: &Job) -> Result<Option<Write>, Error> {
        let Some(id) = job.batch else { return Ok(None) };
        let Some(mut batch) = self.batch(id).await? else { return Ok(None) };
        let mut last = job.clone();
        // Whoever runs it may have spent what it pledged.
        last.presume();
        let status = if job.status.is_ended() { job.status } else { Status::Cancelled };
        let completed_at = job.completed_at.or_else(|| Some(self.now()));
        batch.gone.insert(job.id, Gone { status, cost_usd: last.metadata.cost_usd, completed_at });
        Ok(Some(batch.write()?.at_version(batch.version)))
    }

    async fn budget_of(&self, job: &Job) -> Result<Option<(Batch, Money)>, Error> {
        let Some(id) = job.batch else { return Ok(None) };
        let batch = self.batch(id).await?;
        Ok(batch.and_then(|batch| batch.max_cost_usd.map(|most| (batch, most))))
    }
}

impl Batch {
    /// Sums what its deleted jobs have cost.
    #[must_use]
    pub fn cost_of_gone(&self) -> Money {
        self.gone.values().map(|gone| gone.cost_usd).sum()
    }

    fn write(&self) -> Result<Write, Error> {
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

fn divided(whole: Money, parts: usize) -> Money {
    let parts = u64::try_from(parts).unwrap_or(u64::MAX).max(1);
    Money::from_micros(whole.micros() / parts)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::clock::Clock;
    use crate::id::KeyId;
    use crate::record::test_store::TestStore;
    use crate::record::{Change, Expense, IdempotencyKey, JobWriter};
    use crate::store::MemoryStore;

    const TIME: Duration = Duration::from_secs(900);

    fn records() -> Records {
        Records::new(Arc::new(MemoryStore::new(Clock::System)), Clock::System)
    }

    /// Records whose store gives others time between a read and the write that follows it.
    fn contended() -> (Arc<TestStore>, Records) {
        let store = TestStore::over(Arc::new(MemoryStore::new(Clock::System)));
        let shared: Arc<dyn store::Store> = store.clone();
        (store, Records::new(shared, Clock::System))
    }

    fn request(number: usize) -> Request {
        let text = format!(
            "A cell is the smallest unit of life that can replicate on its own, says lesson {number}."
        );
        Request::parse(&json!({ "syllabus_text": text, "kinds": ["faqs"] })).unwrap()
    }

    fn owner() -> Owner {
        Owner(KeyId::at(Timestamp::now()))
    }

    /// Accepts so many jobs that may cost a hundred micro-dollars together.
    async fn accepted(records: &Records, jobs: usize) -> (Batch, Vec<Job>) {
        let requests: Vec<Request> = (0..jobs).map(request).collect();
        let orders: Vec<Order<'_>> =
            requests.iter().map(|request| Order { request, terms: Terms::default() }).collect();
        let most = Some(Money::from_micros(100));
        match records.accept_batch(owner(), &orders, most, Terms::default()).await.unwrap() {
            AcceptedBatch::New(batch, jobs) => (batch, jobs),
            AcceptedBatch::Replayed(_) => unreachable!(),
        }
    }

    async fn claim(records: &Records, job: &Job) -> Job {
        records.claim(job.clone(), "me", TIME).await.unwrap().unwrap()
    }

    fn granted(job: &Job) -> u64 {
        job.grant.unwrap().micros()
    }

    /// Ends a claimed job, incomplete, at that cost.
    async fn end_at(records: &Records, job: Job, micros: u64) {
        let claim = job.claim.clone().unwrap();
        let cost = Expense { cost_usd: Money::from_micros(micros), unreconciled_usd: Money::ZERO };
        let (writer, _, task) = JobWriter::open(records.clone(), job.clone());
        let task = tokio::spawn(task);
        writer.write(Change::Ended { quality: None }).await.unwrap();
        records.relinquish(job.id, &claim, cost).await.unwrap();
        drop(writer);
        task.await.unwrap();
    }

    #[tokio::test]
    async fn what_an_ended_job_leaves_over_goes_to_those_that_begin_after_it() {
        let records = records();
        let (_, jobs) = accepted(&records, 4).await;
        let first = claim(&records, &jobs[0]).await;
        assert_eq!(granted(&first), 25);
        end_at(&records, first, 10).await;
        let second = claim(&records, &jobs[1]).await;
        assert_eq!(granted(&second), 30, "ninety for three");
        records.cancel(jobs[2].id).await.unwrap();
        assert_eq!(granted(&claim(&records, &jobs[3]).await), 60, "ninety less thirty for the last");
    }

    #[tokio::test]
    async fn jobs_that_begin_at_once_never_get_more_than_there_is() {
        let records = records();
        let (_, jobs) = accepted(&records, 7).await;
        let claimed = futures_util::future::join_all(jobs.iter().map(|job| claim(&records, job))).await;
        let granted: u64 = claimed.iter().map(granted).sum();
        assert!((93..=100).contains(&granted), "{granted}");
    }

    #[tokio::test]
    async fn jobs_are_tried_again_when_all_have_ended_and_share_what_is_left() {
        let records = records();
        let (_, jobs) = accepted(&records, 2).await;
        let (one, two) = (claim(&records, &jobs[0]).await, claim(&records, &jobs[1]).await);
        end_at(&records, one.clone(), 10).await;
        assert!(matches!(records.try_again(one.id, Duration::ZERO).await, Err(Error::BatchUnfinished)));
        end_at(&records, two.clone(), 50).await;
        let again = records.try_again(one.id, Duration::ZERO).await.unwrap().unwrap();
        assert_eq!(granted(&again), 10 + 20, "forty are left for two");
        assert_eq!(granted(&claim(&records, &again).await), 30, "a grant stays with its job");
    }

    #[tokio::test]
    async fn a_deleted_job_gives_no_money_back_to_its_batch() {
        let records = records();
        let (batch, jobs) = accepted(&records, 2).await;
        let (one, two) = (claim(&records, &jobs[0]).await, claim(&records, &jobs[1]).await);
        end_at(&records, one.clone(), 40).await;
        end_at(&records, two.clone(), 50).await;
        let ended = records.job(one.id).await.unwrap().unwrap();
        assert!(ended.completed_at.is_some() && records.delete(one.id).await.unwrap());
        let again = records.try_again(two.id, Duration::ZERO).await.unwrap().unwrap();
        assert_eq!(granted(&again), 50 + 10, "ninety of a hundred are spent, whoever is gone");
        let batch = records.batch(batch.id).await.unwrap().unwrap();
        let completed_at = ended.completed_at;
        let gone = Gone { status: Status::Failed, cost_usd: Money::from_micros(40), completed_at };
        assert_eq!(batch.gone, BTreeMap::from([(one.id, gone)]));
    }

    #[tokio::test(start_paused = true)]
    async fn the_jobs_of_a_batch_are_deleted_all_at_once() {
        let (_, records) = contended();
        let (batch, jobs) = accepted(&records, 50).await;
        for job in &jobs {
            records.cancel(job.id).await.unwrap();
        }
        let deleted = jobs.iter().map(|job| records.delete(job.id));
        for deleted in futures_util::future::join_all(deleted).await {
            assert!(deleted.unwrap());
        }
        assert_eq!(records.batch(batch.id).await.unwrap().unwrap().gone.len(), 50);
    }

    #[tokio::test]
    async fn a_job_that_is_deleted_while_another_begins_is_spent_once() {
        for read in [0, 1] {
            let (store, records) = contended();
            let (_, jobs) = accepted(&records, 3).await;
            end_at(&records, claim(&records, &jobs[0]).await, 30).await;
            // Right before that job is read, or when it was read and the next one is.
            let (deleting, first) = (records.clone(), jobs[0].id);
            let delete = async move { assert!(deleting.delete(first).await.unwrap()) };
            store.meanwhile(jobs[read].id.to_string(), Box::pin(delete));
            let begun = claim(&records, &jobs[1]).await;
            assert!(records.job(first).await.unwrap().is_none());
            assert_eq!(granted(&begun), 35, "seventy for two");
        }
    }

    #[tokio::test]
    async fn a_batch_is_accepted_whole_once_for_its_key_or_not_at_all() {
        let records = records();
        let (owner, key) = (owner(), IdempotencyKey::new("one").unwrap());
        let requests = [request(1), request(2)];
        let orders: Vec<Order<'_>> =
            requests.iter().map(|request| Order { request, terms: Terms::default() }).collect();
        let terms = Terms { key: Some(&key), remembered: TIME, ..Terms::default() };
        let accept = || records.accept_batch(owner, &orders, None, terms);
        let (one, two) = tokio::join!(accept(), accept());
        let (new, replayed) = match (one.unwrap(), two.unwrap()) {
            (AcceptedBatch::New(batch, _), AcceptedBatch::Replayed(again))
            | (AcceptedBatch::Replayed(again), AcceptedBatch::New(batch, _)) => (batch, again),
            both => panic!("{both:?}"),
        };
        assert_eq!(new.jobs, replayed.jobs);
        assert_eq!(records.queued(100).await.unwrap().len(), 2);
        assert_eq!(claim(&records, &records.jobs_of(&new).await.unwrap()[0]).await.grant, None);
        let other = records.accept_batch(owner, &orders[..1], None, terms).await;
        assert!(matches!(other, Err(Error::IdempotencyMismatch)));
        assert!(matches!(
            records.remembered(owner, &key, &requests[0]).await,
            Err(Error::IdempotencyMismatch)
        ));
    }
}
