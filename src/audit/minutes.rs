//! Events put together: one entry for each kind, principal and minute, however often it happened. Entries of
//! the minute that runs are open; those of minutes before wait until they are written, once, and are never
//! changed. Everything here is bounded: what finds no place is counted without its principal.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::IpAddr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, Kind, Principal};
use crate::id::KeyId;

/// Entries of a minute that have a principal; at about 500 bytes each some megabytes.
pub(super) const MOST_OPEN: usize = 10_000;
/// Entries that wait for a store that is away.
pub(super) const MOST_WAITING: usize = 20_000;
/// Seconds of a minute.
const MINUTE: i64 = 60;

/// What happened to one principal in one minute, as one instance saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SecurityEvent")]
pub struct Entry {
    /// Names the entry.
    pub id: String,
    /// The minute, by its beginning.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// What kind of thing happened.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Whom it is about: a key id, an address or network, `service`, or `others` for those that found no
    /// place of their own.
    pub principal: String,
    /// The key, where the principal is one.
    pub key_id: Option<KeyId>,
    /// Where the first of it came from.
    #[schemars(with = "Option<String>")]
    pub address: Option<IpAddr>,
    /// How often it happened.
    pub count: u64,
    /// How often each form of it did.
    pub details: BTreeMap<String, u64>,
    /// The call in which it first happened.
    pub first_request_id: Option<String>,
    /// The call in which it last happened.
    pub last_request_id: Option<String>,
    /// Whether the minute still runs and more may come on top; false of everything that is written.
    pub is_open: bool,
}

/// The entries that are not written yet.
#[derive(Debug)]
pub(super) struct Minutes {
    /// Tells entries of this process from those of others.
    instance: String,
    /// The minute that runs, counted from 1970 on.
    minute: i64,
    open: HashMap<(Kind, Principal), Entry>,
    waiting: VecDeque<Entry>,
    made: u64,
}

impl Minutes {
    pub(super) fn new(instance: String) -> Minutes {
        Minutes { instance, minute: 0, open: HashMap::new(), waiting: VecDeque::new(), made: 0 }
    }

    /// Adds an event. One of a minute that is over counts for the one that runs: what was closed may be
    /// written already.
    pub(super) fn add(&mut self, at: Timestamp, event: Event) {
        self.proceed(at);
        let Event { kind, principal, address, request_id, detail } = event;
        let has_place = self.open.len() < MOST_OPEN || self.open.contains_key(&(kind, principal));
        if !has_place {
            self.add_lost(kind, 1);
            return;
        }
        let entry = self.entry(kind, principal);
        entry.address = entry.address.or(address);
        entry.first_request_id = entry.first_request_id.take().or_else(|| request_id.clone());
        entry.last_request_id = request_id.or_else(|| entry.last_request_id.take());
        grow(entry, detail, 1);
    }

    /// Adds events of which nothing but their kind is known any more.
    pub(super) fn lose(&mut self, at: Timestamp, kind: Kind, count: u64) {
        self.proceed(at);
        self.add_lost(kind, count);
    }

    fn add_lost(&mut self, kind: Kind, count: u64) {
        let entry = self.entry(kind, Principal::Others);
        grow(entry, "overflow", count);
    }

    fn entry(&mut self, kind: Kind, principal: Principal) -> &mut Entry {
        let (minute, number) = (self.minute, self.made);
        let instance = &self.instance;
        let made = &mut self.made;
        self.open.entry((kind, principal)).or_insert_with(|| {
            *made = number.saturating_add(1);
            Entry {
                id: format!("{minute:010}-{instance}-{number:010}"),
                at: beginning(minute),
                kind,
                principal: principal.to_string(),
                key_id: match principal {
                    Principal::Key(key) => Some(key),
                    Principal::Network(_) | Principal::Service | Principal::Others => None,
                },
                address: None,
                count: 0,
                details: BTreeMap::new(),
                first_request_id: None,
                last_request_id: None,
                is_open: true,
            }
        })
    }

    /// Closes the minutes before that moment. A clock that goes back closes nothing.
    pub(super) fn proceed(&mut self, now: Timestamp) {
        let minute = now.as_second().div_euclid(MINUTE);
        if minute > self.minute {
            self.close();
            self.minute = minute;
        }
    }

    /// Closes the minute that runs; what comes later counts for the next.
    pub(super) fn close(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let mut closed: Vec<Entry> = self.open.drain().map(|(_, entry)| entry).collect();
        closed.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        self.waiting.extend(closed.into_iter().map(|entry| Entry { is_open: false, ..entry }));
        self.minute = self.minute.saturating_add(1);
        while self.waiting.len() > MOST_WAITING {
            let Some(oldest) = self.waiting.pop_front() else { break };
            self.add_lost(oldest.kind, oldest.count);
        }
    }

    /// Gives what is to be written next, oldest first.
    pub(super) fn unwritten(&self, most: usize) -> Vec<Entry> {
        self.waiting.iter().take(most).cloned().collect()
    }

    /// Forgets what is written.
    pub(super) fn written(&mut self, written: &[Entry]) {
        self.waiting.retain(|entry| written.iter().all(|other| other.id != entry.id));
    }

    /// Gives everything that no store has yet, newest first.
    pub(super) fn unstored(&self) -> Vec<Entry> {
        let mut entries: Vec<Entry> = self.open.values().chain(&self.waiting).cloned().collect();
        entries.sort_unstable_by(|one, other| other.id.cmp(&one.id));
        entries
    }
}

fn grow(entry: &mut Entry, detail: &'static str, count: u64) {
    entry.count = entry.count.saturating_add(count);
    let part = entry.details.entry(detail.to_owned()).or_default();
    *part = part.saturating_add(count);
}

fn beginning(minute: i64) -> Timestamp {
    Timestamp::from_second(minute.saturating_mul(MINUTE)).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn wrong_key(address: u32, request: &str) -> Event {
        let address = std::net::Ipv4Addr::from_bits(address);
        Event {
            kind: Kind::AuthenticationFailure,
            principal: Principal::Network(IpAddr::V4(address).into()),
            address: Some(address.into()),
            request_id: Some(request.to_owned()),
            detail: "wrong_key",
        }
    }

    #[test]
    fn a_minute_of_one_principal_is_one_entry_with_its_count_and_its_ends() {
        let mut minutes = Minutes::new("i".to_owned());
        for number in 0..1000 {
            minutes.add(second(120 + number % 60), wrong_key(7, &format!("r{number}")));
        }
        minutes.add(second(179), Event { detail: "missing_key", ..wrong_key(7, "last") });
        assert_eq!(minutes.unwritten(10), [], "the minute still runs");
        minutes.proceed(second(180));
        let entries = minutes.unwritten(10);
        let [entry] = entries.as_slice() else { panic!("{entries:?}") };
        assert_eq!((entry.count, entry.at, entry.is_open), (1001, second(120), false));
        assert_eq!(
            entry.details,
            BTreeMap::from([("missing_key".to_owned(), 1), ("wrong_key".to_owned(), 1000)])
        );
        assert_eq!(entry.first_request_id.as_deref(), Some("r0"));
        assert_eq!(entry.last_request_id.as_deref(), Some("last"));
        assert_eq!(entry.principal, "0.0.0.7");
    }

    #[test]
    fn kinds_principals_and_minutes_are_told_apart_and_a_clock_that_goes_back_reopens_nothing() {
        let mut minutes = Minutes::new("i".to_owned());
        minutes.add(second(60), wrong_key(1, "a"));
        minutes.add(second(61), wrong_key(2, "b"));
        minutes.add(second(62), Event { kind: Kind::InvalidInput, ..wrong_key(1, "c") });
        minutes.add(second(120), wrong_key(1, "d"));
        minutes.add(second(60), wrong_key(1, "e"));
        minutes.close();
        let entries = minutes.unwritten(10);
        let counts: Vec<(i64, u64)> =
            entries.iter().map(|entry| (entry.at.as_second(), entry.count)).collect();
        assert_eq!(counts, [(60, 1), (60, 1), (60, 1), (120, 2)]);
        minutes.written(&entries);
        minutes.add(second(120), wrong_key(1, "f"));
        minutes.close();
        let late = minutes.unwritten(10);
        assert!(late.iter().all(|entry| entries.iter().all(|old| old.id != entry.id)), "{late:?}");
    }

    #[test]
    fn what_finds_no_place_is_counted_without_its_principal() {
        let mut minutes = Minutes::new("i".to_owned());
        let callers = u32::try_from(MOST_OPEN).unwrap() + 500;
        for caller in 0..callers {
            minutes.add(second(60), wrong_key(caller, "r"));
        }
        minutes.add(second(60), wrong_key(3, "r"));
        minutes.lose(second(61), Kind::AuthenticationFailure, 40);
        let entries = minutes.unstored();
        assert_eq!(entries.len(), MOST_OPEN + 1);
        let others: Vec<u64> =
            entries.iter().filter(|entry| entry.principal == "others").map(|entry| entry.count).collect();
        assert_eq!(others, [540]);
        let all: u64 = entries.iter().map(|entry| entry.count).sum();
        assert_eq!(all, u64::from(callers) + 41);
    }

    #[test]
    fn while_the_store_is_away_no_more_wait_than_fit_and_their_counts_stay() {
        let mut minutes = Minutes::new("i".to_owned());
        let mut noted = 0;
        for minute in 1..5 {
            for caller in 0..u32::try_from(MOST_OPEN).unwrap() {
                minutes.add(second(60 * minute), wrong_key(caller, "r"));
                noted += 1;
            }
        }
        minutes.close();
        assert!(minutes.unwritten(usize::MAX).len() <= MOST_WAITING);
        let all: u64 = minutes.unstored().iter().map(|entry| entry.count).sum();
        assert_eq!(all, noted);
    }
}
