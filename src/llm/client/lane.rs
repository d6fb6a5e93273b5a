//! One place in the chain: a model, with the permits of its provider and with what is known of the
//! model's health (breaker, and until when its vendor wants to be left alone). Permits are shared by
//! all places of one provider, health by all places of one model.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::super::{Class, Outcome, Provider};
use super::breaker::{Breaker, Pass, Verdict};
use super::level::Sign;
use super::permits::{Permit, Permits};
use crate::telemetry::{BreakerState, Metrics};

/// One model, where it is asked.
pub(super) struct Lane {
    pub(super) provider: Arc<dyn Provider>,
    /// Shared by all models of the provider.
    permits: Arc<Permits>,
    /// Shared by all places of the model.
    health: Arc<Health>,
    pub(super) metrics: Metrics,
}

/// How one model does.
#[derive(Debug)]
pub(super) struct Health {
    breaker: Mutex<Breaker>,
    quiet_until: Mutex<Option<Instant>>,
}

/// Leave to make one attempt: a permit of the provider and a pass of the breaker. Dropping it gives
/// both back and says nothing about the model.
pub(super) struct Leave<'a> {
    lane: &'a Lane,
    permit: Option<Permit>,
    pass: Option<Pass>,
}

/// Says why no attempt may be made now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Barred {
    /// The vendor asked to be left alone until then.
    Quiet(Instant),
    /// The breaker is open until then.
    Open(Instant),
}

impl Barred {
    pub(super) fn until(self) -> Instant {
        match self {
            Barred::Quiet(until) | Barred::Open(until) => until,
        }
    }
}

impl Health {
    pub(super) fn new() -> Arc<Health> {
        Arc::new(Health { breaker: Mutex::new(Breaker::new()), quiet_until: Mutex::default() })
    }
}

impl Lane {
    pub(super) fn new(provider: Arc<dyn Provider>, permits: Arc<Permits>, health: Arc<Health>) -> Lane {
        Lane { provider, permits, health, metrics: Metrics::new() }
    }

    /// Shows in the metrics how the model does.
    pub(super) fn show(&self) {
        let provider = self.provider.name().as_str();
        self.metrics.llm_permits(provider, self.permits.target());
        self.metrics.circuit_breaker(provider, self.state());
    }

    /// Waits for a permit, then asks for a pass.
    ///
    /// # Cancel safety
    /// Nothing is taken until the leave is returned.
    pub(super) async fn enter(&self) -> Result<Leave<'_>, Barred> {
        // Whoever is barred anyway does not stand in the line.
        self.is_free()?;
        let permit = self.permits.take().await;
        self.is_free()?;
        let pass = self.breaker().pass(Instant::now()).map_err(Barred::Open)?;
        self.show();
        Ok(Leave { lane: self, permit: Some(permit), pass: Some(pass) })
    }

    /// Tells whether an attempt may be made now, without taking anything.
    pub(super) fn is_free(&self) -> Result<(), Barred> {
        self.quiet()?;
        self.breaker().bars_until(Instant::now()).map_or(Ok(()), |until| Err(Barred::Open(until)))
    }

    /// Leaves the model alone for that long.
    pub(super) fn be_quiet(&self, time: Duration) {
        let until = Instant::now() + time;
        let mut quiet = self.health.quiet_until.lock().unwrap_or_else(PoisonError::into_inner);
        *quiet = (*quiet).max(Some(until));
    }

    /// Returns how many calls to the provider may run at once now.
    pub(super) fn permits(&self) -> usize {
        self.permits.target()
    }

    /// Tells whether the breaker lets calls through.
    pub(super) fn state(&self) -> BreakerState {
        self.breaker().state()
    }

    fn quiet(&self) -> Result<(), Barred> {
        let until = *self.health.quiet_until.lock().unwrap_or_else(PoisonError::into_inner);
        match until.filter(|until| Instant::now() < *until) {
            Some(until) => Err(Barred::Quiet(until)),
            None => Ok(()),
        }
    }

    // A breaker is whole after every statement, so a poisoned lock still holds a good one.
    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.health.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Leave<'_> {
    /// Ends the attempt with what it showed.
    pub(super) fn end(mut self, outcome: &Outcome, first_token_after: Option<Duration>) {
        if let Some(pass) = self.pass.take() {
            self.lane.breaker().report(pass, verdict(outcome), Instant::now());
        }
        if let Some(permit) = self.permit.take() {
            permit.give_back(sign(outcome.class(), first_token_after));
        }
        self.lane.show();
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        if let Some(pass) = self.pass.take() {
            self.lane.breaker().report(pass, Verdict::Unknown, Instant::now());
            self.lane.show();
        }
    }
}

/// Whether a truncated answer was cut by a broken connection and not by a limit of tokens.
pub(super) fn is_cut_off(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Truncated { reason, .. } if reason.as_str() == NO_FINISH_REASON)
}

/// The adapters' code for an answer that ended without the vendor saying why.
const NO_FINISH_REASON: &str = "no_finish_reason";

/// What an outcome says about the model's health: a model that answers is well, whatever it says.
fn verdict(outcome: &Outcome) -> Verdict {
    match outcome.class() {
        Class::Truncated if is_cut_off(outcome) => Verdict::Fails,
        Class::Complete
        | Class::Truncated
        | Class::BlockedPrompt
        | Class::BlockedOutput
        | Class::Prohibited
        | Class::Refused
        | Class::BadRequest => Verdict::Works,
        Class::RateLimited => Verdict::Unknown,
        Class::QuotaExhausted
        | Class::Overloaded
        | Class::Transient
        | Class::TimedOut
        | Class::Authentication
        | Class::Malformed => Verdict::Fails,
    }
}

fn sign(class: Class, first_token_after: Option<Duration>) -> Sign {
    match class {
        Class::Complete | Class::Truncated => Sign::Room(first_token_after),
        Class::RateLimited | Class::Overloaded => Sign::Full,
        Class::BlockedPrompt
        | Class::BlockedOutput
        | Class::Prohibited
        | Class::Refused
        | Class::QuotaExhausted
        | Class::Transient
        | Class::TimedOut
        | Class::BadRequest
        | Class::Authentication
        | Class::Malformed => Sign::Nothing,
    }
}
