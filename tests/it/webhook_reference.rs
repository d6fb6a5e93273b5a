//! What is really delivered, verified with the reference library of Standard Webhooks from PyPI,
//! `standardwebhooks`, in the virtual environment that `./scripts/test` makes.

use std::path::PathBuf;
use std::process::Stdio;

use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::support::sources::root;
use crate::support::{LESSON, Receiver, TestApp};

/// Verifies with every secret, and that neither another body nor another secret is accepted.
const VERIFY: &str = r#"
import base64, json, sys
from standardwebhooks import Webhook, WebhookVerificationError

given = json.load(sys.stdin)
for secret in given["secrets"]:
    assert Webhook(secret).verify(given["body"], given["headers"])["type"] == "job.completed"
other = "whsec_" + base64.b64encode(b"0" * 32).decode()
for secret, body in [(given["secrets"][0], given["body"] + " "), (other, given["body"])]:
    try:
        Webhook(secret).verify(body, given["headers"])
    except WebhookVerificationError:
        continue
    sys.exit("accepted what is not signed")
print("verified with", len(given["secrets"]), "secrets")
"#;

/// Finds the interpreter; says so loudly where it is missing.
fn python() -> Option<PathBuf> {
    let python = root().join("target/python-venv/bin/python");
    if python.exists() {
        return Some(python);
    }
    eprintln!("SKIPPED: {} is missing, run ./scripts/test where python3 is installed", python.display());
    None
}

async fn verify(python: &PathBuf, given: &Value) -> String {
    let mut child = Command::new(python)
        .args(["-c", VERIFY])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(given.to_string().as_bytes()).await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn the_reference_library_verifies_what_is_delivered_also_during_a_rotation() {
    let Some(python) = python() else { return };
    let app = TestApp::with(|config| config.webhooks.allow_loopback = true).await;
    let mut receiver = Receiver::answering(200).await;
    let mut secrets = Vec::new();
    for (path, status) in [("", StatusCode::CREATED), ("/rotate", StatusCode::OK)] {
        let made = app.post(&format!("/api/v1/webhooks{path}"), &json!({})).await;
        assert_eq!(made.status(), status);
        secrets.insert(0, made.json::<Value>().await.unwrap()["secret"].clone());
        let body = json!({ "syllabus_text": LESSON, "kinds": ["faqs"], "callback_url": receiver.url });
        assert_eq!(app.post("/api/v1/jobs", &body).await.status(), StatusCode::CREATED);
        let received = receiver.next().await;
        let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
        let headers: Value =
            names.into_iter().map(|name| (name.to_owned(), json!(received.header(name)))).collect();
        assert_eq!(received.header("webhook-signature").split(' ').count(), secrets.len());
        let given = json!({ "secrets": secrets, "body": received.body, "headers": headers });
        let said = verify(&python, &given).await;
        assert_eq!(said.trim(), format!("verified with {} secrets", secrets.len()));
    }
}
