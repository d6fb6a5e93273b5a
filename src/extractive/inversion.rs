//! "Why" questions from statements, as English forms them: the auxiliary goes before the subject,
//! and where there is none, "do" does. Only clauses whose subject and verb are certain are turned.

use super::analysis::{Analysis, Class, Token, tokens};
use crate::language::{Lexicon, Tense};

/// Most words before the verb.
const MAX_SUBJECT_WORDS: usize = 12;

/// Asks for the reason of a statement, or gives nothing if its verb is not certain.
pub(super) fn why(analysis: &Analysis, clause: &str) -> Option<String> {
    let lexicon = analysis.language().lexicon();
    let words = tokens(clause, lexicon);
    let verb = main_verb(&words, lexicon)?;
    let token = words.get(verb)?;
    let subject_end = words.get(verb.checked_sub(1)?)?.bytes.end;
    let subject = analysis.inside_sentence(clause.get(..subject_end)?.trim());
    let rest = clause.get(token.bytes.end..)?.trim().trim_end_matches(['.', ',']);
    let next = words.get(verb + 1);
    if is_auxiliary(token, next, lexicon) {
        return Some(match token.lower.as_str() {
            "cannot" => format!("Why can {subject} not {rest}?"),
            auxiliary => format!("Why {auxiliary} {subject} {rest}?"),
        });
    }
    let form = lexicon.verb(&token.lower)?;
    let helper = match form.tense {
        Tense::Third => "does",
        Tense::Past => "did",
        Tense::Base => "do",
        Tense::Participle | Tense::Finite => return None,
    };
    let space = if rest.is_empty() { "" } else { " " };
    Some(format!("Why {helper} {subject} {}{space}{rest}?", form.base))
}

/// "has" and "do" help only before another verb form.
fn is_auxiliary(token: &Token, next: Option<&Token>, lexicon: &Lexicon) -> bool {
    let main_or_helper = matches!(token.lower.as_str(), "has" | "have" | "had" | "do" | "does" | "did");
    let helps = next.is_some_and(|next| {
        next.lower == "not"
            || next.lower == "been"
            || lexicon
                .verb(&next.lower)
                .is_some_and(|form| matches!(form.tense, Tense::Participle | Tense::Past))
    });
    lexicon.auxiliaries.contains(token.lower.as_str()) && (!main_or_helper || helps)
}

/// Place of the finite verb, if everything before it is certainly its subject.
fn main_verb(words: &[Token], lexicon: &Lexicon) -> Option<usize> {
    let mut content_seen = false;
    for (at, token) in words.iter().enumerate().take(MAX_SUBJECT_WORDS + 1) {
        let word = token.lower.as_str();
        let blocks = token.class == Class::Mark
            || lexicon.relatives.contains(word)
            || (lexicon.subordinators.contains(word) && word != "as")
            || matches!(word, "to" | "and" | "or" | "not" | "there" | "if");
        let joins = matches!(word, "and" | "or") && at > 0;
        if blocks && !joins {
            return None;
        }
        if content_seen && is_finite(token, words.get(at + 1), lexicon) {
            return Some(at);
        }
        if content_seen && lexicon.may_be_verb(word) && unclear(token, words.get(at + 1), lexicon) {
            return None;
        }
        content_seen |= matches!(token.class, Class::Content | Class::Number);
    }
    None
}

/// Whether a word can only be the finite verb here.
fn is_finite(token: &Token, next: Option<&Token>, lexicon: &Lexicon) -> bool {
    let word = token.lower.as_str();
    if lexicon.auxiliaries.contains(word) {
        return !matches!(word, "be" | "been" | "being");
    }
    let Some(form) = lexicon.verb(word) else { return false };
    let object = next.is_some_and(|next| {
        lexicon.definite.contains(next.lower.as_str())
            || lexicon.indefinite.contains(next.lower.as_str())
            || matches!(next.lower.as_str(), "their" | "its" | "more" | "less" | "only" | "into" | "on")
    });
    match form.tense {
        Tense::Third => !form.also_noun || object,
        Tense::Past => !form.also_noun && object,
        Tense::Base => !form.also_noun,
        Tense::Participle | Tense::Finite => false,
    }
}

/// Whether a word may be a verb that the statement turns on without our being certain.
fn unclear(token: &Token, next: Option<&Token>, lexicon: &Lexicon) -> bool {
    let Some(form) = lexicon.verb(&token.lower) else { return false };
    match form.tense {
        Tense::Past => true,
        Tense::Third | Tense::Base => {
            form.also_noun
                && next.is_none_or(|next| next.class != Class::Content && !lexicon.may_be_verb(&next.lower))
        }
        Tense::Participle | Tense::Finite => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::why;
    use crate::content::Request;
    use crate::extractive::Analysis;
    use crate::source::Source;

    #[test]
    fn a_statement_is_turned_only_if_its_verb_is_certain() {
        let text = include_str!("test_texts/volcanoes.md");
        let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
        let analysis = Analysis::of(Arc::new(Source::read(text).unwrap()), &request).unwrap();
        let table = [
            ("demand for insulin is highly inelastic", Some("Why is demand for insulin highly inelastic?")),
            ("a higher price reduces revenue", Some("Why does a higher price reduce revenue?")),
            ("printers needed a thicker ink", Some("Why did printers need a thicker ink?")),
            ("gas bubbles cannot escape easily", Some("Why can gas bubbles not escape easily?")),
            ("plants have evolved ways around it", Some("Why have plants evolved ways around it?")),
            ("the plants that grow here need water", None),
            ("it is clear", None),
            ("printing spread falsehood", None),
        ];
        for (clause, wanted) in table {
            assert_eq!(why(&analysis, clause).as_deref(), wanted, "{clause}");
        }
    }
}
