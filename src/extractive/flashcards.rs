//! Writes flashcards.

use super::{Analysis, Error};
use crate::content::{Flashcards, Kind, Outline};

pub(super) fn write(analysis: &Analysis, _outline: &Outline) -> Result<Flashcards, Error> {
    Err(Error::Lacking { kind: Kind::Flashcards, what: format!("{} topics", analysis.topics().len()) })
}
