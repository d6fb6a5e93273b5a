//! Following a job over HTTP: the stream of events, breaks, restarts, and many at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use content_factory::config::Writer;
use content_factory::llm::ApiKey;
use futures_util::future::join_all;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::support::llm_simulator::{Pace, Simulator};
use crate::support::{LESSON, TestApp, problem};

/// Who follows one job at the same time, in the test for that.
const FOLLOWERS: usize = 1000;

/// One event as it came.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) id: u64,
    pub(crate) name: String,
    data: Value,
}

async fn create(app: &TestApp) -> String {
    let response = app.post("/api/v1/jobs", &json!({ "syllabus_text": LESSON })).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let job: Value = response.json().await.unwrap();
    job["job_id"].as_str().unwrap().to_owned()
}

pub(crate) async fn follow(app: &TestApp, id: &str, after: Option<&str>) -> Response {
    let mut request = app.request(Method::GET, &format!("/api/v1/jobs/{id}/events"));
    if let Some(after) = after {
        request = request.header("last-event-id", after);
    }
    request.send().await.unwrap()
}

pub(crate) fn read(stream: &str) -> Vec<Told> {
    let field = |event: &str, name: &str| {
        event.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned())
    };
    let told = |event: &str| {
        let data = serde_json::from_str(&field(event, "data:")?).unwrap();
        Some(Told { id: field(event, "id:")?.parse().unwrap(), name: field(event, "event:")?, data })
    };
    stream.split("\n\n").filter_map(told).collect()
}

async fn everything(app: &TestApp, id: &str, after: Option<&str>) -> Vec<Told> {
    let response = follow(app, id, after).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["cache-control"], "no-store");
    read(&response.text().await.unwrap())
}

/// Reads a stream until it has told so many events at least, and breaks it off.
pub(crate) async fn first_events(mut response: Response, count: usize) -> Vec<Told> {
    assert_eq!(response.status(), StatusCode::OK);
    let (mut stream, mut events) = (String::new(), Vec::new());
    while events.len() < count {
        stream.push_str(std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap());
        events = read(stream.rsplit_once("\n\n").map_or("", |(whole, _)| whole));
    }
    events
}

/// Follows a job, is cut off after so many events, and goes on behind the last of them.
async fn in_two_goes(app: &TestApp, id: &str, first: usize) -> Vec<Told> {
    let mut events = first_events(follow(app, id, None).await, first).await;
    let last = events.last().unwrap().id;
    events.extend(everything(app, id, Some(&last.to_string())).await);
    events
}

pub(crate) fn names(events: &[Told]) -> Vec<(u64, &str)> {
    events.iter().map(|event| (event.id, event.name.as_str())).collect()
}

#[tokio::test]
async fn the_stream_tells_a_job_from_its_acceptance_to_its_end() {
    let app = TestApp::start().await;
    let id = create(&app).await;
    let events = everything(&app, &id, None).await;
    let names: Vec<_> = events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!((names[0], names[1], *names.last().unwrap()), ("job.queued", "job.running", "job.completed"));
    assert_eq!(names.iter().filter(|name| **name == "piece.completed").count(), 8);
    assert!(events.iter().zip(1..).all(|(event, number)| event.id == number));
    let told = |event: &Told| event.data["progress"]["percent"].as_u64();
    let percents: Vec<_> = events.iter().filter_map(told).collect();
    assert!(percents.is_sorted() && percents.last() == Some(&100), "{percents:?}");
    assert_eq!(events.last().map(told), Some(Some(100)), "the newest tells how far the job is");
    assert!(events.iter().all(|event| event.data["job_id"] == *id && event.data["type"] == *event.name));
}

#[tokio::test]
async fn whoever_watches_is_told_which_parts_of_long_pieces_have_come() {
    let simulator = Simulator::fast().await.unwrap();
    // Slow enough that parts do not all come in one moment.
    simulator.pace(Pace { first_token_ms: 50, tokens_per_second: 2000, ..Pace::default() });
    let app = TestApp::with(|config| {
        config.writer = Writer::OpenAi;
        config.llm.openai.base_url = format!("{}/v1", simulator.url());
        config.llm.openai.api_key = ApiKey::new("k");
    })
    .await;
    let id = create(&app).await;
    let stream = follow(&app, &id, None).await.text().await.unwrap();
    let told: Vec<Value> = stream
        .split("\n\n")
        .filter(|event| event.contains("event: progress"))
        .map(|event| {
            assert!(!event.lines().any(|line| line.starts_with("id:")), "{event}");
            let data = event.lines().find_map(|line| line.strip_prefix("data:")).unwrap();
            serde_json::from_str(data).unwrap()
        })
        .collect();
    let done: Vec<u64> =
        told.iter().filter_map(|told| told["parts"]["detailed_reading_material"]["done"].as_u64()).collect();
    assert!(done.is_sorted() && done.first() < done.last(), "{told:?}");
    let of = told.last().unwrap()["parts"]["detailed_reading_material"]["of"].as_u64().unwrap();
    assert!(of > 1 && done.iter().all(|done| *done <= of));
    assert!(told.iter().all(|told| told["job_id"] == *id && told["progress"]["percent"].is_u64()));
    let events = read(&stream);
    assert!(events.iter().zip(1..).all(|(event, number)| event.id == number), "numbers have no gaps");
}

#[tokio::test]
async fn a_client_goes_on_after_its_last_event_also_after_a_restart() {
    let app = TestApp::start().await;
    let id = create(&app).await;
    let all = everything(&app, &id, None).await;
    let key = app.key.clone();
    let mut app = TestApp::within(app.stop().await, |_| {}).await;
    app.key = key;
    let half = all.len() / 2;
    let rest = everything(&app, &id, Some(&half.to_string())).await;
    let ids = |events: &[Told]| events.iter().map(|event| event.id).collect::<Vec<_>>();
    assert_eq!(ids(&rest), ids(&all[half..]));
    assert_eq!(everything(&app, &id, Some(&all.len().to_string())).await, []);
}

#[tokio::test]
async fn a_number_that_is_none_and_a_job_that_is_none_are_told_so() {
    let app = TestApp::start().await;
    let id = create(&app).await;
    let refused = follow(&app, &id, Some("yesterday")).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem(refused).await["code"], "invalid_request");
    let missing = follow(&app, "01900000-0000-7000-8000-000000000000", None).await;
    assert_eq!(
        (missing.status(), problem(missing).await["code"].clone()),
        (StatusCode::NOT_FOUND, json!("not_found"))
    );
}

#[tokio::test]
async fn a_thousand_follow_one_job_and_each_is_told_everything_once() {
    let app = TestApp::start().await;
    let id = create(&app).await;
    let told = join_all((0..FOLLOWERS).map(|number| in_two_goes(&app, &id, 1 + number % 12))).await;
    let all = everything(&app, &id, None).await;
    for events in told {
        assert_eq!(names(&events), names(&all), "nothing is lost and nothing comes twice");
    }
}

/// Asks for the events of a job again and again and reads nothing, so that in the end the service can send
/// it nothing more. Gives the asking, and how much of it was taken.
async fn deaf(app: &TestApp, id: &str) -> (JoinHandle<std::io::Result<()>>, Arc<AtomicUsize>) {
    let mut stream = TcpStream::connect(app.address.trim_start_matches("http://")).await.unwrap();
    let request = format!(
        "GET /api/v1/jobs/{id}/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n",
        app.key
    );
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    let asking = tokio::spawn(async move {
        loop {
            stream.write_all(request.as_bytes()).await?;
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    (asking, taken)
}

#[tokio::test]
async fn one_that_never_reads_slows_no_job_and_nobody_else() {
    let app = TestApp::start().await;
    let ended = create(&app).await;
    let all = everything(&app, &ended, None).await;
    let (asking, taken) = deaf(&app, &ended).await;
    // Until nothing more is taken from it while the service answers others: its way back is full.
    let mut before = 0;
    loop {
        for _ in 0..20 {
            everything(&app, &ended, Some(&all.len().to_string())).await;
        }
        let now = taken.load(Ordering::SeqCst);
        if now == before && now > 0 {
            break;
        }
        before = now;
    }
    let id = create(&app).await;
    let told = tokio::time::timeout(Duration::from_secs(60), everything(&app, &id, None)).await.unwrap();
    assert_eq!(told.last().unwrap().name, "job.completed");
    assert!(!asking.is_finished() && taken.load(Ordering::SeqCst) == before, "it still waits to be heard");
    asking.abort();
}

#[tokio::test]
async fn max_event_streams_bounds_those_who_follow() {
    let app = TestApp::with(|config| {
        config.server.max_event_streams = 1;
        // The job must not end while it is followed.
        config.workers.cpu = 1;
    })
    .await;
    let ids = join_all((0..20).map(|_| create(&app))).await;
    let last = ids.last().unwrap();
    let first = follow(&app, last, None).await;
    assert_eq!(first.status(), StatusCode::OK);
    let second = follow(&app, last, None).await;
    assert_eq!(second.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(second.headers().contains_key("retry-after"));
    assert_eq!(problem(second).await["code"], "overloaded");
    drop(first);
    // The place is free as soon as the service notices that nobody reads.
    let freed = async {
        while follow(&app, last, Some("0")).await.status() != StatusCode::OK {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), freed).await.unwrap();
}
