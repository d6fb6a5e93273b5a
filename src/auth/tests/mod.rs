//! What keys do, over a store in memory that counts what is read of it, with a clock that stands.

mod following;
mod recognising;
mod registry;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use jiff::Timestamp;

use super::{ApiKeys, Config, NewKey, Scope, Secret};
use crate::clock::Clock;
use crate::store::{Collection, Document, Error, MemoryStore, Page, Query, Store, Watch, Write};

pub(super) const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// A store in memory that counts reads of keys, and is away when it is told to.
pub(super) struct CountingStore {
    inner: MemoryStore,
    there: AtomicUsize,
    absent: AtomicUsize,
    is_away: AtomicBool,
}

#[derive(Debug, thiserror::Error)]
#[error("on purpose")]
struct OnPurpose;

impl CountingStore {
    fn new(clock: &Clock) -> Arc<CountingStore> {
        let (there, absent, is_away) = Default::default();
        Arc::new(CountingStore { inner: MemoryStore::new(clock.clone()), there, absent, is_away })
    }

    /// Gives how many keys were read since the last time.
    fn reads(&self) -> usize {
        self.looked_at().iter().sum()
    }

    /// The same, those that were there and those that were not.
    fn looked_at(&self) -> [usize; 2] {
        [&self.there, &self.absent].map(|count| count.swap(0, Ordering::SeqCst))
    }

    fn leave(&self, is_away: bool) {
        self.is_away.store(is_away, Ordering::SeqCst);
    }

    fn reach(&self) -> Result<(), Error> {
        match self.is_away.load(Ordering::SeqCst) {
            true => Err(Error::Unavailable { attempt: "be there", source: Arc::new(OnPurpose) }),
            false => Ok(()),
        }
    }
}

#[async_trait]
impl Store for CountingStore {
    async fn get(&self, collection: Collection, id: &str) -> Result<Option<Document>, Error> {
        self.reach()?;
        let found = self.inner.get(collection, id).await?;
        let count = if found.is_some() { &self.there } else { &self.absent };
        count.fetch_add(usize::from(collection == Collection::Keys), Ordering::SeqCst);
        Ok(found)
    }

    async fn query(&self, query: Query) -> Result<Page, Error> {
        self.reach()?;
        self.inner.query(query).await
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<Vec<u64>, Error> {
        self.reach()?;
        self.inner.commit(writes).await
    }

    fn watch(&self, collection: Collection) -> Watch {
        self.inner.watch(collection)
    }

    async fn ping(&self) -> Result<(), Error> {
        self.reach()
    }
}

pub(super) fn over(store: Arc<dyn Store>, clock: Clock, settings_key: &Secret) -> ApiKeys {
    ApiKeys::new(store, clock, settings_key, Config::default())
}

pub(super) fn reader() -> NewKey {
    NewKey { name: "reader".to_owned(), scopes: vec![Scope::Read], ..NewKey::default() }
}

/// Keys over a store of their own, and the clock of both.
fn fixture() -> (ApiKeys, Arc<CountingStore>, Clock) {
    let clock = Clock::fixed(Timestamp::from_second(1_800_000_000).unwrap());
    let store = CountingStore::new(&clock);
    let keys = over(Arc::<CountingStore>::clone(&store), clock.clone(), &Secret::default());
    (keys, store, clock)
}

/// The keys as another process has them that nobody tells of changes.
fn elsewhere(keys: &ApiKeys) -> ApiKeys {
    over(Arc::clone(&keys.store), keys.clock.clone(), &Secret::default())
}
