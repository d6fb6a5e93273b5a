//! Processes over one Firestore database: one is killed, one is frozen, one is told to stop, and
//! every accepted job ends.

use std::time::Duration;

use content_factory::content::Kind;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tokio::process::Child;

use crate::chaos::task;
use crate::support::llm_simulator::fault::{Fault, Rule, Script, When};
use crate::support::llm_simulator::ledger::Entry;
use crate::support::llm_simulator::reading::COPY;
use crate::support::llm_simulator::{Pace, Simulator};
use crate::support::proxy::{Proxy, Way};
use crate::support::{LESSON, Program, emulator, signal, terminate};

/// An administrator's key that all processes are given.
const KEY: &str = "cf_a-key-that-only-this-test-knows-0123456789";
/// Jobs that one process runs at once.
const EACH: usize = 4;
const JOBS: usize = 3 * EACH;
const LEASE: SignedDuration = SignedDuration::from_secs(2);
/// What the contract allows beyond the lease.
const TAKEN_OVER: SignedDuration = SignedDuration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(60);

/// One process of several.
struct Instance {
    child: Child,
    address: String,
    _program: Program,
}

struct Instances {
    environment: Vec<(&'static str, String)>,
    client: Client,
}

impl Instances {
    async fn start(&self) -> Instance {
        self.start_with(&[("OPENAI_API_KEY", "k")]).await
    }

    /// Starts a process with something of its own in its environment.
    async fn start_with(&self, own: &[(&str, &str)]) -> Instance {
        let program = Program::new();
        let shared = self.environment.iter().map(|(name, value)| (*name, value.as_str()));
        let environment: Vec<(&str, &str)> = shared.chain(own.iter().copied()).collect();
        let (child, address, _) = program.serve(&environment).await;
        Instance { child, address, _program: program }
    }

    async fn submit(&self, instance: &Instance, number: usize) -> String {
        self.submit_for(instance, number, &[Kind::Faqs]).await
    }

    async fn submit_for(&self, instance: &Instance, number: usize, kinds: &[Kind]) -> String {
        let text = format!("{LESSON}\n\n{COPY}{number}.\n");
        let body = json!({ "syllabus_text": text, "kinds": kinds });
        let request = self.client.request(Method::POST, format!("{}/api/v1/jobs", instance.address));
        let response = request.bearer_auth(KEY).json(&body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::CREATED);
        response.json::<Value>().await.unwrap()["job_id"].as_str().unwrap().to_owned()
    }

    async fn get(&self, instance: &Instance, path: &str) -> Value {
        let request = self.client.get(format!("{}/api/v1/jobs{path}", instance.address)).bearer_auth(KEY);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.unwrap()
    }

    /// Finds how long after that moment each of the jobs was given back to the queue that were.
    async fn given_back(&self, instance: &Instance, ids: &[String], since: Timestamp) -> Vec<SignedDuration> {
        let mut took = Vec::new();
        for id in ids {
            let record = self.get(instance, &format!("/{id}/export?format=record")).await;
            let queued =
                record["events"].as_array().unwrap().iter().filter(|event| event["name"] == "job.queued");
            let mut moments = queued.map(|event| event["at"].as_str().unwrap().parse::<Timestamp>().unwrap());
            took.extend(moments.find(|at| *at > since).map(|at| at.duration_since(since)));
        }
        took
    }

    /// Reads the list until that many jobs stand there.
    async fn until(&self, instance: &Instance, jobs: usize, status: &str) {
        let reading = async {
            loop {
                let page = self.get(instance, &format!("?limit=100&status={status}")).await;
                if page["items"].as_array().unwrap().len() == jobs {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, reading).await.unwrap();
    }
}

fn pace(first_token_ms: u64) -> Pace {
    Pace { first_token_ms, ..Pace::default() }
}

fn environment(simulator: &Simulator, project: String, host: String) -> Vec<(&'static str, String)> {
    vec![
        ("CONTENT_FACTORY_ADMIN_KEY", KEY.to_owned()),
        ("CONTENT_FACTORY_STORE__BACKEND", "firestore".to_owned()),
        ("CONTENT_FACTORY_SECRETS__KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned()),
        ("GOOGLE_CLOUD_PROJECT", project),
        ("FIRESTORE_EMULATOR_HOST", host),
        ("CONTENT_FACTORY_STORE__FIRESTORE__TIMEOUT", "30s".to_owned()),
        ("CONTENT_FACTORY_WRITER", "openai".to_owned()),
        ("OPENAI_BASE_URL", format!("{}/v1", simulator.url())),
        ("CONTENT_FACTORY_LLM__FAN_OUT", "piece".to_owned()),
        ("CONTENT_FACTORY_WORKERS__MAX", EACH.to_string()),
        ("CONTENT_FACTORY_WORKERS__LEASE", format!("{}s", LEASE.as_secs())),
        ("CONTENT_FACTORY_WORKERS__GRACE", "0s".to_owned()),
    ]
}

#[tokio::test]
async fn every_accepted_job_ends_though_of_three_processes_one_is_killed_one_frozen_and_one_stopped() {
    let Some(database) = emulator::database() else { return };
    let simulator = Simulator::fast().await.unwrap();
    simulator.pace(pace(6000));
    let client = Client::builder().no_proxy().build().unwrap();
    let environment = environment(&simulator, database.project, database.emulator_host);
    let all = Instances { environment, client };
    let (mut killed, frozen, mut last) = (all.start().await, all.start().await, all.start().await);
    let mut ids = Vec::new();
    for number in 0..JOBS {
        ids.push(all.submit(&killed, number).await);
    }
    // No process runs more than its part, so each runs its part.
    all.until(&last, JOBS, "running").await;
    simulator.pace(pace(0));
    killed.child.kill().await.unwrap();
    signal(&frozen.child, "STOP");
    let struck = Timestamp::now();
    all.until(&last, JOBS, "completed").await;
    let took = all.given_back(&last, &ids, struck).await;
    assert_eq!(took.len(), 2 * EACH, "all jobs of two processes were taken over");
    assert!(took.iter().all(|took| *took < LEASE + TAKEN_OVER), "{took:?}");
    for id in &ids {
        let job = all.get(&last, &format!("/{id}?include=content")).await;
        assert_eq!(job["content"].as_object().unwrap().len(), 2, "{job}");
    }
    // An outline and a piece for each job, and again what was in flight in two processes.
    let calls = simulator.ledger().calls;
    assert!(calls <= u64::try_from(2 * JOBS + 2 * EACH).unwrap(), "{calls} calls");

    // Who was frozen finds its jobs taken over, and goes on with others.
    signal(&frozen.child, "CONT");
    let awake = frozen;
    all.until(&awake, JOBS, "completed").await;
    simulator.pace(pace(6000));
    let mut ids = Vec::new();
    for number in 0..2 * EACH {
        ids.push(all.submit(&last, JOBS + number).await);
    }
    // Again no process runs more than its part.
    all.until(&last, 2 * EACH, "running").await;
    simulator.pace(pace(0));
    let told = Timestamp::now();
    terminate(&last.child);
    assert!(last.child.wait().await.unwrap().success());
    all.until(&awake, JOBS + 2 * EACH, "completed").await;
    let took = all.given_back(&awake, &ids, told).await;
    assert_eq!(took.len(), EACH, "all jobs of the one that stopped were given back");
    assert!(took.iter().all(|took| *took < LEASE + TAKEN_OVER), "{took:?}");
}

/// Waits until a process has begun that many calls.
async fn until_called(simulator: &Simulator, caller: &str, calls: usize) {
    let counting = async {
        while simulator.ledger().entries.iter().filter(|entry| entry.caller == caller).count() < calls {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, counting).await.unwrap();
}

/// Waits until a process has the answers to that many calls.
async fn until_answered(all: &Instances, instance: &Instance, calls: u64) {
    let counting = async {
        loop {
            let request = all.client.get(format!("{}/metrics", instance.address));
            let text = request.send().await.unwrap().text().await.unwrap();
            let counts = text.lines().filter(|line| line.starts_with("llm_requests_total{"));
            let count = |line: &str| line.rsplit_once(' ').unwrap().1.parse::<u64>().unwrap();
            if counts.map(count).sum::<u64>() >= calls {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, counting).await.unwrap();
}

/// All pieces are in flight when the process is frozen. Their answers are no pieces, so that each is to be
/// asked for again, and cost so little that all of that is pledged already: no commit stands between the
/// process and seven more calls.
#[tokio::test]
async fn a_process_that_was_frozen_past_its_lease_pays_for_nothing_of_a_job_that_was_taken_over() {
    let Some(database) = emulator::database() else { return };
    let simulator = Simulator::fast().await.unwrap();
    let once = |kind: Kind| Rule {
        when: When { contains: Some(task(kind).to_owned()), times: Some(1), ..When::default() },
        faults: vec![Fault::WrongSchema],
    };
    simulator.script(Script { seed: 0, rules: Kind::PIECES.into_iter().map(once).collect() });
    simulator.pace(pace(3000));
    let client = Client::builder().no_proxy().build().unwrap();
    let proxy = Proxy::to(&database.emulator_host).await;
    let mut environment = environment(&simulator, database.project, database.emulator_host);
    environment.push(("CONTENT_FACTORY_LLM__MAX_COST_USD", "100".to_owned()));
    let all = Instances { environment, client };
    let way = proxy.address.to_string();
    let frozen = all.start_with(&[("OPENAI_API_KEY", "frozen"), ("FIRESTORE_EMULATOR_HOST", &way)]).await;
    all.submit_for(&frozen, 1, &Kind::PIECES).await;
    until_called(&simulator, "frozen", 1 + Kind::PIECES.len()).await;
    signal(&frozen.child, "STOP");
    simulator.pace(pace(0));
    let mut other = all.start_with(&[("OPENAI_API_KEY", "other")]).await;
    all.until(&other, 1, "completed").await;
    other.child.kill().await.unwrap();

    // Nobody can tell it what happened until it has read the answers that came meanwhile.
    proxy.make(Way::Cut);
    let thawed = Timestamp::now();
    signal(&frozen.child, "CONT");
    until_answered(&all, &frozen, 8).await;
    proxy.make(Way::Open);
    // What it does with the other job it does after it has done what there was to do for the first.
    all.submit(&frozen, 2).await;
    all.until(&frozen, 2, "completed").await;
    let ledger = simulator.ledger();
    let calls = |caller: &'static str, copy| -> Vec<&Entry> {
        let made = |entry: &&Entry| entry.caller == caller && entry.copy == Some(copy);
        ledger.entries.iter().filter(made).collect()
    };
    let late = calls("frozen", 1).into_iter().filter(|entry| entry.came_at > thawed).count();
    assert_eq!(late, 0, "calls were begun after the job was taken over");
    assert_eq!(calls("frozen", 1).len(), 1 + Kind::PIECES.len());
    assert_eq!(calls("other", 1).len(), Kind::PIECES.len());
    assert_eq!(calls("frozen", 2).len(), 2);
}
