//! Limits that instances share through Redis, against a real one, with and without it.

use std::time::{Duration, Instant};

use content_factory::auth::Secret;
use content_factory::config::Config;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::redis::Redis;
use crate::support::{LESSON, TestApp, in_time};

const JOBS: &str = "/api/v1/jobs";

/// Starts an instance with a store of its own. All of them know the same administrator.
async fn instance(redis: &Redis, change: impl FnOnce(&mut Config)) -> TestApp {
    TestApp::with(|config| {
        config.limits.enabled = true;
        config.limits.creates_per_minute_address = 100_000;
        config.admin_key = Secret::new("an-administrators-key-of-all-of-them-0123456789");
        config.cache.redis_url = Secret::new(redis.url());
        // A thousand calls at once wait for each other on a machine that does much else.
        config.cache.redis_timeout = jiff::SignedDuration::from_secs(10);
        change(config);
    })
    .await
}

/// Makes so many calls at once, in turns to each of the instances, and gives how they were answered.
async fn race(apps: &[TestApp], calls: usize, body: &Value) -> Vec<StatusCode> {
    let call = |number: usize| {
        let app = &apps[number % apps.len()];
        async move { app.post(JOBS, body).await.status() }
    };
    futures_util::future::join_all((0..calls).map(call)).await
}

fn count(statuses: &[StatusCode], status: StatusCode) -> usize {
    statuses.iter().filter(|one| **one == status).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_calls_at_once_on_two_instances_exactly_the_limit_passes() {
    let Some(redis) = Redis::start().await else { return };
    let apps = [instance(&redis, |_| {}).await, instance(&redis, |_| {}).await];
    for round in 0..3 {
        redis.command("FLUSHALL").await;
        let begun = Instant::now();
        let statuses = race(&apps, 1000, &json!({})).await;
        println!("round {round}: 1000 calls in {:?}", begun.elapsed());
        let passed = count(&statuses, StatusCode::UNPROCESSABLE_ENTITY);
        let refused = count(&statuses, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!((passed, refused), (100, 900), "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_with_stores_of_their_own_accept_exactly_a_day_together() {
    let Some(redis) = Redis::start().await else { return };
    let change = |config: &mut Config| {
        config.limits.creates_per_hour_key = 100_000;
        config.limits.generations_per_day_key = 20;
    };
    let apps = [instance(&redis, change).await, instance(&redis, change).await];
    let body = json!({ "syllabus_text": LESSON, "kinds": ["faqs"] });
    let statuses = race(&apps, 60, &body).await;
    assert_eq!(count(&statuses, StatusCode::CREATED), 20, "{statuses:?}");
    assert_eq!(count(&statuses, StatusCode::TOO_MANY_REQUESTS), 40, "{statuses:?}");
    // What Redis has lost begins again at what the instance's store knows.
    redis.command("FLUSHALL").await;
    let before = in_store(&apps[0]).await;
    let again = race(&apps[..1], 60, &body).await;
    assert_eq!(count(&again, StatusCode::CREATED), 20 - before);
}

/// Counts the jobs in the store of an instance.
async fn in_store(app: &TestApp) -> usize {
    let listed: Value = app.get("/api/v1/jobs?limit=100").await.json().await.unwrap();
    listed["items"].as_array().unwrap().len()
}

async fn redis_of(app: &TestApp) -> Value {
    let ready = app.anonymous(Method::GET, "/readyz").send().await.unwrap();
    assert_eq!(ready.status(), StatusCode::OK);
    ready.json::<Value>().await.unwrap()["redis"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn while_redis_is_away_each_instance_limits_by_itself_and_no_call_fails() {
    let Some(mut redis) = Redis::start().await else { return };
    let change = |config: &mut Config| config.limits.creates_per_hour_key = 10;
    let apps = [instance(&redis, change).await, instance(&redis, change).await];
    assert_eq!(count(&race(&apps, 6, &json!({})).await, StatusCode::UNPROCESSABLE_ENTITY), 6);
    assert_eq!(redis_of(&apps[0]).await, "ready");
    redis.kill().await;
    // Each has counted its own three, and goes on from there.
    let statuses = race(&apps, 40, &json!({})).await;
    assert_eq!(count(&statuses, StatusCode::UNPROCESSABLE_ENTITY), 14, "{statuses:?}");
    assert_eq!(count(&statuses, StatusCode::TOO_MANY_REQUESTS), 26, "{statuses:?}");
    assert_eq!(redis_of(&apps[0]).await, "bypassed");
    redis.restart().await;
    in_time("redis is used again", async {
        while redis_of(&apps[0]).await != "ready" {
            apps[0].get(JOBS).await;
            // Redis is left alone for a second after a failure: asking in a circle would only be busy.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    // It came back empty: what they share begins anew.
    assert_eq!(apps[0].post(JOBS, &json!({})).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_hangs_costs_one_call_a_moment_its_bound_of_time() {
    let Some(redis) = Redis::start().await else { return };
    let bound = Duration::from_millis(300);
    let change = |config: &mut Config| {
        config.cache.redis_timeout = jiff::SignedDuration::from_millis(300);
        config.limits.reads_per_minute_key = 1_000_000;
    };
    let app = instance(&redis, change).await;
    assert_eq!(app.get(JOBS).await.status(), StatusCode::OK);
    redis.signal("STOP");
    let begun = Instant::now();
    assert_eq!(app.get(JOBS).await.status(), StatusCode::OK);
    assert!(begun.elapsed() >= bound, "it was asked: {:?}", begun.elapsed());
    assert_eq!(redis_of(&app).await, "bypassed");
    let mut slow = 0;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(2) {
        let call = Instant::now();
        assert_eq!(app.get(JOBS).await.status(), StatusCode::OK);
        slow += usize::from(call.elapsed() >= bound);
    }
    assert!(slow <= 3, "{slow} calls waited for it");
    redis.signal("CONT");
    in_time("redis is used again", async {
        while redis_of(&app).await != "ready" {
            app.get(JOBS).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
}
