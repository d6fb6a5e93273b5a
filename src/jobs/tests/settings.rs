//! The settings of jobs: changing each changes what happens.

use std::sync::Arc;

use jiff::SignedDuration;
use tokio::sync::Barrier;

use super::*;
use crate::jobs::{Retention, Tenancy, Workers};
use crate::record::test_store::TestStore;
use crate::record::{Accepted, Status, Terms};

#[tokio::test]
async fn an_idempotency_key_stands_for_its_job_as_long_as_the_setting_says() {
    for (hours, is_the_same_job) in [(1, false), (3, true)] {
        let clock = Clock::fixed(Timestamp::now());
        let retention = Retention { idempotency: SignedDuration::from_hours(hours), ..Retention::default() };
        let config = Config { retention, ..Config::default() };
        let store = Arc::new(MemoryStore::new(clock.clone()));
        let bench = Bench::with(config, store, clock, willing()).await;
        let owner = owner();
        let first = bench.submit_named(owner, "monday", everything()).await.unwrap();
        bench.clock.advance(Duration::from_secs(2 * 3600));
        let second = bench.submit_named(owner, "monday", everything()).await.unwrap();
        assert_eq!(first.job.id == second.job.id, is_the_same_job, "{hours} hours");
        assert_eq!(second.replayed, is_the_same_job, "{hours} hours");
    }
}

#[tokio::test(start_paused = true)]
async fn as_many_jobs_are_in_flight_as_the_setting_says() {
    for (max, do_meet) in [(2, true), (1, false)] {
        let meeting = Arc::new(Barrier::new(2));
        let script = Script::new(move |kind| {
            let meeting = Arc::clone(&meeting);
            async move {
                if kind == Kind::Outline {
                    meeting.wait().await;
                }
                Ok(pieces::draft(kind))
            }
        });
        let workers = Workers { max, ..Workers::default() };
        let bench =
            Bench::with(Config { workers, ..Config::default() }, memory(), Clock::System, script).await;
        let (first, second) = (bench.submit(owner()).await, bench.submit(owner()).await);
        // With room for one the first waits for ever for the second, which nobody takes.
        let first = bench.jobs.wait(first.id, LONG).await.unwrap();
        let second = bench.jobs.wait(second.id, LONG).await.unwrap();
        let expected =
            if do_meet { (Status::Completed, Status::Completed) } else { (Status::Running, Status::Queued) };
        assert_eq!((first.status, second.status), expected, "{max} at once");
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_is_taken_over_as_soon_as_the_lease_of_the_setting_is_over() {
    for lease in [3, 60] {
        let store = memory();
        let workers = Workers { lease: SignedDuration::from_secs(lease), ..Workers::default() };
        let config = Config { workers, tenancy: Tenancy::Shared, ..Config::default() };
        let way = TestStore::over(Arc::clone(&store));
        let stuck = Counted::hanging_at(Kind::Outline);
        let one = Bench::with(config.clone(), way.clone(), Clock::System, stuck.script()).await;
        let job = one.submit(owner()).await;
        stuck.reached.notified().await;
        let two = Bench::with(config, store, Clock::System, willing()).await;
        tokio::time::sleep(Duration::from_secs(100)).await;
        way.cut_off(true);
        let cut = tokio::time::Instant::now();
        assert_eq!(two.jobs.wait(job.id, 10 * LONG).await.unwrap().status, Status::Completed);
        let (least, most) = (Duration::from_secs(lease.unsigned_abs()) / 2, Duration::from_secs(5));
        let took = cut.elapsed();
        assert!(took > least && took < 2 * least + most, "{took:?} with {lease} s");
    }
}

#[tokio::test]
async fn a_job_is_set_aside_after_as_many_crashes_as_the_setting_says() {
    for (max_crashes, expected) in [(1, Status::Failed), (2, Status::Completed)] {
        let store = memory();
        let records = Records::new(Arc::clone(&store), Clock::System);
        let accepted = records.accept(owner(), &everything(), Terms::default()).await.unwrap();
        let Accepted::New(job) = accepted else { unreachable!() };
        // Whoever claimed it is gone: the bench is alone with its store.
        let job = records.claim(job, "gone", LONG).await.unwrap().unwrap();
        let workers = Workers { max_crashes, ..Workers::default() };
        let config = Config { workers, ..Config::default() };
        let bench = Bench::with(config, store, Clock::System, willing()).await;
        let job = bench.jobs.wait(job.id, LONG).await.unwrap();
        assert_eq!(job.status, expected, "{max_crashes} crashes");
    }
}

#[tokio::test(start_paused = true)]
async fn so_many_jobs_as_the_setting_says_are_in_flight_whatever_memory_says() {
    for min in [1, 4] {
        let workers = Workers { min, max_memory_bytes: 1, ..Workers::default() };
        let config = Config { workers, ..Config::default() };
        let script = Script::new(|_| std::future::pending());
        let bench = Bench::with(config, memory(), Clock::System, script).await;
        for _ in 0..8 {
            bench.submit(owner()).await;
        }
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert_eq!(bench.jobs.shared.running.len(), min);
    }
}
