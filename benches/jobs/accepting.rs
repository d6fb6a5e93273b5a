//! Jobs accepted a second, by 64 callers who each wait for the answer before they send the next: as
//! records, and through the service over HTTP with a model as writer that is not asked. The callers
//! run on the same cores as the service.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use content_factory::app::App;
use content_factory::auth::Secret;
use content_factory::config::{Config, Writer};
use content_factory::llm::ApiKey;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
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
    config.limits.enabled = false;
    config.admin_key = Secret::new(KEY);
    // Nobody listens there: the one job that runs at a time waits for a model that is never reached.
    config.writer = Writer::OpenAi;
    config.llm.openai.base_url = "http://127.0.0.1:9/v1".to_owned();
    config.llm.openai.api_key = ApiKey::new("k");
    (config.workers.min, config.workers.max) = (1, 1);
    config.workers.grace = jiff::SignedDuration::ZERO;
    let app = App::build(config).await?;
    let app_address = app.local_addr();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(app.run(async {
        // Whoever drops the sender wants the same.
        let _ = stopped.await;
    }));
    let mut callers = JoinSet::new();
    let request = Arc::new(post_of(app_address)?);
    let begun = Instant::now();
    for _ in 0..CALLERS {
        callers.spawn(post(app_address, Arc::clone(&request)));
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

/// Writes the request as it goes over the wire. The callers share two cores with the service, so they do
/// as little as they can: the request is made once, and of an answer only its status and its end are found.
fn post_of(address: SocketAddr) -> Result<Vec<u8>, Failure> {
    let body = serde_json::to_string(&json!({ "syllabus_text": source() }))?;
    let head = format!(
        "POST /api/v1/jobs HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {KEY}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    Ok((head + &body).into_bytes())
}

/// Sends one request after the other over one connection, each when the one before was answered.
async fn post(address: SocketAddr, request: Arc<Vec<u8>>) -> Result<(), Failure> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut answer = Vec::new();
    for _ in 0..JOBS_EACH {
        stream.write_all(&request).await?;
        answer.clear();
        while !is_whole(&answer)? {
            if stream.read_buf(&mut answer).await? == 0 {
                return Err("the service hung up".into());
            }
        }
        if !answer.starts_with(b"HTTP/1.1 201 ") {
            return Err(String::from_utf8_lossy(&answer).into());
        }
    }
    Ok(())
}

/// Tells whether an answer has come with all that its head says it has.
fn is_whole(answer: &[u8]) -> Result<bool, Failure> {
    let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return Ok(false) };
    let head = std::str::from_utf8(answer.get(..end).unwrap_or_default())?.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.ok_or("an answer without a length")?.parse()?;
    Ok(answer.len() >= end.saturating_add(4).saturating_add(length))
}
