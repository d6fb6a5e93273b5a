//! What all calls of a job begin with: rendered once before there is an outline, and once after.

use std::sync::{Arc, OnceLock};

use crate::content::Outline;
use crate::pipeline::Reading;
use crate::prompts::{Commission, Error, Shared};

/// The beginning of a job's prompts. Clones share it.
#[derive(Clone, Debug, Default)]
pub(in crate::pipeline) struct Brief(Arc<Rendered>);

#[derive(Debug, Default)]
struct Rendered {
    without_outline: OnceLock<Shared>,
    with_outline: OnceLock<Shared>,
}

impl Brief {
    /// Returns what the calls begin with. All calls of a job have the same reading, and the same outline
    /// once there is one.
    ///
    /// # Errors
    /// [`Error`] if a template is faulty.
    pub(super) fn shared(&self, reading: &Reading, outline: Option<&Outline>) -> Result<Shared, Error> {
        let Rendered { without_outline, with_outline } = &*self.0;
        let place = if outline.is_some() { with_outline } else { without_outline };
        if let Some(shared) = place.get() {
            return Ok(shared.clone());
        }
        let request = &reading.request;
        let shared = Shared::of(Commission { request, language: reading.language_tag(), outline })?;
        // Whoever rendered it at the same time rendered the same.
        Ok(place.get_or_init(|| shared).clone())
    }
}
