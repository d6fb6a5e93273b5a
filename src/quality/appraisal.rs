//! What the checks say of one piece: kept from when it was made until all pieces are scored together,
//! so that no check runs twice on the same piece.

use super::{Checked, Finding, PieceScores, Setting, scores};
use crate::content::{Kind, Material};
use crate::source::Span;

/// What the checks say of one piece.
#[derive(Clone, Debug, PartialEq)]
pub struct Appraisal {
    kind: Kind,
    scores: PieceScores,
    findings: Vec<Finding>,
    used: Vec<Span>,
}

impl Appraisal {
    /// Runs every check that looks at one piece alone.
    #[must_use]
    pub fn of(material: &Material, setting: &Setting<'_>) -> Appraisal {
        Appraisal::from(Checked::of(material, setting))
    }

    /// Returns the piece's kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the piece's scores.
    #[must_use]
    pub fn scores(&self) -> PieceScores {
        self.scores
    }

    /// Returns what was found.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Returns which passages of the source the piece rests on.
    pub(super) fn used(&self) -> impl Iterator<Item = Span> + '_ {
        self.used.iter().copied()
    }
}

/// Sums up a piece that was checked.
impl From<Checked> for Appraisal {
    fn from(checked: Checked) -> Appraisal {
        let Checked { document, findings } = checked;
        let evidence = document.blocks.iter().flat_map(|block| &block.evidence);
        Appraisal {
            kind: document.kind,
            scores: scores::of_piece(&document, &findings),
            used: evidence.map(Span::of).collect(),
            findings,
        }
    }
}
