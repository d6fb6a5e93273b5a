//! Every setting has a test in which changing it changes what the service does. Those that change
//! what is answered stand with the answers: `api_layers` (request_timeout, max_concurrent_requests),
//! `api_bad_input` (max_body_bytes), `store_*` (read_connections, max_file_bytes), and in the unit
//! tests of `jobs` and `telemetry`.

use content_factory::app::{App, Error};
use content_factory::auth::{ADMIN_KEY_FILE, Secret};
use content_factory::store::{self, Backend};
use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

use crate::support::{LESSON, Program, TestApp, settings, terminate, unfinished};

#[tokio::test]
async fn address_is_where_the_service_listens() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut config = settings(folder.path());
    config.server.address = taken.local_addr().unwrap();
    assert!(matches!(App::build(config).await, Err(Error::Listen { .. })));
}

#[tokio::test]
async fn data_dir_is_where_files_go() {
    let app = TestApp::start().await;
    let folder = app.stop().await;
    assert!(folder.path().join(ADMIN_KEY_FILE).exists() && folder.path().join("lock").exists());
    assert!(folder.path().join(store::sqlite::FILE_NAME).exists());
}

#[tokio::test]
async fn backend_says_whether_records_outlive_the_process() {
    for (backend, kept) in [(Backend::Sqlite, 1), (Backend::Memory, 0)] {
        let app = TestApp::with(|config| config.store.backend = backend).await;
        app.generate().await;
        let again = TestApp::within(app.stop().await, |config| config.store.backend = backend).await;
        let listed: Value = again.get("/api/v1/jobs").await.json().await.unwrap();
        assert_eq!(listed["items"].as_array().unwrap().len(), kept, "{backend:?}");
    }
}

#[tokio::test]
async fn admin_key_is_an_administrators_and_none_is_minted_beside_it() {
    let secret = "an-operators-own-key-0123456789-abcdef";
    let app = TestApp::with(|config| config.admin_key = Secret::new(secret)).await;
    assert_eq!(app.get("/api/v1/jobs").await.status(), StatusCode::OK);
    assert!(!app.stop().await.path().join(ADMIN_KEY_FILE).exists());
}

#[tokio::test]
async fn api_key_is_what_generate_presents_to_a_server() {
    let app = TestApp::start().await;
    let program = Program::new();
    program.write("lesson.md", LESSON);
    let arguments = ["generate", "lesson.md", "--kinds", "faqs", "--server", &app.address];
    let with = program.run_with(&arguments, &[("CONTENT_FACTORY_API_KEY", &app.key)], b"").await;
    assert_eq!(with.code, Some(0), "{}", with.err);
    let without = program.run(&arguments).await;
    assert_eq!(without.code, Some(2));
    assert!(without.err.contains("CONTENT_FACTORY_API_KEY"), "{}", without.err);
}

#[tokio::test]
async fn writer_is_one_of_those_that_there_are() {
    let program = Program::new();
    program.write("lesson.md", LESSON);
    let arguments = ["generate", "lesson.md", "--kinds", "faqs"];
    let known = program.run_with(&arguments, &[("CONTENT_FACTORY_WRITER", "extractive")], b"").await;
    assert_eq!(known.code, Some(0), "{}", known.err);
    let unknown = program.run_with(&arguments, &[("CONTENT_FACTORY_WRITER", "ghost")], b"").await;
    assert_eq!(unknown.code, Some(2));
}

#[tokio::test]
async fn drain_bounds_how_long_an_open_request_keeps_a_stopping_service() {
    let mut app = TestApp::with(|config| config.server.drain = SignedDuration::ZERO).await;
    let mut open = unfinished(&app).await;
    app.tell_to_stop();
    app.stop().await;
    let mut rest = String::new();
    let _ = open.read_to_string(&mut rest).await;
    assert!(rest.contains("503 Service Unavailable") && rest.contains("overloaded"), "{rest}");
}

#[tokio::test]
async fn max_and_cpu_bound_the_jobs_without_losing_any() {
    let app = TestApp::with(|config| {
        config.workers.max = 1;
        config.workers.cpu = 1;
    })
    .await;
    let calls = (0..4).map(|_| app.generate());
    for job in futures_util::future::join_all(calls).await {
        assert_eq!(job["status"], "completed");
    }
}

#[tokio::test]
async fn idempotency_is_kept_as_long_as_the_setting_says() {
    let short = settings_with_idempotency("1ms").await;
    assert_eq!(short, Some(2), "a time below the bound is refused");
    assert_eq!(settings_with_idempotency("1h").await, Some(0));
}

async fn settings_with_idempotency(time: &str) -> Option<i32> {
    let environment = [("CONTENT_FACTORY_RETENTION__IDEMPOTENCY", time)];
    Program::new().run_with(&["check-config"], &environment, b"").await.code
}

#[tokio::test]
async fn format_and_filter_say_what_the_log_looks_like() {
    let program = Program::new();
    let said = async |environment: &[(&str, &str)]| {
        let mut child = program.command(&["serve"]).envs(environment.iter().copied()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let _key = lines.next_line().await.unwrap();
        let line = lines.next_line().await.unwrap();
        child.kill().await.unwrap();
        line.unwrap_or_default()
    };
    let address = ("CONTENT_FACTORY_SERVER__ADDRESS", "127.0.0.1:0");
    let memory = ("CONTENT_FACTORY_STORE__BACKEND", "memory");
    let text = said(&[address, memory]).await;
    assert!(text.contains("INFO") && serde_json::from_str::<Value>(&text).is_err(), "{text}");
    let json = said(&[address, memory, ("CONTENT_FACTORY_LOG__FORMAT", "json")]).await;
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap()["level"], "INFO");
    let (mut child, _, said) = program.serve(&[("RUST_LOG", "content_factory=debug")]).await;
    assert!(said.contains("listening"), "{said}");
    child.kill().await.unwrap();
    let mut child =
        program.command(&["serve"]).env("RUST_LOG", "off").envs([address, memory]).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let key = lines.next_line().await.unwrap().unwrap();
    assert!(key.starts_with("admin key"), "{key}");
    terminate(&child);
    assert_eq!(lines.next_line().await.unwrap(), None, "nothing is logged");
}
