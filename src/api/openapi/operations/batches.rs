//! Reading and cancelling batches. Making one stands with the other creating calls.

use super::super::{Operation, examples};
use crate::api::batches::BatchView;
use crate::api::error::Code;

pub(in crate::api) fn read_batch(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("read_batch", "Read a batch")
        .explained("Each of its jobs stands under its own id.")
        .id_of("batch")
        .gives::<BatchView>(200, "The batch.", examples::BATCH)
        .leads_to(200, "read_job", "/jobs/0/job_id")
}

pub(in crate::api) fn cancel_batch(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("cancel_batch", "Cancel all jobs of a batch")
        .explained("What was made stays. Again is no fault.")
        .id_of("batch")
        .gives::<BatchView>(202, "The batch.", examples::BATCH)
        .located(202)
        .fails_with(&[Code::Conflict])
}
