//! What the extractive writer sets around the text's own words: objectives and questions.

use crate::content::BloomLevel;

/// The phrases of one language.
#[derive(Debug)]
pub struct Phrases {
    /// Frames of objectives, the best fitting first.
    pub objectives: &'static [ObjectivePhrase],
    /// Frames of questions.
    pub questions: &'static [QuestionPhrase],
    /// "{0} and {1}": a title made of two key terms.
    pub title_pair: &'static str,
    /// "and" between two terms.
    pub and: &'static str,
}

/// A phrase with places `{X}` and `{Y}` for noun phrases.
#[derive(Debug)]
pub struct ObjectivePhrase {
    /// What the text must offer.
    pub for_use: Use,
    /// Level of the verb that the phrase begins with.
    pub level: BloomLevel,
    /// The phrase.
    pub frame: Frame,
}

/// A question with places `{X}` and `{Y}` for noun phrases.
#[derive(Debug)]
pub struct QuestionPhrase {
    /// What the text must offer.
    pub for_use: Use,
    /// The phrase.
    pub frame: Frame,
}

/// A phrase in the forms that its noun phrase asks for.
#[derive(Debug)]
pub struct Frame {
    /// With `{X}` in the singular.
    pub singular: &'static str,
    /// With `{X}` in the plural.
    pub plural: &'static str,
}

/// Says what a text must offer for a phrase to fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// A definition of X.
    Definition,
    /// A cause of something about X.
    Cause,
    /// X set against Y.
    Contrast,
    /// Steps of X.
    Sequence,
    /// An example of X.
    Example,
    /// X and Y occur together.
    Relation,
    /// X alone.
    Topic,
}

impl Phrases {
    /// No phrases at all, to fill from.
    pub(super) const EMPTY: Phrases =
        Phrases { objectives: &[], questions: &[], title_pair: "{X} – {Y}", and: "&" };
}
