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

/// Puts the auxiliary that ends a German subordinate clause before everything else.
pub(super) fn last_verb_first(analysis: &Analysis, clause: &str) -> Option<String> {
    let lexicon = analysis.language().lexicon();
    let (rest, verb) = clause.trim().rsplit_once(' ')?;
    let leans = super::analysis::leans_on_pronoun(&tokens(rest, lexicon), lexicon);
    let (rest, first) = (without_also(rest), rest.split(' ').next()?);
    let reflexive = rest.split(' ').any(|word| word == "sich");
    let usable =
        lexicon.auxiliaries.contains(verb) && !leans && !reflexive && !rest.contains([',', ';', ':']);
    (usable && rest.split(' ').count() > 2 && !lexicon.pronouns.contains(first))
        .then(|| format!("{verb} {rest}"))
}

/// Whether a sentence leans only because it begins with "also".
pub(super) fn stands_without_also(text: &str, lexicon: &Lexicon) -> bool {
    let rest = without_also(text);
    rest != text && !super::analysis::leans(&tokens(&rest, lexicon), lexicon)
}

fn without_also(text: &str) -> String {
    let is_also =
        |word: &&str| matches!(word.to_lowercase().as_str(), "also" | "auch" | "ebenfalls" | "también");
    text.split(' ').filter(|word| !is_also(word)).collect::<Vec<_>>().join(" ")
}

/// The effect as a question asks for it: without "also", with an opening adverbial at its end, and
/// only up to the first comma where the sentence ends with it.
pub(super) fn asked_effect(analysis: &Analysis, text: &str, effect: &str, cause: &str) -> String {
    let ends_sentence = text.find(effect).zip(text.find(cause)).is_some_and(|(effect, cause)| effect > cause);
    let effect = match effect.split_once(", ") {
        Some((first, _)) if ends_sentence && first.split(' ').count() >= 4 => first.to_owned(),
        Some((opening, rest)) if !rest.contains(',') && is_adverbial(analysis, opening) => {
            format!("{rest} {}", analysis.inside_sentence(opening))
        }
        _ => effect.to_owned(),
    };
    without_also(&effect)
}

/// "In dim light": an English preposition with a few words.
fn is_adverbial(analysis: &Analysis, opening: &str) -> bool {
    let first = opening.split(' ').next().unwrap_or_default().to_lowercase();
    let preposition = matches!(first.as_str(), "in" | "at" | "on" | "during" | "under" | "within" | "near");
    preposition && analysis.language_code() == "en" && opening.split(' ').count() <= 5
}

/// Puts the finite verb of a German main clause before everything else: "Kinder arbeiteten dort" to
/// "arbeiteten Kinder dort". Nothing if the verb is not certain.
pub(super) fn verb_first(analysis: &Analysis, clause: &str) -> Option<String> {
    let lexicon = analysis.language().lexicon();
    let words = tokens(clause, lexicon);
    let place = words.iter().take(MAX_SUBJECT_WORDS).enumerate().skip(1).position(|(at, token)| {
        let after_noun =
            at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(Token::is_capitalised);
        let known = lexicon.auxiliaries.contains(token.lower.as_str());
        !token.is_capitalised() && (known || after_noun && lexicon.is_past(&token.lower))
    })? + 1;
    let verb = words.get(place)?;
    let before = clause.get(..verb.bytes.start)?.trim();
    let blocked = words
        .iter()
        .take(place)
        .any(|token| token.class == Class::Mark || lexicon.pronouns.contains(token.lower.as_str()));
    let after = clause.get(verb.bytes.end..)?.trim();
    let first = before.split(' ').next()?;
    let is_noun = !lexicon.stop.contains(first.to_lowercase().as_str());
    let subject = if is_noun { before.to_owned() } else { super::analysis::decapitalised(before) };
    // "schlossen sich Arbeiter zusammen": the pronoun goes before a noun.
    let (reflexive, after) = match after.strip_prefix("sich ") {
        Some(rest) => ("sich ", rest),
        None => ("", after),
    };
    (!blocked && !after.is_empty()).then(|| format!("{} {reflexive}{subject} {after}", verb.text))
}

/// Most words of a subject that stands behind its verb, where more follows.
const MAX_INVERTED_WORDS: usize = 6;

/// Puts the verb of a Spanish statement before its subject, as questions have it: "el hielo se evapora
/// deprisa" to "se evapora el hielo deprisa". Nothing if verb or subject are not certain.
pub(super) fn verb_before_subject(analysis: &Analysis, clause: &str) -> Option<String> {
    let lexicon = analysis.language().lexicon();
    let dropping = lexicon.dropping.as_ref()?;
    let words = tokens(clause, lexicon);
    let is_article = |token: &Token| {
        lexicon.definite.contains(token.lower.as_str()) || lexicon.indefinite.contains(token.lower.as_str())
    };
    let verb = words.iter().skip(1).position(|token| {
        lexicon.is_only_verb(&token.lower) && !dropping.is_not_finite(&token.lower) && !token.is_capitalised()
    })? + 1;
    let mut start = verb;
    while let Some(before) = start.checked_sub(1).and_then(|at| words.get(at))
        && dropping.clitics.contains(before.lower.as_str())
        && (start == verb || !is_article(before))
    {
        start -= 1;
    }
    let mut end = verb + 1;
    while words.get(end).is_some_and(|token| dropping.is_participle(&token.lower)) {
        end += 1;
    }
    let before = words.get(..start)?;
    let opens = before.first().is_some_and(|first| is_article(first) || first.is_capitalised());
    let certain = before.iter().all(|token| {
        token.class != Class::Mark
            && !lexicon.relatives.contains(token.lower.as_str())
            && !lexicon.subordinators.contains(token.lower.as_str())
    });
    let (first, last) = (words.get(start)?.bytes.start, words.get(end - 1)?.bytes.end);
    let (subject, group) = (clause.get(..first)?.trim(), clause.get(first..last)?);
    let rest = clause.get(last..)?;
    let fits = rest.is_empty() || before.len() <= MAX_INVERTED_WORDS;
    (opens && certain && fits).then(|| format!("{group} {subject}{rest}"))
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

    #[test]
    fn a_german_question_begins_with_the_verb() {
        let text = include_str!("../../tests/fixtures/texts/die-industrielle-revolution.md");
        let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
        let analysis = Analysis::of(Arc::new(Source::read(text).unwrap()), &request).unwrap();
        let table = [
            ("Kinder arbeiteten in Fabriken", Some("arbeiteten Kinder in Fabriken")),
            ("Die Städte wuchsen in einem hohen Tempo", Some("wuchsen die Städte in einem hohen Tempo")),
            ("Kinder hatten sich dort verletzt", Some("hatten sich Kinder dort verletzt")),
            ("In Preußen wurde die Arbeit beschränkt", Some("wurde in Preußen die Arbeit beschränkt")),
            ("Sie wurde nicht von Watt erfunden", None),
        ];
        for (clause, wanted) in table {
            assert_eq!(super::verb_first(&analysis, clause).as_deref(), wanted, "{clause}");
        }
    }

    #[test]
    fn a_spanish_question_has_the_verb_before_its_subject() {
        let text = include_str!("../../examples/el-ciclo-del-agua.md");
        let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
        let analysis = Analysis::of(Arc::new(Source::read(text).unwrap()), &request).unwrap();
        let table = [
            ("el descontento creció", Some("creció el descontento")),
            ("el hielo se evapora deprisa", Some("se evapora el hielo deprisa")),
            (
                "la viruela fue declarada erradicada en 1980",
                Some("fue declarada erradicada la viruela en 1980"),
            ),
            ("los ríos no llegan al mar", Some("no llegan los ríos al mar")),
            ("el agua que cae se evapora", None),
            ("hace falta cerca de un litro", None),
        ];
        for (clause, wanted) in table {
            assert_eq!(super::verb_before_subject(&analysis, clause).as_deref(), wanted, "{clause}");
        }
    }

    #[test]
    fn an_effect_is_asked_for_without_what_surrounds_it() {
        let text = include_str!("test_texts/volcanoes.md");
        let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
        let analysis = Analysis::of(Arc::new(Source::read(text).unwrap()), &request).unwrap();
        let table = [
            (
                "In dim light, the gas makes little difference",
                "because it is dark",
                "the gas makes little difference in dim light",
            ),
            ("Limestone also dissolves in water", "because rain is acidic", "Limestone dissolves in water"),
        ];
        for (effect, cause, wanted) in table {
            let text = format!("{effect}, {cause}.");
            assert_eq!(super::asked_effect(&analysis, &text, effect, cause), wanted);
        }
    }
}
