//! Several services over one store, and one that stops while jobs run.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use content_factory::app::App;
use content_factory::auth::{self, ADMIN_KEY_FILE, ApiKeys, Scope, Secret};
use content_factory::clock::Clock;
use content_factory::config::{Config, Writer};
use content_factory::llm::ApiKey;
use content_factory::store::{self, Collection, FirestoreStore, MemoryStore, Query, SqliteStore, Store};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::api_events::{first_events, follow, names, read};
use crate::support::emulator;
use crate::support::llm_simulator::Simulator;
use crate::support::llm_simulator::fault::{Fault, Script};
use crate::support::{LESSON, TestApp, problem, thin_lesson};

const PATIENCE: Duration = Duration::from_secs(60);

/// Makes a model the writer whose every answer hangs.
async fn hanging() -> Simulator {
    let simulator = Simulator::fast().await.unwrap();
    simulator.script(Script::always(Fault::HangBeforeHeaders));
    simulator
}

fn over(config: &mut Config, simulator: &Simulator) {
    config.writer = Writer::OpenAi;
    config.llm.openai.base_url = format!("{}/v1", simulator.url());
    config.llm.openai.api_key = ApiKey::new("k");
}

async fn submit(app: &TestApp) -> String {
    let body = json!({ "syllabus_text": LESSON, "kinds": ["faqs"] });
    let created = app.post("/api/v1/jobs", &body).await;
    assert_eq!(created.status(), StatusCode::CREATED);
    created.headers()["location"].to_str().unwrap().to_owned()
}

/// Reads a job until it stands there. Each read goes through the whole service, so it is no busy loop.
async fn until(app: &TestApp, location: &str, status: &str) -> Value {
    let reading = async {
        loop {
            let job: Value = app.get(location).await.json().await.unwrap();
            if job["status"] == status {
                return job;
            }
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.unwrap()
}

/// Gives, for each backend, the store as each of two services has it. Over Firestore each has a
/// connection of its own, as in processes of their own.
async fn shared_stores(folder: &Path) -> Vec<[Arc<dyn Store>; 2]> {
    let file = folder.join(store::sqlite::FILE_NAME);
    let sqlite = SqliteStore::open(&file, Clock::System, &store::Config::default()).unwrap();
    let one: [Arc<dyn Store>; 2] = [Arc::new(MemoryStore::new(Clock::System)), Arc::new(sqlite)];
    let mut stores: Vec<_> = one.into_iter().map(|store| [Arc::clone(&store), store]).collect();
    if let Some(settings) = emulator::database() {
        let open = async || FirestoreStore::open(&settings, Clock::System).await.unwrap();
        stores.push([Arc::new(open().await), Arc::new(open().await)]);
    }
    stores
}

#[tokio::test]
async fn of_several_that_start_at_once_over_an_empty_store_one_mints_the_key_and_all_take_it() {
    const STARTS: usize = 8;
    let folder = tempfile::tempdir().unwrap();
    for stores in shared_stores(folder.path()).await {
        let folders: Vec<_> = (0..STARTS).map(|_| tempfile::tempdir().unwrap()).collect();
        let starting = folders.iter().zip(stores.iter().cycle()).map(async |(folder, store)| {
            let mut config = Config { data_dir: folder.path().to_owned(), ..Config::default() };
            config.server.address = "127.0.0.1:0".parse().unwrap();
            config.workers.grace = SignedDuration::ZERO;
            App::build_over(config, Arc::clone(store)).await.unwrap()
        });
        let apps = join_all(starting).await;
        let minted: Vec<String> = apps.iter().filter_map(App::first_key).map(|key| key.reveal()).collect();
        let [key] = minted.as_slice() else { panic!("{} keys were minted", minted.len()) };
        let files = folders.iter().map(|folder| folder.path().join(ADMIN_KEY_FILE));
        let written: Vec<_> = files.filter_map(|file| std::fs::read_to_string(file).ok()).collect();
        assert_eq!(written, [format!("{key}\n")]);
        for store in &stores {
            let settings = auth::Config::default();
            let keys = ApiKeys::new(Arc::clone(store), Clock::System, &Secret::default(), settings);
            assert!(keys.recognise(key, [127, 0, 0, 1].into()).await.unwrap().may(Scope::Admin));
        }
        for app in apps {
            app.run(std::future::ready(())).await.unwrap();
        }
    }
}

#[tokio::test]
async fn what_one_service_runs_another_over_the_same_store_shows_cancels_and_takes_over() {
    let folder = tempfile::tempdir().unwrap();
    for [first, second] in shared_stores(folder.path()).await {
        let simulator = hanging().await;
        let one = TestApp::over(first, |config| {
            over(config, &simulator);
            config.workers.grace = SignedDuration::ZERO;
        })
        .await;
        let (cancelled, left) = (submit(&one).await, submit(&one).await);
        for location in [&cancelled, &left] {
            until(&one, location, "running").await;
        }
        let two = TestApp::over(second, |_| {}).await;
        let response = two.request(Method::POST, &format!("{cancelled}/cancel")).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::ACCEPTED);
        assert_eq!(one.get(&cancelled).await.json::<Value>().await.unwrap()["status"], "cancelled");
        one.stop().await;
        let job = until(&two, &left, "completed").await;
        assert_eq!(job["content"].as_object().unwrap().len(), 2);
        assert_eq!(two.get(&cancelled).await.json::<Value>().await.unwrap()["status"], "cancelled");
    }
}

#[tokio::test]
async fn who_follows_at_one_service_goes_on_at_another_and_loses_and_repeats_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for [first, second] in shared_stores(folder.path()).await {
        let simulator = hanging().await;
        let one = TestApp::over(first, |config| over(config, &simulator)).await;
        let location = submit(&one).await;
        let id = location.rsplit('/').next().unwrap();
        until(&one, &location, "running").await;
        let two = TestApp::over(second, |_| {}).await;
        // What one runs is followed at the other, from the start and up to what has happened so far.
        let events = first_events(follow(&two, id, None).await, 2).await;
        let last = events.last().unwrap().id.to_string();
        let (rest, again) = (follow(&one, id, Some(&last)).await, follow(&two, id, Some(&last)).await);
        let cancelled = one.request(Method::POST, &format!("{location}/cancel")).send().await.unwrap();
        assert_eq!(cancelled.status(), StatusCode::ACCEPTED);
        let all = async {
            let rest = read(&rest.text().await.unwrap());
            assert_eq!(names(&read(&again.text().await.unwrap())), names(&rest), "both tell the same");
            [events, rest].concat()
        };
        let all = tokio::time::timeout(PATIENCE, all).await.unwrap();
        assert!(all.iter().zip(1..).all(|(event, number)| event.id == number), "{:?}", names(&all));
        let told: Vec<&str> = all.iter().map(|event| event.name.as_str()).collect();
        assert_eq!((told[0], told[1], *told.last().unwrap()), ("job.queued", "job.running", "job.cancelled"));
    }
}

#[tokio::test]
async fn a_hundred_calls_at_once_with_one_key_at_two_services_make_one_job_and_one_batch() {
    let folder = tempfile::tempdir().unwrap();
    for stores in shared_stores(folder.path()).await {
        let mut apps = Vec::new();
        for store in stores {
            // Each of the calls reads its text, which takes a busy machine a while.
            let patient = |config: &mut Config| config.server.request_timeout = SignedDuration::from_mins(5);
            apps.push(TestApp::over(store, patient).await);
        }
        let order = json!({ "syllabus_text": thin_lesson(), "kinds": ["faqs"] });
        let of_batch = json!({ "requests": [order.clone(), order.clone()] });
        for (path, body, name) in
            [("/api/v1/jobs", order, "job_id"), ("/api/v1/batches", of_batch, "batch_id")]
        {
            let calls = (0..100).map(async |number: usize| {
                let call = apps[number % 2].request(Method::POST, path).header("idempotency-key", path.len());
                let answer = call.json(&body).send().await.unwrap();
                assert_eq!(answer.status(), StatusCode::CREATED);
                answer.json::<Value>().await.unwrap()[name].as_str().unwrap().to_owned()
            });
            let made: BTreeSet<String> = join_all(calls).await.into_iter().collect();
            assert_eq!(made.len(), 1, "{made:?}");
        }
        let listed: Value = apps[1].get("/api/v1/jobs?limit=100").await.json().await.unwrap();
        assert_eq!(listed["items"].as_array().unwrap().len(), 1 + 2);
    }
}

#[tokio::test]
async fn a_service_that_stops_answers_and_takes_nothing_new_until_what_runs_has_ended() {
    let simulator = hanging().await;
    let mut app = TestApp::with(|config| {
        over(config, &simulator);
        config.workers.grace = SignedDuration::from_mins(5);
    })
    .await;
    let location = submit(&app).await;
    until(&app, &location, "running").await;
    // A job that is claimed and has begun nothing yet is given back at once.
    let begun = async {
        while simulator.ledger().calls == 0 {
            app.get(&location).await;
        }
    };
    tokio::time::timeout(PATIENCE, begun).await.unwrap();
    app.tell_to_stop();
    let readiness = async {
        loop {
            let ready = app.anonymous(Method::GET, "/readyz").send().await.unwrap();
            if ready.status() == StatusCode::SERVICE_UNAVAILABLE {
                return ready.json::<Value>().await.unwrap();
            }
        }
    };
    let readiness = tokio::time::timeout(PATIENCE, readiness).await.unwrap();
    assert_eq!((&readiness["service"], &readiness["store"]), (&json!("stopping"), &json!("ready")));
    let body = json!({ "syllabus_text": LESSON, "kinds": ["faqs"] });
    for path in ["/api/v1/jobs", "/api/v1/content/generate"] {
        let refused = app.post(path, &body).await;
        assert!(refused.headers().contains_key("retry-after"));
        assert_eq!(problem(refused).await["code"], "overloaded", "{path}");
    }
    // What runs can still be read, and be cancelled; then nothing keeps the service.
    assert_eq!(app.get(&location).await.json::<Value>().await.unwrap()["status"], "running");
    let response = app.request(Method::POST, &format!("{location}/cancel")).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    tokio::time::timeout(PATIENCE, app.stop()).await.unwrap();
}

/// How soon a job is begun that another instance has put into the queue: looks at the queue that nobody
/// asked for are five seconds apart, and the last one was right before.
const AT_ONCE: SignedDuration = SignedDuration::from_secs(3);

#[tokio::test]
async fn a_job_that_is_tried_again_wakes_another_service_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for [first, second] in shared_stores(folder.path()).await {
        let simulator = hanging().await;
        let one = TestApp::over(first, |config| {
            over(config, &simulator);
            config.workers.max = 1;
            config.workers.grace = SignedDuration::ZERO;
        })
        .await;
        let busy = submit(&one).await;
        until(&one, &busy, "running").await;
        let again = submit(&one).await;
        let cancelled = one.request(Method::POST, &format!("{again}/cancel")).send().await.unwrap();
        assert_eq!(cancelled.status(), StatusCode::ACCEPTED);
        let two = TestApp::over(second, |_| {}).await;
        // It has looked at the queue when it has ended a job that came after its start.
        let looked = submit(&two).await;
        until(&two, &looked, "completed").await;
        let response = one.request(Method::POST, &format!("{again}/retry")).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::ACCEPTED);
        until(&two, &again, "completed").await;
        let record: Value = two.get(&format!("{again}/export?format=record")).await.json().await.unwrap();
        let at = |name: &str| -> Timestamp {
            let last = record["events"].as_array().unwrap().iter().rfind(|event| event["name"] == name);
            last.unwrap()["at"].as_str().unwrap().parse().unwrap()
        };
        let took = at("job.running").duration_since(at("job.queued"));
        assert!(took < AT_ONCE, "{took}");
        one.stop().await;
    }
}

/// Makes a batch of that many jobs; gives it with the paths of its jobs.
async fn submit_batch(app: &TestApp, jobs: usize) -> (String, Vec<String>) {
    let order = json!({ "syllabus_text": LESSON, "kinds": ["faqs"] });
    let created = app.post("/api/v1/batches", &json!({ "requests": vec![order; jobs] })).await;
    assert_eq!(created.status(), StatusCode::CREATED);
    let location = created.headers()["location"].to_str().unwrap().to_owned();
    let batch: Value = created.json().await.unwrap();
    let path = |job: &Value| format!("/api/v1/jobs/{}", job["job_id"].as_str().unwrap());
    (location, batch["jobs"].as_array().unwrap().iter().map(path).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_jobs_of_a_batch_can_be_deleted_at_once_from_several_services() {
    const JOBS: usize = 50;
    let folder = tempfile::tempdir().unwrap();
    for [first, second] in shared_stores(folder.path()).await {
        let simulator = hanging().await;
        let change = |config: &mut Config| {
            over(config, &simulator);
            config.workers.grace = SignedDuration::ZERO;
        };
        let services = [
            TestApp::over(Arc::clone(&first), change).await,
            TestApp::over(Arc::clone(&second), change).await,
            TestApp::over(second, change).await,
        ];
        let (batch, jobs) = submit_batch(&services[0], JOBS).await;
        // Some of them run by now.
        until(&services[1], &batch, "running").await;
        let begun = Instant::now();
        let deleting = jobs.iter().zip(services.iter().cycle()).map(async |(path, service)| {
            let answer = service.request(Method::DELETE, path).send().await.unwrap();
            (answer.status(), answer.text().await.unwrap())
        });
        let refused: Vec<_> = join_all(deleting)
            .await
            .into_iter()
            .filter(|(status, _)| *status != StatusCode::NO_CONTENT)
            .collect();
        println!("{JOBS} jobs of a batch were deleted in {:?}", begun.elapsed());
        assert_eq!(refused, [], "of {JOBS}, {} were refused", refused.len());
        // Each service says the same: the batch is gone with the last of its jobs.
        for service in &services {
            assert_eq!(problem(service.get(&batch).await).await["code"], "not_found");
            let listed: Value = service.get("/api/v1/jobs?limit=100").await.json().await.unwrap();
            assert_eq!(listed["items"], json!([]));
        }
        for collection in [Collection::Sources, Collection::Pieces] {
            let query =
                Query::ascending(collection, "number").equal("job", jobs[0].rsplit('/').next().unwrap());
            assert_eq!(first.query(query).await.unwrap().documents.len(), 0, "{collection}");
        }
        for service in services {
            service.stop().await;
        }
    }
}
