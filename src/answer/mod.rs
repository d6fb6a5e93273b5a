//! From a language model's text to a JSON value: strictly where that works, else repaired with a log.
//!
//! [`read`] parses the text as it is. If that fails it looks for candidates (`candidates.rs`), reads each with
//! an iterative, step-bounded parser that repairs as it goes (`repair/`, `ending.rs`, `text.rs`), and
//! takes the one that counts. Where two readings are possible it takes none: a wrong value accepted as whole
//! is worse than an answer asked for again. What a schema adds (`schema.rs`) is a choice between candidates
//! and logged coercions; whether the value is valid stays the caller's question.
//!
//! Nothing recurses over the text, nothing is unbounded, nothing is looked up outside of the arguments.

mod candidates;
mod edit;
mod elision;
mod ending;
mod entities;
mod formula;
mod inner;
mod line_end;
mod lost;
mod number;
mod path;
mod reasoning;
mod repair;
mod scan;
mod schema;
mod several;
mod spans;
mod strict;
mod surroundings;
mod text;

use std::borrow::Cow;

use serde_json::Value;

pub use edit::{Edit, Form};
pub use schema::{Coercion, CoercionKind, Schema, SchemaError};

use candidates::Search;
use edit::EditLog;
use repair::{Parsed, Parser};
use scan::Scan;
use strict::Strict;

/// How often a value may be wrapped into a string.
const MAX_WRAPS: usize = 3;

/// Bounds what one answer may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest text that is read, in bytes.
    pub max_bytes: usize,
    /// Deepest nesting that is read. At most 128 keeps a value safe to drop and to serialise.
    pub max_depth: usize,
    /// Most complete values that are weighed against each other.
    pub max_candidates: usize,
    /// Longest edit log; further edits are made but not logged.
    pub max_edits: usize,
    /// Looks at a byte that may be spent, for each byte of the text.
    pub steps_per_byte: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 4 << 20, max_depth: 127, max_candidates: 16, max_edits: 1000, steps_per_byte: 32 }
    }
}

/// What a text was read as. Debug output leaves the values out, but in the unit tests of this crate.
#[derive(Clone, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub enum Outcome {
    /// The whole value.
    Whole(Value),
    /// The text ends before the value does. This holds what was finished: every string, number and literal in
    /// it is whole, containers may lack their later parts. Never pass it off as the answer.
    Truncated(Value),
    /// Nothing that may be taken.
    None(Reason),
}

/// Why no value was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Reason {
    /// The text is blank, or ends before its first key or item is finished.
    #[error("the answer is empty")]
    Empty,
    /// No object or array stands in the text.
    #[error("the answer holds no json")]
    NoJson,
    /// The text ends inside a reasoning block.
    #[error("the answer ends inside its reasoning")]
    OnlyReasoning,
    /// The text is longer than the limit.
    #[error("the answer is longer than the limit")]
    TooLong,
    /// The value nests deeper than the limit.
    #[error("the answer nests deeper than the limit")]
    TooDeep,
    /// Repairing took more steps than the limit.
    #[error("repairing the answer took too many steps")]
    TooManySteps,
    /// A number is too large to hold, or infinite.
    #[error("the answer holds a number out of range")]
    NumberOutOfRange,
    /// Content was left out with an ellipsis.
    #[error("the answer leaves content out")]
    Elided,
    /// The structure is broken in a way that is not repaired.
    #[error("the answer is malformed")]
    Malformed,
    /// More than one value could be meant.
    #[error("the answer can be read in more than one way")]
    Ambiguous,
}

/// What was read, and everything that was changed on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The value, or why there is none.
    pub outcome: Outcome,
    /// Repairs of the text, in the order they were made, at most [`Limits::max_edits`].
    pub edits: Vec<Edit>,
    /// Fields changed to the type their schema asks for.
    pub coercions: Vec<Coercion>,
    /// How many places in the text were tried; 0 if the text was JSON as it is.
    pub candidates_considered: usize,
}

#[cfg(not(test))]
impl std::fmt::Debug for Outcome {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Outcome::Whole(_) => formatter.write_str("Whole"),
            Outcome::Truncated(_) => formatter.write_str("Truncated"),
            Outcome::None(reason) => formatter.debug_tuple("None").field(reason).finish(),
        }
    }
}

impl Reading {
    fn none(reason: Reason, candidates_considered: usize) -> Self {
        Self {
            outcome: Outcome::None(reason),
            edits: Vec::new(),
            coercions: Vec::new(),
            candidates_considered,
        }
    }
}

/// Reads the value out of a model's answer.
///
/// A text that is JSON comes back equal in value, with three documented exceptions: a whole number over 64 bits
/// becomes the nearest double, a string that holds an object or array is unwrapped, and backslashes that
/// formulas lost are put back. A key that appears twice with two values, a number no double can hold (`1e400`),
/// nesting beyond [`Limits::max_depth`] and escapes that may be a line break or a formula are refused.
#[must_use]
pub fn read(text: &str, schema: Option<&Schema>, limits: &Limits) -> Reading {
    if text.len() > limits.max_bytes {
        return Reading::none(Reason::TooLong, 0);
    }
    let mut wraps = EditLog::bounded(limits.max_edits);
    let mut current = Cow::Borrowed(text);
    let mut plain: Option<String> = None;
    for _ in 0..=MAX_WRAPS {
        let (inner, form) = match read_once(&current, schema, limits) {
            Once::Read(mut reading) => {
                let nothing = matches!(reading.outcome, Outcome::None(Reason::NoJson | Reason::Empty))
                    && reading.candidates_considered == 0;
                if let (true, Some(plain)) = (nothing, plain.take()) {
                    // The text was a JSON string that holds no value: it is what it is.
                    reading.outcome = Outcome::Whole(Value::String(plain));
                    return *reading;
                }
                return finished(*reading, wraps, schema);
            }
            Once::Wrapped(inner, form) => (inner, form),
            Once::String(inner) => {
                plain = Some(inner.clone());
                (inner, Form::DoubleEncoding)
            }
        };
        wraps.note(form, 0, "undone");
        current = Cow::Owned(inner);
    }
    Reading::none(Reason::Malformed, 0)
}

/// What one pass over a text gave.
enum Once {
    Read(Box<Reading>),
    Wrapped(String, Form),
    /// The text is a JSON string that may hold a value.
    String(String),
}

fn read_once(text: &str, schema: Option<&Schema>, limits: &Limits) -> Once {
    match strict::parse(text) {
        Strict::Value(Value::String(inner), _) if may_hold_value(&inner) => return Once::String(inner),
        Strict::Value(value, repeats) => {
            return Once::Read(Box::new(strict(text, (value, repeats), limits)));
        }
        Strict::NotJson => {}
    }
    if text.trim().is_empty() {
        return Once::Read(Box::new(Reading::none(Reason::Empty, 0)));
    }
    match candidates::search(text, schema, limits) {
        Search::Wrapped(inner, form) => Once::Wrapped(inner, form),
        Search::Nothing(reason, considered) => Once::Read(Box::new(Reading::none(reason, considered))),
        Search::Found(found, considered) => Once::Read(Box::new(Reading {
            outcome: if found.is_cut { Outcome::Truncated(found.value) } else { Outcome::Whole(found.value) },
            edits: found.log.into_vec(),
            coercions: Vec::new(),
            candidates_considered: considered,
        })),
    }
}

/// Takes a value that parsed as it is, and only restores formulas that lost their backslashes. If a key was
/// repeated, both values must be equal.
fn strict(text: &str, (value, repeats): (Value, bool), limits: &Limits) -> Reading {
    let whole = |value| Reading {
        outcome: Outcome::Whole(value),
        edits: Vec::new(),
        coercions: Vec::new(),
        candidates_considered: 0,
    };
    if !repeats && (!formula::may_hold_commands(text) || !(value.is_object() || value.is_array())) {
        return whole(value);
    }
    let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
    let mut scan = Scan::new(text, length.saturating_mul(limits.steps_per_byte).saturating_add(10_000));
    let start = text.len() - text.trim_start().len();
    let log = EditLog::bounded(limits.max_edits);
    let (parsed, log) = Parser::new(&mut scan, log, limits.max_depth).parse(start);
    if log.is_unclear() {
        return Reading::none(Reason::Ambiguous, 0);
    }
    // Of the escapes that are repaired, valid JSON has those of paths only.
    let only_backslashes = log.has_only(&[Form::Formula, Form::Escape]);
    let edits = log.into_vec();
    match parsed {
        Parsed::Whole { value: restored, end, .. }
            if only_backslashes && text.get(end..).is_some_and(|rest| rest.trim().is_empty()) =>
        {
            Reading { edits, ..whole(restored) }
        }
        _ if repeats => Reading::none(Reason::Ambiguous, 0),
        _ => whole(value),
    }
}

/// True if a string may hold an object or a list, so that it is worth a look.
fn may_hold_value(text: &str) -> bool {
    text.contains(['{', '[']) && text.contains([':', '"', ',']) || text.trim() == "{}" || is_lone_member(text)
}

/// True if a string begins with a quoted key, its opening brace lost.
fn is_lone_member(text: &str) -> bool {
    text.trim_start().starts_with('"') && text.contains("\":")
}

fn finished(mut reading: Reading, mut wraps: EditLog, schema: Option<&Schema>) -> Reading {
    let mut rest = EditLog::bounded(usize::MAX);
    for edit in std::mem::take(&mut reading.edits) {
        rest.note(edit.form, edit.offset, edit.what);
    }
    wraps.append(rest);
    reading.edits = wraps.into_vec();
    if let (Some(schema), Outcome::Whole(value)) = (schema, &mut reading.outcome) {
        reading.coercions = schema.coerce(value);
    }
    reading
}
