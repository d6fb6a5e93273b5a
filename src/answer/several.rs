//! Decides which of several values in one text counts: by the words between them, by the schema, at last by what
//! stands out. Where neither tells, none does. The values are found in `candidates.rs`.

use std::collections::HashSet;

use serde_json::Value;

use super::Schema;
use super::candidates::Candidate;
use super::surroundings;

/// Which value counts.
#[derive(Debug, PartialEq)]
pub(super) enum Choice {
    /// The one with this index.
    One(usize),
    /// The one with this index, the last of drafts.
    LastOfDrafts(usize),
    /// All, joined into this one.
    Joined(Value),
    /// It is open.
    Open,
}

/// Words that announce that what follows replaces what came before.
const CORRECTION_WORDS: [&str; 17] = [
    "final",
    "revised",
    "revision",
    "corrected",
    "correction",
    "improved",
    "updated",
    "fixed",
    "rewrite",
    "rewritten",
    "wait",
    "better version",
    "second draft",
    "new draft",
    "try again",
    "start over",
    "start again",
];
/// Words that say that what follows does not count, or is only compared.
const REJECTION_WORDS: [&str; 27] = [
    "reject",
    "rejected",
    "discard",
    "discarded",
    "dismiss",
    "dismissed",
    "unused",
    "did not use",
    "didn't use",
    "do not use",
    "don't use",
    "not the final",
    "not final",
    "not valid",
    "not correct",
    "invalid",
    "worse",
    "for comparison",
    "compared",
    "than",
    "instead of",
    "considered",
    "earlier",
    "previous",
    "old",
    "alternative",
    "alternatively",
];
/// Words that announce the next part of a value that is given in parts.
const PART_WORDS: [&str; 12] = [
    "second half",
    "other half",
    "second part",
    "next part",
    "third part",
    "last part",
    "part 2",
    "part 3",
    "part 4",
    "part two",
    "part three",
    "and here is the rest",
];

/// Picks one of several candidates, or none where the text leaves it open.
pub(super) fn choose(text: &str, found: &[Candidate], schema: Option<&Schema>) -> Choice {
    let (Some(newest), Some(last)) = (found.last(), found.len().checked_sub(1)) else { return Choice::Open };
    if newest.is_cut {
        // What was said last was meant, and it was not finished.
        return Choice::One(last);
    }
    if found.iter().all(|candidate| candidate.value == newest.value) {
        return Choice::LastOfDrafts(last);
    }
    let fitting = schema.map(|schema| fitting(found, schema));
    if words_between(text, found).any(|words| says(&words, &CORRECTION_WORDS)) {
        // A value that is corrected under other keys may still be the only one that fits.
        let only_last_fits = fitting.is_some_and(|fitting| fitting == [last]);
        let is_last = replaces(text, found) || only_last_fits;
        return if is_last { Choice::LastOfDrafts(last) } else { Choice::Open };
    }
    if let Some(value) = joined(text, found) {
        let fits = schema.is_none_or(|schema| schema.fits(&value));
        return if fits { Choice::Joined(value) } else { Choice::Open };
    }
    match fitting.as_deref() {
        Some([one]) => Choice::One(*one),
        Some([_, ..]) => Choice::Open,
        Some([]) | None => outstanding(text, found).map_or(Choice::Open, Choice::One),
    }
}

/// Tells which candidates fit the schema.
fn fitting(found: &[Candidate], schema: &Schema) -> Vec<usize> {
    let fits = |(index, candidate): (usize, &Candidate)| schema.fits(&candidate.value).then_some(index);
    found.iter().enumerate().filter_map(fits).collect()
}

/// Finds the one candidate that stands out, by its fence or by its length; where one has the fence and another the
/// length, neither does.
fn outstanding(text: &str, found: &[Candidate]) -> Option<usize> {
    let (index, longest) = found.iter().enumerate().max_by_key(|(_, one)| one.end - one.start)?;
    let others = || found.iter().enumerate().filter(move |(other, _)| *other != index);
    let is_fenced = |candidate: &Candidate| surroundings::opens_fence(text, candidate.start);
    let has_own_lines = |one: &Candidate| surroundings::has_own_lines(text, one.start, one.end);
    if others().any(|(_, other)| is_fenced(other) || keys(&other.value) == keys(&longest.value)) {
        return None;
    }
    let length_of_others: usize = others().map(|(_, other)| other.end - other.start).sum();
    let is_far_longer = longest.end - longest.start >= 4 * length_of_others;
    // What follows within the same fence is fenced too.
    let shares_fence = |other: &Candidate| {
        let between = text.get(longest.end..other.start);
        between.is_some_and(|between| !between.contains("```") && !between.contains("~~~"))
    };
    if is_fenced(longest) && others().any(|(_, other)| shares_fence(other)) {
        return None;
    }
    let is_only_one =
        is_fenced(longest) || (is_far_longer && !others().any(|(_, other)| has_own_lines(other)));
    is_only_one.then_some(index)
}

/// The words between each value and the next, the last pair first.
fn words_between<'a>(text: &'a str, found: &'a [Candidate]) -> impl Iterator<Item = String> + 'a {
    found.windows(2).rev().filter_map(|pair| {
        let (before, behind) = (pair.first()?, pair.last()?);
        Some(text.get(before.end..behind.start)?.to_lowercase())
    })
}

/// True if one of the words or phrases stands in the text, not as a part of a longer word.
fn says(text: &str, any_of: &[&str]) -> bool {
    any_of.iter().any(|word| {
        text.match_indices(word).any(|(at, word)| {
            let before = text.get(..at).unwrap_or_default();
            let behind = text.get(at + word.len()..).unwrap_or_default();
            !before.ends_with(char::is_alphanumeric) && !behind.starts_with(char::is_alphanumeric)
        })
    })
}

/// True if the last value stands by itself, has the keys of all the others, and the words before it say that it
/// replaces them.
fn replaces(text: &str, found: &[Candidate]) -> bool {
    let Some((newest, others)) = found.split_last() else { return false };
    let Some(words) = words_between(text, found).next() else { return false };
    let first = found.first().map_or(0, |first| first.start);
    let lead = text.get(..first).unwrap_or_default().to_lowercase();
    let was_final = lead.contains("final") && !words.contains("final");
    others.iter().all(|other| have_same_keys(newest, other))
        && surroundings::stands_alone(text, newest.start, newest.end)
        && says(&words, &CORRECTION_WORDS)
        && !says(&words, &REJECTION_WORDS)
        && !was_final
}

/// Joins values that the words between them call the parts of one: same keys, and all that differs is lists
/// without a common item.
fn joined(text: &str, found: &[Candidate]) -> Option<Value> {
    let are_parts =
        words_between(text, found).all(|words| says(&words, &PART_WORDS) && !says(&words, &REJECTION_WORDS));
    if !are_parts {
        return None;
    }
    let (first, rest) = found.split_first()?;
    let mut whole = first.value.as_object()?.clone();
    for part in rest {
        let part = part.value.as_object()?;
        if part.len() != whole.len() {
            return None;
        }
        for (key, value) in &mut whole {
            match (value, part.get(key)?) {
                (Value::Array(items), Value::Array(more)) if share_nothing(items, more) => {
                    items.extend(more.iter().cloned());
                }
                (value, same) if value == same && !value.is_array() => {}
                _ => return None,
            }
        }
    }
    Some(Value::Object(whole))
}

/// True if no item stands in both lists; hashed, because either may be as long as the answer.
fn share_nothing(items: &[Value], more: &[Value]) -> bool {
    let items: HashSet<&Value> = items.iter().collect();
    !more.iter().any(|item| items.contains(item))
}

fn have_same_keys(one: &Candidate, other: &Candidate) -> bool {
    keys(&one.value).is_some_and(|keys_of_one| Some(keys_of_one) == keys(&other.value))
}

fn keys(value: &Value) -> Option<Vec<&String>> {
    let mut keys: Vec<&String> = value.as_object()?.keys().collect();
    keys.sort_unstable();
    Some(keys)
}
