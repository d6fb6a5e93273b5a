//! Keys stand in no log, no metric, no answer, no crash and no file of the store, whatever happens to
//! those who present them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use content_factory::api::{Route, routes};
use content_factory::auth::{self, ApiKeys, NewKey, Scope, Secret};
use content_factory::clock::Clock;
use content_factory::config::DEFAULT_TOML;
use content_factory::store::{
    Collection, Document, Error, MemoryStore, Page, Query, Store, Watch, Write, sqlite,
};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStderr};

use crate::support::{LESSON, Program, TestApp, in_time, terminate};

/// A secret is as long a run of such digits as nothing else that is written.
fn holds_a_secret(text: &str) -> bool {
    text.split(|letter: char| !letter.is_ascii_hexdigit()).any(|run| run.len() >= 64)
}

/// A running program, everything that it writes, and where it is.
struct Watched {
    child: Child,
    address: String,
    said: Arc<Mutex<String>>,
    writing: tokio::task::JoinHandle<()>,
}

impl Watched {
    async fn start(program: &Program, environment: &[(&str, &str)]) -> Watched {
        let mut command = program.command(&["serve"]);
        command.env("CONTENT_FACTORY_SERVER__ADDRESS", "127.0.0.1:0").envs(environment.iter().copied());
        // Wrong keys are presented here by the hundred.
        if DEFAULT_TOML.contains("[limits]") {
            command.env("CONTENT_FACTORY_LIMITS__ENABLED", "false");
        }
        let mut child = command.spawn().unwrap();
        let (said, listening) = (Arc::new(Mutex::new(String::new())), tokio::sync::oneshot::channel());
        let stderr = child.stderr.take().unwrap();
        let writing = tokio::spawn(take_down(stderr, Arc::clone(&said), listening.0));
        let address = in_time("the service to listen", listening.1).await.unwrap();
        Watched { child, address, said, writing }
    }

    /// Stops the service and gives everything that it wrote.
    async fn end(mut self) -> String {
        terminate(&self.child);
        in_time("the service to end", self.child.wait()).await.unwrap();
        self.writing.await.unwrap();
        self.said.lock().unwrap().clone()
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Response {
        let client = Client::builder().no_proxy().build().unwrap();
        let request = client.request(method, format!("{}{path}", self.address));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let request = body.into_iter().fold(request, |request, body| request.json(body));
        request.send().await.unwrap()
    }
}

async fn take_down(
    stderr: ChildStderr,
    said: Arc<Mutex<String>>,
    listening: tokio::sync::oneshot::Sender<String>,
) {
    let (mut lines, mut listening) = (BufReader::new(stderr).lines(), Some(listening));
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some((_, rest)) = line.split_once("127.0.0.1:").filter(|_| line.contains("listening"))
            && let Some(listening) = listening.take()
        {
            let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
            let _ = listening.send(format!("http://127.0.0.1:{port}"));
        }
        let mut said = said.lock().unwrap();
        said.push_str(&line);
        said.push('\n');
    }
}

/// Everything of an answer that its caller sees.
async fn seen(response: Response) -> String {
    let headers = format!("{:?}", response.headers());
    headers + &response.text().await.unwrap()
}

fn path(route: &Route) -> String {
    let nobody = "01a1fbe7-78f4-7668-aeaa-e5f8bd47993c";
    route.path.replace("{id}", nobody).replace("{kind}", "faqs")
}

/// Presents the key on every route, right and nearly right, where it belongs and where it does not.
async fn present_everywhere(service: &Watched, key: &str) -> Vec<(String, String)> {
    let last = if key.ends_with('0') { "1" } else { "0" };
    let near = format!("{}{last}", key.get(..key.len() - 1).unwrap());
    let mut answers = Vec::new();
    for route in routes().iter().filter(|route| !route.path.ends_with("/events")) {
        for presented in [key, &near] {
            let bearer = format!("Bearer {presented}");
            for headers in [
                [("authorization", bearer.as_str())],
                [("x-api-key", presented)],
                [("traceparent", presented)],
            ] {
                let answer = service.send(route.method.clone(), &path(route), &headers, None).await;
                answers.push((format!("{route:?}"), seen(answer).await));
            }
        }
        let bearer = format!("Bearer {key}");
        let headers = [("authorization", bearer.as_str())];
        for path in [format!("{}?api_key={key}", path(route)), format!("{}/{key}", path(route))] {
            let answer = service.send(route.method.clone(), &path, &headers, None).await;
            answers.push((path.replace(key, "KEY"), seen(answer).await));
        }
        let body = json!({ "syllabus_text": key, "overlap_seconds": key });
        let answer = service.send(route.method.clone(), &path(route), &headers, Some(&body)).await;
        answers.push((format!("{route:?} with a body"), seen(answer).await));
    }
    answers
}

#[tokio::test]
async fn a_key_is_seen_once_by_whoever_made_it_and_nowhere_else() {
    for format in ["json", "text"] {
        let program = Program::new();
        let everything = [("CONTENT_FACTORY_LOG__FORMAT", format), ("RUST_LOG", "trace")];
        let service = Watched::start(&program, &everything).await;
        let admin = std::fs::read_to_string(program.path("data/admin-key")).unwrap().trim().to_owned();
        let create = ["keys", "create", "--name", "canary", "--scopes", "generate,read,admin"];
        let made = program.run_with(&create, &[("RUST_LOG", "trace")], b"").await;
        let key = made.out.trim().to_owned();
        assert!(key.starts_with("cf_") && !holds_a_secret(&made.err), "{}", made.err);
        for (what, seen) in present_everywhere(&service, &key).await {
            assert!(!holds_a_secret(&seen), "{format}: {what}: {seen}");
        }
        let bearer = format!("Bearer {key}");
        let new = json!({ "name": "canary", "scopes": ["read"] });
        let headers = [("authorization", bearer.as_str())];
        let minted = service.send(Method::POST, "/api/v1/admin/keys", &headers, Some(&new)).await;
        let minted: Value = minted.json().await.unwrap();
        let rotate = format!("/api/v1/admin/keys/{}/rotate", minted["key_id"].as_str().unwrap());
        let rotated = service.send(Method::POST, &rotate, &headers, None).await;
        assert!(holds_a_secret(&seen(rotated).await), "the answer that makes a secret shows it");
        let wrong = program.run_with(&["keys", "rotate", &key], &[("RUST_LOG", "trace")], b"").await;
        assert_eq!(wrong.code, Some(2));
        let metrics = service.send(Method::GET, "/metrics", &[], None).await;
        assert!(!holds_a_secret(&seen(metrics).await));
        let said = service.end().await;
        assert_eq!(said.matches(&admin).count(), 1, "the first key is shown once");
        let rest = said.replace(&admin, "");
        let line = rest.lines().find(|line| holds_a_secret(line));
        assert_eq!(line, None, "{format}");
        assert!(rest.lines().count() > 100, "the log was on");
        for file in [sqlite::FILE_NAME.to_owned(), format!("{}-wal", sqlite::FILE_NAME)] {
            let bytes = std::fs::read(program.path("data").join(file)).unwrap_or_default();
            for secret in [&key, &admin, minted["api_key"].as_str().unwrap()] {
                let secret = secret.rsplit('_').next().unwrap().as_bytes();
                assert!(!bytes.windows(secret.len()).any(|window| window == secret));
            }
        }
    }
}

#[tokio::test]
async fn a_secret_that_could_not_be_stored_is_told_to_nobody() {
    let program = Program::new();
    let environment =
        [("CONTENT_FACTORY_LOG__FORMAT", "json"), ("CONTENT_FACTORY_STORE__MAX_FILE_BYTES", "1048576")];
    let service = Watched::start(&program, &environment).await;
    let admin = std::fs::read_to_string(program.path("data/admin-key")).unwrap().trim().to_owned();
    let bearer = format!("Bearer {admin}");
    let headers = [("authorization", bearer.as_str())];
    let large = json!({ "syllabus_text": LESSON.repeat(20) });
    let full = async |path: &str, body: &Value| {
        loop {
            let answer = service.send(Method::POST, path, &headers, Some(body)).await;
            match answer.status() {
                StatusCode::CREATED => {}
                status => {
                    break assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{}", seen(answer).await);
                }
            }
        }
    };
    in_time("the store to be full", full("/api/v1/jobs", &large)).await;
    let new = json!({ "name": "n".repeat(100), "scopes": ["read"] });
    in_time("the store to have no room for a key", full("/api/v1/admin/keys", &new)).await;
    let refused = service.send(Method::POST, "/api/v1/admin/keys", &headers, Some(&new)).await;
    let refused = seen(refused).await;
    assert!(!holds_a_secret(&refused), "{refused}");
    let said = service.end().await;
    assert!(said.contains("overloaded"), "{said}");
    assert!(!holds_a_secret(&said.replace(&admin, "")), "{said}");
}

/// A store that panics, or fails, when a key is looked for.
struct Broken {
    inner: MemoryStore,
    panics: AtomicBool,
    fails: AtomicBool,
}

#[derive(Debug, thiserror::Error)]
#[error("on purpose")]
struct OnPurpose;

#[async_trait]
impl Store for Broken {
    async fn get(&self, collection: Collection, id: &str) -> Result<Option<Document>, Error> {
        assert!(!(self.panics.load(Ordering::SeqCst) && collection == Collection::Keys), "no key {id}");
        if self.fails.load(Ordering::SeqCst) && collection == Collection::Keys {
            return Err(Error::Unavailable { attempt: "read", source: Arc::new(OnPurpose) });
        }
        self.inner.get(collection, id).await
    }

    async fn query(&self, query: Query) -> Result<Page, Error> {
        self.inner.query(query).await
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<Vec<u64>, Error> {
        self.inner.commit(writes).await
    }

    fn watch(&self, collection: Collection) -> Watch {
        self.inner.watch(collection)
    }

    async fn ping(&self) -> Result<(), Error> {
        self.inner.ping().await
    }
}

#[tokio::test]
async fn a_panic_and_a_failure_while_a_key_is_looked_up_show_nothing_of_it() {
    let inner = MemoryStore::new(Clock::System);
    let store = Arc::new(Broken { inner, panics: AtomicBool::new(false), fails: AtomicBool::new(false) });
    let app = TestApp::over(Arc::<Broken>::clone(&store), |_| {}).await;
    let keys = ApiKeys::new(
        Arc::<Broken>::clone(&store),
        Clock::System,
        &Secret::default(),
        auth::Config::default(),
    );
    let new = || NewKey { name: "canary".to_owned(), scopes: vec![Scope::Read], ..NewKey::default() };
    for (breaks, status) in [(&store.panics, 500), (&store.fails, 503)] {
        let minted = keys.create(new()).await.unwrap();
        breaks.store(true, Ordering::SeqCst);
        let key = minted.key.reveal();
        let answer = app.anonymous(Method::GET, "/api/v1/jobs").bearer_auth(&key).send().await.unwrap();
        assert_eq!(answer.status(), status);
        let seen = seen(answer).await;
        assert!(!holds_a_secret(&seen), "{seen}");
        breaks.store(false, Ordering::SeqCst);
        let answer = app.anonymous(Method::GET, "/api/v1/jobs").bearer_auth(&key).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "it was no reason to refuse the key afterwards");
        // What a panic or a log may print of the values at hand.
        assert!(!holds_a_secret(&format!("{minted:?} {:?} {:?}", minted.key, minted.record)));
        let error = keys.rotate(minted.record.id, Some(std::time::Duration::MAX)).await.unwrap_err();
        assert!(!holds_a_secret(&format!("{error:?} {error}")));
    }
}

#[test]
fn a_secret_is_found_where_there_is_one() {
    let secret = format!("cf_{}_{}", "0".repeat(32), "0123456789abcdef".repeat(4));
    assert!(holds_a_secret(&format!("x=\"{secret}\"")) && holds_a_secret(&secret));
    assert!(!holds_a_secret(&secret.replace("9a", "9 a")) && !holds_a_secret(""));
}
