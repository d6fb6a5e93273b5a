//! Chooses what a script quotes: an opening thought, what the subject is, passages for each section
//! within the time, and takeaways of different sections, each sentence once.

use std::collections::{BTreeMap, BTreeSet};

use super::super::analysis::{Analysis, Plan, Sentence};
use super::super::chapter::{
    Chapter, chapters, prefer_openings, share_out, take_best, take_opening, take_subject,
};
use super::super::consequence::says_why_it_matters;
use super::super::label::without_label;
use super::super::passage::{Heads, Length, Passage};
use super::super::point::{is_point, opens_section, points};
use super::super::sense::{PassageRole, announces, is_statement, stands_in_calculation};
use super::speakable::Tongue;

/// How roomy a script is: in a short one every answer is shorter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    /// Words of the whole script.
    words: usize,
}

/// Scripts under that many words are short.
const SHORT: usize = 700;

impl Scale {
    /// A script of about that many words.
    pub(super) fn of(words: usize) -> Scale {
        Scale { words }
    }

    /// What one voice can say at a stretch.
    fn length(self) -> Length {
        if self.words < SHORT {
            Length { sentences: 2, words: 48, joined_words: 18, heads: Heads::TakeUp }
        } else {
            Length { sentences: 3, words: 70, joined_words: 40, heads: Heads::TakeUp }
        }
    }

    fn takeaways(self) -> usize {
        if self.words < SHORT { 2 } else { 3 }
    }
}

/// Words with which the host opens.
const OPENING_WORDS: usize = 70;
/// Words with which the guest says what the subject is.
const SUBJECT_WORDS: usize = 75;
/// Words that lead into a passage, on average.
const WORDS_AROUND: usize = 13;
/// Words that hand over to a section.
const WORDS_BETWEEN: usize = 12;
/// Most and fewest words of a takeaway, so that it stays.
const TAKEAWAY_WORDS: std::ops::RangeInclusive<usize> = 7..=32;

/// Most and fewest words of what is at stake.
const STAKES_WORDS: std::ops::RangeInclusive<usize> = 8..=36;

/// Most words of what is at stake with the sentence that carries it out.
const MOST_STAKES_WORDS: usize = 50;

/// What a script quotes.
pub(super) struct ScriptPlan {
    /// Shows why the subject matters.
    pub(super) opening: Vec<Passage>,
    /// Says what the subject is.
    pub(super) subject: Vec<Passage>,
    /// Says what follows from it.
    pub(super) stakes: Option<Passage>,
    /// Sections that have something to say, in the outline's order.
    pub(super) chapters: Vec<Chapter>,
    /// What to take away, each from another section: said once more at the end.
    pub(super) takeaways: Vec<Passage>,
}

/// Chooses for about that many words between introduction and conclusion.
pub(super) fn choose(
    analysis: &Analysis,
    plan: &Plan,
    voice: &Voice<'_>,
    scale: Scale,
    words: usize,
) -> ScriptPlan {
    let speak = |sentence: &Sentence| voice.tongue.speak(&without_label(analysis, sentence));
    let mut singles = points(analysis, plan, &speak);
    let stakes = stakes(analysis, &mut singles).map(|stakes| carried_out(analysis, stakes, &speak));
    let takeaways = takeaways(analysis, &mut singles, scale.takeaways());
    let used: BTreeSet<usize> = stakes.iter().flat_map(|passage| passage.sentences.iter().copied()).collect();
    let fresh = |sentence: &Sentence| if used.contains(&sentence.index) { None } else { speak(sentence) };
    let mut pool = chapters(analysis, plan, scale.length(), &fresh);
    prefer_openings(analysis, &mut pool, &takeaways);
    for chapter in &mut pool {
        keep_calculation_whole(analysis, &mut chapter.passages);
        begin_at_questions(analysis, voice.asked, &mut chapter.passages);
    }
    let lead = pool.remove(0).passages;
    let (opening, subject) = if lead.is_empty() {
        let subject = take_subject(analysis, &mut pool, &|_| true);
        let first = pool.get_mut(..1).unwrap_or_default();
        (take_opening(first, &|_| true).into_iter().collect(), subject.into_iter().collect())
    } else {
        let (opening, subject) = introduction(lead);
        // Where all of the lead hangs together, the guest says what the subject is from elsewhere.
        let subject = if subject.is_empty() {
            take_subject(analysis, &mut pool, &|_| true).into_iter().collect()
        } else {
            subject
        };
        (opening, subject)
    };
    pool.retain(|chapter| !chapter.passages.is_empty());
    let room = words.saturating_sub(pool.len() * WORDS_BETWEEN);
    share_out(analysis, &mut pool, room, &|passage| passage.words() + WORDS_AROUND);
    ScriptPlan { opening, subject, stakes, chapters: pool, takeaways }
}

/// How a script speaks.
pub(super) struct Voice<'a> {
    /// Makes sentences speakable.
    pub(super) tongue: &'a Tongue,
    /// Questions that a sentence answers by itself, by its index.
    pub(super) asked: &'a BTreeMap<usize, String>,
}

/// A worked example is told from its beginning, and only as far as it can be spoken: nobody follows the
/// numbers of an example whose setting is missing.
fn keep_calculation_whole(analysis: &Analysis, passages: &mut Vec<Passage>) {
    let mut next = None;
    let mut told = false;
    passages.retain_mut(|passage| {
        let Some(sentence) = passage.sentences.first().and_then(|index| analysis.sentence(*index)) else {
            return false;
        };
        if !stands_in_calculation(analysis, sentence) {
            return true;
        }
        let place = analysis.source().sentences().get(sentence.index);
        let section = place.and_then(|place| analysis.source().sections().get(place.section));
        let begins = section.is_some_and(|section| section.sentences.start == sentence.index);
        let goes_on = next == Some(sentence.index);
        let keeps = begins || told && goes_on;
        told = keeps;
        passage.leans = passage.leans || goes_on;
        next = passage.sentences.last().map(|last| last + 1);
        keeps
    });
}

/// Parts passages where a sentence in their middle answers a question by itself, so that the host can
/// ask it.
fn begin_at_questions(analysis: &Analysis, asked: &BTreeMap<usize, String>, passages: &mut Vec<Passage>) {
    let begins = |index: usize| {
        let sentence = analysis.sentence(index).filter(|_| asked.contains_key(&index));
        let before = index.checked_sub(1).and_then(|before| analysis.sentence(before));
        let announced = before.is_some_and(|before| announces(analysis, &before.text));
        !announced && sentence.and_then(|sentence| analysis.facts(sentence)).is_some_and(|facts| facts.alone)
    };
    let whole = std::mem::take(passages);
    for mut passage in whole {
        while let Some(place) = (1..passage.sentences.len())
            .find(|place| passage.sentences.get(*place).is_some_and(|index| begins(*index)))
        {
            let later = passage.part_at(place, analysis);
            passages.push(std::mem::replace(&mut passage, later));
        }
        passages.push(passage);
    }
}

/// Shares the lead of the text: the host opens with its first sentence and those that lean on it, the
/// guest goes on where a sentence stands alone.
fn introduction(lead: Vec<Passage>) -> (Vec<Passage>, Vec<Passage>) {
    let mut words = 0;
    let turn = lead.iter().enumerate().position(|(place, passage)| {
        let turns = place > 0 && !passage.leans;
        words += passage.words();
        turns || words > OPENING_WORDS
    });
    let stands = turn.filter(|place| lead.get(*place).is_some_and(|passage| !passage.leans));
    let mut opening = lead;
    let room = opening.iter().map(Passage::words).sum::<usize>() <= OPENING_WORDS;
    let turn = stands.unwrap_or(if room { opening.len() } else { 1 });
    let subject = opening.split_off(turn.min(opening.len()));
    let mut room = SUBJECT_WORDS;
    let subject = subject.into_iter().take_while(|passage| {
        let fits = passage.words() <= room;
        room = room.saturating_sub(passage.words());
        fits
    });
    (opening, subject.collect())
}

/// The weightiest claim of the text of what follows from its subject.
fn stakes(analysis: &Analysis, singles: &mut [Chapter]) -> Option<Passage> {
    let fits = |passage: &Passage| {
        let first = passage.sentences.first().and_then(|index| analysis.sentence(*index));
        first.is_some_and(|first| says_why_it_matters(analysis, first))
            && STAKES_WORDS.contains(&passage.words())
            && passage.weight > 0.0
            && is_statement(analysis, passage)
    };
    // What opens a section is left to it, where there is another.
    let inside = |passage: &Passage| {
        let first = passage.sentences.first().and_then(|index| analysis.sentence(*index));
        fits(passage) && !first.is_some_and(|first| opens_section(analysis, first))
    };
    let found = take_best(singles, 1, 2, &inside).pop().or_else(|| take_best(singles, 1, 2, &fits).pop());
    found.map(|(_, passage)| passage)
}

/// A claim with the sentence that carries it out, where that one could not be said without it.
fn carried_out(
    analysis: &Analysis,
    mut claim: Passage,
    speak: &dyn Fn(&Sentence) -> Option<String>,
) -> Passage {
    let next = claim.sentences.last().and_then(|last| analysis.sentence(last + 1));
    let leaning = next.filter(|next| {
        let alone = analysis.facts(next).is_none_or(|facts| facts.alone);
        next.paragraph == claim.paragraph && !alone && next.fitness > 0.0 && !next.is_question()
    });
    let said = leaning.and_then(|next| Some((next.index, speak(next)?)));
    if let Some((index, text)) =
        said.filter(|(_, text)| claim.words() + text.split_whitespace().count() <= MOST_STAKES_WORDS)
    {
        claim.sentences.push(index);
        claim.texts.push(text);
    }
    claim
}

/// The main points of different sections; where there are too few, further ones.
fn takeaways(analysis: &Analysis, singles: &mut [Chapter], count: usize) -> Vec<Passage> {
    let fits = |passage: &Passage| {
        is_point(analysis, passage, TAKEAWAY_WORDS) && !passage.texts.iter().any(|text| text.contains(": "))
    };
    // A definition was asked for by its term already.
    let claims = |passage: &Passage| fits(passage) && passage.role != PassageRole::Definition;
    let mut found = take_best(singles, count, 0, &claims);
    if found.len() < count {
        found.extend(take_best(singles, count - found.len(), 0, &fits));
    }
    found.sort_by(|(_, left), (_, right)| left.sentences.cmp(&right.sentences));
    found.into_iter().map(|(_, passage)| passage).collect()
}
