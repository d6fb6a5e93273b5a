//! How long the stages of jobs take in this process, from the very histograms that are scraped.

use std::time::Duration;

use prometheus::core::Collector;
use prometheus::proto::{Histogram, Metric};
use schemars::JsonSchema;
use serde::Serialize;

use super::Metrics;

/// How long jobs take here, since the process started.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Performance {
    /// Every stage that was measured, in the order of the alphabet.
    pub stages: Vec<StageTimes>,
    /// The stage whose mean is the longest; `pieces` does not count, as its time is that of the slowest
    /// kind. `None` before anything was measured.
    pub slowest_stage: Option<String>,
    /// Jobs from the moment a worker has them until they have ended.
    pub jobs: Times,
}

/// The times of one stage.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct StageTimes {
    /// Its name, as in `stage_duration_seconds`.
    pub stage: String,
    /// Its times.
    #[serde(flatten)]
    pub times: Times,
}

/// How long something took, several times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Times {
    /// How often it was measured.
    pub count: u64,
    /// All of it together, in seconds.
    pub total_seconds: f64,
    /// The mean, in seconds; `None` where nothing was measured.
    pub mean_seconds: Option<f64>,
    /// What half of it stayed below, in seconds, as far as the buckets tell.
    pub p50_seconds: Option<f64>,
    /// What all but a twentieth of it stayed below, in seconds, as far as the buckets tell.
    pub p95_seconds: Option<f64>,
}

/// The stage that lasts as long as the slowest of those that it is made of.
const WHOLE: &str = "pieces";

impl Metrics {
    /// Tells how long the stages of jobs have taken.
    #[must_use]
    pub fn performance(&self) -> Performance {
        let families = self.stage_durations().collect();
        let metrics = families.iter().flat_map(|family| family.get_metric());
        let mut stages: Vec<StageTimes> = metrics.map(StageTimes::of).collect();
        stages.sort_by(|one, other| one.stage.cmp(&other.stage));
        let single = stages.iter().filter(|stage| stage.stage != WHOLE && stage.times.count > 0);
        let mean = |stage: &StageTimes| stage.times.mean_seconds.unwrap_or_default();
        let slowest = single.max_by(|one, other| mean(one).total_cmp(&mean(other)));
        let slowest_stage = slowest.map(|stage| stage.stage.clone());
        let families = self.generation_duration().collect();
        let jobs = families.iter().flat_map(|family| family.get_metric()).next();
        let jobs = jobs.map(|metric| Times::of(metric.get_histogram())).unwrap_or_default();
        Performance { stages, slowest_stage, jobs }
    }
}

impl StageTimes {
    fn of(metric: &Metric) -> StageTimes {
        let label = metric.get_label().first();
        let stage = label.map(|label| label.value().to_owned()).unwrap_or_default();
        StageTimes { stage, times: Times::of(metric.get_histogram()) }
    }
}

impl Times {
    fn of(histogram: &Histogram) -> Times {
        let count = histogram.get_sample_count();
        let total = histogram.get_sample_sum();
        Times {
            count,
            total_seconds: total,
            mean_seconds: (count > 0).then(|| total / float(count)),
            // Nothing took longer than all of it together, whatever its bucket goes up to.
            p50_seconds: quantile(histogram, 0.5).map(|seconds| seconds.min(total)),
            p95_seconds: quantile(histogram, 0.95).map(|seconds| seconds.min(total)),
        }
    }
}

/// Estimates what that part of all values stays below: within its bucket in proportion, as the quantile
/// function of the scraper does. Beyond the last bucket it is that bucket's bound.
fn quantile(histogram: &Histogram, part: f64) -> Option<f64> {
    let count = histogram.get_sample_count();
    if count == 0 {
        return None;
    }
    let rank = part * float(count);
    let (mut below, mut from) = (0, 0.0);
    for bucket in histogram.get_bucket() {
        let (up_to, bound) = (bucket.cumulative_count(), bucket.upper_bound());
        if float(up_to) >= rank {
            let within = float(up_to.saturating_sub(below)).max(1.0);
            return Some(from + (bound - from) * ((rank - float(below)) / within));
        }
        (below, from) = (up_to, bound);
    }
    Some(from)
}

/// Counts stay far below what a float holds exactly; this conversion is exact there.
fn float(count: u64) -> f64 {
    Duration::from_secs(count).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_stage_is_the_one_with_the_longest_mean() {
        let metrics = Metrics::new();
        assert_eq!(
            (metrics.performance().slowest_stage, metrics.performance().jobs.mean_seconds),
            (None, None)
        );
        for (stage, seconds) in [("outline", 2), ("faqs", 4), ("faqs", 8), ("flashcards", 5), ("pieces", 9)] {
            metrics.stage(stage, Duration::from_secs(seconds));
        }
        metrics.job_ended("completed", Duration::from_secs(11));
        let performance = metrics.performance();
        assert_eq!(performance.slowest_stage.as_deref(), Some("faqs"));
        let names: Vec<&str> = performance.stages.iter().map(|stage| stage.stage.as_str()).collect();
        assert_eq!(names, ["faqs", "flashcards", "outline", "pieces"]);
        let faqs = performance.stages[0].times;
        assert_eq!((faqs.count, faqs.total_seconds, faqs.mean_seconds), (2, 12.0, Some(6.0)));
        assert_eq!((performance.jobs.count, performance.jobs.mean_seconds), (1, Some(11.0)));
        assert!(performance.jobs.p95_seconds.unwrap() <= 11.0, "one job took no longer than it took");
    }

    #[test]
    fn quantiles_are_found_within_the_bucket_that_holds_them() {
        let metrics = Metrics::new();
        for _ in 0..90 {
            metrics.stage("outline", Duration::from_millis(200));
        }
        for _ in 0..10 {
            metrics.stage("outline", Duration::from_secs(700));
        }
        let times = metrics.performance().stages[0].times;
        let half = times.p50_seconds.unwrap();
        assert!((0.1..=0.25).contains(&half), "{half}");
        assert_eq!(times.p95_seconds, Some(600.0), "beyond the last bucket");
    }
}
