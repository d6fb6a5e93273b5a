//! XCN: whether the pieces fit together; so far, whether each is in the wanted language.

use super::{Check, Findings, Setting};
use crate::content::Document;
use crate::content::document::Body;
use crate::source::Source;

/// Less text than this says too little about its language.
const MIN_CHARACTERS: usize = 200;

pub(super) fn check(document: &Document, setting: &Setting<'_>, findings: &mut Findings) {
    let texts = document.blocks.iter().filter(|block| !matches!(block.body, Body::Heading { .. }));
    let text = texts.flat_map(|block| block.body.texts()).collect::<Vec<_>>().join("\n\n");
    if text.chars().count() < MIN_CHARACTERS {
        findings.not_run(Check::Xcn06, "too little text to identify its language");
        return;
    }
    let source = Source::read(&text);
    let found = source.language();
    if !found.reliable {
        findings.not_run(Check::Xcn06, "the language could not be identified");
    } else if found.code != setting.language {
        let message = format!("is in language {}, wanted is {}", found.code, setting.language);
        findings.add(Check::Xcn06, "", message);
    }
}
