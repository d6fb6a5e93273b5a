//! How much a caller may do: what counts, what a refusal says, and what is left afterwards.

use std::collections::BTreeMap;

use content_factory::auth::Scope;
use content_factory::clock::Clock;
use content_factory::config::Config;
use content_factory::store::MemoryStore;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{LESSON, TestApp, problem, thin_lesson};

const GENERATE: &str = "/api/v1/content/generate";
const JOBS: &str = "/api/v1/jobs";

async fn limited(change: impl FnOnce(&mut Config)) -> TestApp {
    TestApp::with(|config| {
        config.limits.enabled = true;
        change(config);
    })
    .await
}

/// Lets a test make as many calls as it likes, so that only the day has an end.
fn only_days(config: &mut Config, jobs: u32) {
    config.limits.creates_per_minute_address = 10_000;
    config.limits.creates_per_hour_key = 10_000;
    config.limits.generations_per_day_key = jobs;
}

fn job() -> Value {
    json!({ "syllabus_text": LESSON, "kinds": ["faqs"] })
}

/// Reads a list of strings with whole numbers as parameters, as strictly as RFC 9651 says.
fn listed(response: &Response, header: &str) -> BTreeMap<String, BTreeMap<String, u64>> {
    let mut list = BTreeMap::new();
    for member in response.headers()[header].to_str().unwrap().split(", ") {
        let mut parts = member.split(';');
        let name = parts.next().unwrap().strip_prefix('"').unwrap().strip_suffix('"').unwrap();
        let number = |part: &str| {
            let (key, value) = part.split_once('=').unwrap();
            (key.to_owned(), value.parse::<u64>().unwrap())
        };
        assert!(list.insert(name.to_owned(), parts.map(number).collect()).is_none(), "{member}");
    }
    list
}

/// Checks a refusal, and gives after how many seconds to try again.
async fn refused(response: Response, code: &str, limit: &str) -> u64 {
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    let retry_after = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    let left = &listed(&response, "ratelimit")[limit];
    assert_eq!((left["r"], left["t"]), (0, retry_after), "{limit}");
    let problem = problem(response).await;
    assert_eq!((&problem["code"], &problem["retryable"]), (&json!(code), &json!(true)));
    retry_after
}

#[tokio::test]
async fn the_eleventh_creating_call_of_a_minute_from_an_address_is_refused_whoever_makes_it() {
    let app = limited(|_| {}).await;
    let other = app.make_key(&[Scope::Generate, Scope::Read]).await;
    for (call, key) in [&app.key, &other].into_iter().cycle().take(10).enumerate() {
        let path = [JOBS, GENERATE, "/api/v1/batches"][call % 3];
        let refused = app.anonymous(Method::POST, path).bearer_auth(key).json(&json!({})).send().await;
        let refused = refused.unwrap();
        // What is refused for another reason counts all the same.
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{call}");
        let policy = listed(&refused, "ratelimit-policy");
        assert_eq!((policy["address"]["q"], policy["address"]["w"]), (10, 60));
        assert_eq!((policy["key"]["q"], policy["key"]["w"]), (100, 3600));
        assert_eq!((policy["day"]["q"], policy["day"]["w"]), (50, 86400));
        let left = listed(&refused, "ratelimit");
        assert_eq!(left["address"]["r"], 9 - u64::try_from(call).unwrap());
        assert!((1..=6).contains(&left["address"]["t"]) && left["day"]["r"] == 50, "{left:?}");
    }
    let retry_after = refused(app.post(JOBS, &job()).await, "rate_limited", "address").await;
    assert!((1..=6).contains(&retry_after), "{retry_after}");
    // Whatever makes no jobs has a limit of its own.
    let read = app.get(JOBS).await;
    assert_eq!(read.status(), StatusCode::OK);
    assert_eq!(listed(&read, "ratelimit-policy")["reads"], [("q", 600), ("w", 60)].map(owned).into());
    let metrics = app.get("/metrics").await.text().await.unwrap();
    assert!(metrics.contains("rate_limited_total{limit=\"address\"} 1"), "{metrics}");
}

fn owned((name, number): (&str, u64)) -> (String, u64) {
    (name.to_owned(), number)
}

#[tokio::test]
async fn the_hundred_and_first_creating_call_of_an_hour_by_a_key_is_refused_from_wherever_it_comes() {
    let app = limited(|config| config.server.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let from = async |number: u32| {
        let request = app.request(Method::POST, JOBS).header("x-forwarded-for", format!("10.0.0.{number}"));
        request.json(&json!({})).send().await.unwrap()
    };
    for call in 0..100 {
        assert_eq!(from(call).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "{call}");
    }
    let retry_after = refused(from(100).await, "rate_limited", "key").await;
    assert!((30..=36).contains(&retry_after), "{retry_after}");
    let other = app.make_key(&[Scope::Generate]).await;
    let request = app.anonymous(Method::POST, JOBS).bearer_auth(other).json(&json!({}));
    assert_eq!(request.send().await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_fifty_first_generation_of_a_day_is_refused_until_midnight() {
    let app = limited(|_| {}).await;
    let whole_day = json!({ "requests": vec![job(); 50] });
    let taken = app.post("/api/v1/batches", &whole_day).await;
    assert_eq!(taken.status(), StatusCode::CREATED);
    assert_eq!(listed(&taken, "ratelimit")["day"]["r"], 0);
    let retry_after = refused(app.post(JOBS, &job()).await, "quota_exceeded", "day").await;
    let now = Timestamp::now().to_zoned(TimeZone::UTC);
    let midnight = now.tomorrow().unwrap().start_of_day().unwrap().timestamp();
    let seconds = u64::try_from(midnight.duration_since(now.timestamp()).as_secs()).unwrap();
    assert!((seconds..=seconds + 2).contains(&retry_after), "{retry_after} {seconds}");
    // Another key has a day of its own.
    let other = app.make_key(&[Scope::Generate]).await;
    let made = app.anonymous(Method::POST, JOBS).bearer_auth(other).json(&job()).send().await.unwrap();
    assert_eq!(made.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn a_batch_takes_as_many_as_it_has_and_of_what_is_too_little_nothing() {
    let app = limited(|config| only_days(config, 5)).await;
    let batch =
        async |size: usize| app.post("/api/v1/batches", &json!({ "requests": vec![job(); size] })).await;
    assert_eq!(batch(3).await.status(), StatusCode::CREATED);
    let too_large = batch(3).await;
    assert_eq!(listed(&too_large, "ratelimit")["day"]["r"], 2);
    assert!(too_large.headers().contains_key("retry-after"));
    assert_eq!(problem(too_large).await["code"], "quota_exceeded");
    assert_eq!(batch(2).await.status(), StatusCode::CREATED);
    let jobs: Value = app.get("/api/v1/jobs?limit=100").await.json().await.unwrap();
    assert_eq!(jobs["items"].as_array().unwrap().len(), 5);
    let metrics = app.get("/metrics").await.text().await.unwrap();
    assert!(metrics.contains("rate_limited_total{limit=\"day\"} 1"), "{metrics}");
}

#[tokio::test]
async fn a_repeated_call_counts_as_a_read_also_when_nothing_is_left() {
    let change = |config: &mut Config| {
        only_days(config, 1);
        config.limits.creates_per_minute_address = 2;
    };
    let app = limited(change).await;
    let call = async |body: &Value| {
        app.request(Method::POST, JOBS).header("idempotency-key", "once").json(body).send().await.unwrap()
    };
    let first = call(&job()).await;
    assert_eq!(first.status(), StatusCode::CREATED);
    assert_eq!(listed(&first, "ratelimit")["address"]["r"], 1);
    let first = first.json::<Value>().await.unwrap()["job_id"].clone();
    for _ in 0..5 {
        let again = call(&job()).await;
        assert_eq!(again.status(), StatusCode::CREATED);
        assert!(listed(&again, "ratelimit").contains_key("reads"));
        assert_eq!(again.json::<Value>().await.unwrap()["job_id"], first);
    }
    let other_body = call(&json!({ "syllabus_text": LESSON })).await;
    assert_eq!(problem(other_body).await["code"], "idempotency_mismatch");
    // Neither was the day taken from nor the minute.
    refused(app.post(JOBS, &job()).await, "quota_exceeded", "day").await;
    refused(app.post(JOBS, &job()).await, "rate_limited", "address").await;
    assert_eq!(call(&job()).await.status(), StatusCode::CREATED);
}

/// Tells how many jobs are left of the day.
async fn left_of_day(app: &TestApp) -> u64 {
    let usage: Value = app.get("/api/v1/usage").await.json().await.unwrap();
    let limits = usage["limits"].as_array().unwrap();
    limits.iter().find(|limit| limit["name"] == "day").unwrap()["remaining"].as_u64().unwrap()
}

#[tokio::test]
async fn a_job_that_fails_without_a_piece_is_given_back_once_and_trying_it_again_is_free() {
    let app = limited(|config| only_days(config, 2)).await;
    let failing = json!({ "syllabus_text": thin_lesson(), "kinds": ["flashcards"] });
    let failed = problem(app.post(GENERATE, &failing).await).await;
    let id = failed["job_id"].as_str().unwrap();
    assert_eq!(left_of_day(&app).await, 2);
    let retried = app.post(&format!("/api/v1/jobs/{id}/retry"), &json!({})).await;
    assert_eq!(retried.status(), StatusCode::ACCEPTED);
    ended(&app, id).await;
    assert_eq!(left_of_day(&app).await, 2, "it is given back once");
    // What has a piece is not given back.
    let partial = json!({ "syllabus_text": thin_lesson(), "kinds": ["flashcards", "faqs"] });
    let partial: Value = app.post(GENERATE, &partial).await.json().await.unwrap();
    assert_eq!(partial["status"], "partial");
    assert_eq!(left_of_day(&app).await, 1);
    assert_eq!(app.post(JOBS, &job()).await.status(), StatusCode::CREATED);
    refused(app.post(JOBS, &job()).await, "quota_exceeded", "day").await;
    let retried = app.post(&format!("/api/v1/jobs/{id}/retry"), &json!({})).await;
    assert_eq!(retried.status(), StatusCode::ACCEPTED);
}

/// Follows a job to its end.
async fn ended(app: &TestApp, id: &str) {
    let events = app.get(&format!("/api/v1/jobs/{id}/events")).await;
    assert!(events.text().await.unwrap().contains("job.failed"));
}

#[tokio::test]
async fn a_restart_gives_nothing_of_a_day_back_and_takes_nothing() {
    let app = limited(|config| only_days(config, 3)).await;
    for _ in 0..2 {
        assert_eq!(app.post(JOBS, &job()).await.status(), StatusCode::CREATED);
    }
    let change = |config: &mut Config| {
        config.limits.enabled = true;
        only_days(config, 3);
    };
    let app = TestApp::within(app.stop().await, change).await;
    assert_eq!(left_of_day(&app).await, 1);
    assert_eq!(app.post(JOBS, &job()).await.status(), StatusCode::CREATED);
    refused(app.post(JOBS, &job()).await, "quota_exceeded", "day").await;
}

#[tokio::test]
async fn two_instances_over_one_store_accept_exactly_a_day_together() {
    let store = std::sync::Arc::new(MemoryStore::new(Clock::System));
    let change = |config: &mut Config| {
        config.limits.enabled = true;
        only_days(config, 20);
    };
    let apps = [TestApp::over(store.clone(), change).await, TestApp::over(store, change).await];
    let calls = (0..60).map(|call| {
        let app = &apps[call % 2];
        async move { app.post(JOBS, &job()).await.status() }
    });
    let statuses = futures_util::future::join_all(calls).await;
    let count = |status: StatusCode| statuses.iter().filter(|one| **one == status).count();
    assert_eq!((count(StatusCode::CREATED), count(StatusCode::TOO_MANY_REQUESTS)), (20, 40), "{statuses:?}");
}

#[tokio::test]
async fn the_eleventh_failed_authentication_of_a_minute_is_refused_and_a_valid_key_always_passes() {
    let app = limited(|_| {}).await;
    for call in 0..10 {
        let wrong = app.anonymous(Method::GET, JOBS);
        let wrong = if call % 2 == 0 { wrong } else { wrong.bearer_auth(format!("{}0", app.key)) };
        assert_eq!(wrong.send().await.unwrap().status(), StatusCode::UNAUTHORIZED, "{call}");
    }
    let refused = app.anonymous(Method::GET, JOBS).bearer_auth("cf_wrong").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let retry_after: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=6).contains(&retry_after), "{retry_after}");
    assert_eq!(problem(refused).await["code"], "rate_limited");
    assert_eq!(app.get(JOBS).await.status(), StatusCode::OK);
    let public = app.anonymous(Method::GET, "/api/v1/kinds").send().await.unwrap();
    assert_eq!(public.status(), StatusCode::OK);
}

#[tokio::test]
async fn each_setting_of_a_window_says_how_many_calls_it_has() {
    let change = |config: &mut Config| {
        config.limits.reads_per_minute_key = 2;
        config.limits.failures_per_minute_address = 1;
        config.limits.creates_per_hour_key = 1;
    };
    let app = limited(change).await;
    let anonymous = async || app.anonymous(Method::GET, JOBS).send().await.unwrap().status();
    assert_eq!(
        (anonymous().await, anonymous().await),
        (StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS)
    );
    assert_eq!(app.get(JOBS).await.status(), StatusCode::OK);
    // What changes something counts with the reads.
    let changed = app.request(Method::DELETE, &format!("{JOBS}/01a1fbe7-78f4-7668-aeaa-e5f8bd47993c"));
    assert_eq!(changed.send().await.unwrap().status(), StatusCode::NOT_FOUND);
    refused(app.get(JOBS).await, "rate_limited", "reads").await;
    assert_eq!(app.post(JOBS, &json!({})).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    refused(app.post(JOBS, &json!({})).await, "rate_limited", "key").await;
}

#[tokio::test]
async fn where_limits_are_off_nobody_is_counted() {
    let app = TestApp::start().await;
    for _ in 0..30 {
        let answer = app.post(JOBS, &json!({})).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            !answer.headers().contains_key("ratelimit") && !answer.headers().contains_key("ratelimit-policy")
        );
    }
    let usage: Value = app.get("/api/v1/usage").await.json().await.unwrap();
    assert_eq!(usage["limits"], json!([]));
}

#[tokio::test]
async fn usage_shows_a_key_its_own_limits_and_spending() {
    let app = limited(|_| {}).await;
    let writer = app.make_key(&[Scope::Generate]).await;
    let made = app.anonymous(Method::POST, GENERATE).bearer_auth(&writer).json(&job()).send().await.unwrap();
    assert_eq!(made.status(), StatusCode::OK);
    let shown = app.anonymous(Method::GET, "/api/v1/usage").bearer_auth(&writer).send().await.unwrap();
    assert_eq!(
        (shown.status(), &shown.headers()["cache-control"]),
        (StatusCode::OK, &"no-store".parse().unwrap())
    );
    let usage: Value = shown.json().await.unwrap();
    assert_eq!(usage["tier"], "free");
    assert_eq!(usage["spending"], json!({ "jobs_today": 1, "today_usd": "0.00", "is_complete": true }));
    let limits = usage["limits"].as_array().unwrap();
    let row = |limit: &Value| {
        let number = |name: &str| limit[name].as_u64().unwrap();
        (
            limit["name"].as_str().unwrap().to_owned(),
            number("limit"),
            number("remaining"),
            number("window_seconds"),
        )
    };
    let rows: Vec<_> = limits.iter().map(row).collect();
    let expected =
        [("address", 10, 9, 60), ("key", 100, 99, 3600), ("day", 50, 49, 86400), ("reads", 600, 599, 60)];
    assert_eq!(rows, expected.map(|(name, limit, left, window)| (name.to_owned(), limit, left, window)));
    let day_ends: Timestamp = limits[2]["more_at"].as_str().unwrap().parse().unwrap();
    assert!(day_ends > Timestamp::now());
    let others: Value = app.get("/api/v1/usage").await.json().await.unwrap();
    assert_eq!(others["spending"]["jobs_today"], 0);
}
