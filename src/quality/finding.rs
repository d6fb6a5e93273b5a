//! What a check found, and the list that checks write into.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Check;
use crate::content::Kind;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// For information; lowers no score.
    Info,
    /// Worth a look.
    Warn,
    /// Not fit for a class; the item is left out where the piece stays valid without it.
    Error,
}

/// One thing that a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// The piece; absent where a finding is about all pieces together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// JSON pointer into the piece; empty for the whole of it.
    pub path: String,
    /// How grave it is.
    pub severity: Severity,
    /// What was found; never words of the text.
    pub message: String,
    /// What to do about it; empty where there is nothing to do.
    pub hint: String,
}

/// The findings of one piece while its checks run.
pub(super) struct Findings {
    kind: Option<Kind>,
    list: Vec<Finding>,
}

impl Findings {
    pub(super) fn of(kind: Kind) -> Findings {
        Findings { kind: Some(kind), list: Vec::new() }
    }

    pub(super) fn across_pieces() -> Findings {
        Findings { kind: None, list: Vec::new() }
    }

    /// Notes a breach, as grave as the table of checks says.
    pub(super) fn add(&mut self, check: Check, path: &str, message: impl Into<String>) {
        let entry = check.entry();
        self.list.push(Finding {
            check,
            kind: self.kind,
            path: path.to_owned(),
            severity: entry.severity,
            message: message.into(),
            hint: entry.hint.to_owned(),
        });
    }

    /// Says that a check did not run, and why.
    pub(super) fn not_run(&mut self, check: Check, reason: &str) {
        self.list.push(Finding {
            check,
            kind: self.kind,
            path: String::new(),
            severity: Severity::Info,
            message: format!("not checked: {reason}"),
            hint: String::new(),
        });
    }

    pub(super) fn into_vec(self) -> Vec<Finding> {
        self.list
    }
}
