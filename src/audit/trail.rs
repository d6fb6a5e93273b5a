//! What was noted, for those who look back: pages, newest first, and a report over the last hours. What this
//! process has not written yet comes before what the store has.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use super::minutes::Entry;
use super::{Audit, Error, Kind};
use crate::store::{Collection, Cursor, Document, Query};

/// Entries of a page at most.
pub const MAX_LISTED: usize = 1000;
/// Pages that a report looks through at most.
const MAX_PAGES: usize = 100;
/// Principals that a report names of each kind.
const NAMED: usize = 10;
/// Marks a cursor into what is not written yet.
const UNSTORED: &str = "unwritten-";

/// Which entries are asked for.
#[derive(Clone, Debug, Default)]
pub struct TrailQuery {
    /// Only those of that kind.
    pub kind: Option<Kind>,
    /// Only those about that principal: a key id, an address or network, `service`, `others`.
    pub principal: Option<String>,
    /// Only those of minutes that began then or later.
    pub after: Option<Timestamp>,
    /// Only those of minutes that began earlier.
    pub before: Option<Timestamp>,
    /// How many at most, 1 to [`MAX_LISTED`].
    pub limit: usize,
    /// Where the page begins: what the page before gave as its `next_cursor`.
    pub cursor: Option<String>,
}

/// One page of entries, newest first.
#[derive(Clone, Debug)]
pub struct Page {
    /// What is on it.
    pub items: Vec<Entry>,
    /// Where the next page begins, `None` when there is none.
    pub next_cursor: Option<String>,
}

/// What happened in the last hours.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "SecurityReport")]
pub struct Report {
    /// How many hours that are.
    pub hours: u32,
    /// When they began.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub since: Timestamp,
    /// How many events there were.
    pub total: u64,
    /// How many of these are counted without whom they were about.
    pub without_principal: u64,
    /// How many of each type, and about whom the most; types of which none happened are not named.
    pub types: BTreeMap<&'static str, OfType>,
    /// Whether all entries of that time were looked through; else those of the latest were.
    pub is_complete: bool,
}

/// What happened of one type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "SecurityEventSum")]
pub struct OfType {
    /// How often.
    pub count: u64,
    /// How often in each form.
    pub details: BTreeMap<String, u64>,
    /// About whom the most.
    pub principals: Vec<Share>,
}

/// What is one principal's.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "SecurityEventShare")]
pub struct Share {
    /// Whose it is.
    pub principal: String,
    /// How often.
    pub count: u64,
}

impl TrailQuery {
    fn matches(&self, entry: &Entry) -> bool {
        self.kind.is_none_or(|kind| kind == entry.kind)
            && self.principal.as_ref().is_none_or(|principal| *principal == entry.principal)
            && self.after.is_none_or(|after| entry.at >= after)
            && self.before.is_none_or(|before| entry.at < before)
    }

    /// The question to the store.
    fn of_store(&self) -> Query {
        let mut query = Query::descending(Collection::Audit, "at");
        if let Some(kind) = self.kind {
            query = query.equal("kind", kind.as_str());
        }
        if let Some(principal) = &self.principal {
            query = query.equal("principal", principal.as_str());
        }
        if let Some(before) = self.before {
            query = query.beyond(before);
        }
        query
    }
}

impl Audit {
    /// Lists what happened, newest first. An entry that is written between two pages may stand on both.
    ///
    /// # Errors
    /// [`Error::InvalidCursor`], [`Error::Store`].
    pub async fn query(&self, wanted: &TrailQuery) -> Result<Page, Error> {
        let limit = wanted.limit.clamp(1, MAX_LISTED);
        let (skipped, cursor) = match wanted.cursor.as_deref() {
            None => (Some(0), None),
            Some(text) => match text.strip_prefix(UNSTORED) {
                Some(number) => (Some(number.parse().map_err(|_| Error::InvalidCursor)?), None),
                None => (None, Some(text.parse::<Cursor>().map_err(|_| Error::InvalidCursor)?)),
            },
        };
        let mut items = Vec::new();
        if let Some(skipped) = skipped {
            let unstored = self.unstored().into_iter().filter(|entry| wanted.matches(entry));
            items.extend(unstored.skip(skipped).take(limit));
            if items.len() == limit {
                let next = skipped.saturating_add(limit);
                return Ok(Page { items, next_cursor: Some(format!("{UNSTORED}{next}")) });
            }
        }
        let mut query = wanted.of_store().limit(limit.saturating_sub(items.len()));
        if let Some(cursor) = cursor {
            query = query.after(cursor);
        }
        let page = self.store().query(query).await.map_err(Error::of_cursor)?;
        let found = page.documents.len();
        let stored = page.documents.iter().filter_map(read);
        items.extend(stored.take_while(|entry| wanted.after.is_none_or(|after| entry.at >= after)));
        let reached_end = match (wanted.after, page.documents.last()) {
            (Some(after), Some(last)) => last.timestamp("at").is_some_and(|at| at < after),
            _ => found == 0,
        };
        let next = page.next.filter(|_| !reached_end);
        Ok(Page { items, next_cursor: next.map(|cursor| cursor.to_string()) })
    }

    /// Sums up the last hours.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn report(&self, hours: u32) -> Result<Report, Error> {
        let since = self.now().saturating_sub(SignedDuration::from_hours(hours.into()));
        let since = since.unwrap_or(Timestamp::UNIX_EPOCH);
        let mut wanted = TrailQuery { after: Some(since), limit: MAX_LISTED, ..TrailQuery::default() };
        let mut sums = Sums::default();
        let mut is_complete = false;
        for _ in 0..MAX_PAGES {
            let page = self.query(&wanted).await?;
            page.items.into_iter().for_each(|entry| sums.add(entry));
            wanted.cursor = page.next_cursor;
            if wanted.cursor.is_none() {
                is_complete = true;
                break;
            }
        }
        Ok(sums.report(hours, since, is_complete))
    }
}

/// A report while it is added up. As many principals as there are entries, so the pages bound it.
#[derive(Default)]
struct Sums {
    seen: std::collections::HashSet<String>,
    types: BTreeMap<&'static str, (OfType, BTreeMap<String, u64>)>,
    total: u64,
    without_principal: u64,
}

impl Sums {
    fn add(&mut self, entry: Entry) {
        if !self.seen.insert(entry.id) {
            return;
        }
        self.total = self.total.saturating_add(entry.count);
        let (sum, principals) = self.types.entry(entry.kind.as_str()).or_default();
        sum.count = sum.count.saturating_add(entry.count);
        for (detail, count) in entry.details {
            let part = sum.details.entry(detail).or_default();
            *part = part.saturating_add(count);
        }
        if entry.principal == super::Principal::Others.to_string() {
            self.without_principal = self.without_principal.saturating_add(entry.count);
            return;
        }
        let part = principals.entry(entry.principal).or_default();
        *part = part.saturating_add(entry.count);
    }

    fn report(self, hours: u32, since: Timestamp, is_complete: bool) -> Report {
        let Sums { types, total, without_principal, .. } = self;
        let types = types.into_iter().map(|(name, (mut sum, principals))| {
            let shares = principals.into_iter().map(|(principal, count)| Share { principal, count });
            sum.principals = shares.collect();
            sum.principals.sort_by_key(|share| std::cmp::Reverse(share.count));
            sum.principals.truncate(NAMED);
            (name, sum)
        });
        Report { hours, since, total, without_principal, types: types.collect(), is_complete }
    }
}

/// Reads an entry. One that cannot be read is left out and told of in the log.
fn read(document: &Document) -> Option<Entry> {
    match serde_json::from_str::<Entry>(&document.payload) {
        Ok(entry) => Some(Entry { id: document.id.clone(), ..entry }),
        Err(error) => {
            tracing::error!(entry = document.id, %error, "a security event is left out of a list");
            None
        }
    }
}
