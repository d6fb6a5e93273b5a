//! What survives a crash and a shutdown, and what is not done twice.

use jiff::SignedDuration;

use super::*;
use crate::jobs::Workers;
use crate::record::{PieceState, Status};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

#[test]
fn a_crashed_job_goes_on_where_it_stood_and_repeats_no_finished_piece() {
    let folder = tempfile::tempdir().unwrap();
    let first = Counted::hanging_at(Kind::Faqs);
    let crashing = runtime();
    let id = crashing.block_on(async {
        let bench = Bench::over(sqlite(folder.path()), first.script()).await;
        let job = bench.submit(owner()).await;
        first.reached.notified().await;
        until_stored(&bench, &job, 7).await;
        job.id
    });
    // Everything that runs is dropped where it stands.
    crashing.shutdown_background();
    assert!(Kind::ALL.iter().all(|kind| first.counts()[kind] == 1));

    let second = Counted::default();
    runtime().block_on(async {
        let bench = Bench::over(sqlite(folder.path()), second.script()).await;
        let job = bench.jobs.wait(id, LONG).await.unwrap();
        assert_eq!(job.status, Status::Completed);
        assert_eq!(job.claim.as_ref().unwrap().token, 2);
        assert_eq!(bench.kinds(&job).await, Kind::ALL);
        assert_eq!(second.counts(), [(Kind::Faqs, 1)].into());
        assert!(job.events.iter().map(|event| event.number).eq(1..=u64::try_from(job.events.len()).unwrap()));
        bench.shut_down().await;
    });
}

#[test]
fn accepted_jobs_that_nobody_had_begun_survive_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let hanging = Counted::hanging_at(Kind::Outline);
    let crashing = runtime();
    let ids: Vec<_> = crashing.block_on(async {
        let workers = Workers { max: 1, ..Workers::default() };
        let config = Config { workers, ..Config::default() };
        let bench = Bench::with(config, sqlite(folder.path()), Clock::System, hanging.script()).await;
        let mut ids = Vec::new();
        for _ in 0..20 {
            ids.push(bench.submit(owner()).await.id);
        }
        ids
    });
    crashing.shutdown_background();
    runtime().block_on(async {
        let bench = Bench::over(sqlite(folder.path()), willing()).await;
        for id in ids {
            assert_eq!(bench.jobs.wait(id, LONG).await.unwrap().status, Status::Completed);
        }
        bench.shut_down().await;
    });
}

#[tokio::test]
async fn a_stopping_service_lets_the_running_piece_end_and_begins_no_other() {
    let gate = Arc::new(Notify::new());
    let reached = Arc::new(Notify::new());
    let (script_gate, script_reached) = (Arc::clone(&gate), Arc::clone(&reached));
    let script = Script::new(move |kind| {
        let (gate, reached) = (Arc::clone(&script_gate), Arc::clone(&script_reached));
        async move {
            assert_eq!(kind, Kind::Outline, "nothing else is to be begun");
            reached.notify_one();
            gate.notified().await;
            Ok(pieces::draft(kind))
        }
    });
    let bench = Bench::new(script).await;
    let id = bench.submit(owner()).await.id;
    reached.notified().await;
    bench.stop.cancel();
    let jobs = bench.jobs.clone();
    let waiting = tokio::spawn(async move { jobs.wait(id, LONG).await });
    gate.notify_one();
    let store = Arc::clone(&bench.store);
    bench.shut_down().await;
    let job = waiting.await.unwrap().unwrap();
    assert_eq!((job.status, job.has(Kind::Outline)), (Status::Queued, true));
    assert_eq!(job.crashes, 0, "to stop in good order is no crash");

    let second = Counted::default();
    let bench = Bench::over(store, second.script()).await;
    assert_eq!(bench.jobs.wait(id, LONG).await.unwrap().status, Status::Completed);
    assert!(!second.counts().contains_key(&Kind::Outline));
}

#[tokio::test(start_paused = true)]
async fn a_piece_that_does_not_end_holds_a_stopping_service_up_for_the_grace_time_only() {
    let hanging = Counted::hanging_at(Kind::Faqs);
    let workers = Workers { grace: SignedDuration::from_secs(7), ..Workers::default() };
    let config = Config { workers, ..Config::default() };
    let bench = Bench::with(config, memory(), Clock::System, hanging.script()).await;
    let job = bench.submit(owner()).await;
    hanging.reached.notified().await;
    until_stored(&bench, &job, 7).await;
    let begun = tokio::time::Instant::now();
    let jobs = bench.jobs.clone();
    bench.shut_down().await;
    assert_eq!(begun.elapsed().as_secs(), 7);
    let job = jobs.get(Viewer::Admin, job.id).await.unwrap();
    assert_eq!((job.status, job.progress.pieces[&Kind::Faqs]), (Status::Queued, PieceState::Waiting));
}
