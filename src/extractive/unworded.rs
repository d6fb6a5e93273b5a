//! What is made of a text in a language without tables: only what takes whole sentences of the text
//! as they stand. Nobody can say there what a sentence defines or asks, nor put it into a phrase.

use super::analysis::{Analysis, Sentence};
use super::objectives::Drafted;
use super::{Error, objectives};
use crate::content::{BloomLevel, Kind, Objective};
use crate::language::Standard;

/// The kinds that are made.
pub(super) const MADE: [Kind; 3] = [Kind::Outline, Kind::OnePagerSummary, Kind::DetailedReadingMaterial];

/// Bounds of an objective's characters: those of `content`, and what can be read at a glance.
const CHARACTERS: std::ops::RangeInclusive<usize> = 15..=200;

/// Refuses a kind that needs tables which the language of the text does not have.
pub(super) fn is_made(kind: Kind, analysis: &Analysis) -> Result<(), Error> {
    if analysis.language().standard != Standard::Neutral || MADE.contains(&kind) {
        return Ok(());
    }
    let language = analysis.language_code();
    let what = format!("the extractive writer has no tables for the language `{language}`, which this needs");
    Err(Error::NoTables { kind, what })
}

/// Objectives without a phrase around them: for each topic the statement of the text to keep in mind.
pub(super) fn objectives(analysis: &Analysis) -> Vec<Drafted> {
    let mut drafted: Vec<Drafted> = Vec::new();
    let topics = analysis.topics().len().max(1);
    let each = objectives::MIN_OBJECTIVES.div_ceil(topics);
    for (number, topic) in analysis.topics().iter().enumerate().take(objectives::MAX_OBJECTIVES) {
        let fits = |sentence: &&Sentence| {
            sentence.is_quotable()
                && !sentence.is_question()
                && CHARACTERS.contains(&sentence.text.chars().count())
        };
        let sentences = topic.sentences.iter().filter_map(|index| analysis.sentence(*index)).filter(fits);
        for index in analysis.select(each, sentences.map(|sentence| sentence.index)) {
            let Some(sentence) = analysis.sentence(index) else { continue };
            let objective = Objective {
                number: 0,
                text: sentence.text.clone(),
                level: BloomLevel::Remember,
                evidence: analysis.evidence_of(&[index]),
            };
            drafted.push(Drafted { objective, topics: vec![number] });
        }
    }
    drafted
}

/// Says what a reader of the result should know.
pub(super) fn note(language: &str) -> String {
    let kinds = MADE.map(Kind::as_str).join(", ");
    format!(
        "the extractive writer has no tables for '{language}': only {kinds} can be made, of whole sentences; \
         the learning objectives are statements of the text to keep in mind, and its labels are English"
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::content::{Piece, Request};
    use crate::extractive::write;
    use crate::source::Source;

    const ITALIAN: &str = include_str!("test_texts/acqua.md");

    #[test]
    fn a_text_in_a_language_without_tables_gets_its_own_sentences_and_no_english() {
        let request = Request::parse(&serde_json::json!({ "syllabus_text": ITALIAN })).unwrap();
        let analysis = Analysis::of(Arc::new(Source::read(ITALIAN).unwrap()), &request).unwrap();
        assert_eq!(analysis.language_code(), "it");
        let Piece::Outline(outline) = write(Kind::Outline, &analysis, None).unwrap() else { panic!() };
        let text = ITALIAN.replace('\n', " ");
        for objective in &outline.learning_objectives {
            assert!(text.contains(&objective.text), "{}", objective.text);
        }
        let titles: Vec<&str> = outline.sections.iter().map(|section| section.title.as_str()).collect();
        assert_eq!(titles, ["L'evaporazione", "La condensazione", "La pioggia"]);
        let points = outline.sections.iter().flat_map(|section| &section.key_points);
        let mut said: Vec<&str> = points.map(|point| point.text.as_str()).collect();
        said.retain(|point| outline.learning_objectives.iter().any(|objective| objective.text == *point));
        assert_eq!(said, Vec::<&str>::new(), "nothing is said twice");
        for kind in Kind::PIECES {
            let made = write(kind, &analysis, Some(&outline));
            let refused = matches!(made, Err(Error::NoTables { .. }));
            assert_eq!(refused, !MADE.contains(&kind), "{kind}");
        }
        let notes = analysis.notes();
        assert!(notes[0].contains("only outline, one_pager_summary, detailed_reading_material"), "{notes:?}");
    }
}
