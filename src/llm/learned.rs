//! What an endpoint turned out to take: learned from its refusals, once for each endpoint.

use std::sync::atomic::{AtomicU8, Ordering};

use serde_json::Value;

use super::Outcome;
use super::exchange::Exchanged;

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
        if self.0.fetch_max(step, Ordering::Relaxed) < step {
            tracing::warn!(refused = ?form, next = ?next, "the endpoint does not take this way to ask for JSON");
        }
        Some(next)
    }
}

/// Tells whether a bad request was refused for one of these words: names of fields, in small
/// letters. The message is looked at here and goes nowhere, because it may repeat the prompt.
pub(super) fn is_refused_for(exchanged: &Exchanged, words: &[&str]) -> bool {
    let Outcome::BadRequest { .. } = exchanged.attempt.outcome else { return false };
    let Some(refusal) = &exchanged.refusal else { return false };
    let error = refusal.get("error").unwrap_or(refusal);
    let said = ["message", "param"].into_iter().filter_map(|name| error.get(name).and_then(Value::as_str));
    let said: String = said.collect::<Vec<_>>().join(" ").to_lowercase();
    words.iter().any(|word| said.contains(word))
}
