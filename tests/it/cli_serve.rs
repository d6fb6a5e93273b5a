//! The program as a service: starting, stopping, being killed.

use std::os::unix::fs::PermissionsExt;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::support::{LESSON, Program, terminate};

fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

#[tokio::test]
async fn the_first_start_shows_a_key_once_and_leaves_it_in_a_private_file() {
    let program = Program::new();
    let (mut child, address, said) = program.serve(&[]).await;
    let file = program.path("data/admin-key");
    let key = std::fs::read_to_string(&file).unwrap();
    assert_eq!(said.matches(key.trim()).count(), 1, "{said}");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let jobs = client().get(format!("{address}/api/v1/jobs")).header("x-api-key", key.trim());
    assert_eq!(jobs.send().await.unwrap().status(), StatusCode::OK);
    terminate(&child);
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
    let (_second, _, said) = program.serve(&[]).await;
    assert!(!said.contains("cf_"), "{said}");
}

#[tokio::test]
async fn a_second_service_on_the_same_folder_ends_with_2_and_harms_nothing() {
    let program = Program::new();
    let (_first, address, _) = program.serve(&[]).await;
    let environment = [("CONTENT_FACTORY_SERVER__ADDRESS", "127.0.0.1:0")];
    let second = program.run_with(&["serve"], &environment, b"").await;
    assert_eq!(second.code, Some(2));
    assert!(second.err.contains("another process") && second.err.contains("data"), "{}", second.err);
    assert_eq!(client().get(format!("{address}/readyz")).send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn jobs_that_were_accepted_before_a_kill_all_end_after_the_restart() {
    let program = Program::new();
    // One at a time, so that most still wait when the blow falls.
    let one = [("CONTENT_FACTORY_WORKERS__MAX", "1"), ("CONTENT_FACTORY_WORKERS__MIN", "1")];
    let (mut child, address, _) = program.serve(&one).await;
    let key = std::fs::read_to_string(program.path("data/admin-key")).unwrap();
    let mut accepted = Vec::new();
    for _ in 0..20 {
        let request = client().post(format!("{address}/api/v1/jobs")).bearer_auth(key.trim());
        let job: Value =
            request.json(&json!({ "syllabus_text": LESSON })).send().await.unwrap().json().await.unwrap();
        accepted.push(job["job_id"].as_str().unwrap().to_owned());
    }
    child.kill().await.unwrap();
    let killed = jiff::Timestamp::now();
    let (_child, address, _) = program.serve(&[]).await;
    let mut unfinished = 0;
    for id in accepted {
        loop {
            let request = client().get(format!("{address}/api/v1/jobs/{id}")).bearer_auth(key.trim());
            let job: Value = request.send().await.unwrap().json().await.unwrap();
            match job["status"].as_str().unwrap() {
                "queued" | "running" => {}
                status => {
                    assert_eq!(status, "completed", "{id}");
                    let ended: jiff::Timestamp = job["completed_at"].as_str().unwrap().parse().unwrap();
                    unfinished += usize::from(ended > killed);
                    break;
                }
            }
        }
    }
    assert!(unfinished > 0, "every job had ended before the kill");
}

#[tokio::test]
async fn a_health_check_tells_a_running_service_from_a_missing_one() {
    let program = Program::new();
    let (mut child, address, _) = program.serve(&[]).await;
    let bare = address.trim_start_matches("http://");
    let environment = [("CONTENT_FACTORY_SERVER__ADDRESS", bare)];
    let healthy = program.run_with(&["healthcheck"], &environment, b"").await;
    assert_eq!((healthy.code, healthy.out.as_str()), (Some(0), "ready\n"));
    child.kill().await.unwrap();
    assert_eq!(program.run_with(&["healthcheck"], &environment, b"").await.code, Some(1));
}

#[tokio::test]
async fn check_config_shows_what_is_in_effect_without_secrets() {
    let program = Program::new();
    program.write("content-factory.toml", "[workers]\nmax = 7\n");
    let environment =
        [("CONTENT_FACTORY_ADMIN_KEY", "an-operators-own-key-0123456789-abcdef"), ("PORT", "9123")];
    let shown = program.run_with(&["check-config"], &environment, b"").await;
    assert_eq!(shown.code, Some(0), "{}", shown.err);
    let settings: toml::Table = shown.out.parse().unwrap();
    assert_eq!(settings["workers"]["max"].as_integer(), Some(7));
    assert_eq!(settings["server"]["address"].as_str(), Some("0.0.0.0:9123"));
    assert!(!shown.out.contains("operators-own-key"), "{}", shown.out);
}

#[tokio::test]
async fn settings_with_faults_end_every_command_with_2_and_all_faults() {
    let program = Program::new();
    program.write("my.toml", "colour = 'red'\n[workers]\nmax = 0\n");
    for command in ["serve", "check-config", "healthcheck"] {
        let environment = [("CONTENT_FACTORY_NO_SUCH", "1")];
        let finished = program.run_with(&["--config", "my.toml", command], &environment, b"").await;
        assert_eq!((finished.code, finished.out.as_str()), (Some(2), ""), "{command}");
        for fault in ["colour", "workers.max", "CONTENT_FACTORY_NO_SUCH"] {
            assert!(finished.err.contains(fault), "{command}: {}", finished.err);
        }
    }
    assert_eq!(program.run(&["--config", "missing.toml", "check-config"]).await.code, Some(2));
}

#[tokio::test]
async fn a_request_is_one_line_of_the_log_and_the_line_shows_no_key_and_no_text() {
    let program = Program::new();
    let mut command = program.command(&["serve"]);
    let environment =
        [("CONTENT_FACTORY_SERVER__ADDRESS", "127.0.0.1:0"), ("CONTENT_FACTORY_LOG__FORMAT", "json")];
    let mut child = command.envs(environment).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let _key = lines.next_line().await.unwrap();
    let listening: Value = serde_json::from_str(&lines.next_line().await.unwrap().unwrap()).unwrap();
    let address = listening["address"].as_str().unwrap();
    let key = std::fs::read_to_string(program.path("data/admin-key")).unwrap();
    for number in 0..2 {
        let request = client().post(format!("http://{address}/api/v1/jobs?secret=1")).bearer_auth(key.trim());
        let request = request.header("x-request-id", format!("call-{number}"));
        request.json(&json!({ "syllabus_text": "a secret that is too short" })).send().await.unwrap();
        let line = lines.next_line().await.unwrap().unwrap();
        let entry: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(entry["request_id"], format!("call-{number}"), "{line}");
        assert_eq!((&entry["method"], &entry["route"]), (&json!("POST"), &json!("/api/v1/jobs")), "{line}");
        assert_eq!(entry["status"], 422, "{line}");
        assert!(!line.contains("secret") && !line.contains("cf_"), "{line}");
    }
}
