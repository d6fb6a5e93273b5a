//! What is told to those who follow a collection. Changes of this instance and of others come in any
//! order; what is older than what was told of a document, or was told before, is not told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::commit::Done;
use crate::store::watch::{Change, Feeds};
use crate::store::write::Write;
use crate::store::{Collection, Fields};

/// Documents whose last change is remembered. When there are more, all are forgotten, and a change
/// may be told twice.
const REMEMBERED: usize = 20_000;

type Key = (Collection, String);

/// The feeds, and what was told last of each document.
#[derive(Debug)]
pub(super) struct News {
    feeds: Feeds,
    told: Mutex<HashMap<Key, Told>>,
}

#[derive(Clone, Copy, Debug)]
struct Told {
    /// In microseconds by the clock of the service.
    at: i64,
    is_gone: bool,
}

/// What was written to a document.
pub(super) struct Put<F> {
    pub(super) version: u64,
    /// In microseconds by the clock of the service.
    pub(super) at: i64,
    /// Gives its fields; asked only where it is news.
    pub(super) fields: F,
}

impl News {
    pub(super) fn over(feeds: Feeds) -> News {
        News { feeds, told: Mutex::default() }
    }

    /// Tells what a commit of this instance did.
    pub(super) fn committed(&self, writes: &[Write], done: &Done) {
        for (write, version) in writes.iter().zip(&done.versions) {
            match *version {
                0 => self.deleted(write.collection, &write.id, done.at),
                version => self.put(
                    write.collection,
                    &write.id,
                    Put { version, at: done.at, fields: || write.content.fields.clone() },
                ),
            }
        }
    }

    /// Tells that a document was written.
    pub(super) fn put(&self, collection: Collection, id: &str, put: Put<impl FnOnce() -> Fields>) {
        let Put { version, at, fields } = put;
        let is_news = |told: Option<Told>| told.is_none_or(|told| at > told.at);
        if self.remember(collection, id, Told { at, is_gone: false }, is_news) {
            let fields = Arc::new(fields());
            self.feeds.tell(collection, Change::Put { id: id.to_owned(), version, fields });
        }
    }

    /// Tells that a document is gone since some time before `at`.
    pub(super) fn deleted(&self, collection: Collection, id: &str, at: i64) {
        let is_news = |told: Option<Told>| told.is_none_or(|told| at > told.at && !told.is_gone);
        if self.remember(collection, id, Told { at, is_gone: true }, is_news) {
            self.feeds.tell(collection, Change::Deleted { id: id.to_owned() });
        }
    }

    /// Tells that changes may have been missed.
    pub(super) fn missed(&self, collection: Collection) {
        self.feeds.tell(collection, Change::Missed);
    }

    fn remember(
        &self,
        collection: Collection,
        id: &str,
        now: Told,
        is_news: impl FnOnce(Option<Told>) -> bool,
    ) -> bool {
        if !self.feeds.is_followed(collection) {
            return false;
        }
        let (mut told, key) = (self.lock(), (collection, id.to_owned()));
        if !is_news(told.get(&key).copied()) {
            return false;
        }
        if told.len() >= REMEMBERED {
            told.clear();
        }
        told.insert(key, now);
        true
    }

    // Nothing is left half done in the map, so a poisoned lock holds whole data.
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Told>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::store::watch::Watch;

    const JOBS: Collection = Collection::Jobs;

    fn told(by: impl Fn(&News)) -> Vec<Change> {
        let feeds = Feeds::new();
        let Watch::Changes(mut changes) = feeds.watch(JOBS) else { unreachable!() };
        by(&News::over(feeds));
        std::iter::from_fn(|| changes.next().now_or_never().flatten()).collect()
    }

    fn fields(version: u64) -> Fields {
        Fields::from([("queue_key", i64::try_from(version).unwrap().into())])
    }

    fn wrote(news: &News, id: &str, version: u64, at: i64) {
        news.put(JOBS, id, Put { version, at, fields: || fields(version) });
    }

    fn put(version: u64) -> Change {
        Change::Put { id: "a".to_owned(), version, fields: Arc::new(fields(version)) }
    }

    fn deleted() -> Change {
        Change::Deleted { id: "a".to_owned() }
    }

    #[test]
    fn what_is_heard_of_twice_is_told_once_whichever_way_comes_first() {
        let late_stream = told(|news| {
            wrote(news, "a", 1, 10);
            wrote(news, "a", 2, 20);
            wrote(news, "a", 1, 10);
            news.deleted(JOBS, "a", 30);
            wrote(news, "a", 2, 20);
            news.deleted(JOBS, "a", 35);
        });
        assert_eq!(late_stream, [put(1), put(2), deleted()]);
        let early_stream = told(|news| {
            wrote(news, "a", 1, 10);
            wrote(news, "a", 1, 10);
            news.deleted(JOBS, "a", 25);
            news.deleted(JOBS, "a", 20);
        });
        assert_eq!(early_stream, [put(1), deleted()]);
    }

    #[test]
    fn a_document_that_is_made_again_is_news_and_its_old_end_is_not() {
        let told = told(|news| {
            wrote(news, "a", 1, 10);
            news.deleted(JOBS, "a", 20);
            wrote(news, "a", 1, 30);
            news.deleted(JOBS, "a", 25);
            news.deleted(JOBS, "a", 40);
        });
        assert_eq!(told, [put(1), deleted(), put(1), deleted()]);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let feeds = Feeds::new();
        let _follower = feeds.watch(JOBS);
        let news = News::over(feeds);
        (0..=REMEMBERED).for_each(|id| wrote(&news, &id.to_string(), 1, 10));
        assert_eq!(news.lock().len(), 1);
    }
}
