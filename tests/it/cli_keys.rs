//! `keys` from a shell: beside a running service, at one, and before there is any.

use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use serde_json::Value;

use crate::support::{Finished, Program, TestApp, in_time};

async fn call(address: &str, key: &str) -> StatusCode {
    let client = Client::builder().no_proxy().build().unwrap();
    client.get(format!("{address}/api/v1/jobs")).bearer_auth(key).send().await.unwrap().status()
}

/// Calls until the key is refused; gives when the last call began that it was still good for.
async fn last_good_call(address: &str, key: &str) -> Option<Instant> {
    let mut last = None;
    loop {
        let began = Instant::now();
        match call(address, key).await {
            StatusCode::OK => last = Some(began),
            status => {
                assert_eq!(status, StatusCode::UNAUTHORIZED);
                return last;
            }
        }
    }
}

/// Reads the secret off standard output, where nothing else is.
fn secret(finished: &Finished) -> &str {
    assert_eq!(finished.code, Some(0), "{}", finished.err);
    let secret = finished.out.strip_suffix('\n').unwrap();
    assert!(secret.starts_with("cf_") && secret.len() == 100, "{secret}");
    assert!(!finished.err.contains(secret), "{}", finished.err);
    secret
}

/// Reads the id off the note that goes with a secret.
fn id(finished: &Finished) -> &str {
    finished.err.split_whitespace().find(|word| word.len() == 36).unwrap()
}

fn only_fault(finished: &Finished, said: &str) {
    assert_eq!((finished.code, finished.out.as_str()), (Some(2), ""), "{}", finished.err);
    assert!(finished.err.contains(said), "{said}: {}", finished.err);
}

#[tokio::test]
async fn a_key_made_beside_a_running_service_is_good_at_once_and_revoked_it_ends_within_a_second() {
    let program = Program::new();
    let (_service, address, _) = program.serve(&[]).await;
    let made = program.run(&["keys", "create", "--name", "x", "--scopes", "read"]).await;
    assert_eq!(call(&address, secret(&made)).await, StatusCode::OK);
    let rotated = program.run(&["keys", "rotate", id(&made), "--overlap", "1h"]).await;
    assert_eq!(id(&rotated), id(&made));
    assert_ne!(secret(&rotated), secret(&made));
    for key in [&made, &rotated] {
        assert_eq!(call(&address, secret(key)).await, StatusCode::OK);
    }
    let revoked = program.run(&["keys", "revoke", id(&made)]).await;
    let end = Instant::now();
    assert_eq!((revoked.code, revoked.out.as_str()), (Some(0), ""), "{}", revoked.err);
    for key in [&made, &rotated] {
        let refused = last_good_call(&address, secret(key));
        let last = in_time("the revoked key to be refused", refused).await;
        let late = last.map_or(Duration::ZERO, |last| last.saturating_duration_since(end));
        assert!(late < Duration::from_secs(1), "{late:?}");
    }
    let again = program.run(&["keys", "revoke", id(&made)]).await;
    assert_eq!(again.code, Some(0), "{}", again.err);
    only_fault(&program.run(&["keys", "rotate", id(&made)]).await, "revoked");
}

#[tokio::test]
async fn keys_of_a_service_are_made_listed_rotated_and_revoked_over_http() {
    let app = TestApp::start().await;
    let program = Program::new();
    let environment = [("CONTENT_FACTORY_API_KEY", app.key.as_str())];
    let keys = async |arguments: &[&str]| {
        let arguments = [&["keys", "--server", app.address.as_str()], arguments].concat();
        program.run_with(&arguments, &environment, b"").await
    };
    let arguments = "create --name n --owner o&p --scopes generate,read --tier pro --expires 30d --allow ::1";
    let made = keys(&arguments.split(' ').collect::<Vec<_>>()).await;
    assert_eq!(call(&app.address, secret(&made)).await, StatusCode::FORBIDDEN, "not from this address");
    let listed = keys(&["list", "--owner", "o&p", "--json"]).await;
    let listed: Value = serde_json::from_str(&listed.out).unwrap();
    assert_eq!((&listed["name"], &listed["owner"]), (&"n".into(), &"o&p".into()));
    assert_eq!((&listed["tier"], &listed["allowed_addresses"][0]), (&"pro".into(), &"::1/128".into()));
    assert!(listed["expires_at"].is_string() && listed["last_used_at"].is_null(), "{listed}");
    let rotated = keys(&["rotate", id(&made), "--overlap", "0s"]).await;
    assert_eq!(call(&app.address, secret(&made)).await, StatusCode::UNAUTHORIZED);
    assert_eq!(call(&app.address, secret(&rotated)).await, StatusCode::FORBIDDEN);
    assert_eq!(keys(&["revoke", id(&made)]).await.code, Some(0));
    assert_eq!(call(&app.address, secret(&rotated)).await, StatusCode::UNAUTHORIZED);
    let table = keys(&["list"]).await;
    assert_eq!(table.code, Some(0));
    let lines: Vec<&str> = table.out.lines().collect();
    assert!(lines[0].starts_with("id ") && lines.len() == 3, "{}", table.out);
    assert!(lines[1].contains("revoked") && lines[2].contains("first administrator"), "{}", table.out);
    // The program presents that very key.
    let own = lines[2].split(' ').next().unwrap();
    only_fault(&keys(&["revoke", own]).await, "409");
    only_fault(&keys(&["revoke", id(&made).replace('0', "1").as_str()]).await, "404");
}

#[tokio::test]
async fn what_is_wrong_ends_with_2_and_says_what_to_change() {
    let program = Program::new();
    let run = async |arguments: &str| program.run(&arguments.split(' ').collect::<Vec<_>>()).await;
    for (arguments, said) in [
        ("keys create --scopes read", "--name"),
        ("keys create --name x", "--scopes"),
        ("keys create --name x --scopes write", "generate, read and admin"),
        ("keys create --name x --scopes read --tier gold", "free, pro and enterprise"),
        ("keys create --name x --scopes read --expires tomorrow", "90d"),
        ("keys create --name x --scopes read --expires 2020-01-01", "--expires: must be to come"),
        ("keys create --name x --scopes read --allow localhost", "192.0.2.0/24"),
        ("keys rotate 7", "36 characters"),
        ("keys rotate 01a1fbe7-78f4-7668-aeaa-e5f8bd47993c --overlap 31d", "--overlap: must be at most"),
        ("keys revoke 01a1fbe7-78f4-7668-aeaa-e5f8bd47993c", "no such api key"),
        ("keys list --server http://127.0.0.1:1", "CONTENT_FACTORY_API_KEY"),
        ("keys list --server nowhere", "http://127.0.0.1:8080"),
    ] {
        only_fault(&run(arguments).await, said);
    }
    let memory = [("CONTENT_FACTORY_STORE__BACKEND", "memory")];
    only_fault(&program.run_with(&["keys", "list"], &memory, b"").await, "--server");
    let long = "n".repeat(101);
    only_fault(&program.run(&["keys", "create", "--name", &long, "--scopes", "read"]).await, "--name: must");
    let unreachable = [("CONTENT_FACTORY_API_KEY", "k")];
    let arguments = ["keys", "list", "--server", "http://127.0.0.1:1"];
    assert_eq!(program.run_with(&arguments, &unreachable, b"").await.code, Some(1));
}

#[tokio::test]
async fn a_key_can_be_made_before_the_first_start_which_then_makes_none() {
    let program = Program::new();
    let made = program.run(&["keys", "create", "--name", "operator", "--scopes", "admin,read"]).await;
    let (_service, address, said) = program.serve(&[]).await;
    assert!(!said.contains("cf_") && !program.path("data/admin-key").exists(), "{said}");
    assert_eq!(call(&address, secret(&made)).await, StatusCode::OK);
}
