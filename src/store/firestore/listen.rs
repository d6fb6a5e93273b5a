//! Following a collection that other instances write to, by a listen stream. It begins at a moment
//! that is known to lie before the first change that matters, and when it breaks it goes on where it
//! was; then followers are told that they may have missed something, because what was deleted in
//! between is not always told again.
//!
//! The service may begin anew at any time and send the whole collection, and the emulator does so with
//! every change. What is old in that is not told; what is not in it any more has been deleted.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use ::firestore::gcloud_sdk::google::firestore::v1 as proto;
use ::firestore::gcloud_sdk::prost_types::Timestamp as Moment;
use ::firestore::gcloud_sdk::tonic::{Code, Status};
use proto::listen_response::ResponseType;
use proto::target::ResumeType;
use proto::target_change::TargetChangeType;

use super::link::Link;
use super::news::{News, Put};
use super::wire;
use crate::store::Collection;

/// The one target of a stream.
const TARGET: i32 = 1;
/// The pause before a broken stream is opened again; doubled each time, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A stream, as long as it lasts.
struct Stream<'a> {
    link: &'a Link,
    collection: Collection,
    news: &'a News,
    /// Where the next stream begins: everything before this moment has been told.
    since: Moment,
    /// Where this stream began, in microseconds.
    begun: i64,
    /// Whether an earlier stream broke, and followers have not been told yet.
    has_gap: bool,
    /// Whether this stream has got as far as the present.
    is_current: bool,
    /// What is there, once the whole collection was sent.
    present: Option<BTreeSet<String>>,
    /// What was sent so far, while the whole collection is.
    arriving: Option<BTreeSet<String>>,
}

/// Follows a collection until the store is closed.
pub(super) async fn follow(link: Arc<Link>, collection: Collection, news: Arc<News>) {
    let mut stream = Stream {
        link: &link,
        collection,
        news: &news,
        since: link.seen(),
        begun: 0,
        has_gap: false,
        is_current: false,
        present: None,
        arriving: None,
    };
    let mut pause = FIRST_PAUSE;
    loop {
        let Err(status) = Box::pin(stream.listen()).await;
        tracing::warn!(%collection, %status, "a listen stream broke and is opened again");
        if stream.is_current {
            pause = FIRST_PAUSE;
        } else if is_refused(status.code()) {
            // That moment lies too far back.
            stream.since = link.seen();
        }
        (stream.has_gap, stream.is_current) = (true, false);
        tokio::time::sleep(pause).await;
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
        // Brings the latest moment that the service knows.
        if let Err(error) = link.ping().await {
            tracing::debug!(%error, "Firestore cannot be reached");
        }
    }
}

fn is_refused(code: Code) -> bool {
    matches!(code, Code::InvalidArgument | Code::FailedPrecondition | Code::OutOfRange | Code::Aborted)
}

impl Stream<'_> {
    /// Tells what happens until the stream breaks.
    async fn listen(&mut self) -> Result<Infallible, Status> {
        (self.begun, self.present, self.arriving) = (wire::microseconds(&self.since), None, None);
        let mut answers = self.link.listen(self.target()).await?;
        loop {
            let Some(answer) = answers.message().await? else {
                return Err(Status::unavailable("the service ended the stream"));
            };
            match answer.response_type {
                Some(ResponseType::TargetChange(change)) => self.target_changed(&change)?,
                Some(ResponseType::DocumentChange(change)) => self.document_changed(&change),
                Some(ResponseType::DocumentDelete(gone)) => {
                    self.gone(&gone.document, gone.read_time.as_ref())
                }
                Some(ResponseType::DocumentRemove(gone)) => {
                    self.gone(&gone.document, gone.read_time.as_ref())
                }
                Some(ResponseType::Filter(_)) | None => {}
            }
        }
    }

    fn target(&self) -> proto::Target {
        let from = proto::structured_query::CollectionSelector {
            collection_id: self.collection.name().to_owned(),
            all_descendants: false,
        };
        let query = proto::StructuredQuery { from: vec![from], ..proto::StructuredQuery::default() };
        let query = proto::target::query_target::QueryType::StructuredQuery(query);
        let query = proto::target::QueryTarget { parent: self.link.root(), query_type: Some(query) };
        proto::Target {
            target_id: TARGET,
            target_type: Some(proto::target::TargetType::Query(query)),
            resume_type: Some(ResumeType::ReadTime(self.since)),
            ..proto::Target::default()
        }
    }

    fn target_changed(&mut self, change: &proto::TargetChange) -> Result<(), Status> {
        self.link.note(change.read_time.as_ref());
        match change.target_change_type() {
            TargetChangeType::Remove => {
                let cause = change.cause.clone().unwrap_or_default();
                return Err(Status::new(Code::from_i32(cause.code), cause.message));
            }
            TargetChangeType::Reset => {
                self.arriving = Some(BTreeSet::new());
                // Nobody knows what was there before, so nobody can tell what is gone.
                self.has_gap |= self.is_current && self.present.is_none();
            }
            TargetChangeType::Current => {
                self.is_current = true;
                self.compare(change.read_time.as_ref());
            }
            TargetChangeType::NoChange | TargetChangeType::Add => {}
        }
        if self.is_current && self.arriving.is_none() {
            self.since = change.read_time.unwrap_or(self.since);
            if std::mem::take(&mut self.has_gap) {
                self.news.missed(self.collection);
            }
        }
        Ok(())
    }

    /// Tells what is gone since the whole collection was sent before.
    fn compare(&mut self, at: Option<&Moment>) {
        let Some(arrived) = self.arriving.take() else { return };
        let before = self.present.replace(arrived).unwrap_or_default();
        let is_there = |id: &&String| self.present.as_ref().is_some_and(|present| present.contains(*id));
        let at = wire::microseconds(at.unwrap_or(&self.link.seen()));
        before.iter().filter(|id| !is_there(id)).for_each(|id| self.news.deleted(self.collection, id, at));
    }

    fn document_changed(&mut self, change: &proto::DocumentChange) {
        let Some(document) = &change.document else { return };
        let id = wire::id(&document.name);
        if !change.removed_target_ids.is_empty() {
            return self.gone(&document.name, document.update_time.as_ref());
        }
        if let Some(known) = self.arriving.as_mut().or(self.present.as_mut()) {
            known.insert(id.to_owned());
        }
        match wire::standing(document) {
            Ok(standing) => {
                let at = wire::microseconds(&standing.update_time);
                if at > self.begun {
                    let fields = || wire::fields(self.collection, document);
                    self.news.put(self.collection, id, Put { version: standing.version, at, fields });
                }
            }
            Err(error) => tracing::error!(%error, "a document that changed is left out"),
        }
    }

    fn gone(&mut self, name: &str, at: Option<&Moment>) {
        let (id, at) = (wire::id(name), wire::microseconds(at.unwrap_or(&self.link.seen())));
        if let Some(known) = self.arriving.as_mut().or(self.present.as_mut()) {
            known.remove(id);
        }
        self.news.deleted(self.collection, id, at);
    }
}
