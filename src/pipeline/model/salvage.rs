//! Takes out of a draft what stayed invalid however often it was asked for, so that the rest, which is
//! valid and paid for, need not go with it. Pure.

use std::collections::BTreeSet;

use serde_json::Value;

use super::left_out::{LeftOut, Seam};
use super::mend::OPEN_LISTS;
use crate::content::{Kind, Violation};

/// Fields of an entry that it can be without.
const OPTIONAL: [&str; 4] = ["quote", "evidence", "objectives", "category"];

/// Something that can be taken out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    /// A field of the entry at that pointer, or of the whole draft where it is empty.
    Field(String, String),
    /// An item of a list.
    Item(String, usize),
}

/// Takes out what the violations lie in, and says what went. `None` if one of them lies in something
/// that the piece cannot be without; the draft is unchanged then.
pub(super) fn without(kind: Kind, draft: &mut Value, violations: &[Violation]) -> Option<Vec<LeftOut>> {
    let pieces = violations.iter().map(|violation| piece(kind, draft, &violation.path));
    let pieces = pieces.collect::<Option<BTreeSet<Piece>>>().filter(|pieces| !pieces.is_empty())?;
    let (fields, items): (Vec<Piece>, Vec<Piece>) =
        pieces.into_iter().partition(|piece| matches!(piece, Piece::Field(..)));
    let moved: Vec<Option<String>> = fields.iter().map(|field| field.place_without(&items)).collect();
    let mut left_out = Vec::new();
    for (field, moved) in fields.into_iter().zip(moved) {
        let LeftOut { seam, message, .. } = take_out(draft, field);
        left_out.extend(moved.map(|path| LeftOut { seam, path, message }));
    }
    // The highest index first, so that none moves before its turn.
    left_out.extend(items.into_iter().rev().map(|item| take_out(draft, item)));
    Some(left_out)
}

impl Piece {
    /// Returns where the entry stands once those items are gone; `None` if it is one of them.
    fn place_without(&self, items: &[Piece]) -> Option<String> {
        let Piece::Field(entry, _) = self else { return None };
        let mut steps: Vec<String> = entry.split('/').map(str::to_owned).collect();
        let place = steps.get(1).cloned().zip(steps.get(2).and_then(|index| index.parse::<usize>().ok()));
        let Some((list, index)) = place else { return Some(entry.clone()) };
        let mut before = 0;
        for item in items {
            match item {
                Piece::Item(of, gone) if *of == list && *gone == index => return None,
                Piece::Item(of, gone) if *of == list && *gone < index => before += 1,
                Piece::Item(..) | Piece::Field(..) => {}
            }
        }
        if let Some(step) = steps.get_mut(2) {
            *step = (index - before).to_string();
        }
        Some(steps.join("/"))
    }
}

/// Finds the smallest thing around a place that can be missed.
fn piece(kind: Kind, draft: &Value, path: &str) -> Option<Piece> {
    let steps: Vec<&str> = path.split('/').skip(1).collect();
    let optional = steps.iter().position(|step| OPTIONAL.contains(step));
    if let Some(index) = optional {
        let entry: String = steps.iter().take(index).map(|step| format!("/{step}")).collect();
        let name = steps.get(index).copied().unwrap_or_default();
        // A violation of a quote is told of the evidence that it became.
        let name = if name == "evidence" { "quote" } else { name };
        let is_there = draft.pointer(&entry).is_some_and(|entry| entry.get(name).is_some());
        // Sections of an outline and what serves them are named by other pieces.
        if is_there && !(kind == Kind::Outline && name == "objectives") {
            return Some(Piece::Field(entry, name.to_owned()));
        }
    }
    let [list, index, ..] = steps.as_slice() else { return None };
    let index: usize = index.parse().ok()?;
    let is_there = draft.get(list).and_then(|list| list.get(index)).is_some();
    (OPEN_LISTS.contains(list) && is_there).then(|| Piece::Item((*list).to_owned(), index))
}

fn take_out(draft: &mut Value, piece: Piece) -> LeftOut {
    match piece {
        Piece::Field(entry, name) => {
            if let Some(fields) = draft.pointer_mut(&entry).and_then(Value::as_object_mut) {
                fields.shift_remove(&name);
            }
            let message = format!("`{name}` was left out: it stayed invalid");
            LeftOut::new(Seam::Invalid, entry, message)
        }
        Piece::Item(list, index) => {
            if let Some(items) = draft.get_mut(&list).and_then(Value::as_array_mut)
                && index < items.len()
            {
                items.remove(index);
            }
            let message = "an item was left out: it stayed invalid".to_owned();
            LeftOut::new(Seam::Invalid, format!("/{list}"), message)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(left_out: &[LeftOut]) -> Vec<&str> {
        left_out.iter().map(|each| each.path.as_str()).collect()
    }

    #[test]
    fn items_and_optional_fields_go_and_the_rest_stays_in_its_order() {
        let mut draft = json!({ "title": "t", "items": [
            { "question": "a" }, { "question": "b" }, { "question": "c" }, { "question": "d", "objectives": [99] },
        ]});
        let violations = [
            Violation::new("/items/1/answer", "is missing"),
            Violation::new("/items/3/objectives/0", "names no objective"),
            Violation::new("/items/2/question", "does not end in ?"),
            Violation::new("/items/2/answer", "is missing"),
        ];
        let left_out = without(Kind::Faqs, &mut draft, &violations).unwrap();
        assert_eq!(paths(&left_out), ["/items/1", "/items", "/items"]);
        assert_eq!(draft, json!({ "title": "t", "items": [{ "question": "a" }, { "question": "d" }] }));
    }

    #[test]
    fn what_a_piece_cannot_be_without_is_not_taken_out() {
        let draft = json!({ "overview": "short", "items": [{ "question": "a" }], "sections": [{ "objectives": [9] }] });
        for (kind, path) in [
            (Kind::StudyGuide, "/overview"),
            (Kind::DetailedReadingMaterial, "/sections/0/content"),
            (Kind::Faqs, "/items"),
            (Kind::Faqs, "/items/7/answer"),
            (Kind::Faqs, ""),
            (Kind::Outline, "/sections/0/objectives/0"),
        ] {
            let mut tried = draft.clone();
            assert_eq!(without(kind, &mut tried, &[Violation::new(path, "x")]), None, "{kind} {path}");
            assert_eq!(tried, draft);
        }
        assert_eq!(without(Kind::Faqs, &mut draft.clone(), &[]), None);
    }
}
