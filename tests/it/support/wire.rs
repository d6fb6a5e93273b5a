//! HTTP as bytes on a socket, for what no client would send.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{TestApp, in_time};

/// An answer as it arrived.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Answer {
    /// Reads the body as a problem that bears what every problem does.
    pub(crate) fn problem(&self) -> Value {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{self:?}");
        let problem: Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!(problem["status"], self.status, "{self:?}");
        assert_eq!(problem["request_id"], self.headers["x-request-id"], "{self:?}");
        assert_eq!(self.headers["x-frame-options"], "DENY", "{self:?}");
        problem
    }
}

/// Opens a connection.
pub(crate) async fn connect(app: &TestApp) -> TcpStream {
    TcpStream::connect(app.address.trim_start_matches("http://")).await.unwrap()
}

/// Sends bytes and reads until the service closes the connection.
pub(crate) async fn exchange(app: &TestApp, bytes: &[u8]) -> Vec<u8> {
    let mut stream = connect(app).await;
    // A service that has heard enough may close before all is sent.
    let _ = stream.write_all(bytes).await;
    read_to_end(&mut stream).await
}

/// Reads until the service closes the connection.
pub(crate) async fn read_to_end(stream: &mut TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    // A connection that is cut off is closed too.
    let _ = in_time("the connection closes", stream.read_to_end(&mut answer)).await;
    answer
}

/// Sends bytes and reads the one answer to them.
pub(crate) async fn answered(app: &TestApp, bytes: impl AsRef<[u8]>) -> Answer {
    let answer = exchange(app, bytes.as_ref()).await;
    parsed(&answer)
}

/// Reads an answer of HTTP/1.1 with a body of a stated length.
pub(crate) fn parsed(answer: &[u8]) -> Answer {
    let text = std::str::from_utf8(answer).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let header = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap_or((line.trim_end_matches(':'), ""));
        (name.to_owned(), value.to_owned())
    };
    let headers: BTreeMap<String, String> = lines.map(header).collect();
    assert_eq!(headers["content-length"], body.len().to_string(), "{text}");
    Answer { status, headers, body: body.to_owned() }
}

/// Reads a line of the metrics.
pub(crate) async fn metric(app: &TestApp, line: &str) -> u64 {
    let text = app.client.get(format!("{}/metrics", app.address)).send().await.unwrap().text().await.unwrap();
    let value = text.lines().find_map(|scraped| scraped.strip_prefix(line)?.strip_prefix(' ')?.parse().ok());
    value.unwrap_or(0)
}

/// Waits until a line of the metrics has a value. Each look goes through the whole service.
pub(crate) async fn until_metric(app: &TestApp, line: &str, wanted: u64) {
    let waiting = async {
        while metric(app, line).await != wanted {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    in_time(&format!("{line} {wanted}"), waiting).await;
}
