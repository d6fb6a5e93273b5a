//! Sentences that say what something is called, where the name itself can be asked for: "In many places
//! they are stacked like coins, and such a stack is called a _____." Whoever can fill the gap knows the
//! term; no other word fits.

use super::analysis::{Analysis, Class, Sentence, Stems, Token, runs, tokens};
use super::gap::{GAP, cut, is_article, is_listed};
use crate::language::cues::cues;

/// A sentence with a gap for the name that it gives.
pub(super) struct Naming {
    /// The sentence up to the name, behind the one that it leans on.
    pub(super) front: String,
    /// The name as the text writes it.
    pub(super) answer: String,
    /// Stems of the name, to tell doubles.
    pub(super) key: String,
    /// The sentence that the front begins with, if the naming one leans on it.
    pub(super) ground: Option<usize>,
}

/// Cuts the name out of a sentence that gives one; nothing if it gives none, or several.
pub(super) fn naming(analysis: &Analysis, sentence: &Sentence, stems: &mut Stems) -> Option<Naming> {
    let lexicon = analysis.language().lexicon();
    let named_from = name_begins(analysis, &sentence.text)?;
    let words = tokens(&sentence.text, lexicon);
    let first = words.iter().position(|token| token.bytes.start >= named_from)?;
    let first = first + usize::from(is_article(words.get(first)?, lexicon));
    let run = runs(&words, lexicon).into_iter().find(|run| run.start == first)?;
    let ends = words.get(run.end).is_none_or(|next| next.class == Class::Mark || goes_on(next));
    if !ends || is_listed(&run, &words) {
        return None;
    }
    let key = stems.key(words.get(run.clone())?);
    let (gapped, answer) = cut(&sentence.text, &words, &run, lexicon)?;
    let asked = format!("{}{GAP}.", gapped.split_once(GAP)?.0);
    let alone = analysis.facts(sentence)?.alone;
    let ground = if alone { None } else { Some(leaned_on(analysis, sentence)?) };
    let front = match ground {
        Some(before) => format!("{} {asked}", before.text),
        None => asked,
    };
    Some(Naming { front, answer, key, ground: ground.map(|before| before.index) })
}

/// Where the name begins, behind the first phrase that gives one.
fn name_begins(analysis: &Analysis, text: &str) -> Option<usize> {
    let ends_of = |phrase: &&str| {
        let phrase = format!(" {phrase} ");
        text.find(&phrase).map(|at| at + phrase.len())
    };
    let opening = |phrase: &&str| {
        let rest = text.get(..phrase.len()).filter(|opening| opening.to_lowercase() == **phrase);
        rest.map(|opening| opening.len() + 1)
    };
    let phrases = cues(analysis.language_code()).naming;
    phrases.iter().filter_map(|phrase| ends_of(phrase).or_else(|| opening(phrase))).min()
}

/// "… and occurs in high mountains": what follows the name is a statement of its own.
fn goes_on(token: &Token) -> bool {
    matches!(token.lower.as_str(), "and" | "y" | "et" | "und")
}

/// The sentence before, if it can open a card.
fn leaned_on<'a>(analysis: &'a Analysis, sentence: &Sentence) -> Option<&'a Sentence> {
    let before = analysis.sentence(sentence.index.checked_sub(1)?)?;
    let alone = analysis.facts(before).is_some_and(|facts| facts.alone);
    (before.paragraph == sentence.paragraph && alone && !before.is_question()).then_some(before)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::naming;
    use crate::content::Request;
    use crate::extractive::Analysis;
    use crate::extractive::analysis::Stems;
    use crate::source::Source;

    /// The cards that a text's sentences give, which names nothing in its other sentences.
    fn cards(text: &str, rest: &str) -> Vec<(String, String)> {
        let text = &format!("{text}\n\n{rest}");
        let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
        let analysis = Analysis::of(Arc::new(Source::read(text).unwrap()), &request).unwrap();
        let mut stems = Stems::of(analysis.language());
        let found =
            analysis.sentences().iter().filter_map(|sentence| naming(&analysis, sentence, &mut stems));
        found.map(|naming| (naming.front, naming.answer)).collect()
    }

    const ENGLISH: &str = "Rivers carry water from the hills to the sea. Plants need water and light. \
        Rain feeds the springs of most rivers. Floods carry sand and stones from the hills.";
    const SPANISH: &str = "El agua de los ríos llega al mar. Las plantas necesitan agua y luz. \
        La lluvia alimenta los manantiales de muchos ríos. Los ríos llevan arena y piedras al mar. \
        El sol calienta la superficie de los mares y de los suelos. Las hojas sueltan vapor al aire.";

    #[test]
    fn a_name_that_a_sentence_gives_is_asked_for() {
        let text = "In many places the sacs are stacked like coins, and such a stack is called a granum. \
            Leaves hold green pigments that take up the light of the sun. \
            Molten rock cools under the ground and forms large bodies of crystals over the years. \
            These bodies are known as plutons and lie deep below. \
            Two forms of memory are called encoding, storage and retrieval by many writers.";
        assert_eq!(
            cards(text, ENGLISH),
            [
                (
                    "In many places the sacs are stacked like coins, and such a stack is called a _____."
                        .to_owned(),
                    "granum".to_owned()
                ),
                (
                    "Molten rock cools under the ground and forms large bodies of crystals over the years. \
                     These bodies are known as _____."
                        .to_owned(),
                    "plutons".to_owned()
                ),
            ]
        );
    }

    #[test]
    fn a_spanish_name_comes_with_the_sentence_that_it_is_given_to() {
        let text = "Para formar gotas, el vapor necesita partículas sobre las que depositarse. \
            Se conocen como núcleos de condensación y pueden ser granos de polvo o de sal.";
        let front = "Para formar gotas, el vapor necesita partículas sobre las que depositarse. \
            Se conocen como _____.";
        assert_eq!(cards(text, SPANISH), [(front.to_owned(), "núcleos de condensación".to_owned())]);
    }
}
