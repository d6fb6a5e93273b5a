//! Questions that the text puts itself, as headings or in its paragraphs, with the sentences that answer
//! them. Those that its statements answer are `question.rs`'s.

use super::analysis::{Analysis, Sentence};
use super::question::{Asked, announced, extended};
use crate::language::Use;

/// Questions that stand as headings, answered by what their sections begin with.
pub(super) fn of_headings(analysis: &Analysis) -> Vec<Asked> {
    let lexicon = analysis.language().lexicon();
    let mut asked = Vec::new();
    for section in analysis.source().sections().iter().filter(|section| !section.is_title) {
        let heading = section.heading.as_deref().unwrap_or_default();
        let words = super::analysis::tokens(heading, lexicon);
        let asks = heading.ends_with('?') && (4..=20).contains(&super::analysis::count_words(heading));
        if !asks || super::analysis::leans_on_pronoun(&words, lexicon) {
            continue;
        }
        let mut sentences = section.sentences.clone().filter_map(|index| analysis.sentence(index));
        let Some(first) = sentences.find(|sentence| sentence.is_quotable()) else { continue };
        let answer = announced(analysis, vec![first.index], first.index).unwrap_or(vec![first.index]);
        asked.push(Asked {
            about: heading.to_lowercase(),
            question: heading.to_owned(),
            answer,
            used: Use::Clause,
            worth: 1.5,
            brief: None,
        });
    }
    asked
}

/// A question that the text itself puts and then answers.
pub(super) fn own_question(analysis: &Analysis, sentence: &Sentence) -> Option<Asked> {
    let lexicon = analysis.language().lexicon();
    let words = super::analysis::tokens(&sentence.text, lexicon);
    if !sentence.is_question()
        || !(4..=25).contains(&sentence.words)
        || super::analysis::leans(&words, lexicon)
    {
        return None;
    }
    let next = analysis.sentence(sentence.index + 1).filter(|_| !sentence.text.contains(':'))?;
    let evades = super::analysis::tokens(&next.text, lexicon)
        .iter()
        .any(|token| lexicon.asks_about.contains(token.lower.as_str()));
    if evades {
        return None;
    }
    let same = next.paragraph == sentence.paragraph && next.fitness > 0.0 && !next.is_question();
    let answer = same.then(|| extended(analysis, vec![next.index]))?;
    let question = sentence.text.clone();
    Some(Asked {
        about: question.to_lowercase(),
        question,
        answer,
        used: Use::Clause,
        worth: 1.6,
        brief: None,
    })
}
