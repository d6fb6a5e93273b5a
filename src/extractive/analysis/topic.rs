//! Topics: the source's headings of one level, or else where its words change (`shift.rs`).

use super::sentence::{self, Sentence};
use super::shift;
use super::stems::Stems;
use super::syllabus::{Part, Syllabus};
use super::term::Term;
use super::token::tokens;
use crate::language::{Language, Standard};
use crate::source::Source;

/// Fewest and most topics: the bounds of an outline's sections.
const MIN_TOPICS: usize = 3;
const MAX_TOPICS: usize = 15;
/// Fewest sentences of a topic; a smaller one joins its neighbour.
const MIN_SENTENCES: usize = 3;
/// Fewest characters of a closing heading that stands as it is.
const MIN_CLOSING_CHARACTERS: usize = 6;
/// Fewest characters of a word that titles a section in a language without tables.
const SURE_WORD: usize = 6;
/// Fewest characters of a unit: what a section of reading needs, and a little.
const MIN_UNIT_CHARACTERS: usize = 205;

/// One topic, the matter of one section of the outline.
#[derive(Clone, Debug)]
pub(in crate::extractive) struct Topic {
    /// Its title: the heading, or made of the topic's key terms.
    pub(in crate::extractive) title: String,
    /// Whether the title is the source's heading.
    pub(in crate::extractive) headed: bool,
    /// Its sentences, ascending.
    pub(in crate::extractive) sentences: Vec<usize>,
    /// Key terms that set it apart, the most telling first.
    pub(in crate::extractive) terms: Vec<usize>,
}

/// A stretch of sentences under one heading, or under none.
#[derive(Clone, Debug, Default)]
pub(super) struct Stretch {
    pub(super) heading: Option<String>,
    pub(super) sentences: Vec<usize>,
}

/// What a text is divided by.
pub(super) struct Ground<'a> {
    pub(super) source: &'a Source,
    pub(super) sentences: &'a [Sentence],
    pub(super) terms: &'a [Term],
    pub(super) syllabus: &'a Syllabus,
    pub(super) language: &'a Language,
}

/// Divides a text into topics.
pub(super) fn all(ground: &Ground<'_>, is_name: &dyn Fn(&str) -> bool) -> Vec<Topic> {
    let Ground { source, sentences, terms, syllabus, language } = *ground;
    let mut stretches = if syllabus.units.len() < MIN_TOPICS {
        headed(source, sentences, syllabus, language)
    } else {
        units(syllabus)
    };
    if syllabus.units.len() < MIN_TOPICS {
        join_small(&mut stretches, sentences);
    } else {
        join_thin_units(&mut stretches, sentences, language);
    }
    while stretches.len() > MAX_TOPICS {
        join_smallest(&mut stretches);
    }
    if stretches.len() < MIN_TOPICS {
        stretches = divide(stretches, sentences, terms);
    }
    for stretch in &mut stretches {
        stretch.heading = stretch.heading.take().map(|heading| unshouted(&heading, is_name));
    }
    titled(stretches, terms, language)
}

/// One stretch for each unit of a syllabus.
fn units(syllabus: &Syllabus) -> Vec<Stretch> {
    let units = syllabus.units.iter();
    units
        .map(|unit| Stretch { heading: Some(unit.title.clone()), sentences: unit.sentences.clone() })
        .collect()
}

/// A unit too thin to be read about joins its smaller neighbour; the titles of both stand.
fn join_thin_units(stretches: &mut Vec<Stretch>, sentences: &[Sentence], language: &Language) {
    let size = |stretch: &Stretch| {
        let found = stretch.sentences.iter().filter_map(|index| sentences.get(*index));
        let usable = found.filter(|sentence| sentence.fitness > 0.0);
        usable.map(|sentence| sentence.text.chars().count()).sum::<usize>()
    };
    while stretches.len() > MIN_TOPICS {
        let sizes: Vec<usize> = stretches.iter().map(size).collect();
        let Some((at, least)) = sizes.iter().copied().enumerate().min_by_key(|(at, size)| (*size, *at))
        else {
            break;
        };
        if least >= MIN_UNIT_CHARACTERS && stretches.len() <= MAX_TOPICS {
            break;
        }
        let cost = |neighbour: Option<usize>| {
            let neighbour = neighbour?;
            let joined = stretches.get(neighbour)?.heading.as_ref()?.contains(';');
            Some((joined, *sizes.get(neighbour)?))
        };
        let before = cost(at.checked_sub(1)).unwrap_or((true, usize::MAX));
        let after = cost(Some(at + 1)).unwrap_or((true, usize::MAX));
        join_titles(stretches, if before <= after { at.saturating_sub(1) } else { at }, language);
    }
}

fn join_titles(stretches: &mut Vec<Stretch>, at: usize, language: &Language) {
    let titles: Vec<String> =
        stretches.iter().skip(at).take(2).filter_map(|stretch| stretch.heading.clone()).collect();
    join(stretches, at);
    if let (Some(stretch), [first, second]) = (stretches.get_mut(at), titles.as_slice()) {
        let second = super::decapitalised(second);
        let and = format!(" {} ", language.phrases.and);
        let is_plain = |title: &str| !title.contains([',', ';', ':']) && !title.contains(&and);
        stretch.heading = Some(if is_plain(first) && is_plain(&second) {
            language.phrases.pair(first, &second)
        } else {
            format!("{first}; {second}")
        });
    }
}

/// One stretch for each heading of the level that gives at least three. The lead is one only where
/// too few headings stand: it introduces the whole.
fn headed(source: &Source, sentences: &[Sentence], syllabus: &Syllabus, language: &Language) -> Vec<Stretch> {
    let level = dividing_level(source);
    let mut stretches: Vec<Stretch> = vec![Stretch::default()];
    for (number, section) in source.sections().iter().enumerate() {
        let caption = section.heading.as_deref().is_some_and(|heading| is_caption(heading, language));
        let begins =
            level > 0 && section.heading.is_some() && !caption && section.level <= level && !section.is_title;
        if begins {
            stretches.push(Stretch { heading: section.heading.clone(), sentences: Vec::new() });
        }
        if !sentence::teaches(source, number, language) {
            continue;
        }
        if let Some(stretch) = stretches.last_mut() {
            let matter = section.sentences.clone().filter(|index| syllabus.part(*index) == Part::Matter);
            stretch.sentences.extend(matter);
        }
    }
    let lead = stretches.remove(0);
    stretches.retain(|stretch| !stretch.sentences.is_empty());
    let mut without_lead = stretches.clone();
    join_small(&mut without_lead, sentences);
    let rest = sentences.len().saturating_sub(lead.sentences.len());
    let enough =
        without_lead.len() >= MIN_TOPICS || stretches.len() >= MIN_TOPICS && lead.sentences.len() * 4 < rest;
    if !enough && !lead.sentences.is_empty() {
        stretches.insert(0, lead);
    }
    stretches
}

/// "Table 1. …" is set like a heading and is none.
fn is_caption(heading: &str, language: &Language) -> bool {
    let mut words = heading.split_whitespace();
    let first = words.next().unwrap_or_default().to_lowercase();
    let numbered = words.next().is_some_and(|word| word.starts_with(|letter: char| letter.is_ascii_digit()));
    numbered && language.lexicon().caption_words.contains(first.trim_end_matches('.'))
}

/// The highest level of which, with those above it, there are at least three headings with text.
fn dividing_level(source: &Source) -> u8 {
    let levels: Vec<u8> = source
        .sections()
        .iter()
        .filter(|section| section.heading.is_some() && !section.is_title && !section.lists_sources)
        .map(|section| section.level)
        .collect();
    let enough = (1..=6).find(|level| levels.iter().filter(|other| **other <= *level).count() >= MIN_TOPICS);
    enough.or_else(|| levels.iter().copied().max()).unwrap_or(0)
}

fn join_small(stretches: &mut Vec<Stretch>, sentences: &[Sentence]) {
    let is_small = |stretch: &Stretch| {
        let quotable = stretch.sentences.iter().filter_map(|index| sentences.get(*index));
        let quotable = quotable.filter(|sentence| sentence.is_quotable()).count();
        quotable == 0 || (stretch.sentences.len() < MIN_SENTENCES && quotable < 2)
    };
    let mut at = 0;
    while stretches.len() > 1 && at < stretches.len() {
        if stretches.get(at).is_some_and(is_small) {
            join(stretches, at.saturating_sub(1));
            at = at.saturating_sub(1);
        } else {
            at += 1;
        }
    }
}

fn join_smallest(stretches: &mut Vec<Stretch>) {
    if let Some(at) = smallest_pair(stretches) {
        join(stretches, at);
    }
}

fn smallest_pair(stretches: &[Stretch]) -> Option<usize> {
    let pair_size = |pair: &[Stretch]| pair.iter().map(|stretch| stretch.sentences.len()).sum::<usize>();
    let smallest = stretches.windows(2).map(pair_size).enumerate().min_by_key(|(_, size)| *size);
    smallest.map(|(at, _)| at)
}

/// Joins a stretch with the next one; the longer one's heading stands.
fn join(stretches: &mut Vec<Stretch>, at: usize) {
    if at + 1 >= stretches.len() {
        return;
    }
    let next = stretches.remove(at + 1);
    if let Some(stretch) = stretches.get_mut(at) {
        if next.sentences.len() > stretch.sentences.len() || stretch.heading.is_none() {
            stretch.heading = next.heading.or_else(|| stretch.heading.take());
        }
        stretch.sentences.extend(next.sentences);
    }
}

/// Divides the longest stretches where their words change, until there are enough.
fn divide(stretches: Vec<Stretch>, sentences: &[Sentence], terms: &[Term]) -> Vec<Stretch> {
    let total: usize = sentences.iter().map(|sentence| sentence.words).sum();
    let wanted = (total / 300).clamp(MIN_TOPICS, 8);
    let all: usize = stretches.iter().map(|stretch| stretch.sentences.len()).sum();
    let mut divided = Vec::new();
    for stretch in stretches {
        let share = (stretch.sentences.len() * wanted).div_ceil(all.max(1));
        divided.extend(shift::divide(stretch, share.max(1), sentences, terms));
    }
    while divided.len() < MIN_TOPICS {
        let longest =
            divided.iter().enumerate().max_by_key(|(at, stretch)| (stretch.sentences.len(), usize::MAX - at));
        let Some((at, _)) = longest.filter(|(_, stretch)| stretch.sentences.len() > 1) else { break };
        let mut stretch = divided.remove(at);
        let tail = stretch.sentences.split_off(stretch.sentences.len() / 2);
        divided.insert(at, stretch);
        divided.insert(at + 1, Stretch { heading: None, sentences: tail });
    }
    divided
}

fn titled(stretches: Vec<Stretch>, terms: &[Term], language: &Language) -> Vec<Topic> {
    let mut used = Vec::new();
    let headings = stretches.iter().filter(|stretch| stretch.heading.is_some()).count();
    let mixed = headings > 0 && headings < stretches.len();
    let last = stretches.len().saturating_sub(1);
    stretches
        .into_iter()
        .enumerate()
        .map(|(number, stretch)| {
            let heading_words = heading_stems(stretch.heading.as_deref(), language);
            let own = telling_terms(&stretch.sentences, terms, &heading_words);
            let heading = stretch.heading.filter(|heading| !mixed || heading.chars().count() >= 5);
            let (title, headed) = match heading {
                Some(heading) if is_telling(&heading, language) => (heading, true),
                // What closes a text may say so: it treats the whole once more.
                Some(heading) if number == last && heading.chars().count() >= MIN_CLOSING_CHARACTERS => {
                    (heading, false)
                }
                Some(heading) => {
                    let further = beside(&own, terms, &heading_words);
                    (with_terms(&heading, &further, terms, &mut used, language), false)
                }
                None => (from_terms(&own, terms, &mut used, language), false),
            };
            Topic { title, headed, sentences: stretch.sentences, terms: own }
        })
        .collect()
}

/// A heading in capitals as it would stand in small letters.
pub(in crate::extractive) fn unshouted(heading: &str, is_name: &dyn Fn(&str) -> bool) -> String {
    let letters = heading.chars().filter(|letter| letter.is_alphabetic()).count();
    if letters < 5 || heading.chars().any(char::is_lowercase) {
        return heading.to_owned();
    }
    let words: Vec<String> = heading
        .split_whitespace()
        .map(|word| {
            let lower = word.to_lowercase();
            if is_name(lower.trim_matches(|letter: char| !letter.is_alphanumeric())) {
                capitalised(&lower)
            } else {
                lower
            }
        })
        .collect();
    capitalised(&words.join(" "))
}

fn is_telling(heading: &str, language: &Language) -> bool {
    let lower = heading.to_lowercase();
    let generic = language.lexicon().generic_headings.contains(&lower.trim_end_matches([':', '.']));
    let length = heading.chars().count();
    !generic
        && (5..=120).contains(&length)
        && heading.chars().filter(|letter| letter.is_alphabetic()).count() >= 4
}

/// Stems of a heading's words.
fn heading_stems(heading: Option<&str>, language: &Language) -> Vec<String> {
    let mut stems = Stems::of(language);
    let words = tokens(heading.unwrap_or_default(), language.lexicon());
    words.iter().map(|token| stems.singular(&token.lower)).collect()
}

/// Key terms of a topic, those first that are weighty, mostly its own, defined, or in its heading;
/// a word of a longer term that is as telling comes after it.
fn telling_terms(sentences: &[usize], terms: &[Term], heading: &[String]) -> Vec<usize> {
    let (Some(first), Some(last)) = (sentences.first(), sentences.last()) else { return Vec::new() };
    let mut scored: Vec<(usize, f64)> = terms
        .iter()
        .enumerate()
        .filter_map(|(number, term)| {
            let from = term.sentences.partition_point(|index| index < first);
            let to = term.sentences.partition_point(|index| index <= last);
            let here = f64::from(u32::try_from(to - from).ok()?);
            let all = f64::from(u32::try_from(term.sentences.len()).ok()?);
            let headed = term.key.split(' ').all(|stem| heading.iter().any(|word| word == stem));
            let defined = term.definition.is_some_and(|index| (*first..=*last).contains(&index));
            let place = if headed { 2.0 } else { 1.0 } * if defined { 1.8 } else { 1.0 };
            (here > 0.0).then(|| (number, term.weight * (0.15 + here / all) * here.sqrt() * place))
        })
        .collect();
    let in_heading = |key: &str| key.split(' ').all(|stem| heading.iter().any(|word| word == stem));
    let longer: Vec<(&str, f64)> = scored
        .iter()
        .filter_map(|(number, score)| Some((terms.get(*number)?.key.as_str(), *score)))
        .map(|(key, score)| (key, if in_heading(key) { f64::INFINITY } else { score }))
        .filter(|(key, _)| key.contains(' '))
        .collect();
    for (number, score) in &mut scored {
        let Some(term) = terms.get(*number).filter(|term| !term.key.contains(' ')) else { continue };
        let held = longer.iter().any(|(key, other)| {
            key.split(' ').next_back() == Some(term.key.as_str()) && *other * 2.5 > *score
        });
        *score *= if held { 0.3 } else { 1.0 };
    }
    scored.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    scored.into_iter().map(|(number, _)| number).collect()
}

/// The terms that a heading does not name already; all where it names all.
fn beside(own: &[usize], terms: &[Term], heading: &[String]) -> Vec<usize> {
    let is_named = |term: &Term| term.key.split(' ').all(|stem| heading.iter().any(|word| word == stem));
    let further = own.iter().copied().filter(|number| terms.get(*number).is_some_and(|term| !is_named(term)));
    let further: Vec<usize> = further.collect();
    if further.is_empty() { own.to_vec() } else { further }
}

fn from_terms(own: &[usize], terms: &[Term], used: &mut Vec<String>, language: &Language) -> String {
    // Without tables, only a long word alone is sure to be one that means something.
    let sure = |number: &&usize| {
        terms
            .get(**number)
            .is_some_and(|term| !term.surface.contains(' ') && term.surface.chars().count() >= SURE_WORD)
    };
    let words: Vec<usize> = own.iter().filter(sure).copied().collect();
    let own = if language.standard == Standard::Neutral && !words.is_empty() { &words } else { own };
    let mut chosen: Vec<&Term> = Vec::new();
    for number in own {
        let Some(term) = terms.get(*number) else { continue };
        let nested = |other: &str| other.contains(term.key.as_str()) || term.key.contains(other);
        if !used.iter().any(|other| nested(other)) && !chosen.iter().any(|other| nested(&other.key)) {
            chosen.push(term);
        }
        if chosen.len() == 2 {
            break;
        }
    }
    used.extend(chosen.iter().map(|term| term.key.clone()));
    let title = match chosen.as_slice() {
        [first, second, ..] => language.phrases.pair(&first.surface, &second.surface),
        [only] => only.surface.clone(),
        [] => own
            .first()
            .and_then(|number| terms.get(*number))
            .map_or_else(String::new, |term| term.surface.clone()),
    };
    capitalised(&title)
}

fn with_terms(
    heading: &str,
    own: &[usize],
    terms: &[Term],
    used: &mut Vec<String>,
    language: &Language,
) -> String {
    let telling = from_terms(own, terms, used, language);
    if telling.is_empty() {
        heading.to_owned()
    } else {
        format!("{heading}: {}", super::decapitalised(&telling))
    }
}

/// Raises the first letter.
pub(in crate::extractive) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}
