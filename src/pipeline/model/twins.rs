//! Items of a list that say the same, because several writers wrote it side by side. Of two the later goes.
//! What differs in a number, a negation or a word of the subject is never the same: "supply" and "demand"
//! are asked about in the same words, and both must be learned. Pure.

use std::collections::BTreeSet;

use serde_json::Value;

use super::left_out::{LeftOut, Seam};
use super::plan::item_limits;
use super::seams::list_mut;
use crate::content::Kind;
use crate::language::{self, Lexicon, Stemmer};
use crate::quality::{Trigrams, with_signs};

/// Share of common character trigrams from which two answers are alike; the bound that the checks of
/// finished cards use.
const SAME: f64 = 0.6;

/// The words of a language that tell two items apart, or do not.
struct Words {
    lexicon: &'static Lexicon,
    stemmer: Stemmer,
    negations: &'static [&'static str],
}

/// What an item is told apart by.
struct Item {
    /// The stems of what it asks or names, without articles.
    named: Vec<String>,
    /// The same words as they stand there.
    words: BTreeSet<String>,
    /// Its other text, if it has one.
    answer: String,
    grams: Trigrams,
    /// Place in the list that is kept.
    index: usize,
}

/// Leaves out items that say what an earlier one says, and what is more than the list may hold. The first
/// field is what an item asks or names, the second its answer.
pub(super) fn without_twins(
    kind: Kind,
    language: &str,
    draft: &mut Value,
    (list, fields): (&str, &[&str]),
) -> Vec<LeftOut> {
    let words = Words::of(language);
    let Some(items) = list_mut(draft, list) else { return Vec::new() };
    let mut left_out = Vec::new();
    let mut known: Vec<Item> = Vec::new();
    let mut index = 0;
    items.retain(|item| {
        let item = words.item(item, fields, index);
        let twin = known.iter().find(|other| words.are_twins(other, &item)).map(|twin| twin.index);
        if let Some(twin) = twin {
            let message = format!("an item was left out: it says the same as item {}", twin + 1);
            left_out.push(LeftOut::new(Seam::Twin, format!("/{list}"), message));
        } else {
            index += 1;
            known.push(item);
        }
        twin.is_none()
    });
    let most = item_limits(kind, list).1;
    if items.len() > most {
        let message = format!("{} items were left out: the list holds at most {most}", items.len() - most);
        left_out.push(LeftOut::new(Seam::TooMany, format!("/{list}"), message));
        items.truncate(most);
    }
    left_out
}

impl Words {
    fn of(language: &str) -> Words {
        let tables = language::language(language);
        Words { lexicon: tables.lexicon(), stemmer: tables.stemmer(), negations: negations(language) }
    }

    fn item(&self, item: &Value, fields: &[&str], index: usize) -> Item {
        let mut texts =
            fields.iter().map(|field| item.get(field).and_then(Value::as_str).unwrap_or_default());
        let name = with_signs(texts.next().unwrap_or_default());
        let told: Vec<&str> = name.split(' ').filter(|word| !self.is_article(word)).collect();
        let answer = with_signs(&texts.collect::<Vec<_>>().join(" "));
        Item {
            named: told.iter().map(|word| self.stemmer.stem(word)).filter(|stem| !stem.is_empty()).collect(),
            words: told.iter().map(|word| (*word).to_owned()).collect(),
            grams: Trigrams::of(&answer),
            answer,
            index,
        }
    }

    fn is_article(&self, word: &str) -> bool {
        self.lexicon.definite.contains(word) || self.lexicon.indefinite.contains(word)
    }

    /// Whether two items ask or name the same, or one names it more closely and the answers are alike.
    fn are_twins(&self, one: &Item, other: &Item) -> bool {
        if one.named.is_empty() || one.named == other.named {
            return !one.named.is_empty();
        }
        let more = match (one.words.is_subset(&other.words), other.words.is_subset(&one.words)) {
            (true, false) => other.words.difference(&one.words),
            (false, true) => one.words.difference(&other.words),
            _ => return false,
        };
        let mut more = more.map(String::as_str);
        more.all(|word| self.lexicon.is_content(word) && !self.distinguishes(word))
            && !one.answer.is_empty()
            && one.grams.are_alike(&other.grams, SAME)
            && self.marks(&one.answer) == self.marks(&other.answer)
    }

    /// The numbers and negations of a text, in their order.
    fn marks<'a>(&self, text: &'a str) -> Vec<&'a str> {
        text.split(' ').filter(|word| self.distinguishes(word)).collect()
    }

    fn distinguishes(&self, word: &str) -> bool {
        word.chars().any(char::is_numeric) || self.negations.contains(&word)
    }
}

/// Words that turn what is said into its opposite; none for a language that is not known here. An
/// apostrophe parts words.
fn negations(language: &str) -> &'static [&'static str] {
    match language {
        "en" => &["no", "not", "never", "none", "nothing", "cannot", "without", "neither", "nor", "t"],
        "de" => &["nicht", "kein", "keine", "keinen", "keiner", "keinem", "nie", "niemals", "ohne", "weder"],
        "fr" => &["ne", "n", "pas", "non", "jamais", "sans", "aucun", "aucune", "ni", "rien"],
        "es" => &["no", "nunca", "jamás", "sin", "ningún", "ninguna", "ninguno", "tampoco", "ni", "nada"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// How many of these questions with answers are left.
    fn left(language: &str, items: &[(&str, &str)]) -> usize {
        let items: Vec<Value> = items
            .iter()
            .map(|(question, answer)| json!({ "question": question, "answer": answer }))
            .collect();
        let mut draft = json!({ "items": items });
        without_twins(Kind::Faqs, language, &mut draft, ("items", &["question", "answer"]));
        draft["items"].as_array().unwrap().len()
    }

    #[test]
    fn of_items_that_say_the_same_the_first_stays() {
        let mut draft = json!({ "items": [
            { "question": "Why do leaves look green?", "answer": "a" },
            { "question": "why do leaves look GREEN", "answer": "b" },
            { "question": "Why do the leaves look green?", "answer": "c" },
            { "question": "How does water reach a leaf?", "answer": "d" },
        ]});
        let left_out = without_twins(Kind::Faqs, "en", &mut draft, ("items", &["question", "answer"]));
        let said: Vec<&str> = left_out.iter().map(|each| each.message.as_str()).collect();
        assert_eq!(said, ["an item was left out: it says the same as item 1"; 2]);
        assert!(left_out.iter().all(|each| each.seam == Seam::Twin && each.path == "/items"));
        let answers: Vec<&str> =
            draft["items"].as_array().unwrap().iter().map(|item| item["answer"].as_str().unwrap()).collect();
        assert_eq!(answers, ["a", "d"]);
    }

    #[test]
    fn questions_that_differ_in_what_matters_are_no_twins_however_alike_they_look() {
        let mirrored = "When the price rises, those who trade in the good change how much of it they move.";
        for (language, one, other) in [
            (
                "en",
                "What happens to supply when the price rises?",
                "What happens to demand when the price rises?",
            ),
            ("en", "How much water does a leaf of 10 cm lose?", "How much water does a leaf of 50 cm lose?"),
            ("en", "Why is light needed for this step?", "Why is light not needed for this step?"),
            ("en", "Why do leaves look green in autumn?", "When do leaves look green in autumn?"),
            ("en", "How does water move sugar in plants?", "How does sugar move water in plants?"),
            ("en", "What happens before the light reactions?", "What happens after the light reactions?"),
            ("en", "What is a pointer in C?", "What is a pointer in C++?"),
            ("de", "Warum brauchen Pflanzen hier Licht?", "Warum brauchen Pflanzen hier kein Licht?"),
            (
                "fr",
                "Pourquoi la lumière est-elle utile ici ?",
                "Pourquoi la lumière n'est-elle pas utile ici ?",
            ),
        ] {
            assert_eq!(left(language, &[(one, mirrored), (other, mirrored)]), 2, "{one} / {other}");
        }
    }

    #[test]
    fn one_that_names_the_same_more_closely_is_a_twin_where_the_answers_are_alike() {
        let (short, long) = ("What is chlorophyll?", "What is green chlorophyll?");
        let said = "It is the pigment with which leaves catch light.";
        assert_eq!(left("en", &[(short, said), (long, "The pigment with which leaves catch light.")]), 1);
        assert_eq!(left("en", &[(short, said), (long, "Algae have another kind of it than trees do.")]), 2);
        let count = |number: &str| format!("It is a pigment of which leaves hold {number} grams each.");
        assert_eq!(left("en", &[(short, &count("2")), (long, &count("7"))]), 2);
        let denied = "It is not the pigment with which leaves catch light.";
        assert_eq!(left("en", &[(short, said), (long, denied)]), 2);
    }

    #[test]
    fn cards_of_different_terms_may_be_worded_alike() {
        let card = |term: &str, what: &str| json!({ "term": term, "definition": format!("The amount of a good that {what} at each price.") });
        let mut draft = json!({ "items": [
            card("Supply", "sellers offer"), card("Demand", "buyers want"), card("Supply side", "sellers offer"),
            card("Law of supply", "sellers offer"), card("Law of demand", "sellers offer"),
        ]});
        let fields: &[&str] = &["term", "definition"];
        assert_eq!(without_twins(Kind::Flashcards, "en", &mut draft, ("items", fields)).len(), 1);
        let terms: Vec<&str> =
            draft["items"].as_array().unwrap().iter().map(|item| item["term"].as_str().unwrap()).collect();
        assert_eq!(terms, ["Supply", "Demand", "Law of supply", "Law of demand"]);
    }

    #[test]
    fn a_list_is_cut_to_what_it_may_hold() {
        let trees = [
            "ash", "beech", "cedar", "date", "elm", "fir", "gum", "holly", "ivy", "juniper", "kapok",
            "larch", "maple", "neem", "oak", "pine", "quince", "rowan", "spruce", "teak", "ume", "vine",
            "willow", "xylem", "yew", "zelkova",
        ];
        let items: Vec<Value> =
            trees.iter().map(|tree| json!({ "term": tree, "definition": tree })).collect();
        let mut draft = json!({ "items": items });
        let left_out = without_twins(Kind::Flashcards, "en", &mut draft, ("items", &["term", "definition"]));
        let said: Vec<(Seam, &str)> =
            left_out.iter().map(|each| (each.seam, each.message.as_str())).collect();
        assert_eq!(said, [(Seam::TooMany, "1 items were left out: the list holds at most 25")]);
        assert_eq!(draft["items"].as_array().unwrap().len(), 25);
    }
}
