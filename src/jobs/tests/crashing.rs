//! Processes that go down while they work: who gets the blame, and who must wait for it.

use super::*;
use crate::content::Kind;
use crate::record::{Accepted, Status, Terms};
use crate::store::{Collection, Watch};

/// Runs a process over that folder for as long as a test works with it, and lets it go down: once this
/// is done, nothing of it writes any more.
fn process(folder: &std::path::Path, script: Script, work: impl AsyncFnOnce(&Bench)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let bench = Bench::over(sqlite(folder), script).await;
        work(&bench).await;
    });
    // Dropping the runtime drops its tasks, and the last of them the store with its writing thread.
    drop(runtime);
}

/// Waits until the store has as many jobs claimed: from then on a crash counts against them.
async fn until_claimed(bench: &Bench, jobs: usize) {
    let Watch::Changes(mut changes) = bench.store.watch(Collection::Jobs) else {
        unreachable!("this store tells what changes")
    };
    let claimed = async {
        while bench.jobs.shared.records.running().await.unwrap().len() < jobs {
            changes.next().await.unwrap();
        }
    };
    tokio::time::timeout(LONG, claimed).await.unwrap();
}

async fn until_running(bench: &Bench, jobs: usize) {
    let mut count = bench.jobs.shared.running.count();
    tokio::time::timeout(LONG, count.wait_for(|running| *running >= jobs)).await.unwrap().unwrap();
}

fn hanging() -> Script {
    Script::new(|_| std::future::pending())
}

#[test]
fn of_many_jobs_that_run_whenever_the_service_goes_down_one_at_most_is_set_aside() {
    const MANY: usize = 40;
    let folder = tempfile::tempdir().unwrap();
    let mut jobs = Vec::new();
    process(folder.path(), hanging(), async |bench| {
        for _ in 0..MANY {
            jobs.push(bench.submit(owner()).await);
        }
        until_claimed(bench, MANY).await;
    });
    process(folder.path(), hanging(), async |bench| until_claimed(bench, MANY).await);
    process(folder.path(), hanging(), async |bench| until_claimed(bench, 1).await);
    process(folder.path(), willing(), async |bench| {
        let mut ends = BTreeMap::new();
        for job in &jobs {
            let ended = bench.jobs.wait(job.id, LONG).await.unwrap();
            *ends.entry(ended.status.as_str()).or_insert(0) += 1;
        }
        assert_eq!(ends, [("completed", MANY - 1), ("failed", 1)].into());
    });
}

#[tokio::test]
async fn jobs_with_their_last_chance_run_one_by_one_and_a_piece_clears_them() {
    let store = memory();
    let records = Records::new(Arc::clone(&store), Clock::System);
    let mut jobs = Vec::new();
    for _ in 0..3 {
        let accepted = records.accept(owner(), &everything(), Terms::default()).await.unwrap();
        let Accepted::New(mut job) = accepted else { unreachable!("no key is given") };
        for _ in 0..2 {
            let claimed = records.claim(job, "x", LONG).await.unwrap().unwrap();
            job = records.take_from_lost(claimed, 3).await.unwrap().unwrap();
        }
        jobs.push(job);
    }
    let fresh = records.accept(owner(), &everything(), Terms::default()).await.unwrap();
    let Accepted::New(fresh) = fresh else { unreachable!("no key is given") };
    let (let_on, released) = tokio::sync::watch::channel(false);
    let script = Script::new(move |kind| {
        let mut released = released.clone();
        async move {
            released.wait_for(|released| *released).await.unwrap();
            if kind == Kind::Outline { Ok(pieces::draft(kind)) } else { std::future::pending().await }
        }
    });
    let bench = Bench::over(store, script).await;
    until_running(&bench, 2).await;
    let running = &bench.jobs.shared.running;
    assert!(running.contains(fresh.id), "who is not under suspicion waits for nobody");
    assert_eq!(jobs.iter().filter(|job| running.contains(job.id)).count(), 1);
    let_on.send(true).unwrap();
    for job in &jobs {
        until_stored(&bench, job, 1).await;
    }
    until_running(&bench, 4).await;
    assert!(jobs.iter().all(|job| running.contains(job.id)), "their first piece has cleared them");
    assert_eq!(bench.jobs.get(Viewer::Admin, jobs[0].id).await.unwrap().status, Status::Running);
}
