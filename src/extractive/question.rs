//! Questions that sentences of the text answer, each with the sentences that answer it.

use super::analysis::{Analysis, Class, Definition, Manner, Relation, Sentence, Term, capitalised};
use super::deed::what_was_done;
use super::firmness::points_outside;
use super::inversion;
use super::objectives::{clause, contrasted};
use super::phrase::{Filling, fill};
use super::put_by_text::{of_headings, own_question};
use super::reference::points_back;
use super::sense::has_adding_word;
use crate::language::{Form, Lexicon, Tense, Use, Why};

/// Most characters of an answer; far below its bound, because a learner asked one thing.
const MAX_ANSWER_CHARACTERS: usize = 600;
/// An answer of so many characters needs no further sentence.
const ENOUGH_CHARACTERS: usize = 220;
/// Most sentences of an answer.
const MAX_ANSWER_SENTENCES: usize = 3;

/// Verbs with which a text says much the same of a thing as what it is.
const DESCRIBING: [&str; 3] = ["describes", "describe", "describen"];

/// A question with its answer's sentences.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) question: String,
    /// Contiguous, ascending.
    pub(super) answer: Vec<usize>,
    /// What is asked for.
    pub(super) used: Use,
    /// How good it is, the higher the better.
    pub(super) worth: f64,
    /// What it is about, to tell doubles.
    pub(super) about: String,
    /// Only what was asked for, where the sentence gives it apart: the reason, the outcome.
    pub(super) brief: Option<String>,
}

/// Lists every question that the text answers.
pub(super) fn all(analysis: &Analysis) -> Vec<Asked> {
    let mut asked = of_headings(analysis);
    for sentence in analysis.sentences() {
        asked.extend(own_question(analysis, sentence));
        if sentence.fitness <= 0.0 {
            continue;
        }
        for relation in &sentence.relations {
            asked.extend(from_relation(analysis, sentence, relation));
        }
        asked.extend(explained(analysis, sentence));
        asked.extend(what_it_does(analysis, sentence));
        asked.extend(what_it_is(analysis, sentence));
        asked.extend(what_was_done(analysis, sentence));
    }
    without_twins(asked)
}

/// Leaves out "What does demand describe?" where "What is demand?" is asked: one answer does for both.
fn without_twins(asked: Vec<Asked>) -> Vec<Asked> {
    let defined: Vec<String> =
        asked.iter().filter(|asked| asked.used == Use::Definition).map(|asked| asked.about.clone()).collect();
    let twin = |asked: &Asked| {
        let (key, verb) = asked.about.rsplit_once(' ').unwrap_or_default();
        asked.used == Use::Function
            && DESCRIBING.contains(&verb)
            && defined.iter().any(|defined| defined == key)
    };
    asked.into_iter().filter(|asked| !twin(asked)).collect()
}

/// Questions after the means, the purpose or the result of a clause, in languages whose conjunctions
/// tell them apart.
fn explained(analysis: &Analysis, sentence: &Sentence) -> Option<Asked> {
    let lexicon = analysis.language().lexicon();
    let text = sentence.text.strip_suffix('.')?;
    let stands = sentence.is_quotable() || inversion::stands_without_also(text, lexicon);
    let phrases = &analysis.language().phrases;
    let before = phrases.explained_by.iter().find_map(|(mark, frame)| {
        let (effect, rest) = text.split_once(mark)?;
        // "um 1850" is a date; a purpose ends with an infinitive ("zu bauen", "durchzusetzen").
        let infinitive = rest.rsplit(' ').take(2).any(|word| word.contains("zu"));
        if mark.contains(" um ") && !infinitive {
            return None;
        }
        let asked = inversion::verb_first(analysis, &inversion::asked_effect(analysis, text, effect, rest))?;
        let conjunction = capitalised(mark.trim_matches([',', ' ']));
        Some((frame.replace("{C}", &asked), Some(format!("{conjunction} {rest}."))))
    });
    let after = || {
        phrases.leads_to.iter().find_map(|(mark, frame)| {
            let (_, effect) = text.split_once(mark)?;
            let asked = inversion::last_verb_first(analysis, effect)?;
            Some((frame.replace("{C}", &asked), None))
        })
    };
    let (question, brief) = before.or_else(after).filter(|_| stands)?;
    Some(Asked {
        about: question.to_lowercase(),
        question,
        answer: extended(analysis, vec![sentence.index]),
        used: Use::Cause,
        worth: 1.2 + sentence.importance,
        brief,
    })
}

fn from_relation(analysis: &Analysis, sentence: &Sentence, relation: &Relation) -> Option<Asked> {
    match relation {
        Relation::Definition(definition) => what_is(analysis, sentence, definition),
        Relation::Cause { effect, cause } => why(analysis, sentence, effect, cause),
        Relation::Condition { condition, outcome, manner } => {
            what_happens(analysis, sentence, condition, *manner)
                .and_then(|asked| with_outcome(asked, condition, outcome, analysis))
        }
        Relation::Contrast => how_different(analysis, sentence),
        Relation::Sequence | Relation::Example | Relation::Function => None,
    }
}

fn what_is(analysis: &Analysis, sentence: &Sentence, definition: &Definition) -> Option<Asked> {
    // "In 1861 Ruth Field, a widow, opened a school" tells what she did, not who she was.
    let aside = definition.person && definition.form == Form::Apposition;
    if aside && !sentence.text.starts_with(&definition.term) {
        return None;
    }
    let used = match (definition.past, definition.person) {
        (false, false) => Use::Definition,
        (true, false) => Use::PastDefinition,
        (false, true) if aside => Use::PastPerson,
        (false, true) => Use::Person,
        (true, true) => Use::PastPerson,
    };
    let (phrase, plural) = match definition.form {
        Form::Label => labelled_phrase(analysis, sentence, definition)?,
        _ => (asked_phrase(analysis, definition), definition.plural),
    };
    let filling = Filling { x: &phrase, plural, ..Filling::default() };
    let question = ask(analysis, used, &filling)?;
    let answer = match definition.form {
        Form::Copula | Form::Refers => grounded(analysis, sentence)?,
        Form::Called | Form::Apposition | Form::Label
            if sentence.stands_alone && !points_outside(analysis, &sentence.text) =>
        {
            extended(analysis, vec![sentence.index])
        }
        Form::Called | Form::Apposition | Form::Label => return None,
    };
    let sure = match definition.form {
        Form::Copula | Form::Refers => 1.0,
        Form::Called => 0.7,
        Form::Label => 0.6,
        Form::Apposition => 0.5,
    };
    let weight =
        definition.key_term.and_then(|number| analysis.terms().get(number)).map_or(0.1, |term| term.weight);
    Some(Asked { question, answer, used, worth: sure + weight, about: definition.key.clone(), brief: None })
}

/// The term as a question names it: with the article it has in its definition, or as the text
/// writes it elsewhere where that definition has none.
pub(super) fn asked_phrase(analysis: &Analysis, definition: &Definition) -> String {
    let has_article = definition.phrase != definition.term;
    let term = definition.key_term.and_then(|number| analysis.terms().get(number));
    match term {
        Some(term) if !has_article && term.plural == definition.plural && !definition.plural => {
            term.phrase.clone()
        }
        _ => definition.phrase.clone(),
    }
}

/// The term of a glossary ("Ribosome: the part …") as running text writes it, and whether that is a plural;
/// nothing where the text shows nowhere whether it takes an article.
fn labelled_phrase(
    analysis: &Analysis,
    sentence: &Sentence,
    definition: &Definition,
) -> Option<(String, bool)> {
    if definition.plural || definition.person || definition.phrase != definition.term {
        return Some((definition.phrase.clone(), definition.plural));
    }
    let term = definition.key_term.and_then(|number| analysis.terms().get(number))?;
    let shown = term.name
        || term.phrase != term.surface
        || term.sentences.iter().any(|index| *index != sentence.index);
    shown.then(|| (term.phrase.clone(), term.plural))
}

fn why(analysis: &Analysis, sentence: &Sentence, effect: &str, cause: &str) -> Option<Asked> {
    // "X is a method that …, because …": that it is one needs no reason.
    if sentence.definitions().any(|definition| definition.form == Form::Copula) {
        return None;
    }
    let lexicon = analysis.language().lexicon();
    let effect = inversion::asked_effect(analysis, &sentence.text, effect, cause);
    let effect = effect.as_str();
    let adds = super::analysis::tokens(effect, lexicon)
        .iter()
        .any(|token| lexicon.adding_words.contains(token.lower.as_str()));
    let stands = sentence.is_quotable()
        || sentence.fitness > 0.0 && inversion::stands_without_also(&sentence.text, lexicon);
    if !stands || effect.contains([';', ':', '“', '"', ',']) || adds {
        return None;
    }
    let fits = |clause: &String| !is_worked_example(clause) && !points_back(analysis, sentence, clause);
    let clause = clause(analysis, effect).filter(fits)?;
    let question = match analysis.language().phrases.why {
        Why::Inversion => inversion::why(analysis, &clause)?,
        Why::VerbFirst(frame) => frame.replace("{C}", &inversion::verb_first(analysis, effect)?),
        Why::Plain(frame) => {
            let asked = inversion::verb_before_subject(analysis, &clause);
            let asked = frame.replace("{C}", asked.as_deref().unwrap_or(&clause));
            analysis.language().phrases.contracted(asked)
        }
        Why::Never => return None,
    };
    let answer = extended(analysis, vec![sentence.index]);
    let because = analysis.language().phrases.because.replace("{C}", &analysis.inside_sentence(cause));
    Some(Asked {
        about: clause.to_lowercase(),
        question,
        answer,
        used: Use::Cause,
        worth: 1.3 + sentence.importance,
        brief: Some(analysis.language().phrases.contracted(because)),
    })
}

fn what_happens(analysis: &Analysis, sentence: &Sentence, condition: &str, manner: Manner) -> Option<Asked> {
    let used = match manner {
        Manner::When => Use::When,
        Manner::PastWhen => Use::PastWhen,
        Manner::If => Use::If,
    };
    let clause = sentence.is_quotable().then(|| clause(analysis, condition)).flatten()?;
    if points_back(analysis, sentence, condition) {
        return None;
    }
    let lexicon = analysis.language().lexicon();
    let imagined = super::analysis::tokens(&sentence.text, lexicon)
        .iter()
        .any(|token| lexicon.is_imagined(&token.lower));
    if imagined || is_worked_example(&clause) || has_adding_word(analysis, &clause) {
        return None;
    }
    let question = ask(analysis, used, &Filling { clause: &clause, ..Filling::default() })?;
    let answer = extended(analysis, vec![sentence.index]);
    Some(Asked {
        about: clause.to_lowercase(),
        question,
        answer,
        used,
        worth: 1.1 + sentence.importance,
        brief: None,
    })
}

/// Adds the outcome as the brief answer, unless it begins with a pronoun. An outcome that only
/// announces needs the sentences that follow; one about something else than the condition names no
/// antecedent.
fn with_outcome(asked: Asked, condition: &str, outcome: &str, analysis: &Analysis) -> Option<Asked> {
    let lexicon = analysis.language().lexicon();
    let leans = super::analysis::begins_with_pronoun(outcome, lexicon);
    if leans && is_about_another(condition, outcome, lexicon) {
        return None;
    }
    if announces(outcome, lexicon) {
        let last = asked.answer.last().copied()?;
        let answer = announced(analysis, asked.answer, last)?;
        return Some(Asked { answer, brief: None, ..asked });
    }
    Some(Asked { brief: (!leans).then(|| format!("{}.", capitalised(outcome))), ..asked })
}

/// "When confirmations arrive, it speeds up": the pronoun's number is not the subject's.
fn is_about_another(condition: &str, outcome: &str, lexicon: &Lexicon) -> bool {
    let pronoun = outcome.split([' ', '’', '\'']).next().unwrap_or_default().to_lowercase();
    let singular = matches!(pronoun.as_str(), "it" | "its");
    let words = super::analysis::tokens(condition, lexicon);
    let subject = super::analysis::runs(&words, lexicon).into_iter().next();
    let head = subject.and_then(|run| words.get(run.end.checked_sub(1)?));
    singular && head.is_some_and(|head| lexicon.looks_plural(&head.lower))
}

/// Whether a statement only announces what follows ("goes through a fixed sequence of steps").
fn announces(statement: &str, lexicon: &Lexicon) -> bool {
    let words = super::analysis::tokens(statement, lexicon);
    let near_end = words.iter().rev().filter(|token| token.is_word()).take(2);
    words.len() <= 14
        && near_end.into_iter().any(|token| lexicon.announcing_words.contains(token.lower.as_str()))
}

/// The answer with the sentences of its paragraph that follow; nothing if none does.
pub(super) fn announced(analysis: &Analysis, mut answer: Vec<usize>, last: usize) -> Option<Vec<usize>> {
    let paragraph = analysis.sentence(last)?.paragraph;
    let before = answer.len();
    for index in last + 1..=last + MAX_ANSWER_SENTENCES {
        let Some(next) = analysis.sentence(index) else { break };
        let follows = next.paragraph == paragraph && next.fitness > 0.0 && !next.is_question();
        // A list that is announced is not broken off before what leans on its beginning.
        let full = answer.len() >= MAX_ANSWER_SENTENCES && next.stands_alone;
        if !follows || full {
            break;
        }
        answer.push(index);
    }
    (answer.len() > before).then_some(answer)
}

fn how_different(analysis: &Analysis, sentence: &Sentence) -> Option<Asked> {
    let (left, right) = sentence.is_quotable().then(|| contrasted(analysis, sentence)).flatten()?;
    let filling = Filling { x: &left.phrase, y: &right.phrase, plural: left.plural, ..Filling::default() };
    let question = ask(analysis, Use::Contrast, &filling)?;
    let answer = extended(analysis, vec![sentence.index]);
    let about = format!("{} {}", left.key, right.key);
    Some(Asked {
        about,
        question,
        answer,
        used: Use::Contrast,
        worth: 0.7 + (left.weight + right.weight) / 2.0,
        brief: None,
    })
}

/// "Photosynthesis is the process by which these organisms …": a definition that leans on the
/// sentence before it answers together with that.
fn what_it_is(analysis: &Analysis, sentence: &Sentence) -> Option<Asked> {
    let before = analysis.sentence(sentence.index.checked_sub(1)?)?;
    let same = before.paragraph == sentence.paragraph && before.is_quotable();
    if !same || sentence.stands_alone || sentence.definitions().next().is_some() {
        return None;
    }
    let lexicon = analysis.language().lexicon();
    let mut named = sentence.terms.iter().filter_map(|number| analysis.terms().get(*number));
    let term = named.find(|term| {
        let opening = capitalised(&term.phrase);
        let rest = sentence.text.strip_prefix(opening.as_str()).unwrap_or_default();
        let mut next = rest.split_whitespace();
        let (verb, article) = (next.next().unwrap_or_default(), next.next().unwrap_or_default());
        rest.starts_with(' ')
            && matches!(verb, "is" | "are" | "es" | "son" | "est" | "sont" | "ist" | "sind")
            && (lexicon.definite.contains(article) || lexicon.indefinite.contains(article))
    })?;
    let filling = Filling { x: &term.phrase, plural: term.plural, ..Filling::default() };
    let question = ask(analysis, Use::Definition, &filling)?;
    let answer = extended(analysis, vec![before.index, sentence.index]);
    let about = term.key.clone();
    Some(Asked { question, answer, used: Use::Definition, worth: 0.9 + term.weight, about, brief: None })
}

/// "What does X measure?": the sentence begins with a key term and one of the verbs that ask.
fn what_it_does(analysis: &Analysis, sentence: &Sentence) -> Option<Asked> {
    if !sentence.is_quotable() {
        return None;
    }
    let (term, phrase, rest) = subject(analysis, sentence)?;
    let row = analysis
        .language()
        .phrases
        .function_questions
        .iter()
        .find(|(verb, _)| rest.strip_prefix(verb).is_some_and(|after| after.starts_with(' ')))?;
    let after = rest.get(row.0.len()..).unwrap_or_default().trim_start();
    let next = after.split_whitespace().next().unwrap_or_default();
    let counts =
        next.chars().any(char::is_numeric) || matches!(next, "unos" | "unas" | "about" | "only" | "cerca");
    // "What does a river do?" is asked of nothing so general.
    let too_wide =
        row.1.singular.ends_with("{X} do?") && phrase.split(' ').count() < 3 && phrase.starts_with("a ");
    if counts || too_wide {
        return None;
    }
    let plural = analysis.language().lexicon().looks_plural(&phrase.to_lowercase());
    let question = fill(&row.1, &Filling { x: &phrase, plural, ..Filling::default() }, analysis);
    let answer = extended(analysis, vec![sentence.index]);
    // The object alone answers, unless it is a clause or the question is after the whole action.
    let whole =
        row.1.singular.ends_with("do?") || row.1.singular.contains("used") || after.starts_with("how ");
    let brief = (!whole && !after.contains([';', ':'])).then(|| {
        let object = after.trim_end_matches('.').trim_start_matches("that ").trim_start_matches("that, ");
        format!("{}.", capitalised(object))
    });
    let brief = brief.filter(|_| !super::analysis::begins_with_pronoun(after, analysis.language().lexicon()));
    Some(Asked {
        about: format!("{} {}", term.key, row.0),
        question,
        answer,
        used: Use::Function,
        worth: 0.9 + term.weight,
        brief,
    })
}

/// Whether a clause belongs to a worked example: symbols and figures mean nothing outside it.
pub(super) fn is_worked_example(clause: &str) -> bool {
    clause.chars().any(|character| character.is_numeric() || "=$€£".contains(character))
        || clause
            .split(' ')
            .any(|word| word.len() == 1 && word.chars().all(char::is_uppercase) && word != "A" && word != "I")
}

/// The noun phrase around a key term that a sentence begins with, as it stands there, and what
/// follows it.
fn subject<'a>(analysis: &'a Analysis, sentence: &'a Sentence) -> Option<(&'a Term, String, &'a str)> {
    let text = sentence.text.as_str();
    let lexicon = analysis.language().lexicon();
    let words = super::analysis::tokens(text, lexicon);
    let verb = words.iter().take(8).position(|token| {
        let rest = text.get(token.bytes.start..).unwrap_or_default();
        let rows = analysis.language().phrases.function_questions.iter();
        rows.map(|(verb, _)| rest.strip_prefix(verb))
            .any(|after| after.is_some_and(|after| after.starts_with(' ')))
    })?;
    let before = words.get(..verb).filter(|before| !before.is_empty())?;
    let refused = before.iter().any(|token| {
        let word = token.lower.as_str();
        matches!(token.class, Class::Mark | Class::Verb | Class::Number)
            || lexicon.relatives.contains(word)
            || lexicon.pronouns.contains(word)
            || lexicon.subordinators.contains(word)
            // "Heavy rain is the most common cause of floods": the verb came before.
            || lexicon.auxiliaries.contains(word)
            || lexicon.has_other_ending(word)
            || lexicon.adding_words.contains(word)
            // "Each announcement contains …": which ones, only the text before says.
            || lexicon.singular_determiners.contains(word) && !lexicon.indefinite.contains(word)
            || lexicon.verb(word).is_some_and(|form| form.tense == Tense::Third)
    });
    // "The reaction releases heat": which one, only the text before says.
    let unnamed = matches!(before, [article, noun]
        if lexicon.definite.contains(article.lower.as_str()) && lexicon.is_process(&noun.lower));
    let end = before.last()?.bytes.end;
    let start = text.get(..end)?;
    let lower = start.to_lowercase();
    let mut named = sentence.terms.iter().filter_map(|number| analysis.terms().get(*number));
    let term = named.find(|term| {
        lower.contains(&term.surface.to_lowercase()) || lower.contains(&term.phrase.to_lowercase())
    })?;
    (!refused && !unnamed)
        .then(|| Some((term, analysis.inside_sentence(start), text.get(end..)?.trim_start())))?
}

fn ask(analysis: &Analysis, used: Use, filling: &Filling<'_>) -> Option<String> {
    let phrase = analysis.language().phrases.questions_for(used).next()?;
    Some(fill(&phrase.frame, filling, analysis))
}

/// The sentence, with the one before it where it leans on that and that one stands alone.
fn grounded(analysis: &Analysis, sentence: &Sentence) -> Option<Vec<usize>> {
    if sentence.stands_alone {
        return Some(extended(analysis, vec![sentence.index]));
    }
    let before = analysis.sentence(sentence.index.checked_sub(1)?)?;
    let same = before.paragraph == sentence.paragraph && before.is_quotable();
    same.then(|| vec![before.index, sentence.index])
}

/// Whether a sentence begins with a pronoun or demonstrative, so that it goes on with the one before.
fn continues(analysis: &Analysis, text: &str) -> bool {
    let lexicon = analysis.language().lexicon();
    let first = text.split_whitespace().next().unwrap_or_default().to_lowercase();
    super::analysis::begins_with_pronoun(text, lexicon) || lexicon.demonstratives.contains(first.as_str())
}

/// Adds the sentences after it that lean on it, up to a few.
pub(super) fn extended(analysis: &Analysis, mut answer: Vec<usize>) -> Vec<usize> {
    let length = |answer: &[usize]| -> usize {
        answer
            .iter()
            .filter_map(|index| analysis.sentence(*index))
            .map(|sentence| sentence.text.chars().count() + 1)
            .sum()
    };
    while answer.len() < MAX_ANSWER_SENTENCES && length(&answer) < ENOUGH_CHARACTERS {
        let Some(last) = answer.last().and_then(|index| analysis.sentence(*index)) else { break };
        let Some(next) = analysis.sentence(last.index + 1) else { break };
        let follows = next.paragraph == last.paragraph
            && next.fitness > 0.0
            && !next.is_question()
            && continues(analysis, &next.text);
        if !follows || length(&answer) + next.text.chars().count() > MAX_ANSWER_CHARACTERS {
            break;
        }
        answer.push(next.index);
    }
    answer
}
