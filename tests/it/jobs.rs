//! Jobs as the service runs them: the extractive writer, every store.

use std::sync::Arc;
use std::time::Duration;

use content_factory::clock::Clock;
use content_factory::content::{Kind, Request};
use content_factory::id::KeyId;
use content_factory::jobs::{Config, Error, Jobs, SubmitOptions};
use content_factory::pipeline::{Pipeline, Writer};
use content_factory::record::{Job, ListQuery, Owner, Records, Status, Viewer};
use content_factory::store::{self, MemoryStore, SqliteStore, Store};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::support::emulator;

const LESSON: &str = include_str!("../../examples/photosynthesis.md");
const TOO_THIN: &str = include_str!("../../examples/too-thin.md");
const LONG: Duration = Duration::from_secs(120);

async fn jobs_over(store: Arc<dyn Store>) -> Jobs {
    let pipeline = Pipeline::new(Writer::Extractive, 2);
    let records = Records::new(store, Clock::System);
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    Jobs::start(Config::default(), records, pipeline, tasks, stop).await.unwrap()
}

async fn jobs() -> Jobs {
    jobs_over(Arc::new(MemoryStore::new(Clock::System))).await
}

fn owner() -> Owner {
    Owner(KeyId::at(Clock::System.now()))
}

async fn submit(jobs: &Jobs, body: Value) -> Result<Job, Error> {
    let request = Request::parse(&body).unwrap();
    jobs.submit(owner(), request, SubmitOptions::default()).await.map(|submitted| submitted.job)
}

async fn run(jobs: &Jobs, body: Value) -> Job {
    let job = submit(jobs, body).await.unwrap();
    jobs.wait(job.id, LONG).await.unwrap()
}

#[tokio::test]
async fn a_lesson_becomes_all_eight_pieces_and_every_quote_is_the_exact_slice_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(store::sqlite::FILE_NAME);
    let sqlite = SqliteStore::open(&file, Clock::System, &store::Config::default()).unwrap();
    let mut all = vec![jobs_over(Arc::new(sqlite)).await, jobs().await];
    if let Some(hosted) = emulator::store(Clock::System).await {
        all.push(jobs_over(hosted).await);
    }
    for jobs in all {
        let job = run(&jobs, json!({ "syllabus_text": LESSON })).await;
        assert_eq!((job.status, &job.failures), (Status::Completed, &[].into()));
        let pieces = jobs.content(Viewer::Admin, job.id).await.unwrap();
        assert_eq!(pieces.keys().copied().collect::<Vec<_>>(), Kind::ALL);
        assert_eq!(jobs.source(Viewer::Admin, job.id).await.unwrap(), LESSON);
        let submitted: Vec<char> = LESSON.chars().collect();
        for (kind, piece) in &pieces {
            let quotes = quotes_in(&serde_json::to_value(piece).unwrap());
            assert!(!quotes.is_empty(), "{kind} rests on nothing");
            for (quote, start, end) in quotes {
                assert_eq!(submitted[start..end].iter().collect::<String>(), quote, "{kind}");
            }
        }
        assert!(job.metadata.pieces.values().all(|piece| piece.writer == "extractive"));
        assert!(job.metadata.pieces.values().all(|piece| piece.unanchored_quotes == 0));
        assert!(job.quality.is_some_and(|quality| quality.structure.is_some()));
    }
}

#[tokio::test]
async fn a_hundred_jobs_at_once_give_each_owner_the_pieces_of_the_own_text() {
    let jobs = jobs().await;
    let runs = (0..100).map(async |number| {
        let text = format!("{LESSON}\n\nThis copy of the lesson belongs to class number {number}.\n");
        let body = json!({ "syllabus_text": text, "kinds": ["flashcards"] });
        let job = run(&jobs, body).await;
        assert_eq!(job.status, Status::Completed, "{:?}", job.failures);
        assert_eq!(jobs.source(Viewer::Owner(job.owner), job.id).await.unwrap(), text);
        assert_eq!(jobs.content(Viewer::Owner(job.owner), job.id).await.unwrap().len(), 2);
    });
    join_all(runs).await;
}

#[tokio::test]
async fn a_text_that_is_too_thin_is_refused_before_a_job_is_made() {
    let jobs = jobs().await;
    let refused = submit(&jobs, json!({ "syllabus_text": TOO_THIN })).await;
    assert!(matches!(&refused, Err(Error::SourceTooThin { missing }) if !missing.is_empty()), "{refused:?}");
    let blank = " ".repeat(100);
    let refused = submit(&jobs, json!({ "syllabus_text": format!("word{blank}word") })).await;
    assert!(matches!(refused, Err(Error::SourceTooThin { .. })), "{refused:?}");
    assert!(jobs.list(Viewer::Admin, ListQuery::default()).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn another_language_than_the_texts_is_refused_and_other_wishes_are_reported_as_not_applied() {
    let jobs = jobs().await;
    let refused = submit(&jobs, json!({ "syllabus_text": LESSON, "language": "de" })).await;
    assert!(matches!(refused, Err(Error::Unsupported { field: "language", .. })), "{refused:?}");
    let body = json!({
        "syllabus_text": LESSON, "language": "en-GB", "tone": "friendly", "audience": "PhD candidates",
        "difficulty": "advanced", "target_duration": 60, "kinds": ["faqs", "podcast_script"],
    });
    let job = run(&jobs, body).await;
    let fields: Vec<&str> = job.metadata.not_applied.iter().map(|wish| wish.field.as_str()).collect();
    assert_eq!(fields, ["tone", "audience", "difficulty", "target_duration"]);
    let duration = job.metadata.not_applied.last().unwrap();
    assert_eq!(duration.kinds, [Kind::PodcastScript]);
    assert!(duration.reason.contains("60 were wanted"), "{}", duration.reason);
}

/// Collects every quote with its offsets.
fn quotes_in(value: &Value) -> Vec<(String, usize, usize)> {
    let mut quotes = Vec::new();
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        if let Some(quote) = value.get("quote").and_then(Value::as_str) {
            let offset = |name: &str| usize::try_from(value[name].as_u64().unwrap()).unwrap();
            quotes.push((quote.to_owned(), offset("start"), offset("end")));
        }
        match value {
            Value::Array(items) => pending.extend(items),
            Value::Object(fields) => pending.extend(fields.values()),
            _ => {}
        }
    }
    quotes
}
