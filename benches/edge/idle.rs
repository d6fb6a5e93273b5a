//! Ten thousand connections that do nothing: what a healthy client feels of them, what they cost, and when
//! their places are free again.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::caller::{Caller, request};
use crate::host::{Process, metric};
use crate::{Failure, percentile, report};

/// Connections that do nothing.
const CONNECTIONS: usize = 10_000;
/// The most that the service may have in memory meanwhile, in KiB.
const MOST_RESIDENT: u64 = 400 * 1024;
/// Calls of the healthy client.
const CALLS: usize = 3000;
/// How much a healthy client's p99 may differ before and meanwhile: the noise of two busy cores.
const NOISE: (u32, Duration) = (2, Duration::from_millis(1));
/// `server.header_timeout` by default, and how much later a place may be free.
const DEADLINE: Duration = Duration::from_secs(10);
const LATER: Duration = Duration::from_secs(1);

/// Measures clients that send nothing, clients that sent one request, and what the default cap of one
/// address makes of the former; returns what missed its bar.
pub(crate) async fn measure() -> Result<Vec<String>, Failure> {
    let mut missed = Vec::new();
    for (name, per_address, held) in [
        ("silent", "100000", ""),
        ("kept", "100000", "/healthz"),
        ("silent, under the default cap", "1024", ""),
    ] {
        let service = Process::start("service", &[per_address]).await?;
        missed.extend(measure_one(name, held, &service).await?);
        service.stop().await?;
    }
    Ok(missed)
}

async fn measure_one(name: &str, held: &str, service: &Process) -> Result<Vec<String>, Failure> {
    let address = service.address()?;
    // The first calls of a process pay for what the others find.
    feel(address).await?;
    let before = feel(address).await?;
    let opened = Instant::now();
    let holder = Process::start("holder", &[&address.to_string(), &CONNECTIONS.to_string(), held]).await?;
    let opening = opened.elapsed();
    let meanwhile = feel(address).await?;
    let open = open_connections(address).await?;
    let resident = service.resident_kib()?;
    let mut missed = Vec::new();
    let freed = if held.is_empty() { Some(wait_until_free(address, opened).await?) } else { None };
    report(&format!(
        "idle, {name}: {open} of {CONNECTIONS} open {opening:.1?} after the first; a healthy client's p99 {before:.1?} before and \
         {meanwhile:.1?} meanwhile; {resident} kB resident (bar {MOST_RESIDENT}); all places free {freed:.1?} after the first"
    ))?;
    if meanwhile > before * NOISE.0 + NOISE.1 {
        missed.push(format!("idle, {name}: a healthy client's p99 went from {before:?} to {meanwhile:?}"));
    }
    if resident > MOST_RESIDENT {
        missed.push(format!("idle, {name}: {resident} kB resident"));
    }
    if freed.is_some_and(|freed| freed > opening + DEADLINE + LATER) {
        missed.push(format!("idle, {name}: places were free only after {freed:?}"));
    }
    holder.stop().await?;
    Ok(missed)
}

/// Calls one after the other, and gives the p99.
async fn feel(address: SocketAddr) -> Result<Duration, Failure> {
    let mut caller = Caller::connect(address).await?;
    let request = request("GET", "/healthz", "", "");
    let mut times = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let begun = Instant::now();
        let answer = caller.call(&request).await?;
        times.push(begun.elapsed());
        if answer.status != 200 {
            return Err(format!("a healthy client is answered with {}", answer.status).into());
        }
    }
    Ok(percentile(&mut times, 99))
}

async fn open_connections(address: SocketAddr) -> Result<f64, Failure> {
    let mut open = 0.0;
    for protocol in ["none", "http1", "http2"] {
        open += metric(address, &format!("connections{{protocol=\"{protocol}\"}}")).await?;
    }
    Ok(open)
}

/// Waits until only those are connected who look; gives how long after the first connection that is.
async fn wait_until_free(address: SocketAddr, opened: Instant) -> Result<Duration, Failure> {
    while metric(address, "connections{protocol=\"none\"}").await? > 0.0 {
        if opened.elapsed() > Duration::from_secs(120) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(opened.elapsed())
}
