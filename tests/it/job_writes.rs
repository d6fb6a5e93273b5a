//! What a package costs in writes: a hosted document store is paid by the write.

use content_factory::config::Writer;
use content_factory::llm::ApiKey;
use content_factory::store::sqlite;
use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::llm_simulator::Simulator;
use crate::support::{LESSON, TestApp};

/// What belongs to jobs. Each document counts its writes in its version.
const COLLECTIONS: [&str; 5] = ["jobs", "sources", "pieces", "idempotency", "outbox"];
/// A full package takes about twenty writes; texts in several parts and webhooks come on top.
const MOST: i64 = 24;

fn writes(app: &TestApp) -> Vec<i64> {
    let file = Connection::open(app.folder().join(sqlite::FILE_NAME)).unwrap();
    let sum = |table: &&str| -> i64 {
        let sql = format!("SELECT coalesce(sum(version), 0) FROM \"{table}\"");
        file.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    COLLECTIONS.iter().map(sum).collect()
}

#[tokio::test]
async fn a_full_package_from_a_model_takes_about_twenty_document_writes() {
    let simulator = Simulator::fast().await.unwrap();
    let app = TestApp::with(|config| {
        config.writer = Writer::OpenAi;
        config.llm.openai.base_url = format!("{}/v1", simulator.url());
        config.llm.openai.api_key = ApiKey::new("k");
    })
    .await;
    let call = app.request(Method::POST, "/api/v1/content/generate").header("idempotency-key", "once");
    let job: Value =
        call.json(&json!({ "syllabus_text": LESSON })).send().await.unwrap().json().await.unwrap();
    assert_eq!(job["status"], "completed");
    let writes = writes(&app);
    println!("document writes of a package, by collection {COLLECTIONS:?}: {writes:?}");
    assert_eq!((writes[1], writes[2], writes[3]), (2, 8, 1), "text and how long it is kept, pieces, key");
    assert!(writes.iter().sum::<i64>() <= MOST, "{writes:?}");
}
