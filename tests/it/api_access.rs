//! Who may call what, for every row of the table of routes.

use content_factory::api::{Access, Class, Route, Timing, routes};
use content_factory::auth::Scope;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{LESSON, Receiver, RequestBuilder, TestApp, problem};

const SCOPES: [Scope; 3] = [Scope::Generate, Scope::Read, Scope::Admin];
/// An id that nothing has.
const NOBODY: &str = "01a1fbe7-78f4-7668-aeaa-e5f8bd47993c";

/// Fills the names of a path in.
fn path(route: &Route, id: &str) -> String {
    let path = route.path.replace("{id}", id).replace("{kind}", "faqs").replace("{file}", "init.js");
    assert!(!path.contains('{'), "{path}: the test does not know what to put there");
    path
}

fn call(app: &TestApp, route: &Route, id: &str) -> RequestBuilder {
    app.anonymous(route.method.clone(), &path(route, id))
}

async fn call_as(app: &TestApp, route: &Route, id: &str, key: &str) -> Response {
    call(app, route, id).bearer_auth(key).send().await.unwrap()
}

#[test]
fn only_what_is_to_be_public_is() {
    let public = routes().into_iter().filter(|route| route.access == Access::Public);
    let public: Vec<String> = public.map(|route| format!("{} {}", route.method, route.path)).collect();
    assert_eq!(
        public,
        [
            "GET /healthz",
            "GET /readyz",
            "GET /metrics",
            "GET /openapi.json",
            "GET /docs",
            "GET /docs/{file}",
            "GET /api/v1/kinds"
        ]
    );
}

#[test]
fn the_facts_of_a_route_agree_with_each_other() {
    let creating = ["/api/v1/content/generate", "/api/v1/jobs", "/api/v1/batches"];
    let waiting = ["/api/v1/content/generate", "/api/v1/jobs/{id}/events"];
    for route in routes() {
        let class = match (route.access, &route.method) {
            (Access::Public, _) => Class::Free,
            (_, &Method::GET) => Class::Read,
            (_, &Method::POST) if creating.contains(&route.path) => Class::Create,
            _ => Class::Change,
        };
        let timing = match route.path {
            "/healthz" | "/readyz" | "/metrics" => Timing::Probe,
            path if waiting.contains(&path) => Timing::CallersOwn,
            _ => Timing::Deadline,
        };
        assert_eq!((route.class, route.timing), (class, timing), "{route:?}");
    }
}

#[tokio::test]
async fn every_route_but_the_public_ones_is_closed_without_a_valid_key() {
    let app = TestApp::start().await;
    for route in routes() {
        let bare = call(&app, &route, NOBODY).send().await.unwrap();
        if route.access == Access::Public {
            assert_eq!(bare.status(), StatusCode::OK, "{route:?}");
            continue;
        }
        assert_eq!(bare.headers()["www-authenticate"], "Bearer");
        assert_eq!(problem(bare).await["code"], "unauthenticated", "{route:?}");
        for key in ["", "cf_", "nonsense", &app.key.replace("cf_", "cf_f"), &format!("{}0", app.key)] {
            let wrong = call(&app, &route, NOBODY).header("x-api-key", key).send().await.unwrap();
            assert_eq!(problem(wrong).await["code"], "unauthenticated", "{route:?} {key}");
        }
    }
}

#[tokio::test]
async fn a_key_is_forbidden_what_it_lacks_the_scope_for_and_nothing_else() {
    let app = TestApp::start().await;
    for scope in SCOPES {
        let key = app.make_key(&[scope]).await;
        for route in routes() {
            let needed = match route.access {
                Access::Public => continue,
                Access::Key(needed) => Some(needed),
                Access::AnyKey => None,
            };
            let response = call_as(&app, &route, NOBODY, &key).await;
            let is_forbidden = response.status() == StatusCode::FORBIDDEN;
            let lacks = needed.is_some_and(|needed| needed != scope);
            assert_eq!(is_forbidden, lacks, "{route:?} {scope:?}");
            if is_forbidden {
                assert_eq!(problem(response).await["code"], "forbidden");
            }
        }
    }
}

#[tokio::test]
async fn a_key_is_taken_from_either_header() {
    let app = TestApp::start().await;
    for (name, value) in [("authorization", format!("bearer {}", app.key)), ("x-api-key", app.key.clone())] {
        let response = app.anonymous(Method::GET, "/api/v1/jobs").header(name, value).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{name}");
    }
}

/// What a key has made, one of each kind that has an id.
struct Owned {
    job: String,
    batch: String,
    delivery: String,
}

impl Owned {
    /// Makes one of each with that key, and waits until all of it is there.
    async fn by(app: &TestApp, key: &str) -> Owned {
        let mut receiver = Receiver::answering(204).await;
        let body = json!({ "syllabus_text": LESSON, "kinds": ["faqs"], "callback_url": receiver.url });
        let make = async |path: &str, body: Value| {
            let made = app.anonymous(Method::POST, path).bearer_auth(key).json(&body).send().await.unwrap();
            assert!(made.status().is_success(), "{path}");
            made.json::<Value>().await.unwrap()
        };
        let job = make("/api/v1/content/generate", body.clone()).await;
        let delivery = receiver.next().await.header("webhook-id").to_owned();
        let batch = make("/api/v1/batches", json!({ "requests": [body] })).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Owned { job: text(&job["job_id"]), batch: text(&batch["batch_id"]), delivery }
    }

    fn id_for(&self, route: &Route) -> &str {
        match route.path.split('/').nth(3) {
            Some("jobs") => &self.job,
            Some("batches") => &self.batch,
            Some("webhooks") => &self.delivery,
            _ => panic!("{route:?}: the test does not know whose id that is"),
        }
    }
}

/// Leaves out what names the single call.
async fn without_its_name(response: Response) -> Value {
    let mut problem = problem(response).await;
    problem.as_object_mut().unwrap().remove("request_id").unwrap();
    problem
}

#[tokio::test]
async fn what_another_key_made_is_not_there_on_any_route() {
    let app = TestApp::with(|config| config.webhooks.allow_loopback = true).await;
    let both = [Scope::Generate, Scope::Read];
    let (owner, other) = (app.make_key(&both).await, app.make_key(&both).await);
    let owned = Owned::by(&app, &owner).await;
    // What administrators see belongs to no key.
    let is_owned = |route: &Route| route.path.contains("{id}") && route.access != Access::Key(Scope::Admin);
    let rows: Vec<Route> = routes().into_iter().filter(is_owned).collect();
    for route in &rows {
        let id = owned.id_for(route);
        let refused = without_its_name(call_as(&app, route, id, &other).await).await;
        assert_eq!(refused["code"], "not_found", "{route:?}");
        // Nothing in the answer tells that the thing exists.
        assert_eq!(refused, without_its_name(call_as(&app, route, NOBODY, &other).await).await, "{route:?}");
    }
    for list in ["/api/v1/jobs", "/api/v1/webhooks/deliveries"] {
        let listed = app.anonymous(Method::GET, list).bearer_auth(&other).send().await.unwrap();
        assert_eq!(listed.json::<Value>().await.unwrap()["items"], json!([]), "{list}");
    }
    // To the owner all of it is there, and last what takes it away.
    let (takes_away, others): (Vec<_>, Vec<_>) =
        rows.iter().partition(|route| route.method == Method::DELETE);
    for route in others.into_iter().chain(takes_away) {
        let seen = call_as(&app, route, owned.id_for(route), &owner).await;
        assert_ne!(seen.status(), StatusCode::NOT_FOUND, "{route:?}");
        assert!(!seen.status().is_server_error(), "{route:?}");
    }
}

#[tokio::test]
async fn an_administrator_sees_the_jobs_of_all() {
    let app = TestApp::start().await;
    let owner = app.make_key(&[Scope::Generate, Scope::Read]).await;
    let body = json!({ "syllabus_text": LESSON, "kinds": ["faqs"] });
    let created =
        app.anonymous(Method::POST, "/api/v1/jobs").bearer_auth(&owner).json(&body).send().await.unwrap();
    assert_eq!(created.status(), StatusCode::CREATED);
    let location = created.headers()["location"].to_str().unwrap().to_owned();
    for key in [&owner, &app.key] {
        let seen = app.anonymous(Method::GET, &location).bearer_auth(key).send().await.unwrap();
        assert_eq!(seen.status(), StatusCode::OK);
    }
}
