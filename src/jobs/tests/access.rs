//! Who sees a job, what an idempotency key does, and what is left after a deletion.

use std::collections::BTreeSet;

use futures_util::future::join_all;

use super::*;
use crate::record::Status;
use crate::store::{Collection, Query};

#[tokio::test]
async fn a_job_exists_for_its_owner_and_for_administrators_alone() {
    let bench = Bench::new(willing()).await;
    let (own, other) = (owner(), owner());
    let id = bench.submit(own).await.id;
    bench.jobs.wait(id, LONG).await.unwrap();
    for viewer in [Viewer::Owner(own), Viewer::Admin] {
        assert_eq!(bench.jobs.get(viewer, id).await.unwrap().id, id);
    }
    let stranger = Viewer::Owner(other);
    assert!(matches!(bench.jobs.get(stranger, id).await, Err(Error::NotFound)));
    assert!(matches!(bench.jobs.content(stranger, id).await, Err(Error::NotFound)));
    assert!(matches!(bench.jobs.source(stranger, id).await, Err(Error::NotFound)));
    assert!(matches!(bench.jobs.delete(stranger, id).await, Err(Error::NotFound)));
    assert_eq!(bench.kinds(&bench.jobs.get(Viewer::Admin, id).await.unwrap()).await.len(), 8);
}

#[tokio::test]
async fn a_list_holds_own_jobs_page_by_page_newest_first() {
    let folder = tempfile::tempdir().unwrap();
    for store in [memory(), sqlite(folder.path())] {
        let bench = Bench::over(store, willing()).await;
        let (own, other) = (owner(), owner());
        let mut made = Vec::new();
        for _ in 0..3 {
            made.push(bench.submit(own).await.id);
        }
        bench.submit(other).await;
        let list = async |viewer, query| bench.jobs.list(viewer, query).await.unwrap();
        let query = ListQuery { limit: 2, ..ListQuery::default() };
        let first = list(Viewer::Owner(own), query.clone()).await;
        assert_eq!(first.items.len(), 2);
        let rest = list(Viewer::Owner(own), ListQuery { cursor: first.next_cursor, ..query.clone() }).await;
        assert_eq!(rest.next_cursor, None);
        let listed: Vec<_> = first.items.iter().chain(&rest.items).map(|job| job.id).collect();
        made.reverse();
        assert_eq!(listed, made);
        // Asking for somebody else's jobs gives one's own; an administrator may ask.
        let asked = ListQuery { limit: 10, owner: Some(other), ..ListQuery::default() };
        assert_eq!(list(Viewer::Owner(own), asked.clone()).await.items.len(), 3);
        assert_eq!(list(Viewer::Admin, asked).await.items.len(), 1);
        for id in &made {
            bench.jobs.wait(*id, LONG).await.unwrap();
        }
        let with = |status| ListQuery { limit: 10, status: Some(status), ..ListQuery::default() };
        assert_eq!(list(Viewer::Owner(own), with(Status::Completed)).await.items.len(), 3);
        assert_eq!(list(Viewer::Owner(own), with(Status::Failed)).await.items.len(), 0);
        let wrong = ListQuery { cursor: Some("no cursor".to_owned()), ..query };
        assert!(matches!(bench.jobs.list(Viewer::Admin, wrong).await, Err(Error::InvalidCursor)));
    }
}

#[tokio::test]
async fn a_hundred_calls_at_once_with_one_key_make_one_job() {
    let folder = tempfile::tempdir().unwrap();
    for store in [memory(), sqlite(folder.path())] {
        let bench = Bench::over(store, willing()).await;
        let own = owner();
        let calls = (0..100).map(|_| bench.submit_named(own, "one key", everything()));
        assert!(join_all(calls).await.iter().all(Result::is_ok), "a key with a space is no key at all");
        let calls = (0..100).map(|_| bench.submit_named(own, "one-key", everything()));
        let answers: Vec<Submitted> = join_all(calls).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers.iter().map(|answer| answer.job.id).collect::<BTreeSet<_>>().len(), 1);
        assert_eq!(answers.iter().filter(|answer| !answer.replayed).count(), 1);
    }
}

#[tokio::test]
async fn a_key_stands_for_one_body_of_one_owner_for_a_day() {
    let clock = Clock::fixed(Timestamp::now());
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(clock.clone()));
    let bench = Bench::with(Config::default(), store, clock, willing()).await;
    let (own, other) = (owner(), owner());
    let first = bench.submit_named(own, "key", everything()).await.unwrap();
    let again = bench.submit_named(own, "key", everything()).await.unwrap();
    assert_eq!((again.job.id, again.replayed), (first.job.id, true));
    let changed = bench.submit_named(own, "key", request(json!({ "tone": "friendly" }))).await;
    assert!(matches!(changed, Err(Error::IdempotencyMismatch)));
    assert!(!bench.submit_named(other, "key", everything()).await.unwrap().replayed);
    bench.clock.advance(Duration::from_secs(24 * 60 * 60));
    assert!(!bench.submit_named(own, "key", everything()).await.unwrap().replayed);
}

#[tokio::test]
async fn a_deleted_job_leaves_no_document_behind() {
    let folder = tempfile::tempdir().unwrap();
    for store in [memory(), sqlite(folder.path())] {
        let bench = Bench::over(store, willing()).await;
        let own = owner();
        let job = bench.submit_named(own, "key", everything()).await.unwrap().job;
        bench.jobs.wait(job.id, LONG).await.unwrap();
        bench.jobs.delete(Viewer::Owner(own), job.id).await.unwrap();
        assert!(matches!(bench.jobs.get(Viewer::Admin, job.id).await, Err(Error::NotFound)));
        assert!(matches!(bench.jobs.delete(Viewer::Owner(own), job.id).await, Err(Error::NotFound)));
        assert_eq!(left(&bench, job.id).await, 0);
        assert!(
            !bench.submit_named(own, "key", everything()).await.unwrap().replayed,
            "its key is free again"
        );
    }
}

#[tokio::test]
async fn a_running_job_can_be_deleted_and_nothing_of_it_comes_back() {
    let (reached, gate) = (Arc::new(tokio::sync::Notify::new()), Arc::new(tokio::sync::Notify::new()));
    let (script_reached, script_gate) = (Arc::clone(&reached), Arc::clone(&gate));
    let script = Script::new(move |kind| {
        let (reached, gate) = (Arc::clone(&script_reached), Arc::clone(&script_gate));
        async move {
            if kind == Kind::Faqs {
                reached.notify_one();
                gate.notified().await;
            }
            Ok(pieces::draft(kind))
        }
    });
    let bench = Bench::new(script).await;
    let id = bench.submit(owner()).await.id;
    reached.notified().await;
    let waiting = bench.jobs.wait(id, LONG);
    let (waited, deleted) = tokio::join!(waiting, bench.jobs.delete(Viewer::Admin, id));
    deleted.unwrap();
    assert!(matches!(waited, Err(Error::NotFound)), "who waits for it hears of it");
    gate.notify_one();
    while bench.jobs.shared.running.contains(id) {
        tokio::task::yield_now().await;
    }
    assert_eq!(left(&bench, id).await, 0);
}

#[tokio::test]
async fn what_no_writer_can_do_is_refused_before_a_job_is_made() {
    let bench = Bench::new(willing()).await;
    let topic = Request::parse(&json!({ "topic": "photosynthesis" })).unwrap();
    let refused = bench.jobs.submit(owner(), topic, SubmitOptions::default()).await;
    assert!(matches!(refused, Err(Error::Unsupported { field: "topic", .. })));
    bench.stop.cancel();
    let refused = bench.jobs.submit(owner(), everything(), SubmitOptions::default()).await;
    assert!(matches!(refused, Err(Error::ShuttingDown)));
    assert!(bench.jobs.list(Viewer::Admin, ListQuery::default()).await.unwrap().items.is_empty());
}

/// Counts the documents that belong to a job, idempotency records left out: those have no index.
async fn left(bench: &Bench, id: crate::id::JobId) -> usize {
    let mut count = usize::from(bench.store.get(Collection::Jobs, &id.to_string()).await.unwrap().is_some());
    for collection in [Collection::Sources, Collection::Pieces] {
        let query = Query::ascending(collection, "number").equal("job", id.to_string());
        count += bench.store.query(query).await.unwrap().documents.len();
    }
    count
}
