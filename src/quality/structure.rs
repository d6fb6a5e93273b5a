//! STR: whether a piece is whole, even and without repetition.

use std::collections::{BTreeMap, BTreeSet};

use unicode_segmentation::UnicodeSegmentation;

use super::{Check, Findings, may_repeat, words};
use crate::content::Document;
use crate::content::document::{Block, Body};

/// Shorter sentences may well come twice ("It depends.").
const MIN_REPEATED_WORDS: usize = 6;
/// How many times the words of the shortest section the longest may have.
const MAX_UNEVENNESS: usize = 8;

pub(super) fn check(document: &Document, findings: &mut Findings) {
    empty_headings(&document.blocks, findings);
    repeated_sentences(&document.blocks, findings);
    if words::are_spaced(&document.language) {
        uneven_sections(&document.blocks, findings);
    } else if document.blocks.iter().any(|block| section_of(block).is_some()) {
        findings.not_run(Check::Str03, &format!("no tables for language {}", document.language));
    }
}

fn empty_headings(blocks: &[Block], findings: &mut Findings) {
    for (index, block) in blocks.iter().enumerate() {
        let Body::Heading { level, .. } = &block.body else { continue };
        let stands_over = match blocks.get(index + 1).map(|next| &next.body) {
            None => false,
            Some(Body::Heading { level: next, .. }) => next > level,
            Some(_) => true,
        };
        if !stands_over {
            findings.add(Check::Str01, &block.path, "a heading has nothing under it");
        }
    }
}

fn repeated_sentences(blocks: &[Block], findings: &mut Findings) {
    let blocks = || blocks.iter().filter(|block| !matches!(block.body, Body::Heading { .. }));
    if !may_repeat(blocks().flat_map(|block| block.body.texts()), MIN_REPEATED_WORDS) {
        return;
    }
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for block in blocks() {
        let mut reported = BTreeSet::new();
        for sentence in block.body.texts().into_iter().flat_map(UnicodeSegmentation::unicode_sentences) {
            let plain = words::plain(sentence);
            if plain.split(' ').count() < MIN_REPEATED_WORDS {
                continue;
            }
            match seen.get(&plain) {
                Some(first) if reported.insert(*first) => {
                    findings.add(Check::Str02, &block.path, format!("repeats a sentence of {first}"));
                }
                Some(_) => {}
                None => {
                    seen.insert(plain, &block.path);
                }
            }
        }
    }
}

fn uneven_sections(blocks: &[Block], findings: &mut Findings) {
    let mut sections: BTreeMap<&str, usize> = BTreeMap::new();
    for block in blocks {
        if let (Some(section), Body::Paragraph(text)) = (section_of(block), &block.body) {
            *sections.entry(section).or_default() += words::count(text);
        }
    }
    let longest = sections.values().copied().max().unwrap_or_default();
    for (path, count) in sections {
        if count * MAX_UNEVENNESS < longest {
            let message = format!("has {count} words where the longest section has {longest}");
            findings.add(Check::Str03, path, message);
        }
    }
}

/// Returns the pointer of the section whose text this block is (`/sections/2/content`).
fn section_of(block: &Block) -> Option<&str> {
    block.path.strip_suffix("/content").filter(|path| path.ends_with(|last: char| last.is_ascii_digit()))
}
