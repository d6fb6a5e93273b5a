//! The course of one call: which attempt comes next, when, and at which model.

use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};

use super::super::{Attempt, Class, Outcome, Prompt, Reaction, Sent, TimedOutStage};
use super::allowance;
use super::backoff::{self, Share};
use super::lane::{Barred, Lane, Leave, is_cut_off};
use super::{Allowance, Answer, Charge, Client, Ending, Failure, FailureReason};
use crate::budget::{Hold, Spend};
use crate::usage::Usage;

/// Less time than this is not worth an attempt.
const LEAST_TIME: Duration = Duration::from_millis(20);
/// How far an attempt may overrun its deadline before it is dropped: a call ends within 250 ms of its.
const GRACE: Duration = Duration::from_millis(100);
/// Where another model stands by, nobody waits longer than this for the first.
const PATIENCE: Duration = Duration::from_secs(2);

/// One call under way.
pub(super) struct Course<'a> {
    client: &'a Client,
    prompt: &'a Prompt,
    allowance: &'a Allowance,
    deadline: Instant,
    /// Tokens that the prompt has at most.
    input_most: u64,
    extra_left: u32,
    charges: Vec<Charge>,
    /// The best of the answers that a broken connection cut, in case that none comes whole.
    cut_off: Option<Answer>,
}

/// What to do after an attempt, or instead of one.
enum Step {
    Answer(Answer),
    /// Once more at this model, at that time.
    Again(Instant),
    /// At the next model.
    Next,
    Stop(FailureReason),
}

/// Why there are no more attempts at a model.
enum Parting {
    ForTheNext(FailureReason),
    Final(FailureReason),
}

impl<'a> Course<'a> {
    pub(super) fn new(
        client: &'a Client,
        prompt: &'a Prompt,
        allowance: &'a Allowance,
        deadline: Instant,
    ) -> Course<'a> {
        let input_most = allowance::most_input_tokens(prompt);
        let extra_left = allowance.extra_attempts_a_call();
        Course {
            client,
            prompt,
            allowance,
            deadline,
            input_most,
            extra_left,
            charges: Vec::new(),
            cut_off: None,
        }
    }

    pub(super) async fn run(mut self) -> Result<Answer, Failure> {
        let mut reason = FailureReason::NoModel;
        for (lane, models_left) in self.client.lanes.iter().zip((0..self.client.lanes.len()).rev()) {
            match self.at(lane, models_left).await {
                Ok(answer) => return Ok(Answer { charges: self.charges, ..answer }),
                Err(Parting::Final(why)) => {
                    reason = why;
                    break;
                }
                Err(Parting::ForTheNext(why)) => reason = why,
            }
        }
        match self.cut_off {
            // It was paid for: whoever asked may be able to use it.
            Some(answer) => Ok(Answer { charges: self.charges, ..answer }),
            None => Err(Failure { reason, charges: self.charges }),
        }
    }

    /// Makes attempts at one model.
    async fn at(&mut self, lane: &Lane, models_left: usize) -> Result<Answer, Parting> {
        let mut failed = 0;
        loop {
            let step = match self.leave(lane, models_left).await {
                Ok(leave) => self.attempt(lane, leave, models_left, &mut failed).await,
                Err(step) => step,
            };
            match step {
                Step::Answer(answer) => return Ok(answer),
                Step::Again(at) => sleep_until(at).await,
                Step::Next => return Err(Parting::ForTheNext(self.latest())),
                Step::Stop(why) => return Err(Parting::Final(why)),
            }
        }
    }

    fn latest(&self) -> FailureReason {
        self.charges.last().map_or(FailureReason::Unavailable, |last| FailureReason::Outcome(last.class))
    }

    /// Waits for leave to make an attempt.
    async fn leave<'l>(&self, lane: &'l Lane, models_left: usize) -> Result<Leave<'l>, Step> {
        if Instant::now() + LEAST_TIME > self.deadline {
            return Err(Step::Stop(FailureReason::Deadline));
        }
        match timeout_at(self.deadline, lane.enter()).await {
            Ok(Ok(leave)) => Ok(leave),
            Ok(Err(barred)) => Err(self.barred(barred, models_left)),
            Err(_) => Err(Step::Stop(FailureReason::Deadline)),
        }
    }

    /// Goes to the next model, or waits until this one may be asked where there is no other.
    fn barred(&self, barred: Barred, models_left: usize) -> Step {
        let until = barred.until();
        let is_patient =
            models_left == 0 || matches!(barred, Barred::Quiet(_)) && until < Instant::now() + PATIENCE;
        let is_possible = until + LEAST_TIME < self.deadline;
        match (is_patient && is_possible, models_left) {
            (true, _) => Step::Again(until),
            (false, 0) => Step::Stop(FailureReason::Unavailable),
            (false, _) => Step::Next,
        }
    }

    async fn attempt(&mut self, lane: &Lane, leave: Leave<'_>, models_left: usize, failed: &mut u32) -> Step {
        if !self.charges.is_empty() && !self.take_extra_attempt() {
            let last = self.charges.last().map_or(Class::Transient, |charge| charge.class);
            return Step::Stop(FailureReason::Attempts(last));
        }
        let most = self.most(lane);
        let hold = match timeout_at(self.deadline, self.allowance.hold(most)).await {
            Ok(Ok(hold)) => hold,
            Ok(Err(exhausted)) => return Step::Stop(FailureReason::Exhausted(exhausted)),
            Err(_) => return Step::Stop(FailureReason::Deadline),
        };
        let begun = Instant::now();
        let attempt = self.ask(lane, begun, models_left).await;
        leave.end(&attempt.outcome, attempt.first_token_after);
        self.book(lane, hold, &attempt, begun);
        self.react(lane, attempt.outcome, models_left, failed)
    }

    /// The most that an attempt at that model can cost.
    fn most(&self, lane: &Lane) -> Spend {
        let usage = Usage {
            input_tokens: self.input_most,
            output_tokens: u64::from(lane.provider.max_billed_output_tokens(self.prompt)),
            cached_tokens: 0,
        };
        allowance::spend(lane.provider.model(), usage)
    }

    fn take_extra_attempt(&mut self) -> bool {
        let is_left = self.extra_left > 0 && self.allowance.take_extra_attempt();
        self.extra_left = self.extra_left.saturating_sub(1);
        is_left
    }

    /// Makes the attempt, and drops it if it does not end by itself.
    async fn ask(&self, lane: &Lane, begun: Instant, models_left: usize) -> Attempt {
        let mut limits = self.client.limits.attempt_until(self.deadline);
        if models_left > 0 {
            // Some of the time is for the model that stands by.
            let time = self.deadline.saturating_duration_since(begun);
            limits.deadline = limits.deadline.min(begun + time * 3 / 4);
        }
        let attempt = lane.provider.attempt(self.prompt, &limits);
        timeout_at(limits.deadline + GRACE, attempt).await.unwrap_or(Attempt {
            outcome: Outcome::TimedOut { stage: TimedOutStage::Attempt },
            usage: None,
            is_usage_absurd: false,
            sent: Sent::Sent,
            first_token_after: None,
        })
    }

    /// Settles the hold and writes the charge.
    fn book(&mut self, lane: &Lane, hold: Hold, attempt: &Attempt, begun: Instant) {
        let (provider, model) = (lane.provider.name(), lane.provider.model());
        let (cost, is_unreconciled) = settle(model, hold, attempt);
        let charge = Charge {
            provider,
            model: model.to_owned(),
            class: attempt.outcome.class(),
            usage: final_usage(attempt),
            cost: cost.money,
            is_unreconciled,
            took: begun.elapsed(),
            first_token_after: attempt.first_token_after,
        };
        note(&charge, self.charges.len(), attempt.is_usage_absurd);
        self.charges.push(charge);
    }

    fn react(&mut self, lane: &Lane, outcome: Outcome, models_left: usize, failed: &mut u32) -> Step {
        *failed = failed.saturating_add(1);
        let class = outcome.class();
        let reaction = if is_cut_off(&outcome) { Reaction::Retry } else { class.reaction() };
        let retry_after = outcome.retry_after();
        if let (Class::RateLimited | Class::Overloaded, Some(time)) = (class, retry_after) {
            lane.be_quiet(time);
        }
        match (reaction, outcome) {
            (Reaction::Accept, Outcome::Complete { text }) => {
                Step::Answer(self.answer(lane, text, Ending::Complete))
            }
            (Reaction::ReAsk, Outcome::Truncated { text, .. }) => {
                Step::Answer(self.answer(lane, text, Ending::Truncated))
            }
            (Reaction::Retry, Outcome::Truncated { text, .. }) => {
                self.keep(lane, text);
                self.again(*failed, retry_after, models_left, class)
            }
            (Reaction::RetryOnce, _) if *failed > 1 => Step::Next,
            (Reaction::Retry | Reaction::RetryOnce, _) => {
                self.again(*failed, retry_after, models_left, class)
            }
            (Reaction::Fail, _) => Step::Stop(FailureReason::Outcome(class)),
            (Reaction::FallBack | Reaction::Accept | Reaction::ReAsk, _) => Step::Next,
        }
    }

    /// Tries the same model again where attempts and time allow it, with an attempt left for each
    /// model that stands by.
    fn again(&self, failed: u32, retry_after: Option<Duration>, models_left: usize, class: Class) -> Step {
        let stands_by = u32::try_from(models_left).unwrap_or(u32::MAX);
        let wait = backoff::wait(failed, retry_after, Share::drawn());
        let at = Instant::now() + wait;
        if self.extra_left <= stands_by || (models_left > 0 && wait > PATIENCE) {
            return if models_left > 0 { Step::Next } else { Step::Stop(FailureReason::Attempts(class)) };
        }
        match (at + LEAST_TIME < self.deadline, models_left) {
            (true, _) => Step::Again(at),
            (false, 0) => Step::Stop(FailureReason::Deadline),
            (false, _) => Step::Next,
        }
    }

    fn answer(&self, lane: &Lane, text: String, ending: Ending) -> Answer {
        let provider = lane.provider.name();
        Answer { text, ending, provider, model: lane.provider.model().to_owned(), charges: Vec::new() }
    }

    /// Keeps the longest of the answers that were cut off.
    fn keep(&mut self, lane: &Lane, text: String) {
        if self.cut_off.as_ref().is_none_or(|kept| kept.text.len() < text.len()) {
            self.cut_off = Some(self.answer(lane, text, Ending::Truncated));
        }
    }
}

/// Ends the hold as the attempt ended. Returns the cost, and whether it is only the most it can be.
fn settle(model: &str, hold: Hold, attempt: &Attempt) -> (Spend, bool) {
    if let Some(usage) = final_usage(attempt) {
        let billed = allowance::spend(model, usage);
        hold.settle(billed);
        return (billed, false);
    }
    if attempt.sent == Sent::NotSent || is_turned_away(&attempt.outcome) {
        hold.refund();
        return (Spend::default(), false);
    }
    let most = hold.amount();
    hold.settle_unreported();
    (most, true)
}

/// The usage as the vendor bills it. What came with an answer that broke off counts up to some moment
/// before the break, and the vendor went on: such a usage says nothing.
fn final_usage(attempt: &Attempt) -> Option<Usage> {
    let is_broken_off = is_cut_off(&attempt.outcome)
        || matches!(attempt.outcome, Outcome::TimedOut { .. } | Outcome::Transient { .. });
    attempt.usage.filter(|_| !is_broken_off)
}

/// Whether the vendor answered with an error status instead of working. Source: the vendors bill no
/// request that ends in a 4xx or 5xx status (billing pages, 2026-11).
fn is_turned_away(outcome: &Outcome) -> bool {
    let is_error = |status: Option<u16>| status.is_some_and(|status| status >= 400);
    match outcome {
        Outcome::RateLimited { .. } | Outcome::Overloaded { .. } => true,
        Outcome::Transient { fault, .. }
        | Outcome::BadRequest { fault }
        | Outcome::Authentication { fault }
        | Outcome::Malformed { fault } => is_error(fault.status),
        Outcome::Complete { .. }
        | Outcome::Truncated { .. }
        | Outcome::Blocked { .. }
        | Outcome::Refused { .. }
        | Outcome::TimedOut { .. } => false,
    }
}

/// Tells the log of an attempt: numbers and codes, no text of anybody's.
fn note(charge: &Charge, attempts_before: usize, is_usage_absurd: bool) {
    let usage = charge.usage.unwrap_or_default();
    tracing::debug!(
        provider = charge.provider.as_str(),
        model = charge.model,
        outcome = charge.class.as_str(),
        attempts_before,
        input_tokens = usage.input_tokens,
        output_tokens = usage.output_tokens,
        cached_tokens = usage.cached_tokens,
        cost_usd = %charge.cost,
        is_unreconciled = charge.is_unreconciled,
        is_usage_absurd,
        took_ms = charge.took.as_millis(),
        first_token_ms = charge.first_token_after.map(|time| time.as_millis()),
        "attempt at a model"
    );
}
