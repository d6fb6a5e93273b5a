//! Writes the outline: topics in order, objectives, a title.

use super::{Analysis, Error};
use crate::content::{Kind, Outline};

pub(super) fn write(analysis: &Analysis) -> Result<Outline, Error> {
    Err(Error::Lacking { kind: Kind::Outline, what: format!("{} topics", analysis.topics().len()) })
}
