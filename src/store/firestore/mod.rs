//! The store on Firestore: what any number of instances share, with nothing else between them.
//!
//! A document is a Firestore document with native, typed fields that an operator can read in the
//! console (`wire`); a payload that is too large for one lies in parts below it (`parts`). Writing is
//! looking at what is there, deciding as every adapter does, and one atomic commit that holds only if
//! nothing has moved since (`commit`); what this instance wrote last it knows (`known`). Who follows a
//! collection hears of this instance's commits at once, and of all others' from the letters that they
//! write to each other (`notices`, `listen`); of each once (`news`). All calls go one way, with a time
//! limit (`link`).

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use super::query::{Page, Query};
use super::watch::{Feeds, Watch};
use super::write::{Write, check_batch};
use super::{Collection, Document, Error, Store, count_page_by_page};
use crate::clock::Clock;

mod commit;
mod credentials;
mod known;
mod link;
mod listen;
mod news;
mod notices;
mod parts;
mod read;
mod settings;
mod wire;

pub use settings::Settings;

use known::Known;
use link::Link;
use news::News;
use notices::Announcer;

pub use notices::{COLLECTION as NOTICES_COLLECTION, UNINDEXED as NOTICES_UNINDEXED};
pub use parts::{COLLECTION as PARTS_COLLECTION, UNINDEXED as PARTS_UNINDEXED};
pub use wire::UNINDEXED;

/// Keeps documents in a Firestore database. Dropping it ends what it does in the background.
pub struct FirestoreStore {
    link: Arc<Link>,
    known: Known,
    clock: Clock,
    feeds: Feeds,
    news: Arc<News>,
    announcer: Arc<Announcer>,
    background: Mutex<Background>,
    runtime: Handle,
}

/// What goes on beside the calls.
#[derive(Default)]
struct Background {
    listens: bool,
    tasks: JoinSet<()>,
}

impl FirestoreStore {
    /// Connects, and asks once for an answer. The store's background work runs on the runtime this
    /// is called from.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when there are no credentials or the database does not answer in time.
    pub async fn open(settings: &Settings, clock: Clock) -> Result<FirestoreStore, Error> {
        let link = Arc::new(Link::open(settings).await?);
        link.ping().await?;
        let feeds = Feeds::new();
        let news = Arc::new(News::over(feeds.clone()));
        let announcer = Arc::new(Announcer::new(clock.clone()));
        let (runtime, known, mut background) = (Handle::current(), Known::default(), Background::default());
        background.tasks.spawn(Arc::clone(&announcer).run(Arc::clone(&link)));
        let background = Mutex::new(background);
        Ok(FirestoreStore { link, known, clock, feeds, news, announcer, background, runtime })
    }
}

#[async_trait]
impl Store for FirestoreStore {
    async fn get(&self, collection: Collection, id: &str) -> Result<Option<Document>, Error> {
        read::get(&self.link, collection, id, self.clock.now()).await
    }

    async fn query(&self, query: Query) -> Result<Page, Error> {
        query.check()?;
        read::page(&self.link, &query, self.clock.now()).await
    }

    async fn count(&self, query: Query) -> Result<u64, Error> {
        let query = query.restarted().limit(1);
        if !query.check()?.counted {
            return count_page_by_page(self, query).await;
        }
        read::count(&self.link, &query, self.clock.now()).await
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<Vec<u64>, Error> {
        check_batch(&writes)?;
        let outcome = commit::commit(&self.link, &self.known, &writes, self.clock.now()).await;
        match &outcome {
            Ok(done) => {
                self.news.committed(&writes, done);
                self.announcer.committed(&writes, done);
            }
            Err(Error::Unavailable { .. }) => {
                self.announcer.unknown(&writes, wire::microseconds(&self.link.seen()));
            }
            // Nothing was written.
            Err(_) => {}
        }
        outcome.map(|done| done.versions)
    }

    fn watch(&self, collection: Collection) -> Watch {
        if !collection.is_followed() {
            return Watch::Unsupported;
        }
        let mut background = self.background.lock().unwrap_or_else(PoisonError::into_inner);
        if !std::mem::replace(&mut background.listens, true) {
            let (link, news) = (Arc::clone(&self.link), Arc::clone(&self.news));
            let listening = listen::follow(link, self.announcer.name().to_owned(), news);
            background.tasks.spawn_on(listening, &self.runtime);
        }
        self.feeds.watch(collection)
    }

    async fn ping(&self) -> Result<(), Error> {
        self.link.ping().await
    }
}

impl fmt::Debug for FirestoreStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FirestoreStore").field("link", &self.link).finish_non_exhaustive()
    }
}
