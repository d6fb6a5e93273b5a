//! What is found out about a text once and then shared by all pieces made from it.

use std::fmt;
use std::sync::Arc;

use super::Pipeline;
use crate::content::{Evidence, Frame, Outline, Request};
use crate::extractive::{self, Analysis};
use crate::record::{Failure, FailureCode, NotApplied};
use crate::source::{Source, Span};

/// A text that was read for a request. Clones share it.
#[derive(Clone)]
pub struct Reading {
    pub(super) request: Arc<Request>,
    pub(super) source: Arc<Source>,
    pub(super) analysis: Arc<Analysis>,
}

/// Says why nothing can be made of a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The text does not carry an outline.
    #[error("{missing}")]
    SourceTooThin {
        /// What is missing, with numbers.
        missing: String,
    },
    /// The writer at hand cannot do what a field asks for.
    #[error("{field}: {reason}")]
    Unsupported {
        /// The name of the field.
        field: &'static str,
        /// Why not, and what to change.
        reason: String,
    },
    /// Reading went wrong: a fault of this program.
    #[error("the text could not be read")]
    Broken,
}

impl Pipeline {
    /// Reads the text of a request; takes up to some seconds of CPU for a long one. What it gives
    /// can be handed to [`Pipeline::run`], which otherwise reads the text itself.
    ///
    /// # Errors
    /// A [`Refusal`] if nothing could be made of the request.
    pub async fn read(&self, request: Arc<Request>) -> Result<Reading, Refusal> {
        self.cpu.run(move || Reading::of(request)).await.unwrap_or(Err(Refusal::Broken))
    }

    /// Reads the text of a request, and makes sure that an outline can come of it.
    ///
    /// # Errors
    /// A [`Refusal`] if nothing could be made of the request.
    pub async fn examine(&self, request: Arc<Request>) -> Result<Reading, Refusal> {
        let pipeline = self.clone();
        let examine = move || {
            let reading = Reading::of(request)?;
            pipeline.foresee(&reading)?;
            Ok(reading)
        };
        self.cpu.run(examine).await.unwrap_or(Err(Refusal::Broken))
    }
}

impl Reading {
    fn of(request: Arc<Request>) -> Result<Reading, Refusal> {
        let Some(text) = request.syllabus_text() else {
            let reason = "a topic alone needs a model, and none is configured: send a text".to_owned();
            return Err(Refusal::Unsupported { field: "topic", reason });
        };
        let too_thin = |error: crate::source::Error| Refusal::SourceTooThin { missing: error.to_string() };
        let source = Arc::new(Source::read(text).map_err(too_thin)?);
        let analysis = Arc::new(Analysis::of(Arc::clone(&source), &request)?);
        Ok(Reading { request, source, analysis })
    }

    /// Two-letter code of the language that the pieces are written in.
    pub(super) fn language(&self) -> &str {
        self.analysis.language_code()
    }

    /// Lends the frame that a piece is made within.
    pub(super) fn within<T>(&self, outline: Option<&Outline>, work: impl FnOnce(&Frame<'_>) -> T) -> T {
        let anchor = |evidence: &Evidence| self.anchor(evidence);
        work(&Frame { request: &self.request, outline, language: self.language(), anchor: &anchor })
    }

    /// Finds a quote, first where the writer says it stands.
    fn anchor(&self, evidence: &Evidence) -> Option<Evidence> {
        let hinted = self.source.evidence(Span { start: evidence.start, end: evidence.end });
        if !evidence.quote.is_empty() && hinted.quote == evidence.quote {
            return Some(hinted);
        }
        self.source.anchor(&evidence.quote)
    }

    pub(super) fn not_applied(&self) -> Vec<NotApplied> {
        let reason = "the writer takes only sentences of the text and cannot follow this";
        let named = |field: &'static str| NotApplied { field: field.to_owned(), reason: reason.to_owned() };
        extractive::not_applied(&self.request).into_iter().map(named).collect()
    }

    pub(super) fn notes(&self) -> Vec<String> {
        self.analysis.notes()
    }
}

impl From<extractive::Error> for Refusal {
    fn from(error: extractive::Error) -> Refusal {
        match error {
            extractive::Error::SourceTooThin { .. }
            | extractive::Error::Lacking { .. }
            | extractive::Error::NoOutline { .. } => Refusal::SourceTooThin { missing: error.to_string() },
            extractive::Error::CannotTranslate { .. } => {
                Refusal::Unsupported { field: "language", reason: error.to_string() }
            }
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        let code = match refusal {
            Refusal::SourceTooThin { .. } => FailureCode::SourceTooThin,
            Refusal::Unsupported { .. } | Refusal::Broken => FailureCode::Internal,
        };
        Failure { code, detail: refusal.to_string() }
    }
}

/// Shows sizes only: the text is the user's and belongs in no log.
impl fmt::Debug for Reading {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reading").field("source", &self.source).finish_non_exhaustive()
    }
}
