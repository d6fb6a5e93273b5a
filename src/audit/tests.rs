//! Events from the moment they are noted to what is read back, over a store and a clock that stands still.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::clock::Clock;
use crate::store::{Collection, Document, MemoryStore, Query, Store, Watch, Write};
use crate::telemetry::Metrics;

/// A store that loses the answers of commits, or does nothing at all.
struct Unsteady {
    store: MemoryStore,
    is_away: AtomicBool,
    loses_answers: AtomicBool,
    commits: AtomicUsize,
}

#[async_trait]
impl Store for Unsteady {
    async fn get(&self, collection: Collection, id: &str) -> Result<Option<Document>, store::Error> {
        self.store.get(collection, id).await
    }

    async fn query(&self, query: Query) -> Result<store::Page, store::Error> {
        self.store.query(query).await
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<Vec<u64>, store::Error> {
        self.commits.fetch_add(1, Ordering::Relaxed);
        if self.is_away.load(Ordering::Relaxed) {
            return Err(store::Error::Closed);
        }
        let versions = self.store.commit(writes).await?;
        let is_lost = self.loses_answers.swap(false, Ordering::Relaxed);
        if is_lost { Err(store::Error::Closed) } else { Ok(versions) }
    }

    fn watch(&self, collection: Collection) -> Watch {
        self.store.watch(collection)
    }

    async fn ping(&self) -> Result<(), store::Error> {
        self.store.ping().await
    }
}

struct Kept {
    store: Arc<Unsteady>,
    clock: Clock,
    metrics: Metrics,
    audit: Audit,
    recorder: Recorder,
}

fn kept() -> Kept {
    let clock = Clock::fixed("2026-11-28T10:00:05Z".parse().unwrap());
    let store = Arc::new(Unsteady {
        store: MemoryStore::new(clock.clone()),
        is_away: AtomicBool::new(false),
        loses_answers: AtomicBool::new(false),
        commits: AtomicUsize::new(0),
    });
    let metrics = Metrics::new();
    let (audit, recorder) =
        Audit::new(store.clone(), clock.clone(), metrics.clone(), SignedDuration::from_hours(24));
    Kept { store, clock, metrics, audit, recorder }
}

fn wrong_key(caller: u8) -> Event {
    let address = std::net::IpAddr::from([192, 0, 2, caller]);
    Event {
        kind: Kind::AuthenticationFailure,
        principal: Principal::Network(address.into()),
        address: Some(address),
        request_id: Some(format!("request-{caller}")),
        detail: "wrong_key",
    }
}

/// Everything that the store has, page by page.
async fn all(audit: &Audit, wanted: TrailQuery) -> Vec<Entry> {
    let mut wanted = TrailQuery { limit: wanted.limit.max(1), ..wanted };
    let mut entries = Vec::new();
    loop {
        let page = audit.query(&wanted).await.unwrap();
        assert!(page.items.len() <= wanted.limit);
        entries.extend(page.items);
        wanted.cursor = page.next_cursor;
        if wanted.cursor.is_none() {
            return entries;
        }
    }
}

async fn recorded(recorder: Recorder) {
    let stop = CancellationToken::new();
    stop.cancel();
    recorder.run(stop).await;
}

#[tokio::test(start_paused = true)]
async fn a_minute_is_written_once_when_it_is_over_and_stays() {
    let Kept { store, clock, audit, recorder, .. } = kept();
    let stop = CancellationToken::new();
    let running = tokio::spawn(recorder.run(stop.clone()));
    for _ in 0..1000 {
        audit.note(wrong_key(1));
    }
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(store.commits.load(Ordering::Relaxed), 0, "the minute still runs");
    let open = all(&audit, TrailQuery::default()).await;
    assert_eq!((open.len(), open[0].count, open[0].is_open), (1, 1000, true));
    clock.advance(Duration::from_secs(60));
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(store.commits.load(Ordering::Relaxed), 1);
    let written = all(&audit, TrailQuery::default()).await;
    assert_eq!((written.len(), written[0].count, written[0].is_open), (1, 1000, false));
    assert_eq!(written[0].at, "2026-11-28T10:00:00Z".parse::<Timestamp>().unwrap());
    audit.note(wrong_key(1));
    stop.cancel();
    running.await.unwrap();
    assert_eq!(all(&audit, TrailQuery::default()).await.len(), 2, "a stop writes the minute that runs");
    for document in store.query(Query::descending(Collection::Audit, "at")).await.unwrap().documents {
        assert_eq!(document.version, 1, "nothing is written twice");
    }
    clock.advance(Duration::from_hours(25));
    assert_eq!(all(&audit, TrailQuery::default()).await, [], "retention");
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_doubles_nothing_and_a_store_that_was_away_gets_everything() {
    let Kept { store, clock, audit, recorder, .. } = kept();
    let stop = CancellationToken::new();
    let running = tokio::spawn(recorder.run(stop.clone()));
    (1..=3).for_each(|caller| audit.note(wrong_key(caller)));
    tokio::time::sleep(Duration::from_millis(10)).await;
    store.loses_answers.store(true, Ordering::Relaxed);
    clock.advance(Duration::from_secs(60));
    tokio::time::sleep(Duration::from_secs(3)).await;
    store.is_away.store(true, Ordering::Relaxed);
    (4..=5).for_each(|caller| audit.note(wrong_key(caller)));
    tokio::time::sleep(Duration::from_millis(10)).await;
    clock.advance(Duration::from_secs(60));
    tokio::time::sleep(Duration::from_secs(3)).await;
    store.is_away.store(false, Ordering::Relaxed);
    stop.cancel();
    running.await.unwrap();
    let entries = all(&audit, TrailQuery::default()).await;
    let counts: Vec<u64> = entries.iter().map(|entry| entry.count).collect();
    assert_eq!(counts, [1; 5], "{entries:?}");
}

#[tokio::test]
async fn what_finds_the_queue_full_is_counted_by_its_kind_and_nobody_waits() {
    let Kept { audit, recorder, metrics, .. } = kept();
    for number in 0..5000_u32 {
        audit.note(wrong_key(u8::try_from(number % 200).unwrap()));
    }
    recorded(recorder).await;
    let entries = all(&audit, TrailQuery { limit: 1000, ..TrailQuery::default() }).await;
    assert_eq!(entries.len(), 201);
    assert_eq!(entries.iter().map(|entry| entry.count).sum::<u64>(), 5000);
    let report = audit.report(1).await.unwrap();
    assert_eq!((report.total, report.without_principal), (5000, 5000 - 4096));
    let counted = "security_events_total{type=\"authentication_failure\"} 5000";
    assert!(metrics.text().unwrap().contains(counted));
}

#[tokio::test]
async fn entries_are_found_by_every_filter_and_page_by_page() {
    let Kept { clock, audit, recorder, .. } = kept();
    for minute in 0..4 {
        for caller in 0..3 {
            audit.note(wrong_key(caller));
            audit.note(Event { kind: Kind::InvalidInput, detail: "invalid_request", ..wrong_key(caller) });
        }
        clock.advance(Duration::from_secs(if minute < 3 { 60 } else { 0 }));
    }
    let whole = async |wanted: TrailQuery| {
        let mut ids = BTreeSet::new();
        let entries = all(&audit, TrailQuery { limit: 5, ..wanted }).await;
        entries.iter().for_each(|entry| assert!(ids.insert(entry.id.clone()), "twice: {entry:?}"));
        assert!(entries.is_sorted_by_key(|entry| std::cmp::Reverse(entry.at)));
        entries.len()
    };
    recorded(recorder).await;
    let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
    let (kind, principal) = (Some(Kind::InvalidInput), Some("192.0.2.1".to_owned()));
    assert_eq!(whole(TrailQuery::default()).await, 24);
    assert_eq!(whole(TrailQuery { kind, ..TrailQuery::default() }).await, 12);
    assert_eq!(whole(TrailQuery { principal: principal.clone(), ..TrailQuery::default() }).await, 8);
    assert_eq!(whole(TrailQuery { kind, principal, ..TrailQuery::default() }).await, 4);
    let (after, before) = (at("2026-11-28T10:01:00Z"), at("2026-11-28T10:03:00Z"));
    assert_eq!(whole(TrailQuery { after, ..TrailQuery::default() }).await, 18);
    assert_eq!(whole(TrailQuery { before, ..TrailQuery::default() }).await, 18);
    assert_eq!(whole(TrailQuery { after, before, kind, ..TrailQuery::default() }).await, 6);
    for cursor in ["5b5d", "unwritten-", "unwritten-x", "x"] {
        let wanted = TrailQuery { cursor: Some(cursor.to_owned()), ..TrailQuery::default() };
        assert!(matches!(audit.query(&wanted).await, Err(Error::InvalidCursor)), "{cursor}");
    }
}

#[tokio::test]
async fn a_report_sums_the_last_hours_and_names_whom_most_is_about() {
    let Kept { clock, audit, recorder, .. } = kept();
    audit.note(wrong_key(9));
    clock.advance(Duration::from_hours(3));
    (1..=12).for_each(|caller| (0..caller).for_each(|_| audit.note(wrong_key(caller))));
    audit.note(Event::of_service(Kind::VulnerabilityDetected, "metrics_open"));
    recorded(recorder).await;
    let report = audit.report(2).await.unwrap();
    assert_eq!((report.total, report.without_principal, report.is_complete), (79, 0, true));
    let failures = &report.types["authentication_failure"];
    assert_eq!((failures.count, failures.details["wrong_key"]), (78, 78));
    assert_eq!(failures.principals.len(), 10);
    assert_eq!((failures.principals[0].principal.as_str(), failures.principals[0].count), ("192.0.2.12", 12));
    assert_eq!(report.types["vulnerability_detected"].principals[0].principal, "service");
    assert_eq!(audit.report(4).await.unwrap().total, 80);
}
