//! Who may call what.

use content_factory::auth::Scope;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{LESSON, TestApp, problem};

/// Every route, with the scope that it needs; `None` is public.
const ROUTES: [(Method, &str, Option<Scope>); 21] = [
    (Method::GET, "/healthz", None),
    (Method::GET, "/readyz", None),
    (Method::GET, "/metrics", None),
    (Method::GET, "/api/v1/kinds", None),
    (Method::POST, "/api/v1/content/generate", Some(Scope::Generate)),
    (Method::POST, "/api/v1/jobs", Some(Scope::Generate)),
    (Method::GET, "/api/v1/jobs", Some(Scope::Read)),
    (Method::GET, "/api/v1/jobs/{id}", Some(Scope::Read)),
    (Method::DELETE, "/api/v1/jobs/{id}", Some(Scope::Generate)),
    (Method::GET, "/api/v1/jobs/{id}/events", Some(Scope::Read)),
    (Method::POST, "/api/v1/jobs/{id}/cancel", Some(Scope::Generate)),
    (Method::POST, "/api/v1/jobs/{id}/retry", Some(Scope::Generate)),
    (Method::GET, "/api/v1/jobs/{id}/source", Some(Scope::Read)),
    (Method::GET, "/api/v1/jobs/{id}/content", Some(Scope::Read)),
    (Method::GET, "/api/v1/jobs/{id}/content/faqs", Some(Scope::Read)),
    (Method::GET, "/api/v1/jobs/{id}/export", Some(Scope::Read)),
    (Method::GET, "/api/v1/webhooks", Some(Scope::Read)),
    (Method::POST, "/api/v1/webhooks", Some(Scope::Generate)),
    (Method::POST, "/api/v1/webhooks/rotate", Some(Scope::Generate)),
    (Method::GET, "/api/v1/webhooks/deliveries", Some(Scope::Read)),
    (Method::POST, "/api/v1/webhooks/deliveries/{id}/replay", Some(Scope::Generate)),
];

fn path(route: &str) -> String {
    route.replace("{id}", "01a1fbe7-78f4-7668-aeaa-e5f8bd47993c")
}

#[tokio::test]
async fn every_route_but_the_public_ones_is_closed_without_a_valid_key() {
    let app = TestApp::start().await;
    for (method, route, scope) in ROUTES {
        let bare = app.anonymous(method.clone(), &path(route)).send().await.unwrap();
        if scope.is_none() {
            assert_eq!(bare.status(), StatusCode::OK, "{method} {route}");
            continue;
        }
        assert_eq!(bare.headers()["www-authenticate"], "Bearer");
        assert_eq!(problem(bare).await["code"], "unauthenticated", "{method} {route}");
        for key in ["", "cf_", "nonsense", &app.key.replace("cf_", "cf_f"), &format!("{}0", app.key)] {
            let wrong =
                app.anonymous(method.clone(), &path(route)).header("x-api-key", key).send().await.unwrap();
            assert_eq!(problem(wrong).await["code"], "unauthenticated", "{method} {route} {key}");
        }
    }
}

#[tokio::test]
async fn a_key_without_the_scope_is_forbidden_and_one_with_it_is_not() {
    let app = TestApp::start().await;
    let reader = app.make_key(&[Scope::Read]).await;
    let generator = app.make_key(&[Scope::Generate]).await;
    for (method, route, needed) in ROUTES {
        let Some(needed) = needed else { continue };
        for (key, scope) in [(&reader, Scope::Read), (&generator, Scope::Generate)] {
            let response = app.anonymous(method.clone(), &path(route)).bearer_auth(key).send().await.unwrap();
            assert_eq!(
                response.status() == StatusCode::FORBIDDEN,
                scope != needed,
                "{method} {route} {scope:?}"
            );
        }
    }
    let response = app.anonymous(Method::POST, "/api/v1/jobs").bearer_auth(&reader).send().await.unwrap();
    assert_eq!(problem(response).await["code"], "forbidden");
}

#[tokio::test]
async fn a_key_is_taken_from_either_header() {
    let app = TestApp::start().await;
    for (name, value) in [("authorization", format!("bearer {}", app.key)), ("x-api-key", app.key.clone())] {
        let response = app.anonymous(Method::GET, "/api/v1/jobs").header(name, value).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{name}");
    }
}

#[tokio::test]
async fn a_job_exists_for_its_owner_and_for_administrators_only() {
    let app = TestApp::start().await;
    let (owner, other) = (
        app.make_key(&[Scope::Generate, Scope::Read]).await,
        app.make_key(&[Scope::Generate, Scope::Read]).await,
    );
    let body = json!({ "syllabus_text": LESSON, "kinds": ["faqs"] });
    let created =
        app.anonymous(Method::POST, "/api/v1/jobs").bearer_auth(&owner).json(&body).send().await.unwrap();
    assert_eq!(created.status(), StatusCode::CREATED);
    let location = created.headers()["location"].to_str().unwrap().to_owned();
    for path in ["", "/source", "/content", "/content/faqs", "/export"] {
        let path = format!("{location}{path}");
        let seen = app.anonymous(Method::GET, &path).bearer_auth(&other).send().await.unwrap();
        assert_eq!(problem(seen).await["code"], "not_found", "{path}");
    }
    for (method, path) in [(Method::DELETE, ""), (Method::POST, "/cancel"), (Method::POST, "/retry")] {
        let refused = app.anonymous(method, &format!("{location}{path}")).bearer_auth(&other).send().await;
        assert_eq!(refused.unwrap().status(), StatusCode::NOT_FOUND, "{path}");
    }
    let listed = app.anonymous(Method::GET, "/api/v1/jobs").bearer_auth(&other).send().await.unwrap();
    assert_eq!(listed.json::<serde_json::Value>().await.unwrap()["items"], json!([]));
    for key in [&owner, &app.key] {
        let seen = app.anonymous(Method::GET, &location).bearer_auth(key).send().await.unwrap();
        assert_eq!(seen.status(), StatusCode::OK);
    }
}
