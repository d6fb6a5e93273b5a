//! The shape of a language's tables; the tables themselves stand in the file of each language.

use std::sync::OnceLock;

use super::dropping::DroppingWords;
use super::lexicon::Lexicon;
use super::phrases::Phrases;
use crate::content::BloomLevel;

/// All tables of one language.
#[derive(Debug)]
pub struct Language {
    /// Two-letter ISO 639-1 code, or `und`.
    pub code: &'static str,
    /// How far the tables go.
    pub standard: Standard,
    /// The Snowball stemmer, where there is one.
    pub algorithm: Option<rust_stemmers::Algorithm>,
    /// Folds a lower-case plural to its singular, so that both count as one term; without it the
    /// stemmer does.
    pub singular: Option<fn(&str) -> String>,
    /// Words by what they do in a sentence.
    pub words: Words,
    /// Lists the verb forms that a reader must know, each with its form.
    pub verb_forms: fn() -> Vec<(String, VerbForm)>,
    /// Where a subject stands; only for a language that may leave it out.
    pub dropping: Option<&'static DroppingWords>,
    /// What shows that a sentence defines, gives a cause, and so on.
    pub patterns: Patterns,
    /// Which article a noun phrase takes in a frame.
    pub articles: Articles,
    /// Where the head of a noun phrase stands.
    pub head: Head,
    /// Whether every noun is written with a capital, as in German.
    pub capitalised_nouns: bool,
    /// Verbs of learning objectives.
    pub verbs: Verbs,
    /// What is written around the text's own words.
    pub phrases: Phrases,
    /// The words and patterns made ready for reading, on first use.
    pub(super) lexicon: OnceLock<Lexicon>,
}

/// Says which article a noun phrase takes when a frame asks for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Articles {
    /// As the text has it most: none for plurals and mass nouns, else "the" or "a", as in English.
    AsWritten,
    /// The definite article that the text writes before it; pairs of a contracted article and what
    /// it holds ("del", "el"). Without evidence in the text, the word stands in quotation marks.
    Definite(&'static [(&'static str, &'static str)]),
    /// None; the words stand in these quotation marks.
    Quoted(&'static str, &'static str),
}

/// Says where the head of a noun phrase stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// "light reaction".
    Last,
    /// "reacción luminosa".
    First,
}

/// Says how far a language's tables go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    /// Definitions, causes, contrasts and questions of every form.
    Full,
    /// Everything is grammatical; fewer forms are recognised.
    Basic,
    /// No tables: only what does not depend on a language.
    Neutral,
}

/// Words by what they do. All lower case, parted by white space; lists of phrases are parted by `|`.
#[derive(Debug)]
pub struct Words {
    /// Words without a meaning of their own: they part key terms and never count as content.
    pub stop: &'static str,
    /// Words of general meaning that never make a key term alone nor begin or end one
    /// ("different", "example", "way", "main").
    pub weak: &'static str,
    /// Definite articles, also contracted ones.
    pub definite: &'static str,
    /// Indefinite articles.
    pub indefinite: &'static str,
    /// What stands before a noun: articles, possessives, prepositions.
    pub before_noun: &'static str,
    /// What stands before a verb: subject pronouns, modals, the infinitive's particle.
    pub before_verb: &'static str,
    /// What no plural follows ("each", "every"), besides the indefinite article.
    pub singular_determiners: &'static str,
    /// What stands in the place of an article ("each", "one", "its").
    pub quantifiers: &'static str,
    /// Words that make a title a page header ("page").
    pub page_words: &'static str,
    /// Words that begin the caption of a table or figure.
    pub caption_words: &'static str,
    /// What joins two nouns to one term (phrases: "de | del | de la" in Spanish); empty where terms
    /// are simple runs.
    pub joiners: &'static str,
    /// Pronouns that need a noun before them ("it", "they", "its").
    pub pronouns: &'static str,
    /// Pronouns that need a person before them ("he", "her", "we" does not).
    pub person_pronouns: &'static str,
    /// Demonstratives and the like that point at an earlier sentence ("this", "such", "these").
    pub demonstratives: &'static str,
    /// Articles that stand for a noun where none follows ("Das zeigt sich"), in a language whose nouns
    /// are capitalised.
    pub bare_articles: &'static str,
    /// Openings that lean on the sentence before (phrases: "however | in addition | the first").
    pub leaning_openings: &'static str,
    /// Words, or endings with a leading `-`, of what is only imagined ("would").
    pub imagined: &'static str,
    /// Openings of sentences without a subject that stand alone all the same (phrases: "hay | se
    /// llama"). Empty where every sentence has a subject; elsewhere a sentence that begins with a
    /// verb leans on the one before.
    pub impersonal_openings: &'static str,
    /// Words that lean on the sentence before wherever they stand ("therefore").
    pub leaning_words: &'static str,
    /// General nouns that point back when they stand with a bare definite article ("the process").
    pub unnamed: &'static str,
    /// Phrases that lean on the sentence before wherever they stand ("any other").
    pub leaning_phrases: &'static str,
    /// Words that measure by what follows ("so large that"); alone they measure by what stands before.
    pub degrees: &'static str,
    /// Words with which the measure follows.
    pub after_degree: &'static str,
    /// Words for questions themselves: a sentence about a question does not answer it.
    pub asks_about: &'static str,
    /// Endings of nouns for what goes on in steps.
    pub process_endings: &'static str,
    /// Passages that need the source beside them (phrases: "see figure | as shown above").
    pub needs_source: &'static str,
    /// Auxiliary and copular verb forms.
    pub auxiliaries: &'static str,
    /// Conjunctions that begin a clause of their own.
    pub subordinators: &'static str,
    /// Relative pronouns.
    pub relatives: &'static str,
    /// Verb forms whose subject is singular ("is", "has").
    pub singular_verbs: &'static str,
    /// Verb forms whose subject is plural ("are", "have").
    pub plural_verbs: &'static str,
    /// Endings of plurals, in a trial order; a leading `!` excludes ("!ss !us s").
    pub plural_endings: &'static str,
    /// Endings that make a noun ("tion", "ness").
    pub noun_endings: &'static str,
    /// Endings of adjectives, which no definition without an article may rest on.
    pub adjective_endings: &'static str,
    /// Where a further clause begins that a definition can do without (phrases: ", but | ; ").
    pub clause_breaks: &'static str,
    /// Words that add to what was said ("also", "even"), with which no question is asked.
    pub adding_words: &'static str,
    /// Nouns that only announce what follows ("a sequence of steps").
    pub announcing_words: &'static str,
    /// Words before a colon that only say what kind of remark follows ("note", "step").
    pub signposts: &'static str,
    /// Words before a colon that call false what follows ("myth").
    pub disclaimers: &'static str,
    /// What makes a demonstrative harmless when it follows ("those who", "such as").
    pub after_demonstrative: &'static str,
    /// Nouns in spite of their ending ("family").
    pub ending_exceptions: &'static str,
    /// Verb forms of the past ("was", "had").
    pub past_verbs: &'static str,
    /// Endings of verb forms of the past, where they tell ("aron"); empty where `verb_forms` tells.
    pub past_endings: &'static str,
    /// Endings of words that cannot end a key term (adverbs, participles, verb forms).
    pub other_endings: &'static str,
    /// Heads of definitions that judge or place instead of saying what something is
    /// ("part", "example", "important").
    pub empty_heads: &'static str,
    /// Heads of definitions that speak of a word and not of the thing ("a word that means …").
    pub word_heads: &'static str,
    /// Heads of phrases that name a part of an argument and no thing ("cause").
    pub argument_heads: &'static str,
    /// Nouns for people, also as endings with a leading `-` ("scientist -ologist").
    pub people: &'static str,
    /// Headings of parts that teach nothing (phrases: "references | further reading").
    pub back_matter: &'static str,
    /// Headings that tell nothing by themselves (phrases: "introduction | summary").
    pub generic_headings: &'static str,
    /// Headings over the author's own objectives (phrases: "learning objectives").
    pub objective_headings: &'static str,
}

/// One form of a verb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerbForm {
    /// The infinitive without particle.
    pub base: String,
    /// Which form it is.
    pub tense: Tense,
    /// Whether the same word is often a noun ("changes", "use").
    pub also_noun: bool,
}

/// Says which form of a verb a word is, as far as questions need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tense {
    /// Infinitive and present plural: "produce".
    Base,
    /// Present, third person singular: "produces".
    Third,
    /// Simple past, also where it equals the participle: "produced", "grew".
    Past,
    /// Participle that is not the past: "grown"; also "producing".
    Participle,
    /// A finite form of a language whose questions need no other.
    Finite,
}

/// Patterns over a whole sentence, as regular expressions (crate `regex`).
#[derive(Debug)]
pub struct Patterns {
    /// Definitions, the surest first.
    pub definitions: &'static [DefinitionPattern],
    /// Causes; groups `effect` and `cause`.
    pub causes: &'static [&'static str],
    /// Conditions; groups `condition` and `outcome`.
    pub conditions: &'static [&'static str],
    /// Shows a contrast or comparison.
    pub contrast: &'static [&'static str],
    /// Shows a step of a sequence.
    pub sequence: &'static [&'static str],
    /// Shows an example.
    pub example: &'static [&'static str],
    /// Shows a purpose, a function or a use.
    pub function: &'static [&'static str],
}

/// One way to define, as an expression with groups `term` and `body`.
#[derive(Debug)]
pub struct DefinitionPattern {
    /// The expression.
    pub expression: &'static str,
    /// What kind of statement it matches.
    pub form: Form,
}

/// Says how a sentence defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// "X is a …": the sentence's subject is the term.
    Copula,
    /// "X refers to …", "X means …", "we define X as …".
    Refers,
    /// "… is called X".
    Called,
    /// "X, a … ," or "X, which is …" inside a sentence.
    Apposition,
    /// "X: …" as a list has it.
    Label,
}

/// Verbs that begin an objective, by Bloom level.
///
/// Source: the verb tables that accompany Anderson and Krathwohl 2001 (read 2026-11-20).
#[derive(Debug)]
pub struct Verbs {
    /// Each level with its verbs, as an objective writes them (imperative or infinitive), lower case.
    pub by_level: &'static [(BloomLevel, &'static [&'static str])],
    /// Verbs that cannot be observed ("understand", "know"): not allowed.
    pub forbidden: &'static [&'static str],
}

impl Language {
    /// Returns the levels that a verb belongs to; the verb is compared in lower case.
    #[must_use]
    pub fn levels_of_verb(&self, verb: &str) -> Vec<BloomLevel> {
        let verb = verb.to_lowercase();
        let rows = self.verbs.by_level.iter();
        rows.filter(|(_, verbs)| verbs.contains(&verb.as_str())).map(|(level, _)| *level).collect()
    }

    /// Returns the words and patterns made ready for reading.
    #[must_use]
    pub fn lexicon(&self) -> &Lexicon {
        self.lexicon.get_or_init(|| Lexicon::of(self))
    }

    /// Returns a stemmer of the language.
    #[must_use]
    pub fn stemmer(&self) -> super::Stemmer {
        super::Stemmer::new(self.algorithm)
    }
}

impl Words {
    /// No words at all, to fill from.
    pub(super) const EMPTY: Words = Words {
        stop: "",
        weak: "",
        definite: "",
        indefinite: "",
        before_noun: "",
        before_verb: "",
        joiners: "",
        pronouns: "",
        person_pronouns: "",
        demonstratives: "",
        bare_articles: "",
        leaning_openings: "",
        leaning_words: "",
        needs_source: "",
        auxiliaries: "",
        subordinators: "",
        relatives: "",
        singular_verbs: "",
        plural_verbs: "",
        plural_endings: "",
        noun_endings: "",
        singular_determiners: "",
        quantifiers: "",
        page_words: "",
        caption_words: "",
        imagined: "",
        impersonal_openings: "",
        ending_exceptions: "",
        leaning_phrases: "",
        degrees: "",
        after_degree: "",
        asks_about: "",
        process_endings: "",
        unnamed: "",
        past_verbs: "",
        past_endings: "",
        adjective_endings: "",
        clause_breaks: "",
        adding_words: "",
        announcing_words: "",
        signposts: "",
        disclaimers: "",
        after_demonstrative: "",
        other_endings: "",
        empty_heads: "",
        word_heads: "",
        argument_heads: "",
        people: "",
        back_matter: "",
        generic_headings: "",
        objective_headings: "",
    };
}

impl Patterns {
    /// No patterns at all, to fill from.
    pub(super) const EMPTY: Patterns = Patterns {
        definitions: &[],
        causes: &[],
        conditions: &[],
        contrast: &[],
        sequence: &[],
        example: &[],
        function: &[],
    };
}
