//! How long a job is kept with all that belongs to it: for ever until it has ended, and from its end on for
//! as long as the settings said when it was accepted.
//!
//! The text and the pieces lie in documents of their own, whose expiry changes in the very commit that
//! changes the job's. So that a job that runs once, as nearly all do, costs no write more for each of its
//! pieces, those of a first run are written with an expiry that lies behind the job's; as soon as the job
//! goes back to the queue they have none.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Job, PieceVersion, source_text};
use crate::store::{Collection, Write};

/// How much longer than the job, had it taken all its time, the pieces of a first run are kept. A wall clock
/// may jump that far while the job runs.
const PIECES_OUTLAST: SignedDuration = SignedDuration::from_hours(1);

/// From when on the text and the pieces of a job are gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Keeping {
    text: Option<Timestamp>,
    pieces: Option<Timestamp>,
}

/// Gives the moment that is so far behind another.
pub(super) fn later(moment: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    moment.saturating_add(by).unwrap_or(Timestamp::MAX)
}

impl Job {
    pub(super) fn keeping(&self) -> Keeping {
        Keeping { text: self.expires_at, pieces: self.pieces_until }
    }

    /// Begins its first run, which probably is its last.
    pub(super) fn keep_pieces_of_first_run(&mut self, deadline: Timestamp) {
        self.pieces_until = self.kept_from(deadline).map(|until| later(until, PIECES_OUTLAST.unsigned_abs()));
    }

    /// Is to be kept for ever, as it has not ended.
    pub(super) fn keep(&mut self) {
        // What an older version stored has its time from its acceptance on.
        if self.kept_ms.is_none() {
            return;
        }
        (self.expires_at, self.pieces_until) = (None, None);
    }

    /// Is to be kept for its time from now on.
    pub(super) fn keep_from(&mut self, end: Timestamp) {
        if self.kept_ms.is_none() {
            return;
        }
        self.expires_at = self.kept_from(end);
        let outlast = |until: &Timestamp| self.expires_at.is_some_and(|expires_at| *until >= expires_at);
        self.pieces_until = self.pieces_until.filter(outlast).or(self.expires_at);
    }

    fn kept_from(&self, moment: Timestamp) -> Option<Timestamp> {
        self.kept_ms.map(|kept| later(moment, Duration::from_millis(kept)))
    }

    /// Makes the writes by which the documents of the job that are not among `written` last as long as the
    /// job says now.
    pub(super) fn keeping_writes(&self, written: &[Write]) -> Vec<Write> {
        let (now, stored) = (self.keeping(), self.stored_keeping);
        // A job that is new has nothing yet that is older than itself.
        if self.version == 0 || now == stored {
            return Vec::new();
        }
        let written: BTreeSet<(Collection, &str)> =
            written.iter().map(|write| (write.collection(), write.id())).collect();
        let texts = source_text::ids(self).map(|id| (Collection::Sources, id, now.text));
        let pieces = self.versions.iter().map(|(kind, number)| {
            let id = PieceVersion::document_id(self.id, *kind, *number);
            (Collection::Pieces, id, now.pieces)
        });
        texts
            .filter(|_| now.text != stored.text)
            .chain(pieces.filter(|_| now.pieces != stored.pieces))
            .filter(|(collection, id, _)| !written.contains(&(*collection, id.as_str())))
            .map(|(collection, id, until)| Write::keep(collection, id, until))
            .collect()
    }
}
