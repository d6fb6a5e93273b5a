//! How long jobs are kept: for ever until they have ended, whatever the clock does meanwhile.

use jiff::SignedDuration;

use super::*;
use crate::jobs::Workers;
use crate::record::Status;
use crate::store::{Collection, Query, Write};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// One worker over a file, and jobs that are kept for an hour. The writer waits at the FAQs until it may go on.
struct Kept {
    bench: Bench,
    go_on: Arc<Notify>,
    reached: Arc<Notify>,
    _folder: tempfile::TempDir,
}

impl Kept {
    async fn new() -> Kept {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(Timestamp::now());
        let file = folder.path().join(store::sqlite::FILE_NAME);
        let store = SqliteStore::open(&file, clock.clone(), &store::Config::default()).unwrap();
        let (go_on, reached) = <(Arc<Notify>, Arc<Notify>)>::default();
        let (waits, tells) = (Arc::clone(&go_on), Arc::clone(&reached));
        let script = Script::new(move |kind| {
            let (waits, tells) = (Arc::clone(&waits), Arc::clone(&tells));
            async move {
                if kind == Kind::Faqs {
                    tells.notify_one();
                    waits.notified().await;
                }
                Ok(pieces::draft(kind))
            }
        });
        let mut config =
            Config { workers: Workers { min: 1, max: 1, ..Workers::default() }, ..Config::default() };
        config.retention.jobs = SignedDuration::from_hours(1);
        let bench = Bench::with(config, Arc::new(store), clock, script).await;
        Kept { bench, go_on, reached, _folder: folder }
    }

    /// Lets time pass, or the clock jump, and the store remove what has expired.
    async fn pass(&self, hours: i64) {
        self.bench.clock.jump(SignedDuration::from_hours(hours));
        self.bench.clock.advance(Duration::from_secs(61));
        // Every commit looks whether it is time to sweep, and the next one comes after that.
        for _ in 0..2 {
            self.bench.store.commit(vec![Write::put(Collection::Keys, "other")]).await.unwrap();
        }
    }

    async fn read(&self, job: &Job) -> Result<Job, Error> {
        self.bench.jobs.get(Viewer::Admin, job.id).await
    }

    async fn documents(&self, job: &Job) -> [usize; 2] {
        let mut counts = [0, 0];
        for (count, collection) in counts.iter_mut().zip([Collection::Sources, Collection::Pieces]) {
            let query = Query::ascending(collection, "number").equal("job", job.id.to_string());
            *count = self.bench.store.query(query).await.unwrap().documents.len();
        }
        counts
    }
}

#[tokio::test]
async fn a_job_that_waits_or_runs_for_longer_than_it_is_kept_is_there_to_its_end() {
    for hours in [2, -2] {
        let kept = Kept::new().await;
        let (running, waiting) = (kept.bench.submit(owner()).await, kept.bench.submit(owner()).await);
        kept.reached.notified().await;
        until_stored(&kept.bench, &running, 7).await;
        kept.pass(hours).await;
        assert_eq!(kept.read(&running).await.unwrap().status, Status::Running, "{hours}");
        assert_eq!(kept.read(&waiting).await.unwrap().status, Status::Queued, "{hours}");
        for job in [&running, &waiting] {
            kept.go_on.notify_one();
            let ended = kept.bench.jobs.wait(job.id, LONG).await.unwrap();
            assert_eq!(
                (ended.status, ended.crashes),
                (Status::Completed, 0),
                "{hours}: {:?}",
                ended.failures
            );
            assert_eq!(kept.documents(job).await, [1, 8], "{hours}");
            assert_eq!(kept.bench.jobs.source(Viewer::Admin, job.id).await.unwrap(), TEXT);
        }
        // From its end on it is kept for its hour, and not for longer.
        kept.bench.clock.advance(HOUR - Duration::from_secs(1));
        assert!(kept.read(&waiting).await.is_ok());
        kept.pass(0).await;
        assert!(matches!(kept.read(&waiting).await, Err(Error::NotFound)), "{hours}");
        assert_eq!(kept.documents(&waiting).await[0], 0, "{hours}");
    }
}

#[tokio::test]
async fn a_retry_keeps_a_job_and_all_that_it_has_until_it_ends_again() {
    let kept = Kept::new().await;
    let job = kept.bench.submit(owner()).await;
    kept.reached.notified().await;
    until_stored(&kept.bench, &job, 7).await;
    kept.bench.jobs.cancel(Viewer::Admin, job.id).await.unwrap();
    let mut count = kept.bench.jobs.shared.running.count();
    count.wait_for(|count| *count == 0).await.unwrap();
    kept.bench.clock.advance(HOUR - Duration::from_secs(1));
    kept.bench.jobs.retry(Viewer::Admin, job.id).await.unwrap();
    kept.reached.notified().await;
    kept.pass(30).await;
    kept.go_on.notify_one();
    let ended = kept.bench.jobs.wait(job.id, LONG).await.unwrap();
    assert_eq!(ended.status, Status::Completed);
    assert_eq!(kept.documents(&job).await, [1, 8], "what the first run made is there as well");
    kept.bench.clock.advance(HOUR);
    assert_eq!(kept.documents(&job).await, [0, 0], "and goes with the job");
}
