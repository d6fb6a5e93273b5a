//! What was found about a job's pieces, as it is kept and shown. How it is found is `quality`'s
//! business; the pipeline carries it over.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::Kind;

/// The scores of a package from 0 to 1, `None` where one was not computed, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quality {
    /// All scores together.
    pub overall: Option<f64>,
    /// How easily it reads.
    pub readability: Option<f64>,
    /// Whether the parts are there and in proportion.
    pub structure: Option<f64>,
    /// How well it covers the source.
    pub relevance: Option<f64>,
    /// How much it asks of the learner.
    pub engagement: Option<f64>,
    /// How few faults of form it has.
    pub format_compliance: Option<f64>,
    /// The scores of each piece.
    #[serde(default)]
    pub pieces: BTreeMap<Kind, PieceScores>,
    /// What was found, piece by piece.
    pub findings: Vec<Finding>,
}

/// The scores of one piece from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PieceScores {
    /// Whether its parts are there and in proportion.
    pub structure: Option<f64>,
    /// How few faults of form it has.
    pub format_compliance: Option<f64>,
}

/// One thing that a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The check's code, such as `FC-04`.
    pub check: String,
    /// The piece it is about; `None` for the package or the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// JSON pointer into the piece, empty for the whole of it.
    pub path: String,
    /// How grave it is.
    pub severity: Severity,
    /// What was found.
    pub message: String,
    /// What would mend it; empty where there is nothing to do.
    pub hint: String,
}

/// Says how grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Should not be handed out like this.
    Error,
    /// Worth a look.
    Warn,
    /// Good to know.
    Info,
}
