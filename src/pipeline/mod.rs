//! How a package comes about: the outline first, then its pieces side by side, then the whole is
//! checked. What is finished is handed to the job's writer and stored before anything else happens,
//! so that a job that is resumed repeats nothing.
//!
//! When a job runs, and what becomes of it across restarts, is `jobs`' business.

mod step;

pub use step::Writer;

use std::sync::Arc;

use tokio::sync::Semaphore;

/// Makes packages. Clones share the bound on work that takes the CPU.
#[derive(Clone, Debug)]
pub struct Pipeline {
    writer: Writer,
    cpu: Arc<Semaphore>,
}

impl Pipeline {
    /// Makes packages with that writer, at most `cpu` pieces of work on the CPU at once.
    #[must_use]
    pub fn new(writer: Writer, cpu: usize) -> Pipeline {
        Pipeline { writer, cpu: Arc::new(Semaphore::new(cpu.max(1))) }
    }
}
