//! The service as a process that can be killed and comes back, and how clients get through to it.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use tokio::process::Child;
use tokio::sync::{Mutex, watch};

use super::random::Random;
use crate::support::Program;
use crate::support::llm_simulator::Simulator;

/// An administrator's key that every run of the service is given.
const KEY: &str = "cf_a-key-that-only-this-test-knows-0123456789";
/// Pause before a client tries again.
const PAUSE: Duration = Duration::from_millis(20);

/// The service, whichever process it is at the moment.
pub(super) struct Fleet {
    program: Program,
    environment: Vec<(&'static str, String)>,
    running: Mutex<Child>,
    address: watch::Sender<String>,
    client: Client,
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

impl Fleet {
    pub(super) async fn start(simulator: &Simulator) -> Fleet {
        let environment = vec![
            ("CONTENT_FACTORY_ADMIN_KEY", KEY.to_owned()),
            ("CONTENT_FACTORY_WRITER", "openai".to_owned()),
            ("CONTENT_FACTORY_LLM__OPENAI__BASE_URL", format!("{}/v1", simulator.url())),
            ("CONTENT_FACTORY_LLM__OPENAI__API_KEY", "k".to_owned()),
            // One call a piece, so that the ledger tells which pieces were asked for again.
            ("CONTENT_FACTORY_LLM__FAN_OUT", "piece".to_owned()),
            // Kills come faster than pieces here; no job is to be set aside for it.
            ("CONTENT_FACTORY_WORKERS__MAX_CRASHES", "1000".to_owned()),
            ("CONTENT_FACTORY_WEBHOOKS__ALLOW_LOOPBACK", "true".to_owned()),
        ];
        let program = Program::new();
        let (child, address) = serve(&program, &environment).await;
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap();
        Fleet {
            program,
            environment,
            running: Mutex::new(child),
            address: watch::Sender::new(address),
            client,
        }
    }

    /// Kills the service without a warning, and starts it again. Gives the moment of the kill.
    pub(super) async fn kill(&self, _random: &mut Random) -> Timestamp {
        let mut running = self.running.lock().await;
        running.kill().await.unwrap();
        let killed = Timestamp::now();
        let (child, address) = serve(&self.program, &self.environment).await;
        *running = child;
        self.address.send_replace(address);
        killed
    }

    pub(super) async fn stop(&self) {
        self.running.lock().await.kill().await.unwrap();
    }

    /// Tries until it works: the service may be gone at any moment.
    pub(super) async fn insist<Answer>(
        &self,
        attempt: impl AsyncFn(Service<'_>) -> Option<Answer>,
    ) -> Answer {
        loop {
            let address = self.address.borrow().clone();
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

async fn serve(program: &Program, environment: &[(&'static str, String)]) -> (Child, String) {
    let environment: Vec<(&str, &str)> =
        environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (child, address, _) = program.serve(&environment).await;
    (child, address)
}
