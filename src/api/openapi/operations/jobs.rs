//! Listing, reading, following, cancelling, retrying and deleting jobs.

use jiff::Timestamp;
use serde_json::json;

use super::super::headers::LAST_EVENT_ID;
use super::super::{Operation, examples};
use crate::api::error::Code;
use crate::api::events::{EventView, ProgressView};
use crate::api::jobs::{ListParameters, ReadParameters};
use crate::api::view::{JobListView, JobView};
use crate::id::KeyId;
use crate::record::Status;

pub(in crate::api) fn list_jobs(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("list_jobs", "List own jobs")
        .explained("Newest first, without their pieces. An administrator sees the jobs of all.")
        .query::<ListParameters>()
        .parameter::<Status>("status", "Only jobs that stand there.", "completed")
        .parameter::<KeyId>(
            "owner",
            "Only jobs of that key; for administrators.",
            "01a1fbe7-78f4-7668-aeaa-e5f8bd47993c",
        )
        .parameter::<Timestamp>("created_after", "Only jobs accepted later.", "2026-11-28T00:00:00Z")
        .parameter::<Timestamp>("created_before", "Only jobs accepted earlier.", "2026-11-29T00:00:00Z")
        .page()
        .gives::<JobListView<'_>>(200, "A page of them.", examples::JOB_LIST)
        .leads_to(200, "read_job", "/items/0/job_id")
}

pub(in crate::api) fn read_job(operation: Operation<'_>) -> Operation<'_> {
    let content = json!({ "type": "string", "enum": ["content"] });
    operation
        .named("read_job", "Read a job")
        .explained("With its pieces once it has ended.")
        .id_of("job")
        .query::<ReadParameters>()
        .parameter_like("include", "The pieces that are there already, too.", content, json!("content"))
        .gives::<JobView<'_>>(200, "The job.", examples::JOB)
        .kept()
}

pub(in crate::api) fn delete_job(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("delete_job", "Delete a job with all its content")
        .explained("One that runs is stopped.")
        .id_of("job")
        .gives_nothing(204, "It is gone.")
        .fails_with(&[Code::Conflict])
}

pub(in crate::api) fn cancel_job(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("cancel_job", "Cancel a job")
        .explained("What was made stays. Again is no fault.")
        .id_of("job")
        .gives::<JobView<'_>>(202, "The job, cancelled.", examples::QUEUED_JOB)
        .located(202)
        .fails_with(&[Code::Conflict])
}

pub(in crate::api) fn retry_job(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("retry_job", "Try a job again")
        .explained("Only what is missing is made, within the same total cost.")
        .id_of("job")
        .gives::<JobView<'_>>(202, "The job, in the queue again.", examples::QUEUED_JOB)
        .located(202)
        .fails_with(&[Code::Conflict])
}

pub(in crate::api) fn follow_job(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("follow_job", "Follow a job")
        .explained("Server-sent events until the job has ended. Each bears its number as its id; in between come `progress` events without one.")
        .id_of("job")
        .header(LAST_EVENT_ID)
        .gives_events::<EventView<'_>, ProgressView<'_>>(200, "The events of the job.", examples::EVENT)
        .fails_with(&[Code::InvalidRequest])
}

pub(in crate::api) fn read_source(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("read_source", "Read the text of a job as submitted")
        .explained("What evidence points into.")
        .id_of("job")
        .gives_text(
            200,
            "The text; empty for a job that was made from a topic.",
            "text/plain; charset=utf-8",
            "Photosynthesis turns light into sugar.",
        )
        .kept()
}
