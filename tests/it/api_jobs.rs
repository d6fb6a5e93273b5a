//! The main job over HTTP: generating, watching, reading, exporting and deleting.

use std::collections::BTreeSet;

use content_factory::content::Kind;
use content_factory::store::Backend;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{LESSON, Receiver, TestApp, problem, thin_lesson};

#[tokio::test]
async fn generating_answers_with_a_whole_package_whose_quotes_stand_in_the_text() {
    let app = TestApp::start().await;
    let job = app.generate().await;
    assert_eq!(job["status"], "completed", "{:#}", job["failures"]);
    assert_eq!(job["progress"]["percent"], 100);
    for kind in Kind::ALL {
        assert!(job["content"][kind.as_str()].is_object(), "{kind}");
        assert_eq!(job["metadata"]["pieces"][kind.as_str()]["writer"], "extractive");
    }
    assert_eq!(job["metadata"]["cost_usd"], "0.00");
    assert!(job["quality"]["structure"].is_number() && job["completed_at"].is_string());
    let source = app.get(&format!("/api/v1/jobs/{}/source", job["job_id"].as_str().unwrap())).await;
    let source: Vec<char> = source.text().await.unwrap().chars().collect();
    assert_eq!(source.iter().collect::<String>(), LESSON);
    let quotes = quotes(&job["content"]);
    assert!(quotes.len() > 20);
    for (quote, start, end) in quotes {
        assert_eq!(source[start..end].iter().collect::<String>(), quote);
    }
}

/// Collects all evidence with its place in the text.
fn quotes(value: &Value) -> Vec<(String, usize, usize)> {
    match value {
        Value::Array(items) => items.iter().flat_map(quotes).collect(),
        Value::Object(fields) => {
            let place =
                |name: &str| fields.get(name).and_then(Value::as_u64).and_then(|at| usize::try_from(at).ok());
            match (fields.get("quote").and_then(Value::as_str), place("start"), place("end")) {
                (Some(quote), Some(start), Some(end)) => vec![(quote.to_owned(), start, end)],
                _ => fields.values().flat_map(quotes).collect(),
            }
        }
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn only_what_was_asked_for_is_made() {
    let app = TestApp::start().await;
    let body = json!({ "syllabus_text": LESSON, "kinds": ["flashcards"] });
    let job: Value = app.post("/api/v1/content/generate", &body).await.json().await.unwrap();
    let made: Vec<&String> = job["content"].as_object().unwrap().keys().collect();
    assert_eq!(made, ["outline", "flashcards"]);
}

#[tokio::test]
async fn a_thin_text_gives_a_partial_package_that_says_what_is_missing() {
    let app = TestApp::start().await;
    let body = json!({ "syllabus_text": thin_lesson() });
    let response = app.post("/api/v1/content/generate", &body).await;
    assert_eq!(response.status(), StatusCode::OK);
    let job: Value = response.json().await.unwrap();
    assert_eq!(job["status"], "partial");
    assert_eq!(job["failures"]["flashcards"]["code"], "source_too_thin");
    assert!(job["content"]["outline"].is_object() && job["content"].get("flashcards").is_none());
    let id = job["job_id"].as_str().unwrap();
    let missing = app.get(&format!("/api/v1/jobs/{id}/content/flashcards")).await;
    assert_eq!(problem(missing).await["code"], "not_found");
}

#[tokio::test]
async fn a_job_without_any_piece_answers_with_its_error_and_stays_to_be_looked_at() {
    let app = TestApp::start().await;
    let body = json!({ "syllabus_text": thin_lesson(), "kinds": ["flashcards"] });
    let failed = problem(app.post("/api/v1/content/generate", &body).await).await;
    assert_eq!((&failed["code"], &failed["status"]), (&json!("source_too_thin"), &json!(422)));
    assert!(failed["detail"].as_str().unwrap().contains("flashcards"), "{failed}");
    let job = app.get(&format!("/api/v1/jobs/{}", failed["job_id"].as_str().unwrap())).await;
    assert_eq!(job.json::<Value>().await.unwrap()["status"], "failed");
}

#[tokio::test]
async fn a_caller_that_does_not_wait_is_told_where_to_look() {
    let app = TestApp::start().await;
    let request = app.request(Method::POST, "/api/v1/content/generate").header("prefer", "wait=0");
    let response = request.json(&json!({ "syllabus_text": LESSON })).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let accepted: Value = response.json().await.unwrap();
    assert_eq!(location, format!("/api/v1/jobs/{}", accepted["job_id"].as_str().unwrap()));
    assert!(accepted.get("content").is_none());
    assert_eq!(ended(&app, &location).await["status"], "completed");
}

/// Reads a job until it has ended. Each read goes through the whole service, so it is no busy loop.
async fn ended(app: &TestApp, location: &str) -> Value {
    let mut percent = 0;
    loop {
        let job: Value = app.get(location).await.json().await.unwrap();
        let now = job["progress"]["percent"].as_u64().unwrap();
        assert!(now >= percent, "progress went back");
        percent = now;
        if !["queued", "running"].contains(&job["status"].as_str().unwrap()) {
            return job;
        }
    }
}

#[tokio::test]
async fn a_created_job_is_listed_read_in_parts_and_deleted_with_everything() {
    let app = TestApp::start().await;
    let created = app.post("/api/v1/jobs", &json!({ "syllabus_text": LESSON })).await;
    assert_eq!(created.status(), StatusCode::CREATED);
    let location = created.headers()["location"].to_str().unwrap().to_owned();
    let job = ended(&app, &location).await;
    let listed: Value = app.get("/api/v1/jobs?status=completed").await.json().await.unwrap();
    assert_eq!(listed["items"][0]["job_id"], job["job_id"]);
    assert!(listed["items"][0].get("content").is_none(), "a list carries no content");
    let content: Value = app.get(&format!("{location}/content")).await.json().await.unwrap();
    assert_eq!(content, job["content"]);
    let faqs: Value = app.get(&format!("{location}/content/faqs")).await.json().await.unwrap();
    assert_eq!(faqs, job["content"]["faqs"]);
    assert_eq!(problem(app.get(&format!("{location}/content/poem")).await).await["code"], "not_found");
    let deleted = app.request(Method::DELETE, &location).send().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);
    for path in ["", "/source", "/content", "/content/faqs", "/export"] {
        assert_eq!(problem(app.get(&format!("{location}{path}")).await).await["code"], "not_found", "{path}");
    }
    let again = app.request(Method::DELETE, &location).send().await.unwrap();
    assert_eq!(problem(again).await["code"], "not_found");
}

#[tokio::test]
async fn a_list_is_read_page_by_page_without_gaps_or_repeats() {
    let app = TestApp::with(|config| config.store.backend = Backend::Memory).await;
    let mut made = BTreeSet::new();
    for _ in 0..5 {
        let body = json!({ "syllabus_text": LESSON, "kinds": ["faqs"] });
        let job: Value = app.post("/api/v1/jobs", &body).await.json().await.unwrap();
        made.insert(job["job_id"].as_str().unwrap().to_owned());
    }
    let (mut read, mut cursor) = (Vec::new(), String::new());
    loop {
        let page: Value = app.get(&format!("/api/v1/jobs?limit=2{cursor}")).await.json().await.unwrap();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        read.extend(items.iter().map(|job| job["job_id"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(read.len(), 5);
    assert_eq!(read.into_iter().collect::<BTreeSet<_>>(), made);
}

#[tokio::test]
async fn a_repeated_call_with_an_idempotency_key_is_the_same_job_and_another_body_is_refused() {
    let app = TestApp::start().await;
    let call = async |path: &str, body: Value| {
        app.request(Method::POST, path).header("idempotency-key", "once").json(&body).send().await.unwrap()
    };
    let body = json!({ "syllabus_text": LESSON, "kinds": ["faqs"] });
    let first: Value = call("/api/v1/content/generate", body.clone()).await.json().await.unwrap();
    let second: Value = call("/api/v1/jobs", body).await.json().await.unwrap();
    assert_eq!(first["job_id"], second["job_id"]);
    let other = call("/api/v1/jobs", json!({ "syllabus_text": LESSON, "kinds": ["flashcards"] })).await;
    assert_eq!(problem(other).await["code"], "idempotency_mismatch");
}

#[tokio::test]
async fn the_whole_record_of_a_job_is_one_document() {
    let app = TestApp::start().await;
    let job = app.generate().await;
    let path = format!("/api/v1/jobs/{}/export?format=record", job["job_id"].as_str().unwrap());
    let response = app.get(&path).await;
    assert!(response.headers()["content-disposition"].to_str().unwrap().ends_with(".record.json\""));
    let record: Value = response.json().await.unwrap();
    assert_eq!(record["job"]["content"], job["content"]);
    assert_eq!((&record["job"]["job_id"], &record["source"]), (&job["job_id"], &json!(LESSON)));
    assert!(
        record["request"].is_object() && record["request"].get("syllabus_text").is_none_or(Value::is_null)
    );
    let events = record["events"].as_array().unwrap();
    assert_eq!(events.first().unwrap()["name"], "job.queued");
    assert_eq!(events.last().unwrap()["name"], "job.completed");
    assert_eq!(record["deliveries"], json!([]), "nobody was told");
    let ended: jiff::Timestamp = job["completed_at"].as_str().unwrap().parse().unwrap();
    let expires_at: jiff::Timestamp = record["expires_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(expires_at, ended + jiff::SignedDuration::from_hours(720));
    let refused = problem(app.get(&format!("{path}&kinds=faqs")).await).await;
    assert_eq!(refused["errors"][0]["path"], "kinds");
}

#[tokio::test]
async fn the_record_of_a_job_tells_whom_it_was_told_to_and_how_that_went() {
    let app = TestApp::with(|config| config.webhooks.allow_loopback = true).await;
    let mut receiver = Receiver::answering(500).await;
    let body = json!({ "syllabus_text": LESSON, "kinds": ["faqs"], "callback_url": receiver.url });
    let job: Value = app.post("/api/v1/jobs", &body).await.json().await.unwrap();
    let told = receiver.next().await;
    let path = format!("/api/v1/jobs/{}/export?format=record", job["job_id"].as_str().unwrap());
    // Each read goes through the whole service, so it is no busy loop.
    let record = loop {
        let record: Value = app.get(&path).await.json().await.unwrap();
        if record["deliveries"][0]["last_status"].is_u64() {
            break record;
        }
    };
    let delivery = &record["deliveries"][0];
    assert_eq!(record["deliveries"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&delivery["id"], &delivery["url"]),
        (&json!(told.header("webhook-id")), &json!(receiver.url))
    );
    assert_eq!((&delivery["last_status"], &delivery["last_problem"]), (&json!(500), &json!("status")));
}

#[tokio::test]
async fn a_list_can_be_bounded_in_time() {
    let app = TestApp::start().await;
    let body = json!({ "syllabus_text": LESSON, "kinds": ["faqs"] });
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(app.post("/api/v1/jobs", &body).await.json::<Value>().await.unwrap());
    }
    let at = |number: usize| made[number]["created_at"].as_str().unwrap();
    for (bounds, expected) in [
        (format!("created_after={}", at(0)), vec![2, 1]),
        (format!("created_before={}", at(2)), vec![1, 0]),
        (format!("created_after={}&created_before={}", at(0), at(2)), vec![1]),
    ] {
        let page: Value = app.get(&format!("/api/v1/jobs?{bounds}")).await.json().await.unwrap();
        let listed: Vec<&Value> =
            page["items"].as_array().unwrap().iter().map(|job| &job["job_id"]).collect();
        let expected: Vec<&Value> = expected.into_iter().map(|number| &made[number]["job_id"]).collect();
        assert_eq!(listed, expected, "{bounds}");
    }
    let refused = problem(app.get("/api/v1/jobs?created_after=yesterday").await).await;
    assert_eq!(refused["code"], "invalid_request");
}

#[tokio::test]
async fn an_export_is_a_file_of_the_pieces_that_were_asked_for() {
    let app = TestApp::start().await;
    let job = app.generate().await;
    let id = job["job_id"].as_str().unwrap();
    let markdown = app.get(&format!("/api/v1/jobs/{id}/export?format=md")).await;
    assert_eq!(markdown.headers()["content-type"], "text/markdown; charset=utf-8");
    let name = format!("attachment; filename=\"{id}.md\"");
    assert_eq!(markdown.headers()["content-disposition"], name.as_str());
    assert!(markdown.text().await.unwrap().starts_with("# "));
    let json = app.get(&format!("/api/v1/jobs/{id}/export?format=json&kinds=faqs,outline")).await;
    let json: Value = json.json().await.unwrap();
    assert_eq!(json["faqs"], job["content"]["faqs"]);
    assert_eq!(json.as_object().unwrap().len(), 2);
    for (query, code) in [("format=pdf", "invalid_request"), ("kinds=poem", "invalid_request")] {
        let response = app.get(&format!("/api/v1/jobs/{id}/export?{query}")).await;
        assert_eq!(problem(response).await["code"], code, "{query}");
    }
}

#[tokio::test]
async fn an_ended_job_has_a_tag_and_is_not_sent_twice_and_an_unfinished_one_is_not_kept() {
    let app = TestApp::start().await;
    let created = app.post("/api/v1/jobs", &json!({ "syllabus_text": LESSON })).await;
    assert_eq!(created.headers()["cache-control"], "no-store");
    let location = created.headers()["location"].to_str().unwrap().to_owned();
    ended(&app, &location).await;
    for path in ["", "/source", "/content", "/content/faqs", "/export"] {
        let path = format!("{location}{path}");
        let first = app.get(&path).await;
        assert_eq!(first.headers()["cache-control"], "private, no-cache", "{path}");
        assert_eq!(first.headers()["vary"], "Authorization, X-API-Key");
        let tag = first.headers()["etag"].clone();
        let again = app.request(Method::GET, &path).header("if-none-match", tag).send().await.unwrap();
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{path}");
        assert!(again.bytes().await.unwrap().is_empty());
    }
    let kinds = app.anonymous(Method::GET, "/api/v1/kinds").send().await.unwrap();
    assert!(kinds.headers()["cache-control"].to_str().unwrap().starts_with("public"));
}

#[tokio::test]
async fn the_catalogue_lists_every_kind_with_its_limits() {
    let app = TestApp::start().await;
    let catalogue: Value = app.get("/api/v1/kinds").await.json().await.unwrap();
    let kinds = catalogue["kinds"].as_array().unwrap();
    assert_eq!(kinds.len(), 8);
    for kind in kinds {
        assert_eq!(kind["always_made"], kind["kind"] == "outline");
    }
    assert_eq!(kinds[6]["schema"]["properties"]["items"]["maxItems"], 25, "{}", kinds[6]["kind"]);
    assert_eq!(catalogue["request_schema"]["properties"]["syllabus_text"]["maxLength"], 200_000);
}

#[tokio::test]
async fn a_hundred_callers_at_once_all_get_their_own_package() {
    let app = TestApp::start().await;
    let calls = (0..100).map(|number| {
        let app = &app;
        async move {
            let text = format!("{LESSON}\n\nLesson number {number} of the course ends here.\n");
            let body = json!({ "syllabus_text": text, "kinds": ["flashcards", "faqs"] });
            let response = app.post("/api/v1/content/generate", &body).await;
            assert_eq!(response.status(), StatusCode::OK);
            let job: Value = response.json().await.unwrap();
            let source = app.get(&format!("/api/v1/jobs/{}/source", job["job_id"].as_str().unwrap())).await;
            assert_eq!(source.text().await.unwrap(), text);
            assert_eq!(job["status"], "completed");
            job["job_id"].as_str().unwrap().to_owned()
        }
    });
    let jobs: BTreeSet<String> = futures_util::future::join_all(calls).await.into_iter().collect();
    assert_eq!(jobs.len(), 100);
}
