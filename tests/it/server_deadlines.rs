//! Clients that do not get on: each loses its connection within the time that the settings give, and the
//! others are served meanwhile.

use std::time::{Duration, Instant};

use content_factory::config::Config;
use jiff::SignedDuration;
use reqwest::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::wire::{connect, metric, read_to_end, until_metric};
use crate::support::{TestApp, unfinished};

/// The bound that is tested, and what all others are, which would show by the time that passes.
const SHORT: SignedDuration = SignedDuration::from_millis(400);
const LONG: SignedDuration = SignedDuration::from_mins(10);
const GOOD: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

async fn app_with(change: impl FnOnce(&mut Config)) -> TestApp {
    TestApp::with(|config| {
        let server = &mut config.server;
        (server.header_timeout, server.body_timeout) = (LONG, LONG);
        (server.idle_timeout, server.write_timeout) = (LONG / 10, LONG);
        change(config);
    })
    .await
}

/// Checks that the service closes a connection when its time is over, and not before; it began not before
/// `begun`.
async fn closes_in_time(stream: &mut TcpStream, begun: Instant) -> Vec<u8> {
    let read = read_to_end(stream).await;
    assert!(begun.elapsed() >= Duration::from_millis(300), "closed after {:?}", begun.elapsed());
    read
}

#[tokio::test]
async fn a_first_head_that_does_not_come_in_time_ends_the_connection() {
    let app = app_with(|config| config.server.header_timeout = SHORT).await;
    for begin in [&b""[..], b"PRI * HTT", b"GET / HTTP/1.1\r\nhost", b"GET / HTTP/1.1\r\nhost: x\r\na: b\r\n"]
    {
        let begun = Instant::now();
        let mut stream = connect(&app).await;
        stream.write_all(begin).await.unwrap();
        assert_eq!(closes_in_time(&mut stream, begun).await, b"", "{begin:?}");
    }
    assert_eq!(metric(&app, "connections_refused_total{reason=\"deadline\"}").await, 4);
    until_metric(&app, "connections{protocol=\"none\"}", 0).await;
}

#[tokio::test]
async fn a_byte_now_and_then_buys_no_time() {
    let app = app_with(|config| config.server.header_timeout = SHORT).await;
    let stream = connect(&app).await;
    let (mut reading, mut writing) = stream.into_split();
    let dripping = tokio::spawn(async move {
        for byte in b"GET / HTTP/1.1\r\nhost: x\r\na: ".iter().chain(std::iter::repeat(&b'b')) {
            if writing.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let mut read = Vec::new();
    let _ = crate::support::in_time("the connection closes", reading.read_to_end(&mut read)).await;
    assert_eq!(read, b"");
    dripping.abort();
}

#[tokio::test]
async fn a_connection_without_a_request_ends_and_one_at_work_does_not() {
    let app = app_with(|config| config.server.idle_timeout = SHORT).await;
    let mut at_work = unfinished(&app).await;
    let begun = Instant::now();
    let mut idle = connect(&app).await;
    idle.write_all(GOOD).await.unwrap();
    let answer = closes_in_time(&mut idle, begun).await;
    assert!(answer.starts_with(b"HTTP/1.1 200"));
    at_work.write_all(&[b' '; 100]).await.unwrap();
    let mut status = [0; 12];
    // What was asked for before the body came.
    loop {
        at_work.read_exact(&mut status[..1]).await.unwrap();
        if status[0] == b'H' {
            break;
        }
    }
    at_work.read_exact(&mut status[1..]).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 400");
}

#[tokio::test]
async fn a_body_that_pauses_too_long_is_answered_and_the_connection_ends() {
    let app = app_with(|config| config.server.body_timeout = SHORT).await;
    let mut stream = unfinished(&app).await;
    let begun = Instant::now();
    stream.write_all(b"{\"syllabus").await.unwrap();
    let answer = String::from_utf8(closes_in_time(&mut stream, begun).await).unwrap();
    assert!(answer.contains("HTTP/1.1 504") && answer.contains("deadline_exceeded"), "{answer}");
    assert!(answer.contains("stopped arriving"), "{answer}");
}

#[tokio::test]
async fn a_client_that_takes_no_answer_loses_its_connection() {
    let app = app_with(|config| config.server.write_timeout = SHORT).await;
    let mut stream = connect(&app).await;
    let kinds = b"GET /api/v1/kinds HTTP/1.1\r\nhost: x\r\n\r\n";
    // More answers than the system keeps for a client that reads none.
    let requests = kinds.repeat(2000);
    let written = tokio::time::timeout(Duration::from_secs(60), stream.write_all(&requests)).await;
    assert!(written.is_ok(), "the service stopped reading, and never closed");
    // The client that looks is the one that is left.
    until_metric(&app, "connections{protocol=\"http1\"}", 1).await;
    assert_eq!(app.get("/api/v1/jobs").await.status(), StatusCode::OK);
}
