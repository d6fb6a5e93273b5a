//! Outlines of the examples, read as a teacher would: objectives that say what is learnt, an overview
//! that runs on, titles that tell.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Analysis;
use crate::content::{Kind, Outline, Piece, Request};
use crate::source::Source;

const PHOTOSYNTHESIS: &str = include_str!("../../examples/photosynthesis.md");
const PRINTING: &str = include_str!("../../examples/printing-press.md");
const MARKETS: &str = include_str!("../../examples/supply-and-demand.md");
const WATER: &str = include_str!("../../examples/el-ciclo-del-agua.md");
const VOLCANOES: &str = include_str!("../../tests/fixtures/texts/messy-handout.txt");

fn outline(text: &str) -> Outline {
    let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
    let analysis = Analysis::of(Arc::new(Source::read(text).unwrap()), &request).unwrap();
    match super::write(Kind::Outline, &analysis, None).unwrap() {
        Piece::Outline(outline) => outline,
        other => panic!("{other:?}"),
    }
}

#[test]
fn titles_that_say_what_is_learnt_make_objectives() {
    for (text, objective) in [
        (PHOTOSYNTHESIS, "what limits photosynthesis"),
        (PHOTOSYNTHESIS, "Explain why photosynthesis matters"),
        (PHOTOSYNTHESIS, "of the light-dependent reactions"),
        (PRINTING, "how historians judge the printing press"),
        (PRINTING, "books before printing"),
        (PRINTING, "the spread of the press"),
        (MARKETS, "Describe what happens when governments set prices"),
        (WATER, "Explicar dónde está el agua de la Tierra"),
        (WATER, "sobre la precipitación"),
        (VOLCANOES, "why some eruptions are violent"),
    ] {
        let found: Vec<String> =
            outline(text).learning_objectives.into_iter().map(|objective| objective.text).collect();
        assert!(found.iter().any(|text| text.contains(objective)), "{objective}: {found:#?}");
    }
}

#[test]
fn objectives_vary_in_verb_and_level_and_point_at_nothing_outside() {
    for text in [PHOTOSYNTHESIS, PRINTING, MARKETS, WATER, VOLCANOES] {
        let objectives = outline(text).learning_objectives;
        let mut verbs: BTreeMap<String, usize> = BTreeMap::new();
        let mut levels: Vec<_> = objectives.iter().map(|objective| objective.level).collect();
        levels.dedup();
        assert!(levels.len() >= 2, "{objectives:#?}");
        for objective in &objectives {
            let words: Vec<&str> = objective.text.split([' ', ',']).collect();
            *verbs.entry(words[0].to_owned()).or_default() += 1;
            assert!((6..=25).contains(&objective.text.split_whitespace().count()), "{}", objective.text);
            let pointing = ["them", "this", "these", "ellos", "ello"];
            assert!(!words.iter().any(|word| pointing.contains(word)), "{}", objective.text);
        }
        assert!(verbs.values().all(|count| *count <= 2), "{verbs:?}");
    }
}

#[test]
fn the_overview_is_the_texts_own_opening() {
    for (text, begins) in [
        (PRINTING, "In the middle of the fifteenth century, a goldsmith"),
        (MARKETS, "Demand describes how buyers respond to prices"),
        (VOLCANOES, "A volcano is an opening in the Earth's crust"),
    ] {
        let overview = outline(text).overview;
        assert!(overview.starts_with(begins), "{overview}");
    }
}

#[test]
fn a_running_head_titles_nothing_and_a_closing_heading_stands_as_it_is() {
    let volcanoes = outline(VOLCANOES);
    assert_eq!(volcanoes.title, "Volcanoes and their eruptions");
    assert!(volcanoes.sections.iter().all(|section| !section.title.starts_with("Table")));
    assert_eq!(outline(WATER).sections.last().unwrap().title, "Ideas para recordar");
}
