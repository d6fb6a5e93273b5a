//! From findings to scores. Every weight stands here and is printed in `docs/CHECKS.md`.
//!
//! A score of a piece is 1 minus, for every check of that score, the share of places at fault times
//! the weight of the severity; never below 0. The score of all pieces is their mean.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, Finding, PieceScores, Quality, Score, Severity, words};
use crate::content::Document;
use crate::content::document::Body;

/// What each score weighs in `overall`. As long as one of them is missing, `overall` is too: a mean
/// of some would change its meaning with every score that is added.
pub const OVERALL_WEIGHTS: [(&str, f64); 5] = [
    ("readability", 0.20),
    ("structure", 0.20),
    ("relevance", 0.25),
    ("engagement", 0.10),
    ("format_compliance", 0.25),
];

/// What the share of used source sections weighs in `structure`, where there is a source; the rest
/// is the mean of the pieces.
pub const SECTION_COVERAGE_WEIGHT: f64 = 0.25;

/// Returns what a place at fault costs.
#[must_use]
pub const fn severity_weight(severity: Severity) -> f64 {
    match severity {
        Severity::Info => 0.0,
        Severity::Warn => 0.5,
        Severity::Error => 1.0,
    }
}

/// Scores one piece by its findings.
pub(super) fn of_piece(document: &Document, findings: &[Finding]) -> PieceScores {
    let content = document.blocks.iter().filter(|block| !matches!(block.body, Body::Heading { .. }));
    let places = content.map(|block| block.path.as_str()).collect::<BTreeSet<_>>().len();
    PieceScores {
        structure: Some(score(Score::Structure, places, findings)),
        format_compliance: Some(score(Score::FormatCompliance, places, findings)),
    }
}

fn score(score: Score, places: usize, findings: &[Finding]) -> f64 {
    let mut faults: BTreeMap<(Check, Severity), BTreeSet<&str>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.check.entry().score == score) {
        faults.entry((finding.check, finding.severity)).or_default().insert(&finding.path);
    }
    let lost = faults.iter().map(|((_, severity), paths)| {
        // A fault of the whole piece is a fault of all its places.
        let share = if paths.contains("") { 1.0 } else { words::ratio(paths.len(), places.max(1)) };
        severity_weight(*severity) * share.min(1.0)
    });
    rounded((1.0 - lost.sum::<f64>()).max(0.0))
}

/// Fills the scores of all pieces together; `coverage` is the share of source sections used.
pub(super) fn summarise(quality: &mut Quality, coverage: Option<f64>) {
    let pieces = quality.pieces.values();
    let structure = mean(pieces.clone().filter_map(|piece| piece.structure));
    quality.structure = match (structure, coverage) {
        (Some(pieces), Some(coverage)) => {
            Some(pieces * (1.0 - SECTION_COVERAGE_WEIGHT) + coverage * SECTION_COVERAGE_WEIGHT)
        }
        (pieces, _) => pieces,
    }
    .map(rounded);
    quality.format_compliance = mean(pieces.filter_map(|piece| piece.format_compliance)).map(rounded);
    quality.overall = overall(quality).map(rounded);
}

fn overall(quality: &Quality) -> Option<f64> {
    OVERALL_WEIGHTS.iter().map(|(name, weight)| Some(weight * by_name(quality, name)?)).sum()
}

fn by_name(quality: &Quality, name: &str) -> Option<f64> {
    match name {
        "readability" => quality.readability,
        "structure" => quality.structure,
        "relevance" => quality.relevance,
        "engagement" => quality.engagement,
        "format_compliance" => quality.format_compliance,
        _ => None,
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    values.for_each(|value| {
        sum += value;
        count += 1.0;
    });
    (count > 0.0).then(|| sum / count)
}

/// Three decimals, so that records and snapshots read well.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
