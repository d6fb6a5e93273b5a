//! Plays a body in time: which bytes go when, and how it ends.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::stream;
use tokio::time::Instant;

use super::Flight;
use super::listener::Cut;

/// How long a hang lasts at most, so that a forgotten one does not last for ever.
const LONGEST_HANG: Duration = Duration::from_secs(900);

/// Bytes and when they go.
#[derive(Clone)]
pub(crate) struct Step {
    /// Time from the start of the body.
    pub(crate) at: Duration,
    /// What goes.
    pub(crate) bytes: Bytes,
    /// Whether the true usage goes with it.
    pub(crate) has_usage: bool,
}

/// How a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Tidily.
    Close,
    /// Not at all.
    Hang,
    /// With a reset.
    Reset,
}

/// Waits as long as a hang lasts.
pub(crate) async fn hang() -> Infallible {
    loop {
        tokio::time::sleep(LONGEST_HANG).await;
    }
}

/// Makes the body. The flight lasts as long as the body does.
pub(crate) fn body(steps: Vec<Step>, ending: Ending, flight: Flight, cut: Cut) -> Body {
    let start = (VecDeque::from(steps), Instant::now(), flight, cut);
    Body::from_stream(stream::try_unfold(start, move |(mut steps, begun, flight, cut)| async move {
        if let Some(step) = steps.pop_front() {
            if !step.at.is_zero() {
                tokio::time::sleep_until(begun + step.at).await;
            }
            if step.has_usage {
                flight.report();
            }
            return Ok(Some((step.bytes, (steps, begun, flight, cut))));
        }
        match ending {
            Ending::Close => Ok(None),
            Ending::Hang => {
                tokio::time::sleep(LONGEST_HANG).await;
                Ok(None)
            }
            Ending::Reset => {
                // What was handed over must be on its way before the reset overtakes it.
                cut.flushed().await;
                cut.reset();
                Err(io::Error::from(io::ErrorKind::ConnectionReset))
            }
        }
    }))
}

/// Keeps the first half of the bytes.
pub(crate) fn half(steps: Vec<Step>) -> Vec<Step> {
    let total: usize = steps.iter().map(|step| step.bytes.len()).sum();
    let mut left = total / 2;
    let mut kept = Vec::new();
    for mut step in steps {
        if left == 0 {
            break;
        }
        step.bytes.truncate(left);
        left = left.saturating_sub(step.bytes.len());
        step.has_usage = false;
        kept.push(step);
    }
    kept
}

/// Sends every byte on its own, a second apart.
pub(crate) fn drip(steps: &[Step]) -> Vec<Step> {
    let bytes = steps.iter().flat_map(|step| step.bytes.iter().copied());
    let every = bytes.zip(1_u64..);
    let mut drops: Vec<Step> = every
        .map(|(byte, second)| Step {
            at: Duration::from_secs(second),
            bytes: Bytes::copy_from_slice(&[byte]),
            has_usage: false,
        })
        .collect();
    if let Some(last) = drops.last_mut() {
        last.has_usage = steps.iter().any(|step| step.has_usage);
    }
    drops
}
