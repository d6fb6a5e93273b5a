//! Adapters against a server of this process that plays recorded answers, and worse.

mod deadlines;
mod outcomes;
mod requests;
mod secrets;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::*;

/// What the server does with a connection, one step after the other; at the end it closes.
#[derive(Clone)]
pub(super) enum Step {
    Send(Vec<u8>),
    /// Waits for the next request on the same connection.
    Next,
    Hang,
    Reset,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) head: String,
    pub(super) body: Value,
}

/// A server that plays one script a connection, the last one again and again.
pub(super) struct Server {
    pub(super) address: String,
    received: Arc<Mutex<Vec<Received>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub(super) async fn playing(scripts: Vec<Vec<Step>>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let seen = received.clone();
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            for turn in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                let script = scripts[turn.min(scripts.len() - 1)].clone();
                connections.spawn(play(stream, script, seen.clone()));
            }
        });
        Server { address, received, task }
    }

    /// A server that answers with recorded answers, one a request.
    pub(super) async fn recorded(names: &[&str]) -> Server {
        Server::playing(names.iter().map(|name| vec![Step::Send(fixture(name))]).collect()).await
    }

    pub(super) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

async fn play(mut stream: TcpStream, script: Vec<Step>, seen: Arc<Mutex<Vec<Received>>>) {
    let first = receive(&mut stream).await.expect("a connection brings a request");
    seen.lock().unwrap().push(first);
    for step in script {
        match step {
            // The adapter may have hung up on purpose.
            Step::Send(bytes) => drop(stream.write_all(&bytes).await),
            Step::Next => match receive(&mut stream).await {
                Some(next) => seen.lock().unwrap().push(next),
                None => return,
            },
            Step::Hang => std::future::pending().await,
            Step::Reset => stream.set_zero_linger().unwrap(),
        }
    }
}

/// Reads a request; `None` where the connection was closed instead.
async fn receive(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    let (head, mut body) = loop {
        if stream.read_buf(&mut bytes).await.unwrap() == 0 {
            return None;
        }
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break (String::from_utf8(bytes[..end].to_vec()).unwrap(), bytes[end + 4..].to_vec());
        }
    };
    let head = head.to_lowercase();
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
    while body.len() < length {
        assert_ne!(stream.read_buf(&mut body).await.unwrap(), 0, "the body breaks off");
    }
    Some(Received { head, body: serde_json::from_slice(&body).unwrap() })
}

/// A recorded answer as bytes: its body ends where the connection does.
pub(super) fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/wire/{name}.http", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let (head, body) = text.split_once("\n\n").unwrap();
    format!("{}\r\nconnection: close\r\n\r\n{body}", head.replace('\n', "\r\n")).into_bytes()
}

/// Settings that reach that server in the place of every vendor.
pub(super) fn config(address: &str) -> Config {
    let mut config = Config::default();
    config.gemini.base_url = address.to_owned();
    config.gemini.api_key = ApiKey::new("canary-key-gemini");
    config.vertex.base_url = address.to_owned();
    config.vertex.project = "demo".to_owned();
    config.vertex.access_token = ApiKey::new("canary-token-vertex");
    config.openai.base_url = format!("{address}/v1");
    config.openai.api_key = ApiKey::new("canary-key-openai");
    config.anthropic.base_url = address.to_owned();
    config.anthropic.api_key = ApiKey::new("canary-key-anthropic");
    config.limits.connect = SignedDuration::from_secs(5);
    config
}

/// Limits that no healthy exchange within this process meets.
pub(super) fn limits() -> AttemptLimits {
    let long = Duration::from_secs(30);
    let (deadline, tenure) = (Instant::now() + long, Tenure::endless());
    AttemptLimits { deadline, first_byte: long, idle: long, max_body_bytes: 1 << 20, tenure }
}

/// A question for plain text.
pub(super) fn prompt() -> Prompt {
    Prompt {
        system: "You write for learners. canary-system".to_owned(),
        parts: vec![Part::Shared("The source. canary-source".into()), Part::Own("Write it.".to_owned())],
        schema: None,
        schema_name: "faqs",
        max_output_tokens: 1000,
        temperature: Some(0.7),
        thinking: Thinking::Lowest,
    }
}

/// A question for JSON.
pub(super) fn prompt_for_json() -> Prompt {
    let schema = crate::content::schema::draft(crate::content::Kind::Faqs);
    Prompt { schema: Some(Arc::new(AnswerSchema::new(schema.clone()))), ..prompt() }
}

pub(super) async fn ask(name: ProviderName, server: &Server, prompt: &Prompt) -> Attempt {
    open(name, &config(&server.address)).unwrap().attempt(prompt, &limits()).await
}
