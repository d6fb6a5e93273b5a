//! The settings of jobs: `[workers]` and `[retention]` in the file.

use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::setting::{Fault, faults, within};

/// Says how jobs are run and what is remembered of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// How jobs are run.
    pub workers: Workers,
    /// How long things are remembered.
    pub retention: Retention,
    /// Who else works over the same store.
    pub tenancy: Tenancy,
}

/// Says whether other processes run jobs over the same store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tenancy {
    /// None: the store is locked, or lives in this process.
    #[default]
    Sole,
    /// Some may.
    Shared,
}

/// Says how jobs are run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Workers {
    /// Jobs in flight at once that are always allowed, 1 to 100 000, never more than `max`. Between the
    /// two their number follows the queue, the provider, the CPU and memory.
    pub min: usize,
    /// Jobs in flight at once, 1 to 100 000; they mostly wait.
    pub max: usize,
    /// Jobs in flight at once over all instances together, 1 to 1 000 000; each takes its part.
    pub global_max: usize,
    /// Bytes of memory beyond which no more jobs are begun than `min`, at least 64 MiB.
    pub max_memory_bytes: u64,
    /// Characters of the texts of all jobs in flight, 200 000 to 1 000 000 000. A text that is worked
    /// with takes about fifty bytes for each, so this bounds memory where texts are long.
    pub max_source_characters: u32,
    /// Pieces of work on the CPU at once, 1 to 1024; default: as many as the machine has cores.
    pub cpu: usize,
    /// How long a job may take from its claim on, 1 s to 24 h.
    pub deadline: SignedDuration,
    /// How long running pieces may go on after the service was told to stop, 0 to 10 min.
    pub grace: SignedDuration,
    /// How long an instance may give no sign of life before others take over its jobs, 1 s to 10 min.
    pub lease: SignedDuration,
    /// How many times in a row, without a finished piece in between, the service may go down while it
    /// works on a job before the job is set aside, 1 to 1000. From the last but one on a job runs beside
    /// few others of its kind, at last beside none; with 1 all go that ran at a crash.
    pub max_crashes: u32,
}

/// Says how long things are remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// How long a job is kept with all that belongs to it, from its end, 1 h to 10 years.
    pub jobs: SignedDuration,
    /// How long an idempotency key stands for its job, 1 min to 30 days.
    pub idempotency: SignedDuration,
    /// How long a security event is kept, 1 h to 10 years; for `audit`, which keeps them.
    pub audit: SignedDuration,
}

/// Bytes that the service takes when it has nothing to do, twice.
const LEAST_MEMORY: u64 = 64 * 1024 * 1024;
/// Characters of the longest text that is taken; a lower bound would keep it from ever being run.
const LONGEST_SOURCE: u32 = 200_000;

impl Default for Workers {
    fn default() -> Self {
        Workers {
            min: 32,
            max: 1000,
            global_max: 100_000,
            max_memory_bytes: 1024 * 1024 * 1024,
            max_source_characters: 3_000_000,
            cpu: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            deadline: SignedDuration::from_mins(15),
            grace: SignedDuration::from_secs(20),
            lease: SignedDuration::from_secs(30),
            max_crashes: 3,
        }
    }
}

impl Default for Retention {
    fn default() -> Self {
        let hours = SignedDuration::from_hours;
        Retention { jobs: hours(30 * 24), idempotency: hours(24), audit: hours(365 * 24) }
    }
}

impl Workers {
    pub(super) fn deadline(&self) -> Duration {
        self.deadline.unsigned_abs()
    }

    pub(super) fn grace(&self) -> Duration {
        self.grace.unsigned_abs()
    }

    pub(super) fn lease(&self) -> Duration {
        self.lease.unsigned_abs()
    }

    /// Lists what is wrong with the settings, each as the name of a setting and a sentence.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let second = SignedDuration::from_secs(1);
        faults([
            ("min", (1..=100_000).contains(&self.min), "must be from 1 to 100000"),
            ("max", (1..=100_000).contains(&self.max), "must be from 1 to 100000"),
            ("global_max", (1..=1_000_000).contains(&self.global_max), "must be from 1 to 1000000"),
            ("max_memory_bytes", self.max_memory_bytes >= LEAST_MEMORY, "must be at least 67108864"),
            (
                "max_source_characters",
                (LONGEST_SOURCE..=1_000_000_000).contains(&self.max_source_characters),
                "must be from 200000 to 1000000000",
            ),
            ("cpu", (1..=1024).contains(&self.cpu), "must be from 1 to 1024"),
            (
                "deadline",
                within(self.deadline, second, SignedDuration::from_hours(24)),
                "must be from 1s to 24h",
            ),
            (
                "grace",
                within(self.grace, SignedDuration::ZERO, SignedDuration::from_mins(10)),
                "must be from 0s to 10m",
            ),
            ("lease", within(self.lease, second, SignedDuration::from_mins(10)), "must be from 1s to 10m"),
            ("max_crashes", (1..=1000).contains(&self.max_crashes), "must be from 1 to 1000"),
        ])
    }
}

impl Retention {
    pub(super) fn jobs(&self) -> Duration {
        self.jobs.unsigned_abs()
    }

    pub(super) fn idempotency(&self) -> Duration {
        self.idempotency.unsigned_abs()
    }

    /// Lists what is wrong with the settings, each as the name of a setting and a sentence.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let fits =
            within(self.idempotency, SignedDuration::from_mins(1), SignedDuration::from_hours(30 * 24));
        let (hour, ten_years) = (SignedDuration::from_hours(1), SignedDuration::from_hours(10 * 365 * 24));
        faults([
            ("jobs", within(self.jobs, hour, ten_years), "must be from 1h to 87600h"),
            ("idempotency", fits, "must be from 1m to 720h"),
            ("audit", within(self.audit, hour, ten_years), "must be from 1h to 87600h"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_people_write_them() {
        let read = toml::from_str::<Workers>("deadline = '90s'\ngrace = '1m 30s'").unwrap();
        assert_eq!(read.deadline(), Duration::from_secs(90));
        assert_eq!(read.grace(), Duration::from_secs(90));
        assert_eq!(toml::from_str::<Retention>("idempotency = '24h'").unwrap(), Retention::default());
        assert!(toml::from_str::<Workers>("deadlin = '90s'").is_err());
    }

    #[test]
    fn every_fault_is_listed_at_once() {
        assert_eq!(Workers::default().faults(), []);
        assert_eq!(Retention::default().faults(), []);
        let zero = SignedDuration::ZERO;
        let grace = -SignedDuration::from_secs(1);
        let workers = Workers {
            min: 0,
            max: 0,
            global_max: 0,
            max_memory_bytes: 0,
            max_source_characters: 0,
            cpu: 0,
            deadline: zero,
            grace,
            lease: zero,
            max_crashes: 0,
        };
        let named: Vec<_> = workers.faults().into_iter().map(|(setting, _)| setting).collect();
        assert_eq!(
            named,
            [
                "min",
                "max",
                "global_max",
                "max_memory_bytes",
                "max_source_characters",
                "cpu",
                "deadline",
                "grace",
                "lease",
                "max_crashes"
            ]
        );
        assert_eq!(Retention { jobs: zero, idempotency: zero, audit: zero }.faults().len(), 3);
    }
}
