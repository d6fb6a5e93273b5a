//! What the tests of the whole service share: the very same `App` that the program runs, on a free
//! port and in a folder of its own.

pub(crate) mod described;
pub(crate) mod emulator;
pub(crate) mod llm_simulator;
mod program;
pub(crate) mod proxy;
mod receiver;
pub(crate) mod redis;
pub(crate) mod sources;
pub(crate) mod wire;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use content_factory::app::App;
use content_factory::auth::{self, ADMIN_KEY_FILE, ApiKeys, NewKey, Scope, Secret};
use content_factory::clock::Clock;
use content_factory::config::Config;
use content_factory::store::{Backend, Store};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) use described::RequestBuilder;
pub(crate) use program::{Finished, Program, signal, terminate};
pub(crate) use receiver::Receiver;

/// A lesson that carries all eight kinds.
pub(crate) const LESSON: &str = include_str!("../../../examples/photosynthesis.md");
/// A text that carries no outline.
pub(crate) const TOO_THIN: &str = include_str!("../../../examples/too-thin.md");

/// The beginning of the lesson: an outline and some pieces, but not ten flashcards.
pub(crate) fn thin_lesson() -> &'static str {
    LESSON.get(..2000).unwrap()
}

/// A running service.
pub(crate) struct TestApp {
    pub(crate) address: String,
    /// The administrator's key.
    pub(crate) key: String,
    /// Where it gives metrics, if they have an address of their own.
    pub(crate) metrics_address: Option<String>,
    pub(crate) client: Client,
    folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<Result<(), content_factory::app::Error>>,
}

impl TestApp {
    /// Starts a service with the default settings, but for the port.
    pub(crate) async fn start() -> TestApp {
        TestApp::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> TestApp {
        TestApp::within(tempfile::tempdir().unwrap(), change).await
    }

    /// Starts one of several services over a store.
    pub(crate) async fn over(store: Arc<dyn Store>, change: impl FnOnce(&mut Config)) -> TestApp {
        let folder = tempfile::tempdir().unwrap();
        let mut config = settings(folder.path());
        config.admin_key = Secret::new("an-administrators-key-of-all-of-them-0123456789");
        change(&mut config);
        let key = config.admin_key.reveal().to_owned();
        let app = App::build_over(config, store).await.unwrap();
        TestApp::running(app, key, folder)
    }

    /// Starts a service in a folder that an earlier one may have used.
    pub(crate) async fn within(folder: TempDir, change: impl FnOnce(&mut Config)) -> TestApp {
        let mut config = settings(folder.path());
        change(&mut config);
        let key = config.admin_key.reveal().to_owned();
        let app = App::build(config).await.unwrap();
        let key = match key.is_empty() {
            true => std::fs::read_to_string(folder.path().join(ADMIN_KEY_FILE)).unwrap().trim().to_owned(),
            false => key,
        };
        TestApp::running(app, key, folder)
    }

    fn running(app: App, key: String, folder: TempDir) -> TestApp {
        let address = format!("http://{}", app.local_addr());
        let metrics_address = app.metrics_addr().map(|address| format!("http://{address}"));
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(app.run(async {
            let _ = stopped.await;
        }));
        let client = Client::builder().no_proxy().build().unwrap();
        TestApp { address, key, metrics_address, client, folder, stop: Some(stop), running }
    }

    /// Where the service keeps its data.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Tells the service to stop, as a signal does, and waits until it has. Gives its folder back.
    pub(crate) async fn stop(mut self) -> TempDir {
        self.tell_to_stop();
        self.running.await.unwrap().unwrap();
        self.folder
    }

    pub(crate) fn tell_to_stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// Makes a key beside the running service, as an administrator would.
    pub(crate) async fn make_key(&self, scopes: &[Scope]) -> String {
        let new = NewKey { name: "test".to_owned(), scopes: scopes.to_vec(), ..NewKey::default() };
        self.keys().await.create(new).await.unwrap().key.reveal()
    }

    /// Opens the keys beside the running service, as another process has them.
    pub(crate) async fn keys(&self) -> ApiKeys {
        let config = settings(self.folder.path());
        let store = content_factory::store::open(&config.store, self.folder.path(), Clock::System);
        let store = store.await.unwrap();
        ApiKeys::new(store, Clock::System, &Secret::default(), auth::Config::default())
    }

    /// Begins a request without a key.
    pub(crate) fn anonymous(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.address)).into()
    }

    /// Begins a request with the administrator's key.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.anonymous(method, path).bearer_auth(&self.key)
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Response {
        self.request(Method::POST, path).json(body).send().await.unwrap()
    }

    /// Makes a job of the lesson and waits for its end.
    pub(crate) async fn generate(&self) -> Value {
        let response = self.post("/api/v1/content/generate", &json!({ "syllabus_text": LESSON })).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.unwrap()
    }
}

/// Gives the default settings for a service in that folder, on a free port.
pub(crate) fn settings(folder: &Path) -> Config {
    let mut config = Config { data_dir: folder.to_owned(), ..Config::default() };
    config.server.address = "127.0.0.1:0".parse().unwrap();
    config.store.backend = Backend::Sqlite;
    // Tests call as often as they like; those of the limits switch them on.
    config.limits.enabled = false;
    // Tests present wrong keys as they like.
    config.blocks.failures = 0;
    config
}

/// How long something may take that a test waits for, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(120);

/// Waits for something, and says what did not come.
pub(crate) async fn in_time<T>(what: &str, waiting: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, waiting).await {
        Ok(came) => came,
        Err(_) => panic!("after {PATIENCE:?} still waiting: {what}"),
    }
}

/// Reads a problem body and checks what all of them have in common.
pub(crate) async fn problem(response: Response) -> Value {
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let request_id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let problem: Value = response.json().await.unwrap();
    assert_eq!(problem["status"], status, "{problem}");
    assert_eq!(problem["request_id"], request_id, "{problem}");
    let code = problem["code"].as_str().unwrap();
    assert_eq!(problem["type"], format!("urn:content-factory:error:{code}"));
    assert!(
        !problem["title"].as_str().unwrap().is_empty() && !problem["detail"].as_str().unwrap().is_empty()
    );
    assert!(problem["retryable"].is_boolean() && problem["errors"].is_array(), "{problem}");
    problem
}

/// Opens a request that has a body to come, and waits until the service asks for it, so that it is
/// certainly in progress.
pub(crate) async fn unfinished(app: &TestApp) -> TcpStream {
    let mut stream = TcpStream::connect(app.address.trim_start_matches("http://")).await.unwrap();
    let head = format!(
        "POST /api/v1/content/generate HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: 100\r\nexpect: 100-continue\r\n\r\n",
        app.key
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 100");
    stream
}
