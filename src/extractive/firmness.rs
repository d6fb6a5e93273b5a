//! Whether a sentence can stand at the head of a section or in a list of key points, where nothing
//! stands before or after it. Stricter than `analysis::fitness`, and only asked where there is choice.

use super::analysis::{Analysis, Sentence};
use super::reference::takes_up;
use super::sense::has_leaning_word;
use crate::language::cues::cues;

/// Most words of a sentence that only announces what is counted after it.
const PROMISE_WORDS: usize = 12;
/// Numbers that the tables of small numbers begin with: two to ten.
const COUNTED: usize = 9;
/// Most words of a remark that says little by itself ("Printing itself was not new").
const REMARK_WORDS: usize = 7;

/// Says whether a sentence announces: "The cycle has three phases." What is counted follows it.
pub(super) fn promises(analysis: &Analysis, sentence: &Sentence) -> bool {
    promised(analysis, sentence).is_some()
}

/// How many things a sentence announces; two where it only says "several".
pub(super) fn promised(analysis: &Analysis, sentence: &Sentence) -> Option<usize> {
    let small = cues(analysis.language_code()).small_numbers;
    let lower = sentence.text.to_lowercase();
    let words = words(&lower);
    let counted = |word: Option<&&str>| {
        let place = word.and_then(|word| small.iter().position(|number| number == word))?;
        // The table runs from two to ten; what follows counts nothing.
        Some(if place < COUNTED { place + 2 } else { 2 })
    };
    let at_end = || counted(words.iter().rev().nth(1)).or_else(|| counted(words.iter().rev().nth(2)));
    let is_short = words.len() <= PROMISE_WORDS && !sentence.text.contains([':', ',']);
    if is_short { counted(words.first()).or_else(at_end) } else { None }
}

/// Says whether a sentence stands by itself: no brief remark, no addition, nothing that points
/// outside.
pub(super) fn is_firm(analysis: &Analysis, sentence: &Sentence) -> bool {
    let cues = cues(analysis.language_code());
    let lower = sentence.text.to_lowercase();
    let words = words(&lower);
    let remarks = words.len() <= REMARK_WORDS && sentence.definitions().next().is_none();
    let lexicon = analysis.language().lexicon();
    let demonstrates = words.windows(2).any(|pair| match pair {
        [word, next] => lexicon.demonstratives.contains(word) && !lexicon.after_demonstrative.contains(next),
        _ => false,
    });
    !remarks
        && !demonstrates
        && !words.iter().any(|word| cues.additions.contains(word))
        && !points_outside(analysis, &sentence.text)
        && !takes_up(analysis, sentence)
        && !has_leaning_word(analysis, &sentence.text)
}

/// "Printers reproduced them within weeks": an object cannot stand for its own subject.
pub(super) fn points_outside(analysis: &Analysis, text: &str) -> bool {
    let cues = cues(analysis.language_code());
    let lower = text.to_lowercase();
    let mut before = "";
    for word in lower.split_whitespace() {
        let bare = word.trim_matches(|mark: char| !mark.is_alphanumeric());
        if cues.objects.contains(&bare) && !cues.before_empty_object.contains(&before) {
            return true;
        }
        let ends_clause = word.ends_with([',', ';', ':', '–', '—']);
        if ends_clause || cues.joints.contains(&bare) {
            return false;
        }
        before = bare;
    }
    false
}

fn words(lower: &str) -> Vec<&str> {
    lower.split(|mark: char| !mark.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{is_firm, promises};
    use crate::content::Request;
    use crate::extractive::Analysis;
    use crate::source::Source;

    const FRAME: &str = "Rivers carry water from the hills to the sea. Rivers shape the valleys of the land. \
        A delta is a plain of sand at the mouth of a river. Rain feeds the springs of most rivers. \
        Floods carry sand and stones from the hills. A dam is a wall that holds the water of a river. \
        Dams change the flow of water and sand.";

    fn judged(sentence: &str) -> (bool, bool) {
        let text = format!("{FRAME}\n\n{sentence}\n");
        let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
        let analysis = Analysis::of(Arc::new(Source::read(&text).unwrap()), &request).unwrap();
        let last = analysis.sentences().last().unwrap();
        assert_eq!(last.text, sentence);
        (is_firm(&analysis, last), promises(&analysis, last))
    }

    #[test]
    fn what_leans_on_its_neighbours_is_not_firm() {
        for (sentence, firm, promising) in [
            ("The water cycle of the earth has three main phases.", true, true),
            ("Two famous floods of that year show what was possible.", true, true),
            ("There are two main reasons.", false, true),
            ("Printers in several cities reproduced them within weeks.", false, false),
            ("The water market has no tendency to move away from it unless conditions change.", false, false),
            ("A river is also a central part of the water cycle.", false, false),
            ("The sand of the hills gives most of this fertility to the plain.", false, false),
            ("Building dams itself was not new.", false, false),
            ("When a river meets a dam, it drops the sand that it carries.", true, false),
            ("A higher river makes it possible to sail up to the hills.", true, false),
            ("A river cuts a valley because water wears away the rock below it.", true, false),
        ] {
            assert_eq!(judged(sentence), (firm, promising), "{sentence}");
        }
    }
}
