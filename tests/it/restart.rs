//! What a crash of the service costs: nothing that it had accepted.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::support::llm_simulator::Simulator;
use crate::support::llm_simulator::fault::{Fault, Script};
use crate::support::{LESSON, Program, in_time};

const JOBS: usize = 20;
/// An administrator's key that both runs of the service are given.
const KEY: &str = "cf_a-key-that-only-this-test-knows-0123456789";

struct Service {
    client: Client,
    address: String,
}

impl Service {
    async fn get(&self, path: &str) -> Value {
        let response =
            self.client.get(format!("{}{path}", self.address)).bearer_auth(KEY).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.unwrap()
    }

    async fn submit(&self, number: usize) -> String {
        let body = json!({ "syllabus_text": text(number) });
        let request = self.client.post(format!("{}/api/v1/jobs", self.address)).bearer_auth(KEY);
        let response = request.json(&body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::CREATED);
        let job: Value = response.json().await.unwrap();
        job["job_id"].as_str().unwrap().to_owned()
    }

    /// Counts the jobs that stand there.
    async fn count(&self, status: &str) -> usize {
        let page = self.get(&format!("/api/v1/jobs?limit=100&status={status}")).await;
        page["items"].as_array().unwrap().len()
    }
}

/// A text of its own for each job.
fn text(number: usize) -> String {
    format!("{LESSON}\n\nThis copy of the lesson belongs to class number {number}.\n")
}

#[tokio::test]
async fn every_accepted_job_ends_although_the_service_is_killed_while_twenty_run() {
    let program = Program::new();
    let environment = &[("CONTENT_FACTORY_ADMIN_KEY", KEY)];
    // A model that never answers, so that every job is at work when the service is killed.
    let simulator = Simulator::fast().await.unwrap();
    simulator.script(Script::always(Fault::HangBeforeHeaders));
    let base = format!("{}/v1", simulator.url());
    let hanging = [environment[0], ("OPENAI_API_KEY", "k"), ("OPENAI_BASE_URL", &base)];
    let (mut child, address, _) = program.serve(&hanging).await;
    let service = Service { client: Client::builder().no_proxy().build().unwrap(), address };
    let ids = join_all((0..JOBS).map(|number| service.submit(number))).await;
    in_time("all jobs run", async { while service.count("running").await < JOBS {} }).await;
    // SIGKILL: nothing is flushed, closed or told.
    child.kill().await.unwrap();

    // Without the model, code writes what it did not.
    let (mut child, address, _) = program.serve(environment).await;
    let service = Service { address, ..service };
    for (number, id) in ids.iter().enumerate() {
        let ended = async {
            loop {
                let job = service.get(&format!("/api/v1/jobs/{id}?include=content")).await;
                match job["status"].as_str().unwrap() {
                    "queued" | "running" => tokio::time::sleep(Duration::from_millis(50)).await,
                    _ => return job,
                }
            }
        };
        let job = in_time(&format!("job {number} of {JOBS} has ended"), ended).await;
        assert_eq!(job["status"], "completed", "{}", job["failures"]);
        assert_eq!(job["content"].as_object().unwrap().len(), 8);
        let path = format!("{}/api/v1/jobs/{id}/source", service.address);
        let source = service.client.get(path).bearer_auth(KEY).send().await.unwrap().text().await.unwrap();
        assert_eq!(source, text(number));
    }
    assert_eq!(service.count("completed").await, JOBS);
    child.kill().await.unwrap();
}
