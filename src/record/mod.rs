//! The typed records over the store: a job, its source, the versions of its pieces, what an
//! idempotency key stands for; and [`JobWriter`], the one hand that writes a running job.
//!
//! A [`Job`] holds neither the text nor the pieces, so that lists stay small and every commit of a
//! running job stays cheap; those lie in documents of their own and are always written in the same
//! commit as the job that speaks of them. Where a status may go stands in [`Status`], what a commit
//! changes in [`Change`].
//!
//! When a job runs is `jobs`' business, how its pieces come about is `pipeline`'s. Read [`Job`]
//! first, then [`Change`], then [`JobWriter`]; [`Records`] reads and writes everything else.

mod announcer;
mod batch;
mod batch_money;
#[cfg(test)]
mod batch_tests;
mod change;
mod claims;
mod error;
mod event;
mod idempotency;
mod instances;
mod job;
mod job_writer;
mod keeping;
mod metadata;
mod piece;
mod pledged;
mod quality;
mod races;
mod records;
mod source_text;
mod status;
#[cfg(test)]
pub(crate) mod test_store;
#[cfg(test)]
mod tests;
mod transitions;
mod turns;

pub use announcer::Announcer;
pub use batch::{AcceptedBatch, Batch, Order};
pub use change::Change;
pub use error::Error;
pub use event::{Event, EventName};
pub use idempotency::{Fingerprint, IdempotencyKey};
pub use instances::{Instance, Pulse};
pub use job::{Claim, Failure, FailureCode, Job, PieceState, Progress, Stage, is_queued};
pub use job_writer::{JobWriter, Tip};
pub use metadata::{CacheCounts, CacheTier, Expense, Metadata, NotApplied, PieceMetadata};
pub use piece::PieceVersion;
pub use quality::{Finding, PieceScores, Quality, Severity};
pub use records::{Accepted, ListQuery, PAGE, Page, Records, Terms};
pub use status::Status;

use serde::{Deserialize, Serialize};

use crate::id::KeyId;

/// Names to whom a record belongs: the API key that made it. Rotation changes the key's secret, not
/// its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Owner(pub KeyId);

/// Says who asks for a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// A key, which sees its own records; those of others do not exist for it.
    Owner(Owner),
    /// An administrator, who sees all.
    Admin,
}

impl Viewer {
    /// Tells whether records of that owner exist for this viewer.
    #[must_use]
    pub fn sees(self, owner: Owner) -> bool {
        match self {
            Viewer::Owner(own) => own == owner,
            Viewer::Admin => true,
        }
    }
}
