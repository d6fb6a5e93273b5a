//! A store for tests that counts what is written and fails when it is told to.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures_util::future::BoxFuture;

use crate::store::{Collection, Document, Error, Page, Query, Store, Watch, Write};

/// Passes everything on to another store.
pub(crate) struct TestStore {
    inner: Arc<dyn Store>,
    written: AtomicUsize,
    failures: AtomicUsize,
    lost_answers: AtomicUsize,
    is_cut_off: AtomicBool,
    /// What happens before the next read of a document.
    meanwhile: Mutex<Option<(String, BoxFuture<'static, ()>)>>,
}

#[derive(Debug, thiserror::Error)]
#[error("on purpose")]
struct OnPurpose;

impl TestStore {
    pub(crate) fn over(inner: Arc<dyn Store>) -> Arc<TestStore> {
        let (written, failures, lost_answers, is_cut_off, meanwhile) = Default::default();
        Arc::new(TestStore { inner, written, failures, lost_answers, is_cut_off, meanwhile })
    }

    /// Counts the documents that were written.
    pub(crate) fn written(&self) -> usize {
        self.written.load(Ordering::SeqCst)
    }

    /// Makes the next commits fail.
    pub(crate) fn fail(&self, commits: usize) {
        self.failures.store(commits, Ordering::SeqCst);
    }

    /// Makes everything fail, as if the way to the store were cut, until it is mended. What changes
    /// meanwhile is still told.
    pub(crate) fn cut_off(&self, cut: bool) {
        self.is_cut_off.store(cut, Ordering::SeqCst);
    }

    /// Makes that happen right before the next read of the document with that id.
    pub(crate) fn meanwhile(&self, id: String, happens: BoxFuture<'static, ()>) {
        *self.meanwhile.lock().unwrap() = Some((id, happens));
    }

    fn reach(&self, attempt: &'static str) -> Result<(), Error> {
        match self.is_cut_off.load(Ordering::SeqCst) {
            true => Err(Error::Unavailable { attempt, source: Arc::new(OnPurpose) }),
            false => Ok(()),
        }
    }

    /// Makes the next commits succeed but say that they failed.
    pub(crate) fn lose_answers(&self, commits: usize) {
        self.lost_answers.store(commits, Ordering::SeqCst);
    }
}

fn one_of(counter: &AtomicUsize) -> bool {
    counter.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}

#[async_trait]
impl Store for TestStore {
    async fn get(&self, collection: Collection, id: &str) -> Result<Option<Document>, Error> {
        self.reach("read")?;
        let happens = self.meanwhile.lock().unwrap().take_if(|(read, _)| read == id);
        if let Some((_, happens)) = happens {
            happens.await;
        }
        let document = self.inner.get(collection, id).await;
        // Whoever else reaches for it reads the same, as with a store that is somewhere else.
        tokio::task::yield_now().await;
        document
    }

    async fn query(&self, query: Query) -> Result<Page, Error> {
        self.reach("read")?;
        self.inner.query(query).await
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<Vec<u64>, Error> {
        self.reach("write")?;
        let unavailable = || Error::Unavailable { attempt: "write", source: Arc::new(OnPurpose) };
        if one_of(&self.failures) {
            return Err(unavailable());
        }
        let count = writes.len();
        let versions = self.inner.commit(writes).await?;
        self.written.fetch_add(count, Ordering::SeqCst);
        if one_of(&self.lost_answers) { Err(unavailable()) } else { Ok(versions) }
    }

    fn watch(&self, collection: Collection) -> Watch {
        self.inner.watch(collection)
    }

    async fn ping(&self) -> Result<(), Error> {
        self.inner.ping().await
    }
}
