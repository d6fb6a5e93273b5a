//! What a teacher would send back, once each: titles, questions, leads and German endings.

use std::sync::Arc;

use super::{Analysis, write};
use crate::content::{self, Evidence, Frame, Kind, Outline, Piece, Request};
use crate::source::Source;

const EYE: &str = include_str!("test_texts/auge.md");
const WATER: &str = include_str!("test_texts/water.md");
const PHOTOSYNTHESIS: &str = include_str!("../../examples/photosynthesis.md");
const PRESS: &str = include_str!("../../examples/printing-press.md");
const MARKETS: &str = include_str!("../../examples/supply-and-demand.md");
const CURIE: &str = include_str!("../../tests/fixtures/texts/marie-curie.md");

fn made(text: &str) -> (Analysis, Outline) {
    let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
    let analysis = Analysis::of(Arc::new(Source::read(text).unwrap()), &request).unwrap();
    let draft = write(Kind::Outline, &analysis, None).unwrap();
    let anchor = |evidence: &Evidence| analysis.source().anchor(&evidence.quote);
    let frame =
        Frame { request: &request, outline: None, language: analysis.language_code(), anchor: &anchor };
    let outline = content::finish(draft, &frame).unwrap().material.as_outline().unwrap().clone();
    (analysis, outline)
}

/// The reading questions of a text.
fn questions(text: &str) -> Vec<String> {
    let (analysis, outline) = made(text);
    let piece = write(Kind::ReadingGuideQuestions, &analysis, Some(&outline)).unwrap();
    let Piece::ReadingGuideQuestions(guide) = piece else { unreachable!() };
    guide.questions.into_iter().map(|question| question.question).collect()
}

#[test]
fn a_german_sentence_about_a_neuter_thing_stands_alone() {
    let (analysis, outline) = made(EYE);
    let first = &analysis.sentences()[0];
    assert!(first.text.starts_with("Das Auge ist") && first.is_quotable(), "{first:?}");
    assert!(outline.overview.starts_with("Das Auge ist ein Sinnesorgan"), "{}", outline.overview);
    let brain = analysis.sentences().iter().find(|sentence| sentence.text.starts_with("Das Gehirn setzt"));
    assert!(brain.unwrap().is_quotable());
}

#[test]
fn a_german_term_without_its_article_has_the_strong_ending() {
    let (analysis, _) = made(EYE);
    let named: Vec<&str> = analysis
        .sentences()
        .iter()
        .flat_map(super::analysis::Sentence::definitions)
        .map(|definition| definition.term.as_str())
        .chain(analysis.terms().iter().map(|term| term.surface.as_str()))
        .collect();
    assert!(named.contains(&"gelber Fleck") && named.contains(&"blinder Fleck"), "{named:?}");
    assert!(
        !named.iter().any(|term| term.starts_with("gelbe Fl") || term.contains("räumliche S")),
        "{named:?}"
    );
}

#[test]
fn the_lead_of_a_text_with_three_headings_introduces_and_is_no_section() {
    let (analysis, outline) = made(WATER);
    let titles: Vec<&str> = outline.sections.iter().map(|section| section.title.as_str()).collect();
    assert_eq!(titles.len(), 3, "{titles:?}");
    let Piece::DetailedReadingMaterial(reading) =
        write(Kind::DetailedReadingMaterial, &analysis, Some(&outline)).unwrap()
    else {
        unreachable!()
    };
    assert!(reading.introduction.starts_with("Water is a substance"), "{}", reading.introduction);
    assert!(reading.introduction.chars().count() >= 200);
}

#[test]
fn a_short_heading_is_filled_up_with_what_its_own_section_treats() {
    for text in [WATER, EYE] {
        let (analysis, outline) = made(text);
        let title = analysis.source().title().unwrap().to_owned();
        let Piece::DetailedReadingMaterial(reading) =
            write(Kind::DetailedReadingMaterial, &analysis, Some(&outline)).unwrap()
        else {
            unreachable!()
        };
        for section in &reading.sections {
            assert!(section.title.chars().count() >= 10, "{}", section.title);
            assert!(!section.title.contains(&title), "{}", section.title);
        }
    }
}

#[test]
fn only_words_that_name_a_step_make_a_sequence() {
    let scale = "A half step is the distance between two keys. The note one step above C is D. \
                 A scale has seven steps in all.";
    let text = WATER.replace("Sea ice reflects", &format!("{scale} Sea ice reflects"));
    let asked = questions(&text);
    assert_eq!(asked.iter().find(|question| question.contains("steps")), None);
}

#[test]
fn a_question_relates_only_what_the_text_explains_and_asks_about_a_term_once() {
    for (text, terms) in [
        (PHOTOSYNTHESIS, ["carbon dioxide and molecules", "algae"]),
        (PRESS, ["scribes and the Bible", "a punch and letters"]),
        (MARKETS, ["sellers and wages", "\\$2.00"]),
    ] {
        let asked = questions(text);
        for term in terms {
            assert!(!asked.iter().any(|question| question.contains(term)), "{term}: {asked:?}");
        }
    }
    let explained = |question: &&String| question.contains("piezoelectricity");
    assert_eq!(questions(CURIE).iter().filter(explained).count(), 1);
}

#[test]
fn a_question_about_figures_quotes_them() {
    let asked = questions(PRESS);
    let about = asked.iter().find(|question| question.contains("figures"));
    assert!(about.is_some_and(|question| question.contains("300,000 copies")), "{asked:?}");
}

#[test]
fn a_number_that_belongs_to_a_title_stays_in_it() {
    let text = WATER.replace("## Ice", "## 3D ice").replace("## Rain", "## 20th-century rain");
    let (analysis, outline) = made(&text);
    let piece = write(Kind::DetailedReadingMaterial, &analysis, Some(&outline)).unwrap();
    let Piece::DetailedReadingMaterial(reading) = piece else { unreachable!() };
    let titles: Vec<&str> = reading.sections.iter().map(|section| section.title.as_str()).collect();
    assert!(titles.iter().any(|title| title.starts_with("3D ice")), "{titles:?}");
    assert!(titles.contains(&"20th-century rain"), "{titles:?}");
}

#[test]
fn a_label_goes_where_a_sentence_follows_and_stays_where_it_is_explained() {
    let items = [
        ("Step 1: the cloud takes up the vapour of the sea before it rains.", "The cloud takes up"),
        ("Warning: clouds that rise too fast may harm the crops of farmers.", "Clouds that rise"),
        ("Income: when farmers store more rain, they sell more fruit and milk.", "When farmers store"),
        ("Hail: a form of rain that falls as lumps of ice on fields and roofs.", "Hail: a form"),
        ("Vapour: carries the heat of the sea to the cold lands of the north.", "Vapour: carries"),
        ("Carbon 14: a form of carbon that is found in the ice of glaciers.", "Carbon 14: a form"),
        ("In 1993: the rivers of the plain flooded fields and whole towns.", "In 1993: the rivers"),
        ("Warning signs: ice turns dark and the lake begins to crack loudly.", "Warning signs: ice"),
        ("Myth: when it rains, the sea gives up all the salt that it holds.", "Myth: when it rains"),
        ("Without wind: when vapour stays low, fog forms over fields and roads.", "Without wind: when"),
    ];
    let list: String = items.iter().map(|(item, _)| format!("- {item}\n")).collect();
    let (analysis, _) = made(&format!("{WATER}\n{list}"));
    for (item, wanted) in items {
        let sentence = analysis.sentences().iter().find(|sentence| sentence.text == item).unwrap();
        let spoken = super::label::without_label(&analysis, sentence);
        assert!(spoken.starts_with(wanted), "{spoken}");
    }
    let terms: Vec<String> = analysis
        .sentences()
        .iter()
        .flat_map(super::analysis::Sentence::definitions)
        .map(|known| known.term.to_lowercase())
        .collect();
    assert!(terms.contains(&"hail".to_owned()), "{terms:?}");
    assert!(!terms.contains(&"warning".to_owned()), "{terms:?}");
}

#[test]
fn a_short_heading_is_not_filled_up_with_itself() {
    let text = WATER.replace("## Rain", "## Laws").replace(
        "Rain is liquid water that falls from clouds.",
        "A law is a rule that a state makes. Laws protect people because courts apply them.",
    );
    let (analysis, outline) = made(&text);
    let piece = write(Kind::DetailedReadingMaterial, &analysis, Some(&outline)).unwrap();
    let Piece::DetailedReadingMaterial(reading) = piece else { unreachable!() };
    let titles: Vec<&str> = reading.sections.iter().map(|section| section.title.as_str()).collect();
    assert!(titles.iter().all(|title| title.chars().count() >= 10), "{titles:?}");
    assert!(!titles.iter().any(|title| title.to_lowercase().contains(": law")), "{titles:?}");
}

#[test]
fn a_short_title_is_made_long_enough() {
    let text = WATER.replace("# Water in Three Forms", "# Ice");
    let (_, outline) = made(&text);
    assert!(outline.title.chars().count() >= 10 && outline.title.starts_with("Ice"), "{}", outline.title);
}
