//! What `/metrics` says of a running service, and to whom.

use content_factory::auth::Secret;
use content_factory::config::Writer;
use content_factory::llm::ProviderName;
use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::job_faults::place;
use crate::support::llm_simulator::Simulator;
use crate::support::llm_simulator::fault::{Fault, Script};
use crate::support::{LESSON, Receiver, TestApp, problem};

async fn scrape(app: &TestApp) -> String {
    let scraped = app.anonymous(Method::GET, "/metrics").send().await.unwrap();
    assert_eq!(scraped.status(), StatusCode::OK);
    scraped.text().await.unwrap()
}

/// Scrapes until all those lines are there. Each scrape goes through the whole service, so it is no
/// busy loop; a line that never comes ends with what there was instead.
async fn until(app: &TestApp, lines: &[&str]) -> String {
    let begun = std::time::Instant::now();
    loop {
        let text = scrape(app).await;
        if lines.iter().all(|line| text.lines().any(|scraped| scraped == *line)) {
            return text;
        }
        assert!(begun.elapsed().as_secs() < 60, "{lines:?} did not come:\n{text}");
    }
}

#[tokio::test]
async fn jobs_that_wait_are_counted_by_priority_and_leave_the_count_when_they_go() {
    let simulator = Simulator::fast().await.unwrap();
    simulator.script(Script::always(Fault::HangBeforeHeaders));
    let app = TestApp::with(|config| {
        config.writer = Writer::Gemini;
        place(config, ProviderName::Gemini, &simulator);
        (config.workers.min, config.workers.max) = (1, 1);
        config.workers.grace = SignedDuration::ZERO;
    })
    .await;
    let submit = async |priority: &str| {
        let body = json!({ "syllabus_text": LESSON, "kinds": ["faqs"], "priority": priority });
        let created = app.post("/api/v1/jobs", &body).await;
        assert_eq!(created.status(), StatusCode::CREATED);
        created.json::<serde_json::Value>().await.unwrap()["job_id"].as_str().unwrap().to_owned()
    };
    submit("normal").await;
    until(&app, &["jobs{status=\"running\"} 1", "parallel_active_workers 1"]).await;
    let mut waiting = Vec::new();
    for priority in ["high", "normal", "low", "normal", "low", "normal"] {
        waiting.push(submit(priority).await);
    }
    let depth = |priority: &str, depth: usize| format!("job_queue_depth{{priority=\"{priority}\"}} {depth}");
    let all = [depth("high", 1), depth("normal", 3), depth("low", 2), "jobs{status=\"queued\"} 6".to_owned()];
    until(&app, &all.each_ref().map(String::as_str)).await;
    let gone = app.request(Method::DELETE, &format!("/api/v1/jobs/{}", waiting[1])).send().await.unwrap();
    assert!(gone.status().is_success());
    app.post(&format!("/api/v1/jobs/{}/cancel", waiting[0]), &json!({})).await;
    let left =
        [depth("high", 0), depth("normal", 2), depth("low", 2), "jobs{status=\"queued\"} 4".to_owned()];
    until(&app, &left.each_ref().map(String::as_str)).await;
    app.stop().await;
}

#[tokio::test]
async fn a_package_shows_its_steps_and_its_scores() {
    let app = TestApp::start().await;
    let job = app.generate().await;
    // Each of eight pieces begins and is done, and the job ends.
    let text = until(&app, &["progress_updates_total 17", "parallel_active_workers 0"]).await;
    assert!(text.contains("jobs{status=\"completed\"} 1"), "{text}");
    for aspect in ["overall", "readability", "structure", "relevance", "engagement", "format_compliance"] {
        let Some(score) = job["quality"][aspect].as_f64() else {
            // Where a score is not computed, nothing is counted.
            assert!(!["structure", "format_compliance"].contains(&aspect), "{job}");
            assert!(!text.contains(&format!("aspect=\"{aspect}\"")), "{aspect}");
            continue;
        };
        let line = format!("content_quality_score_sum{{aspect=\"{aspect}\"}} ");
        let shown: f64 =
            text.lines().find_map(|scraped| scraped.strip_prefix(&line)).unwrap().parse().unwrap();
        assert!((shown - score).abs() < 1e-9, "{aspect}: {shown} {score}");
    }
}

#[tokio::test]
async fn what_came_of_notifications_is_counted() {
    let app = TestApp::with(|config| config.webhooks.allow_loopback = true).await;
    let mut receivers =
        [Receiver::answering(204).await, Receiver::answering(500).await, Receiver::answering(410).await];
    for receiver in &mut receivers {
        let body = json!({ "syllabus_text": LESSON, "kinds": ["faqs"], "callback_url": receiver.url });
        assert_eq!(app.post("/api/v1/jobs", &body).await.status(), StatusCode::CREATED);
        receiver.next().await;
    }
    let outcomes = [
        "webhook_notifications_total{outcome=\"delivered\"} 1",
        "webhook_notifications_total{outcome=\"status\"} 1",
        "webhook_notifications_total{outcome=\"gone\"} 1",
        // Who wants no more is given up at once.
        "webhook_dead_letters_total 1",
    ];
    until(&app, &outcomes).await;
}

#[tokio::test]
async fn the_tokens_of_prompts_are_counted_as_the_vendor_reported_them() {
    let simulator = Simulator::fast().await.unwrap();
    let app = TestApp::with(|config| {
        config.writer = Writer::OpenAi;
        place(config, ProviderName::OpenAi, &simulator);
    })
    .await;
    let body = json!({ "syllabus_text": LESSON, "kinds": ["faqs"] });
    let job: serde_json::Value = app.post("/api/v1/content/generate", &body).await.json().await.unwrap();
    let calls = simulator.ledger().calls;
    let (sum, count) = (
        format!("prompt_token_usage_sum {}", job["metadata"]["usage"]["input_tokens"]),
        format!("prompt_token_usage_count {calls}"),
    );
    until(&app, &[&sum, &count]).await;
}

#[tokio::test]
async fn metrics_token_keeps_metrics_for_those_who_have_it_and_nothing_else() {
    let token = "a-token-of-prometheus-0123456789";
    let app = TestApp::with(|config| config.server.metrics_token = Secret::new(token)).await;
    let as_whom = async |presented: &str| {
        app.anonymous(Method::GET, "/metrics").header("authorization", presented).send().await.unwrap()
    };
    let bare = app.anonymous(Method::GET, "/metrics").send().await.unwrap();
    assert_eq!(bare.headers()["www-authenticate"], "Bearer");
    assert_eq!(problem(bare).await["code"], "unauthenticated");
    for wrong in ["Bearer ", "Bearer a-token-of-prometheus-012345678", token, &format!("Bearer {}", app.key)]
    {
        assert_eq!(as_whom(wrong).await.status(), StatusCode::UNAUTHORIZED, "{wrong}");
    }
    let scraped = as_whom(&format!("Bearer {token}")).await;
    assert_eq!(scraped.status(), StatusCode::OK);
    assert!(scraped.text().await.unwrap().contains("http_requests_total"));
    assert_eq!(app.anonymous(Method::GET, "/healthz").send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn metrics_address_is_where_metrics_are_and_they_are_nowhere_else_then() {
    let app = TestApp::with(|config| {
        config.server.metrics_address = Some("127.0.0.1:0".parse().unwrap());
        config.server.metrics_token = Secret::new("a-token-of-prometheus-0123456789");
    })
    .await;
    assert_eq!(problem(app.get("/metrics").await).await["code"], "not_found");
    let own = app.metrics_address.clone().unwrap();
    let at = async |path: &str| {
        let request = app.client.get(format!("{own}{path}"));
        request.bearer_auth("a-token-of-prometheus-0123456789").send().await.unwrap()
    };
    let scraped = at("/metrics").await;
    assert_eq!(scraped.status(), StatusCode::OK);
    assert!(scraped.text().await.unwrap().contains("http_requests_total"));
    // Nobody who may scrape can reach anything else there.
    for path in ["/healthz", "/api/v1/kinds", "/api/v1/jobs"] {
        assert_eq!(problem(at(path).await).await["code"], "not_found", "{path}");
    }
    let open = app.client.get(format!("{own}/metrics")).send().await.unwrap();
    assert_eq!(problem(open).await["code"], "unauthenticated");
    let client = app.client.clone();
    app.stop().await;
    assert!(client.get(format!("{own}/metrics")).send().await.is_err(), "it ends with the service");
}
