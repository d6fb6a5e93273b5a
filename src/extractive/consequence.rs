//! Whether a sentence says what follows from something, and whether it only reports how something is
//! spoken of: the one tells a reader why the matter counts, the other does not. How weighty a passage
//! is altogether is `sense.rs`'s.

use super::analysis::{Analysis, Relation, Sentence};
use super::sense::padded;
use super::wording::subject;
use crate::language::cues::cues;

/// Fewest letters in which words of one family agree.
const STEM: usize = 5;
/// Most letters of the shorter word's ending in which they do not.
const ENDING: usize = 3;
/// Words of a subject that is no more than the matter of the title, with its article.
const SUBJECT_WORDS: usize = 2;

/// Whether a sentence says what follows from something: "Oxygen made it possible to …".
pub(super) fn states_consequence(analysis: &Analysis, sentence: &Sentence) -> bool {
    let phrases = cues(analysis.language_code()).consequences;
    let reason = sentence.relations.iter().any(|relation| matches!(relation, Relation::Cause { .. }));
    reason || holds(&sentence.text, phrases)
}

/// Whether a sentence says what follows from the subject of the text: it sets out from what the title
/// names, or its section says that it tells why the matter counts.
pub(super) fn says_why_it_matters(analysis: &Analysis, sentence: &Sentence) -> bool {
    let cues = cues(analysis.language_code());
    let place = analysis.source().sentences().get(sentence.index);
    let section = place.and_then(|place| analysis.source().sections().get(place.section));
    let heading = section.and_then(|section| section.heading.as_deref()).unwrap_or_default();
    let announced = holds(heading, cues.stakes);
    holds(&sentence.text, cues.consequences) && (announced || sets_out_from_title(analysis, sentence))
}

/// Whether a sentence sets out from a word of the title, perhaps with another ending ("Print",
/// "Printing").
pub(super) fn sets_out_from_title(analysis: &Analysis, sentence: &Sentence) -> bool {
    let title = subject(analysis.source().title().unwrap_or_default()).to_lowercase();
    let opening = sentence.text.to_lowercase();
    let words = |text: &str| {
        let words = text.split(|mark: char| !mark.is_alphanumeric()).map(str::to_owned);
        words.filter(|word| word.chars().count() >= STEM).collect::<Vec<_>>()
    };
    let akin = |left: &String, right: &String| {
        let shared = left.chars().zip(right.chars()).take_while(|(one, other)| one == other).count();
        let shorter = left.chars().count().min(right.chars().count());
        shared >= STEM.max(shorter.saturating_sub(ENDING))
    };
    let title = words(&title);
    let opening = opening.split_whitespace().take(SUBJECT_WORDS).collect::<Vec<_>>().join(" ");
    words(&opening).iter().any(|word| title.iter().any(|named| akin(word, named)))
}

/// Whether a sentence only reports how something is mostly spoken of: "… are often described as
/// opposites."
pub(super) fn is_hearsay(analysis: &Analysis, sentence: &Sentence) -> bool {
    holds(&sentence.text, cues(analysis.language_code()).hearsay)
}

/// Whether one of the phrases stands in a text as whole words.
pub(super) fn holds(text: &str, phrases: &[&str]) -> bool {
    let text = padded(text);
    phrases.iter().any(|phrase| text.contains(&format!(" {phrase} ")))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{is_hearsay, states_consequence};
    use crate::content::Request;
    use crate::extractive::Analysis;
    use crate::extractive::sense::announces;
    use crate::source::Source;

    #[test]
    fn what_follows_from_something_is_told_from_a_manner_of_speaking() {
        let text = "Rivers carry water from the hills to the sea. Floods led to the first dams of the valley. \
            A delta is a plain of sand at the mouth of a river. Rain feeds the springs of most rivers. \
            Rivers and canals are often described as opposites. A dam is a wall that holds back water. \
            Dams make cheap power possible for the towns of the valley.";
        let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
        let analysis = Analysis::of(Arc::new(Source::read(text).unwrap()), &request).unwrap();
        let judged = |of: fn(&Analysis, &crate::extractive::analysis::Sentence) -> bool| {
            let sentences = analysis.sentences().iter().filter(|sentence| of(&analysis, sentence));
            sentences.map(|sentence| sentence.text.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(judged(states_consequence), ["Floods led to the first dams of the valley."]);
        assert!(announces(&analysis, "The consequences were enormous."));
        assert!(!announces(&analysis, "Floods led to the first dams of the valley."));
        assert_eq!(judged(is_hearsay), ["Rivers and canals are often described as opposites."]);
    }
}
