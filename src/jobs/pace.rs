//! How long things took lately, and from that how long a job will probably still take. Kept in memory
//! only; a new process learns from the jobs that ended last.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::content::Kind;
use crate::record::{CacheTier, EventName, Job, PieceState, Status};

/// Durations of each stage that are kept: enough for a median, few enough to follow a change of pace.
const KEPT: usize = 31;
/// A piece that takes longer than usual is said to take this part of the usual time more.
const OVERTIME: u32 = 10;

/// What is measured: a piece of some writer, waiting in the queue, checking the whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Waiting,
    Piece(Kind, String),
    Checking,
}

/// The durations of recent stages.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<BTreeMap<Stage, VecDeque<Duration>>>);

impl Pace {
    /// Takes in what a job shows that has ended.
    pub(super) fn learn(&self, job: &Job) {
        for (kind, piece) in &job.metadata.pieces {
            if piece.cache == CacheTier::Miss {
                let stage = Stage::Piece(*kind, piece.writer.clone());
                self.note(stage, Duration::from_millis(piece.duration_ms));
            }
        }
        // The time of a job that was interrupted or retried says nothing of the next.
        let is_first_run = job.claim.as_ref().is_some_and(|claim| claim.token == 1);
        if let (true, Some(claim)) = (is_first_run, &job.claim) {
            self.note(Stage::Waiting, between(job.created_at, claim.claimed_at));
        }
        let last_piece = job.events.iter().rev().find(|event| event.name == EventName::PieceCompleted);
        if let (Some(event), Some(completed_at), Status::Completed) =
            (last_piece, job.completed_at, job.status)
        {
            self.note(Stage::Checking, between(event.at, completed_at));
        }
    }

    /// Says in how many seconds a job will probably have ended; `None` where it has, or where
    /// something was not measured yet. `writer` names who writes, until the job's pieces say so.
    pub(super) fn seconds_left(&self, job: &Job, writer: &str, now: Timestamp) -> Option<u32> {
        let writer = job.metadata.pieces.values().next_back().map_or(writer, |piece| piece.writer.as_str());
        let left = match job.status {
            Status::Queued => {
                let waiting = self.usual(&Stage::Waiting)?.saturating_sub(between(job.updated_at, now));
                waiting.saturating_add(self.work_left(job, writer, now)?)
            }
            Status::Running => self.work_left(job, writer, now)?,
            Status::Completed | Status::Partial | Status::Failed | Status::Cancelled => return None,
        };
        let seconds = left.as_secs().saturating_add(u64::from(left.subsec_nanos() > 0));
        Some(u32::try_from(seconds).unwrap_or(u32::MAX))
    }

    /// The outline, then the longest of the pieces, then the checks.
    fn work_left(&self, job: &Job, writer: &str, now: Timestamp) -> Option<Duration> {
        let left = |kind: Kind| self.piece_left(job, kind, writer, now);
        let outline = left(Kind::Outline)?;
        let pieces: Option<Vec<Duration>> = job.wanted().map(left).collect();
        let longest = pieces?.into_iter().max().unwrap_or_default();
        let checking = self.usual(&Stage::Checking).unwrap_or_default();
        Some(outline.saturating_add(longest).saturating_add(checking))
    }

    fn piece_left(&self, job: &Job, kind: Kind, writer: &str, now: Timestamp) -> Option<Duration> {
        let state = job.progress.pieces.get(&kind).copied().unwrap_or(PieceState::Done);
        let usual = || self.usual(&Stage::Piece(kind, writer.to_owned()));
        match state {
            PieceState::Done | PieceState::Failed => Some(Duration::ZERO),
            PieceState::Waiting => usual(),
            PieceState::Running => {
                let is_begin = |event: &&crate::record::Event| {
                    event.name == EventName::PieceStarted && event.kind == Some(kind)
                };
                let begun = job.events.iter().rev().find(is_begin).map_or(now, |event| event.at);
                let usual = usual()?;
                Some(usual.saturating_sub(between(begun, now)).max(usual / OVERTIME))
            }
        }
    }

    /// The median: a call that hung for minutes does not change what is usual.
    fn usual(&self, stage: &Stage) -> Option<Duration> {
        let mut sorted: Vec<Duration> = self.lock().get(stage)?.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }

    fn note(&self, stage: Stage, took: Duration) {
        let mut stages = self.lock();
        let kept = stages.entry(stage).or_default();
        kept.push_back(took);
        if kept.len() > KEPT {
            kept.pop_front();
        }
    }

    // Queues of whole values: also after a panic it holds whole ones.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Stage, VecDeque<Duration>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// From one moment to another; nothing where the wall clock went back in between.
fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}
