//! Whatever is sent, the caller is told what is wrong with it, and the service goes on.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{LESSON, TOO_THIN, TestApp, problem};

const CREATING: [&str; 2] = ["/api/v1/content/generate", "/api/v1/jobs"];

async fn refused(app: &TestApp, path: &str, content_type: &str, body: Vec<u8>) -> Value {
    let request = app.request(Method::POST, path).header("content-type", content_type).body(body);
    problem(request.send().await.unwrap()).await
}

/// Sends the body to both creating routes and expects that code.
async fn expect(app: &TestApp, body: impl Into<Vec<u8>>, code: &str) -> Value {
    let body = body.into();
    let first = refused(app, CREATING[0], "application/json", body.clone()).await;
    let second = refused(app, CREATING[1], "application/json", body).await;
    assert_eq!((&first["code"], &second["code"]), (&json!(code), &json!(code)), "{first}");
    assert_eq!(app.get("/readyz").await.status(), StatusCode::OK);
    first
}

fn paths(problem: &Value) -> Vec<&str> {
    problem["errors"].as_array().unwrap().iter().map(|error| error["path"].as_str().unwrap()).collect()
}

fn with_text(text: &str) -> Vec<u8> {
    json!({ "syllabus_text": text }).to_string().into_bytes()
}

#[tokio::test]
async fn what_is_no_json_is_malformed() {
    let app = TestApp::start().await;
    for body in
        ["", " ", "{", "{\"syllabus_text\": }", "[1,]", "{} {}", "{\"a\":1,\"a\":2}", "NaN", "\"\\ud800\""]
    {
        expect(&app, body, "malformed_json").await;
    }
    let invalid_utf8 = [b"{\"syllabus_text\":\"".as_slice(), &[0xff, 0xfe], b"\"}"].concat();
    let problem = expect(&app, invalid_utf8, "malformed_json").await;
    assert!(problem["detail"].as_str().unwrap().contains("offset 18"), "{problem}");
}

#[tokio::test]
async fn json_of_a_hundred_thousand_levels_is_malformed_and_harms_nobody() {
    let app = TestApp::start().await;
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let inner = if open == "[" { "" } else { "1" };
        let deep = format!("{}{inner}{}", open.repeat(100_000), close.repeat(100_000));
        expect(&app, deep.clone(), "malformed_json").await;
        expect(&app, format!("{{\"syllabus_text\": {deep}}}"), "malformed_json").await;
    }
}

#[tokio::test]
async fn a_text_of_49_characters_is_too_short_and_50_are_read() {
    let app = TestApp::start().await;
    for short in ["", "é".repeat(49).as_str()] {
        let problem = expect(&app, with_text(short), "invalid_request").await;
        assert_eq!(paths(&problem)[0], "/syllabus_text");
    }
    expect(&app, with_text(&"é".repeat(50)), "source_too_thin").await;
    let blank = expect(&app, with_text(&" ".repeat(60)), "invalid_request").await;
    assert_eq!(paths(&blank), ["/syllabus_text"]);
}

#[tokio::test]
async fn a_text_of_200_001_characters_is_too_long_and_not_sent_back() {
    let app = TestApp::start().await;
    let problem = expect(&app, with_text(&"é".repeat(200_001)), "invalid_request").await;
    assert_eq!(paths(&problem), ["/syllabus_text"]);
    assert!(problem.to_string().len() < 1000, "{problem}");
    let at_the_bound = refused(&app, CREATING[1], "application/json", with_text(&"é".repeat(200_000))).await;
    assert_eq!(at_the_bound["code"], "source_too_thin", "{at_the_bound}");
}

#[tokio::test]
async fn a_nul_in_a_text_is_refused_with_its_place() {
    let app = TestApp::start().await;
    let problem = expect(&app, with_text(&format!("{}\0{LESSON}", "é".repeat(7))), "invalid_request").await;
    assert_eq!(paths(&problem), ["/syllabus_text"]);
    assert!(problem["detail"].as_str().unwrap().contains("character 7"), "{problem}");
}

#[tokio::test]
async fn every_violation_is_listed_at_once_with_its_place() {
    let app = TestApp::start().await;
    let body = json!({
        "syllabus_text": 7, "kinds": ["faqs", "poem"], "target_duration": 61, "colour": "red", "a/b": 1,
        "language": "no language", "priority": "urgent",
    });
    let problem = expect(&app, body.to_string(), "invalid_request").await;
    let mut paths = paths(&problem);
    paths.sort_unstable();
    let expected = ["", "/kinds/1", "/language", "/priority", "/syllabus_text", "/target_duration"];
    assert_eq!(paths, expected, "{problem}");
    assert!(problem.to_string().contains("colour, a/b"), "{problem}");
}

#[tokio::test]
async fn what_is_json_and_no_request_is_invalid() {
    let app = TestApp::start().await;
    for body in ["null", "[]", "7", "\"text\"", "{}", "{\"syllabus_text\":null}"] {
        expect(&app, body, "invalid_request").await;
    }
}

#[tokio::test]
async fn a_text_that_carries_no_outline_is_too_thin() {
    let app = TestApp::start().await;
    expect(&app, with_text(TOO_THIN), "source_too_thin").await;
    let listed: Value = app.get("/api/v1/jobs").await.json().await.unwrap();
    assert_eq!(listed["items"], json!([]), "a refused request leaves no job behind");
}

#[tokio::test]
async fn a_topic_alone_and_another_language_need_a_model() {
    let app = TestApp::start().await;
    let topic = expect(&app, json!({ "topic": "Photosynthesis" }).to_string(), "invalid_request").await;
    assert_eq!(paths(&topic), ["/topic"]);
    let language = json!({ "syllabus_text": LESSON, "language": "es" }).to_string();
    let language = expect(&app, language, "invalid_request").await;
    assert_eq!(paths(&language), ["/language"]);
}

#[tokio::test]
async fn another_content_type_is_not_supported() {
    let app = TestApp::start().await;
    for content_type in
        ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"]
    {
        let problem = refused(&app, CREATING[0], content_type, with_text(LESSON)).await;
        assert_eq!(problem["code"], "unsupported_media_type", "{content_type}");
    }
    let bare = app.request(Method::POST, CREATING[0]).body(with_text(LESSON)).send().await.unwrap();
    assert_eq!(problem(bare).await["code"], "unsupported_media_type");
}

#[tokio::test]
async fn a_body_beyond_the_bound_is_too_large_whether_or_not_its_length_was_announced() {
    let app = TestApp::with(|config| config.server.max_body_bytes = 2000).await;
    let large = refused(&app, CREATING[0], "application/json", vec![b' '; 2001]).await;
    assert_eq!(large["code"], "payload_too_large");
    assert!(large["detail"].as_str().unwrap().contains("2000"));
    let at_the_bound = refused(&app, CREATING[0], "application/json", vec![b' '; 2000]).await;
    assert_eq!(at_the_bound["code"], "malformed_json");
    let parts =
        futures_util::stream::iter([1500, 1500].map(|length| Ok::<_, std::io::Error>(vec![b' '; length])));
    let request = app.request(Method::POST, CREATING[0]).header("content-type", "application/json");
    let response = request.body(reqwest::Body::wrap_stream(parts)).send().await.unwrap();
    assert_eq!(problem(response).await["code"], "payload_too_large");
}

#[tokio::test]
async fn paths_and_methods_that_are_not_there_are_problems_too() {
    let app = TestApp::start().await;
    for path in [
        "/",
        "/nope",
        "/api/v1",
        "/api/v1/nope",
        "/api/v1/jobs/",
        "/api/v1/jobs/7",
        "/api/v1/jobs/7/content/faqs",
    ] {
        assert_eq!(problem(app.get(path).await).await["code"], "not_found", "{path}");
    }
    for (method, path, allow) in [
        (Method::PUT, "/api/v1/jobs", "POST,GET,HEAD"),
        (Method::POST, "/healthz", "GET,HEAD"),
        (Method::GET, "/api/v1/content/generate", "POST"),
    ] {
        let response = app.request(method, path).send().await.unwrap();
        assert_eq!(response.headers()["allow"], allow);
        assert_eq!(problem(response).await["code"], "method_not_allowed", "{path}");
    }
}

#[tokio::test]
async fn wrong_parameters_and_headers_name_themselves() {
    let app = TestApp::start().await;
    for (query, path) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("status=odd", "status"),
        ("cursor=odd", "cursor"),
        ("owner=odd", "owner"),
    ] {
        let problem = problem(app.get(&format!("/api/v1/jobs?{query}")).await).await;
        assert_eq!(
            (problem["code"].as_str(), paths(&problem)),
            (Some("invalid_request"), vec![path]),
            "{query}"
        );
    }
    assert_eq!(problem(app.get("/api/v1/jobs?colour=red").await).await["code"], "invalid_request");
    let request = app.request(Method::POST, CREATING[1]).header("idempotency-key", "a b");
    let response = request.json(&json!({ "syllabus_text": LESSON })).send().await.unwrap();
    assert_eq!(paths(&problem(response).await), ["Idempotency-Key"]);
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_query_is_listed_at_once() {
    let app = TestApp::start().await;
    for (query, expected) in [
        (
            "/api/v1/jobs?limit=0&status=odd&owner=7&created_after=soon&created_before=later&colour=red&a%20b=",
            vec!["status", "owner", "created_after", "created_before", "limit", "colour", "a b"],
        ),
        ("/api/v1/jobs?limit=5&limit=6&cursor=a&cursor=b", vec!["limit", "cursor"]),
        ("/api/v1/webhooks/deliveries?status=odd&limit=101&owner=x", vec!["status", "limit", "owner"]),
        ("/api/v1/jobs/01a1fbe7-78f4-7668-aeaa-e5f8bd47993c?include=all&x=1", vec!["include", "x"]),
        (
            "/api/v1/jobs/01a1fbe7-78f4-7668-aeaa-e5f8bd47993c/export?format=odd&kinds=faqs,poem&y",
            vec!["format", "kinds", "y"],
        ),
        ("/api/v1/jobs/01a1fbe7-78f4-7668-aeaa-e5f8bd47993c/export?format=record&kinds=faqs", vec!["kinds"]),
    ] {
        let problem = problem(app.get(query).await).await;
        assert_eq!(problem["code"], "invalid_request", "{query}");
        assert_eq!(paths(&problem), expected, "{query}");
        let errors = problem["errors"].as_array().unwrap();
        assert!(errors.iter().all(|error| !error["message"].as_str().unwrap().is_empty()), "{problem}");
    }
    let flood = format!("/api/v1/jobs?{}", "x&y=1&".repeat(1000) + &"z".repeat(3000));
    let problem = problem(app.get(&flood).await).await;
    assert_eq!(paths(&problem), ["x", "y", &"z".repeat(64)]);
}

#[tokio::test]
async fn everything_that_is_wrong_with_what_enables_an_address_is_listed_at_once() {
    let app = TestApp::start().await;
    let wrong = app.post("/api/v1/webhooks", &json!({ "enable": 7, "enabel": "x", "url": "y" })).await;
    assert_eq!(paths(&problem(wrong).await), ["/enabel", "/url", "/enable"]);
    let listed = app.post("/api/v1/webhooks", &json!([])).await;
    assert_eq!(problem(listed).await["errors"], json!([{ "path": "", "message": "must be an object" }]));
}

#[tokio::test]
async fn a_body_that_would_have_to_be_unpacked_is_not_supported() {
    let app = TestApp::start().await;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut packed, &vec![b' '; 16 * 1024 * 1024]).unwrap();
    let bomb = packed.finish().unwrap();
    let send = async |path: &str, coding: &str| {
        let request = app.request(Method::POST, path).header("content-type", "application/json");
        request.header("content-encoding", coding).body(bomb.clone()).send().await.unwrap()
    };
    for path in ["/api/v1/content/generate", "/api/v1/jobs", "/api/v1/batches", "/api/v1/webhooks"] {
        for coding in ["gzip", "br", "zstd", "identity, gzip", "nonsense", ""] {
            assert_eq!(problem(send(path, coding).await).await["code"], "unsupported_media_type", "{coding}");
        }
        assert_eq!(problem(send(path, "Identity").await).await["code"], "malformed_json", "{path}");
    }
}
