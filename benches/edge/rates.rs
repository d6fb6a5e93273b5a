//! Requests a second of the service's cheapest answers, beside a bare axum route that answers with the same
//! bytes. Both are processes of their own and are measured in turns, by the same clients.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::caller::{Answer, Caller, request};
use crate::host::{KEY, Process};
use crate::{Failure, number, ratio, report, span};

/// The part of a bare route's rate that each has to reach.
const BAR: f64 = 0.6;
/// Clients at once, each on its connection.
const CALLERS: usize = 32;
/// Turns of each.
const TURNS: usize = 5;

struct Case {
    name: &'static str,
    request: Vec<u8>,
    status: u16,
}

/// Measures every case; returns what missed its bar.
pub(crate) async fn measure() -> Result<Vec<String>, Failure> {
    let service = Process::start("service", &["100000"]).await?;
    let mut missed = Vec::new();
    for case in cases() {
        let found = compare(&case, service.address()?).await?;
        if found < BAR {
            missed.push(format!("{} at {found:.2} of a bare route", case.name));
        }
    }
    service.stop().await?;
    Ok(missed)
}

fn cases() -> [Case; 3] {
    let authorised = format!("authorization: Bearer {KEY}\r\ncontent-type: application/json\r\n");
    let unknown = "authorization: Bearer cf_of-nobody-0123456789\r\ncontent-type: application/json\r\n";
    let too_short = "{\"syllabus_text\":\"too short\"}";
    [
        Case { name: "/healthz", request: request("GET", "/healthz", "", ""), status: 200 },
        Case { name: "401", request: request("POST", "/api/v1/jobs", unknown, too_short), status: 401 },
        Case { name: "422", request: request("POST", "/api/v1/jobs", &authorised, too_short), status: 422 },
    ]
}

async fn compare(case: &Case, service: SocketAddr) -> Result<f64, Failure> {
    let sample = Caller::connect(service).await?.call(&case.request).await?;
    if sample.status != case.status {
        return Err(format!("{} is answered with {}", case.name, sample.status).into());
    }
    let bare = start_bare(&sample).await?;
    let (mut of_service, mut of_bare) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        of_service.push(rate(service, case).await?);
        of_bare.push(rate(bare.address()?, case).await?);
    }
    bare.stop().await?;
    let (service, bare) = (median(of_service), median(of_bare));
    let found = ratio(service, bare);
    report(&format!(
        "{}: {service:.0} requests a second, a bare route with the same body {bare:.0}: {found:.2} (bar {BAR})",
        case.name
    ))?;
    Ok(found)
}

async fn start_bare(sample: &Answer) -> Result<Process, Failure> {
    let content_type = if sample.status < 400 { "application/json" } else { "application/problem+json" };
    let body = String::from_utf8(sample.body.clone())?;
    Process::start("bare", &[&sample.status.to_string(), content_type, &body]).await
}

async fn rate(address: SocketAddr, case: &Case) -> Result<f64, Failure> {
    let until = Instant::now() + span(2);
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        callers.spawn(call_until(address, case.request.clone(), case.status, until));
    }
    let begun = Instant::now();
    let mut answered = 0;
    while let Some(count) = callers.join_next().await {
        answered += count??;
    }
    Ok(ratio(number(answered), begun.elapsed().max(Duration::from_millis(1)).as_secs_f64()))
}

async fn call_until(
    address: SocketAddr,
    request: Vec<u8>,
    status: u16,
    until: Instant,
) -> Result<usize, Failure> {
    let mut caller = Caller::connect(address).await?;
    let mut answered = 0;
    while Instant::now() < until {
        let answer = caller.call(&request).await?;
        if answer.status != status {
            return Err(format!("answered with {} instead of {status}", answer.status).into());
        }
        answered += 1;
        if !answer.is_kept {
            caller = Caller::connect(address).await?;
        }
    }
    Ok(answered)
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or_default()
}
