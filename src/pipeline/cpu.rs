//! Work that keeps a core busy for a millisecond and more: bounded, so that a hundred jobs at once neither
//! starve the service nor hold all their working memory together, and on the blocking threads where it may
//! take long.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

/// Runs work on the CPU, a bounded number at once, first come, first served. Clones share the bound.
#[derive(Clone, Debug)]
pub(super) struct Cpu {
    turns: Arc<Semaphore>,
    at_once: usize,
    waiting: Arc<AtomicUsize>,
    /// Microseconds that a piece of work takes of late.
    usual_micros: Arc<AtomicU64>,
}

/// Counts as one that waits, until it is dropped.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    fn begin(count: &'a AtomicUsize) -> Waits<'a> {
        // It counts and orders nothing else.
        count.fetch_add(1, Ordering::Relaxed);
        Waits(count)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Says that the work panicked, or that the process is going down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

impl Cpu {
    pub(super) fn new(at_once: usize) -> Cpu {
        let at_once = at_once.max(1);
        let turns = Arc::new(Semaphore::new(at_once));
        Cpu { turns, at_once, waiting: Arc::default(), usual_micros: Arc::default() }
    }

    /// Tells how long the work that waits will probably keep whoever comes next from its turn.
    pub(super) fn backlog(&self) -> Duration {
        let waiting = u64::try_from(self.waiting()).unwrap_or(u64::MAX);
        let at_once = u64::try_from(self.at_once).unwrap_or(u64::MAX);
        let work = waiting.saturating_mul(self.usual_micros.load(Ordering::Relaxed));
        Duration::from_micros(work.checked_div(at_once).unwrap_or(0))
    }

    /// Counts the pieces of work whose turn has not come.
    fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Runs work of about a millisecond when its turn has come, on the thread that asks: handing it to
    /// another and back takes as long as a good part of it.
    pub(super) async fn run_here<T>(&self, work: impl FnOnce() -> T) -> Result<T, Broken> {
        let waits = Waits::begin(&self.waiting);
        let turn = self.turns.acquire().await.map_err(|_| Broken)?;
        drop(waits);
        let begun = Instant::now();
        let worked = std::panic::catch_unwind(AssertUnwindSafe(work));
        note(&self.usual_micros, begun.elapsed());
        drop(turn);
        worked.map_err(|_| Broken)
    }

    /// Runs the work when its turn has come. Once begun it runs to its end and keeps its place
    /// until then, also if nobody waits for it any more.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Broken> {
        let waits = Waits::begin(&self.waiting);
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Broken)?;
        drop(waits);
        let usual_micros = Arc::clone(&self.usual_micros);
        let working = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let begun = Instant::now();
            let worked = work();
            note(&usual_micros, begun.elapsed());
            worked
        });
        working.await.map_err(|_| Broken)
    }
}

/// Takes note of how long a piece of work took. One of two that are noted at the same time may be lost: it
/// is an estimate.
fn note(usual_micros: &AtomicU64, time: Duration) {
    let usual = usual_micros.load(Ordering::Relaxed);
    usual_micros.store(moved(usual, time), Ordering::Relaxed);
}

/// Lets the usual time move an eighth towards this one.
fn moved(usual_micros: u64, time: Duration) -> u64 {
    let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    usual_micros.saturating_mul(7).saturating_add(micros).div_ceil(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs four pieces of work, of which each waits a moment for company; gives the most that were
    /// ever at work together.
    async fn most_at_once(at_once: usize) -> usize {
        let cpu = Cpu::new(at_once);
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let works = (0..4).map(|_| {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            cpu.run(move || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let patience = Instant::now() + Duration::from_millis(200);
                while most.load(Ordering::SeqCst) < at_once.max(2) && Instant::now() < patience {
                    std::thread::yield_now();
                }
                now.fetch_sub(1, Ordering::SeqCst);
            })
        });
        for worked in futures_util::future::join_all(works).await {
            worked.unwrap();
        }
        most.load(Ordering::SeqCst)
    }

    #[tokio::test]
    async fn as_much_work_is_done_at_once_as_the_setting_says() {
        assert_eq!(most_at_once(1).await, 1);
        assert_eq!(most_at_once(3).await, 3);
    }

    #[tokio::test]
    async fn work_that_panics_is_reported_and_gives_its_turn_back() {
        let cpu = Cpu::new(1);
        let broken: Result<(), Broken> = cpu.run(|| panic!("on purpose")).await;
        assert_eq!(broken, Err(Broken));
        assert_eq!(cpu.run(|| 7).await, Ok(7));
        let broken: Result<(), Broken> = cpu.run_here(|| panic!("on purpose")).await;
        assert_eq!((broken, cpu.run_here(|| 7).await), (Err(Broken), Ok(7)));
    }

    #[tokio::test]
    async fn work_that_waits_for_its_turn_is_counted_until_it_begins_or_is_given_up() {
        let cpu = Cpu::new(1);
        let turn = Arc::clone(&cpu.turns).acquire_owned().await.unwrap();
        let mut first = Box::pin(cpu.run(|| 1));
        let mut second = Box::pin(cpu.run(|| 2));
        assert!(
            futures_util::poll!(&mut first).is_pending() && futures_util::poll!(&mut second).is_pending()
        );
        assert_eq!(cpu.waiting(), 2);
        drop(second);
        assert_eq!(cpu.waiting(), 1);
        drop(turn);
        assert_eq!((first.await, cpu.waiting()), (Ok(1), 0));
    }

    #[tokio::test]
    async fn the_backlog_is_the_time_of_the_work_that_waits() {
        let cpu = Cpu::new(2);
        assert_eq!(moved(8000, Duration::from_millis(16)), 9000);
        cpu.run(|| std::thread::sleep(Duration::from_millis(16))).await.unwrap();
        let usual = cpu.usual_micros.load(Ordering::Relaxed);
        assert!(usual >= 2000);
        cpu.run_here(|| std::thread::sleep(Duration::from_millis(64))).await.unwrap();
        assert!(cpu.usual_micros.load(Ordering::Relaxed) > usual, "wherever the work is done");
        cpu.usual_micros.store(9000, Ordering::Relaxed);
        assert_eq!(cpu.backlog(), Duration::ZERO);
        let _turns = Arc::clone(&cpu.turns).acquire_many_owned(2).await.unwrap();
        let mut waiting: Vec<_> = (0..6).map(|_| Box::pin(cpu.run(|| 1))).collect();
        for work in &mut waiting {
            assert!(futures_util::poll!(work).is_pending());
        }
        assert_eq!(cpu.backlog(), Duration::from_millis(27));
    }
}
