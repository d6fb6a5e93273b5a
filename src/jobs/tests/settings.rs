//! The settings of jobs: changing each changes what happens.

use std::sync::Arc;

use jiff::SignedDuration;
use tokio::sync::Barrier;

use super::*;
use crate::jobs::{Retention, Workers};
use crate::record::Status;

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
