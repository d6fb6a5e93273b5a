//! How many may be connected, and who goes when more come.

use content_factory::config::Config;
use reqwest::{Client, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::wire::{connect, metric, read_to_end};
use crate::support::{TestApp, in_time, unfinished};

const GOOD: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";

/// Opens a connection that has had a request, so that it certainly has its place.
async fn used(app: &TestApp) -> TcpStream {
    let mut stream = connect(app).await;
    use_once(&mut stream).await;
    stream
}

async fn use_once(stream: &mut TcpStream) {
    stream.write_all(GOOD).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"}") {
        let mut part = [0; 1024];
        let count = stream.read(&mut part).await.unwrap();
        assert!(count > 0, "the connection is closed");
        answer.extend_from_slice(&part[..count]);
    }
    assert!(answer.starts_with(b"HTTP/1.1 200"));
}

async fn capped(change: impl FnOnce(&mut Config)) -> TestApp {
    let mut app = TestApp::with(change).await;
    // A client that keeps no connections takes no place for longer than a call.
    app.client = Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap();
    app
}

#[tokio::test]
async fn the_longest_idle_goes_for_a_new_one_under_both_caps() {
    let trusting = |config: &mut Config| {
        config.server.max_connections = 3;
        config.server.max_connections_per_address = 2;
        config.server.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    };
    for app in [
        capped(|config| config.server.max_connections = 3).await,
        capped(|config| config.server.max_connections_per_address = 3).await,
        // Connections of a proxy are not counted by address.
        capped(trusting).await,
    ] {
        let (mut first, mut second, mut third) = (used(&app).await, used(&app).await, used(&app).await);
        use_once(&mut first).await;
        let mut fourth = used(&app).await;
        assert_eq!(read_to_end(&mut second).await, b"");
        for stays in [&mut first, &mut third, &mut fourth] {
            use_once(stays).await;
        }
        assert_eq!(metric(&app, "connections_refused_total{reason=\"evicted\"}").await, 2, "and one to look");
    }
}

#[tokio::test]
async fn silence_keeps_nobody_out() {
    let app = capped(|config| config.server.max_connections_per_address = 20).await;
    let mut silent = Vec::new();
    for _ in 0..200 {
        silent.push(connect(&app).await);
        assert_eq!(app.get("/healthz").await.status(), StatusCode::OK);
    }
    let evicted = metric(&app, "connections_refused_total{reason=\"evicted\"}").await;
    assert!(evicted >= 180, "{evicted}");
}

#[tokio::test]
async fn where_all_are_at_work_the_new_one_goes() {
    let app = capped(|config| config.server.max_connections = 2).await;
    let (at_work, other) = (unfinished(&app).await, unfinished(&app).await);
    let mut new = connect(&app).await;
    let _ = new.write_all(GOOD).await;
    assert_eq!(read_to_end(&mut new).await, b"");
    drop((at_work, other));
    let served = async { while app.client.get(format!("{}/healthz", app.address)).send().await.is_err() {} };
    in_time("a place is free", served).await;
    assert!(metric(&app, "connections_refused_total{reason=\"cap\"}").await >= 1);
}
