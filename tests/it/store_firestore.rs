//! What only Firestore can do: be away, lose answers, be written by others and by hand. What every
//! store does stands in `store_contract.rs`. All of it is left out, and that is said, where there is
//! no emulator.

use std::sync::Arc;
use std::time::Duration;

use content_factory::clock::Clock;
use content_factory::store::firestore::Settings;
use content_factory::store::{
    Change, Changes, Collection, Error, FirestoreStore, Query, Store, Value, Watch, Write,
};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, Method, StatusCode};
use serde_json::Value as Json;
use serde_json::json;

use crate::support::emulator;
use crate::support::proxy::{Proxy, Way};
use crate::support::{LESSON, TestApp, problem};

const JOBS: Collection = Collection::Jobs;
const PATIENCE: Duration = Duration::from_secs(60);

async fn open(settings: &Settings) -> FirestoreStore {
    FirestoreStore::open(settings, Clock::System).await.unwrap()
}

fn job(id: &str, owner: &str) -> Write {
    Write::put(JOBS, id).field("owner", owner).field("created_at", Clock::System.now()).payload("{}")
}

fn large(id: &str, letter: char) -> Write {
    job(id, "me").payload(String::from(letter).repeat(2_000_000))
}

/// Speaks to the emulator as the console does.
async fn console(settings: &Settings, method: Method, path: &str, body: &Json) -> Json {
    let Settings { project, database, emulator_host, .. } = settings;
    let url = format!("http://{emulator_host}/v1/projects/{project}/databases/{database}/documents/{path}");
    let request = Client::new().request(method, url).bearer_auth("owner");
    let response = request.json(body).send().await.unwrap().error_for_status().unwrap();
    response.json().await.unwrap()
}

async fn look(settings: &Settings, path: &str) -> Json {
    console(settings, Method::GET, path, &Json::Null).await
}

async fn parts(settings: &Settings, id: &str) -> Vec<Json> {
    let found = look(settings, &format!("jobs/{id}/parts?mask.fieldPaths=expire_at")).await;
    found["documents"].as_array().cloned().unwrap_or_default()
}

fn is_away<T>(result: Result<T, Error>) -> bool {
    matches!(result, Err(Error::Unavailable { .. }))
}

/// Waits for the next change, and looks whether it says whose the document is.
async fn next(changes: &mut Changes) -> Option<Change> {
    match tokio::time::timeout(PATIENCE, changes.next()).await.unwrap() {
        Some(Change::Put { id, version, fields }) => {
            assert_eq!(fields.get("owner"), Some(&Value::from("me")), "{id}");
            assert!(matches!(fields.get("created_at"), Some(Value::Timestamp(_))), "{id}");
            put(&id, version)
        }
        other => other,
    }
}

fn put(id: &str, version: u64) -> Option<Change> {
    Some(Change::Put { id: id.to_owned(), version, fields: Arc::default() })
}

#[tokio::test]
async fn an_operator_reads_native_fields_in_the_console() {
    let Some(settings) = emulator::database() else { return };
    let at = "2026-11-28T10:00:00.123456Z".parse::<Timestamp>().unwrap();
    let write = Write::put(JOBS, "a").field("status", "queued").field("queue_key", 5_i64);
    let write = write.field("created_at", at).payload("{\"x\":null}").expire_at(Timestamp::MAX);
    open(&settings).await.commit(vec![write]).await.unwrap();
    let fields = look(&settings, "jobs/a").await["fields"].clone();
    assert_eq!(fields["status"], json!({ "stringValue": "queued" }));
    assert_eq!(fields["queue_key"], json!({ "integerValue": "5" }));
    assert_eq!(fields["created_at"], json!({ "timestampValue": "2026-11-28T10:00:00.123456Z" }));
    assert_eq!(fields["version"], json!({ "integerValue": "1" }));
    assert_eq!(fields["payload"], json!({ "stringValue": "{\"x\":null}" }));
    assert!(fields["expire_at"]["timestampValue"].is_string());
}

#[tokio::test]
async fn a_document_that_was_made_by_hand_hides_no_other() {
    let Some(settings) = emulator::database() else { return };
    let store = open(&settings).await;
    store.commit(vec![job("a", "me"), job("c", "me")]).await.unwrap();
    let by_hand = json!({ "fields": {
        "owner": { "stringValue": "me" }, "created_at": { "timestampValue": "2026-11-28T10:00:00Z" },
    } });
    console(&settings, Method::POST, "jobs?documentId=b", &by_hand).await;
    let query = Query::descending(JOBS, "created_at").equal("owner", "me");
    let found = store.query(query).await.unwrap().documents;
    assert_eq!(found.len(), 2);
    let read = store.get(JOBS, "b").await;
    assert!(matches!(&read, Err(Error::Unreadable { name }) if name.ends_with("/jobs/b")), "{read:?}");
}

#[tokio::test]
async fn a_page_is_filled_though_much_of_what_matches_has_expired() {
    let Some(settings) = emulator::database() else { return };
    let clock = Clock::fixed(Timestamp::from_second(1_800_000_000).unwrap());
    let store = FirestoreStore::open(&settings, clock.clone()).await.unwrap();
    let soon = clock.now() + SignedDuration::from_secs(1);
    let write = |number: i64| {
        let at = Timestamp::from_second(number).unwrap();
        Write::put(JOBS, format!("{number:03}")).field("owner", "me").field("created_at", at)
    };
    let expiring = (0..250).map(|number| write(number).expire_at(soon));
    store.commit(expiring.chain((250..253).map(write)).collect()).await.unwrap();
    clock.advance(Duration::from_secs(1));
    let query = Query::ascending(JOBS, "created_at").equal("owner", "me").limit(2);
    let page = store.query(query.clone()).await.unwrap();
    assert_eq!(page.documents.iter().map(|found| found.id.as_str()).collect::<Vec<_>>(), ["250", "251"]);
    let page = store.query(query.after(page.next.unwrap())).await.unwrap();
    assert_eq!((page.documents.len(), page.next), (1, None));
}

#[tokio::test]
async fn parts_come_and_go_with_their_document() {
    let Some(settings) = emulator::database() else { return };
    let store = open(&settings).await;
    store.commit(vec![large("a", 'x')]).await.unwrap();
    let first = parts(&settings, "a").await;
    assert_eq!(first.len(), 3);
    assert!(first.iter().all(|part| part["fields"].is_null()), "they live as long as it does: {first:?}");
    let later = Clock::System.now() + SignedDuration::from_hours(99);
    assert_eq!(store.commit(vec![large("a", 'ñ').expire_at(later)]).await.unwrap(), [2]);
    let second = parts(&settings, "a").await;
    assert_eq!(second.len(), 5);
    let ends =
        |part: &Json| part["fields"]["expire_at"]["timestampValue"].as_str().unwrap().parse::<Timestamp>();
    assert!(second.iter().all(|part| ends(part).unwrap().as_second() == later.as_second()));
    assert_eq!(store.get(JOBS, "a").await.unwrap().unwrap().payload, "ñ".repeat(2_000_000));
    store.commit(vec![job("a", "me")]).await.unwrap();
    assert_eq!(parts(&settings, "a").await, [Json::Null; 0]);
    store.commit(vec![large("a", 'y')]).await.unwrap();
    store.commit(vec![Write::delete(JOBS, "a")]).await.unwrap();
    assert_eq!(parts(&settings, "a").await, [Json::Null; 0]);
}

#[tokio::test]
async fn a_refused_batch_leaves_no_parts_behind() {
    let Some(settings) = emulator::database() else { return };
    let store = open(&settings).await;
    let refused = store.commit(vec![large("a", 'x'), job("b", "me").at_version(1)]).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })), "{refused:?}");
    assert_eq!(parts(&settings, "a").await, [Json::Null; 0]);
    assert_eq!(store.get(JOBS, "a").await.unwrap(), None);
}

/// Two stores on one database: one straight, one by a way that can be cut.
async fn straight_and_by_a_way() -> Option<(FirestoreStore, Arc<FirestoreStore>, Proxy)> {
    let settings = emulator::database()?;
    let proxy = Proxy::to(&settings.emulator_host).await;
    let by_the_way = Settings { emulator_host: proxy.address.to_string(), ..settings.clone() };
    Some((open(&settings).await, Arc::new(open(&by_the_way).await), proxy))
}

/// Commits by the way, whose answers are lost; returns once the commit stands.
async fn commit_unanswered(
    straight: &FirestoreStore,
    by_the_way: &Arc<FirestoreStore>,
    proxy: &Proxy,
) -> tokio::task::JoinHandle<Result<Vec<u64>, Error>> {
    proxy.make(Way::Deaf);
    let store = Arc::clone(by_the_way);
    let batch = vec![job("a", "me").absent(), Write::put(Collection::Keys, "k").absent()];
    let committing = tokio::spawn(async move { store.commit(batch).await });
    let stands = async { while straight.get(JOBS, "a").await.unwrap().is_none() {} };
    tokio::time::timeout(PATIENCE, stands).await.unwrap();
    committing
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_known_again_and_happens_once() {
    let Some((straight, by_the_way, proxy)) = straight_and_by_a_way().await else { return };
    let committing = commit_unanswered(&straight, &by_the_way, &proxy).await;
    proxy.make(Way::Open);
    assert_eq!(committing.await.unwrap().unwrap(), [1, 1]);
    assert_eq!(straight.get(JOBS, "a").await.unwrap().unwrap().version, 1);
}

#[tokio::test]
async fn what_this_instance_wrote_last_it_writes_again_without_a_look() {
    let Some((straight, by_the_way, proxy)) = straight_and_by_a_way().await else { return };
    by_the_way.commit(vec![job("a", "me")]).await.unwrap();
    // The answer to a look would not arrive, and nothing would be written.
    proxy.make(Way::Deaf);
    let store = Arc::clone(&by_the_way);
    let committing = tokio::spawn(async move { store.commit(vec![job("a", "me").at_version(1)]).await });
    let stands = async { while straight.get(JOBS, "a").await.unwrap().unwrap().version == 1 {} };
    tokio::time::timeout(PATIENCE / 3, stands).await.unwrap();
    proxy.make(Way::Open);
    assert_eq!(committing.await.unwrap().unwrap(), [2]);
}

#[tokio::test]
async fn what_this_instance_remembers_counts_for_nothing_against_what_others_wrote() {
    let Some(settings) = emulator::database() else { return };
    let (one, other) = (open(&settings).await, open(&settings).await);
    let conflicts = |result| matches!(result, Err(Error::Conflict { .. }));
    assert_eq!(one.commit(vec![large("a", 'x')]).await.unwrap(), [1]);
    assert_eq!(other.commit(vec![large("a", 'y').at_version(1)]).await.unwrap(), [2]);
    assert!(conflicts(one.commit(vec![job("a", "me").at_version(1)]).await));
    assert_eq!(one.commit(vec![large("a", 'w').at_version(2)]).await.unwrap(), [3]);
    assert_eq!(one.commit(vec![large("a", 'z').at_version(3)]).await.unwrap(), [4]);
    assert_eq!(parts(&settings, "a").await.len(), 3, "earlier parts are gone");
    assert_eq!(one.get(JOBS, "a").await.unwrap().unwrap().payload, "z".repeat(2_000_000));
    other.commit(vec![Write::delete(JOBS, "a")]).await.unwrap();
    assert!(conflicts(one.commit(vec![job("a", "me").at_version(4)]).await));
    assert_eq!(one.commit(vec![job("a", "me").absent()]).await.unwrap(), [1]);
    assert_eq!(one.commit(vec![Write::delete(JOBS, "a").at_version(1)]).await.unwrap(), [0]);
    assert!(conflicts(one.commit(vec![job("a", "me").at_version(1)]).await));
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_and_that_others_wrote_over_is_no_conflict() {
    let Some((straight, by_the_way, proxy)) = straight_and_by_a_way().await else { return };
    let committing = commit_unanswered(&straight, &by_the_way, &proxy).await;
    let over = vec![job("a", "you"), Write::put(Collection::Keys, "k")];
    assert_eq!(straight.commit(over).await.unwrap(), [2, 2]);
    proxy.make(Way::Open);
    let outcome = committing.await.unwrap();
    assert!(is_away(outcome.clone()), "{outcome:?}");
    assert_eq!(straight.get(JOBS, "a").await.unwrap().unwrap().text("owner"), Some("you"));
}

#[tokio::test]
async fn while_the_database_is_away_every_call_says_so_and_then_goes_on() {
    let Some((straight, by_the_way, proxy)) = straight_and_by_a_way().await else { return };
    by_the_way.commit(vec![job("a", "me")]).await.unwrap();
    proxy.make(Way::Cut);
    assert!(is_away(by_the_way.ping().await));
    assert!(is_away(by_the_way.get(JOBS, "a").await));
    assert!(is_away(by_the_way.query(Query::ascending(JOBS, "created_at")).await));
    assert!(is_away(by_the_way.commit(vec![job("b", "me").absent()]).await));
    assert_eq!(straight.get(JOBS, "b").await.unwrap(), None);
    proxy.make(Way::Open);
    by_the_way.ping().await.unwrap();
    assert_eq!(by_the_way.commit(vec![job("b", "me").absent()]).await.unwrap(), [1]);
}

#[tokio::test]
async fn timeout_bounds_how_long_an_answer_is_waited_for() {
    let Some(settings) = emulator::database() else { return };
    let proxy = Proxy::to(&settings.emulator_host).await;
    let timeout = SignedDuration::from_millis(700);
    let settings = Settings { emulator_host: proxy.address.to_string(), timeout, ..settings };
    let store = open(&settings).await;
    proxy.make(Way::Deaf);
    let begun = std::time::Instant::now();
    assert!(is_away(store.get(JOBS, "a").await));
    assert!((Duration::from_millis(700)..Duration::from_secs(7)).contains(&begun.elapsed()));
    let unheard = FirestoreStore::open(&settings, Clock::System).await;
    assert!(is_away(unheard));
}

#[tokio::test]
async fn a_watcher_hears_of_others_and_after_a_break_that_it_may_have_missed_something() {
    let Some((others, watching, proxy)) = straight_and_by_a_way().await else { return };
    others.commit(vec![job("before", "me")]).await.unwrap();
    watching.ping().await.unwrap();
    let Watch::Changes(mut changes) = watching.watch(JOBS) else { panic!("it can be watched") };
    others.commit(vec![job("a", "me"), Write::put(Collection::Keys, "k")]).await.unwrap();
    assert_eq!(next(&mut changes).await, put("a", 1));
    watching.commit(vec![job("b", "me")]).await.unwrap();
    assert_eq!(next(&mut changes).await, put("b", 1));
    others.commit(vec![Write::delete(JOBS, "a")]).await.unwrap();
    assert_eq!(next(&mut changes).await, Some(Change::Deleted { id: "a".to_owned() }));
    proxy.make(Way::Cut);
    others.commit(vec![job("meanwhile", "me")]).await.unwrap();
    proxy.make(Way::Open);
    // What was written meanwhile may be told as well, before or after.
    let mut told = vec![next(&mut changes).await];
    while !told.contains(&Some(Change::Missed)) {
        told.push(next(&mut changes).await);
    }
    others.commit(vec![job("c", "me")]).await.unwrap();
    let heard = async { while next(&mut changes).await != put("c", 1) {} };
    tokio::time::timeout(PATIENCE, heard).await.unwrap();
    let expected = [Some(Change::Missed), put("meanwhile", 1)];
    assert!(told.iter().all(|change| expected.contains(change)), "{told:?}");
}

#[tokio::test]
async fn a_commit_of_unknown_outcome_makes_everybody_look_as_soon_as_the_database_is_back() {
    let Some((others, by_the_way, proxy)) = straight_and_by_a_way().await else { return };
    let feeds = [others.watch(JOBS), by_the_way.watch(JOBS)];
    proxy.make(Way::Cut);
    assert!(is_away(by_the_way.commit(vec![job("a", "me")]).await));
    proxy.make(Way::Open);
    for feed in feeds {
        let Watch::Changes(mut changes) = feed else { panic!("it can be watched") };
        assert_eq!(next(&mut changes).await, Some(Change::Missed));
    }
}

#[tokio::test]
async fn what_instances_do_not_tell_each_other_of_cannot_be_followed() {
    let Some(settings) = emulator::database() else { return };
    let store = open(&settings).await;
    assert!(matches!(store.watch(Collection::Pieces), Watch::Unsupported));
}

#[tokio::test]
async fn a_service_without_its_database_refuses_and_goes_on_when_it_is_back() {
    let Some((_, by_the_way, proxy)) = straight_and_by_a_way().await else { return };
    let app = TestApp::over(by_the_way, |_| {}).await;
    let body = json!({ "syllabus_text": LESSON, "kinds": ["faqs"] });
    proxy.make(Way::Cut);
    for path in ["/api/v1/jobs", "/api/v1/content/generate"] {
        let refused = app.post(path, &body).await;
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(refused.headers().contains_key("retry-after"), "{path}");
        assert_eq!(problem(refused).await["code"], "overloaded", "{path}");
    }
    let ready = app.anonymous(Method::GET, "/readyz").send().await.unwrap();
    assert_eq!(ready.status(), StatusCode::SERVICE_UNAVAILABLE);
    proxy.make(Way::Open);
    let job = app.generate().await;
    assert_eq!(job["status"], "completed");
    let listed: Json = app.get("/api/v1/jobs").await.json().await.unwrap();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "what was refused is not there");
}
