//! What is wrong with a value, and where.

use serde::{Deserialize, Serialize};

/// One fault of a value: the place and what must change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Violation {
    /// JSON pointer (RFC 6901) to the faulty place; empty for the value itself.
    pub path: String,
    /// What is wrong, for a person or a model that is to mend it.
    pub message: String,
}

impl Violation {
    /// Names a fault.
    #[must_use]
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Violation { path: path.into(), message: message.into() }
    }

    /// Names the same fault in a value that stands at that place of another one.
    #[must_use]
    pub fn within(self, place: &str) -> Self {
        Violation { path: format!("{place}{}", self.path), message: self.message }
    }
}
