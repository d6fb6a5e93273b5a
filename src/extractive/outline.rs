//! Writes the outline: a title, an overview, objectives, and a section for each topic.

use super::analysis::{Analysis, Relation, Sentence, Topic};
use super::objectives::{self, Drafted};
use super::{Error, phrase};
use crate::content::{Difficulty, KeyPoint, Kind, Outline, Section};
use crate::source::Role;

/// Words a minute at which a class is taken through a text: slow speech.
///
/// Source: NCVS, Voice qualities (about 150 words a minute in conversation), less a pause to take
/// notes; read 2026-11-20.
const WORDS_PER_MINUTE: usize = 130;
/// Minutes of practice for each section.
const PRACTICE_MINUTES: usize = 5;
/// Key points of a section.
const KEY_POINTS: usize = 4;
/// Sentences of a syllabus's own description.
const DESCRIPTION_SENTENCES: usize = 3;
/// Bounds of the overview, in characters.
const OVERVIEW: std::ops::RangeInclusive<usize> = 50..=900;

/// Writes the outline.
///
/// # Errors
/// Returns [`Error::Lacking`] if the text carries fewer than three sections or objectives.
pub(super) fn write(analysis: &Analysis) -> Result<Outline, Error> {
    let drafted = objectives::write(analysis);
    let lacking = |what: String| Error::Lacking { kind: Kind::Outline, what };
    if analysis.topics().len() < 3 {
        return Err(lacking(format!("3 sections needed, the text gives {}", analysis.topics().len())));
    }
    if drafted.len() < 3 {
        return Err(lacking(format!("3 learning objectives needed, the text gives {}", drafted.len())));
    }
    let overview = overview(analysis);
    let mut used = overview.clone();
    let sections: Vec<Section> = analysis
        .topics()
        .iter()
        .enumerate()
        .map(|(number, topic)| section(analysis, number, topic, &drafted, &mut used))
        .collect();
    let total = sections.iter().filter_map(|section| section.estimated_duration_minutes).sum();
    Ok(Outline {
        title: super::title::of(analysis),
        overview: joined(analysis, &overview),
        learning_objectives: drafted.into_iter().map(|draft| draft.objective).collect(),
        sections,
        estimated_total_duration: Some(total),
        target_audience: analysis.request().audience().map(str::to_owned),
        difficulty_level: analysis.request().difficulty().unwrap_or_else(|| difficulty(analysis)),
        evidence: analysis.evidence_of(&overview),
    })
}

/// Sentences that say what the whole is about: the lead's first, then the most central ones.
fn overview(analysis: &Analysis) -> Vec<usize> {
    if analysis.is_syllabus() {
        let own = description(analysis);
        if OVERVIEW.contains(&joined(analysis, &own).chars().count()) {
            return own;
        }
    }
    let quotable = |sentence: &&Sentence| sentence.is_quotable() && sentence.words <= 35;
    let first_topic =
        analysis.topics().first().and_then(|topic| topic.sentences.first()).copied().unwrap_or(0);
    let lead =
        analysis.sentences().iter().filter(|sentence| sentence.index < first_topic.max(6)).filter(quotable);
    let mut chosen: Vec<usize> = analysis.select(2, lead.map(|sentence| sentence.index));
    let defining = analysis.terms().first().and_then(|term| term.definition);
    let defining = defining.filter(|index| analysis.sentence(*index).is_some_and(Sentence::is_quotable));
    chosen.extend(defining.filter(|index| !chosen.contains(index)));
    let rest =
        analysis.sentences().iter().filter(quotable).filter(|sentence| !chosen.contains(&sentence.index));
    let central = analysis.select(4_usize.saturating_sub(chosen.len()), rest.map(|sentence| sentence.index));
    chosen.extend(central);
    chosen.sort_unstable();
    while joined(analysis, &chosen).chars().count() > *OVERVIEW.end() && chosen.len() > 1 {
        chosen.pop();
    }
    chosen
}

/// The first sentences of a syllabus, which say what the course is about.
fn description(analysis: &Analysis) -> Vec<usize> {
    let source = analysis.source();
    let first = source
        .paragraphs()
        .iter()
        .find(|paragraph| paragraph.role == Role::Prose && !paragraph.sentences.is_empty());
    let sentences = first.map(|paragraph| paragraph.sentences.clone()).unwrap_or_default();
    let complete = |index: &usize| source.sentences().get(*index).is_some_and(|sentence| sentence.complete);
    sentences.take_while(complete).take(DESCRIPTION_SENTENCES).collect()
}

/// Sentences one after another.
fn joined(analysis: &Analysis, sentences: &[usize]) -> String {
    let texts: Vec<&str> = sentences
        .iter()
        .filter_map(|index| analysis.sentence(*index))
        .map(|sentence| sentence.text.as_str())
        .collect();
    texts.join(" ")
}

fn section(
    analysis: &Analysis,
    number: usize,
    topic: &Topic,
    drafted: &[Drafted],
    used: &mut Vec<usize>,
) -> Section {
    let fit: Vec<usize> = topic
        .sentences
        .iter()
        .copied()
        .filter(|index| {
            analysis
                .sentence(*index)
                .is_some_and(|sentence| sentence.is_quotable() && sentence.text.chars().count() <= 450)
        })
        .filter(|index| !used.contains(index))
        .collect();
    let description = describing(analysis, topic, &fit);
    let rest = fit.into_iter().filter(|index| !description.contains(index));
    let points = analysis.select(KEY_POINTS, rest);
    used.extend(description.iter().chain(&points));
    let words: usize = topic
        .sentences
        .iter()
        .filter_map(|index| analysis.sentence(*index))
        .map(|sentence| sentence.words)
        .sum();
    let minutes = words.div_ceil(WORDS_PER_MINUTE) + PRACTICE_MINUTES;
    Section {
        section_number: 0,
        title: topic.title.clone(),
        description: match description.as_slice() {
            [] => key_ideas(analysis, topic),
            sentences => joined(analysis, sentences),
        },
        key_points: points
            .into_iter()
            .filter_map(|index| {
                let text = analysis.sentence(index)?.text.clone();
                Some(KeyPoint { text, evidence: analysis.evidence_of(&[index]) })
            })
            .collect(),
        estimated_duration_minutes: u32::try_from(minutes).ok().map(f64::from),
        objectives: (1..)
            .zip(drafted)
            .filter(|(_, draft)| draft.topics.contains(&number))
            .map(|(number, _)| number)
            .collect(),
        evidence: if description.is_empty() {
            analysis.evidence_of(topic.sentences.get(..1).unwrap_or_default())
        } else {
            analysis.evidence_of(&description)
        },
    }
}

/// The sentence that says best what a section treats; a definition of its first term before others.
fn describing(analysis: &Analysis, topic: &Topic, fit: &[usize]) -> Vec<usize> {
    let early = topic.sentences.len().div_ceil(2).max(3);
    let border = topic
        .sentences
        .get(early.min(topic.sentences.len()) - usize::from(early >= topic.sentences.len()))
        .copied();
    let value = |index: usize| {
        let Some(sentence) = analysis.sentence(index) else { return 0.0 };
        let is_early = if border.is_some_and(|border| index <= border) { 1.25 } else { 1.0 };
        let defines = sentence.relations.iter().any(|relation| {
            matches!(relation, Relation::Definition(definition)
                if definition.key_term.is_some_and(|term| topic.terms.iter().take(3).any(|other| *other == term)))
        });
        let defines = if defines { 1.5 } else { 1.0 };
        sentence.importance * sentence.fitness * is_early * defines
    };
    let best = fit
        .iter()
        .copied()
        .max_by(|left, right| value(*left).total_cmp(&value(*right)).then(right.cmp(left)));
    best.into_iter().collect()
}

/// For a section none of whose sentences stands alone.
fn key_ideas(analysis: &Analysis, topic: &Topic) -> String {
    let terms: Vec<&str> = topic
        .terms
        .iter()
        .take(4)
        .filter_map(|number| analysis.terms().get(*number))
        .map(|term| term.phrase.as_str())
        .collect();
    analysis.language().phrases.key_ideas.replace("{X}", &phrase::list(&terms, analysis))
}

/// Difficulty by LIX: words a sentence plus the share of words over six letters, in percent.
///
/// Source: C.-H. Björnsson, Läsbarhet, 1968: below 40 easy, above 55 hard (read 2026-11-20).
fn difficulty(analysis: &Analysis) -> Difficulty {
    let texts = analysis.sentences().iter().filter(|sentence| sentence.fitness > 0.0);
    let (mut sentences, mut words, mut long) = (0_u32, 0_u32, 0_u32);
    for sentence in texts {
        sentences += 1;
        for word in sentence.text.split_whitespace() {
            words += 1;
            long += u32::from(word.chars().filter(|letter| letter.is_alphabetic()).count() > 6);
        }
    }
    let lix =
        f64::from(words) / f64::from(sentences.max(1)) + 100.0 * f64::from(long) / f64::from(words.max(1));
    match lix {
        lix if lix < 40.0 => Difficulty::Beginner,
        lix if lix > 55.0 => Difficulty::Advanced,
        _ => Difficulty::Intermediate,
    }
}
