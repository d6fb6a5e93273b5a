//! How a term stands in running text: its spelling, its number, and the article it takes.

use std::collections::BTreeMap;

use super::candidate::Candidate;
use super::strong_form::strong;
use crate::language::{Articles, Head, Language, Lexicon};

/// A term ready for a sentence.
pub(in crate::extractive) struct NounPhrase {
    pub(in crate::extractive) surface: String,
    pub(in crate::extractive) phrase: String,
    pub(in crate::extractive) plural: bool,
    pub(in crate::extractive) name: bool,
}

/// One spelling, first letter as inside a sentence, with what this text writes before it.
#[derive(Default)]
struct Usage {
    count: u32,
    bare: u32,
    articles: BTreeMap<String, u32>,
}

/// Decides how this text writes a candidate.
pub(super) fn of(candidate: &Candidate, language: &Language) -> Option<NounPhrase> {
    let lexicon = language.lexicon();
    let keeps_capital = candidate.capitalised > 0 && candidate.capitalised > candidate.lower_case;
    let name = keeps_capital && is_name(candidate, lexicon) && !language.capitalised_nouns;
    let usages = usages(candidate, keeps_capital || language.capitalised_nouns);
    let is_plural = |spelling: &str| plural(spelling, candidate, language, lexicon);
    let best =
        usages.iter().max_by_key(|(spelling, usage)| (usage.count, std::cmp::Reverse(spelling.len())))?;
    let (surface, usage) = best;
    let phrase = match language.articles {
        Articles::AsWritten => return Some(as_written(&usages, surface, usage, name, &is_plural)),
        Articles::Definite(contracted) => definite(surface, usage, contracted),
        Articles::Quoted(open, close) if language.capitalised_nouns => {
            let surface = without_article(&usages)?;
            let phrase = format!("{open}{surface}{close}");
            return Some(NounPhrase { phrase, plural: is_plural(&surface), surface, name });
        }
        Articles::Quoted(open, close) => format!("{open}{surface}{close}"),
    };
    Some(NounPhrase { surface: surface.clone(), phrase, plural: is_plural(surface), name })
}

/// Whether every word of a candidate has its capital: "Melvin Calvin", but not "Calvin cycle".
fn is_name(candidate: &Candidate, lexicon: &Lexicon) -> bool {
    candidate.spellings.keys().any(|spelling| {
        spelling.split_whitespace().all(|word| {
            word.chars().next().is_some_and(|letter| letter.is_uppercase() || letter.is_numeric())
                || lexicon.stop.contains(word)
        })
    })
}

/// Merges spellings that differ only because one begins a sentence.
fn usages(candidate: &Candidate, keeps_capital: bool) -> BTreeMap<String, Usage> {
    let mut usages: BTreeMap<String, Usage> = BTreeMap::new();
    let shown = |spelling: &str| if keeps_capital { spelling.to_owned() } else { decapitalised(spelling) };
    for (spelling, count) in &candidate.spellings {
        usages.entry(shown(spelling)).or_default().count += count;
    }
    for (spelling, count) in &candidate.bare {
        usages.entry(shown(spelling)).or_default().bare += count;
    }
    for ((spelling, article), count) in &candidate.articles {
        *usages.entry(shown(spelling)).or_default().articles.entry(article.clone()).or_default() += count;
    }
    usages
}

/// Lowers the first letter unless the first word has capitals or digits further on.
pub(in crate::extractive) fn decapitalised(text: &str) -> String {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return String::new() };
    let first_word = text.split_whitespace().next().unwrap_or_default();
    let is_code =
        first_word.chars().skip(1).any(|character| character.is_uppercase() || character.is_numeric());
    if is_code || (first_word.chars().count() == 1 && text.len() > 1 && first != 'A') {
        return text.to_owned();
    }
    first.to_lowercase().chain(characters).collect()
}

fn plural(spelling: &str, candidate: &Candidate, language: &Language, lexicon: &Lexicon) -> bool {
    let lower = spelling.to_lowercase();
    let head = match language.head {
        Head::Last => lower.split_whitespace().next_back(),
        Head::First => lower.split_whitespace().next(),
    };
    let looks = head.is_some_and(|head| lexicon.looks_plural(head));
    let spellings: std::collections::BTreeSet<String> =
        candidate.spellings.keys().map(|spelling| spelling.to_lowercase()).collect();
    match (spellings.len(), candidate.plural_votes) {
        (1, votes) if votes > 0 => true,
        (1, votes) if votes < 0 => false,
        _ => looks,
    }
}

/// English: plurals and mass nouns stand bare, names and unique things with "the", others with "a".
fn as_written(
    usages: &BTreeMap<String, Usage>,
    surface: &str,
    usage: &Usage,
    name: bool,
    is_plural: &dyn Fn(&str) -> bool,
) -> NounPhrase {
    let plural_spelling = usages
        .iter()
        .filter(|(spelling, usage)| is_plural(spelling) && usage.count * 3 >= usage_total(usages))
        .max_by_key(|(_, usage)| usage.count);
    let done =
        |phrase: String, plural: bool| NounPhrase { surface: surface.to_owned(), phrase, plural, name };
    if let Some((spelling, _)) = plural_spelling.filter(|_| !name) {
        return done(spelling.clone(), true);
    }
    let the = usage.articles.get("the").copied().unwrap_or_default();
    let indefinite =
        ["a", "an"].iter().find_map(|article| usage.articles.get(*article).map(|count| (*article, *count)));
    let without_evidence = usage.articles.is_empty() && usage.bare == 0;
    let any_plural = usages.keys().find(|spelling| is_plural(spelling));
    // A noun that has a plural here cannot stand bare in the singular ("for path").
    let stands_bare = usage.bare * 3 >= usage.articles.values().sum::<u32>().max(1) && !is_plural(surface);
    if let Some(spelling) = any_plural.filter(|_| (without_evidence || stands_bare) && !name) {
        return done(spelling.clone(), true);
    }
    let plural = is_plural(surface);
    if plural && !name {
        return done(surface.to_owned(), true);
    }
    let phrase = match indefinite {
        _ if usage.bare * 3 >= the.max(1) && usage.bare >= indefinite.map_or(0, |(_, count)| count) => {
            surface.to_owned()
        }
        Some((article, count)) if count >= the && !name => format!("{article} {surface}"),
        _ if the > 0 => format!("the {surface}"),
        Some((article, _)) => format!("{article} {surface}"),
        None => surface.to_owned(),
    };
    done(phrase, plural)
}

/// German: the spelling that a phrase has without its article, as most of its places tell; nothing
/// where none tells.
fn without_article(usages: &BTreeMap<String, Usage>) -> Option<String> {
    let mut told: BTreeMap<String, u32> = BTreeMap::new();
    for (spelling, usage) in usages {
        let is_noun = !spelling.starts_with(char::is_lowercase);
        let bare = (None, if is_noun { usage.count } else { usage.bare });
        let articles = usage.articles.iter().map(|(article, count)| (Some(article.as_str()), *count));
        for (article, count) in articles.filter(|_| !is_noun).chain([bare]).filter(|(_, count)| *count > 0) {
            if let Some(alone) = strong(spelling, article) {
                *told.entry(alone).or_default() += count;
            }
        }
    }
    let most = told.into_iter().max_by_key(|(spelling, count)| (*count, std::cmp::Reverse(spelling.len())));
    most.map(|(spelling, _)| spelling)
}

fn usage_total(usages: &BTreeMap<String, Usage>) -> u32 {
    usages.values().map(|usage| usage.count).sum()
}

/// Spanish and the like: the definite article that the text writes most.
fn definite(surface: &str, usage: &Usage, contracted: &[(&str, &str)]) -> String {
    let mut articles: BTreeMap<&str, u32> = BTreeMap::new();
    for (article, count) in &usage.articles {
        let whole =
            contracted.iter().find(|(short, _)| short == article).map_or(article.as_str(), |(_, long)| long);
        *articles.entry(whole).or_default() += count;
    }
    match articles.iter().max_by_key(|(_, count)| **count) {
        Some((article, _)) => format!("{article} {surface}"),
        None => surface.to_owned(),
    }
}
