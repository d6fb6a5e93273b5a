//! Ordinary prose always passes, however much it looks like something else, and is harmless where it
//! comes out: nothing is filtered by its words.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{LESSON, TestApp};

const SENTENCE: &str = "supply & demand; DROP the subject... SELECT a topic";
const MARKUP: &str = "Supply <script>alert(1)</script> *and* [demand](x)' OR 1=1; --";

/// The lesson with the sentence as its title and in the middle of it.
fn lesson() -> String {
    let (_, rest) = LESSON.split_once('\n').unwrap();
    let (before, after) = rest.split_once("\n## ").unwrap();
    format!("# {SENTENCE}\n{before}\n\nPlants know {SENTENCE} as well as markets do.\n\n## {after}")
}

fn order() -> Value {
    json!({
        "syllabus_text": lesson(), "topic": SENTENCE, "audience": SENTENCE, "tone": SENTENCE,
        "kinds": ["faqs", "one_pager_summary"],
    })
}

async fn text_of(app: &TestApp, path: &str) -> String {
    let response = app.get(path).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    response.text().await.unwrap()
}

/// Checks everything that can be read of a job.
async fn check_everywhere(app: &TestApp, job: &str) {
    let job = format!("/api/v1/jobs/{job}");
    assert_eq!(text_of(app, &format!("{job}/source")).await, lesson());
    let record: Value =
        serde_json::from_str(&text_of(app, &format!("{job}/export?format=record")).await).unwrap();
    for field in ["topic", "audience", "tone"] {
        assert_eq!(record["request"][field], SENTENCE, "{field}");
    }
    assert_eq!(record["source"], lesson());
    let content: Value = serde_json::from_str(&text_of(app, &format!("{job}/content")).await).unwrap();
    assert_eq!(content["outline"]["title"], SENTENCE);
    assert!(text_of(app, &format!("{job}/export?format=json")).await.contains(SENTENCE));
    assert!(text_of(app, &format!("{job}/export?format=md")).await.contains(SENTENCE));
}

#[tokio::test]
async fn a_sentence_full_of_commands_goes_through_every_route_and_export_as_it_is() {
    let app = TestApp::start().await;
    let waited = app.post("/api/v1/content/generate", &order()).await;
    assert_eq!(waited.status(), StatusCode::OK);
    let waited: Value = waited.json().await.unwrap();
    check_everywhere(&app, waited["job_id"].as_str().unwrap()).await;

    let submitted = app.request(Method::POST, "/api/v1/jobs").header("idempotency-key", "DROP;SELECT--'");
    let submitted = submitted.json(&order()).send().await.unwrap();
    assert_eq!(submitted.status(), StatusCode::CREATED);
    let batch = app.post("/api/v1/batches", &json!({ "requests": [order(), order()] })).await;
    assert_eq!(batch.status(), StatusCode::CREATED);
    let batch: Value = batch.json().await.unwrap();
    let job = batch["jobs"][1]["job_id"].as_str().unwrap();
    // Each read goes through the whole service, so it is no busy loop.
    loop {
        let read: Value = app.get(&format!("/api/v1/jobs/{job}")).await.json().await.unwrap();
        if read["status"] == "completed" {
            break;
        }
        assert!(["queued", "running"].contains(&read["status"].as_str().unwrap()), "{read}");
    }
    check_everywhere(&app, job).await;
}

#[tokio::test]
async fn markup_of_a_request_is_data_in_json_and_characters_in_markdown() {
    let app = TestApp::start().await;
    let mut order = order();
    for field in ["topic", "audience", "tone"] {
        order[field] = json!(MARKUP);
    }
    order["syllabus_text"] =
        json!(format!("{LESSON}\n\n## Markets\n\n{}\n", r"Supply \<b> is \*not\* demand."));
    let made = app.post("/api/v1/content/generate", &order).await;
    assert_eq!(made.status(), StatusCode::OK);
    let job: Value = made.json().await.unwrap();
    let job = format!("/api/v1/jobs/{}", job["job_id"].as_str().unwrap());
    let record: Value =
        serde_json::from_str(&text_of(&app, &format!("{job}/export?format=record")).await).unwrap();
    assert_eq!(record["request"]["audience"], MARKUP);
    let markdown = text_of(&app, &format!("{job}/export?format=md")).await;
    let html = pulldown_cmark::Parser::new(&markdown).filter(|event| {
        matches!(event, pulldown_cmark::Event::Html(_) | pulldown_cmark::Event::InlineHtml(_))
    });
    assert_eq!(html.count(), 0, "{markdown}");
}
