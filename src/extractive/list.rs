//! Lists in running text: a sentence that introduces a list ("The test has four steps:") and what is
//! listed, set as one sentence. Without each other the one promises what does not come, and the others
//! are fragments.

use super::analysis::{Analysis, Sentence};
use super::passage::Passage;
use super::sense::PassageRole;
use crate::language::lesson::lesson;
use crate::source::Role;

/// Most words of introduction and list: longer ones nobody reads as one sentence.
const MOST_WORDS: usize = 60;
/// Most members of such a list.
const MOST_ITEMS: usize = 8;

/// The list that a sentence introduces, as one passage; nothing if it introduces none, or one whose
/// members are no single statements.
pub(super) fn introduced_list(
    analysis: &Analysis,
    sentence: &Sentence,
    set: &dyn Fn(&Sentence) -> Option<String>,
) -> Option<Passage> {
    let introduction = set(sentence).filter(|text| text.ends_with(':') && sentence.role == Role::Prose)?;
    let items = items(analysis, sentence.index + 1)?;
    let count = items.len();
    let and = lesson(analysis.language_code()).map_or("", |lesson| lesson.and);
    let mut texts = vec![introduction];
    for (place, item) in items.iter().enumerate() {
        let text = set(item)?;
        let inside = analysis.inside_sentence(text.trim_end_matches(['.', ';', ',']));
        texts.push(match place + 1 {
            last if last == count => format!("{and} {inside}.").trim_start().to_owned(),
            _ => format!("{inside};"),
        });
    }
    let sentences: Vec<usize> = (sentence.index..=sentence.index + count).collect();
    let words: usize = texts.iter().map(|text| text.split_whitespace().count()).sum();
    let weight = items.iter().chain([&sentence]).map(|part| part.importance).fold(0.0, f64::max);
    (words <= MOST_WORDS).then_some(Passage {
        sentences,
        texts,
        role: PassageRole::Plain,
        about: None,
        paragraph: sentence.paragraph,
        leans: !sentence.stands_alone,
        opens: false,
        weight,
    })
}

/// The members of the list that begins with that sentence, one sentence each.
fn items(analysis: &Analysis, first: usize) -> Option<Vec<&Sentence>> {
    let is_item = |sentence: &&Sentence| matches!(sentence.role, Role::ListItem { .. });
    let found: Vec<&Sentence> =
        analysis.sentences().iter().skip(first).take(MOST_ITEMS + 1).take_while(is_item).collect();
    let single = found.iter().all(|item| {
        let plain = item.position_in_paragraph == 0 && !item.text.contains([';', ':', '?', '!']);
        plain && item.paragraph > 0
    });
    ((2..=MOST_ITEMS).contains(&found.len()) && single).then_some(found)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::introduced_list;
    use crate::content::Request;
    use crate::extractive::Analysis;
    use crate::source::Source;

    #[test]
    fn a_list_is_read_together_with_what_introduces_it() {
        let text = "# Testing a Hypothesis\n\nA hypothesis is a statement about a population. \
            A test compares the statement with a sample. A sample is a part of the population. \
            A rare sample speaks against the statement. The test has three steps:\n\n\
            - State the hypothesis.\n- Draw a sample from the population\n- Compare the two.\n\n\
            Samples vary from one draw to the next. Large samples vary less than small samples. The level is the risk of a false alarm.\n";
        let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
        let analysis = Analysis::of(Arc::new(Source::read(text).unwrap()), &request).unwrap();
        let set = |sentence: &crate::extractive::analysis::Sentence| Some(sentence.text.clone());
        let found: Vec<String> = analysis
            .sentences()
            .iter()
            .filter_map(|sentence| introduced_list(&analysis, sentence, &set))
            .map(|passage| passage.text())
            .collect();
        assert_eq!(
            found,
            [
                "The test has three steps: state the hypothesis; draw a sample from the population; and compare the two."
            ]
        );
    }
}
