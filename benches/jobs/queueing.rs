//! What a long queue costs: the time from a look at its head to a durable claim, and the time that the
//! service takes to be ready when it starts over it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use content_factory::app::App;
use content_factory::auth::Secret;
use content_factory::config::Config;
use content_factory::record::Records;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::{Failure, KEY, accept, owner, percentile, records, report, request};

const JOBS: u32 = 100_000;
/// Jobs that are accepted side by side while the queue is made.
const SIDE_BY_SIDE: u32 = 64;
/// Owners of the jobs.
const OWNERS: u32 = 100;
const CLAIMS: u32 = 2000;
/// Jobs of the queue that a worker looks at together.
const HEAD: usize = 32;
const MOST_TO_CLAIM: Duration = Duration::from_millis(50);
const MOST_TO_START: Duration = Duration::from_millis(200);
const STARTS: u32 = 5;

pub(crate) async fn measure() -> Result<Vec<String>, Failure> {
    let folder = tempfile::tempdir()?;
    let records = records(&folder)?;
    fill(&records).await?;
    let claims = claims(&records).await?;
    let (half, most) = (percentile(&claims, 50), percentile(&claims, 99));
    report(&format!(
        "{CLAIMS} claims behind {JOBS} queued jobs: p50 {half:.2?}, p99 {most:.2?} (bar {MOST_TO_CLAIM:?})"
    ))?;
    drop(records);
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(start(&folder).await?);
    }
    starts.sort_unstable();
    let start = percentile(&starts, 50);
    report(&format!("start over {JOBS} jobs: {start:.2?} (median of {STARTS}, bar {MOST_TO_START:?})"))?;
    let mut missed = Vec::new();
    if most > MOST_TO_CLAIM {
        missed.push(format!("a claim takes {most:.2?}"));
    }
    if start > MOST_TO_START {
        missed.push(format!("the start takes {start:.2?}"));
    }
    Ok(missed)
}

async fn fill(records: &Records) -> Result<(), Failure> {
    let request = Arc::new(request()?);
    let owners: Arc<Vec<_>> = Arc::new((0..OWNERS).map(|_| owner()).collect());
    let mut callers = JoinSet::new();
    for caller in 0..SIDE_BY_SIDE {
        let (records, request, owners) = (records.clone(), Arc::clone(&request), Arc::clone(&owners));
        callers.spawn(async move {
            let numbers = (caller..JOBS).step_by(usize::try_from(SIDE_BY_SIDE)?);
            for (_, owner) in numbers.zip(owners.iter().cycle()) {
                accept(&records, *owner, &request).await?;
            }
            Ok::<(), Failure>(())
        });
    }
    while let Some(caller) = callers.join_next().await {
        caller??;
    }
    Ok(())
}

/// Claims one job after the other, each after a look at the head as a worker takes it.
async fn claims(records: &Records) -> Result<Vec<Duration>, Failure> {
    let mut took = Vec::new();
    for _ in 0..CLAIMS {
        let begun = Instant::now();
        let head = records.queued(HEAD).await?;
        let job = head.into_iter().next().ok_or("the queue is empty")?;
        records.claim(job, "benchmark", Duration::from_secs(900)).await?.ok_or("somebody else claimed it")?;
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    Ok(took)
}

/// Starts the service over the jobs; those that were claimed are given back, as after a crash. The time
/// until its port is open and its workers look at the queue.
async fn start(folder: &TempDir) -> Result<Duration, Failure> {
    let mut config = Config { data_dir: folder.path().to_owned(), ..Config::default() };
    config.server.address = "127.0.0.1:0".parse()?;
    config.limits.enabled = false;
    config.admin_key = Secret::new(KEY);
    config.workers.grace = jiff::SignedDuration::ZERO;
    let begun = Instant::now();
    let app = App::build(config).await?;
    let took = begun.elapsed();
    app.run(std::future::ready(())).await?;
    Ok(took)
}
