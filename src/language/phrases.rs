//! What the extractive writer sets around the text's own words: objectives and questions.
//!
//! A frame has places: `{X}` and `{Y}` for noun phrases with the article that the language asks
//! for, `{C}` for a clause in the text's words and order.

use crate::content::BloomLevel;

/// The phrases of one language.
#[derive(Debug)]
pub struct Phrases {
    /// Frames of objectives; for one use in the order in which they are taken.
    pub objectives: &'static [ObjectivePhrase],
    /// Frames of questions; for one use in the order in which they are taken.
    pub questions: &'static [QuestionPhrase],
    /// How a question after a reason is formed.
    pub why: Why,
    /// The brief answer to "why", with `{C}` for the reason.
    pub because: &'static str,
    /// Marks after which a main clause is explained, with the question after that clause at `{C}`
    /// (", indem ", "Wie {C}?").
    pub explained_by: &'static [(&'static str, &'static str)],
    /// Marks after which a result stands in the order of a subordinate clause, with the question.
    pub leads_to: &'static [(&'static str, &'static str)],
    /// Verbs after which "What does X …?" asks for the whole object ("measures", "describes"), as
    /// pairs of the form in the text and the question's frame.
    pub function_questions: &'static [(&'static str, Frame)],
    /// A title made of two key terms.
    pub title_pair: &'static str,
    /// "and" between the last two entries of a list.
    pub and: &'static str,
    /// A sentence that lists key ideas, with `{X}` for the list; for a section none of whose
    /// sentences stands alone.
    pub key_ideas: &'static str,
    /// What is written together after filling ("de el" to "del").
    pub contractions: &'static [(&'static str, &'static str)],
    /// First words of headings that continue as a clause ("why", "how"), which an objective can
    /// take over after `Use::Clause`.
    pub clause_headings: &'static [&'static str],
}

/// Says how a language asks for the reason of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// "Why does X …?": the auxiliary goes before the subject, as in English.
    Inversion,
    /// The statement follows unchanged at `{C}`.
    Plain(&'static str),
    /// The statement follows at `{C}`, its finite verb before everything else, as in German.
    VerbFirst(&'static str),
    /// Not asked.
    Never,
}

/// An objective for one use.
#[derive(Debug)]
pub struct ObjectivePhrase {
    /// What the text must offer.
    pub for_use: Use,
    /// Level of the verb that the phrase begins with.
    pub level: BloomLevel,
    /// The phrase, without a full stop.
    pub frame: Frame,
}

/// A question for one use.
#[derive(Debug)]
pub struct QuestionPhrase {
    /// What the text must offer.
    pub for_use: Use,
    /// The question, with its marks.
    pub frame: Frame,
}

/// A phrase in the forms that its first noun phrase asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// With `{X}` in the singular.
    pub singular: &'static str,
    /// With `{X}` in the plural.
    pub plural: &'static str,
}

impl Frame {
    /// Makes a frame that is the same for both numbers.
    #[must_use]
    pub const fn same(text: &'static str) -> Frame {
        Frame { singular: text, plural: text }
    }

    /// Makes a frame with a form for each number.
    #[must_use]
    pub const fn of(singular: &'static str, plural: &'static str) -> Frame {
        Frame { singular, plural }
    }
}

/// Says what a text must offer for a phrase to fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// Says what X is.
    Definition,
    /// Says what X was: a definition in the past.
    PastDefinition,
    /// Says who X was.
    PastPerson,
    /// Says who X is.
    Person,
    /// Gives the cause of `{C}`.
    Cause,
    /// Says what happens when `{C}`.
    When,
    /// Says what happened when `{C}`.
    PastWhen,
    /// Says what happens if `{C}`.
    If,
    /// `{C}` is a clause that begins with its own question word ("why prices fall").
    Clause,
    /// `{C}` is the title of a section as it stands inside a sentence.
    Section,
    /// Sets X against Y.
    Contrast,
    /// Gives steps of X.
    Sequence,
    /// Gives an example of X.
    Example,
    /// Computes X.
    Calculation,
    /// Treats X and Y together.
    Relation,
    /// Says what X does or is for.
    Function,
    /// Says what X did at the time `{C}`.
    Deed,
    /// Says what X means for Y; a judgement.
    Importance,
    /// Treats X.
    Topic,
}

impl Phrases {
    /// Writes together what the language writes together ("de el" to "del", "y i" to "e i").
    #[must_use]
    pub fn contracted(&self, text: String) -> String {
        self.contractions.iter().fold(text, |text, (apart, together)| text.replace(apart, together))
    }

    /// Names two things together, as a title does.
    #[must_use]
    pub fn pair(&self, first: &str, second: &str) -> String {
        self.contracted(self.title_pair.replace("{X}", first).replace("{Y}", second))
    }

    /// No phrases at all, to fill from.
    pub(super) const EMPTY: Phrases = Phrases {
        objectives: &[],
        questions: &[],
        why: Why::Never,
        because: "{C}.",
        explained_by: &[],
        leads_to: &[],
        function_questions: &[],
        title_pair: "{X} – {Y}",
        and: "&",
        key_ideas: "{X}.",
        contractions: &[],
        clause_headings: &[],
    };

    /// Returns the frames of objectives for a use.
    pub fn objectives_for(&self, wanted: Use) -> impl Iterator<Item = &'static ObjectivePhrase> + use<> {
        self.objectives.iter().filter(move |phrase| phrase.for_use == wanted)
    }

    /// Returns the frames of questions for a use.
    pub fn questions_for(&self, wanted: Use) -> impl Iterator<Item = &'static QuestionPhrase> + use<> {
        self.questions.iter().filter(move |phrase| phrase.for_use == wanted)
    }
}
