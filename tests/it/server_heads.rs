//! Heads that no client should send: each is refused in the one shape that every refusal has, or understood
//! in the one way that it has.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::TestApp;
use crate::support::wire::{answered, connect, exchange, metric, parsed, read_to_end};

/// A request for the health of the service with more lines.
fn with(lines: &str) -> String {
    format!("GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{lines}\r\n")
}

#[tokio::test]
async fn what_has_several_meanings_or_none_is_a_problem_and_the_connection_closes() {
    let app = TestApp::start().await;
    let both = "content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    let reversed = "transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n";
    let strange = [
        with(both),
        with(reversed),
        with("content-length: 1\r\ncontent-length: 2\r\n"),
        with("content-length: -1\r\n"),
        with("transfer-encoding: gzip\r\n"),
        with("a: b\rc\r\n"),
        with("a: b\nc: d\r\n"),
        with("a: b\r\n c\r\n"),
        with("a: b\0c\r\n"),
        with("a b: c\r\n"),
        with("host: y\r\n"),
        "GET /healthz HTTP/1.1\r\n\r\n".to_owned(),
        "GET /healthz HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n".to_owned(),
        "GET /healthz HTTP/3.0\r\nhost: x\r\n\r\n".to_owned(),
        "GET http://[/ HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(),
        "GET  /healthz HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(),
        "\u{16}\u{3}\u{1}\u{2}\0".to_owned(),
    ];
    for bytes in &strange {
        let answer = answered(&app, bytes).await;
        assert_eq!(answer.status, 400, "{bytes:?}: {answer:?}");
        assert_eq!(answer.problem()["code"], "malformed_request", "{bytes:?}");
        assert_eq!(answer.headers["connection"], "close");
        assert!(answer.headers["date"].ends_with(" GMT") && !answer.headers.contains_key("server"));
    }
    assert_eq!(
        metric(&app, "connections_refused_total{reason=\"head\"}").await,
        u64::try_from(strange.len()).unwrap()
    );
    let counted = "http_requests_total{method=\"other\",route=\"none\",status=\"400\"}";
    assert_eq!(metric(&app, counted).await, u64::try_from(strange.len()).unwrap());
}

#[tokio::test]
async fn a_head_has_its_size_by_default_and_by_the_settings() {
    let app = TestApp::start().await;
    let headers = |count: usize| with(&"a: b\r\n".repeat(count - 2));
    assert_eq!(answered(&app, headers(100)).await.status, 200);
    for large in [headers(101), with(&format!("a: {}\r\n", "b".repeat(64 * 1024)))] {
        let answer = answered(&app, large).await;
        assert_eq!(answer.status, 431);
        assert_eq!(answer.problem()["code"], "head_too_large");
    }
    let small = TestApp::with(|config| {
        (config.server.max_headers, config.server.max_header_bytes) = (10, 1024);
    })
    .await;
    assert_eq!(answered(&small, headers(10)).await.status, 200);
    assert_eq!(answered(&small, headers(11)).await.status, 431);
    assert_eq!(answered(&small, with(&format!("a: {}\r\n", "b".repeat(900)))).await.status, 200);
    assert_eq!(answered(&small, with(&format!("a: {}\r\n", "b".repeat(1024)))).await.status, 431);
}

#[tokio::test]
async fn what_is_unusual_and_clear_is_answered() {
    let app = TestApp::start().await;
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    for (bytes, status) in [
        (get("/%00"), 404),
        (get(&format!("/{}", "a".repeat(8 * 1024))), 404),
        (get("http://x/healthz"), 200),
        (with("expect: 200-maybe\r\n"), 200),
        (with("expect: 100-continue\r\ncontent-length: 0\r\n"), 200),
        (with("upgrade: h2c\r\n"), 200),
        ("\r\n\r\nGET /healthz HTTP/1.0\r\n\r\n".to_owned(), 200),
        ("OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".to_owned(), 404),
        ("CONNECT x:80 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".to_owned(), 404),
        (get("/api/v1/jobs/%00"), 401),
    ] {
        let answer = answered(&app, &bytes).await;
        assert_eq!(answer.status, status, "{bytes:?}");
        if status >= 400 {
            answer.problem();
        }
    }
}

#[tokio::test]
async fn a_head_that_comes_in_pieces_is_whole_in_the_end() {
    let app = TestApp::start().await;
    let mut stream = connect(&app).await;
    stream.set_nodelay(true).unwrap();
    for byte in with("a: b\r\n").bytes() {
        stream.write_all(&[byte]).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert_eq!(parsed(&read_to_end(&mut stream).await).status, 200);
}

#[tokio::test]
async fn a_later_head_of_a_connection_that_is_none_closes_it_too() {
    let app = TestApp::start().await;
    let good = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    for bad in ["GET  / HTTP/1.1\r\nhost: x\r\n\r\n", "nonsense\r\n\r\n"] {
        let answers =
            String::from_utf8(exchange(&app, format!("{good}{bad}{good}").as_bytes()).await).unwrap();
        assert!(answers.starts_with("HTTP/1.1 200 OK"), "{answers}");
        assert_eq!(answers.matches("HTTP/1.1 200").count(), 1, "{answers}");
    }
    // Where a length and a coding stand together, the coding counts, and what follows is not read.
    let smuggled = "POST /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 40\r\n\
                    transfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    let answers = exchange(&app, format!("{good}{smuggled}{good}").as_bytes()).await;
    let answers = String::from_utf8(answers).unwrap();
    assert_eq!(answers.matches("HTTP/1.1 ").count(), 2, "{answers}");
    assert_eq!(answers.matches("HTTP/1.1 405").count(), 1, "{answers}");
}

#[tokio::test]
async fn a_connection_goes_on_after_an_answer_and_after_an_unread_body() {
    let app = TestApp::start().await;
    let mut stream = connect(&app).await;
    let refused = "POST /api/v1/jobs HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}";
    for (bytes, status) in [(refused, "401"), ("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n", "200")] {
        stream.write_all(bytes.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !String::from_utf8_lossy(&answer).ends_with('}') {
            let mut part = [0; 4096];
            let count = stream.read(&mut part).await.unwrap();
            assert!(count > 0, "{}", String::from_utf8_lossy(&answer));
            answer.extend_from_slice(&part[..count]);
        }
        assert!(String::from_utf8(answer).unwrap().starts_with(&format!("HTTP/1.1 {status}")));
    }
}
