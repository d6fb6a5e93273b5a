//! POD: whether a script can be spoken as it stands.

use std::sync::LazyLock;

use super::patterns::Patterns;
use super::{Check, Findings, form};
use crate::content::Document;
use crate::content::document::Body;

/// What a voice cannot say, besides markup. Emoji are three bytes or four, which begin with E2 or more.
pub(super) static UNSPEAKABLE: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::new(&[
        (
            r"(?i)\bhttps?://|\bwww\.\w|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/\w",
            b"/.",
            "the address of a page",
        ),
        (
            r"\\(?:[a-zA-Z]{2,}|[\[\]()])|\$[^$\n]*[\\^_{][^$\n]*\$|\$[A-Za-z\\(](?:[^$\n]{0,60}[^$\s])?\$(?:\W|$)",
            b"\\$",
            "LaTeX",
        ),
        (r"\p{Emoji_Presentation}|\x{FE0F}", b"\xE2\xE3\xEF\xF0", "an emoji"),
    ])
});

pub(super) fn check(document: &Document, findings: &mut Findings) {
    for block in &document.blocks {
        let Body::Turn { text, .. } = &block.body else { continue };
        if let Some(what) = UNSPEAKABLE.first_in(text).or_else(|| form::markup(text)) {
            findings.add(Check::Pod05, &block.path, format!("holds {what}"));
        }
    }
}
