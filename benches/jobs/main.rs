//! What the keeping of jobs costs: accepting them, finding the next one behind a long queue, starting
//! with many of them. SQLite, synced. Prints what it measures and fails at the bars.
//!
//! `cargo bench --bench jobs`

mod accepting;
mod queueing;

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use content_factory::clock::Clock;
use content_factory::content::Request;
use content_factory::id::KeyId;
use content_factory::record::{Accepted, Job, Owner, Records, Terms};
use content_factory::store::{Config, SqliteStore, Store, sqlite};
use serde_json::json;
use tempfile::TempDir;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// An administrator's key of 32 characters and more.
const KEY: &str = "a-key-of-the-benchmark-0123456789-abcdef";
const LESSON: &str = include_str!("../../examples/photosynthesis.md");
/// Bytes of a text as this benchmark sends it.
const SOURCE_BYTES: usize = 2000;

fn main() -> Result<(), Failure> {
    let runtime = tokio::runtime::Runtime::new()?;
    let mut missed = runtime.block_on(accepting::measure())?;
    missed.extend(runtime.block_on(queueing::measure())?);
    if missed.is_empty() { Ok(()) } else { Err(missed.join("; ").into()) }
}

/// Writes a line of the report.
fn report(line: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

/// Gives the beginning of the lesson.
fn source() -> &'static str {
    LESSON.get(..SOURCE_BYTES).unwrap_or(LESSON)
}

fn records(folder: &TempDir) -> Result<Records, Failure> {
    let path = folder.path().join(sqlite::FILE_NAME);
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&path, Clock::System, &Config::default())?);
    Ok(Records::new(store, Clock::System))
}

fn request() -> Result<Request, Failure> {
    Request::parse(&json!({ "syllabus_text": source() })).map_err(|faults| format!("{faults:?}").into())
}

fn owner() -> Owner {
    Owner(KeyId::at(Clock::System.now()))
}

async fn accept(records: &Records, owner: Owner, request: &Request) -> Result<Job, Failure> {
    match records.accept(owner, request, Terms::default()).await? {
        Accepted::New(job) => Ok(job),
        Accepted::Replayed(_) => Err("a job without a key was there before".into()),
    }
}

/// Returns what so many of a hundred stay below.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let index = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(index).copied().unwrap_or_default()
}
