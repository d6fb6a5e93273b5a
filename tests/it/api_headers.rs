//! What every answer says to browsers and caches, on every route and whatever was wrong.

use std::collections::BTreeSet;

use content_factory::api::{Route, Timing, routes};
use content_factory::auth::Scope;
use reqwest::{Method, Response, StatusCode};

use crate::support::{TestApp, unfinished};

const NOBODY: &str = "01a1fbe7-78f4-7668-aeaa-e5f8bd47993c";

/// What stands on every answer, with a word of its value.
const ALWAYS: [(&str, &str); 8] = [
    ("content-security-policy", "default-src 'none'"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("permissions-policy", "camera=()"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-request-id", ""),
];

fn path(route: &Route, id: &str) -> String {
    route.path.replace("{id}", id).replace("{kind}", "faqs").replace("{file}", "init.js")
}

/// Checks what all answers have in common, and gives the status.
fn checked(response: &Response, what: &str) -> u16 {
    let headers = response.headers();
    for (name, value) in ALWAYS {
        let given: Vec<_> = headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect();
        assert!(given.len() == 1 && given[0].contains(value), "{what}: {name}: {given:?}");
    }
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{what}: {policy}");
    assert_eq!(headers.get_all("cache-control").iter().count(), 1, "{what}");
    for tells in ["server", "x-powered-by", "strict-transport-security", "access-control-allow-origin"] {
        assert!(!headers.contains_key(tells), "{what}: {tells}");
    }
    response.status().as_u16()
}

async fn with_body(app: &TestApp, route: &Route, content_type: &str, body: &str) -> Response {
    let request = app.request(route.method.clone(), &path(route, NOBODY));
    request.header("content-type", content_type).body(body.to_owned()).send().await.unwrap()
}

#[tokio::test]
async fn every_answer_bears_them_all_and_names_no_server() {
    let app = TestApp::with(|config| config.server.max_body_bytes = 20_000).await;
    let reader = app.make_key(&[Scope::Read]).await;
    let job = app.generate().await["job_id"].as_str().unwrap().to_owned();
    let mut statuses = BTreeSet::new();
    let mut check = |response: Response, what: &str| {
        statuses.insert(checked(&response, what));
    };
    let large = "x".repeat(20_001);
    for route in routes() {
        let named = format!("{} {}", route.method, route.path);
        let bare = app.anonymous(route.method.clone(), &path(&route, NOBODY));
        check(bare.send().await.unwrap(), &format!("{named} without a key"));
        let reading = app.anonymous(route.method.clone(), &path(&route, NOBODY)).bearer_auth(&reader);
        check(reading.send().await.unwrap(), &format!("{named} with a reader's key"));
        if route.method == Method::GET {
            check(app.get(&path(&route, &job)).await, &named);
            check(app.get(&format!("{}?no=1", path(&route, &job))).await, &format!("{named}?no=1"));
        }
        if route.method == Method::POST {
            check(with_body(&app, &route, "text/plain", "{}").await, &format!("{named} with text"));
            check(with_body(&app, &route, "application/json", "{").await, &format!("{named} with no JSON"));
            check(with_body(&app, &route, "application/json", "{}").await, &format!("{named} with nothing"));
            check(with_body(&app, &route, "application/json", &large).await, &format!("{named} with much"));
        }
        for method in [Method::PATCH, Method::OPTIONS, Method::TRACE] {
            let wrong = app.request(method.clone(), &path(&route, &job)).send().await.unwrap();
            assert_eq!(wrong.status(), StatusCode::METHOD_NOT_ALLOWED, "{method} {named}");
            check(wrong, &format!("{method} {named}"));
        }
    }
    for nowhere in ["/", "/nope", "/api/v1/jobs/"] {
        check(app.get(nowhere).await, nowhere);
    }
    let kinds = app.get("/api/v1/kinds").await.headers()["etag"].clone();
    let again = app.request(Method::GET, "/api/v1/kinds").header("if-none-match", kinds);
    check(again.send().await.unwrap(), "what is known already");
    let reached: Vec<u16> = statuses.into_iter().collect();
    assert_eq!(reached, [200, 201, 304, 400, 401, 403, 404, 405, 413, 415, 422]);
}

#[tokio::test]
async fn what_is_shed_bears_them_too() {
    let app = TestApp::with(|config| config.server.max_concurrent_requests = 1).await;
    let open = unfinished(&app).await;
    for route in routes() {
        let response = app.request(route.method.clone(), &path(&route, NOBODY)).send().await.unwrap();
        let status = checked(&response, route.path);
        assert_eq!(status == 503, route.timing != Timing::Probe, "{route:?}");
    }
    drop(open);
}

#[tokio::test]
async fn metrics_at_an_address_of_their_own_bear_them() {
    let app =
        TestApp::with(|config| config.server.metrics_address = Some("127.0.0.1:0".parse().unwrap())).await;
    let address = app.metrics_address.clone().unwrap();
    for (path, status) in [("/metrics", 200), ("/nope", 404)] {
        let response = app.client.get(format!("{address}{path}")).send().await.unwrap();
        assert_eq!(checked(&response, path), status);
    }
}

#[tokio::test]
async fn hsts_is_said_where_the_settings_say_that_there_is_tls() {
    let app = TestApp::with(|config| config.server.hsts = true).await;
    for path in ["/healthz", "/api/v1/jobs", "/nope"] {
        let response = app.anonymous(Method::GET, path).send().await.unwrap();
        let value = response.headers()["strict-transport-security"].to_str().unwrap();
        assert_eq!(value, "max-age=63072000; includeSubDomains", "{path}");
    }
}

#[tokio::test]
async fn hsts_is_said_where_a_trusted_proxy_says_that_there_is_tls() {
    let trusting =
        TestApp::with(|config| config.server.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()]);
    for (app, is_said) in [(trusting.await, true), (TestApp::start().await, false)] {
        let over_tls = app.anonymous(Method::GET, "/healthz").header("x-forwarded-proto", "https");
        let over_tls = over_tls.send().await.unwrap();
        assert_eq!(over_tls.headers().contains_key("strict-transport-security"), is_said);
        let in_the_clear = app.anonymous(Method::GET, "/healthz").send().await.unwrap();
        assert!(!in_the_clear.headers().contains_key("strict-transport-security"));
    }
}

/// How the answer of each reading route may be kept, once its job has ended.
fn caching(route: &Route) -> &'static str {
    let of_a_job = ["source", "content", "content/{kind}", "export", ""];
    match route.path.strip_prefix("/api/v1/jobs/{id}").map(|rest| rest.trim_start_matches('/')) {
        Some(rest) if of_a_job.contains(&rest) => "private, no-cache",
        _ if ["/api/v1/kinds", "/openapi.json", "/docs", "/docs/{file}"].contains(&route.path) => {
            "public, max-age=300"
        }
        _ => "no-store",
    }
}

#[tokio::test]
async fn only_what_stays_as_it_is_may_be_kept() {
    let app = TestApp::start().await;
    let job = app.generate().await["job_id"].as_str().unwrap().to_owned();
    app.post("/api/v1/webhooks", &serde_json::json!({})).await;
    for route in routes().into_iter().filter(|route| route.method == Method::GET) {
        // These take an id of something else than a job, and are no content of one.
        if ["/api/v1/batches/{id}", "/api/v1/admin/keys/{id}"].contains(&route.path) {
            continue;
        }
        let response = app.get(&path(&route, &job)).await;
        assert_eq!(response.status(), StatusCode::OK, "{route:?}");
        let headers = response.headers();
        assert_eq!(headers["cache-control"], caching(&route), "{route:?}");
        assert_eq!(headers.contains_key("etag"), caching(&route) != "no-store", "{route:?}");
        let varies: Vec<_> = headers.get_all("vary").iter().map(|vary| vary.to_str().unwrap()).collect();
        let is_of_a_key = caching(&route) == "private, no-cache";
        assert_eq!(varies.contains(&"Authorization, X-API-Key"), is_of_a_key, "{route:?}");
    }
}
