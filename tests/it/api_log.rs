//! The line of the log that each request leaves, whatever its caller sends.

use content_factory::auth::FIRST_KEY_ID;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStderr};

use crate::support::{LESSON, Program};

/// A running program with the lines of its log.
struct Logged {
    _child: Child,
    lines: Lines<BufReader<ChildStderr>>,
    /// Host and port.
    address: String,
    key: String,
}

impl Logged {
    async fn start(program: &Program, format: &str) -> Logged {
        Logged::start_with(program, format, &[]).await
    }

    async fn start_with(program: &Program, format: &str, environment: &[(&str, &str)]) -> Logged {
        let mut command = program.command(&["serve"]);
        command.envs(environment.iter().copied());
        command.env("CONTENT_FACTORY_SERVER__ADDRESS", "127.0.0.1:0");
        let mut child = command.env("CONTENT_FACTORY_LOG__FORMAT", format).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next_line().await.unwrap().unwrap();
            if line.contains("listening") {
                let (_, rest) = line.split_once("127.0.0.1:").unwrap();
                let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
                break format!("127.0.0.1:{port}");
            }
        };
        let key = std::fs::read_to_string(program.path("data/admin-key")).unwrap().trim().to_owned();
        Logged { _child: child, lines, address, key }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let client = Client::builder().no_proxy().build().unwrap();
        client.request(method, format!("http://{}{path}", self.address))
    }

    /// Sends bytes as they are, and waits for the end of the answer.
    async fn send(&self, bytes: &[u8]) {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 "), "{answer:?}");
    }

    /// Reads on to the line of the next request.
    async fn line(&mut self) -> String {
        loop {
            let line = self.lines.next_line().await.unwrap().unwrap();
            if line.contains("duration_us") {
                return line;
            }
        }
    }

    async fn entry(&mut self) -> Value {
        serde_json::from_str(&self.line().await).unwrap()
    }
}

#[tokio::test]
async fn a_line_says_who_asked_for_what_and_what_came_of_it() {
    let program = Program::new();
    let mut logged = Logged::start(&program, "json").await;
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let known = logged.request(Method::GET, "/api/v1/jobs?limit=7").bearer_auth(&logged.key);
    let known = known.header("traceparent", format!("00-{trace}-b7ad6b7169203331-01")).send().await.unwrap();
    let request_id = known.headers()["x-request-id"].to_str().unwrap().to_owned();
    let length = known.bytes().await.unwrap().len();
    let entry = logged.entry().await;
    for (field, value) in [
        ("level", json!("INFO")),
        ("message", json!("request")),
        ("request_id", json!(request_id)),
        ("trace_id", json!(trace)),
        ("method", json!("GET")),
        ("route", json!("/api/v1/jobs")),
        ("status", json!(200)),
        ("bytes", json!(length)),
        ("key", json!(FIRST_KEY_ID.to_string())),
        ("address", json!("127.0.0.1")),
    ] {
        assert_eq!(entry[field], value, "{field}: {entry}");
    }
    assert!(entry["duration_us"].as_u64().unwrap() > 0 && entry.get("code").is_none(), "{entry}");

    let refused = logged.request(Method::DELETE, "/api/v1/jobs/7").header("traceparent", "00-x-y-z");
    let length = refused.send().await.unwrap().bytes().await.unwrap().len();
    let entry = logged.entry().await;
    assert_eq!((&entry["code"], &entry["status"]), (&json!("unauthenticated"), &json!(401)), "{entry}");
    assert_eq!(entry["bytes"], length, "{entry}");
    assert!(entry.get("key").is_none() && entry.get("trace_id").is_none(), "{entry}");

    let missing = logged.request(Method::GET, "/api/v1/jobs/7").bearer_auth(&logged.key);
    missing.send().await.unwrap();
    let entry = logged.entry().await;
    assert_eq!((&entry["code"], &entry["route"]), (&json!("not_found"), &json!("/api/v1/jobs/{id}")));
    assert_eq!(entry["key"], FIRST_KEY_ID.to_string(), "{entry}");

    let job = logged.request(Method::POST, "/api/v1/content/generate").bearer_auth(&logged.key);
    let job = job.json(&json!({ "syllabus_text": LESSON, "kinds": ["faqs"] })).send().await.unwrap();
    let job: Value = job.json().await.unwrap();
    let events = format!("/api/v1/jobs/{}/events", job["job_id"].as_str().unwrap());
    logged.request(Method::GET, &events).bearer_auth(&logged.key).send().await.unwrap();
    let (generated, followed) = (logged.entry().await, logged.entry().await);
    assert_eq!(generated["route"], "/api/v1/content/generate");
    assert_eq!(followed["route"], "/api/v1/jobs/{id}/events");
    assert!(followed.get("bytes").is_none(), "nobody knows how long a stream will be: {followed}");
}

#[tokio::test]
async fn the_address_is_whom_a_trusted_proxy_names_and_nobody_elses_word_counts() {
    for (trusted, named) in
        [("", "127.0.0.1"), ("10.0.0.0/8", "127.0.0.1"), ("10.0.0.0/8,127.0.0.0/8", "198.51.100.7")]
    {
        let program = Program::new();
        let environment = [("CONTENT_FACTORY_SERVER__TRUSTED_PROXIES", trusted)];
        let mut logged = Logged::start_with(&program, "json", &environment).await;
        let request = logged.request(Method::GET, "/healthz");
        let request = request.header("x-forwarded-for", "203.0.113.9, 198.51.100.7, 10.0.0.2");
        request.header("forwarded", "for=203.0.113.9").send().await.unwrap();
        assert_eq!(logged.entry().await["address"], named, "{trusted}");
    }
}

/// Requests that would write lines or colours of their own, if anything of them were written as it stands.
fn hostile() -> Vec<Vec<u8>> {
    let names: [&[u8]; 4] = [b"a\x1b[31mb", "a\u{2028}b".as_bytes(), b"a\\nb{\"level\":\"ERROR\"}", b"a\tb"];
    let named = names.map(|name| [b"GET /healthz HTTP/1.1\r\nx-request-id: ", name].concat());
    let traced = names.map(|name| [b"GET /healthz HTTP/1.1\r\ntraceparent: ", name].concat());
    let paths: [&[u8]; 4] = [
        b"GET /%0a%1b[31mforged HTTP/1.1",
        b"GET /api/v1/jobs/%0d%0aforged%e2%80%a8 HTTP/1.1",
        "GET /forged\u{2028} HTTP/1.1".as_bytes(),
        b"GET /healthz?forged=%0a%1b[31m HTTP/1.1",
    ];
    let methods: [&[u8]; 2] = [b"FORGED /healthz HTTP/1.1", b"F!#$%&'*+-.^_`|~ /healthz HTTP/1.1"];
    let heads = named.into_iter().chain(traced);
    heads.chain(paths.into_iter().chain(methods).map(<[u8]>::to_vec)).collect()
}

#[tokio::test]
async fn nothing_that_a_caller_sends_makes_a_second_line_or_a_colour() {
    for format in ["json", "text"] {
        let program = Program::new();
        let mut logged = Logged::start(&program, format).await;
        let hostile = hostile();
        for head in &hostile {
            let tail = b"\r\nhost: x\r\nconnection: close\r\n\r\n";
            logged.send(&[head.as_slice(), tail].concat()).await;
        }
        logged.request(Method::GET, "/healthz").header("x-request-id", "the-last").send().await.unwrap();
        let mut requests = 0;
        loop {
            let line = logged.lines.next_line().await.unwrap().unwrap();
            assert!(!line.contains(['\u{1b}', '\u{2028}', '\r']), "{line:?}");
            assert!(!line.to_lowercase().contains("forged"), "{line:?}");
            match format {
                "json" => assert!(serde_json::from_str::<Value>(&line).unwrap().is_object(), "{line}"),
                _ => assert!(line.starts_with("20") && line.contains("Z  INFO "), "{line}"),
            }
            requests += usize::from(line.contains("duration_us"));
            if line.contains("the-last") {
                break;
            }
        }
        // A head that is no HTTP is refused before it is a request.
        assert!((hostile.len() - 2..=hostile.len() + 1).contains(&requests), "{requests}");
    }
}
