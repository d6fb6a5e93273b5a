//! How a package came about: who wrote each piece, what it cost, what could not be used.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Finding;
use crate::content::Kind;
use crate::money::Money;
use crate::usage::Usage;

/// How a package came about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Metadata {
    /// Two-letter code of the language that the pieces are written in; `None` until the text was read.
    #[serde(default)]
    pub language: Option<String>,
    /// How each finished piece came about.
    pub pieces: BTreeMap<Kind, PieceMetadata>,
    /// Fields of the request that the writer could not use.
    pub not_applied: Vec<NotApplied>,
    /// What else the owner should know: parts of the text that were left out, rules that did not run.
    pub notes: Vec<String>,
    /// Tokens of all pieces together.
    pub usage: Usage,
    /// What all pieces cost together, in US dollars.
    pub cost_usd: Money,
    /// The part of the cost that no provider has confirmed: calls that were sent and whose usage never
    /// came, at the most that they can have cost.
    #[serde(default)]
    pub unreconciled_usd: Money,
    /// Milliseconds from the claim to the end, the time of this claim only; 0 while it runs.
    pub duration_ms: u64,
    /// How many pieces were taken from a cache, and how many were not.
    pub cache: CacheCounts,
}

/// What something cost, in US dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expense {
    /// All of it.
    pub cost_usd: Money,
    /// The part that no provider has confirmed.
    pub unreconciled_usd: Money,
}

impl Expense {
    /// Tells whether it is nothing.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.cost_usd.is_zero()
    }

    /// Adds another.
    #[must_use]
    pub fn plus(self, other: Expense) -> Expense {
        Expense {
            cost_usd: self.cost_usd.saturating_add(other.cost_usd),
            unreconciled_usd: self.unreconciled_usd.saturating_add(other.unreconciled_usd),
        }
    }

    /// Takes another away, down to nothing.
    #[must_use]
    pub fn minus(self, other: Expense) -> Expense {
        Expense {
            cost_usd: self.cost_usd.saturating_sub(other.cost_usd),
            unreconciled_usd: self.unreconciled_usd.saturating_sub(other.unreconciled_usd),
        }
    }
}

/// How one piece came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PieceMetadata {
    /// Who wrote it: `extractive` or the name of a provider.
    pub writer: String,
    /// The model, if a model wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The version of the prompt, if a model wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_version: Option<String>,
    /// Whether it was taken from a cache.
    pub cache: CacheTier,
    /// What it cost, in US dollars.
    pub cost_usd: Money,
    /// The part of the cost that no provider has confirmed.
    #[serde(default)]
    pub unreconciled_usd: Money,
    /// Tokens it took.
    pub usage: Usage,
    /// How many times it was attempted, from 1.
    pub attempts: u32,
    /// Milliseconds from its start until it was valid.
    pub duration_ms: u64,
    /// Why items were left out; they show among the findings of the package.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<Finding>,
    /// Quotes that were left out because the text does not hold them word for word.
    #[serde(default)]
    pub unanchored_quotes: u32,
}

/// Says where a piece was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CacheTier {
    /// Nowhere: it was made.
    Miss,
    /// In this process.
    L1,
    /// In the shared cache.
    L2,
}

/// Counts what a cache did for a package.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CacheCounts {
    /// Pieces that were taken from a cache.
    pub hits: u32,
    /// Pieces that had to be made.
    pub misses: u32,
}

/// A field of the request that the writer could not use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotApplied {
    /// The field's name.
    pub field: String,
    /// Why not.
    pub reason: String,
    /// The pieces that it is about; all of them where it is absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
}

impl Metadata {
    /// Notes what could not be used for one piece, unless that is said of all of them or was said
    /// before: a piece that is made again after a restart is noted again.
    pub(super) fn not_applied_to(&mut self, kind: Kind, fields: Vec<NotApplied>) {
        for NotApplied { field, reason, .. } in fields {
            match self.not_applied.iter_mut().find(|known| known.field == field) {
                Some(known) if known.kinds.is_empty() || known.kinds.contains(&kind) => {}
                Some(known) => known.kinds.push(kind),
                None => self.not_applied.push(NotApplied { field, reason, kinds: vec![kind] }),
            }
        }
    }

    /// Gives what all of it cost together.
    #[must_use]
    pub fn expense(&self) -> Expense {
        Expense { cost_usd: self.cost_usd, unreconciled_usd: self.unreconciled_usd }
    }

    /// Sets what all of it cost together.
    pub(super) fn set_expense(&mut self, expense: Expense) {
        self.cost_usd = expense.cost_usd;
        self.unreconciled_usd = expense.unreconciled_usd;
    }

    /// Adds a finished piece to the sums; what it cost is booked by the job.
    pub(super) fn count(&mut self, kind: Kind, piece: PieceMetadata) {
        self.usage += piece.usage;
        match piece.cache {
            CacheTier::Miss => self.cache.misses = self.cache.misses.saturating_add(1),
            CacheTier::L1 | CacheTier::L2 => self.cache.hits = self.cache.hits.saturating_add(1),
        }
        self.pieces.insert(kind, piece);
    }
}
