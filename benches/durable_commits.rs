//! Durable commits a second: 64 producers, each waiting for its acknowledgement before the next
//! one, each commit one new record of 1 KB, synced to disk. Fails below 2000 a second.
//!
//! `cargo bench --bench durable_commits`

use std::io::Write as _;
use std::sync::Arc;
use std::time::Instant;

use content_factory::clock::Clock;
use content_factory::store::{Collection, Config, SqliteStore, Store, Write, sqlite};

const PRODUCERS: u32 = 64;
const COMMITS_EACH: u32 = 500;
const LEAST_A_SECOND: f64 = 2000.0;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join(sqlite::FILE_NAME);
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&path, Clock::System, &Config::default())?);
    let runtime = tokio::runtime::Runtime::new()?;
    let start = Instant::now();
    runtime.block_on(produce(store))?;
    let took = start.elapsed();
    let commits = PRODUCERS * COMMITS_EACH;
    let rate = f64::from(commits) / took.as_secs_f64();
    writeln!(
        std::io::stdout(),
        "{commits} durable commits by {PRODUCERS} producers in {took:.2?}: {rate:.0} a second"
    )?;
    if rate < LEAST_A_SECOND { Err(format!("fewer than {LEAST_A_SECOND} a second").into()) } else { Ok(()) }
}

async fn produce(store: Arc<dyn Store>) -> Result<(), Failure> {
    let mut producers = tokio::task::JoinSet::new();
    for producer in 0..PRODUCERS {
        let store = Arc::clone(&store);
        producers.spawn(async move {
            for number in 0..COMMITS_EACH {
                let write = Write::put(Collection::Jobs, format!("{producer}-{number}"))
                    .field("owner", format!("owner-{producer}"))
                    .field("status", "queued")
                    .field("created_at", Clock::System.now())
                    .field("queue_key", number)
                    .payload("x".repeat(1000))
                    .absent();
                store.commit(vec![write]).await?;
            }
            Ok::<(), content_factory::store::Error>(())
        });
    }
    while let Some(producer) = producers.join_next().await {
        producer??;
    }
    Ok(())
}
