//! Holds cards to what a learner can take in: how long both sides may be, how much a front may give away
//! and how much it must tell.

use std::collections::BTreeSet;

use super::analysis::{Analysis, Stems, count_words, tokens};

/// Most characters and words of a front (FC-01).
pub(super) const MAX_FRONT_CHARACTERS: usize = 100;
pub(super) const MAX_FRONT_WORDS: usize = 20;
/// Most words of a back (FC-02).
const MAX_BACK_WORDS: usize = 30;
/// Fewest characters of a back.
pub(super) const MIN_BACK_CHARACTERS: usize = 10;
/// Fewest content words around a gap: with fewer, many things would fit.
const MIN_CLUES: usize = 5;

/// Holds the cards of one text to the limits.
pub(super) struct Limits<'a> {
    pub(super) stems: Stems,
    analysis: &'a Analysis,
}

impl<'a> Limits<'a> {
    pub(super) fn of(analysis: &'a Analysis) -> Limits<'a> {
        Limits { stems: Stems::of(analysis.language()), analysis }
    }

    /// Whether a front and a back fit, and the front does not give the back away.
    pub(super) fn accepts(&mut self, front: &str, back: &str) -> bool {
        (2..=MAX_FRONT_CHARACTERS).contains(&front.chars().count())
            && (MIN_BACK_CHARACTERS..=400).contains(&back.chars().count())
            && count_words(front) <= MAX_FRONT_WORDS
            && count_words(back) <= MAX_BACK_WORDS
            && self.shared(front, back) <= 0.3
    }

    /// Whether a sentence with a gap fits, and tells enough to find what fills it.
    pub(super) fn accepts_gap(&mut self, front: &str, back: &str) -> bool {
        let content = self.content(front).len();
        self.accepts(front, back) && content >= MIN_CLUES
    }

    /// Share of the back's content words that stand on the front (FC-04).
    fn shared(&mut self, front: &str, back: &str) -> f64 {
        let front = self.content(front);
        let back = self.content(back);
        let shared = back.intersection(&front).count();
        let (shared, all) =
            (u32::try_from(shared).unwrap_or(0), u32::try_from(back.len().max(1)).unwrap_or(1));
        f64::from(shared) / f64::from(all)
    }

    fn content(&mut self, text: &str) -> BTreeSet<String> {
        let lexicon = self.analysis.language().lexicon();
        let words = tokens(text, lexicon);
        let content = words.iter().filter(|token| lexicon.is_content(&token.lower));
        content.map(|token| self.stems.stem(&token.lower).to_owned()).collect()
    }
}
