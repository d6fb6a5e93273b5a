//! Writes the flashcards: terms with their definitions first, then sentences with a gap, then
//! reasons.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Error;
use super::analysis::{
    Analysis, Class, Definition, Plan, Sentence, Term, Token, capitalised, count_words, tokens,
};
use super::card_limits::{Limits, MAX_FRONT_CHARACTERS, MAX_FRONT_WORDS, MIN_BACK_CHARACTERS};
use super::gap::{cut, is_article, is_listed, is_whole};
use super::naming::naming;
use super::passage::is_instruction;
use super::point::particulars;
use super::sense::{PassageRole, has_adding_word};
use crate::content::{CardDifficulty, Flashcard, Flashcards, Kind, Outline};
use crate::language::{Form, Head};
use crate::quality::cards_are_alike;

/// Fewest cards.
const MIN_CARDS: usize = 10;
/// Most cards of one set.
const MAX_CARDS: usize = 20;
/// Weight from which on a key term is a concept of its text.
const CENTRAL: f64 = 0.3;
/// Most names and numbers of a sentence that says what holds in general.
const MOST_PARTICULARS: u32 = 1;
/// Letters from which on a German noun is surely a compound.
const COMPOUND_LETTERS: usize = 12;

/// What a gap for a name is worth, which no other word fits.
const NAMING: f64 = 0.8;

/// Ranks of cards, the most wanted first; those from `FAIR_GAP` on only fill a set up.
const DEFINITION: u8 = 0;
const GOOD_GAP: u8 = 1;
const REASON: u8 = 2;
const FAIR_GAP: u8 = 3;
const IN_FAQS: u8 = 4;
const POOR_GAP: u8 = 5;

/// A card with what orders and chooses it.
struct Drafted {
    front: String,
    back: String,
    difficulty: CardDifficulty,
    sentence: usize,
    /// The sentence that the front begins with, if that is another one.
    ground: Option<usize>,
    /// Stems of what is asked for, to tell doubles.
    key: String,
    rank: u8,
    worth: f64,
}

/// Writes the cards in the outline's order.
///
/// # Errors
/// Returns [`Error::Lacking`] if the text carries fewer than ten cards.
pub(super) fn write(analysis: &Analysis, outline: &Outline) -> Result<Flashcards, Error> {
    let plan = Plan::of(analysis, outline);
    let mut limits = Limits::of(analysis);
    let mut drafts = definition_cards(analysis, &mut limits);
    drafts.extend(naming_cards(analysis, &mut limits));
    drafts.extend(cloze_cards(analysis, &mut limits));
    drafts.extend(reason_cards(analysis, &plan, &mut limits));
    drafts.sort_by(|left, right| {
        left.rank
            .cmp(&right.rank)
            .then(right.worth.total_cmp(&left.worth))
            .then(left.sentence.cmp(&right.sentence))
    });
    let mut chosen = choose(drafts, &plan);
    if chosen.len() < MIN_CARDS {
        let what = format!("{MIN_CARDS} flashcards needed, the text gives {}", chosen.len());
        return Err(Error::Lacking { kind: Kind::Flashcards, what });
    }
    chosen.sort_by_key(|card| (plan.order_of(card.sentence), card.rank, card.sentence));
    let items = chosen.into_iter().map(|card| flashcard(analysis, &plan, card)).collect();
    Ok(Flashcards { title: String::new(), items })
}

/// Takes the best of each section first, then the best of all.
fn choose(drafts: Vec<Drafted>, plan: &Plan) -> Vec<Drafted> {
    let mut chosen: Vec<Drafted> = Vec::new();
    let mut sentences = BTreeSet::new();
    let mut keys = BTreeSet::new();
    let mut served = BTreeSet::new();
    let mut waiting = Vec::new();
    for draft in drafts {
        let fresh = !keys.contains(&draft.key) && !is_near_one(&draft, &chosen);
        if draft.rank < FAIR_GAP && fresh && served.insert(plan.place_of(draft.sentence)) {
            sentences.insert(draft.sentence);
            keys.insert(draft.key.clone());
            chosen.push(draft);
        } else {
            waiting.push(draft);
        }
    }
    for draft in waiting {
        let fresh =
            !keys.contains(&draft.key) && (draft.rank == DEFINITION || !sentences.contains(&draft.sentence));
        let room = match draft.rank {
            DEFINITION | GOOD_GAP | REASON => MAX_CARDS,
            _ => MIN_CARDS,
        };
        if fresh && chosen.len() < room && !is_near_one(&draft, &chosen) {
            sentences.insert(draft.sentence);
            keys.insert(draft.key.clone());
            chosen.push(draft);
        }
    }
    chosen
}

/// Whether a card says nearly the same as one that is chosen: both would be sent back.
fn is_near_one(draft: &Drafted, chosen: &[Drafted]) -> bool {
    chosen.iter().any(|card| cards_are_alike((&card.front, &card.back), (&draft.front, &draft.back)))
}

fn flashcard(analysis: &Analysis, plan: &Plan, card: Drafted) -> Flashcard {
    let section = plan.section_of(card.sentence);
    let grounds: Vec<usize> = card.ground.into_iter().chain([card.sentence]).collect();
    Flashcard {
        term: card.front,
        definition: card.back,
        category: plan.title_over(card.sentence),
        difficulty: card.difficulty,
        objectives: section.map(|section| section.objectives.clone()).unwrap_or_default(),
        evidence: analysis.evidence_of(&grounds),
    }
}

fn definition_cards(analysis: &Analysis, limits: &mut Limits<'_>) -> Vec<Drafted> {
    let mut drafts = Vec::new();
    for sentence in analysis.sentences() {
        for definition in sentence.definitions() {
            let front = headword(&definition.term);
            let back = format!("{}.", capitalised(&definition.body));
            if limits.accepts(&front, &back) {
                let worth = worth(analysis, definition);
                let difficulty =
                    if count_words(&back) <= 12 { CardDifficulty::Easy } else { CardDifficulty::Medium };
                let key = definition.key.clone();
                drafts.push(Drafted {
                    front,
                    back,
                    difficulty,
                    sentence: sentence.index,
                    ground: None,
                    key,
                    rank: DEFINITION,
                    worth,
                });
            }
        }
    }
    drafts
}

fn worth(analysis: &Analysis, definition: &Definition) -> f64 {
    let weight =
        definition.key_term.and_then(|number| analysis.terms().get(number)).map_or(0.1, |term| term.weight);
    let sure = match definition.form {
        Form::Copula | Form::Refers => 1.0,
        Form::Called => 0.8,
        Form::Apposition => 0.6,
        Form::Label => 0.6,
    };
    sure + weight
}

/// Questions for a reason or an outcome with only that as the answer; those that the FAQs put
/// too come last.
fn reason_cards(analysis: &Analysis, plan: &Plan, limits: &mut Limits<'_>) -> Vec<Drafted> {
    let asked = super::question::all(analysis);
    let taken: Vec<&str> =
        super::faqs::choose(&asked, plan).into_iter().map(|asked| asked.question.as_str()).collect();
    let mut drafts = Vec::new();
    for asked in &asked {
        let in_faqs = taken.contains(&asked.question.as_str());
        let Some(back) = asked.brief.as_deref().filter(|back| limits.accepts(&asked.question, back)) else {
            continue;
        };
        let Some(sentence) = asked.answer.first() else { continue };
        let rank = if in_faqs { IN_FAQS } else { REASON };
        drafts.push(Drafted {
            front: asked.question.clone(),
            back: back.to_owned(),
            difficulty: CardDifficulty::Hard,
            sentence: *sentence,
            ground: None,
            key: asked.about.clone(),
            rank,
            worth: asked.worth,
        });
    }
    drafts
}

/// Sentences that say what something is called, with a gap for the name.
fn naming_cards(analysis: &Analysis, limits: &mut Limits<'_>) -> Vec<Drafted> {
    let usable = |sentence: &&Sentence| sentence.fitness > 0.0 && !is_instruction(analysis, sentence);
    let mut drafts = Vec::new();
    for sentence in analysis.sentences().iter().filter(usable) {
        let Some(named) = naming(analysis, sentence, &mut limits.stems) else { continue };
        if named.answer.chars().count() >= MIN_BACK_CHARACTERS
            && limits.accepts_gap(&named.front, &named.answer)
        {
            drafts.push(Drafted {
                front: named.front,
                back: named.answer,
                difficulty: CardDifficulty::Medium,
                sentence: sentence.index,
                ground: named.ground,
                key: named.key,
                rank: GOOD_GAP,
                worth: NAMING + sentence.importance * 0.5,
            });
        }
    }
    drafts
}

fn cloze_cards(analysis: &Analysis, limits: &mut Limits<'_>) -> Vec<Drafted> {
    let mut drafts = Vec::new();
    let whole = |sentence: &&Sentence| sentence.is_quotable() && !is_instruction(analysis, sentence);
    for sentence in analysis.sentences().iter().filter(whole) {
        if let Some(draft) = gap_of(analysis, sentence, limits) {
            drafts.push(draft);
        }
    }
    drafts
}

/// The sentence with a gap for its most telling key term.
fn gap_of(analysis: &Analysis, sentence: &Sentence, limits: &mut Limits<'_>) -> Option<Drafted> {
    let text = cloze_text(analysis, &sentence.text)?;
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let lexicon = analysis.language().lexicon();
    let points = super::passage::sets_out_from_pronoun(analysis, sentence)
        || tokens(&text, lexicon).windows(2).any(|pair| match pair {
            [word, next] => {
                lexicon.demonstratives.contains(word.lower.as_str())
                    && !lexicon.after_demonstrative.contains(next.lower.as_str())
            }
            _ => false,
        });
    let labelled = text.split_once(':').is_some_and(|(label, _)| count_words(label) < 5);
    if digits > 4 || labelled || points || text.contains('=') {
        return None;
    }
    let lexicon = analysis.language().lexicon();
    let words = tokens(&text, lexicon);
    let mut options: Vec<Gap<'_>> = super::analysis::runs(&words, lexicon)
        .into_iter()
        .filter_map(|run| gap(analysis, sentence, &words, up_to_noun(analysis, &words, run)?, limits))
        .collect();
    options.sort_by(|left, right| {
        left.rank
            .cmp(&right.rank)
            .then(right.worth.total_cmp(&left.worth))
            .then(left.run.start.cmp(&right.run.start))
    });
    options.into_iter().take(4).find_map(|gap| {
        let (front, answer) = cut(&text, &words, &gap.run, lexicon)?;
        let back = back_of(analysis, &gap, &answer)?;
        limits.accepts_gap(&front, &back).then_some(Drafted {
            front,
            back,
            difficulty: CardDifficulty::Medium,
            sentence: sentence.index,
            ground: None,
            key: gap.key,
            rank: gap.rank,
            worth: gap.worth,
        })
    })
}

/// In German, where a run may take in the verb behind a noun, only as far as the first noun.
fn up_to_noun(analysis: &Analysis, words: &[Token], run: Range<usize>) -> Option<Range<usize>> {
    if !analysis.language().capitalised_nouns {
        return Some(run);
    }
    let noun = words.get(run.clone())?.iter().position(Token::is_capitalised)?;
    Some(run.start..run.start + noun + 1)
}

/// The sentence, or its first clause where the whole is too long and that is a statement by itself.
fn cloze_text(analysis: &Analysis, text: &str) -> Option<String> {
    let fits = |text: &str| {
        text.chars().count() <= MAX_FRONT_CHARACTERS + 10 && count_words(text) <= MAX_FRONT_WORDS + 1
    };
    if fits(text) {
        return Some(text.to_owned());
    }
    let lexicon = analysis.language().lexicon();
    let breaks = lexicon.clause_breaks.iter().filter_map(|clause| text.find(clause)).min();
    [breaks, text.find(", ")].into_iter().flatten().find_map(|at| {
        let part = text.get(..at)?;
        let stands = fits(part)
            && count_words(part) >= 6
            && !part.contains([',', ':'])
            && is_main_clause(analysis, part);
        stands.then(|| format!("{part}."))
    })
}

/// Whether a clause begins with its subject and has a verb that belongs to no relative clause.
fn is_main_clause(analysis: &Analysis, clause: &str) -> bool {
    let lexicon = analysis.language().lexicon();
    let words = tokens(clause, lexicon);
    let article = |token: &Token| is_article(token, lexicon);
    // In German anything may stand before the verb.
    let german = analysis.language().capitalised_nouns;
    let begins = german || words.first().is_some_and(|first| first.class != Class::Stop || article(first));
    let subordinate = words.first().is_none_or(|first| lexicon.subordinators.contains(first.lower.as_str()));
    let is_verb = |word: &Token| {
        lexicon.is_only_verb(&word.lower) || german && !word.is_capitalised() && lexicon.is_past(&word.lower)
    };
    let before_verb = words.iter().take_while(|word| !is_verb(word));
    let relative =
        before_verb.clone().any(|word| !article(word) && lexicon.relatives.contains(word.lower.as_str()));
    begins && !subordinate && !relative && before_verb.count() < words.len()
}

/// A noun phrase that may be cut out of a sentence.
struct Gap<'a> {
    run: Range<usize>,
    term: Option<&'a Term>,
    key: String,
    rank: u8,
    worth: f64,
}

/// A noun phrase makes a gap if it is a key term or holds one. It is worth more if it is weighty
/// and particular, and in a weighty sentence.
fn gap<'a>(
    analysis: &'a Analysis,
    sentence: &Sentence,
    sentence_words: &[Token],
    run: Range<usize>,
    limits: &mut Limits<'_>,
) -> Option<Gap<'a>> {
    let words = sentence_words.get(run.clone())?;
    let lexicon = analysis.language().lexicon();
    let key = limits.stems.key(words);
    let own = sentence.terms.iter().filter_map(|number| analysis.terms().get(*number));
    let held = own.filter(|term| key.split(' ').any(|word| term.key.split(' ').any(|other| other == word)));
    let best = held.max_by(|left, right| left.weight.total_cmp(&right.weight));
    let weight = match best {
        Some(best) => best.weight,
        // A long German noun is a compound, and tells as much as a term of several words.
        None if is_compound(analysis, words) => 0.1,
        None => return None,
    };
    // What the title names is the answer to everything.
    let title = analysis.source().title().unwrap_or_default().to_lowercase();
    let general = words
        .iter()
        .all(|token| lexicon.weak.contains(token.lower.as_str()) || title.contains(token.lower.as_str()));
    let term = analysis.terms().iter().find(|term| term.key == key);
    let particular = if words.len() > 1 || term.is_some_and(|term| term.name) { 1.4 } else { 1.0 };
    let worth = weight * particular + sentence.importance * 0.5;
    let alone = analysis.facts(sentence).is_some_and(|facts| facts.alone);
    let least = match () {
        () if !alone || has_adding_word(analysis, &sentence.text) => POOR_GAP,
        // One case, one date or one step fits many things.
        () if is_listed(&run, sentence_words) || !is_general(analysis, sentence) => FAIR_GAP,
        () => GOOD_GAP,
    };
    let rank = gap_rank(analysis, term, words).max(least);
    let whole = is_whole(&run, sentence_words, lexicon, analysis.language().head);
    (!general && whole).then_some(Gap { run, term, key, rank, worth })
}

/// The answer, alone where it is long enough, else with its definition.
fn back_of(analysis: &Analysis, gap: &Gap<'_>, answer: &str) -> Option<String> {
    let term = gap.term;
    let named = answer.split(' ').skip(1).any(|word| word.starts_with(char::is_uppercase));
    let keeps = analysis.language().capitalised_nouns
        || gap.run.start > 0
        || named
        || term.is_some_and(|term| term.name)
        || analysis.is_name(answer.split(' ').next().unwrap_or_default());
    let shown = if keeps { answer.to_owned() } else { super::analysis::decapitalised(answer) };
    if answer.chars().count() >= MIN_BACK_CHARACTERS {
        return Some(shown);
    }
    let term = term?;
    let sentence = analysis.sentence(term.definition?)?;
    let defined = sentence.definitions().find(|definition| definition.key == term.key)?;
    Some(format!("{shown}: {}.", super::analysis::decapitalised(&defined.body)))
}

/// Whether a phrase ends with a noun of the length that only compounds have.
fn is_compound(analysis: &Analysis, words: &[Token]) -> bool {
    let last = words.last().map_or(0, |last| last.text.chars().count());
    analysis.language().capitalised_nouns && last >= COMPOUND_LETTERS
}

/// How good a gap a noun phrase makes: best a key term that the text explains, or that it is about.
fn gap_rank(analysis: &Analysis, term: Option<&Term>, words: &[Token]) -> u8 {
    let lexicon = analysis.language().lexicon();
    let head = match analysis.language().head {
        Head::Last => words.last(),
        Head::First => words.first(),
    };
    let weak = head.is_none_or(|head| {
        lexicon.weak.contains(head.lower.as_str()) || lexicon.unnamed.contains(head.lower.as_str())
    });
    let compares = words.first().is_some_and(|first| {
        words.len() > 1
            && (first.lower.ends_with("est")
                || first.lower.ends_with("er")
                    && lexicon.has_adjective_ending(&first.lower)
                    && !first.is_capitalised())
    });
    let Some(term) = term else {
        let told = words.iter().any(|word| {
            lexicon.unnamed.contains(word.lower.as_str())
                || lexicon.empty_heads.contains(word.lower.as_str())
                || lexicon.weak.contains(word.lower.as_str())
        });
        let several = words.len() > 1 || is_compound(analysis, words);
        return if several && !weak && !compares && !told { FAIR_GAP } else { POOR_GAP };
    };
    let frequent = term.sentences.len() >= 4 && words.iter().all(|word| !lexicon.may_be_verb(&word.lower));
    let central = term.weight >= CENTRAL && (frequent || words.len() > 1);
    match (weak || compares, term.definition.is_some(), central && !term.name) {
        (true, _, _) => POOR_GAP,
        (false, true, _) | (false, false, true) => GOOD_GAP,
        (false, false, false) if words.len() > 1 || is_compound(analysis, words) => FAIR_GAP,
        (false, false, false) => POOR_GAP,
    }
}

/// Whether a sentence says what holds in general, so that it determines what its gap asks for.
fn is_general(analysis: &Analysis, sentence: &Sentence) -> bool {
    let general = |role: PassageRole| {
        matches!(
            role,
            PassageRole::Plain | PassageRole::Cause | PassageRole::Contrast | PassageRole::Definition
        )
    };
    let facts = analysis.facts(sentence);
    facts.is_some_and(|facts| general(facts.role))
        && particulars(analysis, &sentence.text) <= MOST_PARTICULARS
}

/// A term as the headword of a card: with a capital, unless it has its own spelling ("pH").
fn headword(term: &str) -> String {
    let own = term.chars().nth(1).is_some_and(|second| second.is_uppercase() || second == '-');
    if own { term.to_owned() } else { capitalised(term) }
}
