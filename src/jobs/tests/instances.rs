//! Two instances over one store: who runs what, and what becomes of it when one of them is gone, is
//! cut off, or stops in good order.

use jiff::SignedDuration;

use super::*;
use crate::jobs::{Tenancy, Workers};
use crate::record::test_store::TestStore;
use crate::record::{Accepted, Status, Terms};
use crate::store::Collection;

const LEASE: Duration = Duration::from_secs(30);
/// Less than any pause between two looks at the queue or at the other instances.
const AT_ONCE: Duration = Duration::from_millis(700);

fn shared() -> Config {
    Config { tenancy: Tenancy::Shared, ..Config::default() }
}

/// Starts an instance whose way to the store can be cut.
async fn instance(store: &Arc<dyn Store>, script: Script) -> (Bench, Arc<TestStore>) {
    instance_with(shared(), store, script).await
}

async fn instance_with(config: Config, store: &Arc<dyn Store>, script: Script) -> (Bench, Arc<TestStore>) {
    let way = TestStore::over(Arc::clone(store));
    let bench = Bench::with(config, way.clone(), Clock::System, script).await;
    (bench, way)
}

/// Waits until an instance runs nothing any more.
async fn idle(bench: &Bench) {
    let mut count = bench.jobs.shared.running.count();
    count.wait_for(|count| *count == 0).await.unwrap();
}

/// Submits a job and waits until all of it is stored but the piece that hangs.
async fn hanging(bench: &Bench, script: &Counted) -> Job {
    let job = bench.submit(owner()).await;
    script.reached.notified().await;
    until_stored(bench, &job, 7).await;
    job
}

#[tokio::test(start_paused = true)]
async fn a_job_of_an_instance_that_is_gone_is_taken_over_within_the_lease_and_five_seconds() {
    let store = memory();
    let (first, second) = (Counted::hanging_at(Kind::Faqs), Counted::default());
    let (one, way) = instance(&store, first.script()).await;
    let job = hanging(&one, &first).await;
    let (two, _) = instance(&store, second.script()).await;
    // The first may have given its last sign of life at any moment before.
    for _ in 0..70 {
        tokio::time::sleep(Duration::from_millis(1300)).await;
        assert_eq!(two.jobs.get(Viewer::Admin, job.id).await.unwrap().claim.unwrap().token, 1);
    }
    way.cut_off(true);
    let cut = tokio::time::Instant::now();
    let job = two.jobs.wait(job.id, LONG).await.unwrap();
    assert_eq!(job.status, Status::Completed);
    let took = cut.elapsed();
    assert!(took >= LEASE - LEASE / 3 && took <= LEASE + Duration::from_secs(5), "{took:?}");
    assert_eq!(second.counts(), [(Kind::Faqs, 1)].into(), "nothing finished is made again");

    // When the first reaches the store again it is told, and lets go.
    way.cut_off(false);
    idle(&one).await;
    tokio::time::sleep(LEASE).await;
    assert_eq!(two.jobs.get(Viewer::Admin, job.id).await.unwrap().version(), job.version());
    assert_eq!(store_names(&store).await.len(), 2, "it goes on under a new name");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_for_everybody_ends_no_lease() {
    let store = memory();
    let script = Counted::hanging_at(Kind::Faqs);
    let (one, first_way) = instance(&store, script.script()).await;
    let job = hanging(&one, &script).await;
    let (two, second_way) = instance(&store, willing()).await;
    for _ in 0..3 {
        for way in [&first_way, &second_way] {
            way.cut_off(true);
        }
        tokio::time::sleep(4 * LEASE).await;
        for way in [&first_way, &second_way] {
            way.cut_off(false);
        }
        tokio::time::sleep(2 * LEASE).await;
    }
    let found = two.jobs.get(Viewer::Admin, job.id).await.unwrap();
    assert_eq!((found.status, found.claim.unwrap().token), (Status::Running, 1));
    assert!(one.jobs.shared.running.contains(job.id));
}

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_jumps_an_hour_ends_no_lease_and_loses_none() {
    let clock = Clock::fixed(Timestamp::now());
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(clock.clone()));
    let script = Counted::hanging_at(Kind::Faqs);
    let one = Bench::with(shared(), Arc::clone(&store), clock.clone(), script.script()).await;
    let way = TestStore::over(Arc::clone(&store));
    let cut = Bench::with(shared(), way.clone(), clock.clone(), script.script()).await;
    let job = hanging(&one, &script).await;
    let two = Bench::with(shared(), store, clock.clone(), willing()).await;
    for hours in [1, -1, -1, 1] {
        clock.jump(SignedDuration::from_hours(hours));
        tokio::time::sleep(2 * LEASE).await;
        let found = two.jobs.get(Viewer::Admin, job.id).await.unwrap();
        assert_eq!((found.status, found.claim.unwrap().token), (Status::Running, 1), "{hours}");
    }
    // Whoever is really gone is still noticed.
    let instances = async || two.jobs.shared.records.instances().await.unwrap().len();
    assert_eq!(instances().await, 3);
    way.cut_off(true);
    clock.jump(SignedDuration::from_hours(-1));
    tokio::time::sleep(LEASE + Duration::from_secs(5)).await;
    assert_eq!(instances().await, 2);
    drop(cut);
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_slept_past_its_lease_counts_on_nothing_from_before() {
    let clock = Clock::fixed(Timestamp::now());
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(clock.clone()));
    let way = TestStore::over(Arc::clone(&store));
    let one = Bench::with(shared(), way.clone(), clock.clone(), willing()).await;
    let claimant = || one.jobs.shared.leases.claimant();
    let (name, before) = claimant();
    assert!(before.holds());
    clock.suspend(LEASE);
    assert!(!before.holds());
    // Nobody took anything: it goes on as itself, and finds out anew what is its own. Long before the next
    // heartbeat is due by the clock that stood still.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (same, after) = claimant();
    assert!(same == name && after.holds() && !before.holds());
    // While the store is away there is no sign of life, and in the end nothing to count on.
    way.cut_off(true);
    tokio::time::sleep(LEASE).await;
    clock.advance(LEASE);
    assert!(!after.holds() && !claimant().1.holds());
    way.cut_off(false);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(claimant().1.holds() && !after.holds());
    // Alone with its store it need not ask anybody.
    let alone = Bench::with(Config::default(), memory(), clock.clone(), willing()).await;
    let tenure = alone.jobs.shared.leases.claimant().1;
    clock.suspend(2 * LEASE);
    assert!(tenure.holds());
}

#[tokio::test(start_paused = true)]
async fn what_an_instance_leaves_when_it_stops_in_good_order_is_taken_over_at_once() {
    let store = memory();
    let (first, second) = (Counted::hanging_at(Kind::Faqs), Counted::default());
    let workers = Workers { grace: SignedDuration::from_secs(7), ..Workers::default() };
    let (one, _) = instance_with(Config { workers, ..shared() }, &store, first.script()).await;
    let job = hanging(&one, &first).await;
    let (two, _) = instance(&store, second.script()).await;
    let begun = tokio::time::Instant::now();
    one.shut_down().await;
    assert_eq!(begun.elapsed().as_secs(), 7);
    let job = two.jobs.wait(job.id, LONG).await.unwrap();
    assert_eq!((job.status, job.crashes), (Status::Completed, 0));
    // Who was idle heard of it, and did not have to look.
    assert!(begun.elapsed() < Duration::from_secs(7) + AT_ONCE, "{:?}", begun.elapsed());
    assert_eq!(second.counts(), [(Kind::Faqs, 1)].into());
    assert_eq!(store_names(&store).await.len(), 1, "who stopped has signed off");
}

#[tokio::test(start_paused = true)]
async fn a_job_that_another_instance_puts_back_into_the_queue_is_begun_at_once() {
    let store = memory();
    let others = Records::new(Arc::clone(&store), Clock::System);
    let (two, _) = instance(&store, willing()).await;
    let queued = async || match others.accept(owner(), &everything(), Terms::default()).await {
        Ok(Accepted::New(job)) => job,
        other => panic!("{other:?}"),
    };
    let claimed = async |job| others.claim(job, "another", LONG).await.unwrap().unwrap();
    // Both are out of the queue before the instance has had a chance to look at it.
    let (given_back, retried) = (claimed(queued().await).await, queued().await);
    others.cancel(retried.id).await.unwrap();
    tokio::time::sleep(Duration::from_millis(3700)).await;
    let begun = tokio::time::Instant::now();
    others.give_back(given_back.clone()).await.unwrap().unwrap();
    assert_eq!(two.jobs.wait(given_back.id, LONG).await.unwrap().status, Status::Completed);
    assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
    tokio::time::sleep(Duration::from_millis(1700)).await;
    let begun = tokio::time::Instant::now();
    others.try_again(retried.id, Duration::ZERO).await.unwrap().unwrap();
    assert_eq!(two.jobs.wait(retried.id, LONG).await.unwrap().status, Status::Completed);
    assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
}

async fn store_names(store: &Arc<dyn Store>) -> Vec<String> {
    let query = crate::store::Query::ascending(Collection::Instances, "started_at");
    store.query(query).await.unwrap().documents.into_iter().map(|document| document.id).collect()
}

#[tokio::test(start_paused = true)]
async fn a_claim_of_an_instance_that_nobody_knows_is_found_in_the_end() {
    let store = memory();
    let records = Records::new(Arc::clone(&store), Clock::System);
    let Ok(Accepted::New(job)) = records.accept(owner(), &everything(), Terms::default()).await else {
        unreachable!()
    };
    records.claim(job.clone(), "a ghost", LONG).await.unwrap().unwrap();
    let (two, _) = instance(&store, willing()).await;
    let found = two.jobs.wait(job.id, Duration::from_secs(11 * 60)).await.unwrap();
    assert_eq!(found.status, Status::Completed);
}

#[tokio::test]
async fn a_job_that_takes_the_service_down_again_and_again_is_set_aside_and_can_be_retried() {
    let store = memory();
    let records = Records::new(Arc::clone(&store), Clock::System);
    let Ok(Accepted::New(mut job)) = records.accept(owner(), &everything(), Terms::default()).await else {
        unreachable!()
    };
    for crashes in 1..=3 {
        let claimed = records.claim(job, "x", LONG).await.unwrap().unwrap();
        job = records.take_from_lost(claimed, 3).await.unwrap().unwrap();
        assert_eq!(job.crashes, crashes);
    }
    assert_eq!(job.status, Status::Failed);
    assert_eq!(job.failures.len(), 8);
    let failure = &job.failures[&Kind::Outline];
    assert_eq!(failure.code, FailureCode::Internal);
    assert!(failure.detail.contains("3 times"), "{}", failure.detail);
    let bench = Bench::over(store, willing()).await;
    bench.jobs.retry(Viewer::Admin, job.id).await.unwrap();
    let job = bench.jobs.wait(job.id, LONG).await.unwrap();
    assert_eq!((job.status, job.crashes, job.failures.len()), (Status::Completed, 0, 0));
}

#[test]
fn a_job_that_gets_on_between_crashes_is_never_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let mut made = None;
    // Each process ends after one more piece; more of them than crashes are allowed.
    for kind in Kind::ALL {
        let crashing = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let crashing = crashing.unwrap();
        crashing.block_on(async {
            let script = Script::new(move |wanted| async move {
                match wanted == kind {
                    true => Ok(pieces::draft(wanted)),
                    false => std::future::pending().await,
                }
            });
            let bench = Bench::over(sqlite(folder.path()), script).await;
            let job = match made.take() {
                Some(job) => job,
                None => bench.submit(owner()).await,
            };
            let place = Kind::ALL.iter().position(|other| *other == kind).unwrap();
            if kind != Kind::ALL[7] {
                until_stored(&bench, &job, place + 1).await;
            } else {
                let job = bench.jobs.wait(job.id, LONG).await.unwrap();
                assert_eq!((job.status, job.failures.len()), (Status::Completed, 0));
            }
            made = Some(job);
        });
        crashing.shutdown_background();
    }
}
