//! What is known about one sentence.

use std::collections::HashMap;

use super::definition::{Definition, Finder};
use super::fitness::{self, Fitness};
use super::relation::{self, Relation};
use super::stems::Stems;
use super::syllabus::{Part, Syllabus};
use super::term::Term;
use super::token::{Class, Token, count_words};
use crate::language::{Form, Language};
use crate::source::{Role, Source, Span};

/// How many sentences back a shortened name ("the cycle") may point.
const REACH: usize = 8;

/// Letters of the ending that makes a name of another ("Crimea", "Crimean").
const MOST_ENDING: usize = 3;
/// Fewest letters of a name that another is made of.
const FEWEST_STEM: usize = 5;

/// One sentence with what a writer of a kind asks about it.
#[derive(Clone, Debug)]
pub(in crate::extractive) struct Sentence {
    /// Position among all sentences, the same as in the source.
    pub(in crate::extractive) index: usize,
    /// Its text, clean and whole.
    pub(in crate::extractive) text: String,
    /// How the text words it, where its own wording has a name in place of a pronoun.
    pub(in crate::extractive) with_pronoun: Option<String>,
    /// Where it stands in the submitted text.
    pub(in crate::extractive) span: Span,
    /// Its paragraph in the source.
    pub(in crate::extractive) paragraph: usize,
    /// 0 for the first of its paragraph.
    pub(in crate::extractive) position_in_paragraph: usize,
    /// Whether its paragraph is prose, a list item, …
    pub(in crate::extractive) role: Role,
    /// Words in it.
    pub(in crate::extractive) words: usize,
    /// Key terms in it, the weightiest first.
    pub(in crate::extractive) terms: Vec<usize>,
    /// How central it is, 0 to 1.
    pub(in crate::extractive) importance: f64,
    /// How fit it is to be quoted, 0 to 1; 0 means never.
    pub(in crate::extractive) fitness: f64,
    /// Whether it can be understood without the sentences around it.
    pub(in crate::extractive) stands_alone: bool,
    /// What it says: definitions, causes, contrasts, …
    pub(in crate::extractive) relations: Vec<Relation>,
}

impl Sentence {
    /// Whether it is fit to be quoted alone.
    pub(in crate::extractive) fn is_quotable(&self) -> bool {
        self.fitness > 0.0 && self.stands_alone
    }

    /// Whether it asks.
    pub(in crate::extractive) fn is_question(&self) -> bool {
        self.text.ends_with(['?', '？', '؟'])
    }

    /// What it defines, the surest first.
    pub(in crate::extractive) fn definitions(&self) -> impl Iterator<Item = &Definition> {
        self.relations.iter().filter_map(|relation| match relation {
            Relation::Definition(definition) => Some(definition),
            _ => None,
        })
    }

    /// Whether it says such a thing.
    pub(in crate::extractive) fn says(&self, relation: &Relation) -> bool {
        self.relations.contains(relation)
    }
}

/// How this text writes words inside sentences.
pub(in crate::extractive) struct Casing(HashMap<String, (u32, u32)>);

impl Casing {
    pub(super) fn of(sentences: &[Vec<Token>]) -> Self {
        let mut casing: HashMap<String, (u32, u32)> = HashMap::new();
        for tokens in sentences {
            for token in tokens.iter().filter(|token| token.is_word()).skip(1) {
                let (capital, lower) = casing.entry(token.lower.clone()).or_default();
                if token.is_capitalised() { *capital += 1 } else { *lower += 1 }
            }
        }
        Casing(casing)
    }

    /// Whether a word is a name here.
    pub(in crate::extractive) fn is_name(&self, word: &str) -> bool {
        self.0.get(&word.to_lowercase()).is_some_and(|(capital, lower)| capital > lower)
    }
}

impl Casing {
    /// Whether some name here is a word with another ending, and the word itself never stands in
    /// small letters.
    pub(super) fn begins_a_name(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        let made_of = |name: &str| {
            name.strip_prefix(word.as_str()).is_some_and(|ending| (1..=MOST_ENDING).contains(&ending.len()))
        };
        word.chars().count() >= FEWEST_STEM
            && !self.0.contains_key(&word)
            && self.0.iter().any(|(name, (capital, lower))| capital > lower && made_of(name))
    }
}

/// Reads every sentence; relations and importance follow once the key terms are known.
pub(super) fn all(
    source: &Source,
    tokenised: &[Vec<Token>],
    syllabus: &Syllabus,
    language: &Language,
) -> Vec<Sentence> {
    let lexicon = language.lexicon();
    let mut sentences: Vec<Sentence> = Vec::with_capacity(tokenised.len());
    for (index, (sentence, tokens)) in source.sentences().iter().zip(tokenised).enumerate() {
        let role =
            source.paragraphs().get(sentence.paragraph).map_or(Role::Prose, |paragraph| paragraph.role);
        let teaches = syllabus.part(index) == Part::Matter && teaches(source, sentence.section, language);
        let fitness = if sentence.complete && teaches && !tokens.is_empty() {
            fitness::judge(&sentence.text, tokens, lexicon)
        } else {
            Fitness { value: 0.0, stands_alone: false }
        };
        sentences.push(Sentence {
            index,
            text: sentence.text.clone(),
            with_pronoun: None,
            span: sentence.span,
            paragraph: sentence.paragraph,
            position_in_paragraph: sentence.position_in_paragraph,
            role,
            words: count_words(&sentence.text),
            terms: Vec::new(),
            importance: 0.0,
            fitness: fitness.value,
            stands_alone: fitness.stands_alone,
            relations: Vec::new(),
        });
    }
    sentences
}

/// Gives sentences the wording in which a name stands for a pronoun.
pub(super) fn name_persons(sentences: &mut [Sentence], named: Vec<Option<String>>) {
    for (sentence, named) in sentences.iter_mut().zip(named) {
        if let Some(named) = named {
            sentence.with_pronoun = Some(std::mem::replace(&mut sentence.text, named));
        }
    }
}

/// Whether a section is matter to be taught, not references or contact data.
pub(super) fn teaches(source: &Source, section: usize, language: &Language) -> bool {
    source.sections().get(section).is_none_or(|section| {
        let heading = section.heading.as_deref().unwrap_or_default().to_lowercase();
        !section.lists_sources && !language.lexicon().back_matter.contains(&heading.as_str())
    })
}

/// Adds terms, relations and importance; links each term to the sentence that defines it best.
pub(super) fn relate(
    sentences: &mut [Sentence],
    tokenised: &[Vec<Token>],
    terms: &mut [Term],
    language: &'static Language,
    casing: &Casing,
) {
    for (number, term) in terms.iter().enumerate() {
        for index in &term.sentences {
            if let Some(sentence) = sentences.get_mut(*index) {
                sentence.terms.push(number);
            }
        }
    }
    let names = |word: &str| casing.is_name(word);
    let key_terms = terms.iter().enumerate().map(|(number, term)| (term.key.as_str(), number)).collect();
    let mut finder = Finder { language, key_terms, names: &names, stems: Stems::of(language) };
    for sentence in sentences.iter_mut().filter(|sentence| sentence.fitness > 0.0) {
        sentence.relations = relation::all(&sentence.text, &mut finder);
    }
    drop(finder);
    weaken_definite_subjects(sentences, tokenised, terms, language);
    link_definitions(sentences, terms);
    weigh(sentences, terms);
}

/// "The ions flow back": a single noun with a definite article points back where the sentence
/// before has named it, or where it shortens a longer term ("the cycle"), unless the sentence
/// defines it.
fn weaken_definite_subjects(
    sentences: &mut [Sentence],
    tokenised: &[Vec<Token>],
    terms: &[Term],
    language: &Language,
) {
    let lexicon = language.lexicon();
    let mut stems = Stems::of(language);
    for at in 1..sentences.len() {
        let (Some([before, sentence]), Some([tokens_before, tokens])) =
            (sentences.get_mut(at - 1..=at), tokenised.get(at - 1..=at))
        else {
            continue;
        };
        let [article, noun, next, ..] = tokens.as_slice() else { continue };
        let is_single = lexicon.definite.contains(article.lower.as_str())
            && noun.class == Class::Content
            && (language.capitalised_nouns || !noun.is_capitalised())
            && (lexicon.may_be_verb(&next.lower)
                || lexicon.is_past(&next.lower)
                || next.class == Class::Stop)
            && !lexicon.joiners.iter().any(|joiner| joiner.first() == Some(&next.lower.as_str()))
            && next.lower != "of";
        if !is_single || sentence.definitions().any(|definition| definition.form != Form::Apposition) {
            continue;
        }
        let stem = stems.singular(&noun.lower);
        let named_before = before.paragraph == sentence.paragraph
            && tokens_before.iter().any(|token| stems.singular(&token.lower) == stem);
        let shortened = terms.iter().any(|term| {
            term.key.ends_with(stem.as_str())
                && term.key.len() > stem.len()
                && term.key.contains(' ')
                && term.sentences.iter().any(|index| *index < at && at - index <= REACH)
        });
        if named_before || shortened || lexicon.weak.contains(noun.lower.as_str()) {
            sentence.stands_alone = false;
        }
    }
}

fn link_definitions(sentences: &[Sentence], terms: &mut [Term]) {
    let mut best: Vec<Option<(Form, usize)>> = vec![None; terms.len()];
    for sentence in sentences {
        for definition in sentence.definitions() {
            let Some(slot) = definition.key_term.and_then(|number| best.get_mut(number)) else { continue };
            if slot.is_none_or(|(form, _)| definition.form < form) {
                *slot = Some((definition.form, sentence.index));
            }
        }
    }
    for (term, best) in terms.iter_mut().zip(best) {
        term.definition = best.map(|(_, index)| index);
    }
}

/// Importance: the weight of a sentence's terms for its length, more at the head of a paragraph
/// and where something is said about something.
fn weigh(sentences: &mut [Sentence], terms: &[Term]) {
    for sentence in sentences.iter_mut() {
        let weights =
            sentence.terms.iter().take(6).filter_map(|number| terms.get(*number)).map(|term| term.weight);
        let sum: f64 = weights.sum();
        let words = f64::from(u32::try_from(sentence.words.max(8)).unwrap_or(u32::MAX));
        let place = if sentence.position_in_paragraph == 0 { 1.15 } else { 1.0 };
        let defines = if sentence.definitions().next().is_some() { 1.3 } else { 1.0 };
        let explains = if sentence.relations.iter().any(|relation| matches!(relation, Relation::Cause { .. }))
        {
            1.15
        } else {
            1.0
        };
        let illustrates = if sentence.says(&Relation::Example) { 0.85 } else { 1.0 };
        sentence.importance = sum / words.powf(0.35) * place * defines * explains * illustrates;
    }
    let most = sentences.iter().map(|sentence| sentence.importance).fold(f64::MIN_POSITIVE, f64::max);
    for sentence in sentences {
        sentence.importance /= most;
    }
}
