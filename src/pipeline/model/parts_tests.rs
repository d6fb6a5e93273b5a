//! Parts that came short, broke off, or came in another order than was planned.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::answers::{Library, Said};
use super::tests::{is_repair, material, text_of, written};
use super::*;
use crate::content::{Piece, samples};
use crate::llm::Prompt;

/// A list whose answer breaks off in the item of that number, from 0.
fn cut_in(good: &Value, field: &str, item: usize) -> String {
    let text = good.to_string();
    let (place, _) = text.match_indices(&format!("\"{field}\":")).nth(item).unwrap();
    text.get(..place + field.len() + 10).unwrap().to_owned()
}

#[tokio::test]
async fn of_a_list_that_breaks_off_the_finished_items_are_kept_and_the_others_asked_for() {
    let cut: fn(String) -> Said = Said::Cut;
    for (fan_out, ending) in [
        (FanOut::Piece, cut),
        // Complete, says the model, and is not.
        (FanOut::Piece, Said::Whole),
        (FanOut::Auto, cut),
    ] {
        let (library, kept) = (Library::default(), Arc::new(Mutex::new(Vec::new())));
        let terms = Arc::clone(&kept);
        let door = library.spoilt(move |number, _, good| {
            if number > 0 {
                return Said::Whole(good.to_string());
            }
            let items = good["items"].as_array().unwrap().iter().take(3);
            terms.lock().unwrap().extend(items.map(|item| item["term"].as_str().unwrap().to_owned()));
            ending(cut_in(&good, "term", 3))
        });
        let written = written(Kind::Flashcards, door, fan_out).await;
        let repairs: Vec<Prompt> = library.asked().into_iter().filter(is_repair).collect();
        assert_eq!(repairs.len(), 1, "nothing else is asked for twice");
        assert!(text_of(&repairs[0]).contains("`/items/-`"));
        let Piece::Flashcards(cards) = material(written).piece().clone() else { panic!("another kind") };
        let kept = kept.lock().unwrap().clone();
        assert!(kept.iter().all(|term| cards.items.iter().any(|card| card.term == *term)), "{kept:?}");
        assert!(
            cards.items.iter().all(|card| card.term.chars().count() > 5),
            "the item that broke off is gone"
        );
        assert!(cards.items.len() >= 10);
    }
}

#[tokio::test]
async fn a_batch_that_brings_less_than_planned_is_asked_for_the_rest_once() {
    let library = Library::default();
    let door = library.spoilt(|_, prompt, mut good| {
        match is_repair(prompt) {
            true => good["place_1"].as_array_mut().unwrap().truncate(1),
            false if text_of(prompt).contains("\nyours: 1. ") => {
                good["items"].as_array_mut().unwrap().truncate(1);
            }
            false => {}
        }
        Said::Whole(good.to_string())
    });
    let written = written(Kind::Faqs, door, FanOut::Auto).await;
    let repairs: Vec<Prompt> = library.asked().into_iter().filter(is_repair).collect();
    assert_eq!(repairs.len(), 1, "what the kind does not demand is missed once");
    let asked = text_of(&repairs[0]);
    assert!(asked.contains("`/items/-`") && asked.contains("of 10 items that were planned"), "{asked}");
    assert_eq!(material(written).kind(), Kind::Faqs);
}

#[tokio::test]
async fn sections_in_another_order_come_into_the_outlines_under_its_titles() {
    let titles: Vec<String> =
        samples::outline().sections.iter().map(|section| section.title.clone()).collect();
    for (kind, list, field) in [
        (Kind::DetailedReadingMaterial, "sections", "title"),
        (Kind::StudyGuide, "detailed_sections", "heading"),
    ] {
        let (library, said) = (Library::default(), titles.clone());
        let door = library.spoilt(move |number, prompt, mut good| {
            if number == 0 {
                assert!(text_of(prompt).contains("title"));
            }
            for (entry, title) in good[list].as_array_mut().unwrap().iter_mut().zip(said.iter().rev()) {
                entry[field] = json!(title.to_uppercase());
                entry["content"] =
                    json!(format!("{title} is what this is on. {}", entry["content"].as_str().unwrap()));
            }
            Said::Whole(good.to_string())
        });
        let written = written(kind, door, FanOut::Piece).await;
        assert_eq!(library.asked().len(), 1, "{kind}");
        let piece = serde_json::to_value(material(written)).unwrap();
        for (entry, title) in piece[list].as_array().unwrap().iter().zip(&titles) {
            assert_eq!(entry[field], json!(title), "{kind}");
            assert!(entry["content"].as_str().unwrap().starts_with(title), "{kind}: {entry}");
        }
    }
}

#[tokio::test]
async fn a_section_on_something_else_is_asked_for_again_and_no_other() {
    let library = Library::default();
    let door = library.spoilt(|number, _, mut good| {
        if number > 0 {
            let own = good["place_1"]["content"].as_str().unwrap();
            good["place_1"]["content"] = json!(format!("Membranes are what this is on. {own}"));
            return Said::Whole(good.to_string());
        }
        let titles = [
            "Building sugar from carbon",
            "Bananas and their history",
            "Leaves and their supplies",
            "Plants and the climate",
        ];
        for (entry, title) in good["sections"].as_array_mut().unwrap().iter_mut().zip(titles) {
            entry["title"] = json!(title);
        }
        Said::Whole(good.to_string())
    });
    let written = written(Kind::DetailedReadingMaterial, door, FanOut::Piece).await;
    let asked = library.asked();
    assert_eq!(asked.len(), 2);
    let repair = text_of(&asked[1]);
    assert!(is_repair(&asked[1]) && repair.contains("`/sections/1`") && !repair.contains("place_2"));
    assert!(repair.contains("is to treat section 2 of the outline, under its title"));
    let Piece::DetailedReadingMaterial(reading) = material(written).piece().clone() else {
        panic!("another")
    };
    let titles: Vec<&str> = reading.sections.iter().map(|section| section.title.as_str()).collect();
    assert_eq!(
        titles,
        samples::outline().sections.iter().map(|section| section.title.as_str()).collect::<Vec<_>>()
    );
    assert!(reading.sections[1].content.starts_with("Membranes"));
}
