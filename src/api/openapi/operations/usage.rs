//! How a caller stands.

use super::super::{Operation, examples};
use crate::api::usage::UsageView;

pub(in crate::api) fn show_usage(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("show_usage", "How much of the limits is left")
        .explained("And what the jobs of the day have cost, as far as they are still kept.")
        .gives::<UsageView>(200, "How the key that is presented stands.", examples::USAGE)
}
