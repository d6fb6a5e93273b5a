//! What an endpoint turned out to take: learned from its refusals, once for each endpoint.

use std::sync::atomic::{AtomicU8, Ordering};

/// The ways to ask for JSON, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The vendor holds the model to the schema.
    Schema,
    /// The vendor holds the model to JSON, or to a tool's arguments.
    Json,
    /// The model is told.
    Told,
}

/// Remembers the surest way that an endpoint has not refused yet.
#[derive(Debug, Default)]
pub(super) struct Learned(AtomicU8);

impl Learned {
    /// Returns the way to try.
    pub(super) fn form(&self) -> Form {
        match self.0.load(Ordering::Relaxed) {
            0 => Form::Schema,
            1 => Form::Json,
            _ => Form::Told,
        }
    }

    /// Remembers that an endpoint refused a way, and returns the next one; `None` after the last.
    pub(super) fn refused(&self, form: Form) -> Option<Form> {
        let (next, step) = match form {
            Form::Schema => (Form::Json, 1),
            Form::Json => (Form::Told, 2),
            Form::Told => return None,
        };
        // Attempts run side by side: nobody climbs back to what another saw refused.
        self.0.fetch_max(step, Ordering::Relaxed);
        Some(next)
    }
}
