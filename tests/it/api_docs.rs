//! The page of the API's document, as a server gives it and as a browser shows it.

use std::path::PathBuf;
use std::process::Stdio;

use content_factory::api::routes;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::sources::root;
use crate::support::{TestApp, in_time, problem};

#[tokio::test]
async fn the_page_has_a_policy_without_inline_scripts_and_everything_it_asks_for() {
    let app = TestApp::start().await;
    let page = app.anonymous(Method::GET, "/docs").send().await.unwrap();
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"), "{policy}");
    assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{policy}");
    let page = page.text().await.unwrap();
    let asked: Vec<&str> = page.split('"').filter(|text| text.starts_with("docs/")).collect();
    assert_eq!(asked, ["docs/swagger-ui.css", "docs/swagger-ui-bundle.js", "docs/init.js"]);
    assert!(!page.contains("://") && !page.contains(" on") && !page.contains("style="), "{page}");
    for (file, media_type) in [
        ("swagger-ui.css", "text/css; charset=utf-8"),
        ("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
        ("init.js", "text/javascript; charset=utf-8"),
        ("LICENSE", "text/plain; charset=utf-8"),
        ("NOTICE", "text/plain; charset=utf-8"),
    ] {
        let answer = app.anonymous(Method::GET, &format!("/docs/{file}")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{file}");
        assert_eq!(answer.headers()["content-type"], media_type);
        assert_eq!(answer.headers()["cache-control"], "public, max-age=300");
        assert!(answer.headers().contains_key("etag"), "{file}");
        let bytes = answer.bytes().await.unwrap();
        assert_eq!(bytes, std::fs::read(root().join("web/docs").join(file)).unwrap(), "{file}");
    }
    for file in ["", "index.html", "..%2fdocs%2finit.js", "init.js%00", "%ff"] {
        let answer = app.anonymous(Method::GET, &format!("/docs/{file}")).send().await.unwrap();
        assert_eq!(problem(answer).await["code"], "not_found", "{file:?}");
    }
}

/// Finds the browser: by `CHROMIUM`, or by its names.
fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let known = ["chromium", "chromium-browser", "google-chrome"];
    let known = known.into_iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    named.into_iter().chain(known).find(|program| program.is_file())
}

#[tokio::test]
async fn a_browser_shows_every_operation_without_a_violation_and_without_asking_anybody_else() {
    let modules = root().join("target/node-tools/node_modules");
    let (Some(browser), true) = (browser(), modules.join("playwright-core").is_dir()) else {
        eprintln!("SKIPPED: Chromium or playwright-core is missing, so the page of the API is not opened");
        return;
    };
    let app = TestApp::start().await;
    let run = Command::new("node")
        .arg(root().join("tests/browser/docs.cjs"))
        .arg(format!("{}/docs", app.address))
        .arg(browser)
        .env("NODE_PATH", modules)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let run = in_time("the browser", run).await.unwrap();
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}");
    let seen: Value = serde_json::from_slice(&run.stdout).unwrap();
    let expected = json!({
        "violations": [], "errors": [], "foreign": [],
        "title": seen["title"], "operations": routes().len(), "status": "200",
    });
    assert_eq!(seen, expected);
    assert!(seen["title"].as_str().unwrap().starts_with("AI Content Factory"), "{seen}");
}
