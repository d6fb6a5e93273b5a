//! Every setting has a test in which changing it changes what the service does. Those that change
//! what is answered stand with the answers: `api_layers` (request_timeout, max_concurrent_requests),
//! `api_bad_input` (max_body_bytes), `metrics` (metrics_address, metrics_token), `store_*` (read_connections, max_file_bytes, firestore), `api_models` (llm),
//! `server_deadlines` (header_timeout, body_timeout, idle_timeout, write_timeout), `server_connections` (max_connections,
//! max_connections_per_address), `server_heads` (max_headers, max_header_bytes), `server_http2` (max_streams), `server_compression` (compression),
//! `api_headers` (hsts, trusted_proxies), `api_log` (trusted_proxies), `api_cors` (cors),
//! `api_keys` (keys.rotation_overlap), `api_audit` (retention.audit), `api_blocks` (blocks.failures, lasts), the unit tests of `audit` (blocks.within),
//! the unit tests of `auth` (keys.recheck, keys.remembered),
//! `api_webhooks` (secrets, webhooks.allow_loopback, rotation_overlap), unit tests of `notify` (timeout, max_in_flight, max_in_flight_per_receiver, kept),
//! the unit tests of `llm` (prices, location),
//! and in the unit tests of `jobs` (workers, retention) and `pipeline` (workers.cpu).

use content_factory::app::{App, Error};
use content_factory::auth::{ADMIN_KEY_FILE, Secret};
use content_factory::config::Config;
use content_factory::store::{self, Backend};
use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr};

use crate::support::emulator;
use crate::support::llm_simulator::Simulator;
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
    let database = emulator::database();
    let hosted = database.as_ref().map(|_| (Backend::Firestore, 1));
    for (backend, kept) in [(Backend::Sqlite, 1), (Backend::Memory, 0)].into_iter().chain(hosted) {
        let choose = |config: &mut Config| {
            config.store.backend = backend;
            config.store.firestore = database.clone().unwrap_or_default();
            config.secrets.key = Secret::new("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        };
        let app = TestApp::with(choose).await;
        app.generate().await;
        let again = TestApp::within(app.stop().await, choose).await;
        let listed: Value = again.get("/api/v1/jobs").await.json().await.unwrap();
        assert_eq!(listed["items"].as_array().unwrap().len(), kept, "{backend:?}");
    }
}

#[tokio::test]
async fn firestore_is_found_by_its_conventional_variables_and_its_faults_are_listed() {
    let check = async |variables: &[(&str, &str)]| {
        let backend = ("CONTENT_FACTORY_STORE__BACKEND", "firestore");
        Program::new().run_with(&["check-config"], &[&[backend][..], variables].concat(), b"").await
    };
    let project = ("GOOGLE_CLOUD_PROJECT", "demo-a");
    let key = ("CONTENT_FACTORY_SECRETS__KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    let found = check(&[project, key, ("FIRESTORE_EMULATOR_HOST", "127.0.0.1:8085")]).await;
    assert_eq!(found.code, Some(0), "{}", found.err);
    for line in ["project = \"demo-a\"", "emulator_host = \"127.0.0.1:8085\"", "database = \"(default)\""] {
        assert!(found.out.contains(line), "{line}: {}", found.out);
    }
    let faulty = check(&[("CONTENT_FACTORY_STORE__FIRESTORE__TIMEOUT", "0s")]).await;
    assert_eq!(faulty.code, Some(2));
    for setting in ["store.firestore.project", "store.firestore.timeout", "secrets.key"] {
        assert!(faulty.err.contains(setting), "{setting}: {}", faulty.err);
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
async fn writer_says_who_writes() {
    let simulator = Simulator::fast().await.unwrap();
    let base_url = format!("{}/v1", simulator.url());
    let environment = |writer| {
        [("CONTENT_FACTORY_WRITER", writer), ("OPENAI_API_KEY", "k"), ("OPENAI_BASE_URL", base_url.as_str())]
    };
    for (writer, named) in [("extractive", "extractive"), ("openai", "openai"), ("auto", "openai")] {
        let program = Program::new();
        program.write("lesson.md", LESSON);
        let arguments = ["generate", "lesson.md", "--kinds", "faqs", "--out", "out"];
        let finished = program.run_with(&arguments, &environment(writer), b"").await;
        assert_eq!(finished.code, Some(0), "{}", finished.err);
        let package = std::fs::read(program.path("out/package.json")).unwrap();
        let package: Value = serde_json::from_slice(&package).unwrap();
        assert_eq!(package["metadata"]["pieces"]["faqs"]["writer"], named, "{writer}");
    }
    let unknown = Program::new().run_with(&["check-config"], &environment("ghost"), b"").await;
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

const ANYWHERE: (&str, &str) = ("CONTENT_FACTORY_SERVER__ADDRESS", "127.0.0.1:0");
const IN_MEMORY: (&str, &str) = ("CONTENT_FACTORY_STORE__BACKEND", "memory");

/// Starts the service with one more variable, and gives it with its log as far as it follows the
/// line with the key.
async fn logging(
    program: &Program,
    variable: Option<(&str, &str)>,
) -> (Child, Lines<BufReader<ChildStderr>>) {
    let mut child = program.command(&["serve"]).envs([ANYWHERE, IN_MEMORY]).envs(variable).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let key = lines.next_line().await.unwrap().unwrap();
    assert!(key.starts_with("admin key"), "{key}");
    (child, lines)
}

async fn first_line(variable: Option<(&str, &str)>) -> String {
    let program = Program::new();
    let (mut child, mut lines) = logging(&program, variable).await;
    let line = lines.next_line().await.unwrap().unwrap();
    child.kill().await.unwrap();
    line
}

#[tokio::test]
async fn format_says_what_a_line_of_the_log_looks_like() {
    let text = first_line(Some(("CONTENT_FACTORY_LOG__FORMAT", "text"))).await;
    assert!(text.contains("INFO") && serde_json::from_str::<Value>(&text).is_err(), "{text}");
    // Nobody is at a terminal here.
    for json in [Some(("CONTENT_FACTORY_LOG__FORMAT", "json")), None] {
        let json = first_line(json).await;
        assert_eq!(serde_json::from_str::<Value>(&json).unwrap()["level"], "INFO");
    }
}

#[tokio::test]
async fn filter_says_what_is_logged_under_both_its_names() {
    for name in ["CONTENT_FACTORY_LOG__FILTER", "RUST_LOG"] {
        let line = first_line(Some((name, "content_factory=info"))).await;
        assert!(line.contains("INFO"), "{name}: {line}");
        let program = Program::new();
        let (child, mut lines) = logging(&program, Some((name, "off"))).await;
        terminate(&child);
        assert_eq!(lines.next_line().await.unwrap(), None, "{name}");
    }
}

#[tokio::test]
async fn prices_of_a_server_are_stated_together() {
    let stated = async |names: &[&str]| {
        let names: Vec<String> =
            names.iter().map(|name| format!("CONTENT_FACTORY_LLM__OPENAI__{name}_USD_PER_MILLION")).collect();
        let environment: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "0")).collect();
        Program::new().run_with(&["check-config"], &environment, b"").await
    };
    let half = stated(&["OUTPUT"]).await;
    assert_eq!(half.code, Some(2));
    assert!(half.err.contains("llm.openai.input_usd_per_million"), "{}", half.err);
    assert_eq!(stated(&["INPUT", "OUTPUT", "CACHED_INPUT"]).await.code, Some(0));
}

#[tokio::test]
async fn redis_is_found_by_its_conventional_variable_and_its_faults_are_listed() {
    let check =
        async |variable: (&str, &str)| Program::new().run_with(&["check-config"], &[variable], b"").await;
    let good = check(("REDIS_URL", "redis://:hunter2@127.0.0.1:6379/")).await;
    assert!(good.code == Some(0) && !good.out.contains("hunter2"), "{}", good.out);
    let bad = check(("REDIS_URL", "http://127.0.0.1/")).await;
    assert!(bad.code == Some(2) && bad.err.contains("cache.redis_url"), "{}", bad.err);
    let slow = check(("CONTENT_FACTORY_CACHE__REDIS_TIMEOUT", "11s")).await;
    assert!(slow.code == Some(2) && slow.err.contains("cache.redis_timeout"), "{}", slow.err);
}
