//! Examples of what is sent and answered, and what is said of the whole. The JSON is what a service really
//! answered, but for its length and its secrets; a test holds each against its schema.

use serde_json::Value;

/// What the document says of everything.
pub(super) const INTRODUCTION: &str = include_str!("examples/introduction.md");

pub(super) const HEALTH: &str = include_str!("examples/health.json");
pub(super) const READY: &str = include_str!("examples/ready.json");
pub(super) const NOT_READY: &str = include_str!("examples/not_ready.json");
pub(super) const CATALOGUE: &str = include_str!("examples/catalogue.json");
pub(super) const REQUEST: &str = include_str!("examples/request.json");
pub(super) const JOB: &str = include_str!("examples/job.json");
pub(super) const QUEUED_JOB: &str = include_str!("examples/queued_job.json");
pub(super) const JOB_LIST: &str = include_str!("examples/job_list.json");
pub(super) const PIECES: &str = include_str!("examples/pieces.json");
pub(super) const PIECE: &str = include_str!("examples/piece.json");
pub(super) const RECORD: &str = include_str!("examples/record.json");
pub(super) const BATCH_REQUEST: &str = include_str!("examples/batch_request.json");
pub(super) const BATCH: &str = include_str!("examples/batch.json");
pub(super) const WEBHOOK_BODY: &str = include_str!("examples/webhook_body.json");
pub(super) const WEBHOOK: &str = include_str!("examples/webhook.json");
pub(super) const DELIVERY: &str = include_str!("examples/delivery.json");
pub(super) const DELIVERY_LIST: &str = include_str!("examples/delivery_list.json");
pub(super) const NEW_KEY: &str = include_str!("examples/new_key.json");
pub(super) const KEY: &str = include_str!("examples/key.json");
pub(super) const MINTED_KEY: &str = include_str!("examples/minted_key.json");
pub(super) const KEY_LIST: &str = include_str!("examples/key_list.json");
pub(super) const ROTATION: &str = include_str!("examples/rotation.json");
pub(super) const SECURITY_EVENT_LIST: &str = include_str!("examples/security_event_list.json");
pub(super) const SECURITY_REPORT: &str = include_str!("examples/security_report.json");
pub(super) const NEW_BLOCK: &str = include_str!("examples/new_block.json");
pub(super) const BLOCK: &str = include_str!("examples/block.json");
pub(super) const BLOCK_LIST: &str = include_str!("examples/block_list.json");
pub(super) const PERFORMANCE: &str = include_str!("examples/performance.json");

pub(super) const USAGE: &str = include_str!("examples/usage.json");

pub(super) const EVENT: &str = include_str!("examples/event.json");
pub(super) const METRICS: &str = "# TYPE http_requests_total counter\nhttp_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 3\n";

/// Reads an example; what cannot be read is null, which no schema of ours takes.
pub(super) fn parsed(example: &str) -> Value {
    serde_json::from_str(example).unwrap_or_default()
}

/// Says what belongs together under a name.
pub(super) fn about(tag: &str) -> &'static str {
    match tag {
        "admin" => "What concerns the whole service, for administrators.",
        "batches" => "Several requests that are accepted, followed and cancelled together.",
        "content" => "Make teaching material and wait for it.",
        "jobs" => "Make teaching material, follow it, read it.",
        "kinds" => "What can be made.",
        "service" => "The service itself.",
        "usage" => "How a caller stands within its limits.",
        "webhooks" => "Messages about jobs to a receiver of the caller's.",
        _ => "",
    }
}
