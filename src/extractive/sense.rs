//! What a sentence does for its reader: it defines, gives a reason, contrasts, illustrates, tells a date;
//! what it is about; and whether it can be kept in mind alone. Runs of sentences are `passage.rs`'s.

use super::analysis::{Analysis, Definition, Relation, Sentence, Term, tokens};
use super::consequence::{is_hearsay, sets_out_from_title, states_consequence};
use super::passage::{Passage, is_instruction};
use super::reference::{bears, resumed, takes_up};
use super::wording::subject;
use crate::language::cues::cues;
use crate::language::lesson::lesson;
use crate::language::{Articles, Form};
use crate::source::Role;

/// Words in which a statement must not point back.
pub(super) const OPENING_TOKENS: usize = 7;
/// Words after which a reason follows.
const BECAUSE: [&str; 5] = ["because", "porque", "weil", "parce", "puesto"];
/// Words among which the subject of a sentence mostly stands.
const SUBJECT_WORDS: usize = 4;
/// Most words of a sentence that only announces.
const MOST_ANNOUNCING: usize = 16;

/// What a passage does for its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PassageRole {
    /// Says what something is.
    Definition,
    /// Says anything else.
    Plain,
    /// Gives a reason.
    Cause,
    /// Goes on in a course of events.
    Sequence,
    /// Sets something against something.
    Contrast,
    /// Illustrates.
    Example,
    /// Gives quantities.
    Figures,
    /// Tells what happened in a certain year.
    History,
}

/// What a passage is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct About {
    /// As a noun phrase in running text.
    pub(super) phrase: String,
    /// Without its article.
    pub(super) bare: String,
}

pub(super) fn weight(analysis: &Analysis, sentence: &Sentence) -> f64 {
    let bonus = if definition(analysis, sentence).is_some() { 0.15 } else { 0.0 };
    sentence.importance * sentence.fitness + bonus
}

/// The definition that a sentence gives, unless another place in the text gives it better.
pub(super) fn definition<'a>(analysis: &Analysis, sentence: &'a Sentence) -> Option<&'a Definition> {
    sentence.definitions().find(|definition| {
        let term = definition.key_term.and_then(|number| analysis.terms().get(number));
        let is_best = term.is_none_or(|term| term.definition == Some(sentence.index));
        is_best
            && !gives_reason(analysis, &definition.body)
            && (definition.form != Form::Apposition || is_apposition(analysis, sentence, definition))
    })
}

/// Whether a text goes on to a reason: what has one is a judgement, not what something is.
fn gives_reason(analysis: &Analysis, text: &str) -> bool {
    let words = tokens(text, analysis.language().lexicon());
    words.iter().any(|word| BECAUSE.contains(&word.lower.as_str()))
}

/// Whether a comma behind a term opens an apposition: not where it ends an adverbial that the sentence
/// begins with ("In the fifteenth century, a goldsmith …").
fn is_apposition(analysis: &Analysis, sentence: &Sentence, definition: &Definition) -> bool {
    let lexicon = analysis.language().lexicon();
    let lower = sentence.text.to_lowercase();
    let term = definition.term.to_lowercase();
    let first = lower.split([' ', '’', '\'']).next().unwrap_or_default();
    let opens_with_noun = lexicon.definite.contains(first)
        || lexicon.indefinite.contains(first)
        || term.starts_with(first)
        || matches!(analysis.language().articles, Articles::AsWritten) && lexicon.is_content(first);
    let ends_opening = lower.split(',').next().is_some_and(|opening| opening.ends_with(&term));
    // What has a verb is a clause and no adverbial ("She worked with William Farr, a physician …").
    let opening = lower.split(',').next().unwrap_or_default();
    let has_verb =
        opening.split_whitespace().any(|word| lexicon.is_past(word) || lexicon.auxiliaries.contains(word));
    opens_with_noun || !ends_opening || has_verb
}

/// The definition that is what a sentence mainly says.
fn main_definition<'a>(analysis: &Analysis, sentence: &'a Sentence) -> Option<&'a Definition> {
    let found = definition(analysis, sentence)?;
    (found.form != Form::Apposition && !found.person).then_some(found)
}

/// Whether a passage can be kept in mind alone: a single statement that sets out without a pronoun
/// and has no word that joins it to others.
pub(super) fn is_statement(analysis: &Analysis, passage: &Passage) -> bool {
    let ([only], [text]) = (passage.sentences.as_slice(), passage.texts.as_slice()) else { return false };
    let Some(sentence) = analysis.sentence(*only) else { return false };
    let lexicon = analysis.language().lexicon();
    let opening = tokens(text, lexicon);
    let cues = cues(analysis.language_code());
    let points = opening.iter().take(OPENING_TOKENS).enumerate().any(|(place, token)| {
        let word = token.lower.as_str();
        // "Oxygen made it possible to …": what the pronoun stands for follows.
        let before = place.checked_sub(1).and_then(|before| opening.get(before));
        let empty = before.is_some_and(|before| cues.before_empty_object.contains(&before.lower.as_str()));
        if empty && cues.objects.contains(&word) {
            return false;
        }
        lexicon.pronouns.contains(word)
            || lexicon.person_pronouns.contains(word)
            || lexicon.demonstratives.contains(word)
    });
    let shown = opening.iter().enumerate().any(|(place, token)| {
        let next = opening.get(place + 1).map_or("", |next| next.lower.as_str());
        lexicon.demonstratives.contains(token.lower.as_str()) && !lexicon.after_demonstrative.contains(next)
    });
    let leans = shown
        || has_leaning_word(analysis, text)
        || has_adding_word(analysis, text)
        || announces(analysis, text)
        || only_imagines(analysis, text)
        || is_instruction(analysis, sentence)
        || is_hearsay(analysis, sentence)
        || takes_up(analysis, sentence)
        || is_calculated(analysis, sentence);
    sentence.stands_alone
        && !points
        && !leans
        && !text.ends_with(['?', '!'])
        && !text.contains(['=', '−', '×'])
        && !sentence.terms.is_empty()
}

/// Whether a sentence gives numbers of a worked example: its section computes.
fn is_calculated(analysis: &Analysis, sentence: &Sentence) -> bool {
    sentence.text.contains(|mark: char| mark.is_ascii_digit()) && stands_in_calculation(analysis, sentence)
}

/// Whether the section of a sentence computes.
pub(super) fn stands_in_calculation(analysis: &Analysis, sentence: &Sentence) -> bool {
    let source = analysis.source();
    let place = source.sentences().get(sentence.index);
    let section = place.and_then(|place| source.sections().get(place.section));
    let computes = |text: &str| text.contains('=') && text.contains(|mark: char| mark.is_ascii_digit());
    let mut texts = section
        .into_iter()
        .flat_map(|section| section.sentences.clone())
        .filter_map(|index| source.sentences().get(index));
    texts.any(|sentence| computes(&sentence.text))
}

/// Whether a text has a word that joins it to what stands before.
pub(super) fn has_leaning_word(analysis: &Analysis, text: &str) -> bool {
    let Some(lesson) = lesson(analysis.language_code()) else { return false };
    let text = padded(text);
    // "… and therefore …" draws its conclusion from the same sentence.
    let inside = format!(" {}", lesson.and);
    let leans =
        |(at, _): (usize, &str)| !text.get(..at).is_some_and(|before| before.ends_with(inside.as_str()));
    lesson.leaning.iter().any(|phrase| text.match_indices(&format!(" {phrase} ")).any(leans))
}

/// Whether a passage leans on others only because it draws a conclusion ("was therefore"): then it can
/// stand where the whole is concluded.
pub(super) fn concludes(analysis: &Analysis, passage: &Passage) -> bool {
    let Some(lesson) = lesson(analysis.language_code()) else { return false };
    let Some(first) = passage.texts.first() else { return false };
    let drops = |word: &&str| {
        let bare = word.trim_matches(|mark: char| !mark.is_alphanumeric()).to_lowercase();
        !lesson.concluding.split(' ').any(|known| known == bare)
    };
    let rest: Vec<&str> = first.split_whitespace().filter(drops).collect();
    let rest = rest.join(" ");
    let words = tokens(&rest, analysis.language().lexicon());
    rest != *first
        && !has_leaning_word(analysis, &rest)
        && !super::analysis::leans(&words, analysis.language().lexicon())
}

/// Whether a text adds to something that was said.
pub(super) fn has_adding_word(analysis: &Analysis, text: &str) -> bool {
    let Some(lesson) = lesson(analysis.language_code()) else { return false };
    holds(&padded(text), lesson.adding)
}

/// Whether a text only announces what the next sentence says ("There are two main reasons.").
pub(super) fn announces(analysis: &Analysis, text: &str) -> bool {
    let Some(lesson) = lesson(analysis.language_code()) else { return false };
    if text.contains([':', ';']) || text.split_whitespace().count() > MOST_ANNOUNCING {
        return false;
    }
    // "When rain falls, it can take two ways": the last clause announces.
    let padded = padded(text.rsplit(", ").next().unwrap_or_default());
    let words: Vec<&str> = padded.split_whitespace().collect();
    let is = |list: &str, word: &str| list.split(' ').any(|known| known == word);
    let counts = words.iter().enumerate().any(|(place, word)| {
        let counted = words.iter().skip(place + 1).take(3);
        is(lesson.announcing.numbers, word)
            && counted.into_iter().any(|noun| is(lesson.announcing.nouns, noun))
    });
    counts || holds(&padded, lesson.announcing.phrases)
}

/// Whether a text tells of what is only imagined and does not say under which condition.
pub(super) fn only_imagines(analysis: &Analysis, text: &str) -> bool {
    let lexicon = analysis.language().lexicon();
    let all = tokens(text, lexicon);
    let conditional = ["if", "unless", "without", "si", "sin", "sans", "wenn", "ohne", "because", "porque"];
    let noun = |place: usize| {
        let before = place.checked_sub(1).and_then(|before| all.get(before));
        before.is_some_and(|before| {
            let word = before.lower.as_str();
            lexicon.definite.contains(word)
                || lexicon.indefinite.contains(word)
                || lexicon.before_noun.contains(word)
        })
    };
    !all.iter().any(|token| conditional.contains(&token.lower.as_str()))
        && all.iter().enumerate().any(|(place, token)| lexicon.is_imagined(&token.lower) && !noun(place))
}

pub(super) fn padded(text: &str) -> String {
    let plain = text.to_lowercase().replace([',', ';', ':', '.', '!', '?'], " ");
    format!(" {} ", plain.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn holds(padded: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| padded.contains(&format!(" {phrase} ")))
}

/// How weighty a passage is as something to take away: general statements and
/// reasons before names and numbers.
pub(super) fn generality(analysis: &Analysis, passage: &Passage) -> f64 {
    let text = passage.text();
    let subject = text.split_whitespace().next().unwrap_or_default();
    let title = analysis.source().title().unwrap_or_default();
    // What is said of one name ("Venice soon became …") is particular, unless the whole is about it.
    let of_name = analysis.is_name(subject) && !title.contains(subject);
    // What is said of some only ("The bright reds of some maples …") is particular too.
    let partial = cues(analysis.language_code()).partial;
    let mut opening = text.split_whitespace().take(OPENING_TOKENS);
    let of_some = opening.any(|word| partial.contains(&word.to_lowercase().as_str()));
    let special = f64::from(particulars(analysis, &text)) + if of_name || of_some { 2.5 } else { 0.0 };
    let kind = match passage.role {
        PassageRole::Cause | PassageRole::Definition | PassageRole::Plain | PassageRole::Contrast => 0.0,
        PassageRole::Example | PassageRole::Figures | PassageRole::History | PassageRole::Sequence => -0.3,
    };
    passage.weight + kind + centrality(analysis, passage) - 0.12 * special
}

/// Counts the names and numbers of a text behind its first word: they make a statement particular.
pub(super) fn particulars(analysis: &Analysis, text: &str) -> u32 {
    let names = !analysis.language().capitalised_nouns;
    let special = text.split_whitespace().skip(1).filter(|word| {
        let bare = word.trim_matches(|mark: char| !mark.is_alphanumeric());
        let first = bare.chars().next();
        first.is_some_and(char::is_numeric)
            || (names && first.is_some_and(char::is_uppercase) && bare.chars().any(char::is_lowercase))
    });
    let numbers = lesson(analysis.language_code()).map_or("", |lesson| lesson.numbers);
    let counts = |word: &&str| numbers.split(' ').skip(2).any(|number| number.eq_ignore_ascii_case(word));
    let counted = text.split_whitespace().filter(counts).count();
    u32::try_from(special.count() + counted).unwrap_or(u32::MAX)
}

/// How much a passage is about what its text or its section is called: what its opening names counts,
/// and whether its paragraph begins with it. What was only just introduced ("the counter") counts less.
fn centrality(analysis: &Analysis, passage: &Passage) -> f64 {
    let Some(sentence) = passage.sentences.first().and_then(|index| analysis.sentence(*index)) else {
        return 0.0;
    };
    let place = analysis.source().sentences().get(sentence.index);
    let heading = place.and_then(|place| analysis.source().sections().get(place.section));
    let heading = heading.and_then(|section| section.heading.as_deref()).unwrap_or_default();
    let title = analysis.source().title().unwrap_or_default();
    let (heading, title) = (heading.to_lowercase(), subject(title).to_lowercase());
    let opening: Vec<&str> = sentence.text.split_whitespace().take(OPENING_TOKENS).collect();
    let opening = padded(&opening.join(" "));
    let named = |name: &str| {
        let terms = sentence.terms.iter().filter_map(|number| analysis.terms().get(*number));
        terms
            .map(|term| term.surface.to_lowercase())
            .any(|term| name.contains(&term) && opening.contains(&format!(" {term} ")))
    };
    let begins = match (opens_section(analysis, sentence), sentence.position_in_paragraph) {
        (true, _) => 0.25,
        (false, 0) => 0.15,
        (false, _) => 0.0,
    };
    let bears = if bears(analysis, sentence) { 0.15 } else { 0.0 };
    let listed = if matches!(sentence.role, Role::ListItem { .. }) { 0.2 } else { 0.0 };
    let of_section = if named(&heading) { 0.15 } else { 0.0 };
    let of_whole = if named(&title) || sets_out_from_title(analysis, sentence) { 0.2 } else { 0.0 };
    let sets_out: String = opening.split_whitespace().take(SUBJECT_WORDS).collect::<Vec<_>>().join(" ");
    let mut terms = sentence.terms.iter().filter_map(|number| analysis.terms().get(*number));
    let known = terms.any(|term| {
        let weighty = term.definition.is_some() || term.sentences.len() >= 3;
        weighty && sets_out.contains(&term.surface.to_lowercase())
    });
    let of_little = if known { 0.0 } else { 0.2 };
    let consequence = if states_consequence(analysis, sentence) { 0.15 } else { 0.0 };
    begins + of_section + of_whole + consequence
        - of_little
        - bears
        - listed
        - 0.15 * f64::from(resumed(analysis, sentence))
}

/// Whether a sentence is the first of its section: there authors say what it treats.
fn opens_section(analysis: &Analysis, sentence: &Sentence) -> bool {
    let place = analysis.source().sentences().get(sentence.index);
    let section = place.and_then(|place| analysis.source().sections().get(place.section));
    section.is_some_and(|section| section.sentences.start == sentence.index)
}

/// Whether a term can stand in a phrase as the language asks for it: with the article that the text
/// writes before it, unless it is a name or the language needs none.
pub(super) fn has_article(analysis: &Analysis, term: &Term) -> bool {
    let asked = matches!(analysis.language().articles, Articles::Definite(_));
    !asked || term.name || term.phrase != term.surface
}

/// A key term as a noun phrase that can stand after "about"; nothing if it might be no noun, or needs
/// an article that the text does not tell.
pub(super) fn named(analysis: &Analysis, term: &Term) -> Option<String> {
    let defined = term.definition.and_then(|index| analysis.sentence(index));
    let known = defined.and_then(|sentence| {
        sentence.definitions().find(|known| known.term.eq_ignore_ascii_case(&term.surface))
    });
    if matches!(analysis.language().articles, Articles::Definite(_)) {
        let known = known.filter(|known| known.phrase != known.term).map(|known| known.phrase.clone());
        return if has_article(analysis, term) { Some(term.phrase.clone()) } else { known };
    }
    if let Some(known) = known.filter(|known| known.plural || known.phrase != known.term) {
        return Some(known.phrase.clone());
    }
    let lexicon = analysis.language().lexicon();
    let word = term.surface.to_lowercase();
    if known.is_none()
        && !word.contains(' ')
        && (lexicon.may_be_verb(&word) || lexicon.has_adjective_ending(&word))
    {
        return None;
    }
    let bare = term.phrase == term.surface && !term.plural && !term.name;
    (!bare || known.is_some() || !is_counted(analysis, term)).then(|| term.phrase.clone())
}

/// Whether the text speaks of one of a thing ("a path"): then the bare singular is no phrase.
fn is_counted(analysis: &Analysis, term: &Term) -> bool {
    let lexicon = analysis.language().lexicon();
    let surface = term.surface.to_lowercase();
    let ones = |text: &str| {
        let lower = format!(" {} ", text.to_lowercase().replace([',', '.', ';', ':'], " "));
        lower.match_indices(&format!(" {surface} ")).any(|(place, _)| {
            let before = lower.get(..place).and_then(|before| before.rsplit(' ').next()).unwrap_or_default();
            lexicon.indefinite.contains(before) || lexicon.singular_determiners.contains(before)
        })
    };
    term.sentences.iter().filter_map(|index| analysis.sentence(*index)).any(|sentence| ones(&sentence.text))
}

/// Whether a key term is surely a noun and not a verb form that looks like one.
fn is_solid(term: &Term) -> bool {
    term.definition.is_some()
        || term.surface.contains(' ')
        || (!term.plural && term.phrase != term.surface)
        || term.sentences.len() >= 3
}

/// The term that a sentence defines, or else a key term that it sets out with.
pub(super) fn about(analysis: &Analysis, sentence: &Sentence) -> Option<About> {
    if let Some(found) = main_definition(analysis, sentence) {
        return Some(About { phrase: found.phrase.clone(), bare: found.term.clone() });
    }
    let words = sentence.text.split_whitespace().take(OPENING_TOKENS).collect::<Vec<_>>();
    let opening = format!(" {} ", words.join(" ").to_lowercase().replace([',', ';', ':', '.'], ""));
    let title = analysis.source().title().unwrap_or_default().to_lowercase();
    let terms = whole_terms(analysis, sentence).into_iter().filter_map(|number| analysis.terms().get(number));
    let mut opens = terms.filter(|term| {
        let surface = term.surface.to_lowercase();
        let weighs = term.definition.is_some() || term.plural && term.weight > 0.2;
        weighs && opening.contains(&format!(" {surface} ")) && !title.contains(&surface)
    });
    opens.next().and_then(|term| Some(About { phrase: named(analysis, term)?, bare: term.surface.clone() }))
}

/// Key terms of a sentence that can be asked about: nouns, and no mere part of a longer term there.
pub(super) fn whole_terms(analysis: &Analysis, sentence: &Sentence) -> Vec<usize> {
    let surface = |number: &usize| {
        analysis
            .terms()
            .get(*number)
            .map_or(String::new(), |term| format!(" {} ", term.surface.to_lowercase()))
    };
    let is_part = |number: &usize| {
        let name = surface(number);
        sentence.terms.iter().any(|other| other != number && surface(other).contains(&name))
    };
    let solid = |number: &usize| {
        analysis.terms().get(*number).is_some_and(|term| is_solid(term) && named(analysis, term).is_some())
    };
    sentence.terms.iter().filter(|number| !is_part(number) && solid(number)).copied().collect()
}

/// What a sentence does.
pub(super) fn role(analysis: &Analysis, sentence: &Sentence) -> PassageRole {
    let has = |wanted: fn(&Relation) -> bool| sentence.relations.iter().any(wanted);
    if main_definition(analysis, sentence).is_some() {
        PassageRole::Definition
    } else if has(|relation| matches!(relation, Relation::Example)) {
        PassageRole::Example
    } else if has(|relation| matches!(relation, Relation::Cause { .. })) {
        PassageRole::Cause
    } else if has(|relation| matches!(relation, Relation::Contrast)) {
        PassageRole::Contrast
    } else if has(|relation| matches!(relation, Relation::Sequence)) {
        PassageRole::Sequence
    } else if names_a_year(&sentence.text) {
        PassageRole::History
    } else if gives_figures(&sentence.text) {
        PassageRole::Figures
    } else {
        PassageRole::Plain
    }
}

/// Numbers of a text with their place among its words.
fn numbers(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|mark: char| !mark.is_ascii_digit()))
        .enumerate()
        .filter(|(_, number)| !number.is_empty())
}

fn is_year(number: &str) -> bool {
    number.len() == 4 && number.parse::<u32>().is_ok_and(|year| (1000..2100).contains(&year))
}

/// Whether a sentence sets out from a year, and does not just mention one.
fn names_a_year(text: &str) -> bool {
    numbers(text).any(|(place, number)| place < 7 && is_year(number))
}

/// Whether a sentence gives quantities; days of a month and years are none.
fn gives_figures(text: &str) -> bool {
    let quantity = |number: &str| {
        number.contains(['.', ',']) || number.parse::<u32>().is_ok_and(|value| value > 31 && !is_year(number))
    };
    text.contains(['%', '°', '‰']) || numbers(text).any(|(_, number)| quantity(number))
}

#[cfg(test)]
mod tests {
    use super::{gives_figures, names_a_year};

    #[test]
    fn a_date_is_no_figure() {
        assert!(!gives_figures("Le 17 juin 1789, ils se proclamèrent Assemblée nationale."));
        assert!(gives_figures("About 97 % of it is salt water."));
        assert!(gives_figures("The press printed 1,500 sheets."));
    }

    #[test]
    fn history_begins_with_its_year() {
        assert!(names_a_year("In an experiment published in 1648, he grew a willow."));
        assert!(!names_a_year(
            "The equality that was proclaimed at the assembly of the year 1789 was a promise."
        ));
    }
}
