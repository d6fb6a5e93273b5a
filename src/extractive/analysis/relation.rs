//! What a sentence says about its matter: it defines, gives a cause, contrasts, orders, illustrates.

use crate::language::Form;

/// One thing that a sentence says.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::extractive) enum Relation {
    /// Says what something is.
    Definition(Definition),
    /// Gives a cause of an effect, both as the text words them.
    Cause {
        /// What happens.
        effect: String,
        /// Why.
        cause: String,
    },
    /// Sets two things against each other.
    Contrast,
    /// Is a step of a sequence.
    Sequence,
    /// Illustrates.
    Example,
    /// Says what something does or is for.
    Function,
}

/// A term and what it is.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::extractive) struct Definition {
    /// The term as the text writes it, without its article.
    pub(in crate::extractive) term: String,
    /// Number of the key term, if it is one.
    pub(in crate::extractive) key_term: Option<usize>,
    /// What it is: a whole noun phrase or statement that begins properly, without a full stop.
    pub(in crate::extractive) body: String,
    /// Whether the term is a plural.
    pub(in crate::extractive) plural: bool,
    /// How the sentence defines.
    pub(in crate::extractive) form: Form,
}
