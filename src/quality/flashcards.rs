//! FC: what makes a card worth learning with.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, Findings, Setting, Trigrams, words};
use crate::content::Document;
use crate::content::document::Body;
use crate::language::Language;

const MAX_FRONT_WORDS: usize = 20;
const MAX_BACK_WORDS: usize = 30;
/// Share of the back's content words that may stand on the front.
const MAX_GIVEN_AWAY: f64 = 0.30;
/// The same where the front is a sentence with a gap: something must be left to answer (docs/adr, "A card
/// with a gap may repeat its sentence").
const MAX_GIVEN_AWAY_BY_GAP: f64 = 0.99;
/// From this likeness on two cards count as one.
const NEAR_DUPLICATE: f64 = 0.6;
/// The same for two cards whose fronts name different terms: "demand" and "supply" are defined in
/// nearly the same words, and both must be learned.
const NEAR_DUPLICATE_OF_OTHER_TERM: f64 = 0.85;

struct Card<'a> {
    path: &'a str,
    front: &'a str,
    back: &'a str,
}

pub(super) fn check(document: &Document, setting: &Setting<'_>, findings: &mut Findings) {
    let cards: Vec<Card<'_>> = document.blocks.iter().filter_map(card).collect();
    if cards.is_empty() {
        return;
    }
    let unknown = format!("no tables for language {}", setting.language);
    if words::are_spaced(setting.language) {
        cards.iter().for_each(|card| lengths(card, findings));
    } else {
        findings.not_run(Check::Fc01, &unknown);
        findings.not_run(Check::Fc02, &unknown);
    }
    match words::tables(setting.language) {
        Some(tables) => cards.iter().for_each(|card| wording(card, tables, findings)),
        None => {
            findings.not_run(Check::Fc04, &unknown);
            findings.not_run(Check::Fc05, &unknown);
        }
    }
    repeated(&cards, findings);
}

fn card(block: &crate::content::document::Block) -> Option<Card<'_>> {
    match &block.body {
        Body::Card { front, back, .. } => Some(Card { path: &block.path, front, back }),
        _ => None,
    }
}

fn lengths(card: &Card<'_>, findings: &mut Findings) {
    let (front, back) = (words::count(card.front), words::count(card.back));
    if front > MAX_FRONT_WORDS {
        let message = format!("the front has {front} words, at most {MAX_FRONT_WORDS} are easy to take in");
        findings.add(Check::Fc01, card.path, message);
    } else if card.front.matches('?').count() > 1 || card.front.contains(';') {
        findings.add(Check::Fc01, card.path, "the front asks for more than one thing");
    }
    if back > MAX_BACK_WORDS {
        let message = format!("the back has {back} words, at most {MAX_BACK_WORDS} are easy to remember");
        findings.add(Check::Fc02, card.path, message);
    }
}

fn wording(card: &Card<'_>, tables: &Language, findings: &mut Findings) {
    let (front, back) = (words::content_stems(card.front, tables), words::content_stems(card.back, tables));
    let shared = back.intersection(&front).count();
    // The back of a sentence with a gap may repeat the sentence: what fills the gap is the answer.
    let most = if has_gap(card.front) { MAX_GIVEN_AWAY_BY_GAP } else { MAX_GIVEN_AWAY };
    if words::ratio(shared, back.len()) > most {
        let message = format!("{shared} of the {} content words of the back stand on the front", back.len());
        findings.add(Check::Fc04, card.path, message);
    }
    for (side, text) in [("front", card.front), ("back", card.back)] {
        if words::leans(text, tables) {
            let message = format!("the {side} begins with a word that points at something before it");
            findings.add(Check::Fc05, card.path, message);
        }
    }
}

/// Whether something is left blank. Dots may only trail off, and `__init__` is a name.
fn has_gap(front: &str) -> bool {
    let mut parts = front.split(|mark: char| mark != '_' && !mark.is_alphanumeric());
    let is_blank = |part: &str| part.len() >= 2 && part.chars().all(|mark| mark == '_');
    front.contains("___") || front.contains("[…]") || front.contains("[...]") || parts.any(is_blank)
}

/// Reports the later of two cards that ask the same; a pair with like fronts is not reported twice.
fn repeated(cards: &[Card<'_>], findings: &mut Findings) {
    let mut fronts: BTreeMap<String, &str> = BTreeMap::new();
    let mut seen: Vec<(&Card<'_>, Trigrams)> = Vec::new();
    for card in cards {
        let grams = Trigrams::of(&format!("{} {}", card.front, card.back));
        let front = words::with_signs(card.front);
        if let Some(first) = fronts.get(&front) {
            findings.add(Check::Fc09, card.path, format!("has the same front as {first}"));
        } else if let Some((first, _)) =
            seen.iter().find(|(other, like)| are_alike((card, &grams), (other, like)))
        {
            findings.add(Check::Fc08, card.path, format!("says nearly the same as {}", first.path));
        }
        fronts.entry(front).or_insert(card.path);
        seen.push((card, grams));
    }
}

/// Tells whether two cards, each a front and a back, count as one for the check FC-08.
#[must_use]
pub fn cards_are_alike(one: (&str, &str), other: (&str, &str)) -> bool {
    let card = |(front, back)| Card { path: "", front, back };
    let grams = |(front, back): (&str, &str)| Trigrams::of(&format!("{front} {back}"));
    are_alike((&card(one), &grams(one)), (&card(other), &grams(other)))
}

/// Whether two cards count as one. What differs even by the lower bound is not looked at twice.
fn are_alike((one, like): (&Card<'_>, &Trigrams), (other, other_like): (&Card<'_>, &Trigrams)) -> bool {
    like.are_alike(other_like, NEAR_DUPLICATE) && like.are_alike(other_like, most_alike(one, other))
}

/// How alike two cards may be before they count as one.
fn most_alike(one: &Card<'_>, other: &Card<'_>) -> f64 {
    let plain = [one, other].map(|card| words::plain(card.front));
    let [one_words, other_words] = plain.each_ref().map(|front| front.split(' ').collect::<BTreeSet<&str>>());
    // "C" and "C++" are the same words, and still two terms.
    let differ_in_signs =
        one_words == other_words && words::with_signs(one.front) != words::with_signs(other.front);
    let names_another_term = !has_gap(one.front)
        && !has_gap(other.front)
        && (one_words.is_disjoint(&other_words) || differ_in_signs);
    if names_another_term { NEAR_DUPLICATE_OF_OTHER_TERM } else { NEAR_DUPLICATE }
}
