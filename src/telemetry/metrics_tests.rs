//! What is counted is what is scraped, and the table is what is registered.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{BreakerState, FAMILIES, Form, LlmAttempt, Metrics, Tokens};

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
    metrics.connection_refused("head");
    drop(metrics.connection_opens("http2"));
    metrics.stage("outline", Duration::from_secs(2));
    metrics.job_ended("completed", Duration::from_secs(9));
    metrics.llm_attempt(&attempt("complete"));
    metrics.llm_attempt(&attempt("timed_out"));
    metrics.llm_permits("gemini", 48);
    metrics.circuit_breaker("gemini", BreakerState::Open);
    metrics.answer_repaired("fence");
    metrics.validation_failed("faqs");
    metrics.jobs_queued(&[("high", 2), ("normal", 40), ("low", 0)]);
    metrics.progressed();
    metrics.quality("overall", Some(0.92));
    metrics.quality("readability", None);
    metrics.webhook_attempted("timed_out");
    metrics.webhook_given_up();
    metrics.security_event("invalid_input");
    metrics.rate_limited("day");
    metrics
}

#[test]
fn what_is_counted_is_scraped() {
    let metrics = everything();
    let (running, active) = (metrics.job_runs(), metrics.worker_begins());
    let open = metrics.connection_opens("http1");
    let text = metrics.text().unwrap();
    for line in [
        "http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1",
        "http_request_duration_seconds_count{method=\"GET\",route=\"/healthz\"} 1",
        "connections{protocol=\"http1\"} 1",
        "connections{protocol=\"http2\"} 0",
        "connections_refused_total{reason=\"head\"} 1",
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
        "prompt_token_usage_sum 200",
        "prompt_token_usage_count 2",
        "jobs{status=\"queued\"} 42",
        "job_queue_depth{priority=\"high\"} 2",
        "job_queue_depth{priority=\"low\"} 0",
        "parallel_active_workers 1",
        "progress_updates_total 1",
        "content_quality_score_bucket{aspect=\"overall\",le=\"0.9\"} 0",
        "content_quality_score_bucket{aspect=\"overall\",le=\"0.95\"} 1",
        "webhook_notifications_total{outcome=\"timed_out\"} 1",
        "webhook_dead_letters_total 1",
        "security_events_total{type=\"invalid_input\"} 1",
        "rate_limited_total{limit=\"day\"} 1",
    ] {
        assert!(text.lines().any(|scraped| scraped == line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("readability"), "a score that was not computed counts as none");
    drop((running, active, open));
    let text = metrics.text().unwrap();
    assert!(text.contains("connections{protocol=\"http1\"} 0"));
    assert!(text.contains("jobs{status=\"running\"} 0") && text.contains("parallel_active_workers 0"));
}

#[test]
fn the_table_is_what_is_registered() {
    let gathered = everything().gathered();
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
    assert!(FAMILIES.iter().all(|family| family.form != Form::Counter || family.name.ends_with("_total")));
}

#[test]
fn clones_are_the_same_metrics_and_two_services_are_not() {
    let (metrics, other) = (Metrics::new(), Metrics::new());
    metrics.clone().answer_repaired("fence");
    assert!(metrics.text().unwrap().contains("answer_repairs_total{form=\"fence\"} 1"));
    assert!(!other.text().unwrap().contains("answer_repairs_total{"));
}
