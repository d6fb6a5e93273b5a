//! Says which wishes of a request do not show in what is written, and why: sentences of a text can
//! neither be put in another tone nor made easier, and a text carries only so many minutes and pages.

use super::analysis::count_words;
use crate::content::{Piece, Request, WORDS_PER_MINUTE};

/// A field of the request that was not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// The field's name.
    pub field: &'static str,
    /// Why not, with what was reached.
    pub reason: String,
}

/// Words of a printed page of reading text, as `content::bounds` counts them.
const WORDS_PER_PAGE: f64 = 500.0;
/// A length that misses the wish by less than this share of it counts as reached (POD-01).
const TOLERANCE: f64 = 0.1;

/// Names the request fields that this writer follows in no piece.
#[must_use]
pub fn not_applied(request: &Request) -> Vec<Unmet> {
    let cannot = "the writer takes only sentences of the text and cannot follow this";
    let labelled = format!("{cannot}; the outline only bears it as a label");
    let unmet = |field: &'static str, reason: &str| Unmet { field, reason: reason.to_owned() };
    let tone = request.tone().map(|_| unmet("tone", cannot));
    let audience = request.audience().map(|_| unmet("audience", &labelled));
    let difficulty = request.difficulty().map(|_| unmet("difficulty", &labelled));
    tone.into_iter().chain(audience).chain(difficulty).collect()
}

/// Says how far a piece came that misses the wished minutes or pages.
#[must_use]
pub fn not_reached(piece: &Piece, request: &Request) -> Option<Unmet> {
    match piece {
        Piece::PodcastScript(script) => {
            let (wanted, minutes) = (request.target_duration()?, number(script.words()) / WORDS_PER_MINUTE);
            misses(minutes, wanted).then(|| Unmet {
                field: "target_duration",
                reason: format!("the text gives a script of {minutes:.1} minutes, {wanted} were wanted"),
            })
        }
        Piece::DetailedReadingMaterial(reading) => {
            let sections = reading.sections.iter().map(|section| section.content.as_str());
            let texts = sections.chain([reading.introduction.as_str(), reading.conclusion.as_str()]);
            let words = texts.map(count_words).sum();
            let (wanted, pages) = (request.target_pages()?, number(words) / WORDS_PER_PAGE);
            (pages < f64::from(wanted) * (1.0 - TOLERANCE)).then(|| Unmet {
                field: "target_pages",
                reason: format!(
                    "the text gives a reading of {pages:.1} pages of {WORDS_PER_PAGE} words, {wanted} were wanted"
                ),
            })
        }
        _ => None,
    }
}

fn misses(minutes: f64, wanted: impl Into<f64>) -> bool {
    let wanted = wanted.into();
    (minutes - wanted).abs() > wanted * TOLERANCE
}

fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::content::Kind;
    use crate::extractive::{Analysis, write};
    use crate::source::Source;

    const TEXT: &str = include_str!("test_texts/volcanoes.md");

    fn unmet(wishes: serde_json::Value) -> Vec<Unmet> {
        let mut body = serde_json::json!({ "syllabus_text": TEXT });
        body.as_object_mut().unwrap().extend(wishes.as_object().unwrap().clone());
        let request = Request::parse(&body).unwrap();
        let analysis = Analysis::of(Arc::new(Source::read(TEXT).unwrap()), &request).unwrap();
        let Piece::Outline(outline) = write(Kind::Outline, &analysis, None).unwrap() else { panic!() };
        let mut unmet = not_applied(&request);
        for kind in [Kind::PodcastScript, Kind::DetailedReadingMaterial] {
            unmet.extend(not_reached(&write(kind, &analysis, Some(&outline)).unwrap(), &request));
        }
        unmet
    }

    #[test]
    fn wishes_that_change_nothing_but_a_label_are_named_and_so_is_what_was_not_reached() {
        let found = unmet(serde_json::json!({
            "tone": "solemn", "audience": "PhD candidates", "difficulty": "advanced",
            "target_duration": 60, "target_pages": 20,
        }));
        let fields: Vec<&str> = found.iter().map(|unmet| unmet.field).collect();
        assert_eq!(fields, ["tone", "audience", "difficulty", "target_duration", "target_pages"]);
        assert!(found[3].reason.contains("minutes, 60 were wanted"), "{}", found[3].reason);
        assert!(found[4].reason.contains("pages of 500 words, 20 were wanted"), "{}", found[4].reason);
    }

    #[test]
    fn a_length_that_was_reached_is_not_named() {
        assert_eq!(unmet(serde_json::json!({})), []);
        assert!(!misses(9.2, 10_u32) && !misses(10.8, 10_u32));
        assert!(misses(8.9, 10_u32) && misses(11.2, 10_u32));
    }
}
