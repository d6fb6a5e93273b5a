//! Learning objectives that the text states itself ("students will be able to: …"): they stand in
//! the text's words. `objectives.rs` makes up for those that are missing.

use super::analysis::{Analysis, Stems, Topic, capitalised, count_words, tokens};
use super::objectives::{Drafted, MAX_OBJECTIVES, WORDS};
use crate::content::Objective;
use crate::language::syllabus::syllabus;

/// Most stated objectives that are taken over: the bound of an outline.
const MAX_STATED: usize = MAX_OBJECTIVES + 2;

/// Takes over the objectives that the text states, each with the topics it is nearest to.
pub(super) fn write(analysis: &Analysis) -> Vec<Drafted> {
    let mut drafted: Vec<Drafted> = Vec::new();
    let mut stems = Stems::of(analysis.language());
    let topics: Vec<Known> =
        analysis.topics().iter().map(|topic| known(analysis, topic, &mut stems)).collect();
    for index in analysis.stated_objectives() {
        let Some(objective) = objective(analysis, *index) else { continue };
        let repeats = drafted.iter().any(|other| other.objective.text == objective.text);
        if repeats || drafted.len() == MAX_STATED {
            continue;
        }
        let words = content_stems(analysis, &objective.text, &mut stems);
        drafted.push(Drafted { topics: nearest(&topics, &words), objective });
    }
    serve(&topics, &mut drafted, analysis, &mut stems);
    drafted
}

/// An item as an objective: its verb first, in a form that can be observed.
fn objective(analysis: &Analysis, index: usize) -> Option<Objective> {
    let sentence = analysis.sentence(index)?;
    let text = sentence.text.trim_end_matches(['.', ';', ',', ' ']);
    let text = text.strip_suffix(&format!("; {}", analysis.language().phrases.and)).unwrap_or(text);
    let text = observable(analysis, text)?;
    let verb = text.split([' ', '’', '\'', ',']).next().unwrap_or_default();
    let level = analysis.language().levels_of_verb(verb).into_iter().max()?;
    (WORDS.contains(&count_words(&text)) && text.chars().count() >= 15).then(|| Objective {
        number: 0,
        text: capitalised(&text),
        level,
        evidence: analysis.evidence_of(&[index]),
    })
}

/// "Understand how prices form" becomes "Describe how prices form".
fn observable(analysis: &Analysis, text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let forbidden = analysis.language().verbs.forbidden;
    let Some(verb) = forbidden.iter().find(|verb| lower.starts_with(&format!("{verb} "))) else {
        return Some(text.to_owned());
    };
    let observed = syllabus(analysis.language_code())?.observable_verb;
    let rest = text.get(verb.len()..)?.trim_start();
    (!observed.is_empty()).then(|| format!("{observed} {rest}"))
}

/// What a topic is known by.
struct Known {
    title: Vec<String>,
    words: Vec<String>,
}

fn known(analysis: &Analysis, topic: &Topic, stems: &mut Stems) -> Known {
    let sentences = topic.sentences.iter().filter_map(|index| analysis.sentence(*index));
    let texts: Vec<&str> = sentences.map(|sentence| sentence.text.as_str()).collect();
    Known {
        title: content_stems(analysis, &topic.title, stems),
        words: content_stems(analysis, &texts.join(" "), stems),
    }
}

fn content_stems(analysis: &Analysis, text: &str, stems: &mut Stems) -> Vec<String> {
    let lexicon = analysis.language().lexicon();
    let words = tokens(text, lexicon);
    let content = words.iter().filter(|token| {
        lexicon.is_content(&token.lower)
            && !lexicon.weak.contains(token.lower.as_str())
            && !lexicon.is_only_verb(&token.lower)
    });
    let mut found: Vec<String> = content.map(|token| stems.singular(&token.lower)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The topics that share most words with an objective, at most three that share nearly as many.
fn nearest(topics: &[Known], words: &[String]) -> Vec<usize> {
    let shared: Vec<usize> = topics.iter().map(|topic| likeness(topic, words)).collect();
    let most = shared.iter().copied().max().unwrap_or_default();
    let best = shared.iter().enumerate().filter(|(number, count)| {
        let named =
            topics.get(*number).is_some_and(|topic| words.iter().any(|word| topic.title.contains(word)));
        most > 0 && (**count == most || (named && **count * 2 >= most))
    });
    best.map(|(number, _)| number).take(3).collect()
}

/// How many words a topic shares; those of its title tell more.
fn likeness(topic: &Known, words: &[String]) -> usize {
    let shared = |known: &[String]| words.iter().filter(|word| known.contains(word)).count();
    shared(&topic.title) * 3 + shared(&topic.words)
}

/// Gives every topic an objective and every objective a topic: by shared words, else the neighbour's.
fn serve(topics: &[Known], drafted: &mut [Drafted], analysis: &Analysis, stems: &mut Stems) {
    let words: Vec<Vec<String>> =
        drafted.iter().map(|draft| content_stems(analysis, &draft.objective.text, stems)).collect();
    for (number, topic) in topics.iter().enumerate() {
        if drafted.iter().any(|draft| draft.topics.contains(&number)) {
            continue;
        }
        let best = words.iter().map(|words| likeness(topic, words)).enumerate();
        let best =
            best.max_by_key(|(place, count)| (*count, usize::MAX - place)).filter(|(_, count)| *count > 0);
        if let Some(draft) = best.and_then(|(place, _)| drafted.get_mut(place)) {
            draft.topics.push(number);
        }
    }
    let last = topics.len().saturating_sub(1);
    let count = drafted.len().max(1);
    for (place, draft) in drafted.iter_mut().enumerate() {
        if draft.topics.is_empty() {
            draft.topics.push(last * (place + 1) / count);
        }
    }
}
