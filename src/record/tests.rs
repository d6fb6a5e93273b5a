//! What [`JobWriter`] and [`Records`] promise to each other when more than one hand reaches for a job.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use super::test_store::TestStore;
use super::*;
use crate::clock::Clock;
use crate::content::{Kind, Request};
use crate::id::KeyId;
use crate::store::{MemoryStore, Store};

const TIME: Duration = Duration::from_secs(900);

fn failed(kind: Kind) -> Change {
    Change::Failed { kind, failure: Failure { code: FailureCode::Internal, detail: "on purpose".to_owned() } }
}

/// Makes records over a store that fails on demand, with one accepted job.
async fn accepted() -> (Arc<TestStore>, Records, Job) {
    let store = TestStore::over(Arc::new(MemoryStore::new(Clock::System)));
    let shared: Arc<dyn Store> = store.clone();
    let records = Records::new(shared, Clock::System);
    let text = "A cell is the smallest unit of life that can replicate on its own.";
    let request = Request::parse(&json!({ "syllabus_text": text, "kinds": ["faqs", "flashcards"] })).unwrap();
    let owner = Owner(KeyId::at(Timestamp::now()));
    let Accepted::New(job) = records.accept(owner, &request, None, TIME).await.unwrap() else {
        unreachable!()
    };
    (store, records, job)
}

async fn claimed() -> (Arc<TestStore>, Records, Job) {
    let (store, records, job) = accepted().await;
    let job = records.claim(job, "first", TIME).await.unwrap().unwrap();
    (store, records, job)
}

fn open(records: &Records, job: Job) -> JobWriter {
    let (writer, task) = JobWriter::open(records.clone(), job);
    tokio::spawn(task);
    writer
}

#[tokio::test]
async fn of_two_who_claim_a_job_one_gets_it() {
    let (_, records, job) = accepted().await;
    let (first, second) =
        tokio::join!(records.claim(job.clone(), "first", TIME), records.claim(job, "second", TIME));
    assert_ne!(first.unwrap().is_some(), second.unwrap().is_some());
}

#[tokio::test]
async fn a_writer_whose_job_was_taken_over_is_refused_and_changes_nothing() {
    let (_, records, job) = claimed().await;
    let stale = open(&records, job.clone());
    let given_back = records.give_back(job).await.unwrap().unwrap();
    let taken = records.claim(given_back, "second", TIME).await.unwrap().unwrap();
    assert!(matches!(stale.write(failed(Kind::Faqs)).await, Err(Error::Fenced)));
    assert!(matches!(stale.write(failed(Kind::Faqs)).await, Err(Error::Closed)));
    assert_eq!(records.job(taken.id).await.unwrap().unwrap(), taken);
    open(&records, taken.clone()).write(failed(Kind::Faqs)).await.unwrap();
    assert_eq!(records.job(taken.id).await.unwrap().unwrap().failures.len(), 1);
}

#[tokio::test]
async fn what_waits_together_is_committed_together() {
    let (store, records, job) = claimed().await;
    let (writer, task) = JobWriter::open(records.clone(), job.clone());
    let before = store.written();
    let both =
        async { tokio::join!(writer.write(failed(Kind::Faqs)), writer.write(failed(Kind::Flashcards))) };
    tokio::select! {
        (first, second) = both => assert!(first.is_ok() && second.is_ok()),
        () = task => unreachable!("the writer is still there"),
    }
    assert_eq!(store.written() - before, 1);
    assert_eq!(records.job(job.id).await.unwrap().unwrap().failures.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_for_a_while_costs_no_change() {
    let (store, records, job) = claimed().await;
    let writer = open(&records, job);
    store.fail(10);
    writer.write(failed(Kind::Faqs)).await.unwrap();
    store.lose_answers(1);
    writer.write(failed(Kind::Flashcards)).await.unwrap();
    writer.write(failed(Kind::Outline)).await.unwrap();
    assert_eq!(records.job(writer.job().id).await.unwrap().unwrap().failures, writer.job().failures);
    assert_eq!(writer.job().failures.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_stays_away_is_reported_when_the_jobs_time_is_over() {
    let (store, records, job) = claimed().await;
    let writer = open(&records, job);
    store.fail(usize::MAX);
    let begun = tokio::time::Instant::now();
    assert!(matches!(writer.write(failed(Kind::Faqs)).await, Err(Error::Store(_))));
    assert!((TIME..TIME + TIME).contains(&begun.elapsed()));
}

#[tokio::test(start_paused = true)]
async fn a_begun_piece_shows_after_a_moment_even_if_nothing_else_happens() {
    let (_, records, job) = claimed().await;
    let writer = open(&records, job);
    writer.announce(Change::Started(Kind::Outline)).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let stored = records.job(writer.job().id).await.unwrap().unwrap();
    assert_eq!(stored.progress.pieces[&Kind::Outline], PieceState::Running);
    assert_eq!(stored.events.last().unwrap().name, EventName::PieceStarted);
}

#[tokio::test]
async fn a_job_that_ended_is_written_no_more() {
    let (_, records, job) = claimed().await;
    let writer = open(&records, job);
    writer.write(Change::Ended { quality: None }).await.unwrap();
    let again = writer.write(Change::Ended { quality: None }).await;
    assert!(matches!(again, Err(Error::IllegalTransition { from: Status::Failed, .. })));
}

#[tokio::test]
async fn the_events_of_a_job_that_is_restarted_for_ever_stay_bounded() {
    let (_, records, mut job) = accepted().await;
    for _ in 0..200 {
        job = records.claim(job, "again", TIME).await.unwrap().unwrap();
        job = records.give_back(job).await.unwrap().unwrap();
    }
    assert_eq!(job.events.len(), 256);
    assert_eq!(job.last_event(), 401);
}
