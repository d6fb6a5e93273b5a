//! Reads and writes records: accepting, reading, listing, deleting. Who runs a job is `claims`'
//! business; what happens to a running job goes through [`super::JobWriter`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::try_join_all;
use jiff::{SignedDuration, Timestamp};

use super::idempotency::{Made, Remembered};
use super::keeping::Keeping;
use super::races::Races;
use super::turns::Turns;
use super::{
    Announcer, Error, Expense, Fingerprint, IdempotencyKey, Job, Metadata, Owner, PieceState, PieceVersion,
    Progress, Stage, Status, source_text,
};
use crate::clock::Clock;
use crate::content::{Kind, Material, Priority, Request};
use crate::id::JobId;
use crate::store::{self, Collection, Cursor, Document, MAX_BATCH_WRITES, Query, Store, Write};

/// Reads and writes records over a store. Clones share it.
#[derive(Clone)]
pub struct Records {
    pub(super) store: Arc<dyn Store>,
    clock: Clock,
    /// Adds what is told of a job to the commits of that job.
    pub(super) announcer: Option<Announcer>,
    /// Who writes which batch.
    pub(super) turns: Turns,
}

/// What became of a request.
#[derive(Clone, Debug)]
pub enum Accepted {
    /// A new job was made.
    New(Job),
    /// The idempotency key stands for this job, which was there before.
    Replayed(Job),
}

/// What a job is accepted under, besides its request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terms<'a> {
    /// Names the call, so that repeating it makes no second job.
    pub key: Option<&'a IdempotencyKey>,
    /// How long that name is remembered.
    pub remembered: Duration,
    /// How long the job is kept from its end on, with all that belongs to it; `None` for ever.
    pub kept: Option<Duration>,
    /// How far it is put behind its place in the queue.
    pub behind: Duration,
    /// What is committed together with it.
    pub beside: &'a [Write],
}

impl Terms<'_> {
    /// How long the name of the call is remembered: a name that outlived its job would stand for
    /// nothing.
    pub(super) fn name_lasts(&self) -> Duration {
        self.kept.map_or(self.remembered, |kept| kept.min(self.remembered))
    }
}

/// Which jobs are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// Only those that stand there.
    pub status: Option<Status>,
    /// Only those of this owner; matters to administrators, others see their own anyway.
    pub owner: Option<Owner>,
    /// Only those accepted after this moment.
    pub created_after: Option<Timestamp>,
    /// Only those accepted before this moment.
    pub created_before: Option<Timestamp>,
    /// How many at most, 1 to 100.
    pub limit: usize,
    /// Where the page begins: what the page before gave as its `next_cursor`.
    pub cursor: Option<String>,
}

/// One page of a list, newest first.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next page begins; `None` at the end.
    pub next_cursor: Option<String>,
}

/// What became of a writer's commit.
pub(super) enum Written {
    /// The job is written and has this version now.
    At(u64),
    /// Nothing was written: somebody else wrote the job in between. This is how it is now.
    Overtaken(Box<Job>),
    /// There is no such job any more.
    Gone,
}

impl std::fmt::Debug for Records {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Records")
    }
}

impl Records {
    /// Keeps records in that store, and tells their times by that clock.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Clock) -> Records {
        Records { store, clock, announcer: None, turns: Turns::new() }
    }

    /// Gives the clock that the records' times come from.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Reads the clock that the records' times come from.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// Jobs read at once when the whole store is gone through.
pub const PAGE: usize = 100;

impl Records {
    /// Accepts a request: job, text and idempotency record in one commit, so that a job is there
    /// with everything it needs or not at all.
    ///
    /// # Errors
    /// [`Error::IdempotencyMismatch`] if the key stands for another body; [`Error::Store`], with the
    /// conflict of what is committed beside it.
    pub async fn accept(&self, owner: Owner, request: &Request, terms: Terms<'_>) -> Result<Accepted, Error> {
        let (now, key) = (self.now(), terms.key);
        let mut job = new_job(owner, request, now, &terms);
        let text = request.syllabus_text().unwrap_or_default();
        let mut writes = source_text::writes(&job, text)?;
        if let Some(key) = key {
            let id = key.document_id(owner);
            let remembered = Remembered { made: Made::Job(job.id), fingerprint: Fingerprint::of(request)? };
            writes.push(remembered.write(&id, now, signed(terms.name_lasts()))?);
            job.idempotency = Some(id);
        }
        writes.extend(self.announcements(&job));
        writes.extend_from_slice(terms.beside);
        writes.push(job.write()?.absent());
        match (self.store.commit(writes).await, key) {
            (Ok(versions), _) => {
                job.stored_at(versions.last().copied().unwrap_or(1));
                Ok(Accepted::New(job))
            }
            (Err(error), Some(key)) if is_of_names(&error) => {
                let known = self.remembered(owner, key, request).await?;
                known.map(Accepted::Replayed).ok_or(Error::Fenced)
            }
            (Err(error), _) => Err(error.into()),
        }
    }

    /// Finds the job that an idempotency key of this owner stands for.
    ///
    /// # Errors
    /// [`Error::IdempotencyMismatch`] if it stands for another body; [`Error::Store`].
    pub async fn remembered(
        &self,
        owner: Owner,
        key: &IdempotencyKey,
        request: &Request,
    ) -> Result<Option<Job>, Error> {
        let Some(document) = self.store.get(Collection::Idempotency, &key.document_id(owner)).await? else {
            return Ok(None);
        };
        let remembered = Remembered::read(&document)?;
        if remembered.fingerprint != Fingerprint::of(request)? {
            return Err(Error::IdempotencyMismatch);
        }
        match remembered.made {
            Made::Job(job) => self.job(job).await,
            Made::Batch(_) => Err(Error::IdempotencyMismatch),
        }
    }

    /// Tells whether an idempotency key of this owner stands for anything.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn is_remembered(&self, owner: Owner, key: &IdempotencyKey) -> Result<bool, Error> {
        Ok(self.store.get(Collection::Idempotency, &key.document_id(owner)).await?.is_some())
    }

    /// Reads a job.
    ///
    /// # Errors
    /// [`Error::Store`], or [`Error::Unreadable`] if what is stored is no job.
    pub async fn job(&self, id: JobId) -> Result<Option<Job>, Error> {
        let document = self.store.get(Collection::Jobs, &id.to_string()).await?;
        document.as_ref().map(Job::read).transpose()
    }

    /// Lists jobs, newest first.
    ///
    /// # Errors
    /// [`Error::InvalidCursor`]; otherwise as [`Records::job`].
    pub async fn list(&self, query: &ListQuery) -> Result<Page<Job>, Error> {
        let mut wanted = Query::descending(Collection::Jobs, "created_at").limit(query.limit.clamp(1, PAGE));
        if let Some(owner) = query.owner {
            wanted = wanted.equal("owner", owner.0.to_string());
        }
        if let Some(status) = query.status {
            wanted = wanted.equal("status", status.as_str());
        }
        if let Some(cursor) = &query.cursor {
            wanted = wanted.after(cursor.parse::<Cursor>()?);
        } else if let Some(moment) = query.created_before {
            wanted = wanted.beyond(moment);
        }
        let page = self.store.query(wanted).await?;
        let mut items = readable(&page.documents);
        let mut next = page.next;
        if let Some(moment) = query.created_after
            && let Some(end) = items.iter().position(|job| job.created_at <= moment)
        {
            // Newest first: nothing that follows is after it.
            items.truncate(end);
            next = None;
        }
        Ok(Page { items, next_cursor: next.map(|cursor| cursor.to_string()) })
    }

    /// Reads the head of the queue.
    ///
    /// # Errors
    /// As [`Records::job`].
    pub async fn queued(&self, limit: usize) -> Result<Vec<Job>, Error> {
        let queued = Query::ascending(Collection::Jobs, "queue_key")
            .equal("status", Status::Queued.as_str())
            .limit(limit.clamp(1, PAGE));
        Ok(readable(&self.store.query(queued).await?.documents))
    }

    /// Counts the jobs of that priority that wait in the queue.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn count_queued(&self, priority: Priority) -> Result<u64, Error> {
        let queued = Query::ascending(Collection::Jobs, "queue_key")
            .equal("status", Status::Queued.as_str())
            .equal("priority", priority.as_str());
        Ok(self.store.count(queued).await?)
    }

    /// Counts the jobs of an owner that have not ended.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn count_unended(&self, owner: Owner) -> Result<u64, Error> {
        let mut count = 0_u64;
        for status in [Status::Queued, Status::Running] {
            let of_owner = Query::descending(Collection::Jobs, "created_at")
                .equal("owner", owner.0.to_string())
                .equal("status", status.as_str());
            count = count.saturating_add(self.store.count(of_owner).await?);
        }
        Ok(count)
    }

    /// Reads every job that is marked as running.
    ///
    /// # Errors
    /// As [`Records::job`].
    pub async fn running(&self) -> Result<Vec<Job>, Error> {
        let mut query = ListQuery { status: Some(Status::Running), limit: PAGE, ..ListQuery::default() };
        let mut running = Vec::new();
        loop {
            let page = self.list(&query).await?;
            running.extend(page.items);
            match page.next_cursor {
                Some(cursor) => query.cursor = Some(cursor),
                None => return Ok(running),
            }
        }
    }

    /// Commits what a writer made of a job.
    pub(super) async fn commit_job(&self, next: &Job, writes: Vec<Write>) -> Result<Written, Error> {
        match self.store.commit(writes).await {
            Ok(versions) => versions.first().copied().map(Written::At).ok_or(Error::Fenced),
            Err(store::Error::Conflict { .. }) => {
                let Some(found) = self.job(next.id).await? else { return Ok(Written::Gone) };
                // An earlier attempt may have gone through although the store could not say so.
                let is_this = found.claim == next.claim
                    && found.updated_at == next.updated_at
                    && found.status == next.status
                    && found.version == next.version.saturating_add(1);
                Ok(if is_this { Written::At(found.version) } else { Written::Overtaken(Box::new(found)) })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Reads the text of a job as it was submitted.
    ///
    /// # Errors
    /// As [`Records::job`].
    pub async fn source(&self, id: JobId) -> Result<String, Error> {
        let parts = self.all_of(Collection::Sources, id).await?;
        if parts.damaged.is_empty() {
            source_text::join(&parts.documents)
        } else {
            Err(Error::Unreadable { what: "source" })
        }
    }

    /// Reads the current version of every piece that is there.
    ///
    /// # Errors
    /// As [`Records::job`].
    pub async fn pieces(&self, job: &Job) -> Result<BTreeMap<Kind, Material>, Error> {
        let Belongings { documents, damaged } = self.all_of(Collection::Pieces, job.id).await?;
        let current = |kind: Kind, number: u32| PieceVersion::document_id(job.id, kind, number);
        let wanted: Vec<String> = job.versions.iter().map(|(kind, number)| current(*kind, *number)).collect();
        if wanted.iter().any(|id| damaged.contains(id)) {
            return Err(Error::Unreadable { what: "piece" });
        }
        let kept = documents.into_iter().filter(|document| wanted.contains(&document.id)).collect();
        // Every piece is checked against its schema again, which takes milliseconds.
        tokio::task::spawn_blocking(move || read_pieces(kept))
            .await
            .map_err(|_| Error::Unreadable { what: "piece" })?
    }

    /// Deletes a job with everything that belongs to it, in one commit. What a writer of the job
    /// still holds is refused from then on. Tells whether there was such a job.
    ///
    /// # Errors
    /// [`Error::Fenced`] if the job or its batch is written faster than it can be read, for ten seconds;
    /// [`Error::Store`].
    pub async fn delete(&self, id: JobId) -> Result<bool, Error> {
        let Some(job) = self.job(id).await? else { return Ok(false) };
        let _turn = self.turns.take(job.batch).await;
        let mut races = Races::begin();
        while races.go_on().await {
            let Some(job) = self.job(id).await? else { return Ok(false) };
            let mut writes = vec![Write::delete(Collection::Jobs, id.to_string()).at_version(job.version)];
            let parts = [Collection::Sources, Collection::Pieces, Collection::Outbox];
            let all = parts.map(async |part| Ok::<_, Error>((part, self.all_of(part, id).await?)));
            for (part, Belongings { documents, damaged }) in try_join_all(all).await? {
                let documents = documents.into_iter().map(|document| document.id);
                // What cannot be read goes as well, as far as its id is one.
                let damaged = damaged.into_iter().filter(|id| is_id(id));
                writes.extend(documents.chain(damaged).map(|id| Write::delete(part, id)));
            }
            // The batch last, as others write it all the time. It stays among the first writes, which are
            // committed last.
            writes.splice(1..1, self.farewell(&job).await?);
            writes.extend(job.idempotency.map(|id| Write::delete(Collection::Idempotency, id)));
            // The job itself goes with the last of them: who is interrupted can delete it again.
            while writes.len() > MAX_BATCH_WRITES {
                let rest = writes.split_off(writes.len().saturating_sub(MAX_BATCH_WRITES).max(1));
                self.store.commit(rest).await?;
            }
            match self.store.commit(writes).await {
                Ok(_) => return Ok(true),
                Err(store::Error::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::Fenced)
    }

    /// Follows which jobs are written from now on, where the store can tell.
    #[must_use]
    pub fn watch(&self) -> store::Watch {
        self.store.watch(Collection::Jobs)
    }

    async fn all_of(&self, collection: Collection, id: JobId) -> Result<Belongings, Error> {
        let order = if collection == Collection::Outbox { "created_at" } else { "number" };
        let query = Query::ascending(collection, order).equal("job", id.to_string());
        let mut page = self.store.query(query.clone().limit(PAGE)).await?;
        let mut all = Belongings::default();
        loop {
            all.documents.append(&mut page.documents);
            all.damaged.extend(page.damaged);
            let Some(cursor) = page.next else { return Ok(all) };
            page = self.store.query(query.clone().limit(PAGE).after(cursor)).await?;
        }
    }
}

/// Tells whether a commit was refused because the name of the call stands for something already, and not
/// because of what was to be committed beside the records.
pub(super) fn is_of_names(error: &store::Error) -> bool {
    matches!(error, store::Error::Conflict { collection, .. } if *collection != Collection::Quotas)
}

/// What belongs to a job in one collection.
#[derive(Default)]
struct Belongings {
    documents: Vec<Document>,
    /// Ids of those that cannot be read.
    damaged: BTreeSet<String>,
}

/// Tells whether this may be the id of a document that belongs to a job.
fn is_id(text: &str) -> bool {
    !text.starts_with('.') && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

pub(super) fn new_job(owner: Owner, request: &Request, now: Timestamp, terms: &Terms<'_>) -> Job {
    let kinds = std::iter::once(Kind::Outline).chain(request.kinds());
    let characters = request.syllabus_text().map_or(0, |text| text.chars().count());
    let mut job = Job {
        id: JobId::at(now),
        owner,
        status: Status::Queued,
        request: request.without_text(),
        source_characters: u64::try_from(characters).unwrap_or(u64::MAX),
        progress: Progress {
            percent: 0,
            stage: Stage::Queued,
            pieces: kinds.map(|kind| (kind, PieceState::Waiting)).collect(),
            eta_seconds: None,
        },
        failures: BTreeMap::new(),
        metadata: Metadata::default(),
        quality: None,
        versions: BTreeMap::new(),
        created_at: now,
        updated_at: now,
        completed_at: None,
        queue_key: Job::place(now, terms.behind, request.priority()),
        claim: None,
        crashes: 0,
        expires_at: None,
        kept_ms: terms.kept.map(|kept| u64::try_from(kept.as_millis()).unwrap_or(u64::MAX)),
        pieces_until: None,
        batch: None,
        grant: None,
        share: None,
        stake: None,
        booked: Expense::default(),
        presumed: BTreeMap::new(),
        events: Vec::new(),
        idempotency: None,
        version: 0,
        stored_event: 0,
        stored_keeping: Keeping::default(),
    };
    job.note_queued(now);
    job
}

/// Reads jobs, and leaves out what is none: one damaged record must not hide or hold up the others.
pub(super) fn readable(documents: &[Document]) -> Vec<Job> {
    let read = |document: &Document| {
        Job::read(document)
            .inspect_err(|_| tracing::error!(job = document.id, "a stored job cannot be read"))
            .ok()
    };
    documents.iter().filter_map(read).collect()
}

fn read_pieces(documents: Vec<Document>) -> Result<BTreeMap<Kind, Material>, Error> {
    let read = |document: &Document| {
        PieceVersion::read(document).map(|version| (version.material.kind(), version.material))
    };
    documents.iter().map(read).collect()
}

pub(super) fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}
