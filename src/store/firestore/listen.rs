//! Hearing what other instances committed: a listen stream over their letters (`notices`), of which
//! there is one an instance. A stream that breaks is opened again and shows all letters from the start;
//! what was read before is known by its number, and so is what was missed. Whoever follows is then told
//! to look all the same: a letter that is written while a stream begins may not be shown in it (seen with
//! the emulator, November 2026).

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use ::firestore::gcloud_sdk::google::firestore::v1 as proto;
use ::firestore::gcloud_sdk::tonic::{Code, Status};
use proto::listen_response::ResponseType;
use proto::target_change::TargetChangeType;

use super::link::Link;
use super::news::{News, Put};
use super::notices::{self, Kind, Letters, Notice};
use super::wire;
use crate::store::Collection;

/// The one target of a stream.
const TARGET: i32 = 1;
/// The pause before a broken stream is opened again; doubled each time, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Reads the letters of the others.
struct Reader<'a> {
    link: &'a Link,
    /// This instance. It knows its own commits, but those of which nobody knows whether they happened.
    me: &'a str,
    news: &'a News,
    letters: Letters,
    /// Whether the stream has shown all letters there are.
    is_current: bool,
    /// Whether an earlier stream broke, and nobody was told yet.
    has_broken: bool,
}

/// Follows the letters of all instances, this one's being `me`, until the store is closed.
pub(super) async fn follow(link: Arc<Link>, me: String, news: Arc<News>) {
    let letters = Letters::since(wire::microseconds(&link.seen()));
    let mut reader =
        Reader { link: &link, me: &me, news: &news, letters, is_current: false, has_broken: false };
    let mut pause = FIRST_PAUSE;
    loop {
        let Err(status) = Box::pin(reader.listen()).await;
        tracing::warn!(%status, "the listen stream broke and is opened again");
        if std::mem::take(&mut reader.is_current) {
            pause = FIRST_PAUSE;
        }
        reader.has_broken = true;
        tokio::time::sleep(pause).await;
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
    }
}

impl Reader<'_> {
    /// Reads until the stream breaks.
    async fn listen(&mut self) -> Result<Infallible, Status> {
        let mut answers = self.link.listen(self.target()).await?;
        loop {
            let Some(answer) = answers.message().await? else {
                return Err(Status::unavailable("the service ended the stream"));
            };
            match answer.response_type {
                Some(ResponseType::TargetChange(change)) => self.target_changed(&change)?,
                Some(ResponseType::DocumentChange(change)) => {
                    change.document.iter().for_each(|letter| self.read(letter));
                }
                Some(ResponseType::DocumentDelete(gone)) => self.letters.forget(wire::id(&gone.document)),
                Some(ResponseType::DocumentRemove(gone)) => self.letters.forget(wire::id(&gone.document)),
                Some(ResponseType::Filter(_)) | None => {}
            }
        }
    }

    fn target(&self) -> proto::Target {
        let from = proto::structured_query::CollectionSelector {
            collection_id: notices::COLLECTION.to_owned(),
            all_descendants: false,
        };
        let query = proto::StructuredQuery { from: vec![from], ..proto::StructuredQuery::default() };
        let query = proto::target::query_target::QueryType::StructuredQuery(query);
        let query = proto::target::QueryTarget { parent: self.link.root(), query_type: Some(query) };
        let target_type = Some(proto::target::TargetType::Query(query));
        proto::Target { target_id: TARGET, target_type, ..proto::Target::default() }
    }

    fn target_changed(&mut self, change: &proto::TargetChange) -> Result<(), Status> {
        self.link.note(change.read_time.as_ref());
        match change.target_change_type() {
            TargetChangeType::Remove => {
                let cause = change.cause.clone().unwrap_or_default();
                Err(Status::new(Code::from_i32(cause.code), cause.message))
            }
            TargetChangeType::Current => {
                self.is_current = true;
                if std::mem::take(&mut self.has_broken) {
                    self.missed();
                }
                Ok(())
            }
            TargetChangeType::Reset | TargetChangeType::NoChange | TargetChangeType::Add => Ok(()),
        }
    }

    fn read(&mut self, letter: &proto::Document) {
        let instance = wire::id(&letter.name);
        let text = wire::part(letter).map_err(|error| error.to_string());
        let read = text.and_then(|text| self.letters.take(instance, text).map_err(|error| error.to_string()));
        match read {
            Ok(read) => {
                let is_own = instance == self.me;
                let news = read.news.iter().filter(|notice| !is_own || notice.kind == Kind::Unknown);
                news.for_each(|notice| self.tell(notice));
                if read.has_gap && !is_own {
                    self.missed();
                }
            }
            Err(error) => {
                tracing::error!(instance, error, "a letter of another instance cannot be read");
                self.missed();
            }
        }
    }

    fn tell(&self, notice: &Notice) {
        let Some(collection) = notice.collection() else { return };
        match &notice.kind {
            Kind::Put { id, version, fields } => {
                let fields = || notices::fields(collection, fields);
                self.news.put(collection, id, Put { version: *version, at: notice.at, fields });
            }
            Kind::Deleted { id } => self.news.deleted(collection, id, notice.at),
            Kind::Unknown => self.news.missed(collection),
        }
    }

    fn missed(&self) {
        Collection::ALL.into_iter().for_each(|collection| self.news.missed(collection));
    }
}
