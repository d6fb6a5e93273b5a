//! The store that lives and ends with the process: for `generate` and for tests. Queries look at
//! every document, so it is made for thousands of them, not for millions.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;

use super::document::{Document, Value};
use super::query::{Direction, Page, Query, Start};
use super::watch::{Feeds, Watch};
use super::write::{Action, Write, check_batch};
use super::{Collection, Error, Store};
use crate::clock::Clock;

// Documents kept at most: a thousand times what one run of `generate` makes.
const MAX_DOCUMENTS: usize = 100_000;

type Documents = BTreeMap<(Collection, String), Document>;

/// Keeps documents in memory.
#[derive(Debug)]
pub struct MemoryStore {
    clock: Clock,
    documents: Mutex<Documents>,
    feeds: Feeds,
}

#[derive(Debug, thiserror::Error)]
#[error("the memory store is full")]
struct Full;

impl MemoryStore {
    /// Makes an empty store.
    #[must_use]
    pub fn new(clock: Clock) -> MemoryStore {
        MemoryStore { clock, documents: Mutex::default(), feeds: Feeds::new() }
    }

    // A batch is checked as a whole before anything is changed, so a poisoned lock holds whole data.
    fn lock(&self) -> MutexGuard<'_, Documents> {
        self.documents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn get(&self, collection: Collection, id: &str) -> Result<Option<Document>, Error> {
        let now = self.clock.now();
        let found = self.lock().get(&(collection, id.to_owned())).cloned();
        Ok(found.filter(|document| !document.is_expired(now)))
    }

    async fn query(&self, query: Query) -> Result<Page, Error> {
        query.check()?;
        let now = self.clock.now();
        let documents = self.lock();
        let mut matching: Vec<(&Value, &str, &Document)> = documents
            .values()
            .filter(|document| document.collection == query.collection && !document.is_expired(now))
            .filter(|document| {
                query.equal.iter().all(|(field, value)| document.fields.get(field) == Some(value))
            })
            .filter_map(|document| Some((document.fields.get(query.order)?, document.id.as_str(), document)))
            .filter(|(order, id, _)| is_past(&query, order, id))
            .collect();
        matching.sort_unstable_by(|left, right| (left.0, left.1).cmp(&(right.0, right.1)));
        if query.direction == Direction::Descending {
            matching.reverse();
        }
        let wanted = matching.into_iter().take(query.limit.saturating_add(1));
        Ok(query.page(wanted.map(|(_, _, document)| document.clone()).collect()))
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<Vec<u64>, Error> {
        check_batch(&writes)?;
        let mut documents = self.lock();
        let versions = decide(&mut documents, &writes, self.clock.now())?;
        self.feeds.publish(&writes, &versions);
        for (write, version) in writes.into_iter().zip(&versions) {
            apply(&mut documents, write, *version);
        }
        Ok(versions)
    }

    fn watch(&self, collection: Collection) -> Watch {
        self.feeds.watch(collection)
    }

    async fn ping(&self) -> Result<(), Error> {
        Ok(())
    }
}

/// Tells whether a document lies past the start of the page.
fn is_past(query: &Query, order: &Value, id: &str) -> bool {
    let compared = match &query.start {
        Start::Beginning => return true,
        Start::After(cursor) => (order, id).cmp(&(&cursor.order, cursor.id.as_str())),
        Start::Beyond(value) => order.cmp(value),
    };
    match query.direction {
        Direction::Ascending => compared.is_gt(),
        Direction::Descending => compared.is_lt(),
    }
}

/// Gives the versions after the batch, or the reason why nothing of it may happen.
fn decide(documents: &mut Documents, writes: &[Write], now: Timestamp) -> Result<Vec<u64>, Error> {
    let make_room = documents.len().saturating_add(writes.len()) > MAX_DOCUMENTS;
    if make_room {
        documents.retain(|_, document| !document.is_expired(now));
    }
    let puts = writes.iter().filter(|write| write.action == Action::Put).count();
    if puts > 0 && documents.len().saturating_add(puts) > MAX_DOCUMENTS {
        return Err(Error::unavailable("keep more documents in memory", Full));
    }
    let current = |write: &Write| {
        let found = documents.get(&(write.collection, write.id.clone()));
        found.filter(|document| !document.is_expired(now)).map(|document| document.version)
    };
    writes.iter().map(|write| write.next_version(current(write))).collect()
}

fn apply(documents: &mut Documents, write: Write, version: u64) {
    let Write { collection, id, action, content, .. } = write;
    let key = (collection, id.clone());
    match action {
        Action::Delete => {
            documents.remove(&key);
        }
        Action::Keep => {
            // One that has expired is there for nobody, though not removed yet.
            if let Some(document) = documents.get_mut(&key).filter(|_| version > 0) {
                document.expire_at = content.expire_at;
                document.version = version;
            }
        }
        Action::Put => {
            let document = Document {
                collection,
                id,
                version,
                schema_version: content.schema_version,
                fields: content.fields,
                expire_at: content.expire_at,
                payload: content.payload,
            };
            documents.insert(key, document);
        }
    }
}
