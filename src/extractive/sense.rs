//! What a sentence does for its reader: it defines, gives a reason, contrasts, illustrates, tells a date;
//! what it is about; and whether it can be kept in mind alone. Runs of sentences are `passage.rs`'s.

use super::analysis::{Analysis, Class, Definition, Relation, Sentence, Term, Token, tokens};
use super::consequence::is_hearsay;
use super::passage::{Passage, is_instruction};
use super::reference::takes_up;
use crate::language::cues::cues;
use crate::language::lesson::lesson;
use crate::language::{Articles, Form};

/// Words in which a statement must not point back.
pub(super) const OPENING_TOKENS: usize = 7;
/// Words after which a reason follows.
const BECAUSE: [&str; 5] = ["because", "porque", "weil", "parce", "puesto"];
/// Most words of a sentence that only announces.
const MOST_ANNOUNCING: usize = 16;

/// Words behind which a number counts and is no year.
pub(super) const ROUGHLY: [&str; 10] =
    ["unos", "unas", "about", "some", "roughly", "nearly", "almost", "environ", "etwa", "rund"];

/// Phrases with a word that adds nothing in them.
const HARMLESS: [&str; 4] =
    [" other things being equal ", " each other ", " one another ", " en otras regiones "];

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
    let defines = definition(analysis, sentence).is_some_and(|found| !names_by_the_way(found));
    let bonus = if defines { 0.15 } else { 0.0 };
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
    let has_verb = opening.split_whitespace().any(|word| lexicon.is_past(word) || lexicon.is_only_verb(word));
    opens_with_noun || !ends_opening || has_verb
}

/// The definition that is what a sentence mainly says.
fn main_definition<'a>(analysis: &Analysis, sentence: &'a Sentence) -> Option<&'a Definition> {
    let found = definition(analysis, sentence)?;
    (found.form != Form::Apposition && !found.person && !names_by_the_way(found)).then_some(found)
}

/// Whether a definition gives a name that the text does not come back to: the sentence is about what it
/// tells, not about the name.
fn names_by_the_way(definition: &Definition) -> bool {
    definition.form == Form::Called && definition.key_term.is_none()
}

/// Whether a passage can be kept in mind alone: a single statement.
pub(super) fn is_statement(analysis: &Analysis, passage: &Passage) -> bool {
    let ([only], [text]) = (passage.sentences.as_slice(), passage.texts.as_slice()) else { return false };
    analysis.sentence(*only).is_some_and(|sentence| states(analysis, sentence, text))
}

/// Whether a sentence, in that wording, can be kept in mind alone: it sets out without a pronoun and has
/// no word that joins it to others.
pub(super) fn states(analysis: &Analysis, sentence: &Sentence, text: &str) -> bool {
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
        // "The press did not by itself …": a reflexive stands for its own subject.
        let reflexive = place > 0 && (word.ends_with("self") || word.ends_with("selves"));
        !reflexive && lexicon.pronouns.contains(word)
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
    let text = HARMLESS.iter().fold(padded(text), |text, phrase| text.replace(phrase, " "));
    holds(&text, lesson.adding)
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

/// What a passage speaks of: a key term that its first sentence sets out with, and not as a mere setting
/// ("In Europe …"), or that comes back in the sentences after it.
pub(super) fn spoken_of(analysis: &Analysis, passage: &Passage) -> Option<About> {
    let first = analysis.sentence(*passage.sentences.first()?)?;
    let title = analysis.source().title().unwrap_or_default().to_lowercase();
    let words = tokens(&first.text, analysis.language().lexicon());
    let others = passage.sentences.get(1..)?;
    let mut terms = whole_terms(analysis, first).into_iter().filter_map(|number| {
        let term = analysis.terms().get(number)?;
        let comes_back = others.iter().any(|other| term.sentences.contains(other));
        let fits = comes_back && !describes(&words, term) || sets_out_with(analysis, &words, term);
        // "What do we need to understand about an ore?" is asked of nothing so small.
        let lexicon = analysis.language().lexicon();
        let article = term.phrase.split(' ').next().unwrap_or_default();
        let small = term.definition.is_none() && lexicon.indefinite.contains(article);
        (fits && !small && !title.contains(&term.surface.to_lowercase())).then_some(term)
    });
    terms.find_map(|term| Some(About { phrase: named(analysis, term)?, bare: term.surface.clone() }))
}

/// Whether a term stands before another noun there and only describes it ("German readers").
fn describes(words: &[Token], term: &Term) -> bool {
    let surface = term.surface.to_lowercase();
    let count = surface.split(' ').count();
    words.windows(count + 1).any(|window| {
        let Some((next, start)) = window.split_last() else { return false };
        let spelled: Vec<&str> = start.iter().map(|token| token.lower.as_str()).collect();
        spelled.join(" ") == surface && next.class == Class::Content
    })
}

/// Whether a sentence begins with a term, perhaps behind its article.
fn sets_out_with(analysis: &Analysis, words: &[Token], term: &Term) -> bool {
    let lexicon = analysis.language().lexicon();
    let article = words.first().is_some_and(|first| {
        lexicon.definite.contains(first.lower.as_str()) || lexicon.indefinite.contains(first.lower.as_str())
    });
    let surface = term.surface.to_lowercase();
    let start = words.iter().skip(usize::from(article)).take(surface.split(' ').count());
    start.map(|token| token.lower.as_str()).collect::<Vec<_>>().join(" ") == surface
        && !describes(words, term)
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

/// Whether a sentence sets out from a year, and does not just mention one. "About 1386 million" is none.
fn names_a_year(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let counts = |place: usize| {
        let before = place.checked_sub(1).and_then(|before| words.get(before)).copied().unwrap_or_default();
        let after = words.get(place + 1).copied().unwrap_or_default();
        ROUGHLY.contains(&before) || after.starts_with("mill") || after.starts_with("Mill") || after == "mil"
    };
    numbers(text).any(|(place, number)| place < 7 && is_year(number) && !counts(place))
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
        assert!(!names_a_year("La Tierra contiene unos 1386 millones de kilómetros cúbicos de agua."));
        assert!(!names_a_year(
            "The equality that was proclaimed at the assembly of the year 1789 was a promise."
        ));
    }
}
