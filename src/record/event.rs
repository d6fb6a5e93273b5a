//! What happened to a job, numbered, so that a listener can go on where it stopped.
//!
//! Events live inside the job's own document: they change in the same commit as the job anyway, a
//! job has a few dozen of them at most, and a document of its own for each would double what a
//! package costs to write.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{FailureCode, Status};
use crate::content::Kind;

/// One thing that happened to a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// Counts from 1 within the job; no number is given twice. What a job no longer keeps leaves a gap.
    pub number: u64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub name: EventName,
    /// The piece it happened to, if it happened to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Why, if something failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<FailureCode>,
}

/// Names what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum EventName {
    /// Accepted, or given back to the queue after a restart.
    #[serde(rename = "job.queued")]
    JobQueued,
    /// A worker took it.
    #[serde(rename = "job.running")]
    JobRunning,
    /// A piece was begun.
    #[serde(rename = "piece.started")]
    PieceStarted,
    /// A piece is there.
    #[serde(rename = "piece.completed")]
    PieceCompleted,
    /// A piece will not come.
    #[serde(rename = "piece.failed")]
    PieceFailed,
    /// Ended with everything.
    #[serde(rename = "job.completed")]
    JobCompleted,
    /// Ended with some of it.
    #[serde(rename = "job.partial")]
    JobPartial,
    /// Ended with nothing.
    #[serde(rename = "job.failed")]
    JobFailed,
    /// Ended on request.
    #[serde(rename = "job.cancelled")]
    JobCancelled,
}

impl From<Status> for EventName {
    fn from(status: Status) -> EventName {
        match status {
            Status::Queued => EventName::JobQueued,
            Status::Running => EventName::JobRunning,
            Status::Completed => EventName::JobCompleted,
            Status::Partial => EventName::JobPartial,
            Status::Failed => EventName::JobFailed,
            Status::Cancelled => EventName::JobCancelled,
        }
    }
}
