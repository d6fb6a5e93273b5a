//! What every store does, whichever adapter it is: each claim runs over all of [`adapters`].
//! What only a file can do (reopen, be damaged, be full) stands in `store_sqlite.rs`; the random walk over all of them in `store_model.rs`.

use std::sync::Arc;
use std::time::Duration;

use content_factory::clock::Clock;
use content_factory::store::{
    Change, Collection, Config, Direction, Document, Error, Fields, MAX_BATCH_WRITES, MAX_FIELD_BYTES,
    MAX_ID_BYTES, MAX_PAYLOAD_BYTES, MAX_QUERY_LIMIT, MemoryStore, Query, SqliteStore, Store, Value, Watch,
    Write,
};
use jiff::{SignedDuration, Timestamp};

use crate::support::emulator;

const JOBS: Collection = Collection::Jobs;

/// One store under test, with its clock and the folder that ends with it.
pub(crate) struct Adapter {
    pub(crate) name: &'static str,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Clock,
    _folder: Option<tempfile::TempDir>,
}

fn start() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

/// Opens the adapters anew that need nothing but this machine.
pub(crate) fn local_adapters() -> Vec<Adapter> {
    let (clock, folder) = (Clock::fixed(start()), tempfile::tempdir().unwrap());
    let memory = MemoryStore::new(clock.clone());
    let memory = Adapter { name: "memory", store: Arc::new(memory), clock, _folder: None };
    let clock = Clock::fixed(start());
    let path = folder.path().join("store.sqlite3");
    let sqlite = SqliteStore::open(&path, clock.clone(), &Config::default()).unwrap();
    let sqlite = Adapter { name: "sqlite", store: Arc::new(sqlite), clock, _folder: Some(folder) };
    vec![memory, sqlite]
}

/// Opens every adapter anew; Firestore's where its emulator is installed.
pub(crate) async fn adapters() -> Vec<Adapter> {
    let clock = Clock::fixed(start());
    let hosted = emulator::store(clock.clone()).await;
    let hosted = hosted.map(|store| Adapter { name: "firestore", store, clock, _folder: None });
    local_adapters().into_iter().chain(hosted).collect()
}

pub(crate) fn job(id: &str, owner: &str, created_at: i64) -> Write {
    let created_at = Timestamp::from_second(created_at).unwrap();
    Write::put(JOBS, id)
        .field("owner", owner)
        .field("created_at", created_at)
        .payload(format!("{{\"n\":\"{id}\"}}"))
}

fn ids(documents: &[Document]) -> Vec<&str> {
    documents.iter().map(|document| document.id.as_str()).collect()
}

fn is_conflict(result: &Result<Vec<u64>, Error>, wanted: &str) -> bool {
    matches!(result, Err(Error::Conflict { collection: JOBS, id }) if id == wanted)
}

#[tokio::test]
async fn what_was_written_is_read_back_whole() {
    for Adapter { name, store, clock, .. } in adapters().await {
        let later = clock.now() + SignedDuration::from_hours(1);
        let payload = "{\"text\":\"línea\\n– 漢字 🎓 \u{200d} \\u0000 'quoted' \\\"x\\\"\"}\n";
        let write = job("a", "Ünï", 5).field("queue_key", i64::MIN).payload(payload).expire_at(later);
        assert_eq!(store.commit(vec![write.schema_version(7)]).await.unwrap(), [1], "{name}");
        let read = store.get(JOBS, "a").await.unwrap().unwrap();
        assert_eq!(
            (read.collection, read.id.as_str(), read.version, read.schema_version),
            (JOBS, "a", 1, 7),
            "{name}"
        );
        assert_eq!(read.payload, payload, "{name}");
        assert_eq!(read.expire_at, Some(later), "{name}");
        assert_eq!((read.text("owner"), read.integer("queue_key")), (Some("Ünï"), Some(i64::MIN)), "{name}");
        assert_eq!(read.timestamp("created_at"), Some(Timestamp::from_second(5).unwrap()), "{name}");
        assert_eq!((read.text("status"), read.fields.len()), (None, 3), "{name}");
        assert_eq!(store.get(Collection::Keys, "a").await.unwrap(), None, "{name}: collections are apart");
        store.ping().await.unwrap();
    }
}

#[tokio::test]
async fn a_put_replaces_the_whole_document_and_counts_its_version_up() {
    for Adapter { name, store, .. } in adapters().await {
        let versions = store.commit(vec![job("a", "me", 5), job("b", "me", 5)]).await.unwrap();
        assert_eq!(versions, [1, 1], "{name}");
        assert_eq!(
            store.commit(vec![Write::put(JOBS, "a").field("status", "queued")]).await.unwrap(),
            [2],
            "{name}"
        );
        let read = store.get(JOBS, "a").await.unwrap().unwrap();
        assert_eq!(
            (read.text("owner"), read.text("status"), read.payload.as_str()),
            (None, Some("queued"), ""),
            "{name}"
        );
        let changed = Write::replace(read).field("owner", "you").without("status");
        assert_eq!(store.commit(vec![changed.clone()]).await.unwrap(), [3], "{name}");
        let read = store.get(JOBS, "a").await.unwrap().unwrap();
        assert_eq!((read.text("owner"), read.text("status")), (Some("you"), None), "{name}");
        assert!(is_conflict(&store.commit(vec![changed]).await, "a"), "{name}: replaced meanwhile");
    }
}

#[tokio::test]
async fn how_long_a_document_is_kept_changes_without_anything_else_of_it() {
    for Adapter { name, store, clock, .. } in adapters().await {
        let hour = SignedDuration::from_hours(1);
        // The last is more than a hosted document holds.
        for (id, size) in [("a", 10), ("b", 1_000_000)] {
            let write = job(id, "me", 5).payload("x".repeat(size)).expire_at(clock.now() + hour);
            store.commit(vec![write.schema_version(3)]).await.unwrap();
        }
        let before =
            [store.get(JOBS, "a").await.unwrap().unwrap(), store.get(JOBS, "b").await.unwrap().unwrap()];
        let keep = |id: &str, until| Write::keep(JOBS, id, until);
        let all = vec![keep("a", None), keep("b", None), keep("nothing", None)];
        assert_eq!(store.commit(all).await.unwrap(), [2, 2, 0], "{name}");
        clock.advance(Duration::from_secs(2 * 60 * 60));
        for (id, before) in ["a", "b"].into_iter().zip(&before) {
            let kept = store.get(JOBS, id).await.unwrap().unwrap();
            assert_eq!(kept, Document { version: 2, expire_at: None, ..before.clone() }, "{name}");
        }
        assert!(is_conflict(&store.commit(vec![keep("a", None).at_version(1)]).await, "a"), "{name}");
        assert!(is_conflict(&store.commit(vec![keep("no", None).at_version(1)]).await, "no"), "{name}");
        let until = clock.now() + hour;
        store.commit(vec![keep("a", Some(until)), keep("b", Some(until)).at_version(2)]).await.unwrap();
        assert_eq!(store.get(JOBS, "b").await.unwrap().unwrap().expire_at, Some(until), "{name}");
        let replaced = store.get(JOBS, "b").await.unwrap().unwrap();
        assert_eq!(store.commit(vec![Write::replace(replaced)]).await.unwrap(), [4], "{name}");
        clock.advance(Duration::from_secs(60 * 60));
        assert_eq!(store.get(JOBS, "a").await.unwrap(), None, "{name}");
        assert_eq!(store.commit(vec![keep("a", None)]).await.unwrap(), [0], "{name}: it is gone");
        assert_eq!(store.get(JOBS, "a").await.unwrap(), None, "{name}");
        let unfit =
            [keep("a", None).payload("x"), keep("a", None).field("owner", "me"), keep("a", None).absent()];
        for unfit in unfit {
            assert!(matches!(store.commit(vec![unfit]).await, Err(Error::Invalid(_))), "{name}");
        }
    }
}

#[tokio::test]
async fn a_write_happens_only_when_its_precondition_holds() {
    for Adapter { name, store, .. } in adapters().await {
        let commit = |write: Write| store.commit(vec![write]);
        assert!(is_conflict(&commit(job("a", "me", 1).at_version(1)).await, "a"), "{name}: nothing there");
        assert_eq!(commit(job("a", "me", 1).absent()).await.unwrap(), [1], "{name}");
        assert!(is_conflict(&commit(job("a", "me", 1).absent()).await, "a"), "{name}: already there");
        assert_eq!(commit(job("a", "me", 1).at_version(1)).await.unwrap(), [2], "{name}");
        assert!(is_conflict(&commit(job("a", "me", 1).at_version(1)).await, "a"), "{name}: moved on");
        assert!(is_conflict(&commit(job("a", "me", 1).at_version(3)).await, "a"), "{name}: not yet there");
        assert!(is_conflict(&commit(Write::delete(JOBS, "a").at_version(1)).await, "a"), "{name}");
        assert_eq!(commit(Write::delete(JOBS, "a").at_version(2)).await.unwrap(), [0], "{name}");
        assert_eq!(store.get(JOBS, "a").await.unwrap(), None, "{name}");
        assert!(is_conflict(&commit(Write::delete(JOBS, "a").at_version(2)).await, "a"), "{name}: gone");
        assert_eq!(commit(Write::delete(JOBS, "a")).await.unwrap(), [0], "{name}: a delete is idempotent");
        assert_eq!(commit(job("a", "me", 1).absent()).await.unwrap(), [1], "{name}: starts anew");
    }
}

#[tokio::test]
async fn a_conflict_names_the_document_and_nothing_of_the_batch_is_written() {
    for Adapter { name, store, .. } in adapters().await {
        store.commit(vec![job("kept", "me", 1), job("old", "me", 1)]).await.unwrap();
        let batch = vec![
            job("new", "me", 2).absent(),
            Write::delete(JOBS, "old"),
            job("kept", "you", 3).at_version(9),
            job("never", "me", 4).at_version(1),
        ];
        assert!(is_conflict(&store.commit(batch).await, "kept"), "{name}: the first to fail is named");
        assert_eq!(store.get(JOBS, "new").await.unwrap(), None, "{name}");
        let kept = store.get(JOBS, "kept").await.unwrap().unwrap();
        assert_eq!((kept.version, kept.text("owner")), (1, Some("me")), "{name}");
        assert!(store.get(JOBS, "old").await.unwrap().is_some(), "{name}");
    }
}

#[tokio::test]
async fn of_64_that_compare_and_set_at_once_exactly_one_wins() {
    for Adapter { name, store, .. } in adapters().await {
        store.commit(vec![job("a", "nobody", 1)]).await.unwrap();
        let mut racers = tokio::task::JoinSet::new();
        for racer in 0..64 {
            let store = Arc::clone(&store);
            racers.spawn(async move {
                let claim = job("a", &format!("racer {racer}"), 1).at_version(1);
                let mine = Write::put(Collection::Keys, format!("claim-{racer}"));
                (racer, store.commit(vec![mine, claim]).await)
            });
        }
        let (won, lost): (Vec<_>, Vec<_>) =
            racers.join_all().await.into_iter().partition(|(_, result)| result.is_ok());
        assert_eq!(won.len(), 1, "{name}");
        assert!(lost.iter().all(|(_, result)| is_conflict(result, "a")), "{name}");
        let read = store.get(JOBS, "a").await.unwrap().unwrap();
        assert_eq!(
            (read.version, read.text("owner")),
            (2, Some(format!("racer {}", won[0].0).as_str())),
            "{name}"
        );
        for racer in 0..64 {
            let claimed = store.get(Collection::Keys, &format!("claim-{racer}")).await.unwrap().is_some();
            assert_eq!(claimed, racer == won[0].0, "{name}: only the winner's batch was written");
        }
    }
}

#[tokio::test]
async fn pages_are_complete_and_in_order_also_under_equal_sort_keys() {
    for Adapter { name, store, .. } in adapters().await {
        let jobs = (0..23).map(|n| job(&format!("job-{:02}", (n * 7) % 23), "me", n / 10));
        store.commit(jobs.chain([job("other", "you", 0)]).collect()).await.unwrap();
        for direction in [Direction::Ascending, Direction::Descending] {
            let query = match direction {
                Direction::Ascending => Query::ascending(JOBS, "created_at"),
                Direction::Descending => Query::descending(JOBS, "created_at"),
            };
            let query = query.equal("owner", "me");
            let whole = store.query(query.clone()).await.unwrap();
            assert_eq!((whole.documents.len(), whole.next), (23, None), "{name}");
            let key = |document: &Document| (document.timestamp("created_at"), document.id.clone());
            let ascending = whole.documents.is_sorted_by_key(key);
            let descending = whole.documents.iter().rev().is_sorted_by_key(key);
            assert_eq!(
                (ascending, descending),
                (direction == Direction::Ascending, direction == Direction::Descending)
            );
            for limit in [1, 4, 22, 23] {
                let (mut seen, mut next) = (Vec::new(), None);
                loop {
                    let page = match next {
                        None => query.clone().limit(limit),
                        Some(cursor) => query.clone().limit(limit).after(cursor),
                    };
                    let page = store.query(page).await.unwrap();
                    assert!(page.documents.len() <= limit, "{name}");
                    seen.extend(page.documents);
                    next = page.next.map(|cursor| cursor.to_string().parse().unwrap());
                    if next.is_none() {
                        break;
                    }
                }
                assert_eq!(seen, whole.documents, "{name}: {direction:?} by {limit}");
            }
        }
    }
}

#[tokio::test]
async fn a_page_goes_on_where_it_was_though_documents_come_and_go() {
    for Adapter { name, store, .. } in adapters().await {
        store.commit(vec![job("b", "me", 2), job("d", "me", 2), job("f", "me", 2)]).await.unwrap();
        let query = Query::ascending(JOBS, "created_at").equal("owner", "me").limit(2);
        let page = store.query(query.clone()).await.unwrap();
        assert_eq!(ids(&page.documents), ["b", "d"], "{name}");
        store.commit(vec![Write::delete(JOBS, "d"), job("a", "me", 2), job("e", "me", 2)]).await.unwrap();
        let page = store.query(query.after(page.next.unwrap())).await.unwrap();
        assert_eq!(ids(&page.documents), ["e", "f"], "{name}");
        assert_eq!(page.next, None, "{name}");
    }
}

#[tokio::test]
async fn a_query_beyond_a_value_begins_past_all_that_have_it() {
    for Adapter { name, store, .. } in adapters().await {
        let part = |id: &str, number: i64| {
            Write::put(Collection::Sources, id).field("job", "j").field("number", number)
        };
        store.commit(vec![part("a", 1), part("b", 2), part("c", 2), part("d", 3)]).await.unwrap();
        let up = Query::ascending(Collection::Sources, "number").equal("job", "j");
        let down = Query::descending(Collection::Sources, "number").equal("job", "j");
        let read = |query| async { store.query(query).await.unwrap().documents };
        assert_eq!(ids(&read(up.clone().beyond(2_i64)).await), ["d"], "{name}");
        assert_eq!(ids(&read(up.beyond(1_i64)).await), ["b", "c", "d"], "{name}");
        assert_eq!(ids(&read(down.clone().beyond(2_i64)).await), ["a"], "{name}");
        assert_eq!(ids(&read(down).await), ["d", "c", "b", "a"], "{name}");
    }
}

#[tokio::test]
async fn a_document_without_the_ordering_field_is_not_in_that_index() {
    for Adapter { name, store, .. } in adapters().await {
        let queued = |id: &str| job(id, "me", 1).field("status", "queued");
        store.commit(vec![queued("a").field("queue_key", 3_i64), queued("b")]).await.unwrap();
        let by_key = Query::ascending(JOBS, "queue_key").equal("status", "queued");
        let by_time = Query::ascending(JOBS, "created_at").equal("status", "queued");
        assert_eq!(ids(&store.query(by_key).await.unwrap().documents), ["a"], "{name}");
        assert_eq!(ids(&store.query(by_time).await.unwrap().documents), ["a", "b"], "{name}");
    }
}

#[tokio::test]
async fn an_expired_document_is_gone_for_every_call() {
    for Adapter { name, store, clock, .. } in adapters().await {
        let soon = clock.now() + SignedDuration::from_secs(10);
        store.commit(vec![job("a", "me", 1).expire_at(soon), job("b", "me", 1)]).await.unwrap();
        store.commit(vec![job("a", "me", 1).expire_at(soon)]).await.unwrap();
        let query = Query::ascending(JOBS, "created_at").equal("owner", "me");
        clock.advance(Duration::from_millis(9999));
        assert!(store.get(JOBS, "a").await.unwrap().is_some(), "{name}");
        clock.advance(Duration::from_millis(1));
        assert_eq!(store.get(JOBS, "a").await.unwrap(), None, "{name}");
        assert_eq!(ids(&store.query(query).await.unwrap().documents), ["b"], "{name}");
        assert!(is_conflict(&store.commit(vec![job("a", "me", 1).at_version(2)]).await, "a"), "{name}");
        assert_eq!(
            store.commit(vec![job("a", "me", 1).absent()]).await.unwrap(),
            [1],
            "{name}: its place is free"
        );
        assert!(store.get(JOBS, "a").await.unwrap().is_some(), "{name}");
    }
}

#[tokio::test]
async fn a_watcher_sees_each_commit_of_its_collection_and_no_refused_one() {
    for Adapter { name, store, .. } in adapters().await {
        let Watch::Changes(mut changes) = store.watch(JOBS) else { panic!("{name} cannot be watched") };
        store.commit(vec![job("a", "me", 1), Write::put(Collection::Keys, "k")]).await.unwrap();
        assert!(store.commit(vec![job("b", "me", 1), job("a", "me", 1).absent()]).await.is_err(), "{name}");
        store.commit(vec![job("a", "me", 2)]).await.unwrap();
        store.commit(vec![Write::delete(JOBS, "a")]).await.unwrap();
        drop(store);
        let mut seen = Vec::new();
        while let Some(change) = changes.next().await {
            seen.push(change);
        }
        let at = |seconds| Value::from(Timestamp::from_second(seconds).unwrap());
        let fields = |seconds| Fields::from([("owner", Value::from("me")), ("created_at", at(seconds))]);
        let put = |version, fields| Change::Put { id: "a".to_owned(), version, fields: Arc::new(fields) };
        let gone = Change::Deleted { id: "a".to_owned() };
        assert_eq!(seen, [put(1, fields(1)), put(2, fields(2)), gone], "{name}");
    }
}

#[tokio::test]
async fn a_watcher_that_is_too_slow_is_told_that_it_missed_something() {
    for Adapter { name, store, .. } in adapters().await {
        let Watch::Changes(mut changes) = store.watch(JOBS) else { panic!("{name} cannot be watched") };
        for _ in 0..3 {
            let many = (0..500).map(|n| job(&format!("job-{n}"), "me", 1));
            store.commit(many.collect()).await.unwrap();
        }
        assert_eq!(changes.next().await, Some(Change::Missed), "{name}");
        assert!(matches!(changes.next().await, Some(Change::Put { .. })), "{name}: the rest follows");
    }
}

#[tokio::test]
async fn what_is_beyond_a_bound_is_refused_and_what_is_at_it_is_kept() {
    for Adapter { name, store, .. } in adapters().await {
        let too_large = |result: Result<Vec<u64>, Error>| matches!(result, Err(Error::TooLarge { .. }));
        let many = |count: usize| (0..count).map(|n| job(&format!("job-{n}"), "me", 1)).collect::<Vec<_>>();
        assert_eq!(store.commit(many(MAX_BATCH_WRITES)).await.unwrap().len(), MAX_BATCH_WRITES, "{name}");
        assert!(too_large(store.commit(many(MAX_BATCH_WRITES + 1)).await), "{name}: writes");
        for (length, fits) in [(MAX_PAYLOAD_BYTES, true), (MAX_PAYLOAD_BYTES + 1, false)] {
            let result = store.commit(vec![job("large", "me", 1).payload("x".repeat(length))]).await;
            assert_eq!((result.is_ok(), too_large(result)), (fits, !fits), "{name}: payload");
        }
        let large = store.get(JOBS, "large").await.unwrap().unwrap();
        assert!(large.payload == "x".repeat(MAX_PAYLOAD_BYTES), "{name}: it is read back whole");
        store.commit(vec![Write::delete(JOBS, "large")]).await.unwrap();
        for (length, fits) in [(MAX_FIELD_BYTES, true), (MAX_FIELD_BYTES + 1, false)] {
            let result = store.commit(vec![job("field", &"x".repeat(length), 1)]).await;
            assert_eq!((result.is_ok(), too_large(result)), (fits, !fits), "{name}: field");
        }
        for (length, fits) in [(MAX_ID_BYTES, true), (MAX_ID_BYTES + 1, false)] {
            let result = store.commit(vec![job(&"x".repeat(length), "me", 1)]).await;
            assert_eq!((result.is_ok(), too_large(result)), (fits, !fits), "{name}: id");
        }
        let full = (0..5).map(|n| job(&format!("full-{n}"), "me", 1).payload("x".repeat(MAX_PAYLOAD_BYTES)));
        assert!(too_large(store.commit(full.collect()).await), "{name}: bytes of a batch");
        let page =
            |limit| store.query(Query::ascending(JOBS, "created_at").equal("owner", "me").limit(limit));
        assert!(page(MAX_QUERY_LIMIT).await.is_ok(), "{name}");
        assert!(matches!(page(MAX_QUERY_LIMIT + 1).await, Err(Error::TooLarge { .. })), "{name}");
        assert!(matches!(page(0).await, Err(Error::Invalid(_))), "{name}");
    }
}

#[tokio::test]
async fn what_no_backend_could_follow_is_refused() {
    for Adapter { name, store, .. } in adapters().await {
        let invalid = |result: Result<Vec<u64>, Error>| matches!(result, Err(Error::Invalid(_)));
        for id in ["", "a/b", ".", "..", "a\0", "a\nb", "__a__"] {
            assert!(invalid(store.commit(vec![job(id, "me", 1)]).await), "{name}: {id:?}");
        }
        assert!(invalid(store.commit(vec![job("a", "me", 1), job("a", "me", 2)]).await), "{name}: twice");
        assert!(invalid(store.commit(vec![Write::delete(JOBS, "a").absent()]).await), "{name}");
        assert!(invalid(store.commit(vec![Write::delete(JOBS, "a").payload("x")]).await), "{name}");
        let wrong = [job("a", "me", 1).field("colour", "red"), job("a", "me", 1).field("owner", 5_i64)];
        for write in wrong {
            assert!(matches!(store.commit(vec![write]).await, Err(Error::WrongField { .. })), "{name}");
        }
        assert_eq!(store.commit(Vec::new()).await.unwrap(), Vec::<u64>::new(), "{name}");
        assert_eq!(store.get(JOBS, "a").await.unwrap(), None, "{name}");
    }
}

#[tokio::test]
async fn a_query_that_no_index_is_declared_for_is_refused() {
    for Adapter { name, store, .. } in adapters().await {
        let undeclared = [
            Query::ascending(JOBS, "queue_key"),
            Query::ascending(JOBS, "queue_key").equal("owner", "me"),
            Query::ascending(JOBS, "colour").equal("owner", "me"),
            Query::ascending(JOBS, "created_at").equal("colour", "red"),
            Query::ascending(Collection::Idempotency, "created_at"),
        ];
        for query in undeclared {
            let result = store.query(query).await;
            assert!(matches!(result, Err(Error::UndeclaredIndex { .. })), "{name}: {result:?}");
        }
        let wrong = store.query(Query::ascending(JOBS, "created_at").equal("owner", 5_i64)).await;
        assert!(matches!(wrong, Err(Error::WrongField { field: "owner", .. })), "{name}");
    }
}

#[tokio::test]
async fn a_cursor_of_another_query_is_refused() {
    for Adapter { name, store, .. } in adapters().await {
        let queued = |id: &str| job(id, "me", 1).field("status", "queued").field("queue_key", 3_i64);
        store.commit(vec![queued("a"), queued("b")]).await.unwrap();
        let by_key = Query::ascending(JOBS, "queue_key").equal("status", "queued").limit(1);
        let cursor = store.query(by_key).await.unwrap().next.unwrap();
        let by_time = Query::ascending(JOBS, "created_at").equal("status", "queued").after(cursor);
        assert!(matches!(store.query(by_time).await, Err(Error::InvalidCursor)), "{name}");
    }
}

#[tokio::test]
async fn documents_are_counted_as_a_query_would_find_them_all() {
    for Adapter { name, store, clock, .. } in adapters().await {
        let soon = clock.now() + SignedDuration::from_secs(60);
        let queued = |number: i64| {
            job(&format!("{number:04}"), "me", 1).field("status", "queued").field("queue_key", number)
        };
        let of = |priority: &'static str| move |write: Write| write.field("priority", priority);
        let many: Vec<Write> = (0..1203).map(queued).map(of("low")).collect();
        for batch in many.chunks(400) {
            store.commit(batch.to_vec()).await.unwrap();
        }
        let outside = [
            of("high")(queued(2000)),
            of("low")(queued(2001)).field("status", "running"),
            of("low")(queued(2002)).expire_at(soon),
            job("unordered", "me", 1).field("status", "queued").field("priority", "low"),
        ];
        store.commit(outside.to_vec()).await.unwrap();
        let low = Query::ascending(JOBS, "queue_key").equal("status", "queued").equal("priority", "low");
        assert_eq!(store.count(low.clone()).await.unwrap(), 1204, "{name}");
        clock.advance(Duration::from_secs(60));
        let last = low.clone().limit(1).beyond(1000_i64);
        assert_eq!(store.count(last).await.unwrap(), 1203, "{name}: wherever the page begins");
        let undeclared = Query::ascending(JOBS, "queue_key").equal("priority", "low");
        let refused = store.count(undeclared).await;
        assert!(matches!(refused, Err(Error::UndeclaredIndex { .. })), "{name}");
    }
}

#[tokio::test]
async fn every_declared_index_answers_in_both_directions() {
    use content_factory::store::Value;
    use content_factory::store::indexes::{FieldType, INDEXES};
    for Adapter { name, store, clock, .. } in adapters().await {
        for index in INDEXES {
            let value = |field: &str| match index.collection.field(field).unwrap().field_type {
                FieldType::Text => Value::from("text"),
                FieldType::Integer => Value::from(7_i64),
                FieldType::Bool => Value::from(true),
                FieldType::Timestamp => Value::from(clock.now()),
            };
            let named = index.equal.iter().chain([&index.order]);
            let write = named.fold(Write::put(index.collection, index.name), |write, field| {
                write.field(field, value(field))
            });
            store.commit(vec![write]).await.unwrap();
            for query in [
                Query::ascending(index.collection, index.order),
                Query::descending(index.collection, index.order),
            ] {
                let query = index.equal.iter().fold(query, |query, field| query.equal(field, value(field)));
                let first = store.query(query.clone().limit(1)).await.unwrap();
                let found = store.query(query).await.unwrap().documents;
                assert!(ids(&found).contains(&index.name), "{name}: {}", index.name);
                assert_eq!(first.documents, found[..1], "{name}: {}", index.name);
            }
        }
    }
}
