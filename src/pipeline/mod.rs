//! How a package comes about: the outline first, then its pieces side by side, then the whole is
//! checked. What is finished is handed to the job's writer and stored before anything else happens,
//! so that a job that is resumed repeats nothing.
//!
//! When a job runs, and what becomes of it across restarts, is `jobs`' business. Read [`Pipeline::run`]
//! (`run.rs`) first, then `step.rs`: one piece, and the one place that knows who writes. `reading.rs`
//! is what all pieces share, `model/` writes with a model, `assemble.rs` checks the package,
//! `live.rs` tells how far pieces are meanwhile, and `sitting.rs` makes single pieces without a store.

mod assemble;
mod cpu;
mod estimate;
mod live;
mod model;
mod reading;
mod run;
mod sitting;
mod step;

pub use estimate::Estimate;
pub use live::{Live, Parts};
pub use model::{Answered, Bill, Door, Ending, LastResort, Model, Question, Reply};
pub use reading::{Reading, Refusal};
pub use run::{Assignment, Outcome, Ran};
pub use sitting::Sitting;
#[cfg(test)]
pub use step::Script;
pub use step::Writer;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::telemetry::Metrics;
use cpu::Cpu;

/// Makes packages. Clones share the bound on work that takes the CPU.
#[derive(Clone, Debug)]
pub struct Pipeline {
    writer: Writer,
    cpu: Cpu,
    permits: Option<Permits>,
    metrics: Metrics,
}

/// Tells how many calls of a model may run at once now.
#[derive(Clone)]
pub struct Permits(Arc<dyn Fn() -> usize + Send + Sync>);

impl Pipeline {
    /// Makes packages with that writer, at most `cpu` pieces of work on the CPU at once.
    #[must_use]
    pub fn new(writer: Writer, cpu: usize) -> Pipeline {
        Pipeline { writer, cpu: Cpu::new(cpu), permits: None, metrics: Metrics::new() }
    }

    /// Counts in those metrics from now on.
    #[must_use]
    pub fn counting_in(self, metrics: Metrics) -> Pipeline {
        Pipeline { metrics, ..self }
    }

    /// Lets the pipeline tell how many calls of its model may run at once.
    #[must_use]
    pub fn with_permits(self, permits: impl Fn() -> usize + Send + Sync + 'static) -> Pipeline {
        Pipeline { permits: Some(Permits(Arc::new(permits))), ..self }
    }

    /// Tells how many calls of a model may run at once now; `None` where that is not known.
    #[must_use]
    pub fn permits(&self) -> Option<usize> {
        self.permits.as_ref().map(|permits| (permits.0)())
    }

    /// Tells how long the work that waits for the CPU will probably take.
    #[must_use]
    pub fn cpu_backlog(&self) -> Duration {
        self.cpu.backlog()
    }

    /// Names who writes, as the pieces will say.
    #[must_use]
    pub fn writer_name(&self) -> &str {
        match &self.writer {
            Writer::Extractive => "extractive",
            Writer::Model(model) => &model.writer,
            #[cfg(test)]
            Writer::Scripted(_) => "scripted",
        }
    }
}

impl fmt::Debug for Permits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Permits")
    }
}
