//! Learning objectives: for each topic the one that its matter carries best, with as many
//! different verbs as the text allows.

use std::collections::BTreeMap;

use super::analysis::{Analysis, Manner, Relation, Sentence, Stems, Term, Topic, count_words, tokens};
use super::headline;
use super::phrase::{Filling, fill};
use super::question::{asked_phrase, is_worked_example};
use super::sense::has_article;
use crate::content::{BloomLevel, Objective};
use crate::language::{Articles, Form, Standard, Use};

/// Most objectives of an outline; below its bound, because nobody teaches to ten.
pub(super) const MAX_OBJECTIVES: usize = 8;
/// Fewest objectives of an outline.
pub(super) const MIN_OBJECTIVES: usize = 3;
/// Bounds of an objective's words (OBJ-04).
pub(super) const WORDS: std::ops::RangeInclusive<usize> = 6..=25;
/// How many of the key terms are weighty in themselves.
const WEIGHTY: usize = 6;
/// Most words that set one thing against another ("as opposed to").
const MAX_CONTRAST_WORDS: usize = 3;
/// Most words of a clause that an objective takes over.
const MAX_CLAUSE_WORDS: usize = 16;

/// An objective with the topics it serves.
pub(super) struct Drafted {
    pub(super) objective: Objective,
    pub(super) topics: Vec<usize>,
}

/// One objective that could be written.
#[derive(Clone)]
struct Proposal {
    text: String,
    level: BloomLevel,
    used: Use,
    sentences: Vec<usize>,
    cost: f64,
    object: String,
}

/// Writes the objectives of a text, at least three where its terms allow.
pub(super) fn write(analysis: &Analysis) -> Vec<Drafted> {
    if analysis.language().standard == Standard::Neutral {
        let mut drafted = super::unworded::objectives(analysis);
        serve_all_topics(analysis, &mut drafted);
        return drafted;
    }
    let mut drafted: Vec<Drafted> = super::stated::write(analysis);
    let mut taken = Taken::default();
    let leading = leading_topics(analysis);
    let stated = drafted.len() >= MIN_OBJECTIVES;
    for number in leading.iter().filter(|_| !stated) {
        if let Some(topic) = analysis.topics().get(*number)
            && let Some(option) = taken.best(options(analysis, topic))
        {
            drafted.push(Drafted { objective: objective(analysis, &option), topics: vec![*number] });
        }
    }
    for number in leading.iter().cycle().take(leading.len() * 3) {
        if drafted.len() >= MIN_OBJECTIVES {
            break;
        }
        if let Some(topic) = analysis.topics().get(*number)
            && let Some(option) = taken.best(options(analysis, topic))
        {
            drafted.push(Drafted { objective: objective(analysis, &option), topics: vec![*number] });
        }
    }
    if !stated {
        drafted.sort_by_key(|draft| draft.topics.first().copied());
    }
    serve_all_topics(analysis, &mut drafted);
    drafted
}

/// The topics that get an objective of their own: all, or the longest where there are too many.
fn leading_topics(analysis: &Analysis) -> Vec<usize> {
    let mut topics: Vec<usize> = (0..analysis.topics().len()).collect();
    let size = |number: &usize| analysis.topics().get(*number).map_or(0, |topic| topic.sentences.len());
    topics.sort_by_key(|number| (std::cmp::Reverse(size(number)), *number));
    topics.truncate(MAX_OBJECTIVES);
    topics.sort_unstable();
    topics
}

/// A topic without an objective of its own is served by the one whose topic is nearest to it.
fn serve_all_topics(analysis: &Analysis, drafted: &mut [Drafted]) {
    for number in 0..analysis.topics().len() {
        if drafted.iter().any(|draft| draft.topics.contains(&number)) {
            continue;
        }
        let distance =
            |draft: &Drafted| draft.topics.first().map_or(usize::MAX, |topic| topic.abs_diff(number));
        if let Some(nearest) = drafted.iter_mut().min_by_key(|draft| distance(draft)) {
            nearest.topics.push(number);
        }
    }
}

fn objective(analysis: &Analysis, option: &Proposal) -> Objective {
    Objective {
        number: 0,
        text: option.text.clone(),
        level: option.level,
        evidence: analysis.evidence_of(&option.sentences),
    }
}

/// What has been used, so that verbs and objects vary.
#[derive(Default)]
struct Taken {
    verbs: BTreeMap<String, u32>,
    uses: BTreeMap<Use, u32>,
    levels: BTreeMap<BloomLevel, u32>,
    objects: Vec<String>,
}

impl Taken {
    fn best(&mut self, options: Vec<Proposal>) -> Option<Proposal> {
        let cost = |option: &Proposal| {
            let verb = self.verbs.get(verb(&option.text)).copied().unwrap_or_default();
            // Titles differ by themselves.
            let used = self.uses.get(&option.used).filter(|_| option.used != Use::Section);
            let used = used.copied().unwrap_or_default();
            let level = self.levels.get(&option.level).copied().unwrap_or_default();
            option.cost + f64::from(verb) * 1.1 + f64::from(used) * 0.5 + f64::from(level) * 0.1
        };
        let fresh = options.into_iter().filter(|option| !self.objects.contains(&option.object));
        let best = fresh.min_by(|left, right| cost(left).total_cmp(&cost(right)))?;
        *self.verbs.entry(verb(&best.text).to_owned()).or_default() += 1;
        *self.uses.entry(best.used).or_default() += 1;
        *self.levels.entry(best.level).or_default() += 1;
        self.objects.push(best.object.clone());
        Some(best)
    }
}

fn verb(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}

/// Every objective that a topic carries.
fn options(analysis: &Analysis, topic: &Topic) -> Vec<Proposal> {
    let mut drafts = Drafts { analysis, options: Vec::new() };
    let sentences: Vec<&Sentence> =
        topic.sentences.iter().filter_map(|index| analysis.sentence(*index)).collect();
    let terms: Vec<&Term> = topic
        .terms
        .iter()
        .take(12)
        .filter_map(|number| analysis.terms().get(*number))
        .filter(|term| !term.name && has_article(analysis, term))
        .collect();
    let first = topic
        .sentences
        .iter()
        .copied()
        .find(|index| analysis.sentence(*index).is_some_and(Sentence::is_quotable));
    let ground: Vec<usize> = first.or(topic.sentences.first().copied()).into_iter().collect();
    headline::draft(&mut drafts, topic, &ground);
    for sentence in sentences.iter().filter(|sentence| sentence.is_quotable()) {
        from_relations(&mut drafts, sentence, topic);
    }
    from_terms(&mut drafts, topic, &terms, &sentences);
    drafts.options
}

/// The objectives that a topic could have.
pub(super) struct Drafts<'a> {
    pub(super) analysis: &'a Analysis,
    options: Vec<Proposal>,
}

impl Drafts<'_> {
    /// Adds an objective for each frame of a use that comes out long enough and not too long.
    pub(super) fn add(&mut self, used: Use, cost: f64, filling: &Filling<'_>, sentences: &[usize]) {
        self.add_where(&|_| true, (used, cost), filling, sentences);
    }

    /// Adds only those that name `y`.
    pub(super) fn add_pairs(&mut self, used: Use, cost: f64, filling: &Filling<'_>, sentences: &[usize]) {
        let names_both = |frame: &str| !filling.y.is_empty() && frame.contains("{Y}");
        self.add_where(&names_both, (used, cost), filling, sentences);
    }

    fn add_where(
        &mut self,
        fits: &dyn Fn(&str) -> bool,
        (used, cost): (Use, f64),
        filling: &Filling<'_>,
        sentences: &[usize],
    ) {
        let frames = self.analysis.language().phrases.objectives_for(used);
        for (rank, phrase) in (0_u8..).zip(frames).filter(|(_, phrase)| fits(phrase.frame.singular)) {
            let text = fill(&phrase.frame, filling, self.analysis);
            if WORDS.contains(&count_words(&text)) && text.chars().count() >= 15 {
                self.options.push(Proposal {
                    text,
                    level: phrase.level,
                    used,
                    sentences: sentences.to_vec(),
                    cost: cost + f64::from(rank) * 0.2,
                    object: format!("{} {} {}", filling.x, filling.y, filling.clause),
                });
            }
        }
    }
}

fn from_relations(drafts: &mut Drafts<'_>, sentence: &Sentence, topic: &Topic) {
    let analysis = drafts.analysis;
    let here = [sentence.index];
    let weight = 0.6 * (1.0 - sentence.importance);
    // A clause about nothing that the text turns on ("gaps in the list") is a detail.
    let detail = |clause: &str| {
        let lower = clause.to_lowercase();
        let terms = sentence.terms.iter().filter_map(|number| analysis.terms().get(*number));
        let mut weighty = terms.filter(|term| is_weighty(analysis, topic, term));
        if weighty.any(|term| lower.contains(&term.surface.to_lowercase())) { 0.0 } else { 1.5 }
    };
    for relation in &sentence.relations {
        match relation {
            Relation::Definition(definition) => {
                let Some(number) = definition.key_term.filter(|number| topic.terms.contains(number)) else {
                    continue;
                };
                let Some(term) = analysis.terms().get(number).filter(|term| !term.name && !definition.past)
                else {
                    continue;
                };
                let rank = topic.terms.iter().position(|other| *other == number).unwrap_or(20);
                let rank = f64::from(u32::try_from(rank.min(20)).unwrap_or(20)) * 0.06;
                if let Some(other) = companion(analysis, topic, term) {
                    let filling = Filling {
                        x: &asked_phrase(analysis, definition),
                        y: &other.phrase,
                        plural: definition.plural,
                        ..Filling::default()
                    };
                    drafts.add(Use::Definition, 0.7 + rank, &filling, &here);
                }
            }
            // "X is a method that …, because …": that it is one needs no reason.
            Relation::Cause { .. } if sentence.definitions().any(|known| known.form == Form::Copula) => {}
            Relation::Cause { effect, .. } => {
                if let Some(clause) = clause(analysis, effect).filter(|clause| !is_worked_example(clause)) {
                    drafts.add(
                        Use::Cause,
                        0.7 + weight + detail(&clause),
                        &Filling { clause: &clause, ..Filling::default() },
                        &here,
                    );
                }
            }
            Relation::Condition { condition, manner, .. } => {
                let used = match manner {
                    Manner::When => Use::When,
                    Manner::PastWhen => Use::PastWhen,
                    Manner::If => Use::If,
                };
                if let Some(clause) = clause(analysis, condition).filter(|clause| !is_worked_example(clause))
                {
                    drafts.add(
                        used,
                        1.0 + weight + detail(&clause),
                        &Filling { clause: &clause, ..Filling::default() },
                        &here,
                    );
                }
            }
            Relation::Contrast | Relation::Sequence | Relation::Example | Relation::Function => {}
        }
    }
}

/// A clause that can follow "why": short, in one piece, and leaning on nothing.
pub(super) fn clause(analysis: &Analysis, text: &str) -> Option<String> {
    let lexicon = analysis.language().lexicon();
    let words = tokens(text, lexicon);
    let plain = !text.contains([',', ';', ':', '(', '"', '“']);
    let short = (3..=MAX_CLAUSE_WORDS).contains(&count_words(text));
    let leans = super::analysis::leans_on_pronoun(&words, lexicon)
        || super::analysis::drops_subject(&words, lexicon)
        // A German clause ends with its verb, whatever word that is.
        || !analysis.language().capitalised_nouns && words.last().is_some_and(|last| {
            lexicon.stop.contains(last.lower.as_str()) || lexicon.has_other_ending(&last.lower)
        });
    (plain && short && !leans).then(|| analysis.inside_sentence(text))
}

/// The key term that a term is set in relation to: the weightiest that a sentence of the topic
/// names beside it, or one that the topic explains.
fn companion<'a>(analysis: &'a Analysis, topic: &Topic, term: &Term) -> Option<&'a Term> {
    let candidates = topic.terms.iter().take(10).filter_map(|number| analysis.terms().get(*number));
    let beside = |other: &Term| {
        let mut shared = other.sentences.iter().filter(|index| term.sentences.contains(index));
        shared.any(|index| {
            topic.sentences.binary_search(index).is_ok()
                && analysis.sentence(*index).is_some_and(|sentence| sentence.fitness > 0.0)
        })
    };
    let lexicon = analysis.language().lexicon();
    // "… and how it relates to physicists": people are nothing to relate a thing to.
    let person = |term: &Term| lexicon.is_person(term.surface.to_lowercase().trim_end_matches('s'));
    let fits = |other: &&Term| {
        !other.name
            && !person(other)
            && has_article(analysis, other)
            && !is_nested(term, other)
            && beside(other)
    };
    let candidates: Vec<&Term> = candidates.filter(fits).collect();
    candidates
        .iter()
        .copied()
        .find(|other| is_weighty(analysis, topic, other))
        .or(candidates.first().copied())
}

/// Whether a term is one that a text turns on: explained in it, in the topic's title, or among the
/// weightiest.
fn is_weighty(analysis: &Analysis, topic: &Topic, term: &Term) -> bool {
    let title = topic.title.to_lowercase();
    term.definition.is_some()
        || title.contains(&term.surface.to_lowercase())
        || analysis.terms().iter().take(WEIGHTY).any(|other| other.key == term.key)
}

/// Whether one of two terms holds the other's words.
fn is_nested(left: &Term, right: &Term) -> bool {
    left.key.split(' ').any(|word| right.key.split(' ').any(|other| other == word))
}

fn from_terms(drafts: &mut Drafts<'_>, topic: &Topic, terms: &[&Term], sentences: &[&Sentence]) {
    let analysis = drafts.analysis;
    let ground = |term: &Term| -> Vec<usize> {
        let own = term.sentences.iter().filter(|index| topic.sentences.binary_search(index).is_ok());
        own.copied().take(1).collect()
    };
    let computes: Vec<&&Sentence> =
        sentences.iter().filter(|sentence| is_computation(&sentence.text)).collect();
    if computes.len() >= 2
        && let Some(term) = terms
            .iter()
            .rev()
            .filter(|term| computes.iter().any(|sentence| term.sentences.contains(&sentence.index)))
            .max_by_key(|term| term.key.split(' ').count())
    {
        let shown: Vec<usize> = computes.iter().map(|sentence| sentence.index).take(2).collect();
        drafts.add(
            Use::Calculation,
            0.3,
            &Filling { x: &term.phrase, plural: term.plural, ..Filling::default() },
            &shown,
        );
    }
    let lexicon = analysis.language().lexicon();
    let is_process =
        |term: &&&Term| term.surface.split(' ').any(|word| lexicon.is_process(&word.to_lowercase()));
    if sentences.iter().filter(|sentence| sentence.says(&Relation::Sequence)).count() >= 3
        && let Some(term) = terms.iter().take(5).find(is_process)
    {
        let filling = Filling { x: &term.phrase, plural: term.plural, ..Filling::default() };
        drafts.add(Use::Sequence, 0.9, &filling, &ground(term));
    }
    for sentence in
        sentences.iter().filter(|sentence| sentence.says(&Relation::Contrast) && sentence.fitness > 0.0)
    {
        if let Some((left, right)) = contrasted(analysis, sentence) {
            let filling =
                Filling { x: &left.phrase, y: &right.phrase, plural: left.plural, ..Filling::default() };
            drafts.add(Use::Contrast, 0.9, &filling, &[sentence.index]);
        }
    }
    for (rank, term) in (0_u32..).zip(terms.iter().take(4)) {
        let Some(second) = companion(analysis, topic, term) else { continue };
        let filling =
            Filling { x: &term.phrase, y: &second.phrase, plural: term.plural, ..Filling::default() };
        let ground = [ground(term), ground(second)].concat();
        let slight = [*term, second].iter().any(|term| !is_weighty(analysis, topic, term));
        let cost = 1.6 + f64::from(rank) * 0.3 + if slight { 1.2 } else { 0.0 };
        drafts.add(Use::Relation, cost, &filling, &ground);
        drafts.add(Use::Importance, cost + 0.4, &filling, &ground);
        drafts.add(Use::Topic, cost + 0.8, &filling, &ground);
    }
}

/// "600 = 300P": an equation with numbers.
fn is_computation(text: &str) -> bool {
    text.contains('=') && text.chars().any(char::is_numeric)
}

/// The two key terms that a sentence sets against each other, on both sides of what contrasts them.
pub(super) fn contrasted<'a>(analysis: &'a Analysis, sentence: &Sentence) -> Option<(&'a Term, &'a Term)> {
    let lexicon = analysis.language().lexicon();
    let mark = lexicon.contrast.iter().find_map(|expression| expression.find(&sentence.text))?;
    // "More packets arrive than the link can carry" compares amounts, not the things.
    (mark.as_str().split_whitespace().count() <= MAX_CONTRAST_WORDS).then_some(())?;
    let words = tokens(&sentence.text, lexicon);
    let runs = super::analysis::runs(&words, lexicon);
    let mut stems = Stems::of(analysis.language());
    // The first noun phrase of each side is what is contrasted; it must be a key term as a whole.
    let mut first_of = |side: &dyn Fn(usize) -> bool| {
        let part = runs
            .iter()
            .filter_map(|run| words.get(run.clone()))
            .find(|part| part.first().is_some_and(|first| side(first.bytes.start)))?;
        let key = stems.key(part);
        let mut terms = sentence.terms.iter().filter_map(|number| analysis.terms().get(*number));
        terms.find(|term| !term.name && term.key == key)
    };
    let left = first_of(&|start| start < mark.start())?;
    let right = first_of(&|start| start >= mark.end())?;
    // "Los océanos aportan más, mientras que los continentes …" tells amounts: what differs is told only
    // by words of difference, or where the text says what both are.
    let lower = mark.as_str().to_lowercase();
    let differs = ["diferenci", "contraste", "différ", "contrairement", "unterschied", "gegensatz"];
    let told = matches!(analysis.language().articles, Articles::AsWritten)
        || differs.iter().any(|word| lower.contains(word))
        || [left, right].iter().all(|term| term.definition.is_some());
    (told && !is_nested(left, right)).then_some((left, right))
}
