//! Every metric of the service in one struct, made once and cloned to where something is counted:
//! there is no global registry. What each means stands in `families`; who calls these verbs knows
//! what happened, this module only counts. Values of labels are the callers' closed lists.

use std::sync::Arc;
use std::time::Duration;

use prometheus::core::Collector;
use prometheus::process_collector::ProcessCollector;
use prometheus::{
    Counter, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder,
};

use super::families::{self, Family};

/// Upper bounds of the buckets, in seconds: from a cached answer to a job of ten minutes.
const BUCKETS: [f64; 17] =
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 240.0, 600.0];

/// Upper bounds of the buckets of scores: finer where good packages differ.
const SCORES: [f64; 12] = [0.2, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 1.0];
/// Upper bounds of the buckets of tokens of a prompt: from a re-ask to a text of 200 000 characters.
const PROMPT_SIZES: [f64; 9] =
    [500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16_000.0, 32_000.0, 64_000.0, 128_000.0];

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
    rate_limited: IntCounterVec,
    connections: IntGaugeVec,
    connections_refused: IntCounterVec,
    generation_duration: Histogram,
    stage_duration: HistogramVec,
    jobs: IntGaugeVec,
    job_queue_depth: IntGaugeVec,
    active_workers: IntGauge,
    progress_updates: IntCounter,
    quality_score: HistogramVec,
    llm_requests: IntCounterVec,
    llm_request_duration: HistogramVec,
    llm_first_token: HistogramVec,
    llm_tokens: IntCounterVec,
    prompt_tokens: Histogram,
    llm_cost: Counter,
    llm_unreconciled_cost: Counter,
    llm_permits: IntGaugeVec,
    circuit_breaker: IntGaugeVec,
    answer_repairs: IntCounterVec,
    validation_failures: IntCounterVec,
    webhook_notifications: IntCounterVec,
    webhook_dead_letters: IntCounter,
    security_events: IntCounterVec,
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

/// Counts a piece that is being made until it is dropped.
#[derive(Debug)]
#[must_use = "a worker that is dropped at once does nothing"]
pub struct ActiveWorker {
    metrics: Metrics,
}

/// Counts an open connection until it is dropped.
#[derive(Debug)]
#[must_use = "a connection that is dropped at once is not open"]
pub struct OpenConnection {
    metrics: Metrics,
    protocol: &'static str,
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
            http_request_duration: histograms(of, families::HTTP_REQUEST_DURATION, &BUCKETS),
            rate_limited: counters(of, families::RATE_LIMITED),
            connections: gauges(of, families::CONNECTIONS),
            connections_refused: counters(of, families::CONNECTIONS_REFUSED),
            generation_duration: histogram(of, families::GENERATION_DURATION, &BUCKETS),
            stage_duration: histograms(of, families::STAGE_DURATION, &BUCKETS),
            jobs: gauges(of, families::JOBS),
            job_queue_depth: gauges(of, families::JOB_QUEUE_DEPTH),
            active_workers: register(of, made(IntGauge::with_opts(options(families::ACTIVE_WORKERS)))),
            progress_updates: counter(of, families::PROGRESS_UPDATES),
            quality_score: histograms(of, families::QUALITY_SCORE, &SCORES),
            llm_requests: counters(of, families::LLM_REQUESTS),
            llm_request_duration: histograms(of, families::LLM_REQUEST_DURATION, &BUCKETS),
            llm_first_token: histograms(of, families::LLM_FIRST_TOKEN, &BUCKETS),
            llm_tokens: counters(of, families::LLM_TOKENS),
            prompt_tokens: histogram(of, families::PROMPT_TOKENS, &PROMPT_SIZES),
            llm_cost: register(of, made(Counter::with_opts(options(families::LLM_COST)))),
            llm_unreconciled_cost: register(
                of,
                made(Counter::with_opts(options(families::LLM_UNRECONCILED_COST))),
            ),
            llm_permits: gauges(of, families::LLM_PERMITS),
            circuit_breaker: gauges(of, families::CIRCUIT_BREAKER),
            answer_repairs: counters(of, families::ANSWER_REPAIRS),
            validation_failures: counters(of, families::VALIDATION_FAILURES),
            webhook_notifications: counters(of, families::WEBHOOK_NOTIFICATIONS),
            webhook_dead_letters: counter(of, families::WEBHOOK_DEAD_LETTERS),
            security_events: counters(of, families::SECURITY_EVENTS),
            registry,
        }))
    }

    /// Counts a request that was answered.
    pub fn http_request(&self, method: &str, route: &str, status: u16, took: Duration) {
        count(&self.0.http_requests, &[method, route, &status.to_string()], 1);
        observe(&self.0.http_request_duration, &[method, route], took.as_secs_f64());
    }

    /// Counts a call that a limit refused.
    pub fn rate_limited(&self, limit: &'static str) {
        count(&self.0.rate_limited, &[limit], 1);
    }

    /// Counts a connection from now on as open.
    pub fn connection_opens(&self, protocol: &'static str) -> OpenConnection {
        add(&self.0.connections, protocol, 1);
        OpenConnection { metrics: self.clone(), protocol }
    }

    /// Counts a connection that the service did not want.
    pub fn connection_refused(&self, reason: &'static str) {
        count(&self.0.connections_refused, &[reason], 1);
    }

    /// Counts a stage of a job.
    pub fn stage(&self, stage: &'static str, took: Duration) {
        observe(&self.0.stage_duration, &[stage], took.as_secs_f64());
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

    /// Says how many jobs wait, by the name of their priority.
    pub fn jobs_queued(&self, depths: &[(&str, u64)]) {
        let signed = |depth: u64| i64::try_from(depth).unwrap_or(i64::MAX);
        for (priority, depth) in depths {
            set(&self.0.job_queue_depth, priority, signed(*depth));
        }
        let all = depths.iter().fold(0_u64, |all, (_, depth)| all.saturating_add(*depth));
        set(&self.0.jobs, "queued", signed(all));
    }

    /// Counts a piece from now on as one that is being made.
    pub fn worker_begins(&self) -> ActiveWorker {
        self.0.active_workers.inc();
        ActiveWorker { metrics: self.clone() }
    }

    /// Counts a step of a job that its followers are told of.
    pub fn progressed(&self) {
        self.0.progress_updates.inc();
    }

    /// Counts a score of a package, from 0 to 1, if it was computed.
    pub fn quality(&self, aspect: &'static str, score: Option<f64>) {
        if let Some(score) = score {
            observe(&self.0.quality_score, &[aspect], score);
        }
    }

    /// Counts an attempt to deliver a message.
    pub fn webhook_attempted(&self, outcome: &'static str) {
        count(&self.0.webhook_notifications, &[outcome], 1);
    }

    /// Counts a message that was given up.
    pub fn webhook_given_up(&self) {
        self.0.webhook_dead_letters.inc();
    }

    /// Counts a security event.
    pub fn security_event(&self, kind: &'static str) {
        count(&self.0.security_events, &[kind], 1);
    }

    /// Counts an attempt at a model.
    pub fn llm_attempt(&self, attempt: &LlmAttempt<'_>) {
        let LlmAttempt { provider, model, outcome, took, tokens, .. } = *attempt;
        count(&self.0.llm_requests, &[provider, model, outcome], 1);
        observe(&self.0.llm_request_duration, &[provider, model, outcome], took.as_secs_f64());
        if let Some(after) = attempt.first_token_after {
            observe(&self.0.llm_first_token, &[provider, model], after.as_secs_f64());
        }
        let Tokens { input, cached, output } = tokens;
        for (direction, tokens) in [("input", input), ("cached", cached), ("output", output)] {
            count(&self.0.llm_tokens, &[direction], tokens);
        }
        if let Ok(tokens) = u32::try_from(input)
            && tokens > 0
        {
            self.0.prompt_tokens.observe(f64::from(tokens));
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

    #[cfg(test)]
    pub(super) fn gathered(&self) -> Vec<prometheus::proto::MetricFamily> {
        self.0.registry.gather()
    }
}

impl Drop for RunningJob {
    fn drop(&mut self) {
        add(&self.metrics.0.jobs, "running", -1);
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        add(&self.metrics.0.connections, self.protocol, -1);
    }
}

impl Drop for ActiveWorker {
    fn drop(&mut self) {
        self.metrics.0.active_workers.dec();
    }
}

fn options(family: Family) -> Opts {
    Opts::new(family.name, family.meaning)
}

fn bucketed(family: Family, buckets: &[f64]) -> HistogramOpts {
    HistogramOpts::new(family.name, family.meaning).buckets(buckets.to_vec())
}

fn counter(registry: &Registry, family: Family) -> IntCounter {
    register(registry, made(IntCounter::with_opts(options(family))))
}

fn histogram(registry: &Registry, family: Family, buckets: &[f64]) -> Histogram {
    register(registry, made(Histogram::with_opts(bucketed(family, buckets))))
}

fn counters(registry: &Registry, family: Family) -> IntCounterVec {
    register(registry, made(IntCounterVec::new(options(family), family.labels)))
}

fn gauges(registry: &Registry, family: Family) -> IntGaugeVec {
    register(registry, made(IntGaugeVec::new(options(family), family.labels)))
}

fn histograms(registry: &Registry, family: Family, buckets: &[f64]) -> HistogramVec {
    register(registry, made(HistogramVec::new(bucketed(family, buckets), family.labels)))
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

fn observe(histograms: &HistogramVec, labels: &[&str], value: f64) {
    if let Ok(histogram) = histograms.get_metric_with_label_values(labels) {
        histogram.observe(value);
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
