//! One piece, from nothing to stored: write, make valid, leave out faulty items, hand to the job's
//! writer and wait for its commit. The one place that knows who writes.

use std::sync::Arc;
use std::time::Instant;

use super::cpu::Broken;
use super::{Pipeline, Reading, Refusal};
use crate::content::{Kind, Material, Outline, Piece, Violation, finish};
use crate::extractive;
use crate::money::Money;
use crate::quality::{self, Setting};
use crate::record::{CacheTier, Change, Failure, FailureCode, JobWriter, PieceMetadata};
use crate::usage::Usage;

/// Says who writes the pieces.
#[derive(Clone, Debug)]
pub enum Writer {
    /// Code, from the sentences of the user's own text.
    Extractive,
    /// A test, which decides when a piece comes and what it is.
    #[cfg(test)]
    Scripted(Script),
}

/// What one step is about.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) kind: Kind,
    /// The finished outline, unless it is the outline that is made.
    pub(super) outline: Option<Arc<Material>>,
    pub(super) reading: Reading,
    pub(super) writer: JobWriter,
}

/// Says how a step ended without a piece.
#[derive(Clone, Debug)]
pub(super) enum Halt {
    /// The piece cannot be made.
    Failed(Failure),
    /// The job cannot be written any more: it is no longer this worker's, or the store is gone.
    Lost,
}

/// Violations that are named in a failure.
const MAX_NAMED_VIOLATIONS: usize = 5;

/// A valid piece that is not stored yet.
struct Made {
    material: Material,
    dropped: Vec<quality::Finding>,
    unanchored: usize,
}

impl Pipeline {
    /// Makes one piece, and returns when it is durable.
    pub(super) async fn step(self, step: Step) -> Result<Arc<Material>, Halt> {
        let Step { kind, outline, reading, writer } = step;
        let begun = Instant::now();
        let made = self.write(kind, outline, reading).await.map_err(Halt::Failed)?;
        let metadata = self.metadata(&made, begun);
        let material = Arc::new(made.material);
        let change = Change::Finished { material: Material::clone(&material), metadata };
        writer.write(change).await.map_err(|_| Halt::Lost)?;
        Ok(material)
    }

    /// Finds out whether an outline can come of a text, as far as that can be known beforehand. A
    /// draft tells: what it may still violate is the writer's fault, and the job will say so.
    pub(super) fn foresee(&self, reading: &Reading) -> Result<(), Refusal> {
        match &self.writer {
            Writer::Extractive => {
                extractive::write(Kind::Outline, &reading.analysis, None)?;
                Ok(())
            }
            #[cfg(test)]
            Writer::Scripted(_) => Ok(()),
        }
    }

    async fn write(
        &self,
        kind: Kind,
        outline: Option<Arc<Material>>,
        reading: Reading,
    ) -> Result<Made, Failure> {
        match &self.writer {
            Writer::Extractive => {
                let work = move || {
                    let outline = outline.as_deref().and_then(Material::as_outline);
                    let draft = extractive::write(kind, &reading.analysis, outline).map_err(failure)?;
                    make_valid(kind, draft, outline, &reading)
                };
                self.cpu.run(work).await.unwrap_or_else(|broken| Err(broken.into()))
            }
            #[cfg(test)]
            Writer::Scripted(script) => {
                let draft = script.write(kind).await?;
                let work = move || {
                    make_valid(kind, draft, outline.as_deref().and_then(Material::as_outline), &reading)
                };
                self.cpu.run(work).await.unwrap_or_else(|broken| Err(broken.into()))
            }
        }
    }

    fn metadata(&self, made: &Made, begun: Instant) -> PieceMetadata {
        let writer = match &self.writer {
            Writer::Extractive => "extractive",
            #[cfg(test)]
            Writer::Scripted(_) => "scripted",
        };
        PieceMetadata {
            writer: writer.to_owned(),
            model: None,
            prompt_version: None,
            cache: CacheTier::Miss,
            cost_usd: Money::ZERO,
            usage: Usage::default(),
            attempts: 1,
            duration_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
            dropped: made.dropped.iter().cloned().map(super::assemble::finding).collect(),
            unanchored_quotes: u32::try_from(made.unanchored).unwrap_or(u32::MAX),
        }
    }
}

/// Completes and checks a draft, and leaves out items that a class should not see.
fn make_valid(
    kind: Kind,
    draft: Piece,
    outline: Option<&Outline>,
    reading: &Reading,
) -> Result<Made, Failure> {
    if draft.kind() != kind {
        return Err(Failure {
            code: FailureCode::Internal,
            detail: "the writer made another kind".to_owned(),
        });
    }
    reading.within(outline, |frame| {
        let finished = finish(draft, frame).map_err(|violations| invalid(&violations))?;
        let setting = Setting { language: reading.language(), source: Some(&reading.source) };
        let screened = quality::screen(finished.material, frame, &setting);
        Ok(Made {
            material: screened.material,
            dropped: screened.dropped,
            unanchored: finished.unanchored.len(),
        })
    })
}

fn failure(error: extractive::Error) -> Failure {
    let code = match error {
        extractive::Error::SourceTooThin { .. } | extractive::Error::Lacking { .. } => {
            FailureCode::SourceTooThin
        }
        extractive::Error::CannotTranslate { .. } | extractive::Error::NoOutline { .. } => {
            FailureCode::Internal
        }
    };
    Failure { code, detail: error.to_string() }
}

/// Names what keeps a piece from being valid, by place and rule; neither holds words of the text.
fn invalid(violations: &[Violation]) -> Failure {
    let named = violations.iter().take(MAX_NAMED_VIOLATIONS);
    let named: Vec<String> =
        named.map(|violation| format!("{}: {}", violation.path, violation.message)).collect();
    let more = violations.len().saturating_sub(named.len());
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    let detail = format!("the piece would not be valid: {}{rest}", named.join("; "));
    Failure { code: FailureCode::Internal, detail }
}

impl From<Broken> for Failure {
    fn from(_: Broken) -> Failure {
        Failure { code: FailureCode::Internal, detail: "making the piece went wrong".to_owned() }
    }
}

#[cfg(test)]
pub use script::Script;

#[cfg(test)]
mod script {
    use std::fmt;
    use std::pin::Pin;
    use std::sync::Arc;

    use crate::content::{Kind, Piece};
    use crate::record::Failure;

    type Written = Pin<Box<dyn Future<Output = Result<Piece, Failure>> + Send>>;

    /// What a test does in the place of a writer: it may fail, wait, hang or panic.
    #[derive(Clone)]
    pub struct Script(Arc<dyn Fn(Kind) -> Written + Send + Sync>);

    impl Script {
        pub(crate) fn new<Writing>(script: impl Fn(Kind) -> Writing + Send + Sync + 'static) -> Script
        where
            Writing: Future<Output = Result<Piece, Failure>> + Send + 'static,
        {
            Script(Arc::new(move |kind| Box::pin(script(kind))))
        }

        pub(super) fn write(&self, kind: Kind) -> Written {
            (self.0)(kind)
        }
    }

    impl fmt::Debug for Script {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("Script")
        }
    }
}
