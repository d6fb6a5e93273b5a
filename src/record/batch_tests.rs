//! Jobs that are accepted together, and the money that they share.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use super::batch::*;
use super::test_store::TestStore;
use super::*;
use crate::clock::Clock;
use crate::content::Request;
use crate::id::KeyId;
use crate::money::Money;
use crate::store::{self, MemoryStore};

const TIME: Duration = Duration::from_secs(900);

fn records() -> Records {
    Records::new(Arc::new(MemoryStore::new(Clock::System)), Clock::System)
}

/// Records whose store gives others time between a read and the write that follows it.
fn contended() -> (Arc<TestStore>, Records) {
    let store = TestStore::over(Arc::new(MemoryStore::new(Clock::System)));
    let shared: Arc<dyn store::Store> = store.clone();
    (store, Records::new(shared, Clock::System))
}

fn request(number: usize) -> Request {
    let text =
        format!("A cell is the smallest unit of life that can replicate on its own, says lesson {number}.");
    Request::parse(&json!({ "syllabus_text": text, "kinds": ["faqs"] })).unwrap()
}

fn owner() -> Owner {
    Owner(KeyId::at(Timestamp::now()))
}

/// Accepts so many jobs that may cost a hundred micro-dollars together.
async fn accepted(records: &Records, jobs: usize) -> (Batch, Vec<Job>) {
    let requests: Vec<Request> = (0..jobs).map(request).collect();
    let orders: Vec<Order<'_>> =
        requests.iter().map(|request| Order { request, terms: Terms::default() }).collect();
    let most = Some(Money::from_micros(100));
    match records.accept_batch(owner(), &orders, most, Terms::default()).await.unwrap() {
        AcceptedBatch::New(batch, jobs) => (batch, jobs),
        AcceptedBatch::Replayed(_) => unreachable!(),
    }
}

async fn claim(records: &Records, job: &Job) -> Job {
    records.claim(job.clone(), "me", TIME).await.unwrap().unwrap()
}

fn granted(job: &Job) -> u64 {
    job.grant.unwrap().micros()
}

/// Ends a claimed job, incomplete, at that cost.
async fn end_at(records: &Records, job: Job, micros: u64) {
    let claim = job.claim.clone().unwrap();
    let cost = Expense { cost_usd: Money::from_micros(micros), unreconciled_usd: Money::ZERO };
    let (writer, _, task) = JobWriter::open(records.clone(), job.clone());
    let task = tokio::spawn(task);
    writer.write(Change::Ended { quality: None }).await.unwrap();
    records.relinquish(job.id, &claim, cost).await.unwrap();
    drop(writer);
    task.await.unwrap();
}

#[tokio::test]
async fn what_an_ended_job_leaves_over_goes_to_those_that_begin_after_it() {
    let records = records();
    let (_, jobs) = accepted(&records, 4).await;
    let first = claim(&records, &jobs[0]).await;
    assert_eq!(granted(&first), 25);
    end_at(&records, first, 10).await;
    let second = claim(&records, &jobs[1]).await;
    assert_eq!(granted(&second), 30, "ninety for three");
    records.cancel(jobs[2].id).await.unwrap();
    assert_eq!(granted(&claim(&records, &jobs[3]).await), 60, "ninety less thirty for the last");
}

#[tokio::test]
async fn jobs_that_begin_at_once_never_get_more_than_there_is() {
    let records = records();
    let (_, jobs) = accepted(&records, 7).await;
    let claimed = futures_util::future::join_all(jobs.iter().map(|job| claim(&records, job))).await;
    let granted: u64 = claimed.iter().map(granted).sum();
    assert!((93..=100).contains(&granted), "{granted}");
}

#[tokio::test]
async fn jobs_are_tried_again_when_all_have_ended_and_share_what_is_left() {
    let records = records();
    let (_, jobs) = accepted(&records, 2).await;
    let (one, two) = (claim(&records, &jobs[0]).await, claim(&records, &jobs[1]).await);
    end_at(&records, one.clone(), 10).await;
    assert!(matches!(records.try_again(one.id, Duration::ZERO).await, Err(Error::BatchUnfinished)));
    end_at(&records, two.clone(), 50).await;
    let again = records.try_again(one.id, Duration::ZERO).await.unwrap().unwrap();
    assert_eq!(granted(&again), 10 + 20, "forty are left for two");
    assert_eq!(granted(&claim(&records, &again).await), 30, "a grant stays with its job");
}

#[tokio::test]
async fn after_an_outage_all_jobs_of_a_batch_are_tried_again_without_waiting_for_each_other() {
    let records = records();
    let (_, jobs) = accepted(&records, 5).await;
    for job in &jobs {
        end_at(&records, claim(&records, job).await, 4).await;
    }
    let mut granted_now = 0;
    for job in &jobs {
        let again = records.try_again(job.id, Duration::ZERO).await.unwrap().unwrap();
        assert_eq!(granted(&again), 4 + 16, "eighty are left for five");
        granted_now += granted(&claim(&records, &again).await);
    }
    assert_eq!(granted_now, 100, "together as much as there is");
    let first = records.job(jobs[0].id).await.unwrap().unwrap();
    end_at(&records, first, 20).await;
    let refused = records.try_again(jobs[0].id, Duration::ZERO).await;
    assert!(matches!(refused, Err(Error::BatchUnfinished)), "what was set aside for it is used up");
}

#[tokio::test]
async fn a_job_whose_batch_knows_too_little_gets_its_share() {
    let clock = Clock::fixed(Timestamp::now());
    let records = Records::new(Arc::new(MemoryStore::new(clock.clone())), clock.clone());
    let requests: Vec<Request> = (0..4).map(request).collect();
    let terms = Terms { kept: Some(TIME), ..Terms::default() };
    let orders: Vec<Order<'_>> = requests.iter().map(|request| Order { request, terms }).collect();
    let most = Some(Money::from_micros(100));
    let Ok(AcceptedBatch::New(_, jobs)) = records.accept_batch(owner(), &orders, most, terms).await else {
        unreachable!()
    };
    end_at(&records, claim(&records, &jobs[0]).await, 1).await;
    assert_eq!(granted(&claim(&records, &jobs[1]).await), 33, "ninety-nine for three");
    clock.advance(TIME);
    assert!(records.job(jobs[0].id).await.unwrap().is_none());
    assert_eq!(granted(&claim(&records, &jobs[2]).await), 25, "nobody knows what the expired one has cost");
    clock.advance(Duration::from_secs(31 * 24 * 60 * 60));
    assert_eq!(granted(&claim(&records, &jobs[3]).await), 25, "nor, when it is gone, what the batch may");
}

#[tokio::test]
async fn a_deleted_job_gives_no_money_back_to_its_batch() {
    let records = records();
    let (batch, jobs) = accepted(&records, 2).await;
    let (one, two) = (claim(&records, &jobs[0]).await, claim(&records, &jobs[1]).await);
    end_at(&records, one.clone(), 40).await;
    end_at(&records, two.clone(), 50).await;
    let ended = records.job(one.id).await.unwrap().unwrap();
    assert!(ended.completed_at.is_some() && records.delete(one.id).await.unwrap());
    let again = records.try_again(two.id, Duration::ZERO).await.unwrap().unwrap();
    assert_eq!(granted(&again), 50 + 10, "ninety of a hundred are spent, whoever is gone");
    let batch = records.batch(batch.id).await.unwrap().unwrap();
    let completed_at = ended.completed_at;
    let gone = Gone { status: Status::Failed, cost_usd: Money::from_micros(40), completed_at };
    assert_eq!(batch.gone, BTreeMap::from([(one.id, gone)]));
}

#[tokio::test(start_paused = true)]
async fn the_jobs_of_a_batch_are_deleted_all_at_once() {
    let (_, records) = contended();
    let (batch, jobs) = accepted(&records, 50).await;
    for job in &jobs {
        records.cancel(job.id).await.unwrap();
    }
    let deleted = jobs.iter().map(|job| records.delete(job.id));
    for deleted in futures_util::future::join_all(deleted).await {
        assert!(deleted.unwrap());
    }
    assert!(records.batch(batch.id).await.unwrap().is_none(), "it goes with the last of them");
}

#[tokio::test]
async fn a_job_that_is_deleted_while_another_begins_is_spent_once() {
    for read in [0, 1] {
        let (store, records) = contended();
        let (_, jobs) = accepted(&records, 3).await;
        end_at(&records, claim(&records, &jobs[0]).await, 30).await;
        // Right before that job is read, or when it was read and the next one is.
        let (deleting, first) = (records.clone(), jobs[0].id);
        let delete = async move { assert!(deleting.delete(first).await.unwrap()) };
        store.meanwhile(jobs[read].id.to_string(), Box::pin(delete));
        let begun = claim(&records, &jobs[1]).await;
        assert!(records.job(first).await.unwrap().is_none());
        assert_eq!(granted(&begun), 35, "seventy for two");
    }
}

#[tokio::test]
async fn a_batch_is_accepted_whole_once_for_its_key_or_not_at_all() {
    let records = records();
    let (owner, key) = (owner(), IdempotencyKey::new("one").unwrap());
    let requests = [request(1), request(2)];
    let orders: Vec<Order<'_>> =
        requests.iter().map(|request| Order { request, terms: Terms::default() }).collect();
    let terms = Terms { key: Some(&key), remembered: TIME, ..Terms::default() };
    let accept = || records.accept_batch(owner, &orders, None, terms);
    let (one, two) = tokio::join!(accept(), accept());
    let (new, replayed) = match (one.unwrap(), two.unwrap()) {
        (AcceptedBatch::New(batch, _), AcceptedBatch::Replayed(again))
        | (AcceptedBatch::Replayed(again), AcceptedBatch::New(batch, _)) => (batch, again),
        both => panic!("{both:?}"),
    };
    assert_eq!(new.jobs, replayed.jobs);
    assert_eq!(records.queued(100).await.unwrap().len(), 2);
    assert_eq!(claim(&records, &records.jobs_of(&new).await.unwrap()[0]).await.grant, None);
    let other = records.accept_batch(owner, &orders[..1], None, terms).await;
    assert!(matches!(other, Err(Error::IdempotencyMismatch)));
    assert!(matches!(records.remembered(owner, &key, &requests[0]).await, Err(Error::IdempotencyMismatch)));
}
