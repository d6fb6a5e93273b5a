//! One piece, from nothing to stored: write, make valid, leave out faulty items, hand to the job's
//! writer and wait for its commit. The one place that knows who writes.

use std::sync::Arc;

use tokio::time::Instant;

use super::cpu::Broken;
use super::model::{Author, Bill, Brief, LastResort, Model, Standing, Work};
use super::{Live, Pipeline, Reading, Refusal};
use crate::content::{Finished, Frame, Kind, Material, Outline, Piece, Violation, finish};
use crate::extractive;
use crate::llm::client::Allowance;
use crate::prompts;
use crate::quality::{self, Appraisal, Checked, Screened, Setting};
use crate::record::{CacheTier, Change, Failure, FailureCode, Finding, JobWriter, NotApplied, PieceMetadata};

/// Says who writes the pieces.
#[derive(Clone, Debug)]
pub enum Writer {
    /// Code, from the sentences of the user's own text.
    Extractive,
    /// A model, in as many calls as a piece takes.
    Model(Model),
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
    /// When the job's time is over.
    pub(super) deadline: Instant,
    /// What all calls of the job may use up together.
    pub(super) allowance: Allowance,
    /// What the job has learned of its models.
    pub(super) standing: Standing,
    /// What all calls of the job begin with.
    pub(super) brief: Brief,
    /// Who watches is told how far the piece is.
    pub(super) live: Live,
}

/// A piece that is stored.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) material: Arc<Material>,
    /// What the checks say of it; `None` where an earlier run made it, which did not keep that.
    pub(super) appraisal: Option<Arc<Appraisal>>,
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
#[derive(Debug)]
pub(super) struct Made {
    material: Material,
    /// What the checks say of it.
    appraisal: Appraisal,
    /// What was left out where parts were joined.
    left_out: Vec<Finding>,
    /// What the checks left out.
    dropped: Vec<quality::Finding>,
    unanchored: usize,
    /// The wished length that a draft of code misses.
    not_reached: Option<NotApplied>,
}

impl Made {
    /// Adds what was left out before it was a piece.
    pub(super) fn without(mut self, left_out: Vec<Finding>) -> Made {
        self.left_out.extend(left_out);
        self
    }

    /// Gives the piece alone.
    pub(super) fn into_material(self) -> Material {
        self.material
    }
}

#[cfg(test)]
impl Made {
    pub(super) fn dropped(&self) -> &[quality::Finding] {
        &self.dropped
    }

    pub(super) fn left_out(&self) -> &[Finding] {
        &self.left_out
    }
}

/// Who made a piece, and what it took.
pub(super) struct Origin {
    writer: String,
    model: Option<String>,
    bill: Bill,
    /// Whether code wrote it because no model could.
    steps_in: bool,
}

impl Pipeline {
    /// Makes one piece, and returns when it is durable.
    pub(super) async fn step(self, step: Step) -> Result<Stored, Halt> {
        let Step { kind, outline, reading, writer, deadline, allowance, standing, brief, live } = step;
        let (begun, _active) = (Instant::now(), self.metrics.worker_begins());
        let purse = allowance.purse().clone();
        let read = reading.clone();
        let work = Work { kind, outline, reading: read, deadline, allowance, standing, brief, live };
        let (made, origin) = self.write(work).await;
        let made = match made {
            Ok(made) => made,
            Err(failure) => {
                // What a piece took that did not come counts all the same.
                let Bill { usage, cost_usd, unreconciled_usd, .. } = origin.bill;
                writer.announce(Change::Spent { usage, cost_usd, unreconciled_usd }).await;
                return Err(Halt::Failed(failure));
            }
        };
        let wishes = if origin.steps_in { reading.not_applied_without_a_model() } else { Vec::new() };
        let fields: Vec<NotApplied> = wishes.into_iter().chain(made.not_reached.clone()).collect();
        if !fields.is_empty() {
            // Handed over first, so that it is in the piece's commit or in an earlier one.
            writer.announce(Change::NotApplied { kind, fields }).await;
        }
        if kind != Kind::Outline {
            self.metrics.stage(kind.as_str(), begun.elapsed());
        }
        let metadata = metadata(&made, origin, begun);
        let (material, appraisal) = (Arc::new(made.material), Some(Arc::new(made.appraisal)));
        let change = Change::Finished { material: Arc::clone(&material), metadata, pledge: purse.pledge() };
        writer.write(change).await.map_err(|_| Halt::Lost)?;
        Ok(Stored { material, appraisal })
    }

    /// Finds out whether an outline can come of a text, as far as that can be known beforehand. A
    /// draft tells: what it may still violate is the writer's fault, and the job will say so.
    pub(super) fn foresee(&self, reading: &Reading) -> Result<(), Refusal> {
        match &self.writer {
            Writer::Extractive => {
                extractive::write(Kind::Outline, &*reading.analysed()?, None)?;
                Ok(())
            }
            Writer::Model(_) => Ok(()),
            #[cfg(test)]
            Writer::Scripted(_) => Ok(()),
        }
    }

    /// Writes one piece, whoever writes.
    pub(super) async fn write(&self, work: Work) -> (Result<Made, Failure>, Origin) {
        match &self.writer {
            Writer::Extractive => {
                (self.extract(work).await, Origin::own("extractive", Bill { attempts: 1, ..Bill::default() }))
            }
            Writer::Model(model) => self.write_with(model, work).await,
            #[cfg(test)]
            Writer::Scripted(script) => {
                let origin = Origin::own("scripted", Bill { attempts: 1, ..Bill::default() });
                (self.follow(script, work).await, origin)
            }
        }
    }

    /// Lets a model write, and code where no model could and that is allowed.
    async fn write_with(&self, model: &Model, work: Work) -> (Result<Made, Failure>, Origin) {
        let written = model.write(&self.cpu, &self.metrics, work.clone()).await;
        let (failure, bill) = match (written.made, written.by) {
            (Ok(made), Some(Author { writer, model })) => {
                return (
                    Ok(made),
                    Origin { writer, model: Some(model), bill: written.bill, steps_in: false },
                );
            }
            (Ok(_), None) => (broken(), written.bill),
            (Err(failure), _) => (failure, written.bill),
        };
        if model.last_resort == LastResort::Extractive
            && let Ok(made) = self.extract(work).await
        {
            return (Ok(made), Origin { steps_in: true, ..Origin::own("extractive", bill) });
        }
        (Err(failure), Origin::own("model", bill))
    }

    async fn extract(&self, work: Work) -> Result<Made, Failure> {
        let Work { kind, outline, reading, .. } = work;
        let work = move || {
            let outline = outline.as_deref().and_then(Material::as_outline);
            let analysis = reading.analysed()?;
            let draft = extractive::write(kind, &analysis, outline).map_err(failure)?;
            let not_reached = reading.not_reached(&draft);
            Ok(Made { not_reached, ..make_valid(kind, draft, outline, &reading)? })
        };
        self.cpu.run(work).await.unwrap_or_else(|broken| Err(broken.into()))
    }

    #[cfg(test)]
    async fn follow(&self, script: &Script, work: Work) -> Result<Made, Failure> {
        let Work { kind, outline, reading, .. } = work;
        let draft = script.write(kind).await?;
        let work =
            move || make_valid(kind, draft, outline.as_deref().and_then(Material::as_outline), &reading);
        self.cpu.run(work).await.unwrap_or_else(|broken| Err(broken.into()))
    }
}

impl Origin {
    fn own(writer: &str, bill: Bill) -> Origin {
        Origin { writer: writer.to_owned(), model: None, bill, steps_in: false }
    }
}

fn metadata(made: &Made, origin: Origin, begun: Instant) -> PieceMetadata {
    let Origin { writer, model, bill, .. } = origin;
    let prompt_version = model.is_some().then(|| prompts::version(made.material.kind()).to_owned());
    let dropped = made.dropped.iter().cloned().map(super::assemble::finding);
    PieceMetadata {
        writer,
        model,
        prompt_version,
        cache: CacheTier::Miss,
        cost_usd: bill.cost_usd,
        unreconciled_usd: bill.unreconciled_usd,
        usage: bill.usage,
        attempts: bill.attempts.max(1),
        duration_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        dropped: made.left_out.iter().cloned().chain(dropped).collect(),
        unanchored_quotes: u32::try_from(made.unanchored).unwrap_or(u32::MAX),
    }
}

/// Leaves out of a valid piece that was checked what a class should not see.
pub(super) fn screened(
    finished: Finished,
    checked: Checked,
    frame: &Frame<'_>,
    setting: &Setting<'_>,
) -> Made {
    let Screened { material, checked, dropped } = quality::screen(finished.material, checked, frame, setting);
    let (appraisal, unanchored) = (Appraisal::from(checked), finished.unanchored.len());
    Made { material, appraisal, left_out: Vec::new(), dropped, unanchored, not_reached: None }
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
        let setting = Setting { language: reading.language(), source: reading.source.as_deref() };
        let checked = Checked::of(&finished.material, &setting);
        Ok(screened(finished, checked, frame, &setting))
    })
}

fn failure(error: extractive::Error) -> Failure {
    let code = match error {
        extractive::Error::SourceTooThin { .. } | extractive::Error::Lacking { .. } => {
            FailureCode::SourceTooThin
        }
        extractive::Error::NoTables { .. } => FailureCode::InvalidRequest,
        extractive::Error::CannotTranslate { .. } | extractive::Error::NoOutline { .. } => {
            FailureCode::Internal
        }
    };
    Failure { code, detail: error.to_string() }
}

/// Names what keeps a piece from being valid, by place and rule; neither holds words of the text.
pub(super) fn invalid(violations: &[Violation]) -> Failure {
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
        broken()
    }
}

/// The failure for a fault of this program.
pub(super) fn broken() -> Failure {
    Failure { code: FailureCode::Internal, detail: "making the piece went wrong".to_owned() }
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
