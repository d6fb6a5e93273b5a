//! Writes the outline: a title, an overview, objectives, and a section for each topic.

use std::borrow::Cow;

use super::analysis::{Analysis, Sentence, Topic, leans_on_pronoun, tokens};
use super::drawn::drawn;
use super::firmness::{is_firm, promises};
use super::objectives::{self, Drafted};
use super::passage::sets_out_from_pronoun;
use super::point::worth;
use super::sense::{announces, has_leaning_word, only_imagines};
use super::{Error, phrase};
use crate::content::{Difficulty, KeyPoint, Kind, Outline, Section};
use crate::source::{Role, run_on};

/// Words a minute at which a class is taken through a text: slow speech.
///
/// Source: NCVS, Voice qualities (about 150 words a minute in conversation), less a pause to take
/// notes; read 2026-11-20.
const WORDS_PER_MINUTE: usize = 130;
/// Fewest characters of a title.
const FEWEST_TITLE: usize = 10;
/// Minutes of practice for each section, and one more for each of its key points.
const PRACTICE_MINUTES: usize = 3;
/// Fewest firm sentences of a section that does without others.
const FIRM_SENTENCES: usize = 3;
/// Key points of a section.
const KEY_POINTS: usize = 4;
/// Sentences of a text's own opening.
const OPENING_SENTENCES: usize = 4;
/// Bounds of an opening that serves as the overview, in characters.
const OPENING: std::ops::RangeInclusive<usize> = 120..=900;
/// Sentences of a syllabus's own description.
const DESCRIPTION_SENTENCES: usize = 3;

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
    let title = super::title::of(analysis);
    if title.chars().count() < FEWEST_TITLE {
        return Err(lacking(format!(
            "a title of {FEWEST_TITLE} characters needed, the text gives `{title}`"
        )));
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
        title,
        overview: joined(analysis, &overview),
        learning_objectives: drafted.into_iter().map(|draft| draft.objective).collect(),
        sections,
        estimated_total_duration: Some(total),
        target_audience: analysis.request().audience().map(str::to_owned),
        difficulty_level: analysis.request().difficulty().unwrap_or_else(|| difficulty(analysis)),
        evidence: analysis.evidence_of(&overview),
    })
}

/// What the whole is about: the text's own opening as it runs, else its most central sentences.
fn overview(analysis: &Analysis) -> Vec<usize> {
    let own = if analysis.is_syllabus() { description(analysis) } else { opening(analysis) };
    if OPENING.contains(&joined(analysis, &own).chars().count()) { own } else { central(analysis) }
}

/// Sentences of the first paragraph that run on from one that stands alone.
fn opening(analysis: &Analysis) -> Vec<usize> {
    let sentences = analysis.sentences();
    let usable = |sentence: &&Sentence| sentence.fitness > 0.0 && !sentence.is_question();
    let first = sentences.iter().find(|sentence| sentence.role == Role::Prose && sentence.fitness > 0.0);
    let Some(paragraph) = first.map(|first| first.paragraph) else { return Vec::new() };
    let own = sentences.iter().filter(|sentence| sentence.paragraph == paragraph);
    let run = own.skip_while(|sentence| !sentence.is_quotable() || sentence.is_question()).take_while(usable);
    run.map(|sentence| sentence.index).take(OPENING_SENTENCES).collect()
}

/// The definition of the weightiest term and the most central sentences.
fn central(analysis: &Analysis) -> Vec<usize> {
    let quotable = |sentence: &&Sentence| sentence.is_quotable() && sentence.words <= 35;
    let defining = analysis.terms().first().and_then(|term| term.definition);
    let defining = defining.filter(|index| analysis.sentence(*index).is_some_and(Sentence::is_quotable));
    let mut chosen: Vec<usize> = defining.into_iter().collect();
    let rest =
        analysis.sentences().iter().filter(quotable).filter(|sentence| !chosen.contains(&sentence.index));
    let found = analysis.select(3_usize.saturating_sub(chosen.len()), rest.map(|sentence| sentence.index));
    chosen.extend(found);
    chosen.sort_unstable();
    while joined(analysis, &chosen).chars().count() > *OPENING.end() && chosen.len() > 1 {
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

/// Fewest words of a first sentence that says what its section treats.
const FEWEST_OPENING_WORDS: usize = 10;
/// Most characters of a sentence in a section.
const MOST_CHARACTERS: usize = 450;
/// Fewest characters of a section's description.
const MIN_DESCRIPTION: usize = 20;

/// Sentences one after another.
fn joined(analysis: &Analysis, sentences: &[usize]) -> String {
    let mut before = None;
    let texts: Vec<String> = sentences
        .iter()
        .filter_map(|index| analysis.sentence(*index))
        .map(|sentence| {
            // Behind the sentence that names the person, the text's own pronoun reads better.
            let goes_on = before == sentence.index.checked_sub(1);
            before = Some(sentence.index);
            let with_pronoun = sentence.with_pronoun.clone().filter(|_| goes_on);
            let conclusion = || drawn(analysis, sentence).filter(|_| !goes_on).map(|drawn| drawn.text);
            with_pronoun.or_else(conclusion).unwrap_or_else(|| sentence.text.clone())
        })
        .collect();
    run_on(&texts)
}

fn section(
    analysis: &Analysis,
    number: usize,
    topic: &Topic,
    drafted: &[Drafted],
    used: &mut Vec<usize>,
) -> Section {
    let unused = topic.sentences.iter().copied().filter(|index| !used.contains(index));
    let fit: Vec<usize> = unused
        .filter(|index| alone(analysis, *index).is_some_and(|sentence| fits(analysis, &sentence)))
        .collect();
    let firm = |index: &usize| alone(analysis, *index).is_some_and(|sentence| is_firm(analysis, &sentence));
    let strong: Vec<usize> = fit.iter().copied().filter(firm).collect();
    let fit = if strong.len() >= FIRM_SENTENCES { strong } else { fit };
    let opener = topic.sentences.first().filter(|index| !used.contains(index) && opens(analysis, **index));
    let candidates: Vec<usize> =
        opener.filter(|index| !fit.contains(index)).into_iter().chain(&fit).copied().collect();
    let description = describing(analysis, topic, &candidates);
    // What is an objective as it stands is no point besides.
    let wanted = |index: &usize| {
        let mut objectives = drafted.iter().map(|draft| draft.objective.text.as_str());
        alone(analysis, *index).is_some_and(|sentence| objectives.any(|text| text == sentence.text))
    };
    let rest = fit.into_iter().filter(|index| !description.contains(index) && !wanted(index));
    let points = analysis.select(KEY_POINTS, weightiest(analysis, topic, rest));
    used.extend(description.iter().chain(&points));
    let words: usize = topic
        .sentences
        .iter()
        .filter_map(|index| analysis.sentence(*index))
        .map(|sentence| sentence.words)
        .sum();
    let minutes = words.div_ceil(WORDS_PER_MINUTE) + PRACTICE_MINUTES + points.len();
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
                let text = alone(analysis, index)?.text.clone();
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

/// Whether the first sentence of a section says what it treats, even if it only announces ("Several
/// conditions had to be met …"): the key points follow it.
fn opens(analysis: &Analysis, index: usize) -> bool {
    let lexicon = analysis.language().lexicon();
    analysis.sentence(index).is_some_and(|sentence| {
        sentence.fitness > 0.0
            && sentence.words >= FEWEST_OPENING_WORDS
            && !sentence.is_question()
            && !sentence.terms.is_empty()
            && !leans_on_pronoun(&tokens(&sentence.text, lexicon), lexicon)
            && !has_leaning_word(analysis, &sentence.text)
    })
}

/// Those of some sentences that are worth most as points, half as many again as are needed: among them is
/// chosen what differs.
fn weightiest(analysis: &Analysis, topic: &Topic, sentences: impl Iterator<Item = usize>) -> Vec<usize> {
    let value =
        |index: usize| alone(analysis, index).map_or(0.0, |found| worth(analysis, &found, &topic.terms));
    let mut valued: Vec<(usize, f64)> = sentences.map(|index| (index, value(index))).collect();
    valued.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    valued.into_iter().map(|(index, _)| index).take(KEY_POINTS + KEY_POINTS / 2).collect()
}

/// A sentence that stands by itself: as the text has it, or without the words that draw a conclusion.
fn alone(analysis: &Analysis, index: usize) -> Option<Cow<'_, Sentence>> {
    let sentence = analysis.sentence(index)?;
    if sentence.is_quotable() {
        return Some(Cow::Borrowed(sentence));
    }
    drawn(analysis, sentence).map(Cow::Owned)
}

/// Whether a sentence can stand in a section of the outline.
fn fits(analysis: &Analysis, sentence: &Sentence) -> bool {
    sentence.text.chars().count() <= MOST_CHARACTERS && !hangs(analysis, sentence)
}

/// Whether a sentence only announces what follows it, or imagines on what stands before it.
fn hangs(analysis: &Analysis, sentence: &Sentence) -> bool {
    let text = &sentence.text;
    let hangs = announces(analysis, text) || only_imagines(analysis, text);
    hangs || promises(analysis, sentence) || sets_out_from_pronoun(analysis, sentence)
}

/// The sentence that says best what a section treats: weighty, near its head, about its title.
fn describing(analysis: &Analysis, topic: &Topic, fit: &[usize]) -> Vec<usize> {
    let first = topic.sentences.first().copied().unwrap_or_default();
    let value = |index: usize| {
        let Some(sentence) = alone(analysis, index).or_else(|| analysis.sentence(index).map(Cow::Borrowed))
        else {
            return 0.0;
        };
        let head = match index.saturating_sub(first) {
            0 => 0.5,
            1 | 2 => 0.15,
            _ => 0.0,
        };
        let defines = sentence.definitions().any(|definition| {
            definition.key_term.is_some_and(|term| topic.terms.iter().take(3).any(|other| *other == term))
        });
        let defines = if defines { 0.15 } else { 0.0 };
        let lower = sentence.text.to_lowercase();
        let pronouns = &analysis.language().lexicon().pronouns;
        let mut words = lower.split(|mark: char| !mark.is_alphanumeric());
        let points = if words.any(|word| pronouns.contains(word)) { 0.1 } else { 0.0 };
        // "She was born in Mainz in 1912": a date says little about what a section treats.
        let brief = sentence.words <= 10 && lower.contains(|mark: char| mark.is_ascii_digit());
        let dates = if brief { 0.3 } else { 0.0 };
        // A conclusion closes a paragraph, and behind a colon stand single things.
        let closes = matches!(sentence, Cow::Owned(_)) || sentence.text.contains(": ");
        let closes = if closes { 0.3 } else { 0.0 };
        worth(analysis, &sentence, &topic.terms) + head + defines - points - dates - closes
    };
    let valued: Vec<(usize, f64)> = fit.iter().map(|index| (*index, value(*index))).collect();
    let best = valued.iter().max_by(|left, right| left.1.total_cmp(&right.1).then(right.0.cmp(&left.0)));
    let best = best.map(|(index, _)| *index);
    let mut described: Vec<usize> = best.into_iter().collect();
    // Scripts without spaces say a sentence in fewer characters than a description needs.
    for next in fit.iter().copied().filter(|index| Some(*index) != best) {
        if joined(analysis, &described).chars().count() >= MIN_DESCRIPTION {
            break;
        }
        described.push(next);
    }
    described.sort_unstable();
    described
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
