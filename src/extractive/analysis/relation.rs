//! What a sentence says about its matter: it defines, gives a cause, contrasts, orders, illustrates.

use super::definition::{Definition, Finder};
use super::token::tokens;
use crate::language::Lexicon;

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
    /// Says what happens under a condition.
    Condition {
        /// The condition, without its conjunction.
        condition: String,
        /// What happens, without the full stop.
        outcome: String,
        /// How the conjunction binds it.
        manner: Manner,
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

/// Says how a condition is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::extractive) enum Manner {
    /// "when", in the present.
    When,
    /// "when", in the past.
    PastWhen,
    /// "if".
    If,
}

/// Lists what a sentence says.
pub(super) fn all(text: &str, finder: &mut Finder<'_>) -> Vec<Relation> {
    let lexicon = finder.language.lexicon();
    let mut relations: Vec<Relation> = finder.find(text).into_iter().map(Relation::Definition).collect();
    relations.extend(cause(text, lexicon));
    relations.extend(condition(text, lexicon));
    let shown = [
        (&lexicon.contrast, Relation::Contrast),
        (&lexicon.sequence, Relation::Sequence),
        (&lexicon.example, Relation::Example),
        (&lexicon.function, Relation::Function),
    ];
    for (expressions, relation) in shown {
        if expressions.iter().any(|expression| expression.is_match(text)) {
            relations.push(relation);
        }
    }
    relations
}

fn cause(text: &str, lexicon: &Lexicon) -> Option<Relation> {
    let captures = lexicon.causes.iter().find_map(|expression| expression.captures(text))?;
    let part = |name: &str| captures.name(name).map(|part| part.as_str().trim().to_owned());
    let effect = part("effect")?;
    let first = effect.split_whitespace().next().unwrap_or_default();
    // "…, so that …" states a purpose.
    (!lexicon.relatives.contains(first)).then_some(())?;
    let cause = part("cause")?;
    // "because of …" gives a noun, not a statement.
    (!cause.starts_with("of ")).then_some(Relation::Cause { effect, cause })
}

/// The first expression of a language's conditions stands for "when", the others for "if".
fn condition(text: &str, lexicon: &Lexicon) -> Option<Relation> {
    let (index, captures) = lexicon
        .conditions
        .iter()
        .enumerate()
        .find_map(|(index, expression)| Some((index, expression.captures(text)?)))?;
    let condition = captures.name("condition")?.as_str().trim().to_owned();
    let words = tokens(&condition, lexicon);
    let verb =
        words.iter().skip(1).find(|token| lexicon.may_be_verb(&token.lower) || lexicon.is_past(&token.lower));
    let past = verb.is_some_and(|verb| lexicon.is_past(&verb.lower));
    let manner = match (index, past) {
        (0, false) => Manner::When,
        (0, true) => Manner::PastWhen,
        _ => Manner::If,
    };
    let outcome = captures.name("outcome")?.as_str().trim().to_owned();
    Some(Relation::Condition { condition, outcome, manner })
}
