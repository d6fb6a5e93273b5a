//! Key terms: what the text is about, in its own words.
//!
//! Weight follows C-value (frequency less what is explained by longer terms, longer terms worth
//! more) times spread over the text and a place in headings.
//! Source: K. Frantzi, S. Ananiadou, H. Mima, Automatic recognition of multi-word terms: the
//! C-value/NC-value method, 2000 (read 2026-11-20); the factors are ours.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::{self, Candidate, Candidates};
use super::noun_phrase;
use super::stems::Stems;
use super::token::{Token, tokens};
use crate::language::{Language, Standard};

/// Most key terms that are kept.
const MAX_TERMS: usize = 200;

/// One key term, its singular and plural and its spellings merged.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::extractive) struct Term {
    /// As the text writes it most, without article; lower case unless it is a name.
    pub(in crate::extractive) surface: String,
    /// As a noun phrase for running text, with the article that the language asks for
    /// ("the Calvin cycle", "chloroplasts", "la evaporación").
    pub(in crate::extractive) phrase: String,
    /// Whether `phrase` is a plural.
    pub(in crate::extractive) plural: bool,
    /// Whether it is a proper name.
    pub(in crate::extractive) name: bool,
    /// How weighty it is, 0 to 1.
    pub(in crate::extractive) weight: f64,
    /// Sentences that it occurs in, ascending.
    pub(in crate::extractive) sentences: Vec<usize>,
    /// Sections of the source that it occurs in.
    pub(in crate::extractive) sections: usize,
    /// The sentence that defines it best.
    pub(in crate::extractive) definition: Option<usize>,
    /// Stems of its words, parted by spaces.
    pub(in crate::extractive) key: String,
}

/// What ranking asks of the text besides its sentences.
pub(super) struct Setting<'a> {
    pub(super) language: &'static Language,
    /// The title and the headings.
    pub(super) headings: Vec<&'a str>,
    /// The section of each sentence.
    pub(super) sections: Vec<usize>,
}

/// Ranks the key terms of a text.
pub(super) fn rank(sentences: &[Vec<Token>], setting: &Setting<'_>) -> Vec<Term> {
    let candidates = candidate::collect(sentences, setting.language);
    let in_headings = heading_keys(setting);
    let longer = longer_terms(&candidates);
    let short_text = sentences.iter().filter(|tokens| !tokens.is_empty()).count() < 25;
    let mut terms: Vec<Term> = candidates
        .iter()
        .filter(|(_, candidate)| is_noun(candidate, setting.language))
        .filter_map(|(key, candidate)| {
            let sections: BTreeSet<usize> = candidate
                .sentences
                .iter()
                .filter_map(|index| setting.sections.get(*index).copied())
                .collect();
            let headed = in_headings.contains(key.as_str());
            let seldom = candidate.count < 2 && !headed && !short_text;
            if seldom {
                return None;
            }
            let weight = weight(candidate, longer.get(key.as_str()), sections.len(), headed);
            let noun = noun_phrase::of(candidate, setting.language)?;
            Some(Term {
                surface: noun.surface,
                phrase: noun.phrase,
                plural: noun.plural,
                name: noun.name,
                weight,
                sentences: candidate.sentences.clone(),
                sections: sections.len(),
                definition: None,
                key: key.clone(),
            })
        })
        .filter(|term| term.weight > 0.0)
        .collect();
    terms.sort_by(|left, right| right.weight.total_cmp(&left.weight).then_with(|| left.key.cmp(&right.key)));
    terms.truncate(MAX_TERMS);
    let most = terms.first().map_or(1.0, |term| term.weight);
    for term in &mut terms {
        term.weight /= most;
    }
    terms
}

/// Whether this text uses the candidate as a noun, and not only as a general one.
fn is_noun(candidate: &Candidate, language: &Language) -> bool {
    let lexicon = language.lexicon();
    let Some(spelling) = candidate.spellings.keys().next() else { return false };
    let lower = spelling.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let head = match language.head {
        crate::language::Head::Last => words.last(),
        crate::language::Head::First => words.first(),
    };
    let Some(head) = head else { return false };
    if candidate.as_head == 0 || lower.chars().count() < 3 || lower.chars().count() > 60 {
        return false;
    }
    // "Gehirn leitet": a German term ends with a noun.
    let ends_small = |spelling: &String| {
        spelling.split_whitespace().last().is_none_or(|last| last.starts_with(char::is_lowercase))
    };
    if language.capitalised_nouns
        && (candidate.capitalised == 0 || candidate.spellings.keys().all(ends_small))
    {
        return false;
    }
    let single = candidate.words == 1;
    let plain_verb = lexicon.is_only_verb(head);
    if plain_verb || (single && lexicon.weak.contains(head)) {
        return false;
    }
    if candidate.words > 1
        && words.iter().all(|word| lexicon.weak.contains(word) || lexicon.stop.contains(word))
    {
        return false;
    }
    let noun_like = language.standard == Standard::Neutral
        || candidate.as_noun > candidate.as_adjective
        || candidate.capitalised > 0
        || lexicon.has_noun_ending(head);
    let adjective = single
        && lexicon.has_adjective_ending(head)
        && candidate.articles.is_empty()
        && candidate.capitalised == 0
        && candidate.words == 1
        && !lexicon.looks_plural(head)
        && candidate.spellings.len() < 2
        && candidate.as_adjective > 0;
    let ambiguous_verb = lexicon.may_be_verb(head) && single;
    noun_like && !adjective && (!ambiguous_verb || candidate.as_noun * 2 >= candidate.as_head)
}

fn weight(candidate: &Candidate, nesting: Option<&Nesting>, sections: usize, headed: bool) -> f64 {
    let explained = nesting.map_or(0.0, |nesting| f64::from(nesting.count) / f64::from(nesting.terms.max(1)));
    let own = f64::from(candidate.as_head.max(1)) - explained * 0.8;
    let length = match candidate.words {
        0 | 1 => 1.0,
        2 => 1.7,
        3 => 1.9,
        _ => 1.5,
    };
    let spread = 1.0 + f64::from(u32::try_from(sections).unwrap_or(u32::MAX)).ln_1p() / 2.0;
    let place = if headed { 1.6 } else { 1.0 };
    let own = own.max(0.2);
    own.sqrt() * length * spread * place
}

/// The longer candidates that hold a candidate.
#[derive(Default)]
struct Nesting {
    /// Their occurrences.
    count: u32,
    /// How many they are.
    terms: u32,
}

fn longer_terms(candidates: &Candidates) -> BTreeMap<&str, Nesting> {
    let mut longer: BTreeMap<&str, Nesting> = BTreeMap::new();
    for (key, candidate) in
        candidates.iter().filter(|(_, candidate)| candidate.words > 1 && candidate.count > 1)
    {
        let (mut head_last, mut head_first) = (key.as_str(), key.as_str());
        while let (Some((_, tail)), Some((front, _))) =
            (head_last.split_once(' '), head_first.rsplit_once(' '))
        {
            (head_last, head_first) = (tail, front);
            for part in [tail, front] {
                let nesting = longer.entry(part).or_default();
                nesting.count += candidate.count;
                nesting.terms += 1;
            }
        }
    }
    longer
}

fn heading_keys(setting: &Setting<'_>) -> BTreeSet<String> {
    let mut stems = Stems::of(setting.language);
    let mut keys = BTreeSet::new();
    for heading in &setting.headings {
        let words: Vec<Token> = tokens(heading, setting.language.lexicon());
        let words: Vec<Token> = words.into_iter().filter(Token::is_word).collect();
        for from in 0..words.len() {
            for to in from + 1..=(from + 4).min(words.len()) {
                if let Some(part) = words.get(from..to) {
                    keys.insert(stems.key(part));
                }
            }
        }
    }
    keys
}
