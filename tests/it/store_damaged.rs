//! Single rows that were damaged on the disk: they cost what is in them and nothing else. The service
//! starts, works and says so, and tells of each by its id.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use content_factory::clock::Clock;
use content_factory::content::Request;
use content_factory::id::{JobId, KeyId};
use content_factory::notify::{Message, Told};
use content_factory::record::{Accepted, Job, Order, Owner, Records, Terms};
use content_factory::store::{Config, SqliteStore, Store, sqlite};
use jiff::Timestamp;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{LESSON, Receiver, TestApp, problem};

/// A store file as an earlier run left it.
struct Left {
    folder: tempfile::TempDir,
    store: Arc<dyn Store>,
    records: Records,
    owner: Owner,
}

impl Left {
    fn new() -> Left {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(sqlite::FILE_NAME);
        let store: Arc<dyn Store> =
            Arc::new(SqliteStore::open(&path, Clock::System, &Config::default()).unwrap());
        let records = Records::new(Arc::clone(&store), Clock::System);
        Left { folder, store, records, owner: Owner(KeyId::at(Timestamp::now())) }
    }

    async fn job(&self) -> Job {
        match self.records.accept(self.owner, &request(), Terms::default()).await.unwrap() {
            Accepted::New(job) => job,
            Accepted::Replayed(_) => unreachable!(),
        }
    }

    async fn running(&self) -> Job {
        let job = self.job().await;
        self.records.claim(job, "gone", Duration::from_secs(60)).await.unwrap().unwrap()
    }

    async fn message(&self, url: &str) -> String {
        let (owner, at) = (self.owner.0, Timestamp::now());
        let told = Told { owner, job: JobId::at(at), event: "job.completed", at, url, data: json!({}) };
        let write = Message::compose(&told).unwrap();
        let id = write.id().to_owned();
        self.store.commit(vec![write]).await.unwrap();
        id
    }

    /// Closes the file, flips one bit in the payload of each of those rows, and starts the service over it.
    async fn started(self, damaged: &[(&str, String)]) -> TestApp {
        drop((self.records, self.store));
        for (table, id) in damaged {
            flip(self.folder.path(), table, id);
        }
        TestApp::within(self.folder, |config| config.webhooks.allow_loopback = true).await
    }
}

fn request() -> Request {
    Request::parse(&json!({ "syllabus_text": LESSON, "kinds": ["faqs"] })).unwrap()
}

fn flip(folder: &Path, table: &str, id: &str) {
    let file = rusqlite::Connection::open(folder.join(sqlite::FILE_NAME)).unwrap();
    let read = format!("SELECT payload FROM {table} WHERE id = ?1");
    let payload: String = file.query_row(&read, [id], |row| row.get(0)).unwrap();
    let mut bytes = payload.into_bytes();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let flipped = String::from_utf8(bytes).unwrap();
    let write = format!("UPDATE {table} SET payload = ?2 WHERE id = ?1");
    assert_eq!(file.execute(&write, (id, flipped)).unwrap(), 1);
}

/// Reads the jobs that stand there.
async fn list(app: &TestApp, status: &str) -> Vec<Value> {
    let response = app.get(&format!("/api/v1/jobs?limit=100&status={status}")).await;
    assert_eq!(response.status(), StatusCode::OK, "{status}");
    let page: Value = response.json().await.unwrap();
    page["items"].as_array().unwrap().clone()
}

/// Waits until nothing waits or runs any more. Each read goes through the whole service, so it is no busy loop.
async fn until_idle(app: &TestApp) {
    while !list(app, "queued").await.is_empty() || !list(app, "running").await.is_empty() {}
}

#[tokio::test]
async fn a_damaged_row_costs_its_own_job_and_no_other() {
    let left = Left::new();
    let queued = left.job().await;
    let running = left.running().await;
    let unread = left.job().await;
    for _ in 0..3 {
        left.job().await;
    }
    left.records.beat("gone", 0, 1).await.unwrap();
    let damaged = [
        ("jobs", queued.id.to_string()),
        ("jobs", running.id.to_string()),
        ("sources", format!("{}.1", unread.id)),
        ("instances", "gone".to_owned()),
    ];
    let app = left.started(&damaged).await;
    until_idle(&app).await;
    assert_eq!(list(&app, "completed").await.len(), 3);
    // What it was to be made from is gone: it ends, and is not tried for ever.
    let failed = list(&app, "failed").await;
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["job_id"], unread.id.to_string());
    assert_eq!(failed[0]["failures"]["outline"]["code"], "internal");
    let source = app.get(&format!("/api/v1/jobs/{}/source", unread.id)).await;
    assert_eq!(problem(source).await["code"], "internal", "a text without a part of it is never given");
    for id in [queued.id, running.id] {
        assert_eq!(problem(app.get(&format!("/api/v1/jobs/{id}")).await).await["code"], "internal");
    }
    assert_eq!(app.get("/readyz").await.status(), StatusCode::OK);
    assert_eq!(app.generate().await["status"], "completed");
    let deleted = app.request(Method::DELETE, &format!("/api/v1/jobs/{}", unread.id)).send().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
    let folder = app.stop().await;
    let file = rusqlite::Connection::open(folder.path().join(sqlite::FILE_NAME)).unwrap();
    let of_it = "SELECT count(*) FROM sources WHERE job = ?1";
    let texts: i64 = file.query_row(of_it, [unread.id.to_string()], |row| row.get(0)).unwrap();
    assert_eq!(texts, 0, "what cannot be read is deleted as well");
}

#[tokio::test]
async fn jobs_of_a_batch_whose_row_is_damaged_get_no_money_and_hold_up_nobody() {
    let left = Left::new();
    let request = request();
    let orders = [Order { request: &request, terms: Terms::default() }; 2];
    let most = Some("1.00".parse().unwrap());
    let accepted = left.records.accept_batch(left.owner, &orders, most, Terms::default()).await.unwrap();
    let content_factory::record::AcceptedBatch::New(batch, jobs) = accepted else { unreachable!() };
    left.job().await;
    let app = left.started(&[("batches", batch.id.to_string())]).await;
    until_idle(&app).await;
    // Code that writes takes no money.
    assert_eq!(list(&app, "completed").await.len(), 3);
    let deleted = app.request(Method::DELETE, &format!("/api/v1/jobs/{}", jobs[0].id)).send().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_damaged_message_in_the_file_does_not_hold_up_the_others() {
    let left = Left::new();
    let mut receiver = Receiver::answering(204).await;
    let damaged = left.message(&receiver.url).await;
    let whole = left.message(&receiver.url).await;
    let app = left.started(&[("outbox", damaged)]).await;
    assert_eq!(receiver.next().await.header("webhook-id"), whole);
    app.stop().await;
}
