//! What the instances tell each other about their commits. Each has a document of its own, in which its
//! latest changes stand with a number each; the others follow these few documents (`listen`) instead of
//! every collection. A letter carries what was committed since the one before, so that an instance
//! under load writes it a few times a second and no more, and what is in it stays in it for a while,
//! because a listener may be shown only the latest of several letters.
//!
//! The numbers tell a reader whether it has missed anything. An instance that is killed between a
//! commit and its letter tells nobody: whoever takes over its jobs looks at everything anew.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ::firestore::gcloud_sdk::google::firestore::v1 as proto;
use jiff::SignedDuration;
use proto::write::Operation;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::commit::Done;
use super::link::Link;
use super::wire;
use crate::clock::Clock;
use crate::store::document::Value;
use crate::store::write::Write;
use crate::store::{Collection, Fields};

/// The collection that holds a document of each instance.
pub const COLLECTION: &str = "notices";

/// The fields of such a document, none of which is to be indexed.
pub const UNINDEXED: [&str; 2] = [wire::EXPIRE_AT, wire::PAYLOAD];

/// The pause after a letter.
const PAUSE: Duration = Duration::from_millis(200);
/// How long a change stays in the letters after the first that told it.
const TOLD_FOR: Duration = Duration::from_secs(2);
/// Changes of a letter, a few hundred bytes each. What is too much is left out, and the numbers show it.
const MOST: usize = 1500;
/// How long the document of an instance stays that writes no letters any more.
const KEPT: SignedDuration = SignedDuration::from_hours(1);

/// One change, as it stands in a letter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Notice {
    /// Counts the changes of an instance from 1 on.
    #[serde(rename = "n")]
    pub(super) number: u64,
    #[serde(rename = "c")]
    collection: String,
    #[serde(rename = "k")]
    pub(super) kind: Kind,
    /// When, in microseconds by the clock of the service.
    #[serde(rename = "t")]
    pub(super) at: i64,
}

/// What happened to a document, or to one that nobody can name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Kind {
    #[serde(rename = "p")]
    Put { id: String, version: u64, fields: BTreeMap<String, Value> },
    #[serde(rename = "d")]
    Deleted { id: String },
    /// Nobody knows whether a commit happened.
    #[serde(rename = "u")]
    Unknown,
}

impl Notice {
    /// Gives the collection; `None` for one that a later version of the program knows.
    pub(super) fn collection(&self) -> Option<Collection> {
        Collection::ALL.into_iter().find(|collection| collection.name() == self.collection)
    }
}

/// Reads the declared fields of a document out of a notice.
pub(super) fn fields(collection: Collection, named: &BTreeMap<String, Value>) -> Fields {
    let declared = collection.fields().iter().map(|field| field.name);
    declared.filter_map(|name| Some((name, named.get(name)?.clone()))).collect()
}

/// Writes the letters of this instance.
#[derive(Debug)]
pub(super) struct Announcer {
    /// The id of its document.
    name: String,
    clock: Clock,
    desk: Mutex<Desk>,
    bell: Notify,
}

/// What is to be told, and what was told lately, in the order of its numbers.
#[derive(Debug, Default)]
struct Desk {
    latest: u64,
    entries: VecDeque<Entry>,
}

#[derive(Debug)]
struct Entry {
    notice: Notice,
    /// Since when it stands in a letter.
    told: Option<Instant>,
}

impl Announcer {
    pub(super) fn new(clock: Clock) -> Announcer {
        let name = uuid::Uuid::now_v7().to_string();
        Announcer { name, clock, desk: Mutex::default(), bell: Notify::new() }
    }

    /// The id of this instance's document.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Tells what a commit did.
    pub(super) fn committed(&self, writes: &[Write], done: &Done) {
        let changes = writes.iter().zip(&done.versions).map(|(write, version)| {
            let id = write.id.clone();
            let kind = match *version {
                0 => Kind::Deleted { id },
                version => Kind::Put { id, version, fields: named(&write.content.fields) },
            };
            (write.collection, kind)
        });
        self.tell(changes, done.at);
    }

    /// Tells that a commit may have happened.
    pub(super) fn unknown(&self, writes: &[Write], at: i64) {
        self.tell(writes.iter().map(|write| (write.collection, Kind::Unknown)), at);
    }

    fn tell(&self, changes: impl Iterator<Item = (Collection, Kind)>, at: i64) {
        let followed: Vec<_> = changes.filter(|(collection, _)| collection.is_followed()).collect();
        if followed.is_empty() {
            return;
        }
        let mut desk = self.lock();
        followed.into_iter().for_each(|(collection, kind)| desk.add(collection, kind, at));
        drop(desk);
        self.bell.notify_one();
    }

    /// Writes a letter whenever there is something to tell, until the store is closed.
    pub(super) async fn run(self: Arc<Self>, link: Arc<Link>) {
        loop {
            self.bell.notified().await;
            let (payload, last) = self.lock().letter(Instant::now());
            match link.commit(vec![self.write(&link, payload)]).await {
                Ok(_) => self.lock().told(last, Instant::now()),
                Err(status) => {
                    tracing::debug!(%status, "a letter to the other instances is written again");
                    self.bell.notify_one();
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn write(&self, link: &Link, payload: String) -> proto::Write {
        let name = link.name(format_args!("{COLLECTION}/{}", self.name));
        let expire_at = self.clock.now().saturating_add(KEPT).unwrap_or(jiff::Timestamp::MAX);
        let document = wire::loose(name, payload, Some(expire_at));
        proto::Write { operation: Some(Operation::Update(document)), ..proto::Write::default() }
    }

    // The entries are whole at every moment, so a poisoned lock holds whole data.
    fn lock(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn named(fields: &Fields) -> BTreeMap<String, Value> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

impl Desk {
    fn add(&mut self, collection: Collection, kind: Kind, at: i64) {
        let untold = |entry: &Entry| entry.told.is_none() && entry.notice.collection == collection.name();
        if kind == Kind::Unknown
            && self.entries.iter().any(|entry| entry.notice.kind == Kind::Unknown && untold(entry))
        {
            return;
        }
        self.latest = self.latest.saturating_add(1);
        let notice = Notice { number: self.latest, collection: collection.name().to_owned(), kind, at };
        self.entries.push_back(Entry { notice, told: None });
        if self.entries.len() > MOST {
            self.entries.pop_front();
        }
    }

    /// Gives the text of the letter that is due, and the last number in it.
    fn letter(&mut self, now: Instant) -> (String, u64) {
        let is_old = |entry: &Entry| entry.told.is_some_and(|told| now.duration_since(told) >= TOLD_FOR);
        while self.entries.front().is_some_and(is_old) {
            self.entries.pop_front();
        }
        let notices: Vec<&Notice> = self.entries.iter().map(|entry| &entry.notice).collect();
        // Texts and numbers only: there is nothing in it that JSON cannot say.
        (serde_json::to_string(&notices).unwrap_or_default(), self.latest)
    }

    fn told(&mut self, last: u64, now: Instant) {
        for entry in self.entries.iter_mut().take_while(|entry| entry.notice.number <= last) {
            entry.told.get_or_insert(now);
        }
    }
}

/// How far this instance has read the letters of each other one.
#[derive(Debug)]
pub(super) struct Letters {
    /// What happened before this moment is no news; in microseconds.
    begun: i64,
    read: HashMap<String, u64>,
}

/// What is new in a letter.
#[derive(Debug, PartialEq)]
pub(super) struct Read {
    /// Whether something before it was never seen.
    pub(super) has_gap: bool,
    pub(super) news: Vec<Notice>,
}

impl Letters {
    pub(super) fn since(begun: i64) -> Letters {
        Letters { begun, read: HashMap::new() }
    }

    /// Takes a letter in.
    ///
    /// # Errors
    /// A text that no instance of this program writes.
    pub(super) fn take(&mut self, instance: &str, letter: &str) -> Result<Read, serde_json::Error> {
        let notices: Vec<Notice> = serde_json::from_str(letter)?;
        let (Some(first), Some(last)) = (notices.first(), notices.last()) else {
            return Ok(Read { has_gap: false, news: Vec::new() });
        };
        let known = self.read.get(instance).copied();
        let has_gap = match known {
            Some(known) => first.number > known.saturating_add(1),
            None => first.number > 1 && first.at > self.begun,
        };
        self.read.insert(instance.to_owned(), last.number.max(known.unwrap_or(0)));
        let is_news = |notice: &Notice| match known {
            Some(known) => notice.number > known,
            // When it happened, if it did, nobody knows.
            None => notice.at > self.begun || notice.kind == Kind::Unknown,
        };
        Ok(Read { has_gap, news: notices.into_iter().filter(is_news).collect() })
    }

    /// Forgets an instance whose document is gone.
    pub(super) fn forget(&mut self, instance: &str) {
        self.read.remove(instance);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOBS: Collection = Collection::Jobs;

    fn gone(id: u64) -> Kind {
        Kind::Deleted { id: id.to_string() }
    }

    fn desk(changes: u64) -> Desk {
        let mut desk = Desk::default();
        (1..=changes).for_each(|number| desk.add(JOBS, gone(number), i64::try_from(number).unwrap()));
        desk
    }

    fn numbers(read: &Read) -> Vec<u64> {
        read.news.iter().map(|notice| notice.number).collect()
    }

    #[test]
    fn every_change_is_read_once_whichever_letters_are_seen() {
        let (mut desk, mut letters) = (desk(2), Letters::since(0));
        let now = Instant::now();
        let (first, last) = desk.letter(now);
        let read = letters.take("a", &first).unwrap();
        assert_eq!((numbers(&read), read.has_gap), (vec![1, 2], false));
        assert_eq!(numbers(&letters.take("a", &first).unwrap()), [0; 0], "the same letter again");
        desk.told(last, now);
        desk.add(JOBS, gone(3), 3);
        let (_unseen, last) = desk.letter(now);
        desk.told(last, now + PAUSE);
        desk.add(JOBS, gone(4), 4);
        let read = letters.take("a", &desk.letter(now + PAUSE).0).unwrap();
        assert_eq!((numbers(&read), read.has_gap), (vec![3, 4], false), "one letter was not seen");
    }

    #[test]
    fn what_is_told_leaves_the_letters_after_a_while_and_who_missed_it_knows() {
        let (mut desk, mut letters) = (desk(2), Letters::since(0));
        let now = Instant::now();
        letters.take("a", &desk.letter(now).0).unwrap();
        desk.told(2, now);
        desk.add(JOBS, gone(3), 3);
        desk.told(3, now + PAUSE);
        desk.add(JOBS, gone(4), 4);
        let later = desk.letter(now + PAUSE + TOLD_FOR).0;
        let read = letters.take("a", &later).unwrap();
        assert_eq!((numbers(&read), read.has_gap), (vec![4], true));
        let read = Letters::since(3).take("a", &later).unwrap();
        assert_eq!((numbers(&read), read.has_gap), (vec![4], true), "the third may have been after that");
    }

    #[test]
    fn what_happened_before_somebody_followed_is_no_news() {
        let letter = desk(3).letter(Instant::now()).0;
        let mut letters = Letters::since(2);
        let read = letters.take("a", &letter).unwrap();
        assert_eq!((numbers(&read), read.has_gap), (vec![3], false));
        letters.forget("a");
        assert_eq!(numbers(&letters.take("a", &letter).unwrap()), [3]);
        let mut unsure = desk(0);
        unsure.add(JOBS, Kind::Unknown, 1);
        assert_eq!(numbers(&letters.take("b", &unsure.letter(Instant::now()).0).unwrap()), [1]);
    }

    #[test]
    fn a_letter_is_bounded_and_commits_of_unknown_outcome_take_one_place_of_it() {
        let mut full = desk(u64::try_from(MOST).unwrap() + 7);
        let (letter, last) = full.letter(Instant::now());
        assert_eq!(last, u64::try_from(MOST).unwrap() + 7);
        assert!(letter.len() < 900_000, "{}", letter.len());
        assert!(Letters::since(0).take("a", &letter).unwrap().has_gap);
        let mut desk = desk(0);
        (0..9).for_each(|_| desk.add(JOBS, Kind::Unknown, 1));
        desk.add(Collection::Outbox, Kind::Unknown, 1);
        assert_eq!(desk.latest, 2);
    }

    #[test]
    fn fields_come_back_in_their_own_type_and_foreign_ones_are_left_out() {
        let at = jiff::Timestamp::from_second(7).unwrap();
        let before = Fields::from([("created_at", at.into()), ("queue_key", 5_i64.into())]);
        let mut named = named(&before);
        named.insert("colour".to_owned(), "red".into());
        let kind = Kind::Put { id: "a".to_owned(), version: 3, fields: named };
        let notice = Notice { number: 1, collection: JOBS.name().to_owned(), kind, at: 9 };
        let read: Notice = serde_json::from_str(&serde_json::to_string(&notice).unwrap()).unwrap();
        assert_eq!((&read, read.collection()), (&notice, Some(JOBS)));
        let Kind::Put { fields: named, .. } = read.kind else { unreachable!("it is a put") };
        assert_eq!(fields(JOBS, &named), before);
    }
}
