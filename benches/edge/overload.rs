//! Five times the load that the service can carry: what it still gets done, how soon it refuses the rest, and
//! whether that costs memory. The peak is found first, by clients that wait for each answer; the overload is
//! sent by the clock, whatever comes back.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::caller::{Caller, request};
use crate::host::{KEY, Process};
use crate::{Failure, number, percentile, ratio, report, span};

/// Clients at once that find the peak.
const CALLERS: usize = 32;
/// How much more than the peak is sent.
const TIMES: f64 = 5.0;
/// The part of the peak that has to be left of it.
const GOODPUT: f64 = 0.8;
/// How soon the rest has to be refused, for 99 of 100.
const REFUSAL: Duration = Duration::from_millis(10);
/// How much more memory the second half of the overload may end with than the first, in KiB.
const GROWTH: u64 = 32 * 1024;
const LESSON: &str = include_str!("../../examples/photosynthesis.md");

/// What came of calls.
#[derive(Default)]
struct Tally {
    done: usize,
    refused: Vec<Duration>,
    other: usize,
}

/// Connections that nobody uses now.
#[derive(Clone, Default)]
struct Pool(Arc<Mutex<Vec<Caller>>>);

/// Measures; returns what missed its bar.
pub(crate) async fn measure() -> Result<Vec<String>, Failure> {
    let service = Process::start("service", &["100000"]).await?;
    let address = service.address()?;
    let call = Arc::new(call()?);
    // The first calls of a process pay for what the others find.
    peak(address, &call, span(10) / 4).await?;
    let peak = peak(address, &call, span(10)).await?;
    let long = span(20);
    let (mut tally, before) = overload(&service, &call, peak * TIMES, long).await?;
    let after = service.resident_kib()?;
    service.stop().await?;
    let goodput = ratio(number(tally.done) / long.as_secs_f64(), peak);
    let (refused, other) = (tally.refused.len(), tally.other);
    let (p50, p99) = (percentile(&mut tally.refused, 50), percentile(&mut tally.refused, 99));
    report(&format!(
        "overload: peak {peak:.0} a second; of {:.0} a second {goodput:.2} of the peak was done (bar {GOODPUT}), {refused} refused \
         with p50 {p50:.1?} and p99 {p99:.1?} (bar {REFUSAL:?}), {other} came to nothing; {before} kB resident after one half, \
         {after} kB after the other",
        peak * TIMES
    ))?;
    let mut missed = Vec::new();
    if goodput < GOODPUT {
        missed.push(format!("overload: {goodput:.2} of the peak was left"));
    }
    if p99 > REFUSAL || refused == 0 {
        missed.push(format!("overload: {refused} refused with a p99 of {p99:?}"));
    }
    if after > before + GROWTH {
        missed.push(format!("overload: memory grew from {before} kB to {after} kB"));
    }
    Ok(missed)
}

/// A request that works: a job of one piece, waited for.
fn call() -> Result<Vec<u8>, Failure> {
    let text = LESSON.get(..4000).ok_or("the lesson is shorter than it was")?;
    let body = json!({ "syllabus_text": text, "kinds": ["faqs"] }).to_string();
    let headers = format!("authorization: Bearer {KEY}\r\ncontent-type: application/json\r\n");
    Ok(request("POST", "/api/v1/content/generate", &headers, &body))
}

/// Gives how many calls a second come to something when each client waits for its own.
async fn peak(address: SocketAddr, call: &Arc<Vec<u8>>, long: Duration) -> Result<f64, Failure> {
    let until = Instant::now() + long;
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let call = Arc::clone(call);
        callers.spawn(async move {
            let mut caller = Caller::connect(address).await?;
            let mut done = 0;
            while Instant::now() < until {
                match caller.call(&call).await?.status {
                    200 => done += 1,
                    other => return Err(Failure::from(format!("answered with {other} below the peak"))),
                }
            }
            Ok(done)
        });
    }
    let begun = Instant::now();
    let mut done = 0;
    while let Some(count) = callers.join_next().await {
        done += count??;
    }
    Ok(ratio(number(done), begun.elapsed().as_secs_f64()))
}

/// Sends so many calls a second, and counts what came back within that time; also gives what the service had
/// in memory after half of it, in KiB.
async fn overload(
    service: &Process,
    call: &Arc<Vec<u8>>,
    rate: f64,
    long: Duration,
) -> Result<(Tally, u64), Failure> {
    let (address, mut half) = (service.address()?, None);
    let (pool, tally) = (Pool::default(), Arc::new(Mutex::new(Tally::default())));
    let mut ticks = tokio::time::interval(Duration::from_secs_f64(1.0 / rate.max(1.0)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let begun = Instant::now();
    let mut calls = JoinSet::new();
    while begun.elapsed() < long {
        ticks.tick().await;
        if half.is_none() && begun.elapsed() > long / 2 {
            half = Some(service.resident_kib()?);
        }
        calls.spawn(one(address, Arc::clone(call), pool.clone(), Arc::clone(&tally)));
        while calls.try_join_next().is_some() {}
    }
    calls.shutdown().await;
    let tally = std::mem::take(&mut *tally.lock().unwrap_or_else(PoisonError::into_inner));
    Ok((tally, half.ok_or("it was over before half of it")?))
}

async fn one(address: SocketAddr, call: Arc<Vec<u8>>, pool: Pool, tally: Arc<Mutex<Tally>>) {
    let kept = pool.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let mut caller = match kept {
        Some(caller) => caller,
        None => match Caller::connect(address).await {
            Ok(caller) => caller,
            Err(_) => return count(&tally, |tally| tally.other += 1),
        },
    };
    let begun = Instant::now();
    let answer = caller.call(&call).await;
    let took = begun.elapsed();
    count(&tally, |tally| match answer.as_ref().map(|answer| answer.status) {
        Ok(200) => tally.done += 1,
        Ok(503) => tally.refused.push(took),
        _ => tally.other += 1,
    });
    if answer.is_ok_and(|answer| answer.is_kept) {
        pool.0.lock().unwrap_or_else(PoisonError::into_inner).push(caller);
    }
}

fn count(tally: &Mutex<Tally>, how: impl FnOnce(&mut Tally)) {
    how(&mut tally.lock().unwrap_or_else(PoisonError::into_inner));
}
