//! What [`JobWriter`] and [`Records`] promise to each other when more than one hand reaches for a job.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use super::test_store::TestStore;
use super::*;
use crate::clock::Clock;
use crate::content::{Kind, Request, samples};
use crate::id::KeyId;
use crate::money::{Money, Pledge};
use crate::store::{Collection, Document, MemoryStore, Query, Store, Write};
use crate::usage::Usage;

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
    let Accepted::New(job) = records.accept(owner, &request, Terms::default()).await.unwrap() else {
        unreachable!()
    };
    (store, records, job)
}

async fn claimed() -> (Arc<TestStore>, Records, Job) {
    let (store, records, job) = accepted().await;
    let job = records.claim(job, "first", TIME).await.unwrap().unwrap();
    (store, records, job)
}

/// Five micro-dollars, two of them unconfirmed.
fn five() -> Expense {
    Expense { cost_usd: Money::from_micros(5), unreconciled_usd: Money::from_micros(2) }
}

fn open(records: &Records, job: Job) -> JobWriter {
    let (writer, _, task) = JobWriter::open(records.clone(), job);
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
    let (writer, _, task) = JobWriter::open(records.clone(), job.clone());
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

fn metadata_of_nothing() -> PieceMetadata {
    PieceMetadata {
        writer: "extractive".to_owned(),
        model: None,
        prompt_version: None,
        cache: CacheTier::Miss,
        cost_usd: Money::ZERO,
        unreconciled_usd: Money::ZERO,
        usage: Usage::default(),
        attempts: 1,
        duration_ms: 0,
        dropped: Vec::new(),
        unanchored_quotes: 0,
    }
}

#[tokio::test]
async fn what_the_newest_run_tells_stays_whole_and_no_number_is_given_twice() {
    let (_, records, mut job) = claimed().await;
    let (mut given, mut run) = (0, Vec::new());
    for round in 0..90 {
        let writer = open(&records, job);
        for kind in [Kind::Outline, Kind::Faqs, Kind::Flashcards] {
            writer.announce(Change::Started(kind)).await;
            if (round, kind) == (0, Kind::Outline) {
                let (material, metadata) = (Arc::new(samples::material(kind)), metadata_of_nothing());
                writer.write(Change::Finished { material, metadata, pledge: None }).await.unwrap();
            } else {
                writer.write(failed(kind)).await.unwrap();
            }
        }
        writer.write(Change::Ended { quality: None }).await.unwrap();
        job = Job::clone(&writer.job());
        let begun = job.events.iter().rposition(|event| event.name == EventName::JobQueued).unwrap();
        run = job.events[begun..].iter().map(|event| event.name).collect();
        assert!(job.last_event() > given && job.events.len() <= 256);
        assert!(job.events.windows(2).all(|pair| pair[0].number < pair[1].number), "round {round}");
        given = job.last_event();
        job = records.try_again(job.id, Duration::ZERO).await.unwrap().unwrap();
        job = records.claim(job, "again", TIME).await.unwrap().unwrap();
    }
    let piece = [EventName::PieceStarted, EventName::PieceFailed];
    let whole = [EventName::JobQueued, EventName::JobRunning].into_iter().chain(piece).chain(piece);
    assert_eq!(run, whole.chain([EventName::JobFailed]).collect::<Vec<_>>());
    let count = |name| job.events.iter().filter(|event| event.name == name).count();
    assert_eq!((job.events.len(), given), (256, 90 * 7 + 2));
    assert_eq!((count(EventName::JobFailed), count(EventName::PieceCompleted)), (90, 1));
}

#[tokio::test]
async fn the_events_of_a_job_that_is_restarted_for_ever_stay_bounded_and_tell_every_ending() {
    let (_, records, job) = claimed().await;
    let writer = open(&records, job);
    writer.write(failed(Kind::Faqs)).await.unwrap();
    let mut job = Job::clone(&writer.job());
    for _ in 0..200 {
        job = records.give_back(job).await.unwrap().unwrap();
        job = records.claim(job, "again", TIME).await.unwrap().unwrap();
    }
    assert_eq!(job.events.len(), 256);
    assert_eq!(job.last_event(), 403);
    assert_eq!(job.events[0].name, EventName::PieceFailed);
    assert!(job.events.windows(2).all(|pair| pair[0].number < pair[1].number));
}

#[tokio::test]
async fn a_cost_that_somebody_books_meanwhile_fences_no_writer_and_is_not_lost() {
    let (_, records, job) = claimed().await;
    let claim = job.claim.clone().unwrap();
    let writer = open(&records, job.clone());
    let other = Claim { token: 7, ..claim };
    let cost = five();
    for booked in 1..=2 {
        assert!(!records.relinquish(job.id, &other, cost).await.unwrap());
        let kind = if booked == 1 { Kind::Faqs } else { Kind::Flashcards };
        writer.write(failed(kind)).await.unwrap();
    }
    let stored = records.job(job.id).await.unwrap().unwrap();
    assert_eq!(stored.metadata.unreconciled_usd, Money::from_micros(4));
    assert_eq!((stored.metadata.cost_usd, stored.failures.len()), (Money::from_micros(10), 2));
    assert_eq!(stored, *writer.job());
}

fn pledged(number: u64, micros: u64) -> Change {
    Change::Pledged(Pledge { number, most: Money::from_micros(micros) })
}

fn spent(micros: u64) -> Change {
    let cost_usd = Money::from_micros(micros);
    Change::Spent { usage: Usage::default(), cost_usd, unreconciled_usd: Money::ZERO }
}

/// What a job has cost, and what of it nobody confirmed, in micro-dollars.
fn cost(job: &Job) -> (u64, u64) {
    (job.metadata.cost_usd.micros(), job.metadata.unreconciled_usd.micros())
}

#[tokio::test]
async fn what_a_run_pledged_and_did_not_book_is_booked_when_its_process_is_gone() {
    let (_, records, job) = claimed().await;
    let writer = open(&records, job);
    writer.write(pledged(1, 100)).await.unwrap();
    writer.write(spent(30)).await.unwrap();
    writer.write(pledged(3, 80)).await.unwrap();
    writer.write(pledged(2, 500)).await.unwrap();
    let lost = records.take_from_lost(Job::clone(&writer.job()), 3).await.unwrap().unwrap();
    assert_eq!(cost(&lost), (80, 50), "thirty are booked, fifty may have been spent besides");
    let again = records.claim(lost, "second", TIME).await.unwrap().unwrap();
    let writer = open(&records, again);
    writer.write(pledged(1, 20)).await.unwrap();
    writer
        .write(Change::Released {
            unbooked: Expense { cost_usd: Money::from_micros(5), unreconciled_usd: Money::ZERO },
        })
        .await
        .unwrap();
    assert_eq!(cost(&writer.job()), (85, 50), "whoever gives a job back has booked what it spent");
}

#[tokio::test]
async fn a_run_that_turns_up_again_puts_right_what_was_presumed_of_it() {
    let (_, records, job) = claimed().await;
    let claim = job.claim.clone().unwrap();
    let writer = open(&records, job.clone());
    writer.write(pledged(1, 100)).await.unwrap();
    let cancelled = records.cancel(job.id).await.unwrap().unwrap();
    assert_eq!(cost(&cancelled), (100, 100));
    assert!(!records.relinquish(job.id, &claim, five()).await.unwrap());
    assert_eq!(cost(&records.job(job.id).await.unwrap().unwrap()), (5, 2));

    let (_, records, job) = claimed().await;
    let claim = job.claim.clone().unwrap();
    let writer = open(&records, job);
    writer.write(pledged(1, 100)).await.unwrap();
    let lost = records.take_from_lost(Job::clone(&writer.job()), 3).await.unwrap().unwrap();
    let taken = records.claim(lost, "second", TIME).await.unwrap().unwrap();
    let writer = open(&records, taken);
    writer.write(pledged(1, 40)).await.unwrap();
    for _ in 0..2 {
        // The second time nothing is presumed any more, and nothing is left to be booked.
        records.relinquish(writer.job().id, &claim, Expense::default()).await.unwrap();
    }
    writer.write(spent(10)).await.unwrap();
    assert_eq!(
        writer.job().booked().cost_usd,
        Money::from_micros(10),
        "a correction is no booking of its own"
    );
    let lost = records.take_from_lost(Job::clone(&writer.job()), 3).await.unwrap().unwrap();
    assert_eq!(cost(&lost), (40, 30), "the first has spent nothing, the second ten of forty for certain");
}

#[tokio::test]
async fn who_relinquishes_a_job_gives_it_back_once_and_only_under_its_own_claim() {
    let (_, records, job) = claimed().await;
    let claim = job.claim.clone().unwrap();
    assert!(records.relinquish(job.id, &claim, five()).await.unwrap());
    let queued = records.job(job.id).await.unwrap().unwrap();
    assert_eq!((queued.status, queued.metadata.cost_usd), (Status::Queued, Money::from_micros(5)));
    let taken = records.claim(queued, "second", TIME).await.unwrap().unwrap();
    assert!(!records.relinquish(job.id, &claim, Expense::default()).await.unwrap());
    assert_eq!(records.job(job.id).await.unwrap().unwrap(), taken);
}

#[tokio::test]
async fn a_writer_hears_that_its_job_was_cancelled_before_it_writes_anything() {
    let (_, records, job) = claimed().await;
    let (writer, tip, task) = JobWriter::open(records.clone(), job.clone());
    let cancelled = records.cancel(job.id).await.unwrap().unwrap();
    tip.seen(cancelled.version());
    task.await;
    assert!(matches!(writer.write(failed(Kind::Faqs)).await, Err(Error::Closed)));
    assert_eq!(records.job(job.id).await.unwrap().unwrap(), cancelled);
}

#[tokio::test]
async fn a_job_that_an_older_version_stored_is_read_and_goes_on() {
    let (store, records, job) = accepted().await;
    let document = store.get(Collection::Jobs, &job.id.to_string()).await.unwrap().unwrap();
    let mut payload: serde_json::Value = serde_json::from_str(&document.payload).unwrap();
    for field in ["crashes", "expires_at", "kept_ms", "pieces_until", "share"] {
        assert!(payload.as_object_mut().unwrap().remove(field).is_some(), "{field}");
    }
    let old = Write::replace(Document { payload: payload.to_string(), ..document });
    store.commit(vec![old]).await.unwrap();
    let read = records.job(job.id).await.unwrap().unwrap();
    assert_eq!((read.crashes, read.expires_at), (0, None));
    let running = records.claim(read, "second", TIME).await.unwrap().unwrap();
    assert_eq!(records.claimed_by("second").await.unwrap(), [running]);
}

#[tokio::test]
async fn a_heartbeat_counts_on_and_hears_that_others_removed_it() {
    let (store, records, _) = accepted().await;
    assert_eq!(records.beat("me", 0, 0).await.unwrap(), Pulse::Alive(1));
    store.lose_answers(1);
    assert!(records.beat("me", 1, 0).await.is_err());
    // It went through before, nobody knows when: a sign of life of now comes after it.
    assert_eq!(records.beat("me", 1, 0).await.unwrap(), Pulse::Alive(3));
    assert_eq!(records.beat("me", 3, 0).await.unwrap(), Pulse::Alive(4));
    let seen = Instance { name: "me".to_owned(), beat: 3 };
    assert!(!records.remove_instance(&seen).await.unwrap(), "it has moved since");
    assert!(records.remove_instance(&Instance { beat: 4, ..seen }).await.unwrap());
    assert_eq!(records.beat("me", 4, 0).await.unwrap(), Pulse::Removed);
}

#[tokio::test(start_paused = true)]
async fn what_is_told_of_a_job_is_committed_with_it_once_whatever_the_store_says() {
    let (store, records, job) = claimed().await;
    let announcer: Announcer = Arc::new(|job, event| {
        let message = Write::put(Collection::Outbox, format!("{}-{}", job.id, event.number));
        let message = message.field("job", job.id.to_string()).field("created_at", event.at).absent();
        if event.name == EventName::PieceFailed { Vec::new() } else { vec![message] }
    });
    let records = records.announcing(announcer);
    let told = async || {
        let query = Query::ascending(Collection::Outbox, "created_at").equal("job", job.id.to_string());
        let page = store.query(query).await.unwrap();
        page.documents
            .iter()
            .map(|message| message.id.rsplit('-').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let job = records.give_back(job.clone()).await.unwrap().unwrap();
    let job = records.claim(job, "second", TIME).await.unwrap().unwrap();
    assert_eq!(told().await, ["3", "4"], "what happened before nobody listened");
    let writer = open(&records, job.clone());
    writer.write(failed(Kind::Faqs)).await.unwrap();
    store.fail(2);
    store.lose_answers(1);
    let before = store.written();
    writer.write(Change::Ended { quality: None }).await.unwrap();
    assert_eq!(store.written() - before, 2, "the job and its message");
    assert!(writer.write(Change::Ended { quality: None }).await.is_err());
    let ended = records.job(job.id).await.unwrap().unwrap();
    assert_eq!(told().await, ["3".to_owned(), "4".to_owned(), ended.last_event().to_string()]);
    assert_eq!(ended, *writer.job());
    assert!(records.delete(job.id).await.unwrap());
    assert_eq!(told().await, [""; 0], "they go with their job");
}

#[tokio::test]
async fn a_job_that_somebody_cancels_is_told_of_once() {
    let (store, records, job) = claimed().await;
    let records = records.announcing(Arc::new(|job, event| {
        let message = Write::put(Collection::Outbox, job.id.to_string()).absent();
        (event.name == EventName::JobCancelled).then_some(message).into_iter().collect()
    }));
    for _ in 0..2 {
        assert_eq!(records.cancel(job.id).await.unwrap().unwrap().status, Status::Cancelled);
    }
    assert!(store.get(Collection::Outbox, &job.id.to_string()).await.unwrap().is_some());
}
