//! Decides which of several values in one text counts: by the words between them, by the schema, at last by what
//! stands out. Where neither tells, none does. The values are found in `candidates.rs`.

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
const CORRECTION_WORDS: [&str; 16] = [
    "final",
    "revised",
    "corrected",
    "correction",
    "improved",
    "updated",
    "instead",
    "fixed",
    "better",
    "rewrite",
    "rewritten",
    "version",
    "wait",
    "actually",
    "again",
    "second draft",
];
/// Words that say that what follows does not count.
const REJECTION_WORDS: [&str; 14] = [
    "reject",
    "discard",
    "dismiss",
    "unused",
    "did not use",
    "do not use",
    "don't use",
    "not the final",
    "worse",
    "for comparison",
    "earlier",
    "previous",
    "old ",
    "alternative",
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
    if replaces(text, found) {
        return Choice::LastOfDrafts(last);
    }
    if let Some(value) = joined(text, found) {
        let fits = schema.is_none_or(|schema| schema.fits(&value));
        return if fits { Choice::Joined(value) } else { Choice::Open };
    }
    if let Some(schema) = schema {
        let fits = |(index, candidate): (usize, &Candidate)| {
            (!candidate.is_cut && schema.fits(&candidate.value)).then_some(index)
        };
        let mut fitting = found.iter().enumerate().filter_map(fits);
        match (fitting.next(), fitting.next()) {
            (Some(one), None) => return Choice::LastOfDrafts(one),
            (Some(_), Some(_)) => return Choice::Open,
            (None, _) => {}
        }
    }
    if let Some(index) = only_fenced(text, found) {
        return Choice::One(index);
    }
    largest(found).map_or(Choice::Open, Choice::One)
}

/// The words between each value and the next, the last pair first.
fn words_between<'a>(text: &'a str, found: &'a [Candidate]) -> impl Iterator<Item = String> + 'a {
    found.windows(2).rev().filter_map(|pair| {
        let (before, behind) = (pair.first()?, pair.last()?);
        Some(text.get(before.end..behind.start)?.to_lowercase())
    })
}

fn says(words: &str, any_of: &[&str]) -> bool {
    any_of.iter().any(|word| words.contains(word))
}

/// True if the last value has the keys of the one before it and the words between say that it replaces it.
fn replaces(text: &str, found: &[Candidate]) -> bool {
    let mut newest_first = found.iter().rev();
    let (Some(newest), Some(before)) = (newest_first.next(), newest_first.next()) else { return false };
    let Some(words) = words_between(text, found).next() else { return false };
    let first = found.first().map_or(0, |first| first.start);
    let lead = text.get(..first).unwrap_or_default().to_lowercase();
    let was_final = lead.contains("final") && !words.contains("final");
    have_same_keys(newest, before)
        && says(&words, &CORRECTION_WORDS)
        && !says(&words, &REJECTION_WORDS)
        && !was_final
}

/// Joins values that the words between them call the parts of one: same keys, and all that differs is lists
/// without a common item.
fn joined(text: &str, found: &[Candidate]) -> Option<Value> {
    let are_parts =
        words_between(text, found).all(|words| says(&words, &PART_WORDS) && !says(&words, &REJECTION_WORDS));
    if !are_parts || found.iter().any(|candidate| candidate.is_cut) {
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
                (Value::Array(items), Value::Array(more))
                    if !more.iter().any(|item| items.contains(item)) =>
                {
                    items.extend(more.iter().cloned());
                }
                (value, same) if value == same && !value.is_array() => {}
                _ => return None,
            }
        }
    }
    Some(Value::Object(whole))
}

/// Finds the one candidate that opens a fence, if its keys are unlike those of all others.
fn only_fenced(text: &str, found: &[Candidate]) -> Option<usize> {
    let is_fenced = |candidate: &Candidate| surroundings::opens_fence(text, candidate.start);
    let index = found.iter().position(is_fenced)?;
    let fenced = found.get(index)?;
    let stands_out = found.iter().enumerate().all(|(other, candidate)| {
        other == index || (!is_fenced(candidate) && keys(&candidate.value) != keys(&fenced.value))
    });
    (stands_out && !fenced.is_cut).then_some(index)
}

/// Finds the candidate that is four times as long as all others together, if its keys are unlike theirs: what
/// has the same keys may be what replaced it.
fn largest(found: &[Candidate]) -> Option<usize> {
    let sizes: Vec<usize> = found.iter().map(|candidate| candidate.end - candidate.start).collect();
    let all: usize = sizes.iter().sum();
    let (index, largest) = sizes.iter().copied().enumerate().max_by_key(|(_, size)| *size)?;
    let one = found.get(index)?;
    let stands_out =
        found.iter().enumerate().all(|(other, candidate)| other == index || !have_same_keys(candidate, one));
    (stands_out && !one.is_cut && largest >= 4 * (all - largest)).then_some(index)
}

fn have_same_keys(one: &Candidate, other: &Candidate) -> bool {
    keys(&one.value).is_some_and(|keys_of_one| Some(keys_of_one) == keys(&other.value))
}

fn keys(value: &Value) -> Option<Vec<&String>> {
    let mut keys: Vec<&String> = value.as_object()?.keys().collect();
    keys.sort_unstable();
    Some(keys)
}
