//! Claims that hold for script, guide, one-pager, reading and reading questions alike.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Analysis, Error, write};
use crate::content::document::Body;
use crate::content::{
    self, Evidence, Frame, Kind, Material, Objective, Outline, Piece, Request, Section, Speaker,
};
use crate::source::Source;

const KINDS: [Kind; 5] = [
    Kind::PodcastScript,
    Kind::StudyGuide,
    Kind::OnePagerSummary,
    Kind::DetailedReadingMaterial,
    Kind::ReadingGuideQuestions,
];

const GLOSSARY: &str = include_str!("lessons_tests_cell.md");
const BRIDGES: &str = include_str!("lessons_tests_bridges.md");
const VACCINATION: &str = include_str!("lessons_tests_impfung.md");

struct Made {
    analysis: Analysis,
    outline: Outline,
    request: Request,
    source: Arc<Source>,
}

fn made(text: &str, extra: &[(&str, serde_json::Value)]) -> Option<Made> {
    let mut body = serde_json::json!({ "syllabus_text": text });
    for (name, value) in extra {
        body[name] = value.clone();
    }
    let request = Request::parse(&body).ok()?;
    let source = Arc::new(Source::read(text).ok()?);
    let analysis = Analysis::of(Arc::clone(&source), &request).ok()?;
    let sections = analysis.topics().iter().map(|topic| Section {
        title: topic.title.clone(),
        objectives: vec![1],
        ..Section::default()
    });
    let outline = Outline {
        title: source.title().unwrap_or("A text without a title").to_owned(),
        sections: sections.collect(),
        learning_objectives: vec![Objective::default()],
        ..Outline::default()
    };
    Some(Made { analysis, outline, request, source })
}

impl Made {
    fn write(&self, kind: Kind) -> Result<Piece, Error> {
        write(kind, &self.analysis, Some(&self.outline))
    }

    fn finish(&self, piece: Piece) -> Material {
        let anchor = |evidence: &Evidence| self.source.anchor(&evidence.quote);
        let frame = Frame {
            request: &self.request,
            outline: Some(&self.outline),
            language: self.analysis.language_code(),
            anchor: &anchor,
        };
        let finished = content::finish(piece, &frame).unwrap();
        assert_eq!(finished.unanchored, []);
        finished.material
    }
}

fn texts(material: &Material) -> Vec<String> {
    let blocks = material.document("en").blocks;
    let bodies = blocks.iter().filter(|block| !matches!(block.body, Body::Heading { .. }));
    bodies.flat_map(|block| block.body.texts().into_iter().map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn content_accepts_what_is_written() {
    for text in [BRIDGES, VACCINATION] {
        let made = made(text, &[]).unwrap();
        for kind in KINDS {
            made.finish(made.write(kind).unwrap());
        }
    }
}

#[test]
fn no_sentence_comes_twice_in_a_piece() {
    let texts_made = [BRIDGES, VACCINATION].map(|text| made(text, &[]).unwrap());
    let cases = texts_made.iter().flat_map(|made| KINDS.map(|kind| (made, kind)));
    for (made, kind) in cases {
        let material = made.finish(made.write(kind).unwrap());
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for text in texts(&material) {
            for sentence in text.split_inclusive(['.', '?', '!']).map(str::trim) {
                if sentence.split_whitespace().count() > 4 {
                    *seen.entry(sentence.to_owned()).or_default() += 1;
                }
            }
        }
        let twice: Vec<_> = seen.iter().filter(|(_, count)| **count > 1).collect();
        assert!(twice.is_empty(), "{kind}: {twice:?}");
    }
}

/// Sentences lean on those before them, so a guide that changes their order breaks what they say.
#[test]
fn a_part_of_the_study_guide_keeps_the_order_of_the_text() {
    let text = include_str!("../../examples/photosynthesis.md");
    let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
    let analysis = Analysis::of(Arc::new(Source::read(text).unwrap()), &request).unwrap();
    let outline = crate::extractive::outline::write(&analysis).unwrap();
    for part in crate::extractive::study_guide::write(&analysis, &outline).unwrap().detailed_sections {
        let places: Vec<usize> =
            part.evidence.iter().filter_map(|passage| part.content.find(&passage.quote)).collect();
        assert!(places.len() > 2 && places.is_sorted(), "{}: {places:?}", part.heading);
    }
}

#[test]
fn both_voices_speak_their_part_and_no_turn_is_a_lecture() {
    [BRIDGES, VACCINATION].into_iter().for_each(assert_conversation);
}

fn assert_conversation(text: &str) {
    let made = made(text, &[]).unwrap();
    let Ok(Piece::PodcastScript(script)) = made.write(Kind::PodcastScript) else { panic!("a script") };
    let words = |text: &str| text.split_whitespace().count();
    let all: usize = script.turns.iter().map(|turn| words(&turn.text)).sum();
    let host = script.turns.iter().filter(|turn| turn.speaker == Speaker::Host);
    let host: usize = host.map(|turn| words(&turn.text)).sum();
    assert!((25..=65).contains(&(host * 100 / all)), "the host says {host} of {all} words");
    assert!(script.turns.iter().all(|turn| words(&turn.text) <= 120));
}

#[test]
fn a_wished_duration_shortens_the_script() {
    let short = made(BRIDGES, &[("target_duration", 3.into())]).unwrap();
    let Ok(Piece::PodcastScript(script)) = short.write(Kind::PodcastScript) else { panic!("a script") };
    assert!(script.words() <= 3 * 150 * 11 / 10, "{} words", script.words());
}

#[test]
fn the_same_text_gives_the_same_pieces() {
    let (first, second) = (made(BRIDGES, &[]).unwrap(), made(BRIDGES, &[]).unwrap());
    for kind in KINDS {
        assert_eq!(first.write(kind), second.write(kind));
    }
}

#[test]
fn a_language_without_phrases_gets_no_script() {
    let finnish = "Silta on rakennelma, joka kuljettaa tien esteen yli. Kaarisilta siirtää kuorman maahan \
        kaaren avulla. Riippusilta riippuu kaapeleista, ja pylväät kantavat kaapelit. Palkkisilta on \
        yksinkertaisin silta. Roomalaiset rakensivat kivestä kaaria, jotka seisovat vielä tänään. Teräs \
        muutti siltojen rakentamisen, koska se kestää vetoa. Insinöörit laskevat kuormat ennen työtä.";
    let made = made(&finnish.repeat(2), &[]).unwrap();
    assert!(matches!(made.write(Kind::PodcastScript), Err(Error::NoTables { .. })));
    assert!(matches!(made.write(Kind::ReadingGuideQuestions), Err(Error::NoTables { .. })));
}

#[test]
fn hostile_texts_are_survived() {
    let hostile = [
        "{topic} {section} {x} is a {y}. ".repeat(40),
        "((((( [[[[ {{{{ “““ «««. ".repeat(40),
        "# \u{202e}#\n\n😀😀😀 😀. 1–2 °C % $ € =. ".repeat(40),
        "a. b. c. d. ".repeat(200),
        "One sentence that never ends because there is no stop ".repeat(200),
        format!("# T\n\n{}", "## ?\n\nWhat? Why? How? Because it is. It is. ".repeat(40)),
    ];
    for text in hostile {
        if let Some(made) = made(&text, &[]) {
            for kind in KINDS {
                if let Ok(piece) = made.write(kind) {
                    assert_eq!(piece.kind(), kind);
                }
            }
        }
    }
}

#[test]
fn an_entry_of_a_glossary_keeps_its_term() {
    let made = made(GLOSSARY, &[]).unwrap();
    let bodies = [
        "the part of the cell that releases energy",
        "the site where the cell builds",
        "the part of the cell that holds",
        "the thin layer that surrounds",
        "the space in a plant cell",
    ];
    let mut entries = 0;
    for kind in KINDS {
        let Ok(piece) = made.write(kind) else { continue };
        let material = made.finish(piece);
        for block in &material.document("en").blocks {
            if let Body::Definition { .. } | Body::Card { .. } = block.body {
                continue;
            }
            for text in block.body.texts() {
                let lower = text.to_lowercase();
                for body in bodies.iter().filter(|body| lower.contains(**body)) {
                    let before = lower.split(body).next().unwrap();
                    assert!(before.ends_with(": "), "{kind}: {text}");
                    entries += 1;
                }
            }
        }
    }
    assert!(entries >= 5, "{entries}");
}

#[test]
fn a_question_names_a_term_as_running_text_does() {
    let made = made(GLOSSARY, &[]).unwrap();
    let asked: Vec<String> =
        super::question::all(&made.analysis).into_iter().map(|asked| asked.question.to_lowercase()).collect();
    assert!(asked.iter().any(|question| question.contains("is the membrane")), "{asked:?}");
    for bare in ["is ribosome", "is mitochondrion", "is nucleus", "is membrane", "is vacuole"] {
        assert!(!asked.iter().any(|question| question.contains(bare)), "{asked:?}");
    }
}
