//! What a job looks like on the wire. `generate` writes the same object as `package.json`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::webhooks::DeliveryView;
use crate::content::{Kind, Material, RequestBody};
use crate::id::{BatchId, JobId};
use crate::record::{Event, Failure, Job, Metadata, Progress, Quality, Status};

/// A job as callers see it.
#[derive(Debug, Serialize)]
pub struct JobView<'a> {
    job_id: JobId,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch_id: Option<BatchId>,
    status: Status,
    progress: &'a Progress,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a BTreeMap<Kind, Material>>,
    failures: &'a BTreeMap<Kind, Failure>,
    metadata: &'a Metadata,
    quality: Option<&'a Quality>,
    created_at: Timestamp,
    updated_at: Timestamp,
    completed_at: Option<Timestamp>,
}

/// Everything that is kept of a job, in one document.
#[derive(Debug, Serialize)]
pub(super) struct RecordView<'a> {
    pub(super) job: JobView<'a>,
    /// What was asked for, without the text.
    pub(super) request: &'a RequestBody,
    /// The text as submitted; empty for a job that was made from a topic alone.
    pub(super) source: &'a str,
    /// What happened to it, oldest first.
    pub(super) events: &'a [Event],
    /// What was told of it to its receiver, and how the delivery went, oldest first.
    pub(super) deliveries: Vec<DeliveryView<'a>>,
    /// From when on all of this is gone; not yet known as long as it has not ended.
    pub(super) expires_at: Option<Timestamp>,
}

/// One page of a list of jobs.
#[derive(Serialize)]
pub(super) struct JobListView<'a> {
    pub(super) items: Vec<JobView<'a>>,
    pub(super) next_cursor: Option<String>,
}

impl<'a> JobView<'a> {
    /// Shows a job, with its pieces where they are given.
    #[must_use]
    pub fn new(job: &'a Job, content: Option<&'a BTreeMap<Kind, Material>>) -> JobView<'a> {
        JobView {
            job_id: job.id,
            batch_id: job.batch,
            status: job.status,
            progress: &job.progress,
            content,
            failures: &job.failures,
            metadata: &job.metadata,
            quality: job.quality.as_ref(),
            created_at: job.created_at,
            updated_at: job.updated_at,
            completed_at: job.completed_at,
        }
    }
}
