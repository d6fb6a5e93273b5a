//! What administrators see of the whole service.

use content_factory::auth::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, problem};

const PERFORMANCE: &str = "/api/v1/admin/performance";

#[tokio::test]
async fn an_administrator_sees_how_long_the_stages_take_and_which_is_the_slowest() {
    let app = TestApp::start().await;
    let before: Value = app.get(PERFORMANCE).await.json().await.unwrap();
    assert_eq!((&before["stages"], &before["slowest_stage"]), (&json!([]), &Value::Null));
    app.generate().await;
    let answer = app.get(PERFORMANCE).await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let after: Value = answer.json().await.unwrap();
    let stages = after["stages"].as_array().unwrap();
    for stage in ["outline", "pieces", "assembly", "faqs", "podcast_script"] {
        let times = stages.iter().find(|entry| entry["stage"] == stage).unwrap();
        assert_eq!(times["count"], 1, "{stage}");
        assert!(times["mean_seconds"].as_f64().unwrap() > 0.0, "{stage}");
    }
    assert_eq!(after["jobs"]["count"], 1);
    let mean = |stage: &Value| stage["mean_seconds"].as_f64().unwrap();
    let single = stages.iter().filter(|stage| stage["stage"] != "pieces");
    let slowest = single.max_by(|one, other| mean(one).total_cmp(&mean(other))).unwrap();
    assert_eq!(after["slowest_stage"], slowest["stage"]);
}

#[tokio::test]
async fn nobody_but_an_administrator_sees_it() {
    let app = TestApp::start().await;
    let other = app.make_key(&[Scope::Generate, Scope::Read]).await;
    let refused = app.anonymous(Method::GET, PERFORMANCE).bearer_auth(&other).send().await.unwrap();
    assert_eq!(problem(refused).await["code"], "forbidden");
}
