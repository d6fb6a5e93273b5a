//! XCN: whether the pieces fit together; so far, whether each is in the wanted language.

use super::{Check, Findings, Setting};
use crate::content::Document;
use crate::content::document::Body;
use crate::source::identify_language;

pub(super) fn check(document: &Document, setting: &Setting<'_>, findings: &mut Findings) {
    let texts = document.blocks.iter().filter(|block| !matches!(block.body, Body::Heading { .. }));
    let found = identify_language(texts.flat_map(|block| block.body.texts()));
    if !found.reliable {
        findings.not_run(Check::Xcn06, "the language could not be identified");
    } else if found.code != setting.language {
        let message = format!("is in language {}, wanted is {}", found.code, setting.language);
        findings.add(Check::Xcn06, "", message);
    }
}
