//! Every metric of the service in one struct, made once and cloned to where something is counted:
//! there is no global registry. What each means stands in `families`; who calls these verbs knows
//! what happened, this module only counts. Values of labels are the callers' closed lists.

use std::sync::Arc;
use std::time::Duration;

use prometheus::core::Collector;
use prometheus::process_collector::ProcessCollector;
use prometheus::{
    Counter, Histogram, HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder,
};

use super::families::{self, Family};

/// Upper bounds of the buckets, in seconds: from a cached answer to a job of ten minutes.
const BUCKETS: [f64; 17] =
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 240.0, 600.0];

/// The content type of what [`Metrics::text`] returns.
pub const CONTENT_TYPE: &str = prometheus::TEXT_FORMAT;

/// All metrics. Clones are the same ones.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Registered>);

#[derive(Debug)]
struct Registered {
    registry: Registry,
    http_requests: IntCounterVec,
    http_request_duration: HistogramVec,
    generation_duration: Histogram,
    stage_duration: HistogramVec,
    jobs: IntGaugeVec,
    llm_requests: IntCounterVec,
    llm_request_duration: HistogramVec,
    llm_first_token: HistogramVec,
    llm_tokens: IntCounterVec,
    llm_cost: Counter,
    llm_unreconciled_cost: Counter,
    llm_permits: IntGaugeVec,
    circuit_breaker: IntGaugeVec,
    answer_repairs: IntCounterVec,
    validation_failures: IntCounterVec,
}

/// An attempt at a model that has ended.
#[derive(Clone, Copy, Debug)]
pub struct LlmAttempt<'a> {
    /// The interface's name.
    pub provider: &'static str,
    /// The model's name, as the settings have it.
    pub model: &'a str,
    /// The class of the outcome.
    pub outcome: &'static str,
    /// From the sending to the end.
    pub took: Duration,
    /// From the sending to the first text.
    pub first_token_after: Option<Duration>,
    /// Tokens of the prompt, of it from a cache, and of the answer, as reported.
    pub tokens: Tokens,
    /// What it cost, in millionths of a dollar.
    pub cost_micros: u64,
    /// Whether no vendor has confirmed that cost.
    pub is_unreconciled: bool,
}

/// Tokens as a vendor reported them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tokens {
    /// Of the prompt.
    pub input: u64,
    /// The part of the prompt that came from the vendor's cache.
    pub cached: u64,
    /// Of the answer.
    pub output: u64,
}

/// Whether a model is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerState {
    /// Calls go through.
    Closed,
    /// One call is under way that decides.
    HalfOpen,
    /// The model is left alone.
    Open,
}

/// Counts a running job until it is dropped.
#[derive(Debug)]
#[must_use = "a job that is dropped at once does not run"]
pub struct RunningJob {
    metrics: Metrics,
}

/// The metrics cannot be written as text.
#[derive(Debug, thiserror::Error)]
#[error("the metrics could not be written")]
pub struct Unwritable(#[from] prometheus::Error);

impl Default for Metrics {
    fn default() -> Self {
        Metrics::new()
    }
}

impl Metrics {
    /// Makes all metrics, at nothing.
    #[must_use]
    pub fn new() -> Metrics {
        let registry = Registry::new();
        made(registry.register(Box::new(ProcessCollector::for_self())));
        let of = &registry;
        Metrics(Arc::new(Registered {
            http_requests: counters(of, families::HTTP_REQUESTS),
            http_request_duration: histograms(of, families::HTTP_REQUEST_DURATION),
            generation_duration: register(
                of,
                made(Histogram::with_opts(timing(families::GENERATION_DURATION))),
            ),
            stage_duration: histograms(of, families::STAGE_DURATION),
            jobs: gauges(of, families::JOBS),
            llm_requests: counters(of, families::LLM_REQUESTS),
            llm_request_duration: histograms(of, families::LLM_REQUEST_DURATION),
            llm_first_token: histograms(of, families::LLM_FIRST_TOKEN),
            llm_tokens: counters(of, families::LLM_TOKENS),
            llm_cost: register(of, made(Counter::with_opts(options(families::LLM_COST)))),
            llm_unreconciled_cost: register(
                of,
                made(Counter::with_opts(options(families::LLM_UNRECONCILED_COST))),
            ),
            llm_permits: gauges(of, families::LLM_PERMITS),
            circuit_breaker: gauges(of, families::CIRCUIT_BREAKER),
            answer_repairs: counters(of, families::ANSWER_REPAIRS),
            validation_failures: counters(of, families::VALIDATION_FAILURES),
            registry,
        }))
    }

    /// Counts a request that was answered.
    pub fn http_request(&self, method: &str, route: &str, status: u16, took: Duration) {
        count(&self.0.http_requests, &[method, route, &status.to_string()], 1);
        observe(&self.0.http_request_duration, &[method, route], took);
    }

    /// Counts a stage of a job.
    pub fn stage(&self, stage: &'static str, took: Duration) {
        observe(&self.0.stage_duration, &[stage], took);
    }

    pub(super) fn stage_durations(&self) -> &HistogramVec {
        &self.0.stage_duration
    }

    pub(super) fn generation_duration(&self) -> &Histogram {
        &self.0.generation_duration
    }

    /// Counts a job from now on as running.
    pub fn job_runs(&self) -> RunningJob {
        add(&self.0.jobs, "running", 1);
        RunningJob { metrics: self.clone() }
    }

    /// Counts a job that has ended, after so long.
    pub fn job_ended(&self, status: &'static str, took: Duration) {
        add(&self.0.jobs, status, 1);
        self.0.generation_duration.observe(took.as_secs_f64());
    }

    /// Counts an attempt at a model.
    pub fn llm_attempt(&self, attempt: &LlmAttempt<'_>) {
        let LlmAttempt { provider, model, outcome, took, tokens, .. } = *attempt;
        count(&self.0.llm_requests, &[provider, model, outcome], 1);
        observe(&self.0.llm_request_duration, &[provider, model, outcome], took);
        if let Some(after) = attempt.first_token_after {
            observe(&self.0.llm_first_token, &[provider, model], after);
        }
        let Tokens { input, cached, output } = tokens;
        for (direction, tokens) in [("input", input), ("cached", cached), ("output", output)] {
            count(&self.0.llm_tokens, &[direction], tokens);
        }
        // Micro-dollars are to dollars what microseconds are to seconds, and this conversion is exact
        // where a float can be.
        let dollars = Duration::from_micros(attempt.cost_micros).as_secs_f64();
        self.0.llm_cost.inc_by(dollars);
        if attempt.is_unreconciled {
            self.0.llm_unreconciled_cost.inc_by(dollars);
        }
    }

    /// Says how many calls a provider gets at once.
    pub fn llm_permits(&self, provider: &'static str, permits: usize) {
        set(&self.0.llm_permits, provider, i64::try_from(permits).unwrap_or(i64::MAX));
    }

    /// Says whether a provider's model is asked.
    pub fn circuit_breaker(&self, provider: &'static str, state: BreakerState) {
        let state = match state {
            BreakerState::Closed => 0,
            BreakerState::HalfOpen => 1,
            BreakerState::Open => 2,
        };
        set(&self.0.circuit_breaker, provider, state);
    }

    /// Counts a repair of an answer.
    pub fn answer_repaired(&self, form: &'static str) {
        count(&self.0.answer_repairs, &[form], 1);
    }

    /// Counts a draft that was no valid piece.
    pub fn validation_failed(&self, kind: &'static str) {
        count(&self.0.validation_failures, &[kind], 1);
    }

    /// Writes all metrics in the text format that Prometheus scrapes.
    ///
    /// # Errors
    /// [`Unwritable`] if a metric has no value, which registered ones have.
    pub fn text(&self) -> Result<String, Unwritable> {
        Ok(TextEncoder::new().encode_to_string(&self.0.registry.gather())?)
    }
}

impl Drop for RunningJob {
    fn drop(&mut self) {
        add(&self.metrics.0.jobs, "running", -1);
    }
}

fn options(family: Family) -> Opts {
    Opts::new(family.name, family.meaning)
}

fn timing(family: Family) -> HistogramOpts {
    HistogramOpts::new(family.name, family.meaning).buckets(BUCKETS.to_vec())
}

fn counters(registry: &Registry, family: Family) -> IntCounterVec {
    register(registry, made(IntCounterVec::new(options(family), family.labels)))
}

fn gauges(registry: &Registry, family: Family) -> IntGaugeVec {
    register(registry, made(IntGaugeVec::new(options(family), family.labels)))
}

fn histograms(registry: &Registry, family: Family) -> HistogramVec {
    register(registry, made(HistogramVec::new(timing(family), family.labels)))
}

#[expect(clippy::expect_used, reason = "names and labels are constants of this crate; a test makes them all")]
fn made<M>(metric: prometheus::Result<M>) -> M {
    metric.expect("the table of metrics is well formed")
}

fn register<M: Collector + Clone + 'static>(registry: &Registry, metric: M) -> M {
    made(registry.register(Box::new(metric.clone())));
    metric
}

// Labels are given in the number that the table names, so none of these fails; if one did, a metric
// would be missing, which is better than a request that fails for being counted.

fn count(counters: &IntCounterVec, labels: &[&str], by: u64) {
    if let Ok(counter) = counters.get_metric_with_label_values(labels) {
        counter.inc_by(by);
    }
}

fn observe(histograms: &HistogramVec, labels: &[&str], time: Duration) {
    if let Ok(histogram) = histograms.get_metric_with_label_values(labels) {
        histogram.observe(time.as_secs_f64());
    }
}

fn add(gauges: &IntGaugeVec, label: &str, by: i64) {
    if let Ok(gauge) = gauges.get_metric_with_label_values(&[label]) {
        gauge.add(by);
    }
}

fn set(gauges: &IntGaugeVec, label: &str, value: i64) {
    if let Ok(gauge) = gauges.get_metric_with_label_values(&[label]) {
        gauge.set(value);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::{FAMILIES, Form};
    use super::*;

    fn attempt(outcome: &'static str) -> LlmAttempt<'static> {
        LlmAttempt {
            provider: "gemini",
            model: "gemini-3.8-flash",
            outcome,
            took: Duration::from_millis(300),
            first_token_after: Some(Duration::from_millis(40)),
            tokens: Tokens { input: 100, cached: 60, output: 20 },
            cost_micros: 825,
            is_unreconciled: outcome == "timed_out",
        }
    }

    fn everything() -> Metrics {
        let metrics = Metrics::new();
        metrics.http_request("GET", "/healthz", 200, Duration::from_millis(2));
        metrics.stage("outline", Duration::from_secs(2));
        metrics.job_ended("completed", Duration::from_secs(9));
        metrics.llm_attempt(&attempt("complete"));
        metrics.llm_attempt(&attempt("timed_out"));
        metrics.llm_permits("gemini", 48);
        metrics.circuit_breaker("gemini", BreakerState::Open);
        metrics.answer_repaired("fence");
        metrics.validation_failed("faqs");
        metrics
    }

    #[test]
    fn what_is_counted_is_scraped() {
        let metrics = everything();
        let running = metrics.job_runs();
        let text = metrics.text().unwrap();
        for line in [
            "http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1",
            "http_request_duration_seconds_count{method=\"GET\",route=\"/healthz\"} 1",
            "stage_duration_seconds_sum{stage=\"outline\"} 2",
            "generation_duration_seconds_bucket{le=\"10\"} 1",
            "jobs{status=\"running\"} 1",
            "jobs{status=\"completed\"} 1",
            "llm_requests_total{model=\"gemini-3.8-flash\",outcome=\"timed_out\",provider=\"gemini\"} 1",
            "llm_first_token_seconds_count{model=\"gemini-3.8-flash\",provider=\"gemini\"} 2",
            "llm_tokens_total{direction=\"input\"} 200",
            "llm_tokens_total{direction=\"cached\"} 120",
            "llm_tokens_total{direction=\"output\"} 40",
            "llm_cost_usd_total 0.00165",
            "llm_unreconciled_cost_usd_total 0.000825",
            "llm_permits{provider=\"gemini\"} 48",
            "circuit_breaker_state{provider=\"gemini\"} 2",
            "answer_repairs_total{form=\"fence\"} 1",
            "validation_failures_total{kind=\"faqs\"} 1",
        ] {
            assert!(text.lines().any(|scraped| scraped == line), "{line} is not in\n{text}");
        }
        drop(running);
        assert!(metrics.text().unwrap().contains("jobs{status=\"running\"} 0"));
    }

    #[test]
    fn the_table_is_what_is_registered() {
        let gathered = everything().0.registry.gather();
        let found: BTreeMap<String, (String, Vec<String>)> = gathered
            .iter()
            .map(|family| {
                let labels = family.get_metric().first().unwrap().get_label();
                let labels = labels.iter().map(|label| label.name().to_owned()).collect();
                let form = format!("{:?}", family.get_field_type()).to_lowercase();
                (family.name().to_owned(), (form, labels))
            })
            .filter(|(name, _)| !name.starts_with("process_"))
            .collect();
        let expected: BTreeMap<String, (String, Vec<String>)> = FAMILIES
            .iter()
            .map(|family| {
                let mut labels: Vec<String> = family.labels.iter().map(|label| (*label).to_owned()).collect();
                labels.sort();
                (family.name.to_owned(), (family.form.as_str().to_owned(), labels))
            })
            .collect();
        assert_eq!(found, expected);
        assert!(
            FAMILIES.iter().all(|family| family.form != Form::Counter || family.name.ends_with("_total"))
        );
    }

    #[test]
    fn clones_are_the_same_metrics_and_two_services_are_not() {
        let (metrics, other) = (Metrics::new(), Metrics::new());
        metrics.clone().answer_repaired("fence");
        assert!(metrics.text().unwrap().contains("answer_repairs_total{form=\"fence\"} 1"));
        assert!(!other.text().unwrap().contains("answer_repairs_total{"));
    }
}
