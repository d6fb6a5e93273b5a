//! Entries that treat the sections of the outline one by one: each under its section's title, in the
//! outline's order. Titles are set by code; those that a writer gave tell which section an entry treats.
//! Pure.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::content::{Kind, schema};
use crate::quality::{Trigrams, plain};

/// Share of common character trigrams from which two titles name the same section.
const SAME: f64 = 0.6;

/// The list of a kind that treats the sections one by one, the field of its entries that names the
/// section, and where the draft's schema tells its limits.
const fn place(kind: Kind) -> Option<(&'static str, &'static str, &'static str)> {
    match kind {
        Kind::DetailedReadingMaterial => {
            Some(("sections", "title", "/$defs/ReadingSection/properties/title/minLength"))
        }
        Kind::StudyGuide => {
            Some(("detailed_sections", "heading", "/$defs/DetailedSection/properties/heading/minLength"))
        }
        Kind::Outline
        | Kind::PodcastScript
        | Kind::OnePagerSummary
        | Kind::Faqs
        | Kind::Flashcards
        | Kind::ReadingGuideQuestions => None,
    }
}

/// Returns the list of a kind whose entries treat the sections one by one.
pub(super) fn list(kind: Kind) -> Option<&'static str> {
    place(kind).map(|(list, ..)| list)
}

/// Puts entries whose titles name those sections into the order of the sections, the others where there is
/// room. Returns the places of entries that name none or one that another names, where the rest shows that
/// the writer kept to the titles; where no title names any, all were put in other words, and their order has
/// to be trusted.
pub(super) fn arrange(kind: Kind, titles: &[&str], draft: &mut Value) -> Vec<usize> {
    let Some((list, field, _)) = place(kind) else { return Vec::new() };
    let mut named = named(titles, entries(draft, list), field);
    if titles.len() < 2 || named.len() != titles.len() || named.iter().all(Option::is_none) {
        return Vec::new();
    }
    let mut taken = BTreeSet::new();
    for section in &mut named {
        *section = section.filter(|section| taken.insert(*section));
    }
    let strays: Vec<usize> = (0..titles.len()).filter(|section| !taken.contains(section)).collect();
    let mut free = strays.iter();
    let placed = named.iter().map(|section| section.or_else(|| free.next().copied()));
    let places: Vec<Option<usize>> = placed.collect();
    if let Some(entries) = draft.get_mut(list).and_then(Value::as_array_mut) {
        let mut numbered: Vec<(Option<usize>, Value)> = places.into_iter().zip(entries.drain(..)).collect();
        numbered.sort_by_key(|(section, _)| *section);
        entries.extend(numbered.into_iter().map(|(_, entry)| entry));
    }
    strays
}

/// Gives every entry the title of its section, where there is one for each. A title that is too short for
/// the kind stays as the writer filled it up.
pub(super) fn set(kind: Kind, titles: &[&str], draft: &mut Value) {
    let Some((list, field, limit)) = place(kind) else { return };
    let Some(entries) = draft.get_mut(list).and_then(Value::as_array_mut) else { return };
    if entries.len() != titles.len() {
        return;
    }
    let least = schema::draft(kind).pointer(limit).and_then(Value::as_u64).unwrap_or(0);
    for (entry, title) in entries.iter_mut().zip(titles) {
        let is_long_enough = u64::try_from(title.chars().count()).is_ok_and(|characters| characters >= least);
        if let Some(entry) = entry.as_object_mut().filter(|_| is_long_enough) {
            entry.insert(field.to_owned(), Value::from(*title));
        }
    }
}

fn entries<'a>(draft: &'a Value, list: &str) -> &'a [Value] {
    draft.get(list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Finds which of the sections each entry names.
fn named(titles: &[&str], entries: &[Value], field: &str) -> Vec<Option<usize>> {
    let known: Vec<(String, Trigrams)> =
        titles.iter().map(|title| (plain(title), Trigrams::of(title))).collect();
    let name = |entry: &Value| {
        let title = entry.get(field)?.as_str()?;
        let (words, grams) = (plain(title), Trigrams::of(title));
        let is_it =
            |own: &str| words == own || words.strip_prefix(own).is_some_and(|rest| rest.starts_with(' '));
        let exactly = known.iter().position(|(own, _)| is_it(own));
        exactly.or_else(|| {
            let likeness = |index: usize| known.get(index).map_or(0.0, |(_, own)| own.likeness(&grams));
            let best = (0..known.len()).max_by(|one, other| likeness(*one).total_cmp(&likeness(*other)))?;
            (likeness(best) >= SAME).then_some(best)
        })
    };
    entries.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TITLES: [&str; 3] = ["Leaves and their supplies", "Catching light in membranes", "Sugar"];
    const KIND: Kind = Kind::DetailedReadingMaterial;

    fn reading(titles: &[&str]) -> Value {
        let sections: Vec<Value> =
            titles.iter().map(|title| json!({ "title": title, "content": title })).collect();
        json!({ "sections": sections })
    }

    fn of(draft: &Value, field: &str) -> Vec<String> {
        entries(draft, "sections").iter().map(|entry| entry[field].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn entries_in_another_order_come_into_the_outlines_with_its_titles() {
        let mut draft =
            reading(&["Sugar: from carbon", "leaves, and their supplies", "2. Catching light in membranes"]);
        assert!(arrange(KIND, &TITLES, &mut draft).is_empty());
        set(KIND, &TITLES, &mut draft);
        assert_eq!(
            of(&draft, "content"),
            ["leaves, and their supplies", "2. Catching light in membranes", "Sugar: from carbon"]
        );
        // A title of fewer characters than a reading's needs is filled up by the writer.
        assert_eq!(of(&draft, "title"), [TITLES[0], TITLES[1], "Sugar: from carbon"]);
    }

    #[test]
    fn an_entry_on_something_else_or_on_the_same_section_is_told_of() {
        let mut strange = reading(&["Sugar", "Bananas and their history", "Leaves and their supplies"]);
        assert_eq!(arrange(KIND, &TITLES, &mut strange), [1]);
        let order = ["Leaves and their supplies", "Bananas and their history", "Sugar"];
        assert_eq!(of(&strange, "content"), order);
        let mut twice = reading(&["Sugar", "Sugar", "Catching light in membranes"]);
        assert_eq!(arrange(KIND, &TITLES, &mut twice), [0]);
        assert_eq!(of(&twice, "content"), ["Sugar", "Catching light in membranes", "Sugar"]);
    }

    #[test]
    fn titles_in_other_words_are_taken_in_their_order() {
        let mut draft = reading(&["What foliage lives on", "How rays are caught", "The making of sweetness"]);
        let before = draft.clone();
        assert!(arrange(KIND, &TITLES, &mut draft).is_empty());
        assert_eq!(draft, before);
        set(KIND, &TITLES, &mut draft);
        assert_eq!(of(&draft, "title"), [TITLES[0], TITLES[1], "The making of sweetness"]);
    }

    #[test]
    fn a_guide_bears_the_titles_as_headings_and_other_kinds_none() {
        let mut guide =
            json!({ "detailed_sections": [{ "heading": "a" }, { "heading": "b" }, { "heading": "c" }] });
        set(Kind::StudyGuide, &TITLES, &mut guide);
        assert_eq!(guide["detailed_sections"][2]["heading"], "Sugar");
        let mut outline = reading(&["a", "b", "c"]);
        let before = outline.clone();
        set(Kind::Outline, &TITLES, &mut outline);
        arrange(Kind::Outline, &TITLES, &mut outline);
        assert_eq!(outline, before);
    }
}
