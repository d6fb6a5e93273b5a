//! Candidates for key terms: every run of the text and its parts, counted with what stands around
//! them, so that nouns are told from adjectives and verbs by how this text uses them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::run;
use super::stems::Stems;
use super::token::{Class, Token};
use crate::language::{Head, Language};

/// A candidate: all occurrences of one sequence of stems.
#[derive(Debug, Default)]
pub(super) struct Candidate {
    /// Spellings as written, with their counts.
    pub(super) spellings: BTreeMap<String, u32>,
    /// Sentences that it occurs in, ascending.
    pub(super) sentences: Vec<usize>,
    /// Occurrences.
    pub(super) count: u32,
    /// Occurrences inside a longer run.
    pub(super) nested: u32,
    /// Occurrences that end a noun phrase.
    pub(super) as_head: u32,
    /// Occurrences that only a noun can have: after an article or before a verb.
    pub(super) as_noun: u32,
    /// Occurrences that an adjective has: "is elastic".
    pub(super) as_adjective: u32,
    /// Occurrences with a capital inside a sentence.
    pub(super) capitalised: u32,
    /// Occurrences without a capital.
    pub(super) lower_case: u32,
    /// Articles before whole occurrences, by spelling of the term.
    pub(super) articles: BTreeMap<(String, String), u32>,
    /// Whole occurrences without an article, by spelling.
    pub(super) bare: BTreeMap<String, u32>,
    /// Verbs right after it that are plural, less those that are singular.
    pub(super) plural_votes: i32,
    /// Words in it, joiners not counted.
    pub(super) words: usize,
}

/// All candidates of a text by their stems.
pub(super) type Candidates = BTreeMap<String, Candidate>;

/// Collects candidates from the tokens of every sentence.
pub(super) fn collect(sentences: &[Vec<Token>], language: &Language) -> Candidates {
    let mut stems = Stems::of(language);
    let mut candidates = Candidates::new();
    for (index, tokens) in sentences.iter().enumerate() {
        for run in run::runs(tokens, language.lexicon()) {
            for part in parts(&run, tokens, language.head) {
                let Some(words) = tokens.get(part.clone()) else { continue };
                let key = stems.key(words);
                let candidate = candidates.entry(key).or_default();
                count(candidate, tokens, &Place { sentence: index, part, run: run.clone() }, language);
            }
        }
    }
    candidates
}

/// The run itself, its single words, and the shorter runs that keep its head.
fn parts(run: &Range<usize>, tokens: &[Token], head: Head) -> Vec<Range<usize>> {
    let mut parts = vec![run.clone()];
    let is_content =
        |at: usize| tokens.get(at).is_some_and(|token| matches!(token.class, Class::Content | Class::Number));
    for at in run.clone() {
        let part = match head {
            Head::Last => at..run.end,
            Head::First => run.start..at + 1,
        };
        if part != *run && is_content(at) && part.len() > 1 {
            parts.push(part);
        }
        if run.len() > 1 && tokens.get(at).is_some_and(|token| token.class == Class::Content) {
            parts.push(at..at + 1);
        }
    }
    parts
}

/// Where a candidate occurs.
struct Place {
    sentence: usize,
    part: Range<usize>,
    /// The run that holds the part.
    run: Range<usize>,
}

fn count(candidate: &mut Candidate, tokens: &[Token], place: &Place, language: &Language) {
    let Place { sentence, part, run } = place;
    let lexicon = language.lexicon();
    let Some(words) = tokens.get(part.clone()) else { return };
    let before = part.start.checked_sub(1).and_then(|before| tokens.get(before));
    let after = tokens.get(part.end);
    let spelling = spelling(words);
    candidate.count += 1;
    candidate.words = words.iter().filter(|token| token.class != Class::Stop).count();
    if candidate.sentences.last() != Some(sentence) {
        candidate.sentences.push(*sentence);
    }
    *candidate.spellings.entry(spelling.clone()).or_default() += 1;
    if part != run {
        candidate.nested += 1;
    }
    let begins_sentence = !tokens.iter().take(part.start).any(Token::is_word);
    if !words.first().is_some_and(Token::is_capitalised) {
        candidate.lower_case += 1;
    } else if !begins_sentence {
        candidate.capitalised += 1;
    }
    let is_head = match language.head {
        Head::Last => part.end == run.end,
        Head::First => part.start == run.start,
    };
    if !is_head {
        return;
    }
    candidate.as_head += 1;
    let introduced = before.is_some_and(|before| lexicon.before_noun.contains(before.lower.as_str()));
    let verb_follows = after.is_some_and(|after| {
        lexicon.auxiliaries.contains(after.lower.as_str()) || after.class == Class::Verb
    });
    if introduced || verb_follows || (part.start > run.start && part.end == run.end) {
        candidate.as_noun += 1;
    } else if before.is_some_and(|before| lexicon.auxiliaries.contains(before.lower.as_str())) {
        candidate.as_adjective += 1;
    }
    if let Some(after) = after {
        candidate.plural_votes += i32::from(lexicon.plural_verbs.contains(after.lower.as_str()));
        candidate.plural_votes -= i32::from(lexicon.singular_verbs.contains(after.lower.as_str()));
    }
    // "las células del páncreas" shows the article of "células" too.
    let leads = language.head == Head::First && part.start == run.start;
    if part == run || leads {
        let article = before.filter(|before| {
            let word = before.lower.as_str();
            lexicon.definite.contains(word) || lexicon.indefinite.contains(word)
        });
        let other = before.is_some_and(|before| {
            before.class == Class::Number
                || lexicon.demonstratives.contains(before.lower.as_str())
                || lexicon.quantifiers.contains(before.lower.as_str())
                || (before.class == Class::Content && before.bytes.end > 0)
        });
        match article {
            Some(article) => {
                *candidate.articles.entry((spelling, article.lower.clone())).or_default() += 1;
            }
            // "Ribosome: the part …" does not show how running text writes it.
            None if after.is_some_and(|after| after.text == ":") => {}
            None if !other && part == run => *candidate.bare.entry(spelling).or_default() += 1,
            None => {}
        }
    }
}

/// The words as written, with single spaces; what the text writes together stays together.
pub(super) fn spelling(words: &[Token]) -> String {
    let mut spelling = String::new();
    let mut end = None;
    for token in words {
        let adjacent = end == Some(token.bytes.start);
        if !spelling.is_empty() && !adjacent && !spelling.ends_with(['\'', '’']) {
            spelling.push(' ');
        }
        spelling.push_str(&token.text);
        end = Some(token.bytes.end);
    }
    spelling
}
