//! What a key has had accepted on one day, in UTC: counted in the store, exactly.
//!
//! The account of a key and a day is one document. Its new count is a write of the very commit that
//! accepts the jobs, expecting the count that was read, so that no crash and no other instance can
//! lose or add one. In this process the accepts of one key go one after the other, so that they never
//! meet in the store; an instance that comes second reads the account again.
//!
//! Instances with stores of their own that share a Redis count the day there as well, before the commit:
//! there an accept that comes to nothing may stay counted until midnight, and none is ever lost.
//!
//! A job that failed without a piece is given back by a document of its own, named like the job, in
//! the commit in which it fails; what was given back is counted only when it matters.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedMutexGuard;

use super::Error;
use super::across_instances::{OfAll, SharedLimits, Wanted};
use crate::clock::Clock;
use crate::id::{JobId, KeyId};
use crate::store::{Collection, Document, Query, Store, Write};

/// A day.
pub(super) const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long accounts are kept: a job of one day may fail late on the next.
const KEPT: SignedDuration = SignedDuration::from_hours(3 * 24);

/// The accounts of all keys. Clones are the same.
#[derive(Clone)]
pub(super) struct Accounts(Arc<Shared>);

struct Shared {
    store: Arc<dyn Store>,
    clock: Clock,
    most: usize,
    /// Where instances count that have stores of their own.
    in_common: Option<Arc<SharedLimits>>,
    by_key: Mutex<HashMap<KeyId, Arc<Account>>>,
}

/// What is known of a key's account, and whose turn it is to write it.
#[derive(Default)]
struct Account {
    turn: Arc<tokio::sync::Mutex<()>>,
    known: Mutex<Option<Count>>,
}

#[derive(Clone, Copy)]
struct Count {
    date: Date,
    taken: u32,
    /// How many of those were given back, as far as it was counted.
    returned: u32,
    /// How many other instances had taken when that was last heard of, those with stores of their own.
    elsewhere: u32,
    /// The version of the document; `None` where there is none yet.
    version: Option<u64>,
}

/// The account of one caller today; nothing is counted in the default one. Clones are the same.
#[derive(Clone, Default)]
pub struct Day(Option<Named>);

#[derive(Clone)]
struct Named {
    accounts: Accounts,
    key: KeyId,
    most: u32,
}

/// What is left of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DayRoom {
    pub(super) left: u32,
    pub(super) ends_in: Duration,
}

/// Jobs that are being taken from a day: they are taken if its writes are committed. It holds the turn of
/// its key; dropped without [`Taken::keep`] it leaves the account to be read again.
#[derive(Default)]
pub struct Taken {
    writes: Vec<Write>,
    held: Option<Held>,
}

struct Held {
    account: Arc<Account>,
    next: Count,
    /// What was taken where instances count in common.
    in_common: Option<(Arc<SharedLimits>, Wanted)>,
    _turn: OwnedMutexGuard<()>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    taken: u32,
}

impl Accounts {
    pub(super) fn new(
        store: Arc<dyn Store>,
        clock: Clock,
        most: usize,
        in_common: Option<Arc<SharedLimits>>,
    ) -> Accounts {
        Accounts(Arc::new(Shared { store, clock, most, in_common, by_key: Mutex::default() }))
    }

    /// Finds what is known of a key. Beyond the bound those that nobody uses are forgotten: they stand in
    /// the store.
    fn of(&self, key: KeyId) -> Arc<Account> {
        let mut by_key = self.0.by_key.lock().unwrap_or_else(PoisonError::into_inner);
        if by_key.len() >= self.0.most && !by_key.contains_key(&key) {
            by_key.retain(|_, account| Arc::strong_count(account) > 1);
        }
        Arc::clone(by_key.entry(key).or_default())
    }

    async fn read(&self, key: KeyId, date: Date) -> Result<Count, Error> {
        let document = self.0.store.get(Collection::Quotas, &account_id(key, date)).await?;
        let taken = document.as_ref().map(Stored::read).transpose()?.map_or(0, |stored| stored.taken);
        let version = document.map(|document| document.version);
        Ok(Count { date, taken, returned: 0, elsewhere: 0, version })
    }

    async fn count_returned(&self, key: KeyId, date: Date) -> Result<u32, Error> {
        let of_account =
            Query::ascending(Collection::Quotas, "returned_at").equal("account", account_id(key, date));
        let count = self.0.store.count(of_account).await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }
}

impl Account {
    fn known_of(&self, date: Date) -> Option<Count> {
        let known = *self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.filter(|count| count.date == date)
    }

    fn know(&self, count: Option<Count>) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = count;
    }
}

impl Count {
    fn left(&self, most: u32) -> u32 {
        most.saturating_sub(self.taken.saturating_add(self.elsewhere).saturating_sub(self.returned))
    }

    /// Tells what would be left if nobody else had taken any.
    fn left_here(&self, most: u32) -> u32 {
        Count { elsewhere: 0, ..*self }.left(most)
    }
}

impl Day {
    pub(super) fn of(accounts: Accounts, key: KeyId, most: u32) -> Day {
        Day(Some(Named { accounts, key, most }))
    }

    /// Takes so many jobs from the day, provided that the writes are committed. Others of the key wait
    /// meanwhile.
    ///
    /// # Errors
    /// [`Error::Exhausted`] if not so many are left; [`Error::Store`], [`Error::Unreadable`].
    pub async fn take(&self, jobs: usize) -> Result<Taken, Error> {
        let Some(named) = &self.0 else { return Ok(Taken::default()) };
        let Named { accounts, key, most } = named;
        let wanted = u32::try_from(jobs).unwrap_or(u32::MAX);
        let account = accounts.of(*key);
        let turn = Arc::clone(&account.turn).lock_owned().await;
        let (date, ends_in) = today(&accounts.0.clock);
        let mut count = match account.known_of(date) {
            Some(count) => count,
            None => accounts.read(*key, date).await?,
        };
        let in_common = named.take_in_common(&mut count, wanted, ends_in).await?;
        let left = count.left(*most);
        if in_common.is_none() && left < wanted {
            account.know(Some(count));
            return Err(Error::Exhausted { left, most: *most, wanted, retry_in: ends_in });
        }
        let next = Count {
            taken: count.taken.saturating_add(wanted),
            version: Some(count.version.unwrap_or(0).saturating_add(1)),
            ..count
        };
        // Until it is certain that this is committed nothing is.
        account.know(None);
        let write = next.write(*key, count.version)?;
        Ok(Taken { writes: vec![write], held: Some(Held { account, next, in_common, _turn: turn }) })
    }

    /// Tells what is left, asking the store for what is not known. `None` where nothing is counted.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Unreadable`].
    pub(super) async fn room(&self) -> Result<Option<DayRoom>, Error> {
        let Some(named) = &self.0 else { return Ok(None) };
        let (date, ends_in) = today(&named.accounts.0.clock);
        let count = named.count(date).await?;
        match count.left(named.most) {
            0 => self.counted_room().await,
            left => Ok(Some(DayRoom { left, ends_in })),
        }
    }

    /// Tells what is left, with all that was given back.
    ///
    /// # Errors
    /// As [`Day::room`].
    pub(super) async fn counted_room(&self) -> Result<Option<DayRoom>, Error> {
        let Some(named) = &self.0 else { return Ok(None) };
        let (date, ends_in) = today(&named.accounts.0.clock);
        let mut count = named.count(date).await?;
        count.returned = named.accounts.count_returned(named.key, date).await?;
        // Nothing is wanted: that only asks how many others have taken.
        named.ask_in_common(&mut count, 0, ends_in).await;
        Ok(Some(DayRoom { left: count.left(named.most), ends_in }))
    }

    /// Tells what is left as far as it is known.
    pub(super) fn known_room(&self) -> Option<DayRoom> {
        let named = self.0.as_ref()?;
        let (date, ends_in) = today(&named.accounts.0.clock);
        let count = named.accounts.of(named.key).known_of(date)?;
        Some(DayRoom { left: count.left(named.most), ends_in })
    }
}

impl Named {
    /// Gives the count as it is known; else as it is stored, which others may change at once.
    async fn count(&self, date: Date) -> Result<Count, Error> {
        match self.accounts.of(self.key).known_of(date) {
            Some(count) => Ok(count),
            None => self.accounts.read(self.key, date).await,
        }
    }

    /// Takes jobs where instances count in common, if they do and there is an answer, and notes what is left
    /// there; looks anew at what was given back before nothing is left. `None` if they were not taken there:
    /// then what is left of the count decides.
    async fn take_in_common(
        &self,
        count: &mut Count,
        wanted: u32,
        ends_in: Duration,
    ) -> Result<Option<(Arc<SharedLimits>, Wanted)>, Error> {
        let mut is_counted = false;
        loop {
            if count.left_here(self.most) >= wanted {
                match self.ask_in_common(count, i64::from(wanted), ends_in).await {
                    Some((OfAll { is_taken: true, .. }, taken)) => return Ok(Some(taken)),
                    None if count.left(self.most) >= wanted => return Ok(None),
                    Some(_) | None => {}
                }
            }
            if is_counted || count.taken == 0 {
                return Ok(None);
            }
            count.returned = self.accounts.count_returned(self.key, count.date).await?;
            is_counted = true;
        }
    }

    /// Asks where instances count in common, and notes how many others have taken.
    async fn ask_in_common(
        &self,
        count: &mut Count,
        jobs: i64,
        ends_in: Duration,
    ) -> Option<(OfAll, (Arc<SharedLimits>, Wanted))> {
        let in_common = self.accounts.0.in_common.as_ref()?;
        let wanted = Wanted {
            account: account_id(self.key, count.date),
            taken: count.taken,
            returned: count.returned,
            most: self.most,
            jobs,
            ends_in,
        };
        let of_all = in_common.day(&wanted).await.ok()?;
        let own = i64::from(count.taken).saturating_add(if of_all.is_taken { jobs } else { 0 });
        count.elsewhere = of_all.taken.saturating_sub(u32::try_from(own).unwrap_or(0));
        Some((of_all, (Arc::clone(in_common), wanted)))
    }
}

impl Taken {
    /// Gives what is to be committed together with the jobs.
    #[must_use]
    pub fn writes(&self) -> &[Write] {
        &self.writes
    }

    /// Notes that it was committed.
    pub fn keep(self) {
        if let Some(Held { account, next, .. }) = &self.held {
            account.know(Some(*next));
        }
    }

    /// Notes that it was certainly not committed.
    pub async fn undo(self) {
        if let Some((in_common, wanted)) = self.held.and_then(|held| held.in_common) {
            let back = Wanted { jobs: wanted.jobs.saturating_neg(), ..wanted };
            // Without an answer it stays counted until midnight.
            let _ = in_common.day(&back).await;
        }
    }
}

impl Count {
    fn write(&self, key: KeyId, version: Option<u64>) -> Result<Write, Error> {
        let payload = serde_json::to_string(&Stored { taken: self.taken }).map_err(|_| Error::Unreadable)?;
        let write = Write::put(Collection::Quotas, account_id(key, self.date)).payload(payload);
        let write = write.expire_at(gone_at(self.date));
        Ok(match version {
            Some(version) => write.at_version(version),
            None => write.absent(),
        })
    }
}

impl Stored {
    fn read(document: &Document) -> Result<Stored, Error> {
        serde_json::from_str(&document.payload).map_err(|_| Error::Unreadable)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = self.0.as_ref().map(|named| named.most);
        formatter.debug_struct("Day").field("most", &most).finish_non_exhaustive()
    }
}

/// Makes the write that gives a job back to the day on which it was accepted. Any number of times is once.
#[must_use]
pub fn give_back(job: JobId, key: KeyId, accepted_at: Timestamp, now: Timestamp) -> Write {
    let date = date_of(accepted_at);
    Write::put(Collection::Quotas, format!("returned-{job}"))
        .field("account", account_id(key, date))
        .field("returned_at", now)
        .expire_at(gone_at(date))
}

fn account_id(key: KeyId, date: Date) -> String {
    format!("taken-{key}-{date}")
}

fn date_of(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::UTC).date()
}

/// Gives the day, and how long it still lasts.
fn today(clock: &Clock) -> (Date, Duration) {
    let now = clock.now();
    let date = date_of(now);
    let ends_at = moment_of(date.tomorrow().unwrap_or(date));
    (date, Duration::try_from(ends_at.duration_since(now)).unwrap_or(Duration::ZERO))
}

fn gone_at(date: Date) -> Timestamp {
    moment_of(date).saturating_add(KEPT).unwrap_or(Timestamp::MAX)
}

fn moment_of(date: Date) -> Timestamp {
    date.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |begins| begins.timestamp())
}
