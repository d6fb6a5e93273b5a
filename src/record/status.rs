//! Where a job stands, and the one table of where it may go from there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Error;

/// Says where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Accepted, waits for a worker.
    Queued,
    /// A worker has it.
    Running,
    /// Ended: everything that was asked for is there.
    Completed,
    /// Ended: the outline and some of the pieces are there.
    Partial,
    /// Ended: no outline, or none of the pieces.
    Failed,
    /// Ended before its time because its owner said so.
    Cancelled,
}

impl Status {
    /// All statuses, in the order in which a job goes through them.
    pub const ALL: [Status; 6] = [
        Status::Queued,
        Status::Running,
        Status::Completed,
        Status::Partial,
        Status::Failed,
        Status::Cancelled,
    ];

    /// Returns the name used on the wire, in the store and in metrics labels.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Queued => "queued",
            Status::Running => "running",
            Status::Completed => "completed",
            Status::Partial => "partial",
            Status::Failed => "failed",
            Status::Cancelled => "cancelled",
        }
    }

    /// Finds the status of that wire name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// Tells whether nothing will happen to the job any more by itself.
    #[must_use]
    pub const fn is_ended(self) -> bool {
        match self {
            Status::Queued | Status::Running => false,
            Status::Completed | Status::Partial | Status::Failed | Status::Cancelled => true,
        }
    }

    /// Goes on to `next`, if the table allows it. From `running` back to `queued` a job goes when
    /// the process that ran it is gone or gives it back; from an end that left something to be made
    /// it goes there when its owner wants it tried again.
    ///
    /// # Errors
    /// [`Error::IllegalTransition`] for every other pair.
    pub fn advance(self, next: Status) -> Result<Status, Error> {
        let legal = match self {
            Status::Queued => matches!(next, Status::Running | Status::Cancelled),
            Status::Running => next != Status::Running,
            Status::Partial | Status::Failed | Status::Cancelled => next == Status::Queued,
            Status::Completed => false,
        };
        if legal { Ok(next) } else { Err(Error::IllegalTransition { from: self, to: next }) }
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_moves_only_along_the_table() {
        use Status::{Cancelled, Completed, Failed, Partial, Queued, Running};
        let table = [
            (Queued, Running),
            (Queued, Cancelled),
            (Running, Queued),
            (Running, Completed),
            (Running, Partial),
            (Running, Failed),
            (Running, Cancelled),
            (Partial, Queued),
            (Failed, Queued),
            (Cancelled, Queued),
        ];
        for from in Status::ALL {
            for to in Status::ALL {
                assert_eq!(from.advance(to).is_ok(), table.contains(&(from, to)), "{from} to {to}");
            }
        }
    }

    #[test]
    fn an_ended_job_only_goes_back_to_the_queue_and_every_name_is_read_back() {
        for status in Status::ALL {
            let moves = Status::ALL.into_iter().any(|next| status.advance(next).is_ok());
            assert_eq!(moves, status != Status::Completed, "{status}");
            let runs = status.advance(Status::Running).is_ok();
            assert!(!(runs && status.is_ended()), "{status}");
            assert_eq!(Status::from_name(status.as_str()), Some(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }
}
