//! Where a subject stands, in a language that may leave it out: what begins a phrase that is no
//! subject, which words are finite verbs, and after which verbs a noun phrase is the subject.
//!
//! Only the words are here; the walk over a sentence is `extractive::analysis::dropped_subject`'s.
//! Every other language says its subject, so it needs no such table.

use std::collections::HashSet;

/// The words of one language; all lower case, parted by white space.
#[derive(Debug)]
pub struct DroppingWords {
    /// Prepositions, also contracted with an article: what follows them is no subject.
    pub prepositions: &'static str,
    /// Pronouns and negations that stand between subject and verb.
    pub clitics: &'static str,
    /// The clitic after which a transitive verb has its object for a subject ("se").
    pub reflexive: &'static str,
    /// Finite forms that no ending tells.
    pub finite: &'static str,
    /// Endings of finite forms; a leading `!` excludes a word or ending, and stands first.
    pub finite_endings: &'static str,
    /// Infinitives and participles that stand among the known verb forms.
    pub not_finite: &'static str,
    /// Forms of verbs whose noun phrase is always the subject, wherever it stands ("exist").
    pub intransitive: &'static str,
    /// Stems of such verbs, of the first and of the other conjugations.
    pub intransitive_stems: (&'static str, &'static str),
    /// Endings that the two sorts of stems take.
    pub stem_endings: (&'static str, &'static str),
    /// Forms of verbs that say what their subject is or becomes: a noun phrase after them is none.
    pub copulas: &'static str,
    /// Forms of verbs that have no subject, unless a participle follows ("hay").
    pub impersonal: &'static str,
    /// Judgements that need no subject after a copula ("es necesario").
    pub judgements: &'static str,
    /// Verbs that are followed by an infinitive which carries the meaning.
    pub modals: &'static str,
    /// Endings of participles.
    pub participle_endings: &'static str,
    /// Nouns for stretches of time: such a phrase is no subject.
    pub times: &'static str,
    /// Adverbs of place and order that need what they relate to, unless a preposition follows.
    pub relational: &'static str,
    /// Words that stand for a noun that was named, where no noun follows ("muchos viven …").
    pub quantifiers: &'static str,
    /// Nouns of parts, which need what they are parts of.
    pub parts: &'static str,
    /// What binds a part to its whole.
    pub of: &'static str,
}

/// The words of one language as sets.
#[derive(Debug)]
pub struct Dropping {
    /// See `DroppingWords::prepositions`; so with the fields below.
    pub prepositions: HashSet<&'static str>,
    /// Pronouns and negations before a verb.
    pub clitics: HashSet<&'static str>,
    /// "se".
    pub reflexive: &'static str,
    /// Forms that say what something is or becomes.
    pub copulas: HashSet<&'static str>,
    /// Forms without a subject.
    pub impersonal: HashSet<&'static str>,
    /// Judgements after a copula.
    pub judgements: HashSet<&'static str>,
    /// Verbs before an infinitive.
    pub modals: HashSet<&'static str>,
    /// Nouns for stretches of time.
    pub times: HashSet<&'static str>,
    /// Adverbs that need what they relate to.
    pub relational: HashSet<&'static str>,
    /// Words that stand for a noun.
    pub quantifiers: HashSet<&'static str>,
    /// Nouns of parts.
    pub parts: HashSet<&'static str>,
    /// "of".
    pub of: HashSet<&'static str>,
    finite: HashSet<&'static str>,
    finite_endings: Vec<&'static str>,
    not_finite: HashSet<&'static str>,
    intransitive: HashSet<String>,
    participle_endings: Vec<&'static str>,
}

impl Dropping {
    pub(super) fn of(words: &DroppingWords) -> Dropping {
        let mut intransitive: HashSet<String> = list(words.intransitive).map(str::to_owned).collect();
        let sorts = [
            (words.intransitive_stems.0, words.stem_endings.0),
            (words.intransitive_stems.1, words.stem_endings.1),
        ];
        for (stems, endings) in sorts {
            let forms = list(stems).flat_map(|stem| list(endings).map(move |end| format!("{stem}{end}")));
            intransitive.extend(forms);
        }
        Dropping {
            prepositions: list(words.prepositions).collect(),
            clitics: list(words.clitics).collect(),
            reflexive: words.reflexive,
            copulas: list(words.copulas).collect(),
            impersonal: list(words.impersonal).collect(),
            judgements: list(words.judgements).collect(),
            modals: list(words.modals).collect(),
            times: list(words.times).collect(),
            relational: list(words.relational).collect(),
            quantifiers: list(words.quantifiers).collect(),
            parts: list(words.parts).collect(),
            of: list(words.of).collect(),
            finite: list(words.finite).collect(),
            finite_endings: list(words.finite_endings).collect(),
            not_finite: list(words.not_finite).collect(),
            intransitive,
            participle_endings: list(words.participle_endings).collect(),
        }
    }

    /// Whether a lower-case word is surely a finite verb by its ending or as an irregular form.
    #[must_use]
    pub fn is_finite(&self, word: &str) -> bool {
        if self.finite.contains(word) {
            return true;
        }
        for ending in &self.finite_endings {
            match ending.strip_prefix('!') {
                Some(excluded) if word.ends_with(excluded) => return false,
                None if word.len() > ending.len() + 1 && word.ends_with(ending) => return true,
                _ => {}
            }
        }
        false
    }

    /// Whether a lower-case word is an infinitive or participle among the known verb forms.
    #[must_use]
    pub fn is_not_finite(&self, word: &str) -> bool {
        self.not_finite.contains(word)
    }

    /// Whether a noun phrase near that form is always its subject.
    #[must_use]
    pub fn is_intransitive(&self, word: &str) -> bool {
        self.intransitive.contains(word)
    }

    /// Whether a lower-case word looks like a participle.
    #[must_use]
    pub fn is_participle(&self, word: &str) -> bool {
        self.participle_endings.iter().any(|ending| word.len() > ending.len() + 1 && word.ends_with(ending))
    }
}

fn list(words: &'static str) -> impl Iterator<Item = &'static str> {
    words.split_whitespace()
}
