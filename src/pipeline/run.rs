//! A whole job: outline, then the pieces side by side, then the end. One deadline over everything.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::model::{Brief, Standing, planned};
use super::step::{Halt, Step, Stored, broken};
use super::{Live, Pipeline, Reading, Writer};
use crate::budget::{Purse, Spend};
use crate::content::{Kind, Material, Request};
use crate::lease::Tenure;
use crate::llm::FanOut;
use crate::llm::client::Allowance;
use crate::money::Money;
use crate::record::{Change, Expense, Failure, FailureCode, Job, JobWriter};
use crate::usage::Usage;

/// A claimed job, with everything that running it takes.
#[derive(Debug)]
pub struct Assignment {
    /// What is wanted, with its text.
    pub request: Arc<Request>,
    /// The text as it was read when the job was accepted, if that is still at hand.
    pub reading: Option<Reading>,
    /// Pieces that an earlier run finished; they are not made again.
    pub pieces: BTreeMap<Kind, Material>,
    /// The hand that writes the job.
    pub writer: JobWriter,
    /// When the job's time is over.
    pub deadline: Instant,
    /// For how long the job is this process's without asking anew.
    pub tenure: Tenure,
    /// Who watches is told through it how far pieces are.
    pub live: Live,
    /// Tells to begin nothing more; what runs may end.
    pub stop: CancellationToken,
    /// Tells to drop what runs.
    pub abandon: CancellationToken,
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Ran {
    /// How it ended.
    pub outcome: Outcome,
    /// What it has cost that stands in no commit of the job: calls that were dropped under way.
    pub unbooked: Expense,
    /// The pieces that are there and stored.
    pub pieces: BTreeMap<Kind, Arc<Material>>,
}

/// Says how a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The job has ended, and says so.
    Ended,
    /// It was told to stop before the job had ended. What is finished is stored.
    Stopped,
    /// It was told to drop what it did. What is finished is stored.
    Abandoned,
    /// The job is no longer this run's to write, or the store is gone.
    Lost,
}

/// The time that is kept for what is left to do with an answer, at most.
const MOST_MARGIN: Duration = Duration::from_secs(3);

/// A job under way.
struct Run {
    pipeline: Pipeline,
    reading: Reading,
    pieces: BTreeMap<Kind, Stored>,
    writer: JobWriter,
    deadline: Instant,
    stop: CancellationToken,
    allowance: Allowance,
    standing: Standing,
    brief: Brief,
    live: Live,
    /// The pieces that are being made.
    steps: JoinSet<Result<Stored, Halt>>,
}

impl Pipeline {
    /// Makes what is still missing of a job, checks the whole, and ends the job.
    ///
    /// # Cancel safety
    /// A dropped run leaves the job running with the pieces that are stored; it can be run again. What
    /// its calls under way may have cost is then in no book: abandon it by its token instead.
    pub async fn run(&self, assignment: Assignment) -> Ran {
        let (begun, _running, writer) = (Instant::now(), self.metrics.job_runs(), assignment.writer.clone());
        let ran = self.carry_out(assignment).await;
        if ran.outcome == Outcome::Ended {
            self.count_end(&writer.job(), begun);
        }
        ran
    }

    fn count_end(&self, job: &Job, begun: Instant) {
        self.metrics.progressed();
        self.metrics.job_ended(job.status.as_str(), begun.elapsed());
        let Some(quality) = &job.quality else { return };
        for (aspect, score) in [
            ("overall", quality.overall),
            ("readability", quality.readability),
            ("structure", quality.structure),
            ("relevance", quality.relevance),
            ("engagement", quality.engagement),
            ("format_compliance", quality.format_compliance),
        ] {
            self.metrics.quality(aspect, score);
        }
    }

    async fn carry_out(&self, assignment: Assignment) -> Ran {
        let Assignment { request, reading, pieces, writer, deadline, tenure, live, stop, abandon } =
            assignment;
        let reading = match reading {
            Some(reading) => Ok(reading),
            None => tokio::select! {
                read = tokio::time::timeout_at(deadline, self.read(request)) => match read {
                    Ok(read) => read.map_err(Failure::from),
                    Err(_) => Err(out_of_time()),
                },
                () = abandon.cancelled() => return Ran::without_calls(Err(Outcome::Abandoned)),
            },
        };
        let reading = match reading {
            Ok(reading) => reading,
            Err(failure) => {
                let failed = Change::Failed { kind: Kind::Outline, failure };
                let ended = end(&writer, Some(failed), None).await;
                return Ran::without_calls(ended);
            }
        };
        let stored = |piece| Stored { material: Arc::new(piece), appraisal: None };
        let pieces = pieces.into_iter().map(|(kind, piece)| (kind, stored(piece))).collect();
        let job = writer.job();
        let run = Run {
            pipeline: self.clone(),
            allowance: self.allowance(&reading, &job, tenure),
            standing: Standing::default(),
            brief: Brief::default(),
            live,
            steps: JoinSet::new(),
            reading,
            pieces,
            writer,
            deadline,
            stop,
        };
        run.unless_abandoned(&abandon).await
    }
}

impl Ran {
    fn without_calls(ended: Result<(), Outcome>) -> Ran {
        Ran::without_pieces(ended.err().unwrap_or(Outcome::Ended))
    }

    /// Says how a run ended of which nothing is at hand but what the job says itself.
    #[must_use]
    pub fn without_pieces(outcome: Outcome) -> Ran {
        Ran { outcome, unbooked: Expense::default(), pieces: BTreeMap::new() }
    }
}

impl Pipeline {
    /// Finds what the calls of a job may use up: what it may cost, less what it has cost before, and
    /// attempts for as many calls as are planned.
    fn allowance(&self, reading: &Reading, job: &Job, tenure: Tenure) -> Allowance {
        let (most, fan_out) = match &self.writer {
            Writer::Model(model) => (model.max_cost_usd, model.fan_out),
            _ => (Money::ZERO, FanOut::default()),
        };
        let most = reading.request.max_cost_usd().into_iter().chain(job.grant).fold(most, Money::min);
        let money = most.saturating_sub(job.metadata.cost_usd);
        let (calls, _) = planned(&reading.request, fan_out);
        let (calls, most) = (u32::try_from(calls).unwrap_or(u32::MAX), Spend { money, tokens: u64::MAX });
        Allowance::pledging(calls, most, tenure)
    }
}

impl Run {
    async fn unless_abandoned(mut self, abandon: &CancellationToken) -> Ran {
        let (purse, writer) = (self.allowance.purse().clone(), self.writer.clone());
        let ended = tokio::select! {
            ended = self.through() => ended,
            lost = pledge(purse, writer) => Err(lost),
            () = abandon.cancelled() => Err(Outcome::Abandoned),
        };
        // Calls that are still under way are dropped, and what they may have cost is settled then.
        self.steps.shutdown().await;
        let outcome = ended.err().unwrap_or(Outcome::Ended);
        let unbooked = self.unbooked();
        let pieces = self.pieces.into_iter().map(|(kind, stored)| (kind, stored.material)).collect();
        Ran { outcome, unbooked, pieces }
    }

    async fn through(&mut self) -> Result<(), Outcome> {
        let (not_applied, notes) = (self.reading.not_applied(), self.reading.notes());
        let language = self.reading.language().to_owned();
        self.writer.announce(Change::Noted { language, not_applied, notes }).await;
        let metrics = self.pipeline.metrics.clone();
        let begun = Instant::now();
        self.make(vec![Kind::Outline]).await?;
        metrics.stage("outline", begun.elapsed());
        if self.pieces.contains_key(&Kind::Outline) {
            let begun = Instant::now();
            self.make(self.writer.job().wanted().collect()).await?;
            metrics.stage("pieces", begun.elapsed());
        }
        self.reconcile().await;
        let begun = Instant::now();
        let job = self.writer.job();
        let assessed = self.pipeline.assess(&job, self.reading.clone(), self.pieces.clone());
        let quality = if self.pieces.is_empty() { None } else { assessed.await };
        metrics.stage("assembly", begun.elapsed());
        end(&self.writer, None, quality).await
    }

    /// Makes those kinds side by side, as far as they are not there, and returns when each is
    /// stored or has failed. There are never more of them than there are kinds.
    async fn make(&mut self, kinds: Vec<Kind>) -> Result<(), Outcome> {
        let mut names = BTreeMap::new();
        for kind in kinds.into_iter().filter(|kind| !self.pieces.contains_key(kind)) {
            if self.stop.is_cancelled() {
                return Err(Outcome::Stopped);
            }
            self.writer.announce(Change::Started(kind)).await;
            self.pipeline.metrics.progressed();
            let step = self.pipeline.clone().step(self.step(kind));
            let handle = self.steps.spawn(step);
            names.insert(handle.id(), kind);
        }
        loop {
            let Ok(ended) = tokio::time::timeout_at(self.deadline, self.steps.join_next_with_id()).await
            else {
                // What the calls under way may have cost is settled when they are gone.
                self.steps.shutdown().await;
                return self.give_up(names.into_values()).await;
            };
            let (id, result) = match ended {
                Some(Ok((id, result))) => (id, result),
                Some(Err(error)) => (error.id(), Err(Halt::Failed(broken()))),
                None => return Ok(()),
            };
            if let Some(kind) = names.remove(&id) {
                self.settle(kind, result).await?;
            }
        }
    }

    /// Books what was spent and no piece has booked: calls that were abandoned under way.
    async fn reconcile(&self) {
        let Expense { cost_usd, unreconciled_usd } = self.unbooked();
        if !cost_usd.is_zero() {
            let usage = Usage::default();
            self.writer.announce(Change::Spent { usage, cost_usd, unreconciled_usd }).await;
        }
    }

    /// Finds what was spent and stands in no commit of the job.
    fn unbooked(&self) -> Expense {
        self.spent().minus(self.writer.job().booked())
    }

    /// Finds what this run has spent.
    fn spent(&self) -> Expense {
        let statement = self.allowance.statement();
        Expense { cost_usd: statement.settled.money, unreconciled_usd: statement.unreconciled.money }
    }

    fn step(&self, kind: Kind) -> Step {
        Step {
            kind,
            outline: self.pieces.get(&Kind::Outline).map(|outline| Arc::clone(&outline.material)),
            reading: self.reading.clone(),
            writer: self.writer.clone(),
            deadline: calls_until(self.deadline),
            allowance: self.allowance.clone(),
            standing: self.standing.clone(),
            brief: self.brief.clone(),
            live: self.live.clone(),
        }
    }

    async fn settle(&mut self, kind: Kind, result: Result<Stored, Halt>) -> Result<(), Outcome> {
        match result {
            Ok(stored) => {
                self.pipeline.metrics.progressed();
                self.pieces.insert(kind, stored);
                Ok(())
            }
            Err(Halt::Failed(failure)) => self.fail(kind, failure).await,
            Err(Halt::Lost) => Err(Outcome::Lost),
        }
    }

    async fn fail(&self, kind: Kind, failure: Failure) -> Result<(), Outcome> {
        tracing::warn!(job = %self.writer.job().id, %kind, code = failure.code.as_str(), "a piece failed");
        self.writer.write(Change::Failed { kind, failure }).await.map_err(|_| Outcome::Lost)?;
        self.pipeline.metrics.progressed();
        Ok(())
    }

    async fn give_up(&self, open: impl Iterator<Item = Kind>) -> Result<(), Outcome> {
        for kind in open {
            self.fail(kind, out_of_time()).await?;
        }
        Ok(())
    }
}

/// Returns until when models may be asked: a little before the job's time is over, so that what came
/// is still checked and stored.
fn calls_until(deadline: Instant) -> Instant {
    let margin = deadline.saturating_duration_since(Instant::now()) / 10;
    deadline.checked_sub(margin.min(MOST_MARGIN)).unwrap_or(deadline)
}

/// Puts into the job what calls may come to cost, before they begin. Returns only when the job cannot be
/// written any more.
async fn pledge(purse: Purse, writer: JobWriter) -> Outcome {
    loop {
        let pledge = purse.next_pledge().await;
        if writer.write(Change::Pledged(pledge)).await.is_err() {
            return Outcome::Lost;
        }
        purse.assure(pledge);
    }
}

async fn end(
    writer: &JobWriter,
    failed: Option<Change>,
    quality: Option<crate::record::Quality>,
) -> Result<(), Outcome> {
    for change in failed.into_iter().chain([Change::Ended { quality }]) {
        writer.write(change).await.map_err(|_| Outcome::Lost)?;
    }
    Ok(())
}

fn out_of_time() -> Failure {
    Failure { code: FailureCode::DeadlineExceeded, detail: "the job's time ran out".to_owned() }
}
