//! What a sentence refers back to without a pronoun: nouns with a definite article that an earlier
//! sentence brought in ("The lost electron …"), and the other way round, which sentences bear such a
//! reference. Pronouns and connectives are `analysis::fitness`'s.

use super::analysis::{Analysis, Class, Sentence, Token, tokens};
use super::sense::{definition, padded};
use crate::language::{Articles, Form};
use crate::source::Role;

/// How many sentences back a noun may have been brought in.
const REACH: usize = 12;

/// Whether a sentence sets out from a noun that a sentence before brought in, in a language whose
/// definite article points back. What the title or the heading names needs no such sentence.
pub(super) fn takes_up(analysis: &Analysis, sentence: &Sentence) -> bool {
    if !matches!(analysis.language().articles, Articles::AsWritten) || defines_subject(analysis, sentence) {
        return false;
    }
    let Some(subject) = Subject::of(analysis, sentence) else { return false };
    let before = sentence.index.checked_sub(1).and_then(|before| analysis.sentence(before));
    let before = before.filter(|before| before.paragraph == sentence.paragraph);
    let named_before = before.is_some_and(|before| subject.is_named_in(&before.text));
    named_before || subject.bare && (before.is_some() && !subject.known || subject.was_introduced(analysis))
}

/// Whether a sentence says what its own subject is, or is called. "The excited electron moves through a
/// row of carriers known as a chain" defines something else than its subject.
fn defines_subject(analysis: &Analysis, sentence: &Sentence) -> bool {
    definition(analysis, sentence).is_some_and(|known| match known.form {
        Form::Copula | Form::Refers | Form::Label => true,
        Form::Called | Form::Apposition => {
            let opens = |part: &str| sentence.text.to_lowercase().starts_with(&part.to_lowercase());
            opens(&known.body) || opens(&known.phrase)
        }
    })
}

/// Words between a subject and its verb.
const BEFORE_VERB: [&str; 7] = ["then", "now", "also", "soon", "again", "often", "still"];

/// The definite noun phrase that a sentence sets out from.
struct Subject {
    /// Its head without the ending of the plural.
    stem: String,
    /// The sentence.
    index: usize,
    /// Whether nothing after the noun says which one is meant.
    bare: bool,
    /// Whether the text explains the phrase somewhere, or writes it as a name.
    known: bool,
}

impl Subject {
    fn of(analysis: &Analysis, sentence: &Sentence) -> Option<Subject> {
        let lexicon = analysis.language().lexicon();
        let all = tokens(&sentence.text, lexicon);
        // "If the counter reaches zero, …": the subject of the condition comes first.
        let conditional = all.first().is_some_and(|first| matches!(first.lower.as_str(), "if" | "when"));
        let all = all.get(usize::from(conditional)..)?;
        let opens = all.first().is_some_and(|first| lexicon.definite.contains(first.lower.as_str()));
        let participles = all.iter().skip(1).take_while(|token| lexicon.is_past(&token.lower)).count();
        let words = all.get(1 + participles..)?.iter().take_while(|token| token.class == Class::Content);
        let phrase: Vec<&Token> = words.collect();
        let head = phrase.last().filter(|_| opens)?;
        let stem = head.lower.trim_end_matches('s').to_owned();
        let place = analysis.source().sentences().get(sentence.index);
        let section = place.and_then(|place| analysis.source().sections().get(place.section));
        let heading = section.and_then(|section| section.heading.as_deref()).unwrap_or_default();
        let title = analysis.source().title().unwrap_or_default();
        let names = format!("{title} {heading}").to_lowercase();
        let next = all.get(1 + participles + phrase.len());
        let bare = next.is_some_and(|next| {
            lexicon.may_be_verb(&next.lower)
                || lexicon.is_past(&next.lower)
                || lexicon.auxiliaries.contains(next.lower.as_str())
                || lexicon.has_other_ending(&next.lower)
                || BEFORE_VERB.contains(&next.lower.as_str())
        });
        let is_term = |term: &str| {
            let spelled: Vec<&str> = phrase.iter().map(|token| token.lower.as_str()).collect();
            spelled.join(" ") == term
        };
        let mut terms = sentence.terms.iter().filter_map(|number| analysis.terms().get(*number));
        let known = phrase.iter().any(|token| token.is_capitalised())
            || terms.any(|term| term.definition.is_some() && is_term(&term.surface.to_lowercase()));
        (!names.contains(&stem)).then_some(Subject { stem, index: sentence.index, bare, known })
    }

    fn is_named_in(&self, text: &str) -> bool {
        padded(text).split_whitespace().any(|word| word.trim_end_matches('s') == self.stem)
    }

    /// Whether one of the sentences before speaks of "a" such thing.
    fn was_introduced(&self, analysis: &Analysis) -> bool {
        let lexicon = analysis.language().lexicon();
        let section =
            |index: usize| analysis.source().sentences().get(index).map(|sentence| sentence.section);
        (1..=REACH).filter_map(|back| self.index.checked_sub(back)).any(|index| {
            let known = section(index) == section(self.index);
            known
                && analysis.sentence(index).is_some_and(|sentence| {
                    let all = tokens(&sentence.text, lexicon);
                    all.iter().enumerate().any(|(at, token)| {
                        token.lower.trim_end_matches('s') == self.stem
                            && (1..=3).any(|back| {
                                let article = at.checked_sub(back).and_then(|at| all.get(at));
                                article.is_some_and(|article| {
                                    lexicon.indefinite.contains(article.lower.as_str())
                                        || lexicon.quantifiers.contains(article.lower.as_str()) && back == 1
                                })
                            })
                    })
                })
        })
    }
}

/// Whether a sentence calls somebody by the last name alone whom its paragraph has named in full ("According
/// to Johns …"), and not the one that the title or the heading names.
pub(super) fn names_again(analysis: &Analysis, sentence: &Sentence) -> bool {
    let lexicon = analysis.language().lexicon();
    if analysis.language().capitalised_nouns {
        return false;
    }
    let place = analysis.source().sentences().get(sentence.index);
    let section = place.and_then(|place| analysis.source().sections().get(place.section));
    let heading = section.and_then(|section| section.heading.as_deref()).unwrap_or_default();
    let called = format!("{} {heading}", analysis.source().title().unwrap_or_default());
    // What a sentence says of somebody is clear enough; what it only says by the way is not.
    let own = names(tokens(&sentence.text, lexicon).get(1..).unwrap_or_default());
    let first = sentence.index.saturating_sub(sentence.position_in_paragraph);
    let before = (first..sentence.index).filter_map(|index| analysis.sentence(index));
    let full: Vec<Vec<String>> = before
        .flat_map(|before| names(&tokens(&before.text, lexicon)))
        .filter(|name| name.len() > 1)
        .collect();
    own.iter()
        .filter(|name| name.len() == 1)
        .filter_map(|name| name.first())
        .any(|name| !called.contains(name.as_str()) && full.iter().any(|full| full.last() == Some(name)))
}

/// Whether a clause of a sentence speaks of "the" thing that the sentences just before brought in ("gaps in
/// the list"), and that neither the title nor the heading names nor the text explains.
pub(super) fn points_back(analysis: &Analysis, sentence: &Sentence, clause: &str) -> bool {
    if !matches!(analysis.language().articles, Articles::AsWritten) {
        return false;
    }
    let lexicon = analysis.language().lexicon();
    let place = analysis.source().sentences().get(sentence.index);
    let section = place.and_then(|place| analysis.source().sections().get(place.section));
    let heading = section.and_then(|section| section.heading.as_deref()).unwrap_or_default();
    let names = format!("{} {heading}", analysis.source().title().unwrap_or_default()).to_lowercase();
    let before = (1..=REACH).filter_map(|back| analysis.sentence(sentence.index.checked_sub(back)?));
    let before: Vec<String> = before
        .filter(|before| before.paragraph == sentence.paragraph)
        .map(|before| padded(&before.text))
        .collect();
    let known = |stem: &str| {
        let mut terms = analysis.terms().iter().filter(|term| term.definition.is_some());
        names.contains(stem) || terms.any(|term| term.surface.to_lowercase().contains(stem))
    };
    tokens(clause, lexicon).windows(2).any(|pair| match pair {
        [article, noun] => {
            let stem = noun.lower.trim_end_matches('s');
            let said = |text: &String| text.split(' ').any(|word| word.trim_end_matches('s') == stem);
            lexicon.definite.contains(article.lower.as_str())
                && noun.class == Class::Content
                && !known(stem)
                && before.iter().any(said)
        }
        _ => false,
    })
}

/// Runs of words with capitals, without the ending of the possessive.
fn names(words: &[Token]) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    let mut open = false;
    for token in words {
        let part = token.is_capitalised() && token.class != Class::Stop;
        let name = token.text.trim_end_matches("'s").trim_end_matches("’s").to_owned();
        match found.last_mut().filter(|_| open && part) {
            Some(run) => run.push(name),
            None if part => found.push(vec![name]),
            None => {}
        }
        open = part;
    }
    found
}

/// Whether the next sentence of its paragraph needs it: whoever takes it away leaves that dangling.
pub(super) fn bears(analysis: &Analysis, sentence: &Sentence) -> bool {
    let next = analysis.sentence(sentence.index + 1).filter(|next| next.paragraph == sentence.paragraph);
    next.is_some_and(|next| !next.stands_alone || takes_up(analysis, next) || continues_item(analysis, next))
}

/// Whether a sentence goes on with an item of a list that says first what something is: it is about
/// that, even where it does not name it.
pub(super) fn continues_item(analysis: &Analysis, sentence: &Sentence) -> bool {
    let head = sentence.index.checked_sub(sentence.position_in_paragraph);
    let head = head.and_then(|head| analysis.sentence(head));
    matches!(sentence.role, Role::ListItem { .. })
        && sentence.position_in_paragraph > 0
        && head.is_some_and(|head| head.definitions().next().is_some())
}

/// How many nouns with a definite article take up one that the sentences just before brought in.
pub(super) fn resumed(analysis: &Analysis, sentence: &Sentence) -> u8 {
    let lexicon = analysis.language().lexicon();
    let all = tokens(&sentence.text, lexicon);
    let before: String = (1..=3)
        .filter_map(|back| analysis.sentence(sentence.index.checked_sub(back)?))
        .filter(|before| before.paragraph == sentence.paragraph)
        .map(|before| before.text.to_lowercase() + " ")
        .collect();
    let taken_up = all.windows(2).filter(|pair| match pair {
        [article, noun] => {
            lexicon.definite.contains(article.lower.as_str())
                && noun.class == Class::Content
                && before.contains(noun.lower.as_str())
        }
        _ => false,
    });
    u8::try_from(taken_up.count().min(3)).unwrap_or(3)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{bears, names_again, takes_up};
    use crate::content::Request;
    use crate::extractive::Analysis;
    use crate::source::Source;

    const LEAVES: &str = "# The Leaf and Its Light\n\n## Light\n\n\
        When light strikes a leaf, a pigment loses an electron. Water soon makes up for this loss. \
        Plants need water and light on every day of the year.\n\n\
        The excited electron then moves through a row of carriers. Roots take up water from the soil. \
        The new compound is stable. The rate of growth depends on water. The leaf gives off oxygen.\n";

    fn analysis() -> Analysis {
        let request = Request::parse(&serde_json::json!({ "syllabus_text": LEAVES })).unwrap();
        Analysis::of(Arc::new(Source::read(LEAVES).unwrap()), &request).unwrap()
    }

    #[test]
    fn a_definite_subject_points_back_unless_the_title_names_it() {
        let analysis = analysis();
        let judged = |text: &str| {
            let sentence = analysis.sentences().iter().find(|sentence| sentence.text == text).unwrap();
            takes_up(&analysis, sentence)
        };
        assert!(judged("The excited electron then moves through a row of carriers."));
        assert!(judged("The new compound is stable."));
        assert!(!judged("The rate of growth depends on water."));
        assert!(!judged("The leaf gives off oxygen."));
    }

    #[test]
    fn somebody_mentioned_by_the_last_name_alone_was_named_before() {
        let text = "# How Leaves Were Studied\n\n## The Judges\n\nIn 1998 Adrian Johns wrote on trust in books. \
            According to Johns, trust is built up by people. Johns wrote three books on leaves. \
            Plants need water and light on every day of the year. Roots take up water from the soil. \
            Leaves give off oxygen in the light. A stem is a stalk that carries the leaves of a plant.\n\n\
            According to Johns, print is not reliable by nature.\n";
        let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
        let analysis = Analysis::of(Arc::new(Source::read(text).unwrap()), &request).unwrap();
        let again = analysis.sentences().iter().filter(|sentence| names_again(&analysis, sentence));
        let again: Vec<&str> = again.map(|sentence| sentence.text.as_str()).collect();
        assert_eq!(again, ["According to Johns, trust is built up by people."]);
    }

    #[test]
    fn a_sentence_bears_what_the_next_one_points_at() {
        let analysis = analysis();
        let sentence = |at: usize| analysis.sentence(at).unwrap();
        assert!(bears(&analysis, sentence(0)), "{}", sentence(0).text);
        assert!(!bears(&analysis, sentence(3)), "{}", sentence(3).text);
    }
}
