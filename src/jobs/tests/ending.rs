//! How jobs end, and what is there on the way.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use tokio::sync::{Barrier, Semaphore};

use super::*;
use crate::content::Piece;
use crate::jobs::Workers;
use crate::record::test_store::TestStore;
use crate::record::{EventName, PieceState, Stage, Status};
use crate::store::{Collection, Watch};

#[tokio::test]
async fn a_job_ends_completed_with_all_eight_kinds_in_either_store() {
    let folder = tempfile::tempdir().unwrap();
    for store in [memory(), sqlite(folder.path())] {
        let bench = Bench::over(store, willing()).await;
        let job = bench.run().await;
        assert_eq!(job.status, Status::Completed);
        assert_eq!(job.failures, [].into());
        assert_eq!((job.progress.percent, job.progress.stage), (100, Stage::Ended));
        assert!(job.progress.pieces.values().all(|state| *state == PieceState::Done));
        assert_eq!(bench.kinds(&job).await, Kind::ALL);
        assert_eq!(job.metadata.cache.misses, 8);
        assert!(job.quality.is_some() && job.completed_at.is_some());
        assert_eq!(bench.jobs.source(Viewer::Admin, job.id).await.unwrap(), TEXT);
    }
}

#[tokio::test]
async fn who_waits_for_a_job_that_runs_here_reads_nothing_before_its_worker_is_done() {
    let store = TestStore::over(memory());
    let counted = Counted::hanging_at(Kind::Faqs);
    let bench = Bench::over(store.clone(), counted.script()).await;
    let job = bench.submit(owner()).await;
    counted.reached.notified().await;
    store.cut_off(true);
    let mut waiting = Box::pin(bench.jobs.wait(job.id, LONG));
    assert!(futures_util::poll!(&mut waiting).is_pending());
    bench.jobs.shared.waiting.wake(job.id);
    assert!(futures_util::poll!(&mut waiting).is_pending());
    drop(waiting);
    store.cut_off(false);
    let seen = bench.jobs.wait(job.id, Duration::ZERO).await.unwrap();
    assert_eq!(seen.status, Status::Running, "whose patience is over gets the job as it is");
}

#[tokio::test]
async fn pieces_that_somebody_waits_for_are_at_hand_once_and_then_in_the_store() {
    let store = TestStore::over(memory());
    let bench = Bench::over(store.clone(), willing()).await;
    let job = bench.submit(owner()).await;
    let awaited = bench.jobs.wait_for_content(job.id, LONG).await.unwrap();
    let stored = bench.jobs.content(Viewer::Admin, job.id).await.unwrap();
    store.cut_off(true);
    assert_eq!(bench.jobs.awaited_content(&awaited).await.unwrap(), stored);
    assert!(bench.jobs.awaited_content(&awaited).await.is_err());
    store.cut_off(false);
    assert_eq!(bench.jobs.awaited_content(&awaited).await.unwrap(), stored);
}

#[tokio::test]
async fn no_pieces_are_kept_for_who_follows_a_job_or_has_hung_up() {
    let store = TestStore::over(memory());
    let counted = Counted::hanging_at(Kind::Faqs);
    let bench = Bench::over(store.clone(), counted.script()).await;
    let cards = request(json!({ "kinds": ["flashcards"] }));
    for patience in [Duration::ZERO, LONG] {
        let job = bench.jobs.submit(owner(), cards.clone(), SubmitOptions::default()).await.unwrap().job;
        let following = bench.jobs.follow(Viewer::Admin, job.id, 0).await.unwrap();
        let mut waiting = Box::pin(bench.jobs.wait_for_content(job.id, patience));
        drop(futures_util::poll!(&mut waiting));
        drop(waiting);
        let job = bench.jobs.wait(job.id, LONG).await.unwrap();
        let late = bench.jobs.wait_for_content(job.id, LONG).await.unwrap();
        store.cut_off(true);
        assert!(bench.jobs.awaited_content(&late).await.is_err(), "nothing is at hand");
        store.cut_off(false);
        drop(following);
    }
}

#[tokio::test]
async fn a_job_that_is_deleted_before_its_pieces_are_taken_is_not_found() {
    let bench = Bench::new(willing()).await;
    let job = bench.submit(owner()).await;
    let awaited = bench.jobs.wait_for_content(job.id, LONG).await.unwrap();
    assert_eq!(awaited.job.status, Status::Completed);
    bench.jobs.delete(Viewer::Admin, job.id).await.unwrap();
    assert!(matches!(bench.jobs.awaited_content(&awaited).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn only_the_outline_and_what_was_asked_for_is_made() {
    let bench = Bench::new(willing()).await;
    let cards = request(json!({ "kinds": ["flashcards"] }));
    let job = bench.jobs.submit(owner(), cards, SubmitOptions::default()).await.unwrap().job;
    let job = bench.jobs.wait(job.id, LONG).await.unwrap();
    assert_eq!(job.status, Status::Completed);
    assert_eq!(bench.kinds(&job).await, [Kind::Outline, Kind::Flashcards]);
}

#[tokio::test]
async fn one_failed_piece_makes_the_job_partial_and_costs_no_other_piece() {
    let bench = Bench::new(without(&[Kind::Faqs])).await;
    let job = bench.run().await;
    assert_eq!(job.status, Status::Partial);
    assert_eq!(job.failures, [(Kind::Faqs, too_thin())].into());
    assert_eq!(job.progress.pieces[&Kind::Faqs], PieceState::Failed);
    assert_eq!(bench.kinds(&job).await.len(), 7);
}

#[tokio::test]
async fn without_an_outline_the_job_fails_and_says_why_for_every_kind() {
    let bench = Bench::new(without(&[Kind::Outline])).await;
    let job = bench.run().await;
    assert_eq!(job.status, Status::Failed);
    assert_eq!(job.failures[&Kind::Outline], too_thin());
    assert_eq!(job.failures.len(), 8);
    assert!(job.failures.values().all(|failure| failure.code == FailureCode::SourceTooThin));
    assert_eq!(bench.kinds(&job).await, []);
}

#[tokio::test]
async fn an_outline_alone_is_a_failed_job() {
    let bench = Bench::new(without(&Kind::PIECES)).await;
    let job = bench.run().await;
    assert_eq!(job.status, Status::Failed);
    assert_eq!(bench.kinds(&job).await, [Kind::Outline]);
}

#[tokio::test]
async fn a_panic_fails_the_piece_it_happens_in_and_nothing_else() {
    for broken in [Kind::Outline, Kind::Flashcards] {
        let script = Script::new(move |kind| async move {
            assert_ne!(kind, broken, "on purpose");
            Ok(pieces::draft(kind))
        });
        let bench = Bench::new(script).await;
        let job = bench.run().await;
        let expected = if broken == Kind::Outline { Status::Failed } else { Status::Partial };
        assert_eq!(job.status, expected);
        assert_eq!(job.failures[&broken].code, FailureCode::Internal);
        assert_eq!(bench.kinds(&job).await.contains(&Kind::Faqs), broken != Kind::Outline);
        assert_eq!(bench.run().await.status, expected, "the worker goes on");
    }
}

#[tokio::test]
async fn a_draft_that_breaks_the_limits_or_is_of_another_kind_is_never_kept() {
    let script = Script::new(|kind| async move {
        let mut draft = pieces::draft(if kind == Kind::Faqs { Kind::Flashcards } else { kind });
        if let Piece::Flashcards(cards) = &mut draft
            && kind == Kind::Flashcards
        {
            cards.items.truncate(3);
        }
        Ok(draft)
    });
    let bench = Bench::new(script).await;
    let job = bench.run().await;
    assert_eq!(job.status, Status::Partial);
    let (cards, faqs) = (&job.failures[&Kind::Flashcards], &job.failures[&Kind::Faqs]);
    assert_eq!((cards.code, faqs.code), (FailureCode::Internal, FailureCode::Internal));
    assert!(cards.detail.contains("/items"), "{}", cards.detail);
    assert!(faqs.detail.contains("another kind"), "{}", faqs.detail);
    assert_eq!(bench.kinds(&job).await.len(), 6);
}

#[tokio::test(start_paused = true)]
async fn a_job_whose_time_runs_out_keeps_what_it_has() {
    for (hanging, status, kept) in [(Kind::Faqs, Status::Partial, 7), (Kind::Outline, Status::Failed, 0)] {
        let script = Script::new(move |kind| async move {
            if kind == hanging {
                std::future::pending::<()>().await;
            }
            Ok(pieces::draft(kind))
        });
        let workers = Workers { deadline: SignedDuration::from_secs(30), ..Workers::default() };
        let config = Config { workers, ..Config::default() };
        let bench = Bench::with(config, memory(), Clock::System, script).await;
        let begun = tokio::time::Instant::now();
        let job = bench.run().await;
        assert_eq!(begun.elapsed().as_secs(), 30);
        assert_eq!(job.status, status);
        assert_eq!(job.failures[&hanging].code, FailureCode::DeadlineExceeded);
        assert_eq!(bench.kinds(&job).await.len(), kept);
    }
}

#[tokio::test]
async fn the_pieces_of_a_job_are_made_side_by_side() {
    // Nobody passes the barrier before all seven have come to it.
    let barrier = Arc::new(Barrier::new(Kind::PIECES.len()));
    let script = Script::new(move |kind| {
        let barrier = Arc::clone(&barrier);
        async move {
            if kind != Kind::Outline {
                barrier.wait().await;
            }
            Ok(pieces::draft(kind))
        }
    });
    assert_eq!(Bench::new(script).await.run().await.status, Status::Completed);
}

#[tokio::test]
async fn a_hundred_jobs_at_once_all_end_right() {
    let bench = Bench::new(willing()).await;
    let runs = (0..100).map(|_| bench.run());
    let jobs = futures_util::future::join_all(runs).await;
    assert!(jobs.iter().all(|job| job.status == Status::Completed));
    assert_eq!(jobs.iter().map(|job| job.id).collect::<BTreeSet<_>>().len(), 100);
}

#[tokio::test]
async fn no_more_jobs_are_in_flight_than_allowed_and_urgent_ones_go_first() {
    one_after_the_other(Workers { max: 1, ..Workers::default() }).await;
}

#[tokio::test]
async fn beyond_the_bound_of_memory_only_the_least_number_of_jobs_is_in_flight() {
    one_after_the_other(Workers { min: 1, max_memory_bytes: 1, ..Workers::default() }).await;
}

#[tokio::test]
async fn no_more_text_is_in_flight_than_allowed() {
    let most = u32::try_from(TEXT.len()).unwrap() * 3 / 2;
    one_after_the_other(Workers { max_source_characters: most, ..Workers::default() }).await;
    one_after_the_other(Workers { max_source_characters: 1, ..Workers::default() }).await;
}

/// Submits four jobs to workers that may run one at a time.
async fn one_after_the_other(workers: Workers) {
    let gate = Arc::new(Semaphore::new(0));
    let running = Arc::new(AtomicUsize::new(0));
    let order = Arc::new(Mutex::new(Vec::new()));
    let (script_gate, script_order) = (Arc::clone(&gate), Arc::clone(&order));
    let script = Script::new(move |kind| {
        let (gate, running, order) =
            (Arc::clone(&script_gate), Arc::clone(&running), Arc::clone(&script_order));
        async move {
            if kind == Kind::Outline {
                assert_eq!(running.fetch_add(1, Ordering::SeqCst), 0, "a second job was begun");
                gate.acquire().await.unwrap().forget();
            } else {
                order.lock().unwrap().push(kind);
                running.fetch_sub(1, Ordering::SeqCst);
            }
            Ok(pieces::draft(kind))
        }
    });
    let bench = Bench::with(Config { workers, ..Config::default() }, memory(), Clock::System, script).await;
    let mut jobs = Vec::new();
    let wanted = [
        ("normal", Kind::Faqs),
        ("low", Kind::StudyGuide),
        ("normal", Kind::Flashcards),
        ("high", Kind::PodcastScript),
    ];
    for (priority, kind) in wanted {
        let request = request(json!({ "priority": priority, "kinds": [kind] }));
        jobs.push(bench.jobs.submit(owner(), request, SubmitOptions::default()).await.unwrap().job.id);
        while jobs.len() == 1 && !bench.jobs.shared.running.contains(jobs[0]) {
            tokio::task::yield_now().await;
        }
    }
    gate.add_permits(jobs.len());
    for id in jobs {
        assert_eq!(bench.jobs.wait(id, LONG).await.unwrap().status, Status::Completed);
    }
    assert_eq!(*order.lock().unwrap(), [Kind::Faqs, Kind::PodcastScript, Kind::Flashcards, Kind::StudyGuide]);
}

#[tokio::test]
async fn progress_never_goes_back_and_events_have_no_gaps() {
    let store = memory();
    let Watch::Changes(mut changes) = store.watch(Collection::Jobs) else { unreachable!() };
    let bench = Bench::over(store, without(&[Kind::StudyGuide])).await;
    let id = bench.submit(owner()).await.id;
    let mut percent = vec![];
    loop {
        let job = bench.jobs.get(Viewer::Admin, id).await.unwrap();
        percent.push(job.progress.percent);
        if job.status.is_ended() {
            break;
        }
        changes.next().await.unwrap();
    }
    assert!(percent.is_sorted(), "{percent:?}");
    assert!(
        percent.last().is_some_and(|last| (50..100).contains(last)),
        "one piece is not there: {percent:?}"
    );
    let events = bench.jobs.get(Viewer::Admin, id).await.unwrap().events;
    assert!(events.iter().map(|event| event.number).eq(1..=19), "{events:?}");
    assert_eq!(events[0].name, EventName::JobQueued);
    assert_eq!(events[1].name, EventName::JobRunning);
    assert_eq!(events[18].name, EventName::JobPartial);
    let failed = events.iter().find(|event| event.name == EventName::PieceFailed).unwrap();
    assert_eq!((failed.kind, failed.code), (Some(Kind::StudyGuide), Some(FailureCode::SourceTooThin)));
}

// Paused, so that no begun piece is written for itself because the machine is slow.
#[tokio::test(start_paused = true)]
async fn a_full_package_is_about_twenty_document_writes() {
    let store = TestStore::over(memory());
    let shared: Arc<dyn Store> = store.clone();
    let bench = Bench::over(shared, willing()).await;
    // The instance's own sign of life is none of the package's.
    let before = store.written();
    assert_eq!(bench.run().await.status, Status::Completed);
    let written = store.written() - before;
    assert!(written <= 21, "{written} documents were written");
}

#[tokio::test]
async fn waiting_ends_when_its_time_is_over_and_pieces_can_be_read_meanwhile() {
    let (reached, gate) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
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
    let job = bench.jobs.wait(id, Duration::ZERO).await.unwrap();
    assert_eq!((job.status, job.completed_at), (Status::Running, None));
    assert!(bench.kinds(&job).await.contains(&Kind::Outline));
    gate.notify_one();
    assert_eq!(bench.jobs.wait(id, LONG).await.unwrap().status, Status::Completed);
}
