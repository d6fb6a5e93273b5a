//! What is found out about a text once and then shared by all pieces made from it.

use std::fmt;
use std::sync::Arc;

use super::{Pipeline, Writer};
use crate::content::{Evidence, Frame, Outline, Piece, Request};
use crate::extractive::{self, Analysis, Unmet};
use crate::record::{Failure, FailureCode, NotApplied};
use crate::source::{Source, Span};

/// A text that was read for a request. Clones share it.
#[derive(Clone)]
pub struct Reading {
    pub(super) request: Arc<Request>,
    /// The text as it was read; `None` where there is only a topic.
    pub(super) source: Option<Arc<Source>>,
    /// What writing without a model needs to know of the text; `None` where a model writes.
    pub(super) analysis: Option<Arc<Analysis>>,
    language: String,
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
        let pipeline = self.clone();
        self.cpu.run(move || pipeline.reading_of(request)).await.unwrap_or(Err(Refusal::Broken))
    }

    /// Reads the text of a request, and makes sure that an outline can come of it.
    ///
    /// # Errors
    /// A [`Refusal`] if nothing could be made of the request.
    pub async fn examine(&self, request: Arc<Request>) -> Result<Reading, Refusal> {
        let pipeline = self.clone();
        let examine = move || {
            let reading = pipeline.reading_of(request)?;
            pipeline.foresee(&reading)?;
            Ok(reading)
        };
        self.cpu.run(examine).await.unwrap_or(Err(Refusal::Broken))
    }
}

impl Pipeline {
    fn reading_of(&self, request: Arc<Request>) -> Result<Reading, Refusal> {
        match &self.writer {
            Writer::Extractive => Reading::for_code(request),
            Writer::Model(_) => Reading::for_model(request),
            #[cfg(test)]
            Writer::Scripted(_) => Reading::for_code(request),
        }
    }
}

impl Reading {
    fn for_code(request: Arc<Request>) -> Result<Reading, Refusal> {
        let Some(text) = request.syllabus_text() else {
            let reason = "a topic alone needs a model, and none is configured: send a text".to_owned();
            return Err(Refusal::Unsupported { field: "topic", reason });
        };
        let source = Arc::new(Source::read(text).map_err(too_thin)?);
        let analysis = Arc::new(Analysis::of(Arc::clone(&source), &request)?);
        let language = analysis.language_code().to_owned();
        Ok(Reading { request, source: Some(source), analysis: Some(analysis), language })
    }

    fn for_model(request: Arc<Request>) -> Result<Reading, Refusal> {
        let source = request.syllabus_text().map(Source::read).transpose().map_err(too_thin)?.map(Arc::new);
        let found = source.as_ref().map(|source| source.language()).filter(|found| found.code != "und");
        let language = request.language_code().or_else(|| found.map(|found| found.code.clone()));
        let language = language.unwrap_or_else(|| "en".to_owned());
        Ok(Reading { request, source, analysis: None, language })
    }

    /// Looks at the text as writing without a model does, for when no model could write.
    pub(super) fn analysed(&self) -> Result<Arc<Analysis>, Refusal> {
        match (&self.analysis, &self.source) {
            (Some(analysis), _) => Ok(Arc::clone(analysis)),
            (None, Some(source)) => Ok(Arc::new(Analysis::of(Arc::clone(source), &self.request)?)),
            (None, None) => {
                let reason = "a topic alone needs a model".to_owned();
                Err(Refusal::Unsupported { field: "topic", reason })
            }
        }
    }

    /// Two-letter code of the language that the pieces are written in.
    pub(super) fn language(&self) -> &str {
        &self.language
    }

    /// The language with what the client said about region or script.
    pub(super) fn language_tag(&self) -> &str {
        self.request.language().unwrap_or(&self.language)
    }

    /// Lends the frame that a piece is made within.
    pub(super) fn within<T>(&self, outline: Option<&Outline>, work: impl FnOnce(&Frame<'_>) -> T) -> T {
        let anchor = |evidence: &Evidence| self.anchor(evidence);
        work(&Frame { request: &self.request, outline, language: self.language(), anchor: &anchor })
    }

    /// Finds a quote, first where the writer says it stands.
    fn anchor(&self, evidence: &Evidence) -> Option<Evidence> {
        let source = self.source.as_ref()?;
        let hinted = source.evidence(Span { start: evidence.start, end: evidence.end });
        if !evidence.quote.is_empty() && hinted.quote == evidence.quote {
            return Some(hinted);
        }
        source.anchor(&evidence.quote)
    }

    /// Names what was asked for and does not happen for any piece, with the reason. A model can follow
    /// every wish about the material.
    pub(super) fn not_applied(&self) -> Vec<NotApplied> {
        match self.analysis {
            Some(_) => self.not_applied_without_a_model(),
            None => Vec::new(),
        }
    }

    /// Names what code cannot follow when it writes, with the reason.
    pub(super) fn not_applied_without_a_model(&self) -> Vec<NotApplied> {
        extractive::not_applied(&self.request).into_iter().map(named).collect()
    }

    /// Says how far a draft that code wrote came where it misses a wished length.
    pub(super) fn not_reached(&self, draft: &Piece) -> Option<NotApplied> {
        extractive::not_reached(draft, &self.request).map(named)
    }

    /// Says what the owner should know: what the writer cannot do for this text, and what of the text
    /// has no sentences, so that code that works with sentences does not read it. A model reads all.
    pub(super) fn notes(&self) -> Vec<String> {
        let Some(analysis) = &self.analysis else { return Vec::new() };
        let unread = self.source.as_ref().and_then(|source| source.unread().note());
        analysis.notes().into_iter().chain(unread).collect()
    }
}

fn named(Unmet { field, reason }: Unmet) -> NotApplied {
    NotApplied { field: field.to_owned(), reason, kinds: Vec::new() }
}

fn too_thin(error: crate::source::Error) -> Refusal {
    Refusal::SourceTooThin { missing: error.to_string() }
}

impl From<extractive::Error> for Refusal {
    fn from(error: extractive::Error) -> Refusal {
        match error {
            extractive::Error::SourceTooThin { .. }
            | extractive::Error::Lacking { .. }
            | extractive::Error::NoOutline { .. } => Refusal::SourceTooThin { missing: error.to_string() },
            extractive::Error::CannotTranslate { .. } | extractive::Error::NoTables { .. } => {
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
