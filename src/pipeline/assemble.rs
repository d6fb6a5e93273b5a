//! The package as a whole: what the checks say about all its pieces, in the form in which it is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::step::Stored;
use super::{Pipeline, Reading};
use crate::content::Kind;
use crate::quality::{self, Appraisal, Setting};
use crate::record::{Finding, Job, PieceScores, Quality, Severity};

impl Pipeline {
    /// Checks all pieces that are there together; `None` if the checks themselves break, which must
    /// not cost the owner the pieces.
    pub(super) async fn assess(
        &self,
        job: &Job,
        reading: Reading,
        pieces: BTreeMap<Kind, Stored>,
    ) -> Option<Quality> {
        let assess = move || {
            let setting = Setting { language: reading.language(), source: reading.source.as_deref() };
            let appraisals: Vec<Arc<Appraisal>> =
                pieces.into_values().map(|piece| appraisal(piece, &setting)).collect();
            quality::assess(&appraisals.iter().map(AsRef::as_ref).collect::<Vec<_>>(), &setting)
        };
        let mut assessed = self.cpu.run(assess).await.ok().map(kept)?;
        let dropped = job.metadata.pieces.values().flat_map(|piece| piece.dropped.iter().cloned());
        assessed.findings.extend(dropped);
        Some(assessed)
    }
}

/// Takes what the checks said when the piece was made, or lets them run now.
fn appraisal(piece: Stored, setting: &Setting<'_>) -> Arc<Appraisal> {
    piece.appraisal.unwrap_or_else(|| Arc::new(Appraisal::of(&piece.material, setting)))
}

fn kept(quality: quality::Quality) -> Quality {
    let quality::Quality {
        overall,
        readability,
        structure,
        relevance,
        engagement,
        format_compliance,
        pieces,
        findings,
    } = quality;
    let scores = |scores: quality::PieceScores| {
        let quality::PieceScores { structure, format_compliance } = scores;
        PieceScores { structure, format_compliance }
    };
    Quality {
        overall,
        readability,
        structure,
        relevance,
        engagement,
        format_compliance,
        pieces: pieces.into_iter().map(|(kind, of_piece)| (kind, scores(of_piece))).collect(),
        findings: findings.into_iter().map(finding).collect(),
    }
}

/// Turns a finding into the form in which it is kept.
pub(super) fn finding(finding: quality::Finding) -> Finding {
    let quality::Finding { check, kind, path, severity, message, hint } = finding;
    let severity = match severity {
        quality::Severity::Info => Severity::Info,
        quality::Severity::Warn => Severity::Warn,
        quality::Severity::Error => Severity::Error,
    };
    Finding { check: check.entry().id.to_owned(), kind, path, severity, message, hint }
}
