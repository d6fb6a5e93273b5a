//! GRD: whether a piece rests on its source as it says.

use std::collections::BTreeSet;

use super::{Check, Findings, Setting};
use crate::content::{Document, Evidence};
use crate::source::{Source, Span};

pub(super) fn check(document: &Document, setting: &Setting<'_>, findings: &mut Findings) {
    let Some(source) = setting.source else {
        findings.not_run(Check::Grd02, "there is no source");
        return;
    };
    let mut reported = BTreeSet::new();
    for block in &document.blocks {
        let wrong = block.evidence.iter().filter(|evidence| !is_verbatim(evidence, source)).count();
        if wrong > 0 && reported.insert(&block.path) {
            let message = format!("{wrong} of {} quotes differ from the source", block.evidence.len());
            findings.add(Check::Grd02, &block.path, message);
        }
    }
}

fn is_verbatim(evidence: &Evidence, source: &Source) -> bool {
    let span = Span { start: evidence.start, end: evidence.end };
    evidence.start < evidence.end && source.evidence(span).quote == evidence.quote
}
