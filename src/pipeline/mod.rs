//! How a package comes about: the outline first, then its pieces side by side, then the whole is
//! checked. What is finished is handed to the job's writer and stored before anything else happens,
//! so that a job that is resumed repeats nothing.
//!
//! When a job runs, and what becomes of it across restarts, is `jobs`' business. Read [`Pipeline::run`]
//! (`run.rs`) first, then `step.rs`: one piece, and the one place that knows who writes. `reading.rs`
//! is what all pieces share, `model/` writes with a model, `assemble.rs` checks the package.

mod assemble;
mod cpu;
mod estimate;
mod model;
mod reading;
mod run;
mod step;

pub use estimate::Estimate;
pub use model::{Answered, Bill, Door, Ending, LastResort, Model, Question, Reply};
pub use reading::{Reading, Refusal};
pub use run::{Assignment, Outcome, Ran};
#[cfg(test)]
pub use step::Script;
pub use step::Writer;

use cpu::Cpu;

/// Makes packages. Clones share the bound on work that takes the CPU.
#[derive(Clone, Debug)]
pub struct Pipeline {
    writer: Writer,
    cpu: Cpu,
}

impl Pipeline {
    /// Makes packages with that writer, at most `cpu` pieces of work on the CPU at once.
    #[must_use]
    pub fn new(writer: Writer, cpu: usize) -> Pipeline {
        Pipeline { writer, cpu: Cpu::new(cpu) }
    }
}
