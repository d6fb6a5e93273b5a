//! Whole texts: what is written is valid, rests on the text, and is the same every time.

use std::sync::Arc;

use super::{Analysis, Error, write};
use crate::content::{self, Evidence, Frame, Kind, Material, Request};
use crate::source::Source;

const VOLCANOES: &str = include_str!("test_texts/volcanoes.md");
const VOLCANES: &str = include_str!("test_texts/volcanes.md");

fn analysis(text: &str) -> Result<(Analysis, Request), Error> {
    let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
    let analysis = Analysis::of(Arc::new(Source::read(text).unwrap()), &request)?;
    Ok((analysis, request))
}

fn package(text: &str, kinds: &[Kind]) -> Vec<Material> {
    let (analysis, request) = analysis(text).unwrap();
    let anchor = |evidence: &Evidence| analysis.source().anchor(&evidence.quote);
    let language = analysis.language_code();
    let frame = Frame { request: &request, outline: None, language, anchor: &anchor };
    let outline = content::finish(write(Kind::Outline, &analysis, None).unwrap(), &frame).unwrap();
    assert_eq!(outline.unanchored, vec![]);
    let frame = Frame { outline: outline.material.as_outline(), ..frame };
    let mut made = vec![outline.material.clone()];
    for kind in kinds {
        let piece = write(*kind, &analysis, outline.material.as_outline()).unwrap();
        let finished = content::finish(piece, &frame).unwrap();
        assert_eq!(finished.unanchored, vec![], "{kind}");
        made.push(finished.material);
    }
    made
}

#[test]
fn what_is_written_is_valid_and_rests_on_the_text() {
    for text in [VOLCANOES, VOLCANES] {
        for material in package(text, &[Kind::Faqs, Kind::Flashcards]) {
            let document = material.document("en");
            let bare: Vec<&str> = document
                .blocks
                .iter()
                .filter(|block| block.path.contains("/items/") || block.path.contains("objectives/"))
                .filter(|block| block.evidence.is_empty())
                .map(|block| block.path.as_str())
                .collect();
            assert_eq!(bare, Vec::<&str>::new(), "{}", material.kind());
        }
    }
}

#[test]
fn the_same_text_gives_the_same_package() {
    let kinds = [Kind::Faqs, Kind::Flashcards];
    assert_eq!(package(VOLCANOES, &kinds), package(VOLCANOES, &kinds));
}

#[test]
fn every_objective_is_served_by_a_section_and_by_a_question_or_card() {
    for text in [VOLCANOES, VOLCANES] {
        let made = package(text, &[Kind::Faqs, Kind::Flashcards]);
        let outline = made[0].as_outline().unwrap();
        let asked: Vec<u32> = made[1..]
            .iter()
            .flat_map(|piece| piece.document("en").blocks)
            .flat_map(|block| block.objectives)
            .collect();
        for objective in &outline.learning_objectives {
            assert!(outline.sections.iter().any(|section| section.objectives.contains(&objective.number)));
            assert!(asked.contains(&objective.number), "{}", objective.text);
        }
    }
}

#[test]
fn objectives_begin_with_a_verb_of_their_level() {
    for (text, language) in [(VOLCANOES, "en"), (VOLCANES, "es")] {
        let outline = package(text, &[]).remove(0);
        for objective in &outline.as_outline().unwrap().learning_objectives {
            let verb = objective.text.split(' ').next().unwrap();
            let levels = crate::language::language(language).levels_of_verb(verb);
            assert!(levels.contains(&objective.level), "{}", objective.text);
        }
    }
}

#[test]
fn durations_add_up() {
    let outline = package(VOLCANOES, &[]).remove(0);
    let outline = outline.as_outline().unwrap();
    let sum: f64 = outline.sections.iter().filter_map(|section| section.estimated_duration_minutes).sum();
    assert_eq!(outline.estimated_total_duration, Some(sum));
}

#[test]
fn another_language_than_the_texts_is_refused() {
    let request =
        Request::parse(&serde_json::json!({ "syllabus_text": VOLCANOES, "language": "fr" })).unwrap();
    let refused = Analysis::of(Arc::new(Source::read(VOLCANOES).unwrap()), &request).err();
    assert_eq!(refused, Some(Error::CannotTranslate { text: "en".to_owned(), wanted: "fr".to_owned() }));
}

#[test]
fn a_thin_text_is_refused() {
    let text = "# Volcanoes\n\nA volcano is an opening in the crust of a planet. Some volcanoes erupt often.";
    assert!(matches!(analysis(text).err(), Some(Error::SourceTooThin { .. })));
}

#[test]
fn hostile_texts_are_refused_or_written_but_never_break() {
    let texts = [
        "word ".repeat(3000),
        "word. ".repeat(3000),
        "a".repeat(5000),
        "EVERYTHING IS SHOUTED IN THIS TEXT AND IT GOES ON. ".repeat(60),
        "🌋🔥 🌍 ".repeat(500),
        "- one item\n- another item\n".repeat(200),
        "The cell is the cell is the cell, a cell, which is a cell, called the cell. ".repeat(80),
        "«¿Qué? “¡No!” (sí) [1] {x} <b> `c` $d$ \\frac{1}{2}». ".repeat(100),
        "e\u{301}\u{301}\u{301}\u{200d}x ".repeat(500),
        "这是一个关于火山的句子，它说明岩浆如何上升到地表。".repeat(80),
        ", which is , a , because . When , . ".repeat(100),
    ];
    for text in texts {
        let Ok((analysis, _)) = analysis(&text) else { continue };
        if let Ok(content::Piece::Outline(outline)) = write(Kind::Outline, &analysis, None) {
            for kind in Kind::PIECES {
                let _ = write(kind, &analysis, Some(&outline));
            }
        }
    }
}
