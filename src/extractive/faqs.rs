//! Writes faqs.

use super::{Analysis, Error};
use crate::content::{Faqs, Kind, Outline};

pub(super) fn write(analysis: &Analysis, _outline: &Outline) -> Result<Faqs, Error> {
    Err(Error::Lacking { kind: Kind::Faqs, what: format!("{} topics", analysis.topics().len()) })
}
