//! Writes the study guide: what it covers, concepts with what they are, the important statements of
//! each section in the text's order, and a look back.

use std::collections::BTreeSet;

use super::Error;
use super::analysis::{Analysis, Definition, Relation, Sentence, Term};
use super::chapter::{Chapter, prefer_openings, share_out, take_subject};
use super::desk::Desk;
use super::passage::{Heads, Length, Passage};
use super::sense::{PassageRole, definition, has_leaning_word, named, role};
use super::wording::{capitalised, sentence_of};
use crate::content::{DetailedSection, KeyConcept, Kind, Outline, StudyGuide};
use crate::language::Standard;
use crate::source::{append, run_on};

/// Passages to study from.
const LENGTH: Length = Length { sentences: 4, words: 80, joined_words: 30, heads: Heads::GoOn };
/// Room of all parts with their headings; the bound is 8000.
const ROOM: usize = 7600;
/// Characters of one part that a learner works through at a sitting.
const PART_ROOM: usize = 1150;
/// Most characters of one part.
const MOST_PART: usize = 3800;
/// Most words of a paragraph.
const PARAGRAPH_WORDS: usize = 105;
/// Characters of the overview besides its frame.
const OVERVIEW_ROOM: usize = 700;
/// Statements that a guide sums up with.
const LOOK_BACK: usize = 4;
/// Fewest of them.
const FEWEST_LOOK_BACK: usize = 3;
/// Most characters of one of them.
const LOOK_BACK_ROOM: usize = 180;
/// Most characters of the summary.
const MOST_SUMMARY: usize = 1000;
/// Fewest concepts of a guide.
const FEWEST_CONCEPTS: usize = 5;
/// Key terms that are worth a statement.
const MOST_TERMS: usize = 30;
/// Most concepts of a guide.
const MOST_CONCEPTS: usize = 15;

/// Writes the study guide.
///
/// # Errors
/// Returns [`Error::Lacking`] if the text explains fewer than five concepts or is too short.
pub(super) fn write(analysis: &Analysis, outline: &Outline) -> Result<StudyGuide, Error> {
    let desk = Desk::of(analysis, outline);
    let explained = concepts(&desk);
    let used: BTreeSet<usize> =
        explained.iter().filter(|concept| concept.word_for_word).map(|concept| concept.sentence).collect();
    let mut chapters = desk.chapters(LENGTH, &used);
    let opening = opening(analysis, &mut chapters);
    let overview = opening.iter().map(Passage::text).chain(desk.frame(|lesson| lesson.guide_overview));
    let overview = run_on(overview);
    let look_back = look_back(&desk, &used_with(&used, &opening));
    // Where points cannot be said again in other words, they stand in the summary alone.
    let moved = if desk.restated(&look_back).is_empty() { look_back.as_slice() } else { &[] };
    let mut chapters = desk.chapters(LENGTH, &used_with(&used, opening.iter().chain(moved)));
    chapters.remove(0);
    prefer_openings(analysis, &mut chapters, &look_back);
    chapters.iter_mut().for_each(|chapter| chapter.shorten(MOST_PART));
    let room = (PART_ROOM * chapters.len()).min(ROOM - chapters.len() * 60);
    share_out(analysis, &mut chapters, room, &|passage| passage.characters() + 2);
    let detailed_sections: Vec<DetailedSection> =
        chapters.iter().map(|chapter| detailed_section(&desk, chapter)).collect();
    let summary = summary(&desk, &look_back, &explained);
    let guide = StudyGuide {
        overview,
        key_concepts: explained.into_iter().map(|explained| explained.concept).collect(),
        detailed_sections,
        summary,
        evidence: desk.evidence(opening.iter().chain(&look_back)),
        ..StudyGuide::default()
    };
    check(guide)
}

/// The used sentences together with those of passages.
fn used_with<'p>(used: &BTreeSet<usize>, passages: impl IntoIterator<Item = &'p Passage>) -> BTreeSet<usize> {
    let more = passages.into_iter().flat_map(|passage| &passage.sentences);
    used.iter().chain(more).copied().collect()
}

/// What the text leads in with, as far as an overview holds it.
fn opening(analysis: &Analysis, chapters: &mut Vec<Chapter>) -> Vec<Passage> {
    let mut room = OVERVIEW_ROOM;
    let mut chosen = Vec::new();
    for passage in chapters.remove(0).passages {
        if passage.characters() >= room {
            break;
        }
        room -= passage.characters();
        chosen.push(passage);
    }
    if chosen.is_empty() {
        chosen.extend(take_subject(analysis, chapters, &|passage| passage.characters() <= OVERVIEW_ROOM));
    }
    chosen
}

/// A concept with the sentence that explains it.
struct Explained {
    sentence: usize,
    /// As it stands in running text.
    phrase: String,
    concept: KeyConcept,
    /// Whether the explanation is the sentence itself.
    word_for_word: bool,
}

/// Concepts with what they are, in the text's order. Where the text defines too few, sentences whose
/// subject a key term is explain the rest.
fn concepts(desk: &Desk<'_>) -> Vec<Explained> {
    let mut found: Vec<Explained> = Vec::new();
    let explained = |sentence: &Sentence, person: bool| {
        let known = definition(desk.analysis, sentence).filter(|known| known.person == person);
        known.and_then(|known| defined(desk, sentence, known))
    };
    let all = || desk.analysis.sentences().iter();
    all().filter_map(|sentence| explained(sentence, false)).for_each(|new| add(&mut found, new));
    // Where the text explains few things, it tells of people: then who they were is to be known.
    if found.len() < FEWEST_CONCEPTS {
        all().filter_map(|sentence| explained(sentence, true)).for_each(|new| add(&mut found, new));
    }
    found.sort_by(|left, right| {
        let weight = |explained: &Explained| {
            desk.analysis.sentence(explained.sentence).map_or(0.0, |sentence| sentence.importance)
        };
        weight(right).total_cmp(&weight(left)).then(left.sentence.cmp(&right.sentence))
    });
    found.truncate(MOST_CONCEPTS);
    for term in desk.analysis.terms().iter().take(MOST_TERMS).filter(|term| !term.name) {
        if found.len() >= FEWEST_CONCEPTS {
            break;
        }
        if let Some(explained) = stated(desk, term) {
            add(&mut found, explained);
        }
    }
    found.sort_by_key(|explained| explained.sentence);
    found
}

/// Adds a concept that is not there yet, neither by name nor by sentence.
fn add(found: &mut Vec<Explained>, new: Explained) {
    let name = new.concept.term.to_lowercase();
    let known = |old: &Explained| {
        let other = old.concept.term.to_lowercase();
        old.sentence == new.sentence && (old.word_for_word || new.word_for_word) || other == name
    };
    if !found.iter().any(known) {
        found.push(new);
    }
}

/// What the text says a term is.
fn defined(desk: &Desk<'_>, sentence: &Sentence, known: &Definition) -> Option<Explained> {
    let explanation = desk.tidy(&sentence_of(&known.body))?;
    let fits =
        (20..=600).contains(&explanation.chars().count()) && (2..=100).contains(&known.term.chars().count());
    let concept = concept(desk, sentence.index, &known.term, explanation);
    let key_term = known.key_term.and_then(|number| desk.analysis.terms().get(number));
    let phrase = key_term.and_then(|term| named(desk.analysis, term)).unwrap_or_else(|| known.phrase.clone());
    fits.then_some(Explained { sentence: sentence.index, phrase, concept, word_for_word: false })
}

/// A statement whose subject a term is.
fn stated(desk: &Desk<'_>, term: &Term) -> Option<Explained> {
    let lexicon = desk.analysis.language().lexicon();
    let surface = format!("{} ", term.surface.to_lowercase());
    let is_subject = |text: &str| {
        let lower = text.to_lowercase();
        let article = lower
            .split_once(' ')
            .filter(|(first, _)| lexicon.definite.contains(first) || lexicon.indefinite.contains(first));
        lower.starts_with(&surface) || article.is_some_and(|(_, rest)| rest.starts_with(&surface))
    };
    let sentences = term.sentences.iter().filter_map(|index| desk.analysis.sentence(*index));
    let best = sentences
        .filter(|sentence| sentence.is_quotable() && !sentence.is_question() && is_subject(&sentence.text))
        .filter(|sentence| !has_leaning_word(desk.analysis, &sentence.text))
        .filter(|sentence| explains(desk.analysis, sentence))
        .max_by(|left, right| {
            left.importance.total_cmp(&right.importance).then(right.index.cmp(&left.index))
        })?;
    let explanation = desk.tidy(&best.text)?;
    let fits = (20..=600).contains(&explanation.chars().count());
    let concept = concept(desk, best.index, &term.surface, explanation);
    fits.then(|| Explained {
        sentence: best.index,
        phrase: term.phrase.clone(),
        concept,
        word_for_word: true,
    })
}

/// Whether a sentence says why, or what something does. In a language of which few forms of sentences
/// are recognised, any general statement may.
fn explains(analysis: &Analysis, sentence: &Sentence) -> bool {
    let special = matches!(
        role(analysis, sentence),
        PassageRole::Example | PassageRole::Figures | PassageRole::History | PassageRole::Sequence
    );
    if analysis.language().standard != Standard::Full {
        return !special;
    }
    let explaining = |relation: &Relation| {
        matches!(relation, Relation::Cause { .. } | Relation::Function | Relation::Definition(_))
    };
    sentence.relations.iter().any(explaining)
}

fn concept(desk: &Desk<'_>, sentence: usize, term: &str, explanation: String) -> KeyConcept {
    KeyConcept {
        term: capitalised(term),
        explanation,
        objectives: desk.plan.objectives_of(sentence),
        evidence: desk.analysis.evidence(sentence).into_iter().collect(),
    }
}

/// The main points of different chapters; what the concepts say word for word or the overview has said
/// is left out.
fn look_back(desk: &Desk<'_>, used: &BTreeSet<usize>) -> Vec<Passage> {
    desk.main_points(FEWEST_LOOK_BACK, LOOK_BACK, &|passage| {
        passage.characters() <= LOOK_BACK_ROOM
            && !passage.sentences.iter().any(|sentence| used.contains(sentence))
    })
}

fn summary(desk: &Desk<'_>, look_back: &[Passage], explained: &[Explained]) -> String {
    let named: Vec<String> = explained
        .iter()
        .take(7)
        .map(|concept| {
            let bare = desk.analysis.inside_sentence(&concept.concept.term);
            desk.mention(&concept.phrase, &bare)
        })
        .collect();
    let frame = desk.frame(|lesson| lesson.guide_summary).filter(|_| look_back.len() < LOOK_BACK);
    let concepts = desk.naming(|lesson| lesson.guide_concepts, &named);
    let said = match desk.restated(look_back) {
        said if said.is_empty() => look_back.iter().map(Passage::text).collect(),
        said => said,
    };
    let parts: Vec<String> = frame.into_iter().chain(said).chain(concepts).collect();
    let whole = run_on(&parts);
    match look_back.split_last() {
        Some((_, rest)) if whole.chars().count() > MOST_SUMMARY => summary(desk, rest, explained),
        _ => whole,
    }
}

/// The passages of a chapter in the text's order, because sentences lean on those before them; parted
/// where the text parts them, or where a paragraph grows too long.
fn detailed_section(desk: &Desk<'_>, chapter: &Chapter) -> DetailedSection {
    let paragraph_of = |passage: &Passage| {
        let first = passage.sentences.first().and_then(|index| desk.analysis.sentence(*index));
        first.map(|sentence| sentence.paragraph)
    };
    let mut paragraphs: Vec<String> = Vec::new();
    let (mut words, mut current) = (0, None);
    for passage in &chapter.passages {
        let paragraph = paragraph_of(passage);
        match paragraphs.last_mut() {
            Some(last) if paragraph == current && words + passage.words() <= PARAGRAPH_WORDS => {
                append(last, &passage.text());
                words += passage.words();
            }
            _ => {
                paragraphs.push(passage.text());
                (words, current) = (passage.words(), paragraph);
            }
        }
    }
    DetailedSection {
        heading: chapter.title.clone(),
        content: paragraphs.join("\n\n"),
        objectives: chapter.objectives.clone(),
        evidence: chapter
            .passages
            .iter()
            .flat_map(|passage| passage.evidence(desk.analysis))
            .take(40)
            .collect(),
    }
}

fn check(guide: StudyGuide) -> Result<StudyGuide, Error> {
    let lacking = |what: String| Err(Error::Lacking { kind: Kind::StudyGuide, what });
    let count = |text: &str| text.chars().count();
    let concepts = guide.key_concepts.len();
    let detail: usize = guide.detailed_sections.iter().map(|part| count(&part.content)).sum();
    if concepts < FEWEST_CONCEPTS {
        return lacking(format!("5 explained concepts needed, the text gives {concepts}"));
    }
    if detail < 500 {
        return lacking(format!("500 characters to study needed, the text gives {detail}"));
    }
    for (part, text) in [("overview", &guide.overview), ("summary", &guide.summary)] {
        if count(text) < 100 {
            return lacking(format!("the {part} needs 100 characters, the text gives {}", count(text)));
        }
    }
    Ok(guide)
}
