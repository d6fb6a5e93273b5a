//! Cancelling, retrying and deleting, also while another instance runs the job.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::id::JobId;
use crate::jobs::Tenancy;
use crate::jobs::running::Entry;
use crate::record::test_store::TestStore;
use crate::record::{Accepted, PieceState, Stage, Status, Terms};
use crate::store::Collection;

fn shared() -> Config {
    Config { tenancy: Tenancy::Shared, ..Config::default() }
}

/// Counts the calls that are under way, so that a test sees them dropped.
struct UnderWay(Arc<AtomicUsize>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Writes everything but the FAQs, which never come.
fn stuck(calls: &Arc<AtomicUsize>, reached: &Arc<Notify>) -> Script {
    let (calls, reached) = (Arc::clone(calls), Arc::clone(reached));
    Script::new(move |kind| {
        calls.fetch_add(1, Ordering::SeqCst);
        let (call, reached) = (UnderWay(Arc::clone(&calls)), Arc::clone(&reached));
        async move {
            let _call = call;
            if kind == Kind::Faqs {
                reached.notify_one();
                std::future::pending::<()>().await;
            }
            Ok(pieces::draft(kind))
        }
    })
}

/// Two instances over one store, and a job that the first of them runs and cannot end.
async fn two_instances() -> (Bench, Bench, Job, Arc<AtomicUsize>) {
    let (calls, reached) = <(Arc<AtomicUsize>, Arc<Notify>)>::default();
    let store = memory();
    let one = Bench::with(shared(), Arc::clone(&store), Clock::System, stuck(&calls, &reached)).await;
    let job = one.submit(owner()).await;
    reached.notified().await;
    until_stored(&one, &job, 7).await;
    let two = Bench::with(shared(), store, Clock::System, willing()).await;
    (one, two, job, calls)
}

/// Waits until an instance runs nothing any more, at most for two seconds.
async fn lets_go(bench: &Bench) {
    let mut count = bench.jobs.shared.running.count();
    let idle = count.wait_for(|count| *count == 0);
    tokio::time::timeout(Duration::from_secs(2), idle).await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_job_ends_within_two_seconds_on_any_instance_and_keeps_its_pieces() {
    for here in [true, false] {
        let (one, two, job, calls) = two_instances().await;
        let owner = Viewer::Owner(job.owner);
        let by = if here { &one } else { &two };
        let cancelled = by.jobs.cancel(owner, job.id).await.unwrap();
        assert_eq!(cancelled.status, Status::Cancelled);
        lets_go(&one).await;
        assert_eq!(calls.load(Ordering::SeqCst), 0, "the call under way is dropped");
        let found = two.jobs.get(owner, job.id).await.unwrap();
        assert_eq!((found.status, found.progress.stage), (Status::Cancelled, Stage::Ended));
        assert_eq!(found.progress.pieces[&Kind::Faqs], PieceState::Waiting);
        assert!(found.completed_at.is_some() && found.progress.percent < 100 && found.failures.is_empty());
        assert_eq!(two.kinds(&found).await.len(), 7);
        let again = by.jobs.cancel(owner, job.id).await.unwrap();
        assert_eq!(again.version(), found.version(), "to cancel twice is to cancel once");
    }
}

#[tokio::test]
async fn who_puts_a_job_down_leaves_alone_who_has_taken_it_up_again() {
    let bench = Bench::new(willing()).await;
    let (shared, id) = (&bench.jobs.shared, JobId::at(Timestamp::now()));
    let first = Entry::new(Arc::clone(shared), id, owner());
    let second = Entry::new(Arc::clone(shared), id, owner());
    assert_eq!(shared.running.len(), 2, "both are workers until they are done");
    drop(first);
    assert!(shared.running.contains(id));
    shared.running.let_go(id);
    assert!(second.let_go.is_cancelled(), "it can be reached");
    drop(second);
    assert!(!shared.running.contains(id) && shared.running.len() == 0);
}

#[tokio::test]
async fn a_job_that_waits_is_cancelled_before_anything_of_it_is_made() {
    let bench = Bench::new(willing()).await;
    // Nobody takes jobs any more, and what is accepted waits.
    bench.stop.cancel();
    let records = &bench.jobs.shared.records;
    let Ok(Accepted::New(job)) = records.accept(owner(), &everything(), Terms::default()).await else {
        unreachable!()
    };
    let job = bench.jobs.cancel(Viewer::Admin, job.id).await.unwrap();
    assert_eq!((job.status, job.metadata.duration_ms), (Status::Cancelled, 0));
}

#[tokio::test]
async fn what_has_ended_cannot_be_cancelled_and_what_is_whole_cannot_be_retried() {
    let bench = Bench::new(willing()).await;
    let job = bench.run().await;
    let refused = bench.jobs.cancel(Viewer::Admin, job.id).await;
    assert!(matches!(refused, Err(Error::WrongStatus { from: Status::Completed, .. })), "{refused:?}");
    let refused = bench.jobs.retry(Viewer::Admin, job.id).await;
    assert!(matches!(refused, Err(Error::WrongStatus { from: Status::Completed, .. })), "{refused:?}");
    let stranger = Viewer::Owner(owner());
    assert!(matches!(bench.jobs.cancel(stranger, job.id).await, Err(Error::NotFound)));
    assert!(matches!(bench.jobs.retry(stranger, job.id).await, Err(Error::NotFound)));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_runs_or_waits_cannot_be_retried() {
    let (one, _two, job, _) = two_instances().await;
    let refused = one.jobs.retry(Viewer::Admin, job.id).await;
    assert!(matches!(refused, Err(Error::WrongStatus { from: Status::Running, .. })), "{refused:?}");
    one.jobs.cancel(Viewer::Admin, job.id).await.unwrap();
    one.stop.cancel();
    assert!(matches!(one.jobs.retry(Viewer::Admin, job.id).await, Err(Error::ShuttingDown)));
}

#[tokio::test]
async fn a_retry_makes_what_is_missing_of_the_same_job_and_nothing_else() {
    let counted = Counted::default();
    let script = counted.clone();
    // The FAQs fail at the first attempt only.
    let script = Script::new(move |kind| {
        let counted = script.clone();
        async move {
            let mut counts = counted.counts.lock().unwrap();
            let count = counts.entry(kind).or_default();
            *count += 1;
            match kind == Kind::Faqs && *count == 1 {
                true => Err(too_thin()),
                false => Ok(pieces::draft(kind)),
            }
        }
    });
    let bench = Bench::new(script).await;
    let partial = bench.run().await;
    assert_eq!(partial.status, Status::Partial);
    assert!((50..100).contains(&partial.progress.percent), "{}", partial.progress.percent);
    let queued = bench.jobs.retry(Viewer::Owner(partial.owner), partial.id).await.unwrap();
    assert_eq!((queued.id, queued.status, queued.completed_at), (partial.id, Status::Queued, None));
    assert_eq!((queued.progress.pieces[&Kind::Faqs], queued.failures.len()), (PieceState::Waiting, 0));
    assert_eq!(queued.progress.percent, partial.progress.percent, "it never goes back");
    let job = bench.jobs.wait(partial.id, LONG).await.unwrap();
    assert_eq!((job.status, job.failures.len(), job.progress.percent), (Status::Completed, 0, 100));
    assert_eq!(bench.kinds(&job).await, Kind::ALL);
    let expected = Kind::ALL.map(|kind| (kind, if kind == Kind::Faqs { 2 } else { 1 }));
    assert_eq!(counted.counts(), expected.into());
    assert!(job.events.iter().map(|event| event.number).eq(1..=job.last_event()));
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_job_can_be_retried_on_another_instance() {
    let (one, two, job, _) = two_instances().await;
    two.jobs.cancel(Viewer::Admin, job.id).await.unwrap();
    lets_go(&one).await;
    one.shut_down().await;
    two.jobs.retry(Viewer::Admin, job.id).await.unwrap();
    let job = two.jobs.wait(job.id, LONG).await.unwrap();
    assert_eq!((job.status, job.claim.unwrap().token), (Status::Completed, 2));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_another_instance_runs_is_deleted_and_nothing_of_it_comes_back() {
    let (one, two, job, calls) = two_instances().await;
    two.jobs.delete(Viewer::Owner(job.owner), job.id).await.unwrap();
    lets_go(&one).await;
    assert_eq!(calls.load(Ordering::SeqCst), 0, "the call under way is dropped");
    assert!(matches!(one.jobs.get(Viewer::Admin, job.id).await, Err(Error::NotFound)));
    for collection in [Collection::Sources, Collection::Pieces] {
        let query = crate::store::Query::ascending(collection, "number").equal("job", job.id.to_string());
        assert_eq!(two.store.query(query).await.unwrap().documents, [], "{collection}");
    }
}

#[tokio::test]
async fn a_job_that_is_deleted_while_its_batch_is_read_counts_once() {
    for read in [0, 1] {
        let store = TestStore::over(memory());
        let bench = Bench::over(store.clone(), willing()).await;
        let requests = vec![everything(), request(json!({ "kinds": ["faqs"] }))];
        let options = SubmitOptions::default();
        let submitted = bench.jobs.submit_batch(owner(), requests, None, options).await.unwrap();
        for job in &submitted.jobs {
            assert_eq!(bench.jobs.wait(job.id, LONG).await.unwrap().status, Status::Completed);
        }
        // Right before that job is read, or when it was read and the next one is.
        let (jobs, first) = (bench.jobs.clone(), submitted.jobs[0].id);
        let delete = async move { jobs.delete(Viewer::Admin, first).await.unwrap() };
        store.meanwhile(submitted.jobs[read].id.to_string(), Box::pin(delete));
        let seen = bench.jobs.batch(Viewer::Admin, submitted.batch.id).await.unwrap();
        assert_eq!((seen.jobs.len(), seen.batch.gone.len()), (1, 1), "{read}");
        assert_eq!(seen.status(), Status::Completed);
    }
}

#[tokio::test]
async fn a_deleted_job_leaves_nothing_of_its_text_in_memory() {
    let workers = crate::jobs::Workers { min: 1, max: 1, ..Default::default() };
    let counted = Counted::hanging_at(Kind::Outline);
    let config = Config { workers, ..Config::default() };
    let bench = Bench::with(config, memory(), Clock::System, counted.script()).await;
    bench.submit(owner()).await;
    counted.reached.notified().await;
    let waiting = bench.submit(owner()).await;
    bench.jobs.delete(Viewer::Admin, waiting.id).await.unwrap();
    assert!(bench.jobs.shared.shelf.take(waiting.id).is_none());
}
