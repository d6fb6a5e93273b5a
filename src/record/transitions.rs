//! How a job goes from status to status where it is not its writer's doing: claimed, given back,
//! lost, set aside, cancelled, tried again. Pure; [`super::Records`] commits it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Claim, Error, Expense, Failure, FailureCode, Job, PieceState, Status};
use crate::content::Kind;

impl Job {
    /// Begins to run under a new claim, with a token above all earlier ones.
    pub(super) fn claim_for(&mut self, instance: &str, time: Duration, now: Timestamp) -> Result<(), Error> {
        let token = self.claim.as_ref().map_or(0, |claim| claim.token).saturating_add(1);
        let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        let deadline = now.saturating_add(time).unwrap_or(Timestamp::MAX);
        self.advance(Status::Running, now)?;
        if token == 1 {
            self.keep_pieces_of_first_run(deadline);
        }
        self.booked = Expense::default();
        self.claim = Some(Claim { instance: instance.to_owned(), token, claimed_at: now, deadline });
        Ok(())
    }

    /// Goes back to the queue with what it has.
    pub(super) fn hand_back(&mut self, now: Timestamp) -> Result<(), Error> {
        if self.status.is_ended() {
            return Err(Error::IllegalTransition { from: self.status, to: Status::Queued });
        }
        self.presume();
        self.reopen(PieceState::Running);
        self.keep();
        self.advance(Status::Queued, now)
    }

    /// Goes back to the queue because the process that ran it is gone; when that has happened `most`
    /// times without a piece in between, the job may be the reason, and is set aside.
    pub(super) fn lose(&mut self, most: u32, now: Timestamp) -> Result<(), Error> {
        self.crashes = self.crashes.saturating_add(1);
        if self.crashes < most { self.hand_back(now) } else { self.set_aside(now) }
    }

    fn set_aside(&mut self, now: Timestamp) -> Result<(), Error> {
        let detail = format!(
            "the service went down {} times in a row while it worked on this job, which was set aside; it can be retried",
            self.crashes
        );
        let failure = Failure { code: FailureCode::Internal, detail };
        self.presume();
        for kind in self.progress.pieces.keys().copied().collect::<Vec<Kind>>() {
            self.fail(kind, failure.clone(), now);
        }
        self.close(self.outcome(), now)
    }

    /// Ends because its owner said so; what is finished stays.
    pub(super) fn cancel(&mut self, now: Timestamp) -> Result<(), Error> {
        self.status.advance(Status::Cancelled)?;
        // Whoever runs it puts that right when its calls are stopped.
        self.presume();
        self.reopen(PieceState::Running);
        self.close(Status::Cancelled, now)
    }

    /// Goes back to the queue after it ended, so far behind as its owner's other jobs demand, to make
    /// what is missing. Progress goes on from what is there.
    pub(super) fn try_again(&mut self, behind: Duration, now: Timestamp) -> Result<(), Error> {
        if !self.status.is_ended() {
            return Err(Error::IllegalTransition { from: self.status, to: Status::Queued });
        }
        self.status.advance(Status::Queued)?;
        self.reopen(PieceState::Failed);
        self.failures.clear();
        self.quality = None;
        self.completed_at = None;
        self.keep();
        self.crashes = 0;
        self.queue_key = Job::place(now, behind, self.request.priority.unwrap_or_default());
        self.advance(Status::Queued, now)
    }

    /// Ends it at that status.
    pub(super) fn close(&mut self, end: Status, now: Timestamp) -> Result<(), Error> {
        self.completed_at = Some(now);
        self.keep_from(now);
        self.progress.eta_seconds = None;
        if self.status == Status::Running {
            let claimed_at = self.claim.as_ref().map_or(now, |claim| claim.claimed_at);
            self.metadata.duration_ms =
                u64::try_from(now.duration_since(claimed_at).as_millis()).unwrap_or(0);
        }
        self.advance(end, now)
    }

    /// Makes pieces that stand there wait again.
    fn reopen(&mut self, from: PieceState) {
        for state in self.progress.pieces.values_mut().filter(|state| **state == from) {
            *state = PieceState::Waiting;
        }
    }
}
