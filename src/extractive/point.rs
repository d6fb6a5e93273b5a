//! Points: the statements of a section that a reader should keep. What a section opens with, what draws
//! its conclusion and what is said of its own matter in general weighs more than steps, names and
//! numbers. Whether a sentence can be kept in mind alone is `sense.rs`'s.

use super::analysis::{Analysis, Plan, Relation, Sentence};
use super::chapter::{Chapter, unfilled};
use super::consequence::{sets_out_from_title, states_consequence};
use super::drawn::{drawn, is_stressed};
use super::passage::Passage;
use super::reference::{bears, resumed};
use super::sense::{OPENING_TOKENS, PassageRole, ROUGHLY, padded};
use super::wording::{Gist, subject};
use crate::language::Tense;
use crate::language::cues::cues;
use crate::language::lesson::lesson;
use crate::source::Role;

/// Words among which the subject of a sentence mostly stands.
const SUBJECT_WORDS: usize = 4;
/// Key terms that make up what a section is about.
const TERMS_OF_SECTION: usize = 5;
/// Verbs with which one measure is given in another.
const EQUALS: [&str; 5] = ["equals", "equivale", "equivalen", "équivaut", "entspricht"];
/// What a statement weighs more that draws a conclusion.
const CONCLUSION: f64 = 0.3;
/// Names and numbers beyond these change nothing.
const MOST_PARTICULARS: f64 = 6.0;

/// Offers each section's statements one by one, worded by `set` and weighed as points; among them those
/// that draw a conclusion, without the words that draw it. The lead comes first, as it runs.
pub(super) fn points(
    analysis: &Analysis,
    plan: &Plan,
    set: &dyn Fn(&Sentence) -> Option<String>,
) -> Vec<Chapter> {
    let mut found = unfilled(analysis, plan, set);
    let mut said: Vec<Gist> = Vec::new();
    for chapter in &mut found {
        let Some(section) = chapter.number.and_then(|number| plan.sections.get(number)) else { continue };
        let sentences = section.sentences.iter().filter_map(|index| analysis.sentence(*index));
        let offered = sentences.filter_map(|sentence| offered(analysis, sentence, &section.terms, set));
        chapter.passages = offered
            .filter(|passage| {
                let gist = Gist::of(&passage.text());
                let fresh = !said.iter().any(|before| before.is_near(&gist));
                said.push(gist);
                fresh
            })
            .collect();
    }
    found
}

/// A sentence as a passage of its own, if it can stand alone as it is or as a conclusion.
fn offered(
    analysis: &Analysis,
    sentence: &Sentence,
    terms: &[usize],
    set: &dyn Fn(&Sentence) -> Option<String>,
) -> Option<Passage> {
    let facts = analysis.facts(sentence)?;
    let running = matches!(sentence.role, Role::Prose | Role::ListItem { .. });
    let usable = running && sentence.fitness > 0.0 && !sentence.is_question();
    let conclusion = if facts.alone { None } else { drawn(analysis, sentence) };
    (usable && (facts.alone || conclusion.is_some())).then_some(())?;
    let bonus = if conclusion.is_some() { CONCLUSION } else { 0.0 };
    let stated = conclusion.as_ref().unwrap_or(sentence);
    Some(Passage {
        sentences: vec![sentence.index],
        texts: vec![set(stated)?],
        role: facts.role,
        about: facts.about.clone(),
        paragraph: sentence.paragraph,
        leans: false,
        opens: false,
        weight: worth(analysis, stated, terms) + bonus,
    })
}

/// How weighty a sentence is as a point of a section with these key terms, the most telling first.
pub(super) fn worth(analysis: &Analysis, sentence: &Sentence, terms: &[usize]) -> f64 {
    let Some(facts) = analysis.facts(sentence) else { return 0.0 };
    let opens = opens_section(analysis, sentence);
    let telling = analysis.telling();
    let kind = match facts.role {
        // In a life, what happened in a certain year is the matter itself.
        _ if telling.of_person => 0.0,
        PassageRole::Cause | PassageRole::Definition | PassageRole::Plain | PassageRole::Contrast => 0.0,
        // "The first stage …": where a section opens with it, it is what the section is about.
        PassageRole::Sequence if opens => 0.0,
        PassageRole::Example | PassageRole::Figures | PassageRole::History | PassageRole::Sequence => -0.3,
    };
    let of_section = terms.iter().take(TERMS_OF_SECTION);
    let covered = of_section.filter(|term| sentence.terms.contains(term)).count();
    let covered = f64::from(u32::try_from(covered).unwrap_or(0)) * 0.06;
    let stressed = if is_stressed(analysis, sentence) { 0.4 } else { 0.0 };
    let closing = if closes_text(analysis, sentence) { 0.4 } else { 0.0 };
    let of_hero = if telling.of_person && sentence.with_pronoun.is_some() { 0.2 } else { 0.0 };
    // In a text that does not tell of the past, what was once the case only leads to the matter.
    let background = if facts.past && !telling.narrates { 0.25 } else { 0.0 };
    let weight =
        facts.weight + kind + covered + stressed + closing + of_hero + place(analysis, sentence) - background;
    weight + centrality(analysis, sentence) - particularity(analysis, sentence)
}

/// Whether a sentence stands in the part that closes the text by its heading ("Summary"): there the
/// author says what to keep.
fn closes_text(analysis: &Analysis, sentence: &Sentence) -> bool {
    let sentences = analysis.source().sentences();
    let last = sentences.last().map(|last| last.section);
    let generic = &analysis.language().lexicon().generic_headings;
    last == sentences.get(sentence.index).map(|place| place.section)
        && generic.contains(&heading(analysis, sentence).to_lowercase().as_str())
}

/// Points stand where a section or a paragraph opens, or where the section ends; what stands in the
/// middle of a paragraph carries them out.
fn place(analysis: &Analysis, sentence: &Sentence) -> f64 {
    let next = analysis.sentence(sentence.index + 1);
    let ends = next.is_none_or(|next| next.paragraph != sentence.paragraph);
    match sentence.position_in_paragraph {
        _ if opens_section(analysis, sentence) => 0.4,
        0 => 0.15,
        1 => 0.0,
        _ if ends => -0.1,
        _ => -0.2,
    }
}

/// How much a sentence speaks of single things: names, numbers, one step of a course of events.
fn particularity(analysis: &Analysis, sentence: &Sentence) -> f64 {
    let text = sentence.text.as_str();
    let subject = text.split_whitespace().next().unwrap_or_default();
    let title = analysis.source().title().unwrap_or_default();
    // What is said of one name ("Venice soon became …") is particular, unless the whole is about it.
    let subject = subject.strip_suffix("'s").unwrap_or(subject);
    let named = title.contains(subject) || heading(analysis, sentence).contains(subject);
    let of_name = analysis.is_name(subject) && !named;
    // What is said of some only ("The bright reds of some maples …") is particular too.
    let partial = cues(analysis.language_code()).partial;
    let mut opening = text.split_whitespace().take(OPENING_TOKENS);
    let of_some = opening.any(|word| partial.contains(&word.to_lowercase().as_str()));
    let special = f64::from(particulars(analysis, text)) + if of_name || of_some { 2.5 } else { 0.0 };
    // "Drawn as a graph, …" says how, before it says what.
    let lexicon = analysis.language().lexicon();
    let first = text.split([' ', ',']).next().unwrap_or_default().to_lowercase();
    let drawn =
        if lexicon.verb(&first).is_some_and(|form| form.tense == Tense::Participle) { 0.3 } else { 0.0 };
    // "A person who puts down the keys …" illustrates what holds for all.
    let mut opening = text.split(' ').map(|word| word.trim_matches(',').to_lowercase());
    let one = opening.next().is_some_and(|first| lexicon.indefinite.contains(first.as_str()))
        && opening.next().is_some_and(|second| lexicon.is_person(&second))
        && sentence.definitions().next().is_none();
    let one = if one { 0.3 } else { 0.0 };
    let step = sentence.relations.iter().any(|relation| matches!(relation, Relation::Condition { .. }));
    let listed = if lists_cases(text) { 0.5 } else { 0.0 };
    let measured = if gives_measure(analysis, text) { 0.7 } else { 0.0 };
    let each = if analysis.telling().of_person { 0.04 } else { 0.12 };
    listed
        + measured
        + drawn
        + one
        + each * special.min(MOST_PARTICULARS)
        + if step && !opens_section(analysis, sentence) { 0.3 } else { 0.0 }
}

/// Whether a text lists single things behind a colon.
fn lists_cases(text: &str) -> bool {
    text.split_once(": ").is_some_and(|(_, list)| list.matches(", ").count() > 1)
}

/// Whether a statement gives a measure ("contains about 1386 million cubic kilometers"): a figure to look
/// up, not a thought to keep. Years, and numbers in names, are none.
fn gives_measure(analysis: &Analysis, text: &str) -> bool {
    let numbers = lesson(analysis.language_code()).map_or("", |lesson| lesson.numbers);
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.trim_matches(|mark: char| !mark.is_alphanumeric()).to_lowercase())
        .collect();
    let one = words.first().is_some_and(|first| analysis.language().lexicon().indefinite.contains(&**first));
    let equals = one && words.iter().any(|word| EQUALS.contains(&word.as_str()));
    equals
        || words.windows(2).any(|pair| match pair {
            [rough, number] => {
                let figure = number.starts_with(|first: char| first.is_ascii_digit());
                let counted = numbers.split(' ').any(|known| known == number);
                ROUGHLY.contains(&rough.as_str()) && (figure || counted)
            }
            _ => false,
        })
}

/// Counts the names and numbers of a text behind its first word, each once: they make a statement
/// particular.
pub(super) fn particulars(analysis: &Analysis, text: &str) -> u32 {
    let names = !analysis.language().capitalised_nouns;
    let numbers = lesson(analysis.language_code()).map_or("", |lesson| lesson.numbers);
    let mut special: Vec<&str> = Vec::new();
    for (place, word) in text.split_whitespace().enumerate() {
        let bare = word.trim_matches(|mark: char| !mark.is_alphanumeric());
        let first = bare.chars().next();
        let name = names && first.is_some_and(char::is_uppercase) && bare.chars().any(char::is_lowercase);
        let counted = numbers.split(' ').skip(2).any(|number| number.eq_ignore_ascii_case(bare));
        let is_special = place > 0 && (name || first.is_some_and(char::is_numeric)) || counted;
        if is_special && !special.contains(&bare) {
            special.push(bare);
        }
    }
    u32::try_from(special.len()).unwrap_or(u32::MAX)
}

/// How much a sentence is about what its text or its section is called, by what its opening names. What
/// was only just introduced ("the counter") counts less.
fn centrality(analysis: &Analysis, sentence: &Sentence) -> f64 {
    let title = analysis.source().title().unwrap_or_default();
    let (heading, title) = (heading(analysis, sentence).to_lowercase(), subject(title).to_lowercase());
    let opening: Vec<&str> = sentence.text.split_whitespace().take(OPENING_TOKENS).collect();
    let opening = padded(&opening.join(" "));
    let named = |name: &str| {
        let terms = sentence.terms.iter().filter_map(|number| analysis.terms().get(*number));
        terms
            .map(|term| term.surface.to_lowercase())
            .any(|term| name.contains(&term) && opening.contains(&format!(" {term} ")))
    };
    let bears = if bears(analysis, sentence) { 0.05 } else { 0.0 };
    let listed = if matches!(sentence.role, Role::ListItem { .. }) { 0.4 } else { 0.0 };
    let of_section = if named(&heading) { 0.15 } else { 0.0 };
    let whole = !analysis.telling().of_person && (named(&title) || sets_out_from_title(analysis, sentence));
    let of_whole = if whole { 0.2 } else { 0.0 };
    let sets_out: String = opening.split_whitespace().take(SUBJECT_WORDS).collect::<Vec<_>>().join(" ");
    let mut terms = sentence.terms.iter().filter_map(|number| analysis.terms().get(*number));
    let known = terms.any(|term| {
        let weighty = term.definition.is_some() || term.sentences.len() >= 3;
        weighty && sets_out.contains(&term.surface.to_lowercase())
    });
    let of_little = if known { 0.0 } else { 0.2 };
    let consequence = if states_consequence(analysis, sentence) { 0.15 } else { 0.0 };
    of_section + of_whole + consequence
        - of_little
        - bears
        - listed
        - 0.15 * f64::from(resumed(analysis, sentence))
}

/// The heading over a sentence.
fn heading<'a>(analysis: &'a Analysis, sentence: &Sentence) -> &'a str {
    let place = analysis.source().sentences().get(sentence.index);
    let section = place.and_then(|place| analysis.source().sections().get(place.section));
    section.and_then(|section| section.heading.as_deref()).unwrap_or_default()
}

/// Whether a sentence is the first of its section: there authors say what it treats.
pub(super) fn opens_section(analysis: &Analysis, sentence: &Sentence) -> bool {
    let place = analysis.source().sentences().get(sentence.index);
    let section = place.and_then(|place| analysis.source().sections().get(place.section));
    section.is_some_and(|section| section.sentences.start == sentence.index)
}

/// Whether a passage can be kept as a point: one statement of that many words, no case of something.
pub(super) fn is_point(
    analysis: &Analysis,
    passage: &Passage,
    words: std::ops::RangeInclusive<usize>,
) -> bool {
    let ([only], [text]) = (passage.sentences.as_slice(), passage.texts.as_slice()) else { return false };
    let Some(sentence) = analysis.sentence(*only) else { return false };
    let general = match passage.role {
        PassageRole::Plain | PassageRole::Cause | PassageRole::Contrast | PassageRole::Definition => true,
        PassageRole::Sequence => opens_section(analysis, sentence),
        PassageRole::History => analysis.telling().of_person,
        PassageRole::Example | PassageRole::Figures => false,
    };
    // "am 7. Dezember": a sentence with a stop inside cannot be set behind other words.
    let whole = !text.trim_end_matches('.').contains(". ");
    whole
        && !lists_cases(text)
        && words.contains(&passage.words())
        && general
        && says_a_point(analysis, sentence, text)
}

/// Whether a sentence, in that wording, is a statement of what holds and not of what is only imagined.
fn says_a_point(analysis: &Analysis, sentence: &Sentence, text: &str) -> bool {
    let reworded = Sentence { text: text.to_owned(), ..sentence.clone() };
    let sentence = match drawn(analysis, sentence) {
        Some(conclusion) => Sentence { text: text.to_owned(), ..conclusion },
        None => reworded,
    };
    super::sense::states(analysis, &sentence, text) && !imagines(analysis, text)
}

/// Whether a text is a thought experiment: "If all water fitted into a bottle, … would …".
fn imagines(analysis: &Analysis, text: &str) -> bool {
    let lexicon = analysis.language().lexicon();
    let first = text.split([' ', ',']).next().unwrap_or_default().to_lowercase();
    let conditional = lexicon.subordinators.contains(first.as_str());
    let words = super::analysis::tokens(text, lexicon);
    conditional && words.iter().any(|token| lexicon.is_imagined(&token.lower))
}
