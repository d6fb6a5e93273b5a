//! What a job looks like on the wire. `generate` writes the same object as `package.json`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::openapi::Pieces;
use super::webhooks::DeliveryView;
use crate::content::{Kind, Material, RequestBody};
use crate::id::{BatchId, JobId};
use crate::record::{Event, Failure, Job, Metadata, Progress, Quality, Status};

/// A job as callers see it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Job")]
pub struct JobView<'a> {
    /// Its name.
    job_id: JobId,
    /// The batch that it was accepted with.
    #[serde(skip_serializing_if = "Option::is_none")]
    batch_id: Option<BatchId>,
    /// Where it stands.
    status: Status,
    /// How far it is.
    progress: &'a Progress,
    /// The pieces: there once it has ended, or where they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Pieces>")]
    content: Option<&'a BTreeMap<Kind, Material>>,
    /// Why pieces are missing, by kind.
    failures: &'a BTreeMap<Kind, Failure>,
    /// How the pieces came about.
    metadata: &'a Metadata,
    /// How good they are; null until the package was put together.
    quality: Option<&'a Quality>,
    /// When it was accepted.
    created_at: Timestamp,
    /// When it was last written.
    updated_at: Timestamp,
    /// When it ended.
    completed_at: Option<Timestamp>,
}

/// Everything that is kept of a job, in one document.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "JobRecord")]
pub(super) struct RecordView<'a> {
    /// The job with its pieces.
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
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "JobList")]
pub(super) struct JobListView<'a> {
    /// The jobs, without their pieces, newest first.
    pub(super) items: Vec<JobView<'a>>,
    /// What the next page begins after; null on the last.
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
