//! What listeners may expect of a script: questions that are answered, a reason to listen, examples from
//! their beginning, people by name.

use std::sync::Arc;

use super::{Analysis, write};
use crate::content::{Kind, Outline, Part, Piece, PodcastScript, Section, Speaker, Turn};
use crate::content::{Objective, Request};
use crate::source::Source;

const FLOODS: &str = include_str!("test_texts/floods.md");
const NURSE: &str = include_str!("test_texts/nurse.md");

fn analysis(text: &str) -> Analysis {
    let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
    Analysis::of(Arc::new(Source::read(text).unwrap()), &request).unwrap()
}

fn written(analysis: &Analysis, kind: Kind) -> Piece {
    let section =
        |title: &str| Section { title: title.to_owned(), objectives: vec![1], ..Section::default() };
    let outline = Outline {
        title: analysis.source().title().unwrap_or_default().to_owned(),
        sections: analysis.topics().iter().map(|topic| section(&topic.title)).collect(),
        learning_objectives: vec![Objective::default()],
        ..Outline::default()
    };
    write(kind, analysis, Some(&outline)).unwrap()
}

fn turns(text: &str) -> Vec<Turn> {
    let Piece::PodcastScript(PodcastScript { turns, .. }) = written(&analysis(text), Kind::PodcastScript)
    else {
        unreachable!("a script was asked for")
    };
    turns
}

#[test]
fn the_guest_leaves_no_question_of_the_text_open() {
    let turns = turns(FLOODS);
    let guests = turns.iter().filter(|turn| turn.speaker == Speaker::Guest);
    assert_eq!(guests.filter(|turn| turn.text.ends_with('?')).map(|turn| &turn.text).next(), None);
    let asks = turns.iter().position(|turn| turn.text.ends_with("How high should a dike be built?"));
    let answer = asks.and_then(|place| turns.get(place + 1)).unwrap();
    assert!(answer.text.contains("A dike should stand one meter above"), "{}", answer.text);
}

#[test]
fn the_opening_says_what_follows_from_the_subject() {
    let turns = turns(FLOODS);
    let opening: Vec<&Turn> = turns.iter().filter(|turn| turn.part == Part::Introduction).collect();
    let claim = opening.iter().position(|turn| turn.text.contains("Floods led to the first water laws"));
    let before = claim.and_then(|place| opening.get(place.checked_sub(1)?)).unwrap();
    assert!(before.speaker == Speaker::Host && before.text.ends_with('?'), "{}", before.text);
}

#[test]
fn the_host_asks_what_a_sentence_inside_a_paragraph_answers() {
    let turns = turns(FLOODS);
    let asks = turns.iter().position(|turn| turn.text.ends_with("What happens when rain falls on snow?"));
    let answer = asks.and_then(|place| turns.get(place + 1)).unwrap();
    assert!(answer.text.contains("When rain falls on snow, the soil"), "{}", answer.text);
}

#[test]
fn a_worked_example_is_told_from_its_beginning() {
    let turns = turns(FLOODS);
    let spoken: Vec<&str> = turns.iter().map(|turn| turn.text.as_str()).collect();
    let spoken = spoken.join(" ");
    assert!(spoken.contains("Suppose that a town owns a wall of 300 meters."), "{spoken}");
    assert!(!spoken.contains("At half the price"), "{spoken}");
}

#[test]
fn a_person_is_named_where_a_sentence_is_quoted_alone_and_only_there() {
    let analysis = analysis(NURSE);
    let Piece::OnePagerSummary(page) = written(&analysis, Kind::OnePagerSummary) else {
        unreachable!("a page was asked for")
    };
    let takeaways: Vec<&str> = page.key_takeaways.iter().map(|takeaway| takeaway.text.as_str()).collect();
    assert!(takeaways.iter().any(|text| text.contains("Marsh taught")), "{takeaways:?}");
    let evidence = page.key_takeaways.iter().flat_map(|takeaway| &takeaway.evidence);
    let quoted: Vec<&str> = evidence.map(|evidence| evidence.quote.as_str()).collect();
    assert!(quoted.iter().any(|quote| quote.contains("she taught")), "{quoted:?}");
    let Piece::DetailedReadingMaterial(reading) = written(&analysis, Kind::DetailedReadingMaterial) else {
        unreachable!("a reading was asked for")
    };
    let texts: Vec<&str> = reading.sections.iter().map(|section| section.content.as_str()).collect();
    assert!(texts.iter().any(|text| text.contains("She kept a diary of every patient")), "{texts:?}");
}

#[test]
fn a_biography_gets_a_study_guide_with_its_people() {
    let Piece::StudyGuide(guide) = written(&analysis(NURSE), Kind::StudyGuide) else {
        unreachable!("a guide was asked for")
    };
    let concepts: Vec<&str> = guide.key_concepts.iter().map(|concept| concept.term.as_str()).collect();
    assert!(concepts.contains(&"Ruth Field"), "{concepts:?}");
}

#[test]
fn takeaways_are_claims_and_no_beginnings() {
    let Piece::OnePagerSummary(page) = written(&analysis(FLOODS), Kind::OnePagerSummary) else {
        unreachable!("a page was asked for")
    };
    let takeaways: Vec<&str> = page.key_takeaways.iter().map(|takeaway| takeaway.text.as_str()).collect();
    assert!(
        takeaways.contains(
            &"Floods led to the first water laws, because neighbors had to share the work on the walls."
        ),
        "{takeaways:?}"
    );
    assert!(!takeaways.iter().any(|text| text.contains("often described")), "{takeaways:?}");
}

#[test]
fn a_verb_before_the_noun_cause_makes_no_question() {
    let Piece::Faqs(faqs) = written(&analysis(FLOODS), Kind::Faqs) else {
        unreachable!("questions were asked for")
    };
    let asked: Vec<&str> = faqs.items.iter().map(|item| item.question.as_str()).collect();
    assert!(!asked.iter().any(|question| question.starts_with("What do heavy rain")), "{asked:?}");
}
