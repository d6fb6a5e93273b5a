//! HTTP/2, spoken by a client that knows it and by one that misuses it.

use jiff::SignedDuration;
use reqwest::{Client, Method, StatusCode, Version};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::wire::{connect, read_to_end, until_metric};
use crate::support::{TestApp, in_time, problem};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Types of frames. Source: RFC 9113, section 6, read November 2026.
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const GOODBYE: u8 = 7;
/// Errors. Source: RFC 9113, section 7.
const REFUSED_STREAM: u8 = 7;
const CALM_DOWN: u8 = 11;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The head of a request; the fields are of the static table or plain (RFC 7541, appendix A).
fn head(key: &str) -> Vec<u8> {
    let literal = |index: u8, value: &str| {
        assert!(value.len() < 127, "longer ones are written in another way");
        let mut field = vec![0x40 | index, u8::try_from(value.len()).unwrap()];
        field.extend_from_slice(value.as_bytes());
        field
    };
    let mut block = vec![0x83, 0x86];
    block.extend(literal(4, "/api/v1/content/generate"));
    block.extend(literal(1, "x"));
    block.extend(literal(23, &format!("Bearer {key}")));
    block.extend(literal(31, "application/json"));
    block
}

async fn connected(app: &TestApp) -> TcpStream {
    let mut stream = connect(app).await;
    stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()).await.unwrap();
    stream
}

/// Reads frames to the first of a kind; gives its stream and payload.
async fn until_frame(stream: &mut TcpStream, kind: u8) -> (u32, Vec<u8>) {
    let reading = async {
        loop {
            let mut head = [0; 9];
            stream.read_exact(&mut head).await.unwrap();
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let mut payload = vec![0; usize::try_from(length).unwrap()];
            stream.read_exact(&mut payload).await.unwrap();
            if head[3] == kind && (kind != SETTINGS || head[4] == 0) {
                return (u32::from_be_bytes([head[5], head[6], head[7], head[8]]), payload);
            }
        }
    };
    in_time(&format!("a frame of kind {kind}"), reading).await
}

#[tokio::test]
async fn the_whole_service_is_there_over_http_2() {
    let mut app = TestApp::start().await;
    app.client = Client::builder().no_proxy().http2_prior_knowledge().build().unwrap();
    let kinds = app.get("/api/v1/kinds").await;
    assert_eq!((kinds.version(), kinds.status()), (Version::HTTP_2, StatusCode::OK));
    assert_eq!(app.generate().await["status"], "completed");
    let refused = app.anonymous(Method::GET, "/api/v1/jobs").send().await.unwrap();
    assert_eq!(problem(refused).await["code"], "unauthenticated");
    let listed: Vec<_> = (0..50).map(|_| app.get("/api/v1/jobs?limit=1")).collect();
    for answer in futures_util::future::join_all(listed).await {
        assert_eq!(answer.json::<Value>().await.unwrap()["items"].as_array().unwrap().len(), 1);
    }
    until_metric(&app, "connections{protocol=\"http2\"}", 1).await;
    app.stop().await;
}

#[tokio::test]
async fn a_connection_has_so_many_streams_and_says_so() {
    for (set, expected) in [(None, 64_u8), (Some(3), 3)] {
        let app = TestApp::with(|config| {
            config.server.max_streams = set.unwrap_or(config.server.max_streams);
        })
        .await;
        let mut stream = connected(&app).await;
        let (_, settings) = until_frame(&mut stream, SETTINGS).await;
        let said = settings.chunks(6).find(|setting| setting[..2] == [0, 3]).unwrap();
        assert_eq!(said[2..], [0, 0, 0, expected]);
        stream.write_all(&frame(SETTINGS, 1, 0, &[])).await.unwrap();
        // Bodies that do not come keep their streams open.
        let heads =
            (0..=u32::from(expected)).map(|number| frame(HEADERS, 4, number * 2 + 1, &head(&app.key)));
        stream.write_all(&heads.collect::<Vec<_>>().concat()).await.unwrap();
        let (refused, reason) = until_frame(&mut stream, RESET).await;
        assert_eq!((refused, reason), (u32::from(expected) * 2 + 1, vec![0, 0, 0, REFUSED_STREAM]));
        assert_eq!(app.get("/healthz").await.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_flood_of_resets_ends_the_connection() {
    let app = TestApp::start().await;
    let mut stream = connected(&app).await;
    let flood = (0..2000_u32).flat_map(|number| {
        let stream = number * 2 + 1;
        [frame(HEADERS, 4, stream, &head(&app.key)), frame(RESET, 0, stream, &[0, 0, 0, 8])]
    });
    let _ = stream.write_all(&flood.collect::<Vec<_>>().concat()).await;
    let (_, reason) = until_frame(&mut stream, GOODBYE).await;
    assert_eq!(reason[4..8], [0, 0, 0, CALM_DOWN]);
    drop(stream);
    until_metric(&app, "connections{protocol=\"http2\"}", 0).await;
    assert_eq!(app.get("/healthz").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_connection_without_streams_is_bidden_goodbye() {
    let short = SignedDuration::from_millis(400);
    let app = TestApp::with(|config| {
        (config.server.idle_timeout, config.server.header_timeout) = (SignedDuration::from_mins(10), short);
    })
    .await;
    // It never had a request, so that the time of a first head counts.
    let mut unused = connected(&app).await;
    until_frame(&mut unused, GOODBYE).await;
    read_to_end(&mut unused).await;
    let app = TestApp::with(|config| config.server.idle_timeout = short).await;
    let mut used = connected(&app).await;
    let get = [0x82, 0x86, 0x84, 0x41, 1, b'x'];
    used.write_all(&frame(HEADERS, 5, 1, &get)).await.unwrap();
    until_frame(&mut used, HEADERS).await;
    until_frame(&mut used, GOODBYE).await;
    read_to_end(&mut used).await;
    until_metric(&app, "connections{protocol=\"http2\"}", 0).await;
}
