//! What the limits promise, over a store of memory and a clock that is moved by hand.

use std::net::Ipv4Addr;

use jiff::Timestamp;

use super::*;
use crate::id::JobId;
use crate::store::MemoryStore;

struct Bench {
    store: Arc<dyn Store>,
    clock: Clock,
    quota: Quota,
}

fn bench(change: impl FnOnce(&mut Config)) -> Bench {
    let clock = Clock::fixed("2026-11-28T23:00:00Z".parse().unwrap());
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(clock.clone()));
    let mut config = Config { generations_per_day_key: 2, ..Config::default() };
    change(&mut config);
    let quota = Quota::new(&config, Arc::clone(&store), clock.clone(), Metrics::new(), None);
    Bench { store, clock, quota }
}

fn caller(scale: Scale) -> Caller {
    Caller { key: KeyId::at(Timestamp::UNIX_EPOCH), scale, prefix: IpAddr::V4(Ipv4Addr::LOCALHOST) }
}

impl Bench {
    /// Takes jobs as an acceptance does.
    async fn accept(&self, caller: &Caller, jobs: usize) -> Result<(), Error> {
        let taken = self.quota.day(caller).take(jobs).await?;
        self.store.commit(taken.writes().to_vec()).await?;
        taken.keep();
        Ok(())
    }

    async fn left(&self, caller: &Caller) -> u32 {
        self.quota.day(caller).counted_room().await.unwrap().unwrap().left
    }
}

#[tokio::test]
async fn a_day_ends_at_midnight_in_utc() {
    let bench = bench(|_| {});
    let caller = caller(Scale::One);
    bench.accept(&caller, 2).await.unwrap();
    let Err(Error::Exhausted { left: 0, most: 2, wanted: 1, retry_in }) = bench.accept(&caller, 1).await
    else {
        panic!("there is more than a day");
    };
    assert_eq!(retry_in, Duration::from_secs(3600));
    let refusal = bench.quota.charge(&caller, Charge::Creating).await.unwrap().refusal();
    assert_eq!(refusal, Some(Refusal { rule: Rule::Day, retry_in }));
    bench.clock.advance(retry_in);
    assert_eq!(bench.left(&caller).await, 2);
    bench.accept(&caller, 2).await.unwrap();
}

#[tokio::test]
async fn what_was_not_committed_was_not_taken() {
    let bench = bench(|_| {});
    let caller = caller(Scale::One);
    drop(bench.quota.day(&caller).take(2).await.unwrap());
    assert_eq!(bench.left(&caller).await, 2);
    // Committed although nobody came to know of it: then it is.
    let taken = bench.quota.day(&caller).take(1).await.unwrap();
    bench.store.commit(taken.writes().to_vec()).await.unwrap();
    drop(taken);
    assert_eq!(bench.left(&caller).await, 1);
    bench.accept(&caller, 1).await.unwrap();
    assert!(bench.accept(&caller, 1).await.is_err());
}

#[tokio::test]
async fn what_is_given_back_any_number_of_times_is_given_back_once_and_to_its_own_day() {
    let bench = bench(|_| {});
    let caller = caller(Scale::One);
    bench.accept(&caller, 2).await.unwrap();
    let (now, job) = (bench.clock.now(), JobId::at(Timestamp::UNIX_EPOCH));
    for _ in 0..2 {
        bench.store.commit(vec![give_back(job, caller.key, now, now)]).await.unwrap();
        assert_eq!(bench.left(&caller).await, 1);
    }
    bench.accept(&caller, 1).await.unwrap();
    assert!(bench.accept(&caller, 1).await.is_err());
    bench.clock.advance(Duration::from_secs(3600));
    bench.accept(&caller, 1).await.unwrap();
    let late = give_back(JobId::at(now), caller.key, now, bench.clock.now());
    bench.store.commit(vec![late]).await.unwrap();
    assert_eq!(bench.left(&caller).await, 1, "it failed on the day after");
}

#[tokio::test]
async fn of_accepts_at_once_exactly_a_day_gets_through() {
    let bench = bench(|config| config.generations_per_day_key = 7);
    let caller = caller(Scale::One);
    let accepts = (0..40).map(|_| bench.accept(&caller, 1));
    let accepted = futures_util::future::join_all(accepts).await;
    assert_eq!(accepted.iter().filter(|accept| accept.is_ok()).count(), 7);
}

#[tokio::test]
async fn a_tier_multiplies_every_limit_of_a_key() {
    let bench = bench(|_| {});
    for (scale, times) in [(Scale::One, 1), (Scale::Ten, 10), (Scale::Hundred, 100)] {
        let standing = bench.quota.usage(&caller(scale)).await.unwrap();
        let most: Vec<_> = standing.entries.iter().map(|entry| (entry.rule.as_str(), entry.most)).collect();
        let limits = [("address", 10), ("key", 100), ("day", 2), ("reads", 600)];
        assert_eq!(most, limits.map(|(rule, most)| (rule, most * times)));
    }
}

#[tokio::test]
async fn of_several_limits_without_room_the_one_that_lasts_longest_refuses() {
    let bench = bench(|config| {
        config.generations_per_day_key = 1000;
        (config.creates_per_minute_address, config.creates_per_hour_key) = (1, 1);
    });
    let caller = caller(Scale::One);
    assert_eq!(bench.quota.charge(&caller, Charge::Creating).await.unwrap().refusal(), None);
    let refusal = bench.quota.charge(&caller, Charge::Creating).await.unwrap().refusal();
    assert_eq!(refusal, Some(Refusal { rule: Rule::Key, retry_in: Duration::from_secs(3600) }));
    bench.quota.was_a_replay(&caller).await;
    assert_eq!(bench.quota.charge(&caller, Charge::Creating).await.unwrap().refusal(), None);
}

#[tokio::test]
async fn beyond_those_that_are_tracked_callers_share_a_count() {
    let bench = bench(|config| (config.tracked, config.failures_per_minute_address) = (64, 1));
    let from = |number: u32| IpAddr::V4(Ipv4Addr::from(number));
    let mut refused = 0;
    for number in 0..10_000 {
        refused += usize::from(bench.quota.failed_authentication(from(number)).await.is_some());
    }
    assert!(refused > 9_800, "{refused}");
}
