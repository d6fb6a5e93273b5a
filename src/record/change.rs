//! What can happen to a running job, and what each of it does to the job and writes beside it.
//!
//! A change is pure: it turns a job into the next one and yields the documents that belong into the
//! same commit. [`super::JobWriter`] commits them.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::{
    Error, Event, EventName, Expense, Failure, FailureCode, Job, NotApplied, PieceMetadata, PieceState,
    PieceVersion, Quality, Stage, Status,
};
use crate::content::{Kind, Material};
use crate::money::{Money, Pledge};
use crate::store::Write;
use crate::usage::Usage;

/// One thing that happens to a running job.
#[derive(Clone, Debug)]
pub enum Change {
    /// A piece was begun.
    Started(Kind),
    /// Something about the request or the text that the owner should know.
    Noted {
        /// Two-letter code of the language that the pieces are written in.
        language: String,
        /// Fields that the writer cannot use.
        not_applied: Vec<NotApplied>,
        /// Anything else, a sentence each.
        notes: Vec<String>,
    },
    /// The writer of one piece cannot use all that the request says.
    NotApplied {
        /// The piece.
        kind: Kind,
        /// The fields, with the reasons.
        fields: Vec<NotApplied>,
    },
    /// A piece is valid and is to be kept.
    Finished {
        /// The piece.
        material: Arc<Material>,
        /// How it came about.
        metadata: PieceMetadata,
        /// What this run has spent and may be about to; `None` leaves the last pledge standing.
        pledge: Option<Pledge>,
    },
    /// Calls are about to begin that may cost something.
    Pledged(Pledge),
    /// Something was paid for that no piece came of.
    Spent {
        /// Tokens it took.
        usage: Usage,
        /// What it cost, in US dollars.
        cost_usd: Money,
        /// The part of the cost that no provider has confirmed.
        unreconciled_usd: Money,
    },
    /// A piece will not come.
    Failed {
        /// Which one.
        kind: Kind,
        /// Why.
        failure: Failure,
    },
    /// Nothing more is made here; the job goes back to the queue for whoever takes it next.
    Released {
        /// What the run has spent and no earlier change of it has booked: calls that were dropped under way.
        unbooked: Expense,
    },
    /// Nothing more is made. The status follows from what is there.
    Ended {
        /// What was found about the pieces, if they could be checked.
        quality: Option<Quality>,
    },
}

/// Events kept with a job. A package has about twenty, each restart and each retry adds as many at most.
/// Beyond this what earlier runs have told goes, see [`Job::forget_one`]. The numbers of the others stay.
const MAX_EVENTS: usize = 256;
/// Percent of a job that the finished outline stands for.
const OUTLINE_PERCENT: usize = 20;
/// Percent of a job when every piece is there or failed and only checking is left.
const PIECES_PERCENT: usize = 95;

impl Change {
    /// Tells whether it may wait for the next change to be committed with: nothing is lost with it
    /// that a resumed job would not find out by itself.
    pub(super) fn may_wait(&self) -> bool {
        match self {
            Change::Started(_) | Change::Noted { .. } | Change::NotApplied { .. } | Change::Spent { .. } => {
                true
            }
            Change::Finished { .. }
            | Change::Pledged(_)
            | Change::Failed { .. }
            | Change::Released { .. }
            | Change::Ended { .. } => false,
        }
    }

    /// Makes the change to the job, and adds to `writes` what belongs into the same commit. On an
    /// error the job is as before.
    pub(super) fn apply(self, job: &mut Job, now: Timestamp, writes: &mut Vec<Write>) -> Result<(), Error> {
        match self {
            Change::Started(kind) => job.start(kind, now),
            Change::Noted { language, not_applied, notes } => {
                job.metadata.language = Some(language);
                // What is said of single pieces was found out by an earlier run and still holds.
                job.metadata.not_applied.retain(|known| !known.kinds.is_empty());
                job.metadata.not_applied.splice(0..0, not_applied);
                job.metadata.notes = notes;
            }
            Change::NotApplied { kind, fields } => job.metadata.not_applied_to(kind, fields),
            Change::Spent { usage, cost_usd, unreconciled_usd } => {
                job.metadata.usage += usage;
                job.book(Expense { cost_usd, unreconciled_usd });
            }
            Change::Finished { material, metadata, pledge } => {
                pledge.into_iter().for_each(|pledge| job.pledge(pledge));
                job.finish(&material, metadata, now, writes)?;
            }
            Change::Pledged(pledge) => job.pledge(pledge),
            Change::Failed { kind, failure } => job.fail(kind, failure, now),
            Change::Released { unbooked } => {
                job.fulfil();
                job.hand_back(now)?;
                job.book(unbooked);
            }
            Change::Ended { quality } => {
                job.fulfil();
                job.end(quality, now)?;
            }
        }
        job.updated_at = now;
        job.measure();
        Ok(())
    }
}

impl Job {
    /// Goes on to another status, and says so in an event.
    pub(super) fn advance(&mut self, next: Status, now: Timestamp) -> Result<(), Error> {
        self.status = self.status.advance(next)?;
        self.updated_at = now;
        self.happened(EventName::from(next), None, None, now);
        self.measure();
        Ok(())
    }

    /// Records that it was accepted.
    pub(super) fn note_queued(&mut self, now: Timestamp) {
        self.happened(EventName::JobQueued, None, None, now);
    }

    fn start(&mut self, kind: Kind, now: Timestamp) {
        if self.progress.pieces.get(&kind) == Some(&PieceState::Waiting) {
            self.progress.pieces.insert(kind, PieceState::Running);
            self.happened(EventName::PieceStarted, Some(kind), None, now);
        }
    }

    /// Keeps a piece. One that is there already stays: whoever made it again was overtaken.
    fn finish(
        &mut self,
        material: &Material,
        metadata: PieceMetadata,
        now: Timestamp,
        writes: &mut Vec<Write>,
    ) -> Result<(), Error> {
        let kind = material.kind();
        if self.has(kind) {
            return Ok(());
        }
        let number = 1;
        let version = PieceVersion::write(self.id, number, now, material)?;
        writes.push(match self.pieces_until {
            Some(until) => version.expire_at(until),
            None => version,
        });
        self.versions.insert(kind, number);
        self.book(Expense { cost_usd: metadata.cost_usd, unreconciled_usd: metadata.unreconciled_usd });
        self.metadata.count(kind, metadata);
        self.failures.remove(&kind);
        self.crashes = 0;
        self.progress.pieces.insert(kind, PieceState::Done);
        self.happened(EventName::PieceCompleted, Some(kind), None, now);
        Ok(())
    }

    /// Marks a piece as one that will not come, unless it came after all or failed before.
    pub(super) fn fail(&mut self, kind: Kind, failure: Failure, now: Timestamp) {
        if self.has(kind) || self.failures.contains_key(&kind) {
            return;
        }
        self.happened(EventName::PieceFailed, Some(kind), Some(failure.code), now);
        self.failures.insert(kind, failure);
        self.progress.pieces.insert(kind, PieceState::Failed);
    }

    fn end(&mut self, quality: Option<Quality>, now: Timestamp) -> Result<(), Error> {
        let next = self.outcome();
        self.status.advance(next)?;
        for kind in self.progress.pieces.keys().copied().collect::<Vec<Kind>>() {
            let failure = self.cause_without(kind);
            self.fail(kind, failure, now);
        }
        self.quality = quality;
        self.close(next, now)
    }

    /// Finds the status that what is there amounts to.
    pub(super) fn outcome(&self) -> Status {
        let done = self.wanted().filter(|kind| self.has(*kind)).count();
        let wanted = self.wanted().count();
        match self.has(Kind::Outline) {
            true if done == wanted => Status::Completed,
            true if done > 0 => Status::Partial,
            true | false => Status::Failed,
        }
    }

    /// Says why a piece is missing that nobody reported: the outline's reason, if that is missing.
    fn cause_without(&self, kind: Kind) -> Failure {
        match self.failures.get(&Kind::Outline) {
            Some(outline) if kind != Kind::Outline => Failure {
                code: outline.code,
                detail: "needs the outline, which could not be made".to_owned(),
            },
            _ => Failure { code: FailureCode::Internal, detail: "was not made".to_owned() },
        }
    }

    fn happened(&mut self, name: EventName, kind: Option<Kind>, code: Option<FailureCode>, now: Timestamp) {
        let number = self.last_event().saturating_add(1);
        self.events.push(Event { number, at: now, name, kind, code });
        if self.events.len() > MAX_EVENTS {
            self.forget_one();
        }
    }

    /// Drops the event that is least of use, of those before the job last came to the queue: what has
    /// happened since always stays, and with it the newest event, whose number the next one counts from. Of
    /// the earlier ones the beginnings go first, then failed pieces, which were tried again, then endings
    /// of the job, each the oldest first. That a piece is there is told as long as the job is kept.
    fn forget_one(&mut self) {
        let rank = |event: &Event| match event.name {
            EventName::JobQueued | EventName::JobRunning | EventName::PieceStarted => 0,
            EventName::PieceFailed => 1,
            EventName::JobCompleted
            | EventName::JobPartial
            | EventName::JobFailed
            | EventName::JobCancelled => 2,
            EventName::PieceCompleted => 3,
        };
        let is_queued = |event: &Event| event.name == EventName::JobQueued;
        let earlier = self.events.iter().rposition(is_queued).unwrap_or(0);
        // Of several that are alike the first.
        let least = self.events.iter().take(earlier).enumerate().min_by_key(|(_, event)| rank(event));
        let place = least.map_or(0, |(place, _)| place);
        self.events.remove(place);
    }

    /// Finds stage and percent from what is there: the outline, the pieces that are done, and the end. The
    /// percent never goes back, also where a job that ended with less than all is tried again.
    fn measure(&mut self) {
        let states: &BTreeMap<Kind, PieceState> = &self.progress.pieces;
        let settled = |state: &PieceState| matches!(state, PieceState::Done | PieceState::Failed);
        let open = states.values().filter(|state| !settled(state)).count();
        let outline_done = self.has(Kind::Outline);
        self.progress.stage = match self.status {
            Status::Queued => Stage::Queued,
            Status::Running if open == 0 => Stage::Quality,
            Status::Running if outline_done => Stage::Pieces,
            Status::Running => Stage::Outline,
            Status::Completed | Status::Partial | Status::Failed | Status::Cancelled => Stage::Ended,
        };
        let wanted = self.wanted().count();
        let done = self.wanted().filter(|kind| states.get(kind) == Some(&PieceState::Done)).count();
        let of_pieces = (PIECES_PERCENT - OUTLINE_PERCENT) * done;
        let percent = match self.status {
            Status::Completed => 100,
            _ if outline_done => OUTLINE_PERCENT + of_pieces.checked_div(wanted).unwrap_or(0),
            _ => 0,
        };
        self.progress.percent = self.progress.percent.max(u8::try_from(percent).unwrap_or(100));
    }
}
