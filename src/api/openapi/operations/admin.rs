//! What concerns the whole service, for administrators.

use super::super::{Operation, examples};
use crate::telemetry::Performance;

pub(in crate::api) fn show_performance(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("show_performance", "How long the stages of jobs take")
        .explained("In this process, since it started.")
        .gives::<Performance>(200, "The times.", examples::PERFORMANCE)
}
