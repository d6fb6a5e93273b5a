//! The service as one or several processes that are struck down and come back, and how clients get
//! through to them.

use std::sync::Mutex as Lock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use content_factory::store::firestore::Settings;
use jiff::Timestamp;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use tokio::process::Child;
use tokio::sync::{Mutex, watch};

use super::lives::{Life, Lives};
use super::random::Random;
use crate::support::llm_simulator::Simulator;
use crate::support::{Program, signal};

/// An administrator's key that every process is given.
const KEY: &str = "cf_a-key-that-only-this-test-knows-0123456789";
/// What all processes encrypt secrets with: 32 bytes.
const SECRETS_KEY: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
/// Pause before a client tries again.
const PAUSE: Duration = Duration::from_millis(20);
/// A frozen process takes requests and answers none.
const TIMEOUT: Duration = Duration::from_secs(3);
/// Long enough that a process which only has to wait for the CPU is not taken for gone.
pub(super) const LEASE_SECONDS: i64 = 6;
/// How long a process is frozen: from a hiccup to long after others took over.
const FROZEN_MS: (u64, u64) = (200, 9000);

/// Where the processes keep their records.
pub(super) enum Backend {
    /// One process with its file.
    Sqlite,
    /// Three processes over one database.
    Firestore(Settings),
}

/// The service, whichever processes it is at the moment.
pub(super) struct Fleet {
    members: Vec<Member>,
    environment: Vec<(&'static str, String)>,
    client: Client,
    next: AtomicUsize,
    lives: Lock<Lives>,
}

/// One process after the other in one folder.
struct Member {
    program: Program,
    running: Mutex<Running>,
    address: watch::Sender<String>,
}

/// A process, and the key that it calls the model with.
struct Running {
    child: Child,
    caller: String,
}

/// The service as a client sees it at one moment.
pub(super) struct Service<'a> {
    client: &'a Client,
    address: String,
}

impl Service<'_> {
    pub(super) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.address)).bearer_auth(KEY)
    }

    pub(super) fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.address)).bearer_auth(KEY)
    }
}

fn environment(simulator: &Simulator, backend: &Backend) -> Vec<(&'static str, String)> {
    let mut environment = vec![
        ("CONTENT_FACTORY_ADMIN_KEY", KEY.to_owned()),
        ("CONTENT_FACTORY_SECRETS__KEY", SECRETS_KEY.to_owned()),
        ("CONTENT_FACTORY_WRITER", "openai".to_owned()),
        ("CONTENT_FACTORY_LLM__OPENAI__BASE_URL", format!("{}/v1", simulator.url())),
        // One call a piece, so that the ledger tells which pieces were asked for again.
        ("CONTENT_FACTORY_LLM__FAN_OUT", "piece".to_owned()),
        // What a call that was cut off may have cost counts against the bound of its job, and dozens are here.
        ("CONTENT_FACTORY_LLM__MAX_COST_USD", "100".to_owned()),
        // Blows come faster than pieces here; no job is to be set aside for it.
        ("CONTENT_FACTORY_WORKERS__MAX_CRASHES", "1000".to_owned()),
        ("CONTENT_FACTORY_WEBHOOKS__ALLOW_LOOPBACK", "true".to_owned()),
        // Long enough for a busy receiver: an attempt that fails is not followed as soon as one that was cut off.
        ("CONTENT_FACTORY_WEBHOOKS__TIMEOUT", "5s".to_owned()),
        // One receiver takes the messages of all jobs.
        ("CONTENT_FACTORY_WEBHOOKS__MAX_IN_FLIGHT_PER_RECEIVER", "32".to_owned()),
    ];
    if let Backend::Firestore(Settings { project, emulator_host, .. }) = backend {
        environment.extend([
            ("CONTENT_FACTORY_STORE__BACKEND", "firestore".to_owned()),
            ("CONTENT_FACTORY_STORE__FIRESTORE__TIMEOUT", "30s".to_owned()),
            ("GOOGLE_CLOUD_PROJECT", project.clone()),
            ("FIRESTORE_EMULATOR_HOST", emulator_host.clone()),
            ("CONTENT_FACTORY_WORKERS__LEASE", format!("{LEASE_SECONDS}s")),
        ]);
    }
    environment
}

impl Fleet {
    pub(super) async fn start(simulator: &Simulator, backend: &Backend) -> Fleet {
        let client = Client::builder().no_proxy().timeout(TIMEOUT).build().unwrap();
        let mut fleet = Fleet {
            members: Vec::new(),
            environment: environment(simulator, backend),
            client,
            next: AtomicUsize::new(0),
            lives: Lock::default(),
        };
        let wanted = if matches!(backend, Backend::Sqlite) { 1 } else { 3 };
        while fleet.members.len() < wanted {
            let program = Program::new();
            let (running, address) = fleet.serve(&program).await;
            let address = watch::Sender::new(address);
            fleet.members.push(Member { program, running: Mutex::new(running), address });
        }
        fleet
    }

    /// Starts a process, with a key of its own for its calls of the model.
    async fn serve(&self, program: &Program) -> (Running, String) {
        let caller = {
            let mut lives = self.lives.lock().unwrap();
            let caller = format!("life-{}", lives.0.len());
            lives.0.insert(caller.clone(), Life::begin());
            caller
        };
        let shared = self.environment.iter().map(|(name, value)| (*name, value.as_str()));
        let own = ("CONTENT_FACTORY_LLM__OPENAI__API_KEY", caller.as_str());
        let environment: Vec<(&str, &str)> = shared.chain([own]).collect();
        let (child, address, _) = program.serve(&environment).await;
        (Running { child, caller }, address)
    }

    /// Gives all processes that there were.
    pub(super) fn lives(&self) -> Lives {
        self.lives.lock().unwrap().clone()
    }

    /// Tells whether there are several processes.
    pub(super) fn is_shared(&self) -> bool {
        self.members.len() > 1
    }

    /// Strikes one process: kills it without a warning and starts it again, or, where others go on,
    /// sometimes freezes it for a while.
    pub(super) async fn strike(&self, random: &mut Random) {
        let last = u64::try_from(self.members.len()).unwrap() - 1;
        let member = &self.members[usize::try_from(random.between(0, last)).unwrap()];
        let mut running = member.running.lock().await;
        if self.is_shared() && random.between(0, 2) == 0 {
            let struck = Timestamp::now();
            signal(&running.child, "STOP");
            tokio::time::sleep(Duration::from_millis(random.between(FROZEN_MS.0, FROZEN_MS.1))).await;
            signal(&running.child, "CONT");
            self.note(&running.caller, |life| life.frozen.push((struck, Timestamp::now())));
            return;
        }
        let struck = Timestamp::now();
        running.child.kill().await.unwrap();
        self.note(&running.caller, |life| life.killed = Some((struck, Timestamp::now())));
        let (next, address) = self.serve(&member.program).await;
        *running = next;
        member.address.send_replace(address);
    }

    fn note(&self, caller: &str, note: impl FnOnce(&mut Life)) {
        note(self.lives.lock().unwrap().0.get_mut(caller).unwrap());
    }

    pub(super) async fn stop(&self) {
        for member in &self.members {
            member.running.lock().await.child.kill().await.unwrap();
        }
    }

    /// Tries until it works, at one process after the other: each may be gone at any moment.
    pub(super) async fn insist<Answer>(
        &self,
        attempt: impl AsyncFn(Service<'_>) -> Option<Answer>,
    ) -> Answer {
        loop {
            let member = &self.members[self.next.fetch_add(1, Ordering::Relaxed) % self.members.len()];
            let address = member.address.borrow().clone();
            if let Some(answer) = attempt(Service { client: &self.client, address }).await {
                return answer;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Reads a resource.
    pub(super) async fn read(&self, path: &str) -> Value {
        self.insist(async |service| {
            let answer = service.get(path).send().await.ok()?;
            match answer.status().as_u16() {
                200 => answer.json().await.ok(),
                503 => None,
                status => panic!("{path}: {status}"),
            }
        })
        .await
    }
}
