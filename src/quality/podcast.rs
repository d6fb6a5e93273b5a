//! POD: whether a script can be spoken as it stands.

use std::sync::LazyLock;

use regex::Regex;

use super::{Check, Findings, form};
use crate::content::Document;
use crate::content::document::Body;

/// What a voice cannot say, besides markup.
pub(super) static UNSPEAKABLE: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    form::patterns(&[
        (r"(?i)\bhttps?://|\bwww\.\w", "the address of a page"),
        (r"\\(?:[a-zA-Z]{2,}|[\[\]()])|\$[^$\n]*[\\^_{][^$\n]*\$", "LaTeX"),
        (r"\p{Emoji_Presentation}|\x{FE0F}", "an emoji"),
    ])
});

pub(super) fn check(document: &Document, findings: &mut Findings) {
    for block in &document.blocks {
        let Body::Turn { text, .. } = &block.body else { continue };
        let spoken = UNSPEAKABLE.iter().find(|(pattern, _)| pattern.is_match(text)).map(|(_, what)| *what);
        if let Some(what) = spoken.or_else(|| form::markup(text)) {
            findings.add(Check::Pod05, &block.path, format!("holds {what}"));
        }
    }
}
