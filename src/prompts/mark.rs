//! The mark of the lines that words of the user stand between. It depends on nothing but those
//! words, so that the same source gives the same prompt and a provider can reuse what it has read.

use sha2::{Digest, Sha256};

/// A mark that none of the texts it was made for contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark(String);

/// Bytes of the hash that make the mark: too many to be guessed or met by chance.
const MARK_BYTES: usize = 12;

impl Mark {
    /// Makes the mark for those texts.
    pub(super) fn for_texts(texts: &[&str]) -> Mark {
        let mut round = 0_u64;
        loop {
            let mark = candidate(texts, round);
            // A text that holds the hash of itself does not occur by chance; if it was made, the
            // next round has another hash.
            if !texts.iter().any(|text| contains(text, &mark)) {
                return Mark(mark);
            }
            round = round.wrapping_add(1);
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The line before material.
    pub(super) fn opening(&self) -> String {
        format!("<<<<<< material {}", self.0)
    }

    /// The line after material.
    pub(super) fn closing(&self) -> String {
        format!(">>>>>> end of material {}", self.0)
    }

    /// Takes the mark out of a text that was written later, so after the mark was chosen.
    pub(super) fn cleared(&self, text: &str) -> String {
        let mut text = text.to_owned();
        while let Some(start) = text.to_ascii_lowercase().find(&self.0) {
            text.replace_range(start..start + self.0.len(), "");
        }
        text
    }
}

fn candidate(texts: &[&str], round: u64) -> String {
    let mut hash = Sha256::new();
    hash.update(round.to_le_bytes());
    for text in texts {
        hash.update(text.len().to_le_bytes());
        hash.update(text);
    }
    hash.finalize().iter().take(MARK_BYTES).map(|byte| format!("{byte:02x}")).collect()
}

fn contains(text: &str, mark: &str) -> bool {
    text.contains(mark) || text.to_ascii_lowercase().contains(mark)
}
