//! Writing with a model: a piece is planned in calls (`plan.rs`), asked for side by side, joined
//! (`seams.rs`), checked, and mended where it is at fault (`mend.rs`).
//!
//! An answer that breaks off or cannot be read is asked for again, never passed off; a piece that
//! is at fault is mended by asking for just the faulty places (`compose.rs`), at last of another model.
//! What is whole is kept whatever else fails (`salvage.rs`), and what is left out is said
//! (`left_out.rs`). Who is asked at what price is behind the [`Door`], which door is asked is `ask.rs`
//! and `standing.rs`; how its answer is read is `reader.rs`, what a text is worth as JSON is `answer`'s to say.

#[cfg(test)]
pub(crate) mod answers;
mod ask;
mod brief;
mod compose;
mod door;
mod headings;
mod left_out;
mod mend;
mod plan;
mod reader;
mod salvage;
mod script;
mod seams;
mod shape;
mod standing;
mod twins;

use std::sync::Arc;

use tokio::time::Instant;

pub(super) use brief::Brief;
pub use door::{Answered, Bill, Door, Ending, Question, Reply};
pub(super) use standing::Standing;

use super::cpu::Cpu;
use super::step::Made;
use super::{Live, Reading, step};
use crate::content::{Kind, Material, Request};
use crate::llm::FanOut;
use crate::llm::client::Allowance;
use crate::money::Money;
use crate::prompts;
use crate::record::Failure;
use crate::telemetry::Metrics;
use crate::usage::Usage;
use ask::Asker;
use compose::Composer;
use plan::Slice;

/// Writes with a model.
#[derive(Clone, Debug)]
pub struct Model {
    /// The preferred provider's name.
    pub writer: String,
    /// The preferred model's name.
    pub model: String,
    /// Where models are asked: the first, and those that are asked when it does not answer or its
    /// answers stay invalid. Behind each stand the models of all that follow it.
    pub doors: Vec<Door>,
    /// The most that a job may cost.
    pub max_cost_usd: Money,
    /// How pieces are split into calls.
    pub fan_out: FanOut,
    /// Who writes what no model could.
    pub last_resort: LastResort,
}

/// Says who writes a piece that no model could write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LastResort {
    /// Nobody: the piece fails.
    #[default]
    Nobody,
    /// Code, from the sentences of the text, where the request allows that.
    Extractive,
}

/// One piece to write.
#[derive(Clone, Debug)]
pub(super) struct Work {
    pub(super) kind: Kind,
    pub(super) outline: Option<Arc<Material>>,
    pub(super) reading: Reading,
    pub(super) deadline: Instant,
    pub(super) allowance: Allowance,
    pub(super) standing: Standing,
    pub(super) brief: Brief,
    /// Who watches is told which parts have come.
    pub(super) live: Live,
}

/// What came of writing, and what it took either way.
pub(super) struct Written {
    pub(super) made: Result<Made, Failure>,
    pub(super) by: Option<Author>,
    pub(super) bill: Bill,
}

/// Who answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Author {
    pub(super) writer: String,
    pub(super) model: String,
}

/// Characters of the standing texts of a call: system, instruction, form.
const STANDING_CHARACTERS: usize = 9000;
/// Sections that an outline is taken to have before it is there.
const USUAL_SECTIONS: usize = 5;

impl Model {
    /// Writes one piece.
    pub(super) async fn write(&self, cpu: &Cpu, metrics: &Metrics, work: Work) -> Written {
        let mut written = Written { made: Err(step::broken()), by: None, bill: Bill::default() };
        written.made = match asker(self, (cpu, metrics), &work) {
            Ok(asker) => {
                let composer = Composer { cpu, work: &work, asker: &asker, fan_out: self.fan_out };
                composer.compose(&mut written).await
            }
            Err(failure) => Err(failure),
        };
        written
    }
}

/// Plans the calls of a request and the tokens they take, before there is an outline.
pub(super) fn planned(request: &Request, fan_out: FanOut) -> (usize, Usage) {
    let source = request.syllabus_text().map_or(0, |text| text.chars().count());
    let input = plan::tokens_of(source + STANDING_CHARACTERS);
    let kinds = [Kind::Outline].into_iter().chain(request.kinds());
    let slices: Vec<Slice> =
        kinds.flat_map(|kind| plan::plan_sections(kind, request, USUAL_SECTIONS, fan_out)).collect();
    let output: usize = slices.iter().map(|slice| slice.tokens).sum();
    let count = |tokens: usize| u64::try_from(tokens).unwrap_or(u64::MAX);
    let usage = Usage {
        input_tokens: count(input.saturating_mul(slices.len())),
        output_tokens: count(output),
        cached_tokens: 0,
    };
    (slices.len(), usage)
}

fn asker(model: &Model, (cpu, metrics): (&Cpu, &Metrics), work: &Work) -> Result<Asker, Failure> {
    let Work { kind, outline, reading, deadline, allowance, standing, brief, .. } = work;
    let outline = outline.as_deref().and_then(Material::as_outline);
    Ok(Asker {
        cpu: cpu.clone(),
        doors: model.doors.clone(),
        metrics: metrics.clone(),
        standing: standing.clone(),
        home: standing.first(model.doors.len()),
        shared: brief.shared(reading, outline).map_err(unrendered)?,
        kind: *kind,
        deadline: *deadline,
        allowance: allowance.clone(),
    })
}

fn unrendered(error: prompts::Error) -> Failure {
    tracing::error!(error = %error, "a prompt could not be rendered");
    step::broken()
}

#[cfg(test)]
mod parts_tests;
#[cfg(test)]
mod prompts_tests;
#[cfg(test)]
mod tests;
