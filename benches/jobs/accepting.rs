//! Jobs accepted a second, by 64 callers who each wait for the answer before they send the next: as
//! records, and through the service over HTTP with a model as writer that is not asked. The callers
//! run on the same cores as the service.

use std::sync::Arc;
use std::time::{Duration, Instant};

use content_factory::app::App;
use content_factory::auth::Secret;
use content_factory::config::{Config, Writer};
use content_factory::llm::ApiKey;
use serde_json::json;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::{Failure, KEY, accept, owner, records, report, request, source};

const CALLERS: u32 = 64;
const JOBS_EACH: u32 = 200;
const LEAST_A_SECOND: f64 = 2000.0;

pub(crate) async fn measure() -> Result<Vec<String>, Failure> {
    let as_records = rate(as_records().await?);
    let over_http = rate(over_http().await?);
    report(&format!(
        "{} jobs of {} bytes accepted by {CALLERS} callers: {as_records:.0} a second as records, \
         {over_http:.0} over HTTP (bar {LEAST_A_SECOND:.0})",
        CALLERS * JOBS_EACH,
        source().len(),
    ))?;
    let slowest = as_records.min(over_http);
    Ok(if slowest < LEAST_A_SECOND {
        vec![format!("{slowest:.0} jobs accepted a second")]
    } else {
        Vec::new()
    })
}

fn rate(took: Duration) -> f64 {
    f64::from(CALLERS * JOBS_EACH) / took.as_secs_f64()
}

async fn as_records() -> Result<Duration, Failure> {
    let folder = tempfile::tempdir()?;
    let (records, request) = (records(&folder)?, Arc::new(request()?));
    let mut callers = JoinSet::new();
    let begun = Instant::now();
    for _ in 0..CALLERS {
        let (records, request, owner) = (records.clone(), Arc::clone(&request), owner());
        callers.spawn(async move {
            for _ in 0..JOBS_EACH {
                accept(&records, owner, &request).await?;
            }
            Ok::<(), Failure>(())
        });
    }
    while let Some(caller) = callers.join_next().await {
        caller??;
    }
    Ok(begun.elapsed())
}

async fn over_http() -> Result<Duration, Failure> {
    let folder = tempfile::tempdir()?;
    let mut config = Config { data_dir: folder.path().to_owned(), ..Config::default() };
    config.server.address = "127.0.0.1:0".parse()?;
    config.admin_key = Secret::new(KEY);
    // Nobody listens there: the one job that runs at a time waits for a model that is never reached.
    config.writer = Writer::OpenAi;
    config.llm.openai.base_url = "http://127.0.0.1:9/v1".to_owned();
    config.llm.openai.api_key = ApiKey::new("k");
    (config.workers.min, config.workers.max) = (1, 1);
    config.workers.grace = jiff::SignedDuration::ZERO;
    let app = App::build(config).await?;
    let url = format!("http://{}/api/v1/jobs", app.local_addr());
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(app.run(async {
        // Whoever drops the sender wants the same.
        let _ = stopped.await;
    }));
    let client = reqwest::Client::builder().no_proxy().build()?;
    let mut callers = JoinSet::new();
    let begun = Instant::now();
    for _ in 0..CALLERS {
        callers.spawn(post(client.clone(), url.clone()));
    }
    while let Some(caller) = callers.join_next().await {
        caller??;
    }
    let took = begun.elapsed();
    // A service that has ended by itself says why below.
    let _ = stop.send(());
    running.await??;
    Ok(took)
}

async fn post(client: reqwest::Client, url: String) -> Result<(), Failure> {
    let body = json!({ "syllabus_text": source() });
    for _ in 0..JOBS_EACH {
        let answer = client.post(&url).bearer_auth(KEY).json(&body).send().await?;
        let status = answer.status();
        let answer = answer.bytes().await?;
        if status != reqwest::StatusCode::CREATED {
            return Err(format!("{status}: {}", String::from_utf8_lossy(&answer)).into());
        }
    }
    Ok(())
}
