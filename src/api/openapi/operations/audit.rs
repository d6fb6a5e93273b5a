//! Security events, for administrators.

use serde_json::json;

use super::super::{Operation, examples};
use crate::api::audit::{EventListView, EventParameters, ExportParameters, ReportParameters};
use crate::audit::{Kind, Report};

/// A line of an export.
const LINE: &str = "{\"id\":\"0029931420-01a1fbe7-78f4-7668-aeaa-e5f8bd47993c-0000000000\",\"type\":\"invalid_input\",\"count\":2}\n";

pub(in crate::api) fn list_events(operation: Operation<'_>) -> Operation<'_> {
    let operation = operation
        .named("list_events", "List security events")
        .explained("Newest first, put together by type, principal and minute.")
        .query::<EventParameters>();
    filtered(operation).page().gives::<EventListView>(200, "A page of them.", examples::SECURITY_EVENT_LIST)
}

pub(in crate::api) fn export_events(operation: Operation<'_>) -> Operation<'_> {
    let operation = operation
        .named("export_events", "Export security events")
        .explained("All that match, one in a line. An answer that breaks off is not whole.")
        .query::<ExportParameters>();
    filtered(operation).gives_text(200, "They, as JSON lines.", "application/jsonl", LINE)
}

pub(in crate::api) fn report_events(operation: Operation<'_>) -> Operation<'_> {
    let hours = json!({ "type": "integer", "minimum": 1, "maximum": 8760, "default": 24 });
    operation
        .named("report_events", "Sum security events up")
        .explained("By type, with the principals that most is about.")
        .query::<ReportParameters>()
        .parameter_like("hours", "Over how many hours.", hours, json!(24))
        .gives::<Report>(200, "The sums.", examples::SECURITY_REPORT)
}

/// Describes which events are asked for.
fn filtered(operation: Operation<'_>) -> Operation<'_> {
    let text = json!({ "type": "string", "minLength": 1, "maxLength": 200 });
    let moment = json!({ "type": "string", "format": "date-time" });
    operation
        .parameter::<Kind>("type", "Only events of that type.", Kind::InvalidInput.as_str())
        .parameter_like(
            "principal",
            "Only events about that key id, address or network.",
            text,
            json!("192.0.2.7"),
        )
        .parameter_like(
            "after",
            "Only events of minutes that began then or later.",
            moment.clone(),
            json!("2026-11-28T10:00:00Z"),
        )
        .parameter_like("before", "Only events of earlier minutes.", moment, json!("2026-11-29T10:00:00Z"))
}
