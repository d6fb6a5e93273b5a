//! The table of all metrics: name, form, labels, unit, meaning. What is registered and what
//! `docs/METRICS.md` lists are both made from it.

/// One metric, or a family of them that differ in their labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// The name, as scraped.
    pub name: &'static str,
    /// What it does over time.
    pub form: Form,
    /// The names of its labels. Their values come from closed lists, never from a request.
    pub labels: &'static [&'static str],
    /// What is counted.
    pub unit: &'static str,
    /// What it tells, as a sentence.
    pub meaning: &'static str,
}

/// What a metric does over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Only grows; a rate is made of it.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts in buckets, with sum and count.
    Histogram,
}

impl Form {
    /// Returns the word of the exposition format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Form::Counter => "counter",
            Form::Gauge => "gauge",
            Form::Histogram => "histogram",
        }
    }
}

const fn counter(
    name: &'static str,
    labels: &'static [&'static str],
    unit: &'static str,
    meaning: &'static str,
) -> Family {
    Family { name, form: Form::Counter, labels, unit, meaning }
}

const fn gauge(
    name: &'static str,
    labels: &'static [&'static str],
    unit: &'static str,
    meaning: &'static str,
) -> Family {
    Family { name, form: Form::Gauge, labels, unit, meaning }
}

const fn histogram(
    name: &'static str,
    labels: &'static [&'static str],
    unit: &'static str,
    meaning: &'static str,
) -> Family {
    Family { name, form: Form::Histogram, labels, unit, meaning }
}

const fn seconds(name: &'static str, labels: &'static [&'static str], meaning: &'static str) -> Family {
    histogram(name, labels, "seconds", meaning)
}

pub(super) const HTTP_REQUESTS: Family = counter(
    "http_requests_total",
    &["method", "route", "status"],
    "requests",
    "Requests that were answered. `route` is a row of the route table, or `none`.",
);
pub(super) const HTTP_REQUEST_DURATION: Family = seconds(
    "http_request_duration_seconds",
    &["method", "route"],
    "From the arrival of a request to the head of its answer.",
);
pub(super) const CONNECTIONS: Family = gauge(
    "connections",
    &["protocol"],
    "connections",
    "Connections that are open now: `http1`, `http2`, or `none` before it is known.",
);
pub(super) const CONNECTIONS_REFUSED: Family = counter(
    "connections_refused_total",
    &["reason"],
    "connections",
    "Connections that the service ended before or between requests: `cap` (no place, and all others at work), `evicted` (idle longest when another came and there was no place), `head` (no request, or one with several meanings), `deadline` (no whole first request in time).",
);
pub(super) const GENERATION_DURATION: Family = seconds(
    "generation_duration_seconds",
    &[],
    "A job from the moment a worker has it until it has ended, however it ended.",
);
pub(super) const STAGE_DURATION: Family = seconds(
    "stage_duration_seconds",
    &["stage"],
    "The stages of a job: `outline`, `pieces` (all side by side), each kind of piece by its name, `assembly` (the checks of the whole).",
);
pub(super) const JOBS: Family = gauge(
    "jobs",
    &["status"],
    "jobs",
    "`queued`: jobs that wait in the store, for any instance; `running`: jobs that this process runs now; every other status: jobs that have ended with it in this process.",
);
pub(super) const JOB_QUEUE_DEPTH: Family = gauge(
    "job_queue_depth",
    &["priority"],
    "jobs",
    "Jobs that wait in the store, for any instance, by the priority of their request. Counted when it is asked for, at most once in two seconds.",
);
pub(super) const ACTIVE_WORKERS: Family =
    gauge("parallel_active_workers", &[], "pieces", "Pieces that this process makes now, side by side.");
pub(super) const PROGRESS_UPDATES: Family = counter(
    "progress_updates_total",
    &[],
    "updates",
    "Steps of jobs that those who follow them are told of: pieces begun, done or failed, and ends.",
);
pub(super) const QUALITY_SCORE: Family = histogram(
    "content_quality_score",
    &["aspect"],
    "score from 0 to 1",
    "Scores of finished packages, of all together (`overall`) and one by one, where they were computed.",
);
pub(super) const WEBHOOK_NOTIFICATIONS: Family = counter(
    "webhook_notifications_total",
    &["outcome"],
    "attempts",
    "Attempts to deliver a message, by what came of them.",
);
pub(super) const WEBHOOK_DEAD_LETTERS: Family = counter(
    "webhook_dead_letters_total",
    &[],
    "messages",
    "Messages that were given up after their last attempt; they can be listed and replayed.",
);
pub(super) const LLM_REQUESTS: Family = counter(
    "llm_requests_total",
    &["provider", "model", "outcome"],
    "attempts",
    "Attempts at a model that ended, by the class of their outcome.",
);
pub(super) const LLM_REQUEST_DURATION: Family = seconds(
    "llm_request_duration_seconds",
    &["provider", "model", "outcome"],
    "An attempt from its sending to its end, by the class of its outcome.",
);
pub(super) const LLM_FIRST_TOKEN: Family = seconds(
    "llm_first_token_seconds",
    &["provider", "model"],
    "An attempt from its sending to the first text of the answer, where one came.",
);
pub(super) const LLM_TOKENS: Family = counter(
    "llm_tokens_total",
    &["direction"],
    "tokens",
    "Tokens as vendors reported them: `input` (cached ones included), `cached`, `output` (thinking included).",
);
pub(super) const PROMPT_TOKENS: Family = histogram(
    "prompt_token_usage",
    &[],
    "tokens",
    "Tokens of the prompt of an attempt, cached ones included, where the vendor reported them.",
);
pub(super) const LLM_COST: Family = counter(
    "llm_cost_usd_total",
    &[],
    "US dollars",
    "What attempts cost: by the reported usage, or the most that they can have cost where none was reported.",
);
pub(super) const LLM_UNRECONCILED_COST: Family = counter(
    "llm_unreconciled_cost_usd_total",
    &[],
    "US dollars",
    "The part of the cost that no vendor has confirmed.",
);
pub(super) const LLM_PERMITS: Family = gauge(
    "llm_permits",
    &["provider"],
    "calls",
    "Calls that a provider gets at once now; found out by additive increase and multiplicative decrease.",
);
pub(super) const CIRCUIT_BREAKER: Family = gauge(
    "circuit_breaker_state",
    &["provider"],
    "state",
    "0: calls go through; 1: one call is under way that decides; 2: the provider's model is left alone.",
);
pub(super) const ANSWER_REPAIRS: Family = counter(
    "answer_repairs_total",
    &["form"],
    "repairs",
    "Repairs of answers that were no clean JSON, by the form of the damage (`docs/ANSWERS.md`).",
);
pub(super) const VALIDATION_FAILURES: Family = counter(
    "validation_failures_total",
    &["kind"],
    "drafts",
    "Drafts that were no valid piece of their kind, each time one was checked.",
);

pub(super) const RATE_LIMITED: Family = counter(
    "rate_limited_total",
    &["limit"],
    "calls",
    "Calls that were refused by a limit: `address`, `key`, `day`, `reads` or `failures` (`[limits]` of the settings).",
);

pub(super) const SECURITY_EVENTS: Family = counter(
    "security_events_total",
    &["type"],
    "events",
    "Security events, each time one happened, by its type (`docs/SECURITY.md`).",
);

/// All metrics of this service, in the order of the page. Those of the process come on top.
pub const FAMILIES: [Family; 26] = [
    HTTP_REQUESTS,
    HTTP_REQUEST_DURATION,
    RATE_LIMITED,
    CONNECTIONS,
    CONNECTIONS_REFUSED,
    GENERATION_DURATION,
    STAGE_DURATION,
    JOBS,
    JOB_QUEUE_DEPTH,
    ACTIVE_WORKERS,
    PROGRESS_UPDATES,
    QUALITY_SCORE,
    LLM_REQUESTS,
    LLM_REQUEST_DURATION,
    LLM_FIRST_TOKEN,
    LLM_TOKENS,
    PROMPT_TOKENS,
    LLM_COST,
    LLM_UNRECONCILED_COST,
    LLM_PERMITS,
    CIRCUIT_BREAKER,
    ANSWER_REPAIRS,
    VALIDATION_FAILURES,
    WEBHOOK_NOTIFICATIONS,
    WEBHOOK_DEAD_LETTERS,
    SECURITY_EVENTS,
];
