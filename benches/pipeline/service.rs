//! The service as it is in production, but for its port, its folder and a simulated model.

use std::time::{Duration, Instant};

use content_factory::app::App;
use content_factory::auth::Secret;
use content_factory::config::{Config, Writer};
use content_factory::llm::{ApiKey, FanOut};
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use crate::Failure;
use crate::llm_simulator::Simulator;

/// The text that everything is made of.
pub(crate) const LESSON: &str = include_str!("../../examples/photosynthesis.md");

const KEY: &str = "a-key-of-the-benchmark-0123456789-abcdef";

/// A running service; it ends with [`Service::stop`].
pub(crate) struct Service {
    address: String,
    client: reqwest::Client,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<(), content_factory::app::Error>>,
    _folder: TempDir,
}

/// Gives the settings of a service over OpenAI's interface at the simulator.
pub(crate) fn settings(folder: &TempDir, simulator: &Simulator, fan_out: FanOut) -> Result<Config, Failure> {
    let mut config = Config { data_dir: folder.path().to_owned(), ..Config::default() };
    config.server.address = "127.0.0.1:0".parse()?;
    config.limits.enabled = false;
    config.admin_key = Secret::new(KEY);
    config.writer = Writer::OpenAi;
    config.llm.openai.base_url = format!("{}/v1", simulator.url());
    config.llm.openai.api_key = ApiKey::new("k");
    config.llm.fan_out = fan_out;
    Ok(config)
}

impl Service {
    pub(crate) async fn start(simulator: &Simulator, fan_out: FanOut) -> Result<Service, Failure> {
        let folder = tempfile::tempdir()?;
        let app = App::build(settings(&folder, simulator, fan_out)?).await?;
        let address = format!("http://{}", app.local_addr());
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(app.run(async {
            // Whoever drops the sender wants the same.
            let _ = stopped.await;
        }));
        let client = reqwest::Client::builder().no_proxy().build()?;
        Ok(Service { address, client, stop, running, _folder: folder })
    }

    /// Asks for that many packages at once, and gives the time until the last is there.
    pub(crate) async fn generate(&self, packages: u32) -> Result<Duration, Failure> {
        let begun = Instant::now();
        let mut calls = JoinSet::new();
        for _ in 0..packages {
            calls.spawn(generate_one(self.client.clone(), self.address.clone()));
        }
        while let Some(call) = calls.join_next().await {
            let Ended { status, failures } = call??;
            if status != "completed" {
                return Err(format!("a package is {status}: {failures}").into());
            }
        }
        Ok(begun.elapsed())
    }

    pub(crate) async fn stop(self) -> Result<(), Failure> {
        // A service that has ended by itself says why below.
        let _ = self.stop.send(());
        Ok(self.running.await??)
    }
}

/// What is looked at of a package: reading all of it is no part of what is measured.
#[derive(Deserialize)]
struct Ended {
    status: String,
    #[serde(default)]
    failures: Value,
}

async fn generate_one(client: reqwest::Client, address: String) -> Result<Ended, Failure> {
    let body = json!({ "syllabus_text": LESSON, "use_cache": false });
    let call = client.post(format!("{address}/api/v1/content/generate")).bearer_auth(KEY).json(&body);
    Ok(call.send().await?.json().await?)
}
