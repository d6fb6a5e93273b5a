//! Work that keeps a core busy for more than a millisecond: on the blocking threads, and bounded, so
//! that a hundred jobs at once neither starve the service nor hold all their working memory together.

use std::sync::Arc;

use tokio::sync::Semaphore;

/// Runs work on the CPU, a bounded number at once, first come, first served. Clones share the bound.
#[derive(Clone, Debug)]
pub(super) struct Cpu(Arc<Semaphore>);

/// Says that the work panicked, or that the process is going down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

impl Cpu {
    pub(super) fn new(at_once: usize) -> Cpu {
        Cpu(Arc::new(Semaphore::new(at_once.max(1))))
    }

    /// Runs the work when its turn has come. Once begun it runs to its end and keeps its place
    /// until then, also if nobody waits for it any more.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Broken> {
        let turn = Arc::clone(&self.0).acquire_owned().await.map_err(|_| Broken)?;
        let working = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        working.await.map_err(|_| Broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_panics_is_reported_and_gives_its_turn_back() {
        let cpu = Cpu::new(1);
        let broken: Result<(), Broken> = cpu.run(|| panic!("on purpose")).await;
        assert_eq!(broken, Err(Broken));
        assert_eq!(cpu.run(|| 7).await, Ok(7));
    }
}
