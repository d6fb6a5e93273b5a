//! Messages over a store in memory, a clock that is moved by hand, and receivers on this machine.

mod delivery;
mod endpoints;
mod refusals;

use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::resolver::{Lookup, system};
use super::*;
use crate::id::{JobId, KeyId};
use crate::secret::Secret;
use crate::store::{Collection, MemoryStore};
use crate::telemetry::Metrics;

const OK: &str = "HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n";
const FAULT: &str = "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n";
const GONE: &str = "HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n";
/// Answers nothing at all.
const SILENCE: &str = "";

/// Takes connections and answers them in turn; the last answer stays.
struct Receiver {
    url: String,
    requests: mpsc::UnboundedReceiver<String>,
}

impl Receiver {
    async fn answering(answers: &'static [&'static str]) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let (sender, requests) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut held = Vec::new();
            for turn in 0_usize.. {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read_request(&mut stream).await;
                let answer = answers[turn.min(answers.len() - 1)];
                if stream.write_all(answer.as_bytes()).await.is_err() || sender.send(request).is_err() {
                    return;
                }
                if answer == SILENCE {
                    held.push(stream);
                }
            }
        });
        Receiver { url, requests }
    }

    async fn next(&mut self) -> String {
        self.requests.recv().await.unwrap()
    }

    fn is_untouched(&mut self) -> bool {
        self.requests.try_recv().is_err()
    }
}

/// Reads a request to the end of its body.
async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && body.len() == header(&format!("{head}\r\n"), "content-length").parse::<usize>().unwrap()
        {
            return text;
        }
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).await.unwrap();
        assert_ne!(read, 0, "the request ended early");
        bytes.extend_from_slice(&piece[..read]);
    }
}

fn header(request: &str, name: &str) -> String {
    let head = request.split("\r\n\r\n").next().unwrap();
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")));
    line.unwrap().split_once(':').unwrap().1.trim().to_owned()
}

fn body(request: &str) -> &str {
    request.split_once("\r\n\r\n").unwrap().1
}

struct Bench {
    store: Arc<dyn Store>,
    clock: Clock,
    webhooks: Webhooks,
    dispatcher: Dispatcher,
    metrics: Metrics,
    owner: KeyId,
}

fn config() -> Config {
    Config { allow_loopback: true, timeout: SignedDuration::from_secs(5), ..Config::default() }
}

fn keys(current: &str, previous: &[&str]) -> Keyring {
    let previous_keys = previous.iter().map(|key| Secret::new(*key)).collect();
    Keyring::new(&secret::Config { key: Secret::new(current), previous_keys }, Path::new("nowhere"))
}

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const NEW_KEY: &str = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=";

impl Bench {
    fn new() -> Bench {
        Bench::with(config(), system())
    }

    fn with(config: Config, lookup: Lookup) -> Bench {
        let clock = Clock::fixed("2026-11-20T10:00:00Z".parse().unwrap());
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new(clock.clone()));
        let webhooks = Webhooks::new(Arc::clone(&store), clock.clone(), keys(KEY, &[]), config);
        let metrics = Metrics::new();
        let dispatcher = Dispatcher::with_lookup(webhooks.clone(), lookup).unwrap();
        let dispatcher = dispatcher.counting_in(metrics.clone());
        Bench { store, clock, webhooks, dispatcher, metrics, owner: KeyId::at(Timestamp::UNIX_EPOCH) }
    }

    /// Puts a message for that address into the outbox.
    async fn tell(&self, url: &str) {
        let told = Told {
            owner: self.owner,
            job: JobId::at(self.clock.now()),
            event: "job.completed",
            at: self.clock.now(),
            url,
            data: json!({ "status": "completed" }),
        };
        self.store.commit(vec![Message::compose(&told).unwrap()]).await.unwrap();
    }

    /// Sends everything that is due, and tells how much that was.
    async fn round(&self) -> usize {
        let due = self.webhooks.due(100).await.unwrap().messages;
        let count = due.len();
        for message in due {
            let taken = self.webhooks.take(message).await.unwrap().unwrap();
            self.dispatcher.send(taken).await;
        }
        count
    }

    /// Reads all messages, newest first.
    async fn all(&self) -> Vec<Message> {
        let query = ListQuery { limit: 100, ..ListQuery::default() };
        self.webhooks.messages(self.owner, &query).await.unwrap().items
    }

    async fn only(&self) -> Message {
        let mut all = self.all().await;
        assert_eq!(all.len(), 1);
        all.remove(0)
    }
}
