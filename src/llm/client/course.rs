//! The course of one call: which attempt comes next, when, and at which model.

use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};

use super::super::{Attempt, AttemptLimits, Class, Outcome, Prompt, Reaction, Sent, TimedOutStage};
use super::allowance;
use super::backoff::{self, Share};
use super::bill::UnderWay;
use super::lane::{Barred, Lane, Leave, is_cut_off};
use super::{Allowance, Answer, Charge, Client, Ending, Failure, FailureReason};
use crate::budget::{Reservation, Spend};
use crate::lease::Tenure;
use crate::usage::Usage;

/// Less time than this is not worth an attempt.
const LEAST_TIME: Duration = Duration::from_millis(20);
/// How far an attempt may overrun its deadline before it is dropped: a call ends within 250 ms of its.
const GRACE: Duration = Duration::from_millis(100);
/// Where another model stands by, nobody waits longer than this for the first.
const PATIENCE: Duration = Duration::from_secs(2);
/// Ways of asking that an endpoint may refuse before it is asked in the last that there is.
const LESSONS_A_MODEL: u32 = 2;

/// One call under way.
pub(super) struct Course<'a> {
    client: &'a Client,
    lanes: &'a [Lane],
    prompt: &'a Prompt,
    allowance: &'a Allowance,
    deadline: Instant,
    /// Tokens that the prompt has at most.
    input_most: u64,
    extra_left: u32,
    /// Whether the last attempt only taught how the endpoint wants to be asked: the next is no extra.
    is_taught: bool,
    charges: Vec<Charge>,
    /// The best of the answers that a broken connection or the time cut, in case that none comes whole.
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

/// How it has gone with one model so far.
struct Tries {
    failed: u32,
    lessons_left: u32,
    /// Models that stand by behind it.
    models_left: usize,
}

/// Why there are no more attempts at a model.
enum Parting {
    ForTheNext(FailureReason),
    Final(FailureReason),
}

impl<'a> Course<'a> {
    pub(super) fn new(
        client: &'a Client,
        lanes: &'a [Lane],
        prompt: &'a Prompt,
        allowance: &'a Allowance,
        deadline: Instant,
    ) -> Course<'a> {
        let input_most = allowance::most_input_tokens(prompt);
        let extra_left = allowance.extra_attempts_a_call();
        Course {
            client,
            lanes,
            prompt,
            allowance,
            deadline,
            input_most,
            extra_left,
            is_taught: false,
            charges: Vec::new(),
            cut_off: None,
        }
    }

    pub(super) async fn run(mut self) -> Result<Answer, Failure> {
        let mut reason = FailureReason::NoModel;
        for (lane, models_left) in self.lanes.iter().zip((0..self.lanes.len()).rev()) {
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
        let mut tries = Tries { failed: 0, lessons_left: LESSONS_A_MODEL, models_left };
        loop {
            let step = match self.leave(lane, models_left).await {
                Ok((leave, money)) => self.attempt(lane, leave, money, &mut tries).await,
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

    /// Waits for the money of an attempt, then for leave to make it. In this order: who waits for
    /// the money of its own job must not keep a permit from other jobs.
    async fn leave<'l>(&self, lane: &'l Lane, models_left: usize) -> Result<(Leave<'l>, Reservation), Step> {
        if Instant::now() + LEAST_TIME > self.deadline {
            return Err(Step::Stop(FailureReason::Deadline));
        }
        lane.is_free().map_err(|barred| self.barred(barred, models_left))?;
        let most = self.most(lane);
        let money = match timeout_at(self.deadline, self.allowance.reserve(most)).await {
            Ok(Ok(money)) => money,
            Ok(Err(exhausted)) => return Err(Step::Stop(FailureReason::Exhausted(exhausted, most))),
            Err(_) => return Err(Step::Stop(FailureReason::Deadline)),
        };
        match timeout_at(self.end_of_line(models_left), lane.enter()).await {
            Ok(Ok(leave)) => Ok((leave, money)),
            Ok(Err(barred)) => Err(self.barred(barred, models_left)),
            Err(_) if models_left > 0 => Err(Step::Next),
            Err(_) => Err(Step::Stop(FailureReason::Deadline)),
        }
    }

    /// Until when to stand in line for a permit: half of the time is for the model that stands by.
    fn end_of_line(&self, models_left: usize) -> Instant {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if models_left > 0 { Instant::now() + left / 2 } else { self.deadline }
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

    async fn attempt(
        &mut self,
        lane: &Lane,
        leave: Leave<'_>,
        money: Reservation,
        tries: &mut Tries,
    ) -> Step {
        let tenure = money.tenure();
        if !tenure.holds() {
            // It stood in line for so long, or this process stood still. The money tells when to go on.
            return Step::Again(Instant::now());
        }
        let is_taught = std::mem::take(&mut self.is_taught);
        if !self.charges.is_empty() && !is_taught && !self.take_extra_attempt() {
            let last = self.charges.last().map_or(Class::Transient, |charge| charge.class);
            return Step::Stop(FailureReason::Attempts(last));
        }
        let under_way = UnderWay::begin(&*lane.provider, &self.client.metrics, money);
        let attempt = self.ask(lane, under_way.begun(), tries.models_left, tenure).await;
        leave.end(&attempt.outcome, attempt.first_token_after);
        self.charges.push(under_way.end(&attempt, self.charges.len()));
        if attempt.is_lesson && tries.lessons_left > 0 {
            tries.lessons_left = tries.lessons_left.saturating_sub(1);
            self.is_taught = true;
            return Step::Again(Instant::now());
        }
        self.react(lane, attempt.outcome, tries)
    }

    /// The most that an attempt at that model can cost.
    fn most(&self, lane: &Lane) -> Spend {
        let usage = Usage {
            input_tokens: self.input_most,
            output_tokens: u64::from(lane.provider.max_billed_output_tokens(self.prompt)),
            cached_tokens: 0,
        };
        allowance::most_spend(&*lane.provider, usage)
    }

    fn take_extra_attempt(&mut self) -> bool {
        let is_left = self.extra_left > 0 && self.allowance.take_extra_attempt();
        self.extra_left = self.extra_left.saturating_sub(1);
        is_left
    }

    /// Makes the attempt, and drops it if it does not end by itself.
    async fn ask(&self, lane: &Lane, begun: Instant, models_left: usize, tenure: Tenure) -> Attempt {
        let mut limits = AttemptLimits { tenure, ..self.client.limits.attempt_until(self.deadline) };
        if models_left > 0 {
            // Some of the time is for the model that stands by.
            let time = self.deadline.saturating_duration_since(begun);
            limits.deadline = limits.deadline.min(begun + time * 3 / 4);
        }
        let attempt = lane.provider.attempt(self.prompt, &limits);
        let late = || Outcome::TimedOut { stage: TimedOutStage::Attempt };
        let ended = timeout_at(limits.deadline + GRACE, attempt).await;
        ended.unwrap_or_else(|_| Attempt::without_usage(late(), Sent::Sent))
    }

    fn react(&mut self, lane: &Lane, outcome: Outcome, tries: &mut Tries) -> Step {
        tries.failed = tries.failed.saturating_add(1);
        let Tries { failed, models_left, .. } = *tries;
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
                self.again(failed, retry_after, models_left, class)
            }
            (Reaction::RetryOnce, _) if failed > 1 => Step::Next,
            (Reaction::Retry | Reaction::RetryOnce, _) => self.again(failed, retry_after, models_left, class),
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
            self.cut_off = Some(self.answer(lane, text, Ending::CutOff));
        }
    }
}
