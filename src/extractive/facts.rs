//! What pieces ask about each sentence again and again, found out at most once for a text: five
//! pieces cut the same sentences into passages.

use std::sync::OnceLock;

use super::analysis::{Analysis, Sentence};
use super::firmness::points_outside;
use super::passage::{needs_noun, sets_out_from_pronoun};
use super::reference::{continues_item, takes_up};
use super::sense::{About, PassageRole, about, announces, has_leaning_word, only_imagines, role, weight};

/// Most words of a sentence that only opens its paragraph.
const MOST_HEAD_WORDS: usize = 9;

/// What a sentence is to its reader, as the text words it.
#[derive(Debug)]
pub(super) struct Facts {
    /// Whether it only announces what the next sentence says.
    pub(super) announces: bool,
    /// Whether it can set out anew: no word joins it to others, and it does not imagine on.
    pub(super) sets_out: bool,
    /// Whether it can be understood and quoted without any sentence before it.
    pub(super) alone: bool,
    /// Whether a pronoun in it has nothing there to stand for.
    pub(super) needs_noun: bool,
    /// What it does.
    pub(super) role: PassageRole,
    /// What it defines or sets out with.
    pub(super) about: Option<About>,
    /// How much it deserves a place, 0 to about 1.
    pub(super) weight: f64,
}

/// A place for the facts of each sentence.
#[derive(Debug)]
pub(super) struct FactSheet(Vec<OnceLock<Facts>>);

impl FactSheet {
    /// Makes room for so many sentences.
    pub(super) fn of(sentences: usize) -> FactSheet {
        FactSheet(std::iter::repeat_with(OnceLock::new).take(sentences).collect())
    }

    /// Looks up the facts of a sentence, or finds them out; nothing for a sentence of another text.
    pub(super) fn get(&self, analysis: &Analysis, sentence: &Sentence) -> Option<&Facts> {
        let place = self.0.get(sentence.index)?;
        Some(place.get_or_init(|| find_out(analysis, sentence)))
    }
}

fn find_out(analysis: &Analysis, sentence: &Sentence) -> Facts {
    let text = &sentence.text;
    let sets_out = !has_leaning_word(analysis, text)
        && !only_imagines(analysis, text)
        && !takes_up(analysis, sentence)
        && !points_outside(analysis, text)
        && !continues_item(analysis, sentence);
    Facts {
        announces: announces(analysis, text) || only_heads(analysis, sentence),
        sets_out,
        alone: sets_out && sentence.stands_alone && !sets_out_from_pronoun(analysis, sentence),
        needs_noun: needs_noun(analysis, sentence),
        role: role(analysis, sentence),
        about: about(analysis, sentence),
        weight: weight(analysis, sentence),
    }
}

/// Whether a brief sentence only opens its paragraph, and the next one says what it means: "The effects
/// of print were also uneven."
fn only_heads(analysis: &Analysis, sentence: &Sentence) -> bool {
    let next = analysis.sentence(sentence.index + 1);
    sentence.position_in_paragraph == 0
        && sentence.words <= MOST_HEAD_WORDS
        && sentence.definitions().next().is_none()
        && next.is_some_and(|next| next.paragraph == sentence.paragraph)
}
