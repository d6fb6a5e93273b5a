//! Which pages of other origins may call, as browsers find out.

use reqwest::{Method, Response, StatusCode};

use crate::support::{Program, RequestBuilder, TestApp, problem, unfinished};

const STUDIO: &str = "https://studio.example.org";
const LOCAL: &str = "http://localhost:5173";
const STRANGERS: [&str; 7] = [
    "https://evil.example",
    "null",
    "http://studio.example.org",
    "https://studio.example.org:8443",
    "https://studio.example.org.evil.example",
    "https://sub.studio.example.org",
    "https://STUDIO.example.org",
];

async fn app() -> TestApp {
    TestApp::with(|config| {
        config.cors.allowed_origins = vec![STUDIO.to_owned(), LOCAL.to_owned()];
        config.cors.max_age = jiff::SignedDuration::from_secs(77);
    })
    .await
}

/// The question of a browser before a call.
fn question(app: &TestApp, origin: &str, path: &str) -> RequestBuilder {
    let question = app.anonymous(Method::OPTIONS, path).header("origin", origin);
    question
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization")
}

fn says_nothing(response: &Response, what: &str) {
    let names = response.headers().keys().map(|name| name.as_str());
    let about: Vec<&str> = names.filter(|name| name.starts_with("access-control")).collect();
    assert_eq!(about, [""; 0], "{what}");
}

fn list<'a>(response: &'a Response, name: &str) -> Vec<&'a str> {
    response.headers()[name].to_str().unwrap().split(", ").collect()
}

#[tokio::test]
async fn a_browser_that_asks_for_a_page_of_the_list_is_told_what_the_page_may_do() {
    let app = app().await;
    for (origin, path) in [(STUDIO, "/api/v1/jobs"), (LOCAL, "/api/v1/jobs/x/cancel"), (STUDIO, "/healthz")] {
        let answer = question(&app, origin, path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{path}");
        assert_eq!(answer.headers()["access-control-allow-origin"], origin);
        assert_eq!(answer.headers()["access-control-max-age"], "77");
        assert!(!answer.headers().contains_key("access-control-allow-credentials"));
        assert_eq!(list(&answer, "vary"), ["Origin"]);
        assert_eq!(list(&answer, "access-control-allow-methods"), ["DELETE", "GET", "POST"]);
        let headers = list(&answer, "access-control-allow-headers");
        for header in ["authorization", "x-api-key", "content-type", "idempotency-key", "last-event-id"] {
            assert!(headers.contains(&header), "{header}");
        }
        assert_eq!(answer.headers()["x-frame-options"], "DENY");
    }
}

#[tokio::test]
async fn a_page_of_the_list_reads_every_answer_also_refusals() {
    let app = TestApp::with(|config| {
        config.cors.allowed_origins = vec![STUDIO.to_owned()];
        config.server.max_concurrent_requests = 1;
    })
    .await;
    let readable = async |request: RequestBuilder, status: u16| {
        let answer = request.header("origin", STUDIO).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        assert_eq!(answer.headers()["access-control-allow-origin"], STUDIO, "{status}");
        let exposed = list(&answer, "access-control-expose-headers");
        for header in ["x-request-id", "location", "etag", "retry-after", "ratelimit", "ratelimit-policy"] {
            assert!(exposed.contains(&header), "{header}");
        }
        assert!(answer.headers().get_all("vary").iter().any(|vary| vary == "Origin"), "{status}");
    };
    readable(app.request(Method::GET, "/api/v1/jobs"), 200).await;
    readable(app.anonymous(Method::GET, "/api/v1/jobs"), 401).await;
    readable(app.request(Method::GET, "/nope"), 404).await;
    readable(app.request(Method::OPTIONS, "/api/v1/jobs"), 405).await;
    readable(app.request(Method::GET, "/api/v1/jobs?limit=0"), 422).await;
    let open = unfinished(&app).await;
    readable(app.request(Method::GET, "/api/v1/jobs"), 503).await;
    drop(open);
}

#[tokio::test]
async fn any_other_origin_is_answered_like_everybody_and_its_page_reads_nothing() {
    let app = app().await;
    for origin in STRANGERS {
        let answer = question(&app, origin, "/api/v1/jobs").send().await.unwrap();
        says_nothing(&answer, origin);
        assert_eq!(answer.headers()["allow"], "POST,GET,HEAD");
        assert_eq!(problem(answer).await["code"], "method_not_allowed", "{origin}");
        let answer = app.request(Method::GET, "/api/v1/jobs").header("origin", origin).send().await.unwrap();
        says_nothing(&answer, origin);
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["vary"], "Origin", "a cache must not give this to a page of the list");
    }
    let without = app.get("/api/v1/jobs").await;
    says_nothing(&without, "no origin");
}

#[tokio::test]
async fn without_a_list_nothing_is_said() {
    let app = TestApp::start().await;
    let asked = question(&app, STUDIO, "/api/v1/jobs").send().await.unwrap();
    says_nothing(&asked, "a question");
    assert_eq!(problem(asked).await["code"], "method_not_allowed");
    let answer = app.request(Method::GET, "/api/v1/jobs").header("origin", STUDIO).send().await.unwrap();
    says_nothing(&answer, "an answer");
    assert!(!answer.headers().contains_key("vary"));
}

#[tokio::test]
async fn origins_come_from_the_environment_and_patterns_are_refused() {
    let program = Program::new();
    let check = async |origins: &str| {
        let variables =
            [("CONTENT_FACTORY_CORS__ALLOWED_ORIGINS", origins), ("CONTENT_FACTORY_CORS__MAX_AGE", "1h")];
        program.run_with(&["check-config"], &variables, b"").await
    };
    let taken = check("https://a.example, http://localhost:3000").await;
    assert_eq!(taken.code, Some(0), "{}", taken.err);
    let settings: toml::Table = taken.out.parse().unwrap();
    assert_eq!(settings["cors"]["allowed_origins"].as_array().unwrap().len(), 2);
    for origins in ["*", "https://*.example", "https://a.example/", "a.example"] {
        let refused = check(origins).await;
        assert_eq!(refused.code, Some(2), "{origins}");
        assert!(refused.err.contains("cors.allowed_origins"), "{}", refused.err);
    }
}
