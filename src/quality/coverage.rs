//! COV: how much of the source the pieces use.

use super::{Check, Findings, Setting, words};
use crate::content::Document;
use crate::source::{Section, Source};

/// More unused sections than this are only counted, so that a long source does not drown the rest.
const MAX_NAMED_SECTIONS: usize = 20;

/// Names the sections that no piece uses, and returns the share of those that are used.
pub(super) fn check(documents: &[Document], setting: &Setting<'_>, findings: &mut Findings) -> Option<f64> {
    let Some(source) = setting.source else {
        findings.not_run(Check::Cov01, "there is no source");
        return None;
    };
    let mut used: Vec<(u32, u32)> = Vec::new();
    let blocks = documents.iter().flat_map(|document| &document.blocks);
    used.extend(blocks.flat_map(|block| &block.evidence).map(|evidence| (evidence.start, evidence.end)));
    used.sort_unstable();
    used.dedup();
    let sections: Vec<&Section> =
        source.sections().iter().filter(|section| !section.sentences.is_empty()).collect();
    let unused: Vec<usize> = (0..sections.len())
        .filter(|index| !sections.get(*index).is_some_and(|section| is_used(section, source, &used)))
        .collect();
    for index in unused.iter().take(MAX_NAMED_SECTIONS) {
        let message = format!("no piece uses section {} of {} of the source", index + 1, sections.len());
        findings.add(Check::Cov01, "", message);
    }
    if let Some(more) = unused.len().checked_sub(MAX_NAMED_SECTIONS).filter(|more| *more > 0) {
        findings.add(Check::Cov01, "", format!("no piece uses {more} further sections of the source"));
    }
    (!sections.is_empty()).then(|| words::ratio(sections.len() - unused.len(), sections.len()))
}

fn is_used(section: &Section, source: &Source, used: &[(u32, u32)]) -> bool {
    let sentences = source.sentences().get(section.sentences.clone()).unwrap_or_default();
    sentences.iter().any(|sentence| {
        used.iter().any(|(start, end)| *start < sentence.span.end && sentence.span.start < *end)
    })
}
