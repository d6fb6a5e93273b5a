//! Words of a sentence with what the language's tables say about each.

use std::ops::Range;

use crate::language::Lexicon;

/// One word, number or mark of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::extractive) struct Token {
    /// As written.
    pub(in crate::extractive) text: String,
    /// In lower case.
    pub(in crate::extractive) lower: String,
    /// What it is.
    pub(in crate::extractive) class: Class,
    /// Its bytes in the sentence.
    pub(in crate::extractive) bytes: Range<usize>,
}

/// Says what a token is, as far as key terms and clauses need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::extractive) enum Class {
    /// A word without a meaning of its own.
    Stop,
    /// A verb form that is hardly ever a noun, or a word whose ending excludes a noun.
    Verb,
    /// Any other word.
    Content,
    /// Digits, also with signs and units glued to them.
    Number,
    /// Punctuation or a symbol.
    Mark,
}

impl Token {
    /// Whether it begins with a capital.
    pub(in crate::extractive) fn is_capitalised(&self) -> bool {
        self.text.chars().next().is_some_and(char::is_uppercase)
    }

    /// Whether it is a word or a number.
    pub(in crate::extractive) fn is_word(&self) -> bool {
        self.class != Class::Mark
    }
}

/// Cuts a sentence into tokens.
pub(in crate::extractive) fn tokens(text: &str, lexicon: &Lexicon) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((start, first)) = characters.next() {
        if first.is_whitespace() {
            continue;
        }
        let mut end = start + first.len_utf8();
        if is_wordy(first) {
            while let Some((at, next)) = characters.peek().copied() {
                let after = text.get(at + next.len_utf8()..).and_then(|rest| rest.chars().next());
                if !is_wordy(next) && !after.is_some_and(|after| joins(next, after)) {
                    break;
                }
                end = at + next.len_utf8();
                characters.next();
                let begun = text.get(start..end).filter(|_| matches!(next, '\'' | '’'));
                if begun.is_some_and(|word| is_elision(word, lexicon)) {
                    break;
                }
            }
        }
        if let Some(word) = text.get(start..end) {
            let mut token = token(word, start..end, lexicon);
            // A capital inside a sentence makes a name of a verb form ("Forbidden Books").
            if token.class == Class::Verb && token.is_capitalised() && tokens.iter().any(Token::is_word) {
                token.class = Class::Content;
            }
            tokens.push(token);
        }
    }
    tokens
}

fn is_wordy(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '\u{300}'..='\u{36f}')
}

/// Whether a mark before that character belongs to the word.
fn joins(mark: char, after: char) -> bool {
    match mark {
        '\'' | '’' | '-' | '‑' | '·' | '&' => is_wordy(after),
        '.' | ',' => after.is_numeric(),
        _ => false,
    }
}

/// No language has a longer one ("presqu'", "jusqu'"); without a bound, a hostile word that is all
/// apostrophes would be looked at from its start for each of them.
const MAX_ELISION_BYTES: usize = 16;

/// Whether it is an article or the like that is written together with the next word ("l'").
fn is_elision(word: &str, lexicon: &Lexicon) -> bool {
    word.len() <= MAX_ELISION_BYTES && lexicon.stop.contains(word.to_lowercase().replace('’', "'").as_str())
}

fn token(word: &str, bytes: Range<usize>, lexicon: &Lexicon) -> Token {
    let lower = word.to_lowercase().replace('’', "'");
    let class = class(word, &lower, lexicon);
    Token { text: word.to_owned(), lower, class, bytes }
}

fn class(word: &str, lower: &str, lexicon: &Lexicon) -> Class {
    let mut characters = word.chars();
    match characters.next() {
        Some(first) if !is_wordy(first) => Class::Mark,
        Some(first) if first.is_numeric() => Class::Number,
        _ if lexicon.stop.contains(lower) => Class::Stop,
        _ if lexicon.is_only_verb(lower) => Class::Verb,
        _ => Class::Content,
    }
}

/// Counts the words of a text, as readers do.
pub(in crate::extractive) fn count_words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

/// Most letters of a word that counts as one without meaning because it is frequent.
const SHORT_WORD: usize = 6;

/// Marks the words without a meaning of their own in a language that has no list of them: those of
/// up to three letters, and short ones that make up more than one word in a hundred.
pub(super) fn mark_frequent_words(sentences: &mut [Vec<Token>]) {
    let mut counts: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    let mut all = 0;
    for token in sentences.iter().flatten().filter(|token| token.class == Class::Content) {
        *counts.entry(token.lower.clone()).or_default() += 1;
        all += 1;
    }
    for token in sentences.iter_mut().flatten().filter(|token| token.class == Class::Content) {
        let letters = token.lower.chars().count();
        let count = counts.get(&token.lower).copied().unwrap_or_default();
        if (letters <= 3 && token.lower.is_ascii())
            || (letters <= SHORT_WORD && count > 3 && count * 100 > all)
        {
            token.class = Class::Stop;
        }
    }
}
