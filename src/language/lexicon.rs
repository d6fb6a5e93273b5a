//! A language's words and patterns made ready for reading: sets instead of lists, compiled
//! expressions instead of strings. Built once a language.

use std::collections::{HashMap, HashSet};

use regex::Regex;

use super::dropping::Dropping;
use super::table::{Form, Language, Tense, VerbForm};

/// Sets and expressions of one language. Look-ups take lower-case words.
#[derive(Debug)]
pub struct Lexicon {
    /// See `Words::stop`.
    pub stop: HashSet<&'static str>,
    /// See `Words::weak`.
    pub weak: HashSet<&'static str>,
    /// See `Words::definite`.
    pub definite: HashSet<&'static str>,
    /// See `Words::indefinite`.
    pub indefinite: HashSet<&'static str>,
    /// See `Words::before_noun`.
    pub before_noun: HashSet<&'static str>,
    /// See `Words::before_verb`.
    pub before_verb: HashSet<&'static str>,
    /// See `Words::singular_determiners`.
    pub singular_determiners: HashSet<&'static str>,
    /// See `Words::quantifiers`.
    pub quantifiers: HashSet<&'static str>,
    /// See `Words::page_words`.
    pub page_words: HashSet<&'static str>,
    /// See `Words::caption_words`.
    pub caption_words: HashSet<&'static str>,
    /// See `Words::joiners`; each as its words.
    pub joiners: Vec<Vec<&'static str>>,
    /// See `Words::pronouns`.
    pub pronouns: HashSet<&'static str>,
    /// See `Words::person_pronouns`.
    pub person_pronouns: HashSet<&'static str>,
    /// See `Words::demonstratives`.
    pub demonstratives: HashSet<&'static str>,
    /// See `Words::bare_articles`.
    pub bare_articles: HashSet<&'static str>,
    /// See `Words::leaning_openings`.
    pub leaning_openings: Vec<&'static str>,
    imagined: Vec<&'static str>,
    /// See `Words::impersonal_openings`.
    pub impersonal_openings: Vec<&'static str>,
    /// See `Words::leaning_words`.
    pub leaning_words: HashSet<&'static str>,
    /// See `Words::unnamed`.
    pub unnamed: HashSet<&'static str>,
    /// See `Words::leaning_phrases`.
    pub leaning_phrases: Vec<&'static str>,
    /// See `Words::degrees`.
    pub degrees: HashSet<&'static str>,
    /// See `Words::after_degree`.
    pub after_degree: HashSet<&'static str>,
    /// See `Words::asks_about`.
    pub asks_about: HashSet<&'static str>,
    process_endings: Vec<&'static str>,
    /// See `Words::needs_source`.
    pub needs_source: Vec<&'static str>,
    /// See `Words::auxiliaries`.
    pub auxiliaries: HashSet<&'static str>,
    /// See `Words::subordinators`.
    pub subordinators: HashSet<&'static str>,
    /// See `Words::relatives`.
    pub relatives: HashSet<&'static str>,
    /// See `Words::singular_verbs`.
    pub singular_verbs: HashSet<&'static str>,
    /// See `Words::plural_verbs`.
    pub plural_verbs: HashSet<&'static str>,
    plural_endings: Vec<&'static str>,
    /// See `Words::noun_endings`.
    pub noun_endings: Vec<&'static str>,
    adjective_endings: Vec<&'static str>,
    /// See `Words::clause_breaks`; with their spaces.
    pub clause_breaks: Vec<&'static str>,
    /// See `Words::adding_words`.
    pub adding_words: HashSet<&'static str>,
    /// See `Words::announcing_words`.
    pub announcing_words: HashSet<&'static str>,
    /// See `Words::signposts`.
    pub signposts: HashSet<&'static str>,
    /// See `Words::disclaimers`.
    pub disclaimers: HashSet<&'static str>,
    /// See `Words::after_demonstrative`.
    pub after_demonstrative: HashSet<&'static str>,
    ending_exceptions: HashSet<&'static str>,
    pub(super) past_verbs: HashSet<&'static str>,
    past_endings: Vec<&'static str>,
    /// See `Words::other_endings`.
    pub other_endings: Vec<&'static str>,
    /// See `Words::empty_heads`.
    pub empty_heads: HashSet<&'static str>,
    /// See `Words::word_heads`.
    pub word_heads: HashSet<&'static str>,
    /// See `Words::argument_heads`.
    pub argument_heads: HashSet<&'static str>,
    /// See `Words::people`.
    pub people: Vec<&'static str>,
    /// See `Words::back_matter`.
    pub back_matter: Vec<&'static str>,
    /// See `Words::generic_headings`.
    pub generic_headings: Vec<&'static str>,
    /// See `Words::objective_headings`.
    pub objective_headings: Vec<&'static str>,
    /// See `Patterns::definitions`.
    pub definitions: Vec<(Regex, Form)>,
    /// See `Patterns::causes`.
    pub causes: Vec<Regex>,
    /// See `Patterns::conditions`.
    pub conditions: Vec<Regex>,
    /// See `Patterns::contrast`.
    pub contrast: Vec<Regex>,
    /// See `Patterns::sequence`.
    pub sequence: Vec<Regex>,
    /// See `Patterns::example`.
    pub example: Vec<Regex>,
    /// See `Patterns::function`.
    pub function: Vec<Regex>,
    /// Where a subject stands, in a language that may leave it out.
    pub dropping: Option<Dropping>,
    verbs: HashMap<String, VerbForm>,
}

impl Lexicon {
    pub(super) fn of(language: &Language) -> Lexicon {
        let (words, patterns) = (&language.words, &language.patterns);
        Lexicon {
            stop: set(words.stop),
            weak: set(words.weak),
            definite: set(words.definite),
            indefinite: set(words.indefinite),
            before_noun: set(words.before_noun),
            before_verb: set(words.before_verb),
            singular_determiners: set(words.singular_determiners),
            quantifiers: set(words.quantifiers),
            page_words: set(words.page_words),
            caption_words: set(words.caption_words),
            joiners: phrases(words.joiners)
                .iter()
                .map(|joiner| joiner.split_whitespace().collect())
                .collect(),
            pronouns: set(words.pronouns),
            person_pronouns: set(words.person_pronouns),
            demonstratives: set(words.demonstratives),
            bare_articles: set(words.bare_articles),
            leaning_openings: phrases(words.leaning_openings),
            imagined: words.imagined.split_whitespace().collect(),
            impersonal_openings: phrases(words.impersonal_openings),
            leaning_words: set(words.leaning_words),
            unnamed: set(words.unnamed),
            leaning_phrases: phrases(words.leaning_phrases),
            degrees: set(words.degrees),
            after_degree: set(words.after_degree),
            asks_about: set(words.asks_about),
            process_endings: words.process_endings.split_whitespace().collect(),
            needs_source: phrases(words.needs_source),
            auxiliaries: set(words.auxiliaries),
            subordinators: set(words.subordinators),
            relatives: set(words.relatives),
            singular_verbs: set(words.singular_verbs),
            plural_verbs: set(words.plural_verbs),
            plural_endings: words.plural_endings.split_whitespace().collect(),
            noun_endings: words.noun_endings.split_whitespace().collect(),
            adjective_endings: words.adjective_endings.split_whitespace().collect(),
            clause_breaks: phrases(words.clause_breaks),
            adding_words: set(words.adding_words),
            announcing_words: set(words.announcing_words),
            signposts: set(words.signposts),
            disclaimers: set(words.disclaimers),
            after_demonstrative: set(words.after_demonstrative),
            ending_exceptions: set(words.ending_exceptions),
            past_verbs: set(words.past_verbs),
            past_endings: words.past_endings.split_whitespace().collect(),
            other_endings: words.other_endings.split_whitespace().collect(),
            empty_heads: set(words.empty_heads),
            word_heads: set(words.word_heads),
            argument_heads: set(words.argument_heads),
            people: words.people.split_whitespace().collect(),
            back_matter: phrases(words.back_matter),
            generic_headings: phrases(words.generic_headings),
            objective_headings: phrases(words.objective_headings),
            definitions: patterns
                .definitions
                .iter()
                .filter_map(|pattern| Some((compiled(pattern.expression)?, pattern.form)))
                .collect(),
            causes: expressions(patterns.causes),
            conditions: expressions(patterns.conditions),
            contrast: expressions(patterns.contrast),
            sequence: expressions(patterns.sequence),
            example: expressions(patterns.example),
            function: expressions(patterns.function),
            dropping: language.dropping.map(Dropping::of),
            verbs: (language.verb_forms)().into_iter().collect(),
        }
    }

    /// Returns what form of which verb a lower-case word is, if it is a known one.
    #[must_use]
    pub fn verb(&self, word: &str) -> Option<&VerbForm> {
        self.verbs.get(word)
    }

    /// Whether a lower-case word is a verb form that is hardly ever a noun.
    #[must_use]
    pub fn is_only_verb(&self, word: &str) -> bool {
        self.auxiliaries.contains(word)
            || self.verb(word).is_some_and(|form| !form.also_noun)
            || self.has_finite_ending(word)
    }

    /// Whether a lower-case word is a finite verb by its ending, in a language whose endings tell.
    fn has_finite_ending(&self, word: &str) -> bool {
        self.dropping.as_ref().is_some_and(|dropping| dropping.is_finite(word))
    }

    /// Whether a lower-case word can be a verb form.
    #[must_use]
    pub fn may_be_verb(&self, word: &str) -> bool {
        self.auxiliaries.contains(word) || self.verbs.contains_key(word) || self.has_finite_ending(word)
    }

    /// Whether a lower-case word carries meaning.
    #[must_use]
    pub fn is_content(&self, word: &str) -> bool {
        !self.stop.contains(word) && word.chars().any(char::is_alphanumeric)
    }

    /// Whether a lower-case noun looks like a plural.
    #[must_use]
    pub fn looks_plural(&self, word: &str) -> bool {
        for ending in &self.plural_endings {
            match ending.strip_prefix('!') {
                Some(excluded) if word.ends_with(excluded) => return false,
                None if word.ends_with(ending) => return true,
                _ => {}
            }
        }
        false
    }

    /// Whether a lower-case word has one of the endings that make a noun.
    #[must_use]
    pub fn has_noun_ending(&self, word: &str) -> bool {
        self.noun_endings.iter().any(|ending| word.len() > ending.len() + 2 && word.ends_with(ending))
    }

    /// Whether a lower-case word has one of the endings of adjectives.
    #[must_use]
    pub fn has_adjective_ending(&self, word: &str) -> bool {
        self.adjective_endings.iter().any(|ending| word.len() > ending.len() + 2 && word.ends_with(ending))
    }

    /// Whether a lower-case word is a verb form of the past.
    #[must_use]
    pub fn is_past(&self, word: &str) -> bool {
        self.past_verbs.contains(word)
            || self.verb(word).is_some_and(|form| form.tense == Tense::Past)
            || self.past_endings.iter().any(|ending| word.len() > ending.len() + 2 && word.ends_with(ending))
    }

    /// Whether a lower-case word has an ending that excludes a noun.
    #[must_use]
    pub fn has_other_ending(&self, word: &str) -> bool {
        !self.ending_exceptions.contains(word)
            && self.other_endings.iter().any(|ending| word.len() > ending.len() + 2 && word.ends_with(ending))
    }

    /// Whether a lower-case noun names something that goes on in steps.
    #[must_use]
    pub fn is_process(&self, word: &str) -> bool {
        self.process_endings.iter().any(|ending| word.ends_with(ending))
    }

    /// Whether a lower-case word names people.
    #[must_use]
    pub fn is_person(&self, word: &str) -> bool {
        is_listed(&self.people, word)
    }

    /// Whether a lower-case word tells of what is only imagined.
    #[must_use]
    pub fn is_imagined(&self, word: &str) -> bool {
        is_listed(&self.imagined, word) && !self.verbs.contains_key(word)
    }
}

/// Whether a word stands in a list or has one of its endings, and is not excluded with a `!`.
fn is_listed(list: &[&str], word: &str) -> bool {
    let excluded = |entry: &&str| entry.strip_prefix('!').is_some_and(|excluded| excluded == word);
    !list.iter().any(excluded)
        && list.iter().any(|entry| match entry.strip_prefix('-') {
            Some(ending) => word.ends_with(ending),
            None => word == *entry,
        })
}

fn set(list: &'static str) -> HashSet<&'static str> {
    list.split_whitespace().collect()
}

fn phrases(list: &'static str) -> Vec<&'static str> {
    list.split('|').map(str::trim).filter(|phrase| !phrase.is_empty()).collect()
}

fn expressions(list: &[&str]) -> Vec<Regex> {
    list.iter().filter_map(|expression| compiled(expression)).collect()
}

/// Tables are constants; a test compiles every expression of every language.
fn compiled(expression: &str) -> Option<Regex> {
    Regex::new(expression).ok()
}

#[cfg(test)]
mod tests {
    use super::{Lexicon, Regex};
    use crate::language::language;

    #[test]
    fn every_expression_of_every_language_compiles() {
        for code in ["en", "es", "fr", "de", "und"] {
            let patterns = &language(code).patterns;
            let lists = [
                patterns.causes,
                patterns.conditions,
                patterns.contrast,
                patterns.sequence,
                patterns.example,
                patterns.function,
            ];
            let definitions = patterns.definitions.iter().map(|pattern| pattern.expression);
            for expression in lists.concat().into_iter().chain(definitions) {
                assert!(Regex::new(expression).is_ok(), "{code}: {expression}");
            }
        }
    }

    #[test]
    fn objectives_begin_with_a_verb_of_their_level_in_every_language() {
        for code in ["en", "es", "fr", "de"] {
            let language = language(code);
            for phrase in language.phrases.objectives {
                let verb = phrase.frame.singular.split([' ', '’', '\'']).next().unwrap_or_default();
                assert!(
                    language.levels_of_verb(verb).contains(&phrase.level),
                    "{code}: {}",
                    phrase.frame.singular
                );
            }
        }
    }

    #[test]
    fn verb_forms_are_regular_where_the_verb_is() {
        let lexicon: &Lexicon = language("en").lexicon();
        for (form, base) in
            [("carries", "carry"), ("stopped", "stop"), ("reduces", "reduce"), ("grew", "grow")]
        {
            assert_eq!(lexicon.verb(form).map(|form| form.base.as_str()), Some(base), "{form}");
        }
    }
}
