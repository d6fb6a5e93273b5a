//! How many jobs this instance runs at once: between the bounds of the settings, as many as there is
//! anything to gain from. A pure function of what was observed.

use std::time::Duration;

use super::Workers;

/// Jobs that share one permit for calls of a model: while one of them waits for its answer the other
/// is being checked or stored.
const JOBS_A_PERMIT: usize = 2;
/// Work on the CPU that waits when more jobs would only take memory. A hundred jobs that come at once have
/// less of it when their texts are short, and mostly wait for their model.
const MOST_BACKLOG: Duration = Duration::from_secs(1);

/// What was observed right before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Observations {
    /// Jobs that run here.
    pub(super) running: usize,
    /// Jobs that wait, as far as one look at the queue shows.
    pub(super) waiting: usize,
    /// What of the bound over all instances falls to this one.
    pub(super) share: usize,
    /// Calls that the model's provider takes at once; `None` where no model writes.
    pub(super) permits: Option<usize>,
    /// How long the work that waits for the CPU will probably take.
    pub(super) cpu_backlog: Duration,
    /// Bytes of memory that the process holds, where the system tells.
    pub(super) memory_bytes: Option<u64>,
}

/// Says how many jobs should run here at once.
pub(super) fn wanted(bounds: &Workers, seen: &Observations) -> usize {
    let most = bounds.max.min(seen.share);
    let least = bounds.min.min(most);
    let of_queue = seen.running.saturating_add(seen.waiting);
    let of_permits = seen.permits.map_or(usize::MAX, |permits| permits.saturating_mul(JOBS_A_PERMIT));
    let is_strained = seen.cpu_backlog > MOST_BACKLOG
        || seen.memory_bytes.is_some_and(|bytes| bytes > bounds.max_memory_bytes);
    // Under strain those that run go on, and no other begins.
    let of_machine = if is_strained { seen.running } else { usize::MAX };
    of_queue.min(of_permits).min(of_machine).clamp(least, most)
}

/// Gives this instance's part of a bound over all of them. The parts add up to the bound exactly, so
/// some get none where there are more instances than jobs allowed.
pub(super) fn share(most: usize, instances: usize, rank: usize) -> usize {
    let each = most.checked_div(instances).unwrap_or(most);
    let left = most.checked_rem(instances).unwrap_or(0);
    if rank < left { each.saturating_add(1) } else { each }
}

/// Reads how many bytes of memory this process holds.
pub(super) fn memory_bytes() -> Option<u64> {
    // A file that the kernel makes up as it is read: no disk is waited for.
    resident(&std::fs::read_to_string("/proc/self/status").ok()?)
}

/// Source: proc_pid_status(5), `VmRSS`, 2026-11-28.
fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const QUIET: Observations = Observations {
        running: 100,
        waiting: 32,
        share: 1000,
        permits: None,
        cpu_backlog: Duration::ZERO,
        memory_bytes: Some(1024),
    };

    fn bounds() -> Workers {
        Workers { min: 10, max: 500, cpu: 2, max_memory_bytes: 1_000_000_000, ..Workers::default() }
    }

    #[test]
    fn without_strain_there_are_as_many_as_there_is_work_for_within_the_bounds() {
        assert_eq!(wanted(&bounds(), &QUIET), 132);
        assert_eq!(wanted(&bounds(), &Observations { running: 490, ..QUIET }), 500);
        assert_eq!(wanted(&bounds(), &Observations { running: 0, waiting: 0, ..QUIET }), 10);
    }

    #[test]
    fn more_jobs_than_the_provider_takes_calls_are_not_begun() {
        let permits = |permits| wanted(&bounds(), &Observations { permits: Some(permits), ..QUIET });
        assert_eq!((permits(400), permits(48), permits(0)), (132, 96, 10));
    }

    #[test]
    fn a_strained_machine_begins_no_more_but_the_least_number_is_kept_up() {
        for strained in [
            Observations { cpu_backlog: Duration::from_millis(1001), ..QUIET },
            Observations { memory_bytes: Some(1_000_000_001), ..QUIET },
        ] {
            assert_eq!(wanted(&bounds(), &strained), 100);
            assert_eq!(wanted(&bounds(), &Observations { running: 3, ..strained }), 10);
        }
        let busy = Observations { cpu_backlog: MOST_BACKLOG, ..QUIET };
        assert_eq!(wanted(&bounds(), &busy), 132);
        assert_eq!(wanted(&bounds(), &Observations { memory_bytes: None, ..QUIET }), 132);
    }

    #[test]
    fn the_share_of_an_instance_goes_before_every_other_bound() {
        assert_eq!(wanted(&bounds(), &Observations { share: 4, ..QUIET }), 4);
        assert_eq!(wanted(&bounds(), &Observations { share: 0, ..QUIET }), 0);
    }

    #[test]
    fn resident_memory_is_read_from_what_the_kernel_says() {
        assert_eq!(resident("Name:\tx\nVmRSS:\t   12345 kB\nThreads:\t3\n"), Some(12_641_280));
        assert_eq!(resident("Name:\tx\n"), None);
        assert!(!cfg!(target_os = "linux") || memory_bytes().is_some_and(|bytes| bytes > 1_000_000));
    }

    proptest! {
        #[test]
        fn the_shares_of_all_instances_add_up_to_the_bound(most in 0_usize..5000, instances in 1_usize..50) {
            let shares: Vec<usize> = (0..instances).map(|rank| share(most, instances, rank)).collect();
            prop_assert_eq!(shares.iter().sum::<usize>(), most);
            prop_assert!(shares[0] - shares[instances - 1] <= 1);
        }
    }
}
