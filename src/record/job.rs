//! A job as it is stored: everything about it but the text and the pieces.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::keeping::Keeping;
use super::{Error, Event, Expense, Metadata, Owner, Quality, Status};
use crate::content::{Kind, Priority, RequestBody};
use crate::id::{BatchId, JobId};
use crate::money::{Money, Pledge};
use crate::store::{Collection, Document, Fields, Value, Write};

/// One order for a package of teaching material.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Its name.
    pub id: JobId,
    /// Whose it is.
    pub owner: Owner,
    /// Where it stands.
    pub status: Status,
    /// What is wanted, without the text.
    pub request: RequestBody,
    /// Code points of the text as submitted.
    pub source_characters: u64,
    /// How far it is.
    pub progress: Progress,
    /// Why pieces are missing.
    pub failures: BTreeMap<Kind, Failure>,
    /// How its pieces came about.
    pub metadata: Metadata,
    /// What was found about its pieces; `None` until it was assembled.
    pub quality: Option<Quality>,
    /// Which version of each finished piece is the current one.
    pub versions: BTreeMap<Kind, u32>,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it was last written.
    pub updated_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// Its place in the queue: accept time in milliseconds, shifted by priority. Smallest first.
    pub queue_key: i64,
    /// Who runs it, or ran it last.
    pub claim: Option<Claim>,
    /// Claims in a row that were lost with the process that held them, without a piece in between.
    #[serde(default)]
    pub crashes: u32,
    /// From when on it is gone with all that belongs to it; `None` as long as it has not ended.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// Milliseconds for which it is kept from its end on; `None` for ever.
    #[serde(default)]
    pub(super) kept_ms: Option<u64>,
    /// From when on the documents of its pieces are gone, if it does not change that before.
    #[serde(default)]
    pub(super) pieces_until: Option<Timestamp>,
    /// The batch that it was accepted with.
    #[serde(default)]
    pub batch: Option<BatchId>,
    /// What it may cost of what its batch may cost; `None` before its first claim, and where the batch
    /// has no limit.
    #[serde(default)]
    pub grant: Option<Money>,
    /// What it may cost at least of what its batch may cost; `None` where the batch has no limit.
    #[serde(default)]
    pub(super) share: Option<Money>,
    /// What the run under its claim may have spent beyond what is booked, as far as it pledged anything.
    #[serde(default)]
    pub(super) stake: Option<Pledge>,
    /// What the run under its claim has booked. Corrections of what earlier runs had cost are no part of it.
    #[serde(default)]
    pub(super) booked: Expense,
    /// What was booked because a run was gone that alone knew what it had spent, by the number of its
    /// claim; it is replaced by the truth if the run turns up again.
    #[serde(default)]
    pub(super) presumed: BTreeMap<u64, Money>,
    /// What happened to it, oldest first.
    pub events: Vec<Event>,
    /// Names its idempotency record, so that it goes with the job.
    pub(super) idempotency: Option<String>,
    /// Counts the writes of its document; what every next write is fenced by.
    #[serde(skip)]
    pub(super) version: u64,
    /// Number of the last event that is in its document: what comes after it is news.
    #[serde(skip)]
    pub(super) stored_event: u64,
    /// How long its text and its pieces are kept as the store has it.
    #[serde(skip)]
    pub(super) stored_keeping: Keeping,
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Progress {
    /// 0 to 100; never goes back, but for a retry, which counts anew from what is there.
    pub percent: u8,
    /// What is being done.
    pub stage: Stage,
    /// Every kind that was asked for, the outline included.
    pub pieces: BTreeMap<Kind, PieceState>,
    /// Seconds that it will probably still take; `None` where nothing was measured yet.
    pub eta_seconds: Option<u32>,
}

/// Names what is being done for a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It waits for a worker.
    Queued,
    /// The text is read and the outline is made.
    Outline,
    /// The pieces are made.
    Pieces,
    /// The package is checked and scored.
    Quality,
    /// Nothing any more.
    Ended,
}

/// Says where one piece stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PieceState {
    /// Not begun.
    Waiting,
    /// Being made.
    Running,
    /// Stored.
    Done,
    /// Will not come; the reason stands in the failures.
    Failed,
}

/// Says why a piece is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// The reason from the closed list of codes.
    pub code: FailureCode,
    /// What was missing or went wrong, for the owner; never the owner's text.
    pub detail: String,
}

/// The reasons for which a piece can be missing, as far as anything can cause them today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The text does not carry the piece.
    SourceTooThin,
    /// It needs what this writer does not have, such as tables of the text's language.
    InvalidRequest,
    /// The job's time ran out.
    DeadlineExceeded,
    /// No model could be reached, or none had room.
    ProviderUnavailable,
    /// The models' answers could not be made valid, or a model does not take what it is asked.
    ProviderRejected,
    /// A filter of the provider's stopped the request or the answer.
    ContentBlocked,
    /// It would cost more than it may.
    BudgetExceeded,
    /// A fault of this program.
    Internal,
}

/// Who runs a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The process that runs it.
    pub instance: String,
    /// Counts the claims of this job; who holds an older one must not write any more.
    pub token: u64,
    /// When it was claimed.
    pub claimed_at: Timestamp,
    /// Until when it must have ended.
    pub deadline: Timestamp,
}

/// Milliseconds by which a high or low priority moves a job in the queue: it goes before whatever
/// was accepted in the last ten minutes, and nothing waits longer for it than that.
const PRIORITY_SHIFT_MS: i64 = 10 * 60 * 1000;

impl FailureCode {
    /// Returns the name used on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            FailureCode::SourceTooThin => "source_too_thin",
            FailureCode::InvalidRequest => "invalid_request",
            FailureCode::DeadlineExceeded => "deadline_exceeded",
            FailureCode::ProviderUnavailable => "provider_unavailable",
            FailureCode::ProviderRejected => "provider_rejected",
            FailureCode::ContentBlocked => "content_blocked",
            FailureCode::BudgetExceeded => "budget_exceeded",
            FailureCode::Internal => "internal",
        }
    }
}

/// Tells from the fields of a job's document whether the job waits in the queue.
#[must_use]
pub fn is_queued(fields: &Fields) -> bool {
    matches!(fields.get("status"), Some(Value::Text(status)) if status == Status::Queued.as_str())
}

impl Job {
    /// Tells whether the piece of that kind is stored.
    #[must_use]
    pub fn has(&self, kind: Kind) -> bool {
        self.versions.contains_key(&kind)
    }

    /// Gives the wanted kinds without the outline, in the catalogue's order.
    pub fn wanted(&self) -> impl Iterator<Item = Kind> {
        self.progress.pieces.keys().copied().filter(|kind| *kind != Kind::Outline)
    }

    /// Names the language of its pieces; English until the text was read.
    #[must_use]
    pub fn language(&self) -> &str {
        self.metadata.language.as_deref().unwrap_or("en")
    }

    /// Gives the version that its document was read or written at.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Gives the number of the last thing that happened to it, 0 if nothing did.
    #[must_use]
    pub fn last_event(&self) -> u64 {
        self.events.last().map_or(0, |event| event.number)
    }

    /// Finds the place in the queue of a job that is accepted now and stands so far behind.
    pub(super) fn place(accepted: Timestamp, behind: Duration, priority: Priority) -> i64 {
        let shift = match priority {
            Priority::High => -PRIORITY_SHIFT_MS,
            Priority::Normal => 0,
            Priority::Low => PRIORITY_SHIFT_MS,
        };
        let behind = i64::try_from(behind.as_millis()).unwrap_or(i64::MAX);
        accepted.as_millisecond().saturating_add(shift).saturating_add(behind)
    }

    /// Makes the write that puts the job as it is, without an expectation.
    pub(super) fn write(&self) -> Result<Write, Error> {
        let payload = serde_json::to_string(self).map_err(|_| Error::Unreadable { what: "job" })?;
        let mut write = Write::put(Collection::Jobs, self.id.to_string())
            .field("owner", self.owner.0.to_string())
            .field("status", self.status.as_str())
            .field("created_at", self.created_at)
            .field("queue_key", self.queue_key)
            .field("priority", self.request.priority.unwrap_or_default().as_str())
            .payload(payload);
        if let (Status::Running, Some(claim)) = (self.status, &self.claim) {
            write = write.field("claimed_by", claim.instance.as_str());
        }
        Ok(match self.expires_at {
            Some(expires_at) => write.expire_at(expires_at),
            None => write,
        })
    }

    pub(super) fn read(document: &Document) -> Result<Job, Error> {
        let mut job: Job =
            serde_json::from_str(&document.payload).map_err(|_| Error::Unreadable { what: "job" })?;
        job.stored_at(document.version);
        Ok(job)
    }
}
