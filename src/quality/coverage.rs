//! COV: how much of the source the pieces use.

use super::{Check, Findings, Setting, words};
use crate::source::{Source, Span};

/// More unused sections than this are only counted, so that a long source does not drown the rest.
const MAX_NAMED_SECTIONS: usize = 20;

/// Names the sections that no piece uses, and returns the share of those that are used.
pub(super) fn check(
    used: impl Iterator<Item = Span>,
    setting: &Setting<'_>,
    findings: &mut Findings,
) -> Option<f64> {
    let Some(source) = setting.source else {
        findings.not_run(Check::Cov01, "there is no source");
        return None;
    };
    let coverage = source.coverage(used);
    let all = coverage.sections.iter().filter(|section| section.sentences > 0).count();
    let unused = &coverage.untouched;
    for number in unused.iter().take(MAX_NAMED_SECTIONS) {
        let message = unused_section(source, *number);
        findings.add(Check::Cov01, "", message);
    }
    if unused.len() > MAX_NAMED_SECTIONS {
        let more = unused.len() - MAX_NAMED_SECTIONS;
        findings.add(Check::Cov01, "", format!("no piece uses {more} further sections of the source"));
    }
    (all > 0).then(|| words::ratio(all - unused.len(), all))
}

/// Names a section by where it stands: a heading is the user's text, and not every section has one.
fn unused_section(source: &Source, number: usize) -> String {
    let sentences =
        source.sections().get(number).map(|section| section.sentences.clone()).unwrap_or_default();
    let sentences = source.sentences().get(sentences).unwrap_or_default();
    let start = sentences.first().map_or(0, |sentence| sentence.span.start);
    let end = sentences.last().map_or(0, |sentence| sentence.span.end);
    format!("no piece uses section {} of the source, characters {start} to {end}", number + 1)
}
