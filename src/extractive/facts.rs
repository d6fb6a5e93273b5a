//! What pieces ask about each sentence again and again, found out at most once for a text: five
//! pieces cut the same sentences into passages.

use std::sync::OnceLock;

use super::analysis::{Analysis, Sentence, tokens};
use super::firmness::points_outside;
use super::passage::{needs_noun, sets_out_from_pronoun};
use super::reference::{continues_item, names_again, takes_up};
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
    /// Whether its first verb is one of the past.
    pub(super) past: bool,
}

/// What a whole text tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Telling {
    /// Most of its sentences tell of the past.
    pub(super) narrates: bool,
    /// It tells of the person in its title.
    pub(super) of_person: bool,
}

/// A place for the facts of each sentence.
#[derive(Debug)]
pub(super) struct FactSheet {
    sentences: Vec<OnceLock<Facts>>,
    telling: OnceLock<Telling>,
}

impl FactSheet {
    /// Makes room for so many sentences.
    pub(super) fn of(sentences: usize) -> FactSheet {
        let sentences = std::iter::repeat_with(OnceLock::new).take(sentences).collect();
        FactSheet { sentences, telling: OnceLock::new() }
    }

    /// Looks up what the text tells of.
    pub(super) fn telling(&self, analysis: &Analysis) -> Telling {
        *self.telling.get_or_init(|| telling(analysis))
    }

    /// Looks up the facts of a sentence, or finds them out; nothing for a sentence of another text. They
    /// are those of the text's own wording, also where another wording of it is asked about.
    pub(super) fn get(&self, analysis: &Analysis, sentence: &Sentence) -> Option<&Facts> {
        let (place, own) = (self.sentences.get(sentence.index)?, analysis.sentence(sentence.index)?);
        Some(place.get_or_init(|| find_out(analysis, own)))
    }
}

/// Fewest sentences about the person of a title that make a text a life.
const FEWEST_OF_PERSON: usize = 5;

fn telling(analysis: &Analysis) -> Telling {
    let usable = || analysis.sentences().iter().filter(|sentence| sentence.fitness > 0.0);
    let past = usable().filter(|sentence| is_past(analysis, sentence)).count();
    let title = analysis.source().title().unwrap_or_default();
    let hero = title.split(' ').nth(1).unwrap_or_default();
    let named = usable().filter(|sentence| sentence.with_pronoun.is_some() && sentence.text.contains(hero));
    let of_person = !hero.is_empty() && named.count() >= FEWEST_OF_PERSON;
    Telling { narrates: past * 2 > usable().count(), of_person }
}

/// Whether the first word that is surely a verb is one of the past.
fn is_past(analysis: &Analysis, sentence: &Sentence) -> bool {
    let lexicon = analysis.language().lexicon();
    let words = tokens(&sentence.text, lexicon);
    let verb = words.iter().find(|token| lexicon.is_only_verb(&token.lower) || lexicon.is_past(&token.lower));
    verb.is_some_and(|verb| lexicon.is_past(&verb.lower))
}

fn find_out(analysis: &Analysis, sentence: &Sentence) -> Facts {
    let text = &sentence.text;
    let sets_out = !has_leaning_word(analysis, text)
        && !only_imagines(analysis, text)
        && !takes_up(analysis, sentence)
        && !names_again(analysis, sentence)
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
        past: is_past(analysis, sentence),
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
