//! Whether a piece is good: plain code decides, whoever wrote it.
//!
//! [`screen()`] runs on one finished piece and leaves out the items that fail a check, where the
//! piece stays valid without them. What the checks say of a piece as it is then, an [`Appraisal`], is
//! made once; [`assess`] takes those of everything a job made and yields scores with their reasons.
//! Checks read the neutral [`Document`]; each family is
//! one file, and every check stands in one table (`check`), the weights in another (`scores`).
//! `docs/CHECKS.md` prints both, and a test holds it to them.
//!
//! Pure. Whether a value is valid at all is `content`'s business and is settled before.

mod appraisal;
mod check;
mod consistency;
mod coverage;
mod finding;
mod flashcards;
mod form;
mod grounding;
mod patterns;
mod podcast;
mod runs;
mod scores;
mod screen;
mod structure;
mod trigrams;
mod words;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::{Document, Kind};
use crate::source::Source;

pub use appraisal::Appraisal;
pub use check::{CHECKS, Check, Entry, Needs, Score};
use finding::Findings;
pub use finding::{Finding, Severity};
pub use flashcards::cards_are_alike;
pub use form::holds_markup;
pub use runs::may_repeat;
pub use scores::{OVERALL_WEIGHTS, SECTION_COVERAGE_WEIGHT, severity_weight};
pub use screen::{Checked, Screened, screen};
pub use trigrams::Trigrams;
pub use words::{plain, with_signs};

/// What pieces are checked against.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Two-letter code of the language the pieces are to be written in.
    pub language: &'a str,
    /// The text they were made from; `None` where there was only a topic.
    pub source: Option<&'a Source>,
}

/// How good the pieces of a job are, from 0 to 1, and why. A score that was not computed is `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quality {
    /// All scores by their weights; `None` as long as one of them is.
    pub overall: Option<f64>,
    /// Whether sentences and words fit the readers.
    pub readability: Option<f64>,
    /// Whether the pieces are whole, even and use the whole source.
    pub structure: Option<f64>,
    /// Whether the pieces treat what was wanted.
    pub relevance: Option<f64>,
    /// Whether the pieces hold attention.
    pub engagement: Option<f64>,
    /// Whether the pieces are what their kind has to be.
    pub format_compliance: Option<f64>,
    /// The scores of each piece.
    #[serde(default)]
    pub pieces: BTreeMap<Kind, PieceScores>,
    /// What was found, piece by piece in the catalogue's order.
    pub findings: Vec<Finding>,
}

/// How good one piece is, from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PieceScores {
    /// See [`Quality::structure`].
    pub structure: Option<f64>,
    /// See [`Quality::format_compliance`].
    pub format_compliance: Option<f64>,
}

/// Scores everything that a job made, the outline among it, in any order.
#[must_use]
pub fn assess(pieces: &[&Appraisal], setting: &Setting<'_>) -> Quality {
    let mut pieces = pieces.to_vec();
    pieces.sort_by_key(|piece| piece.kind());
    let mut quality = Quality::default();
    for piece in &pieces {
        quality.pieces.insert(piece.kind(), piece.scores());
        quality.findings.extend_from_slice(piece.findings());
    }
    let mut across = Findings::across_pieces();
    let used = pieces.iter().flat_map(|piece| piece.used());
    let coverage = coverage::check(used, setting, &mut across);
    quality.findings.extend(across.into_vec());
    scores::summarise(&mut quality, coverage);
    quality
}

/// Runs every check that looks at one piece alone.
#[must_use]
pub fn check_piece(document: &Document, setting: &Setting<'_>) -> Vec<Finding> {
    let mut findings = Findings::of(document.kind);
    structure::check(document, &mut findings);
    form::check(document, setting, &mut findings);
    flashcards::check(document, setting, &mut findings);
    podcast::check(document, &mut findings);
    grounding::check(document, setting, &mut findings);
    consistency::check(document, setting, &mut findings);
    findings.into_vec()
}

#[cfg(test)]
mod docs_tests;
#[cfg(test)]
mod tests;
